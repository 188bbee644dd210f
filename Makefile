# Everything that is done with this checkout. `make` alone lists the targets.

PYTHON ?= python3
VENV   := .venv
UV     ?= uv
ARGS   :=

# One more than there are cores: some tests wait for a database, a process or a clock.
WORKERS = $(shell echo $$(( $$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1) + 1 )))

BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

# Stamps remember which locks are installed, so that a second start installs nothing.
CREATED := $(VENV)/.created
RUNTIME := $(VENV)/.runtime
DEV     := $(VENV)/.dev

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup setup-dev serve test check check-format lint types imports format openapi clients \
  bench lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

serve: $(RUNTIME) ## install what is missing, then serve on 127.0.0.1:8000
	@exec $(BIN)/parley serve $(ARGS)

setup: $(RUNTIME) ## create .venv and install the locked dependencies

setup-dev: $(DEV) ## the same, with the tools for tests and checks

# Counting lines and branches makes the tests half as slow again, so it is asked for: COVERAGE=1.
test: $(DEV) ## run all tests on all cores (COVERAGE=1 counts lines and branches; ARGS="..." is passed to pytest)
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(if $(COVERAGE),--cov --cov-report=term) $(ARGS)

check: check-format lint types imports test ## format, lint, types, import contracts, tests

check-format: $(DEV) ## fail if a file is not formatted
	$(BIN)/ruff format --check .

lint: $(DEV) ## run the linter
	$(BIN)/ruff check .

types: $(DEV) ## check the types of app and tests
	$(BIN)/mypy

imports: $(DEV) ## check the import contracts
	$(BIN)/lint-imports

format: $(DEV) ## format and repair what can be repaired
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

openapi: $(DEV) ## rewrite docs/openapi.json and the examples in it
	$(BIN)/python -m tests.openapi

clients: $(DEV) ## lint the OpenAPI document, generate clients from it, and run them
	.ci/clients

# Takes an hour and some gigabytes below build/: ARGS="--sizes 1000,20000 --rounds 1" for a glance.
bench: $(DEV) ## measure Parley beside its peers and write docs/performance.md (ARGS=--help)
	$(BIN)/python -m benchmarks $(ARGS)

lock: ## pin all dependencies anew (needs uv; ARGS=--upgrade for newer versions)
	$(LOCK) --extra postgres --group build $(ARGS) --output-file requirements.lock
	$(LOCK) --extra postgres --group build --group dev $(ARGS) --constraint requirements.lock \
	  --output-file requirements-dev.lock

clean: ## remove .venv, caches and reports
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	rm -rf .coverage .coverage.* htmlcov build dist
	find app tests -name __pycache__ -type d -prune -exec rm -rf {} +

LOCK = $(UV) pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
  --no-emit-index-url --no-header --quiet

$(CREATED):
	@command -v "$(PYTHON)" >/dev/null || { \
	  echo "Parley needs Python 3.11 or newer, and there is no $(PYTHON) here." >&2; \
	  echo "Install it, or name another one: make PYTHON=python3.12 ..." >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Parley needs Python 3.11 or newer; $(PYTHON) is `$(PYTHON) -V 2>&1`." >&2; \
	  echo "Name another one: make PYTHON=python3.12 ..." >&2; exit 1; }
	@echo "Creating $(VENV)"
	@"$(PYTHON)" -m venv $(VENV) || { \
	  echo "$(PYTHON) could not create $(VENV). On Debian: apt-get install python3-venv" >&2; \
	  exit 1; }
	@touch $@

$(RUNTIME): requirements.lock pyproject.toml $(CREATED)
	@echo "Installing requirements.lock"
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV): requirements-dev.lock $(RUNTIME)
	@echo "Installing requirements-dev.lock"
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

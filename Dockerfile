FROM python:3.11-slim AS builder

ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /build
# pysqlite3 has no wheel for Linux on ARM; there it is compiled against Debian's SQLite.
RUN if [ "$(uname -m)" != x86_64 ]; then \
        apt-get update \
        && apt-get install -y --no-install-recommends gcc libc6-dev libsqlite3-dev \
        && rm -rf /var/lib/apt/lists/*; \
    fi
# The virtual environment has no pip of its own; it is filled from outside.
RUN python -m venv --without-pip /srv/parley/venv
COPY requirements.lock ./
RUN pip --python /srv/parley/venv/bin/python install --require-hashes -r requirements.lock
COPY pyproject.toml LICENSE ./
COPY app ./app
RUN pip --python /srv/parley/venv/bin/python install --no-deps --no-build-isolation .


FROM python:3.11-slim

# A numeric user, so that a cluster can see that it is not root.
RUN groupadd --gid 10001 parley \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent parley \
    && install --directory --owner=10001 --group=10001 /data
# The image has no bytecode of Python's own library, and nothing could be written at run time: every
# start would compile it anew.
RUN python -m compileall -q -x site-packages \
        "$(python -c 'import sysconfig; print(sysconfig.get_path("stdlib"))')"
COPY --from=builder /srv/parley/venv /srv/parley/venv
COPY seed /srv/parley/seed

ENV PATH=/srv/parley/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    PARLEY_HOST=0.0.0.0 \
    PARLEY_PORT=8000 \
    PARLEY_DATABASE_URL=sqlite:////data/parley.db \
    PARLEY_SEED_DIR=/srv/parley/seed

WORKDIR /data
USER 10001:10001
VOLUME /data
EXPOSE 8000

# http.client, because urllib would go through a proxy named in the environment.
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --start-interval=1s \
    CMD ["python", "-c", "import http.client, os, sys; c = http.client.HTTPConnection('127.0.0.1', int(os.environ['PARLEY_PORT']), timeout=3); c.request('GET', '/healthz'); sys.exit(c.getresponse().status != 200)"]

CMD ["parley", "serve"]

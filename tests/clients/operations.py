"""Whether a generated client has every operation of the document: prints how many, or fails."""

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path

# How a generator spells the operation list_claims, and how it shows where it declares one.
DECLARATIONS: dict[str, tuple[str, Callable[[str], str]]] = {
    "openapi-python-client": ("api/*/{0}.py", lambda name: r"\ndef sync_detailed\("),
    "python": ("parley_client/api/*.py", lambda name: rf"\n    def {name}\("),
    "typescript-fetch": ("apis/*.ts", lambda name: rf"\n    async {_camel(name)}\("),
    "java": ("src/main/**/api/*.java", lambda name: rf"\n  public \S+ {_camel(name)}\("),
    "openapi-ts": ("sdk.gen.ts", lambda name: rf"\nexport const {_camel(name)} ="),
    "openapi-typescript": ("schema.d.ts", lambda name: rf"\n    {name}: \{{"),
}


def _camel(name: str) -> str:
    return re.sub(r"_(\w)", lambda found: found[1].upper(), name)


def missing(document: Path, generator: str, folder: Path) -> tuple[int, list[str]]:
    """How many operations the document has, and which of them the client lacks."""
    paths = json.loads(document.read_text(encoding="utf-8"))["paths"]
    names = [
        operation["operationId"] for methods in paths.values() for operation in methods.values()
    ]
    pattern, declaration = DECLARATIONS[generator]
    lacking = []
    for name in names:
        texts = [path.read_text(encoding="utf-8") for path in folder.glob(pattern.format(name))]
        if not any(re.search(declaration(name), text) for text in texts):
            lacking.append(name)
    return len(names), lacking


if __name__ == "__main__":
    total, lacking = missing(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
    sys.stdout.write(f"{total - len(lacking)} of {total} operations {' '.join(lacking)}\n")
    sys.exit(bool(lacking))

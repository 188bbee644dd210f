"""Names of people as volumes list them, "Haig, Alexander M., Jr.", turned round."""

import re
from typing import Final

_GENERATION: Final = re.compile(r"(Jr|Sr)\.?|[IV]{1,4}")


def turned_round(listed: str) -> str:
    """The name as people say it. What stands in parentheses (another name) is left out."""
    bare = re.sub(r"\s*[\(\[][^()\[\]]*[\)\]]", "", listed).strip(" ,")
    parts = [part.strip() for part in bare.split(",") if part.strip()]
    generation = [part for part in parts[1:] if _GENERATION.fullmatch(part)]
    given = [part for part in parts[1:] if part not in generation]
    # What follows the given names is a rank or a title.
    name = " ".join([*given[1:], *given[:1], *parts[:1]])
    for part in generation:
        name += f", {part}" if part[0] in "JS" else f" {part}"
    return name or listed

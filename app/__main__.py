"""The door to the command line: it is loaded here, while the collector of garbage rests."""

import gc
import sys
from typing import Any


def main() -> None:
    """Run a command of ``app.cli``.

    Loading makes a hundred thousand things and drops next to none. The collector would look through
    all of them again and again, at every start, and then whenever it looks through everything.
    """
    gc.disable()
    # FastAPI loads all of pydantic 1 to see that no shape is one of its; where it cannot be loaded,
    # none is. None of ours is.
    modules: dict[str, Any] = sys.modules
    modules["pydantic.v1"] = None
    from app.cli import main as run

    gc.freeze()
    gc.enable()
    run()


if __name__ == "__main__":
    main()

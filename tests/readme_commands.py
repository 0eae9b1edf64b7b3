"""The README's set-up commands and the exit code it states, read from it so that they cannot drift."""

from __future__ import annotations

import re
import sys
from pathlib import Path

README = Path(__file__).resolve().parent.parent / "README.md"


def commands(text: str) -> list[str]:
    """Lines of the README's fenced `sh` blocks that install ecoprod."""
    blocks = re.findall(r"```sh\n(.*?)```", text, flags=re.DOTALL)
    return [line.strip() for block in blocks for line in block.splitlines() if line.strip().startswith("pip install ")]


def exit_code(text: str) -> int:
    """The exit code that the README states for its example."""
    found = re.search(r"exit code \*\*(\d)\*\*", text)
    if found is None:
        raise SystemExit("README.md states no exit code")
    return int(found[1])


def main() -> None:
    """Print what was asked for: `first`, `second` or `exit-code`."""
    text = README.read_text(encoding="utf-8")
    wanted = sys.argv[1]
    first, second = commands(text)[:2]
    sys.stdout.write(str({"first": first, "second": second, "exit-code": exit_code(text)}[wanted]) + "\n")


if __name__ == "__main__":
    main()

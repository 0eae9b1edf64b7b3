"""JSON from outside: no numbers that are none, no bottomless nesting, bounded size."""

from __future__ import annotations

import json
import math
from typing import Any

from ecoprod.errors import At, InputError, Problem
from ecoprod.importing.records import Miss

MAX_JSON = 100_000_000


class _NoNumberError(ValueError):
    """A word such as NaN in the place of a number."""


def parse(raw: bytes, name: str) -> dict[str, Any] | Miss:
    """The object of a JSON document, or the Miss that says why it is none.

    Raises InputError for a document that is nested to exhaust its reader, or larger than any dataset.
    """
    if len(raw) > MAX_JSON:
        raise InputError([Problem("import-bomb", At(name), None, {"file": name})])
    try:
        written = raw.decode(json.detect_encoding(raw), "replace")
        found = json.loads(written, parse_constant=_refuse)
        if "\\ud" in written or "\\uD" in written:  # half a sign (a lone surrogate) can be written into no file
            found = json.loads(json.dumps(found, ensure_ascii=False).encode("utf-8", "replace"))
    except RecursionError as error:
        raise InputError([Problem("import-json-nested", At(name), None, {"file": name})]) from error
    except _NoNumberError as error:
        return Miss("import-json-constant", At(name), {"file": name, "value": str(error)})
    except ValueError as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else None
        reason = str(error)[:120].replace("\n", " ")
        return Miss("import-json-broken", At(name, line), {"file": name, "reason": reason})
    if not isinstance(found, dict):
        return Miss("import-json-broken", At(name), {"file": name, "reason": "no JSON object"})
    return found


def _refuse(word: str) -> float:
    raise _NoNumberError(word)


def number(value: object) -> float | None:
    """A finite number; None for anything else, a truth value and an overflow among it."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        found = float(value)
    except OverflowError:
        return None
    return found if math.isfinite(found) else None


def text(holder: object, key: str) -> str:
    """A text of an object, trimmed; empty where there is none."""
    value = holder.get(key) if isinstance(holder, dict) else None
    return value.strip() if isinstance(value, str) else ""


def part(holder: object, key: str) -> dict[str, Any]:
    """An object within an object; empty where there is none."""
    value = holder.get(key) if isinstance(holder, dict) else None
    return value if isinstance(value, dict) else {}


def parts(holder: object, key: str) -> list[dict[str, Any]]:
    """The objects of a list within an object."""
    value = holder.get(key) if isinstance(holder, dict) else None
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []

"""The text of a document for machines, apart from the documents: a list need not load a life cycle to be written."""

from __future__ import annotations

import json
import re
from typing import Any

from ecoprod.errors import ModelError


def to_json(document: dict[str, Any]) -> str:
    """The text of a document: UTF-8, LF, one line an entry (so that it diffs well), one final newline.

    Raises ModelError for a number that is none (NaN).
    """
    try:
        return "{\n" + ",\n".join(f" {_text(key)}: {_lines(value)}" for key, value in document.items()) + "\n}\n"
    except ValueError as error:
        raise ModelError(f"{document.get('schema')}: {error}") from error


_STEERING = re.compile("[\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Signs that steer a terminal or turn its text: names come from outside, and a document may be read on one."""


def _text(value: object) -> str:
    found = json.dumps(value, ensure_ascii=False, allow_nan=False)
    return found if found.isascii() else _STEERING.sub(lambda sign: f"\\u{ord(sign[0]):04x}", found)


def _lines(value: object) -> str:
    """The top level of a value line by line, what is below it in one line (the encoder is fast only without indent)."""
    if isinstance(value, list) and value:
        return "[\n" + ",\n".join(f"  {_text(entry)}" for entry in value) + "\n ]"
    if isinstance(value, dict) and value:
        return "{\n" + ",\n".join(f"  {_text(key)}: {_text(entry)}" for key, entry in value.items()) + "\n }"
    return _text(value)

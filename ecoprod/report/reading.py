"""Result documents read back, for `explain`: from outside, so nothing in them is believed before it is looked at."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ecoprod.errors import At, InputError, Problem
from ecoprod.textfile import is_file, is_folder, read_bytes

MAX_BYTES = 200_000_000
SCHEMA = "ecoprod.result/1"


def read_result(path: Path) -> dict[str, Any]:
    """A result document. Raises InputError for a missing file, what is no JSON, another document or a broken one."""
    if not is_file(path):
        code, named = "result-is-folder" if is_folder(path) else "result-missing", path.as_posix()
        raise InputError([Problem(code, At(named), None, {"file": named})])
    problems: list[Problem] = []
    raw = read_bytes(path, path.name, MAX_BYTES, problems)
    if raw is None:
        raise InputError(problems)
    try:
        document = json.loads(raw.decode("utf-8-sig"), parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else None
        raise InputError([Problem("result-not-json", At(path.name, line), None, {"file": path.name})]) from error
    found = document.get("schema") if isinstance(document, dict) else None
    if found != SCHEMA:
        params = {"file": path.name, "found": str(found)[:60], "wanted": SCHEMA}
        raise InputError([Problem("result-other-schema", At(path.name), "schema", params)])
    from ecoprod.report.schemas import faults

    wrong = faults("result", document)
    if wrong:
        raise InputError(
            [Problem("result-broken", At(path.name, None, place), place, {"reason": why}) for place, why in wrong[:20]]
        )
    return dict(document)


def _no_number(word: str) -> float:
    raise ValueError(word)

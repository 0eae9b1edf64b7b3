"""Worked cases beside a specification: what `standards check` says of their form. Their answers are the tests' work."""

from __future__ import annotations

from ecoprod.errors import Problem
from ecoprod.standards.cursor import Cursor, near_words
from ecoprod.standards.folders import Folder
from ecoprod.standards.reading import check_format
from ecoprod.standards.vocabulary import known_fact
from ecoprod.yamlfile import read_yaml

STATUSES = ("pass", "fail", "exempt", "not_applicable", "undetermined", "reported")
_FILE_KEYS = ("ecoprod", "spec", "on", "cases")
_CASE_KEYS = ("requirement", "given", "expect", "why", "margin", "missing", "reason")
_GIVEN_KEYS = (
    "value", "low", "high", "detection_limit", "flag", "text", "not_detected", "evidence", "declared", "missing",
)  # fmt: skip


def check_cases(folder: Folder, problems: list[Problem]) -> None:
    """Report cases of another specification or edition, of unknown requirements or indicators, and without a `why`."""
    info = folder.header.info
    shown = folder.header.file.name.rpartition("/")[0]
    names = (info.id, *(f"{info.id}@{e.id}" for e in info.editions))
    asked = {d.id for part in (folder.base, folder) if part is not None for d in part.drafts}
    for path in sorted((info.folder / "cases").glob("*.yaml")):
        file = read_yaml(path, f"{shown}/cases/{path.name}", problems)
        if file is None:
            continue
        top = Cursor(file, problems, file.data)
        top.keys(_FILE_KEYS, _FILE_KEYS)
        check_format(top)
        top.at("spec").word(names, required=True)
        top.at("on").day()
        for case in top.at("cases").each():
            _check_case(case, folder, asked)


def _check_case(case: Cursor, folder: Folder, asked: set[str]) -> None:
    case.keys(_CASE_KEYS, ("requirement", "given", "expect", "why"))
    name = case.at("requirement").text(required=True)
    if name is not None and name not in asked:
        case.report("standards-case-requirement", "requirement", id=name, near=near_words(name, sorted(asked)))
    case.at("expect").word(STATUSES, required=True)
    for indicator, given in case.at("given").items():
        given.keys(_GIVEN_KEYS)
        if known_fact(indicator, folder.facts) is None:
            near = near_words(indicator, folder.facts)
            given.report("standards-unknown-indicator", indicator=indicator, near=near)

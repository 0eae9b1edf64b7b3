"""Nothing lost: every number of the ministry's lists is coded, or left out for a reason that is written down.

`highlights.csv` says what each printed piece became (`limit`, `demand`, `baseline`, `condition`, `count`,
`designation`, `left-out`); `highlight_kinds.csv` which specification a printed kind is; `criteria.csv` which
requirement codes a row of the checked criteria. The lists themselves are read where they stand.
"""

from __future__ import annotations

import csv
import os
import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from ecoprod.resources import bundled
from ecoprod.units import Amount, convert, parse

HERE = Path(__file__).parent
SHARED = Path(os.environ.get("ECOPROD_SHARED", HERE.parent.parent / "shared")) / "facts"
NEEDS_LISTS = pytest.mark.skipif(not SHARED.is_dir(), reason="the transcribed lists (shared/facts) are not here")
ROLES = {"limit", "demand", "baseline", "date", "condition", "count", "designation", "left-out", "doubt"}
# What is a number in the lists: digits, Roman grades, Chinese grades, and a limit of zero in words.
NUMBER = re.compile(r"\d+(?:\.\d+)?|[ⅠⅡⅢ]|(?<![A-Za-z])I{1,3}(?=级)|[一二三]级|为零")
# Names that hold digits: standards, PM2.5, a part of a chemical's name.
NAME = re.compile(
    r"(?:GB/?T?|T/?[A-Z]{3,6}|HG/T|QB/T|FZ/T|YB/T|YD/T|JB/T|HJ|TS/T|ECER|NSF/ANSI|SJ/T|OKEO-TEXstandard)"
    r"/?\d[\d\.]*(?:-\d{2,4})?|PM2\.5|2-乙基己基"
)
UPPER, LOWER = r"≤|不超过|不大于|不高于|小于等于|不得超过|降到", r"≥|不低于|不小于|不少于|大于等于|提高到|提高(?=\d)"
OPERATORS = (
    ("at_most", UPPER), ("at_least", LOWER), ("less_than", r"<|小于"), ("more_than", r">|大于|超过"),
)  # fmt: skip
# How the lists write units, where that is not how ecoprod does.
UNITS = {
    "吨/吨": "t/t", "升": "L", "天": "day", "秒": "s", "次": "cycle", "倍": "倍", "kW·h": "kWh", "kwh": "kWh",
    "tce/吨": "tce/t", "tce/万米": "tce/万m", "kg/万米": "kg/万m", "kgce/100m": "kgce/m", "kg标煤": "kgce/t",
    "mg/C": "mg/(A·s)", "g/(kW·h)": "g/kWh", "g/(kW.h)": "g/kWh", "mg/Kg": "mg/kg", "g/Kg": "g/kg",
    "Pa.m3/s": "Pa·m3/s",
    "kg": "kg/t", "t": "t/t", "万kWh/MW": "万kWh/MW", "万kWh/M": "万kWh/MW", "kg/kW·h": "kg CO2-Eq/kWh",
    "(t/t)": "t/t", "(mg/m3)": "mg/m3", "种": "unit", "%Pr": "%", "ppm": "ppm", "°C": "°C",
    "dB": "dB(A)", "年": "year", "": "倍", "kgce": "kgce",
}  # fmt: skip
# Printed units that are coded otherwise, each with a `doubt` or a `note` on the limit that says so.
UNIT_IN_DOUBT = {
    ("electrodeposition-coating", "energy"), ("waterborne-architectural-coating", "cod"),
    ("tower-crane", "hoist-noise"),
}  # fmt: skip
UNIT = re.compile(
    r"(?:万?[A-Za-zµμ°%‰][A-Za-z0-9µμ°%/·\.]*(?:\((?:A|k?W[·.]h)\)|标煤|万米|吨)?|\((?:t/t|mg/m3)\)|吨/吨"
    r"|升|天|秒|次|倍|级|层|年|种)?"
)


def plain(text: str) -> str:
    """One spelling for widths, spaces and raised dots."""
    return re.sub(r"\s+", "", re.sub(r"[·•∙⋅]", "·", unicodedata.normalize("NFKC", text)))


def kind_name(printed: str) -> str:
    return re.sub(r"^\d+\s*[\..、]\s*", "", re.sub(r"[（(]\d+\s*种[）)]", "", printed).strip())


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


KINDS = {row["printed"]: row["kind"] for row in table(HERE / "highlight_kinds.csv")}
PIECES: dict[str, list[dict[str, str]]] = {}
for _piece in table(HERE / "highlights.csv"):
    PIECES.setdefault(_piece["kind"], []).append(_piece)


@cache
def lists() -> tuple[dict[str, str], ...]:
    rows = table(SHARED / "product-highlights.csv")
    unknown = {kind_name(row["kind_zh"]) for row in rows} - set(KINDS)
    assert not unknown, f"add these printed names to tests/highlight_kinds.csv: {unknown}"
    return tuple({**row, "kind": KINDS[kind_name(row["kind_zh"])]} for row in rows)


@cache
def spec(kind: str) -> dict[str, Any]:
    text = (bundled("product_specs") / kind / "spec.yaml").read_text(encoding="utf-8")
    return yaml.load(text, Loader=yaml.BaseLoader)  # type: ignore[no-any-return]


@cache
def requirements(kind: str) -> dict[str, dict[str, Any]]:
    text = (bundled("product_specs") / kind / "requirements.yaml").read_text(encoding="utf-8")
    found = yaml.load(text, Loader=yaml.BaseLoader)
    return {r["id"]: r for r in found["requirements"]}


def edition_of(kind: str, standard: str) -> str:
    """The edition whose number (or misprint) a row prints."""
    printed = plain(standard).replace("—", "-")
    for name, edition in spec(kind)["editions"].items():
        if any(plain(n) in printed for n in (edition["number"], *edition.get("also", ()))):
            return str(name)
    misprinted = {plain(n).replace("/", "") for n in spec(kind).get("aliases", {})}
    assert any(n in printed.replace("/", "") for n in misprinted) or "TCPCIF" in printed, (kind, standard)
    return str(next(iter(spec(kind)["editions"])))


def limits(requirement: dict[str, Any], edition: str) -> Iterator[dict[str, Any]]:
    """Limits of a requirement, alternatives included, for one edition."""
    for part in (requirement, *requirement.get("any_of", ())):
        for limit in part.get("limits", ()):
            if edition in limit.get("editions", [edition]):
                yield limit


def comparison(limit: dict[str, Any]) -> tuple[str, Any]:
    op = next(o for o in ("at_most", "at_least", "less_than", "more_than", "equals", "one_of") if o in limit)
    return op, limit[op]


def reading(piece: str) -> tuple[str, list[float], str]:
    """Direction, figures and unit of the last comparison that a printed piece holds."""
    text = plain(piece)
    number = list(re.finditer(r"(?<![A-Za-z/\d.])-?\d+(?:\.\d+)?(?:×10-8)?(?:[~～]\d+(?:\.\d+)?)?", text))[-1]
    before, behind = text[: number.start()], text[number.end() :]
    spans = [(m.start(), m.end(), op) for op, words in OPERATORS for m in re.finditer(words, before)]
    # “不大于” holds “大于”: a word inside a longer one says nothing
    whole = [s for s in spans if not any(o != s and o[0] <= s[0] and s[1] <= o[1] for o in spans)]
    op = max(whole)[2] if whole else "equals"
    if re.match(r"[^,，。]*以下", behind):
        op = "at_most"
    if re.match(r"[^,，。]*以上", behind):
        # grade 1 is the best grade
        op = "at_most" if behind.startswith("级") else "at_least"
    figures = [float(f.replace("×10-8", "e-8")) for f in re.split("[~～]", number.group())]
    unit = UNIT.match(behind)
    assert unit is not None
    return op, figures, unit.group().rstrip(".")


def coded(value: str) -> Amount:
    return Amount(0.0, "") if value in ("0", "0.0") else parse(value)


def same_figure(figure: float, unit: str, value: str) -> bool:
    """Whether a printed figure and a coded one are one quantity."""
    if figure == coded(value).value == 0:
        return True
    wanted = UNITS.get(unit, unit)
    per_100_m = unit == "kgce/100m"
    have = convert(Amount(figure / 100 if per_100_m else figure, parse(f"1 {wanted}").unit), coded(value).unit)
    return abs(have - coded(value).value) <= 1e-9 * abs(have)


# ---- every number ---------------------------------------------------------------------------------


@NEEDS_LISTS
def test_every_number_of_the_lists_is_accounted_for() -> None:
    lost = []
    numbers = 0
    for row in lists():
        text = plain(row["design_highlights_zh"])
        told = bytearray(len(text))
        for piece in PIECES.get(row["kind"], ()):
            for found in re.finditer(re.escape(plain(piece["printed"])), text):
                told[found.start() : found.end()] = b"\x01" * len(found.group())
        for found in NAME.finditer(text):
            told[found.start() : found.end()] = b"\x01" * len(found.group())
        for found in NUMBER.finditer(text):
            numbers += 1
            if not all(told[found.start() : found.end()]):
                lost.append((row["kind"], row["batch"], text[max(0, found.start() - 12) : found.end() + 8]))
    assert numbers > 1500
    assert lost == []


@NEEDS_LISTS
def test_no_piece_is_made_up() -> None:
    """Each piece is printed in a list, has a known role, and says why where it is not coded."""
    for kind, pieces in PIECES.items():
        texts = [plain(r["design_highlights_zh"]) for r in lists() if r["kind"] == kind]
        for piece in pieces:
            assert any(plain(piece["printed"]) in t for t in texts), piece
            assert piece["role"] in ROLES, piece
            assert piece["role"] in ("limit", "demand") or piece["why"], piece
            for name in filter(None, piece["requirement"].split(";")):
                assert name in requirements(kind), piece


@NEEDS_LISTS
def test_every_kind_of_the_lists_is_a_specification() -> None:
    assert {kind_name(r["kind_zh"]) for r in table(SHARED / "product-highlights.csv")} == set(KINDS)
    for row in lists():
        assert edition_of(row["kind"], row["standard"]) in spec(row["kind"])["editions"]


def printing(kind: str, piece: dict[str, str]) -> list[dict[str, str]]:
    """The rows of the lists that print a piece."""
    wanted = plain(piece["printed"])
    return [r for r in lists() if r["kind"] == kind and wanted in plain(r["design_highlights_zh"])]


@NEEDS_LISTS
def test_every_coded_figure_is_the_printed_one() -> None:
    """Value, unit and direction of each limit, read out of the printed piece by other means."""
    checked = 0
    for kind, pieces in PIECES.items():
        for piece in pieces:
            if piece["role"] != "limit":
                continue
            assert piece["requirement"] in requirements(kind), f"{kind} has no requirement for {piece}"
            requirement = requirements(kind)[piece["requirement"]]
            for row in printing(kind, piece):
                batch = f"list-{row['batch']}"
                mine = [
                    m for m in limits(requirement, edition_of(kind, row["standard"]))
                    if batch in (m["source"], *m.get("also", ()))
                ]  # fmt: skip
                assert mine, (kind, piece, batch)
                _compare(kind, piece, mine[0])
                checked += 1
    assert checked > 1000


def _compare(kind: str, piece: dict[str, str], limit: dict[str, Any]) -> None:
    op, value = comparison(limit)
    where = (kind, piece["requirement"], piece["printed"], limit)
    if op == "one_of":
        return
    if "为零" in piece["printed"] and value == "0":
        return
    printed_op, figures, unit = reading(piece["printed"])
    doubted = "doubt" in limit or "note" in limit
    # “达到2级”, “严5%”, “为0.6” print a figure without a sign: it is to be met, a note or the words say how
    bare = printed_op == "equals" and (doubted or re.search("达到|为|严|保持|级|层", piece["printed"]) is not None)
    assert op == printed_op or bare, (where, printed_op)
    if isinstance(value, list):
        assert len(figures) == 2, where
        assert all(same_figure(f, unit, v) for f, v in zip(figures, value, strict=True)), where
    elif (kind, piece["requirement"]) in UNIT_IN_DOUBT and doubted:
        assert figures[-1] == coded(value).value, where
    else:
        assert same_figure(figures[-1], unit, value), (where, figures, unit)


@NEEDS_LISTS
def test_every_limit_cites_the_lists_that_print_it() -> None:
    for kind, pieces in PIECES.items():
        rows = [r for r in lists() if r["kind"] == kind]
        for name, requirement in requirements(kind).items():
            printed = [
                plain(p["printed"]) for p in pieces if p["requirement"] == name and p["role"] in ("limit", "demand")
            ]
            if not printed:
                assert requirement.get("refines") == "true" or "reported" in requirement, (kind, name)
                continue
            for edition in spec(kind)["editions"]:
                batches = {
                    f"list-{r['batch']}" for r in rows
                    if edition_of(kind, r["standard"]) == edition
                    and any(p in plain(r["design_highlights_zh"]) for p in printed)
                }  # fmt: skip
                cited = {s for m in limits(requirement, edition) for s in (m["source"], *m.get("also", ()))}
                if "refers_to" in requirement:
                    continue
                applies = edition in requirement.get("editions", [edition])
                assert batches == (cited if applies else set()), (kind, name, edition, batches, cited)


# ---- the checked criteria ------------------------------------------------------------------------


IN_WORDS = ("符合", "制浆", "电池", "环保", "不含", "不使用", "不得")
SIGNS = {"<=": "at_most", ">=": "at_least", "<": "less_than", ">": "more_than", "==": "equals", "in": "one_of"}
CRITERIA = {int(row["line"]): row for row in table(HERE / "criteria.csv")}


def criteria() -> list[tuple[int, dict[str, str]]]:
    return list(enumerate(table(SHARED / "product-criteria.csv"), 2))


@NEEDS_LISTS
def test_every_checked_criterion_is_coded_with_the_same_figure() -> None:
    assert len(criteria()) == 218
    assert {line for line, _ in criteria()} == set(CRITERIA)
    for line, row in criteria():
        told = CRITERIA[line]
        for name in told["requirements"].split(";"):
            requirement = requirements(told["kind"])[name]
            found = [m for part in (requirement, *requirement.get("any_of", ())) for m in part.get("limits", ())]
            if "refers_to" in requirement or row["value"].startswith(IN_WORDS):
                assert "refers_to" in requirement or comparison(found[0])[0] == "equals", (line, name)
                continue
            assert any(_is(row, m) for m in found), (line, row, found)


def _is(row: dict[str, str], limit: dict[str, Any]) -> bool:
    op, value = comparison(limit)
    if op == "one_of":
        return SIGNS[row["op"]] in ("one_of", "at_least")
    if row["value"] == "0":
        return value in ("0", "true")
    if SIGNS[row["op"]] != op:
        return False
    unit = re.sub(r"\s*\(.*\)", "", row["unit"]) if not row["unit"].startswith("dB(A)") else row["unit"]
    unit = {"-": "倍" if row["value"] == "1" else "", "d": "day", "a": "year", "次": "cycle", "dB": "dB(A)"}.get(
        unit, unit
    )
    unit = {"g/": "g/kWh", "m3/": "m3/(W·h)", "kWh/1000 m2": "kWh", "mg/L": "mg/L"}.get(unit, unit)
    ends = [float(f) for f in row["value"].split("~")]
    if isinstance(value, list):
        return all(same_figure(f, unit, v) for f, v in zip(ends, value, strict=True))
    if value in ("true", "false"):
        return row["value"] == "1"
    return same_figure(ends[0], unit, value)

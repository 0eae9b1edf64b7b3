"""Cells with a small grammar of their own: coatings, recycled content, transport, substances, data quality."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ecoprod.product import Leg, Substance
from ecoprod.readers.fields import Desk, fraction, quantity
from ecoprod.readers.substance_names import hidden_in, symbol_of
from ecoprod.readers.tables import Cell
from ecoprod.signs import plain_line

MODES = {
    "truck": "truck", "rail": "rail", "ship": "ship", "barge": "barge", "air": "air",
    "公路": "truck", "卡车": "truck", "货车": "truck", "汽车": "truck", "铁路": "rail", "火车": "rail",
    "海运": "ship", "船": "ship", "轮船": "ship", "内河": "barge", "驳船": "barge", "水运": "barge",
    "空运": "air", "航空": "air", "飞机": "air",
}  # fmt: skip
NOT_DETECTED = frozenset({"未检出", "not detected", "nd", "n.d.", "n. d."})
_MAX_PART = 300
"""Signs of the longest entry of a cell: what is longer is no entry, and is not searched for one."""
_TIMES = re.compile("[*×xX]")
_LEG = re.compile(r"(\D+?)\s+([0-9].*?)(?:\s+([0-9.]+\s*%))?")
_ROUNDING = 0.002
_RECYCLED = re.compile(r"(pre|post|消费前|消费后)\s*:?\s*(.+)")
_WHEN = {"pre": "pre", "post": "post", "消费前": "pre", "消费后": "post"}
_SUBSTANCE = re.compile(
    # a name, then a colon, a space or what cannot be part of a name: `Pb0.02 %` would read as `Pb0.0` holding 2 %
    r"([^\s:<>≤≥=%、;]+(?: [^\s:<>≤≥=%、;]+)*?)(?:\s*:\s*|\s+|(?=<|未检出)|(?<=[\u4e00-\u9fff]))"
    r"(<\s*[0-9].*|[0-9].*|未检出|not detected|n\.? ?d\.?)",
    re.IGNORECASE,
)
_NO_NAME = re.compile(r"[0-9.,]+|.*(未检出|not detected|(?<![0-9]),|,(?![0-9])).*", re.IGNORECASE)
"""What stands before a value and yet is no substance: a number, or two entries that no `;` keeps apart."""
_LOD = re.compile(r"(?:LOD|MDL|LOQ|检出限|定量限)\s*[:=]?\s*([0-9].*)", re.IGNORECASE)
AT_MOST = re.compile(r"(?:[≤≦⩽]|<=|=<)\s*[0-9.]")
"""Signs before a figure that do not say whether it was found or is the detection limit."""
_SPEAKS_OF_LOD = re.compile(r"LOD|MDL|LOQ|检出限|定量限", re.IGNORECASE)


def split_outside(text: str, separator: str = ";") -> list[str]:
    """Parts of a text at separators that stand outside round brackets."""
    parts, depth, start = [], 0, 0
    for index, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if sign == separator and depth <= 0:
            parts.append(text[start:index])
            start = index + 1
    return [part.strip() for part in (*parts, text[start:]) if part.strip()]


def coatings(desk: Desk, cell: Cell | None) -> tuple[tuple[str, float, float], ...]:
    """`zinc: 40 g/m2 × 0.3 m2` as (material, kg/m2, m2); several apart by `;`."""
    if cell is None:
        return ()
    found: list[tuple[str, float, float]] = []
    for part in split_outside(plain_line(cell.text)):
        material, _, amounts = part.partition(":")
        factors = [factor.strip() for factor in _TIMES.split(amounts, maxsplit=1)]
        if len(part) > _MAX_PART or not material.strip() or len(factors) != 2 or not all(factors):
            desk.fault(cell, "grammar-coating", value=part[:60])
            continue
        per_area = quantity(desk, cell, factors[0], "kg/m2")
        area = quantity(desk, cell, factors[1], "m2")
        if per_area is not None and area is not None:
            found.append((material.strip(), per_area, area))
    return tuple(found)


def recycled(desk: Desk, cell: Cell | None) -> tuple[float | None, float | None, float | None]:
    """`30 %` or `pre 10 % + post 20 %` as (all, pre-consumer, post-consumer), each 0..1 or None."""
    if cell is None:
        return None, None, None
    shares: dict[str, float] = {}
    parts = [part.strip() for part in plain_line(cell.text).split("+")]
    for part in parts:
        match = _RECYCLED.fullmatch(part)
        which = _WHEN[match[1]] if match else "all"
        value = fraction(desk, cell, match[2] if match else part)
        if which in shares or (which == "all" and len(parts) > 1):
            desk.fault(cell, "grammar-recycled", value=cell.text[:60])
            return None, None, None
        if value is None:
            return None, None, None
        shares[which] = value
    whole = sum(shares.values())
    if whole > 1:
        desk.fault(cell, "share-above-one", value=cell.text[:60])
        return None, None, None
    return whole, shares.get("pre"), shares.get("post")


def legs(desk: Desk, cell: Cell | None) -> tuple[Leg, ...]:
    """`truck 300 km; ship 1200 km 50 %` as transport legs; the share of the mass may stand last."""
    if cell is None:
        return ()
    found: list[Leg] = []
    written = split_outside(plain_line(cell.text))
    for part in written:
        match = _LEG.fullmatch(part) if len(part) <= _MAX_PART else None
        mode = MODES.get(match[1].strip().lower()) if match else None
        if match is None or mode is None:
            desk.fault(cell, "grammar-transport", value=part[:60], modes="truck, rail, ship, barge, air")
            continue
        distance = quantity(desk, cell, match[2], "km")
        part_share = fraction(desk, cell, match[3]) if match[3] else 1.0
        if distance is not None and part_share is not None:
            found.append(Leg(mode, distance, part_share))
    if len(found) == len(written) and not carries_all(found):
        desk.fault(cell, "legs-share", sum=share_text(found))
    return tuple(found)


def carries_all(legs: Sequence[Leg]) -> bool:
    """Whether the shares sum to a whole number: legs in sequence carry all (1 each), parallel ones split it.

    A rest of up to 0.2 % is rounding (three times 33.3 %).
    """
    total = sum(leg.share for leg in legs)
    return not legs or (round(total) >= 1 and abs(total - round(total)) <= _ROUNDING)


def share_text(legs: Sequence[Leg]) -> str:
    """The sum of the shares as it is shown."""
    return f"{100 * sum(leg.share for leg in legs):.4g} %"


def substances(desk: Desk, cell: Cell | None) -> tuple[Substance, ...] | None:
    """`Pb 0.02 %; Cd <2 mg/kg (IEC 62321); DEHP 未检出 (LOD 50 mg/kg)`; None for a blank cell."""
    if cell is None:
        return None
    found: dict[str, Substance] = {}
    for part in split_outside(plain_line(cell.text)):
        substance = _substance(desk, cell, part)
        if substance is not None and substance.name in found:
            desk.fault(cell, "substance-twice", substance=substance.name)
        elif substance is not None:
            found[substance.name] = substance
    return tuple(found.values())


def _substance(desk: Desk, cell: Cell, part: str) -> Substance | None:
    head, remark = bracket(part) if len(part) <= _MAX_PART else (part, "")
    match = _SUBSTANCE.fullmatch(head) if len(part) <= _MAX_PART else None
    if match is None and AT_MOST.search(part[:_MAX_PART]):
        desk.fault(cell, "at-most-sign", value=part[:60])
        return None
    if match is None or _NO_NAME.fullmatch(match[1]):
        desk.fault(cell, "grammar-substance", value=part[:60])
        return None
    name = _substance_name(match[1])
    element = hidden_in(name) if symbol_of(name) is None else None
    if element is not None:  # a limit is looked up under its own name: under another, the content would be overlooked
        desk.fault(cell, "substance-compound", name=name[:60], element=element)
        return None
    method, limit_text = remarks(remark)
    if limit_text is None and _SPEAKS_OF_LOD.search(remark):
        desk.fault(cell, "grammar-substance", value=part[:60])
        return None
    limit = fraction(desk, cell, limit_text) if limit_text else None
    if limit == 0:  # a limit of nothing would prove that nothing is there
        desk.fault(cell, "detection-limit-zero", value=part[:60])
        return None
    if limit_text and limit is None:
        return None
    value = match[2].strip()
    if is_not_detected(value):
        return Substance(name, not_detected=True, detection_limit=limit, method=method)
    content = fraction(desk, cell, value.lstrip("< "))
    if content is None:
        return None
    if value.startswith("<"):
        if content == 0:
            desk.fault(cell, "below-zero", value=part[:60])
            return None
        return Substance(name, below=content, detection_limit=limit, method=method)
    return Substance(name, fraction=content, detection_limit=limit, method=method)


def _substance_name(written: str) -> str:
    """The symbol of a known substance, also where it stands behind the name (`铅(Pb)`); else the name as written."""
    base, inner = bracket(written)
    symbols = [symbol_of(name) for name in (written, base, inner)]
    agreed = symbols[1] if symbols[1] == symbols[2] or symbols[2] is None else None
    return symbols[0] or agreed or written


def bracket(text: str) -> tuple[str, str]:
    """A text and the remark in round brackets at its end (`Cr(VI) <2 mg/kg (IEC 62321)`)."""
    text = text.strip()
    if not text.endswith(")"):
        return text, ""
    depth = 0
    for index in range(len(text) - 1, -1, -1):
        depth += (text[index] == ")") - (text[index] == "(")
        if depth == 0:
            return text[:index].strip(), text[index + 1 : -1].strip()
    return text, ""


def remarks(text: str) -> tuple[str | None, str | None]:
    """Method and detection limit out of `IEC 62321-5; LOD 2 mg/kg`."""
    method: list[str] = []
    limit: str | None = None
    for part in re.split(r"[;,]\s*", text):
        match = _LOD.fullmatch(part.strip())
        if match:
            limit = match[1]
        elif part.strip():
            method.append(part.strip())
    return "; ".join(method) or None, limit


def is_not_detected(text: str) -> bool:
    """Whether a text says that a test found nothing."""
    return plain_line(text).lower() in NOT_DETECTED


def pedigree(desk: Desk, cell: Cell | None) -> tuple[int, ...] | None:
    """Data quality `(2,1,3,1,2)`: five scores from 1 (best) to 5."""
    if cell is None:
        return None
    scores = re.findall(r"[0-9]+", plain_line(cell.text))
    if not re.fullmatch(r"\(?[1-5]([,; ] ?[1-5]){4}\)?", plain_line(cell.text)):
        desk.fault(cell, "grammar-pedigree", value=cell.text[:40])
        return None
    return tuple(map(int, scores))

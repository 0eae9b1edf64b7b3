"""`variants.yaml` becomes records; every problem with its line, and what a product does not have by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Literal

from ecoprod.background import Background
from ecoprod.errors import At, Problem
from ecoprod.lightweighting import Limit, Member
from ecoprod.product import Part, Product
from ecoprod.readers import expired
from ecoprod.readers.bom import read_parts
from ecoprod.readers.fields import Desk, amount, choice, near, number, wording
from ecoprod.readers.productfile import evidence_ids
from ecoprod.readers.tables import Cell, Row, Table
from ecoprod.readers.yamlcells import Node, as_cell, mapping, scalar, sequence
from ecoprod.screening.goals import read_objectives
from ecoprod.screening.in_vain import refuse_in_vain
from ecoprod.screening.parameters import read_parameters, value_of
from ecoprod.screening.saving import read_saving
from ecoprod.screening.variants import (
    AS_IS,
    AS_IS_WORDS,
    DOCUMENTED_ANYWAY,
    MOST_DRAWN,
    MOST_SEED,
    OF_THE_MATERIAL,
    SETTABLE,
    Equal,
    Listed,
    Option,
    Parameter,
    Slot,
    Variants,
)
from ecoprod.trace import Ledger
from ecoprod.units import convert
from ecoprod.yamlfile import read_yaml

KEYS = ("ecoprod", "options", "parameters", "design", "objectives", "use_saving")
OPTION_KEYS = ("part", "group", "name", "set")
SET_KEYS = (*SETTABLE, "at_equal", "cost")
MOST_OPTIONS = 5_000
_LIMITS: Mapping[str, Limit] = {
    "stiffness": "stiffness",
    "strength": "strength",
    "刚度": "stiffness",
    "强度": "strength",
}
_MEMBERS: Mapping[str, Member] = {
    "tie": "tie",
    "beam": "beam",
    "panel": "panel",
    "拉杆": "tie",
    "梁": "beam",
    "板": "panel",
}


def read_variants(
    path: Path, product: Product, background: Background, problems: list[Problem], *, on: date | None = None
) -> Variants | None:  # fmt: skip
    """The variants of a product; None where the file cannot be read at all. What is wrong goes to `problems`.

    `on`: the day of judgement, on which documents that options name have to be valid.
    """
    if not path.is_file():
        code = "variants-a-folder" if path.is_dir() else "variants-not-there"
        problems.append(Problem(code, At("--variants"), "--variants", {"path": str(path)}))
        return None
    file = read_yaml(path, path.name, problems)
    if file is None:
        return None
    desk = Desk(Ledger(), problems)
    top = Node(file, (), file.data)
    if mapping(desk, top, KEYS) is None:
        return None
    version = scalar(desk, top, "ecoprod")
    if version is None or version.text != "1":
        top.fault(desk, "variants-version", "ecoprod", found=version.text if version else "—")
    slots = _slots(desk, top, product)
    parameters = read_parameters(desk, sequence(desk, top.child("parameters")), product)
    _contradictions(desk, top, slots, {(p.target, p.column): p.name for p in parameters if p.of == "part"}, product)
    problems += _expired(slots, product, on)
    names = [p.name for p in parameters]
    for name in sorted({n for n in names if names.count(n) > 1 or n in {s.key for s in slots}}):
        top.fault(desk, "variants-name-twice", "parameters", name=name)
    # those that were all bad have been told of one by one
    if not any(node is not None and node.data for node in map(top.child, ("options", "parameters"))):
        top.fault(desk, "variants-empty", "options")
    kind, listed, sample, seed = _which(desk, top.child("design"), slots, {p.name: p for p in parameters})
    return Variants(
        slots, parameters, read_objectives(desk, sequence(desk, top.child("objectives"))), kind, listed, sample, seed,
        path.name, file.sha256, read_saving(desk, top.child("use_saving"), product, background),
        tuple(_kept(slots, product)),
    )  # fmt: skip


# ---- options -------------------------------------------------------------------------------------


def _slots(desk: Desk, top: Node, product: Product) -> tuple[Slot, ...]:
    """Options of the same part, or the same group, in one slot, in the order of the file."""
    known = {p.id: p for p in (*product.parts, *product.packaging)}
    found: dict[tuple[str, ...], list[Option]] = {}
    nodes = sequence(desk, top.child("options"))
    if len(nodes) > MOST_OPTIONS:
        top.fault(desk, "variants-too-many", "options", count=len(nodes), limit=MOST_OPTIONS)
    for node in nodes[:MOST_OPTIONS]:
        if mapping(desk, node, OPTION_KEYS) is None:
            continue
        parts = _parts(desk, node, known)
        name = wording(desk, scalar(desk, node, "name"), 80)
        if name is None:
            node.fault(desk, "key-needed", "name", key="name", example="name: aluminium")
        elif name.casefold() in AS_IS_WORDS:
            node.fault(desk, "variants-as-is", "name", name=name, words=", ".join(AS_IS_WORDS))
        option = _option(desk, node, name or "", [known[p] for p in parts if p in known], product)
        refuse_in_vain(desk, node, parts, known)
        options = found.setdefault(parts, [])
        if name is not None and name in {o.name for o in options}:
            node.fault(desk, "variants-option-twice", "name", name=name, part=" + ".join(parts))
        elif parts and name:
            options.append(option)
    as_is = Option(AS_IS, top.file.at("options"))
    return tuple(Slot(" + ".join(parts), parts, (as_is, *options)) for parts, options in found.items() if parts)


def _parts(desk: Desk, node: Node, known: Mapping[str, Part]) -> tuple[str, ...]:
    """Ids of the rows that an option changes; unknown ones are problems."""
    if (node.child("part") is None) == (node.child("group") is None):
        node.fault(desk, "variants-part-or-group")
        return ()
    if node.child("part") is not None:
        cell = scalar(desk, node, "part")
        cells = [cell] if cell else []
    else:
        group = node.child("group")
        cells = [c for n in sequence(desk, group) if (c := as_cell(n)) is not None]
        if group is not None and isinstance(group.data, list) and not cells:
            node.fault(desk, "variants-part-or-group", "group")
    for cell in cells:
        if cell.text not in known:
            desk.fault(cell, "variants-unknown-part", id=cell.text[:60], nearest=near(desk, cell.text, known))
    ids = [c.text for c in cells]
    for twice in sorted({i for i in ids if ids.count(i) > 1}):
        node.fault(desk, "variants-part-twice", "group", id=twice)
    return tuple(ids) if all(i in known for i in ids) else ()


def _option(desk: Desk, node: Node, name: str, parts: Sequence[Part], product: Product) -> Option:
    """What an option sets, read as the columns of a bill are read."""
    at = node.file.at(*node.path)
    given = mapping(desk, node.child("set"), SET_KEYS)
    if given is None or not isinstance(given.data, dict):
        if node.child("set") is None:
            node.fault(desk, "key-needed", "set", key="set", example="set: {material: 6061, mass: 1.2 kg}")
        return Option(name, at)
    plain = [key for key in given.data if key in SETTABLE and key != "evidence"]
    cells = {key: cell for key in plain if (cell := scalar(desk, given, key)) is not None}
    evidence = evidence_ids(desk, given, product.evidence)
    columns = (*cells, "evidence") if evidence else tuple(cells)
    equal = _equal(desk, given)
    if "material" in cells and "mass" not in cells and equal is None:
        given.fault(desk, "variants-without-mass", "material", option=name)
    if equal is not None and "mass" in cells:
        given.fault(desk, "variants-two-masses", "at_equal", option=name)
    if equal is not None and "material" not in cells:
        given.fault(desk, "variants-equal-of-what", "at_equal", option=name)
    if not columns and equal is None and given.child("cost") is None:
        given.fault(desk, "variants-sets-nothing", option=name)
    if equal is not None:
        held_in = {p.parent for p in (*product.parts, *product.packaging)}
        _may_be_equal(desk, given, name, [p for p in parts if p.id not in held_in])
    blank = [c for c in OF_THE_MATERIAL if "material" in cells and c not in cells]
    undocumented = not evidence and (equal is not None or any(c not in DOCUMENTED_ANYWAY for c in cells))
    row = _row(desk, cells, evidence, given)
    return Option(name, at, (*columns, *blank), row, equal, _cost(desk, given), undocumented)


def _row(desk: Desk, cells: Mapping[str, Cell], evidence: tuple[str, ...], given: Node) -> Part | None:
    """The cells read as a row of a bill of materials, with the documents that vouch for it."""
    at = given.file.at(*given.path)
    named = {"id": Cell("option", at), "name": Cell("option", at), "quantity": Cell("1", at)}
    # grams without a unit and the like are told in the words of the bill's reader
    table = Table((Row(at, {**named, **cells}),), {name: name for name in (*named, *cells)})
    rows = read_parts(table, "bom", Desk(Ledger(), desk.problems))
    return replace(rows[0], evidence=evidence) if rows else None


def _expired(slots: Sequence[Slot], product: Product, on: date | None) -> list[Problem]:
    """Documents that are no longer valid on the day of judgement: `assess` refuses a bill that names one."""
    found: list[Problem] = []
    for option in (o for slot in slots for o in slot.options):
        column = f"{option.at.column}.set.evidence"
        for name in option.row.evidence if option.row is not None else ():
            document = product.evidence.get(name)
            if document is not None and on is not None:
                found += expired(document, on, replace(option.at, column=column), column)
    return found


def _equal(desk: Desk, given: Node) -> Equal | None:
    """`stiffness of beam`, `strength of panel`, `刚度 板`."""
    cell = scalar(desk, given, "at_equal")
    if cell is None:
        return None
    words = cell.text.replace(" of ", " ").replace("的", " ").split()
    if len(words) != 2:
        desk.fault(cell, "variants-equal-grammar", value=cell.text[:60])
        return None
    limit = choice(desk, Cell(words[0], cell.at), _LIMITS)
    member = choice(desk, Cell(words[1], cell.at), _MEMBERS)
    return Equal(limit, member) if limit and member else None


def _may_be_equal(desk: Desk, given: Node, name: str, parts: Sequence[Part]) -> None:
    for part in parts:
        if part.material is None:
            given.fault(desk, "variants-equal-to-what", "at_equal", option=name, part=part.id)
        if part.mass_kg is None and (part.measure is None or part.role == "service"):
            given.fault(desk, "variants-equal-of-no-mass", "at_equal", option=name, part=part.id)


def _cost(desk: Desk, given: Node) -> float | None:
    """Added cost per product unit [CNY]; a saving is negative."""
    cell = scalar(desk, given, "cost")
    if cell is None:
        return None
    found = amount(Desk(Ledger(), []), cell, "CNY", "any")
    if found is None:
        desk.fault(cell, "variants-cost", value=cell.text[:60])
        return None
    return convert(found, "CNY")


def _kept(slots: Sequence[Slot], product: Product) -> list[tuple[str, Mapping[str, str]]]:
    """What a row goes on saying of itself although its material changes: shown, since it may not hold any more."""
    rows = {p.id: p for p in (*product.parts, *product.packaging)}
    found: list[tuple[str, Mapping[str, str]]] = []
    for slot in slots:
        for option in slot.options:
            if "material" not in option.columns:
                continue
            for part in (rows[p] for p in slot.parts):
                stated: dict[str, object] = {
                    "recycled_content": part.recycled_content, "process": part.processes, "coating": part.coatings,
                }  # fmt: skip
                kept = [column for column, value in stated.items() if value and column not in option.columns]
                if kept:
                    words = {"part": part.id, "option": option.name, "columns": ", ".join(kept)}
                    found.append(("variants-kept", words))
    return found


def _contradictions(
    desk: Desk, top: Node, slots: Sequence[Slot], varied: Mapping[tuple[str, str], str], product: Product
) -> None:
    """Two slots, or a slot and a parameter, that set the same column of the same row could be chosen together."""
    seen: dict[tuple[str, str], str] = {}
    for slot in slots:
        columns = {c for o in slot.options for c in (*o.columns, *(("mass",) if o.equal else ()))}
        for part in slot.parts:
            for column in sorted(columns):
                other = seen.setdefault((part, column), slot.key)
                if other != slot.key:
                    params = {"part": part, "column": column, "first": other, "second": slot.key}
                    top.fault(desk, "variants-contradictory", "options", **params)
                if (part, column) in varied:
                    params = {"part": part, "column": column, "first": varied[part, column], "second": slot.key}
                    top.fault(desk, "variants-contradictory", "parameters", **params)


# ---- which designs -------------------------------------------------------------------------------


Which = tuple[Literal["full", "list", "sample"], tuple[Listed, ...], int, int]


def _which(desk: Desk, node: Node | None, slots: Sequence[Slot], parameters: Mapping[str, Parameter]) -> Which:
    """Kind of design, those listed, size and seed of a sample."""
    if node is None or node.data == "full":
        return "full", (), 0, 1
    found = mapping(desk, node, ("list", "sample", "seed"))
    if found is None or not isinstance(found.data, dict):
        return "full", (), 0, 1
    if ("list" in found.data) == ("sample" in found.data):
        found.fault(desk, "variants-design")
        return "full", (), 0, 1
    if "sample" in found.data:
        count = _whole(desk, found, "sample", 1, MOST_DRAWN)
        return "sample", (), count, _whole(desk, found, "seed", 0, MOST_SEED) if "seed" in found.data else 1
    if "seed" in found.data:
        found.fault(desk, "screen-seed-without-sample", "seed")
    entries = sequence(desk, found.child("list"))
    listed = [_listed(desk, entry, slots, parameters) for entry in entries]
    for entry in entries:
        for name, parameter in parameters.items():
            if not parameter.stated and not (isinstance(entry.data, dict) and name in entry.data):
                entry.fault(desk, "variants-not-stated", name=name, field=parameter.field)
    if not listed:
        found.fault(desk, "variants-design", "list")
    return "list", tuple(listed), 0, 1


def _whole(desk: Desk, node: Node, key: str, least: int, most: int) -> int:
    """A whole number between two; 0 where it is none, with a problem."""
    cell = scalar(desk, node, key)
    if cell is None:
        return 0
    found = number(Desk(Ledger(), []), cell, "any")
    if found is None or not least <= found <= most or found != int(found):
        desk.fault(cell, f"variants-{key}", value=cell.text[:60], limit=most)
        return 0
    return int(found)


def _listed(desk: Desk, entry: Node, slots: Sequence[Slot], parameters: Mapping[str, Parameter]) -> Listed:
    """A mapping of part or group -> option and parameter -> value, or a list of option names that are unmistakable."""
    options: dict[str, str] = {}
    values: dict[str, float] = {}
    by_key = {_plain(s.key): s for s in slots}
    if isinstance(entry.data, list):
        return _by_name(desk, entry, slots)
    if mapping(desk, entry, None) is None or not isinstance(entry.data, dict):
        return Listed(options, values)
    for key in entry.data:
        cell = scalar(desk, entry, key)
        slot = by_key.get(_plain(str(key)))
        if cell is None:
            continue
        if slot is not None:
            if cell.text in {o.name for o in slot.options}:
                options[slot.key] = cell.text
            elif cell.text.casefold() not in AS_IS_WORDS:
                known = ", ".join(o.name for o in slot.options if o.name)
                desk.fault(cell, "variants-unknown-option", name=cell.text[:60], part=slot.key, known=known)
        elif key in parameters:
            value = value_of(desk, cell, parameters[str(key)])
            if value is not None:
                values[str(key)] = value
        else:
            known = ", ".join([*(s.key for s in slots), *parameters]) or "—"
            entry.fault(desk, "variants-unknown-name", key, name=str(key)[:60], known=known[:300])
    return Listed(options, values)


def _by_name(desk: Desk, entry: Node, slots: Sequence[Slot]) -> Listed:
    """A design as a list of option names, each of one slot alone."""
    options: dict[str, str] = {}
    for node in sequence(desk, entry):
        cell = as_cell(node)
        owners = [s for s in slots if cell and cell.text in {o.name for o in s.options}]
        if cell is None:
            continue
        if not owners:
            desk.fault(cell, "variants-option-of-none", name=cell.text[:60], known=_known(slots))
        elif len(owners) > 1:
            keys = ", ".join(s.key for s in owners)[:200]
            desk.fault(cell, "variants-option-of-several", name=cell.text[:60], parts=keys, first=owners[0].key)
        elif owners[0].key in options:
            params = {"part": owners[0].key, "first": options[owners[0].key], "second": cell.text}
            desk.fault(cell, "variants-two-options", **params)
        else:
            options[owners[0].key] = cell.text
    return Listed(options, {})


def _plain(key: str) -> str:
    return "".join(key.split())


def _known(slots: Sequence[Slot]) -> str:
    return ", ".join(dict.fromkeys(o.name for s in slots for o in s.options if o.name))[:300] or "—"


def with_sample(variants: Variants, sample: int | None, seed: int | None) -> Variants:
    """The variants with the sample that the command line asks for."""
    if sample is None:
        return variants if seed is None else replace(variants, seed=seed)
    return replace(variants, design="sample", sample=sample, seed=variants.seed if seed is None else seed, listed=())

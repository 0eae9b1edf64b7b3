"""Room: files become records; every problem of every file is collected.

Comes in: a product folder (or its product file). Goes out: a `Product`, each value in the ledger with its file and
line, and the list of all problems. A value that cannot be read is None; reading goes on behind it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ecoprod.errors import At, Problem
from ecoprod.product import (
    BasicRequirement,
    Declared,
    Evidence,
    FileHash,
    MappingRow,
    Part,
    ProcessRow,
    Product,
)
from ecoprod.readers import heads, lifecycle, productfile
from ecoprod.readers.bom import read_parts
from ecoprod.readers.fields import Desk, near, wording
from ecoprod.readers.listed import Listed
from ecoprod.readers.productfile import quantity_key
from ecoprod.readers.site import read_evidence, read_mapping, read_processes
from ecoprod.readers.tables import Table, read_table
from ecoprod.readers.yamlcells import Node, mapping, scalar
from ecoprod.textfile import is_file, is_folder
from ecoprod.trace import Ledger
from ecoprod.units import convert, same_dimension
from ecoprod.yamlfile import read_yaml

PRODUCT_FILE = "product.yaml"
SAME_MASS = 0.02
"""Relative difference of the mass and a product unit in a mass that is let pass, as of a sum of masses."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read. `product` is None only where there is no readable product file."""

    product: Product | None
    problems: tuple[Problem, ...]


def read_product(path: Path, ledger: Ledger) -> Reading:
    """Read a product folder, or a product file, with all files it names."""
    folder, name = (path, PRODUCT_FILE) if is_folder(path) else (path.parent, path.name)
    problems = Listed()
    if path.suffix not in (".yaml", ".yml") and not (is_folder(path) or is_file(path)):
        named = path.as_posix()
        return Reading(None, (Problem("folder-missing", At(named), None, {"folder": named}),))
    file = read_yaml(folder / name, name, problems)
    if file is None:
        return Reading(None, problems.all())
    desk = Desk(ledger, problems)
    top = Node(file, (), file.data)
    files = {name: FileHash(name, file.sha256)}
    product = _product(folder, name, top, files, desk)
    return Reading(product, problems.all())


def _product(folder: Path, name: str, top: Node, files: dict[str, FileHash], desk: Desk) -> Product:
    mapping(desk, top, productfile.KEYS)
    productfile.check_version(desk, top)
    about = mapping(desk, top.child("product"), ("name", "model", "category", "maker", "mass", "evidence"))
    for key, example in (("product", "product: {name: …, mass: 68 kg}"), ("product_unit", "product_unit: 1 unit")):
        if top.child(key) is None:
            top.fault(desk, "key-needed", key, key=key, example=example)
    if about is not None and scalar(desk, about, "name") is None:
        about.fault(desk, "key-needed", "name", key="name", example="@example-name")
    maker = mapping(desk, about.child("maker") if about else None, ("name", "site"))
    mass, precision = productfile.declared_mass(desk, about)
    unit = mapping(desk, top.child("functional_unit"), ("service", "of", "service_per_product", "evidence"))
    tables = {key: _table(folder, top, key, files, desk) for key in _KINDS}
    parts, packaging = (read_parts(t, key, desk) if (t := tables[key]) else () for key in ("bom", "packaging"))
    evidence = read_evidence(tables["evidence"], folder, files, desk) if tables["evidence"] else {}
    known = None if tables["evidence"] is None and top.child("evidence") else evidence
    bill = tables["bom"]
    unread = top.child("bom") is not None and (bill is None or "id" not in bill.columns)
    named = None if unread else parts
    process = read_processes(tables["process"], named, desk) if tables["process"] else ()
    _check_evidence(parts, known, desk)
    _check_evidence(packaging, known, desk)
    mapped = read_mapping(tables["mapping"], desk) if tables["mapping"] else ()
    rows: tuple[ProcessRow | MappingRow, ...] = (*process, *mapped)
    for row in rows:
        _unknown_evidence(row.evidence, known, At(row.at.file, row.at.line, "evidence", row.at.sheet), desk)
    unpacked = _if_mapping(top.child("packaging"))
    packaging_none, _ = lifecycle.none_reason(desk, unpacked, "evidence")
    reporting, base = (productfile.read_period(desk, top, key, known) for key in ("reporting_period", "base_period"))
    productfile.check_periods(desk, top, reporting, base)
    legs, distribution_none = lifecycle.read_distribution(desk, top, known)
    return Product(
        folder=folder,
        file=name,
        name=wording(desk, scalar(desk, about, "name")) or "",
        model=wording(desk, scalar(desk, about, "model")),
        category=productfile.name_of_file(desk, scalar(desk, about, "category"), folder),
        maker_name=wording(desk, scalar(desk, maker, "name")),
        maker_site=wording(desk, scalar(desk, maker, "site")),
        mass_kg=mass,
        mass_precision_kg=precision,
        assessed_on=productfile.assessed_on(desk, top),
        product_unit=quantity_key(desk, top, "product_unit", "product:product_unit"),
        service=quantity_key(desk, unit, "service", "product:service"),
        service_of=wording(desk, scalar(desk, unit, "of")),
        service_per_product=productfile.service_per_product(desk, top, unit),
        reporting_period=reporting,
        base_period=base,
        parts=parts,
        packaging=packaging,
        processes=process,
        meters=lifecycle.read_meters(desk, top),
        distribution=legs,
        distribution_none=distribution_none,
        use=lifecycle.read_use(desk, top, None if named is None else {part.id: None for part in parts}, known),
        end_of_life=lifecycle.read_end_of_life(desk, top, folder, known),
        declared=productfile.read_declared(desk, top, known),
        basic=productfile.read_basic(desk, top, known),
        evidence=evidence,
        mapping=mapped,
        lca_none=lifecycle.read_lca_none(desk, top),
        has_process_file=top.child("process") is not None,
        has_packaging_file=tables["packaging"] is not None,
        files=tuple(sorted(files.values(), key=lambda file: file.path)),
        packaging_none=packaging_none,
        circularity=lifecycle.read_circularity(desk, top),
        service_evidence=productfile.evidence_ids(desk, unit, known) if unit is not None else (),
        mass_evidence=productfile.evidence_ids(desk, about, known) if about is not None else (),
        packaging_evidence=productfile.evidence_ids(desk, unpacked, known) if unpacked is not None else (),
    )


_KINDS = {
    "bom": heads.BOM,
    "process": heads.PROCESS,
    "packaging": heads.BOM,
    "evidence": heads.EVIDENCE,
    "mapping": heads.MAPPING,
}


def _if_mapping(node: Node | None) -> Node | None:
    """`packaging` is a file name, or `{none: reason}`."""
    return node if node is not None and isinstance(node.data, dict) else None


def _table(folder: Path, top: Node, key: str, files: dict[str, FileHash], desk: Desk) -> Table | None:
    if key == "packaging" and _if_mapping(top.child(key)):
        return None
    named = scalar(desk, top, key)
    return None if named is None else read_table(folder, named, _KINDS[key], files, desk.problems)


def _check_evidence(parts: Iterable[Part], known: dict[str, Evidence] | None, desk: Desk) -> None:
    for part in parts:
        _unknown_evidence(part.evidence, known, part.at_column("evidence"), desk)


def _unknown_evidence(ids: Iterable[str], known: dict[str, Evidence] | None, at: At, desk: Desk) -> None:
    for name in ids if known is not None else ():
        if name not in (known or {}):
            params = {"id": name[:60], "nearest": near(desk, name, known or ())}
            desk.problems.append(Problem("evidence-unknown", at, "evidence", params))


def evidence_problems(product: Product, on: date) -> list[Problem]:
    """Documents that something rests on but that are expired on the day of judgement.

    One that is not issued yet on that day is no error: it proves nothing then, and what rests on it stays open.
    """
    holders: list[Part | ProcessRow | Declared | BasicRequirement] = [
        *product.parts, *product.packaging, *product.processes, *product.declared.values(), *product.basic.values(),
    ]  # fmt: skip
    stages = (
        *product.distribution, product.use, product.end_of_life, product.reporting_period, product.base_period,
        *product.mapping,
    )  # fmt: skip
    used = {*product.service_evidence, *product.mass_evidence, *product.packaging_evidence}
    used |= {name for holder in (*holders, *stages) if holder is not None for name in holder.evidence}
    found: list[Problem] = []
    for document in product.evidence.values():
        if document.id not in used:
            continue
        place = At(document.at.file, document.at.line, "valid_until", document.at.sheet)
        found += expired(document, on, place, "valid_until")
    return found


def expired(document: Evidence, on: date, at: At, field: str) -> list[Problem]:
    """That a document is no longer valid on a day, told where it can be mended; nothing while it is."""
    if document.valid_until is None or document.valid_until >= on:
        return []
    params = {"id": document.id, "until": str(document.valid_until), "on": str(on)}
    return [Problem("evidence-expired", at, field, params)]


def unit_problems(product: Product) -> list[Problem]:
    """A product unit that is part of a piece, or a mass that the product does not have.

    Everything per tonne is divided by it: one that is not what the bill of materials describes makes any figure.
    """
    unit, mass = product.product_unit, product.mass_kg
    if unit is None:
        return []
    at = product.key_at("product_unit")
    written = f"{unit.value:.6g} {unit.unit}"
    if same_dimension(unit.unit, "unit") and (unit.value < 1 or unit.value % 1):
        return [Problem("product-unit-no-piece", at, "product_unit", {"unit": written})]
    if mass is None or not same_dimension(unit.unit, "kg"):
        return []
    wanted = convert(unit, "kg")
    if abs(mass - wanted) <= SAME_MASS * wanted:
        return []
    return [Problem("product-unit-not-mass", at, "product_unit", {"unit": written, "mass": mass})]

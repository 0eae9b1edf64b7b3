"""The product behind a variants file; where it cannot be judged, the faults of the variants file are told as well."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from ecoprod.backgrounds import find_background
from ecoprod.corridor import Case, read_case
from ecoprod.errors import At, InputError, Problem
from ecoprod.foreground import Foreground
from ecoprod.product import Product
from ecoprod.readers import read_product
from ecoprod.readers.fields import Desk
from ecoprod.readers.yamlcells import Node, mapping, sequence
from ecoprod.screening.goals import read_objectives
from ecoprod.screening.reading import KEYS, OPTION_KEYS, SET_KEYS, read_variants
from ecoprod.trace import Ledger
from ecoprod.yamlfile import read_yaml

_OF_PRODUCT = frozenset(
    ("evidence-unknown", "evidence-expired", "variants-unknown-field", "variants-field-empty", "variants-saving-flow",
     "variants-unknown-option", "variants-unknown-name", "variants-mass-of-assembly", "variants-column-of-assembly")
)  # fmt: skip
"""What is wrong with a variants file only if the product was read to the end."""


def case_beside(
    path: Path, variants: Path | None, *, on: date | None, spec: str | None, overlays: Sequence[Path],
    background: str, methods: Sequence[str],
) -> tuple[Case, Foreground]:  # fmt: skip
    """The case of a product whose life cycle is calculated; arguments and errors as of `read_case`.

    Raises InputError with the problems of the variants file beside those of the product.
    """
    ledger = Ledger()
    try:
        case, foreground = read_case(
            path, ledger, on=on, spec=spec, overlays=overlays, background=background, methods=methods
        )
    except InputError as error:
        raise InputError([*error.problems, *(_of_file(path, variants, background, on) if variants else ())]) from None
    if foreground is None:
        raise InputError([Problem("screen-no-lca", At(case.product.file, None, "lca"), "lca")])
    return case, foreground


def _of_file(path: Path, variants: Path, background: str, on: date | None) -> list[Problem]:
    """What is wrong with a variants file, whatever else is wrong with its product; nothing without life cycle data."""
    problems: list[Problem] = []
    try:
        data = find_background(background)
    except InputError:
        return []
    reading = read_product(path, Ledger())
    if reading.product is not None:
        read_variants(variants, reading.product, data, problems, on=on)
        ids = _has_bill(reading.product, reading.problems)
        return [p for p in problems if p.code not in _OF_PRODUCT and (ids or p.code != "variants-unknown-part")]
    file = read_yaml(variants, variants.name, problems) if variants.is_file() else None
    if file is not None:
        desk, top = Desk(Ledger(), problems), Node(file, (), file.data)
        if mapping(desk, top, KEYS) is not None:
            for option in sequence(desk, top.child("options")):
                if (node := mapping(desk, option, OPTION_KEYS)) is not None:
                    mapping(desk, node.child("set"), SET_KEYS)
            read_objectives(desk, sequence(desk, top.child("objectives")))
    return problems


def _has_bill(product: Product, problems: Sequence[Problem]) -> bool:
    """Whether every row of bill and packaging was read, so that an id which is not there is none."""
    bill = {part.at.file for part in (*product.parts, *product.packaging)}
    of_processes = {row.at.file for row in product.processes} - bill
    tables = {p.at.file for p in problems if p.at.file not in (None, product.file)} - of_processes
    unnamed = any((p.at.column or "").startswith(("bom", "packaging")) for p in problems if p.at.file == product.file)
    return bool(product.parts) and not tables and not unnamed

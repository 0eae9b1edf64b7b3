"""The corridor: one product through every room, from its files to the verdict."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Literal

from ecoprod.assessment import Assessment
from ecoprod.background import Background
from ecoprod.backgrounds import find_background
from ecoprod.errors import At, InputError, Problem
from ecoprod.foreground import Foreground, build_foreground
from ecoprod.indicators import directions_of, measure_product, undeclarable
from ecoprod.lca import DEFAULT_METHODS, calculate
from ecoprod.product import FileHash, Product
from ecoprod.readers import evidence_problems, read_product
from ecoprod.scenarios import BUNDLED_NAME, Scenario
from ecoprod.standards import folder_or_name, indicators_needed, load_spec
from ecoprod.standards.records import Spec
from ecoprod.trace import Ledger
from ecoprod.verdict import evaluate, judge


def _quiet(_message: str) -> None:
    return None


def assess(
    path: Path, *, on: date | None = None, spec: str | None = None, overlays: Sequence[Path] = (),
    background: str = "core", methods: Sequence[str] = (), engine: Literal["cached", "brightway"] = "cached",
    notify: Callable[[str], None] | None = None, detail: bool = False,
) -> Assessment:  # fmt: skip
    """Judge one product (a folder with `product.yaml`, or that file) on a date.

    `on` defaults to `assessed_on` of the product file; `spec` to its `category`. `methods` are added to EF v3.1 and
    IPCC 2021. Raises InputError with every problem of every file; nothing is judged then.
    """
    ledger = Ledger()
    problems: list[Problem] = []
    data = find_background(background)
    reading = read_product(path, ledger)
    problems += reading.problems
    product = reading.product
    if product is None:
        raise InputError(problems)
    ledger.read("product:file", product.name, None, At(product.file))
    when = on or product.assessed_on
    chosen = _specification(product, spec, when, overlays, problems)
    foreground = None if product.lca_none else build_foreground(product, data, ledger, problems)
    problems += undeclarable(product)
    if when is not None:
        problems += evidence_problems(product, when)
    if problems or chosen is None or when is None:
        raise InputError(problems)
    return _judge(product, chosen, when, data, foreground, methods, engine, notify or _quiet, ledger, detail=detail)


def _specification(
    product: Product, spec: str | None, when: date | None, overlays: Sequence[Path], problems: list[Problem]
) -> Spec | None:
    if when is None:
        problems.append(Problem("no-date", At(product.file, None, "assessed_on"), "assessed_on"))
    # the product file may not name a folder, so that no product brings its own standard
    name = folder_or_name(spec) if spec else product.category
    if name is None:
        problems.append(Problem("no-category", At(product.file, None, "product.category"), "product.category"))
        return None
    try:
        found = load_spec(name, when or date.max, overlays)
    except InputError as error:
        problems += error.problems
        return None
    if found.role == "reference":
        place = At("--spec") if spec else At(product.file, None, "product.category")
        params = {"name": found.id, "number": found.numbers[0] if found.numbers else found.edition}
        problems.append(Problem("standards-not-a-category", place, "--spec" if spec else "product.category", params))
        return None
    return found


def _with_scenario(product: Product, scenario: Scenario) -> Product:
    """A scenario file of the user is one of the files the result rests on."""
    stated = product.end_of_life.scenario if product.end_of_life else None
    if stated is None or BUNDLED_NAME.fullmatch(stated):
        return product
    return replace(product, files=(*product.files, FileHash(scenario.file, scenario.sha256)))


def _judge(
    product: Product, spec: Spec, on: date, background: Background, foreground: Foreground | None,
    methods: Sequence[str], engine: Literal["cached", "brightway"], notify: Callable[[str], None], ledger: Ledger,
    *, detail: bool,
) -> Assessment:  # fmt: skip
    if foreground and foreground.scenario:
        product = _with_scenario(product, foreground.scenario)
    wanted = tuple(dict.fromkeys((*DEFAULT_METHODS, *methods)))
    lca = None
    if foreground is not None:
        lca = calculate(foreground, background, wanted, engine=engine, ledger=ledger, notify=notify, detail=detail)
    needed = indicators_needed(spec)
    measures = measure_product(
        product, foreground, lca, needed, background, on, ledger, focus=spec.lca_focus, boundary=spec.lca_stages,
        service=spec.functional_unit,        directions=directions_of(spec.requirements),
    )  # fmt: skip
    findings = evaluate(spec, measures, ledger)
    illustrative = any(m.illustrative for m in measures.values())
    unseen = frozenset(e.id for e in product.evidence.values() if e.file is None or e.sha256 is None)
    verdict = judge(spec, findings, illustrative=illustrative, unseen=unseen)
    return Assessment(product, spec, on, background, foreground, lca, measures, findings, verdict, ledger, illustrative)

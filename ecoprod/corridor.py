"""The corridor: one product through every room, from its files to the verdict."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ecoprod.assessment import Assessment
from ecoprod.background import Background
from ecoprod.backgrounds import find_background
from ecoprod.errors import At, InputError, Problem
from ecoprod.foreground import Foreground, build_foreground
from ecoprod.indicators import directions_of, measure_product, undeclarable
from ecoprod.lca import DEFAULT_METHODS, calculate
from ecoprod.product import FileHash, Product
from ecoprod.readers import evidence_problems, read_product, unit_problems
from ecoprod.recycling import (
    FootprintFile,
    circular_footprint_of,
    circularity_of,
    read_footprint_file,
    recycling_of_parts,
)
from ecoprod.scenarios import BUNDLED_NAME, Scenario
from ecoprod.standards import folder_or_name, indicators_needed, load_spec
from ecoprod.standards.records import Spec
from ecoprod.trace import Ledger
from ecoprod.verdict import evaluate, judge

if TYPE_CHECKING:
    from ecoprod.lca.held import Held


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
    case, foreground = read_case(
        path, ledger, on=on, spec=spec, overlays=overlays, background=background, methods=methods
    )
    found = _judge(case, foreground, engine, notify or _quiet, ledger, detail=detail)
    return found if foreground is None else _with_recycling(found, foreground, case.footprint, notify or _quiet)


def _with_recycling(
    found: Assessment, foreground: Foreground, file: FootprintFile | None, notify: Callable[[str], None]
) -> Assessment:
    """What stands beside the verdict: entered behind it, so that nothing of the verdict can rest on it."""
    return replace(
        found,
        recycling=recycling_of_parts(found.product, foreground, found.ledger),
        circularity=circularity_of(found.product, foreground, found.ledger),
        footprint=circular_footprint_of(file, found.product, foreground, found.background, found.ledger, notify)
        if file
        else None,
    )


@dataclass(frozen=True, slots=True)
class Case:
    """A product that was read, and what it is judged by: specification, date, life cycle data and methods.

    `footprint`: the file for the circular footprint, where the product names one.
    """

    product: Product
    spec: Spec
    on: date
    background: Background
    methods: tuple[str, ...]
    footprint: FootprintFile | None = None


def read_case(
    path: Path, ledger: Ledger, *, on: date | None = None, spec: str | None = None, overlays: Sequence[Path] = (),
    background: str = "core", methods: Sequence[str] = (),
) -> tuple[Case, Foreground | None]:  # fmt: skip
    """Everything that one judgement needs, read and checked; arguments and errors as of `assess`.

    The foreground is None where the product file says `lca: none`.
    """
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
    footprint = None if product.lca_none else read_footprint_file(product, data, ledger, problems)
    problems += [*undeclarable(product), *unit_problems(product)]
    if when is not None:
        problems += evidence_problems(product, when)
    if problems or chosen is None or when is None:
        raise InputError(problems)
    if foreground and foreground.scenario:
        product = _with_scenario(product, foreground.scenario)
    if footprint:
        product = replace(product, files=(*product.files, FileHash(footprint.path, footprint.sha256)))
    wanted = tuple(dict.fromkeys((*DEFAULT_METHODS, *methods)))
    return Case(product, chosen, when, data, wanted, footprint), foreground


def judge_design(
    case: Case, product: Product, notify: Callable[[str], None], held: Held | None = None, *, others: bool = True
) -> Assessment:  # fmt: skip
    """The same judgement of another design of the product, which stands in no file. Raises InputError.

    `held`: life cycle data in memory, with the impacts that are wanted, instead of the methods of the case.
    `others`: also measures that the specification does not ask for.
    """
    ledger, problems = Ledger(), list[Problem]()
    ledger.read("product:file", product.name, None, At(product.file))
    foreground = build_foreground(product, case.background, ledger, problems)
    problems += unit_problems(product)
    if problems:
        raise InputError(problems)
    of_design = replace(case, product=product)
    return _judge(of_design, foreground, "cached", notify, ledger, detail=False, held=held, others=others)


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
    case: Case, foreground: Foreground | None, engine: Literal["cached", "brightway"], notify: Callable[[str], None],
    ledger: Ledger, *, detail: bool, held: Held | None = None, others: bool = True,
) -> Assessment:  # fmt: skip
    product, spec, background = case.product, case.spec, case.background
    lca = None
    if foreground is not None:
        lca = calculate(
            foreground, background, case.methods, engine=engine, ledger=ledger, notify=notify, detail=detail, held=held
        )
    needed = indicators_needed(spec)
    measures = measure_product(
        product, foreground, lca, needed, background, case.on, ledger, focus=spec.lca_focus, boundary=spec.lca_stages,
        service=spec.functional_unit, directions=directions_of(spec.requirements), others=others,
    )  # fmt: skip
    findings = evaluate(spec, measures, ledger)
    illustrative = any(m.illustrative for m in measures.values())
    verdict = judge(spec, findings, illustrative=illustrative, unseen=unseen_evidence(product))
    return Assessment(
        product, spec, case.on, background, foreground, lca, measures, findings, verdict, ledger, illustrative
    )


def unseen_evidence(product: Product) -> frozenset[str]:
    """Ids of documents that are listed without their file and sha256."""
    return frozenset(e.id for e in product.evidence.values() if e.file is None or e.sha256 is None)

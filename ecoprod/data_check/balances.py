"""Does what goes into a dataset come out again? Mass and carbon, where the dataset asks for it."""

from __future__ import annotations

from collections.abc import Iterable

from ecoprod.background import Dataset
from ecoprod.data_check.records import Data, Params, of_dataset, of_exchange
from ecoprod.errors import Problem
from ecoprod.lca.inventory import unit_factor

TOLERANCE = 0.05
"""Share of what goes in by which a mass or carbon balance may miss: sources leave out small flows and round."""
_CARBON, _HYDROGEN, _OXYGEN = 12.011, 1.008, 15.999
CARBON_OF_FLOW = {
    "Carbon dioxide": _CARBON / (_CARBON + 2 * _OXYGEN),
    "Carbon monoxide": _CARBON / (_CARBON + _OXYGEN),
    "Methane": _CARBON / (_CARBON + 4 * _HYDROGEN),
}
"""kg carbon per kg of a flow, by the first word of its name: stoichiometry, IUPAC standard atomic weights."""


def balanced(data: Data) -> Iterable[Problem]:
    """Balances of the datasets that ask for them; one with an exchange that does not link is not weighed."""
    broken = {problem.at.line for problem in data.unlinked}
    for dataset in data.background.datasets.values():
        asked, _, reason = dataset.balance.partition(":")
        names = {name.strip() for name in asked.split(";") if name.strip()}
        if not names <= {"mass", "carbon", "none"} or not names or (names == {"none"} and not reason.strip()):
            params = {"dataset": dataset.id, "balance": dataset.balance or "—"}
            yield Problem("data-balance", of_dataset(dataset, "balance"), "balance", params)
        if any(e.line in broken for e in data.by_process.get(dataset.id, ())):
            continue
        if "mass" in names:
            yield from _mass(data, dataset)
        if "carbon" in names:
            yield from _carbon(data, dataset)


def _mass(data: Data, dataset: Dataset) -> Iterable[Problem]:
    """Mass of materials and resources in equals product, emissions and waste out.

    Water and fuels may end in the product or not: they widen the balance instead of deciding it. Processing,
    transport, heat and electricity are services and have no mass.
    """
    if dataset.unit != "kg":
        yield Problem("data-balance-unit", of_dataset(dataset, "balance"), "balance", {"dataset": dataset.id})
        return
    sure, perhaps, out = 0.0, 0.0, 1.0
    for exchange in data.by_process.get(dataset.id, ()):
        kg = data.kg(exchange)
        if kg is None:
            continue
        group = data.background.datasets[exchange.target].group if exchange.kind == "input" else exchange.kind
        if group in {"material", "component", "auxiliary", "resource"}:
            sure += kg
        elif group in {"water", "fuel"}:
            perhaps += kg
        elif group in {"treatment", "emission"}:
            out += kg
    if not sure * (1 - TOLERANCE) <= out <= (sure + perhaps) * (1 + TOLERANCE):
        params: Params = {"dataset": dataset.id, "inside": sure + perhaps, "outside": out}
        yield Problem("data-mass-balance", of_dataset(dataset, "balance"), "balance", params)


def _carbon(data: Data, dataset: Dataset) -> Iterable[Problem]:
    """Carbon of fuels and feedstock in equals carbon of the product and of CO2, CO and CH4 out.

    Contents of datasets stand in the manifest, each with its source: `carbon: {ID: {kg_per_unit, source, at}}`.
    """
    contents = data.background.manifest.get("carbon", {})
    inside, outside = 0.0, float(contents.get(dataset.id, {}).get("kg_per_unit", 0.0))
    for exchange in data.by_process.get(dataset.id, ()):
        if exchange.kind == "input":
            target = data.background.datasets[exchange.target]
            if exchange.target in contents:
                content = float(contents[exchange.target]["kg_per_unit"])
                inside += exchange.amount * unit_factor(exchange.unit, target.unit) * content
            elif target.group == "fuel":
                unknown: Params = {"dataset": dataset.id, "target": exchange.target}
                yield Problem("data-carbon-unknown", of_exchange(exchange, "target"), "target", unknown)
        else:
            carbon = (data.kg(exchange) or 0.0) * _carbon_of(exchange.target)
            inside, outside = (inside + carbon, outside) if exchange.kind == "resource" else (inside, outside + carbon)
    if abs(inside - outside) > TOLERANCE * max(inside, outside):
        params: Params = {"dataset": dataset.id, "inside": inside, "outside": outside}
        yield Problem("data-carbon-balance", of_dataset(dataset, "balance"), "balance", params)


def _carbon_of(flow: str) -> float:
    return CARBON_OF_FLOW.get(flow.split(",", maxsplit=1)[0], 0.0)

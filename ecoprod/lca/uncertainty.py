"""How sure a figure of a dataset is: a lognormal distribution from its pedigree score and the kind of its flow.

The pedigree `(r,c,t,g,f)` scores reliability, completeness, temporal, geographical and technological correlation from
1 (best) to 5. With U_i the published factor of a score and U_b the basic factor of the kind of flow,

    GSD² = exp(sqrt(Σ (ln U_i)² + (ln U_b)²))        sigma = ln(GSD²) / 2

where GSD is the geometric standard deviation and sigma the standard deviation of ln x, as Brightway's lognormal
distributions take it; 95 % of the values lie between x / GSD² and x · GSD². The factors and their source stand in
`lci_data/uncertainty.yaml`. An amount that is negative (an uptake) has this distribution in its magnitude.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import yaml

from ecoprod.background import Dataset, Exchange
from ecoprod.resources import bundled

Pedigree = tuple[int, int, int, int, int]
INDICATORS = ("reliability", "completeness", "temporal", "geographical", "technological")
"""What the five scores of a pedigree are about, in their order."""
_PEDIGREE = re.compile(r"\(\s*([1-5])\s*,\s*([1-5])\s*,\s*([1-5])\s*,\s*([1-5])\s*,\s*([1-5])\s*\)")
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Basic:
    """Basic factor U_b of a kind of flow, and the class of the published table it was taken from."""

    factor: float
    named: str


@dataclass(frozen=True, slots=True)
class Kinds:
    """Basic factors of one kind of exchange: the first rule whose beginning fits a flow's name, else `rest`."""

    rules: tuple[tuple[tuple[str, ...], Basic], ...]
    rest: Basic

    def of(self, flow: str) -> Basic:
        """The basic factor of a flow by its name."""
        return next((basic for starts, basic in self.rules if flow.startswith(starts)), self.rest)


@dataclass(frozen=True, slots=True)
class Factors:
    """The published factors: of each score of each indicator, and of kinds of flow."""

    pedigree: tuple[tuple[float, ...], ...]
    basic: Mapping[str, Kinds]
    transport: Basic
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lognormal:
    """Uncertainty of an amount: `sigma` of its logarithm, `gsd2` the factor that spans 95 % either way."""

    sigma: float
    gsd2: float
    pedigree: Pedigree
    basic: Basic


def read_pedigree(text: str) -> Pedigree | None:
    """Five scores of 1 to 5 from `(2,1,3,1,2)`; None for anything else."""
    found = _PEDIGREE.fullmatch(text.strip())
    if found is None:
        return None
    r, c, t, g, f = (int(score) for score in found.groups())
    return r, c, t, g, f


@lru_cache(maxsize=1)
def published() -> Factors:
    """The factors of `lci_data/uncertainty.yaml`, read once."""
    path = bundled("lci_data") / "uncertainty.yaml"
    content = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)
    scores, basic = content["pedigree"], content["basic"]
    kinds = {name: _kinds(basic[name]) for name in ("input", "total", "resource", "air", "water", "soil")}
    return Factors(
        tuple(tuple(float(x) for x in scores[name]) for name in INDICATORS),
        kinds,
        _basic(basic["input"]["transport"]),
        tuple(dict.fromkeys((str(scores["source"]), str(basic["source"])))),
    )


def _kinds(content: Mapping[str, Any]) -> Kinds:
    rules: Sequence[Mapping[str, Any]] = content.get("rules", ())
    return Kinds(tuple((tuple(rule["flows"]), _basic(rule)) for rule in rules), _basic(content["rest"]))


def _basic(content: Mapping[str, Any]) -> Basic:
    return Basic(float(content["factor"]), str(content["as"]))


def lognormal(pedigree: Pedigree, basic: Basic, factors: Factors) -> Lognormal:
    """The distribution of an amount with this pedigree and this basic factor."""
    ladder = (of[score - 1] for of, score in zip(factors.pedigree, pedigree, strict=True))
    root = math.sqrt(sum(math.log(factor) ** 2 for factor in (*ladder, basic.factor)))
    return Lognormal(root / 2, math.exp(root), pedigree, basic)


def basic_of(exchange: Exchange, supplier: Dataset | None, factors: Factors) -> Basic:
    """Basic factor of an exchange; `supplier`: the dataset that an input comes from."""
    if exchange.kind == "input":
        transport = supplier is not None and supplier.group == "transport"
        return factors.transport if transport else factors.basic["input"].rest
    if exchange.kind == "emission":
        compartment = exchange.compartment.split("/")[0]
        return factors.basic[compartment if compartment in factors.basic else "air"].of(exchange.target)
    return factors.basic[exchange.kind].of(exchange.target)


def of_exchange(exchange: Exchange, dataset: Dataset, datasets: Mapping[str, Dataset]) -> Lognormal | None:
    """Uncertainty of an exchange of `dataset`, by its own pedigree, else its dataset's; None where neither has one."""
    pedigree = read_pedigree(exchange.pedigree or dataset.data_quality)
    if pedigree is None:
        return None
    factors = published()
    return lognormal(pedigree, basic_of(exchange, datasets.get(exchange.target), factors), factors)

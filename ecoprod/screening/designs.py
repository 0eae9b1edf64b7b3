"""Which designs: every combination, those listed, or a Latin hypercube of them, as arrays in a stable order."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from ecoprod.errors import At, InputError, Params, Problem
from ecoprod.screening.table import ends
from ecoprod.screening.variants import Variants

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Numbers = NDArray[np.int16]

MOST_COMBINATIONS = 1_000_000
"""Combinations that are screened in full; beyond, a sample has to be asked for."""


def combinations_of(variants: Variants) -> float:
    """How many designs all options and values make; infinite where a parameter has a range."""
    if any(not p.values for p in variants.parameters):
        return math.inf
    every = math.prod([*(len(s.options) for s in variants.slots), *(len(p.values) for p in variants.parameters)])
    return float(min(every, 10**300))  # no float holds more


def count_of(variants: Variants) -> int:
    """How many designs there will be. Raises InputError for combinations without end, or too many of them."""
    if variants.design == "list":
        return len(variants.listed)
    every = combinations_of(variants)
    if variants.design == "sample":
        return int(min(variants.sample, every))
    if every > MOST_COMBINATIONS:
        ranges = ", ".join(p.name for p in variants.parameters if not p.values) or "—"
        code = "screen-range-needs-sample" if math.isinf(every) else "screen-too-many"
        params: Params = {"count": _told(every), "limit": _told(MOST_COMBINATIONS), "ranges": ranges}
        raise InputError([Problem(code, At(variants.file, None, "design"), "design", params)])
    return int(every)


def _told(count: float) -> str:
    """A count in full, as far as anybody reads it: 4 084 101."""
    return f"{count:,.0f}".replace(",", " ") if count < 1e12 else f"{count:.2e}"


def base_values(variants: Variants) -> Floats:
    """The parameters as the product's files have them."""
    return np.array([p.base for p in variants.parameters], dtype=np.float64)


def designs_of(variants: Variants, size: int) -> Iterator[tuple[int, Numbers, Floats]]:
    """Number of the first design, options and values, in chunks of at most `size` designs. Raises InputError."""
    count = count_of(variants)
    if variants.design == "list":
        yield from _listed(variants, size)
    elif variants.design == "sample" and variants.sample < combinations_of(variants):
        yield from _sampled(variants, count, size)
    else:
        yield from _full(variants, count, size)


def _full(variants: Variants, count: int, size: int) -> Iterator[tuple[int, Numbers, Floats]]:
    """Mixed radix: the last parameter turns fastest."""
    radix = [*(len(s.options) for s in variants.slots), *(len(p.values) for p in variants.parameters)]
    slots = len(variants.slots)
    for start in range(0, count, size):
        left = np.arange(start, min(start + size, count))
        digits = np.empty((len(left), len(radix)), dtype=np.int16)
        for place in reversed(range(len(radix))):
            left, digits[:, place] = np.divmod(left, radix[place])
        values = np.empty((len(digits), len(variants.parameters)))
        for n, parameter in enumerate(variants.parameters):
            values[:, n] = np.array(parameter.values)[digits[:, slots + n]]
        yield start, digits[:, :slots], values


def latin_hypercube(count: int, width: int, seed: int) -> Floats:
    """Designs × dimensions in 0..1: every dimension has one design in each of `count` equal strips.

    The very draws of `scipy.stats.qmc.LatinHypercube(width, rng=default_rng(seed))`: importing SciPy's statistics takes
    longer than screening ten thousand designs.
    """
    rng = np.random.default_rng(seed).spawn(1)[0]
    drawn: Floats = rng.uniform(size=(count, width))
    for column in drawn.T:
        strips = np.arange(1, count + 1)
        rng.shuffle(strips)
        column[:] = (strips - column) / count
    return drawn


def _sampled(variants: Variants, count: int, size: int) -> Iterator[tuple[int, Numbers, Floats]]:
    """A Latin hypercube over options and parameters."""
    slots, width = len(variants.slots), len(variants.slots) + len(variants.parameters)
    drawn = latin_hypercube(count, width, variants.seed)
    for start in range(0, count, size):
        unit = drawn[start : start + size]
        radix = np.array([len(s.options) for s in variants.slots], dtype=np.int16)
        choices = np.minimum((unit[:, :slots] * radix).astype(np.int16), radix - 1)
        values = np.empty((len(unit), len(variants.parameters)))
        for n, parameter in enumerate(variants.parameters):
            along = unit[:, slots + n]
            if parameter.values:
                known = np.array(parameter.values)
                values[:, n] = known[np.minimum((along * len(known)).astype(np.int64), len(known) - 1)]
            else:
                low, high = ends(parameter)
                values[:, n] = low + along * (high - low)
        yield start, choices, values


def _listed(variants: Variants, size: int) -> Iterator[tuple[int, Numbers, Floats]]:
    base = base_values(variants)
    for start in range(0, len(variants.listed), size):
        some = variants.listed[start : start + size]
        choices = np.zeros((len(some), len(variants.slots)), dtype=np.int16)
        values = np.tile(base, (len(some), 1))
        for row, design in enumerate(some):
            for n, slot in enumerate(variants.slots):
                name = design.options.get(slot.key, "")
                choices[row, n] = next(k for k, o in enumerate(slot.options) if o.name == name)
            for n, parameter in enumerate(variants.parameters):
                values[row, n] = design.values.get(parameter.name, parameter.base)
        yield start, choices, values

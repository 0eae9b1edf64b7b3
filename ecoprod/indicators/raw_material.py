"""The utilisation rate of raw materials beside the bill of materials: the maker's own masses and yields.

What is declared as raw material in the product is the mass of the output, or that of one of its materials; and no more
of a material is used well than the yields of the rows leave. The rate itself stays the declared one: the bill can
contradict it, it makes none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from ecoprod.errors import Params
from ecoprod.foreground import Foreground, leaves
from ecoprod.indicators.amounts import products_of
from ecoprod.indicators.settling import figure_words
from ecoprod.measure import Measure, Missing
from ecoprod.product import Product
from ecoprod.trace import Ledger
from ecoprod.units import Amount, UnitError, convert, same_dimension

RATE, IN_PRODUCT, USED = "raw-material-utilisation-rate", "raw-material-in-product", "raw-material-used"
MASSES_APART = "missing-raw-material-agrees"
"""What raw material in the product lacks that is no mass of the output."""
YIELDS_APART = "missing-yields-agree"
"""What a rate lacks that the yields of the bill of materials contradict."""
SAME_MASS = 0.02
"""Relative difference up to which two masses are one, as masses of the bill close."""
SAME_RATE = 0.0005
"""Relative difference up to which two rates are one, rounded to a tenth of a percent."""
_NAMED = 3


@dataclass(frozen=True, slots=True)
class OfTheBill:
    """What the bill of materials says of raw materials.

    `output_kg`: least and most mass of the output of the period (None: not known); `masses_kg`: that, those of its
    materials, and all of them of the whole plant. `most`: the share [%] that the yields leave of what goes in, rows
    without a yield losing nothing; `whole`: all rows state one. `rows`: those that do, with their places.
    """

    output_kg: tuple[float, float] | None
    masses_kg: tuple[tuple[float, float], ...]
    most: float | None
    whole: bool
    rows: str


def of_the_bill(product: Product, foreground: Foreground, mass: Measure) -> OfTheBill:
    """Masses and yields of the rows that the product contains."""
    parts = [t for t in leaves(foreground.parts) if not t.unaccounted]
    stated = [t for t in parts if t.part.yield_fraction is not None]
    net, gross = sum(t.net_kg for t in parts), sum(t.gross_kg for t in parts)
    products = products_of(product)
    output, masses = None, []
    if products is not None and mass.low and mass.high is not None:
        output = (mass.low * products, mass.high * products)
        kinds: dict[str, float] = {}
        for t in parts:
            for name in {f"part {t.part.id}", f"material {t.material_id}", f"class {t.material_class}"}:
                kinds[name] = kinds.get(name, 0.0) + t.net_kg * products
        one = [output, *((kg, kg) for kg in kinds.values())]
        masses = [(low * n, high * n) for n in _plants(product) for low, high in one]
    places = [f"{t.part.at} {t.part.id}" for t in stated]
    rows = ", ".join(places[:_NAMED]) + (f" … ({len(places)})" if len(places) > _NAMED else "")
    most = 100 * net / gross if stated and gross > 0 else None
    return OfTheBill(output, tuple(masses), most, len(stated) == len(parts), rows)


def beside_the_bill(found: Measure, declared: Mapping[str, Measure], bill: OfTheBill, ledger: Ledger) -> Measure:
    """The rate `found` from declared amounts, or the declared one where there is none, beside the bill of materials.

    Open where the amount in the product is no mass of the output; between both where the yields say another rate.
    """
    if (gap := _no_mass(declared.get(IN_PRODUCT), bill)) is not None:
        return Measure(RATE, "%", missing=(gap, *found.missing), declared=True, evidenced=False)
    stated = found if found.low is not None else _in_percent(declared.get(RATE))
    if stated is None or stated.low is None or stated.high is None or bill.most is None:
        return found
    above = stated.low > bill.most * (1 + SAME_RATE)
    below = bill.whole and stated.high < bill.most * (1 - SAME_RATE)
    if not (above or below):
        return found
    field = f"declared.{IN_PRODUCT if found.low is not None else RATE}.value"
    params: Params = {
        "id": RATE, "stated": figure_words(stated.low, stated.high), "found": f"{bill.most:.6g}", "rows": bill.rows,
    }  # fmt: skip
    trace = None
    if stated.trace is not None and stated.trace in ledger:
        trace = ledger.computed(f"bill:{RATE}", None, "%", "as declared, and by the yields", (stated.trace,))
    return replace(
        stated, low=min(stated.low, bill.most), high=max(stated.high, bill.most), trace=trace,
        missing=(Missing(field, YIELDS_APART, params), *(m for m in found.missing if m.code != "missing-rate")),
    )  # fmt: skip


def rests_on_the_bill(product: Product) -> bool:
    """Whether the rate of a product is one that its bill of materials may contradict."""
    return any(name in product.declared for name in (RATE, IN_PRODUCT, USED))


def _no_mass(stated: Measure | None, bill: OfTheBill) -> Missing | None:
    """What raw material in the product lacks that is neither the mass of the output nor that of a material in it."""
    if stated is None or stated.unit is None or stated.low is None or stated.high is None or bill.output_kg is None:
        return None
    if not same_dimension(stated.unit, "kg"):
        return None
    low, high = (convert(Amount(v, stated.unit), "kg") for v in (stated.low, stated.high))
    if any(high >= least * (1 - SAME_MASS) and low <= most * (1 + SAME_MASS) for least, most in bill.masses_kg):
        return None
    params: Params = {"id": IN_PRODUCT, "stated": figure_words(low, high), "found": figure_words(*bill.output_kg)}
    return Missing(f"declared.{IN_PRODUCT}.value", MASSES_APART, params)


def _plants(product: Product) -> list[float]:
    """How many times the output of this product the whole plant makes, as the keys of its meters have it; 1 first."""
    found = [1.0]
    for row in product.processes:
        own, every = row.key_product, row.key_total
        if own is not None and every is not None and own.value and same_dimension(own.unit, every.unit):
            found.append(convert(every, own.unit) / own.value)
    return list(dict.fromkeys(found))


def _in_percent(stated: Measure | None) -> Measure | None:
    if stated is None or stated.unit is None or stated.low is None or stated.high is None:
        return None
    try:
        low, high = (convert(Amount(v, stated.unit), "%") for v in (stated.low, stated.high))
    except UnitError:
        return None
    return replace(stated, unit="%", low=low, high=high)

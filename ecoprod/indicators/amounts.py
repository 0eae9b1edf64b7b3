"""The amounts of a period that rates are made of, as the site data know them, beside what is declared of them.

A declared amount may be this product's or the whole plant's: a rate is the same for both where both its amounts are. So
each amount of the site data has two figures, and a declaration agrees where it says one of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from ecoprod.background import Background, Dataset
from ecoprod.errors import Params
from ecoprod.foreground import Foreground, found_dataset
from ecoprod.indicators.documents import of_rows, resting_on
from ecoprod.indicators.settling import CONTRADICTIONS, SAME_FIGURE, figure_words, settled
from ecoprod.indicators.site_rows import MAYBE_VOC, VOC_NAMES, Adds, emits_to_air, voc_of, waste_of, water_of
from ecoprod.lca import organic_to_air
from ecoprod.measure import Measure, Missing
from ecoprod.product import Amount, ProcessRow, Product
from ecoprod.trace import Ledger
from ecoprod.units import convert, same_dimension

METERED = "missing-amount-metered"
"""What a declared amount lacks that the site data contradict: agreement with one of their figures."""
LANDFILLED = "missing-amount-not-landfilled"
"""What waste lacks that is declared as utilised while it was landfilled."""
OF_DOUBT = "missing-voc-or-not"
"""What emitted VOC lacks beside an organic emission of which nobody says whether it is VOC."""
_KG_PER_M3_WATER = 1000.0
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Metered:
    """One amount as the site data know it: this product's, the whole plant's, and the rows that say so.

    `gaps`: rows that contradict themselves, by which nobody knows the amount until they are corrected. `doubtful`: what
    the amount would be with the rows of which nobody says whether they belong to it; those are its rows.
    """

    product: Measure
    plant: Measure
    rows: str
    gaps: tuple[Missing, ...] = ()
    doubtful: Metered | None = None

    @property
    def between(self) -> Measure:
        """Whichever of the two is meant."""
        lows, highs = (self.product.low, self.plant.low), (self.product.high, self.plant.high)
        low = None if None in lows else min(v for v in lows if v is not None)
        high = None if None in highs else max(v for v in highs if v is not None)
        missing = (self.doubt("—"),) if self.doubtful is not None else ()
        return replace(self.product, low=low, high=high, missing=(*self.product.missing, *missing))

    def doubt(self, stated: str) -> Missing:
        """What a declaration lacks that says less than the amount would be with the doubtful rows."""
        more = self.doubtful or self
        least = [replace(m, high=m.low) for m in (more.product, more.plant)]
        params: Params = {
            "id": more.product.id, "stated": stated, "found": _found(least[0], least[1]),
            "unit": more.product.unit or "", "rows": more.rows,
        }  # fmt: skip
        return Missing(f"declared.{more.product.id}.value", OF_DOUBT, params)


def metered_amounts(
    product: Product, foreground: Foreground, background: Background, per_unit: Sequence[Measure], on: date,
    ledger: Ledger,
) -> dict[str, Metered]:  # fmt: skip
    """`fresh-water` [m3], `generated-solid-waste`, `utilised-solid-waste` and `voc-emitted` [kg], as far as known.

    Of waste no more can be utilised than is not landfilled or destroyed; of VOC at least what the rows name is emitted.
    """
    products = products_of(product)
    if products is None:
        return {}

    def waste(row: ProcessRow, dataset: Dataset | None, amount: Amount) -> Adds:
        return waste_of(row, dataset, amount, went_out=row.id in foreground.returned)

    def disposed(row: ProcessRow, dataset: Dataset | None, amount: Amount) -> Adds:
        return waste(row, dataset, amount) if dataset is not None and _is_disposal(dataset) else None

    # the output that figures per product were divided by falls out again: no document of it is needed
    lowering = [r for r in product.processes if r.kind == "co-product" or r.id in foreground.returned]

    def known(
        name: str, unit: str, rows: Sequence[tuple[ProcessRow, float]], top: Measure | None = None,
        gaps: tuple[Missing, ...] = (), entry: str = "site",
    ) -> Metered:  # fmt: skip
        own, whole = _sum(rows, foreground, products), _plant(rows)
        documents = of_rows([*(row for row, _ in rows), *lowering], product, on)
        inputs = tuple(e for row, _ in rows if (e := f"{row.key}/amount") in ledger)
        low = own if top is None or top.low is None else top.low * products
        high = None if top is None or top.high is None else top.high * products
        exact = low if low == high else None
        trace = ledger.computed(f"{entry}:{name}", exact, unit, "site data of the period", inputs)
        base = resting_on(Measure(name, unit, low, high, trace=trace), documents)
        return Metered(base, replace(base, low=whole, high=None if high is None else whole), _places(rows), gaps)

    top = {m.id: m for m in per_unit}
    found: dict[str, Metered] = {}
    for name, unit, of, rows in (
        ("fresh-water", "m3", top["water-per-unit"], _rows(water_of, product, foreground, background)),
        ("generated-solid-waste", "kg", top["waste-per-unit"], _rows(waste, product, foreground, background)),
    ):  # fmt: skip
        gaps = tuple(gap for gap in of.missing if gap.code in CONTRADICTIONS)
        if rows or gaps:
            found[name] = known(name, unit, rows, of, gaps)
    sure, all_of_them = _voc_rows(product, foreground, background)
    if all_of_them:
        found["voc-emitted"] = known("voc-emitted", "kg", sure)
    if _plant(all_of_them) > _plant(sure) * (1 + SAME_FIGURE):
        doubtful = known("voc-emitted", "kg", all_of_them, entry="site-organic")
        found["voc-emitted"] = replace(found["voc-emitted"], doubtful=doubtful)
    waste_known = found.get("generated-solid-waste")
    buried = _rows(disposed, product, foreground, background)
    if waste_known is not None and buried:
        found["utilised-solid-waste"] = _usable(waste_known, _sum(buried, foreground, products), _plant(buried), buried)
    return found


def _voc_rows(
    product: Product, foreground: Foreground, background: Background
) -> tuple[list[tuple[ProcessRow, float]], list[tuple[ProcessRow, float]]]:
    """The rows that name VOC, and those rows with what nobody says to be none; each the largest of its sorts."""
    if not any(emits_to_air(row) for row in product.processes):
        return [], []
    organic = organic_to_air()

    def of_sort(how: str) -> list[tuple[ProcessRow, float]]:
        return _rows(lambda row, _, amount: voc_of(row, amount, how, organic), product, foreground, background)

    sure = max(map(of_sort, VOC_NAMES), key=_plant)
    return sure, max(sure, of_sort(MAYBE_VOC), key=_plant)


def agreed(stated: Measure, metered: Metered, ledger: Ledger) -> Measure:
    """A declared amount beside the metered one: the two as one where they agree, else between both, with what it lacks.

    A contradiction counts with or without a document, since the document may be of either.
    """
    if stated.low is None or stated.high is None:  # words, or "not detected", beside a meter
        return metered.between
    own, plant = (_in_unit(m, stated.unit) for m in (metered.product, metered.plant))
    if own is None or plant is None:
        return stated
    sites = [site for site in (own, plant) if _agrees(stated, site)]
    if sites and (doubt := _doubt(stated, metered)) is not None:
        return replace(stated, high=None, missing=(doubt,), not_detected=False)
    if sites:
        return settled(sites[0], _inside(stated, sites[0]), ledger)
    lows = [m.low for m in (own, plant, stated) if m.low is not None]
    highs = [m.high for m in (own, plant, stated)]
    params: Params = {
        "id": stated.id, "stated": figure_words(stated.low, stated.high), "found": _found(own, plant),
        "unit": stated.unit or "", "rows": metered.rows,
    }  # fmt: skip
    code = LANDFILLED if stated.id == "utilised-solid-waste" else METERED
    inputs = tuple(t for t in (own.trace, stated.trace) if t is not None and t in ledger)
    trace = ledger.computed(f"site:{stated.id}/both", None, stated.unit, "metered, and as declared", inputs)
    return replace(
        stated, low=min(lows), high=None if None in highs else max(h for h in highs if h is not None), trace=trace,
        missing=(Missing(f"declared.{stated.id}.value", code, params),), not_detected=False,
        evidenced=stated.evidenced and own.evidenced, evidence=tuple(dict.fromkeys((*own.evidence, *stated.evidence))),
        doubted=(*own.doubted, *stated.doubted),
    )  # fmt: skip


def _doubt(stated: Measure, metered: Metered) -> Missing | None:
    """What a declared amount lacks that agrees with what is sure, and not with what may belong to it besides."""
    more = metered.doubtful
    if more is None:
        return None
    sites = [_in_unit(m, stated.unit) for m in (more.product, more.plant)]
    if any(site is not None and _agrees(stated, site) for site in sites):
        return None
    return metered.doubt(f"{figure_words(stated.low, stated.high)} {stated.unit or ''}")


def at_most_usable(metered: Mapping[str, Metered]) -> float | None:
    """The largest share of the waste [%] that can have been utilised; None where the site data do not say."""
    usable, all_of_it = metered.get("utilised-solid-waste"), metered.get("generated-solid-waste")
    if usable is None or all_of_it is None:
        return None
    shares = []
    for part, whole in ((usable.product, all_of_it.product), (usable.plant, all_of_it.plant)):
        if part.high is None or not whole.low:
            return None
        shares.append(100 * part.high / whole.low)
    return max(shares)


def _agrees(stated: Measure, site: Measure) -> bool:
    """Whether a declared amount lies within what the site data say, up to rounding."""
    low, high = site.low or 0.0, float("inf") if site.high is None else site.high
    least, most = stated.low or 0.0, float("inf") if stated.high is None else stated.high
    return most >= low * (1 - SAME_FIGURE) and least <= high * (1 + SAME_FIGURE)


def _inside(stated: Measure, site: Measure) -> Measure:
    """A declared amount that rounding has led past a bound of the site data: at that bound."""
    if stated.value is None or site.value is not None:
        return stated
    value = max(stated.value, site.low or 0.0)
    value = value if site.high is None else min(value, site.high)
    return replace(stated, low=value, high=value)


def _in_unit(measure: Measure, unit: str | None) -> Measure | None:
    """A metered amount in the unit of a declaration; water as mass too. None where it is counted otherwise."""
    if unit is None or measure.unit is None:
        return None
    factor = 1.0
    if same_dimension(unit, measure.unit):
        factor = convert(Amount(1.0, measure.unit), unit)
    elif measure.id == "fresh-water" and same_dimension(unit, "kg"):
        factor = convert(Amount(_KG_PER_M3_WATER, "kg"), unit)
    else:
        return None
    low, high = (None if v is None else v * factor for v in (measure.low, measure.high))
    return replace(measure, unit=unit, low=low, high=high)


def products_of(product: Product) -> float | None:
    """Product units made in the period."""
    period, unit = product.reporting_period, product.product_unit
    if period is None or period.output is None or unit is None or not same_dimension(period.output.unit, unit.unit):
        return None
    return convert(period.output, unit.unit) / unit.value or None


def _rows(
    adds: Callable[[ProcessRow, Dataset | None, Amount], Adds], product: Product, foreground: Foreground,
    background: Background,
) -> list[tuple[ProcessRow, float]]:  # fmt: skip
    """The rows that add to an amount, with what all of their reading is."""
    found = []
    for row in product.processes:
        if row.amount is None or row.kind in ("avoided", "co-product") or row.id not in foreground.site:
            continue
        value = adds(row, found_dataset(row, background), row.amount)
        if isinstance(value, float):
            found.append((row, value))
    return found


def _sum(rows: Sequence[tuple[ProcessRow, float]], foreground: Foreground, products: float) -> float:
    """The product's part of the rows, over the period."""
    total = 0.0
    for row, value in rows:
        share = foreground.site[row.id].value * products
        total += value * share / row.amount.value if row.amount is not None and row.amount.value else 0.0
    return total


def _plant(rows: Sequence[tuple[ProcessRow, float]]) -> float:
    """What the meters read in all; one reading that several rows share out counts once."""
    alike: dict[tuple[str, str, float], Counter[tuple[tuple[str, ...], Amount | None]]] = {}
    for row, value in rows:
        reading = (row.name, row.meter or row.id, value)
        alike.setdefault(reading, Counter())[row.covers, row.key_product] += 1
    return sum(value * max(times.values()) for (_, _, value), times in alike.items())


def _usable(waste: Metered, own: float, plant: float, rows: Sequence[tuple[ProcessRow, float]]) -> Metered:
    def rest(whole: Measure, buried: float) -> Measure:
        high = None if whole.high is None else max(0.0, whole.high - buried)
        return replace(whole, id="utilised-solid-waste", low=0.0, high=high)

    return Metered(rest(waste.product, own), rest(waste.plant, plant), _places(rows))


def _is_disposal(dataset: Dataset) -> bool:
    """Landfill, and hazardous waste that is burned to destroy it; other burning may be for its energy."""
    names = " ".join((dataset.id, dataset.name_en, dataset.name_zh)).casefold()
    burned = any(word in names for word in ("incinerat", "焚烧"))
    return "landfill" in names or "填埋" in names or (burned and ("hazardous" in names or "危险" in names))


def _places(rows: Sequence[tuple[ProcessRow, float]]) -> str:
    found = [f"{row.at} {row.id}" for row, _ in rows]
    return ", ".join(found[:_NAMED]) + (f" … ({len(found)})" if len(found) > _NAMED else "")


def _found(own: Measure, plant: Measure) -> str:
    if own.id == "utilised-solid-waste":
        own, plant = replace(own, low=own.high), replace(plant, low=plant.high)
    both = dict.fromkeys(figure_words(m.low, m.high) for m in (own, plant))
    return " / ".join(both)

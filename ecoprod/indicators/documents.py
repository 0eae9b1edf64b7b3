"""Which documents stand behind a figure, and which fields have none: what separates qualified from provisional."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from ecoprod.measure import Measure, Missing
from ecoprod.product import Evidence, Part, Period, ProcessRow, Product
from ecoprod.signs import plain_line

Doubts = Callable[[tuple[str, ...]], tuple[Missing, ...]]
"""What keeps the documents of a field, given their ids, from proving it; nothing where they do."""
_LIST = re.compile("[;,、]")


@dataclass(frozen=True, slots=True)
class Documents:
    """`ids`: the documents that are named; `lacking`: the fields that none proves; `doubted`: why they do not."""

    ids: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    doubted: tuple[Missing, ...] = ()

    @property
    def proven(self) -> bool:
        """Whether every field has its document."""
        return not self.lacking


def is_evidenced(evidence: tuple[str, ...], product: Product, on: date) -> bool:
    """Whether a document is named, is listed, was issued by the day of judgement, and is not of another model."""
    return bool(evidence) and not doubts_on(product, on)(evidence)


def doubts_on(product: Product, on: date) -> Doubts:
    """What keeps documents of one product from proving anything on a day: another model, or issued later."""
    known: dict[tuple[str, ...], tuple[Missing, ...]] = {}  # many rows name the same documents

    def doubts(evidence: tuple[str, ...]) -> tuple[Missing, ...]:
        if evidence not in known:
            known[evidence] = tuple(doubt for name in evidence for doubt in _doubts(name, product, on))
        return known[evidence]

    return doubts


def doubts_of_period(product: Product, period: Period | None, on: date) -> Doubts:
    """The same for what was metered or made in a period: one of the documents has to be issued at its end or later.

    Before that nobody knows the whole of it. Others beside it may be older, as the calibration of a meter is.
    """

    def doubts(evidence: tuple[str, ...]) -> tuple[Missing, ...]:
        found = [d for name in evidence for d in _doubts(name, product, on)]
        issued = {name: d.issued for name in evidence if (d := product.evidence.get(name)) is not None}
        if period is None or period.end is None or not issued:
            return tuple(found)
        early = {name: day for name, day in issued.items() if day is not None and day < period.end}
        if len(early) == len(issued):
            found += [
                Missing(
                    f"evidence[{name}].issued", "missing-document-of-period",
                    {"id": name, "issued": str(day), "end": str(period.end)},
                )
                for name, day in early.items()
            ]  # fmt: skip
        return tuple(found)

    return doubts


def documents_of(holders: Iterable[tuple[str, tuple[str, ...]]], doubts: Doubts) -> Documents:
    """The documents of fields, each given with the ids that it names."""
    held = [(field, evidence, doubts(evidence)) for field, evidence in holders]
    ids = tuple(dict.fromkeys(name for _, evidence, _ in held for name in evidence))
    lacking = tuple(dict.fromkeys(field for field, evidence, found in held if found or not evidence))
    return Documents(ids, lacking, _once(d for *_, found in held for d in found))


def of_part(part: Part) -> tuple[str, tuple[str, ...]]:
    """The field that names the documents of a row of a bill of materials, with their ids."""
    return f"{part.table}[{part.id}].evidence", part.evidence


def of_mass(product: Product, rows: Iterable[Part], doubts: Doubts) -> Documents:
    """The documents of the mass: those of the weighed one; else those of every row that has one, if all are proven."""
    weighed = documents_of((("product.evidence", product.mass_evidence),), doubts)
    each = tuple(map(of_part, rows))
    of_all = documents_of(each, doubts)
    return of_all if each and of_all.proven and not weighed.proven else weighed


def of_rows(rows: Sequence[ProcessRow], product: Product, on: date) -> Documents:
    """The documents of rows of the site data; an estimate has none, and where there is no row nothing is proven."""
    if not rows:
        return Documents(lacking=("process",))
    doubts = doubts_of_period(product, product.reporting_period, on)
    found = documents_of(((f"process[{row.id}].evidence", row.evidence) for row in rows), doubts)
    return joined(found, Documents(lacking=tuple(f"process[{r.id}].basis" for r in rows if r.basis == "estimated")))


def joined(*several: Documents) -> Documents:
    """All of them, each document and field once."""
    return Documents(
        tuple(dict.fromkeys(i for one in several for i in one.ids)),
        tuple(dict.fromkeys(f for one in several for f in one.lacking)),
        _once(d for one in several for d in one.doubted),
    )


def of_measure(measure: Measure) -> Documents:
    """The documents that a measure rests on already."""
    return Documents(measure.evidence, measure.undocumented, measure.doubted)


def _once(doubts: Iterable[Missing]) -> tuple[Missing, ...]:
    return tuple({(d.field, d.code): d for d in doubts}.values())


def resting_on(measure: Measure, documents: Documents) -> Measure:
    """A measure that these documents too stand behind, or fail to."""
    both = joined(of_measure(measure), documents)
    proven = measure.evidenced and documents.proven
    return replace(measure, evidenced=proven, evidence=both.ids, undocumented=both.lacking, doubted=both.doubted)


def _doubts(name: str, product: Product, on: date) -> Iterable[Missing]:
    document = product.evidence.get(name)
    if document is None:
        yield Missing("evidence.id", "missing-document-listed", {"id": name})
        return
    named, own = _models(document), _models(product)
    if named and own and not own <= named and _model(document) != _model(product):
        params = {"id": name, "model": document.model or "", "product": product.model or ""}
        yield Missing(f"evidence[{name}].model", "missing-document-of-model", params)
    elif named and not own and not _of_one_model(product):
        yield Missing("product.model", "missing-model", {"id": name, "model": document.model or ""})
    if document.issued is not None and document.issued > on:
        params = {"id": name, "issued": str(document.issued), "on": str(on)}
        yield Missing(f"evidence[{name}].issued", "missing-document-by-then", params)


def _of_one_model(product: Product) -> bool:
    """Whether all documents that name models share one, so that the product can be no other."""
    named = [models for document in product.evidence.values() if (models := _models(document))]
    return bool(frozenset.intersection(*named)) if named else True


def _model(of: Evidence | Product) -> str:
    """A model as it compares: full width signs, case and spaces around it make no other model."""
    return plain_line(of.model or "").casefold()


def _models(of: Evidence | Product) -> frozenset[str]:
    """The models that a document or a product names (`HS-14; HS-15`); a dash names none."""
    return frozenset(m.strip() for m in _LIST.split(_model(of)) if any(sign.isalnum() for sign in m))

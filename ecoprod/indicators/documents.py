"""Which documents stand behind a figure, and which fields have none: what separates qualified from provisional."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from ecoprod.measure import Measure
from ecoprod.product import Evidence, Part, ProcessRow, Product

Proven = Callable[[tuple[str, ...]], bool]
"""Whether documents stand behind a field, given their ids."""


@dataclass(frozen=True, slots=True)
class Documents:
    """`ids`: the documents that are named; `lacking`: the fields that none of them proves."""

    ids: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()

    @property
    def proven(self) -> bool:
        """Whether every field has its document."""
        return not self.lacking


def is_evidenced(evidence: tuple[str, ...], product: Product, on: date) -> bool:
    """Whether a document is named, is listed, was issued by the day of judgement, and is not of another model."""
    found = [product.evidence.get(name) for name in evidence]
    return bool(found) and all(document is not None and _speaks(document, product, on) for document in found)


def proven_on(product: Product, on: date) -> Proven:
    """`is_evidenced` for one product and day."""
    return lambda evidence: is_evidenced(evidence, product, on)


def documents_of(holders: Iterable[tuple[str, tuple[str, ...]]], proven: Proven) -> Documents:
    """The documents of fields, each given with the ids that it names."""
    held = tuple(holders)
    ids = tuple(dict.fromkeys(name for _, evidence in held for name in evidence))
    return Documents(ids, tuple(dict.fromkeys(field for field, evidence in held if not proven(evidence))))


def of_part(part: Part) -> tuple[str, tuple[str, ...]]:
    """The field that names the documents of a row of a bill of materials, with their ids."""
    return f"{part.table}[{part.id}].evidence", part.evidence


def of_rows(rows: Sequence[ProcessRow], product: Product, on: date) -> Documents:
    """The documents of rows of the site data; an estimate has none, and where there is no row nothing is proven."""
    if not rows:
        return Documents(lacking=("process",))
    found = documents_of(((f"process[{row.id}].evidence", row.evidence) for row in rows), proven_on(product, on))
    return joined(found, Documents(lacking=tuple(f"process[{r.id}].basis" for r in rows if r.basis == "estimated")))


def joined(*several: Documents) -> Documents:
    """All of them, each document and field once."""
    return Documents(
        tuple(dict.fromkeys(i for one in several for i in one.ids)),
        tuple(dict.fromkeys(f for one in several for f in one.lacking)),
    )


def resting_on(measure: Measure, documents: Documents) -> Measure:
    """A measure that these documents too stand behind, or fail to."""
    both = joined(Documents(measure.evidence, measure.undocumented), documents)
    proven = measure.evidenced and documents.proven
    return replace(measure, evidenced=proven, evidence=both.ids, undocumented=both.lacking)


def _speaks(document: Evidence, product: Product, on: date) -> bool:
    of_this_model = not document.model or not product.model or document.model == product.model
    return of_this_model and (document.issued is None or document.issued <= on)

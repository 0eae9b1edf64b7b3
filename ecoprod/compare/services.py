"""Unlike services do not compare: how the figures of one design become those per functional unit of another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ecoprod.errors import At, InputError, Problem
from ecoprod.report.words import number
from ecoprod.units import conversion, is_clock, same_dimension

Document = dict[str, Any]


def scales(documents: Sequence[Document], names: Sequence[str]) -> list[float | None]:
    """What each design's figures per functional unit are multiplied with to be those of the first one's."""
    if not any(d["impacts"] for d in documents):
        return [None] * len(documents)
    services = [d["product"]["functional_unit"] for d in documents]
    problems = [
        Problem("compare-no-service", At(f"{name}/product.yaml"), "functional_unit", {"design": name})
        for name, document, service in zip(names, documents, services, strict=True)
        if document["impacts"] and (service["amount"] is None or service["products_per_functional_unit"] is None)
    ]
    stated = [(n, s) for n, s in zip(names, services, strict=True) if s["amount"] is not None]
    for name, service in stated[1:]:
        if not _alike(stated[0][1], service):
            params = {
                "first": stated[0][0], "service_1": _words(stated[0][1]), "second": name, "service_2": _words(service),
            }  # fmt: skip
            problems.append(Problem("compare-unlike-services", At(f"{name}/product.yaml"), "functional_unit", params))
    if problems:
        raise InputError(problems)
    first = stated[0][1]
    return [
        first["amount"] * conversion(first["unit"], s["unit"]) / s["amount"] if s["amount"] is not None else None
        for s in services
    ]


def _alike(one: Document, other: Document) -> bool:
    """The same service: the same words, in units of one kind (an hour of use is no part of a year)."""
    words = ["".join((s["of"] or "").split()).casefold() for s in (one, other)]
    kinds = is_clock(one["unit"]) == is_clock(other["unit"])
    return words[0] == words[1] and kinds and same_dimension(one["unit"], other["unit"])


def _words(service: Document) -> str:
    return f"{number(service['amount'])} {service['unit']} {service['of'] or ''}".strip()

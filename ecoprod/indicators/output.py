"""The output of the reporting period: what every amount of the site data is divided by, and who proves it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from math import isclose

from ecoprod.foreground import Foreground
from ecoprod.indicators.documents import Documents, documents_of, doubts_of_period, is_evidenced
from ecoprod.product import ProcessRow, Product
from ecoprod.units import same_dimension

CONVERSION = 1e-9
"""Relative difference that the conversion of a unit may make."""


def of_output(rows: Sequence[ProcessRow], product: Product, foreground: Foreground, on: date) -> Documents:
    """The documents behind the output of the period, which amounts of these rows are divided by.

    Where the key of a row is the output itself it falls out of the figure, and needs no document.
    """
    period = product.reporting_period
    evidence = period.evidence if period is not None else ()
    if all(_falls_out(row, product, foreground, on) for row in rows):
        return Documents()
    return documents_of((("reporting_period.evidence", evidence),), doubts_of_period(product, period, on))


def _falls_out(row: ProcessRow, product: Product, foreground: Foreground, on: date) -> bool:
    period = product.reporting_period
    if row.kind == "co-product" or period is None or period.output is None or row.key_product is None:
        return row.kind == "co-product"
    if not isclose(foreground.output_over_key.get(row.id, 0.0), 1.0, rel_tol=CONVERSION):
        return False
    # a key in mass is the output only by way of the mass of one product, where that is counted in pieces
    return same_dimension(period.output.unit, row.key_product.unit) or is_evidenced(product.mass_evidence, product, on)

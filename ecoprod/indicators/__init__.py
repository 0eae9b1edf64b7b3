"""Room: what a specification may ask for by name, calculated or declared."""

from ecoprod.indicators.improvement import directions_of
from ecoprod.indicators.measures import measure_product, undeclarable
from ecoprod.indicators.table import INDICATORS, IndicatorInfo, is_calculated

__all__ = ["INDICATORS", "IndicatorInfo", "directions_of", "is_calculated", "measure_product", "undeclarable"]

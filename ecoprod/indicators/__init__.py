"""Room: what a specification may ask for by name, calculated or declared."""

from ecoprod.indicators.measures import measure_product, undeclarable
from ecoprod.indicators.table import INDICATORS, IndicatorInfo, is_calculated

__all__ = ["INDICATORS", "IndicatorInfo", "is_calculated", "measure_product", "undeclarable"]

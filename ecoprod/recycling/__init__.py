"""Room: what becomes of the product's materials, part by part; no part of the verdict.

Comes in: the product system with its end-of-life scenario. Goes out: what of each part comes back and
what is lost, how circular the whole is, and its circular footprint where a file of figures is given.
"""

from ecoprod.recycling.circular import circularity_of
from ecoprod.recycling.footprint import circular_footprint_of
from ecoprod.recycling.footprint_file import FootprintFile, read_footprint_file
from ecoprod.recycling.parts import recycling_of_parts
from ecoprod.recycling.records import Circularity, Footprint, Loss, PartRecycling

__all__ = [
    "Circularity",
    "Footprint",
    "FootprintFile",
    "Loss",
    "PartRecycling",
    "circular_footprint_of",
    "circularity_of",
    "read_footprint_file",
    "recycling_of_parts",
]

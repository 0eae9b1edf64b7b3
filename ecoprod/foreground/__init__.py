"""Room: the product system: parts rolled up, five stages, demands on datasets."""

from ecoprod.foreground.build import build_foreground, leaves
from ecoprod.foreground.end_of_life import collected_share, routes_of
from ecoprod.foreground.records import Demand, Emission, Foreground, Item, PartTotal
from ecoprod.foreground.site import found_dataset

__all__ = [
    "Demand",
    "Emission",
    "Foreground",
    "Item",
    "PartTotal",
    "build_foreground",
    "collected_share",
    "found_dataset",
    "leaves",
    "routes_of",
]

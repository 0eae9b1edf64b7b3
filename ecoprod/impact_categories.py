"""Foundation: the impact categories of EF v3.1, as data, standards and results name them."""

from __future__ import annotations

CATEGORIES = (
    "acidification", "climate-change", "ecotoxicity-freshwater", "energy-resources-non-renewable",
    "eutrophication-freshwater", "eutrophication-marine", "eutrophication-terrestrial",
    "human-toxicity-carcinogenic", "human-toxicity-non-carcinogenic", "ionising-radiation-human-health",
    "land-use", "material-resources-metals-minerals", "ozone-depletion", "particulate-matter-formation",
    "photochemical-oxidant-formation-human-health", "water-use",
)  # fmt: skip
"""The 16 of them, in the order of every table that has a column for each (formats.md)."""

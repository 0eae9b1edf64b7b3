"""Methods with their intensities in memory, for rooms that judge many designs of one product."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from ecoprod.lca.intensities import Intensities
from ecoprod.lca.methods import Method


@dataclass(frozen=True, slots=True)
class Held:
    """Methods, and the intensities of one background for each, by the method's name."""

    methods: tuple[Method, ...]
    intensities: Mapping[str, Intensities]

    def of_categories(self, method: str, ids: Collection[str]) -> Held:
        """These categories of one method alone: for a verdict that rests on no others."""
        chosen = tuple(replace(m, whole=False, only=frozenset(ids)) for m in self.methods if m.name == method)
        return Held(chosen, self.intensities)

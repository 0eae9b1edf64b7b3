"""Where an elementary flow goes or comes from: the words of every format, as the bundled list says them.

The bundled list knows four media (`air`, `water`, `soil`, `natural resource`) and their parts.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

RESOURCE = "natural resource"
_MEDIA: tuple[tuple[str, tuple[str, ...]], ...] = (
    (RESOURCE, ("resource", "raw", "land use", "land occupation", "land transformation", "biotic")),
    ("air", ("air", "troposphere", "stratosphere")),
    ("water", ("water", "river", "lake", "ocean", "sea")),
    ("soil", ("soil", "ground", "terrestrial", "agricultural", "industrial", "forest")),
)
"""The first medium of which a word stands in the path; `resource` first: resources lie in ground, water or air."""
_PARTS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("air", "low population density, long-term", ("long-term", "long term")),
    ("air", "lower stratosphere + upper troposphere", ("stratosphere",)),
    ("air", "non-urban air or from high stacks", ("non-urban", "low pop", "low. pop", "rural", "high stack", "remote")),
    ("air", "urban air close to ground", ("urban", "high pop", "high. pop", "close to ground")),
    ("water", "ground-, long-term", ("long-term", "long term", "groundwater, long", "ground-, long")),
    ("water", "ground-", ("ground", "subterranean")),
    ("water", "ocean", ("ocean", "sea", "saline")),
    ("water", "surface water", ("river", "lake", "surface", "fresh")),
    ("soil", "", ("non-agricult",)),
    ("soil", "agricultural", ("agricult",)),
    ("soil", "forestry", ("forest",)),
    ("soil", "industrial", ("industr",)),
    (RESOURCE, "in ground", ("in ground", "from ground", "ground", "subterranean")),
    (RESOURCE, "in water", ("in water", "from water", "water")),
    (RESOURCE, "in air", ("in air", "from air", "air")),
    (RESOURCE, "biotic", ("biotic", "biosphere", "renewable material resources from")),
    (RESOURCE, "land", ("land",)),
)
_ORDER: dict[str, tuple[str, ...]] = {
    "air": ("", "non-urban air or from high stacks", "urban air close to ground"),
    "water": ("", "surface water", "ground-", "ocean"),
    "soil": ("", "industrial", "agricultural", "forestry"),
    RESOURCE: ("in ground", "in water", "in air", "biotic", "land", ""),
}
"""Parts of a medium that stand in, best first, where the list lacks the flow in the part that a file names."""


@lru_cache(maxsize=4096)
def place_of(path: tuple[str, ...]) -> tuple[str, str] | None:
    """Medium and part (empty: unspecified) of a path, from its words; None where no medium is named."""
    words = "/".join(path).casefold()
    medium = next((name for name, signs in _MEDIA if any(sign in words for sign in signs)), None)
    if medium is None:
        return None
    # the last word of a path is the part; `emissions to air` names the medium alone
    part = next((part for of, part, signs in _PARTS if of == medium and any(sign in words for sign in signs)), "")
    return medium, part


def stand_ins(medium: str, part: str, there: Sequence[str]) -> list[str]:
    """Parts in which the list has the flow, the one asked for first, then what may stand in for it."""
    first = [part] if part in there else []
    # a long-term emission is never stood in for by a present one, nor the other way round
    if "long-term" in part:
        return first
    wanted = [p for p in _ORDER[medium] if p in there and p != part]
    rest = sorted(p for p in there if p not in wanted and p != part and "long-term" not in p)
    return first + wanted + rest

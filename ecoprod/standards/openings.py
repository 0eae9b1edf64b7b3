"""What of a specification is still open: the work list of whoever holds a licensed copy of the standard.

The same list stands in `show --missing`, in the skeleton that `standards new` writes and in what `check` says of an
overlay; an empty list and no gaps is what a verdict of `qualified` needs.
"""

from __future__ import annotations

from dataclasses import dataclass

from ecoprod.standards.records import Limit, Overlay, Requirement, Spec
from ecoprod.standards.walks import atoms

REASONS = ("reported", "unresolved", "doubtful", "not-from-standard", "unsigned", "date-unknown")
"""Why a requirement is open: no threshold, a range in place of one, a figure in doubt, a source that is not the
standard, an overlay that nobody signed, no date of effect."""


@dataclass(frozen=True, slots=True)
class Opening:
    """One comparison that is open, with every reason. `limit` None: the requirement is only reported.

    `settable`: whether an overlay can put its own limit there (not within a `not`, nor behind another limit on the
    same indicator).
    """

    requirement: Requirement
    indicator: str
    limit: Limit | None
    reasons: tuple[str, ...]
    settable: bool = True


def openings(spec: Spec) -> list[Opening]:
    """Every open comparison, in the order of the requirements; checks of ecoprod's own are none."""
    signed = all(map(is_signed, spec.overlays))
    found: list[Opening] = []
    for requirement in spec.requirements:
        if requirement.own_check:
            continue
        if requirement.condition is None:
            found.append(Opening(requirement, requirement.indicator or "", None, ("reported",)))
            continue
        seen: set[str] = set()
        for indicator, limit, turned in atoms(requirement.condition):
            reasons = _reasons(limit, signed=signed)
            if reasons:
                found.append(Opening(requirement, indicator, limit, reasons, not turned and indicator not in seen))
            seen.add(indicator)
    return found


def is_signed(overlay: Overlay) -> bool:
    """Whether an overlay says who checked it, and when."""
    return overlay.checked_by is not None and overlay.checked_on is not None


def _reasons(limit: Limit, *, signed: bool) -> tuple[str, ...]:
    told = {
        "unresolved": limit.unresolved,
        "doubtful": limit.doubt is not None,
        "not-from-standard": limit.confidence in ("official_list", "secondary"),
        "unsigned": limit.confidence == "user" and not signed,
        "date-unknown": limit.start is None,
    }
    return tuple(reason for reason in REASONS if told.get(reason))

"""`standards new`: an overlay to fill in, with what is published beside every line that the standard has to settle."""

from __future__ import annotations

from ecoprod.completing.writing import comment, gap_comments, head, open_entries
from ecoprod.messages import Lang, text
from ecoprod.report.standards import specification
from ecoprod.standards.openings import openings
from ecoprod.standards.overlays import indicator_ids
from ecoprod.standards.records import Spec


def new_overlay(name: str, lang: Lang) -> str:
    """The text of an overlay for a specification (`id`, or `id@edition` where two could apply). Raises InputError."""
    spec = specification(name, None)
    return "\n".join([*head(spec, lang), *_indicators(spec, lang), "", *_body(spec, lang)]) + "\n"


def _body(spec: Spec, lang: Lang) -> list[str]:
    """Gaps and open limits as comments, and an example of a further requirement."""
    at = text("overlay-new-example", lang)
    return [
        *gap_comments(spec, lang), "",
        comment(text("overlay-new-limits", lang)),
        "limits:",
        *open_entries(spec, openings(spec), lang), "",
        comment(text("overlay-new-further", lang)),
        "facts:",
        "  # my-fact: {kind: quantity, unit: mg/kg, title: {zh: 名称, en: name}}",
        "requirements:",
        "  # - id: my-fact",
        "  #   group: indicator",
        "  #   attribute: environment",
        "  #   stage: manufacturing",
        "  #   title: {zh: 名称, en: name}",
        "  #   indicator: my-fact",
        f"  #   limits: [{{at_most: 5 mg/kg, at: {at}}}]",
    ]  # fmt: skip


def _indicators(spec: Spec, lang: Lang) -> list[str]:
    """The indicators that the library knows, for comparison with the table of the standard."""
    known = sorted(indicator_ids(spec.requirements))
    return [comment(text("overlay-new-known", lang, indicators=", ".join(known)), 2)] if known else []

"""Proposals of `data match`: as a mapping file to correct and commit, as a page, as a document."""

from __future__ import annotations

import csv
import io
from typing import Any

from ecoprod.matching import Proposal, Proposals, Ranked
from ecoprod.messages import Lang, both, one_line, text
from ecoprod.report.layout import Cell, Page, Row, heading, line, table
from ecoprod.report.version import VERSION

Document = dict[str, Any]
COLUMNS = ("material", "dataset", "background", "factor", "reason", "checked_by", "checked_on")


def matches_document(proposals: Proposals, background: str) -> Document:
    """`ecoprod.matches/1`: every name with its candidates, best first, and those refused, each with its reasons."""
    return {
        "schema": "ecoprod.matches/1",
        "background": background,
        "names": [
            {
                "name": p.wanted.name,
                "kind": p.wanted.kind,
                "unit": p.wanted.unit,
                "candidates": [_candidate(p, r) for r in p.candidates],
                "refused": [_candidate(p, r) for r in p.refused],
            }
            for p in proposals.made
        ],
        "ecoprod": VERSION,
    }


def _candidate(proposal: Proposal, ranked: Ranked) -> Document:
    dataset = ranked.dataset
    return {
        "dataset": dataset.id,
        "name": {"zh": dataset.name_zh, "en": dataset.name_en},
        "unit": dataset.unit,
        "place": dataset.place,
        "year": dataset.year or None,
        "score": round(ranked.likeness + ranked.points, 1),
        "factor": ranked.factor,
        "reason": {"zh": reason(proposal, ranked, "zh"), "en": reason(proposal, ranked, "en")},
        "refused": None if ranked.refused is None else both(ranked.refused),
    }


def reason(proposal: Proposal, ranked: Ranked, lang: Lang) -> str:
    """Why a candidate stands where it stands, in words."""
    dataset = ranked.dataset
    parts = [text("match-name", lang, likeness=f"{ranked.likeness:.0f}", like=ranked.like)]
    unit = "match-unit" if ranked.refused is None else "match-unit-refused"
    parts.append(text(unit, lang, unit=dataset.unit, wanted=proposal.wanted.unit))
    parts.append(text("match-place", lang, place=dataset.place or "—"))
    parts.append(text("match-year", lang, year=dataset.year or "—"))
    if ranked.technology:
        parts.append(text("match-technology", lang, words=", ".join(ranked.technology)))
    return ("；" if lang == "zh" else "; ").join(parts)


def mapping_csv(proposals: Proposals, background: str, lang: Lang) -> str:
    """The best candidate of each name as a row of `mapping.csv`, the next two in its reason; nobody has checked it."""
    raw = io.StringIO()
    writer = csv.writer(raw, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in proposals.kept:  # what a person has settled stays as it is
        day = row.checked_on.isoformat() if row.checked_on else ""
        factor = "" if row.factor == 1 else f"{row.factor:.15g}"
        kept = (row.material, row.dataset, row.background or "", factor, row.reason or "", row.checked_by or "", day)
        writer.writerow([_plain(cell) for cell in kept])
    for proposal in proposals.made:
        if not proposal.candidates:
            continue
        best, *others = proposal.candidates
        why = reason(proposal, best, lang)
        if others:
            names = ", ".join(r.dataset.id for r in others[:2])
            why += ("；" if lang == "zh" else "; ") + text("match-else", lang, names=names)
        factor = f"{best.factor:.15g}" if proposal.wanted.kind == "material" and best.factor != 1 else ""
        cells = (proposal.wanted.name, best.dataset.id, background, factor, why, "", "")
        writer.writerow([_plain(cell) for cell in cells])
    return raw.getvalue()


def _plain(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula and that steers no terminal."""
    cell = one_line(cell)
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def matches_text(proposals: Proposals, background: str, lang: Lang, *, width: int, colour: bool) -> str:
    """The page: each name with its ranked candidates."""
    page = Page(width, colour)
    found = sum(bool(p.candidates) for p in proposals.made)
    line(page, text("match-title", lang, background=background, found=found, count=len(proposals.made)))
    if proposals.kept:
        line(page, text("match-kept", lang, count=len(proposals.kept)), "dim")
    for proposal in proposals.made:
        wanted = proposal.wanted
        heading(page, f"{wanted.name} [{wanted.unit}]")
        rows: list[Row] = []
        for ranked in (*proposal.candidates, *proposal.refused[:2]):
            style = "" if ranked.refused is None else "dim"
            score = f"{ranked.likeness + ranked.points:.0f}" if ranked.refused is None else "×"
            rows.append(
                [Cell(score, style, right=True), Cell(ranked.dataset.id, style),
                 Cell(reason(proposal, ranked, lang), style)]
            )  # fmt: skip
        if rows:
            table(page, rows, flexible=2, least=30)
        else:
            line(page, text("match-none", lang), "dim", indent=2)
    line(page, "")
    line(page, text("match-next", lang))
    return page.text()

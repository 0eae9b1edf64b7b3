"""What `standards check` and `data check` share: findings to stdout, exit code 0 clean and 1 with findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from ecoprod.errors import Problem
from ecoprod.messages import problem_line, text
from ecoprod_cli.options import language
from ecoprod_cli.output import deliver

FINDINGS = 1


def report_findings(
    problems: Sequence[Problem], form: str, target: Path | None, notes: Sequence[Problem] = (),
    seen: Mapping[str, int] | None = None,
) -> int:  # fmt: skip
    """Print every finding, and notes of what is open without being wrong; returns the exit code.

    `seen`: how many specifications and overlays were looked at, for a reader who takes "no findings" for a check.
    """
    if form == "json":
        from ecoprod.report.json_text import to_json
        from ecoprod.report.problems import problems_document

        deliver(to_json(problems_document(problems, notes, seen)), target)
    else:
        lines = [problem_line(p, language()) for p in problems] or [text("cli-clean", language())]
        lines += [text("cli-note", language(), note=problem_line(n, language())) for n in notes]
        lines += [text("cli-checked", language(), **seen)] if seen else []
        deliver("\n".join(lines) + "\n", target)
    return FINDINGS if problems else 0

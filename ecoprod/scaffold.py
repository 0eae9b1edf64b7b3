"""A product folder to fill in: the files of formats.md with comments, and the facts that one specification asks for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ecoprod.errors import At, InputError, Problem
from ecoprod.messages import Lang, text
from ecoprod.report.standards import editions_to_choose, specification
from ecoprod.report.standards_pages import value_words
from ecoprod.report.text import limit_text
from ecoprod.report.words import shown
from ecoprod.resources import bundled
from ecoprod.standards import condition_indicators
from ecoprod.standards.records import Fact, Limit, Requirement, Spec
from ecoprod.standards.walks import atoms

FILES = ("product.yaml", "bom.csv", "process.csv", "packaging.csv", "evidence.csv")
_TEMPLATES = Path(__file__).resolve().parent / "templates"


def init(folder: Path, category: str, lang: Lang) -> tuple[Path, ...]:
    """Write a product folder for a specification (`id`, or `id@edition` where two could apply); returns its files.

    Raises InputError for an unknown category, a folder that holds anything, and a place that cannot be written.
    """
    spec = _specification(category)
    _refuse_full(folder)
    named = f"{spec.id}@{spec.edition}" if "@" in category else spec.id
    made = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in FILES:
            content = (_TEMPLATES / lang / name).read_text(encoding="utf-8")
            if name == "product.yaml":
                content = _filled(content, spec, named, lang)
            # the mark makes spreadsheets read Chinese as it is meant
            encoding = "utf-8-sig" if name.endswith(".csv") else "utf-8"
            (folder / name).write_text(content, encoding=encoding, newline="\n")
            made.append(folder / name)
    except OSError as error:
        params = {"folder": str(folder), "reason": error.strerror or ""}
        raise InputError([Problem("init-unwritable", At(str(folder)), None, params)]) from error
    return tuple(made)


def _specification(category: str) -> Spec:
    try:
        found = specification(category, None)
    except InputError as error:
        choices = editions_to_choose(error.problems)
        if not choices:
            raise
        params = {"name": category, "first": f"--category {choices[0]}", "others": "".join(
            f" | --category {choice}" for choice in choices[1:])}  # fmt: skip
        raise InputError([Problem("init-two-editions", At("--category"), None, params)]) from error
    if found.role == "reference":
        params = {"name": found.id, "number": found.numbers[0] if found.numbers else found.edition}
        raise InputError([Problem("standards-not-a-category", At("--category"), None, params)])
    return found


def _refuse_full(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise InputError([Problem("init-not-a-folder", At(str(folder)), None, {"folder": str(folder)})])
    if folder.is_dir() and any(folder.iterdir()):
        raise InputError([Problem("init-folder-not-empty", At(str(folder)), None, {"folder": str(folder)})])


def _filled(template: str, spec: Spec, named: str, lang: Lang) -> str:
    scenarios = sorted(path.stem for path in (bundled("lci_data") / "scenarios").glob("*.yaml"))
    words = {
        "category": named,
        "title": f"{spec.numbers[0] if spec.numbers else spec.edition} {spec.title.get(lang, '')}".strip(),
        "scenarios": ", ".join(scenarios),
        "scenario": scenarios[0] if scenarios else "",
        "declared": _declared(spec, lang),
        "basic": _basic(spec, lang),
    }
    for key, value in words.items():
        template = template.replace(f"@{key}@", value)
    return template


# ---- what the specification asks the maker -------------------------------------------------------


def _asking(requirement: Requirement) -> list[str]:
    """Indicators that a requirement looks at, conditions of applicability first."""
    conditions = (requirement.applies_when, requirement.exempt_when, requirement.condition)
    found = [name for condition in conditions for name in condition_indicators(condition)]
    return list(dict.fromkeys([*found, *([requirement.indicator] if requirement.indicator else [])]))


def _declared(spec: Spec, lang: Lang) -> str:
    """One entry a declared fact, with its title, what may be written and what is required."""
    rows = []
    wanted = dict.fromkeys(n for r in spec.requirements for n in _asking(r) if n in spec.facts)
    for name in wanted:
        fact = spec.facts[name]
        if fact.declared:
            rows += ["", f"  # {_flat(fact.title.get(lang, name))}", f"  # {_answer(fact, spec, lang)}"]
            rows.append(f"  {name}: {{value: , evidence: }}")
    return "\n".join(rows) if rows else " {}"


def _answer(fact: Fact, spec: Spec, lang: Lang) -> str:
    if fact.kind == "word":
        return text("init-one-of", lang, values=", ".join(value_words(fact.values, fact.title.get(lang, ""), lang)))
    if fact.kind == "flag":
        return text("init-yes-no", lang)
    asking = [limit for r in spec.requirements for name, limit, _ in atoms(r.condition) if name == fact.id]
    limits = [limit_text(_plain(limit), lang) for limit in asking]
    asked = text("init-required", lang, limits=", ".join(dict.fromkeys(limits))) if limits else ""
    return f"{text('init-quantity', lang, unit=fact.unit or '—')}{asked}"


def _plain(limit: Limit) -> dict[str, object]:
    """A limit as documents show it."""
    return {k: getattr(limit, k) for k in ("op", "unit", "value", "low", "high", "values")}


def _basic(spec: Spec, lang: Lang) -> str:
    """One entry a basic requirement."""
    rows: list[str] = []
    for requirement in spec.requirements:
        for name in _asking(requirement):
            key = name.removeprefix("basic:")
            if key != name and f"  {key}: {{met: , evidence: }}" not in rows:
                rows += [f"  # {_flat(requirement.title.get(lang, key))}", f"  {key}: {{met: , evidence: }}"]
    return "\n" + "\n".join(rows) if rows else " {}"


def _flat(words: str) -> str:
    return " ".join(words.split())


def summary(folder: Path, made: Sequence[Path], lang: Lang) -> str:
    """What was written, and what to do next."""
    names = ", ".join(path.name for path in made)
    return text("init-done", lang, folder=shown(str(folder), None, lang), files=names) + "\n"

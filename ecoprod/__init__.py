"""ecoprod: may this product be called an ecodesign product, why, how surely, and what would turn the answer?

In notebooks: `ecoprod.assess(folder)` and `ecoprod.screen(folder, variants)` give objects with pandas frames.
What is wrong with the files comes as `ecoprod.InputError`, in English; `error.sentences("zh")` says it in Chinese.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ecoprod.errors import InputError, Problem, wording

if TYPE_CHECKING:
    from ecoprod.notebook import assess as assess
    from ecoprod.notebook import screen as screen

__all__ = ["InputError", "assess", "screen"]


def _worded(problem: Problem, lang: Literal["zh", "en"]) -> str:
    """A problem in words; the catalogue is read when an error is told, not before."""
    from ecoprod.messages import problem_line

    return problem_line(problem, lang)


wording.append(_worded)


def __getattr__(name: str) -> object:
    """The functions for notebooks, imported on first use: a command needs none of them."""
    if name in ("assess", "screen"):
        from ecoprod import notebook

        return getattr(notebook, name)
    raise AttributeError(f"module 'ecoprod' has no attribute '{name}'")


def __dir__() -> list[str]:
    """Those functions too, before their first use."""
    return sorted({*globals(), *__all__})

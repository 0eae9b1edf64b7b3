"""Room: requirements meet measures, three-valued."""

from ecoprod.verdict.evaluate import evaluate
from ecoprod.verdict.judge import judge

__all__ = ["evaluate", "judge"]

"""ecoprod: may this product be called an ecodesign product, why, how surely, and what would turn the answer?

In notebooks: `ecoprod.assess(folder)` and `ecoprod.screen(folder, variants)` give objects with pandas frames.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ecoprod.notebook import assess as assess
    from ecoprod.notebook import screen as screen

__all__ = ["assess", "screen"]


def __getattr__(name: str) -> object:
    """The functions for notebooks, imported on first use: a command needs none of them."""
    if name in __all__:
        from ecoprod import notebook

        return getattr(notebook, name)
    raise AttributeError(f"module 'ecoprod' has no attribute '{name}'")

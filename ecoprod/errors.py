"""Foundation: where something stands in a file, what is wrong there, and the errors that carry it.

Rooms collect `Problem`s and raise one `InputError` with all of them; the words live in
`ecoprod/catalogue/*.yaml` (see `ecoprod.messages`), never in code.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as attribute
from typing import Literal


@dataclass(frozen=True, slots=True)
class At:
    """A place in an input file. `file` is POSIX and relative to the product folder."""

    file: str
    line: int | None = None
    column: str | None = None
    sheet: str | None = None
    cell: str | None = None

    def __str__(self) -> str:
        place = self.file
        if self.sheet:
            place += f"#{self.sheet}"
        if self.cell:
            place += f"!{self.cell}"
        elif self.line is not None:
            place += f":{self.line}"
        return f"{place} {self.column}" if self.column else place


Params = Mapping[str, str | float | int]
"""What fills the placeholders of a message."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with an input.

    `code` names an entry of the message catalogue, `params` fill its placeholders,
    `field` is the key or column the reader has to change.
    """

    code: str
    at: At
    field: str | None = None
    params: Params = attribute(default_factory=dict)


wording: list[Callable[[Problem, Literal["zh", "en"]], str]] = []
"""How a problem is put into words: entered by the package, since the words (`ecoprod.messages`) stand above it."""


class EcoprodError(Exception):
    """Base of every error that ecoprod raises on purpose."""


class InputError(EcoprodError):
    """The input cannot be used; `problems` holds everything that is wrong with it, `sentences` says it in words."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        return self.sentences()

    def sentences(self, lang: Literal["zh", "en"] = "en") -> str:
        """A line a problem, as on the command line: where, what is wrong and why, what to write instead."""
        return "\n".join(_line(problem, lang) for problem in self.problems)


def _line(problem: Problem, lang: Literal["zh", "en"]) -> str:
    """The problem in words; its place and code where there are none for it: to tell of an error must not fail."""
    try:
        if wording:
            return wording[0](problem, lang)
    except (EcoprodError, LookupError, ValueError):
        pass
    return f"{problem.at}: {problem.code}"


class NotBuiltError(EcoprodError):
    """A command or option of the contract that this version does not have yet."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(name)


class ModelError(EcoprodError):
    """ecoprod contradicts itself (a sum that does not close, an id written twice): a fault of ours."""


class FormulaError(EcoprodError, ValueError):
    """A formula refuses an argument: `code` and `params` name and fill the message, `field` is the argument.

    A formula knows no file; who calls it adds the place: `Problem(error.code, at, error.field, error.params)`.
    """

    def __init__(self, code: str, field: str, **params: str | float | int) -> None:
        self.code = code
        self.field = field
        self.params: Params = {"field": field, **params}
        super().__init__(f"{code} {self.params}")

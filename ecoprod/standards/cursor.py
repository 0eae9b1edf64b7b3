"""A place in a YAML file of the standards library, with typed ways to read on from there.

Every reading method adds what is wrong to `problems` and returns None, so that one run names everything at once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

from ecoprod.errors import Problem
from ecoprod.standards.records import Text2
from ecoprod.yamlfile import Key, YamlFile, dotted


def near_words(name: str, known: Collection[str]) -> str:
    """The known names that come nearest to one that is not, for a message; a dash where none is near."""
    return ", ".join(get_close_matches(name, list(known), 3, 0.5)) or "—"


@dataclass(frozen=True, slots=True)
class Cursor:
    """`value` at `path` of `file`."""

    file: YamlFile
    problems: list[Problem]
    value: object
    path: tuple[Key, ...] = ()

    @property
    def line(self) -> int:
        """Line of this value, 0 where the file knows none."""
        return self.file.at(*self.path).line or 0

    def report(self, code: str, key: Key | None = None, /, **params: str | float) -> None:
        """Add a problem here (or at `key` below)."""
        path = self.path if key is None else (*self.path, key)
        field = dotted(path) or None
        self.problems.append(Problem(code, self.file.at(*path), field, params))

    def has(self, key: str) -> bool:
        """Whether that key is written here."""
        return isinstance(self.value, dict) and key in self.value

    def at(self, key: Key) -> Cursor:
        """The value under `key`; None as value where there is none."""
        found: object = None
        if isinstance(self.value, dict):
            found = self.value.get(key)
        elif isinstance(self.value, list) and isinstance(key, int) and key < len(self.value):
            found = self.value[key]
        return Cursor(self.file, self.problems, found, (*self.path, key))

    def keys(self, allowed: Collection[str], required: Collection[str] = ()) -> bool:
        """Whether this is a mapping; unknown and missing keys are reported."""
        if not isinstance(self.value, dict):
            self.report("standards-not-mapping")
            return False
        for key in self.value:
            if key not in allowed:
                near = get_close_matches(str(key), list(allowed), 1)
                self.report("standards-unknown-key", key, key=str(key), near=near[0] if near else ", ".join(allowed))
        for key in required:
            if key not in self.value:
                self.report("standards-missing-key", key=key)
        return True

    def items(self) -> Iterator[tuple[str, Cursor]]:
        """Keys and values of a mapping; anything else is reported."""
        if self.value is None:
            return
        if not isinstance(self.value, dict):
            self.report("standards-not-mapping")
            return
        for key in self.value:
            yield str(key), self.at(key)

    def each(self) -> Iterator[Cursor]:
        """Elements of a list (nothing for null); anything else is reported."""
        if self.value is None:
            return
        if not isinstance(self.value, list):
            self.report("standards-not-list")
            return
        for index in range(len(self.value)):
            yield self.at(index)

    def find(self, key: str) -> Iterator[Cursor]:
        """Every value under that key, here or at any depth: what stands in a part that cannot be read counts too."""
        inner = range(len(self.value)) if isinstance(self.value, list) else self.value
        for part in inner if isinstance(inner, (dict, range)) else ():
            if part == key:
                yield self.at(part)
            else:
                yield from self.at(part).find(key)

    def text(self, *, required: bool = False) -> str | None:
        """A non-empty text. Numbers are texts too where a text is wanted (`1019` as an id)."""
        blank = isinstance(self.value, str) and not self.value.strip()
        if isinstance(self.value, str) and not blank:
            return self.value.strip()
        if self.value is not None and not blank and not isinstance(self.value, (dict, list)):
            return self.file.text(*self.path)
        if self.value is not None and not blank:
            self.report("standards-not-text")
        elif required:
            self.report("standards-missing-key", key=str(self.path[-1]))
        return None

    def texts(self) -> tuple[str, ...]:
        """A list of texts."""
        return tuple(t for item in self.each() if (t := item.text(required=True)) is not None)

    def word(self, allowed: Collection[str], *, required: bool = False) -> str | None:
        """One of a closed list of words."""
        found = self.text(required=required)
        if found is not None and found not in allowed:
            self.report("standards-unknown-word", value=found, allowed=", ".join(allowed))
            return None
        return found

    def flag(self, *, default: bool) -> bool:
        """`true` or `false`."""
        if self.value is None:
            return default
        if not isinstance(self.value, bool):
            self.report("standards-not-flag")
            return default
        return self.value

    def day(self) -> date | None:
        """A date as `2016-05-01`; null is an unknown date."""
        found = self.text()
        if found is None:
            if isinstance(self.value, str):
                self.report("standards-not-date", value="")
            return None
        try:
            return date.fromisoformat(found)
        except ValueError:
            self.report("standards-not-date", value=found)
            return None

    def words(self) -> Text2 | None:
        """A text in both languages, or one text that stands for both (a private file is written in one)."""
        if self.value is None:
            return None
        if isinstance(self.value, str):
            return {"zh": self.value, "en": self.value}
        return self.both()

    def both(self) -> Text2:
        """A text in Chinese and English; both are wanted."""
        if not self.keys(("zh", "en"), ("zh", "en")):
            return {"zh": "", "en": ""}
        return {lang: self.at(lang).text(required=True) or "" for lang in ("zh", "en")}

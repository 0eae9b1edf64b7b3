"""Foundation: YAML files read safely, with the line of every value.

Plain data only: no tags, no anchors, no aliases, no duplicate keys, bounded size and depth.
`true` and `false` are the only truth values; `yes`, `no`, dates, `1:30` and `007` stay text, keys are always text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from ecoprod.errors import At, Problem
from ecoprod.signs import lost
from ecoprod.textfile import read_text

Key = str | int
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
MAX_BYTES, MAX_DEPTH, MAX_VALUES = 2_000_000, 20, 200_000
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|(0|[1-9][0-9]*)(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_WORDS: dict[str, bool | None] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_WIDE_COLON = re.compile(r"[\s-]*[\"']?[\w.-]+[\"']?\s*：")
_WIDE_SIGNS = {
    "：": re.compile(r"(?:^|[{,，])[\s-]*[\"'“]?[A-Za-z_][\w.-]*[\"'”]?\s*："),
    "，": re.compile(r"[{\[].*，\s*[\"'“]?[A-Za-z_][\w.-]*[\"'”]?\s*[:：]"),
    "“”": re.compile(r"[A-Za-z_][\w.-]*\s*[:：]\s*“[^”]*: |(?:^|[{,，])[\s-]*“[A-Za-z_][\w.-]*”\s*[:：]"),
}
"""Full-width signs where YAML has its own: about a key, so that Chinese text keeps its punctuation."""
_PLAIN_SIGNS = {"：": ": ", "，": ", ", "“”": '""'}
_TAB = re.compile(r" *\t[\s-]*[^\s#]")
_HEAD = re.compile(r"(?m)^[A-Za-z_][A-Za-z0-9_ -]*:(\s|$)")


@dataclass(frozen=True, slots=True)
class YamlFile:
    """A YAML file as plain data.

    `data`: dict, list, str, int, float, bool or None. `name`: as shown to the reader. `lines`: line (from 1) of every
    value by its path (`("product", "mass")`). `raw`: the written text of numbers and truth values, by path.
    `wide_colons`: lines that begin with a word and a full-width colon, which is none of YAML.
    """

    data: object
    name: str
    lines: dict[tuple[Key, ...], int]
    sha256: str
    raw: dict[tuple[Key, ...], str] = field(default_factory=dict)
    wide_colons: tuple[int, ...] = ()

    def at(self, *path: Key) -> At:
        """The place of a value; the line of the nearest ancestor that is there."""
        line = next((self.lines[path[:n]] for n in range(len(path), -1, -1) if path[:n] in self.lines), None)
        return At(self.name, line, dotted(path) or None)

    def text(self, *path: Key) -> str | None:
        """The value at `path` as it was written (`1.10`, not 1.1); None where there is none or it is no scalar."""
        if path in self.raw:
            return self.raw[path]
        value = self.data
        for key in path:
            if isinstance(value, dict):
                value = value.get(key)
            elif isinstance(value, list) and isinstance(key, int) and key < len(value):
                value = value[key]
            else:
                return None
        return value if isinstance(value, str) else None


def dotted(path: tuple[Key, ...]) -> str:
    """`use.flows[0].amount` for `("use", "flows", 0, "amount")`."""
    return "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in path).lstrip(".")


def read_yaml(path: Path, name: str, problems: list[Problem]) -> YamlFile | None:
    """Read one YAML file; None where nothing of it can be used. What is wrong is added to `problems`."""
    source = read_text(path, name, MAX_BYTES, lambda text: _HEAD.search(text) is not None, problems)
    if source is None:
        return None
    found, wrong = _parsed(source.text, source.sha256, name)
    problems += wrong
    return found


@lru_cache(maxsize=512)
def _parsed(text: str, sha256: str, name: str) -> tuple[YamlFile | None, tuple[Problem, ...]]:
    """What a text says and what is wrong with it; nobody changes the data. One command asks for the same file often."""
    problems: list[Problem] = []
    return _parse(text, sha256, name, problems), tuple(problems)


def _parse(text: str, sha256: str, name: str, problems: list[Problem]) -> YamlFile | None:
    reading = _Reading(name, problems)
    try:
        data = reading.document(yaml.parse(text, Loader=_LOADER))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problems += _syntax(name, text, mark, error.problem or "")
        return None
    except yaml.reader.ReaderError as error:
        problems.append(Problem("yaml-character", At(name), None, {"reason": str(error.reason)}))
        return None
    except _Refused as refused:
        problems.append(refused.problem)
        return None
    if not isinstance(data, dict):
        wide = _wide_signs(name, text) if isinstance(data, str) else []
        problems += wide or [Problem("yaml-not-mapping", At(name, 1), None, {"file": name})]
        return None
    return YamlFile(data, name, reading.lines, sha256, reading.raw, _beginning(text, _WIDE_COLON))


def _beginning(text: str, pattern: re.Pattern[str]) -> tuple[int, ...]:
    return tuple(n for n, line in enumerate(text.splitlines(), start=1) if pattern.match(line))


def _wide_signs(name: str, text: str) -> list[Problem]:
    """Every line with full-width signs in place of YAML's own."""
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        signs = [sign for sign, pattern in _WIDE_SIGNS.items() if pattern.search(line)]
        if signs == ["："]:
            found.append(Problem("yaml-wide-colon", At(name, number), None, {"line": number}))
        elif signs:
            plain = " ".join(f"`{_PLAIN_SIGNS[sign]}`" for sign in signs)
            params: dict[str, str | float | int] = {"line": number, "signs": " ".join(signs), "plain": plain}
            found.append(Problem("yaml-wide-signs", At(name, number), None, params))
    return found


def _syntax(name: str, text: str, mark: Any, reason: str) -> list[Problem]:
    """What a syntax error comes from: often full-width signs, or a tab in that line or the one before."""
    if mark is None:
        return [Problem("yaml-syntax", At(name), None, {"column": 0, "reason": reason})]
    line = mark.line + 1
    wide = _wide_signs(name, text)
    if any(p.at.line is not None and p.at.line <= line for p in wide):
        return wide
    return [*wide, _one_fault(name, text, line, mark.column + 1, reason)]


def _one_fault(name: str, text: str, line: int, column: int, reason: str) -> Problem:
    for code, pattern in (("yaml-wide-colon", _WIDE_COLON), ("yaml-tab", _TAB)):
        near = [n for n in _beginning(text, pattern) if n <= line]
        if near:
            # the scanner stops behind the fault: further down where lines of one text follow
            return Problem(code, At(name, near[-1]), None, {"line": near[-1]})
    return Problem("yaml-syntax", At(name, line), None, {"column": column, "reason": reason})


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1


class _Refused(Exception):  # noqa: N818  (not an error of its own: it carries a Problem out of the recursion)
    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem.code)


class _Reading:
    """One pass over the events of a file. Built on events, since composed nodes have lost anchors and duplicates."""

    __slots__ = ("lines", "name", "problems", "raw")

    def __init__(self, name: str, problems: list[Problem]) -> None:
        self.name = name
        self.problems = problems
        self.lines: dict[tuple[Key, ...], int] = {}
        self.raw: dict[tuple[Key, ...], str] = {}

    def document(self, events: Iterator[Any]) -> object:
        data: object = None
        seen = False
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                if seen:
                    raise self._refused("yaml-several-documents", event, ())
                seen = True
                data = self._value(next(events), events, ())
        return data

    def _refused(self, code: str, event: Any, path: tuple[Key, ...], **params: str | float) -> _Refused:
        at = At(self.name, _line(event), dotted(path) or None)
        return _Refused(Problem(code, at, dotted(path) or None, params))

    def _value(self, event: Any, events: Iterator[Any], path: tuple[Key, ...]) -> object:
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            raise self._refused("yaml-anchor", event, path, name=str(event.anchor)[:40])
        if event.tag is not None:
            raise self._refused("yaml-tag", event, path, tag=str(event.tag).replace("tag:yaml.org,2002:", "!!")[:40])
        if len(path) > MAX_DEPTH:
            raise self._refused("yaml-too-deep", event, path[:3], limit=MAX_DEPTH)
        if len(self.lines) > MAX_VALUES:
            raise self._refused("yaml-too-many", event, path, limit=MAX_VALUES)
        self.lines[path] = _line(event)
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(events, path)
        return self._mapping(events, path)

    def _scalar(self, event: Any, path: tuple[Key, ...]) -> object:
        text = str(event.value)
        if not text.isascii():
            text = unicodedata.normalize("NFC", text)
        value = plain_value(text) if event.implicit[0] else text
        if not isinstance(value, str) and value is not None:
            self.raw[path] = text
        return value

    def _sequence(self, events: Iterator[Any], path: tuple[Key, ...]) -> list[object]:
        found: list[object] = []
        for event in events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            found.append(self._value(event, events, (*path, len(found))))
        return found

    def _mapping(self, events: Iterator[Any], path: tuple[Key, ...]) -> dict[str, object]:
        found: dict[str, object] = {}
        for event in events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            if not isinstance(event, yaml.ScalarEvent):
                code = "yaml-anchor" if isinstance(event, yaml.AliasEvent) else "yaml-key"
                raise self._refused(code, event, path, name="")
            if event.anchor is not None or event.tag is not None:
                raise self._refused("yaml-key", event, path, name="")
            key = unicodedata.normalize("NFC", str(event.value))
            line = _line(event)
            if key in found:
                at = At(self.name, line, dotted((*path, key)))
                first = self.lines[*path, key]
                self.problems.append(Problem("yaml-duplicate-key", at, at.column, {"key": key[:60], "first": first}))
                _Reading(self.name, []).skip(next(events), events, (*path, key))
                continue
            found[key] = self._value(next(events), events, (*path, key))
            self.lines[*path, key] = line
        return found

    def skip(self, event: Any, events: Iterator[Any], path: tuple[Key, ...]) -> None:
        """Read a value that is dropped: the first of two equal keys stays."""
        self._value(event, events, path)


def plain_value(text: str) -> str | int | float | bool | None:
    """What an unquoted scalar means."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text) and not lost(text, float(text)):
        return float(text)
    return text

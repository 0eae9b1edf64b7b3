"""Plain data out of Python pickles without Python's unpickler: text, numbers, lists, tuples, dicts and sets.

A pickle is a program, and Brightway stores every record as one. This reads only the steps that put plain data
together (protocols 2 to 5). A step that names a class, calls anything or looks anything up ends the reading. Nothing is
imported, called or built, memory stays within a small multiple of the bytes, and nothing recurses.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

MAX_BLOB = 5_000_000
_MAX_ITEMS, _MAX_DEPTH, _LARGEST = 1_000_000, 40, 10**300
_SMALL = 2**60
_MAX_KEY = 20
"""Items of a tuple that is a key."""


class NotPlainError(ValueError):
    """A pickle that needs a class (`name`), or is broken (`name` empty), with the reason."""

    def __init__(self, reason: str, name: str = "") -> None:
        self.name = name
        super().__init__(reason)


_MARK = object()
_SIZES = {ord("K"): "<B", ord("M"): "<H", ord("J"): "<i", ord("G"): ">d"}
"""Numbers of a fixed size: one, two and four bytes, and a float."""
_TEXTS = {0x8C: ("<B", True), ord("X"): ("<I", True), 0x8D: ("<Q", True), ord("C"): ("<B", False),
          ord("B"): ("<I", False), 0x8E: ("<Q", False)}  # fmt: skip
_CONSTANTS = {ord("N"): None, 0x88: True, 0x89: False}
_EMPTIES: dict[int, Callable[[], Any]] = {ord("}"): dict, ord("]"): list, ord(")"): tuple, 0x8F: set}
_CALLS = {
    ord("R"): "REDUCE", ord("b"): "BUILD", ord("i"): "INST", ord("o"): "OBJ", 0x81: "NEWOBJ", 0x92: "NEWOBJ_EX",
    ord("P"): "PERSID", ord("Q"): "BINPERSID", 0x82: "EXT1", 0x83: "EXT2", 0x84: "EXT4",
}  # fmt: skip


def plain(raw: bytes) -> Any:
    """The data of a pickle. Raises NotPlainError."""
    if len(raw) > MAX_BLOB:
        raise NotPlainError(f"larger than {MAX_BLOB // 1_000_000} MB")
    try:
        return _bounded(_Reader(raw).run())
    except (IndexError, KeyError, struct.error, UnicodeDecodeError, TypeError, AttributeError) as error:
        raise NotPlainError(f"{type(error).__name__}: {error}"[:80]) from error


def _bounded(data: Any) -> Any:
    """The data again. Raises NotPlainError where it is nested deeply or one piece stands in others over and over.

    A pickle may put one list into another twice, that one into a third twice …: a few bytes, and billions of items to
    whoever writes them out. Counted is what would be written.
    """
    waiting, count = [(data, 0)], 0
    while waiting:
        value, depth = waiting.pop()
        count += 1
        if count > _MAX_ITEMS or depth > _MAX_DEPTH:
            raise NotPlainError("nested too deeply or too widely")
        if isinstance(value, dict):
            waiting += [(v, depth + 1) for pair in value.items() for v in pair]
        elif isinstance(value, (list, tuple, set)):
            waiting += [(v, depth + 1) for v in value]
        elif isinstance(value, int) and abs(value) > _LARGEST:
            raise NotPlainError("a whole number of too many digits")
    return data


class _Reader:
    """The state of one reading: place in the bytes, stack, and what was put aside to be used again."""

    __slots__ = ("at", "memo", "raw", "stack")

    def __init__(self, raw: bytes) -> None:
        self.raw, self.at, self.stack, self.memo = raw, 0, list[Any](), dict[int, Any]()

    def run(self) -> Any:
        stack, memo = self.stack, self.memo
        while True:
            step = self.raw[self.at]
            self.at += 1
            if step in _TEXTS:
                layout, is_text = _TEXTS[step]
                data = self.take(self.number(layout))
                stack.append(data.decode("utf-8", "replace") if is_text else data)
            elif step == 0x94:
                memo[len(memo)] = stack[-1]
            elif step == ord("h"):
                stack.append(memo[self.number("<B")])
            elif step in _SIZES:
                stack.append(self.number(_SIZES[step]))
            elif step in _CONSTANTS:
                stack.append(_CONSTANTS[step])
            elif step in _EMPTIES:
                stack.append(_EMPTIES[step]())
            elif step == ord("."):
                return stack.pop()
            else:
                self.rarer(step)

    def rarer(self, step: int) -> None:
        stack = self.stack
        if step == ord("("):
            stack.append(_MARK)
        elif step in {ord("u"), ord("s")}:
            pairs = self.marked() if step == ord("u") else [stack.pop(-2), stack.pop()]
            fill(stack[-1], pairs)
        elif step in {ord("e"), ord("a"), 0x90}:
            items = self.marked() if step != ord("a") else [stack.pop()]
            extend(stack[-1], items)
        elif step == ord("t"):
            stack.append(tuple(self.marked()))
        elif 0x85 <= step <= 0x87:
            count = step - 0x84
            items = stack[-count:]
            if len(items) < count:
                raise NotPlainError("a tuple of nothing")
            del stack[-count:]
            stack.append(tuple(items))
        elif step in {0x8A, 0x8B}:
            size = self.number("<B" if step == 0x8A else "<i")
            stack.append(int.from_bytes(self.take(size), "little", signed=True))
        else:
            self.rarest(step)

    def rarest(self, step: int) -> None:
        if step == 0x80:
            self.number("<B")
        elif step == 0x95:
            self.number("<Q")  # a frame: its length only helps those who read from a stream
        elif step in {ord("q"), ord("r")}:
            self.memo[self.number("<B" if step == ord("q") else "<I")] = self.stack[-1]
        elif step == ord("j"):
            self.stack.append(self.memo[self.number("<I")])
        elif step == 0x91:
            items = self.marked()
            extend(found := set[Any](), items)
            self.stack.append(frozenset(found))
        elif step == ord("c"):
            module, name = self.line(), self.line()
            raise NotPlainError("a class", f"{module}.{name}"[:100])
        elif step == 0x93:
            raise NotPlainError("a class", ".".join(str(part) for part in self.stack[-2:])[:100])
        elif step in _CALLS:
            raise NotPlainError("a call", _CALLS[step])
        else:
            raise NotPlainError(f"step {step:#x}")

    def number(self, layout: str) -> Any:
        size = struct.calcsize(layout)
        return struct.unpack(layout, self.take(size))[0]

    def take(self, size: int) -> bytes:
        if not 0 <= size <= len(self.raw) - self.at:
            raise NotPlainError("cut off")
        self.at += size
        return self.raw[self.at - size : self.at]

    def line(self) -> str:
        end = self.raw.index(b"\n", self.at) if b"\n" in self.raw[self.at :] else len(self.raw)
        found = self.raw[self.at : end].decode("utf-8", "replace")
        self.at = end + 1
        return found

    def marked(self) -> list[Any]:
        """What was put on the stack since the last mark."""
        stack = self.stack
        for place in range(len(stack) - 1, -1, -1):
            if stack[place] is _MARK:
                items = stack[place + 1 :]
                del stack[place:]
                return items
        raise NotPlainError("no mark")


def fill(target: Any, pairs: list[Any]) -> None:
    """Put keys and values into a dict. Keys are short and flat: hashing a deep tuple would exhaust the machine."""
    if type(target) is not dict or len(pairs) % 2:
        raise NotPlainError("no dict")
    for key, value in zip(pairs[::2], pairs[1::2], strict=True):
        target[_flat(key)] = value


def extend(target: Any, items: list[Any]) -> None:
    """Put items into a list or set."""
    if type(target) is list:
        target.extend(items)
    elif type(target) is set:
        target.update(_flat(item) for item in items)
    else:
        raise NotPlainError("no list")


def _flat(key: Any) -> Any:
    # large numbers may be chosen to collide in a hash; Brightway's keys are texts
    parts = key if type(key) is tuple and len(key) <= _MAX_KEY else (key,)
    if all(isinstance(p, (str, bytes, type(None))) or (isinstance(p, int) and abs(p) < _SMALL) for p in parts):
        return key
    raise NotPlainError("a key that is no text or number")

"""Amounts that a file writes as an expression: numbers, named parameters, `+ - * / ^`, parentheses, and nothing else.

Nothing of the file is run. Text is bounded before it is parsed, powers before they are raised. A power of a power and
a sign before a power are refused, since programs read them in different ways.
"""

from __future__ import annotations

import ast
import math
import re
import unicodedata
from collections.abc import Callable, Mapping

from ecoprod.signs import lost

MAX_LENGTH, MAX_EXPONENT, MAX_CHAIN = 1_000, 64.0, 100
"""Signs of an expression; size of an exponent; parameters that each need the next."""
_SIGNS = re.compile(r"[\w\s.+\-*/^()]*")
_LITERAL = re.compile(r"(?<![\w.])[0-9][\w.]*|(?<![\w.])\.[0-9][\w.]*")
_PLAIN = re.compile(r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][0-9]*)?")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")


class NoValueError(ValueError):
    """An expression that is not evaluated, with the reason in a few words of English."""


def number(text: str, decimal: str = ".") -> float | None:
    """A plain finite number in the file's own decimal sign; None for anything else."""
    plain = text.strip().replace(decimal, ".") if decimal != "." else text.strip()
    if not _NUMBER.fullmatch(plain):
        return None
    value = float(plain)
    return None if lost(plain, value) else value


def name_of(text: str) -> str:
    """A parameter's name as it is compared: SimaPro ignores case, Python's parser the forms of a sign."""
    return unicodedata.normalize("NFKC", text.strip()).casefold()


def evaluate(text: str, decimal: str, look_up: Callable[[str], float]) -> float:
    """Value of an expression; `look_up` gives that of a parameter. Raises NoValueError with the reason."""
    if len(text) > MAX_LENGTH:
        raise NoValueError("too long")
    plain = text.replace(decimal, ".") if decimal != "." else text
    if not _SIGNS.fullmatch(plain) or "**" in plain or "//" in plain:
        raise NoValueError("a sign that is no part of arithmetic")
    if any(not _PLAIN.fullmatch(found) for found in _LITERAL.findall(plain)):
        raise NoValueError("a number in an unknown spelling")
    try:
        tree = ast.parse(plain.strip().replace("^", "**"), mode="eval")
        value = _value(tree.body, look_up)
    except (SyntaxError, RecursionError, MemoryError) as error:
        raise NoValueError("not understood") from error
    except ArithmeticError as error:
        raise NoValueError("no finite result") from error
    return _finite(value)


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise NoValueError("no finite result")
    return value


def _value(node: ast.expr, look_up: Callable[[str], float]) -> float:
    if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)) and not isinstance(node.value, bool):
        return _finite(float(node.value))
    if isinstance(node, ast.Name):
        return look_up(name_of(node.id))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
        if _is_power(node.operand):
            raise NoValueError("a sign before a power, read in different ways")
        value = _value(node.operand, look_up)
        return -value if isinstance(node.op, ast.USub) else value
    if isinstance(node, ast.BinOp):
        return _operation(node, look_up)
    raise NoValueError("more than arithmetic")


def _is_power(node: ast.expr) -> bool:
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow)


def _operation(node: ast.BinOp, look_up: Callable[[str], float]) -> float:
    if _is_power(node) and (_is_power(node.right) or _is_power(node.left)):
        raise NoValueError("a power of a power, read in different ways")
    left, right = _value(node.left, look_up), _value(node.right, look_up)
    if isinstance(node.op, ast.Add):
        return left + right
    if isinstance(node.op, ast.Sub):
        return left - right
    if isinstance(node.op, ast.Mult):
        return left * right
    if isinstance(node.op, ast.Div):
        return left / right
    if isinstance(node.op, ast.Pow) and abs(right) <= MAX_EXPONENT and (left >= 0 or right.is_integer()):
        return float(left**right)
    raise NoValueError("a power beyond bounds" if isinstance(node.op, ast.Pow) else "more than arithmetic")


def solve(
    numbers: Mapping[str, float], formulas: Mapping[str, str], decimal: str, outer: Mapping[str, float]
) -> tuple[dict[str, float], dict[str, str]]:
    """Values of named parameters that may need each other, and why some have none, by name (see `name_of`).

    `outer`: those of the project or database around, which the own ones hide.
    """
    values, reasons = {**outer, **numbers}, dict[str, str]()
    for name in formulas:
        values.pop(name, None)

    def look_up(name: str, above: tuple[str, ...]) -> float:
        if name in values:
            return values[name]
        if name in reasons or name not in formulas:
            raise NoValueError(f"{name[:60]} has no value")
        if name in above or len(above) > MAX_CHAIN:
            raise NoValueError(f"{name[:60]} needs itself")
        try:
            values[name] = evaluate(formulas[name], decimal, lambda other: look_up(other, (*above, name)))
        except NoValueError as error:
            reasons[name] = str(error)
            raise
        return values[name]

    for name in formulas:
        if name not in values and name not in reasons:
            try:
                look_up(name, ())
            except NoValueError as error:
                reasons.setdefault(name, str(error))
    return values, reasons

"""CAS registry numbers as files write them, padded with zeros, brought to one spelling."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"0*([1-9][0-9]{1,6})-([0-9]{2})-([0-9])")


def cas_number(text: object) -> str | None:
    """`000124-38-9` as `124-38-9`; None for anything whose check digit does not fit."""
    found = _NUMBER.fullmatch(text.strip()) if isinstance(text, str) else None
    if found is None:
        return None
    first, second, check = found.groups()
    weighted = sum(place * int(digit) for place, digit in enumerate(reversed(first + second), start=1))
    return f"{first}-{second}-{check}" if weighted % 10 == int(check) else None

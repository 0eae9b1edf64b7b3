"""From foreign processes to datasets of one product each: co-products divided by a stated policy, ids given.

Policy for several products: the shares the file states, if they are whole; else the amounts, where all products are
measured alike (all by mass, all by energy …). Beside a product of another kind, recovered energy carries no burden and
brings no credit: the product carries all, which is never too little. Else the process is not usable, with that reason.
"""

from __future__ import annotations

import hashlib
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ecoprod.importing.foreign_units import foreign
from ecoprod.importing.records import ForeignDatabase, ForeignExchange, ForeignProcess, Miss

WHOLE = 0.01
"""By how much the shares of co-products may miss 1: files round them to percents."""
_LONGEST = 90
_NAMED = 4


@dataclass(frozen=True, slots=True)
class Made:
    """One dataset to be: a product of a process. `share`: of the process's burdens that it carries.

    `amount`: of the product that the process makes, in `unit`; `sign` is -1 where the file counts a treated waste
    as a negative product. `allocated`: by what several products were divided (`stated`,
    `reference` or a unit), empty for one.
    """

    id: str
    name: str
    process: ForeignProcess
    product: ForeignExchange
    share: float
    amount: float
    unit: str
    sign: float
    allocated: str


def divide(database: ForeignDatabase) -> tuple[list[Made], list[Miss]]:
    """Every dataset that the processes give, in file order, and the processes that give none, with the reason."""
    drafts: list[tuple[ForeignProcess, ForeignExchange, float, str]] = []
    misses: list[Miss] = []
    codes: set[str] = set()
    for process in database.processes:
        if process.code in codes:
            misses.append(_miss("import-code-twice", process, id=process.code))
            continue
        codes.add(process.code)
        products = [e for e in process.exchanges if e.kind == "product" and e.amount != 0]
        if not products:
            misses.append(_miss("import-no-product", process))
            continue
        shares, way = _shares(products)
        if shares is None:
            names = "; ".join(f"{p.name} [{p.unit}]" for p in products[:_NAMED]) + ("; …" if products[_NAMED:] else "")
            misses.append(_miss("import-co-products", process, products=names, count=len(products)))
            continue
        found = zip(products, shares, strict=True)
        drafts += [(process, product, share, way) for product, share in found if share or way != "reference"]
    return _named(drafts), misses


def _miss(reason: str, process: ForeignProcess, **params: str | float) -> Miss:
    return Miss(reason, process.at, {"process": process.name, **params}, process.code, "process", process.name)


def _shares(products: Sequence[ForeignExchange]) -> tuple[list[float] | None, str]:
    """Shares of co-products that sum to 1, and by what; None where there is no honest way."""
    if len(products) == 1:
        return [1.0], ""
    stated = [p.allocation for p in products if p.allocation is not None]
    if len(stated) == len(products) and min(stated) >= 0 and abs(math.fsum(stated) - 1) <= WHOLE:
        return [share / math.fsum(stated) for share in stated], "stated"
    units = [foreign(p.unit) for p in products]
    if any(p.amount <= 0 for p in products):
        return None, ""
    if len({u.dimension for u in units}) > 1:
        energy = foreign("MJ").dimension
        others = [n for n, u in enumerate(units) if u.dimension != energy]
        return ([float(n in others) for n in range(len(units))], "reference") if len(others) == 1 else (None, "")
    sizes = [p.amount * u.size for p, u in zip(products, units, strict=True)]
    return [size / math.fsum(sizes) for size in sizes], units[0].unit


def _named(drafts: Sequence[tuple[ForeignProcess, ForeignExchange, float, str]]) -> list[Made]:
    titles = [_title(process, product) for process, product, _, _ in drafts]
    stems = [_stem(title, process.place) for title, (process, *_) in zip(titles, drafts, strict=True)]
    count, made, used = Counter(stems), [], Counter[str]()
    for title, stem, (process, product, share, way) in zip(titles, stems, drafts, strict=True):
        # whoever shares a name gets a part of its own code behind it: stable, whatever the order of the file
        key = f"{process.code}\0{product.flow or product.name}"
        used[key] += 1  # a process may make one product twice over, in two rows
        tail = hashlib.sha256(f"{key}\0{used[key]}".encode()).hexdigest()[:8]
        unit = foreign(product.unit)
        made.append(
            Made(
                stem if count[stem] == 1 else f"{stem}-{tail}", title, process, product, share,
                abs(product.amount) * unit.factor, unit.unit, math.copysign(1.0, product.amount), way,
            )
        )  # fmt: skip
    return made


def _title(process: ForeignProcess, product: ForeignExchange) -> str:
    """The process's name, and the product's where it says more."""
    own, made = name_key(process.name), name_key(product.name)
    if made in own:
        return process.name
    several = sum(e.kind == "product" and e.amount != 0 for e in process.exchanges) > 1
    alike = own in made
    return f"{process.name} — {product.name}" if several or not alike else process.name


def name_key(name: str) -> str:
    """A product's name as it compares: case, spaces and signs between words ignored."""
    return re.sub(r"[\s,;:_/|{}()\[\]\"'-]+", " ", unicodedata.normalize("NFKC", name).casefold()).strip()


def _stem(title: str, place: str) -> str:
    """Name and place; the place once where the name ends with it."""
    name, where = _slug(title), _slug(place) if place else ""
    return name if not where or name.endswith(f"-{where}") else _slug(f"{title} {place}")


def _slug(text: str) -> str:
    """Letters and digits of any language with hyphens between them."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return "-".join(re.findall(r"[^\W_]+", plain))[:_LONGEST].strip("-") or "dataset"

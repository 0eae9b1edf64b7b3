"""From foreign processes to datasets of one product each: co-products divided by a stated policy, ids given.

Policy for several products, in this order:
- the shares that the file states, if they are whole;
- a by-product that is waste by its name (scrap, slag, sludge …) is waste on its way to a treatment and carries nothing;
- recovered energy beside the product that a process is named after carries nothing and brings no credit;
- products measured alike are divided by amount, unless that leaves the main product less than a fifth: then it carries
  all, which is never too little;
- else the process is not usable, with that reason.
Whatever the file did not state is listed: by what it was divided, and what became no dataset.
"""

from __future__ import annotations

import hashlib
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ecoprod.importing.foreign_units import foreign
from ecoprod.importing.records import ForeignDatabase, ForeignExchange, ForeignProcess, Miss, code_twice

WHOLE = 0.01
"""By how much the shares of co-products may miss 1: files round them to percents."""
_LONGEST = 90
_NAMED = 4
_SMALLEST = 1e-100
_MOST, _MOST_ROWS = 200, 1_000_000
"""Products of one process: each takes all of its rows along, and no real process has more."""
LEAST = 0.2
"""Share by amount below which a main product carries all: mass says nothing of what a turbine's water is worth."""
_WASTE = re.compile(
    r"\b(waste|wastes|wastewater|scrap|slag|ash|ashes|sludge|tailings?|residues?|for disposal|for treatment|water)\b"
    r"|废|渣|污泥|灰|尾矿|边角料|残",
    re.IGNORECASE,
)
"""By-products that nobody runs a process for, in the words of databases; cut off at the gate as all waste and scrap."""


@dataclass(frozen=True, slots=True)
class Made:
    """One dataset to be: a product of a process. `share`: of the process's burdens that it carries.

    `amount`: of the product that the process makes, in `unit`; `sign` is -1 where the file counts a treated waste
    as a negative product. `allocated`: by what several products were divided (`stated`,
    `reference`, `waste` or a unit), empty for one.
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


@dataclass(frozen=True, slots=True)
class _Divided:
    """The products of a process that become datasets, their shares, by what; `process` with waste as waste."""

    process: ForeignProcess
    products: tuple[ForeignExchange, ...]
    shares: tuple[float, ...]
    way: str


def divide(database: ForeignDatabase) -> tuple[list[Made], list[Miss]]:
    """Every dataset that the processes give, in file order, and the processes that give none, with the reason."""
    drafts: list[tuple[ForeignProcess, ForeignExchange, float, str]] = []
    misses: list[Miss] = []
    codes: set[str] = set()
    for process in database.processes:
        if process.code in codes:
            misses.append(code_twice(process))
            continue
        codes.add(process.code)
        products = [e for e in process.exchanges if e.kind == "product" and e.amount != 0]
        if not products or not all(map(_sensible, products)):
            misses.append(_miss("import-no-product", process))
            continue
        found = _divided(process, products)
        if found is None:
            misses.append(_miss("import-co-products", process, products=_listed(products), count=len(products)))
            continue
        misses += _told(found, products)
        shares = zip(found.products, found.shares, strict=True)
        drafts += [(found.process, product, share, found.way) for product, share in shares]
    return _named(drafts), misses


def _sensible(product: ForeignExchange) -> bool:
    """Whether an amount can be divided by: no more than a hundred powers of ten from one of its units."""
    return _SMALLEST < abs(product.amount) * foreign(product.unit).size < 1 / _SMALLEST


def _miss(reason: str, process: ForeignProcess, **params: str | float) -> Miss:
    return Miss(reason, process.at, {"process": process.name, **params}, process.code, "process", process.name)


def _listed(products: Sequence[ForeignExchange]) -> str:
    names = "; ".join(f"{p.name} [{p.unit}]" for p in products[:_NAMED])
    return names + ("; …" if products[_NAMED:] else "")


def _divided(process: ForeignProcess, products: Sequence[ForeignExchange]) -> _Divided | None:
    """How the burdens of a process are divided; None where there is no honest way."""
    if len(products) > _MOST or (len(products) > 1 and len(products) * len(process.exchanges) > _MOST_ROWS):
        return None
    stated = [p.allocation for p in products if p.allocation is not None]
    if len(products) > 1 and len(stated) == len(products) and _whole(stated):
        return _Divided(process, tuple(products), tuple(share / math.fsum(stated) for share in stated), "stated")
    main = _main(process, products)
    waste = [p for p in products if p is not main and _WASTE.search(p.name)] if main is not None else []
    left = tuple(p for p in products if p not in waste)
    if waste:
        rows = tuple(replace(e, kind="waste") if e in waste else e for e in process.exchanges)
        process = replace(process, exchanges=rows)
    if len(left) == 1:
        return _Divided(process, left, (1.0,), "waste" if waste else "")
    units = [foreign(p.unit) for p in left]
    if any(p.amount <= 0 for p in left):
        return None
    if len({u.dimension for u in units}) > 1:
        energy = foreign("MJ").dimension
        goods = [p for p, u in zip(left, units, strict=True) if u.dimension != energy]
        alone = len(goods) == 1 and (main is goods[0] or _named_after(process, goods[0]))
        return _Divided(process, (goods[0],), (1.0,), "reference") if alone else None
    sizes = [p.amount * u.size for p, u in zip(left, units, strict=True)]
    shares = tuple(size / math.fsum(sizes) for size in sizes)
    if main is not None and shares[left.index(main)] < LEAST:
        return _Divided(process, (main,), (1.0,), "reference")
    return _Divided(process, left, shares, units[0].unit)


def _whole(stated: Sequence[float]) -> bool:
    return min(stated) >= 0 and abs(math.fsum(stated) - 1) <= WHOLE


def _main(process: ForeignProcess, products: Sequence[ForeignExchange]) -> ForeignExchange | None:
    """The product that a process is run for: the one it is named after, else the one that its file marks."""
    after = [p for p in products if _named_after(process, p)]
    marked = [p for p in products if process.reference is not None and p.name == process.reference]
    return after[0] if len(after) == 1 else marked[0] if len(marked) == 1 else None


def _named_after(process: ForeignProcess, product: ForeignExchange) -> bool:
    own, made = name_key(process.name), name_key(product.name)
    return bool(made) and (made in own or own in made) and not _WASTE.search(product.name)


def _told(found: _Divided, products: Sequence[ForeignExchange]) -> list[Miss]:
    """What the file did not state and is therefore listed."""
    told = []
    lost = [p for p in products if p not in found.products]
    if lost:
        told.append(_miss("import-by-product", found.process, products=_listed(lost), count=len(lost)))
    if len(found.products) > 1 and found.way != "stated":
        shares = ", ".join(
            f"{p.name} {share:.1%}" for p, share in zip(found.products[:_NAMED], found.shares[:_NAMED], strict=True)
        )
        told.append(_miss("import-divided", found.process, shares=shares, way=found.way))
    return told


def _named(drafts: Sequence[tuple[ForeignProcess, ForeignExchange, float, str]]) -> list[Made]:
    titles = [_title(process, product) for process, product, _, _ in drafts]
    stems = [_stem(title, process.place) for title, (process, *_) in zip(titles, drafts, strict=True)]
    count, made, used, taken = Counter(stems), [], Counter[str](), set[str]()
    for title, stem, (process, product, share, way) in zip(titles, stems, drafts, strict=True):
        # whoever shares a name gets a part of its own code behind it: stable, whatever the order of the file
        key = f"{process.code}\0{product.flow or product.name}"
        used[key] += 1  # a process may make one product twice over, in two rows
        tail = hashlib.sha256(f"{key}\0{used[key]}".encode()).hexdigest()
        plain = stem if count[stem] == 1 else f"{stem}-{tail[:8]}"
        id_ = plain if plain not in taken else f"{stem}-{tail}"  # a third may be named like another with its tail
        taken.add(id_)
        unit = foreign(product.unit)
        made.append(
            Made(
                id_, title, process, product, share,
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

"""From names to datasets: which life cycle data stands behind a part, a flow, a processing step."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from ecoprod.background import Background, Dataset, Material
from ecoprod.backgrounds import CORE, PLACES
from ecoprod.errors import At, Params, Problem
from ecoprod.foreground.records import Demand
from ecoprod.product import Amount, MappingRow, Part, Product
from ecoprod.trace import Ledger
from ecoprod.units import UnitError, convert, same_dimension


@dataclass(frozen=True, slots=True)
class Link:
    """What a part is made of: its material (class, density …) and the dataset behind it, where known.

    `factor`: units of the dataset per kg of the material, where a mapping says so; `trace`: that mapping's entry,
    `mapped_at`: where it stands.
    """

    material: Material | None
    dataset: Dataset | None
    factor: float = 1.0
    trace: tuple[str, ...] = ()
    mapped_at: At | None = None


_NEAR = 20


class Linker:
    """Finds datasets for names and remembers every name that does not work, as a Problem."""

    def __init__(self, product: Product, background: Background, ledger: Ledger, problems: list[Problem]) -> None:
        self.background = background
        self.ledger = ledger
        self.problems = problems
        self._searched = 0
        # rows for the core hold beside a database of the user's own too, where that one has no row of its own
        self._mapped = {_key(row.material): row for row in product.mapping if row.background == CORE}
        self._mapped |= {
            _key(row.material): row for row in product.mapping if row.background in (None, "", background.id)
        }
        self._rows, self._used = product.mapping, set[MappingRow]()
        self._core = getattr(background, "core", background)
        self._same = {meaning: row for row in self._mapped.values() for meaning in self._meanings(row.material)}
        self._by_dataset = {m.dataset: m for m in reversed(background.materials) if m.dataset}

    def part(self, part: Part) -> Link:
        """Material and dataset of a leaf; a wrong or ambiguous name is a problem, no name at all is not."""
        material = self._material(part)
        mapped = self._row(part.material) if part.material else None
        name = part.dataset or (mapped.dataset if mapped else None)
        if name:
            at = part.at_column("dataset") if part.dataset else (mapped.at if mapped else part.at)
            dataset = self.dataset(name, at)
            like = material or (self._by_dataset.get(dataset.id) if dataset else None)
            if mapped is None or part.dataset:
                return Link(like, dataset)
            return Link(like, dataset, mapped.factor, (self._confirmed(mapped),), mapped.at)
        linked = self.background.datasets.get(material.dataset) if material and material.dataset else None
        if material is None or linked is None or material.stand_in is None:
            return Link(material, linked)
        entry = self.ledger.assumed(
            f"material:{material.id}/stand-in",
            linked.id,
            None,
            "assumed-stand-in",
            f"materials.csv: {material.stand_in}",
        )
        return Link(material, linked, 1.0, (entry,))

    def coating(self, name: str) -> Link:
        """Dataset of a coating: what a mapping names, else the material's own."""
        found = self.background.material(name)
        row = self._row(name)
        if row is not None:
            return Link(None, self.dataset(row.dataset, row.at), row.factor, (self._confirmed(row),))
        known = self.background.datasets.get(found[0].dataset or "") if len(found) == 1 else None
        return Link(found[0] if known else None, known)

    def _row(self, name: str) -> MappingRow | None:
        """The mapping's row of a name, or of another name of the same material or flow (`钢` for `steel`)."""
        row = self._mapped.get(_key(name))
        if row is None and self._mapped:
            row = next((self._same[m] for m in sorted(self._meanings(name)) if m in self._same), None)
        if row is not None:
            self._used.add(row)
        return row

    def _meanings(self, name: str) -> set[str]:
        """Ids of the one material and the one core dataset that a name stands for."""
        materials = self.background.material(name)
        flows = self._core.flow(name)
        found = {f"material:{materials[0].id}"} if len(materials) == 1 else set()
        return found | ({f"flow:{flows[0]}"} if len(flows) == 1 else set())

    def unused(self) -> None:
        """Rows of the mapping that nothing in the product asked for: shown, since a slip of the pen looks like it."""
        rows = [row for row in self._rows if row not in self._used]
        if rows:
            names = "; ".join(f"{r.material} ({r.background or '—'}, {r.at})" for r in rows[:_NEAR])
            self.ledger.assumed("mapping:unused", len(rows), None, "mapping-unused", names)

    def _confirmed(self, row: MappingRow) -> str:
        """The mapping in the ledger: a person's choice of stand-in shows in every report."""
        by = " ".join(str(word) for word in (row.checked_by, row.checked_on) if word)
        source = " — ".join(word for word in (f"{row.material} → {row.dataset}", row.reason, by, str(row.at)) if word)
        return self.ledger.assumed(f"mapping:{row.material}", row.dataset, None, "mapped-material", source)

    def _material(self, part: Part) -> Material | None:
        if not part.material:
            return None
        found = self.background.material(part.material)
        if len(found) == 1:
            return found[0]
        settled = part.dataset or self._row(part.material) is not None
        if not settled:
            at = part.at_column("material")
            if found:
                names = ", ".join(sorted(f"{m.name_zh} / {m.name_en} ({m.id})" for m in found))
                params: Params = {"name": part.material, "candidates": names}
                self.problems.append(Problem("material-ambiguous", at, "material", params))
            else:
                near = self._near(part.material, "material")
                self.problems.append(
                    Problem("material-unknown", at, "material", {"name": part.material, "nearest": near})
                )
        return None

    def dataset(self, name: str, at: At) -> Dataset | None:
        """A dataset by id; of a database of the user's own by its name too, the place chosen in a stated order."""
        found = self.background.datasets.get(name) or self._of_place(name)
        if found is None:
            near = self._near(name, "dataset")
            self.problems.append(Problem("dataset-unknown", at, "dataset", {"name": name, "nearest": near}))
        return found

    def _of_place(self, name: str) -> Dataset | None:
        """The one dataset of that name in the first place that has it, with the choice in the ledger."""
        found = self.background.named(name)
        if len(found) != 1:
            return None
        if len(self.background.alike(name)) == 1:
            return found[0]
        source = f"{self.background.id}: {' → '.join(PLACES)}"
        self.ledger.assumed(f"place:{name}", found[0].place or "—", None, "assumed-place", source)
        return found[0]

    def flow(self, name: str, at: At) -> Dataset | None:
        """A dataset by flow name in either language; unknown and ambiguous names are problems.

        A mapping of that name goes before. In a database of the user's own the place is chosen in a stated order.
        """
        mapped = self._row(name)
        if mapped is not None:
            return self._mapped_flow(mapped)
        if (of_place := self._of_place(name)) is not None:
            return of_place
        found = self.background.flow(name)
        if len(found) == 1:
            return self.background.datasets[found[0]]
        if found:
            params: Params = {"name": name, "candidates": ", ".join(sorted(found))}
            self.problems.append(Problem("flow-ambiguous", at, "flow", params))
        else:
            near = self._near(name, "flow")
            self.problems.append(Problem("flow-unknown", at, "flow", {"name": name, "nearest": near}))
        return None

    def _mapped_flow(self, row: MappingRow) -> Dataset | None:
        """The dataset that a mapping puts behind a flow or a mode; amounts convert by their units, not by a factor."""
        if row.factor != 1.0:
            self.problems.append(Problem("mapping-factor-flow", row.at, "factor", {"name": row.material[:60]}))
        found = self.dataset(row.dataset, row.at)
        if found is not None:
            self._confirmed(row)
        return found

    def mode(self, name: str) -> Dataset | None:
        """The dataset of a transport mode: what a mapping names, else the background's."""
        mapped = self._row(name)
        if mapped is not None:
            return self._mapped_flow(mapped)
        known = self.background.mode(name)
        return self.background.datasets.get(known) if known else None

    def _near(self, name: str, among: Literal["flow", "material", "dataset"]) -> str:
        """Names like one that is not there; after some dozens nobody reads them, and they cost time."""
        self._searched += 1
        return ", ".join(self.background.nearest(name, among)) or "—" if self._searched <= _NEAR else "…"

    def step(self, name: str, at: At) -> Dataset | None:
        """A processing dataset by id or name."""
        return self.background.datasets.get(name) or self.flow(name, at)

    def named(self, what: str, name: str, at: At) -> Dataset | None:
        """A flow name or a dataset id, as the row says."""
        return self.dataset(name, at) if what == "dataset" else self.flow(name, at)

    def amount(
        self, amount: Amount, dataset: Dataset, at: At, code: str = "unit-not-of-dataset"
    ) -> tuple[float, tuple[str, ...]] | None:
        """An amount in the dataset's unit, and the ledger ids of the properties that were needed for it.

        Mass, volume and energy convert into each other only by the stated density or calorific value of the
        material behind the dataset. A wrong dimension is a problem.
        """
        if amount.unit == dataset.unit:  # most are, and there are several for each part
            return amount.value, ()
        if same_dimension(amount.unit, dataset.unit):
            return convert(amount, dataset.unit), ()
        material = self._by_dataset.get(dataset.id)
        found = self.through_mass(amount, material, dataset.unit) if material else None
        if found is None:
            params: Params = {"unit": amount.unit, "dataset": dataset.id, "expected": dataset.unit}
            self.problems.append(Problem(code, at, "amount", params))
        return found

    def through_mass(self, amount: Amount, material: Material, unit: str) -> tuple[float, tuple[str, ...]] | None:
        """`amount` in `unit` by way of kg; None where the material's properties do not reach."""
        used: list[str] = []
        into = self._factor(material, amount.unit, used)
        out = self._factor(material, unit, used)
        if into is None or out is None:
            return None
        return amount.value * into / out, tuple(dict.fromkeys(used))

    def _factor(self, material: Material, unit: str, used: list[str]) -> float | None:
        """Kg in one `unit` of the material."""
        properties = (
            ("kg", 1.0, None),
            ("m3", material.density_kg_m3, "density_kg_m3"),
            ("MJ", 1 / material.calorific_value_mj_kg if material.calorific_value_mj_kg else None, "calorific"),
            ("m", material.kg_per_m, "kg_per_m"),
            ("m2", material.g_per_m2 / 1000 if material.g_per_m2 else None, "g_per_m2"),
        )
        for base, kg_per_base, name in properties:
            try:
                in_base = convert(Amount(1.0, unit), base)
            except UnitError:
                continue
            if kg_per_base is None:
                return None
            if name:
                source = material.calorific_source if base == "MJ" else material.density_source
                entry = f"material:{material.id}/{name}"
                used.append(self.ledger.looked_up(entry, kg_per_base, f"kg/{base}", f"materials.csv {source}"))
            return in_base * kg_per_base
        return None

    def demand(
        self, item: str, dataset: Dataset, amount: float, by: str, inputs: Iterable[str], *, suffix: str = ""
    ) -> Demand:
        """A demand of an item, in the ledger as `demand:ITEM/DATASET`."""
        entry = f"demand:{item}/{dataset.id}{suffix}"
        return Demand(dataset.id, amount, self.ledger.computed(entry, amount, dataset.unit, by, tuple(inputs)))


def _key(name: str) -> str:
    return "".join(name.split()).casefold()

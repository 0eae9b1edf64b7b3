"""Life cycle data: datasets, materials and end-of-life scenarios of one background database.

Comes in: the CSV and YAML files of `lci_data/` (or of a background the user names).
Goes out: a `Background` that finds datasets by id, flow name or material name. No Brightway here.
Exchanges are read apart (`read_exchanges`), because only the building of intensities needs them.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Literal, get_args

import yaml

from ecoprod.errors import At, InputError, Problem
from ecoprod.impact_categories import CATEGORIES
from ecoprod.resources import bundled
from ecoprod.scenarios import BUNDLED_NAME, Names, Scenario, bundled_scenario, read_scenario

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Recyclability = Literal["recycled_widely", "recycled_where_sorted", "limited", "not_recycled"]
StrengthBasis = Literal["yield", "tensile", "flexural", "compressive"]
_RECYCLABILITY: Mapping[str, Recyclability] = {name: name for name in get_args(Recyclability)}
_STRENGTHS: Mapping[str, StrengthBasis] = {name: name for name in get_args(StrengthBasis)}
ExchangeKind = Literal["input", "emission", "resource", "total"]
_KINDS: Mapping[str, ExchangeKind] = {name: name for name in get_args(ExchangeKind)}


@dataclass(frozen=True, slots=True)
class Dataset:
    """One process: `unit` is its reference unit, of which one is always produced.

    `covers`: EF v3.1 categories that its own flows cover (`CATEGORIES` where the file says `all`).
    `recycled_share`: secondary feedstock 0..1, None if unknown. `secondary`: id of the secondary route.
    `left_out`: rows that its import could not link; `upstream_left_out`: whether anything that it rests on has such.
    """

    id: str
    name_zh: str
    name_en: str
    aliases: tuple[str, ...]
    group: str
    kind: Literal["unit", "system"]
    place: str
    year: int
    unit: str
    technology: str
    boundary: str
    recycled_share: float | None
    secondary: str | None
    covers: frozenset[str]
    gwp_set: str | None
    balance: str
    data_quality: str
    note: str
    line: int
    left_out: int = 0
    upstream_left_out: bool = False


@dataclass(frozen=True, slots=True)
class Exchange:
    """One flow of a process per reference unit. `target`: process id (kind input) or elementary flow name."""

    process: str
    kind: ExchangeKind
    target: str
    compartment: str
    amount: float
    unit: str
    source: str
    at: str
    year: str
    confidence: str
    pedigree: str
    note: str
    line: int


@dataclass(frozen=True, slots=True)
class Material:
    """A material a bill of materials may name; properties are None (or empty) where no source gives them.

    `density_source` covers the masses per length and area too. `yield_strength_mpa` is the strength that
    `strength_basis` names: yield or proof stress where a material yields (docs/reference/materials.md).
    `substance_hints`: restricted substances to ask the supplier about, never a declaration.
    `stand_in`: why its dataset is only a stand-in for it, where it is one.
    """

    id: str
    name_zh: str
    name_en: str
    aliases: tuple[str, ...]
    material_class: str
    dataset: str | None
    density_kg_m3: float | None
    calorific_value_mj_kg: float | None
    kg_per_m: float | None
    g_per_m2: float | None
    density_source: str
    line: int
    stand_in: str | None = None
    calorific_source: str = ""
    youngs_modulus_gpa: float | None = None
    modulus_source: str = ""
    yield_strength_mpa: float | None = None
    strength_basis: StrengthBasis | None = None
    strength_source: str = ""
    recyclability: Recyclability | None = None
    recyclability_source: str = ""
    substance_hints: tuple[str, ...] = ()
    substance_source: str = ""


def name_key(name: str) -> str:
    """A name as it is compared: case and spaces ignored."""
    return "".join(name.split()).casefold()


def says(word: str, thing: Dataset | Material) -> bool:
    """Whether a word stands in a name (either language), the id or an alias; case and spaces do not count."""
    names = (thing.id, thing.name_zh, thing.name_en, *thing.aliases)
    return any(name_key(word) in name_key(name) for name in names)


class Background:
    """One background database, by id, flow name and material name."""

    def __init__(
        self,
        folder: Path,
        manifest: Mapping[str, Any],
        datasets: Mapping[str, Dataset],
        materials: tuple[Material, ...],
        sha256: str,
    ) -> None:
        self.folder = folder
        self.manifest = manifest
        self.datasets = datasets
        self.materials = materials
        self.sha256 = sha256

    @property
    def id(self) -> str:
        """The name under which `--background` finds it."""
        return str(self.manifest["id"])

    @property
    def complete(self) -> bool:
        """Whether a user said at import that the database covers every category."""
        return False

    def mode(self, name: str) -> str | None:
        """Dataset of a transport mode (`truck`, `rail`, `ship`, `barge`, `air`)."""
        found = self.manifest.get("modes", {}).get(name)
        return str(found) if found else None

    @cached_property
    def _flows(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for dataset in self.datasets.values():
            for name in dict.fromkeys(
                name_key(n) for n in (dataset.id, dataset.name_zh, dataset.name_en, *dataset.aliases)
            ):
                found.setdefault(name, []).append(dataset.id)
        return found

    @cached_property
    def _materials(self) -> dict[str, list[Material]]:
        found: dict[str, list[Material]] = {}
        for material in self.materials:
            names = (material.id, material.name_zh, material.name_en, *material.aliases)
            for name in dict.fromkeys(map(name_key, names)):
                found.setdefault(name, []).append(material)
        return found

    def flow(self, name: str) -> list[str]:
        """Dataset ids that answer to a flow name, in any language; more than one is ambiguous."""
        return self._flows.get(name_key(name), [])

    def material(self, name: str) -> list[Material]:
        """Materials that answer to a name or trade grade; more than one is ambiguous."""
        return self._materials.get(name_key(name), [])

    def nearest(self, name: str, among: Literal["flow", "material", "dataset"], limit: int = 3) -> list[str]:
        """Names like `name` that do exist, best first: for the message about one that does not."""
        from rapidfuzz import process

        if among == "dataset":
            names: dict[str, str] = {i: i for i in self.datasets}
        elif among == "flow":
            names = {n: n for d in self.datasets.values() for n in (d.name_zh, d.name_en, *d.aliases)}
        else:
            names = {n: n for m in self.materials for n in (m.name_zh, m.name_en, *m.aliases)}
        return [str(hit[0]) for hit in process.extract(name, list(names), limit=limit, score_cutoff=45)]

    def scenario(self, name: str, product_folder: Path) -> Scenario | None:
        """A bundled scenario by id, or the user's file beside the product; None where there is neither.

        A file outside the product folder is not looked at. Raises InputError with all that is wrong in the file.
        """
        if BUNDLED_NAME.fullmatch(name):
            path = self.folder / "scenarios" / f"{name}.yaml"
            return bundled_scenario(path) if path.is_file() else None
        try:
            path = (product_folder / name).resolve()
            usable = path.is_relative_to(product_folder.resolve()) and path.is_file()
        except (OSError, RuntimeError, ValueError):
            return None
        if not usable or path.suffix not in {".yaml", ".yml"}:
            return None
        known = Names(self.material_classes, self.datasets, lambda wrong: self.nearest(wrong[:60], "dataset"))
        return read_scenario(path, name, known)

    @cached_property
    def material_classes(self) -> dict[str, tuple[str, ...]]:
        """Every class of the materials table with its Chinese and English name, where the folder has them."""
        path = self.folder / "material_classes.csv"
        named = {row["id"]: (row["name_zh"], row["name_en"]) for _, row in _rows(path)} if path.is_file() else {}
        return {name: named.get(name, ()) for name in sorted({m.material_class for m in self.materials})}

    def listed(self, word: str | None = None) -> list[Dataset]:
        """The datasets of this database alone, or those with a word in id, name or alias; case and spaces ignored."""
        return [d for d in self.datasets.values() if word is None or says(word, d)]

    def named(self, name: str) -> list[Dataset]:
        """Datasets of a database of the user's own that bear a name; the core is asked by id and by flow name."""
        return []

    def lost(self, name: str) -> list[str]:
        """Names of some rows that the import of a dataset could not link; the core has none."""
        return []

    def alike(self, name: str) -> list[str]:
        """Ids of all datasets of a database of the user's own that bear a name, whatever their place."""
        return []

    def origin(self, name: str) -> str:
        """Id of the database that a dataset comes from."""
        return self.id

    def citation(self, name: str) -> str:
        """Place and citation of a dataset of the user's own; what the core's rows cite stands with its intensities."""
        return ""

    def listed_materials(self) -> tuple[Material, ...]:
        """The materials of this database."""
        return self.materials

    def cited(self, names: Sequence[str] | None = None) -> dict[str, list[str]]:
        """Sources that each dataset's own rows cite (of all datasets, or of those named)."""
        wanted = self._grouped if names is None else names
        return {name: sorted({e.source for e in self._grouped.get(name, ())}) for name in wanted}

    @cached_property
    def _grouped(self) -> dict[str, list[Exchange]]:
        found: dict[str, list[Exchange]] = {}
        for exchange in self.exchanges():
            found.setdefault(exchange.process, []).append(exchange)
        return found

    def exchanges_of(self, name: str) -> list[Exchange]:
        """The rows of one dataset."""
        return self._grouped.get(name, [])

    def users_of(self, name: str, limit: int = 20) -> list[str]:
        """Datasets that use one, the first `limit` of them."""
        used = (d for d, rows in self._grouped.items() if any(e.kind == "input" and e.target == name for e in rows))
        return list(dict.fromkeys(used))[:limit]

    def sources(self) -> dict[str, Mapping[str, Any]]:
        """The register of sources (`sources.yaml`)."""
        path = self.folder / "sources.yaml"
        return dict(yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER) or {}) if path.is_file() else {}

    def exchanges(self) -> list[Exchange]:
        """All exchanges; only the building of intensities, `data show` and `data check` need them."""
        return read_exchanges(self.folder / "exchanges.csv")


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        for row in reader:
            yield reader.line_num, {k: (v or "").strip() for k, v in row.items() if k}


def _split(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())


def _number(text: str, path: Path, line: int, column: str, problems: list[Problem]) -> float | None:
    if not text:
        return None
    try:
        return float(text)
    except ValueError:
        problems.append(Problem("data-not-a-number", At(path.name, line, column), column, {"value": text[:80]}))
        return None


def _read_datasets(path: Path, problems: list[Problem]) -> dict[str, Dataset]:
    datasets: dict[str, Dataset] = {}
    for line, row in _rows(path):
        if row["id"] in datasets:
            problems.append(Problem("data-duplicate-id", At(path.name, line, "id"), "id", {"id": row["id"]}))
        covers = frozenset(CATEGORIES) if row["covers"] == "all" else frozenset(_split(row["covers"]))
        for name in sorted(covers - set(CATEGORIES)):
            problems.append(
                Problem("data-unknown-category", At(path.name, line, "covers"), "covers", {"category": name})
            )
        year = _number(row["year"], path, line, "year", problems)
        datasets[row["id"]] = Dataset(
            row["id"], row["name_zh"], row["name_en"], _split(row["aliases"]), row["group"],
            "system" if row["kind"] == "system" else "unit", row["place"], int(year or 0), row["unit"],
            row["technology"], row["boundary"], _number(row["recycled_share"], path, line, "recycled_share", problems),
            row["secondary"] or None, covers, row["gwp_set"] or None, row["balance"], row["data_quality"],
            row["note"], line,
        )  # fmt: skip
    return datasets


_MATERIAL_NUMBERS = (
    "density_kg_m3", "calorific_value_mj_kg", "kg_per_m", "g_per_m2", "youngs_modulus_gpa", "yield_strength_mpa",
)  # fmt: skip


def _read_materials(path: Path, problems: list[Problem]) -> tuple[Material, ...]:
    if not path.is_file():
        return ()
    found = []
    for line, row in _rows(path):
        density, calorific, per_m, per_m2, modulus, strength = (
            _number(row.get(column, ""), path, line, column, problems) for column in _MATERIAL_NUMBERS
        )
        for column, known in (("recyclability", tuple(_RECYCLABILITY)), ("strength_basis", tuple(_STRENGTHS))):
            if row.get(column) and row[column] not in known:
                params = {"value": row[column][:80], "known": ", ".join(known)}
                problems.append(Problem("data-unknown-word", At(path.name, line, column), column, params))
        material = Material(
            row["id"], row["name_zh"], row["name_en"], _split(row["aliases"]), row["class"],
            row["dataset"] or None, density, calorific, per_m, per_m2, row.get("density_source", ""), line,
            row["note"] if row.get("stand_in") else None, row.get("calorific_source", ""),
            modulus, row.get("modulus_source", ""),
            strength, _STRENGTHS.get(row.get("strength_basis", "")), row.get("strength_source", ""),
            _RECYCLABILITY.get(row.get("recyclability", "")), row.get("recyclability_source", ""),
            _split(row.get("substance_hints", "")), row.get("substance_source", ""),
        )  # fmt: skip
        found.append(material)
    return tuple(found)


def read_exchanges(path: Path) -> list[Exchange]:
    """The rows of an `exchanges.csv`, in file order. Raises InputError with every amount that is no number."""
    problems: list[Problem] = []
    found = []
    for line, row in _rows(path):
        amount = _number(row["amount"], path, line, "amount", problems)
        kind = _KINDS.get(row["kind"])
        if amount is None or kind is None:
            problems.append(Problem("data-bad-exchange", At(path.name, line, "kind"), "kind", {"kind": row["kind"]}))
            continue
        exchange = Exchange(
            row["process"], kind, row["target"], row["compartment"], amount, row["unit"], row["source"],
            row["at"], row["year"], row["confidence"], row["pedigree"], row["note"], line,
        )  # fmt: skip
        found.append(exchange)
    if problems:
        raise InputError(problems)
    return found


def content_hash(folder: Path) -> str:
    """sha256 over the data files of a background, line ends normalised: the key of its intensities."""
    digest = hashlib.sha256()
    for name in ("background.yaml", "processes.csv", "exchanges.csv", "materials.csv"):
        path = folder / name
        if path.is_file():
            digest.update(name.encode() + b"\0" + path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return digest.hexdigest()


def load_background() -> Background:
    """The bundled core, read once in a process and again where its files change. Raises InputError for broken ones."""
    folder = bundled("lci_data")
    return _core(folder, content_hash(folder))


@lru_cache(maxsize=1)
def _core(folder: Path, sha256: str) -> Background:
    manifest = yaml.load((folder / "background.yaml").read_text(encoding="utf-8"), Loader=_LOADER)
    return read_background(folder, manifest, sha256)


def read_background(folder: Path, manifest: Mapping[str, Any], sha256: str | None = None) -> Background:
    """A background from a folder of data files (`sha256`: their hash, if known). Raises InputError with all faults."""
    problems: list[Problem] = []
    datasets = _read_datasets(folder / "processes.csv", problems)
    materials = _read_materials(folder / "materials.csv", problems)
    if problems:
        raise InputError(problems)
    return Background(folder, manifest, datasets, materials, sha256 or content_hash(folder))

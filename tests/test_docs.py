"""What the pages say is so: commands give the exit code they state, links lead somewhere, names are all explained."""

from __future__ import annotations

import csv
import json
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from caches import Seed
from ecoprod_cli.main import main
from ecoprod_cli.root import STANDARDS

from ecoprod.assessment import Assessment
from ecoprod.indicators import INDICATORS
from ecoprod.readers.productfile import KEYS

ROOT = Path(__file__).resolve().parent.parent
README, README_ZH = ROOT / "README.md", ROOT / "README.zh.md"
PAGES = sorted([README, *ROOT.glob("README.zh.md"), *(ROOT / "docs").rglob("*.md")])
if not README_ZH.is_file() or not (ROOT / "docs").is_dir():
    pytest.skip("the documentation is no part of an installed ecoprod", allow_module_level=True)

_FENCE = re.compile(r"^[ ]*```(\w*)\n(.*?)^[ ]*```", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"(?:exit code|退出码)\s*\**(\d+)")
_OWN = re.compile(r"\b(my-product|my-database|my-table|my-overlay|product|FOLDER|FILE|ID)\b")
_NAMED = ("examples", "product_specs")

page = pytest.mark.parametrize("path", PAGES, ids=lambda p: p.relative_to(ROOT).as_posix())


@dataclass(frozen=True)
class Command:
    """One `ecoprod` command of a page, and the exit code that the page states for it (None: states none)."""

    words: tuple[str, ...]
    stated: int | None


def blocks(text: str, *languages: str) -> Iterator[tuple[str, str]]:
    """Fenced blocks in these languages, each with the text that follows it up to the next block or heading."""
    for found in _FENCE.finditer(text):
        if found[1] in languages:
            yield found[2], re.split(r"(?m)^[ ]*(?:```|#+ )", text[found.end() :].lstrip("\n"), maxsplit=1)[0]


def commands(path: Path) -> list[Command]:
    """The `ecoprod` commands of a page's shell blocks, in order."""
    found = []
    for block, after in blocks(path.read_text("utf-8"), "sh", "console"):
        for line in block.splitlines():
            text, _, comment = line.partition("#")
            stated = _CODE.search(comment) or _CODE.search(after)
            for part in text.split("&&"):
                words = shlex.split(part)
                if words[:1] == ["ecoprod"]:
                    found.append(Command(tuple(words[1:]), int(stated[1]) if stated else None))
    return found


def own(command: Command, made: set[str]) -> bool:
    """Whether a command needs a folder or file of the reader's own, which no earlier command of the page has made."""
    read = command.words[1 : command.words.index("-o")] if "-o" in command.words else command.words[1:]
    paths = [w for w in read if not w.startswith("-") and (_OWN.search(w) or w.endswith(".json"))]
    return any(word not in made and not word.startswith(_NAMED) for word in paths)


@pytest.fixture(scope="module")
def run(command: list[str], tmp_path_factory: pytest.TempPathFactory) -> Callable[[tuple[str, ...]], tuple[int, str]]:
    """Runs a command in a folder with the examples; one that several pages print runs once."""
    folder = tmp_path_factory.mktemp("reader")
    for name in _NAMED:
        (folder / name).symlink_to(ROOT / name)
    known: dict[tuple[str, ...], tuple[int, str]] = {}

    def answer(words: tuple[str, ...]) -> tuple[int, str]:
        if words not in known:
            if words[0] == "init":
                shutil.rmtree(folder / words[1], ignore_errors=True)
            done = subprocess.run(
                [*command, *words], cwd=folder, capture_output=True, encoding="utf-8", check=False, timeout=120
            )
            known[words] = done.returncode, done.stderr
        return known[words]

    return answer


@page
def test_commands_give_the_exit_code_that_the_page_states(
    path: Path, run: Callable[[tuple[str, ...]], tuple[int, str]]
) -> None:
    made: set[str] = set()
    for step in commands(path):
        verb = step.words[0]
        if verb != "init" and own(step, made):
            continue
        made |= _makes(step, path)
        line = f"ecoprod {' '.join(step.words)}"
        if verb == "assess":
            assert step.stated is not None, f"{line}: the page states no exit code"
        code, words = run(step.words)
        assert code == (step.stated if verb == "assess" else 0), f"{line}\n{words}"


def _makes(step: Command, path: Path) -> set[str]:
    """What later commands of the page may use. READMEs print first steps without saying what a fresh folder gives."""
    if step.words[0] == "init":
        return set() if path in (README, README_ZH) else {step.words[1]}
    return {step.words[-1]} if "-o" in step.words else set()


def test_the_commands_that_count_are_found() -> None:
    """The test above would pass on pages whose blocks it cannot read."""
    found = {c.words: c.stated for path in PAGES for c in commands(path)}
    assert found["assess", "examples/battery-pack"] == 4
    assert found["assess", "examples/battery-pack-mercury"] == 1
    assert found["assess", "examples/battery-pack-no-cycle-life"] == 3
    assert ("explain", "result.json", "climate-change") in found


def test_the_readmes_go_through_the_whole_standards_library() -> None:
    for path in (README, README_ZH):
        shown = {c.words[1] for c in commands(path) if c.words[0] == "standards"}
        assert shown == set(STANDARDS.places)


@pytest.mark.parametrize(("path", "lang"), [(README, "en"), (README_ZH, "zh")])
def test_the_output_in_the_readme_is_the_output(path: Path, lang: str, capsys: pytest.CaptureFixture[str]) -> None:
    shown = next(blocks(path.read_text("utf-8"), "text"))[0]
    assert main(["standards", "search", "phosphate", "--lang", lang]) == 0
    assert capsys.readouterr().out == shown


def test_both_readmes_list_the_same_commands() -> None:
    first, second = ([c.words for c in commands(path)] for path in (README, README_ZH))
    assert len(first) > 5
    assert first == second
    texts = [path.read_text("utf-8") for path in (README, README_ZH)]
    first_block, second_block = (next(blocks(text, "sh"))[0] for text in texts)
    assert first_block == second_block


@page
def test_links_lead_somewhere(path: Path) -> None:
    text = _FENCE.sub("", path.read_text("utf-8"))
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"\w+:", target):
            continue
        name, _, anchor = target.partition("#")
        there = (path.parent / name).resolve() if name else path
        assert there.exists(), target
        assert there.is_relative_to(ROOT), target
        if anchor:
            heads = re.findall(r"(?m)^#+ (.*)$", there.read_text("utf-8"))
            assert anchor in {re.sub(r"[^\w\- ]", "", h).strip().lower().replace(" ", "-") for h in heads}, target


@page
def test_a_page_in_both_languages_names_the_other(path: Path) -> None:
    other = path.with_name(path.name.replace(".zh.md", ".md") if ".zh." in path.name else f"{path.stem}.zh.md")
    if other.is_file():
        assert f"]({other.name})" in path.read_text("utf-8").split("\n## ")[0]


@pytest.mark.parametrize("name", ["model-a-product.md", "model-a-product.zh.md"])
def test_the_product_on_the_page_runs(name: str, tmp_path: Path) -> None:
    """Its life cycle is complete as printed; what is open is what the next page is about."""
    from ecoprod.corridor import assess

    text = (ROOT / "docs" / "how-to" / name).read_text("utf-8")
    _write_product(text, tmp_path)
    found = assess(tmp_path)
    _check_open(found)
    ((scenario, _),) = blocks(text, "yml")
    (tmp_path / "end-of-life.yaml").write_text(scenario, "utf-8")
    product = (tmp_path / "product.yaml").read_text("utf-8")
    other = product.replace("{scenario: sorted-for-recycling}", "{scenario: end-of-life.yaml, collection: 90 %}")
    assert other != product
    (tmp_path / "product.yaml").write_text(other, "utf-8")
    _check_open(assess(tmp_path))


def _write_product(page_text: str, folder: Path) -> None:
    """The product that the blocks of `model-a-product` make up."""
    (folder / "product.yaml").write_text("".join(b for b, _ in blocks(page_text, "yaml")), "utf-8")
    tables = [b for b, _ in blocks(page_text, "csv")]
    for table, content in zip(("bom", "mapping", "process"), tables, strict=True):
        (folder / f"{table}.csv").write_text(content, "utf-8")


@pytest.mark.parametrize("name", ["recyclability.md", "recyclability.zh.md"])
def test_the_housing_on_the_page_gives_the_grams_and_shares_of_the_page(name: str, tmp_path: Path) -> None:
    """Worked out beside the page: 2155 g of 3600 g, with the clip 2211 g; V 3, W_0 1.197, W_F 1/15, W_C 0.4131 kg."""
    from ecoprod.corridor import assess
    from ecoprod.report import report_text, result_document

    text = (ROOT / "docs" / "how-to" / name).read_text("utf-8")
    product, circularity, footprint = (b for b, _ in blocks(text, "yaml"))
    scenario, figures = (b for b, _ in blocks(text, "yml"))
    ((bom, _),) = blocks(text, "csv")
    for file, content in (("product.yaml", product), ("bom.csv", bom), ("end-of-life.yaml", scenario)):
        (tmp_path / file).write_text(content, "utf-8")
    found = result_document(assess(tmp_path))
    assert found["verdict"] == "undetermined"
    lost = {one["part"]: (one["lost_g"]["low"], one["lost_g"]["high"]) for one in found["recycling"]}
    told = {"BASE": (880, 880), "LID": (440, 440), "CLIP": (0, 100), "FRAME": (25, 25)}
    assert lost == {part: pytest.approx(grams) for part, grams in told.items()}
    assert {part for part in told if f"| {part} |" in text} == set(told)
    back = [sum(one["recyclable_g"][end] for one in found["recycling"]) for end in ("low", "high")]
    assert back == [pytest.approx(2155), pytest.approx(2255)]
    assert all(f"{100 * grams / 3600:.1f}" in text for grams in back)

    (tmp_path / "bom.csv").write_text(re.sub(r"(CLIP.*0 %),", r"\1,scenario", bom), "utf-8")
    (tmp_path / "product.yaml").write_text(product + circularity, "utf-8")
    index = (3 + 1.197 + (1 / 15 + 0.4131) / 2) / (7.2 + (1 / 15 - 0.4131) / 2)
    circular = result_document(assess(tmp_path))["circularity"]
    assert circular["linear_flow_index"]["value"] == pytest.approx(index)
    assert circular["material_circularity_indicator"]["value"] == pytest.approx(1 - index * 0.9 / 1.5)
    assert f"{index:.4f}" in text
    assert f"{1 - index * 0.6:.3f}" in text

    (line,) = re.findall("(?m)^end_of_life: .*$", product)
    (tmp_path / "product.yaml").write_text(product.replace(line, footprint.strip()) + circularity, "utf-8")
    (tmp_path / "cff.yaml").write_text(figures, "utf-8")
    found = result_document(assess(tmp_path))
    ends = {p["part"]: p["recycled_at_end"] for p in found["circular_footprint"]["parts"]}
    assert ends["LID"] == pytest.approx(0.504)  # 0.7 × 0.8 × 0.9
    assert ends["FRAME"] == pytest.approx(0.855)  # 0.95 × 0.9
    _check_frame(found["circular_footprint"])
    assert all(report_text(found, lang) for lang in ("zh", "en"))


def _check_frame(footprint: dict[str, Any]) -> None:
    """Half a kg of aluminium by the formula written out, from the scores of its datasets."""
    from ecoprod.background import load_background
    from ecoprod.lca import dataset_scores

    names = ("aluminium-primary-cn", "aluminium-secondary-cn", "landfill-inert")
    scores = dataset_scores(load_background(), datasets=names)
    virgin, again, dump = (scores[name]["EF v3.1"]["climate-change"][0] or 0.0 for name in names)
    by_hand = 0.5 * (virgin + 0.8 * 0.855 * (again - virgin) + 0.145 * dump)
    climate = footprint["categories"]["climate-change"]
    frame = [p["part"] for p in footprint["parts"]].index("FRAME")
    assert climate["by_part"][frame] == pytest.approx(by_hand)
    assert climate["value"] == pytest.approx(sum(climate["by_part"]))
    assert not footprint["missing"]


@pytest.mark.parametrize("ending", [".md", ".zh.md"])
def test_the_overlay_on_the_page_is_made_and_checked(ending: str, tmp_path: Path, command: list[str]) -> None:
    """Its table confirms what the page says it confirms, both ways give a file, and the check has no findings."""
    page_path = ROOT / "docs" / "how-to" / f"complete-a-specification{ending}"
    ((table, _),) = blocks(page_path.read_text("utf-8"), "csv")
    (tmp_path / "my-table.csv").write_text(table, "utf-8")
    steps = [c for c in commands(page_path) if c.words[0] == "standards"]
    assert [c.words[1] for c in steps] == ["search", "show", "import-table", "new", "check"]
    for step in steps:
        done = subprocess.run(
            [*command, *step.words], cwd=tmp_path, capture_output=True, encoding="utf-8", check=False, timeout=120
        )
        assert done.returncode == 0, done.stderr
    made = yaml.safe_load((tmp_path / "my-overlay.yaml").read_text("utf-8"))
    assert [e["requirement"] for e in made["limits"]] == ["phosphate", "no-nitrilotriacetic-acid", "product-quality"]
    assert [r["id"] for r in made["requirements"]] == ["some-substance"]
    assert (tmp_path / "my-form.yaml").is_file()


@pytest.mark.parametrize("ending", [".md", ".zh.md"])
def test_the_database_on_the_page_gives_what_the_page_says(
    ending: str, tmp_path: Path, command: list[str], seeded: Seed
) -> None:
    """Its commands run in order, `data match` proposes what its mapping holds, and the ledger has what it lists."""
    folder = ROOT / "docs" / "how-to"
    text, product = (folder / f"use-your-own-database{ending}").read_text("utf-8"), tmp_path / "my-product"
    product.mkdir()
    _write_product((folder / f"model-a-product{ending}").read_text("utf-8"), product)
    ((database, _),) = blocks(text, "text")
    (tmp_path / "my-database.csv").write_text(database, "utf-8")
    # ids in the cache of the session must not meet those of the other language's page
    cache = {**os.environ, "ECOPROD_CACHE": str(seeded(tmp_path / "cache"))}

    def run_(*words: str) -> tuple[int, str]:
        done = subprocess.run(
            [*command, *words], cwd=tmp_path, env=cache, capture_output=True, encoding="utf-8", check=False, timeout=120
        )
        return done.returncode, done.stdout + done.stderr

    steps = [c for c in commands(folder / f"use-your-own-database{ending}") if "ID" not in c.words]
    before = [c for c in steps if c.words[0] != "assess"]
    assert [c.words[1] for c in before] == ["import", "search", "show", "methods", "match"]
    for step in before:
        code, said = run_(*step.words)
        assert code == 0, said
    proposal = list(csv.DictReader((tmp_path / "proposal.csv").read_text("utf-8").splitlines()))
    ((mapping, _),) = blocks(text, "csv")
    on_page = {tuple(row.split(",")[:3]) for row in mapping.splitlines()}
    assert [p["background"] for p in proposal] == ["core", "my-database", "my-database"]
    assert {(p["material"], p["dataset"], p["background"]) for p in proposal} <= on_page
    (product / "mapping.csv").write_text(mapping, "utf-8")

    (judged,) = [c for c in steps if c.words[0] == "assess"]
    code, said = run_(*judged.words, "--format", "json", "-o", "result.json")
    assert code == judged.stated, said
    result = json.loads((tmp_path / "result.json").read_text("utf-8"))
    entries = {entry["id"] for entry in result["trace"]}
    named = set(re.findall(r"(?m)^\| `((?:mapping|lci|background):[^`]+)` \|", text))
    assert len(named) == 4
    assert named - entries == {"background:my-database/complete"}

    assert run_("data", "import", "my-database.csv", "--background", "another")[0] == 0
    (product / "mapping.csv").write_text(mapping.replace("my-database", "another"), "utf-8")
    run_("assess", "my-product", "--background", "another", "--format", "json", "-o", "again.json")
    again = json.loads((tmp_path / "again.json").read_text("utf-8"))
    assert again["lca"]["background"]["sha256"] == result["lca"]["background"]["sha256"]


def _pipeline() -> list[str]:
    return [block for block, _ in blocks((ROOT / "docs" / "how-to" / "use-in-a-pipeline.md").read_text("utf-8"), "sh")]


def _shell(script: str, folder: Path, command: list[str]) -> subprocess.CompletedProcess[str]:
    """Runs a block of a page, with the commands that are tested in the place of those of the system."""
    there = folder / "bin"
    there.mkdir(exist_ok=True)
    for name, words in (("ecoprod", command), ("python", command[:1])):
        (there / name).write_text(f'#!/bin/sh\nexec {shlex.join(words)} "$@"\n', "utf-8")
        (there / name).chmod(0o755)
    env = {**os.environ, "PATH": f"{there}{os.pathsep}{os.environ['PATH']}"}
    return subprocess.run(
        ["sh", "-c", script], cwd=folder, env=env, capture_output=True, encoding="utf-8", check=False, timeout=120
    )


@pytest.mark.skipif(os.name == "nt", reason="needs a shell")
def test_the_job_on_the_page_never_leaves_an_old_result(tmp_path: Path, command: list[str]) -> None:
    job, figure = _pipeline()
    shutil.copytree(ROOT / "examples" / "gypsum-board", tmp_path / "product")
    assert _shell(job, tmp_path, command).returncode == 3
    result = json.loads((tmp_path / "result.json").read_text("utf-8"))
    (ef,) = [i["categories"]["climate-change"] for i in result["impacts"] if i["method"] == "EF v3.1"]
    assert float(_shell(figure, tmp_path, command).stdout) == ef["per_functional_unit"]
    mistyped = job.replace("--format", "--fromat")
    assert mistyped != job
    assert _shell(mistyped, tmp_path, command).returncode == 2
    assert not (tmp_path / "result.json").exists()


def test_three_lines_of_python_read_an_imported_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The block of the page on own databases, on the database of the how-to page: 2.1 kg and 0.3 kWh of 0.6 kg CO2."""
    from ecoprod.importing.run import import_source

    text = (ROOT / "docs" / "how-to" / "use-your-own-database.md").read_text("utf-8")
    ((database, _),) = blocks(text, "text")
    (tmp_path / "my-database.csv").write_text(database, "utf-8")
    import_source(tmp_path / "my-database.csv", "my-database", progress=lambda *_: None)
    ((code, _),) = blocks((ROOT / "docs" / "explanation" / "own-databases.md").read_text("utf-8"), "python")
    monkeypatch.chdir(os.environ["ECOPROD_CACHE"])
    names: dict[str, Any] = {}
    exec(code, names)  # noqa: S102  (a block of our own page)
    amounts = sorted(names["lca"].inventory.sum(axis=1).ravel().tolist()[0])
    assert amounts[-1] == pytest.approx(2.1 + 0.3 * 0.6)
    shutil.rmtree(Path(os.environ["ECOPROD_CACHE"]) / "backgrounds" / "my-database")


def _check_open(found: Assessment) -> None:
    still_open = {f.requirement.id for f in found.findings if f.status == "undetermined"}
    assert found.verdict.outcome == "undetermined"
    assert not {n for n in still_open if n.startswith("lca-")}
    assert {"mercury", "cadmium", "cycle-life-cell", "product-quality"} <= still_open


def test_every_indicator_is_explained() -> None:
    text = (ROOT / "docs" / "reference" / "nomenclature.md").read_text("utf-8")
    for name, info in INDICATORS.items():
        assert f"`{name}`" in text
        if not name.startswith("impact"):
            assert f"| `{name}` | {info.unit or 'yes/no'} | {info.title['zh']} | {info.title['en']} |" in text


def test_every_field_is_explained() -> None:
    text = (ROOT / "docs" / "reference" / "nomenclature.md").read_text("utf-8")
    assert not [key for key in KEYS if f"`{key}`" not in text and f"`{key}." not in text]

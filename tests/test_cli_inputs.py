"""No output replaces an input, by whatever path it is named, nor a file that ecoprod did not make."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

import pytest
from cli_calls import Captured
from ecoprod_cli.main import main

EXAMPLES = Path(__file__).parent.parent / "examples"
FACTORS = "flow,factor,unit\n"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(EXAMPLES / "gypsum-board", tmp_path / "board")
    shutil.copytree(EXAMPLES / "battery-pack", tmp_path / "pack")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def hashes(folder: Path) -> dict[str, str]:
    return {str(p): hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.rglob("*") if p.is_file()}


def refused(capsys: Captured, folder: Path, *args: str) -> str:
    """What is said of a command that ends with 2 and leaves every file as it was."""
    before = hashes(folder)
    assert main([*args, "--lang", "en"]) == 2, args
    assert hashes(folder) == before
    return capsys.readouterr().err


SCREEN = ("screen", "pack", "--variants", "pack/variants.yaml", "--sample", "5")


@pytest.mark.parametrize(
    "args",
    [
        ("assess", "board", "-o", "board/product.yaml"),
        ("assess", "board/product.yaml", "-o", "board/bom.csv"),
        ("assess", "board", "-o", "pack/product.yaml"),
        (*SCREEN, "--format", "csv", "-o", "pack/variants.yaml"),
        (*SCREEN, "--format", "csv", "-o", "pack/../pack/bom.csv"),
        (*SCREEN, "--format", "csv", "--resume", "-o", "pack/bom.csv"),
        ("levers", "board", "-o", "board/process.csv"),
        ("compare", "board", "pack", "-o", "pack/product.yaml"),
        ("explain", "nowhere.json", "total", "-o", "board/evidence.csv"),
        ("standards", "list", "-o", "board/mapping.csv"),
        ("data", "list", "-o", "board/product.yaml"),
        ("schema", "product", "-o", "board/product.yaml"),
    ],
    ids=lambda args: f"{args[0]} {args[-1]}",
)  # fmt: skip
def test_an_input_is_never_written_over(capsys: Captured, here: Path, args: tuple[str, ...]) -> None:
    said = refused(capsys, here, *args)
    assert "is an input of this run" in said
    assert "name another file after -o" in said


def test_what_a_product_cites_is_an_input_whatever_it_is(capsys: Captured, here: Path) -> None:
    """Evidence in plain text, and an older result that the product cites: the latter would be taken away as stale."""
    assert main(["assess", "board", "--format", "json", "-o", "board/older.json"]) != 2
    table = here / "board" / "evidence.csv"
    cited = next(p for p in sorted((here / "board" / "evidence").iterdir()))
    head, *rows = table.read_text("utf-8-sig").splitlines()
    row = next(r for r in rows if cited.name in r)
    more = row.replace(f"evidence/{cited.name}", "older.json").replace(row.split(",")[0], "E-OLD", 1)
    table.write_text("\n".join([head, *rows, more]) + "\n", "utf-8")
    for target in (f"board/evidence/{cited.name}", "board/older.json"):
        assert "is an input" in refused(capsys, here, "assess", "board", "-o", target)
    (here / "board" / "product.yaml").write_text("bom: [\nevidence: evidence.csv\n", "utf-8")  # a slip in it
    assert "is an input" in refused(capsys, here, "assess", "board", "-o", "board/older.json")


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
def test_links_are_followed(capsys: Captured, here: Path) -> None:
    (here / "soft.txt").symlink_to(here / "board" / "bom.csv")
    os.link(here / "board" / "bom.csv", here / "hard.txt")
    os.link(here / "board" / "product.yaml", here / "whole.txt")
    for name in ("soft.txt", "hard.txt", "whole.txt"):
        assert "is an input" in refused(capsys, here, "assess", "board", "-o", name), name


def test_files_that_options_name_are_inputs(capsys: Captured, here: Path) -> None:
    (here / "factors.txt").write_text(FACTORS, "utf-8")
    for args in (
        ("assess", "board", "--method", "factors.txt"), ("assess", "board", "--overlay", "factors.txt"),
        ("data", "import", "factors.txt"),
    ):  # fmt: skip
        assert "is an input" in refused(capsys, here, *args, "-o", "./factors.txt"), args


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("own.csv", b"part,mass\nA,1 kg\n"), ("overlay.yaml", b"overlay: 1\n"), ("data.jsonld", b'{"@type": "Flow"}'),
        ("report.pdf", b"%PDF-1.7\n"), ("no-suffix", b"SQLite format 3\0"), ("scan.png", b"\x89PNG\r\n\x1a\n1234"),
        ("notes.txt", "笔记".encode("gb18030")),
    ],
)  # fmt: skip
def test_what_ecoprod_did_not_make_stays(capsys: Captured, here: Path, name: str, content: bytes) -> None:
    (here / name).write_bytes(content)
    assert "is no output of ecoprod" in refused(capsys, here, "assess", "board", "-o", name)


def test_a_picture_goes_by_the_same_rule(capsys: Captured, here: Path) -> None:
    (here / "photo.png").write_bytes(b"\x89PNG\r\n\x1a\n1234")
    said = refused(capsys, here, "compare", "board", "board", "--plot", "photo.png")
    assert "name another file after --plot" in said
    for name in ("new.svg", "new.png"):
        for _ in range(2):
            assert main(["compare", "board", "board", "--plot", name]) == 0


def test_the_same_command_again_replaces_its_output(here: Path) -> None:
    for args in (
        ("assess", "board", "-o", "board/result.json"),  # a page, though its name says otherwise
        ("assess", "board", "--format", "json", "-o", "board/result.json"),
        ("explain", "board/result.json", "climate-change", "-o", "board/tree.txt"),
        ("levers", "board", "-o", "board/levers.json"), ("levers", "board", "--format", "json", "-o", "board/l.json"),
        ("compare", "board", "board", "-o", "sides.csv"),
        (*SCREEN, "-o", "pack/page.txt"), (*SCREEN, "--format", "csv", "-o", "pack/table.csv"),
        (*SCREEN, "--format", "parquet", "-o", "pack/table.parquet"),
        ("schema", "product", "-o", "schema.json"), ("standards", "list", "--format", "json", "-o", "list.json"),
    ):  # fmt: skip
        for _ in range(2):
            assert main(list(args)) != 2, args


def test_a_folder_of_finished_pieces_is_cleared_only_where_a_screening_made_it(capsys: Captured, here: Path) -> None:
    (here / "pack").rename(here / "t.csv.part")
    args = ("screen", "t.csv.part", "--variants", "t.csv.part/variants.yaml", "--sample", "5", "--format", "csv")
    assert "from no screening" in refused(capsys, here, *args, "-o", "t.csv")
    (here / "u.csv.part").mkdir()
    (here / "u.csv.part" / "mine.npz").write_bytes(b"figures")
    assert "from no screening" in refused(capsys, here, *args, "-o", "u.csv")

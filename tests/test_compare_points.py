"""What is a percentage itself differs in percentage points on the page of `compare`; in documents as before."""

from __future__ import annotations

import json
from pathlib import Path

import design_cases as cases
import pytest
from ecoprod_cli.main import main
from folders import edit_rows

Captured = pytest.CaptureFixture[str]


def designs(folder: Path) -> list[str]:
    """400 of 1900 g with no, a tenth, and a tenth and a little more of recycled content."""
    made = []
    for name, share in (("none", "0 %"), ("tenth", "10 %"), ("more", "10.1 %")):
        (folder / name).mkdir()
        place = cases.product(folder / name)

        def content(rows: list[dict[str, str]], share: str = share) -> list[dict[str, str]]:
            rows[1]["recycled_content"] = share
            return rows

        edit_rows(place / "bom.csv", content)
        made.append(str(place.rename(folder / f"{name}-design")))
    return made


def page_of(capsys: Captured, *arguments: str) -> str:
    assert main(["compare", *arguments]) == 0
    return " ".join(capsys.readouterr().out.split())


def test_rates_differ_in_points_also_from_nothing(tmp_path: Path, capsys: Captured) -> None:
    none, tenth, more = designs(tmp_path)
    # 40 of 1900 g are 2.105 %
    page = page_of(capsys, none, tenth, "--lang", "en")
    assert "recycled content 0 % 2.105 % (+2.1 points)" in page
    assert "those of figures in % are in percentage points" in page
    assert "2.105 % (+2.1 个百分点)" in page_of(capsys, none, tenth, "--lang", "zh")
    # a hundredth of it more are 0.02 points
    assert "recycled content 2.105 % 2.126 % (=)" in page_of(capsys, tenth, more, "--lang", "en")


def test_other_figures_and_the_document_stay_relative(tmp_path: Path, capsys: Captured) -> None:
    _, tenth, more = designs(tmp_path)

    def lighter(rows: list[dict[str, str]]) -> list[dict[str, str]]:
        rows[0]["mass"] = "710 g"
        return rows

    edit_rows(Path(more) / "bom.csv", lighter)
    about = Path(more) / "product.yaml"
    about.write_text(about.read_text(encoding="utf-8").replace("1.9 kg", "1.71 kg"), encoding="utf-8")
    page = page_of(capsys, tenth, more, "--lang", "en")
    assert "mass 1.9 kg 1.71 kg (-10.0 %)" in page
    assert main(["compare", tenth, more, "--format", "json"]) == 0
    found = {d["what"]: d for d in json.loads(capsys.readouterr().out)["differences"]}
    # 40 of 1900 g against 40.4 of 1710 g
    wanted = (40.4 / 1710) / (40 / 1900) - 1
    assert found["indicator:recycled-content"]["change"][1] == pytest.approx(wanted, rel=1e-9)

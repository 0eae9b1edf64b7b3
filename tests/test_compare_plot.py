"""Pictures of comparisons: texts, sizes and bars as they should be, in both languages and with hostile names."""

from __future__ import annotations

import re
import shutil
import struct
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from compare_cases import other, with_items
from defusedxml import ElementTree as ET  # noqa: N817
from ecoprod_cli.main import main
from report_cases import assessment, item

from ecoprod.compare import compare, fonts
from ecoprod.compare import plot as plot_module
from ecoprod.compare.plot import COLOURS, DPI, WIDTH_IN, plot
from ecoprod.measure import Missing

SVG = "{http://www.w3.org/2000/svg}"
LONG = (
    "储能柜铝合金轻量化外壳方案（第二轮评审稿，含全部紧固件与密封条的更改说明以及供应商意见汇总与答复，第三版，待批准）"
)
EXAMPLE = Path(__file__).parent.parent / "examples" / "lightweight-part"


def texts(picture: bytes) -> list[str]:
    return ["".join(found.itertext()) for found in ET.fromstring(picture).iter(f"{SVG}text")]


def height(picture: bytes) -> float:
    return float(ET.fromstring(picture).attrib["height"].removesuffix("pt"))


def widths(picture: bytes, colour: str) -> list[float]:
    """Widths of the bars of a colour; the legend's patches are left out, being as high as a line."""
    found = []
    for path in ET.fromstring(picture).iter(f"{SVG}path"):
        if f"fill: {colour.lower()}" in path.attrib.get("style", "").lower():
            corners = re.findall(r"[ML] ([-\d.]+) ([-\d.]+)", path.attrib["d"])
            xs, ys = [float(x) for x, _ in corners], [float(y) for _, y in corners]
            if max(ys) - min(ys) > 12:
                found.append(max(xs) - min(xs))
    return found


def pair(folder: Path, **more: Any) -> list[Any]:
    made = assessment(folder, "not_qualified", **more)
    one = with_items(made, {item("A", "raw_materials"): 80.0, other("use:petrol", "use"): 40.0})
    two = with_items(made, {item("A", "raw_materials"): 40.0, item("A", "end_of_life"): -20.0})
    return [one, replace(two, product=replace(two.product, mass_kg=1.5))]


def test_svg_holds_its_words_as_text_in_both_languages(tmp_path: Path) -> None:
    document = compare(pair(tmp_path), ["铝方案", "steel"])
    found, notes = plot(document, "zh", "svg")
    said = texts(found)
    # 80 + 40 and 40 - 20, a quarter of a product each
    for words in ("铝方案", "steel", "✗ 不符合", "原材料获取", "使用", "寿命末期", "合计", "30", "5", "3", "1.5",
                  "气候变化，kg CO2-Eq（每功能单位）", "质量，kg（每产品单位）"):  # fmt: skip
        assert words in said, words
    assert any("判定日期 2026-03-01" in s and "铝方案 缺少数据：" in s for s in said)
    assert notes == []
    said = texts(plot(document, "en", "svg")[0])
    assert {"铝方案", "✗ not qualified", "raw materials", "climate change, kg CO2-Eq per functional unit"} <= set(said)


def test_bars_are_as_long_as_their_figures(tmp_path: Path) -> None:
    found, _ = plot(compare(pair(tmp_path), ["a", "b"]), "en", "svg")
    made = widths(found, COLOURS["raw_materials"])
    assert len(made) == 2
    assert made[0] / made[1] == pytest.approx(2, rel=1e-3)  # 80 over 40
    assert widths(found, COLOURS["use"])[0] / made[1] == pytest.approx(1, rel=1e-3)  # 40 over 40
    assert widths(found, COLOURS["end_of_life"])[0] / made[1] == pytest.approx(0.5, rel=1e-3)  # 20 over 40
    masses = widths(found, "#8C8C8C")
    assert masses[0] / masses[1] == pytest.approx(2, rel=1e-3)  # 3 kg over 1.5 kg


def test_the_same_comparison_gives_the_same_bytes(tmp_path: Path) -> None:
    document = compare(pair(tmp_path), ["a", "b"])
    for form in ("svg", "png"):
        assert plot(document, "en", form)[0] == plot(document, "en", form)[0]  # type: ignore[arg-type]


def test_six_designs_with_long_names_have_a_line_each_and_none_over_another(tmp_path: Path) -> None:
    designs = pair(tmp_path) * 3
    names = [f"{n}{LONG}" for n in range(6)]
    found = ET.fromstring(plot(compare(designs, names), "zh", "svg")[0])
    assert float(found.attrib["width"].removesuffix("pt")) == WIDTH_IN * 72
    labels = [t for t in found.iter(f"{SVG}text") if "text-anchor: end" in t.attrib["style"]]
    heights = sorted(float(t.attrib["y"]) for t in labels)
    assert len(labels) == 6 * 5  # four lines of the name, the last of them cut, and the verdict
    assert sum("".join(t.itertext()).endswith("…") for t in labels) == 6
    assert min(b - a for a, b in pairwise(heights)) > 9  # higher than the letters
    # a Chinese sign is as wide as the letters are high: the longest line ends inside the page
    for one in labels:
        wide = sum(9 if ord(sign) > 0x2E80 else 5 for sign in "".join(one.itertext()))
        assert float(one.attrib["x"]) - wide > 0


def test_the_picture_grows_with_the_designs(tmp_path: Path) -> None:
    two, six = pair(tmp_path), pair(tmp_path) * 3
    low, high = (plot(compare(d, [str(n) for n in range(len(d))]), "en", "svg")[0] for d in (two, six))
    # four more rows with two lines of 12 points and room between, and at most three more lines at the foot
    assert 4 * (2 * 12 + 9) < height(high) - height(low) < 4 * (2 * 12 + 18) + 3 * 13


def test_png_has_the_size_that_its_resolution_gives(tmp_path: Path) -> None:
    found, notes = plot(compare(pair(tmp_path), ["a", "b"]), "en", "png")
    assert found[:8] == b"\x89PNG\r\n\x1a\n"
    wide, high = struct.unpack(">II", found[16:24])
    assert wide == WIDTH_IN * DPI
    assert 300 < high < 700
    assert notes == []


def test_png_without_a_chinese_font_is_english_with_numbers_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fonts, "chinese", lambda: None)
    document = compare(pair(tmp_path), ["铝方案", "steel"])
    found, notes = plot(document, "zh", "png")
    assert notes[0] == ("compare-plot-no-font", {})
    assert notes[1] == ("compare-plot-renamed", {"name": "design 1", "label": "铝方案"})
    assert len(notes) == 2
    named = compare(pair(tmp_path), ["design 1", "steel"])
    assert found == plot(named, "en", "png")[0]


def test_a_design_without_a_name_that_can_be_drawn_goes_by_its_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fonts, "chinese", lambda: None)
    one, two = pair(tmp_path)
    two = replace(two, product=replace(two.product, model="AL-2"))
    _, notes = plot(compare([one, two], ["steel", "铝方案"]), "en", "png")
    assert notes == [("compare-plot-renamed", {"name": "AL-2", "label": "铝方案"})]


def test_no_font_beyond_those_that_are_installed_is_named() -> None:
    found = fonts.chinese()
    assert found is None or fonts.drawable([found])("铝合金外壳")
    assert fonts.drawable([fonts.LATIN])("✓ ✗ ◐ ? steel − ◆")
    assert not fonts.drawable([fonts.LATIN])("铝")


@pytest.mark.parametrize("name", ["a$b$c", "$\\frac{", "<b>&amp;", "one\x1b[31mred", "two\nlines", "\udcff"])
def test_names_are_words_and_nothing_else(tmp_path: Path, name: str) -> None:
    document = compare(pair(tmp_path), [name, "b"])
    said = texts(plot(document, "en", "svg")[0])
    shown = name.replace("\x1b", "\ufffd").replace("\udcff", "\ufffd")
    assert all(part in said for part in shown.split("\n"))
    assert plot(document, "en", "png")[0][:4] == b"\x89PNG"


def test_what_is_not_known_is_no_bar_of_zero(tmp_path: Path) -> None:
    one, two = pair(tmp_path)
    assert one.foreground is not None
    gap = replace(one, foreground=replace(one.foreground, missing=(Missing("distribution", "missing-distribution"),)))
    without = replace(two, lca=None, product=replace(two.product, mass_kg=None))
    said = texts(plot(compare([gap, without], ["a", "b"]), "en", "svg")[0])
    assert "30 (incomplete)" in [" ".join(s.split()) for s in said]
    assert "— no result" in said
    assert "—" in said  # no mass
    foot = next(s for s in said if "Judged" in s)
    assert "left out of a" not in foot  # the use of `a` is left out by word, and yet holds something
    assert "no data in a: manufacturing" not in foot
    assert "no data in a: distribution" in foot


def test_colours_are_of_the_palette_that_colour_blind_people_tell_apart() -> None:
    import matplotlib as mpl

    assert len(set(COLOURS.values())) == 5
    if "okabe_ito" not in mpl.colormaps:
        pytest.skip("this matplotlib does not know the palette of Okabe and Ito")
    known = {mpl.colors.to_hex(c).upper() for c in mpl.colormaps["okabe_ito"].colors}  # type: ignore[attr-defined]
    assert set(COLOURS.values()) <= known


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("steel", "aluminium"):
        shutil.copytree(EXAMPLE / name, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", ["out.svg", "out.PNG"])
def test_the_command_writes_the_picture_beside_the_report(
    folders: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compare", "steel", "aluminium", "--lang", "en", "--plot", name]) == 0
    written = (folders / name).read_bytes()
    said = capsys.readouterr()
    assert "What differs" in said.out
    assert "picture" not in said.err  # no note on fonts: there is nothing Chinese in it
    if name.endswith("svg"):
        assert {"steel", "aluminium", "35.92", "61.13", "5.8", "3.2", "? undetermined"} <= set(texts(written))
    else:
        assert written[:4] == b"\x89PNG"


@pytest.mark.parametrize(
    ("args", "code"),
    [(["--plot", "out.pdf"], "compare-plot-form"), (["--plot", "out"], "compare-plot-form"),
     (["--plot", "x.svg", "-o", "./x.svg"], "compare-plot-same-file"),
     (["--plot", "no/x.svg"], "cli-output-no-folder")],
)  # fmt: skip
def test_a_picture_that_cannot_be_written_is_refused_before_any_work(
    folders: Path, args: list[str], code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compare", "steel", "aluminium", "--format", "json", *args]) == 2
    assert f'"code": "{code}"' in capsys.readouterr().out
    assert not list(folders.glob("*.svg"))


def test_the_picture_leaves_nothing_outside_its_file_and_the_cache(
    folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import os
    import subprocess
    import sys

    home = folders / "home"
    home.mkdir()
    env = {**os.environ, "HOME": str(home), "XDG_CACHE_HOME": str(home / "c"), "XDG_CONFIG_HOME": str(home / "k")}
    env.pop("MPLCONFIGDIR", None)
    command = [sys.executable, "-m", "ecoprod_cli", "compare", "steel", "aluminium", "--plot", "out.svg"]
    subprocess.run(command, cwd=folders, env=env, check=True, capture_output=True)
    assert not list(home.rglob("*"))
    assert (folders / "out.svg").is_file()


@pytest.mark.parametrize(
    ("of", "shown"),
    [("12.5 mm 内墙面板使用 50 年", "4 cycle 12.5 mm … 50 …"), ("内墙面板", "4 cycle …"),
     ("内墙 wall 面板", "4 cycle … wall …"), ("wall panel", "4 cycle wall panel"), ("", "4 cycle")],
)  # fmt: skip
def test_of_a_functional_unit_all_is_drawn_that_can_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, of: str, shown: str
) -> None:
    monkeypatch.setattr(fonts, "chinese", lambda: None)
    made = [replace(one, product=replace(one.product, service_of=of)) for one in pair(tmp_path)]
    document, titles, drawn = compare(made, ["a", "b"]), list[str](), plot_module._drawn

    def seen(document: Any, words: Any, form: Any) -> bytes:
        titles.append(words.title)
        return drawn(document, words, form)

    monkeypatch.setattr(plot_module, "_drawn", seen)
    for lang in ("en", "zh"):
        notes = plot(document, lang, "png")[1]  # type: ignore[arg-type]
        assert (("compare-plot-service-cut", {"of": of}) in notes) == ("…" in shown)
    assert len(titles) == 2
    assert all(title.endswith(f" {shown}") for title in titles), titles
    assert any(of in said for said in texts(plot(document, "zh", "svg")[0]))  # drawn with the fonts of who reads it

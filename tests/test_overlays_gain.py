"""What a product gains from its holder's overlay of the standard: provisional becomes qualified, by no shortcut."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
from ecoprod_cli.main import main
from folders import copy_of, edit_yaml
from overlay_tables import Captured, run, table, titled

BATTERY = """
环境属性,电池模组汞含量（占产品总重量）,%,≤,0.0005,GB/T 20155,原材料获取
环境属性,便携电池模组镉含量（占产品总重量）,mg/kg,≤,20,GB/T 20155,原材料获取
产品属性,消费型电池循环寿命（容量保持率60%）,次,≥,300,GB/T 18287,使用
产品属性,动力和储能单体电池循环寿命（容量保持率80%）,cycle,不小于,1000,GB/T 31484,使用
基本要求,污染物排放符合法律法规和国家或地方排放标准,,,是,,
基本要求,污染物总量符合国家和地方总量控制要求,,,是,,
基本要求,近三年无重大安全事故和重大环境污染事件,,,是,,
基本要求,按 GB/T 24001 建立并运行环境管理体系,,,是,,
基本要求,按 GB/T 19001 建立并运行质量管理体系,,,是,,
基本要求,产品质量符合相关产品标准,,,是,,
""".strip().splitlines()


@pytest.fixture(scope="module")
def documented(examples: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home storage of the examples as if its declarations were real: no longer marked as made up."""

    def as_if_real(content: dict[str, Any]) -> None:
        for part in ("declared", "basic"):
            for entry in content[part].values():
                entry.pop("illustrative", None)

    folder = copy_of(examples / "home-storage", tmp_path_factory.mktemp("product"))
    edit_yaml(folder, as_if_real)
    return folder


def judged(capsys: Captured, folder: Path, *more: str) -> tuple[int, dict[str, Any]]:
    code = main(["assess", str(folder), "--format", "json", *more])
    return code, json.loads(capsys.readouterr().out)


def completed(tmp_path: Path, *rows: str, more: tuple[str, ...] = ("--in-force", "2018-05-01", "--complete")) -> Path:
    target = tmp_path / "completed.yaml"
    target.unlink(missing_ok=True)
    assert run(table(tmp_path, *rows), target, *more, spec="lithium-ion-battery@T-CEEIA-280-2017") == 0
    return target


def test_a_documented_product_is_provisional_and_with_the_holders_overlay_qualified(
    tmp_path: Path, capsys: Captured, documented: Path
) -> None:
    code, before = judged(capsys, documented)
    assert (code, before["verdict"]) == (4, "provisional")
    overlay_file = completed(tmp_path, *BATTERY)
    capsys.readouterr()
    code, after = judged(capsys, documented, "--overlay", str(overlay_file))
    assert (code, after["verdict"]) == (0, "qualified"), after["reasons"]
    assert after["standard"]["complete"] is True
    assert after["standard"]["missing"] == []
    (named,) = after["standard"]["overlays"]
    assert {"path": "completed.yaml", "checked_by": "张三", "checked_on": "2026-01-15"}.items() <= named.items()
    assert named["sha256"] == hashlib.sha256(overlay_file.read_bytes()).hexdigest()
    mercury = next(r for r in after["requirements"] if r["id"] == "mercury")
    assert (mercury["confidence"], mercury["source"]["id"]) == ("user", "paper copy no. 7")
    assert main(["assess", str(documented), "--overlay", str(overlay_file), "--lang", "zh"]) == 0
    page = capsys.readouterr().out
    assert "张三" in page
    assert after["standard"]["overlays"][0]["sha256"][:12] in page


def test_the_skeleton_filled_in_by_hand_gets_there_too(tmp_path: Path, capsys: Captured, documented: Path) -> None:
    target = tmp_path / "by-hand.yaml"
    assert main(["standards", "new", "lithium-ion-battery", "-o", str(target)]) == 0
    text = target.read_text(encoding="utf-8").replace("  # - {requirement", "  - {requirement")
    text = "\n".join(line for line in text.splitlines() if not (line.startswith("  - {") and "…" in line))
    known = re.search(r"the library has: (.*)", text)
    assert known is not None
    for key, value in {
        "source": "paper copy no. 7", "checked_by": "Zhang San", "checked_on": "2026-01-15", "in_force": "2018-05-01",
        "complete": "true", "indicators": f'["{known[1].replace(", ", chr(34) + ", " + chr(34))}"]',
    }.items():  # fmt: skip
        text = re.sub(f"(?m)^{key}:.*$", f"{key}: {value}", text)
    # figures that no document prints are confirmed as yes or no only: the assessment's own rules stay reported
    text = "\n".join(line for line in text.splitlines() if not re.match(r"  - \{requirement: lca-", line)) + "\n"
    target.write_text(text, encoding="utf-8")
    assert main(["standards", "check", str(target)]) == 0
    capsys.readouterr()
    code, found = judged(capsys, documented, "--overlay", str(target))
    assert (code, found["verdict"]) == (0, "qualified"), found["reasons"]


@pytest.mark.parametrize(
    ("left_out", "more", "code"),
    [
        (BATTERY[-1], ("--in-force", "2018-05-01", "--complete"), "limit-secondary"),
        ("", ("--complete",), "edition-date-unknown"),
        ("", ("--in-force", "2018-05-01"), "spec-incomplete"),
    ],
)
def test_each_thing_the_overlay_leaves_open_keeps_it_provisional(
    tmp_path: Path, capsys: Captured, documented: Path, left_out: str, more: tuple[str, ...], code: str
) -> None:
    overlay_file = completed(tmp_path, *(row for row in BATTERY if row != left_out), more=more)
    capsys.readouterr()
    exit_code, found = judged(capsys, documented, "--overlay", str(overlay_file))
    assert (exit_code, found["verdict"]) == (4, "provisional")
    assert code in {reason["code"] for reason in found["reasons"]}


def test_a_stricter_table_can_fail_the_product(tmp_path: Path, capsys: Captured, documented: Path) -> None:
    rows = [row.replace("不小于,1000", "不小于,9000") for row in BATTERY]  # it declares 6000
    overlay_file = completed(tmp_path, *rows)
    capsys.readouterr()
    code, found = judged(capsys, documented, "--overlay", str(overlay_file))
    assert (code, found["verdict"]) == (1, "not_qualified")


def test_a_requirement_of_the_table_asks_the_maker_for_its_fact(
    tmp_path: Path, capsys: Captured, documented: Path
) -> None:
    overlay_file = completed(tmp_path, *BATTERY, "产品属性,能量密度,Wh/kg,≥,100,,使用")
    capsys.readouterr()
    code, found = judged(capsys, documented, "--overlay", str(overlay_file))
    assert (code, found["verdict"]) == (3, "undetermined")
    assert any(f"declared.{titled('能量密度')}" in m["field"] for r in found["requirements"] for m in r["missing"])

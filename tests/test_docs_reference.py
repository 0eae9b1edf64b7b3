"""Reference pages in both languages say the same, and those of the command line name what the commands take."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import click
import pytest
from ecoprod_cli.init import KINDS
from ecoprod_cli.root import DATA, STANDARDS, root

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
if not DOCS.is_dir():
    pytest.skip("the documentation is no part of an installed ecoprod", allow_module_level=True)

CHINESE = sorted((DOCS / "reference").glob("*.zh.md"))
PAGES = sorted([*ROOT.glob("README*.md"), *DOCS.rglob("*.md")])
CLI = (DOCS / "reference" / "cli.md", DOCS / "reference" / "cli.zh.md")
NOT_BUILT = ("seal", "verify")
GROUPS = {"standards": STANDARDS, "data": DATA}
NEEDED = re.compile("need|必填|必须")

pair = pytest.mark.parametrize("chinese", CHINESE, ids=lambda p: p.name)
page = pytest.mark.parametrize("path", CLI, ids=lambda p: p.name)


def english(chinese: Path) -> Path:
    return chinese.with_name(chinese.name.replace(".zh.md", ".md"))


# ---- two languages, one page ---------------------------------------------------------------------


def heads(text: str) -> list[str]:
    return re.findall(r"(?m)^#+(?= )", text)


def cells(text: str) -> list[int]:
    """How many cells each row of the tables has, in order."""
    return [len(re.findall(r"(?<!\\)\|", line)) for line in text.splitlines() if line.startswith("|")]


def spans(text: str) -> set[str]:
    """Commands, keys and values in code, but for those that are a sentence."""
    return {" ".join(span.split()) for span in re.findall("`([^`]+)`", text) if "—" not in span}


def formulas(text: str) -> list[tuple[str, str]]:
    """Left and right side of each equation that stands indented, without the words behind it."""
    found = []
    for line in re.findall(r"(?m)^ {4}(\S.* = .*)$", text):
        left, _, right = line.partition(" = ")
        found.append((left.split()[-1], re.split(r"\s{3,}", right)[0]))
    return found


def numbers(text: str) -> set[str]:
    """Every number, however its thousands are set apart."""
    return set(re.findall(r"\d+(?:\.\d+)?", re.sub(r"(?<=\d)[, ](?=\d{3}\b)", "", text)))


def test_the_pages_in_both_languages_are_there() -> None:
    assert {p.name for p in CHINESE} >= {"cli.zh.md", "formulas.zh.md", "variants.zh.md"}


@pair
def test_both_languages_have_the_same_heads_tables_and_blocks(chinese: Path) -> None:
    one, other = (p.read_text("utf-8") for p in (english(chinese), chinese))
    assert heads(one) == heads(other)
    assert len(heads(one)) > 4
    assert cells(one) == cells(other)
    assert re.findall("(?s)```.*?```", one) == re.findall("(?s)```.*?```", other)


@pair
def test_both_languages_have_the_same_code_and_figures(chinese: Path) -> None:
    one, other = (p.read_text("utf-8") for p in (english(chinese), chinese))
    assert spans(one) == spans(other)
    assert numbers(one) == numbers(other)


def test_both_languages_print_the_same_formulas() -> None:
    one, other = (
        formulas((DOCS / "reference" / name).read_text("utf-8")) for name in ("formulas.md", "formulas.zh.md")
    )
    assert len(one) == 19
    # behind the quotient of the break-even distance stand words in the place of a sign
    assert [f for f in one if f[0] != "D"] == [f for f in other if f[0] != "D"]
    for _, right in (f for f in (*one, *other) if f[0] == "D"):
        assert right.endswith(") / [(dm/100) (FRV/100) e]")


@pytest.mark.parametrize("path", PAGES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_a_page_leads_to_pages_of_its_language(path: Path) -> None:
    """But for the link at its head, and the index, which is for both."""
    if path == DOCS / "index.md":
        return
    ours, theirs = (".zh.md", ".md") if path.name.endswith(".zh.md") else (".md", ".zh.md")
    itself = path.name.removesuffix(ours) + theirs
    for target in re.findall(r"\]\(([^)\s#:]+\.md)(?:#[^)]*)?\)", path.read_text("utf-8")):
        if target != itself and target.endswith(".zh.md") != (ours == ".zh.md"):
            better = target.removesuffix(theirs) + ours
            assert not (path.parent / better).is_file(), f"{target}: there is {better}"


# ---- the command line ----------------------------------------------------------------------------


@lru_cache
def options(group: str, name: str) -> dict[str, click.Option]:
    """The options of a command by their long names, `--lang` and `--help` apart."""
    home = GROUPS.get(group, root)
    found = home.get_command(click.Context(home), name)
    assert found is not None
    taken = [p for p in found.params if isinstance(p, click.Option)]
    return {max(p.opts, key=len): p for p in taken if "--lang" not in p.opts}


def commands() -> Iterator[tuple[str, str]]:
    """Group and name of every command that is built."""
    for name in root.places:
        if name in GROUPS:
            yield from ((name, one) for one in GROUPS[name].places)
        elif name not in NOT_BUILT:
            yield "", name


def sections(path: Path) -> list[str]:
    """What stands before the first head, and below each: options of `assess`, of `standards`, of `data` …"""
    return path.read_text("utf-8").replace("\\|", "|").split("\n## ")


def told(path: Path, group: str, name: str) -> str:
    """What the page says of the options of one command: its rows or paragraph, and what holds for all."""
    _, of_assess, of_standards, of_data, *_ = sections(path)
    if group:
        return _rows(of_standards if group == "standards" else of_data, name)
    blocks = of_assess.split("\n\n")
    assess, screen = (block for block in blocks if block.startswith("|"))
    if name == "assess":
        return assess
    # what these take is said of `assess` and of `screen`; one paragraph is on the last three
    tables = {"compare": assess, "screen": assess + screen, "levers": assess + screen}
    start = "explain" if name in ("init", "schema") else name
    (words,) = [block for block in blocks if block.startswith(f"`{start}`")]
    return f"{words}\n{tables.get(name, '')}"


def _rows(section: str, name: str) -> str:
    """The rows of a table that are on one command (those without a first cell go on with the last), and the prose."""
    kept, here = [], ""
    for line in section.splitlines():
        if line.startswith("|"):
            first = re.match(r"\| `([a-z-]+)", line)
            here = first[1] if first else here
        if not line.startswith("|") or here == name:
            kept.append(line)
    return "\n".join(kept)


def built(name: str, option: click.Option) -> list[str]:
    """The values of an option that can be chosen among; a page names those that are not built as such."""
    chosen = list(option.type.choices) if isinstance(option.type, click.Choice) else []
    return [c for c in chosen if name != "assess" or c not in ("markdown", "junit", "sarif")]


@page
@pytest.mark.parametrize(("group", "name"), [*commands()], ids=lambda word: word or "-")
def test_every_option_is_on_the_page(path: Path, group: str, name: str) -> None:
    words = told(path, group, name)
    start = sections(path)[0]
    for long, option in options(group, name).items():
        if long == "--report":  # not built
            assert "`assess --report`" in start
            continue
        written = "-o" if long == "--output" else long
        assert re.search(rf"`{written}[ `|]", words), f"{name} {long}"
        assert "|".join(built(name, option)) in words, f"{name} {long}"
        if option.required:
            assert [line for line in words.splitlines() if f"`{written} " in line and NEEDED.search(line)], long


@page
def test_levers_lacks_what_the_page_says(path: Path) -> None:
    screen, levers = options("", "screen"), options("", "levers")
    missing = {*screen} - {*levers}
    said = told(path, "", "levers").splitlines()[0]
    assert missing == {"--sample", "--seed", "--resume"}
    assert {f"`{name}`" for name in missing} <= set(re.findall("`--[a-z]+`", said))


@page
def test_every_command_and_kind_is_in_the_first_table(path: Path) -> None:
    start, *_ = sections(path)
    named = {words for line in re.findall(r"(?m)^\| `ecoprod ([^`]+)`", start) for words in _commands(line)}
    assert named == {*commands(), ("", "--version")}
    assert set(re.findall("`([a-z-]+)`", start.partition("ecoprod schema KIND")[2].split("\n")[0])) == set(KINDS)
    assert "`--lang zh|en`" in start
    assert "`-h`" in start
    assert all(f"`{name}`" in start for name in NOT_BUILT)


def _commands(line: str) -> Iterator[tuple[str, str]]:
    """`standards list | search WORDS…` are two commands of a group."""
    first, *_ = line.split()
    for part in line.removeprefix(f"{first} ").split(" | ") if first in GROUPS else [line]:
        yield (first if first in GROUPS else ""), part.split()[0]


@page
def test_no_option_is_on_the_page_that_no_command_takes(path: Path) -> None:
    known = {long for group, name in commands() for long in options(group, name)}
    written = set(re.findall("(?<![a-z])--[a-z][a-z-]*", path.read_text("utf-8")))
    assert len(written) > 25
    assert written - known == {"--help", "--lang", "--version"}


@page
def test_the_exit_codes_are_those_of_the_program(path: Path) -> None:
    from ecoprod_cli.assess import EXIT
    from ecoprod_cli.checks import FINDINGS
    from ecoprod_cli.data_import import NOTHING_USABLE
    from ecoprod_cli.main import BAD_INPUT, FAULT, INTERRUPTED

    of_all = {0, FINDINGS, BAD_INPUT, NOTHING_USABLE, FAULT, INTERRUPTED}
    rows = re.findall(r"(?m)^\| (\d+) \| (.*) \| (.*) \|$", sections(path)[5].replace("| |", "|  |"))
    assert {int(code) for code, verdict, _ in rows if verdict.strip()} == set(EXIT.values())
    assert {int(code) for code, _, every in rows if every.strip()} == of_all

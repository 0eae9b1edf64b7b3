"""Files that no output replaces: what the command reads, what a product cites, and what ecoprod did not make.

Looked at only where the output is there already, so that a first run pays nothing for it.
"""

from __future__ import annotations

import codecs
import csv
import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from xml.sax.saxutils import unescape

import yaml

from ecoprod.errors import At, InputError, Problem
from ecoprod.textfile import decode, is_file

_OUTPUTS = {"target": "-o", "picture": "--plot"}
"""Parameters of a command that name what it writes."""
_TABLES = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm")
_HEAD, _MOST = 8_000, 50_000_000
_MADE = re.compile(
    rb'\{\s*"schema": "ecoprod\.[a-z-]+/[0-9]'
    rb'|\{\s*"\$schema": "[^"]*",\s*"title": "ecoprod '
    rb"|(?:Judged as of|judged on|%b|%b) [0-9]"
    rb"|(?:\xef\xbb\xbf)?design,rank,front,"
    rb"|PAR1"
    rb"|\x89PNG\r\n\x1a\n.{0,400}tEXtSoftware\x00ecoprod"
    rb"|<\?xml .{0,2000}<dc:creator>\s*<cc:Agent>\s*<dc:title>ecoprod</dc:title>"
    % ("判定日期".encode(), "评价日期".encode()),
    re.DOTALL,
)
"""How documents, reports, tables of designs and pictures of ecoprod begin."""
_FILLED_IN = frozenset(
    (
        ".csv", ".tsv", ".jsonld", ".yaml", ".yml", ".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".et", ".xml",
        ".spold", ".zip", ".7z", ".bw2package", ".pdf", ".docx", ".doc", ".html", ".htm", ".svg", ".png", ".jpg",
        ".jpeg", ".parquet", ".py", ".toml",
    )
)  # fmt: skip
"""Kinds of file that come from elsewhere unless their content says that ecoprod made them."""


def refuse_input(target: Path, given: Mapping[str, object]) -> None:
    """Refuse to write over an input of the run, or over a file that ecoprod did not make. Raises InputError.

    `given`: the parameters of the command. Files are compared as files, whatever path or link leads to them.
    """
    if not is_file(target):  # a new file, a device, a pipe
        return
    option = next((_OUTPUTS[name] for name in _OUTPUTS if given.get(name) == target), "-o")
    read = [path for name, value in given.items() if name not in _OUTPUTS for path in _paths(value)]
    if any(_same(path, target) for path in read) or _cited(target, read):
        code = "cli-output-is-input"
    elif not _made_by_ecoprod(target):
        code = "cli-output-not-ours"
    else:
        return
    raise InputError([Problem(code, At(str(target)), option, {"name": str(target), "option": option})])


def _paths(value: object) -> Iterator[Path]:
    """Files and folders that a parameter may name: paths, and texts such as `book.xlsx#Sheet1`."""
    for one in value if isinstance(value, tuple) else (value,):
        if isinstance(one, Path):
            yield one
        elif isinstance(one, str) and one.strip():
            yield from (Path(one), Path(one.partition("#")[0]))


def _same(path: Path, target: Path) -> bool:
    try:
        return path.is_file() and path.samefile(target)
    except (OSError, ValueError):
        return False


# ---- what a product cites ------------------------------------------------------------------------


def _cited(target: Path, read: list[Path]) -> bool:
    """Whether a product file, or a table beside it, names the target: a table, evidence, a scenario.

    Of the products that the command reads, and of that in whose folder the target stands.
    """
    beside = [path.parent for path in read if path.suffix in (".yaml", ".yml") and is_file(path)]
    folders = [*beside, *read, *target.resolve().parents]
    for folder in dict.fromkeys(f for f in folders if f in beside or is_file(f / "product.yaml")):
        for path in (*folder.glob("*.y*ml"), *(p for s in _TABLES for p in folder.glob(f"*{s}"))):
            if not _same(path, target) and any(_same(folder / name, target) for name in _names_in(path)):
                return True
            if _same(path, target) and path.suffix in (".yaml", ".yml"):
                return True
    return False


def _names_in(path: Path) -> set[str]:
    """Every cell or value of a file that may be the name of another, without a sheet's name."""
    try:
        if path.stat().st_size > _MOST:
            return set()
        if path.suffix.lower() in (".xlsx", ".xlsm"):
            found = set(_of_workbook(path))
        else:
            text = decode(path.read_bytes(), lambda _: True) or ""
            found = set(_of_yaml(text) if path.suffix in (".yaml", ".yml") else _of_table(text))
    except (OSError, ValueError, zipfile.BadZipFile):
        return set()
    short = {name.strip().partition("#")[0] for name in found if len(name) < 1000}
    return {name for name in short if name and "\0" not in name}


def _of_yaml(text: str) -> Iterator[str]:
    try:
        for token in yaml.scan(text, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader)):
            if isinstance(token, yaml.ScalarToken):
                yield token.value
    except yaml.YAMLError:  # a file with a slip in it names its files none the less
        yield from re.split(r"""[\s,"'\[\]{}]+""", text)


def _of_table(text: str) -> Iterator[str]:
    for sign in ",;\t":
        try:
            for row in csv.reader(text.splitlines(), delimiter=sign):
                yield from row
        except csv.Error:
            yield from re.split(r'[,;\t\r\n"]+', text)


def _of_workbook(path: Path) -> Iterator[str]:
    with zipfile.ZipFile(path) as book:
        for name in book.namelist():
            if name.startswith("xl/") and name.endswith(".xml"):
                with book.open(name) as part:
                    text = part.read(_MOST).decode("utf-8", "replace")
                yield from (unescape(found) for found in re.findall(r"<t(?: [^>]*)?>([^<]*)</t>", text))


# ---- what ecoprod made ---------------------------------------------------------------------------


def _made_by_ecoprod(target: Path) -> bool:
    """Whether a file is an earlier output, or at least plain text of a kind that no input has."""
    try:
        with target.open("rb") as file:
            head = file.read(_HEAD)
        if _MADE.match(head) or not head:
            return True
        if head.startswith(b"PK"):
            return _is_list_of_misses(target)
    except OSError:
        return True  # not to be read: whoever writes to it says why it cannot be
    if {target.suffix.lower(), target.resolve().suffix.lower()} & _FILLED_IN or b"\0" in head:
        return False
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)  # the last sign may be cut
    except UnicodeDecodeError:
        return False
    return True


def _is_list_of_misses(target: Path) -> bool:
    """Whether a workbook is that of `data check` and `data import`: one sheet `misses` and nothing else."""
    try:
        with zipfile.ZipFile(target) as book, book.open("xl/workbook.xml") as part:
            return re.findall(rb'<sheet [^>]*name="([^"]*)"', part.read(_HEAD)) == [b"misses"]
    except (OSError, KeyError, ValueError, RuntimeError, zipfile.BadZipFile):
        return False

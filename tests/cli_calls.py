"""Calls of the command line within a test: what they print, once their exit code is the one expected."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ecoprod_cli.main import main

Captured = pytest.CaptureFixture[str]


def document(capsys: Captured, *args: str, code: int = 0) -> Any:
    assert main([*args, "--format", "json"]) == code
    return json.loads(capsys.readouterr().out)


def text(capsys: Captured, *args: str, code: int = 0) -> str:
    assert main(list(args)) == code
    return capsys.readouterr().out


def refused(capsys: Captured, *args: str) -> str:
    assert main(list(args)) == 2
    return capsys.readouterr().err

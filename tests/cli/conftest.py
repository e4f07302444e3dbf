"""The command line driven as a script drives it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from db.cli import main

ARTICLE = """---
title: 评论 | 备案制度的意义
url: https://example.org/a/1
source: 治理观察
date: 2024-05-06
---

# 评论 | 备案制度的意义

林知远

算法备案让监管者第一次看清谁在提供合成服务。《互联网信息服务深度合成管理规定》第十九条要求具有舆论属性的服务履行备案手续。

备案并不等于许可，它不能消除偏见与歧视，也不替代企业自己的安全评估。GPT-4o 这样的模型同样适用。
"""

Cli = Callable[..., tuple[int, list[Any], str]]


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cli:
    """Run a command with --json; gives the exit code, the JSON lines and what stands on stderr."""
    monkeypatch.setenv("GLOSSATOR_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("GLOSSATOR_LANGUAGE", "en")

    def run(*words: object, plain: bool = False) -> tuple[int, list[Any], str]:
        arguments = [str(word) for word in words] + ([] if plain else ["--json"])
        done = CliRunner().invoke(main, arguments, catch_exceptions=False)
        lines = [done.stdout] if plain else [json.loads(line) for line in done.stdout.splitlines()]
        return done.exit_code, lines, done.stderr

    return run


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A page as a researcher saved it."""
    path = tmp_path / "page.md"
    path.write_text(ARTICLE, "utf-8")
    return path


@pytest.fixture
def study(tmp_path: Path, cli: Cli, source: Path) -> Path:
    """A project with one article."""
    path = tmp_path / "study.gloss"
    assert cli("new", path)[0] == 0
    assert cli("import", path, source)[0] == 0
    return path

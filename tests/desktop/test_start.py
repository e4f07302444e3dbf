"""How the program starts: which arguments want the window, what is loaded for it, what is remembered."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from desktop.__main__ import wants_window
from desktop.settings import Desk, Settings

ROOT = Path(__file__).resolve().parents[2]
# What only some work needs: a start that loads one of them has become slow.
LATE = {
    "numpy", "pypinyin", "trafilatura", "lxml", "markdown", "nh3", "charset_normalizer", "rapidfuzz", "PySide6.QtSvg",
    "desktop.reader.reader", "desktop.panels.inspector", "desktop.panels.picker", "desktop.panels.search_page",
    "desktop.panels.history_page", "desktop.panels.journal_page", "db.importers.main_content", "db.exchange.bundle",
}  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [([], True), (["a.gloss"], True), (["b.GLOSSBUNDLE"], True), (["--sample"], True), (["articles", "a.gloss"], False),
     (["--help"], False), (["new", "x.gloss"], False)],
)  # fmt: skip
def test_a_project_or_nothing_opens_the_window_and_a_command_does_not(arguments: list[str], wanted: bool) -> None:
    assert wants_window(arguments) is wanted


def test_choosing_between_window_and_command_line_loads_no_qt() -> None:
    program = "import sys, desktop.__main__; print('PySide6' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.strip() == "False"


def test_a_start_without_articles_loads_nothing_that_only_some_work_needs(study: Path, tmp_path: Path) -> None:
    from db.project import Project

    empty = tmp_path / "empty.gloss"
    Project.create(empty).close()
    program = f"import sys; from desktop.app import run; run(['--measure-start', {str(empty)!r}]); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, encoding="utf-8", check=True)
    assert "desktop.main_window" in done.stdout.split()
    assert LATE & set(done.stdout.split()) == set()


def test_settings_keep_their_types(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "window.ini")
    settings.keep("sidebar", False)
    settings.keep("zoom", 120)
    settings.keep("theme", "sepia")
    settings.write()
    again = Settings(tmp_path / "window.ini")
    assert again.flag("sidebar", True) is False
    assert again.number("zoom", 100) == 120
    assert again.text("theme") == "sepia"
    assert again.number("theme", 7) == 7


def test_a_desk_is_remembered_for_its_project_only(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "window.ini")
    desk = Desk(("u1", "u2"), "u2", {"u1": 40}, ("coder",), seen=True)
    settings.keep_desk(tmp_path / "a.gloss", desk)
    settings.write()
    again = Settings(tmp_path / "window.ini")
    assert again.desk(tmp_path / "a.gloss") == desk
    assert again.desk(tmp_path / "b.gloss") == Desk()


@pytest.mark.parametrize("text", ["", "[]", "{", '{"tabs": 3}', '{"places": {"u": "x"}}'])
def test_an_unreadable_desk_counts_as_never_opened(tmp_path: Path, text: str) -> None:
    settings = Settings(tmp_path / "window.ini")
    settings.keep_desk(tmp_path / "a.gloss", Desk())
    key = settings._store.allKeys()[0]
    settings.keep(key, text)
    assert settings.desk(tmp_path / "a.gloss").tabs == ()


def test_recent_projects_stand_newest_first_and_only_while_they_exist(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "window.ini")
    first, second = tmp_path / "a.gloss", tmp_path / "b.gloss"
    for path in (first, second, first):
        path.write_bytes(b"x")
        settings.remember_project(path)
    assert settings.recent() == [first, second]
    first.unlink()
    assert settings.recent() == [second]

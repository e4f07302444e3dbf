"""packaging/dev.py: the parts that can be told without making an environment."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

DEV = Path(__file__).resolve().parents[2] / "packaging" / "dev.py"


def load() -> ModuleType:
    """Load dev.py from its place: packaging/ is no package."""
    spec = importlib.util.spec_from_file_location("glossator_dev", DEV)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


dev = load()


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small repository for dev.py to work on, and English for its words."""
    (tmp_path / "packaging").mkdir()
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    (tmp_path / "packaging" / "constraints.txt").write_text("click==8.1\n")
    monkeypatch.setattr(dev, "ROOT", tmp_path)
    monkeypatch.setattr(dev, "VENV", tmp_path / ".venv")
    monkeypatch.setenv("GLOSSATOR_LANGUAGE", "en")
    return tmp_path


def test_the_language_is_that_of_the_terminal() -> None:
    assert dev.speaks_chinese({"LANG": "zh_CN.UTF-8"}, "")
    assert not dev.speaks_chinese({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "")
    assert not dev.speaks_chinese({"LANG": "de_DE.UTF-8"}, "zh_CN")
    assert dev.speaks_chinese({}, "Chinese (Simplified)_China")
    assert not dev.speaks_chinese({}, "")


def test_every_sentence_has_the_same_facts_in_both_languages() -> None:
    sentences = [value for value in vars(dev).values() if isinstance(value, dev.Words)]
    sentences += [words for words, _ in dev.LEFT_BEHIND]
    assert len(sentences) > 10
    for words in sentences:
        assert set(re.findall(r"\{(\w+)\}", words.en)) == set(re.findall(r"\{(\w+)\}", words.zh)), words.en


def test_pythons_without_wheels_are_refused() -> None:
    assert [minor for minor in range(8, 17) if dev.suits((3, minor))] == [11, 12, 13, 14]


def test_an_unsuitable_python_without_another_says_what_it_is(
    tree: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(dev, "suits", lambda: False)
    monkeypatch.setattr(dev, "other_python", list)
    assert dev.main(["test"]) == 1
    said = capsys.readouterr().err
    assert f"this is {sys.version.split()[0]}" in said
    assert "3.11 to 3.14" in said


def test_a_changed_pin_or_another_place_asks_for_a_new_installation(tree: Path, tmp_path: Path) -> None:
    before = dev.stamp(tree)
    assert dev.stamp(tree) == before
    (tree / "packaging" / "constraints.txt").write_text("click==8.2\n")
    assert dev.stamp(tree) != before
    assert dev.stamp(tree).startswith(str(tree) + "\n")


@pytest.mark.parametrize(("held", "tools"), [("", False), (dev.WITH_TOOLS, False), (dev.WITH_TOOLS, True)])
def test_what_is_installed_already_is_left_alone(tree: Path, monkeypatch: pytest.MonkeyPatch, held: str, tools: bool) -> None:
    python = installed(tree, held)
    monkeypatch.setattr(dev, "quietly", lambda *_: pytest.fail("it ran something"))
    assert dev.install(tools) == python


@pytest.mark.parametrize(
    ("held", "changed", "tools", "asked"),
    [("", False, True, ".[dev]"), ("", True, False, "."), (dev.WITH_TOOLS, True, False, ".[dev]")],
)
def test_tools_come_when_they_are_needed_and_stay(
    tree: Path, monkeypatch: pytest.MonkeyPatch, held: str, changed: bool, tools: bool, asked: str
) -> None:
    installed(tree, held)
    if changed:
        (tree / "packaging" / "constraints.txt").write_text("click==8.2\n")
    ran: list[list[str]] = []

    def works(command: list[str], *_args: object, **_options: object) -> bool:
        ran.append(command)
        return True

    monkeypatch.setattr(dev, "quietly", works)
    dev.install(tools)
    assert ran[-1][-1] == asked
    assert (tree / ".venv" / "glossator-stamp").read_text("utf-8").endswith(dev.WITH_TOOLS) == (asked == ".[dev]")


def installed(tree: Path, held: str) -> Path:
    """Leave what an installation leaves."""
    python: Path = dev.venv_python(tree / ".venv")
    python.parent.mkdir(parents=True, exist_ok=True)
    python.touch()
    (tree / ".venv" / "glossator-stamp").write_text(dev.stamp(tree) + held, "utf-8")
    return python


def test_a_failed_installation_is_tried_again(
    tree: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def without_network(command: list[str], *_args: object, **_options: object) -> bool:
        return "install" not in command

    monkeypatch.setattr(dev, "quietly", without_network)
    with pytest.raises(dev.Stop, match="network"):
        dev.install(tools=True)
    assert not (tree / ".venv" / "glossator-stamp").exists()
    assert "only the first time" in capsys.readouterr().err


def test_the_way_back_to_the_repository_is_ascii_whatever_the_folder_is_called(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "课题 一"
    packages = Path(dev.sysconfig.get_path("purelib", "venv", {"base": str(root / ".venv")}))
    packages.mkdir(parents=True)
    file = packages / "_glossator.pth"
    file.write_text(f"{root}\n", "utf-8")
    monkeypatch.setattr(dev, "ROOT", root)
    dev.point_back(root / ".venv")
    assert file.read_bytes().isascii()
    assert (packages / file.read_text("ascii").strip()).resolve() == root


def test_without_venv_the_line_to_run_is_said(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev, "quietly", lambda *_args, **_options: False)
    monkeypatch.setattr(dev, "can_apt", lambda: False)
    monkeypatch.setattr(dev.shutil, "which", lambda name: "/usr/bin/apt-get" if name == "apt-get" else None)
    with pytest.raises(dev.Stop, match=r"sudo apt-get install python3\.\d+-venv$"):
        dev.make_venv()


def test_missing_libraries_are_found_by_loading_them() -> None:
    def load_all_but_egl(name: str) -> None:
        if name == "libEGL.so.1":
            raise OSError(name)

    assert [library.debian for library in dev.missing(dev.QT_NEEDS, load_all_but_egl)] == ["libegl1"]


def test_the_line_to_run_fits_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GLOSSATOR_LANGUAGE", "en")
    egl = [library for library in dev.QT_NEEDS if library.debian == "libegl1"]
    assert dev.install_line(egl, True, "apt-get") == "sudo apt-get install libegl1 fonts-noto-cjk"
    assert dev.install_line(egl, False, "dnf") == "sudo dnf install 'libEGL.so.1()(64bit)'"
    assert dev.install_line((), True, "pacman") == "sudo pacman -S noto-fonts-cjk"
    assert dev.install_line(egl, False, "pacman") == "install the packages that hold libEGL.so.1"
    assert dev.install_line((), True, None) == "install the packages that hold Noto Sans CJK SC"


def test_a_missing_library_stops_and_a_missing_font_does_not(
    tree: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(dev, "can_apt", lambda: False)
    monkeypatch.setattr(dev, "has_chinese_font", lambda: False)
    monkeypatch.setattr(dev, "missing", lambda needs: [])
    dev.see_to_system(window=False)
    assert "No Chinese font" in capsys.readouterr().err
    monkeypatch.setattr(dev, "missing", lambda needs: list(needs)[:1])
    with pytest.raises(dev.Stop, match="libEGL"):
        dev.see_to_system(window=False)


def test_linux_has_a_display_when_the_environment_says_so() -> None:
    assert not dev.has_display({}, "linux")
    assert not dev.has_display({"DISPLAY": ""}, "linux")
    assert dev.has_display({"WAYLAND_DISPLAY": "wayland-0"}, "linux")
    assert dev.has_display({}, "win32")
    assert dev.has_display({}, "darwin")


def test_run_without_a_display_plays_the_tour_and_names_what_it_left(
    tree: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def play(_python: Path, *arguments: str, window: bool = False) -> int:
        assert arguments[:3] == ("-m", "desktop", "tour")
        assert not window
        for name in ("1-reading.png", "tour.gloss", "tour.glossbundle"):
            (Path(arguments[3]) / name).touch()
        return 0

    monkeypatch.setattr(dev, "has_display", lambda _environment: False)
    monkeypatch.setattr(dev, "prepare", lambda *_, **_options: Path("python"))
    monkeypatch.setattr(dev, "call", play)
    monkeypatch.setattr(dev.tempfile, "tempdir", str(tree))
    assert dev.main(["run"]) == 0
    said = capsys.readouterr().err
    assert "There is no display here" in said
    assert all(name in said for name in ("1-reading.png", "tour.gloss", "tour.glossbundle"))


def test_run_refuses_a_file_that_is_not_there(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert dev.main(["run", str(tree / "none.gloss")]) == 1
    assert "There is no file" in capsys.readouterr().err


def test_check_does_everything_and_fails_when_one_thing_fails(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[str] = []

    def fail_types(_python: Path, *arguments: str) -> int:
        ran.append(" ".join(arguments[1:]))
        return -11 if "mypy" in arguments else 0

    monkeypatch.setattr(dev, "prepare", lambda: Path("python"))
    monkeypatch.setattr(dev, "call", fail_types)
    assert dev.main(["check"]) == -11
    assert ran == ["ruff format --check", "ruff check", "mypy", "pytest -n auto"]


def test_wrong_usage_is_told_by_exit_code_two() -> None:
    for arguments in ([], ["fly"], ["check", "all"], ["run", "one", "two"]):
        done = subprocess.run([sys.executable, str(DEV), *arguments], capture_output=True, encoding="utf-8", check=False)
        assert done.returncode == 2
        assert "packaging/dev.py run" in done.stderr


@pytest.mark.parametrize("arguments", [["--help"], ["run", "--help"], ["run", "-h"], ["check", "--help"], ["run", "a", "--help"]])
def test_help_is_given_wherever_it_is_asked_for(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert dev.main(arguments) == 0
    assert "dev.py run [FILE]" in capsys.readouterr().out


def test_the_tests_tell_of_their_own_options(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[str] = []

    def call(_python: Path, *arguments: str) -> int:
        called.extend(arguments)
        return 0

    monkeypatch.setattr(dev, "suits", lambda: True)
    monkeypatch.setattr(dev, "prepare", lambda: tree)
    monkeypatch.setattr(dev, "call", call)
    assert dev.main(["test", "--help"]) == 0
    assert called[-1] == "--help"

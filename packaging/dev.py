"""Run, test, check and measure Glossator from a clone, with one Python and nothing else installed.

    python3 packaging/dev.py run [FILE]             the window, on FILE or on a copy of the sample project
    python3 packaging/dev.py test [ARGUMENT]...     the tests; arguments go to pytest
    python3 packaging/dev.py check                  format, lint, types, tests
    python3 packaging/dev.py bench [GROUP]... [--json]

On Windows: py packaging\\dev.py run. It needs the standard library only, makes .venv beside this folder, installs the
program there, for tests, checks and measuring their tools too, and on Linux sees to the system libraries that Qt needs.
Before main() has found a Python that will do, nothing here may need more than Python 3.7.
"""

from __future__ import annotations

import ctypes
import hashlib
import locale
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
WITH_TOOLS = "\ntools"  # at the end of the note of what was installed
# PySide6 below 6.12 has wheels for Python 3.9 to 3.14; the program itself needs 3.11.
OLDEST, NEWEST = (3, 11), (3, 14)


class Words(NamedTuple):
    """A sentence for the person at the terminal, in both languages of the program."""

    en: str
    zh: str


NO_PYTHON = Words(
    "Glossator needs a 64-bit CPython {oldest} to {newest}; this is {found}, and no other was found here. "
    "Install one from https://www.python.org/downloads/ and try again.",
    "Glossator 需要 64 位 CPython {oldest} 至 {newest}；当前是 {found}，本机也没有找到其他合适的版本。"
    "请从 https://www.python.org/downloads/ 安装后重试。",
)
INSTALLING = Words(
    "Installing what Glossator needs into .venv (only the first time; some 150 MB to download)…",
    "正在把 Glossator 所需的组件安装到 .venv（仅首次需要，下载约 150 MB）……",
)
UPDATING = Words("Updating .venv…", "正在更新 .venv……")
INSTALLING_PACKAGES = Words("Installing system packages: {packages}…", "正在安装系统软件包：{packages}……")
NO_VENV = Words(
    "This Python cannot make a virtual environment. Run this line, then try again:\n  {line}",
    "当前的 Python 无法创建虚拟环境。请先运行下面这行命令，再重试：\n  {line}",
)
NOT_INSTALLED = Words(
    "The packages could not be installed; what pip said stands above. Check the network and try again.",
    "组件安装失败，pip 的输出见上文。请检查网络后重试。",
)
NO_LIBRARIES = Words(
    "Qt does not start without these system libraries: {files}. Run this line, then try again:\n  {line}",
    "缺少 Qt 启动所需的系统库：{files}。请先运行下面这行命令，再重试：\n  {line}",
)
NO_FONT = Words(
    "No Chinese font was found, so Chinese text would show as boxes. This line installs one:\n  {line}",
    "未找到中文字体，中文会显示为方框。运行下面这行命令即可安装：\n  {line}",
)
NO_DISPLAY = Words(
    "There is no display here, so Glossator plays its main job without a window, in {folder}",
    "此处没有图形显示，Glossator 改为不开窗口演示一遍主要流程，结果在 {folder}",
)
NO_FILE = Words("There is no file {path}. Check the name.", "没有文件 {path}。请检查文件名。")
HOLDING = Words("install the packages that hold {files}", "安装包含 {files} 的软件包")
LEFT_BEHIND = (
    (Words("Screenshots: {paths}", "截图：{paths}"), "*.png"),
    (Words("Project: {paths}", "项目：{paths}"), "*.gloss"),
    (Words("Bundle: {paths}", "共享包：{paths}"), "*.glossbundle"),
)


class Stop(Exception):
    """Why it cannot go on, in words for the person at the terminal."""


class Library(NamedTuple):
    """A shared library that Qt loads, and the Debian package that holds it."""

    file: str
    debian: str


QT_NEEDS = (
    Library("libEGL.so.1", "libegl1"),
    Library("libGL.so.1", "libgl1"),
    Library("libxkbcommon.so.0", "libxkbcommon0"),
    Library("libdbus-1.so.3", "libdbus-1-3"),
    Library("libfontconfig.so.1", "libfontconfig1"),
    Library("libglib-2.0.so.0", "libglib2.0-0"),
)
X11_NEEDS = (
    Library("libX11-xcb.so.1", "libx11-xcb1"),
    Library("libxkbcommon-x11.so.0", "libxkbcommon-x11-0"),
    Library("libxcb-cursor.so.0", "libxcb-cursor0"),
    Library("libxcb-icccm.so.4", "libxcb-icccm4"),
    Library("libxcb-keysyms.so.1", "libxcb-keysyms1"),
    Library("libxcb-shape.so.0", "libxcb-shape0"),
)
FONT_PACKAGE = {"apt-get": "fonts-noto-cjk", "dnf": "google-noto-sans-cjk-fonts", "pacman": "noto-fonts-cjk"}
FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts")
# How the names of files with Chinese fonts begin, without hyphens: Noto, Source Han, WenQuanYi, Windows', Apple's.
CHINESE_FONTS = "notosanscjk notoserifcjk notosanssc notoserifsc sourcehan wqy droidsansfallback msyh simsun pingfang"


def speaks_chinese(environment: Mapping[str, str], system: str) -> bool:
    """Tell whether to speak Chinese, from the environment and, where that is silent, the system's locale name."""
    for name in ("GLOSSATOR_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        if environment.get(name):
            return environment[name].lower().startswith("zh")
    return system.lower().startswith(("zh", "chinese"))


def say(words: Words, **facts: object) -> str:
    """Give a sentence in the language of the terminal with its facts filled in."""
    chinese = speaks_chinese(os.environ, locale.getlocale()[0] or "")
    return (words.zh if chinese else words.en).format(**facts)


def tell(words: Words, **facts: object) -> None:
    """Print a sentence on stderr, so that stdout stays with the command that is run."""
    print(say(words, **facts), file=sys.stderr, flush=True)


def quietly(command: Sequence[str], environment: Mapping[str, str] | None = None, show: bool = False) -> bool:
    """Run a command without its output and tell whether it worked; with `show`, a failure's output is shown."""
    try:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
    except OSError as error:
        done = subprocess.CompletedProcess(command, 1, str(error).encode())
    if done.returncode and show:
        print(done.stdout.decode("utf-8", "replace"), file=sys.stderr)
    return done.returncode == 0


# ---- a Python that will do


def suits(version: tuple[int, ...] = sys.version_info[:2]) -> bool:
    """Tell whether this Python can run Glossator: its version, 64 bits, CPython, not free-threaded."""
    standard = sys.implementation.name == "cpython" and not sysconfig.get_config_var("Py_GIL_DISABLED")
    return OLDEST <= version <= NEWEST and sys.maxsize > 2**32 and standard


def other_python() -> list[str]:
    """Find another Python on this machine that suits; an empty list if there is none."""
    for minor in (13, 12, 11, 14):
        command = ["py", f"-3.{minor}"] if os.name == "nt" else [f"python3.{minor}"]
        if shutil.which(command[0]) and quietly([*command, str(Path(__file__).resolve()), "--suits"]):
            return command
    return []


# ---- .venv


def venv_python(venv: Path, windows: bool = os.name == "nt") -> Path:
    """Give the path of a virtual environment's Python."""
    return venv / "Scripts" / "python.exe" if windows else venv / "bin" / "python"


def stamp(root: Path) -> str:
    """Give what an installation depends on: its place, and a digest of Python's version and of what is asked for."""
    digest = hashlib.sha256("{}.{}".format(*sys.version_info).encode())
    for name in ("pyproject.toml", "packaging/constraints.txt"):
        digest.update((root / name).read_bytes())
    return f"{root}\n{digest.hexdigest()}"


def make_venv() -> None:
    """Make .venv anew, by venv, by Debian's missing package, or by virtualenv; raises Stop when all fail."""
    make = [sys.executable, "-m", "venv", "--clear", str(VENV)]
    if quietly(make):
        return
    package = "python{}.{}-venv".format(*sys.version_info)
    if can_apt() and apt_install([package]) and quietly(make):
        return
    for virtualenv in ([sys.executable, "-m", "virtualenv"], ["virtualenv"]):
        if quietly([*virtualenv, "--quiet", "--clear", "--python", sys.executable, str(VENV)]):
            return
    virtualenv_line = f"{sys.executable} -m pip install --user virtualenv"
    raise Stop(say(NO_VENV, line=f"sudo apt-get install {package}" if shutil.which("apt-get") else virtualenv_line))


def install(tools: bool) -> Path:
    """Make .venv hold the program as pyproject.toml and the constraints say, with what tests and checks need if asked."""
    python, note, wanted = venv_python(VENV), VENV / "glossator-stamp", stamp(ROOT)
    found = note.read_text("utf-8") if note.exists() else ""
    had = found.endswith(WITH_TOOLS)
    if found.removesuffix(WITH_TOOLS) == wanted and tools <= had and python.exists():
        return python
    tell(UPDATING if found else INSTALLING)
    # A folder that was moved, made by another Python or left half made is of no use.
    moved = bool(found) and found.split("\n")[0] != str(ROOT)
    whole = f"import pip, sys; sys.exit(sys.version_info[:2] != {tuple(sys.version_info[:2])})"
    if moved or not quietly([str(python), "-c", whole]):
        make_venv()
    pip = [str(python), "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"]
    if not quietly([*pip, "-c", str(ROOT / "packaging" / "constraints.txt"), "-e", ".[dev]" if tools or had else "."], show=True):
        raise Stop(say(NOT_INSTALLED))
    point_back(VENV)
    note.write_text(wanted + WITH_TOOLS * (tools or had), "utf-8")
    return python


def point_back(venv: Path) -> None:
    """Make the path file that leads from the environment to this repository relative, so that it is plain ASCII.

    Before 3.13 Python reads path files in the locale's encoding: below a folder with a Chinese name it may not even start.
    """
    packages = Path(sysconfig.get_path("purelib", "venv", {"base": str(venv), "platbase": str(venv)}))
    for file in packages.glob("*glossator.pth"):
        file.write_text(os.path.relpath(ROOT, packages) + "\n", "ascii")


# ---- what Qt needs of a Linux system


def can_apt() -> bool:
    """Tell whether Debian packages can be installed here without asking."""
    return shutil.which("apt-get") is not None and hasattr(os, "geteuid") and os.geteuid() == 0


def apt_install(packages: Sequence[str]) -> bool:
    """Install Debian packages, with fresh lists if the first try fails; tell whether it worked."""
    tell(INSTALLING_PACKAGES, packages=" ".join(packages))
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    if quietly(command, environment):
        return True
    return quietly(["apt-get", "update", "-qq"], environment) and quietly(command, environment, show=True)


def missing(libraries: Iterable[Library], load: Callable[[str], object] = ctypes.CDLL) -> list[Library]:
    """Give the libraries that cannot be loaded."""
    absent = []
    for library in libraries:
        try:
            load(library.file)
        except OSError:
            absent.append(library)
    return absent


def has_chinese_font() -> bool:
    """Tell whether a font with Chinese characters is installed, by fontconfig or by file names."""
    if shutil.which("fc-list"):
        return bool(subprocess.run(["fc-list", ":lang=zh", "file"], stdout=subprocess.PIPE).stdout.strip())
    files = (file for folder in FONT_FOLDERS for file in Path(folder).expanduser().rglob("*.[ot]t[fc]"))
    return any(file.name.lower().replace("-", "").startswith(tuple(CHINESE_FONTS.split())) for file in files)


def install_line(libraries: Sequence[Library], font: bool, program: str | None) -> str:
    """Give the line that installs libraries and a Chinese font with a package program, or names them without one."""
    names = [FONT_PACKAGE[program]] if font and program else []
    files = [library.file for library in libraries]
    if program == "apt-get":
        return " ".join(["sudo apt-get install", *(library.debian for library in libraries), *names])
    if program == "dnf":
        return " ".join(["sudo dnf install", *(f"'{file}()(64bit)'" for file in files), *names])
    if program == "pacman" and not files:
        return " ".join(["sudo pacman -S", *names])
    return say(HOLDING, files=", ".join(files or ["Noto Sans CJK SC"]))


def see_to_system(window: bool) -> None:
    """Install what Qt lacks on Linux, or say how; raises Stop when Qt could not start."""
    needs = QT_NEEDS + (X11_NEEDS if window and os.environ.get("DISPLAY") else ())
    absent, font = missing(needs), not has_chinese_font()
    if not absent and not font:
        return
    packages = [library.debian for library in absent] + [FONT_PACKAGE["apt-get"]] * font
    if can_apt() and apt_install(packages):
        return
    program = next((name for name in FONT_PACKAGE if shutil.which(name)), None)
    if absent:
        files = ", ".join(library.file for library in absent)
        raise Stop(say(NO_LIBRARIES, files=files, line=install_line(absent, font, program)))
    tell(NO_FONT, line=install_line((), True, program))


# ---- the commands


def has_display(environment: Mapping[str, str], platform: str = sys.platform) -> bool:
    """Tell whether a window can be shown: on Linux by the environment, elsewhere always."""
    return not platform.startswith("linux") or any(environment.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


def prepare(window: bool = False, tools: bool = True) -> Path:
    """See to the system and to .venv; give its Python."""
    if sys.platform.startswith("linux"):
        see_to_system(window)
    return install(tools)


def call(python: Path, *arguments: str, window: bool = False) -> int:
    """Run .venv's Python in the repository's folder and give its exit code; without a window Qt draws in memory."""
    environment = dict(os.environ)
    if sys.platform.startswith("linux") and not window:
        environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    return subprocess.call([str(python), *arguments], cwd=ROOT, env=environment)


def run(arguments: Sequence[str]) -> int:
    """Open the window on a file or on a copy of the sample; without a display, play the main job."""
    file = Path(arguments[0]).resolve() if arguments else None
    if file and not file.exists():
        raise Stop(say(NO_FILE, path=file))
    window = has_display(os.environ)
    python = prepare(window, tools=False)
    if window:
        return call(python, "-m", "desktop", str(file) if file else "--sample", window=True)
    return tour(python)


def tour(python: Path) -> int:
    """Play the main job in a new folder of the system's temporary files and say what lies where."""
    folder = Path(tempfile.mkdtemp(prefix="glossator-tour-"))
    tell(NO_DISPLAY, folder=folder)
    code = call(python, "-m", "desktop", "tour", str(folder))
    for words, pattern in LEFT_BEHIND:
        paths = sorted(folder.rglob(pattern))
        if paths:
            tell(words, paths=" ".join(str(path.relative_to(folder)) for path in paths))
    return code


# A process for each core: windows need their own anyway, and the tests take half the time or less.
_ON_EVERY_CORE = ("-n", "auto")


def test(arguments: Sequence[str]) -> int:
    """Run the tests; arguments go to pytest."""
    return call(prepare(), "-m", "pytest", *_ON_EVERY_CORE, *arguments)


def check(_arguments: Sequence[str]) -> int:
    """Check format, lint and types and run the tests: all of them, whatever the first ones find."""
    python = prepare()
    steps = (("ruff", "format", "--check"), ("ruff", "check"), ("mypy",), ("pytest", *_ON_EVERY_CORE))
    codes = [call(python, "-m", *step) for step in steps]
    return next((code for code in codes if code), 0)


def bench(arguments: Sequence[str]) -> int:
    """Measure and print figures, of all groups or of those named."""
    return call(prepare(), "-m", "tests.bench.run", *arguments)


class Command(NamedTuple):
    """A command and how many arguments it takes at most."""

    work: Callable[[Sequence[str]], int]
    most: int = 1_000


COMMANDS = {"run": Command(run, 1), "test": Command(test), "check": Command(check, 0), "bench": Command(bench)}


def main(arguments: Sequence[str]) -> int:
    """Do what the command line asks; give the exit code: 0 done, 1 not done, 2 wrong usage."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    if list(arguments) == ["--suits"]:
        return 0 if suits() else 1
    # The tests and the measuring have options of their own, and tell of them.
    asked = arguments[:1] if list(arguments[:1]) in (["test"], ["bench"]) else arguments
    if {"-h", "--help"} & set(asked):
        print(__doc__)
        return 0
    command = COMMANDS.get(arguments[0]) if arguments else None
    if command is None or len(arguments) - 1 > command.most:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        if suits():
            return command.work(arguments[1:])
        return hand_over(arguments)
    except Stop as stop:
        print(stop, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def hand_over(arguments: Sequence[str]) -> int:
    """Let another Python of this machine do it; raises Stop when there is none."""
    python = other_python()
    if python:
        return subprocess.call([*python, str(Path(__file__).resolve()), *arguments])
    oldest, newest = (".".join(map(str, version)) for version in (OLDEST, NEWEST))
    raise Stop(say(NO_PYTHON, oldest=oldest, newest=newest, found=sys.version.split()[0]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

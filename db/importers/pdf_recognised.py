"""Pages of a PDF without a text layer to lines, read from their picture by an installed Tesseract; nothing is fetched for it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing import parent_process
from pathlib import Path
from statistics import median
from tempfile import TemporaryFile
from time import monotonic
from typing import Any

from db.importers.pdf_lines import Line, Sheet, is_cjk

MOST_PAGES = 300  # of one file; at a few seconds each
_MOST_AMONG_MANY = 10  # where files are read by other processes, which nobody can stop page by page
_DOTS = 300  # an inch, at which Tesseract reads best
_MOST_DOTS = 24_000_000
_PIECE = 1 << 18  # dots looked at without letting other threads run
_STANDS_OUT = 40  # shades between the darkest and the lightest dot
_PATIENCE = 120.0  # seconds for one page
_LOOK = 0.2  # seconds between two looks whether the work is to stop
_LANGUAGES = (("chi_sim", "chi_tra"), ("eng",))  # of each group the first that is installed
_HIDDEN = getattr(subprocess, "CREATE_NO_WINDOW", 0)  # no console window flashes up on Windows
_LEAST_SURE = 20.0  # per cent; what Tesseract believes less is specks and rules


@dataclass(frozen=True, slots=True)
class Recogniser:
    """An installed Tesseract: its program and the languages it is asked to read, as it writes them (chi_sim+eng)."""

    program: str
    languages: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A page in shades of grey, one byte a dot, row after row from the top; `scale` is dots a point."""

    width: int
    height: int
    dots: bytes
    scale: float

    @property
    def is_blank(self) -> bool:
        """Whether nothing stands out on it."""
        shades: set[int] = set()
        for at in range(0, len(self.dots), _PIECE):
            shades.update(self.dots[at : at + _PIECE].translate(None, bytes(shades)))
            if max(shades) - min(shades) >= _STANDS_OUT:
                return False
        return True


@dataclass(slots=True)
class Recognised:
    """The lines read from one page, and how sure Tesseract is of each of its words, in per cent."""

    sheet: Sheet
    sure: list[float] = field(default_factory=list)


def most_pages() -> int:
    """Give how many pages of one file are recognised here: few in a process that reads many files for another one."""
    return MOST_PAGES if parent_process() is None else _MOST_AMONG_MANY


def recogniser() -> Recogniser | None:
    """Find an installed Tesseract that reads Chinese or English; None if there is none."""
    program = shutil.which("tesseract") or _in_programs()
    if program is None:
        return None
    try:
        listed = subprocess.run(
            [program, "--list-langs"],
            capture_output=True,
            timeout=20,
            stdin=subprocess.DEVNULL,
            creationflags=_HIDDEN,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    installed = {line.strip() for line in (listed.stdout + b"\n" + listed.stderr).decode("utf-8", "replace").split("\n")}
    chosen = [next((name for name in group if name in installed), "") for group in _LANGUAGES]
    languages = "+".join(filter(None, chosen))
    return Recogniser(program, languages) if languages else None


def _in_programs() -> str | None:
    """Give where the installer for Windows puts Tesseract, which it does not put on the path."""
    places = (os.environ.get(name) for name in ("PROGRAMFILES", "LOCALAPPDATA"))
    paths = (Path(place, *inner) for place in places if place for inner in (("Tesseract-OCR",), ("Programs", "Tesseract-OCR")))
    return next((str(path / "tesseract.exe") for path in paths if (path / "tesseract.exe").is_file()), None)


def picture_of(page: Any) -> Picture:
    """Draw a page of pypdfium2, and close it."""
    try:
        width, height = page.get_size()
        scale = min(_DOTS / 72, (_MOST_DOTS / max(1.0, width * height)) ** 0.5)
        bitmap = page.render(scale=scale, grayscale=True)
    finally:
        page.close()
    try:
        whole, stride = bytes(bitmap.buffer), bitmap.stride
        rows = (whole[n * stride : n * stride + bitmap.width] for n in range(bitmap.height))
        return Picture(bitmap.width, bitmap.height, b"".join(rows), scale)
    finally:
        bitmap.close()


def recognise(by: Recogniser, picture: Picture, page: int, look: Callable[[], None]) -> Recognised:
    """Read the lines of a page's picture; `look` is called all the while, and what it raises ends the program that reads."""
    empty = Recognised(Sheet(height=picture.height / picture.scale))
    if picture.is_blank:
        return empty
    image = b"P5\n%d %d\n255\n" % (picture.width, picture.height) + picture.dots
    command = [
        by.program,
        "stdin",
        "stdout",
        "-l",
        by.languages,
        "--dpi",
        str(round(picture.scale * 72)),
        "-c",
        "tessedit_create_tsv=1",
    ]
    told = _output_of(command, image, look)
    return _lines_of(told, page, picture.scale, empty)


def _output_of(command: Sequence[str], data: bytes, look: Callable[[], None]) -> str:
    """Run a program on data; "" if it fails or takes longer than _PATIENCE."""
    environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}  # several files are read at once, each by a process
    with TemporaryFile() as input_file:  # a pipe would be full before the program has read it
        input_file.write(data)
        input_file.seek(0)
        try:
            process = subprocess.Popen(
                command,
                stdin=input_file,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment,
                creationflags=_HIDDEN,
            )
        except OSError:
            return ""
        return _answer(process, look)


def _answer(process: subprocess.Popen[bytes], look: Callable[[], None]) -> str:
    end = monotonic() + _PATIENCE
    try:
        while monotonic() < end:
            look()
            try:
                told, _ = process.communicate(timeout=_LOOK)
            except subprocess.TimeoutExpired:
                continue
            return told.decode("utf-8", "replace") if process.returncode == 0 else ""
        return ""
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()


def _lines_of(table: str, page: int, scale: float, found: Recognised) -> Recognised:
    """Read Tesseract's table: a row for each block, paragraph, line and word, with its place in dots."""
    words: list[str] = []
    box = (0.0, 0.0, 0.0, 0.0)
    chunk = 0

    def put() -> None:
        text = _joined(words)
        if text:
            left, top, width, height = (value / scale for value in box)
            found.sheet.lines.append(Line(text, left, left + width, top + height, height, bold=False, page=page, chunk=chunk))
        words.clear()

    for level, block, place, sure, text in _rows(table):
        if level == 4:
            put()
            box, chunk = place, block
        elif level == 5 and text and sure >= _LEAST_SURE:
            words.append(text)
            found.sure.append(sure)
    put()
    found.sheet.characters = sum(len(line.text) for line in found.sheet.lines)
    return found


def _rows(table: str) -> Iterator[tuple[int, int, tuple[float, float, float, float], float, str]]:
    for row in table.split("\n"):
        cells = row.rstrip("\r").split("\t")
        if len(cells) >= 12 and cells[0].isdecimal():
            try:
                left, top, width, height, sure = map(float, cells[6:11])
                block = int(cells[2])
            except ValueError:
                continue
            yield int(cells[0]), block, (left, top, width, height), sure, " ".join("".join(cells[11:]).split())


def _joined(words: Sequence[str]) -> str:
    """Join words; Tesseract takes every few Chinese characters for a word of its own."""
    text = ""
    for word in words:
        bare = not text or is_cjk(text[-1]) or is_cjk(word[0])
        text += word if bare else f" {word}"
    return text


def evened(sheets: Sequence[Sheet]) -> None:
    """Give recognised lines one size, except those that are far larger: the height of a line hangs on the letters in it."""
    heights = [line.size for sheet in sheets for line in sheet.lines]
    usual = median(heights) if heights else 0.0
    for sheet in sheets:
        for line in sheet.lines:
            line.size = round(line.size) if line.size > 1.4 * usual else usual

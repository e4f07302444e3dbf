"""Scans: what an installed Tesseract reads becomes text that is marked as less sure; a stand-in takes its place here."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from db import importers
from db.errors import Cancelled, CannotImport
from db.importers import pdf_recognised
from db.records import Draft
from tests.importers.making import Setting, pdf

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a script with a shebang")

SCRIPT = """#!{python}
import sys, time
if "--list-langs" in sys.argv:
    print("List of available languages in /data (3):", "chi_sim", "eng", "osd", sep="\\n")
    sys.exit()
data = sys.stdin.buffer.read()
assert data.startswith(b"P5\\n")
width, height = map(int, data.split(b"\\n", 2)[1].split())
assert len(data) == len(b"P5\\n%d %d\\n255\\n" % (width, height)) + width * height
assert sys.argv[sys.argv.index("-l") + 1] == "chi_sim+eng"
{wait}
print("level page_num block_num par_num line_num word_num left top width height conf text".replace(" ", "\\t"))
lines = [(300, 90, "责任 的 边界"), (560, 40, "算法 治理 需要 各方 参与 ， 也 要 把 责任 写"), (620, 40, "清楚 。 See the annex")]
for number, (top, size, text) in enumerate(lines, 1):
    print(4, 1, 1, 1, number, 0, 250, top, 1800, size, -1, "", sep="\\t")
    for place, word in enumerate(text.split(), 1):
        print(5, 1, 1, 1, number, place, 250 + 60 * place, top, 50, size, 91.5, word, sep="\\t")
    print(5, 1, 1, 1, number, 99, 2000, top, 9, 9, 3.2, "~", sep="\\t")
"""


def scan(pages: int) -> bytes:
    """Write pages that show a bar and hold no text."""
    drawn = pdf([[] for _ in range(pages)]).replace(b"BT ET", b"0 0 300 90 re f")
    return drawn.replace(b"<</Length 5>>", b"<</Length 15>>")


def stand_in(monkeypatch: pytest.MonkeyPatch, folder: Path, wait: str = "") -> None:
    folder.mkdir(exist_ok=True)
    program = folder / "tesseract"
    program.write_text(SCRIPT.format(python=sys.executable, wait=wait), "utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("PYTHONIOENCODING", "utf-8")


def recognised(draft: Draft) -> list[dict[str, str]]:
    return [dict(remark.facts) for remark in draft.remarks if "Tesseract" in remark.sentence]


def test_a_scan_is_recognised_page_by_page_and_marked_as_less_sure(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    stand_in(monkeypatch, tmp_path)
    seen: list[int] = []
    draft = importers.read_bytes(scan(2), "scan.pdf", progress=lambda done, _total: seen.append(done))
    assert draft.title == "责任的边界"
    assert draft.text == "\n".join(["责任的边界", "算法治理需要各方参与，也要把责任写清楚。See the annex"] * 2)
    assert [label for label, _ in draft.layout.pages] == ["1", "2"]
    assert recognised(draft) == [{"count": "2", "pages": "2", "languages": "chi_sim+eng", "sure": "92"}]
    assert seen == sorted(seen)
    assert any(300 < done < 800 for done in seen)


def test_only_pages_without_text_are_recognised(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    stand_in(monkeypatch, tmp_path)
    words: list[Setting] = [(60.0, 700.0, 10.0, "Words that are in the file already stay as they are, whatever they look like.")]
    data = pdf([words, []]).replace(b"<</Length 5>>stream\nBT ET", b"<</Length 15>>stream\n0 0 300 90 re f")
    draft = importers.read_bytes(data, "mixed.pdf")
    assert draft.text.startswith("Words that are in the file already stay as they are")
    assert "算法治理需要各方参与" in draft.text
    assert recognised(draft) == [{"count": "1", "pages": "2", "languages": "chi_sim+eng", "sure": "92"}]


def test_blank_pages_are_not_shown_to_tesseract(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    stand_in(monkeypatch, tmp_path, "sys.exit(3)")
    with pytest.raises(CannotImport, match="Tesseract found no text"):
        importers.read_bytes(pdf([[], []]), "blank.pdf")


def test_recognising_is_cancelled_at_once_and_ends_the_program(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    stand_in(monkeypatch, tmp_path / "bin", f"open({str(tmp_path / 'began')!r}, 'w').close(); time.sleep(600)")

    def stop(_done: int, _total: int) -> None:
        if (tmp_path / "began").exists():
            raise Cancelled

    with pytest.raises(Cancelled):
        importers.read_bytes(scan(3), "scan.pdf", progress=stop)


def test_a_program_that_fails_or_reads_nothing_leaves_a_scan_a_scan(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    stand_in(monkeypatch, tmp_path, "sys.exit(1)")
    with pytest.raises(CannotImport, match="Tesseract found no text"):
        importers.read_bytes(scan(1), "scan.pdf")


def test_without_tesseract_the_advice_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CannotImport, match=r"scan without text\. Install Tesseract"):
        importers.read_bytes(scan(1), "scan.pdf")


def test_a_long_scan_among_many_files_is_left_for_an_import_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    stand_in(monkeypatch, tmp_path, "sys.exit(1)")
    monkeypatch.setattr(pdf_recognised, "parent_process", lambda: object())
    with pytest.raises(CannotImport, match=r"scan of 11 pages, more than are recognised here \(10\)"):
        importers.read_bytes(scan(11), "scan.pdf")

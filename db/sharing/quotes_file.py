"""The check of a manuscript's quotations as a file to keep: a table of them, or a document with each under its status."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from db.errors import Refused
from db.exchange.documents import Block, Paragraph, Run, labelled, plain
from db.exchange.pages import write_markdown
from db.exchange.report import FidelityReport
from db.exchange.results import Provenance, moment_of, provenance_sheet
from db.exchange.tables import Cell, Column, Sheet, say, write_csv, write_xlsx
from db.records import Progress, either, no_progress
from db.sharing.passages import provenance
from db.sharing.quotes import ALLOWED, Checked, Status
from db.store import Store

FORMATS = ("xlsx", "csv", "md")
# What became of a quotation, in words.
STATUSES: Mapping[Status, str] = {
    "verbatim": "verbatim", "differs": "differs", "ambiguous": "ambiguous", "absent": "not in the library",
}  # fmt: skip
_TITLE, _ALLOWED = ("Quotations checked", "引文核对"), ("Allowed", "从宽处理")
_DIFFERS, _CITED = ("In the article → in the manuscript", "原文 → 稿件"), ("Citation", "出处")
_PLACE, _NOTHING = ("Place in the manuscript", "稿件位置"), ("There are no quotations.", "没有引文。")
_BARE = "A CSV file holds one table, so where it comes from does not stand in it. A workbook (XLSX) has a sheet for that."
_COLUMNS = (
    Column("number", "No.", "序号", 6), Column("status", "Status", "结果", 14), Column("quote", "Quotation", "引文", 60),
    Column("place", *_PLACE, 16), Column("citation", *_CITED, 28), Column("title", "Article", "文章", 32),
    Column("difference", *_DIFFERS, 40), Column("allowed", *_ALLOWED, 24), Column("candidates", "May be from", "可能的出处", 40),
    Column("likeness", "Likeness", "相似度", 10, right=True), Column("article", "Article id", "文章标识", 14),
    Column("start", "Start", "起点", 8), Column("end", "End", "终点", 8),
)  # fmt: skip


def write(
    store: Store, out: Path, manuscript: str, checked: Sequence[Checked], *, language: str = "en", at: str = "",
    progress: Progress = no_progress,
) -> FidelityReport:  # fmt: skip
    """Write what became of the quotations of a manuscript (its name) in the format of the suffix, one of FORMATS.

    Raises Refused for another suffix, FolderMissing, NotWritten, and what `progress` raises to stop.
    """
    report = FidelityReport()
    form = out.suffix.lower().removeprefix(".")
    if form not in FORMATS:
        raise Refused("The check of quotes is saved as {formats}. Give the file one of these endings.", formats=_ENDINGS)
    told = _told(store, manuscript, checked, language, at)
    sheet = table(checked, language)
    report.carried["quotation"] = len(checked)
    if form == "csv":
        report.dropped["provenance"] += 1
        report.reasons.append(say(language, _BARE))
        return write_csv(out, sheet, language=language, report=report, progress=progress)
    if form == "md":
        return write_markdown(out, document(told, checked, language), language=language, report=report, progress=progress)
    sheets = (sheet, provenance_sheet(told, language))
    return write_xlsx(
        out, sheets, language=language, title=sheet.name, created=moment_of(told.at), report=report, progress=progress
    )  # fmt: skip


_ENDINGS = ", ".join(f".{form}" for form in FORMATS)


def _told(store: Store, manuscript: str, checked: Sequence[Checked], language: str, at: str) -> Provenance:
    counts = Counter(one.status for one in checked)
    colon, comma = ("：", "，") if language.startswith("zh") else (": ", ", ")
    counted = comma.join(f"{say(language, words)} {counts[status]}" for status, words in STATUSES.items())
    coder = next((row[0] for row in store.rows("SELECT name FROM coder WHERE id = ?", (store.me,))), "")
    sentence = f"{either(language, '稿件', 'Manuscript')}{colon}{manuscript}{comma}{counted}"
    return provenance(store, language, {}, sentence=sentence, coder=coder, at=at)


def table(checked: Sequence[Checked], language: str) -> Sheet:
    """Make the table, a row for each quotation in the order of the manuscript."""
    rows = (_row(number, one, language) for number, one in enumerate(checked, 1))
    return Sheet(either(language, *_TITLE[::-1]), _COLUMNS, rows, len(checked))


def _row(number: int, one: Checked, language: str) -> tuple[Cell, ...]:
    found = one.found
    return (
        number, say(language, STATUSES[one.status]), one.quotation.text, one.place, one.citation,
        found.title if found else "", _changes(one), _allowances(one, language),
        "\n".join(f"{citation} {place.title}" for place, citation in one.candidates), found.likeness if found else None,
        found.article if found else "", found.start if found else None, found.end if found else None,
    )  # fmt: skip


def _changes(one: Checked) -> str:
    return "\n".join(f"{part.article or '∅'} → {part.manuscript or '∅'}" for part in one.difference if not part.equal)


def _allowances(one: Checked, language: str) -> str:
    return either(language, "；", "; ").join(say(language, ALLOWED[name]) for name in one.allowed)


def document(told: Provenance, checked: Sequence[Checked], language: str) -> Iterator[Block]:
    """Make the document: where it comes from, then the quotations under what became of them, those to be seen to first."""
    colon = either(language, "：", ": ")
    yield plain(either(language, *_TITLE[::-1]), "Title")
    for label, value in told.rows(language):
        yield labelled(label + colon, value)
    if not checked:
        yield plain(either(language, *_NOTHING[::-1]))
    for status in ("differs", "ambiguous", "absent", "verbatim"):
        several = [one for one in checked if one.status == status]
        if several:
            yield plain(f"{say(language, STATUSES[status])} ({len(several)})", "Heading 1")
        for one in several:
            yield from _of_one(one, language, colon)


def _of_one(one: Checked, language: str, colon: str) -> Iterator[Block]:
    for line in filter(str.strip, one.quotation.text.split("\n")):
        yield plain(line, "Quote")
    cited = one.citation and f"{one.citation} {one.found.title if one.found else ''}".strip()
    candidates = "; ".join(f"{citation} {place.title}" for place, citation in one.candidates)
    facts = (
        (_PLACE, one.place), (_CITED, cited or candidates), (_DIFFERS, _changes(one).replace("\n", "; ")),
        (_ALLOWED, _allowances(one, language)),
    )  # fmt: skip
    runs: list[Run] = []
    for label, value in facts:
        if value:
            runs += [*[Run("\n")][: len(runs)], Run(either(language, *label[::-1]) + colon, bold=True), Run(value)]
    yield Paragraph(tuple(runs))

"""Documents as web pages and as Markdown, from the blocks of Word documents; every text is escaped, nothing runs or loads."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape
from itertools import chain, groupby
from pathlib import Path

from db.exchange.archive import replacing
from db.exchange.documents import Block, Paragraph, Run, Table
from db.exchange.report import FidelityReport
from db.exchange.tables import Cell, Cleaner
from db.records import Progress, no_progress

_EVERY = 256
_TAGS = {"Title": "h1", "Heading 1": "h2", "Heading 2": "h3", "Heading 3": "h4"}
_LEVELS = {"Title": "#", "Heading 1": "##", "Heading 2": "###", "Heading 3": "####"}
_QUOTES = ("Quote", "Intense Quote")
_MARKDOWN = re.compile(r"([\\`*_\[\]>@$^~|#])")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_LINE_START = re.compile(r"^(\s*)([-+:%=(](?=.)|\w+(?=[.)](?:\s|$)))")
_LABEL_END = re.compile("[：:，,、；;\\s]+$")
_CSS = """
body { margin: 2rem auto; max-width: 46rem; padding: 0 1rem; line-height: 1.7; color: #222; background: #fff;
  font-family: Georgia, "Songti SC", SimSun, serif; overflow-wrap: anywhere; }
h1, h2, h3, h4 { line-height: 1.3; font-family: system-ui, "PingFang SC", "Microsoft YaHei", sans-serif; }
blockquote { margin: 1rem 0 .4rem; padding: 0 0 0 1rem; border-left: .2rem solid #999; }
blockquote p { margin: .3rem 0; font-family: Georgia, "Kaiti SC", KaiTi, serif; }
table { border-collapse: collapse; margin: 1rem 0; } caption { text-align: left; font-weight: bold; }
th, td { border: 1px solid #999; padding: .2rem .6rem; text-align: left; vertical-align: top; }
.right { text-align: right; } p { white-space: normal; }
@media print { body { max-width: none; margin: 0; } h2, h3 { break-after: avoid; } tr { break-inside: avoid; } }
"""


def write_html(
    path: Path, blocks: Iterable[Block], *, title: str = "", language: str = "en", report: FidelityReport | None = None,
    progress: Progress = no_progress,
) -> FidelityReport:  # fmt: skip
    """Write one web page with its looks in it; the report says what was changed, not what was carried.

    `progress` counts pieces. Raises FolderMissing, NotWritten, and what `progress` raises to stop.
    """
    cleaner, code = Cleaner(), "zh-CN" if language.startswith("zh") else "en"
    head = (
        f'<!DOCTYPE html>\n<html lang="{code}">\n<head>\n<meta charset="utf-8">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(cleaner.clean(title))}</title>\n<style>{_CSS}</style>\n</head>\n<body>\n"
    )
    pieces = chain((head,), _html(blocks, cleaner, language), ("</body>\n</html>\n",))
    _write(path, pieces, progress)
    return _told(report, cleaner, language)


def write_markdown(
    path: Path, blocks: Iterable[Block], *, language: str = "en", report: FidelityReport | None = None,
    progress: Progress = no_progress,
) -> FidelityReport:  # fmt: skip
    """Write Pandoc's Markdown, with citations as [@key, para. 5]; reports, progress and errors as `write_html`."""
    cleaner = Cleaner()
    _write(path, _markdown(blocks, cleaner, language), progress)
    return _told(report, cleaner, language)


def _write(path: Path, pieces: Iterable[str], progress: Progress) -> None:
    done = 0
    with replacing(path) as part, part.open("w", encoding="utf-8", newline="\n") as file:
        for done, piece in enumerate(pieces, 1):
            if done % _EVERY == 0:
                progress(done, 0)
            file.write(piece)
        progress(done, done)


def _told(report: FidelityReport | None, cleaner: Cleaner, language: str) -> FidelityReport:
    report = FidelityReport() if report is None else report
    cleaner.tell(report, language)
    return report


def _kind(block: Block) -> str:
    """Tell which blocks belong together: the paragraphs of a quotation, the items of a list."""
    if isinstance(block, Table):
        return "table"
    return "quote" if block.style in _QUOTES else "list" if block.style == "List Bullet" else "one"


# A web page


def _html(blocks: Iterable[Block], cleaner: Cleaner, language: str) -> Iterator[str]:
    for kind, several in groupby(blocks, key=_kind):
        around = {"quote": "blockquote", "list": "ul"}.get(kind, "")
        yield f"<{around}>\n" if around else ""
        for block in several:
            if isinstance(block, Table):
                yield from _html_table(block, cleaner, language)
            else:
                yield _html_paragraph(block, "li" if kind == "list" else _TAGS.get(block.style, "p"), cleaner, language)
        yield f"</{around}>\n" if around else ""


def _html_paragraph(block: Paragraph, tag: str, cleaner: Cleaner, language: str) -> str:
    spoken = block.language
    said = f' lang="{escape(spoken)}"' if spoken and spoken.partition("-")[0] != language[:2] else ""
    return f"<{tag}{said}>{''.join(_html_run(run, cleaner) for run in block.runs)}</{tag}>\n"


def _html_run(run: Run, cleaner: Cleaner) -> str:
    text = _html_text(run.text, cleaner)
    text = f"<em>{text}</em>" if run.italic and text else text
    return f"<strong>{text}</strong>" if run.bold and text else text


def _html_text(text: str, cleaner: Cleaner) -> str:
    return escape(cleaner.clean(text.replace("\r\n", "\n").replace("\r", "\n"))).replace("\n", "<br>\n")


def _html_table(table: Table, cleaner: Cleaner, language: str) -> Iterator[str]:
    yield f"<table>\n<caption>{escape(cleaner.clean(table.caption))}</caption>\n" if table.caption else "<table>\n"
    looks = [' class="right"' if column.right else "" for column in table.columns]
    titles = (escape(cleaner.clean(column.title(language))) for column in table.columns)
    heads = "".join(f'<th scope="col"{look}>{each}</th>' for look, each in zip(looks, titles, strict=True))
    yield f"<thead><tr>{heads}</tr></thead>\n"
    yield "<tbody>\n"
    for row in table.rows:
        cells = (_html_text(_words(cell), cleaner) for cell in row)
        yield f"<tr>{''.join(f'<td{look}>{each}</td>' for look, each in zip(looks, cells, strict=True))}</tr>\n"
    yield "</tbody>\n</table>\n"


def _words(cell: Cell) -> str:
    return "" if cell is None else str(cell)


# Markdown


def _markdown(blocks: Iterable[Block], cleaner: Cleaner, language: str) -> Iterator[str]:
    before = ""
    for kind, several in groupby(blocks, key=_kind):
        for number, block in enumerate(several):
            if isinstance(block, Table):
                text = "".join(_markdown_table(block, cleaner, language))
            else:
                text = _markdown_paragraph(block, cleaner)
            joint = ">\n" if number and kind == "quote" else "" if number and kind == "list" else "\n"
            yield f"{joint if before else ''}{text}"
            before = kind


def _markdown_paragraph(block: Paragraph, cleaner: Cleaner) -> str:
    heading = _LEVELS.get(block.style, "")
    text = "".join(_markdown_run(run, cleaner) for run in block.runs)
    if heading:
        return f"{heading} {' '.join(text.replace(chr(92) + chr(10), ' ').split())}\n"
    text = "\n".join(_LINE_START.sub(_guarded, line.lstrip(" \t"), count=1) for line in text.split("\n"))
    if block.style in _QUOTES:
        return "".join(f"> {line}\n" for line in text.split("\n"))
    return f"- {text}\n" if block.style == "List Bullet" else f"{text}\n"


def _markdown_run(run: Run, cleaner: Cleaner) -> str:
    if run.pandoc:
        return run.pandoc if run.text[:1] != " " else f" {run.pandoc}"
    lines = run.text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    text = "\\\n".join(_escaped(line, cleaner) for line in lines)
    mark = "**" if run.bold else "*" if run.italic else ""
    inner = text.strip()
    if not mark or not inner:
        return text
    # A mark that closes after a colon and before a letter closes nothing (CommonMark 6.2), so the colon stands outside.
    bare = _LABEL_END.sub("", inner).rstrip("\\").rstrip()
    start = text.index(inner)
    return f"{text[:start]}{mark}{bare}{mark}{text[start + len(bare) :]}" if bare else text


def _escaped(text: str, cleaner: Cleaner) -> str:
    text = _ENTITY.sub("&amp;", cleaner.clean(text)).replace("<", "&lt;")
    return _MARKDOWN.sub(r"\\\1", text)


def _guarded(found: re.Match[str]) -> str:
    """Keep what stands at the start of a line from being read as a list, a rule or a number."""
    return f"{found[1]}{found[2]}\\" if found[2][0].isalnum() else f"{found[1]}\\{found[2]}"


def _markdown_table(table: Table, cleaner: Cleaner, language: str) -> Iterator[str]:
    yield _markdown_row([column.title(language) for column in table.columns], cleaner)
    yield "|" + "|".join("---:" if column.right else "---" for column in table.columns) + "|\n"
    for row in table.rows:
        yield _markdown_row([_words(cell) for cell in row], cleaner)
    if table.caption:
        yield f"\n: {_escaped(table.caption, cleaner)}\n"


def _markdown_row(cells: Iterable[str], cleaner: Cleaner) -> str:
    told = (_escaped(" / ".join(cell.split("\n")), cleaner) for cell in cells)
    return f"| {' | '.join(told)} |\n"

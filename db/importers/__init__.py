"""Files, web pages and pasted text to Drafts. Nothing here knows a database, reaches the network or runs a script."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path, PurePath

from db.errors import CannotImport
from db.importers import boilerplate, markdown_text
from db.importers.assembling import draft_of, known_from_values
from db.importers.bibliography import completed
from db.importers.composing import RUNNING
from db.importers.decoding import EMPTY, LARGEST, REPLACED, TOO_LARGE, clean, decode
from db.importers.kinds import DAMAGED, REFERENCES, Kind, kind_of
from db.importers.main_content import mark_zones
from db.importers.metadata import url_key
from db.importers.pieces import MOST_BLOCKS, MOST_CHARACTERS, Pace, TooMuch, refuse_too_much
from db.importers.plain import plain_draft
from db.importers.sources import MISSING, UNREADABLE, LeftOut, Source, sources
from db.importers.walking import walk
from db.importers.web import html_draft, named
from db.records import Draft, Progress, Remark, no_progress

__all__ = [
    "REASONS",
    "LeftOut",
    "Source",
    "facts_for",
    "read",
    "read_bytes",
    "read_html",
    "read_source",
    "read_text",
    "sources",
    "url_key",
]

# What is shown beside a block that was left out, by the id that Removed.reason holds.
REASONS: Mapping[str, str] = {**boilerplate.REASONS, RUNNING: "Running head or foot, page number or text across the page"}

FOLDER = "This is a folder. Choose the files in it."
ARCHIVE = "This is an archive of several files. Import it from disk, so that each file in it becomes an article."
TOO_MUCH = (
    "This holds more than one article can: over {characters} characters or {blocks} paragraphs. "
    "Split it, or take only the part you need."
)
PASTED = "The pasted text is empty. Copy the passage again."

_HTML = re.compile(
    r"\A\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,5000}?-->\s*)*<(?:!doctype\s+html|html|head|body|meta|title|div|p|article|section|main|table|span|h[1-6]|ul|ol|center)\b",
    re.IGNORECASE | re.DOTALL,
)
_TAG = re.compile(
    r"</?(?:p|div|span|a|br|li|ul|td|tr|table|h[1-6]|img|section|article|script|meta|strong|em|font)\b[^<>]{0,2000}>",
    re.IGNORECASE,
)
_MARKDOWN_NAMES = (".md", ".markdown", ".mdown", ".mkd")


def read(path: Path, *, as_is: bool = False, progress: Progress = no_progress) -> Draft:
    """Read a file into a Draft; `as_is` keeps every block. CannotImport says what is wrong, Cancelled comes from `progress`."""
    try:
        if path.is_dir():
            raise CannotImport(path, FOLDER)
        if path.stat().st_size > LARGEST:
            raise CannotImport(path, TOO_LARGE, limit=LARGEST // (1024 * 1024))
        data = path.read_bytes()
    except FileNotFoundError:
        raise CannotImport(path, MISSING) from None
    except (OSError, ValueError):
        raise CannotImport(path, UNREADABLE) from None
    return read_bytes(data, str(path), as_is=as_is, progress=progress)


def read_bytes(data: bytes, name: str, *, as_is: bool = False, progress: Progress = no_progress) -> Draft:
    """Read bytes into a Draft; `name` is the file's, used for messages and as the last resort for a title."""
    pace = Pace(progress)
    pace.at(0)
    if not data:
        raise CannotImport(name, EMPTY)
    if len(data) > LARGEST:
        raise CannotImport(name, TOO_LARGE, limit=LARGEST // (1024 * 1024))
    with _refusing_too_much(name):
        draft = _draft(data, name, kind_of(data, name), as_is=as_is, pace=pace)
        refuse_too_much(len(draft.text), len(draft.layout.blocks))
    pace.at(1000)
    return replace(draft, original=data, file_name=PurePath(name).name)


def read_source(source: Source, *, as_is: bool = False, progress: Progress = no_progress) -> Draft:
    """Read what `sources` found into a Draft; what a reference list beside the file says overrides the file's own data."""
    draft = read_bytes(source.load(), source.name, as_is=as_is, progress=progress)
    return completed(draft, facts_for(source, draft))


def facts_for(source: Source, draft: Draft) -> Mapping[str, str]:
    """Give what a reference list beside a source says of the article in it, found by file name, address, DOI or title."""
    return source.facts or source.shelf.matching(draft)


@contextmanager
def _refusing_too_much(name: str) -> Iterator[None]:
    """Say which file it is that holds too much for one article."""
    try:
        yield
    except TooMuch:
        raise CannotImport(name, TOO_MUCH, characters=f"{MOST_CHARACTERS:,}", blocks=f"{MOST_BLOCKS:,}") from None


def _draft(data: bytes, name: str, kind: Kind, *, as_is: bool, pace: Pace) -> Draft:
    """Read a file of a known kind; the modules that read documents are loaded when there is one."""
    if kind == "pdf":
        from db.importers.pdf import pdf_draft

        return pdf_draft(data, name, as_is=as_is, pace=pace)
    if kind == "docx":
        from db.importers.docx import docx_draft

        return docx_draft(data, name, as_is=as_is, pace=pace)
    if kind == "epub":
        from db.importers.epub import epub_draft

        return epub_draft(data, name, as_is=as_is, pace=pace)
    if kind == "mhtml":
        from db.importers.mhtml import mhtml_draft

        return mhtml_draft(data, name, as_is=as_is, pace=pace)
    if kind in ("zip", "references"):
        raise CannotImport(name, ARCHIVE if kind == "zip" else REFERENCES)
    try:
        text, replaced = decode(data, name)
    except CannotImport as error:
        meant = DAMAGED.get(PurePath(name).suffix.lower())
        raise (CannotImport(name, meant) if meant else error) from None
    pace.at(50)
    draft = _read(clean(text), name, as_is=as_is, pace=pace)
    return replace(draft, remarks=(Remark(REPLACED, {"count": str(replaced)}), *draft.remarks)) if replaced else draft


def read_html(html: str, name: str = "", *, as_is: bool = False, progress: Progress = no_progress) -> Draft:
    """Read HTML, as from the clipboard, into a Draft."""
    with _refusing_too_much(name or "-"):
        draft = html_draft(_pasted(html), name, as_is=as_is, pace=Pace(progress))
    return replace(draft, original=html.encode("utf-8", "surrogatepass"), file_name=name)


def read_text(text: str, name: str = "", *, as_is: bool = False, progress: Progress = no_progress) -> Draft:
    """Read text, as from the clipboard, into a Draft: Markdown or HTML if it looks so, else literal."""
    with _refusing_too_much(name or "-"):
        draft = _read(_pasted(text), name, as_is=as_is, pace=Pace(progress))
    return replace(draft, original=text.encode("utf-8", "surrogatepass"), file_name=name)


def _pasted(text: str) -> str:
    text = clean(text).replace("\0", "")
    if not text.strip():
        raise CannotImport("-", PASTED)
    return text


def _read(text: str, name: str, *, as_is: bool, pace: Pace) -> Draft:
    if not text.strip():
        raise CannotImport(name, EMPTY)
    named_so = name.lower().endswith(_MARKDOWN_NAMES)
    if markdown_text.front_matter(text)[0]:
        return _markdown_draft(text, name, as_is=as_is, pace=pace)
    if _begins_like_html(text):
        return html_draft(text, name, as_is=as_is, pace=pace)
    if markdown_text.looks_like_markdown(text, named_so=named_so):
        return _markdown_draft(text, name, as_is=as_is, pace=pace)
    if _full_of_tags(text):
        return html_draft(text, name, as_is=as_is, pace=pace)
    refuse_too_much(len(text), text.count("\n"))
    return plain_draft(text, name, pace, as_is=as_is)


def _begins_like_html(text: str) -> bool:
    sample = text[:200_000]
    return _HTML.match(sample) is not None and ("</" in sample or "<!" in sample[:500] or "<html" in sample[:2000].lower())


def _full_of_tags(text: str) -> bool:
    tags = _TAG.findall(text[:200_000])
    return len(tags) >= 20 and sum(map(len, tags)) * 8 >= len(text[:200_000])


def _markdown_draft(text: str, name: str, *, as_is: bool, pace: Pace) -> Draft:
    values, body = markdown_text.front_matter(text)
    html = markdown_text.to_html(body, pace.between(50, 600, len(body)))
    page = walk(html, pace.between(600, 800, len(html) * 2), keep_lines=True)
    mark_zones(page, pace.between(800, 850, len(page.pieces)))
    known = known_from_values(dict(values))
    draft = draft_of(page, known, (0, len(page.pieces)), name, pace.between(850, 1000, len(page.pieces)), as_is=as_is)
    return named(replace(draft, media_type="text/markdown"), name)

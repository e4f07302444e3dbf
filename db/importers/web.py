"""A web page's HTML to a Draft, with the address that the browser or a saving program left in it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import PurePath

from db.importers.assembling import Known, draft_of, known_from_head
from db.importers.main_content import mark_zones, region
from db.importers.metadata import date_in, date_of_address
from db.importers.pieces import Pace
from db.importers.walking import walk
from db.records import Draft

# What browsers write above a page they save, and what the SingleFile extension writes.
_SAVED = re.compile(r"<!--\s*saved from url=\(\d+\)\s*(https?://[^\s<>\"]+?)\s*-->", re.IGNORECASE)
_SINGLE = re.compile(r"<!--\s*Page saved with SingleFile\s+url:\s*(https?://[^\s<>\"]+)(?:\s+saved date:\s*([^\n]{8,80}))?", re.I)


def html_draft(html: str, name: str, *, as_is: bool, pace: Pace) -> Draft:
    """Make the Draft of a page; its bytes and file name are the caller's to add. CannotImport if it holds no article."""
    page = walk(html, pace.between(50, 600, len(html) * 2))
    tick = pace.between(600, 800, len(page.pieces) + 1)
    mark_zones(page, tick)
    where = region(page, html, tick)
    known: Known = known_from_head(page)
    draft = draft_of(page, known, where, name, pace.between(850, 1000, len(page.pieces)), as_is=as_is)
    return dated(named(_addressed(replace(draft, media_type="text/html"), html[:20_000]), name))


def named(draft: Draft, name: str) -> Draft:
    """Give a draft a title from the file's name or its first words, where it has none."""
    return draft if draft.title else replace(draft, title=PurePath(name).stem or draft.text[:40].split("\n")[0])


def dated(draft: Draft) -> Draft:
    """Give a draft whose page tells no date the day that stands in its address, as news sites put it there."""
    day = date_of_address(draft.url) if not draft.published else ""
    return replace(draft, published=day, published_from="address") if day else draft


def _addressed(draft: Draft, head: str) -> Draft:
    if (single := _SINGLE.search(head)) and single[2] and not draft.fetched:
        fetched = date_in(re.sub(r"^[A-Z][a-z]{2} (?=[A-Z][a-z]{2} \d)", "", single[2]))[0]
        draft = replace(draft, fetched=fetched, fetched_from="saved page" if fetched else "")
    found = single or _SAVED.search(head)
    return replace(draft, url=found[1]) if found and not draft.url else draft

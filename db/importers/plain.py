"""A literal text to a Draft: its lines are its paragraphs, the first its title, and those right under it may say who wrote it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath

from db.importers.assembling import BYLINE, refuse_barren
from db.importers.metadata import Byline, clean_publisher, language_of, read_byline
from db.importers.names import merged
from db.importers.phrases import NUMBERED
from db.importers.pieces import Pace
from db.records import Block, Draft, Layout, Removed

_SHORT = 2_000  # code points in which a text can say no more than that an article is gone
_TITLE = 60  # the longest first line that is a title
_HEAD = 4000  # code points in which the lines under a title stand
_LINES = 6  # such lines, blank ones and a subtitle not counted
_SUBTITLE = re.compile(r"\s*(?:[（(].*[）)]|[—―-]{2}.*)\s*$")
_SIGNED = re.compile(
    r"\s*[（(【]?\s*(?:(?:本文|原文|文章)?作者|撰文|撰稿|执笔|供稿|文|Authors?|Written by)\s*[:：|｜/／]", re.IGNORECASE
)
_REPORTED = re.compile(
    r"\s*[（(【]?\s*(?:(?:本报|本刊|[\u4e00-\u9fff]{1,8}[报社网刊台])?(?:见习|实习|特约)?(?:记者|通讯员)|By\b)"
)
# What a date in the head of a rule says besides when a page was published.
_IN_FORCE = re.compile(r"施行|实施|生效|通过|公布|修正|修订|废止|in force|effective|adopted", re.IGNORECASE)


@dataclass(slots=True)
class _Head:
    """What the lines under a title say, and where those lines stand."""

    bylines: list[Byline] = field(default_factory=list)
    removed: list[Removed] = field(default_factory=list)


def plain_draft(text: str, name: str, pace: Pace, *, as_is: bool) -> Draft:
    """Make the Draft of a literal text; `as_is` leaves nothing out. CannotImport where it says that the article is gone."""
    lines = text[:_HEAD].split("\n")
    first, stem = lines[0].strip(), PurePath(name).stem
    titled = 0 < len(first) <= _TITLE and not first.endswith(("。", "！", "？")) and re.search(r"\w", first) is not None
    if not as_is and len(text) <= _SHORT:
        refuse_barren(name, [(line, True) for line in lines])
    followed = titled and not _is_all(text, lines[0], _Head())
    head = _head_of(lines) if followed else _Head()
    if _is_all(text, lines[0], head):
        head = _Head()
    removed = () if as_is else tuple(head.removed)
    kept, layout = _laid_out(text, removed, pace, titled=followed)
    dates = sorted((line for line in head.bylines if line.date), key=_is_revised)
    return Draft(
        title=first if titled else stem or first[:40],
        text=kept,
        layout=layout,
        authors=merged([author for line in head.bylines for author in line.authors]),
        publisher=clean_publisher(next((line.account for line in head.bylines if line.account), "")),
        source=next((line.source for line in head.bylines if line.source), ""),
        url=next((line.url for line in head.bylines if line.url), ""),
        published=dates[0].date if dates else "",
        published_from=BYLINE if dates else "",
        language=language_of(kept),
        removed=removed,
    )


def _head_of(lines: Sequence[str]) -> _Head:
    """Read the lines right under a title as far as they say who wrote the text, where it comes from and when."""
    head = _Head()
    at = len(lines[0]) + 1
    for line in lines[1:]:
        start, at = at, at + len(line) + 1
        if not line.strip():
            continue
        byline = _byline(line)
        if byline is None and _SUBTITLE.match(line) and not head.bylines:
            continue
        if byline is None or len(head.bylines) == _LINES:
            break
        head.bylines.append(byline)
        head.removed.append(Removed(start, start + len(line), byline.reason, line))
    return head


def _byline(line: str) -> Byline | None:
    """Read a line that says nothing else and says so by a label or a date: a name alone may be one of a list.

    A nickname stands behind 作者： only, as someone may be asked something (记者：你好).
    """
    found = read_byline(line)
    if found is None or NUMBERED.match(line) or found.reason not in ("byline", "source", "date"):
        return None
    signed = _SIGNED.match(line) is not None
    named = found.authors and (signed or found.date or found.source or _REPORTED.match(line))
    told = named or found.source or found.url or found.station or (found.account and signed)
    return found if told or (found.date and not _IN_FORCE.search(line)) else None


def _is_all(text: str, title: str, head: _Head) -> bool:
    """Whether nothing stands in a text but its title and the lines under it."""
    end = head.removed[-1].end if head.removed else len(title)
    return re.search(r"\S", text[end:]) is None


def _is_revised(line: Byline) -> bool:
    return line.revised


def _laid_out(text: str, removed: Sequence[Removed], pace: Pace, *, titled: bool) -> tuple[str, Layout]:
    """Give the text without some of its lines, a paragraph a line but for the title, which is a heading; says how far it is."""
    tick = pace.between(50, 1000, len(text))
    blocks: list[Block] = []
    kept, at = [], 0
    for number, line in enumerate(_left(text, removed)):
        if not number & 0x7FFF:
            tick(at)
        level = int(titled and number == 0)
        blocks.append(Block("heading" if level else "paragraph", at, at + len(line), level))
        kept.append(line)
        at += len(line) + 1
    return "\n".join(kept) if removed else text, Layout(tuple(blocks))


def _left(text: str, removed: Sequence[Removed]) -> Iterator[str]:
    out, start = {each.start for each in removed}, 0
    for line in text.split("\n"):
        if start not in out:
            yield line
        start += len(line) + 1

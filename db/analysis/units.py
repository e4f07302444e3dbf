"""From codings to units: which sentence, paragraph, article or run of characters has a code from which coder. Pure.

Paragraphs are those that margins and locators number (`db.locators.paragraphs`): headings and the line that says the article's
title are none, and sentences in them are no units either; but one that any of the coders compared marked is a unit for all
of them, so that nothing coded vanishes. Articles and runs of characters are whole texts, headings included.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from heapq import merge
from itertools import groupby
from operator import itemgetter
from typing import Final, Literal, get_args

from db.locators import paragraph_numbers
from db.records import AnnotationId, ArticleId, CodeId, CoderId, Layout, Progress, no_progress
from db.units import Span, spans
from db.units.edges import trimmed

Unit = Literal["sentence", "paragraph", "article", "character"]
UNITS: tuple[Unit, ...] = get_args(Unit)
# What is known of one unit and code: bits of the coders who gave the code, and so much higher, of those of whom it is not known.
DOUBT = 32
GIVEN = (1 << DOUBT) - 1
_ARTICLE: Final = 1  # places in a coding
_CODE: Final = 3


# One code that a coder gave a passage, where it stands on the newest version: coder, article, annotation, code, start, end,
# the status of its place or "whole", and whether it is an accepted suggestion. The code of a whole article has no start and
# end, nor has one whose passage is gone; under "review" they are a guess. A plain tuple, as a search for garbage, for which
# every thread stands still, goes through a million objects but not through tuples of plain values.
Coding = tuple[CoderId, ArticleId, AnnotationId, CodeId, int | None, int | None, str, bool]


@dataclass(frozen=True, slots=True)
class Material:
    """What coders coded: who finished which article, and the codings in the order of articles.

    `parents` has every code of the project in reading order; `seen` is how many articles any of the coders is at; `laid_out`
    gives the layout and title of an article, without which each line of the text is a paragraph.
    """

    coders: tuple[CoderId, ...]
    names: Mapping[CoderId, str]
    parents: Mapping[CodeId, CodeId | None]
    finished: Mapping[ArticleId, frozenset[CoderId]]
    seen: int
    codings: Sequence[Coding]
    text: Callable[[ArticleId], str]
    laid_out: Callable[[ArticleId], tuple[Layout, str]] | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """The units of one article (code points, by start) and what coders said of them; coders are bits in their order.

    Characters that are alike in everything are one unit, a run, that counts as many; `lines` says on which line a run stands.
    """

    article: ArticleId
    finished: int
    starts: array[int]
    ends: array[int]
    lines: array[int] | None
    marks: Mapping[CodeId, Mapping[int, int]]
    codings: Mapping[CodeId, Sequence[Coding]]

    def weight(self, unit: int) -> int:
        """Give how many units a unit counts for: a run of characters counts its characters."""
        return 1 if self.lines is None else self.ends[unit] - self.starts[unit]

    def of(self, codes: Collection[CodeId]) -> Mapping[int, int]:
        """Give what is known of the units where any of some codes was given, or may have been."""
        found = [self.marks[code] for code in codes if code in self.marks]
        if len(found) == 1:
            return found[0]
        joined: dict[int, int] = {}
        for marks in found:
            for unit, mark in marks.items():
                joined[unit] = joined.get(unit, 0) | mark
        return joined

    def with_codes(self, codes: Collection[CodeId]) -> Iterator[Coding]:
        """Yield the codings with some codes, by place."""
        found = [self.codings[code] for code in codes if code in self.codings]
        yield from found[0] if len(found) == 1 else merge(*found, key=_place)

    def touched(self, start: int | None, end: int | None) -> range:
        """Give the units that a passage touches, by one character at least; a whole article touches all."""
        if start is None or end is None:
            return range(len(self.starts))
        return range(bisect_right(self.ends, start), bisect_left(self.starts, end))


def state(finished: int, mark: int) -> int:
    """Give who said yes (low bits) and who said anything (from bit DOUBT) of a unit; a sure yes is stronger than a doubt."""
    given = mark & GIVEN
    return given | (finished & ~(mark >> DOUBT & ~given)) << DOUBT


def sheets(
    material: Material,
    unit: Unit,
    *,
    without_offered: bool,
    left_out: Counter[tuple[str, CoderId | None]],
    progress: Progress = no_progress,
) -> Iterator[Sheet]:
    """Yield the sheet of each article that two of the coders finished (that the one finished, if there is but one).

    What was left out is counted in `left_out` by why and coder; `progress` counts articles. Raises what `progress` raises.
    """
    least = min(2, len(material.coders))
    bits = {coder: 1 << number for number, coder in enumerate(material.coders)}
    by_article = {article: tuple(several) for article, several in groupby(material.codings, key=itemgetter(_ARTICLE))}
    for done, (article, finished) in enumerate(material.finished.items()):
        progress(done, len(material.finished))
        if len(finished) < least:
            continue
        kept = tuple(_kept(by_article.get(article, ()), finished, unit, without_offered, left_out))
        starts, ends, lines = _cut(material, article, unit, kept)
        if not starts:
            left_out["empty", None] += 1
            continue
        by_code: defaultdict[CodeId, list[Coding]] = defaultdict(list)
        for coding in kept:
            by_code[coding[_CODE]].append(coding)
        codings = {code: tuple(several) for code, several in by_code.items()}
        sheet = Sheet(article, sum(bits[coder] for coder in finished), starts, ends, lines, {}, codings)
        yield replace(sheet, marks={code: _marked(sheet, several, bits) for code, several in codings.items()})


def _place(coding: Coding) -> tuple[int, int, int]:
    _coder, _article, annotation, _code, start, end, _status, _offered = coding
    return start or 0, end or 0, annotation


def _kept(
    codings: Iterable[Coding], finished: Collection[CoderId], unit: Unit, without_offered: bool,
    left_out: Counter[tuple[str, CoderId | None]],
) -> Iterator[Coding]:  # fmt: skip
    """Yield the codings that count; those that do not are counted."""
    for coding in codings:
        coder, _article, _annotation, _code, start, _end, status, offered = coding
        if coder not in finished:
            continue
        why = ""
        if without_offered and offered:
            why = "offered"
        elif status == "gone" or (start is None and status != "whole"):
            why = "gone"
        elif status == "whole" and unit != "article":
            why = "whole"
        if not why:
            yield coding
        if why or status == "review":
            left_out[why or "review", coder] += 1


def _marked(sheet: Sheet, codings: Iterable[Coding], bits: Mapping[CoderId, int]) -> dict[int, int]:
    """Give what is known of the units that codings with one code touch."""
    marks: dict[int, int] = {}
    for coder, _article, _annotation, _code, start, end, status, _offered in codings:
        mark = bits[coder] << (DOUBT if status == "review" else 0)
        for unit in sheet.touched(start, end):
            marks[unit] = marks.get(unit, 0) | mark
    return marks


def _cut(
    material: Material, article: ArticleId, unit: Unit, codings: Iterable[Coding]
) -> tuple[array[int], array[int], array[int] | None]:
    """Cut the text of an article into units: starts, ends, and the lines of runs of characters."""
    text = material.text(article)
    if unit == "character":
        return _runs(text, codings)
    found = [(0, len(text))]
    if unit != "article":
        layout, title = material.laid_out(article) if material.laid_out else (Layout(), "")
        found = _running(text, unit, layout if layout.blocks else Layout.of_lines(text), title, codings)
    return array("q", (start for start, _ in found)), array("q", (end for _, end in found)), None


def _running(
    text: str, unit: Literal["sentence", "paragraph"], layout: Layout, title: str, codings: Iterable[Coding]
) -> list[Span]:
    """Give the sentences or paragraphs of the running text, and of headings and the title line those that somebody marked."""
    numbers = paragraph_numbers(text, layout.blocks, title)
    beside = [block for block, number, last in zip(layout.blocks, numbers, [0, *numbers], strict=False) if number == last]
    if unit == "sentence":
        found = spans(text, "sentence")
    else:
        drawn_in = (trimmed(text, block.start, block.end) for block in layout.blocks)
        found = [span for span in drawn_in if span[0] < span[1]]
    begins = [block.start for block in beside]
    unread = [span for span in found if (at := bisect_right(begins, span[0]) - 1) >= 0 and span[0] < beside[at].end]
    starts, ends = [start for start, _ in unread], [end for _, end in unread]
    marked = {
        place for *_, start, end, _status, _offered in codings if start is not None and end is not None
        for place in range(bisect_right(ends, start), bisect_left(starts, end))
    }  # fmt: skip
    left_out = {span for place, span in enumerate(unread) if place not in marked}
    return [span for span in found if span not in left_out]


def _runs(text: str, codings: Iterable[Coding]) -> tuple[array[int], array[int], array[int]]:
    """Cut a text where a line begins, or a coding begins or ends; a line feed belongs to its line."""
    begins = [0]
    while (feed := text.find("\n", begins[-1])) >= 0:
        begins.append(feed + 1)
    edges = {edge for coding in codings for edge in coding[4:6] if edge is not None}
    cuts = sorted({*begins, *edges, len(text)})
    lines = array("q", (bisect_right(begins, cut) for cut in cuts[:-1]))
    return array("q", cuts[:-1]), array("q", cuts[1:]), lines

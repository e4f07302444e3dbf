"""Checking the quotations of a manuscript against the library: each is verbatim, differs, is ambiguous or absent.

What a quotation is allowed (omissions, insertions in brackets, its own stop at the end) and what is overlooked as typesetting
(white space, width, kinds of marks, traditional and simplified characters) is named for each.
The full-text index says in which articles a quotation may stand, and there it is looked for as anchors are.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from db import citing, importers
from db.anchors.grams import Grams
from db.folding import Folded, fold_for_anchoring, fold_text
from db.locators import place_of
from db.records import Draft, Layout, Progress, no_progress
from db.search.searcher import Searcher
from db.search.words import tokens
from db.sharing.manuscripts import FINAL, Quotation, Reading, quotations
from db.sharing.wording import Part, compared, overlooked

Status = Literal["verbatim", "differs", "ambiguous", "absent"]
# What may be allowed a quotation or overlooked in it, in words.
ALLOWED: Mapping[str, str] = {
    "omission": "words left out",
    "insertion": "words added in brackets",
    "final": "a stop of its own at the end",
    "script": "traditional or simplified characters",
    "width": "full or half width",
    "marks": "marks of another kind",
    "case": "capital or small letters",
    "spaces": "spaces between words",
    "accents": "accents",
}
# From this likeness on words are a quotation that was altered.
LIKE = 0.7
# Places this much less like than the best are no rivals.
_MARGIN = 0.03
_CANDIDATES = 5
# Articles looked into for one quotation, phrases it is looked up by, words of each (fewer where that finds nothing, since
# every phrase may hold a word that was altered), and articles one phrase may name.
_LOOKED_INTO, _PHRASES, _WORDS, _MOST = 8, 24, (5, 3, 2), 200
_KEPT = 32  # articles kept folded
_OCCURRENCES = 50
# By so many characters the edges of what is alike are found.
_EDGE = 16
# Parts of a quotation stand no farther apart in their article than so many folded characters.
_FARTHEST = 20_000


@dataclass(frozen=True, slots=True)
class Found:
    """Where a quotation stands: the article by id, uuid, key and title, code points of its newest text, likeness 0..1."""

    id: int
    article: str
    key: str
    title: str
    start: int
    end: int
    likeness: float


@dataclass(frozen=True, slots=True)
class Checked:
    """A quotation of the manuscript with what was found; `place` is where it stands in the manuscript, in words.

    `citation` is its place in the library as it is cited; `candidates` are the places an ambiguous one may be from. `allowed`
    names what was allowed or overlooked, by the keys of ALLOWED.
    """

    quotation: Quotation
    place: str
    status: Status
    found: Found | None = None
    difference: tuple[Part, ...] = ()
    citation: str = ""
    candidates: tuple[tuple[Found, str], ...] = field(default=())
    allowed: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Give it as the command line prints it."""
        found = self.found
        return {
            "quote": self.quotation.text,
            "status": self.status,
            "article": found.article if found else None,
            "title": found.title if found else None,
            "start": found.start if found else None,
            "end": found.end if found else None,
            "likeness": found.likeness if found else None,
            "difference": [
                {"article": part.article, "manuscript": part.manuscript, "equal": part.equal} for part in self.difference
            ],
            "citation": self.citation,
            "candidates": [
                {"article": one.article, "title": one.title, "start": one.start, "end": one.end, "citation": citation}
                for one, citation in self.candidates
            ],
            "allowed": list(self.allowed),
            "manuscript": {"start": self.quotation.start, "end": self.quotation.end, "place": self.place},
        }


@dataclass(frozen=True, slots=True)
class _Text:
    """An article that quotations are looked for in."""

    id: int
    uuid: str
    key: str
    title: str
    text: str
    layout: Layout
    folded: Folded


def read_manuscript(path: Path, *, progress: Progress = no_progress) -> Draft:
    """Read a manuscript (DOCX, Markdown, text and whatever else is imported), every block of it; raises CannotImport."""
    return importers.read(path, as_is=True, progress=progress)


class QuoteCheck:
    """Checks quotations against the newest texts that a searcher searches, which any one thread at a time may use."""

    def __init__(self, searcher: Searcher, *, language: str = "en") -> None:
        self._connection, self._language = searcher.connection, language
        self._texts: OrderedDict[int, _Text] = OrderedDict()
        self._grams: dict[int, Grams] = {}

    def check(self, manuscript: Draft, *, progress: Progress = no_progress) -> list[Checked]:
        """Check all quotations of a manuscript, in reading order; `progress` counts them and may raise Cancelled."""
        waiting = quotations(manuscript.text, manuscript.layout)
        checked = []
        for done, one in enumerate(waiting):
            progress(done, len(waiting))
            place = place_of(manuscript.layout, manuscript.text, one.start, one.end, manuscript.title).spelled(self._language)
            checked.append(self._checked(one, place))
        progress(len(waiting), len(waiting))
        return checked

    def _checked(self, one: Quotation, place: str) -> Checked:
        read, found = self._read(one)
        if not found:
            return Checked(one, place, "absent")
        best = found[0]
        rivals = [each for each in found if best.likeness - each.likeness < (_MARGIN if best.likeness < 1 else 1e-9)]
        named = (
            [each for each in rivals if len(each.key) > 2 and each.key in one.after + one.before] if len(rivals) > 1 else rivals
        )
        if len(named) != 1:
            candidates = tuple((each, self._citation(each)) for each in rivals[:_CANDIDATES])
            return Checked(one, place, "ambiguous", candidates=candidates, allowed=read.allowed)
        best = named[0]
        citation = self._citation(best)
        if best.likeness == 1:
            return Checked(one, place, "verbatim", best, (), citation, allowed=(*read.allowed, *self._overlooked(read, best)))
        parts = self._difference(one.text, read, best)
        set_otherwise = dict.fromkeys(name for each in parts if each.equal for name in overlooked(each.article, each.manuscript))
        return Checked(one, place, "differs", best, parts, citation, allowed=(*read.allowed, *set_otherwise))

    def _read(self, one: Quotation) -> tuple[Reading, list[Found]]:
        """Give how a quotation has to be read, the strictest way first, and where it then stands, the likest place first."""
        readings = one.readings
        keys = self._articles(readings[-1].parts) if readings else []
        for read in readings:
            parts = _folded(read.parts)
            if found := [(key, start, end, 1.0) for key in keys for start, end in _in_order(self._text(key).folded.text, parts)]:
                return read, self._found(found)
        # What differs is shown with its own stop at the end.
        read = next((each for each in reversed(readings) if "final" not in each.allowed), Reading(()))
        parts = _folded(read.parts)
        near = [(key, *place) for key in keys if (place := self._near(key, parts)) is not None] if parts else []
        return read, self._found(near)

    def _overlooked(self, read: Reading, found: Found) -> tuple[str, ...]:
        """Name what was overlooked in a quotation that is verbatim, in the order that `overlooked` has."""
        text = self._text(found.id)
        at, names = text.folded.index(found.start), dict[str, None]()
        for part in read.parts:
            wanted = fold_for_anchoring(part).text
            at = text.folded.text.find(wanted, at)
            if not wanted or at < 0:
                continue
            start, end = text.folded.span(at, at + len(wanted))
            names |= dict.fromkeys(overlooked(text.text[start:end], part))
            at += len(wanted)
        return tuple(names)

    def _citation(self, found: Found) -> str:
        text = self._text(found.id)
        place = found.start, found.end
        return citing.quote_of(found.key, text.text, text.layout, *place, self._language, text.title).citation

    # Where it may stand

    def _articles(self, words: Sequence[str]) -> list[int]:
        """Give the articles that share most with a quotation, by phrases that few articles have."""
        for size in _WORDS:
            votes: Counter[int] = Counter()
            shared: Counter[int] = Counter()
            phrases = _phrases(words, size)
            for phrase in phrases:
                rows = self._connection.execute(
                    "SELECT rowid FROM article_words WHERE article_words MATCH ? LIMIT ?", (f'"{phrase}"', _MOST)
                ).fetchall()
                shared.update(key for (key,) in rows)
                for (key,) in rows:
                    votes[key] += 1 + _MOST // len(rows)
            # Short phrases are common: an article has many of those of a quotation that is from it.
            least = 1 if size == _WORDS[0] else len(phrases) // 4
            found = [key for key, _votes in votes.most_common() if shared[key] >= least]
            if found:
                return found[:_LOOKED_INTO]
        return []

    def _text(self, key: int) -> _Text:
        if key in self._texts:
            self._texts.move_to_end(key)
            return self._texts[key]
        row = self._connection.execute(
            "SELECT a.id, a.uuid, a.key, a.title, v.text, v.layout FROM article a JOIN current c ON c.article = a.id"
            " JOIN version v ON v.id = c.version WHERE a.id = ?",
            (key,),
        ).fetchone()
        number, uuid, short, title, text, layout = row
        folded = fold_for_anchoring(text)
        made = self._texts[key] = _Text(number, uuid, short, title, text, Layout.from_json(layout), folded)
        if len(self._texts) > _KEPT:
            self._grams.pop(self._texts.popitem(last=False)[0], None)
        return made

    def _found(self, places: Sequence[tuple[int, int, int, float]]) -> list[Found]:
        """Give folded places as they are in their articles, the likest first."""
        found = []
        for key, first, last, likeness in places:
            text = self._text(key)
            start, end = text.folded.span(first, last)
            found.append(Found(key, text.uuid, text.key, text.title, start, end, round(likeness, 3)))
        return sorted(found, key=lambda each: -each.likeness)

    def _near(self, key: int, parts: Sequence[str]) -> tuple[int, int, float] | None:
        """Give the stretch of an article from the first to the last part, each where words are most like it."""
        spans: list[tuple[int, int]] = []
        alike, length, after = 0.0, sum(map(len, parts)), 0
        text = self._text(key).folded.text
        for part in parts:
            at = text.find(part, after)
            if at >= 0:
                spans.append((at, at + len(part)))
                alike += len(part)
            elif (near := self._most_like(key, part, after, len(text))) is not None:
                spans.append(near[:2])
                alike += len(part) * min(near[2], 0.999)
            else:
                continue
            after = spans[-1][1]
        likeness = alike / length
        return (spans[0][0], spans[-1][1], min(likeness, 0.999)) if spans and likeness >= LIKE else None

    def _most_like(self, key: int, part: str, first: int, last: int) -> tuple[int, int, float] | None:
        """Give the stretch between two folded positions that is most like a part, and how like it is."""
        from rapidfuzz.distance import Levenshtein

        text, best = self._text(key).folded.text, None
        for one in self._grams_of(key).look_up(part):
            if one.end <= first or one.start >= last:
                continue
            start, end = _edges(text, part, max(one.start, first), min(one.end, last), (first, last))
            likeness = Levenshtein.normalized_similarity(part, text[start:end]) if start < end else 0.0
            if likeness and (best is None or likeness > best[2]):
                best = start, end, likeness
        return best

    def _grams_of(self, key: int) -> Grams:
        if key not in self._grams:
            text = self._text(key).folded.text
            self._grams[key] = Grams(text, [(0, len(text))], crowded=True)
        return self._grams[key]

    # What differs

    def _difference(self, quotation: str, read: Reading, found: Found) -> tuple[Part, ...]:
        """Compare the quotation with its place, part by part where something was left out or put in, which is shown as it is."""
        text = self._text(found.id)
        first = text.folded.index(found.start)
        shown: list[Part] = []
        done = 0
        for words in read.parts:
            wanted = fold_for_anchoring(words).text
            start, end = self._stretch(found, text, wanted, first)
            first = text.folded.index(end)
            at = quotation.find(words, done)
            if shown:
                joint = quotation[done:at] if at >= 0 else " … "
                shown.append(Part(joint, joint))
            done = at + len(words) if at >= 0 else done
            shown += compared(text.text[start:end], words)
        # The stop of a quotation at its end is its own.
        if shown and not shown[-1].equal and not (shown[-1].article + shown[-1].manuscript).strip(FINAL):
            last = shown.pop().manuscript
            shown += [Part(last, last)] if last else []
        return tuple(shown)

    def _stretch(self, found: Found, text: _Text, wanted: str, first: int) -> tuple[int, int]:
        last = text.folded.index(found.end)
        at = text.folded.text.find(wanted, first, last)
        if at >= 0:
            return text.folded.span(at, at + len(wanted))
        best = self._most_like(found.id, wanted, first, last)
        return (found.start, found.start) if best is None else text.folded.span(*best[:2])


def _folded(parts: Sequence[str]) -> list[str]:
    return [folded for folded in (fold_for_anchoring(part).text for part in parts) if folded]


def _edges(text: str, part: str, start: int, end: int, within: tuple[int, int]) -> tuple[int, int]:
    """Move the edges of a stretch to where the first and the last characters of a part fit best."""
    from rapidfuzz.distance import Levenshtein

    size = min(_EDGE, len(part))
    head, tail = part[:size], part[-size:]

    def begins(at: int) -> tuple[int, bool, int]:
        return Levenshtein.distance(head, text[at : at + size]), text[at : at + 1] != head[:1], abs(at - start)

    def ends(at: int) -> tuple[int, bool, int]:
        return Levenshtein.distance(tail, text[max(0, at - size) : at]), text[at - 1 : at] != tail[-1:], abs(at - end)

    reach = 2 * size
    first = min(range(max(within[0], start - reach), min(within[1], start + reach) + 1), key=begins)
    last = min(range(max(within[0], end - reach), min(within[1], end + reach) + 1), key=ends)
    return first, last


def _in_order(text: str, parts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Give where parts stand one after another in a folded text, from each place of the first."""
    if not parts:
        return
    start, seen = text.find(parts[0]), 0
    while start >= 0 and seen < _OCCURRENCES:
        seen, end = seen + 1, start + len(parts[0])
        for part in parts[1:]:
            at = text.find(part, end)
            if at < 0 or at - end > _FARTHEST:
                break
            end = at + len(part)
        else:
            yield start, end
        start = text.find(parts[0], start + 1)


def _phrases(parts: Sequence[str], size: int) -> list[str]:
    """Give phrases of a quotation as the index keeps words, spread over all of it."""
    found: list[str] = []
    for part in parts:
        words = tokens(fold_text(part)).split()
        # The last sign of a run stands alone in the index; in a quotation the run may go on.
        words = words[:-1] if len(words) > 1 and len(words[-1]) == 1 else words
        found += [" ".join(words[at : at + size]) for at in range(0, max(1, len(words) - size + 1), size)]
    step = 1 + len(found) // _PHRASES
    return [phrase for phrase in found[::step] if phrase]

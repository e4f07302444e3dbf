"""Where a passage is: programs count differently, so how a source was counted is proven from its own selections.

Positions are counted in code points, UTF-16 units or UTF-8 bytes, with or without a byte order mark, a CRLF as one or two, up
to a passage's end or to its last character. A way of counting that puts all selections on the words they are named after is
proven; next come word and sentence boundaries.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, product

from db.exchange.refi.parsing import UNWRITABLE
from db.exchange.refi.texts import RawText

_SAMPLES = 3
# A name at least so long that is how a passage begins may be cut without saying so.
_CUT = 10
# By how many boundaries of a source's own, at least and as a share, it is believed against what else is known.
_CLEARLY, _SHARE = 3, 0.4
_ENOUGH = 5_000  # selections of a source that tell how all of them are counted
_SHOWN = 40  # characters of a sample
_WORDS = {
    "utf-16", "utf-8", "code-points", "bom", "no-bom", "crlf=1", "crlf=2", "lf=1", "lf=2", "end=next", "end=last",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Model:
    """A way of counting: `utf16` units, `utf8` bytes or code points, a leading byte order mark counted or not, a CRLF as 1 or 2.

    `lf` is 2 where line feeds that stand alone count as two, as in a text whose CRLFs were rewritten after it was counted.
    `last` says that an end is the place of a passage's last character, not of the first one after it.
    """

    utf16: bool = False
    bom: bool = False
    crlf: int = 2
    lf: int = 1
    utf8: bool = False
    last: bool = False

    def __str__(self) -> str:
        unit = "utf-16" if self.utf16 else "utf-8" if self.utf8 else "code-points"
        words = [unit, "bom" if self.bom else "no-bom", f"crlf={self.crlf}"]
        return ",".join([*words, *(["lf=2"] if self.lf == 2 else []), *(["end=last"] if self.last else [])])

    @classmethod
    def of(cls, words: str) -> Model:
        """Read what str() gives; parts may be missing; ValueError for others."""
        parts = [part.strip().lower() for part in words.split(",") if part.strip()]
        if not parts or not _WORDS.issuperset(parts) or {"utf-16", "utf-8"}.issubset(parts):
            raise ValueError(words)
        crlf, lf = 1 if "crlf=1" in parts else 2, 2 if "lf=2" in parts else 1
        return cls("utf-16" in parts, "bom" in parts, crlf, lf, "utf-8" in parts, "end=last" in parts)


# What this program calls itself; for NVivo it says so too.
ORIGIN = "Glossator"
STANDARD = Model()
_PLAIN = [Model(utf16, bom, crlf) for utf16, bom, crlf in product((False, True), (False, True), (2, 1))]
ALL = (*_PLAIN, *(Model(utf16, bom, 2, 2) for utf16, bom in product((False, True), (False, True))))
# Ways that are tried only where those leave much unexplained.
_RARE = (
    *(Model(utf16, bom, crlf, last=True) for utf16, bom, crlf in product((False, True), (False, True), (2, 1))),
    *(Model(False, bom, crlf, utf8=True, last=last) for bom, crlf, last in product((False, True), (2, 1), (False, True))),
)  # fmt: skip
_TRIED = (*ALL, *_RARE)
# What is believed where a text does not tell, by the program that a file names as its origin.
_USUAL: Mapping[str, Model] = {
    "nvivo": Model(utf16=True, crlf=2),
    "atlas": Model(utf16=True, crlf=1),
    "maxqda": Model(utf16=True, crlf=2),
    "qualcoder": Model(crlf=1),
}


@dataclass(frozen=True, slots=True)
class Mark:
    """A selection as the file has it: its positions, and its name, which often is how the passage begins."""

    start: int
    end: int
    name: str


@dataclass(frozen=True, slots=True)
class Score:
    """How well a way of counting fits: names met (2 for a whole one), ranges that mark nothing, boundaries, selections named."""

    names: int = 0
    misfits: int = 0
    edges: int = 0
    named: int = 0

    def __add__(self, other: Score) -> Score:
        return Score(self.names + other.names, self.misfits + other.misfits, self.edges + other.edges, self.named + other.named)

    @property
    def key(self) -> tuple[int, int, int]:
        """By what the better one is greater."""
        return self.names, -self.misfits, self.edges


@dataclass(frozen=True, slots=True)
class Proof:
    """How a source was counted and why.

    By "names", "boundaries", "other sources", "any" alike, "origin" (our own writing), "assumed" or "chosen" by a person.
    """

    model: Model
    by: str
    score: Score
    of: int
    others: tuple[Model, ...] = ()  # ways of counting that would put passages elsewhere
    samples: tuple[tuple[str, str], ...] = ()  # (name, passage)


def usual(origin: str) -> Model:
    """Give how a program is known to count, by the origin that a file names; the standard's way for others."""
    return next((model for name, model in _USUAL.items() if name in origin.lower()), STANDARD)


@dataclass(frozen=True, slots=True)
class Placing:
    """Turns a position into code points of a text: None for one outside it or inside a character."""

    at: Callable[[int], int | None]
    size: int
    last: bool = False

    def __call__(self, position: int) -> int | None:
        """Give the code points before a position."""
        return self.at(position)


def placing(raw: RawText, model: Model) -> Placing:
    """Give what turns the positions of a way of counting into code points of the text."""
    at = _placing_bytes(raw, model) if model.utf8 else _placing_letters(raw, model)
    return Placing(at, len(raw.text), model.last)


def _placing_letters(raw: RawText, model: Model) -> Callable[[int], int | None]:
    wide = set(raw.astral) if model.utf16 else set()
    if model.crlf == 2:
        wide.update(raw.returns)
    if model.lf == 2:
        wide.update(at for at, letter in enumerate(raw.text) if letter == "\n")
    starts = [at + before for before, at in enumerate(sorted(wide))]
    first, length = int(model.bom), len(raw.text)

    def place(position: int) -> int | None:
        # A passage may begin with the mark itself.
        position = position - first if position or not raw.bom else position
        before = bisect_left(starts, position)
        if position < 0 or (before and position == starts[before - 1] + 1):
            return None
        found = position - before
        return found if found <= length else None

    return place


def _placing_bytes(raw: RawText, model: Model) -> Callable[[int], int | None]:
    twice = set(raw.returns) if model.crlf == 2 else set()
    sizes = (len(letter.encode()) + (at in twice) for at, letter in enumerate(raw.text))
    places = list(accumulate(sizes, initial=3 * model.bom))

    def place(position: int) -> int | None:
        position = position or (places[0] if raw.bom else 0)
        found = bisect_left(places, position)
        return found if found < len(places) and places[found] == position else None

    return place


def span(place: Placing, mark: Mark) -> tuple[int, int] | None:
    """Give the passage of a selection in code points; None where it marks nothing."""
    start, end = place.at(mark.start), place.at(mark.end + place.last)
    if place.last and end is None:
        # The last character is of several units, and the end is that of the first of them.
        at = place.at(mark.end)
        end = None if at is None or at >= place.size else at + 1
    return (start, end) if start is not None and end is not None and start < end else None


def units(raw: RawText) -> list[Model]:
    """List the ways of counting that differ on a text, each as the plainest of those that do not."""
    found = []
    for model in _TRIED:
        pointless = (model.utf16 and not raw.astral) or (model.crlf == 1 and not raw.returns) or (model.utf8 and _is_narrow(raw))
        if not pointless and not (model.lf == 2 and (raw.returns or "\n" not in raw.text)):
            found.append(model)
    return found


def _on(raw: RawText, model: Model) -> Model:
    """Give the one among `units` that counts a text as a model does."""
    alone = model.lf == 2 and not raw.returns and "\n" in raw.text
    crlf, utf8 = model.crlf if raw.returns else 2, model.utf8 and not _is_narrow(raw)
    return Model(model.utf16 and bool(raw.astral), model.bom, crlf, 2 if alone else 1, utf8, model.last)


def _is_narrow(raw: RawText) -> bool:
    """Whether every character is one byte, so that bytes and code points are the same."""
    return raw.text.isascii() and not raw.bom


def _is_odd(raw: RawText, model: Model) -> bool:
    """Whether a way of counting is rare, or sees what is not in the text, as a mark that has been taken off."""
    return (model.bom and not raw.bom) or model.lf == 2 or model.utf8 or model.last


def score(raw: RawText, model: Model, marks: Iterable[Mark]) -> Score:
    """Say how well a way of counting fits the selections of a text."""
    place, names, misfits, edges, named = placing(raw, model), 0, 0, 0, 0
    for mark in marks:
        found = span(place, mark)
        if found is None:
            misfits += 1
            continue
        met = _named(raw.text, *found, mark.name)
        names += met
        named += met > 0
        edges += _edges(raw.text, *found)
    return Score(names, misfits, edges, named)


def _bare(words: str) -> str:
    """Leave white space out, and what XML cannot hold as a replacement character, as names have it."""
    return "".join(words.split()) if words.isprintable() else "".join(UNWRITABLE.sub("\ufffd", words).split())


def is_named(text: str, start: int, end: int, name: str) -> bool:
    """Whether a passage is what a name says, or begins so."""
    return _named(text, start, end, name) > 0


def _named(text: str, start: int, end: int, name: str) -> int:
    """Give 2 where a name is the whole passage, 1 where it is how a passage begins, 0 for other names; white space aside."""
    wanted = _bare(name)
    # A name may be cut within a character, of which half is left.
    cut = wanted.removesuffix("...").removesuffix("…").rstrip("\ufffd")
    if not cut:
        return 0
    begins = _bare(text[start : min(end, start + len(name) + 256)])
    if begins == wanted:
        return 2
    return int(begins.startswith(cut) and (len(cut) < len(wanted) or len(cut) >= _CUT))


def _edges(text: str, start: int, end: int) -> int:
    before, after = text[start - 1 : start], text[end : end + 1]
    begins = not text[start].isspace() and not (before.isalnum() and text[start].isalnum()) and not _joins(text[start])
    ends = not text[end - 1].isspace() and not (after.isalnum() and text[end - 1].isalnum()) and not _joins(after)
    return begins + ends


def _joins(letter: str) -> bool:
    return bool(letter) and unicodedata.category(letter).startswith("M")


def prove(sources: Sequence[tuple[RawText, Sequence[Mark]]], origin: str = "") -> list[Proof]:
    """Find how each source was counted; a source that does not tell by itself follows the others, then its program's way."""
    whole, sources = sources, [(raw, marks[:: len(marks) // _ENOUGH + 1]) for raw, marks in sources]
    scores = [_scores(raw, marks) for raw, marks in sources]
    odd = {model for (raw, _), own in zip(sources, scores, strict=True) for model in own if _is_odd(raw, model)}
    together = dict.fromkeys(_TRIED, Score())
    for (raw, marks), own in zip(sources, scores, strict=True):
        # What is odd in one source may be the file's way, which the others then follow.
        for model in odd:
            if (here := _on(raw, model)) not in own:
                own[here] = score(raw, here, marks)
        for model in _TRIED:
            together[model] += own.get(_on(raw, model), Score(0, len(marks), 0))
    assumed = usual(origin)
    judged = _own if origin.startswith(ORIGIN) else _proof
    proofs = [judged(raw, marks, own, together, assumed) for (raw, marks), own in zip(sources, scores, strict=True)]
    return [
        proof if proof.of == len(marks) else replace(proof, score=score(raw, proof.model, marks), of=len(marks))
        for (raw, marks), proof in zip(whole, proofs, strict=True)
    ]


def chosen(raw: RawText, marks: Sequence[Mark], model: Model) -> Proof:
    """Give the proof of a way of counting that a person chose."""
    return _shown(raw, marks, Proof(model, "chosen", score(raw, model, marks), len(marks)))


def _scores(raw: RawText, marks: Sequence[Mark]) -> dict[Model, Score]:
    """Score the ways of counting; those that see what is not in the text only where the others leave much unexplained."""
    tried = units(raw)
    found = {model: score(raw, model, marks) for model in tried if not _is_odd(raw, model)}
    most, best = 2 * len(marks), max(found.values(), key=lambda each: each.key)
    if best.named == len(marks) and (best.names == most or most - best.edges < max(_CLEARLY, _SHARE * most)):
        return found
    for model in tried:
        if model not in found:
            odd = score(raw, model, marks)
            fewer = best.misfits - odd.misfits >= max(2, len(marks) / 2)
            if odd.names > best.names or fewer or odd.edges - best.edges >= max(_CLEARLY, _SHARE * most):
                found[model] = odd
    return found


def _own(
    raw: RawText, marks: Sequence[Mark], own: Mapping[Model, Score], together: Mapping[Model, Score], assumed: Model
) -> Proof:
    """Take a text that this program wrote as it counts, unless that fits worse."""
    proof, found = _proof(raw, marks, own, together, assumed), own[_on(raw, assumed)]
    if found.misfits > proof.score.misfits or found.names < proof.score.names:
        return proof
    return _shown(raw, marks, Proof(_on(raw, assumed), "origin" if proof.others else "any", found, len(marks), proof.others))


def _proof(
    raw: RawText, marks: Sequence[Mark], own: Mapping[Model, Score], together: Mapping[Model, Score], assumed: Model
) -> Proof:
    usually = _on(raw, assumed)
    elsewhere: dict[Model, tuple[int, int, int]] = {}
    for other in _TRIED:
        if (here := _on(raw, other)) in own:
            elsewhere[here] = max(elsewhere.get(here, together[other].key), together[other].key)

    def rank(model: Model) -> tuple[object, ...]:
        mine = own[model]
        return mine.names, -mine.misfits, elsewhere[model], not _is_odd(raw, model), model == usually

    best = max(own, key=rank)
    nearest = max(own, key=lambda model: own[model].key)
    if own[nearest].edges - own[best].edges >= max(_CLEARLY, _SHARE * 2 * len(marks)) and own[nearest].names == own[best].names:
        best = nearest
    best = _unless_usual(best, usually, own, together, len(marks))
    others = tuple(model for model in own if model != best and _differ(raw, model, best, marks))
    return _shown(raw, marks, Proof(best, _reason(best, others, own, elsewhere), own[best], len(marks), others))


def _unless_usual(best: Model, usually: Model, own: Mapping[Model, Score], together: Mapping[Model, Score], count: int) -> Model:
    """Give the program's own way where what speaks for another is no more than chance."""
    if usually not in own or own[usually].names < own[best].names or own[usually].misfits > own[best].misfits:
        return best
    named = together[best].names > together[usually].names
    clear = own[best].edges - own[usually].edges >= _CLEARLY or (
        own[best].edges == 2 * count and own[best].edges - own[usually].edges > 1
    )
    return best if named or clear or together[best].edges - together[usually].edges >= _CLEARLY else usually


def _reason(
    best: Model, others: Sequence[Model], own: Mapping[Model, Score], elsewhere: Mapping[Model, tuple[int, int, int]]
) -> str:
    if not others:
        return "any"
    if all(own[best].names > own[other].names for other in others):
        return "names"
    if all(own[best].key > own[other].key for other in others):
        return "boundaries"
    return "other sources" if all(elsewhere[best] > elsewhere[other] for other in others) else "assumed"


def _differ(raw: RawText, one: Model, other: Model, marks: Iterable[Mark]) -> bool:
    first, second = placing(raw, one), placing(raw, other)
    return any(span(first, mark) != span(second, mark) for mark in marks)


def _shown(raw: RawText, marks: Sequence[Mark], proof: Proof) -> Proof:
    """Add samples: names beside the passages that a way of counting gives them."""
    place = placing(raw, proof.model)
    samples: list[tuple[str, str]] = []
    for mark in marks:
        found = span(place, mark)
        if found is not None and len(samples) < _SAMPLES:
            samples.append((mark.name, raw.text[found[0] : min(found[1], found[0] + _SHOWN)]))
    return Proof(proof.model, proof.by, proof.score, proof.of, proof.others, tuple(samples))

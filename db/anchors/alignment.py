"""Two versions of a text aligned once, and anchors carried from the old one to the new one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from unicodedata import category

from db.anchors.chain import Run
from db.anchors.edges import edges
from db.anchors.grams import Grams
from db.anchors.mapping import STRAY, Mapping, clip
from db.anchors.measures import best_stretch, context, fit, kept, similarity
from db.anchors.placement import DOUBTFUL, SURE, Candidate, Placement, Status, best, doubted, gone
from db.anchors.quotes import Quotes
from db.anchors.rivals import Rivals
from db.folding import Folded, fold_for_anchoring
from db.records import Anchor, Progress, no_progress

# A run that holds a passage whole and is at least so long needs no other witness.
_WITNESS = 16
# Shorter passages need the text around them.
_SHORT = 8
# Longer passages are not searched for: they move as blocks or not at all.
_SEARCHED = 4_000
# White space looked at on the edges of a passage.
_SPACE = 64
_ALIGNED, _MOVED, _FOUND = 0.5, 0.6, 0.7
# A passage of which a greater part stands elsewhere was torn apart: a person decides.
_TORN = 0.2
# Of a passage whose sentences changed places so much must stand together again.
_TOGETHER = 0.8
# The same words, so much of them and nowhere else, need no surroundings to be known by; one of _DENSE counts for two letters.
_UNIQUE, _CERTAIN = 24, 0.9
_DENSE = "\u2e80"


class _Guess:
    """A stretch of the new text for an old one: folded positions, likeness of the passage and of its surroundings."""

    __slots__ = ("around", "confidence", "edges", "end", "how", "runs", "similarity", "start")

    def __init__(self, mapping: Mapping, start: int, end: int, runs: list[Run], how: str, *, scattered: bool = False) -> None:
        self.runs, self.how = runs, how
        self.start, self.end = runs[0].new, max(run.new + run.length for run in runs)
        # Where it may as well begin or end.
        self.edges: list[tuple[int, int]] = []
        if how != "chain" and not scattered:
            begin, finish = edges(mapping, start, end, runs, moved=how != "gap")
            self.start, self.end = begin.at, finish.at
            self.edges += [(other, self.end) for other in begin.others] + [(self.start, other) for other in finish.others]
        quote, image = mapping.old[start:end], mapping.new[self.start : self.end]
        if scattered:
            self.similarity = kept(runs) / max(len(quote), len(image))
        else:
            self.similarity = similarity(quote, image, kept(runs))
        self.around = context(mapping.old, start, end, mapping.new, self.start, self.end)
        if how in ("chain", "gap"):
            self.confidence = (0.35 + 0.65 * self.similarity) * (0.8 + 0.2 * self.around)
        else:
            self.confidence = self.similarity * (0.6 + 0.4 * self.around)
            if quote == image and _says_enough(quote) and mapping.only(quote) >= 0:
                self.confidence = max(self.confidence, _CERTAIN)
        if self.edges:
            self.confidence = min(self.confidence, DOUBTFUL)

    @property
    def span(self) -> tuple[int, int]:
        """Start and end together."""
        return self.start, self.end


class Alignment:
    """An old and a new text aligned: `place` says where an anchor of the old one stands in the new one."""

    def __init__(self, old: str, new: str, folded: tuple[Folded, Folded] | None, mapping: Mapping | None) -> None:
        self.old, self.new = old, new
        self._folded = folded
        self._mapping = mapping
        self._grams: Grams | None = None
        self._rivals: Rivals | None = None
        self._quotes: Quotes | None = None

    @classmethod
    def of(cls, old: str, new: str, *, progress: Progress = no_progress) -> Alignment:
        """Align two texts; equal ones cost nothing."""
        if old == new:
            return cls(old, new, None, None)
        progress(0, 3)
        before = fold_for_anchoring(old)
        progress(1, 3)
        after = fold_for_anchoring(new)
        progress(2, 3)
        mapping = Mapping(before, after, old, new)
        progress(3, 3)
        return cls(old, new, (before, after), mapping)

    @property
    def another_text(self) -> bool:
        """Whether the new text has so little of the old one that it must be another: a person decides."""
        return self._mapping is not None and self._mapping.another_text

    def place(self, anchor: Anchor) -> Placement:
        """Say where an anchor of the old text stands in the new one; never guesses between equals."""
        start, end = anchor.start, anchor.end
        if not 0 <= start <= end <= len(self.old) or (anchor.exact and self.old[start:end] != anchor.exact):
            return self._relocated(anchor)
        if self._mapping is None or self._folded is None:
            return Placement("exact", start, end, 1.0, "equal")
        if self.another_text:
            return gone("another text")
        before, _ = self._folded
        first, last = before.index(start), before.index(end)
        if first == last:
            return self._between(self._mapping, start, end, first)
        guesses = list(self._guesses(self._mapping, first, last))
        return self._decided(self._mapping, (start, end), (first, last), guesses)

    def _relocated(self, anchor: Anchor) -> Placement:
        """Carry an anchor that does not fit the old text: look for it there first."""
        if self._quotes is None:
            self._quotes = Quotes(self.old)
        there = self._quotes.find(anchor)
        if there.span is None or there.span[0] == there.span[1]:
            return gone("unverified")
        placed = self.place(Anchor.of(self.old, *there.span))
        # Its words in its very surroundings: only the position was told wrongly.
        if there.confidence == 1 and (anchor.prefix or anchor.suffix) and placed.span:
            return replace(placed, how="unverified")
        return doubted(placed, "unverified")

    def _guesses(self, mapping: Mapping, start: int, end: int) -> Iterator[_Guess]:
        """Give what the passage could be, stopping at what leaves no doubt; unlikely ones too, as candidates."""
        aligned = self._aligned(mapping, start, end)
        if aligned is not None:
            yield aligned
            if aligned.similarity >= 0.9:
                return
        quote = mapping.old[start:end]
        if (aligned is None or aligned.confidence < SURE) and _says_enough(quote) and (only := mapping.only(quote)) >= 0:
            yield _Guess(mapping, start, end, [Run(start, only, end - start)], "block")
            return
        moved = [guess for guess in self._moved(mapping, start, end) if guess.similarity >= _MOVED]
        yield from moved
        if not moved and (aligned is None or aligned.similarity < _FOUND):
            moved = list(self._gathered(mapping, start, end))
            yield from moved
        if not moved and (aligned is None or aligned.similarity < _FOUND) and end - start <= _SEARCHED:
            yield from self._found(mapping, start, end)

    def _aligned(self, mapping: Mapping, start: int, end: int) -> _Guess | None:
        run = mapping.chained(start, end)
        if run is not None:
            same = Run(start, run.new + start - run.old, end - start)
            return _Guess(mapping, start, end, [same], "gap" if _grew(mapping, run, same) else "chain")
        whole = mapping.kept(start, end)
        runs = best_stretch(whole, end - start)
        if not runs:
            return None
        guess = _Guess(mapping, start, end, runs, "gap")
        apart = kept(whole) - kept(runs)
        apart = max([apart, *(cluster.holds(start, end) for cluster in mapping.blocks(start, end))])
        if mapping.claimed_share(guess.start, guess.end, start, end) > 0.5:
            guess.confidence, guess.similarity = 0.0, 0.0
        elif apart > _TORN * (end - start):
            guess.confidence = min(guess.confidence, DOUBTFUL)
        return guess

    def _moved(self, mapping: Mapping, start: int, end: int) -> Iterator[_Guess]:
        for cluster in mapping.blocks(start, end):
            box = cluster.box
            if min(box.old_end, end) - max(box.old, start) < _MOVED * (end - start):
                continue
            runs = list(clip(cluster.runs, start, end))
            if runs and end - start <= _SEARCHED:
                first, last = runs[0], runs[-1]
                low = first.new - (first.old - start)
                high = last.new + last.length + (end - last.old - last.length)
                runs = fit(mapping.old[start:end], mapping.new, low, high, start) or runs
            if runs:
                guess = _Guess(mapping, start, end, runs, "block")
                if mapping.chained_share(guess.start, guess.end) <= 0.3:
                    yield guess

    def _gathered(self, mapping: Mapping, start: int, end: int) -> Iterator[_Guess]:
        """Give a passage whose sentences stand together still, in another order."""
        runs = [
            *mapping.kept(start, end),
            *chain.from_iterable(clip(block.runs, start, end) for block in mapping.blocks(start, end)),
        ]
        runs.sort(key=lambda run: run.new)
        apart: list[Run] = []
        reached = 0
        for run in runs:
            if run.length > STRAY and run.new >= reached:
                apart.append(run)
                reached = run.new + run.length
        whole = apart and kept(apart) >= _TOGETHER * max(end - start, reached - apart[0].new)
        if whole and mapping.chained_share(apart[0].new, reached, (start, end)) <= 1 - _TOGETHER:
            yield _Guess(mapping, start, end, apart, "block", scattered=True)

    def _found(self, mapping: Mapping, start: int, end: int) -> Iterator[_Guess]:
        if self._grams is None:
            self._grams = Grams(mapping.new, mapping.unaccounted())
        for found in self._grams.look_up(mapping.old[start:end], start):
            guess = _Guess(mapping, start, end, found.runs, "search")
            if mapping.chained_share(guess.start, guess.end) <= 0.3:
                if end - start < _SHORT or self._explained_otherwise(mapping, start, end, guess):
                    guess.confidence = 0.0
                yield guess

    def _explained_otherwise(self, mapping: Mapping, start: int, end: int, guess: _Guess) -> bool:
        """Whether another old passage explains a guess as well."""
        if self._rivals is None:
            self._rivals = Rivals(mapping)
        if guess.how == "search" and self._rivals.explain(start, end, guess.span, guess.around):
            return True
        return self._rivals.as_like(start, end, guess.span)

    def _decided(self, mapping: Mapping, place: tuple[int, int], folded: tuple[int, int], guesses: list[_Guess]) -> Placement:
        ranked = sorted(guesses, key=lambda guess: -guess.confidence)
        others = [self._candidate(guess, place, folded) for guess in ranked]
        if ranked and self._folded:
            others += [Candidate(*self._folded[1].span(*edge), DOUBTFUL) for edge in ranked[0].edges if edge[0] < edge[1]]
        chosen = ranked[0] if ranked else None
        floor = {"chain": _ALIGNED, "gap": _ALIGNED, "block": _MOVED, "search": _FOUND}
        if chosen is None or chosen.confidence == 0 or chosen.similarity < floor[chosen.how]:
            how = "unsure" if mapping.unsure_at(*folded) else "deleted"
            return gone(how, [*others, *self._elsewhere(mapping, folded)])
        result = self._placement(mapping, chosen, place, folded)
        if len(ranked) > 1 and chosen.how in ("block", "search") and ranked[1].confidence >= chosen.confidence - 0.05:
            return gone("unsure", others)
        unsure = mapping.unsure_at(*folded)
        if unsure is not None and chosen.how in ("chain", "gap"):
            twin = (chosen.start + unsure.shift, chosen.end + unsure.shift) if unsure.shift else None
            copies = [Candidate(*self._folded[1].span(*twin), DOUBTFUL)] if twin and self._folded else []
            return doubted(result, "unsure", [*others, *copies])
        if result.status == "review":
            return doubted(result, result.how, others)
        return result

    def _placement(self, mapping: Mapping, guess: _Guess, place: tuple[int, int], folded: tuple[int, int]) -> Placement:
        start, end = self._source(guess, place, folded)
        confidence, how = guess.confidence, guess.how
        same = mapping.old[folded[0] : folded[1]] == mapping.new[guess.start : guess.end]
        length = folded[1] - folded[0]
        if same and how in ("chain", "gap"):
            run = mapping.chained(*folded)
            witnessed = run is not None and run.length >= _WITNESS
            if witnessed or (guess.around >= 0.6 and (how == "chain" or length >= _SHORT)):
                equal = self.new[start:end] == self.old[place[0] : place[1]]
                return Placement("exact", start, end, 1.0 if equal else 0.99, how if equal else "folded")
        if (length < _SHORT and guess.around < 0.5) or (
            confidence >= SURE and not same and self._explained_otherwise(mapping, *folded, guess)
        ):
            confidence = min(confidence, DOUBTFUL)
        status: Status = "aligned" if how in ("chain", "gap") else "moved"
        return Placement(status if confidence >= SURE else "review", start, end, round(confidence, 3), how)

    def _source(self, guess: _Guess, place: tuple[int, int], folded: tuple[int, int]) -> tuple[int, int]:
        """Give a guess in positions of the new text, with the white space and marks at the passage's own edges."""
        assert self._folded is not None
        before, after = self._folded
        start, end = after.span(guess.start, guess.end)
        first, last = before.span(*folded)
        if guess.runs[0][:2] == (folded[0], guess.start):
            start -= _shared_space(self.old[place[0] : first][::-1], self.new[max(0, start - _SPACE) : start][::-1])
        last_run = guess.runs[-1]
        if (last_run.old + last_run.length, last_run.new + last_run.length) == (folded[1], guess.end):
            end += _shared_space(self.old[last : place[1]], self.new[end : end + _SPACE])
        while end < len(self.new) and category(self.new[end])[0] == "M":
            end += 1
        return start, end

    def _candidate(self, guess: _Guess, place: tuple[int, int], folded: tuple[int, int]) -> Candidate:
        return Candidate(*self._source(guess, place, folded), round(min(guess.confidence, DOUBTFUL), 3))

    def _elsewhere(self, mapping: Mapping, folded: tuple[int, int]) -> tuple[Candidate, ...]:
        """Give other places of the new text with the very same words."""
        assert self._folded is not None
        quote = mapping.old[folded[0] : folded[1]]
        found: list[Candidate] = []
        at = mapping.new.find(quote)
        while at >= 0 and len(found) < 8:
            around = context(mapping.old, *folded, mapping.new, at, at + len(quote))
            found.append(Candidate(*self._folded[1].span(at, at + len(quote)), round(0.5 * around, 3)))
            at = mapping.new.find(quote, at + 1)
        return best(found)

    def _between(self, mapping: Mapping, start: int, end: int, at: int) -> Placement:
        """Place a point, or a passage of nothing but white space and marks, between its neighbours."""
        assert self._folded is not None
        after = self._folded[1]
        left = mapping.chained(at - 1, at) if at > 0 else None
        right = mapping.chained(at, at + 1) if at < len(mapping.old) else None
        if left is None and right is None:
            return gone("deleted")
        if right is not None:
            until = after.origin[right.new + at - right.old]
            since = 0 if at == 0 else after.span(right.new + at - right.old - 1, right.new + at - right.old)[1]
        else:
            assert left is not None
            new = left.new + at - left.old
            since = after.span(new - 1, new)[1]
            until = after.origin[new]
        space = self.old[start:end]
        found = self.new.find(space, since, until) if space else until
        if found < 0 or (space and self.new.find(space, found + 1, until) >= 0):
            return gone("deleted")
        sure = left is not None and left == right
        return Placement("exact" if sure else "review", found, found + len(space), 1.0 if sure else DOUBTFUL, "point")


def _says_enough(quote: str) -> bool:
    return len(quote) + sum(character >= _DENSE for character in quote[:_UNIQUE]) >= _UNIQUE


def _grew(mapping: Mapping, run: Run, same: Run) -> bool:
    """Whether the first or last word of a passage that stands whole was made longer."""
    for at, edge in ((0, same.old == run.old), (same.length, same.old + same.length == run.old + run.length)):
        if edge and mapping.new_seams.splits(same.new + at) and not mapping.old_seams.splits(same.old + at):
            return True
    return False


def _shared_space(old: str, new: str) -> int:
    """Count what of the white space and marks at a passage's edge still stands; line ends may be written otherwise."""
    at = 0
    for character in old.replace("\r\n", "\n").replace("\n\r", "\n"):
        if character == "\n" and new[at : at + 2] in ("\r\n", "\n\r"):
            at += 2
        elif new[at : at + 1] == character:
            at += 1
        else:
            break
    return at

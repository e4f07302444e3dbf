"""Reading W3C Web Annotations of any program: single ones, lists, pages and collections; nothing is ever fetched.

Position, quote and the text's hash are all used: on the very text they were made on marks stand where they stood, elsewhere
they are looked for. Programs count positions in code points or in UTF-16 units: the quotes beside them prove which. Marks on
texts that are not here are told, not dropped in silence.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from db.errors import CannotRead
from db.exchange.foreign.gathering import Foreign, Gathering, said
from db.exchange.landing import Landed, Landing, Spot, where
from db.exchange.web_bodies import SHORT, Bodies
from db.exchange.web_dialects import is_old, is_row, of_old, of_row, parsed
from db.exchange.web_parts import (
    URN,
    WITHIN,
    TooDeep,
    bodies_of,
    kinds_of,
    listed,
    short_names,
    source_of,
    targets_of,
    title_of,
    uuid_of,
    words_of,
)  # fmt: skip
from db.exchange.web_targets import Pointing, located, pointing_of, positions_and_quotes
from db.records import Progress, no_progress

MOST_BYTES = 500_000_000
_STEP = 100
_PAGES = ("@graph", "first", "items", "next", "rows", "annotations")
_SAMPLE = 200  # quotes by which the unit of an article's positions is proven
_LOOKED, _QUOTES = 1_000, 50  # articles in which a text that is not named is looked for, and by how many quotes
_ODD = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError)
_NOTHING = "It holds no W3C annotations that can be read ({detail}). Ask for it to be exported again."
_UNREAD = "{count} annotations could not be read and were left out ({detail})."
_POINTLESS = (
    "{count} annotations say where they stand only by {kinds}, which says nothing on a reading text;"
    " they are on the whole article."
)
_UTF16 = "The positions on {count} texts are counted in UTF-16 units, as their quotes prove."
_NO_PLACE_FOR = "{count} annotations say more than a project holds: {names}; it was left out."
_HELD = frozenset({
    "@context", "id", "@id", "type", "@type", "creator", "created", "modified", "motivation", "body", "bodyValue", "target",
    "inReplyTo", "gloss:values", "generator", "generated", "canonical", "via",
})  # fmt: skip
_UNANSWERED = "{count} replies answer annotations that have no place here."


def read(path: Path, landing: Landing, language: str = "en", *, progress: Progress = no_progress) -> tuple[Foreign, Landed]:
    """Read a file into records of the project it is landing in; raises CannotRead."""
    data = _bytes(path)
    try:
        reading = _Reading(landing, path, hashlib.sha256(data).hexdigest(), language)
        items = list(reading.items(parsed(data)))
        reading.read(items, progress)
    except (RecursionError, *_ODD) as error:
        raise CannotRead(path, _NOTHING, detail=_detail(error)) from error
    if not items:
        raise CannotRead(path, "There is no annotation in it. Choose a file of W3C Web Annotations.")
    return reading.done()


def _detail(error: BaseException) -> str:
    words = str(error) if isinstance(error, TooDeep) else f"{type(error).__name__}: {error}"
    return " ".join(words.split())[:120]


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise CannotRead(path, "It is larger than can be read safely. Ask for it in parts.")
        return path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    except OSError as error:
        raise CannotRead(path, "It cannot be read ({detail}). Check the name.", detail=error.strerror or str(error)) from error


class _Reading:
    def __init__(self, landing: Landing, path: Path, digest: str, language: str) -> None:
        self._landing, self._known = landing, landing.known
        self._all = Gathering(landing.known, path.name, digest, "w3c", language)
        self._bodies = Bodies(landing, self._all)
        self.landed = Landed()
        self._missing: dict[str, None] = {}
        self._spans = {(a["version"], a["start"], a["end"], a["coder"]): u for u, a in self._known.of("annotation").items()}
        self._titles: dict[str, list[str]] = defaultdict(list)
        for uuid, article in self._known.of("article").items():
            self._titles[" ".join(str(article["title"]).split())].append(uuid)
        self._home: str | None = None  # the article of annotations that do not say which theirs is
        self._utf16: dict[str, Callable[[int], int]] = {}
        self._taken: dict[str, tuple[str, str]] = {}  # by id of an annotation: its uuid here, and that of its first note
        self._pointless: Counter[str] = Counter()
        self._unread: list[str] = []
        self._unanswered = 0
        self._more: Counter[str] = Counter()

    def items(self, found: Any, depth: int = 0) -> Iterator[Mapping[str, Any]]:
        """Yield the annotations of whatever was read, in the standard's form."""
        if depth > WITHIN:
            raise TooDeep("it is nested too deep")
        if isinstance(found, list):
            for each in found:
                yield from self.items(each, depth + 1)
        elif isinstance(found, dict):
            if is_row(found):
                yield of_row(found)
            elif is_old(found):
                yield of_old(found)
            elif "target" in found or "Annotation" in kinds_of(found):
                yield found
            else:
                for name in _PAGES:
                    yield from self._page(found.get(name), depth)

    def _page(self, inner: Any, depth: int) -> Iterator[Mapping[str, Any]]:
        if isinstance(inner, str):
            self._all.tell("A page that lies elsewhere was not fetched: {address}.", address=inner[:SHORT])
        elif inner is not None:
            yield from self.items(inner, depth + 1)

    def read(self, items: list[Mapping[str, Any]], progress: Progress) -> None:
        """Gather all annotations, what answers another after it; raises what the only ones there are raise."""
        self._home = self._find_home(items)
        self._prove(items)
        for number, (item, answered) in enumerate(_in_order(items)):
            if number % _STEP == 0:
                progress(number, len(items))
            try:
                if answered:
                    self._answer(item, answered)
                else:
                    self._take(item)
            except TooDeep:
                raise
            except _ODD as error:
                if len(items) == 1:
                    raise
                self._unread.append(_detail(error))
        if items and len(self._unread) == len(items):
            raise ValueError(self._unread[0])

    def done(self) -> tuple[Foreign, Landed]:
        """Give what was gathered."""
        self.landed.missing = list(self._missing)
        report = self._all.report
        report.dropped["annotation"] += len(self.landed.lost) + len(self._unread) + self._unanswered
        report.changed["annotation"] += sum(self._pointless.values())
        self._bodies.tell()
        self._all.remark("{count} passages stand nowhere in the text as it is here.", len(self.landed.lost))
        self._all.remark("{count} passages were found again unsurely; look at them.", len(self.landed.uncertain))
        self._all.remark("{count} texts are not in the project.", len(self._missing))
        self._all.remark(_UNREAD, len(self._unread), detail=next(iter(self._unread), ""))
        self._all.remark(_UTF16, len(self._utf16))
        self._all.remark(_UNANSWERED, self._unanswered)
        for names, count in self._more.items():
            self._all.remark(_NO_PLACE_FOR, count if names else 0, names=names)
        for kinds, count in self._pointless.items():
            self._all.remark(_POINTLESS, count, kinds=kinds)
        return self._all.foreign(), self.landed

    # Which article, and in what units

    def _article(self, target: Any) -> str | None:
        source, url, digest = source_of(target)
        found = self._landing.article(source, url, [digest] if digest else ())
        if found is None and (not source or title_of(target)):
            titled = self._titles.get(title_of(target) or url, ())
            found = titled[0] if len(titled) == 1 else None
        return found or (self._home if _is_nameless(target) else None)

    def _find_home(self, items: list[Mapping[str, Any]]) -> str | None:
        """Find the text of annotations that do not name theirs, as those of one text do: where most quotes are."""
        named = [target for item in items for target in _targets(item) if _is_nameless(target)]
        articles = list(self._known.of("article"))
        if not named or not articles or len(articles) > _LOOKED:
            return None
        quotes = [quote for target in named[:_QUOTES] if (quote := pointing_of(target).quote)]
        if len(articles) == 1 or not quotes:
            return articles[0] if quotes else None
        texts = ((uuid, self._landing.text(self._known.current[uuid])) for uuid in articles)
        held = sorted((sum(quote in text for quote in quotes), uuid) for uuid, text in texts)
        return held[-1][1] if held[-1][0] * 2 > len(quotes) and held[-1][0] > held[-2][0] else None

    def _version(self, article: str, target: Any) -> str | None:
        return self._landing.version(article, uuid_of(words_of(target, "gloss:version")), source_of(target)[2])

    def _prove(self, items: list[Mapping[str, Any]]) -> None:
        """Find the texts on which positions are counted in UTF-16 units: more quotes stand where these say."""
        quoted: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
        for target in (target for item in items for target in _targets(item)):
            anchors = list(positions_and_quotes(pointing_of(target)))
            article = self._article(target) if anchors else None
            if article is not None:
                at = self._version(article, target) or self._known.current[article]
                if len(quoted[at]) < _SAMPLE:
                    quoted[at] += [(anchor.start, anchor.end, anchor.exact) for anchor in anchors]
        for version, several in quoted.items():
            text = self._landing.text(version)
            counted = _code_points(text)
            if counted is None:
                continue
            plain = sum(text[start:end] == exact for start, end, exact in several)
            if sum(text[counted(start) : counted(end)] == exact for start, end, exact in several) > plain:
                self._utf16[version] = counted

    # One annotation

    def _take(self, item: Mapping[str, Any]) -> None:
        """Gather one annotation with what hangs on it, once on each of its targets."""
        bodies = list(bodies_of(item.get("body")))
        self._more.update([", ".join(sorted(set(item) - _HELD))[:SHORT]])
        targets = list(targets_of(item["target"]))
        if not targets:
            raise ValueError("an annotation without a target")
        for nth, several in enumerate(targets):
            self._bodies.nth = nth
            try:
                self._mark(item, several, bodies)
            finally:
                self._bodies.nth = 0

    def _mark(self, item: Mapping[str, Any], several: list[Any], bodies: list[Mapping[str, Any]]) -> None:
        target = next((each for each in several if self._article(each) is not None), several[0])
        article = self._article(target)
        if article is None:
            source, url, _digest = source_of(target)
            self._missing[said(title_of(target) or url or source or _name(item) or "?")] = None
            self._all.report.dropped["annotation"] += 1
            return
        at = self._bodies.time(item, "created")
        uuid = self._annotation(item, article, target, at)
        if uuid is None:
            return
        coder = self._bodies.coder(item.get("creator"))
        self._bodies.values(item, "annotation", uuid)
        note = self._said(item, bodies, uuid, coder, at)
        self._taken.setdefault(_name(item), (uuid, note))

    def _said(self, item: Mapping[str, Any], bodies: list[Mapping[str, Any]], on: str, coder: str, at: str) -> str:
        """Gather the bodies; gives the first note that they became."""
        notes = []
        if words_of(item, "bodyValue"):
            notes.append(self._bodies.note(on, {"value": words_of(item, "bodyValue")}, coder, at))
        motives = short_names(item.get("motivation"))
        notes += [self._bodies.take(on, body, motives, coder, at) for body in bodies]
        return next(filter(None, notes), "")

    def _answer(self, item: Mapping[str, Any], answered: str) -> None:
        """Gather an annotation of another annotation as what is said in answer to it."""
        if answered not in self._taken:
            self._unanswered += 1
            return
        on, note = self._taken[answered]
        coder, at = self._bodies.coder(item.get("creator")), self._bodies.time(item, "created")
        first = ""
        motives = short_names(item.get("motivation"))
        bodies = list(bodies_of(item.get("body")))
        if words_of(item, "bodyValue"):
            bodies.insert(0, {"value": words_of(item, "bodyValue")})
        for body in bodies:
            if "tagging" in short_names(body.get("purpose")) or "tagging" in motives:
                self._bodies.take(on, body, motives, coder, at)
            else:
                first = self._bodies.note(on, {**body, "in": _name(item)}, coder, at, note) or first
        self._all.report.carried["annotation"] += 1
        self._taken.setdefault(_name(item), (on, first or note))

    def _annotation(self, item: Mapping[str, Any], article: str, target: Any, at: str) -> str | None:
        uuid = self._bodies.own(item, "annotation")
        if uuid in self._known.of("annotation"):
            # Where it stands is known here better than the file can.
            self._all.gathered.keep("annotation", uuid)
            self._all.report.carried["annotation"] += 1
            self.landed.exact += 1
            return uuid
        pointing, version = pointing_of(target), self._version(article, target)
        spot = self._spot(article, version, pointing)
        if spot is None:
            self.landed.lost.append(pointing.quote)
            return None
        if spot.how == "review":
            self.landed.uncertain.append(pointing.quote)
        elif spot.how == "found" and version is None and source_of(target)[2]:
            self.landed.reanchored += 1
        else:
            self.landed.exact += 1
        coder = self._bodies.coder(item.get("creator"))  # whoever marked nothing that is here is no coder of it
        twin = self._spans.get((spot.version, spot.start, spot.end, coder))
        self._all.report.carried["annotation"] += 1
        if twin is not None and not URN.fullmatch(_name(item)):
            return twin
        at = at or self._known.now
        modified = self._bodies.time(item, "modified") or at
        self._all.gathered.put("annotation", uuid, {"article": article, **where(spot, self._landing)},
                  {"coder": coder, "created": at, "modified": modified})  # fmt: skip
        self._spans[spot.version, spot.start, spot.end, coder] = uuid
        return uuid

    def _spot(self, article: str, version: str | None, pointing: Pointing) -> Spot | None:
        """Say where an annotation stands; what says it in no way that means anything here is on the whole article."""
        if not pointing.ways:
            if pointing.unread:
                self._pointless[", ".join(pointing.unread)[:SHORT]] += 1
            return self._landing.place(article, version, None)
        at = version or self._known.current[article]
        if at in self._utf16:
            pointing = pointing.counted(self._utf16[at])
        return located(pointing, self._landing.text(at), lambda anchor: self._landing.place(article, version, anchor))


def _targets(item: Mapping[str, Any]) -> Iterator[Any]:
    return (target for several in targets_of(item.get("target")) for target in several)


def _is_nameless(target: Any) -> bool:
    return not any(source_of(target)) and not title_of(target)


def _name(item: Mapping[str, Any]) -> str:
    return words_of(item, "id") or words_of(item, "@id")


def _answered(item: Mapping[str, Any], names: Mapping[str, object]) -> str:
    """Give the id of the annotation of the same file that one is about."""
    for name in reversed(listed(item.get("inReplyTo"))):
        if name in names:
            return name
    targets = item.get("target")
    first = targets[0] if isinstance(targets, list) and targets else targets
    if isinstance(first, str | dict):
        source = first if isinstance(first, str) else first.get("source", first.get("id"))
        name = source if isinstance(source, str) else _name(source) if isinstance(source, dict) else ""
        return name if name in names and name != _name(item) else ""
    return ""


def _in_order(items: list[Mapping[str, Any]]) -> Iterator[tuple[Mapping[str, Any], str]]:
    """Yield annotations with the id of what they answer, each after it; those that answer one another stand for themselves."""
    names = {_name(item): None for item in items if _name(item)}
    answers: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    roots: list[Mapping[str, Any]] = []
    for item in items:
        answered = _answered(item, names)
        (answers[answered] if answered else roots).append(item)
    for item in roots:
        yield item, ""
        waiting = deque([_name(item)])
        while waiting:
            name = waiting.popleft()
            for answer in answers.pop(name, ()) if name else ():
                yield answer, name
                waiting.append(_name(answer))
    for several in answers.values():
        for item in several:
            yield item, ""


def _code_points(text: str) -> Callable[[int], int] | None:
    """Give what turns UTF-16 units into code points; None for a text in which they are the same."""
    wide = [at for at, letter in enumerate(text) if letter > "\uffff"] if not text.isascii() else []
    if not wide:
        return None
    starts = [at + before for before, at in enumerate(wide)]
    return lambda position: position - bisect_left(starts, position)

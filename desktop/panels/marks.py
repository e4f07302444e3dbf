"""Annotations as the marks that the reader paints."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from PySide6.QtCore import QObject

from db.changes import Change
from db.records import Annotation, AnnotationId, ArticleId, Code, CodeId, Coder, CoderId, Instrument, InstrumentId
from desktop.reader.intervals import Mark
from desktop.session import Session
from desktop.words import language

# What marks are made of, and what they say of codes and coders.
PASSAGES = frozenset({"annotation", "tagging", "link", "note", "field_value", "confirmation"})
NAMES = frozenset({"code", "coder", "codebook", "instrument"})


@dataclass(frozen=True, slots=True)
class Facts:
    """What a mark is made of, whatever is hidden and however its codes are called; code points, end exclusive."""

    id: int
    start: int
    end: int
    coder: int
    codes: tuple[CodeId, ...]
    unsure: tuple[CodeId, ...]
    instrument: InstrumentId | None  # the first it is linked to
    note: bool

    @classmethod
    def of(cls, each: Annotation) -> Facts | None:
        """Take the facts of an annotation; none where it has no place in the newest text."""
        if each.start is None or each.end is None or each.start >= each.end:
            return None
        unsure = tuple(tagging.code for tagging in each.taggings if "unsure" in tagging.fields.get("certainty", ()))
        codes = tuple(tagging.code for tagging in each.taggings)
        instrument = each.links[0].instrument if each.links else None
        return cls(each.id, each.start, each.end, each.coder, codes, unsure, instrument, bool(each.notes))


class Sight(QObject):
    """Which coders and codes are seen, and how codes are called; names are read once and kept until they change."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.hidden_coders: tuple[str, ...] = ()  # uuids
        self._wanted: tuple[frozenset[str], frozenset[str], str] = frozenset(), frozenset(), ""
        self._codes: dict[CodeId, Code] = {}
        self._coders: dict[int, Coder] = {}
        self._families: dict[str, frozenset[CodeId]] = {}
        self._labels: dict[tuple[CodeId, str], str] = {}
        self._instruments: dict[InstrumentId, Instrument] = {}
        session.opened.connect(self.forget)
        session.closed.connect(self.forget)
        session.changed.connect(self._changed)

    def forget(self) -> None:
        """Read names again when they are needed next."""
        self._codes, self._coders, self._families, self._labels, self._instruments = {}, {}, {}, {}, {}

    def _changed(self, change: Change) -> None:
        if change.tables & NAMES:
            self.forget()

    def set_codes(self, hidden: Collection[str], dimmed: Collection[str], solo: str) -> bool:
        """Say which codes are hidden, dimmed and shown alone (uuids), each with all below it; whether that is new."""
        wanted = frozenset(hidden), frozenset(dimmed), solo
        changed = wanted != self._wanted
        self._wanted, self._families = wanted, {}
        return changed

    def mark(self, facts: Facts, waiting: Collection[int] = ()) -> Mark | None:
        """Make the mark of an annotation; none where it is hidden, or its coder's layer waits until the article is finished."""
        codes = self._visible(facts)
        coder = self._coder(facts.coder)
        own = facts.coder == self._session.project.me
        if facts.coder in waiting or codes is None or (coder is not None and not own and coder.uuid in self.hidden_coders):
            return None
        first = self._code(codes[0]) if codes else None
        return Mark(
            id=facts.id,
            start=facts.start,
            end=facts.end,
            label=self._label(first) if first else "",
            branch=first.branch if first else "",
            coder=coder.initials if coder else "",
            own=own,
            unsure=any(code in codes for code in facts.unsure),
            instrument=facts.instrument is not None,
            instrument_name="" if first else self._instrument(facts.instrument),
            note=facts.note,
            codes=len(codes),
            dim=self._is_dim(codes),
        )

    def _label(self, code: Code) -> str:
        key = code.id, language()
        if key not in self._labels:
            self._labels[key] = code.label(key[1])
        return self._labels[key]

    def _instrument(self, key: InstrumentId | None) -> str:
        """Give the shortest of what an instrument is called everywhere in the language of the window."""
        if key is None:
            return ""
        if not self._instruments:
            self._instruments = {each.id: each for each in self._session.project.instruments.all()}
        found = self._instruments.get(key)
        if found is None:
            return ""
        spoken = language()[:2]
        others = (alias.text for alias in found.aliases if alias.language[:2] == spoken and alias.scope != "local")
        return min((found.title(language()), *others), key=len)

    def _visible(self, facts: Facts) -> tuple[CodeId, ...] | None:
        """Give the codes of an annotation that are seen; None where it is not seen itself."""
        hidden, _dimmed, solo = self._wanted
        if not hidden and not solo:
            return facts.codes
        family = self._family("solo" if solo else "hidden")
        codes = tuple(code for code in facts.codes if (code in family) == bool(solo))
        return codes if codes or (not facts.codes and not solo) else None

    def _is_dim(self, codes: tuple[CodeId, ...]) -> bool:
        _hidden, dimmed, solo = self._wanted
        return bool(codes and dimmed and not solo) and all(code in self._family("dimmed") for code in codes)

    def _family(self, kind: str) -> frozenset[CodeId]:
        """Give the codes of a kind (hidden, dimmed, solo) with all that are below them."""
        if kind not in self._families:
            hidden, dimmed, solo = self._wanted
            wanted = {"hidden": hidden, "dimmed": dimmed, "solo": {solo}}[kind]
            below: defaultdict[CodeId | None, list[CodeId]] = defaultdict(list)
            for code in self._known().values():
                below[code.parent].append(code.id)
            todo = [code.id for code in self._known().values() if code.uuid in wanted]
            found: set[CodeId] = set()
            while todo:
                if (code_id := todo.pop()) not in found:
                    found.add(code_id)
                    todo += below[code_id]
            self._families[kind] = frozenset(found)
        return self._families[kind]

    def _known(self) -> dict[CodeId, Code]:
        if not self._codes:
            self._codes = {code.id: code for code in self._session.project.codes.all()}
        return self._codes

    def _code(self, key: CodeId) -> Code | None:
        return self._known().get(key)

    def _coder(self, key: int) -> Coder | None:
        if not self._coders:
            self._coders = {coder.id: coder for coder in self._session.project.coders.all()}
        return self._coders.get(key)


class Marks:
    """The marks of one article: what a change touched is read again, and no more."""

    def __init__(self, session: Session, sight: Sight) -> None:
        self._session = session
        self._sight = sight
        self._article: int | None = None
        self._facts: dict[AnnotationId, Facts] = {}
        self.waiting: frozenset[CoderId] = frozenset()  # whose layers came by merging and are not to be seen yet

    def look_at_layers(self) -> bool:
        """Ask whose layers wait until the article is finished; whether that is new."""
        before, shown = self.waiting, self._session.is_open and self._article is not None
        self.waiting = self._session.project.layers.hidden(ArticleId(self._article or 0)) if shown else frozenset()
        return self.waiting != before

    def begin(self, article: int) -> list[AnnotationId]:
        """Turn to an article; give its annotations in the order of the text, to be read by `follow` as time allows."""
        self._article = article
        self._facts = {}
        self.look_at_layers()
        return self._session.project.annotations.find(article=ArticleId(article))

    def known(self) -> list[AnnotationId]:
        """List the annotations read so far."""
        return list(self._facts)

    def made(self, annotations: Iterable[AnnotationId]) -> list[Mark]:
        """Make marks anew from what is known, as when names or what is hidden have changed."""
        made = (self._sight.mark(self._facts[key], self.waiting) for key in annotations)
        return [mark for mark in made if mark is not None]

    def follow(self, annotations: Iterable[int]) -> tuple[list[Mark], list[int]]:
        """Read these annotations again; give the marks to be shown and the ids of those to be shown no longer."""
        wanted = [AnnotationId(key) for key in annotations]
        found = {each.id: each for each in self._session.project.annotations.several(wanted) if each.article == self._article}
        put: list[Mark] = []
        gone: list[int] = []
        for key in wanted:
            known = self._facts.pop(key, None)
            facts = Facts.of(found[key]) if key in found else None
            if facts is not None:
                self._facts[key] = facts
            mark = self._sight.mark(facts, self.waiting) if facts is not None else None
            if mark is not None:
                put.append(mark)
            elif known is not None:
                gone.append(key)
        return put, gone

"""Annotations: passages with codes, links to instruments and notes; each belongs to one coder for ever."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from db import errors, places
from db.changes import now
from db.fields import LINK_RELATIONS, Fields
from db.locators import normalise
from db.notes import Notes
from db.records import (
    Anchor,
    Annotation,
    AnnotationId,
    ArticleId,
    CodeId,
    InstrumentId,
    Link,
    LinkId,
    Tagging,
    TaggingId,
    VersionId,
)
from db.store import Row, Store

_SELECT = (
    "SELECT a.id, a.uuid, a.article, article.uuid, a.coder, p.start, p.end, a.exact, a.prefix, a.suffix, a.version,"
    " a.start, a.end, ifnull(p.status, 'exact'), ifnull(p.confidence, 1000), a.created, a.modified FROM annotation a"
    " JOIN article ON article.id = a.article JOIN current c ON c.article = a.article"
    " LEFT JOIN place p ON p.annotation = a.id AND p.version = c.version"
)


class Annotations:
    """The annotations of a project."""

    def __init__(self, store: Store, notes: Notes, fields: Fields) -> None:
        self._store = store
        self._notes = notes
        self._fields = fields

    def of(self, article: ArticleId) -> list[Annotation]:
        """List the annotations of an article by their place on its newest version, whole-article ones first."""
        return self._whole(self._store.rows(f"{_SELECT} WHERE a.article = ? ORDER BY p.start, p.end DESC, a.id", (article,)))

    def get(self, annotation: AnnotationId) -> Annotation:
        """Give one annotation; raises NotFound."""
        found = self.several([annotation])
        if not found:
            raise errors.NotFound("annotation", annotation)
        return found[0]

    def several(self, annotations: Sequence[AnnotationId]) -> list[Annotation]:
        """Give annotations in the order asked for, without those that are gone."""
        found: dict[int, Annotation] = {}
        for part in (annotations[i : i + 500] for i in range(0, len(annotations), 500)):
            marks = ", ".join("?" * len(part))
            found |= {each.id: each for each in self._whole(self._store.rows(f"{_SELECT} WHERE a.id IN ({marks})", part))}
        return [found[key] for key in annotations if key in found]

    def last_with(self, *, code: CodeId | None = None, instrument: InstrumentId | None = None) -> Annotation | None:
        """Give the annotation, anybody's, that was given a code (or else an instrument) last; without either, the newest."""
        if code is not None:
            found = self._store.value("SELECT annotation FROM tagging WHERE code = ? ORDER BY id DESC LIMIT 1", (code,))
        elif instrument is not None:
            found = self._store.value("SELECT annotation FROM link WHERE instrument = ? ORDER BY id DESC LIMIT 1", (instrument,))
        else:
            found = self._store.value("SELECT max(id) FROM annotation")
        return self.get(AnnotationId(found)) if found else None

    def last_codes(self) -> list[CodeId]:
        """List the codes that the annotation tagged last by the present coder has from them, in the order they were given."""
        rows = self._store.rows(
            "SELECT code FROM tagging WHERE +coder = ?1 AND annotation ="
            " (SELECT annotation FROM tagging WHERE coder = ?1 ORDER BY id DESC LIMIT 1) ORDER BY id",
            (self._store.me,),
        )
        return [CodeId(row[0]) for row in rows]

    def by_ref(self, ref: str) -> AnnotationId:
        """Find an annotation by uuid or unique prefix; raises NotFound or Ambiguous."""
        return AnnotationId(self._store.by_ref("annotation", ref))

    def link_by_ref(self, ref: str) -> LinkId:
        """Find a link by uuid or unique prefix; raises NotFound or Ambiguous."""
        return LinkId(self._store.by_ref("link", ref))

    def find(
        self, *, article: ArticleId | None = None, codes: Sequence[CodeId] = (), instrument: InstrumentId | None = None,
        coder: int | None = None,
    ) -> list[AnnotationId]:  # fmt: skip
        """List annotations of an article, with any of some codes, an instrument or a coder, in the order of articles."""
        marks = ", ".join("?" * len(codes))
        tests: list[tuple[str, list[int | None], bool]] = [
            ("a.article = ?", [article], article is not None),
            (f"EXISTS (SELECT 1 FROM tagging WHERE annotation = a.id AND code IN ({marks}))", list(codes), bool(codes)),
            ("EXISTS (SELECT 1 FROM link WHERE annotation = a.id AND instrument = ?)", [instrument], instrument is not None),
            ("a.coder = ?", [coder], coder is not None),
        ]
        where = " AND ".join(test for test, _values, on in tests if on) or "1"
        values = [value for _test, several, on in tests if on for value in several]
        rows = self._store.rows(f"SELECT a.id FROM annotation a WHERE {where} ORDER BY a.article, a.start, a.end, a.id", values)
        return [AnnotationId(row[0]) for row in rows]

    def own_on(self, version: VersionId, start: int, end: int) -> AnnotationId | None:
        """Find one's own annotation on exactly a span of a version (code points); the oldest of several."""
        # CROSS JOIN: from the few places that begin there, never through all of one's annotations.
        found = self._store.value(
            "SELECT min(a.id) FROM place p CROSS JOIN annotation a ON a.id = p.annotation"
            " WHERE p.version = ? AND p.start = ? AND p.end = ? AND a.coder = ?",
            (version, start, end, self._store.me),
        )
        return None if found is None else AnnotationId(found)

    def _whole(self, rows: list[Row]) -> list[Annotation]:
        """Join what hangs on annotations by four queries, however many there are."""
        keys = [row[0] for row in rows]
        taggings, links = self._taggings(keys), self._links(keys)
        notes, fields = self._notes.of("annotation", keys), self._fields.of("annotation", keys)
        found = []
        for row in rows:
            hanging = (
                tuple(taggings.get(row[0], ())),
                tuple(links.get(row[0], ())),
                notes.get(row[0], ()),
                fields.get(row[0], {}),
            )
            values = (*row[:14], row[14] / 1000, *row[15:], *hanging)
            found.append(Annotation(*values))
        return found

    def _taggings(self, keys: list[int]) -> dict[int, list[Tagging]]:
        found: list[Row] = []
        for part in (keys[i : i + 500] for i in range(0, len(keys), 500)):
            marks = ", ".join("?" * len(part))
            found += self._store.rows(
                "SELECT annotation, tagging.id, tagging.uuid, code, ifnull(code.name, code.uuid), code_revision, origin"
                f" FROM tagging JOIN code ON code.id = code WHERE annotation IN ({marks}) ORDER BY tagging.id",
                part,
            )
        fields = self._fields.of("tagging", [row[1] for row in found])
        several: defaultdict[int, list[Tagging]] = defaultdict(list)
        for row in found:
            values = (*row[1:], fields.get(row[1], {}))
            several[row[0]].append(Tagging(*values))
        return several

    def _links(self, keys: list[int]) -> dict[int, list[Link]]:
        several: defaultdict[int, list[Link]] = defaultdict(list)
        for part in (keys[i : i + 500] for i in range(0, len(keys), 500)):
            marks = ", ".join("?" * len(part))
            for row in self._store.rows(
                "SELECT annotation, link.id, link.uuid, instrument, ifnull(instrument.name, instrument.uuid), locator,"
                " locator_key, relation FROM link JOIN instrument ON instrument.id = instrument"
                f" WHERE annotation IN ({marks}) ORDER BY link.id",
                part,
            ):
                several[row[0]].append(Link(*row[1:]))
        return several

    def add(
        self, article: ArticleId, start: int | None, end: int | None, *, codes: Iterable[CodeId] = (),
        links: Iterable[tuple[InstrumentId, str]] = (), note: str = "", origin: str = "by hand",
        detail: str = "",
    ) -> AnnotationId:  # fmt: skip
        """Annotate text[start:end] of the newest version (both None: the whole article); raises BadSpan or NotFound."""
        row = self._store.one(
            "SELECT v.id, v.uuid FROM version v JOIN current c ON c.version = v.id WHERE c.article = ?", (article,)
        )
        if row is None:
            raise errors.NotFound("article", article)
        anchor = self._anchor(self._store.text(*row), start, end)
        codes = list(dict.fromkeys(codes))
        with self._store.change("Tag passage" if codes else "Link passage" if links else "Highlight passage"):
            times = {"created": now(), "modified": now()}
            annotation = AnnotationId(
                self._store.insert("annotation", article=article, version=row[0], coder=self._store.me, **anchor, **times)
            )
            places.stand(self._store.connection, annotation)
            for code in codes:
                self.tag(annotation, code, origin=origin, detail=detail)
            for instrument, locator in links:
                self.link(annotation, instrument, locator)
            if note.strip():
                self._notes.add("annotation", annotation, note)
        return annotation

    @staticmethod
    def _anchor(text: str, start: int | None, end: int | None) -> dict[str, int | str | None]:
        if start is None and end is None:
            return {"start": None, "end": None}
        if start is None or end is None or not 0 <= start < end <= len(text):
            raise errors.BadSpan(start or 0, end or 0, len(text))
        anchor = Anchor.of(text, start, end)
        return {"start": start, "end": end, "exact": anchor.exact, "prefix": anchor.prefix, "suffix": anchor.suffix}

    def _own(self, annotation: AnnotationId) -> None:
        coder = self._store.value("SELECT coder FROM annotation WHERE id = ?", (annotation,))
        if coder is None:
            raise errors.NotFound("annotation", annotation)
        if coder != self._store.me:
            raise errors.Refused("This annotation is another coder's. Select the passage to make your own.")

    def own_copy(self, annotation: AnnotationId) -> AnnotationId:
        """Give the present coder's annotation on the same span, made where there is none."""
        found = self.get(annotation)
        if found.coder == self._store.me:
            return annotation
        if found.start is None and found.origin_start is not None:
            raise errors.Refused("This passage is no longer in the article. Look at it in the version it was made on.")
        twin = self._store.value(
            "SELECT a.id FROM annotation a JOIN current c ON c.article = a.article LEFT JOIN place p ON p.annotation = a.id"
            " AND p.version = c.version WHERE a.article = ? AND a.coder = ? AND p.start IS ? AND p.end IS ?"
            " AND (a.start IS NULL) = (p.start IS NULL) ORDER BY a.id LIMIT 1",
            (found.article, self._store.me, found.start, found.end),
        )
        return AnnotationId(twin) if twin else self.add(found.article, found.start, found.end)

    def tag(self, annotation: AnnotationId, code: CodeId, *, origin: str = "by hand", detail: str = "") -> None:
        """Put a code on one's own annotation; the same code twice is one."""
        self._own(annotation)
        values = (annotation, code, self._store.me)
        if self._store.one("SELECT 1 FROM tagging WHERE annotation = ? AND code = ? AND coder = ?", values):
            return
        revision = self._store.value("SELECT revision FROM code WHERE id = ?", (code,))
        if revision is None:
            raise errors.NotFound("code", code)
        with self._store.change("Tag passage"):
            self._store.insert(
                "tagging", annotation=annotation, code=code, coder=self._store.me, code_revision=revision, origin=origin,
                origin_detail=detail, created=now(),
            )  # fmt: skip
            self._touch(annotation)

    def untag(self, annotation: AnnotationId, code: CodeId) -> None:
        """Take a code off one's own annotation."""
        self._own(annotation)
        taggings = self._store.rows("SELECT id FROM tagging WHERE annotation = ? AND code = ?", (annotation, code))
        if taggings:
            with self._store.change("Remove code from passage"):
                self._store.delete("tagging", [row[0] for row in taggings])
                self._touch(annotation)

    def link(self, annotation: AnnotationId, instrument: InstrumentId, locator: str = "", relation: str = "") -> LinkId:
        """Link one's own annotation to an instrument, with a locator as written; the same link twice is one."""
        self._own(annotation)
        _check_relation(relation)
        locator = locator.strip()
        same = self._store.value(
            "SELECT id FROM link WHERE annotation = ? AND instrument = ? AND locator = ?", (annotation, instrument, locator)
        )
        if same:
            return LinkId(same)
        if not self._store.value("SELECT 1 FROM instrument WHERE id = ?", (instrument,)):
            raise errors.NotFound("instrument", instrument)
        with self._store.change("Link passage"):
            link = self._store.insert(
                "link", annotation=annotation, instrument=instrument, locator=locator, locator_key=normalise(locator),
                relation=relation, coder=self._store.me, created=now(),
            )  # fmt: skip
            self._touch(annotation)
        return LinkId(link)

    def edit_link(self, link: LinkId, *, locator: str | None = None, relation: str | None = None) -> None:
        """Correct the locator or relation of one's own link."""
        row = self._store.one("SELECT annotation, locator, relation FROM link WHERE id = ?", (link,))
        if row is None:
            raise errors.NotFound("link", link)
        self._own(row[0])
        new = (row[1] if locator is None else locator.strip(), row[2] if relation is None else relation)
        _check_relation(new[1])
        if new != row[1:]:
            with self._store.change("Edit link"):
                self._store.update("link", link, locator=new[0], locator_key=normalise(new[0]), relation=new[1])
                self._touch(row[0])

    def unlink(self, link: LinkId) -> None:
        """Remove one's own link."""
        row = self._store.one("SELECT annotation FROM link WHERE id = ?", (link,))
        if row is None:
            raise errors.NotFound("link", link)
        self._own(row[0])
        with self._store.change("Remove link"):
            self._store.delete("link", [link])
            self._touch(row[0])

    def set_tagging_field(self, tagging: TaggingId, name: str, *values: str) -> None:
        """Set a field of one's own tagging, as its stance."""
        row = self._store.one("SELECT annotation FROM tagging WHERE id = ?", (tagging,))
        if row is None:
            raise errors.NotFound("tagging", tagging)
        self._own(row[0])
        self._fields.set("tagging", tagging, name, *values)

    def move(self, annotation: AnnotationId, start: int, end: int) -> None:
        """Move the boundaries of one's own annotation on the newest version, which becomes its origin; raises BadSpan."""
        self._own(annotation)
        row = self._store.one(
            "SELECT v.id, v.uuid FROM annotation a JOIN current c ON c.article = a.article JOIN version v ON v.id = c.version"
            " WHERE a.id = ?",
            (annotation,),
        )
        if row is None:
            raise errors.NotFound("annotation", annotation)
        anchor = self._anchor(self._store.text(*row), start, end)
        before = self._store.one("SELECT version, start, end FROM annotation WHERE id = ?", (annotation,))
        if before != (row[0], start, end):
            with self._store.change("Move boundary"):
                self._store.update("annotation", annotation, version=row[0], modified=now(), **anchor)
                places.stand(self._store.connection, annotation)

    def remove(self, annotations: Iterable[AnnotationId]) -> None:
        """Remove one's own annotations with their codes, links and notes (undo brings all back)."""
        wanted = list(annotations)
        for annotation in wanted:
            self._own(annotation)
        with self._store.change("Remove annotation"):
            self._store.delete("annotation", wanted)

    def _touch(self, annotation: AnnotationId) -> None:
        self._store.update("annotation", annotation, modified=now())


def _check_relation(relation: str) -> None:
    if relation and relation not in LINK_RELATIONS:
        choices = ", ".join(LINK_RELATIONS)
        raise errors.Refused("{relation} is no relation of a link. Choose one of: {choices}.", relation=relation, choices=choices)

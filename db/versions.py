"""New versions of articles: what one would bring, looked at before it is made; texts edited in place; old ones still read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from db import errors
from db.annotations import Annotations
from db.articles import Articles, digest
from db.carrying import Basis, Carrier
from db.differences import Difference, differences, replacements
from db.places import confirmed_before, decided
from db.records import Anchor, Annotation, AnnotationId, ArticleId, Draft, Progress, Version, VersionId, no_progress
from db.retouching import edited
from db.review import Placed, of_placement
from db.store import Row, Store

# A text put in place of another is laid out change by change unless there are more.
_MOST_EDITS = 500
EDITED = "Edit text"


@dataclass(frozen=True, slots=True)
class Held:
    """What a preview needs of an article, as plain values: it can be made on any thread."""

    article: ArticleId
    current: VersionId
    texts: Mapping[int, str]  # by version
    bases: tuple[tuple[AnnotationId, str, Basis], ...]  # annotation, its coder's name


@dataclass(frozen=True, slots=True)
class Preview:
    """What a new version would bring: the difference, and where each annotation would stand.

    `same`: the text is the present one, nothing would change. `another_text`: hardly anything is shared, so it should be
    another article.
    """

    same: bool
    another_text: bool
    differences: tuple[Difference, ...]
    placed: tuple[Placed, ...]

    @property
    def counts(self) -> Mapping[str, int]:
        """How many annotations have each status."""
        return Counter(each.status for each in self.placed)


# How a version came about; "" where its data cannot tell.
Came = Literal["imported", "imported again", "edited", "used again", ""]
# What an edited text keeps of the one before: what it was imported from stays what it was imported from.
_KEPT = ("original", "media_type", "file_name", "removed", "remarks")


@dataclass(frozen=True, slots=True)
class Edition:
    """One version of an article in a list of them; `elsewhere`: made in another copy of the project, and merged or handed on."""

    id: VersionId
    number: int
    characters: int
    imported: str
    media_type: str
    file_name: str
    current: bool
    came: Came = ""
    elsewhere: bool = False


class Versions:
    """The versions of a project's articles."""

    def __init__(self, store: Store, articles: Articles, annotations: Annotations) -> None:
        self._store, self._articles, self._annotations = store, articles, annotations

    def of(self, article: ArticleId) -> list[Edition]:
        """List the versions of an article, the newest first."""
        rows = self._store.rows(
            "SELECT v.id, number, characters, imported, media_type, file_name, v.id = c.version, EXISTS (SELECT 1 FROM stamp s"
            " JOIN replica r ON r.id = s.replica WHERE s.uuid = v.uuid AND r.installation = ''),"
            f" sha256, {', '.join(_KEPT)} FROM version v JOIN current c ON c.article = v.article WHERE v.article = ?"
            " ORDER BY number DESC, v.uuid DESC",
            (article,),
        )
        found = []
        for row in rows:
            elsewhere = bool(row[7])
            came = self._came(row, [older for older in rows if older[1] < row[1]], elsewhere)
            values = (*row[:6], bool(row[6]), came, elsewhere)
            found.append(Edition(*values))
        return found

    def _came(self, row: Row, older: list[Row], elsewhere: bool) -> Came:
        """Tell how a version came about by what it shares with those before it, the newest of them first."""
        if not older:
            return "imported"
        if any(row[8] == other[8] for other in older[1:]):
            return "used again"
        if row[9:] != older[0][9:]:
            return "imported again"
        if row[9] is not None:
            return "edited"
        if elsewhere:
            return ""
        label = self._store.value("SELECT label FROM change WHERE kind = 'do' AND at <= ? ORDER BY id DESC LIMIT 1", (row[3],))
        return "edited" if label == EDITED else "imported again" if label else ""

    def hold(self, article: ArticleId) -> Held:
        """Gather what a preview needs; raises NotFound."""
        current = self._store.value("SELECT version FROM current WHERE article = ?", (article,))
        if current is None:
            raise errors.NotFound("article", article)
        rows = self._store.rows(
            "SELECT a.id, coder.name, a.version, a.start, a.end, a.exact, a.prefix, a.suffix FROM annotation a"
            " JOIN coder ON coder.id = a.coder WHERE a.article = ? AND a.start IS NOT NULL ORDER BY a.start, a.end, a.id",
            (article,),
        )
        bases = []
        for annotation, coder, version, *anchor in rows:
            said = confirmed_before(self._store.connection, annotation, version, None)
            bases.append((AnnotationId(annotation), coder, Basis(version, Anchor(*anchor), said)))
        wanted = {current, *(basis.version for *_, basis in bases)}
        wanted |= {basis.confirmed[0] for *_, basis in bases if basis.confirmed}
        texts = {key: self._text(key) for key in wanted}
        return Held(article, VersionId(current), texts, tuple(bases))

    def _text(self, version: int) -> str:
        return str(self._store.value("SELECT text FROM version WHERE id = ?", (version,)))

    def preview(self, article: ArticleId, draft: Draft, *, progress: Progress = no_progress) -> Preview:
        """Say what `articles.add_version` would bring; writes nothing. `preview_of` does it on another thread."""
        return preview_of(self.hold(article), draft, progress=progress)

    def edit_text(self, article: ArticleId, start: int, end: int, replacement: str) -> VersionId:
        """Put a replacement in place of a stretch of the newest text, as a new version; raises BadSpan or Refused."""
        shown = self._articles.version(article)
        if not 0 <= start <= end <= len(shown.text):
            raise errors.BadSpan(start, end, len(shown.text))
        text, layout = edited(shown.text, shown.layout, start, end, _cleaned(replacement))
        return self._keep(shown, replace(shown, text=text, layout=layout))

    def with_text(self, article: ArticleId, text: str) -> VersionId:
        """Put a text in place of the newest one, as a new version that keeps its layout where nothing changed; raises Refused."""
        shown = self._articles.version(article)
        draft = self.draft_with(article, text)
        return self._keep(shown, replace(shown, text=draft.text, layout=draft.layout))

    def draft_with(self, article: ArticleId, text: str) -> Draft:
        """Give what `with_text` would store, to be previewed; raises NotFound or Refused."""
        shown = self._articles.version(article)
        wanted = _cleaned(text)
        edits = replacements(shown.text, wanted)
        if len(edits) > _MOST_EDITS:
            edits = [(0, len(shown.text), wanted)]
        changed, layout = shown.text, shown.layout
        for start, end, replacement in reversed(edits):
            changed, layout = edited(changed, layout, start, end, replacement)
        return Draft("", changed, layout, media_type=shown.media_type, file_name=shown.file_name)

    def _keep(self, shown: Version, new: Version) -> VersionId:
        if not new.text.strip():
            raise errors.Refused("The text would be empty. Remove the article instead.")
        return self._put(EDITED, shown.id, shown.article, new)

    def again(self, article: ArticleId, text: str) -> VersionId:
        """Make the text of an older version the newest one again, with all that version has; raises NotFound."""
        row = self._store.one(
            "SELECT number FROM version WHERE article = ? AND sha256 = ? ORDER BY number DESC LIMIT 1",
            (article, digest(text.encode())),
        )
        if row is None:
            raise errors.NotFound("version", article)
        old = self._articles.version(article, row[0])
        return self._put("Use an older text again", old.id, article, old)

    def _put(self, label: str, like: VersionId, article: ArticleId, new: Version) -> VersionId:
        """Add a text that was imported from what another version was imported from."""
        row = self._store.one(f"SELECT {', '.join(_KEPT)} FROM version WHERE id = ?", (like,))
        assert row is not None
        kept = dict(zip(_KEPT[1:], row[1:], strict=True))
        return self._articles.add_text(article, label, new.text, layout=new.layout.to_json(), original=row[0], **kept)

    def annotations(self, article: ArticleId, number: int) -> list[Annotation]:
        """List the annotations of an article at their places on one of its versions; raises NotFound.

        A later annotation is carried back; what has no place there has neither start nor end.
        """
        version = self._articles.version(article, number)
        carrier = Carrier(version.text, self._text)
        found = [self._on(annotation, version, carrier) for annotation in self._annotations.of(article)]
        return sorted(found, key=lambda each: (each.start is not None, each.start or 0, -(each.end or 0), each.id))

    def _on(self, annotation: Annotation, version: Version, carrier: Carrier) -> Annotation:
        if annotation.origin_start is None or annotation.origin_end is None:
            return annotation
        if annotation.version == version.id:
            start, end = annotation.origin_start, annotation.origin_end
            return replace(annotation, start=start, end=end, status="exact", confidence=1.0)
        connection = self._store.connection
        said = decided(connection, annotation.id, version.id)
        if said is not None:
            status = "gone" if said[0] is None else "exact"
            return replace(annotation, start=said[0], end=said[1], status=status, confidence=1.0)
        anchor = Anchor(annotation.origin_start, annotation.origin_end, annotation.exact, annotation.prefix, annotation.suffix)
        before = confirmed_before(connection, annotation.id, annotation.version, version.id)
        place = carrier.place(Basis(annotation.version, anchor, before))
        return replace(annotation, start=place.start, end=place.end, status=place.status, confidence=place.confidence)


def preview_of(held: Held, draft: Draft, *, progress: Progress = no_progress) -> Preview:
    """Say what a draft would bring as a new version; pure, for any thread; `progress` counts thousandths, and may cancel."""
    old = held.texts[held.current]
    if old == draft.text:
        return Preview(True, False, (), ())

    def stepped(low: int, high: int) -> Progress:
        return lambda done, total: progress(low + (high - low) * done // max(1, total), 1000)

    carrier = Carrier(draft.text, lambda version: held.texts[version], stepped(0, 500))
    another = carrier.alignment(held.current).another_text
    found, tick = [], stepped(500, 800)
    for done, (annotation, coder, basis) in enumerate(held.bases):
        if not done & 0xF:
            tick(done, len(held.bases))
        found.append(of_placement(annotation, coder, basis.anchor, carrier.place(basis)))
    different = differences(old, draft.text, stepped(800, 1000))
    progress(1000, 1000)
    return Preview(False, another, tuple(different), tuple(found))


def _cleaned(text: str) -> str:
    """Give a text as reading texts are: line feeds only, no lone surrogates; raises Refused for NUL."""
    from db.importers.decoding import clean

    if "\x00" in text:
        raise errors.Refused("The text holds a NUL character, which no text can hold. Remove it.")
    return clean(text)

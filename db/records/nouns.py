"""The nouns of a project: what its tables hand out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NewType

from db.records.texts import Author, Layout, Remark, Removed

ArticleId = NewType("ArticleId", int)
VersionId = NewType("VersionId", int)
AnnotationId = NewType("AnnotationId", int)
TaggingId = NewType("TaggingId", int)
LinkId = NewType("LinkId", int)
NoteId = NewType("NoteId", int)
TranslationId = NewType("TranslationId", int)
CodeId = NewType("CodeId", int)
CodebookId = NewType("CodebookId", int)
InstrumentId = NewType("InstrumentId", int)
CoderId = NewType("CoderId", int)

# A record as it travels: column -> value, references given as uuids.
TravellingRecord = Mapping[str, str | int | None]


def either(language: str, zh: str, en: str) -> str:
    """Choose the words of a language, else those there are."""
    return (zh or en) if language.startswith("zh") else (en or zh)


@dataclass(frozen=True, slots=True)
class Coder:
    """One who codes; every annotation belongs to one coder for ever."""

    id: CoderId
    uuid: str
    name: str
    initials: str
    colour: str
    annotations: int = 0


@dataclass(frozen=True, slots=True)
class Codebook:
    """A tree of codes with its source; `working` books are offered in the picker."""

    id: CodebookId
    uuid: str
    name: str
    title_zh: str
    title_en: str
    version: str
    publisher_zh: str
    publisher_en: str
    licence: str
    url: str
    released: str
    note: str
    lacks_zh: str
    lacks_en: str
    shipped: bool
    revision: int
    working: bool = False

    @property
    def key(self) -> str:
        """The id that files exchange: the stable name, else the uuid."""
        return self.name or self.uuid

    def title(self, language: str) -> str:
        """The title with its version, in a language where there is one."""
        words = either(language, self.title_zh, self.title_en)
        return words if not self.version or self.version in words else f"{words} {self.version}"


@dataclass(frozen=True, slots=True)
class Code:
    """One code; sections and groups of a framework are codes too."""

    id: CodeId
    uuid: str
    codebook: CodebookId
    book: str
    parent: CodeId | None
    name: str
    number: str
    position: int
    kind: str
    branch: str
    name_zh: str
    name_en: str
    name_zh_status: str
    name_en_status: str
    definition_zh: str
    definition_en: str
    use_when: str
    avoid_when: str
    cues_zh: tuple[str, ...]
    cues_en: tuple[str, ...]
    colour: str
    confidence: str
    note: str
    revision: int
    shipped: bool
    uses: int = 0

    @property
    def key(self) -> str:
        """The id that files exchange: the stable name, else the uuid."""
        return self.name or self.uuid

    def title(self, language: str) -> str:
        """The name in a language, else the other language's; empty where no name is confirmed."""
        return either(language, self.name_zh, self.name_en)

    def confirmed(self, language: str) -> bool:
        """Whether the name shown in a language is the official wording or our own code's."""
        shown_zh = self.name_zh if language.startswith("zh") else ("" if self.name_en else self.name_zh)
        status = self.name_zh_status if shown_zh else self.name_en_status
        return status == "confirmed" or not self.shipped

    def label(self, language: str) -> str:
        """The number and the name, as a chip shows them."""
        return f"{self.number} {self.title(language)}".strip()

    def definition(self, language: str) -> str:
        """The definition in a language, else the other language's."""
        return either(language, self.definition_zh, self.definition_en)


@dataclass(frozen=True, slots=True)
class Alias:
    """Another name of an instrument; a local one counts only in a document that introduces it."""

    id: int
    uuid: str
    text: str
    language: str
    scope: str


@dataclass(frozen=True, slots=True)
class Instrument:
    """A law, rule, declaration, resolution, standard or list that passages are linked to."""

    id: InstrumentId
    uuid: str
    name: str
    title_zh: str
    title_en: str
    kind: str
    issuer: str
    jurisdiction: str
    dates: tuple[tuple[str, str], ...]  # (kind of date, ISO date), the first is the one shown
    status: str
    status_date: str
    url: str
    confidence: str
    note: str
    shipped: bool
    aliases: tuple[Alias, ...] = ()
    uses: int = 0

    @property
    def key(self) -> str:
        """The id that files exchange: the stable name, else the uuid."""
        return self.name or self.uuid

    @property
    def date(self) -> str:
        """The date shown, ISO 8601, or nothing."""
        return self.dates[0][1] if self.dates else ""

    def title(self, language: str) -> str:
        """The title in a language, else the other language's."""
        return either(language, self.title_zh, self.title_en)


@dataclass(frozen=True, slots=True)
class Article:
    """An article with its metadata and what the library shows of it."""

    id: ArticleId
    uuid: str
    title: str
    key: str
    authors: tuple[Author, ...]
    publisher: str
    source: str
    column: str
    genre: str
    url: str
    published: str
    published_from: str
    fetched: str
    fetched_from: str
    language: str
    created: str
    modified: str
    version: VersionId
    characters: int
    versions: int
    annotations: int  # all coders'
    own: int  # the present coder's
    status: str  # the present coder's
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """One text of an article, which never changes."""

    id: VersionId
    uuid: str
    article: ArticleId
    number: int
    text: str
    layout: Layout
    sha256: str
    media_type: str
    file_name: str
    removed: tuple[Removed, ...]
    remarks: tuple[Remark, ...]
    imported: str


@dataclass(frozen=True, slots=True)
class Tagging:
    """One code on one annotation, with the code's revision at that time and where it came from."""

    id: TaggingId
    uuid: str
    code: CodeId
    key: str
    revision: int
    origin: str
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Link:
    """One instrument linked to an annotation, with a locator as written (第十九条) and normalised."""

    id: LinkId
    uuid: str
    instrument: InstrumentId
    key: str
    locator: str
    locator_key: str
    relation: str


@dataclass(frozen=True, slots=True)
class Note:
    """A note in Markdown by one author: on a thing, a reply to a note, or a dated journal entry."""

    id: NoteId
    uuid: str
    text: str
    coder: CoderId
    private: bool
    created: str
    modified: str
    annotation: AnnotationId | None = None
    article: ArticleId | None = None
    code: CodeId | None = None
    instrument: InstrumentId | None = None
    reply_to: NoteId | None = None
    day: str = ""
    replies: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Annotation:
    """A coder's mark on a passage, or on a whole article where start and end are None.

    start and end are its place on the newest version (None where it is gone), `origin_*` where it was made.
    """

    id: AnnotationId
    uuid: str
    article: ArticleId
    article_uuid: str
    coder: CoderId
    start: int | None
    end: int | None
    exact: str
    prefix: str
    suffix: str
    version: VersionId
    origin_start: int | None
    origin_end: int | None
    status: str
    confidence: float
    created: str
    modified: str
    taggings: tuple[Tagging, ...] = ()
    links: tuple[Link, ...] = ()
    notes: tuple[Note, ...] = ()
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Field:
    """A typed property of an article, annotation, tagging or link; options are (id, zh, en)."""

    id: int
    uuid: str
    name: str
    target: str
    label_zh: str
    label_en: str
    type: str
    options: tuple[tuple[str, str, str], ...]
    shipped: bool


@dataclass(frozen=True, slots=True)
class Relation:
    """A typed arrow between passages, articles or instruments: (kind of end, its id) on either side."""

    id: int
    uuid: str
    kind: str
    source: tuple[str, int]
    target: tuple[str, int]
    note: str = ""
    coder: CoderId | None = None  # None: shipped with the catalogue


@dataclass(frozen=True, slots=True)
class Translation:
    """A passage in another language, written down by a coder; the translator may be somebody else."""

    id: TranslationId
    uuid: str
    annotation: AnnotationId
    language: str  # BCP 47: zh, en, zh-Hant
    text: str
    translator: str
    coder: CoderId
    created: str
    modified: str


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """A query kept under a title; `kind` is "search", "smart code" (named as codes are) or "standing" (tells what is new)."""

    id: int
    uuid: str
    title: str
    query: str
    kind: str = "search"


@dataclass(frozen=True, slots=True)
class Conflict:
    """One field that two people changed differently; values as JSON; `decision` is empty until a person decides."""

    id: int
    uuid: str
    kind: str
    record: str
    field: str
    mine: str
    theirs: str
    base: str
    source: str
    created: str
    decision: str = ""

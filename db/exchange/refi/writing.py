"""Writing REFI-QDA projects (.qdpx): valid by the schema in its order, the same bytes for the same state.

Positions are code points, half open, on each article's newest text; for NVivo they are UTF-16 units.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from db.exchange.archive import write_zip
from db.exchange.bundle import Source
from db.exchange.refi import shapes
from db.exchange.refi.aside import Aside
from db.exchange.refi.codebook import CodeWriter
from db.exchange.refi.drawing import box, content, moment, tag
from db.exchange.refi.guids import derived
from db.exchange.refi.kept import Kept
from db.exchange.refi.sets import SetWriter
from db.exchange.refi.shapes import say
from db.exchange.refi.transcripts import Transcript
from db.exchange.report import FidelityReport
from db.records import Progress, either, no_progress

SUFFIX = ".qdpx"
PROFILES = ("", "nvivo")
Record = Mapping[str, Any]
_LEFT_OUT = {
    "collection": "Collections of articles are not in it.",
    "saved_search": "Saved searches are not in it.",
    "confirmation": "Places that somebody confirmed on newer texts go as places only; by whom and when stays behind.",
    "alias": "Names of instruments that were added here are not in it.",
    "provision": "Provisions that were added to instruments here are not in it.",
    "crosswalk": "Crosswalks between frameworks are not in it: the format has no place for them.",
}
# Those that come with this program wherever it is have a UUIDv5.
_SHIPPED_TOO = ("alias", "provision", "crosswalk")
_PRIVATE = "Private notes stay on this machine."
_GONE = "{count} passages are no longer in the newest text of their article and stay behind."
_MOVED = "{count} passages stand at their places on the newest text, not where they were made."
_OLDER = "Older texts of the articles stay behind: {count}."
_PLAIN = "Headings, emphasis and links of the texts stay behind: the format carries plain text."
_UTF16 = "Positions are UTF-16 units, as NVivo counts; {count} documents hold characters where that makes a difference."
_BARE = "{count} marks of whole articles have no code, which the format cannot say; their notes stand on the article."
_LINK_FIELDS = "Fields of links are not in it; {count} values stay behind."


@dataclass(frozen=True, slots=True)
class Wanted:
    """What goes and how: articles and codes by uuid (None: all), names or not, how positions are counted.

    `private` is the coder whose private notes go along; nobody else's ever do.
    """

    name: str = ""
    articles: Sequence[str] | None = None
    codes: Sequence[str] | None = None
    anonymous: bool = False
    private: str = ""
    profile: str = ""
    language: str = "en"


@dataclass(slots=True)
class Standing:
    """Where annotations stand on the newest texts, by uuid (None: nowhere), and which version of an article that is."""

    places: Mapping[str, tuple[int, int] | None] = field(default_factory=dict)
    current: Mapping[str, str] = field(default_factory=dict)


def write(
    source: Source,
    standing: Standing,
    path: Path,
    wanted: Wanted,
    aside: Aside | None = None,
    *,
    progress: Progress = no_progress,
) -> FidelityReport:
    """Write a project; raises FolderMissing, NotWritten and what `progress` raises to stop, which leaves the old file."""
    writer = _Writer(source, standing, wanted, aside or Aside())
    with_texts = writer.whole(progress)
    write_zip(path, with_texts)
    return writer.report


class _Writer:
    """Gathers what is wanted and writes it, part by part."""

    def __init__(self, source: Source, standing: Standing, wanted: Wanted, aside: Aside) -> None:
        self._source, self._standing, self._wanted = source, standing, wanted
        self.report = FidelityReport()
        self._kept = Kept(aside, source, every=wanted.articles is None and wanted.codes is None)
        self._used: dict[str, None] = {}
        self._users = {str(coder["uuid"]): self._user(number, coder) for number, coder in enumerate(source.records("coder"), 1)}
        self._codes = CodeWriter(source, wanted.codes, wanted.language, self.report)
        articles = None if wanted.articles is None else set(wanted.articles)
        self._articles = [a for a in _sorted(source, "article") if articles is None or a["uuid"] in articles]
        self._annotations: defaultdict[str, list[Record]] = defaultdict(list)
        self._taggings: defaultdict[str, list[Record]] = defaultdict(list)
        self._links: defaultdict[str, list[Record]] = defaultdict(list)
        self._refs: defaultdict[tuple[str, str], list[str]] = defaultdict(list)  # (kind, uuid) -> notes on it
        self._notes: list[str] = []
        self._arrows: list[str] = []
        self._values: defaultdict[str, list[str]] = defaultdict(list)
        self._variables: dict[str, str] = {}
        self._pointed: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)  # instrument -> (element, uuid)
        self._written_notes: set[str] = set()
        self._named_by_notes: set[str] = set()
        self._memo_guids: dict[str, str] = {}
        self._wide = self._bare = 0

    @property
    def _every(self) -> bool:
        return self._wanted.articles is None and self._wanted.codes is None

    def _user(self, number: int, coder: Record) -> tuple[str, str]:
        if not self._wanted.anonymous:
            return str(coder["uuid"]), str(coder["name"])
        name = either(self._wanted.language, f"编码者 {number}", f"Coder {number}")
        return derived("anonymous", str(number)), name

    def _by(self, coder: object) -> str:
        """Give the GUID of a coder who then must be among the users."""
        found = self._users.get(str(coder))
        if found is None:
            return ""
        self._used[str(coder)] = None
        return found[0]

    def whole(self, progress: Progress) -> Iterator[tuple[str, bytes]]:
        """Give the members of the archive, the list of contents first."""
        self._choose()
        self._around()
        sources = []
        for done, article in enumerate(self._articles):
            progress(done, 2 * len(self._articles))
            sources.append((str(article["uuid"]), self._text_source(article)))
        cases, there = self._cases(), self._there()
        sets = SetWriter(self._source, {uuid for uuid, _ in sources}, every=self._wanted.articles is None, report=self.report)
        there |= sets.there
        known = self._kept.known(there)
        recordings = self._kept.recordings.going(every=self._every)
        ours = {"Cases": self._pointed, "Sources": {*dict(sources), *recordings}, "Sets": sets.there, "Notes": there}
        collections = sets.write(self._kept, known, self._by)
        parts = self._kept.parts(ours, known, self._by)
        names = {str(article["uuid"]): _name(article) for article in self._articles}
        texts = "".join(self._kept.around(uuid, element, names[uuid], known, self._by) for uuid, element in sources)
        texts += self._kept.spoken(known, self._by)
        users = "".join(tag("User", guid=guid, name=name) for uuid, (guid, name) in self._users.items() if uuid in self._used)
        variables = "".join(self._variables.values())
        arrows = "".join(self._arrows)
        inside = (
            box("Users", users) + box("CodeBook", box("Codes", self._codes.tree()))
            + box("Variables", variables) + box("Cases", cases + parts["Cases"])
            + box("Sources", texts + parts["Sources"]) + box("Notes", "".join(self._notes) + parts["Notes"])
            + box("Links", arrows + parts["Links"]) + box("Sets", collections + parts["Sets"]) + box("Graphs", parts["Graphs"])
        )  # fmt: skip
        head = f'<?xml version="1.0" encoding="utf-8"?>\n<Project xmlns="{shapes.PROJECT}" '
        root = tag(
            "Project", inside or "\n", name=self._wanted.name or "Project", origin=shapes.origin(self._wanted.profile)
        ).removeprefix("<Project ")
        self._tell()
        yield "project.qde", (head + root).encode()
        for done, article in enumerate(self._articles, len(self._articles)):
            progress(done, 2 * len(self._articles))
            yield f"sources/{article['uuid']}.txt", self._text(article).encode("utf-8", "replace")
        yield from self._kept.members(root)

    def _there(self) -> set[str]:
        """Give the GUIDs that what was kept aside may refer to."""
        there = {str(article["uuid"]) for article in self._articles} | self._codes.there
        there |= {str(a["uuid"]) for several in self._annotations.values() for a in several} | set(self._variables)
        return there | self._written_notes | {self._users[uuid][0] for uuid in self._used} | set(self._pointed)

    # What goes

    def _choose(self) -> None:
        chosen = {str(article["uuid"]) for article in self._articles}
        for tagging in _sorted(self._source, "tagging"):
            if tagging["code"] in self._codes.given:
                self._taggings[str(tagging["annotation"])].append(tagging)
        gone = moved = 0
        for annotation in _sorted(self._source, "annotation"):
            uuid = str(annotation["uuid"])
            if annotation["article"] not in chosen or (self._wanted.codes is not None and uuid not in self._taggings):
                continue
            place = self._place(annotation)
            if annotation["start"] is not None and place is None:
                gone += 1
                continue
            moved += place is not None and place != (annotation["start"], annotation["end"])
            self._annotations[str(annotation["article"])].append(annotation)
        going = {str(a["uuid"]) for several in self._annotations.values() for a in several}
        for link in _sorted(self._source, "link"):
            if link["annotation"] in going:
                self._links[str(link["annotation"])].append(link)
        self.report.dropped["annotation"] += gone
        self.report.changed["annotation"] += moved
        self._remark(_GONE, gone)
        self._remark(_MOVED, moved)

    def _place(self, annotation: Record) -> tuple[int, int] | None:
        if annotation["start"] is None:
            return None
        own = (int(annotation["start"]), int(annotation["end"]))
        return self._standing.places.get(str(annotation["uuid"]), own)

    def _text(self, article: Record) -> str:
        return self._source.text(self._standing.current[str(article["uuid"])])

    def _around(self) -> None:
        """Write what hangs on things: notes, translations, fields, relations."""
        from db.exchange.refi.hanging import Hanging

        there = {"annotation": {str(a["uuid"]) for several in self._annotations.values() for a in several}}
        there["article"] = {str(article["uuid"]) for article in self._articles}
        there["code"] = self._codes.there
        names = {uuid: name for uuid, (_guid, name) in self._users.items()}
        hanging = Hanging(
            self._source, there, self._by, names, self._kept, self._wanted.private, self._wanted.language, self.report
        )
        taggings = {str(t["uuid"]): str(t["annotation"]) for several in self._taggings.values() for t in several}
        memos = self._memos()
        hanging.write(taggings, memos, every=self._every)
        self._memo_guids = {guid: guid if guid in hanging.merged or guid not in hanging.written else "" for guid in memos}
        self._notes, self._arrows = hanging.notes, hanging.arrows
        self._refs, self._written_notes = hanging.refs, hanging.written
        self._values, self._variables = hanging.values, hanging.variables
        self._named_by_notes = hanging.instruments
        self._codes.refs = {uuid: "".join(refs) for (kind, uuid), refs in hanging.refs.items() if kind == "code"}
        self._remark(_PRIVATE, hanging.hidden)

    def _memos(self) -> dict[str, str]:
        """Give the texts of articles that go as notes, by the GUID of the note."""
        named = ((*self._kept.member(str(article["uuid"])), article) for article in self._articles)
        return {guid: self._text(article) for element, guid, article in named if element == "MemberNote"}

    # One source

    def _text_source(self, article: Record) -> str:
        """Write a text; nothing for one that goes as a note or within a recording."""
        uuid, text = str(article["uuid"]), self._text(article)
        transcript, shell = self._kept.recordings.transcript(uuid, text), self._kept.shell(uuid, text)
        units = _Units(text) if self._wanted.profile == "nvivo" else None
        self._wide += units is not None and bool(units.wide)
        inside, whole = "", ""
        for annotation in self._annotations[uuid]:
            place = self._place(annotation)
            if place is None:
                whole += self._on_whole(annotation)
            else:
                inside += self._selection(annotation, text, place, units, transcript)
        refs = "".join(self._refs["article", uuid])
        self.report.carried["article"] += 1
        made = {"creatingUser": self._by(article["coder"]), "creationDateTime": moment(article["created"])}
        made["modifiedDateTime"] = moment(article["modified"])
        values, path = "".join(self._values[uuid]), f"internal://{uuid}.txt"
        if transcript is not None:
            inside = transcript.written(units.of if units else int) + inside + transcript.rest
            if not transcript.is_first:
                inside, refs, values = inside + refs, "", ""
            spoken = tag(
                "Transcript", inside, guid=uuid, name=_name(article), richTextPath=transcript.rich, plainTextPath=path, **made
            )
            self._kept.recordings.take(uuid, spoken, _name(article), (whole, refs, values))
            return ""
        element = tag(
            shell.element, inside + whole + refs + values, guid=self._memo_guids.get(shell.note) or uuid, name=_name(article),
            richTextPath=shell.rich, plainTextPath=path, **made,
        )  # fmt: skip
        if shell.note:
            self._notes.append(element)
        return "" if shell.note else element

    def _selection(
        self, annotation: Record, text: str, place: tuple[int, int], units: _Units | None, transcript: Transcript | None
    ) -> str:
        uuid, (start, end) = str(annotation["uuid"]), place
        inside = "".join(map(self._coding, self._taggings[uuid])) + "".join(self._refs["annotation", uuid])
        self._point(annotation, "SelectionRef", uuid)
        self.report.carried["annotation"] += 1
        if self._kept.take_area(str(annotation["article"]), uuid, inside):
            return ""
        where: dict[str, str | int] = (
            {"startPosition": units.of(start) if units else start, "endPosition": units.of(end) if units else end}
            if transcript is None
            else dict(transcript.between(uuid, start, end))
        )
        return tag(
            "PlainTextSelection" if transcript is None else "TranscriptSelection", inside, guid=uuid,
            name=text[start : min(end, start + shapes.NAME_LENGTH)], **where,
            creatingUser=self._by(annotation["coder"]), creationDateTime=moment(annotation["created"]),
            modifiedDateTime=moment(annotation["modified"]),
        )  # fmt: skip

    def _on_whole(self, annotation: Record) -> str:
        """Write a mark of a whole article as codings of its source; its notes go with the first of them."""
        uuid, article = str(annotation["uuid"]), str(annotation["article"])
        self._point(annotation, "SourceRef", article)
        notes = self._refs["annotation", uuid]
        codings = self._taggings[uuid]
        if not codings:
            self.report.changed["annotation"] += 1
            self._bare += 1
            self._refs["article", article] += notes
            return ""
        self.report.carried["annotation"] += 1
        return "".join(self._coding(tagging, notes if tagging is codings[0] else ()) for tagging in codings)

    def _coding(self, tagging: Record, notes: Sequence[str] = ()) -> str:
        self.report.carried["tagging"] += 1
        uuid = str(tagging["uuid"])
        inside = tag("CodeRef", targetGUID=str(tagging["code"])) + "".join(notes) + "".join(self._refs["tagging", uuid])
        return tag(
            "Coding", inside, guid=uuid, creatingUser=self._by(tagging["coder"]), creationDateTime=moment(tagging["created"])
        )

    def _point(self, annotation: Record, element: str, uuid: str) -> None:
        for link in self._links[str(annotation["uuid"])]:
            instrument = str(link["instrument"])
            self._pointed[instrument].append((element, self._kept.member(uuid)[1] if element == "SourceRef" else uuid))
            uuid = self._kept.stands_for(uuid)
            name = shapes.link_told(str(link["locator"]), str(link["relation"]))
            arrow = tag("Link", guid=str(link["uuid"]), name=name, direction="OneWay", originGUID=uuid, targetGUID=instrument)
            self._arrows.append(arrow)
            self.report.carried["link"] += 1

    def _cases(self) -> str:
        found = ""
        for instrument in _sorted(self._source, "instrument"):
            uuid = str(instrument["uuid"])
            if not (self._pointed.get(uuid) or uuid in self._named_by_notes or not instrument["shipped"]):
                continue
            self._pointed.setdefault(uuid, [])
            dates = ", ".join(f"{kind}={date}" for kind, date in json.loads(str(instrument["dates"])))
            refs = dict.fromkeys(self._pointed[uuid])
            inside = content("Description", shapes.instrument_words(instrument, dates))
            for wanted in ("SourceRef", "SelectionRef"):
                inside += "".join(tag(element, targetGUID=target) for element, target in refs if element == wanted)
            name = either(self._wanted.language, str(instrument["title_zh"]), str(instrument["title_en"]))
            found += tag("Case", inside, guid=uuid, name=name)
            self.report.carried["instrument"] += 1
        return found

    # What is told

    def _tell(self) -> None:
        self.report.carried["coder"] += len(self._used)
        self._remark(_BARE, self._bare)
        if self._wanted.profile == "nvivo":
            self.report.reasons.append(say(self._wanted.language, _UTF16, count=self._wide))
        older = sum(1 for v in self._source.records("version") if v["article"] in self._standing.current) - len(
            self._standing.current
        )
        self.report.dropped["version"] += max(0, older)
        self._remark(_OLDER, max(0, older))
        if self._articles:
            self.report.reasons.append(say(self._wanted.language, _PLAIN))
        for kind, reason in _LEFT_OUT.items():
            records = self._source.records(kind)
            count = sum(1 for record in records if kind not in _SHIPPED_TOO or str(record["uuid"])[14] != "5")
            count = max(0, count - self.report.carried[kind])
            self.report.dropped[kind] += count
            self._remark(reason, count)
        self._remark(_LINK_FIELDS, self.report.dropped["field_value"])
        self._kept.tell(self.report)
        shapes.tidy(self.report)

    def _remark(self, reason: str, count: int) -> None:
        if count:
            self.report.reasons.append(say(self._wanted.language, reason, count=count))


class _Units:
    """Turns code points of a text into UTF-16 units."""

    def __init__(self, text: str) -> None:
        from db.exchange.refi.texts import measured

        self.wide = () if text.isascii() else measured(text).astral

    def of(self, place: int) -> int:
        """Give the UTF-16 units before a code point."""
        from bisect import bisect_left

        return place + bisect_left(self.wide, place)


def _sorted(source: Source, kind: str) -> list[Record]:
    return sorted(source.records(kind), key=_uuid)


def _name(article: Record) -> str:
    return str(article["title"] or article["key"])


def _uuid(record: Record) -> str:
    return str(record["uuid"])

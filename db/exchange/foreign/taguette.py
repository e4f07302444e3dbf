"""Taguette's databases (.sqlite3): projects with documents in HTML, highlights counted in UTF-8 bytes of their text, tags.

A highlight has no owner of its own: who made it, and when, stands in the log of commands. Tags hang below a code that is
named after their project. The shape of its files is in Taguette's database/models.py.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from db.exchange.foreign.gathering import Foreign, Gathering, Placed, moment, said
from db.exchange.foreign.page_text import PageText, read_page
from db.exchange.foreign.rows import Row, Tables, digest_of, downwards, nearest, number
from db.exchange.refi.known import Known
from db.records import Progress, no_progress

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "projects": ("id", "name", "description", "created"),
    "project_members": ("project_id", "user_login"),
    "documents": ("id", "name", "description", "filename", "created", "project_id", "contents"),
    "highlights": ("id", "document_id", "start_offset", "end_offset", "snippet"),
    "tags": ("id", "project_id", "path", "description", "parent_id"),
    "highlight_tags": ("highlight_id", "tag_id"),
    "groups": ("id", "project_id", "path", "description"),
    "document_groups": ("document_id", "group_id"),
    "commands": ("id", "date", "user_login", "document_id", "payload"),
}
# By these its files are known.
TABLES = frozenset({"projects", "documents", "highlights", "tags"})

_BAD_RANGE = "A highlight in {name} marks nothing (bytes {start} to {end} of {length}); it is left out."
_OTHER_WORDS = "A highlight in {name} stands on other words than it quotes, and these stand nowhere or several times: “{quote}”."
_FOUND = "{count} highlights stood beside the words they quote and stand on them now."
_ORPHANS = "{count} records name a document or a tag that is not in the database; they are left out."
_UNKNOWN = "The log does not say who made {count} highlights; they are {coder}'s."
_SHOWN = 30


def read(name: str, tables: Tables, known: Known, *, language: str = "en", progress: Progress = no_progress) -> Foreign:
    """Read all projects of a database of some name, given the rows of its tables; `progress` counts documents."""
    first = tables["projects"][0] if tables["projects"] else {}
    space = f"taguette\n{said(first.get('created')) or name}"
    return _Reading(Gathering(known, name, digest_of(tables), space, language), tables, progress).read()


class _Reading:
    def __init__(self, gathering: Gathering, tables: Tables, progress: Progress) -> None:
        self._g, self._t, self._progress = gathering, tables, progress
        self._made: dict[tuple[str, int], tuple[str, str]] = {}  # by kind and id: who added it, and when
        self._tags: dict[int, str] = {}
        self._documents: dict[int | None, Placed] = {}
        self._tops: dict[int | None, str] = {}
        self._members: dict[int | None, str] = {}
        self._lost: Counter[str] = Counter()

    def read(self) -> Foreign:
        self._read_log()
        self._members = {number(row["project_id"]): said(row["user_login"]) for row in reversed(self._t["project_members"])}
        for row in self._t["projects"]:
            at, name = moment(said(row["created"])), said(row["name"]).strip() or "Taguette"
            self._tops[number(row["id"])] = self._g.code(self._g.uuid("project", row["rowid"]), name, None, at=at)
            if words := said(row["description"]).strip():
                coder = self._g.coder(self._members.get(number(row["id"]), "Taguette"), at)
                day, parts = (at or self._g.known.now)[:10], ("project", row["rowid"])
                self._g.note("journal", None, f"# {name}\n\n{words}", coder, at=at, day=day, parts=parts)
        self._read_tags()
        self._read_documents()
        self._read_groups()
        report = self._g.report
        report.changed["annotation"] += self._lost["found"]
        report.dropped["reference"] += self._lost["orphan"]
        self._g.remark(_FOUND, self._lost["found"])
        self._g.remark(_ORPHANS, self._lost["orphan"])
        for coder in sorted(name for name in self._lost if name.startswith("by ")):
            self._g.remark(_UNKNOWN, self._lost[coder], coder=coder.removeprefix("by "))
        return self._g.foreign()

    def _read_tags(self) -> None:
        rows = {number(row["id"]): row for row in self._t["tags"]}
        for key in downwards(rows, "parent_id"):
            row = rows[key]
            above = self._tags.get(number(row["parent_id"]) or 0) or self._tops.get(number(row["project_id"]))
            at = self._made.get(("tag", key or 0), ("", ""))[1]
            uuid = self._g.uuid("tag", row["rowid"])
            self._tags[key or 0] = self._g.code(uuid, row["path"], above, meaning=row["description"], at=at)

    def _read_groups(self) -> None:
        """Read the groups of documents that older databases have, as collections."""
        groups: dict[int | None, str] = {}
        for row in self._t["groups"]:
            coder = self._g.coder(self._members.get(number(row["project_id"]), "Taguette"))
            groups[number(row["id"])] = self._g.collection(self._g.uuid("group", row["rowid"]), row["path"], None, coder)
        for row in self._t["document_groups"]:
            group, placed = groups.get(number(row["group_id"])), self._documents.get(number(row["document_id"]))
            if group is None or placed is None:
                self._lost["orphan"] += 1
            else:
                self._g.collect(group, placed.article, str(self._g.gathered.records["collection"][group]["coder"]))

    def _read_log(self) -> None:
        for row in self._t["commands"]:
            try:
                payload = json.loads(said(row["payload"]))
                kind = str(payload["type"])
            except (ValueError, KeyError, TypeError, RecursionError):
                continue
            by, at = said(row["user_login"]), moment(said(row["date"]))
            key = {"highlight_add": "highlight_id", "tag_add": "tag_id"}.get(kind)
            # Before 2021 all were called `id`.
            of = row["document_id"] if kind == "document_add" else payload.get(key, payload.get("id")) if key else None
            if isinstance(of, int):
                # A highlight that is changed later is logged as added once more.
                self._made.setdefault((kind.removesuffix("_add"), of), (by, at))

    def _read_documents(self) -> None:
        tags, highlights = defaultdict[int | None, list[int]](list), defaultdict[int | None, list[Row]](list)
        for row in self._t["highlight_tags"]:
            tags[number(row["highlight_id"])].append(number(row["tag_id"]) or 0)
        for row in self._t["highlights"]:
            highlights[number(row["document_id"])].append(row)
        for done, row in enumerate(self._t["documents"]):
            self._progress(done, len(self._t["documents"]))
            key = number(row["id"]) or 0
            member = self._members.get(number(row["project_id"]), "Taguette")
            by, at = self._made.get(("document", key), (member, ""))
            coder, at = self._g.coder(by, at), moment(said(row["created"])) or at
            page, file = read_page(str(row["contents"] or "")), said(row["filename"])
            uuid, title = self._g.uuid("document", row["rowid"]), said(row["name"])
            placed = self._g.article(uuid, title, page.text, page.layout, coder, at=at, file_name=file)
            self._documents[key] = placed
            self._g.note("article", placed.article, row["description"], coder, at=at, parts=("document",))
            for each in highlights.pop(key, ()):
                self._highlight(each, placed, page, title, tags.pop(number(each["id"]), []), member)
        self._lost["orphan"] += sum(map(len, highlights.values()))

    def _highlight(self, row: Row, placed: Placed, page: PageText, name: str, tags: Sequence[int], member: str) -> None:
        found = self._place(row, page, name)
        span = page.span(*found) if found else None
        if span is None:
            self._g.report.dropped["annotation"] += 1
            return
        key = ("highlight", number(row["id"]) or 0)
        if key not in self._made:
            self._lost[f"by {member}"] += 1
        by, at = self._made.get(key, (member, ""))
        coder = self._g.coder(by, at)
        annotation = self._g.annotation(self._g.uuid("highlight", row["rowid"]), placed, span, coder, at)
        for tag in tags:
            if tag in self._tags:
                self._g.tagging(annotation, self._tags[tag], coder, at)
            else:
                self._lost["orphan"] += 1

    def _place(self, row: Row, page: PageText, name: str) -> tuple[int, int] | None:
        """Give where a highlight stands in the page's own text: where its bytes say, or else where its words stand once."""
        offsets = number(row["start_offset"]), number(row["end_offset"])
        start, end = (None if at is None else page.code_point(at) for at in offsets)
        wanted = read_page(str(row["snippet"] or "")).raw
        inside = start is not None and end is not None and start < end
        if inside and (not _bare(wanted) or _bare(page.raw[start:end]) == _bare(wanted)):
            return start or 0, end or 0
        at = page.raw.find(wanted) if _bare(wanted) else -1
        if at >= 0 and page.raw.find(wanted, at + 1) < 0:
            self._lost["found"] += 1
            return at, at + len(wanted)
        if at >= 0 and (near := nearest(page.raw, wanted, start)) is not None:
            self._lost["found"] += 1
            return near
        if not inside:
            self._g.tell(_BAD_RANGE, name=name, start=offsets[0], end=offsets[1], length=len(page.raw.encode()))
        else:
            self._g.tell(_OTHER_WORDS, name=name, quote=wanted[:_SHOWN])
        return None


def _bare(words: str) -> str:
    return "".join(words.split())

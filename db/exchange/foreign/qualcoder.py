"""QualCoder's projects (data.qda, an SQLite file in a folder NAME.qda): texts, codes in categories, codings, memos, cases.

A code is a code below its category, a category a code too; all hang below one that is named after the project. A memo is
a definition or a note, a case a collection of the texts that are wholly its own, an attribute a field of articles. What
its files are is in QualCoder's own wiki, under "Sqlite data structure".
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import PurePath

from db.exchange.foreign.gathering import Foreign, Gathering, Placed, moment, said
from db.exchange.foreign.rows import Row, Tables, digest_of, downwards, nearest, number
from db.exchange.refi.colours import colour
from db.exchange.refi.known import Known
from db.exchange.refi.positions import Mark, placing, prove, span
from db.exchange.refi.texts import RawText, measured
from db.records import Layout, Progress, no_progress

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "project": ("date", "memo", "codername"),
    "source": ("id", "name", "fulltext", "mediapath", "memo", "owner", "date"),
    "code_cat": ("catid", "name", "memo", "owner", "date", "supercatid"),
    "code_name": ("cid", "name", "memo", "catid", "owner", "date", "color", "supercid"),
    "code_text": ("cid", "fid", "seltext", "pos0", "pos1", "owner", "date", "memo", "important"),
    "annotation": ("fid", "pos0", "pos1", "memo", "owner", "date"),
    "cases": ("caseid", "name", "memo", "owner", "date"),
    "case_text": ("caseid", "fid", "pos0", "pos1", "owner", "date", "memo"),
    "attribute_type": ("name", "valuetype"),
    "attribute": ("name", "attr_type", "value", "id", "owner", "date"),
    "journal": ("name", "jentry", "date", "owner"),
    "code_image": ("id",),
    "code_av": ("id",),
    "ris": ("risid",),
    "graph": ("grid",),
}
# By these its files are known.
TABLES = frozenset({"source", "code_name", "code_text"})

_MEDIA = "Pictures, sound and film have no text to be marked: {count} sources are left out."
_OF_MEDIA = "{count} codings of pictures, sound and film are left out."
_BAD_RANGE = "A coding in {name} marks nothing ({start} to {end} of {length}); it is left out."
_OTHER_WORDS = "A coding in {name} stands on other words than it quotes, and these stand nowhere or several times: “{quote}”."
_FOUND = "{count} codings stood beside the words they quote and stand on them now."
_ORPHANS = "{count} records name a text or a code that is not in the project; they are left out."
_PARTS = "{count} parts of texts belong to cases; only whole texts do here."
_ATTRIBUTES = "{count} attributes of cases belong to no text alone; they are in the journal."
_OTHERS = "{count} bibliographic entries and graphs have no place here; they are left out."
_SHOWN = 30
_EVERY = 20


def read(title: str, tables: Tables, known: Known, *, language: str = "en", progress: Progress = no_progress) -> Foreign:
    """Read a project of some title, given the rows of its tables; `progress` counts texts and may raise to stop."""
    made = said(tables["project"][0]["date"]) if tables["project"] else ""
    gathering = Gathering(known, f"{title}.qda", digest_of(tables), f"qualcoder\n{made or title}", language)
    return _Reading(gathering, tables, title, progress).read()


class _Reading:
    def __init__(self, gathering: Gathering, tables: Tables, title: str, progress: Progress) -> None:
        self._g, self._t, self._title, self._progress = gathering, tables, title, progress
        self._codes: dict[int, str] = {}
        self._texts: dict[int, Placed] = {}
        self._lost: Counter[str] = Counter()

    def read(self) -> Foreign:
        self._read_codes()
        self._read_sources()
        self._read_cases()
        self._read_attributes()
        for row in self._t["journal"]:
            words = f"# {said(row['name']).strip()}\n\n{said(row['jentry']).strip()}" if said(row["jentry"]).strip() else ""
            self._entry(words, row, "journal", row["name"])
        for row in self._t["project"][:1]:
            memo = said(row["memo"]).strip()
            words = f"# {self._title}\n\n{memo}" if memo else ""
            self._entry(words, {**row, "owner": row["codername"]}, "project", "memo")
        media = len(self._t["code_image"]) + len(self._t["code_av"])
        self._g.report.dropped["tagging"] += media
        self._g.remark(_OF_MEDIA, media)
        others = len({row["risid"] for row in self._t["ris"]}) + len(self._t["graph"])
        self._g.report.dropped["other"] += others
        self._g.remark(_OTHERS, others)
        self._g.report.dropped["reference"] += self._lost["orphan"]
        self._g.remark(_ORPHANS, self._lost["orphan"])
        self._g.remark(_FOUND, self._lost["found"])
        self._g.report.changed["annotation"] += self._lost["found"]
        return self._g.foreign()

    def _by(self, row: Row) -> str:
        return self._g.coder(row.get("owner"), self._at(row))

    @staticmethod
    def _at(row: Row) -> str:
        return moment(said(row.get("date")))

    def _entry(self, words: str, row: Row, *parts: object) -> None:
        """Write an entry of the journal, if it says anything."""
        if not words:
            return
        at = self._at(row)
        self._g.note("journal", None, words, self._by(row), at=at, day=(at or self._g.known.now)[:10], parts=parts)

    # Codes

    def _read_codes(self) -> None:
        if not self._t["code_cat"] and not self._t["code_name"]:
            return
        top = self._g.code(self._g.uuid("top"), self._title, None)
        categories = {number(row["catid"]): row for row in self._t["code_cat"]}
        above: dict[int | None, str] = {}
        for key in downwards(categories, "supercatid"):
            row = categories[key]
            uuid = self._g.uuid("category", row["rowid"], said(row["date"]))
            parent = above.get(number(row["supercatid"]), top)
            above[key] = self._g.code(uuid, row["name"], parent, meaning=row["memo"], at=self._at(row))
        codes = {number(row["cid"]): row for row in self._t["code_name"]}
        for key in downwards(codes, "supercid"):
            row = codes[key]
            uuid = self._g.uuid("code", row["rowid"], said(row["date"]))
            parent = self._codes.get(number(row["supercid"]) or 0) or above.get(number(row["catid"]), top)
            tint = colour(said(row["color"])) or ""
            self._g.code(uuid, row["name"], parent, meaning=row["memo"], colour=tint, at=self._at(row))
            self._codes[key or int(row["rowid"])] = uuid

    # Texts and what is marked in them

    def _read_sources(self) -> None:
        codings, remarks = _by_source(self._t["code_text"]), _by_source(self._t["annotation"])
        sources = [row for row in self._t["source"] if said(row["fulltext"]).strip()]
        media = len(self._t["source"]) - len(sources)
        self._g.report.dropped["article"] += media
        self._g.remark(_MEDIA, media)
        raws = [measured(said_raw(row["fulltext"])) for row in sources]
        marks = [[_mark(each) for each in codings[number(row["id"])]] for row in sources]
        proofs = prove(list(zip(raws, marks, strict=True)), "qualcoder")
        for done, (row, raw, proof) in enumerate(zip(sources, raws, proofs, strict=True)):
            if done % _EVERY == 0:
                self._progress(done, len(sources))
            key, coder = number(row["id"]), self._by(row)
            layout = Layout.of_lines(raw.text)
            placed = self._g.article(
                self._g.uuid("source", row["rowid"], said(row["date"])), row["name"], raw.text, layout, coder, at=self._at(row),
                file_name=PurePath(said(row["mediapath"]).replace("\\", "/")).name or said(row["name"]),
            )  # fmt: skip
            self._texts[key or int(row["rowid"])] = placed
            self._g.note("article", placed.article, row["memo"], coder, at=self._at(row), parts=("source",))
            place = placing(raw, proof.model)
            for each in codings.pop(key, ()):
                mark = _mark(each)
                found = span(place, mark)
                self._coding(each, placed, self._checked(mark, found, raw, said(row["name"])))
            for each in remarks.pop(key, ()):
                found = span(place, _mark(each))
                self._remark(each, placed, found, said(row["name"]), raw)
        self._lost["orphan"] += sum(map(len, codings.values())) + sum(map(len, remarks.values()))

    def _checked(self, mark: Mark, found: tuple[int, int] | None, raw: RawText, name: str) -> tuple[int, int] | None:
        """Give where a coding stands: where its positions say, or else where its words stand once."""
        wanted = _bare(mark.name)
        if found is not None and (not wanted or _bare(raw.text[slice(*found)]) == wanted):
            return found
        at = raw.text.find(mark.name) if wanted else -1
        if at >= 0 and raw.text.find(mark.name, at + 1) < 0:
            self._lost["found"] += 1
            return at, at + len(mark.name)
        if at >= 0 and (near := nearest(raw.text, mark.name, None if found is None else found[0])) is not None:
            self._lost["found"] += 1
            return near
        self._g.report.dropped["tagging"] += 1
        if found is None:
            self._g.tell(_BAD_RANGE, name=name, start=mark.start, end=mark.end, length=len(raw.text))
        else:
            self._g.tell(_OTHER_WORDS, name=name, quote=mark.name[:_SHOWN])
        return None

    def _coding(self, row: Row, placed: Placed, found: tuple[int, int] | None) -> None:
        code = self._codes.get(number(row["cid"]) or 0)
        if code is None:
            self._lost["orphan"] += 1
            return
        if found is None:
            return
        coder, at = self._by(row), self._at(row)
        annotation = self._g.annotation(self._g.uuid("coding", row["rowid"], said(row["date"])), placed, found, coder, at)
        tagging = self._g.tagging(annotation, code, coder, at)
        self._g.note("annotation", annotation, row["memo"], coder, at=at, parts=("coding", row["rowid"]))
        if number(row["important"]):
            self._g.value(self._g.field("Important", "tagging", zh="重要"), "tagging", tagging, "yes", coder)

    def _remark(self, row: Row, placed: Placed, found: tuple[int, int] | None, name: str, raw: RawText) -> None:
        if found is None:
            self._g.report.dropped["annotation"] += 1
            self._g.tell(_BAD_RANGE, name=name, start=row["pos0"], end=row["pos1"], length=len(raw.text))
            return
        coder, at = self._by(row), self._at(row)
        annotation = self._g.annotation(self._g.uuid("annotation", row["rowid"], said(row["date"])), placed, found, coder, at)
        self._g.note("annotation", annotation, row["memo"], coder, at=at, parts=("annotation", row["rowid"]))

    # Cases and attributes

    def _read_cases(self) -> None:
        self._of_case: defaultdict[int | None, list[str]] = defaultdict(list)
        self._cases = {number(row["caseid"]): row for row in self._t["cases"]}
        parts = 0
        collections: dict[int | None, str] = {}
        for key, row in self._cases.items():
            uuid = self._g.uuid("case", row["rowid"], said(row["date"]))
            collections[key] = self._g.collection(uuid, row["name"], self._cases_above(row), self._by(row), self._at(row))
            memo = said(row["memo"]).strip()
            self._entry(f"# {said(row['name']).strip()}\n\n{memo}" if memo else "", row, "case", row["rowid"])
        for row in self._t["case_text"]:
            placed, key = self._texts.get(number(row["fid"]) or 0), number(row["caseid"])
            if placed is None or key not in collections:
                self._lost["orphan"] += 1
            elif number(row["pos0"]) == 0 and (number(row["pos1"]) or 0) >= len(placed.text) - 1:
                self._g.collect(collections[key], placed.article, self._by(row), self._at(row))
                self._of_case[key].append(placed.article)
            else:
                parts += 1
        self._g.report.dropped["part of a case"] += parts
        self._g.remark(_PARTS, parts)

    def _cases_above(self, row: Row) -> str:
        uuid = self._g.uuid("cases")
        if uuid not in self._g.gathered.records["collection"]:
            self._g.collection(uuid, self._title, None, self._by(row), self._at(row))
        return uuid

    def _read_attributes(self) -> None:
        """Set the attributes of texts, and those of cases on the texts that are of that case alone."""
        kinds = {
            said(row["name"]): "number" if said(row["valuetype"]) == "numeric" else "text" for row in self._t["attribute_type"]
        }
        cases_of = Counter(article for several in self._of_case.values() for article in set(several))
        aside: defaultdict[int | None, list[Row]] = defaultdict(list)
        for row in self._t["attribute"]:
            key, value = number(row["id"]), said(row["value"]).strip()
            if not value:
                continue
            if said(row["attr_type"]) == "file":
                placed = self._texts.get(key or 0)
                articles = [placed.article] if placed else []
                self._lost["orphan"] += not articles
            else:
                articles = [article for article in self._of_case[key] if cases_of[article] == 1]
                if not articles:
                    aside[key].append(row)
            for article in articles:
                field = self._g.field(said(row["name"]).strip() or "?", "article", kinds.get(said(row["name"]), "text"))
                self._g.value(field, "article", article, value, self._by(row))
        self._keep_aside(aside)

    def _keep_aside(self, aside: Mapping[int | None, Sequence[Row]]) -> None:
        count = 0
        for key, rows in aside.items():
            if key not in self._cases:
                self._lost["orphan"] += len(rows)
                continue
            count += len(rows)
            lines = "\n".join(f"- {said(row['name'])}: {said(row['value'])}" for row in rows)
            self._entry(f"# {said(self._cases[key]['name']).strip()}\n\n{lines}", self._cases[key], "attributes", key)
        self._g.report.kept_aside["attribute"] += count
        self._g.remark(_ATTRIBUTES, count)


def said_raw(raw: object) -> str:
    """Give a text as it stands, line ends and all, for positions are counted on it; NUL is no character of any text here."""
    return str(raw).replace("\0", "\ufffd")


def _by_source(rows: Sequence[Row]) -> defaultdict[int | None, list[Row]]:
    found: defaultdict[int | None, list[Row]] = defaultdict(list)
    for row in rows:
        found[number(row["fid"])].append(row)
    return found


def _mark(row: Row) -> Mark:
    start, end = number(row["pos0"]), number(row["pos1"])
    # Qt gives the lines of a selection with its own paragraph mark between.
    words = said(row.get("seltext")).replace("\u2029", "\n")
    return Mark(-1 if start is None else start, -1 if end is None else end, words)


def _bare(words: str) -> str:
    return "".join(words.split())

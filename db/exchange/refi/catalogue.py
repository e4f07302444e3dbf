"""Reading who and with what: users become coders, codes a tree, variables columns of metadata or fields."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from db.exchange.refi import shapes
from db.exchange.refi.colours import colour
from db.exchange.refi.guids import Names, derived, normal
from db.exchange.refi.known import Gathered, Known
from db.exchange.refi.labels import CODE, heard
from db.exchange.refi.parsing import child, children, words_of
from db.exchange.refi.positions import ORIGIN
from db.exchange.refi.shapes import say
from db.exchange.report import FidelityReport

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_CJK = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]")
_FRACTION = re.compile(r"(\.\d{1,6})\d*")
_MEANING = ("number", "name_zh", "name_en", "definition_zh", "definition_en", "use_when", "avoid_when")
_TYPES = {"Integer": "number", "Float": "number", "Date": "date", "DateTime": "date"}
_LISTED = 40
_MORE = "{count} more of the like."
_UNKNOWN = "Unknown coder"
_SHIPPED = "Codes of the shipped frameworks keep their names here: {count} differ in the file."
_COLOURS = "{count} colours are written in a way that is not known; the codes have none."
_NOT_CODABLE = "{count} codes only group others in the file; here every code can be given."
_CASES = "{count} cases are what passages are coded with in the file; they are codes here."
_DOUBLED = "{count} GUIDs stand for two things in the file; the second has another uuid here."


class Reading:
    """What the parts of reading share: names, records, the report and what is listed in it."""

    def __init__(self, path: Path, root: Element, known: Known, replica: str, language: str) -> None:
        self.path, self.root, self.known, self.language = path, root, known, language
        self.names = Names(known.kinds(), known.aliases)
        self.gathered = Gathered(known, replica)
        self.report = FidelityReport()
        self.origin = root.get("origin", "")
        self.at = moment(root.get("creationDateTime")) or known.now
        self.attached: dict[str, list[tuple[str, str]]] = {}  # note -> what it is on
        self.columns: dict[str, str] = {}  # variable -> column of metadata
        self.fields: dict[str, str] = {}  # variable -> field
        self.statuses: dict[str, str] = {}  # variable -> coder whose progress it is
        self._listed: list[str] = []
        self._last_position = max((int(code["position"]) for code in known.of("code").values()), default=0)

    @property
    def is_own(self) -> bool:
        """Whether this program wrote the file."""
        return self.origin.startswith(ORIGIN)

    def tell(self, sentence: str, **facts: object) -> None:
        """List something that went wrong, in words."""
        self._listed.append(say(self.language, sentence, **facts))

    def remark(self, sentence: str, count: int, **facts: object) -> None:
        """Add a reason with its count, if there is any."""
        if count:
            self.report.reasons.append(say(self.language, sentence, count=count, **facts))

    def finish(self) -> None:
        """Bring what was listed into the report."""
        self.report.reasons += self._listed[:_LISTED]
        self.remark(_MORE, len(self._listed) - _LISTED if len(self._listed) > _LISTED else 0)
        self.remark(_DOUBLED, self.names.doubled)
        shapes.tidy(self.report)

    def coder(self, raw: str | None, fallback: str = "") -> str:
        """Give the coder that a user's GUID means; who is not among the users stays somebody of their own."""
        if not normal(raw):
            return fallback or self.coder(self.root.get("creatingUserGUID") or "unknown")
        found = self.names.of("coder", raw)
        if found is None:
            found = self.names.take("coder", raw)
            whose = _UNKNOWN if raw == "unknown" else f"{_UNKNOWN} {normal(raw)[:8]}"
            self._put_coder(found, whose)
        return found

    def _put_coder(self, uuid: str, name: str) -> None:
        fixed = {"name": name, "initials": _initials(name), "created": self.at}
        self.gathered.put("coder", uuid, {}, fixed)
        self.report.carried["coder"] += 1

    def note_on(self, element: Element, kind: str, uuid: str) -> None:
        """Remember which notes an element refers to."""
        for reference in children(element, "NoteRef"):
            self.attached.setdefault(normal(reference.get("targetGUID")), []).append((kind, uuid))

    # Users, codes, variables

    def users(self) -> None:
        """Read the users."""
        for user in children(child(self.root, "Users"), "User"):
            name = (user.get("name") or user.get("id") or "").strip()
            uuid = self.names.take("coder", user.get("guid"), name)
            self._put_coder(uuid, name or f"{_UNKNOWN} {uuid[:8]}")

    def codes(self, top: Element | None) -> None:
        """Read the tree of codes, however deep it is; `top` is what holds them."""
        shipped = strange = grouping = position = 0
        waiting: list[tuple[Element, str | None]] = [(each, None) for each in reversed(list(children(top, "Code")))]
        while waiting:
            element, parent = waiting.pop()
            guid = normal(element.get("guid"))
            below: str | None = parent
            if parent is None and guid in self.known.of("codebook"):
                self.gathered.keep("codebook", guid)
            else:
                position += 1
                below = self.names.take("code", guid, parent or "", element.get("name", ""), str(position))
                ours = self.known.of("code").get(below)
                shipped += self._code(element, below, parent, position)
                strange += colour(element.get("color")) is None
                grouping += ours is None and element.get("isCodable", "").strip() in ("false", "0")
                self.note_on(element, "code", below)
            waiting += [(each, below) for each in reversed(list(children(element, "Code")))]
        position = self._case_codes(position)
        self.report.changed["code"] += shipped + strange + grouping
        self.remark(_SHIPPED, shipped)
        self.remark(_COLOURS, strange)
        self.remark(_NOT_CODABLE, grouping)

    def _case_codes(self, position: int) -> int:
        """Read the cases that passages are coded with, as some programs do, as codes beside what else they are."""
        cases = {normal(case.get("guid")): case for case in children(child(self.root, "Cases"), "Case")}
        coded = dict.fromkeys(normal(each.get("targetGUID")) for each in self.root.iter("CodeRef")) if cases else {}
        found = [guid for guid in coded if guid in cases and self.names.of("code", guid) is None]
        for guid in found:
            position += 1
            uuid = self.names.take("code", guid)
            self._code(cases[guid], uuid, None, position)
        self.report.changed["Case"] += len(found)
        self.remark(_CASES, len(found))
        return position

    def _code(self, element: Element, uuid: str, parent: str | None, position: int) -> bool:
        """Read one code; True where a shipped one has another name in the file."""
        ours = self.known.of("code").get(uuid)
        name, words = " ".join((element.get("name") or "").split()), words_of(element, "Description")
        self.report.carried["code"] += 1
        if ours is not None and ours["name"]:
            self.gathered.keep("code", uuid)
            return name not in _shown_names(ours)
        carried = _code_values(name, words, ours)
        tint = colour(element.get("color"))
        if tint:
            carried["colour"] = tint
        if ours is None or self._moved(ours, parent):
            above = self.gathered.get("code", parent) if parent else None
            carried["parent"] = parent
            carried["codebook"] = above["codebook"] if above else self.own_book()
            carried["branch"] = above["branch"] if above else "own"
        if ours is not None and any(carried.get(key, ours[key]) != ours[key] for key in _MEANING):
            carried["revision"] = ours["revision"] + 1
        if ours is not None and any(ours[key] != value for key, value in carried.items()):
            carried["modified"] = self.known.now
        fixed = {"position": self._last_position + position, "created": self.at, "modified": self.at}
        self.gathered.put("code", uuid, carried, fixed)
        return False

    def _moved(self, ours: Mapping[str, Any], parent: str | None) -> bool:
        return bool(ours["parent"] != parent)

    def own_book(self) -> str:
        """Give the project's own codebook, made where there is none."""
        books = {**self.known.of("codebook"), **self.gathered.records["codebook"]}
        found = next((uuid for uuid, book in books.items() if not book["shipped"]), None)
        if found is None:
            found = derived("own codes")
            fixed = {"title_zh": "自建编码", "title_en": "Own codes", "created": self.at, "modified": self.at}
            self.gathered.put("codebook", found, {}, fixed)
        return found

    def variables(self) -> None:
        """Read the variables: our own are columns of metadata or fields again, others become fields of articles."""
        columns = {shapes.variable(column): column for column in shapes.METADATA}
        titles = {title: column for column, both in shapes.METADATA.items() for title in both} if self.is_own else {}
        statuses = {shapes.status_variable(guid): uuid for guid, uuid in self.names.all_of("coder").items()}
        labels = {
            str(field[side]): uuid for uuid, field in self.known.of("field").items() for side in ("label_zh", "label_en", "name")
            if field["target"] == "article" and field[side]
        }  # fmt: skip
        for variable in children(child(self.root, "Variables"), "Variable"):
            guid, name = normal(variable.get("guid")), (variable.get("name") or "").strip()
            column = columns.get(guid) or titles.get(name)
            if column:
                self.columns[guid] = column
                continue
            if guid in statuses:
                self.statuses[guid] = statuses[guid]
                continue
            found = guid if guid in self.known.of("field") else labels.get(name)
            if found is None:
                found = self.names.take("field", guid, name)
                kind = _TYPES.get(variable.get("typeOfVariable", ""), "text")
                label = name or found[:8]
                self.gathered.put("field", found, {}, {"target": "article", "label_zh": label, "label_en": label, "type": kind})
                self.report.carried["field"] += 1
            self.fields[guid] = found


def _shown_names(code: Mapping[str, Any]) -> set[str]:
    both = {shapes.code_name(code, language) for language in ("zh", "en")}
    return both | {str(code["name_zh"]), str(code["name_en"])}


def _code_values(name: str, words: str, ours: Mapping[str, Any] | None) -> dict[str, Any]:
    """Give what a name and a description say of a code, beside what is known of it."""
    told = heard(CODE, words) or {}
    carried: dict[str, Any] = {}
    before = {key: "" for key, _label in CODE} | {key: str(ours[key]) for key, _label in CODE if ours is not None}
    if words and (ours is None or words != shapes.code_words(ours)):
        carried = dict(told) if told else {_side("definition", words): words}
    whole = before | carried
    if name not in _shown_names(whole):
        number = whole["number"]
        bare = name.removeprefix(f"{number} ") if number else name
        carried[_side("name", bare)] = bare
        whole |= carried
    if not (whole["name_zh"] or whole["name_en"] or whole["number"]):
        carried["name_en"] = "?"
    return carried


def _side(what: str, words: str) -> str:
    return f"{what}_{'zh' if _CJK.search(words) else 'en'}"


def _initials(name: str) -> str:
    words = re.findall(r"[^\W_]+", name)
    return "".join(word[0] for word in words[:3]).upper() if name.isascii() else name[:2]


@lru_cache(10_000)
def moment(raw: str | None) -> str:
    """Give a time as it is stored: UTC, ISO 8601, milliseconds; nothing for what is no time. Without a zone it is UTC."""
    words = _FRACTION.sub(lambda match: match[1].ljust(7, "0"), (raw or "").strip())
    try:
        at = datetime.fromisoformat(words)
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):
        return ""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")

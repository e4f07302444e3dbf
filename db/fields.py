"""Fields: typed properties of articles, annotations, taggings and links; unset is unset."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from db import errors
from db.ids import shipped_uuid
from db.records import Field
from db.store import Store

_STANCES = (
    ("asserts", "主张"),
    ("denies", "否认"),
    ("supports", "支持"),
    ("criticises", "批评"),
    ("describes", "描述"),
)
_CERTAINTY = (("sure", "确定"), ("unsure", "存疑"))
_VOICES = (("author", "作者"), ("quoted", "直接引用"), ("reported", "转述"))
_ACTORS = (
    ("state", "国家"), ("company", "企业"), ("international organisation", "国际组织"), ("academia", "学界"),
    ("media", "媒体"), ("public", "公众"),
)  # fmt: skip
_JURISDICTIONS = (
    ("CN", "中国"),
    ("EU", "欧盟"),
    ("US", "美国"),
    ("UK", "英国"),
    ("UN", "联合国"),
    ("international", "国际"),
)
# (name, target, zh, en, type, options): what ships with every project.
SHIPPED = (
    ("jurisdiction", "article", "法域", "Jurisdiction", "many of", _JURISDICTIONS),
    ("actor_type", "article", "主体类型", "Actor type", "many of", _ACTORS),
    ("voice", "annotation", "声音", "Voice", "one of", _VOICES),
    ("speaker", "annotation", "说话人", "Speaker", "text", ()),
    ("actor", "annotation", "行为主体", "Actor", "one of", _ACTORS),
    ("stance", "tagging", "立场", "Stance", "one of", _STANCES),
    ("certainty", "tagging", "把握", "Certainty", "one of", _CERTAINTY),
)
TARGETS = ("article", "annotation", "tagging", "link")
KINDS = ("one of", "many of", "date", "number", "text")
_CHOSEN = KINDS[:2]
# The relation of a link is a column of its own: every link has the same choice.
LINK_RELATIONS = ("mentions", "quotes", "interprets", "implements", "criticises", "compares")


_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2}([T ][0-9]{2}:[0-9]{2}\S*)?)?)?")


def refuse_no_date(value: str) -> None:
    """Refuse what is neither a year, a month, a day nor a time of the calendar; nothing is no date known; raises Refused."""
    if not value:
        return
    try:
        if not _DATE.fullmatch(value):
            raise ValueError(value)
        datetime.fromisoformat(value + "-01-01"[len(value) - 4 :])
    except ValueError:
        raise errors.Refused("{value} is no date. Write it as 2024, 2024-05 or 2024-05-06.", value=value) from None


def _options(stored: str) -> tuple[tuple[str, str, str], ...]:
    return tuple((str(option), str(zh), str(en)) for option, zh, en in json.loads(stored))


def _called(field: Field) -> set[str]:
    return {name.casefold() for name in (field.name, field.label_zh, field.label_en) if name}


class Fields:
    """The fields of a project and their values."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def all(self, target: str | None = None) -> list[Field]:
        """List the fields, of one kind of thing or of all."""
        rows = self._store.rows(
            "SELECT id, uuid, ifnull(name, ''), target, label_zh, label_en, type, options, shipped FROM field"
            " WHERE ?1 IS NULL OR target = ?1 ORDER BY position, id",
            (target,),
        )
        found = []
        for row in rows:
            values = (*row[:7], self._store.parsed(row[7], _options), bool(row[8]))
            found.append(Field(*values))
        return found

    def load(self) -> None:
        """Load the shipped fields; inside a change."""
        for position, (name, target, zh, en, kind, options) in enumerate(SHIPPED, 1):
            triples = json.dumps([[option, option_zh, option] for option, option_zh in options], ensure_ascii=False)
            self._store.insert(
                "field", uuid=shipped_uuid("field", name), name=name, target=target, label_zh=zh, label_en=en, type=kind,
                options=triples, position=position, shipped=1,
            )  # fmt: skip

    def add(self, target: str, label: str, kind: str = "text", options: Iterable[str] = ()) -> int:
        """Define a field of articles, annotations, taggings or links, called so in both languages; raises Refused."""
        label, words = label.strip(), [word for word in dict.fromkeys(option.strip() for option in options) if word]
        if not label:
            raise errors.Refused("A field needs a name. Give one.")
        if target not in TARGETS or kind not in KINDS:
            raise errors.Refused("There is no field of {target} with values of the kind “{kind}”.", target=target, kind=kind)
        if kind in _CHOSEN and len(words) < 2:
            raise errors.Refused("A field with choices needs at least two. Give them, or make it a text.")
        if any(label.casefold() in _called(field) for field in self.all(target)):
            raise errors.Refused("There is a field called {name} already. Take another name.", name=label)
        triples = json.dumps([[word, word, word] for word in words], ensure_ascii=False) if kind in _CHOSEN else "[]"
        with self._store.change("New field"):
            position = self._store.value("SELECT ifnull(max(position), 0) + 1 FROM field")
            return self._store.insert(
                "field", target=target, label_zh=label, label_en=label, type=kind, options=triples, position=position
            )

    def remove(self, field: int) -> None:
        """Remove a field of one's project with all values set in it; raises NotFound or Refused."""
        row = self._store.one("SELECT shipped FROM field WHERE id = ?", (field,))
        if row is None:
            raise errors.NotFound("field", field)
        if row[0]:
            raise errors.Refused("This field comes with every project. It can be left unset, but not removed.")
        with self._store.change("Remove field"):
            self._store.delete("field", [field])

    def of(self, target: str, things: Iterable[int]) -> dict[int, dict[str, tuple[str, ...]]]:
        """Give the values set on things of one kind: thing -> field name -> values."""
        keys = list(things)
        found: defaultdict[int, dict[str, tuple[str, ...]]] = defaultdict(dict)
        for part in (keys[i : i + 500] for i in range(0, len(keys), 500)):
            marks = ", ".join("?" * len(part))
            rows = self._store.rows(
                f"SELECT v.{target}, coalesce(f.name, f.uuid), v.value FROM field_value v JOIN field f ON f.id = v.field"
                f" WHERE v.{target} IN ({marks}) ORDER BY v.id",
                part,
            )
            for thing, name, value in rows:
                found[thing][name] = (*found[thing].get(name, ()), value)
        return dict(found)

    def set(self, target: str, thing: int, name: str, *values: str) -> None:
        """Set a field of a thing; no value unsets it; raises NotFound or Refused."""
        field = next((f for f in self.all(target) if name in (f.name, f.uuid, f.label_zh, f.label_en)), None)
        if field is None:
            raise errors.NotFound("field", name)
        wanted = [value for value in dict.fromkeys(v.strip() for v in values) if value]
        known = {word: option[0] for option in field.options for word in option}
        if field.options:
            for value in wanted:
                if value not in known:
                    choices = ", ".join(option[0] for option in field.options)
                    raise errors.Refused(
                        "{value} is no value of {field}. Choose one of: {choices}.",
                        value=value,
                        field=name,
                        choices=choices,
                    )
            wanted = list(dict.fromkeys(known[value] for value in wanted))
        if field.type != "many of" and len(wanted) > 1:
            raise errors.Refused("{field} holds one value. Give one.", field=name)
        before = self.of(target, [thing]).get(thing, {}).get(field.name or field.uuid, ())
        if set(wanted) == set(before):
            return
        if not self._store.value(f"SELECT 1 FROM {target} WHERE id = ?", (thing,)):
            raise errors.NotFound(target, thing)
        rows = self._store.rows(f"SELECT id, value FROM field_value WHERE {target} = ? AND field = ?", (thing, field.id))
        stays = {value: key for key, value in rows if value in wanted}
        new = [value for value in wanted if value not in stays]
        goes = [key for key, value in rows if value not in stays]
        with self._store.change("Set field"):
            # The one value of a field is corrected in place, so that two who correct it apart are told.
            if field.type != "many of" and new and goes:
                self._store.update("field_value", goes.pop(0), value=new.pop(0), coder=self._store.me)
            self._store.delete("field_value", goes)
            for value in new:
                self._store.insert("field_value", field=field.id, value=value, coder=self._store.me, **{target: thing})

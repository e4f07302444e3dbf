"""What became of a project since a state of it was frozen: how many records of each kind came, changed and went. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from db import schema
from db.exchange.tables import say
from db.records import either
from db.sharing.freezing import Difference, State

# What people call the kinds of records; a provision or an alias belongs to its instrument, a row to its crosswalk, and so on.
_KINDS: Mapping[str, tuple[str, str]] = {
    "coder": ("coders", "编码者"), "codebook": ("codebooks", "编码本"), "code": ("codes", "编码"),
    "crosswalk": ("crosswalks", "编码对照表"), "instrument": ("instruments", "政策文书"), "article": ("articles", "文章"),
    "version": ("versions of articles", "文章版本"), "article_status": ("states of work on articles", "文章进度"),
    "annotation": ("passages", "片段"), "tagging": ("codings", "编码标记"), "link": ("links to instruments", "政策文书关联"),
    "translation": ("translations", "译文"), "relation": ("relations", "关系"), "note": ("notes", "笔记"),
    "field": ("fields", "字段"), "field_value": ("values of fields", "字段值"), "saved_search": ("saved searches", "已存检索"),
    "confirmation": ("places confirmed", "位置确认"), "collection": ("collections", "文集"),
    "collected": ("articles in collections", "文集收录"), "article_tag": ("tags of articles", "文章标签"),
}  # fmt: skip
_WITHIN = {"alias": "instrument", "provision": "instrument", "crosswalk_row": "crosswalk"}
_SAME = "Nothing was added, changed or removed since “{name}” ({day})."
_OTHER = "Since “{name}” ({day}):"
_WHAT = ("added", "changed", "removed")
_WORDS = {"added": ("{count} added", "新增 {count}"), "changed": ("{count} changed", "改动 {count}"),
          "removed": ("{count} removed", "删去 {count}")}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tally:
    """How many records of a kind were added, changed and removed since."""

    kind: str
    added: int = 0
    changed: int = 0
    removed: int = 0


def tallied(found: Iterable[Difference]) -> tuple[Tally, ...]:
    """Count differences by kind, in the order of kinds; a kind without any is left out.

    What belongs to another record (an alias to its instrument) counts as a change of the kind of that.
    """
    counts: Counter[tuple[str, str]] = Counter()
    for one in found:
        counts[(_WITHIN.get(one.kind, one.kind), "changed" if one.kind in _WITHIN else one.what)] += 1
    kinds = [kind for kind in schema.TRAVELLING if any((kind, what) in counts for what in _WHAT)]
    return tuple(Tally(kind, *(counts[kind, what] for what in _WHAT)) for kind in kinds)


def told(state: State | None, tallies: Iterable[Tally], language: str) -> list[str]:
    """Say it in lines: since when, then one line for each kind; a bundle that names no state is called by nothing."""
    name, day = (state.name, state.at[:10]) if state else ("…", "…")
    lines = [_line(one, language) for one in tallies]
    return [say(language, _OTHER if lines else _SAME, name=name, day=day), *lines]


def _line(one: Tally, language: str) -> str:
    counts = [(what, getattr(one, what)) for what in _WHAT]
    parts = [either(language, *_WORDS[what][::-1]).format(count=count) for what, count in counts if count]
    return either(language, *_KINDS[one.kind][::-1]) + either(language, "：", ": ") + either(language, "，", ", ").join(parts)

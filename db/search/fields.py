"""The fields of the query language: their names and the words of their values in both languages, and how values are read."""

from __future__ import annotations

import re
from collections.abc import Callable
from math import inf, isnan

from db.folding import fold_query, fold_text
from db.search.tree import Filter, QueryFault, fault
from db.search.words import pattern

KINDS = ("article", "passage", "note", "instrument", "code")
# The names of each field: the English one, by which it is known, the Chinese one, by which it is written, and others.
_NAMES = (
    "code 编码", "instrument 文书 政策文书", "coder 编码者", "article 文章", "published 发布 发布日期", "created 创建",
    "modified 修改", "kind 类型", "status 状态", "stance 立场", "has 有", "near 邻近 相邻", "overlaps 重叠", "inside 位于",
    "same-sentence 同句", "same-paragraph 同段", "same-article 同篇 同文", "title 标题", "author 作者 authors",
    "publisher 发布者", "source 来源", "language 语言", "genre 体裁", "tag 标签", "collection 文集", "note 笔记",
    "translation 译文", "relation 关系", "origin 来历", "place 位置", "imported 导入",
)  # fmt: skip
# Every name that can be typed (in small letters) and the field it stands for.
FIELDS = {name: names.split()[0] for names in _NAMES for name in names.split()}
CHINESE = {names.split()[0]: names.split()[1] for names in _NAMES}
RELATIONS_BETWEEN = ("overlaps", "inside", "same-sentence", "same-paragraph", "same-article")
# What each field takes, in the order a form offers them. "choice" of language and genre is open: others may be stored.
FIELD_KINDS: tuple[tuple[str, str], ...] = (
    ("code", "code"), ("instrument", "instrument"), ("coder", "coder"), ("article", "article"), ("status", "choice"),
    ("stance", "choice"), ("published", "date"), ("created", "date"), ("modified", "date"), ("imported", "date"),
    ("kind", "choice"), ("has", "choice"), ("title", "text"), ("author", "text"), ("publisher", "text"), ("source", "text"),
    ("language", "choice"), ("genre", "choice"), ("tag", "text"), ("collection", "text"), ("note", "text"),
    ("translation", "text"), ("relation", "choice"), ("origin", "choice"), ("place", "choice"), ("near", "number"),
    *((name, "query") for name in RELATIONS_BETWEEN),
)  # fmt: skip
# (value, English word, Chinese word), then what else may be typed.
_CHOICES: dict[str, tuple[tuple[str, ...], ...]] = {
    "kind": (
        ("article", "article", "文章", "articles"), ("passage", "passage", "片段", "passages", "段落", "批注", "annotation"),
        ("note", "note", "笔记", "notes"), ("instrument", "instrument", "文书", "instruments", "政策文书"),
        ("code", "code", "编码", "codes"),
    ),
    "status": (
        ("to read", "to read", "待读", "unread", "未读"), ("reading", "reading", "在读", "阅读中", "正在阅读"),
        ("coded", "coded", "已编码"), ("checked", "checked", "已核对", "已检查", "已复核"),
        ("excluded", "excluded", "已排除", "排除"),
    ),
    "stance": (
        ("asserts", "asserts", "主张"), ("denies", "denies", "否认"), ("supports", "supports", "支持"),
        ("criticises", "criticises", "批评"), ("describes", "describes", "描述"),
    ),
    "has": (
        ("note", "note", "笔记"), ("code", "code", "编码"), ("link", "link", "关联", "instrument", "文书", "政策文书"),
        ("translation", "translation", "译文"), ("relation", "relation", "关系"), ("tag", "tag", "标签"),
        ("collection", "collection", "文集"),
    ),
    "language": (("zh", "Chinese", "中文", "汉语"), ("en", "English", "英文", "英语")),
    "genre": (
        ("commentary", "commentary", "评论"), ("analysis", "analysis", "分析"), ("news", "news", "新闻"),
        ("interview", "interview", "访谈"), ("official", "official", "官方文件", "官方"), ("research", "research", "研究"),
    ),
    "relation": (
        ("mentions", "mentions", "提及"), ("quotes", "quotes", "引用"), ("interprets", "interprets", "解读", "解释"),
        ("implements", "implements", "落实", "实施"), ("criticises", "criticises", "批评"), ("compares", "compares", "比较"),
        ("continues", "continues", "接续"), ("contradicts", "contradicts", "相矛盾", "矛盾"), ("repeats", "repeats", "重复"),
        ("translates", "translates", "对译"), ("responds to", "responds to", "回应"),
        ("translation of", "translation of", "译自"), ("reprint of", "reprint of", "转载自", "转载"),
        ("comments on", "comments on", "评论"), ("is the text of", "is the text of", "是其正文"),
    ),
    "origin": (
        ("by hand", "by hand", "手工"), ("accepted offer", "accepted offer", "采纳建议"),
        ("changed offer", "changed offer", "修改建议"), ("from a query", "from a query", "来自检索"),
        ("recoded", "recoded", "改编码"), ("imported", "imported", "导入"),
    ),
    "place": (
        ("exact", "exact", "精确"), ("moved", "moved", "移动"), ("aligned", "approximate", "近似", "aligned"),
        ("review", "review", "待核查", "待核对", "to review"), ("gone", "gone", "消失", "已消失"),
    ),
}  # fmt: skip
# Choices that the project's own data may go beyond.
OPEN = ("stance", "language", "genre")
FARTHEST = 1_000  # characters that near: can ask for

_DISTANCE = re.compile(r"(\d{1,4})\s*(?:个?字符?|characters?|chars?)?")
_DATE = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?|月)?|年)?")


def choices(field: str) -> tuple[tuple[str, str, str], ...]:
    """Give what a field can be: (value, English word, Chinese word); nothing where it is no choice."""
    return tuple((value, english, chinese) for value, english, chinese, *_others in _CHOICES.get(field, ()))


def chosen(field: str, typed: str) -> str | None:
    """Give the value of a choice for a word of either language, blanks or hyphens in it; None if there is none."""
    wanted = _plain(typed)
    return next((words[0] for words in _CHOICES.get(field, ()) if wanted in map(_plain, words)), None)


def valued(field: str, typed: str) -> str:
    """Give a value as it stands in the tree: the English word of a choice, the number of near:, all else as typed."""
    if field == "near" and (found := _DISTANCE.fullmatch(fold_query(typed).strip())):
        return str(int(found[1]))
    return (chosen(field, typed) or typed) if field in _CHOICES else typed


def choice(filter: Filter) -> str:
    """Give the value of a filter that is a choice; raises QueryFault with what there is, in both languages."""
    found = chosen(filter.field, filter.value)
    if found is None:
        expected = ", ".join(f"{english}/{chinese}" for _value, english, chinese in choices(filter.field))
        raise fault(filter, expected)
    return found


def distance(filter: Filter) -> int:
    """Give the characters that near: allows between neighbours; raises QueryFault."""
    if filter.value.isdecimal() and int(filter.value) <= FARTHEST:
        return int(filter.value)
    raise fault(filter, f"0–{FARTHEST}, near:5, near:5字")


def dates(filter: Filter) -> tuple[str, str]:
    """Give the range of a date filter as ISO prefixes: from the first, up to but not including the second ("" = open)."""
    value = filter.value.translate(_FULL_WIDTH)
    first, dots, last = value.partition("..")
    bounds = (first.strip(". "), (last if dots else first).strip(". "))
    low, high = (_DATE.fullmatch(bound) for bound in bounds)
    if (bounds[0] and not low) or (bounds[1] and not high) or not (low or high):
        raise _not_a_date(filter)
    try:
        return (_iso(low, 0) if low else ""), (_iso(high, 1) if high else "")
    except ValueError:
        raise _not_a_date(filter) from None


def within(kind: str, filter: Filter) -> Callable[[str], bool]:
    """Give the test of a stored date, number or text of a field of the project's own; raises QueryFault."""
    if kind == "date":
        low, high = dates(filter)
        return lambda stored: stored >= low and (not high or stored < high)
    if kind == "number":
        first, last = _numbers(filter)
        return lambda stored: (number := _number(stored)) is not None and first <= number <= last
    words = pattern(filter.value)
    return lambda stored: words is not None and words.find(fold_text(stored)) is not None


def _numbers(filter: Filter) -> tuple[float, float]:
    first, dots, last = filter.value.translate(_FULL_WIDTH).partition("..")
    bounds = [first, last if dots else first]
    low, high = (_number(bound) if bound.strip() else default for bound, default in zip(bounds, (-inf, inf), strict=True))
    if low is None or high is None or (low, high) == (-inf, inf):
        raise fault(filter, "5, 5..10")
    return low, high


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return None if isnan(number) else number


_FULL_WIDTH = dict.fromkeys(map(ord, "…～~—至到"), "..") | {ord("－"): "-"} | {0xFF10 + i: str(i) for i in range(10)}


def _not_a_date(filter: Filter) -> QueryFault:
    return fault(filter, "2024, 2024-01 or 2024-01..2024-09")


def _iso(match: re.Match[str], after: int) -> str:
    """Give a year, month or day as an ISO prefix, or the one after it."""
    numbers = [int(group) for group in match.groups() if group]
    if (len(numbers) > 1 and not 1 <= numbers[1] <= 12) or (len(numbers) > 2 and not 1 <= numbers[2] <= 31):
        raise ValueError(numbers)
    if after and numbers == [9999]:
        return "9999:"  # behind all its days, as text; a year of five digits is before them
    numbers[-1] += after
    return "-".join(f"{number:02}" if at else f"{number:04}" for at, number in enumerate(numbers))


def _plain(word: str) -> str:
    return " ".join(fold_query(word).replace("-", " ").replace("_", " ").split())

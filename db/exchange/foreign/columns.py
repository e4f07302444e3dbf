"""Which column of a table of passages means what, by the titles that programs and people give them, in English and Chinese.

Tables of MAXQDA (retrieved segments), ATLAS.ti (quotations), NVivo (references), Dedoose (excerpts), QualCoder (coded text) and
Taguette (highlights) are read as they are exported, beside this program's own.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from db.exchange.refi.catalogue import moment

# The titles each column goes by, the surest first: an id before a name, whole words before a part of them.
TITLES: Mapping[str, tuple[str, ...]] = {
    "article id": ("article id", "文章标识", "文章id"),
    "article": (
        "article", "文章", "article title", "document", "document name", "文档", "文档名", "文档名称", "文献", "文章标题",
        "文本名称", "media title", "source", "source name", "来源", "材料", "资料", "资料来源", "title", "标题", "题名",
    ),
    "file": ("file", "file name", "filename", "文件", "文件名", "文件名称", "resource", "path"),
    "url": ("address", "网址", "url", "uri", "link", "链接", "文章网址"),
    "start": (
        "start", "起点", "start position", "start offset", "beginning", "begin", "pos0", "char start", "开始", "起始", "起始位置",
        "开始位置", "from",
    ),
    "end": (
        "end", "终点", "end position", "end offset", "pos1", "char end", "结束", "终止", "结束位置", "终止位置", "to",
    ),
    "range": ("range", "excerpt range", "span", "范围", "字符范围", "positions"),
    "exact": (
        "exact", "quotation", "quote", "原文", "quotation content", "quotation text", "segment", "coded segment", "coded text",
        "excerpt copy", "excerpt", "excerpt text", "highlight", "snippet", "seltext", "passage", "selected text", "text content",
        "引文", "片段", "片段内容", "编码片段", "已编码片段", "检索片段", "已检索片段", "摘录", "引用",
        "引用内容", "选中文本", "文字", "文本", "text", "content", "内容",
    ),
    "codes": (
        "code ids", "编码标识", "codes", "编码", "code", "codes applied combined", "codes applied", "tags", "tag", "code name",
        "nodes", "node", "代码", "标签", "节点", "编码名称", "所属编码", "主题", "theme", "themes",
    ),
    "above": ("tag parent", "parent code", "parent", "上级编码", "父编码", "父节点", "category", "类别"),
    "instruments": ("instrument ids", "文书标识", "instruments", "政策文书", "instrument", "文书"),
    "note": (
        "note", "notes", "笔记", "comment", "comments", "memo", "memos", "coded memo", "备注", "评论", "注释", "批注", "说明",
        "remark", "remarks",
    ),
    "coder": (
        "coder", "编码者", "coder name", "created by", "excerpt creator", "创建者", "创建人", "编码人", "编码员", "owner", "user",
        "annotator", "标注者", "标注人", "批注者",
    ),
    "created": (
        "created", "创建时间", "created at", "created on", "creation date", "excerpt date", "date created", "创建日期",
        "编码时间", "编码日期", "标注时间", "timestamp", "date", "日期", "时间",
    ),
}  # fmt: skip
_NAMES = ("article id", "article", "file", "url")
_MOST_COLUMNS = 1_000
_ROWS = 20  # among which the one with the titles is looked for
_GAPS = re.compile(r"[\s_\u3000]+")
_SPAN = re.compile(r"\s*(\d{1,11})\s*(?:-|–|—|~|,|:|\.\.|至|到)\s*(\d{1,11})\s*")
_DAY = re.compile(
    r"(\d{1,4})\s*([./年-])\s*(\d{1,2})\s*[./月-]\s*(\d{1,4})\s*日?(?:[T,]?\s*(\d{1,2})[:：](\d{2})(?:[:：](\d{2}))?\s*([AaPp][Mm])?)?"
)
_SERIAL = re.compile(r"\d{5}(\.\d+)?")
_BEGINS = datetime(1899, 12, 30)  # noqa: DTZ001


def bare_title(title: str) -> str:
    """Give a column's title as it is compared."""
    return _GAPS.sub(" ", title).strip(" :：*#\ufeff").lower()


def columns_of(header: Sequence[str]) -> dict[str, int]:
    """Give the place of each column that is there."""
    titles = {bare_title(title): at for at, title in reversed(list(enumerate(header[:_MOST_COLUMNS])))}
    found = ((name, next((titles[each] for each in several if each in titles), None)) for name, several in TITLES.items())
    return {name: at for name, at in found if at is not None}


def says_passages(columns: Collection[str]) -> bool:
    """Whether columns say which article is meant, and where in it."""
    has_place = "exact" in columns or "range" in columns or {"start", "end"} <= set(columns)
    return has_place and not set(_NAMES).isdisjoint(columns)


def header_of(rows: Iterable[Sequence[str]]) -> tuple[int, dict[str, int]]:
    """Give which of the first rows has the titles, and the columns by them; -1 and none where none has."""
    for number, row in zip(range(_ROWS), rows, strict=False):
        columns = columns_of(row)
        if says_passages(columns):
            return number, columns
    return -1, {}


# Places and times


def whole(words: str) -> int | None:
    """Read a whole number, also as a spreadsheet writes one."""
    bare = words.strip().removesuffix(".0").replace(",", "")
    return int(bare) if bare.isascii() and bare.isdigit() and len(bare) < 12 else None


def span_of(words: str) -> tuple[str, str]:
    """Give the two numbers of a range; nothing for what is none."""
    found = _SPAN.fullmatch(words)
    return (found[1], found[2]) if found else ("", "")


def day_first(cells: Iterable[str]) -> bool:
    """Whether the days of a column come before the months: it has one that is no month. Points say so by themselves."""
    found = [match for cell in cells if (match := _DAY.fullmatch(cell.strip())) and len(match[1]) < 3]
    if any(int(match[3]) > 12 for match in found):
        return False
    return any(int(match[1]) > 12 for match in found) or (bool(found) and all(match[2] == "." for match in found))


def time_of(words: str, *, days_first: bool = False) -> str:
    """Give a time as it is stored, from ISO 8601 or as people and spreadsheets write it; nothing for what is no time."""
    words = words.strip()
    if _SERIAL.fullmatch(words):
        return moment((_BEGINS + timedelta(days=float(words))).isoformat(timespec="seconds"))
    if found := moment(words):
        return found
    match = _DAY.fullmatch(words)
    if not match:
        return ""
    first, second, third = int(match[1]), int(match[3]), int(match[4])
    year, month, day = (first, second, third) if len(match[1]) == 4 else (third, first, second)
    if len(match[1]) < 4 and days_first:
        month, day = day, month
    hour = int(match[5] or 0)
    if match[8]:
        hour = hour % 12 + 12 * (match[8].lower() == "pm")
    try:
        return moment(datetime(year, month, day, hour, int(match[6] or 0), int(match[7] or 0)).isoformat())  # noqa: DTZ001
    except ValueError:
        return ""

"""What an official page sets out in a table or labelled line (index number, issuer, dates), and what cards say of authors."""

from __future__ import annotations

import re
from itertools import pairwise

from db.importers.metadata import Byline, date_in
from db.importers.names import LATIN_ROLE, close_spaces, is_person, split_role, station_in
from db.importers.pieces import Piece
from db.records import Author

_DATES = ("发布日期", "发布时间", "公开日期", "生成日期", "成文日期", "印发日期")
_ISSUERS = ("发布部门", "制定机关", "发布机构", "发文机关", "发文机构", "公开机构", "制发机关", "发布单位")
_OTHERS = (
    "索引号", "信息索引号", "文号", "发文字号", "主题分类", "标题", "名称", "信息名称", "文件名称", "公开方式", "公开范围",
    "公开时限", "有效性", "效力级别", "效力位阶", "法规类别", "颁布日期",
    "效力状态", "时效性", "是否有效", "主题词", "组配分类", "体裁分类", "服务对象", "信息分类", "所属主题",
    "废止日期", "生效日期", "实施日期", "失效日期",
)  # fmt: skip
_LABELS = frozenset((*_DATES, *_ISSUERS, *_OTHERS))
_LABELLED = re.compile(rf"({'|'.join(sorted(_LABELS, key=len, reverse=True))})\s*[:：]\s*")
_DOCUMENT = re.compile(r"\.(?:pdf|docx?|xlsx?|pptx?|wps|et|ofd|zip|rar|csv|rtf|odt|epub)(?:[?#].*)?$", re.IGNORECASE)
DOCUMENT_SIZE = re.compile(r"(?:PDF|DOCX?|XLSX?|OFD|ZIP|CSV|HTML)\b[^。]{0,40}", re.IGNORECASE)
_CARD = re.compile(
    r"作者(?:简介)?\s*[:：|｜]\s*([^，,（(、\s]{2,4})\s*(?:[（(]\d[^）)]*[）)])?[，,、（(\s]+(?:[男女]\s*[，,、]\s*)?([^。；;]{2,60})"
)
_NUMBERED_NAME = re.compile(r"([\u4e00-\u9fff·]{2,12})\s*(\d)(?=[,，、\s]|$)")
_NUMBERED_PLACE = re.compile(r"(?<!\d)(\d)\s*[.．、]?\s*([^\s,，;；\d（）()]{4,60})")
_POST = re.compile(r"作者(?:(?:分别|均)?(?:系(?!统)|为|是)|单位\s*[:：])\s*([^。；;]{4,80}?)[）)。\s]*$")


def facts_in(piece: Piece) -> Byline | None:
    """Read a row or a line that is made of labelled facts of an official document; None for any other."""
    text = piece.text.strip()
    if len(text) > 400 or not (piece.kind == "row" or _LABELLED.match(text)):
        return None
    cells = [c.strip() for c in piece.text.split("\t")] if piece.kind == "row" else _LABELLED.split(text)[1:]
    said = {re.sub(r"[\s:：【】]", "", label): value.strip() for label, value in zip(cells[::2], cells[1::2], strict=False)}
    if (
        not said
        or not said.keys() <= _LABELS | {""}
        or said.keys() <= {"", "标题", "名称", *(_DATES if piece.kind != "row" else ())}
    ):
        return None
    date = next((d for label in _DATES if (d := date_in(said.get(label, ""))[0])), "")
    issuer = next((said[label] for label in _ISSUERS if said.get(label)), "")
    return Byline(date=date, account=issuer, firm=issuer != "", revised=not said.keys() & set(_DATES[:4]))


def card_authors(lines: list[str]) -> list[Author]:
    """Give what lines such as （作者：某人，某大学教授） say of the authors."""
    cards = [match for line in lines if (match := _CARD.search(line)) and is_person(match[1])]
    return [Author(card[1], *split_role(card[2].strip(" ）)】"))) for card in cards]


def stationed(authors: tuple[Author, ...], lines: list[str]) -> tuple[Author, ...]:
    """Give the authors with what lines such as （作者系某大学教授） say of all of them, or of each in turn."""
    posts = [match[1] for line in lines if (match := _POST.search(line))]
    if len(posts) != 1:
        return authors
    each = re.split(r"[、，,；;]", posts[0])
    if len(each) != len(authors) or len(each) == 1:
        each = [posts[0]] * len(authors)
    return tuple(a if a.affiliation or a.role else Author(a.name, *_post(p)) for a, p in zip(authors, each, strict=True))


def _post(text: str) -> tuple[str, str]:
    """Give the first affiliation and role that are named."""
    return station if (station := station_in(text))[1] else split_role(text)


def titled(authors: tuple[Author, ...], lines: list[str]) -> tuple[Author, ...]:
    """Give authors with the post that stands right under their name in a card: Senior Fellow, Some Programme; 某大学教授."""
    under = {close_spaces(above): line for above, line in pairwise(lines) if len(line) <= 90}
    found = []
    for author in authors:
        line = under.get(author.name, "")
        post = re.split(r"\s*[,;|–—]\s*|\s+-\s+", line)[0]
        if author.role or author.affiliation or author.name in line:
            found.append(author)
        elif LATIN_ROLE.search(post):
            found.append(Author(author.name, "", post))
        else:
            found.append(Author(author.name, *station_in(line)))
    return tuple(found)


def numbered(authors: tuple[Author, ...], line: str, places: str) -> tuple[Author, ...]:
    """Give authors with the places that the numbers after their names stand for: 甲1，乙2 / 1.某大学；2.某学院."""
    where = {m[1]: m[2].strip() for m in _NUMBERED_PLACE.finditer(places)}
    posts = {m[1]: where[m[2]] for m in _NUMBERED_NAME.finditer(line) if m[2] in where}
    return tuple(a if a.affiliation or a.name not in posts else Author(a.name, *_post(posts[a.name])) for a in authors)


def leads_to_document(piece: Piece) -> bool:
    """Whether a piece is a link to a document that belongs to the page, as an attachment does."""
    return any(i.kind == "link" and _DOCUMENT.search(i.href) for i in piece.inlines)

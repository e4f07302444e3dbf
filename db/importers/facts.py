"""What an official page sets out in a table or labelled line (index number, issuer, dates), and what cards say of authors."""

from __future__ import annotations

import re
from itertools import pairwise

from db.importers.metadata import Byline, date_in
from db.importers.names import LATIN_ROLE, close_spaces, is_person, split_role, station_in
from db.importers.pieces import Piece
from db.records import Author

_DATES = ("发布日期", "发布时间", "公开日期", "生成日期", "成文日期", "印发日期", "公布日期")
_ISSUERS = ("发布部门", "制定机关", "发布机构", "发文机关", "发文机构", "公开机构", "制发机关", "发布单位")
_OTHERS = (
    "索引号", "信息索引号", "文号", "发文字号", "主题分类", "标题", "名称", "信息名称", "文件名称", "公开方式", "公开范围",
    "公开时限", "有效性", "效力级别", "效力位阶", "法规类别", "颁布日期",
    "效力状态", "时效性", "是否有效", "主题词", "组配分类", "体裁分类", "服务对象", "信息分类", "所属主题",
    "废止日期", "生效日期", "实施日期", "施行日期", "失效日期", "法律性质", "公文种类", "来源",
)  # fmt: skip
_LABELS = frozenset((*_DATES, *_ISSUERS, *_OTHERS))
_LABELLED = re.compile(rf"({'|'.join(sorted(_LABELS, key=len, reverse=True))})\s*[:：]\s*")
_DOCUMENT = re.compile(r"\.(?:pdf|docx?|xlsx?|pptx?|wps|et|ofd|zip|rar|csv|rtf|odt|epub)(?:[?#].*)?$", re.IGNORECASE)
DOCUMENT_SIZE = re.compile(r"(?:PDF|DOCX?|XLSX?|OFD|ZIP|CSV|HTML)\b[^。]{0,40}", re.IGNORECASE)
_CARD = re.compile(
    r"作者(?:简介)?\s*[:：|｜]\s*([^，,（(、\s]{2,4})\s*(?:[（(]\d[^）)]*[）)])?[，,、（(\s]+(?:[男女]\s*[，,、]\s*)?([^。；;]{2,60})"
)
_BIO = re.compile(  # Jane Doe is a senior fellow at the Institute of X and …
    r"\b([A-Z][\w'’-]+(?: (?:[A-Z]\.|[A-Z][\w'’-]+)){1,3}) (?:is|was) (?:currently )?(?:an? |the )((?:[\w-]+ ){0,4}"
    r"(?:professor|fellow|researcher|lecturer|director|analyst|scholar|associate|assistant|manager|student|editor|writer|lawyer))"
    r" (?:(?:in|with|on|of) (?:the )?[A-Z][^,.;]{2,60}? )?(?:at|of|with|for) (?:the )?([A-Z][^,.;()]{1,80}?)"
    r"(?=,|;|\.|$| [(]| and (?:an?\b|the\b|[a-z])| where | who )"
)
_LABELLED_CARD = re.compile(r"作者(?:简介)?\s*[:：|｜]")
_NUMBERED_NAME = re.compile(r"([\u4e00-\u9fff·]{2,12})\s*(\d)(?=[,，、\s]|$)")
_NUMBERED_PLACE = re.compile(r"(?<!\d)(\d)\s*[.．、]?\s*([^\s,，;；\d（）()]{4,60})")
_OWNER = re.compile(
    r"(?:本文|[此本]内容)(?:系|为)([^，。\s]{2,12}?)(?:独家|原创)(?:稿件|首发|作品|文章|[，,。])"
    r"|(?:Copyright\s*)?©\s*(?:(?:19|20)\d\d\s*[-–~至]?\s*)+(?:by\s+)?(?!All rights|版权)"
    r"((?-i:[A-Z][\w&'’-]*(?: [A-Z&][\w&'’-]*){1,6})|[^\s.。|｜,，]{2,12})(?=\s*(?:版权所有|All rights|[.。|｜,，]|$))"
    r"|版权所有\s*[:：]?\s*(?!违者|未经|不得|禁止|复制|转载|侵权|翻[印录])([\u4e00-\u9fff]{2,20})$"
    r"|^([\w .&'’-]{2,40}?) © (?:19|20)\d\d",
    re.IGNORECASE,
)
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
        or said.keys() <= {"", "标题", "名称", "来源", *(_DATES if piece.kind != "row" else ())}
    ):
        return None
    date = next((d for label in _DATES if (d := date_in(said.get(label, ""))[0])), "")
    issuer = next((said[label] for label in _ISSUERS if said.get(label)), "")
    revised = not said.keys() & set(_DATES[:4])
    return Byline(date=date, account=issuer, source=said.get("来源", ""), firm=issuer != "", revised=revised)


def card_authors(lines: list[str]) -> list[Author]:
    """Give what lines such as （作者：某人，某大学教授） say of the authors."""
    parts = (part for line in lines for part in _persons(line))
    cards = [match for part in parts if (match := _CARD.search(part)) and is_person(match[1])]
    return [Author(card[1], *split_role(card[2].strip(" ）)】"))) for card in cards]


def told_of(authors: tuple[Author, ...], lines: list[str]) -> tuple[Author, ...]:
    """Give authors of whom nothing is known with what sentences such as Jane Doe is a fellow at Some Institute say of them."""
    said = {match[1]: Author(match[1], match[3].strip(), match[2]) for line in lines for match in _BIO.finditer(line[:2000])}
    return tuple(said.get(a.name, a) if not (a.affiliation or a.role) else a for a in authors)


def _persons(line: str) -> list[str]:
    """Part a card of several authors: 作者简介：甲，某大学教授；乙，某大学讲师."""
    label, first = re.split(r"(?<=[:：|｜])", line, maxsplit=1) if _LABELLED_CARD.match(line) else ("", line)
    first, *others = re.split(r"[；;。]\s*(?=[\u4e00-\u9fff]{2,4}\s*[，,（(])", first)
    return [label + part for part in (first, *others)]


def is_bio(text: str, authors: set[str]) -> bool:
    """Whether a line begins by saying what one of the authors is: Jane Doe is a …; Ms. Doe was the …."""
    names = "|".join(re.escape(form) for a in authors if a.isprintable() for form in (a, a.rsplit(" ", 1)[-1]))
    said = rf"(?:(?:Mr|Ms|Mrs|Dr|Prof)\. )?(?:{names})(?: [(]@?\w+[)])? (?:is|was) (?:currently )?(?:an?|the)\b"
    return names.isascii() and names != "" and len(text) <= 400 and re.match(said, text) is not None


def named_by_link(piece: Piece) -> Byline | None:
    """Read a line that begins with a link of a person's name, right after which the post stands; None for any other."""
    link = next((i for i in piece.inlines if i.kind == "link" and i.start == 0), None)
    if link is None or len(piece.text) > 60:
        return None
    name, post = close_spaces(piece.text[: link.end].strip()), re.split("[，,；;]", piece.text[link.end :].strip())[0]
    said = split_role(post)
    return Byline(authors=[Author(name, *said)]) if said[1] and is_person(name) else None


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


def owner_in(lines: list[str]) -> str:
    """Give who says in a notice that the text or the site is theirs: 本文系某网独家稿件; Copyright © 2020 某网 版权所有."""
    return next((next(filter(None, match.groups())) for line in lines if (match := _OWNER.search(line))), "")


def leads_to_document(piece: Piece) -> bool:
    """Whether a piece is a link to a document that belongs to the page, as an attachment does."""
    return any(i.kind == "link" and _DOCUMENT.search(i.href) for i in piece.inlines)

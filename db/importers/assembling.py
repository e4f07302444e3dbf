"""Pieces and verdicts to a Draft: the reading text, its layout, what was left out, and the article's data."""

from __future__ import annotations

import html as entities
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone

from db.errors import CannotImport
from db.importers import names
from db.importers.boilerplate import Judged, judge, same
from db.importers.facts import card_authors, numbered, owner_in, stationed, titled, told_of
from db.importers.linked_data import linked_in
from db.importers.metadata import (
    Byline,
    address,
    bare,
    clean_publisher,
    date_in,
    date_or_month,
    dateline_authors,
    genre_of,
    language_of,
    read_byline,
    script_date,
    split_column,
)
from db.importers.phrases import NUMBERED, says_no_article
from db.importers.pieces import Page, Piece, Tick, watched, weight
from db.records import Author, Block, Draft, Inline, Layout, Remark, Removed

NO_ARTICLE = (
    "There is no article in this file: the page asks to log in or to prove you are human, or says that its content is gone. "
    "Open it in a browser and save it again."
)
NOTHING = (
    "There is no article in this file: it holds menus and links only. "
    "Open the page in a browser and save it again, or import it as it is."
)
TWO_DATES = "The page says it was published {page}, its front matter says {other}. The page's own date was used."
TWO_DAYS = "The page's data say it was published {page}, the line under its title says {other}. The first was used."
TWO_TITLES = "The page is titled {page}, its front matter says {other}. The front matter's title was used."
TWO_AUTHORS = "The page is signed by {page}, its front matter names {other}. All were kept."
TWO_PUBLISHERS = "The page is signed by the account {page}, its front matter says {other}. The account was used."
LEFT_OUT = {
    "scripts": "{count} scripts were left out; none was run.",
    "pictures": "{count} pictures were left out; none was fetched.",
    "frames": "{count} embedded frames were left out; none was fetched.",
    "media": "{count} audio or video clips were left out; none was fetched.",
}
_NAMED_BEFORE = re.compile(r"【(?P<name>[^【】]+)】\s*(?P<title>.*\S)$")
_NAMED_AFTER = re.compile(r"(?P<title>.*\S)\s*[|｜_–—-]\s*(?P<name>[^|｜_–—-]+)$")
_SOURCE_LABEL = re.compile(r"^\s*(?:文章|稿件|信息)?来源\s*[:：]\s*")
_PUBLISHED = re.compile(
    r"published[_.-]at|(?:pub|publish|release|issue)\w*[:_. -]?(?:time|date)|date[_.-]?(?:published|issued)", re.IGNORECASE
)
_LAST_FIRST = re.compile(r"^([A-Z][\w'’-]+), ([A-Z][\w. '’-]*)$")
_ISSUE_OF = re.compile(r"^《([^《》]{2,20})》\s*(?:19|20)\d\d\s*年.{0,12}$")
_TAIL = re.compile(r"\s+[-–—|｜]\s+|\s*[_|｜–—]+\s*|--+")
_AUTHOR_NOTE = re.compile(r"[（(]\s*(?:本文)?作者[^（）()]{3,100}[）)]\s*$")
_NO_NAME = re.compile(r"default|home|website|site name|my (?:site|blog)|首页|网站", re.IGNORECASE)  # as a program fills it in
_EDITION = re.compile(r"(?<=.)(?:数字报(?:纸)?|电子[报版]|多媒体报|数字版)$")
# By what names front matter says these, the plainest first.
_ADDRESSES = ("url", "link", "source_url", "canonical", "canonical_url", "permalink", "网址", "链接")
_PUBLISHERS = ("publisher", "publication", "journal", "出版者")
_SITES = ("source", "site", "site_name", "account", "来源")  # as programs that save pages take them from a page's head
_DATES = ("published", "date", "pubdate", "publish_date", "published_at", "date_published", "发布日期", "日期")
BYLINE = "byline"  # where a date came from: a line under the title of a text that is no page
_BARREN = 300.0  # an article with less prose than this may be no more than a notice that it is gone


@dataclass(slots=True)
class Known:
    """What is known of a page besides its text; "" for what is not."""

    title: str = ""
    site: str = ""  # the head's title, which may end in the site's name
    authors: list[Author] = field(default_factory=list)
    publisher: str = ""
    source: str = ""
    url: str = ""
    published: str = ""
    published_from: str = ""
    page_date: str = ""  # the page's own, as its head or scripts state it
    values: bool = False  # said by front matter, not by the page itself
    shown_as: str = "page"  # what a date that the text shows is said to come from
    fetched: str = ""
    fetched_from: str = ""
    language: str = ""


def known_from_values(values: dict[str, str]) -> Known:
    """Read what front matter says."""

    def first(*keys: str) -> str:
        return next((values[k] for k in keys if values.get(k)), "")

    known = Known(values=True, shown_as=BYLINE, title=first("title", "标题"), url=first(*_ADDRESSES))
    known.source = first("original_source", "origin", "原始来源")
    publishers = {key: values[key] for key in (*_PUBLISHERS, *_SITES) if values.get(key)}
    addresses = [each for each in publishers.values() if each.lower().startswith(("http://", "https://"))]
    known.url = known.url or next(iter(addresses), "")
    key, publisher = next(((key, each) for key, each in publishers.items() if each not in addresses), ("", ""))
    known.publisher = clean_publisher(publisher) if key in _SITES else publisher
    known.published = date_or_month(first(*_DATES))
    known.published_from = "front matter" if known.published else ""
    known.fetched = first("fetch_date", "fetched", "saved", "saved_at", "clipped", "created")
    known.fetched_from = "front matter" if known.fetched else ""
    language = first("language", "lang", "语言")
    known.language = language if re.match(r"[A-Za-z]{2,3}(?:[-_]|$)", language) else ""
    people = first("author", "authors", "creator", "byline", "by", "作者").replace("[[", "").replace("]]", "")
    known.authors = names.listed_authors(people)
    return known


def known_from_head(page: Page) -> Known:
    """Read what the head, the marked elements and the scripts of a web page say."""
    meta, marks = page.meta, page.marks

    def first(*keys: str) -> str:
        return entities.unescape(next((meta[k].strip() for k in keys if meta.get(k, "").strip()), ""))

    linked = linked_in(page.linked)
    title = first("og:title", "articletitle", "twitter:title") or linked.title
    known = Known(title=entities.unescape(title) or " ".join(page.title.split()))
    known.url = next((url for url in map(address, (page.canonical, first("og:url"), first("twitter:url"))) if url), "")
    site = first("og:site_name")
    named = "" if _NO_NAME.fullmatch(site) else site
    named = named or first("citation_journal_title", "sitename", "application-name")
    known.publisher = marks.get("account", "") or clean_publisher(named or linked.publisher)
    known.source = bare(_SOURCE_LABEL.sub("", first("contentsource", "source")))
    dates = (
        first("article:published_time", "datepublished"),
        linked.published,
        script_date(page.scripts),
        marks.get("time", ""),
        first("pubdate", "publishdate", "publish_date", "dc.date", "dc.date.issued", "citation_publication_date", "date"),
        marks.get("datetime", ""),
        *(value for name, value in meta.items() if _PUBLISHED.search(name)),
    )
    found = [date for value in dates if (date := date_in(value)[0])]
    known.page_date = finer(found[0], found) if found else ""
    words = first("article:author", "og:article:author", "author", "dc.creator")
    if listed := first("citation_author"):
        known.authors = names.listed_authors(listed)
    elif not words.lower().startswith("http"):
        words = "; ".join(_LAST_FIRST.sub(r"\2 \1", name.strip()) for name in words.split(";"))
        _sign(known, words, named=_TAIL.search(page.title) is not None)
    known.authors += [a for a in linked.authors if names.is_person(a.name)]
    if line := read_byline(marks.get("author", "")):
        known.authors += line.authors
    known.site = page.title
    known.language = page.language
    return known


def _sign(known: Known, words: str, *, named: bool) -> None:
    """Put the names a head states among the authors; an account or nickname can only be a publisher, unless one is `named`."""
    authors, others = names.authors_in(words, bodies=True, stated=True)
    if not known.publisher and not named and len(authors) == 1 and names.is_institution(authors[0].name):
        known.publisher = authors[0].name
    known.authors += [a for a in authors if same(a.name) != same(known.publisher)]
    if not authors and others and not known.publisher:
        known.publisher = names.accounts_in(others)


def draft_of(page: Page, known: Known, region: tuple[int, int], name: str, tick: Tick, *, as_is: bool) -> Draft:
    """Make the Draft of a page; its bytes, media type and file name are the caller's to add. CannotImport if it is no article."""
    pieces = page.pieces
    judged = judge(pieces, known.title, known.publisher, region, tick)
    kept = [n for n, reason in enumerate(judged.reasons) if not reason]
    keeping = set(kept)
    if not as_is:
        refuse_barren(name, [(piece.text, n in keeping) for n, piece in enumerate(pieces)])
    if as_is:
        kept = list(range(len(pieces)))
    elif not any(n != judged.title for n in kept):
        raise CannotImport(name, NOTHING)
    remarks = [Remark(LEFT_OUT[k], {"count": str(n)}) for k, n in sorted(page.left_out.items())]
    data = _data(pieces, judged, known, remarks)
    _raise_headings(pieces, judged.title, tick)
    text, layout = _joined([pieces[n] for n in kept], tick)
    language = known.language[:2].lower()
    return replace(
        data,
        text=text,
        layout=layout,
        language=language_of(text) if language in ("", "zh", "en") else language,
        removed=() if as_is else _removed(pieces, judged.reasons),
        remarks=tuple(remarks),
    )


def _raise_headings(pieces: list[Piece], title: int, tick: Tick) -> None:
    """Make headings of the title and of short paragraphs that are bold as a whole."""
    for n, piece in enumerate(watched(pieces, tick)):
        if piece.kind != "heading" and (n == title or (piece.inlines and _is_heading(piece))):
            piece.kind, piece.level = "heading", 1 if n == title else 2


def refuse_barren(name: str, lines: Sequence[tuple[str, bool]]) -> None:
    """Refuse a text that says little but that the article is behind a login or gone; each line with whether it stays."""
    said = [says_no_article(line) for line, _stays in lines]
    kept = [(weight(line), speaks) for (line, stays), speaks in zip(lines, said, strict=True) if stays]
    rest = sum(size for size, speaks in kept if not speaks)
    if any(said) and sum(size for size, _speaks in kept) < _BARREN and rest < _BARREN / 2:
        raise CannotImport(name, NO_ARTICLE)


def _is_heading(piece: Piece) -> bool:
    """Whether a paragraph that is bold as a whole and short is a heading that the page did not mark as one."""
    return (
        piece.kind == "paragraph"
        and piece.is_bold
        and len(piece.text) <= 40
        and not piece.text.rstrip().endswith(("。", "；", "，", "：", ".", ",", ";", ":"))
        and not (NUMBERED.match(piece.text) and piece.text.strip().endswith("条"))
    )


def _joined(pieces: list[Piece], tick: Tick) -> tuple[str, Layout]:
    blocks: list[Block] = []
    inlines: list[Inline] = []
    at = 0
    for piece in watched(pieces, tick):
        blocks.append(Block(piece.kind, at, at + len(piece.text), piece.level, piece.marker))
        inlines += [Inline(i.kind, i.start + at, i.end + at, i.href) for i in piece.inlines]
        at += len(piece.text) + 1
    return "\n".join(p.text for p in pieces), Layout(tuple(blocks), tuple(inlines))


def _removed(pieces: list[Piece], reasons: list[str]) -> tuple[Removed, ...]:
    found, at = [], 0
    for piece, reason in zip(pieces, reasons, strict=True):
        if reason:
            found.append(Removed(at, at + len(piece.text), reason, piece.text))
        at += len(piece.text) + 1
    return tuple(found)


def _data(pieces: list[Piece], judged: Judged, known: Known, remarks: list[Remark]) -> Draft:
    """Put together the article's data; where the page and the saved data disagree, the page is believed."""
    shown = pieces[judged.title].text.strip() if judged.title >= 0 else ""
    title = shown if shown and (not known.title or same(shown) in same(known.title)) else known.title or shown
    above = "".join(p.text for p in pieces[: judged.first + 1])
    title = _own(known.title, shown, above) or title
    if shown and known.title == known.site and not _in_common(known.title, shown):
        title = shown  # the head names no more than the site
    column, title = split_column(re.sub(r"[ \t\n]+", " ", title))
    stated, rest = split_column(known.title)
    column = column or (stated if genre_of(stated) and same(rest).startswith(same(title)) else "")
    issuer = next((b.account for b in judged.bylines if b.firm), "")
    publisher = judged.account or issuer or known.publisher or next((b.account for b in judged.bylines if b.account), "")
    source = known.source or next((b.source for b in judged.bylines if b.source), "")
    publisher = publisher or _site(known.site, shown) or _paper(known.site, shown, source)
    if not publisher and not known.values:
        publisher = owner_in(_left_out(pieces, judged))
    cards = [p.text for p, reason in zip(pieces, judged.reasons, strict=True) if reason == "author_card"]
    posts = [f"作者系{card}" for card in cards if names.station_in(card)[1]]
    title = _without(title, publisher)
    bylines = [a for b in judged.bylines for a in b.authors]
    opening = dateline_authors(pieces[judged.first].text) if judged.first < len(pieces) else []
    stated_names = {author.name for author in known.authors}
    known.authors = known.authors if known.values else _credible(known.authors, bylines, pieces, judged)
    notes = [m[0] for p in pieces[judged.first : judged.last + 1][-2:] if (m := _AUTHOR_NOTE.search(p.text))]
    authors = names.merged(known.authors, opening, bylines, card_authors(cards + notes))
    signed = " ".join(p.text for p, reason in zip(pieces, judged.reasons, strict=True) if reason == "byline")
    authors = stationed(numbered(authors, signed, " ".join(cards)), cards + posts + notes)
    where = next((b.station for b in judged.bylines if b.station), "")
    authors = tuple(a if a.affiliation or not where else Author(a.name, where, a.role) for a in authors)
    beside = _left_out(pieces, judged)
    authors = told_of(titled(authors, beside), beside)
    dated = sorted((b for b in judged.bylines if b.date), key=lambda b: b.revised)
    page_date = known.page_date or next((b.date for b in dated), "")
    page_date = finer(in_china(page_date, dated) if language_of(above) == "zh" else page_date, [b.date for b in dated])
    published, origin = (page_date, known.shown_as) if page_date else (known.published, known.published_from)
    remarks += _disagreements(known, judged, shown, page_date, [b.date for b in dated if not b.revised])
    return Draft(
        title=title,
        text="",
        layout=Layout(),
        authors=tuple(a for a in authors if same(a.name) != same(publisher) or (known.values and a.name in stated_names)),
        publisher=publisher,
        source=source,
        column=column,
        genre=genre_of(column),
        url=known.url or next((b.url for b in judged.bylines if b.url), ""),
        published=published,
        published_from=origin,
        fetched=known.fetched,
        fetched_from=known.fetched_from,
    )


def _disagreements(known: Known, judged: Judged, shown: str, page_date: str, dates: list[str]) -> Iterator[Remark]:
    """Tell where what the page shows and what is said of it differ."""
    if page_date and known.published and page_date[:10] != known.published[:10]:
        yield Remark(TWO_DATES, {"page": page_date, "other": known.published})
    if known.page_date and dates and all(date[:10] != known.page_date[:10] for date in dates):
        yield Remark(TWO_DAYS, {"page": known.page_date, "other": dates[0]})
    if not known.values:
        return
    one, other = same(shown), same(known.title)
    if one and other and one not in other and other not in one:
        yield Remark(TWO_TITLES, {"page": shown, "other": known.title})
    signed = [a.name for line in judged.bylines for a in line.authors]
    named = [a.name for a in known.authors]
    if signed and named and not set(signed) & set(named):
        yield Remark(TWO_AUTHORS, {"page": "、".join(signed), "other": "、".join(named)})
    if judged.account and known.publisher and same(judged.account) != same(known.publisher):
        yield Remark(TWO_PUBLISHERS, {"page": judged.account, "other": known.publisher})


def _in_common(title: str, shown: str) -> bool:
    """Whether a part of the head's title says the shown one, or a part of it."""
    own = same(shown)
    return any(len(key) >= 4 and (key in own or own in key) for key in map(same, _TAIL.split(title)))


def _credible(authors: list[Author], shown: list[Author], pieces: list[Piece], judged: Judged) -> list[Author]:
    """Give the authors the head names, but for editors, and but for those whom a page that names its author does not show."""
    edited = "".join(p.text for p, reason in zip(pieces, judged.reasons, strict=True) if reason == "editor")
    left = [a for a in authors if a.name not in edited or a in shown]
    return [a for a in left if any(a.name in p.text for p in pieces)] if shown else left


def _left_out(pieces: list[Piece], judged: Judged) -> list[str]:
    """Give the lines that were left out around the text: an author's card may be among them."""
    around = (*range(judged.title + 1, min(judged.first, len(pieces))), *range(judged.last + 1, len(pieces)))
    return [pieces[n].text.strip() for n in around if judged.reasons[n]]


def _without(title: str, publisher: str) -> str:
    """Give a title without the publisher's name, in brackets before it or after it behind a bar."""
    for pattern in (_NAMED_BEFORE, _NAMED_AFTER):
        if publisher and (match := pattern.match(title)) and same(match["name"]) == same(publisher):
            return match["title"]
    return title


def _site(title: str, shown: str) -> str:
    """Give the site's name that follows the shown title in the head's: 题目_频道_某网 → 某网."""
    whole = " ".join(title.split())
    rest = whole[len(own) :] if (own := _own(whole, shown)) else ""
    parts = [p for p in _TAIL.split(rest.strip()) if p and not p.lower().startswith(("powered by", "by "))]
    if not parts or not (_TAIL.match(rest + " ") or rest.startswith("-")):
        return ""
    name = clean_publisher(parts[-1].strip(" -"))
    name = _ISSUE_OF.sub(r"\1", name)
    alone = len(parts) == 1 and re.match(r"\s+-\s", rest) is not None
    return name if len(name) > 2 or (alone and len(name) == 2) else ""  # two characters are a keyword or a channel


def _paper(title: str, shown: str, source: str) -> str:
    """Give the paper that the head names before the shown title, unless it is the source: 某日报数字报-题目 → 某日报."""
    before = re.match(r"(.+?)\s*[-_|｜–—]+\s*" + re.escape(shown) + "$", " ".join(title.split())) if shown else None
    name = _EDITION.sub("", clean_publisher(before[1])) if before else ""
    return "" if same(name) == same(source) else name


def _own(title: str, shown: str, above: str = "") -> str:
    """Give the part of the head's title that the page shows as its own, without the site's name; "" if there is none.

    A title that the page breaks into lines is looked for in all that stands `above` the text.
    """
    shown, above = same(shown), same(above)
    ends = {len(title), *(m.start() for m in _TAIL.finditer(title))}
    for end in sorted(ends | {m.start() for m in re.finditer("-+", title)}, reverse=True):
        key = same(title[:end])
        if key and (key == shown or (len(key) >= 5 and key in shown) or (len(key) > 12 and end in ends and key in above)):
            return title[:end].rstrip()
    return ""


def in_china(date: str, shown: list[Byline]) -> str:
    """Give a UTC time that is another day in China, as a Chinese page shows it; unless the page itself shows the UTC day."""
    if not date.endswith(("Z", "+00:00", "+0000")) or "T" not in date:
        return date
    moved = datetime.fromisoformat(date).astimezone(timezone(timedelta(hours=8))).isoformat()
    days = {line.date[:10] for line in shown if not line.revised}
    return moved if moved[:10] != date[:10] and (not days or moved[:10] in days) else date


def finer(date: str, others: list[str]) -> str:
    """Give the same day with its time where one of the page's own dates has it, to the second where one has that."""
    return max((o for o in (date, *others) if o[:10] == date[:10] and o.startswith(date)), key=len, default=date)

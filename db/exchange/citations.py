"""References and citations of articles and instruments in three styles. Pure.

- `gb7714`: GB/T 7714—2025, numeric system (8.9 standards, 8.8 reports, 8.11 web pages; what it has no form for is [Z]).
- `apa`: APA Style, 7th edition (author-date; instruments as reports, standards, or by title as legal references are).
- `law`: 法学引注手册, 2nd edition, as a footnote has it.

A part that is not known is left out, or named as unknown where the style says so; nothing is made up: names are neither
transliterated nor abbreviated across scripts, and a date is never guessed. A style's own words and signs follow the language
of what is cited, not that of the window. CSL 1.0.2 cannot do this (one locale for a whole bibliography), hence no processor.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from db.locators import Place, normalise, step_of
from db.records import Article, Instrument

Style = Literal["gb7714", "apa", "law"]
STYLES: tuple[Style, ...] = get_args(Style)
STYLE_TITLES: Mapping[Style, tuple[str, str]] = {
    "gb7714": ("GB/T 7714—2025", "GB/T 7714—2025"),
    "apa": ("APA Style, 7th edition", "APA 格式（第 7 版）"),
    "law": ("Manual of Legal Citation (China)", "法学引注手册"),
}
_CHINESE = re.compile("[\u3400-\u9fff]")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_NUMBER = re.compile(r"^((?:GB|TC|ISO|IEC|IEEE|YD|DB|CETS|A/RES|T/)[A-Z0-9/ .:—-]*[0-9])[\s:：]*(?=\S)(?!$)")
_ACTS = {"law", "regulation", "departmental-rule", "bill"}
_DONE = {
    "adopted": "通过", "passed": "通过", "issued": "发布", "published": "发布", "released": "发布", "signed": "签署",
    "introduced": "提出", "in-force": "施行", "applies": "施行",
}  # fmt: skip
# What stands behind an issuer in brackets and is the instrument's own number: 国发〔2025〕11号, Order No. 12.
_ORDER = re.compile(r"\s*[(（](?:(?P<written>[^()（）]*〔\d{4}〕\d+号)|Order No\. (?P<order>\d+))[)）]$")
_REMARKS = re.compile(r"\s*\([^()]*,[^()]*\)$|, (?:drafted by|under) .*$")  # how it came about is no part of a name
_SEVERAL = re.compile(r"[A-Z][\w/]*(?:, [A-Z][\w/]*)+|\w+(?: / \w+)+")  # CAC, MIIT, MPS; SAMR / SAC
# Names that only newspapers have; the others that end in 报 are journals, bulletins and reports.
_PAPER = re.compile(r"(?:\w报|(?:\b(?:Daily|Times|Herald|Tribune|Gazette|Newspaper|Guardian)))(?:海外版)?$")
_NO_PAPER = re.compile(r"(?:学|公|通|简|情|电|画|海|预|年|警|汇|申|日志)报$|New Times$")
_WECHAT = re.compile(r"//mp\.weixin\.qq\.com/")
# Words that bodies' names end in or hold, which persons' names do not.
_BODY = re.compile(
    r"委员会|办公室|公司|大学|学院|研究[院所]|中心|协会|联盟|[部局署厅]$|社$|报$|网$|组织|编辑部|课题组|"
    r"\b(?:of|for|the|and|Committee|Council|Institute|University|Agency|Ministry|Office|Group|Inc|Ltd|Commission|Board)\b"
)


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of a reference; titles are set in italics where the style wants it and the script has them."""

    text: str
    italic: bool = False


Pieces = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Work:
    """What is cited, whatever it is: an article or an instrument; dates are ISO 8601 as far as they are known."""

    title: str
    authors: tuple[str, ...] = ()
    site: str = ""
    published: str = ""
    fetched: str = ""
    url: str = ""
    kind: str = "article"  # else the instrument's kind
    number: str = ""
    chinese: bool = False
    dated: str = ""  # what happened on the day, as an instrument's dates say: adopted, issued…


def work_of(article: Article) -> Work:
    """Give an article as a work."""
    names = tuple(author.name for author in article.authors if author.name.strip())
    chinese = article.language.startswith("zh") if article.language else bool(_CHINESE.search(article.title))
    return Work(
        article.title, names, article.publisher or article.source, article.published[:10], article.fetched[:10], article.url,
        chinese=chinese,
    )  # fmt: skip


def in_newspaper(work: Work) -> bool:
    """Whether an article is one of a newspaper, as its publisher's name tells (人民日报, The Paper's Daily)."""
    return work.kind == "article" and bool(_PAPER.search(work.site)) and not _NO_PAPER.search(work.site)


def instrument_work(instrument: Instrument, language: str) -> Work:
    """Give an instrument as a work, by its title in a language where there is one; standards and resolutions by number too."""
    title = instrument.title(language)
    chinese = bool(_CHINESE.search(title))
    found = _NUMBER.match(title)
    issuers, order = _issuers(instrument.issuer, chinese)
    number = found[1].strip() if found else order
    bare = title[found.end() :].strip() if found else title
    if bare.startswith("《") and bare.endswith("》") and bare.count("《") == 1:
        bare = bare[1:-1]
    return Work(
        bare, issuers, "", instrument.date, "", instrument.url, instrument.kind, number, chinese,
        instrument.dates[0][0] if instrument.dates else "",
    )  # fmt: skip


def _issuers(issuer: str, chinese: bool) -> tuple[tuple[str, ...], str]:
    """Part an issuer as it is catalogued into bodies and the number of the instrument, where it names that."""
    found = _ORDER.search(issuer)
    order = ""
    if found:
        issuer = issuer[: found.start()]
        order = found["written"] or (f"第{found['order']}号令" if chinese else f"Order No. {found['order']}")
    issuer = _REMARKS.sub("", issuer)
    bodies = re.split(r", | / ", issuer) if _SEVERAL.fullmatch(issuer) else [issuer]
    return tuple(filter(None, bodies)), order


def reference(work: Work, style: Style, place: Place | None = None) -> Pieces:
    """Give the whole reference of a work, as a list of references or a footnote has it, with a place in it."""
    return tuple(piece for piece in _REFERENCES[style](work, _where(place)) if piece.text)


def reference_to(work: Work, style: Style, locator: str) -> Pieces:
    """Give the reference of a work with a locator as written (第十九条, Art. 10(2)), which is spelled as the style has it."""
    canonical = normalise(locator)
    return reference(work, style, Place(canonical)) if canonical else reference(work, style)


def in_text(work: Work, style: Style, place: Place | None = None) -> str:
    """Give the citation that stands in the text; styles with numbers or footnotes give the whole reference as words."""
    if style != "apa":
        return words(reference(work, style, place))
    date = work.published[:4] or ("无日期" if work.chinese else "n.d.")
    legal = work.kind in _ACTS or work.kind == "treaty"
    titled = work.title if "《" in work.title or (legal and not work.chinese) else _quoted_title(work)
    who = titled if legal else _apa_short(work) or titled
    where = _spelled(_where(place), work.chinese)
    if work.chinese:
        return f"（{'，'.join(filter(None, (who, date, where)))}）"
    return f"({', '.join(filter(None, (who, date, where)))})"


def _quoted_title(work: Work) -> str:
    return f"《{work.title}》" if work.chinese else f"“{work.title}”"


def words(pieces: Sequence[Piece]) -> str:
    """Give a reference as plain words."""
    return "".join(piece.text for piece in pieces)


# Places


def _where(place: Place | None) -> tuple[tuple[str, str], ...]:
    """Give a place as steps of kind and number; paragraphs are counted."""
    if place is None:
        return ()
    if place.provision:
        return tuple(step_of(step) for step in place.provision.partition("+")[0].split("/"))
    if place.first:
        return (("para", f"{place.first}..{place.last}" if place.last > place.first else str(place.first)),)
    return ()


_ZH_UNITS = {
    "page": "页", "para": "段", "part": "编", "subpart": "分编", "ch": "章", "sec": "节", "art": "条", "p": "款", "i": "项",
    "s": "目",
}  # fmt: skip
_EN_UNITS = {
    "page": "p.", "para": "para.", "part": "pt.", "subpart": "subpt.", "ch": "ch.", "sec": "sec.", "art": "art.",
    "annex": "annex", "rec": "recital", "prin": "principle", "p": "para.", "i": "item", "s": "point",
}  # fmt: skip


def _spelled(steps: Sequence[tuple[str, str]], chinese: bool) -> str:
    """Write steps with Arabic numbers: 第19条第2款, art. 19(2), pp. 3–5."""
    text = ""
    for kind, value in steps:
        value = value.replace("..", "–" if not chinese else "-")
        if chinese:
            unit, (number, _, inserted) = _ZH_UNITS.get(kind), value.partition("-")
            if unit is None:
                text += {"annex": "附件", "rec": "序言", "prin": "原则"}.get(kind, kind) + value
            elif kind == "art" and inserted and "-" in value and not _is_range(number, inserted):
                text += f"第{number}{unit}之{inserted}"
            else:
                text += f"第{value}{unit}"
        elif text and kind in ("p", "i", "s"):
            text += f"({value})"
        else:
            unit_en = _EN_UNITS.get(kind, kind)
            plural = "–" in value and kind in ("page", "para", "art")
            text += f" {'pp.' if kind == 'page' and plural else unit_en.replace('.', 's.') if plural else unit_en} {value}"
    return text.strip()


def _is_range(low: str, high: str) -> bool:
    return low.isdigit() and high.isdigit() and int(high) > int(low)


# Names


def _is_chinese(name: str) -> bool:
    return bool(_CHINESE.search(name))


def _is_body(name: str) -> bool:
    """Whether a name is a body's: Western names of one word and those with a body's words, Chinese ones that are long."""
    if _BODY.search(name):
        return True
    return len(name) > 6 and "·" not in name if _is_chinese(name) else len(name.split()) == 1 or len(name.split()) > 4


def is_whole(name: str) -> bool:
    """Whether a name is not parted into family and given names: it is Chinese, a body's or of one word."""
    return _is_chinese(name) or _is_body(name)


def name_parts(name: str) -> tuple[str, str]:
    """Part a Western person's name: its family name with particles, and the given names."""
    family, given = _parted(name)
    return family, " ".join(given)


def _parted(name: str) -> tuple[str, list[str]]:
    """Part a Western person's name into family name and given names; a family name's particles stay with it."""
    if "," in name:
        family, _, given = name.partition(",")
        return family.strip(), given.split()
    parts = name.split()
    at = len(parts) - 1
    while at > 1 and parts[at - 1].islower():
        at -= 1
    return " ".join(parts[at:]), parts[:at]


def _whole(work: Work, name: str) -> bool:
    """Whether a name is written as it is: in Chinese, or a body's, as those of instruments' issuers all are."""
    return work.kind != "article" or is_whole(name)


def _gb_name(work: Work, name: str) -> str:
    if _whole(work, name):
        return name
    family, given = _parted(name)
    return f"{family} {' '.join(part[:1] for name in given for part in name.split('-'))}".strip()


def _apa_name(work: Work, name: str) -> str:
    if _whole(work, name):
        return name
    family, given = _parted(name)
    initials = ("-".join(f"{part[:1]}." for part in name.split("-") if part) for name in given)
    return f"{family}, {' '.join(initials)}" if given else family


def _joined(names: Sequence[str], most: int, first: int, comma: str, last: str, more: str) -> str:
    """Join names; of more than `most` only the first ones, then the words for the others."""
    if len(names) > most:
        return comma.join(names[:first]) + more
    return last.join((comma.join(names[:-1]), names[-1])) if len(names) > 1 else "".join(names)


def _apa_short(work: Work) -> str:
    """Give the authors as the text has them: family names, all of two, the first of more."""
    names = [name if _whole(work, name) else _parted(name)[0] for name in work.authors]
    if work.chinese:
        return _joined(names, 2, 1, "、", "、", " 等" if names and not _is_chinese(names[0]) else "等")
    return _joined(names, 2, 1, ", ", " & ", " et al.")


# Styles


def _gb7714(work: Work, steps: Sequence[tuple[str, str]]) -> Pieces:
    comma, colon = ("，", "：") if work.chinese else (", ", ": ")
    names = [_gb_name(work, name) for name in work.authors]
    who = _joined(names, 3, 3, comma, comma, "，等" if work.chinese else ", et al.")
    carrier = "/OL" if work.url else ""
    cited = "-".join(value for _kind, value in steps).replace("..", "-") if steps and steps[0][0] == "page" else ""
    cited = cited or _spelled(steps, work.chinese)
    cited = f"{colon}{cited}" if cited else ""
    end = f". {work.url}." if work.url else "."
    if work.kind == "standard":
        number = re.sub(r"(?<=[0-9])-(?=(?:19|20)\d\d$)", "—", work.number) if work.chinese else work.number
        return (Piece(f"{number} {work.title}".strip() + f"[S{carrier}]{cited}" + end),)
    title = f"{work.title}{colon}{work.number}" if work.number else work.title
    begin = f"{who}. " if who and not who.endswith(".") else f"{who} " if who else ""
    if work.kind == "report":
        date = f". {work.published}" if work.published else ""
        return (Piece(f"{begin}{title}[R{carrier}]{date}{cited}{end}"),)
    if in_newspaper(work):
        issued = comma.join(filter(None, (work.site, work.published)))
        seen = f"[{work.fetched}]" if work.url and work.fetched else ""
        return (Piece(f"{begin}{title}[N{carrier}]. {issued}{seen}{cited}{end}"),)
    if work.url:
        dates = f"({work.published})" * bool(work.published) + f"[{work.fetched}]" * bool(work.fetched)
        return (Piece(f"{begin}{title}[EB/OL]{f'. {dates}' if dates else ''}{cited}{end}"),)
    issued = comma.join(filter(None, (work.site, work.published)))
    return (Piece(f"{begin}{title}[Z]{f'. {issued}' if issued else ''}{cited}."),)


def _apa_date(iso: str, chinese: bool) -> str:
    if chinese or not iso:
        return _chinese_date(iso) or ("无日期" if chinese else "n.d.")
    year, month, day = _dated(iso)
    return year + (f", {_MONTHS[int(month) - 1]}" if month else "") + (f" {int(day)}" if day else "")


def _apa(work: Work, _steps: Sequence[tuple[str, str]]) -> Pieces:
    """Places stand in the text, never in the list."""
    url = f" {work.url}" if work.url else ""
    if work.kind in _ACTS:
        year = work.published[:4] or ("无日期" if work.chinese else "n.d.")
        return (Piece(f"{', '.join(filter(None, (work.title, work.number)))} ({year}).{url}"),)
    if work.kind == "treaty":
        date = _chinese_date(work.published) if work.chinese else _english_date(work.published)
        return (Piece(f"{', '.join(filter(None, (work.title, date)))}.{url}"),)
    who = _apa_authors(work)
    date = f"({_apa_date(work.published, work.chinese)})."
    label = "Standard No. " if work.kind == "standard" and not work.chinese else ""
    number = f" ({label}{work.number})" if work.number else ""
    site = f" {work.site}." if work.site and work.site not in work.authors else ""
    stop = "" if work.title.endswith(("?", "!", "？", "！")) and not number else "."
    if in_newspaper(work):  # the newspaper is slanted, not the article
        site_pieces = (Piece(" "), Piece(work.site, not work.chinese), Piece("."))
        dated = (Piece(f"{who} {date} {work.title}{stop}"),) if who else (Piece(f"{work.title}{stop} {date}"),)
        return (*dated, *site_pieces, Piece(url))
    title = (Piece(work.title, not work.chinese), Piece(f"{number}{stop}"))
    if who:
        return (Piece(f"{who} {date} "), *title, Piece(f"{site}{url}"))
    return (*title, Piece(f" {date}{site}{url}"))


def _apa_authors(work: Work) -> str:
    names = [_apa_name(work, name) for name in work.authors]
    if len(names) > 20:
        who = f"{', '.join(names[:19])}, . . . {names[-1]}"
    else:
        who = "、".join(names) if work.chinese else _joined(names, 20, 20, ", ", ", & ", "")
    return who if who.endswith(".") or not who else f"{who}."


def _dated(iso: str) -> tuple[str, str, str]:
    year, month, day = (*iso.split("-"), "", "")[:3]
    return year, month, day


def _chinese_date(iso: str) -> str:
    if not iso:
        return ""
    year, month, day = _dated(iso)
    return f"{year}年" + (f"{int(month)}月" if month else "") + (f"{int(day)}日" if day else "")


def _english_date(iso: str) -> str:
    year, month, day = _dated(iso)
    named = _MONTHS[int(month) - 1] if month else ""
    return f"{named} {int(day)}, {year}" if day else " ".join(filter(None, (named, year)))


def _law(work: Work, steps: Sequence[tuple[str, str]]) -> Pieces:
    where = _spelled(steps, work.chinese)
    if not work.chinese:
        return _law_english(work, where)
    if work.kind != "article" and ("《" in work.title or "“" in work.title):
        title = work.title
    else:
        title = f"《{work.title.replace('《', '〈').replace('》', '〉')}》"
    date = _chinese_date(work.published)
    if work.kind == "law":
        return (Piece(f"{title.replace('《中华人民共和国', '《', 1)}{where}。"),)
    if work.kind != "article":
        issuer = "、".join(work.authors) if work.kind in ("standard", "report") else ""
        colon = "：" if issuer and work.kind == "report" else ""
        number = "、".join(work.authors) * work.number.endswith("号令") + work.number
        known = number or (f"{date}{_DONE.get(work.dated, '')}" if date else "")
        return (Piece(f"{issuer}{colon}{title}{where}{f'，{known}' if known else ''}。"),)
    who = _joined(work.authors, 3, 2, "、", "、", "等")
    wechat = bool(_WECHAT.search(work.url))
    paper = in_newspaper(work)
    site = f"微信公众号“{work.site}”" if wechat and work.site else f"《{work.site}》" if paper else work.site
    # A newspaper of a known day is found without an address, and so is a post of a known account.
    told = [f"载{site}{date}" if site else date, "" if (wechat and site) or (paper and date) else work.url, where]
    if work.url and not date and work.fetched:
        told.append(f"{_chinese_date(work.fetched)}访问")
    return (Piece(f"{who}：" if who else ""), Piece("，".join(filter(None, (title, *told))) + "。"))


def _law_english(work: Work, where: str) -> Pieces:
    year, month, day = _dated(work.published)
    date = " ".join(filter(None, (str(int(day)) if day else "", _MONTHS[int(month) - 1] if month else "", year)))
    if work.kind in _ACTS or work.kind == "treaty":
        return (Piece(f"{', '.join(filter(None, (work.title, work.number, where)))}{f' ({year})' if year else ''}."),)
    names = work.authors
    who = f"{names[0]}, {names[1]}, et al." if len(names) > 3 else _joined(names, 3, 3, ", ", " & ", "")
    told = ", ".join(filter(None, (work.number, where, work.site)))
    end = (f", {told}" if told else "") + (f" ({date})" if date else "") + (f", {work.url}" if work.url else "")
    return (Piece(f"{who}, " if who else ""), Piece(work.title, True), Piece(f"{end}."))


_REFERENCES: Mapping[Style, Callable[[Work, Sequence[tuple[str, str]]], Pieces]] = {"gb7714": _gb7714, "apa": _apa, "law": _law}

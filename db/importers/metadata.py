"""What a page says of itself: title and column, dates, source, publisher, language, and when two addresses are one page."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from db.importers.names import accounts_in, authors_in, is_person, station_in
from db.importers.phrases import is_interface
from db.importers.pieces import simplified, weight
from db.records import Author

_GENRES = {
    "commentary": "专家解读 解读 评论 时评 短评 社评 社论 观点 专家观点 专家谈 专家视角 大家谈 笔谈 述评 圆桌 讨论 "
    "opinion commentary view viewpoint editorial",
    "analysis": "前沿 分析 深度 观察 研判 综述 专题 聚焦 视点 洞察 思考 探讨 "
    "analysis insight explainer perspective focus feature",
    "news": "新闻 要闻 资讯 快讯 动态 热点 关注 头条 简讯 国际 国内 速览 news briefing update",
    "interview": "访谈 专访 对话 问答 答记者问 人物 interview q&a",
    "official": "公告 通知 通告 政策 法规 标准 发布 权威发布 重磅发布 征求意见 announcement notice policy",
    "research": "研究 论文 学术 报告 调研 白皮书 译文 research paper report study",
}
_GENRE_OF = {word: genre for genre, words in _GENRES.items() for word in words.split()}
_COLUMN = re.compile(r"^\s*([^|｜丨【】\n]{1,16}?)\s*([|｜丨])\s*(\S.*)$")
_BRACKETED = re.compile(r"^\s*【([^【】]{1,12})】\s*(\S.*)$")

_DATE = re.compile(
    r"(?<!\d)(?P<y>(?:19|20)\d\d)(?:\s*[-/.年]\s*|\s+(?=\d\d/))(?P<m>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})(?!\d)\s*日?"
    r"(?:[T\s,，-]*(?:(?:星期"
    r"|周)[一二三四五六日天])?\s*(?P<H>\d{1,2})\s*[:：]\s*(?P<M>\d{2})(?:\s*[:：]\s*(?P<S>\d{2}))?(?:\.\d+)?"
    r"\s*(?P<Z>Z|[+-]\d\d:?\d\d)?)?"
)
_IN_PATH = re.compile(r"/(20\d\d)[-/]?(0[1-9]|1[0-2])[-/]?(0[1-9]|[12]\d|3[01])(?=[/_.-])")
_MONTH_OF = re.compile(r"\b((?:19|20)\d\d)(?:\s*[-/.年]\s*(0?[1-9]|1[0-2])(?!\d))?")
_YEAR = re.compile(r"(?:19|20)\d\d")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(?P<m>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?"
_HOUR = r"(?:,? (?:at )?(?P<H>\d{1,2}):(?P<M>\d\d)(?: ?(?P<A>[ap])\.?m\b\.?)?)?"
_ENGLISH = (
    re.compile(rf"\b{_MONTH} (?P<d>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<y>(?:19|20)\d\d)\b{_HOUR}", re.IGNORECASE),
    re.compile(rf"\b(?P<d>\d{{1,2}})(?:st|nd|rd|th)? {_MONTH},? (?P<y>(?:19|20)\d\d)\b{_HOUR}", re.IGNORECASE),
)
_SOURCE = r"(?:以下文章|文章|信息|稿件|原文|本文|资料)?(?:来源|出处|稿源|转载?自|转自|原载|首发)(?:自|于)?"
_OUTLET = r"(?:[\u4e00-\u9fff]{1,8}(?:新闻|[报社网刊台])(?:客户端|资深|首席|特约|见习|实习)?)?"
_LABEL = re.compile(
    rf"(?P<source>(?:{_SOURCE}|Source|Originally published (?:in|on|at)|Via)\s*[:：|｜丨]\s*|(?:以下文章)?来源于\s*)"
    rf"|(?P<editor>{_OUTLET}(?:责任|执行|值班|见习|网络|网站|新媒体|本期|图片)?(?:编辑|责编|校对|审校|审核|审签|编审|初审|复审|终审"
    r"|监制|译者|编译|翻译|统筹|排版|制图|制表|美编|设计|摄影|图片|视觉)|Edited by)\s*[:：|｜丨/／]\s*"
    r"|(?P<edited>\bEditing by)\s+"
    rf"|(?P<author>(?<!该)(?:本文|原文|文章)?作者|撰文|撰稿|执笔|文字|记者|供稿|采访|采写|来稿|{_OUTLET}记者"
    r"|(?<![\u4e00-\u9fff])文|Authors?|Written by)\s*[:：|｜丨/／]\s*"
    r"|(?P<reported>\b(?:Additional )?Reporting by)\s+|(?P<named>[,，]作者)\s*(?=\S)"
    r"|(?P<unit>(?<![\u4e00-\u9fff])(?:作者|工作)?单位\s*[:：]\s*)"
    r"|(?P<revised>(?:最后)?(?:更新|修改|编辑)(?:时间|日期|于)|(?:Last )?(?:Updated|Modified)(?: on)?)\s*[:：]?\s*"
    r"|(?P<date>(?:发布|发表|发文|成文|推送|刊发|公布)?(?:时间|日期)|(?:发布|发表)于"
    r"|Published(?: on)?|Publication(?: date)?|Posted(?: on)?"
    r"|Date)\s*[:：]?\s*"
    r"|(?P<counter>(?:浏览|阅读|点击|访问|评论|点赞|收藏)(?:(?:量|次数|数)?\s*[:：]?\s*[\d.,]+[万kK+]*\s*次?|(?:量|次数|数)\s*[:：])"
    r"|字号\s*[:：]?\s*(?:大|中|小|[\[\]【】\s])*"
    r"|字体\s*[:：]?\s*(?:大|中|小|[\[\]【】\s])*|\d+ min(?:ute)?s? read|\d+\s*(?:条评论|阅读|浏览|评论|views"
    r"|comments|reads))",
    re.IGNORECASE,
)
# What a line must hold to hold a label or a date at all; most do not, and the labels take long to look for.
LABELLED = re.compile(
    r"[:：|｜丨/／\d]|作者|来源于|來源於|[时時日][间間期]|[发發更修编編]\S[于於]|[字]|Publi[sc]|Post|Updat|Modif|Date|Edit|Report|记者|通讯员",
    re.IGNORECASE,
)
_TAKEN_FROM = re.compile(
    r"(?:本文|原文|文章)(?:系|为)?(?:来自|源自|转载|首发|首刊|原载|原刊|刊载|发表|刊发|刊登)[于自在]?\s*"
    r"(?:(?:微信)?公众号\s*[:：]?\s*[“「《]?|《)([^”」》（(，,。]{2,30})[”」》]?"
    r"(?:\s*[（(][^（）()]{2,40}[）)])?(?:[，,]\s*(?:原文)?作者\s*[:：|｜]?\s*([^，,。|｜]{2,30}))?.{0,60}$"
)
_PUBLISHED_BY = re.compile(r"(?:co-?)?published (?:in .{2,60} )?by\b", re.IGNORECASE)
_OF_PAPER = re.compile(r"[\u4e00-\u9fff]{2,10}(?:记者|通讯员|评论员)")
_BY = re.compile(
    r"^(?:本报记者|本刊记者|(?:见习|实习|特约)?记者|通讯员|本报评论员"
    r"|(?:(?:Commentary|Opinion|Analysis|Report|Essay|Brief|Story|Words) )?(?:[Bb]y|BY)\b"
    r"|[□■◎●◇◆])\s*(?=\S)"
)
_ORIGINAL = re.compile(r"^原创(?:\s*[:：|｜]\s*|\s+)(?=\S)")
_PAPER = re.compile(r"^《\s*([^《》]{2,20}?)\s*》\s*(?=[（(]?\s*(?:19|20)\d\d)")
_ISSUE = re.compile(r"(?<=》)\s*(?:网站|官网|杂志|第?\s*\d{1,4}\s*[年期卷版号]|\s)+.{0,6}$")
_OF_SOURCE = re.compile(r"》\S{0,6}(?:19|20)\d\d\s*年")  # the date of the issue, not of this page
_EDITION = re.compile(r"第?\s*[A-Z]?\d{1,3}\s*版(?:[:：]\S{1,8})?")
_PLACE = re.compile(
    r"[:：]?(?:北京|上海|天津|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃"
    r"|青海|台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门|.{2,8}[省市区县州])"
)
_ADDRESS = re.compile(
    r"(?:原文|文章|本文|页面|来源)?(?:原文|链接|地址|网址)\s*[:：]\s*(https?://\S+)|(?:Source )?(?:URL|Link)\s*:\s*(https?://\S+)",
    re.IGNORECASE,
)
_SAVED = re.compile(
    r"(?:Created|Saved|Clipped|Fetched|(?:抓取|保存|剪藏|收藏|存档)(?:时间|日期|于)?)(?: (?:on|at))?\s*[:：]", re.IGNORECASE
)
_AT_END = re.compile(r"\s+(?:于|发布于|发表于)$")
_GLUABLE = re.compile(r"[a-z)][A-Z]|\d:\d|\d{5} min|M[A-Z]|T[A-Z]")
_GLUED = re.compile(
    r"(?<=[a-z)])(?=(?:January|February|March|April|May|June|July|August|September|October|November|December|Jan|Feb|Mar|Apr|Jun|Jul|Aug"
    r"|Sept?|Oct|Nov|Dec)\.? \d)|(?<=\b(?:19|20)\d\d)(?=\d{1,2}(?::\d\d| min))"
    r"|(?<=[a-zMT\d])(?=(?:Updated|Published|Posted)\b)|(?<=\b[Bb]y)(?=[A-Z])"
    r"|(?<=[a-z])(?=(?:Senior|Staff|Associate|Assistant|Research|Visiting) [A-Z]"
    r"|(?:Fellow|Director|Professor|Editor|Reporter|Correspondent)\b)"
)
_IDLE = re.compile(
    r"(?:Updated? (?:\d+|an?) (?:minute|hour|day)s? ago|\d+ (?:minute|hour|day)s? ago|in [A-Z][^·|]{2,40}|GMT|UTC|E[SD]T|BST|由"
    r"|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,?|星期[一二三四五六日天]|\S+官方账号"
    r"|[・·]?\s*IP\s*属地\s*[:：]?\s*\S{0,8}|于|发布|发表"
    r"|[（()）]+|(?:举报|关注)[\s·]*)"
)
_REPORTERS = re.compile(r"(?<![\u4e00-\u9fff])((?:本报|本刊)?(?:见习|实习|特约)?(?:记者|通讯员))[ \u3000\u00a0]+(?=\S)")
_IN_SECTION = re.compile(r"\s+in\s+[A-Z][\w&, ]{2,40}$")
_REPORTER = re.compile(r"\s+(?=(?:本报|本刊)?(?:记者|通讯员)[\s:：])")
_FIELDS = re.compile(r"[|｜·•・\t\u3000]|\s{2,}|\s[-–—/]\s")
_SOURCE_FIELDS = re.compile(r"[|｜•・\t\u3000]|[—–]+\s|\s{2,}|\s[-–—/·]\s")  # a name may hold a dot: 某日报·某网
_ENDS = re.compile(r"[。！？!?；;…]\s*[”’」』）)]?$")
_GOES_ON = re.compile(r"^of\b|,$")  # of 5 March 2026; THE COMMISSION,
_DATELINE = re.compile(r"[（(](?:\S{2,6}社|本报|本刊|见习|实习)?记者[\s:：]*([^（）()]{2,40})[）)]")
_SENT_FROM = re.compile(r"[\u4e00-\u9fff]{2}(?:\d{1,2}月)?\d{1,2}日?(?:综合)?(?:电|报道|外电)$")
_EPOCH = re.compile(r"""\bct\s*=\s*["'](\d{10})["']""")
_LD_DATE = re.compile(r""""datePublished"\s*:\s*"([^"]{8,40})\"""")
_HAN = re.compile("[\u3400-\u9fff\U00020000-\U0010ffff]+")
_LATIN = re.compile("[A-Za-z]+")
_BETWEEN_NAMES = re.compile(r"\s[-–—_|｜]+\s|[–—_|｜,，·]+|(?<=[\u4e00-\u9fff])-(?=[A-Za-z])")
_HOST = re.compile(r"^(?:https?://)?(?:[\w-]+\.)+[a-z]{2,}(?:/\S*)?$", re.IGNORECASE)
_WECHAT = {"appmsgid": "mid", "itemidx": "idx"}  # as older addresses call them
_TRACKING = re.compile(
    r"^(?:utm_\w+|spm|from|scene|share\w*|fbclid|gclid|msclkid|igshid|mc_[ce]id|ref|referer|referrer"
    r"|isappinstalled|wfr|_t|ns_\w+|dclid|yclid|_hs(?:enc|mi)|mkt_tok|cmpid|ito|clicktime|enterid|chksm|subscene|sessionid"
    r"|ascene|devicetype|nettype|pass_ticket|wx_header)$",
    re.IGNORECASE,
)


def split_column(title: str) -> tuple[str, str]:
    """Split 专家解读 | 题目 into the column and the title; the column is a known kind word, or short before a bar."""
    if (match := _COLUMN.match(title)) and (match[1].lower() in _GENRE_OF or len(match[1]) <= 6):
        return match[1], match[3].strip()
    if (match := _BRACKETED.match(title)) and match[1] in _GENRE_OF:
        return match[1], match[2].strip()
    return "", title.strip()


def genre_of(column: str) -> str:
    """Propose a genre id for a column; "" where its name says nothing."""
    word = column.strip().lower()
    said = _GENRE_OF.get(word) or next((g for w, g in _GENRE_OF.items() if len(w) > 1 and word.endswith(w)), "")
    return said or ("commentary" if word.endswith("评") and not word.endswith("测评") else "")  # 快评, 锐评, 马上评


def language_of(text: str) -> str:
    """Give zh or en by the share of characters; "" for a text without letters."""
    sample = text[:200_000]
    han, latin = (sum(map(len, letters.findall(sample))) for letters in (_HAN, _LATIN))
    return "" if not han + latin else "zh" if han * 5 >= latin else "en"


def date_in(text: str) -> tuple[str, str]:
    """Give the first date in a text, as ISO 8601, and the text without it; "" if there is none."""
    for pattern in (_DATE, *_ENGLISH) if _YEAR.search(text) else ():
        if match := pattern.search(text):
            parts = match.groupdict()
            month = parts["m"]
            number = int(month) if month.isdecimal() else _MONTHS.index(month[:3].lower()) + 1
            try:
                day = f"{datetime(int(parts['y']), number, int(parts['d']), tzinfo=UTC):%Y-%m-%d}"
            except ValueError:
                continue
            return day + _clock(parts), text[: match.start()] + " " + text[match.end() :]
    return "", text


def date_or_month(text: str) -> str:
    """Give a date as far as it is known: 2024-03-05 with its time, 2024-03, 2024; "" if there is none."""
    if date := date_in(text)[0]:
        return date
    found = _MONTH_OF.search(text)
    return "" if not found else f"{found[1]}-{int(found[2]):02}" if found[2] else found[1]


def _clock(parts: dict[str, str | None]) -> str:
    hour, minute, second, zone = (parts.get(k) for k in "HMSZ")
    if hour and (half := parts.get("A")):
        hour = str(int(hour) % 12 + (12 if half in "pP" else 0))
    if hour is None or minute is None or int(hour) > 23 or int(minute) > 59:
        return ""
    return f"T{int(hour):02}:{minute}" + (f":{second}" if second else "") + (zone or "")


def date_of_address(url: str) -> str:
    """Give the day that stands in the path of an address, as news sites put it there; "" if none does."""
    match = _IN_PATH.search(urlsplit(url).path) if _YEAR.search(url) else None
    return date_in("-".join(match.groups()))[0] if match else ""


def script_date(scripts: str) -> str:
    """Give the date of publication that a page's scripts state as data; they are read, never run."""
    if match := _EPOCH.search(scripts):
        moment = datetime.fromtimestamp(int(match[1]), timezone(timedelta(hours=8)))
        return f"{moment:%Y-%m-%dT%H:%M:%S}"
    match = _LD_DATE.search(scripts)
    return date_in(match[1])[0] if match else ""


def clean_publisher(name: str) -> str:
    """Give a publisher's name without slogan and domain: 名称 – 口号,example.com → 名称."""
    parts = [p.strip() for p in _BETWEEN_NAMES.split(html.unescape(name)) if p.strip()]
    return next((p for p in parts if not _HOST.match(p)), parts[0] if parts else "")


@dataclass(slots=True)
class Byline:
    """What a line between title and text says."""

    authors: list[Author] = field(default_factory=list)
    account: str = ""
    source: str = ""
    date: str = ""
    editor: bool = False
    counter: bool = False
    url: str = ""
    stamped: bool = False  # the date has a label that says what it is
    firm: bool = False  # the account is named as issuer in a table of facts
    revised: bool = False  # the date is that of a later change
    station: str = ""  # where the authors work

    @property
    def reason(self) -> str:
        """The reason to keep such a line out of the text; "" if it says nothing of the kind."""
        if self.authors or self.account or self.station:
            return "byline"
        if self.source or self.url:
            return "source"
        if self.date:
            return "date"
        return "editor" if self.editor else "interface" if self.counter else ""


def read_byline(line: str) -> Byline | None:
    """Read a line as byline, source or date line; None if it is anything else, a sentence above all."""
    whole = _unwrapped(line.strip())
    if "http" in whole and (address := _ADDRESS.fullmatch(whole)):
        return Byline(url=address[1] or address[2])
    if taken := _taken_from(whole):
        return Byline(source=taken[1], authors=authors_in(taken[2] or "")[0])
    if _PUBLISHED_BY.match(whole):
        return None
    if _SAVED.match(whole) and date_in(whole)[0]:
        return Byline(counter=True)
    whole = _unglued(whole)
    text = _REPORTERS.sub(r"\1 ", _ORIGINAL.sub("", whole))
    if not text or len(text) > 140 or _ENDS.search(text) or _GOES_ON.search(text):
        return None
    found = Byline()
    if paper := _PAPER.match(text):
        found.source, text = paper[1], _EDITION.sub(" ", text[paper.end() :])
    found.date, rest = date_in(text)
    rest = _EDITION.sub(" ", rest) if found.date else rest
    found.revised = "》" in text and _OF_SOURCE.search(text) is not None
    marks = list(_LABEL.finditer(simplified(rest))) if LABELLED.search(rest) else []
    left = [rest[: marks[0].start()] if marks else rest]
    for mark, following in zip(marks, [*marks[1:], None], strict=False):
        value = rest[mark.end() : following.start() if following else len(rest)].strip(" \u3000|｜;；,，【】［］").rstrip("（(")
        left += _take(found, str(mark.lastgroup), value)
    parts = [_AT_END.sub("", p.strip(" 　【】[]（）()")) for chunk in left for p in _FIELDS.split(chunk)]
    claimed = text != whole or "T" in found.date  # a line marked as original work, or one with a time of day
    spare = 16 if claimed else 10 if found.date else 0
    unknown = {p: heavy for p in parts if (heavy := _untold(found, p, spare))}
    if (claimed or found.date) and len(text) <= 60 and not found.account:
        speaking = [p for p in unknown if not all(_PLACE.fullmatch(w) or _IDLE.fullmatch(w) for w in p.split())]
        left_over = [p for p in speaking if (claimed or 3 <= len(p.strip(" :：")) == len(p))]
        if text != whole:  # 原创, the author's nickname, the account
            left_over = [word for part in left_over for word in part.split()][::-1]
        found.account = accounts_in(left_over)
    most = 16 if claimed else 8 if found.stamped else 4 if found.date else 1
    return found if found.reason and sum(unknown.values()) <= most else None


def _taken_from(line: str) -> re.Match[str] | None:
    return _TAKEN_FROM.match(line) if len(line) <= 140 and line.startswith(("本文", "原文", "文章")) else None


def names_account(line: str) -> bool:
    """Whether a sentence says from which account or journal a text was taken over."""
    return _taken_from(line.strip()) is not None


def _unglued(text: str) -> str:
    """Give a line with spaces where a page set its parts close by style only: By Jane DoeMay 3, 202410:20 AM GMT."""
    return _GLUED.sub(" ", text) if _GLUABLE.search(text) else text


def _unwrapped(text: str) -> str:
    """Give a line without the brackets around the whole of it."""
    pairs = {"（": "）", "(": ")", "【": "】", "[": "]"}
    return text[1:-1].strip() if pairs.get(text[:1]) == text[-1:] and text[1:-1].count(text[0]) == 0 else text


def _take(found: Byline, label: str, value: str) -> list[str]:
    """Put a labelled value where it belongs; what is left over comes back."""
    if label in ("author", "named", "reported"):
        value = "" if is_interface(value) else _BY.sub("", value)
        authors, others = authors_in(value, bodies=True)
        if not authors:  # a number behind what is no person's name belongs to it: 课题组12
            authors, others = authors_in(value, bodies=True, stated=True)
        found.authors += authors
        if not authors and not found.account:
            found.account = accounts_in(others)
        return []
    if label == "source":
        head, *tail = _SOURCE_FIELDS.split(_REPORTER.sub("|", value))
        if len(head) <= 40 and not found.source:
            found.source = bare(_ISSUE.sub("", head))
        return tail
    if label == "unit" and len(value) <= 40 and station_in(f"{value}教授")[1]:
        found.station = value
        return []
    if label in ("editor", "edited"):
        found.editor = True
        return [] if len(value) <= 40 else [value]
    found.counter |= label == "counter"
    found.stamped |= label in ("date", "revised") and found.date != ""
    found.revised |= label == "revised"
    return [value]


def bare(name: str) -> str:
    """Give a name without the quotation marks around the whole of it."""
    name = name.strip(' "“”')
    return name.strip("《》") if name.startswith("《") or "《" not in name else name


def _untold(found: Byline, part: str, spare: float) -> float:
    """Give the weight of an unlabelled part that is neither names (with `spare` of other words), nor posts, nor a number."""
    if _IDLE.fullmatch(part) or is_interface(part.strip("—–- ")):
        return 0.0
    station = station_in(part)
    if station[1] and found.authors and is_person(found.authors[-1].name):
        found.authors = [a if a.affiliation or a.role else Author(a.name, *station) for a in found.authors]
        return 0.0
    named = _BY.match(simplified(part))
    words = _IN_SECTION.sub("", part[named.end() :]) if named else part
    words = re.sub(r"\s*(?:摄|(?:[/／]?[\u4e00-\u9fff]{2,4})?[报報][道導]|整理|发自\S+)$", "", words) if named else words
    authors, others = authors_in(words, bodies=bool(named))
    others = [word for word in others if not (station_in(word)[1] or _OF_PAPER.fullmatch(word))]
    if authors and sum(map(weight, others)) <= (60 if named else spare):
        found.authors += authors
        found.account = found.account or accounts_in(others)
        return 0.0
    return weight(part)


def dateline_authors(line: str) -> list[Author]:
    """Give the reporters that an agency's opening names: …电（记者 甲乙、丙丁）…"""
    line = line[:120]
    if not (match := _DATELINE.search(simplified(line))):
        return []
    names = line[match.start(1) : match.end(1)]
    sent = _SENT_FROM.search(simplified(names))
    return [a for a in authors_in(names[: sent.start()] if sent else names)[0] if is_person(a.name)]


def address(url: str) -> str:
    """Give a page's own address if it is a whole one and leads further than to a site's front page; "" if not."""
    url = html.unescape(url.strip())
    url = f"https:{url}" if url.startswith("//") else url
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and parts.netloc and (parts.path.strip("/") or parts.query) else ""


def url_key(url: str) -> str:
    """Give what two addresses of one page have in common; "" for ""."""
    url = html.unescape(url.strip())
    if not url:
        return ""
    try:
        parts = urlsplit(url if "://" in url else "http://" + url.removeprefix("//"))
        host, port = (parts.hostname or "").removeprefix("www."), parts.port
    except ValueError:
        return url
    query = parse_qsl(parts.query, keep_blank_values=True)
    if host == "mp.weixin.qq.com":
        values = {_WECHAT.get(k, k): v for k, v in query}
        names = next((n for n in (("__biz", "mid", "idx"), ("sn",)) if all(values.get(k) for k in n)), ())
        if names:
            return f"{host}?{'&'.join(f'{k}={values[k]}' for k in names)}"
    route = parts.fragment if parts.fragment.startswith(("/", "!")) else ""  # such a fragment names the page
    kept = urlencode(sorted((k, v) for k, v in query if not _TRACKING.match(k)))
    where = host if port in (None, 80, 443) else f"{host}:{port}"
    return where + unquote(parts.path).rstrip("/") + (f"?{kept}" if kept else "") + (f"#{route}" if route else "")

"""What of a page is no part of its article, by general rules: words, links, position, repetition. Each verdict has a reason."""

from __future__ import annotations

import re
from itertools import accumulate

from db.importers.facts import DOCUMENT_SIZE, facts_in, is_bio, leads_to_document, named_by_link
from db.importers.main_content import prose, soft
from db.importers.metadata import LABELLED, Byline, clean_publisher, date_in, names_account, read_byline
from db.importers.names import ROLE_WORD, accounts_in, authors_in, close_spaces, is_person, station_in
from db.importers.phrases import LEDE, REFERENCES, firm_reason, turn, worth_reading
from db.importers.pieces import Piece, Tick, watched, weight
from db.importers.titles import ENDS, find_title, same, says_title
from db.importers.verdicts import REASONS, Judged

__all__ = ["REASONS", "Judged", "judge", "same"]

_MUTE = ("interface", "punctuation", "picture")  # say nothing of the article
_ARTICLE = re.compile(r"\s*第[一二三四五六七八九十百千零〇\d]{1,9}[条條]")
_SIGNED = re.compile(
    r"\s*[（(]?\s*(?:文|(?:本文|原文|文章)?作者|撰文|撰稿|执笔|By)\s*[:：|｜/／丨 ]"
    r"|\s*\S{0,10}记者\s+[\u4e00-\u9fff·]{2,4}(?:\s|$)"
)
_CONTENTS = re.compile(r"目\s*录|本页目录|(?:table of )?contents|on this page", re.IGNORECASE)
_FOLLOW = re.compile(r"\+?\s*关注")
_PLACES = re.compile(
    r"[（(]?\s*(?:1\s*[.．、]|[¹①]).{2,80}(?:大学|学院|研究|中心).{0,40}[）)]?"
    r"|.{2,60}(?:大学|学院|研究|中心).{0,30}\d{6}\s*[）)]?"
)
_SENTENCE = re.compile(r"[。！？；.!?][”’」』）)]?$|[^，,]{4}，[^，,]{4,}[^\s]$")
_NOTE = re.compile(r"\W{0,2}\d{1,3}[\W_]")
_JOINED = re.compile(r"[-－—–·《]")
_GUESTS = re.compile(r".{0,4}(?:嘉宾|受访[者人]|对[话谈][者人]|主[讲持]人|与谈人)\s*[:：]?")
_COUNT = re.compile(r"[\d\s.,wWkK万+]+")
_SIGNS = re.compile(r"[\W_]+")


def judge(pieces: list[Piece], title: str, publisher: str, region: tuple[int, int], tick: Tick) -> Judged:
    """Judge every piece of a page whose title and publisher may be known ("" if not) and whose article lies in `region`."""
    found = Judged([_alone(p) for p in watched(pieces, tick)])
    _link_runs(pieces, found.reasons)
    tick(0)
    key, law = same(title), _is_law(pieces)
    loads = [
        0.0 if r or p.note or _soft(p, law) or says_title(p, key) else prose(p)
        for p, r in zip(watched(pieces, tick), found.reasons, strict=True)
    ]
    inside = [w if region[0] <= n < region[1] else 0.0 for n, w in enumerate(loads)]
    found.title = find_title(pieces, found.reasons, inside, title)
    inside = [w if n > found.title else 0.0 for n, w in enumerate(inside)]
    body = [n for n, w in enumerate(inside) if w]
    if not body:
        body = _slight_body(pieces, found, region, law)
    found.first, found.last = (body[0], body[-1]) if body else (len(pieces), len(pieces) - 1)
    _turns(pieces, found, inside, tick)
    found.account = _account(pieces, found)
    tick(0)  # what follows takes a while on a page of hundreds of thousands of lines, and can be cancelled in between
    _head(pieces, found, found.account or publisher, region, loads)
    tick(0)
    _above(pieces, found)
    _cards(pieces, found)
    tick(0)
    _tail(pieces, found, region)
    _repeats(pieces, found, tick)
    return found


def _slight_body(pieces: list[Piece], found: Judged, region: tuple[int, int], law: bool) -> list[int]:
    """Give the pieces of a text that has no sentence of weight; it begins after the bylines that stand near the title."""
    inside = range(max(region[0], found.title + 1), region[1])
    body = [n for n in inside if not found.reasons[n] and not _soft(pieces[n], law)]
    signed = [n for n in body[:6] if (line := read_byline(pieces[n].text)) and line.reason]
    while body and body[-1] in signed:
        signed.remove(body.pop())
    return [n for n in body if n > max(signed, default=-1)] or body


def _is_law(pieces: list[Piece]) -> bool:
    """Whether the page is a law or the like: five articles (条) or more."""
    return sum(_ARTICLE.match(p.text) is not None for p in pieces) >= 5


def _soft(piece: Piece, law: bool) -> str:
    """Judge a piece that stands outside the body; a law's own sentences are never a site's."""
    return "" if law and piece.text.rstrip().endswith(("。", "；", "：")) else soft(piece)


def _alone(piece: Piece) -> str:
    """Judge a piece by itself."""
    if piece.zone:
        return piece.zone
    if piece.kind == "figure":
        return "" if worth_reading(piece.text) else "picture"
    if piece.kind in ("code", "row"):
        return ""
    label, _, rest = piece.text.partition("：" if "：" in piece.text else ":")
    if piece.links and rest and turn(label) == "related" and piece.linked >= 0.8 * len(rest.strip()):
        return "related"
    if piece.links >= 2 and _all_links(piece) and len(piece.text) <= 30 * piece.links:
        return "navigation"
    return firm_reason(piece.text, heading=piece.kind == "heading")


def _all_links(piece: Piece) -> bool:
    """Whether all the words of a piece lie in links, but for signs and a label before them."""
    words = len(_SIGNS.sub("", piece.text))
    return piece.linked >= max(0.6 * words, 0.85 * words - 6)


def _link_runs(pieces: list[Piece], reasons: list[str]) -> None:
    """Take out three short links or more in a row, unless they are references or attachments."""
    run: list[int] = []
    references = False
    for n, piece in enumerate([*pieces, Piece("paragraph", "")]):
        if n < len(pieces) and piece.kind != "row" and len(piece.text) <= 75 and _is_link(piece):
            references |= REFERENCES.match(piece.text) is not None
            run.append(n)
            continue
        if len(run) >= 3 and not references:
            above = run[0] - 1
            for k in [above, *run] if above >= 0 and _CONTENTS.fullmatch(pieces[above].text.strip()) else run:
                reasons[k] = reasons[k] or "navigation"
        run = []
        references = piece.text.rstrip().endswith(("：", ":")) or REFERENCES.match(piece.text) is not None


def _is_link(piece: Piece) -> bool:
    """Whether a line is a link, perhaps with a date beside it."""
    return piece.link_share >= 0.8 or (piece.linked > 0 and piece.linked >= 0.8 * len(date_in(piece.text)[1].strip(" []（）()")))


def _above(pieces: list[Piece], found: Judged) -> None:
    """Take out all that stands above the title; a date or source just above it is heard."""
    for n in range(max(0, found.title)):
        near = n >= found.title - 6 and "今天" not in pieces[n].text
        if n >= found.title - 15 and (facts := facts_in(pieces[n])):
            found.bylines.append(facts)
        elif near and (line := read_byline(pieces[n].text)) and (line.date or line.source):
            found.bylines.append(Byline(date=line.date, source=line.source))
        found.reasons[n] = found.reasons[n] or "before"


def _head(pieces: list[Piece], found: Judged, publisher: str, region: tuple[int, int], loads: list[float]) -> None:
    """Judge what stands between title and text: byline, source and date become data."""
    accounts = {same(publisher), same(clean_publisher(publisher))} - {""}
    begun = False  # the text has begun, if only with short sentences: a name or date after that is a signature
    tags: list[int] = []  # short lines that a byline after them shows to be its account and category
    head = range(found.title + 1, min(_head_end(pieces, found, loads), len(pieces)))
    for n in head:
        piece = pieces[n]
        if _says_nothing(piece):
            continue
        line = None if (n == found.first and loads[n]) or found.reasons[n] in _MUTE else _said(piece, publisher)
        if line and (not begun or line.editor or line.source or (line.authors and _SIGNED.match(piece.text))):
            found.bylines.append(line)
            found.reasons[n] = found.reasons[n] or line.reason or "source"
        else:
            asks = next((True for a in accounts if same(piece.text).startswith(f"关注{a}")), False)
            said = "byline" if same(piece.text) in accounts else "promotion" if asks and len(piece.text) <= 60 else ""
            found.reasons[n] = found.reasons[n] or said
            begun |= not found.reasons[n] and ENDS.search(piece.text.strip()) is not None
            if n < found.first and _is_tag(piece) and not found.reasons[n]:
                tags.append(n)
        if found.reasons[n] in ("byline", "source", "date", "editor"):
            for k in tags:
                found.bylines += _tag_line(pieces[k].text)
                found.reasons[k] = found.reasons[k] or "byline"
            tags = []
    _around_byline(pieces, found, head)
    _apart(pieces, found, region, loads)


def _apart(pieces: list[Piece], found: Judged, region: tuple[int, int], loads: list[float]) -> None:
    """Judge what stands above the text and outside its element: counts and scraps go, what says something stays."""
    for n in range(found.title + 1, min(found.first, len(pieces))):
        if found.bylines and _COUNT.fullmatch(pieces[n].text):
            found.reasons[n] = found.reasons[n] or "interface"
    for n in range(min(found.first, len(pieces)) - 1, found.title, -1):
        if n < region[0] and not loads[n] and not LEDE.match(pieces[n].text) and not _belongs(pieces, found, n):
            found.reasons[n] = found.reasons[n] or "outside"


def _says_nothing(piece: Piece) -> bool:
    """Whether a piece between title and text, by what it is, can be no byline: it lies in a menu or the like, or is a heading."""
    if piece.zone:
        return not names_account(piece.text)
    return piece.kind == "heading" and piece.link_share <= 0.5 and not _SIGNED.match(piece.text)


def _belongs(pieces: list[Piece], found: Judged, n: int) -> bool:
    """Whether a piece that stands apart, above the text, says something: a subtitle, a sentence, a heading, a document."""
    piece, text = pieces[n], pieces[n].text.strip()
    if piece.kind == "heading" and n + 1 < found.first and not found.reasons[n + 1]:
        return True
    if piece.link_share < 0.5 and weight(text) >= 4 and (_tells(piece) or (weight(text) >= 8 and _SENTENCE.search(text))):
        return True
    if any(_GUESTS.fullmatch(pieces[k].text.strip()) for k in (n - 1, n) if k > found.title):
        return True
    if n == found.title + 1 and not text.endswith((":", "：")):
        return piece.link_share < 0.5 and (piece.kind == "heading" or ENDS.search(text) is not None or text.endswith("."))
    near = pieces[n + 1] if piece.kind == "heading" else pieces[n - 1] if DOCUMENT_SIZE.fullmatch(text) else piece
    return leads_to_document(piece) or leads_to_document(near)


def _tells(piece: Piece) -> bool:
    """Whether a piece without the end of a sentence may say something all the same: an item, or a caption that holds one."""
    return piece.kind == "item" or (piece.kind == "figure" and re.search(r"[。.!?！？]", piece.text) is not None)


def _account(pieces: list[Piece], found: Judged) -> str:
    """Give the account whose name stands between title and text and again among the buttons after the text."""
    above = (p.text.strip() for p in pieces[found.title + 1 : found.first] if p.kind == "paragraph")
    head = {same(text): text for text in above if len(text) <= 30}
    for n in range(found.last + 2, len(pieces) - 1):
        name = head.get(same(pieces[n].text), "") if len(pieces[n].text) <= 30 else ""
        buttons = [found.reasons[k] for k in (n - 2, n - 1, n + 1, n + 2) if k < len(pieces)]
        if name and not found.reasons[n] and buttons.count("interface") >= 2 and not is_person(name):
            return name
    return ""


def _said(piece: Piece, publisher: str) -> Byline | None:
    """Read a piece above the text as a byline or as the labelled facts of an official document."""
    said = facts_in(piece) or read_byline(piece.text.replace(publisher, " ") if publisher else piece.text)
    if publisher and publisher in piece.text and not (said and said.authors):  # it may be the author's employer
        said = read_byline(piece.text) or said
    if said and said.source and (exact := next((t for t in piece.link_texts() if len(t) >= 2 and said.source.startswith(t)), "")):
        said.source = exact if not _JOINED.match(said.source[len(exact) :]) else said.source
    if not said and piece.links and piece.link_share < 0.8:  # a date beside a link to a topic
        dated = read_byline(piece.unlinked())
        said = dated if dated and dated.date else named_by_link(piece)
    return said


def _head_end(pieces: list[Piece], found: Judged, loads: list[float]) -> int:
    """Give where the lines between title and text end: an abstract or editor's note may stand before some of them."""
    guests = (n for n in range(found.title + 1, min(found.first, len(pieces))) if _GUESTS.fullmatch(pieces[n].text.strip()))
    if (guest := next(guests, -1)) >= 0:
        return guest
    end = found.first + 1
    if found.first < len(pieces) and LEDE.match(pieces[found.first].text):
        while end < min(found.last, found.first + 8) and not loads[end]:
            end += 1
    signed = (n for n in range(end, min(found.last, found.first + 5)) if not loads[n] and _SIGNED.match(pieces[n].text))
    return next((n + 1 for n in signed if (line := read_byline(pieces[n].text)) and line.authors), end)


def _around_byline(pieces: list[Piece], found: Judged, head: range) -> None:
    """Take out what stands beside the byline: the account's card, the author's post, notices, an article's affiliations."""
    law = _is_law(pieces)
    sources = {same(line.source) for line in found.bylines if line.source}
    for n in (n for n in head if n != found.first):
        text = pieces[n].text.strip()
        if found.reasons[n] == "interface" and _FOLLOW.fullmatch(text):
            above = [k for k in (n - 2, n - 1) if k in head and not found.reasons[k] and len(pieces[k].text) <= 30]
        elif not found.reasons[n] and same(text) in sources:
            above = [k for k in range(n, n + 4) if k in head and not found.reasons[k] and len(pieces[k].text) <= 60][:2]
        elif not found.reasons[n] and found.bylines and pieces[n].kind != "heading" and _is_post(text):
            above = [n]
        else:
            reason, below = _soft(pieces[n], law), min(n + 1, len(pieces) - 1)
            if pieces[n].kind == "heading" and not reason == _soft(pieces[below], law) == "notice":
                continue
            if reason not in ("comments", "related") or found.reasons[below]:
                found.reasons[n] = found.reasons[n] or reason
            continue
        for k in above:
            found.reasons[k] = found.reasons[k] or "author_card"


def _is_post(text: str) -> bool:
    """Whether a line under the author's name says what he or she is, or where."""
    return bool(station_in(text)[1] or (len(text) <= 120 and _PLACES.fullmatch(text)))


def _is_tag(piece: Piece) -> bool:
    """Whether a line above the text may be an account, a category or a number beside the byline."""
    if LEDE.match(f"{close_spaces(piece.text)}："):
        return False
    return len(piece.text) <= 12 and not ENDS.search(piece.text) and not piece.text.startswith(("—", "-", "《", "“", "（", "("))


def _tag_line(text: str) -> list[Byline]:
    """Read what such a line turns out to say, where it is a name beside an account."""
    authors, others = authors_in(text)
    return [Byline(authors=authors, account=accounts_in(others))] if authors and others else []


def _cards(pieces: list[Piece], found: Judged) -> None:
    """Take out the author's card that a page sets into the text: a name alone, then lines of what he or she is."""
    authors = {a.name for line in found.bylines for a in line.authors}
    for n in (*range(found.title + 1, found.first), *range(max(found.first, found.last - 2), min(found.last + 3, len(pieces)))):
        if is_bio(pieces[n].text, authors) and not found.reasons[n]:
            found.reasons[n] = "author_card"
    for n in range(found.first + 1, found.last) if authors else ():
        if len(pieces[n].text) > 60:
            continue
        name = close_spaces(pieces[n].text.strip())
        if name not in authors or not is_person(name):
            continue
        end = n + 1
        while end < found.last and end - n <= 6 and len(pieces[end].text) <= 90 and not ENDS.search(pieces[end].text.strip()):
            end += 1
        if any(ROLE_WORD.search(p.text) for p in pieces[n + 1 : end]):
            for k in range(n, end):
                found.reasons[k] = "author_card"


def _turns(pieces: list[Piece], found: Judged, loads: list[float], tick: Tick) -> None:
    """End the article at a heading of comments or related pages, or at a notice, that most of the prose stands before."""
    sums = [0.0, *accumulate(loads)]
    law = _is_law(pieces)
    for n in range(found.first + 1, found.last):
        if not n & 0x7FF:
            tick(n)
        text = pieces[n].text.strip()
        if found.reasons[n] in ("comments", "related") or len(text) > 200 or pieces[n].kind in ("row", "code"):
            continue
        share = sums[n] / max(1.0, sums[-1])
        reason = turn(text) if len(text) <= 80 else ""
        opens = len(text) <= 10 or (len(text) <= 30 and pieces[n].kind == "heading")
        if not reason and share >= 0.7 and opens and soft(pieces[n]) == "author_card":
            reason = "author_card"
        if (reason and share >= 0.5) or (share >= 0.85 and not law and len(text) <= 120 and soft(pieces[n]) == "notice"):
            found.reasons[n] = reason or "notice"
            found.last = max((k for k in range(n) if loads[k]), default=found.first)
            return
        if reason == "related":
            end = n + 1
            while end < found.last and (pieces[end].link_share >= 0.8 or found.reasons[end]):
                end += 1
            if end > n + 1:
                for k in range(n, end):
                    found.reasons[k] = found.reasons[k] or "related"


def _tail(pieces: list[Piece], found: Judged, region: tuple[int, int]) -> None:
    """Judge what stands after the text: signatures, notes and references stay up to the first sign that the page has gone on."""
    over = ""
    references = False
    law = _is_law(pieces)
    for n in range(found.last + 1, len(pieces)):
        piece = pieces[n]
        own = found.reasons[n]
        told = n <= found.last + 15 and own not in _MUTE and (LABELLED.search(piece.text) or "By " in piece.text)
        line = read_byline(piece.text) if told else None
        if line and (line.source or line.editor or line.stamped or _signs(line, piece.text)):
            found.bylines.append(line)
            own = own or line.reason
        if REFERENCES.match(piece.text):
            references, over = True, "" if over == "after" else over
        if piece.note and not own:
            continue
        own = own or _soft(piece, law)
        if not own and not references and piece.link_share >= 0.8 and (over or not leads_to_document(piece)):
            own = "navigation"
        if own in ("comments", "related"):
            over = own
        elif n >= region[1] and not (references and _is_note(piece)):
            over = over or "outside"
        elif own and own != "picture":
            over = over or "after"
        found.reasons[n] = own or over
    if over:
        _dangling(pieces, found)


def _is_note(piece: Piece) -> bool:
    """Whether a piece may stand under the heading of references or attachments, or is that heading."""
    listed = piece.kind == "item" or _NOTE.match(piece.text) is not None or REFERENCES.match(piece.text) is not None
    return (listed and piece.link_share < 0.8) or leads_to_document(piece)


def _signs(line: Byline, text: str) -> bool:
    """Whether a line after the text says that these wrote it, rather than naming somebody."""
    if line.authors:
        return re.search("[:：|｜/／]|By |记者|通讯员", text) is not None
    return line.account != "" and _SIGNED.match(text.lstrip("▍▎▌■●◆ ")) is not None


def _dangling(pieces: list[Piece], found: Judged) -> None:
    """Take out headings left at the end with nothing under them."""
    for n in range(len(pieces) - 1, found.last, -1):
        if found.reasons[n]:
            continue
        said = REFERENCES.match(pieces[n].text) and not ENDS.search(pieces[n].text)
        if said or pieces[n].text.startswith("[") or (pieces[n].kind != "heading" and not pieces[n].is_bold):
            return
        found.reasons[n] = "after"


def _repeats(pieces: list[Piece], found: Judged, tick: Tick) -> None:
    """Take out what says the title again, and a heading right after itself."""
    key = same(pieces[found.title].text) if found.title >= 0 else ""
    before = ""
    for n, piece in enumerate(watched(pieces, tick)):
        if n == found.title or found.reasons[n] not in ("", "before", "after", "outside") or len(piece.text) > 300:
            before = "" if n != found.title else key
            continue
        again = same(piece.text)
        repeats = len(key) >= 5 and (again == key or (n < found.first and says_title(piece, key)))
        below = pieces[n + 1] if n + 1 < len(pieces) else piece
        repeats |= piece.kind == below.kind == "figure" and piece is not below and again in same(below.text)
        if repeats or (piece.kind == "heading" and again and again == before):
            found.reasons[n] = "repeat"
        elif not found.reasons[n]:
            before = again if piece.kind == "heading" else ""

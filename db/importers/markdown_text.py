"""Markdown to HTML with every character kept: Python-Markdown, with its hazards taken out of the way first."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date
from html import escape, unescape
from threading import local
from typing import TYPE_CHECKING

from db.importers.markdown_plain import stretches
from db.importers.pieces import Tick, words

if TYPE_CHECKING:
    from markdown import Markdown

_FENCE = re.compile(r"^[ ]{0,3}(```+|~~~+)")
_LIST = re.compile(r"^[ \t]*(?:[*+-]|\d{1,9}[.)])[ \t]+\S")
_SPECIAL = re.compile(r"^[ \t]*(?:[*+-][ \t]|\d{1,9}[.)][ \t]|#{1,6}(?:[ \t]|$)|>|\||<|!?\[|[-=*_]{3,}[ \t]*$|$)")
_HASHTAG = re.compile(r"^([ ]{0,3})(?=#{1,6}[^#\s])")
_DEFINITION = re.compile(r"^([ ]{0,3})\[(?!\^)([^\[\]\n]{1,80})\]:(?!\s*(?:<?https?://|/|#|\.{1,2}/|mailto:|www\.))")
_ARITHMETIC = re.compile(r"(?<=[0-9０-９])\*(?=[0-9０-９])")
_TAGS = words(
    "a abbr address article aside b big blockquote body br button caption center cite code col colgroup dd del details dfn "
    "div dl dt em embed figcaption figure font footer form h1 h2 h3 h4 h5 h6 head header hr html i iframe img input ins kbd "
    "label li link main map mark meta nav noscript object ol option p picture pre q rp rt ruby s samp script section select "
    "small source span strike strong style sub summary sup svg table tbody td textarea tfoot th thead time title tr track tt "
    "u ul var video wbr audio canvas"
)
_ANGLE = re.compile(r"<(?!/?([A-Za-z][A-Za-z0-9]*)[\s/>]|!--|[A-Za-z][\w+.-]*://|[^\s<>@]+@[^\s<>@]+>)")
_NOTE = re.compile(r"[ ]{0,3}\[\^([^\]\s]{1,60})\]:[ \t]*(.*)$")
_REFERENCE = re.compile(r"\[\^([^\]\s]{1,60})\]")
_ATTRIBUTES = re.compile(r"\{:[^{}\n]{0,200}\}[ \t]*$")  # what site generators set under a block
_WIKI = re.compile(r"(!?)\[\[(?!\d+\]\])([^\[\]|\n]{1,200})(?:\|([^\[\]\n]{1,200}))?\]\](?!\()")
_TAG = re.compile(r"</?([A-Za-z][A-Za-z0-9]*)(?=[\s/>])")
# A link around a picture and words that the page's own line feeds broke apart.
_BROKEN_LINK = re.compile(r"(\[!\[[^\]\n]{0,500}\]\([^)\n]{0,2000}\))[ \t]*\n\s*([^\[\]\n]+\]\()")
# Python-Markdown strips what Python calls white space; these are characters of the text.
_SPACES = "\u00a0\u3000\u0085\u2028\u2029\u1680\u202f\u205f\x0b\x1c\x1d\x1e\x1f" + "".join(map(chr, range(0x2000, 0x200B)))
_KEPT = {c: chr(0x10FF00 + n) for n, c in enumerate(_SPACES)}
_OPEN, _SHUT = "\U0010ff80", "\U0010ff81"  # the brackets around a footnote's mark, which make no link
_BACK = {new: old for old, new in _KEPT.items()} | {_OPEN: "[", _SHUT: "]"}
_ANY_KEPT = re.compile(f"[{_SPACES}]")
_ANY_BACK = re.compile("[\U0010ff00-\U0010ff81]")
_TANGLE = 1500  # brackets and entities in one block, beyond which its time grows with their square
_STRETCH = 1 << 16  # Python-Markdown slows down on long texts: they are taken a stretch at a time

_LINK = re.compile(r"\[[^\]\n]{0,1000}\]\((?:https?://|/|#|\.|mailto:|www\.|<|data:|[^\s()]+\.\w|\))[^\n]{0,4000}?")
_HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+\S", re.MULTILINE)
_SOFT_MARKS = re.compile(r"\*\*[^*\n]+\*\*|^(?:[*+-]|\d+\.) \S|^> \S", re.MULTILINE)
_FRONT = re.compile(r"\A\s{0,200}?(---|\+\+\+)[ \t]*\n(.{0,20000}?)\n\1[ \t]*(?:\n|\Z)", re.DOTALL)
# What tools that turn a page into Markdown put above it.
_READER_HEAD = re.compile(
    r"\A\s{0,20}Title:[ ]?(?P<title>[^\n]{0,500})\n\s*URL Source:[ ]?(?P<url>[^\n]{0,4000})\n"
    r"(?:\s*Published Time:[ ]?(?P<published>[^\n]{0,100})\n)?(?:\s*[A-Z][\w ]{1,30}:[^\n]{0,500}\n){0,4}?"
    r"\s*Markdown Content:[ ]?\n?"
)
_FOLDED = ("|", ">", "|-", ">-", "|+", ">+")
_LISTED = re.compile(r"\s*(\"(?:[^\"\\]|\\.)*\"|'[^']*'|[^,]+)")
_INNER = re.compile(r"([A-Za-z_][\w-]{0,60}|[\u4e00-\u9fff]{1,12})[:：][ \t]+(.*)$")
_STATIONS = ("affiliation", "affiliations", "institution", "organization", "organisation", "单位", "机构")
_KEY = re.compile(r"^([A-Za-z_][\w -]{0,60}|[\u4e00-\u9fff]{1,12})[ \t]*[:：](?:[ \t]+(.*)|)$")


def looks_like_markdown(text: str, *, named_so: bool = False) -> bool:
    """Whether a text shows front matter, links, pictures or headings; `named_so` lets lists and bold words count too."""
    sample = text[:500_000]
    if front_matter(sample)[0] or _HEADING.search(sample) or _LINK.search(sample):
        return True
    return named_so and _SOFT_MARKS.search(sample) is not None


def front_matter(text: str) -> tuple[Mapping[str, str], str]:
    """Split off what stands between the fences at the top: its values by lower-case key, and the rest of the text."""
    if head := _READER_HEAD.match(text):
        said = {key.lower(): (value or "").strip() for key, value in head.groupdict().items()}
        return {k: v for k, v in said.items() if v}, text[head.end() :]
    match = _FRONT.match(text)
    if match is None:
        return {}, text
    values = _toml(match[2]) if match[1] == "+++" else _yaml(match[2])
    return (values, text[match.end() :]) if values else ({}, text)


def _toml(block: str) -> dict[str, str]:
    try:
        values = tomllib.loads(block)
    except tomllib.TOMLDecodeError:
        return {}
    found: dict[str, str] = {}
    for key, value in values.items():
        if isinstance(value, dict) and "name" not in value:  # a table such as [extra] or [taxonomies]
            for inner, said in value.items():
                found.setdefault(str(inner).lower(), _told(said))
        else:
            found[str(key).lower()] = _told(value)
    return found


def _told(value: object) -> str:
    """Give a value of TOML as words: a list's with 、 between, a table's name, a date in ISO 8601."""
    if isinstance(value, list):
        return "、".join(filter(None, map(_told, value)))
    if isinstance(value, dict):
        where = next((_told(value[key]) for key in _STATIONS if value.get(key)), "")
        return _with_inner(str(value.get("name", "")), next(iter(_STATIONS)), where)
    return value.isoformat() if isinstance(value, date) else str(value)


def _yaml(block: str) -> dict[str, str]:
    """Read `key: value` lines and lists of values; anything else among them means this is no front matter."""
    values: dict[str, str] = {}
    key, between = "", "、"
    for line in block.split("\n"):
        if match := _KEY.match(line):
            key, value = match[1].strip().lower(), (match[2] or "").strip()
            between = " " if value in _FOLDED else "、"
            values[key] = _value("" if value in _FOLDED else value)
        elif line.startswith((" ", "\t", "- ")) and key:
            value = line.strip()
            if between == "、":
                value = value.removeprefix("- ").strip()
                if inner := _INNER.match(value):
                    values[key] = _with_inner(values[key], inner[1].lower(), _value(inner[2]))
                    continue
            values[key] = between.join(filter(None, (values[key], _value(value))))
        elif line.strip() and not line.startswith("#"):
            return {}
    return values


def _with_inner(values: str, key: str, value: str) -> str:
    """Give values with what is said of one of them in lines of its own: another name, or where the last one works."""
    if key == "name":
        return "、".join(filter(None, (values, value)))
    return f"{values}（{value}）" if key in _STATIONS and value and values and not values.endswith("）") else values


def _value(text: str) -> str:
    if text.startswith("[") and text.endswith("]") and not text.startswith("[["):
        return "、".join(filter(None, (_value(part.strip()) for part in _LISTED.findall(text[1:-1]))))
    if len(text) >= 2 and text[0] == text[-1] and text[0] in "\"'":
        text = text[1:-1].replace('\\"', '"').replace("''", "'")
    elif " #" in text:
        text = text[: text.index(" #")]
    return text.strip()


def to_html(text: str, tick: Tick) -> str:
    """Give the HTML of Markdown (without its front matter); `tick` is told the characters done."""
    html, done = [], 0
    body, notes = _prepared(text)
    for part in _parts(body):
        tick(done)
        html += [inner if plain else converted(inner) for plain, inner in stretches(part)]
        done += len(part)
    if notes:
        html += ['<div class="footnote">', *(converted(note) for note in notes), "</div>"]
    whole = "\n".join(html)
    return _ANY_BACK.sub(lambda m: _BACK[m[0]], whole) if _ANY_BACK.search(whole) else whole


class _Own(local):
    """What each thread has of its own: a converter keeps the state of the text under way."""

    converter: Markdown | None = None


_own = _Own()


def _converter() -> Markdown:
    from markdown import Markdown  # only when there is Markdown: it takes a while to load

    if _own.converter is not None:
        return _own.converter
    _own.converter = converter = Markdown(extensions=["tables", "sane_lists", "fenced_code"])
    converter.parser.blockprocessors.deregister("code")  # saved pages indent paragraphs, not code
    return converter


def converted(text: str) -> str:
    """Convert a stretch; a tangle of brackets that would take minutes, or nesting without end, stays as it is written."""
    blocks = [text] if _tangle(text) <= _TANGLE else text.split("\n\n")
    html = []
    for block in blocks:
        try:
            tangled = _tangle(block) > _TANGLE
            html.append(f"<p>{escape(unescape(block))}</p>" if tangled else _converter().reset().convert(block))
        except RecursionError:
            html.append(f"<p>{escape(unescape(block))}</p>")
    return "\n".join(html)


def _tangle(text: str) -> int:
    return text.count("[") + text.count("<") + text.count("&")


def _parts(text: str) -> Iterator[str]:
    start = 0
    while len(text) - start > 2 * _STRETCH:
        end = text.find("\n\n", start + _STRETCH)
        while end > 0 and text[end : end + 4].lstrip("\n")[:1] in (" ", "*", "-", "+", "|", ">"):
            end = text.find("\n\n", end + 2)
        if end < 0:
            break
        yield text[start:end]
        start = end + 2
    yield text[start:]


def _prepared(text: str) -> tuple[str, list[str]]:
    """Give a text with its hazards defused, and its footnotes, which are taken out of it."""
    if _ANY_KEPT.search(text):
        text = _ANY_KEPT.sub(lambda m: _KEPT[m[0]], text)
    if "[![" in text:
        text = _BROKEN_LINK.sub(r"\1 \2", text)
    notes: dict[str, str] = {}
    if "[^" in text:
        text = _without_notes(text, notes)
    out: list[str] = []
    fence = ""
    for line in text.split("\n"):
        mark = _FENCE.match(line) if "```" in line or "~~~" in line else None
        if fence:
            fence = "" if mark and mark[1].startswith(fence) else fence
            out.append(line)
        elif mark:
            fence = mark[1]
            out += ["", line] if out and out[-1].strip() else [line]
        elif line:
            _take(out, _defused(line, notes))
        else:
            out.append(line)
    return "\n".join(_unwrapped(out)), [f"{_OPEN}{_defused(n, {})}{_SHUT} {_defused(t, notes)}" for n, t in notes.items()]


def _without_notes(text: str, notes: dict[str, str]) -> str:
    """Take the footnotes out of a text, each made one paragraph; what stands between fences is left alone."""
    out: list[str] = []
    fence, note = "", ""
    for line in text.split("\n"):
        mark = _FENCE.match(line)
        if fence or mark:
            fence = ("" if mark and mark[1].startswith(fence) else fence) if fence else mark[1] if mark else ""
            note = ""
        elif found := _NOTE.match(line):
            note = found[1]
            notes[note] = found[2].strip()
            continue
        elif note and (not line.strip() or line.startswith(("    ", "\t"))):
            notes[note] = f"{notes[note]} {line.strip()}".strip()
            continue
        else:
            note = ""
        out.append(line)
    return "\n".join(out)


def _defused(line: str, notes: Mapping[str, str]) -> str:
    """Escape what would be taken for markup in ordinary text; wiki links and footnotes' marks become words."""
    if "<" in line:
        line = _ANGLE.sub("&lt;", line)
        line = _TAG.sub(lambda m: m[0] if m[1].lower() in _TAGS else "&lt;" + m[0][1:], line)
    if "*" in line:
        line = _ARITHMETIC.sub(r"\\*", line)
    if "#" in line:
        line = _HASHTAG.sub(r"\1\\", line)
    if "[" not in line:
        return line
    if notes and "[^" in line:
        line = _REFERENCE.sub(lambda m: f"{_OPEN}{m[1]}{_SHUT}" if m[1] in notes else m[0], line)
    if "[[" in line and "`" not in line:
        line = _WIKI.sub(lambda m: "![]()" if m[1] else m[3] or m[2], line)
    return _DEFINITION.sub(r"\1\\[\2]:", line)


def _take(out: list[str], line: str) -> None:
    """Take a line, a blank one before a list where the page forgot it; what is meant for a site's generator is left out."""
    if line.startswith("{:") and _ATTRIBUTES.match(line):
        if line.startswith("{:toc") and out and _LIST.match(out[-1]):
            out.pop()
        return
    if out and _LIST.match(line) and out[-1].strip() and not _LIST.match(out[-1]):
        out.append("")
    out.append(line)


def _unwrapped(lines: list[str]) -> Iterator[str]:
    """Join lines that were broken for their width only; other line feeds are the page's own."""
    run: list[str] = []
    fenced = False
    for line in lines:
        fenced ^= ("```" in line or "~~~" in line) and _FENCE.match(line) is not None
        if fenced or not line or _SPECIAL.match(line):
            yield from _joined(run)
            run = []
            yield line
        else:
            run.append(line)
    yield from _joined(run)


def _joined(run: list[str]) -> list[str]:
    if len(run) < 2:
        return run
    widths = [_width(line) for line in run]
    even = len(run) > 2 and max(widths[:-1]) - min(widths[:-1]) <= 4 and 40 <= max(widths[:-1]) <= 120
    out = [run[0]]
    for before, line, width in zip(run, run[1:], widths, strict=False):
        latin = before[-1:].isascii() and line[:1].isascii()
        if before.endswith(("  ", "\\")) or not (even or (latin and 40 <= width <= 120)):
            out.append(line)
        else:
            out[-1] += (" " if latin else "") + line.lstrip(" ")
    return out


def _width(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line[:200]) + max(0, len(line) - 200)

"""Markdown to HTML with every character kept: Python-Markdown, with its hazards taken out of the way first."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from html import escape, unescape
from typing import TYPE_CHECKING

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
_TAG = re.compile(r"</?([A-Za-z][A-Za-z0-9]*)(?=[\s/>])")
# A link around a picture and words that the page's own line feeds broke apart.
_BROKEN_LINK = re.compile(r"(\[!\[[^\]\n]{0,500}\]\([^)\n]{0,2000}\))[ \t]*\n\s*([^\[\]\n]+\]\()")
# Python-Markdown strips what Python calls white space; these are characters of the text.
_KEPT = {ord(c): 0x10FF00 + n for n, c in enumerate("\u00a0\u3000\u0085\u2028\u2029\u1680\u202f\u205f\x0b\x1c\x1d\x1e\x1f")}
_KEPT |= {0x2000 + n: 0x10FF40 + n for n in range(11)}
_BACK = {new: old for old, new in _KEPT.items()}
_ANY_KEPT = re.compile(f"[{''.join(map(chr, _KEPT))}]")
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
    return {str(k).lower(): "、".join(map(str, v)) if isinstance(v, list) else str(v) for k, v in values.items()}


def _yaml(block: str) -> dict[str, str]:
    """Read `key: value` lines and lists of values; anything else among them means this is no front matter."""
    values: dict[str, str] = {}
    key = ""
    for line in block.split("\n"):
        if match := _KEY.match(line):
            key, value = match[1].strip().lower(), (match[2] or "").strip()
            values[key] = _value("" if value in ("|", ">", "|-", ">-") else value)
        elif line.startswith((" ", "\t", "- ")) and key:
            values[key] = "、".join(filter(None, (values[key], _value(line.strip().removeprefix("- ")))))
        elif line.strip() and not line.startswith("#"):
            return {}
    return values


def _value(text: str) -> str:
    if text.startswith("[") and text.endswith("]") and not text.startswith("[["):
        return "、".join(_value(part.strip()) for part in text[1:-1].split(",") if part.strip())
    if len(text) >= 2 and text[0] == text[-1] and text[0] in "\"'":
        text = text[1:-1].replace('\\"', '"').replace("''", "'")
    return text.strip()


def to_html(text: str, tick: Tick) -> str:
    """Give the HTML of Markdown (without its front matter); `tick` is told the characters done."""
    from markdown import Markdown  # only when there is Markdown: it takes a while to load

    converter = Markdown(extensions=["tables", "footnotes", "sane_lists", "fenced_code"])
    converter.parser.blockprocessors.deregister("code")  # saved pages indent paragraphs, not code
    html, done = [], 0
    for stretch in _stretches(_prepared(text)):
        tick(done)
        html.append(_converted(converter, stretch))
        done += len(stretch)
    whole = "\n".join(html).replace('&#160;<a class="footnote-backref"', '<a class="footnote-backref"')
    return whole.translate(_BACK) if _ANY_KEPT.search(text) else whole


def _converted(converter: Markdown, text: str) -> str:
    """Convert a stretch; a tangle of brackets that would take minutes, or nesting without end, stays as it is written."""
    blocks = [text] if _tangle(text) <= _TANGLE else text.split("\n\n")
    html = []
    for block in blocks:
        try:
            html.append(f"<p>{escape(unescape(block))}</p>" if _tangle(block) > _TANGLE else converter.reset().convert(block))
        except RecursionError:
            html.append(f"<p>{escape(unescape(block))}</p>")
    return "\n".join(html)


def _tangle(text: str) -> int:
    return text.count("[") + text.count("<") + text.count("&")


def _stretches(text: str) -> Iterator[str]:
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


def _prepared(text: str) -> str:
    if _ANY_KEPT.search(text):
        text = text.translate(_KEPT)
    text = _BROKEN_LINK.sub(r"\1 \2", text)
    out: list[str] = []
    fence = ""
    for line in text.split("\n"):
        mark = _FENCE.match(line)
        if fence:
            fence = "" if mark and mark[1].startswith(fence) else fence
        elif mark:
            fence = mark[1]
            if out and out[-1].strip():
                out.append("")
        else:
            line = _defused(line)
            _put_apart(out, line)
        out.append(line)
    return "\n".join(_unwrapped(out))


def _defused(line: str) -> str:
    """Escape what would be taken for markup in ordinary text."""
    if "<" in line:
        line = _ANGLE.sub("&lt;", line)
        line = _TAG.sub(lambda m: m[0] if m[1].lower() in _TAGS else "&lt;" + m[0][1:], line)
    if "*" in line:
        line = _ARITHMETIC.sub(r"\\*", line)
    if "#" in line:
        line = _HASHTAG.sub(r"\1\\", line)
    return _DEFINITION.sub(r"\1\\[\2]:", line)


def _put_apart(out: list[str], line: str) -> None:
    """Begin a list with a blank line where the page forgot it."""
    before = out[-1] if out else ""
    if before.strip() and _LIST.match(line) and not _LIST.match(before):
        out.append("")


def _unwrapped(lines: list[str]) -> Iterator[str]:
    """Join lines that were broken for their width only; other line feeds are the page's own."""
    run: list[str] = []
    fenced = False
    for line in lines:
        fenced ^= _FENCE.match(line) is not None
        if fenced or _SPECIAL.match(line):
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

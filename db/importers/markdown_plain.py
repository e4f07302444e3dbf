"""The plain blocks of Markdown (paragraphs, headings, flat lists) straight to HTML; Python-Markdown gets what is less plain."""

from __future__ import annotations

import re
from collections.abc import Iterator

_PICTURE_OR_LINK = re.compile(
    r"!\[(?P<alt>[^\[\]\n\"]*)\]\((?P<src>[^()\s<>\"'\\]*)\)"
    r"|\[(?P<shown>(?:[^\[\]\n*_`]|!\[[^\[\]\n*_`\"]*\]\([^()\s<>\"'\\]*\))*)\]\((?P<href>[^()\s<>\"'\\]*)\)"
    r"|\*\*(?P<bold>(?=\S)[^*_\[\]\n]*[^*_\[\]\n\s])\*\*"
)
_BARE_AMPERSAND = re.compile(r"&(?!#?\w{1,40};)")
_HEADING = re.compile(r"(#{1,6})[ \t]+(\S.*?)[ \t]*#*$")
_BULLET = re.compile(r"[*+-][ \t]+(?=[^\s>#|<*+~-]|\*\*\S)(?!\d{1,9}[.)][ \t])(.*)$")
_NUMBER = re.compile(r"(\d{1,8})\.[ \t]+(?=[^\s>#|<*+~-]|\*\*\S)(?!\d{1,9}[.)][ \t])(.*)$")
_RULE = re.compile(r"[ ]{0,3}(?:(?:-[ ]{0,2}){3,}|(?:_[ ]{0,2}){3,}|(?:\*[ ]{0,2}){3,})[ \t]*$")
_UNPLAIN = re.compile(r"[ \t]*(?:[*+-][ \t]|\d{1,9}[.)][ \t]|>|[-=]+[ \t]*$|#{1,6})")
_INDENTED = re.compile(r"[ ]{4}|[ ]{0,3}\t")
_ORDERED = re.compile(r"^[ ]{0,3}\d{1,9}\.", re.MULTILINE)
_ODD = re.compile(r"[<`\\]|\](?:\(|[ ]?\[)|(?<!\w)_|_(?!\w)|\*")
_SIGNS = re.compile(r"[<`\\\[\]*_]")
_BLANKS = re.compile(r"\n(?:[ \t]*\n)+")
# What reaches beyond its own block: fences, reference definitions and blocks of HTML. A text with such is Python-Markdown's.
_FAR = re.compile(r"^[ ]{0,3}(?:```|~~~|<|\[[^\]\n]+\]:)|\A(?:[ ]{4}|[ ]{0,3}\t)", re.MULTILINE)


def stretches(text: str) -> Iterator[tuple[bool, str]]:
    """Give a text's stretches in order: True and HTML where its blocks were plain, False and the Markdown where not."""
    if _FAR.search(text):
        yield False, text
        return
    blocks = [block for block in _BLANKS.split(text) if block.strip()]
    waiting: list[str] = []
    for n, block in enumerate(blocks):
        before, after = blocks[n - 1] if n else "", blocks[n + 1] if n + 1 < len(blocks) else ""
        html = None if _INDENTED.match(after) or _INDENTED.match(block) else _block(block, before, after)
        if html is None:
            waiting.append(block)
            continue
        if waiting:
            yield False, "\n\n".join(waiting)
            waiting = []
        yield True, html
    if waiting:
        yield False, "\n\n".join(waiting)


def _block(block: str, before: str, after: str) -> str | None:
    lines = block.strip(" \t\n").split("\n")
    if _BULLET.match(lines[0]):
        return _list(lines, _BULLET, "<ul>", "</ul>")
    if first := _NUMBER.match(lines[0]):
        if _ORDERED.search(before) or _ORDERED.search(after) or _INDENTED.match(before):
            return None  # one list goes on over blank lines
        return _list(lines, _NUMBER, f'<ol start="{first[1]}">', "</ol>")
    if len(lines) == 1 and _RULE.match(block):
        return "<hr />"
    return _paragraphs(lines)


def _list(lines: list[str], pattern: re.Pattern[str], opening: str, closing: str) -> str | None:
    items: list[str] = []
    for line in lines:
        match = pattern.match(line)
        if match and match[0][0] not in "0123456789" + lines[0][0]:
            return None
        goes_on = not match and not _INDENTED.match(line) and not _UNPLAIN.match(line)
        html = _inline(match[match.lastindex or 0].rstrip(" ")) if match else _inline(line.strip(" ")) if goes_on else None
        if html is None:
            return None
        if match:
            items.append(html)
        else:
            items[-1] += "\n" + html
    return f"{opening}{''.join(f'<li>{item}</li>' for item in items)}{closing}"


def _paragraphs(lines: list[str]) -> str | None:
    """Give headings, and the lines between them as paragraphs; None if any of it is less plain."""
    html: list[str] = []
    run: list[str] = []
    if "|" in lines[0] and len(lines) > 1:
        return None
    for line in lines:
        heading = _HEADING.match(line)
        if not heading and _UNPLAIN.match(line):
            return None
        inner = _inline(heading[2] if heading else line)
        if inner is None:
            return None
        if not heading:
            run.append(inner)
            continue
        if run:
            html.append(_paragraph(run))
            run = []
        level = len(heading[1])
        html.append(f"<h{level}>{inner}</h{level}>")
    if run:
        html.append(_paragraph(run))
    return "\n".join(html)


def _paragraph(run: list[str]) -> str:
    broken = [line.rstrip(" ") + "<br />" if line.endswith("  ") else line for line in run[:-1]]
    return f"<p>{chr(10).join([*broken, run[-1]])}</p>"


def _inline(line: str) -> str | None:
    """Give the HTML of a line of words, links, pictures and bold words; None if there is more in it."""
    if "&" in line:
        line = _BARE_AMPERSAND.sub("&amp;", line)
    if ">" in line:
        line = line.replace(">", "&gt;")
    if not _SIGNS.search(line):
        return line
    html: list[str] = []
    at = 0
    for match in _PICTURE_OR_LINK.finditer(line):
        between = line[at : match.start()]
        shown, bold = match["shown"], match["bold"]
        if _ODD.search(between) or between.endswith("!") or (bold and _ODD.search(bold)):
            return None
        html.append(between)
        if bold is not None:
            html.append(f"<strong>{bold}</strong>")
        elif shown is None:
            html.append(f'<img alt="{match["alt"]}" />')
        else:
            inner = _PICTURE_OR_LINK.sub(r'<img alt="\g<alt>" />', shown) if "](" in shown else shown
            html.append(f'<a href="{match["href"]}">{inner}</a>')
        at = match.end()
    rest = line[at:]
    return None if _ODD.search(rest) else "".join(html) + rest

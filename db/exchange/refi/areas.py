"""Areas of PDFs that come with their words: passages of the PDF's text here, areas again when they go."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from itertools import islice
from typing import TYPE_CHECKING

from db.exchange.refi.guids import derived, normal
from db.exchange.refi.parsing import child, children

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_SHOWN = "shown"
_INSIDE = "Inside"


def text_of_areas(outer: Element, words_of: Callable[[Element], str]) -> Element | None:
    """Give a PDF without a text of its own one of the words of its areas, a paragraph each; None where they have none."""
    from lxml import etree

    words = [each for area in children(outer, "PDFSelection") if (each := _words(area, words_of))]
    if not words:
        return None
    inner = etree.SubElement(outer, "Representation", guid=_made(outer))
    etree.SubElement(inner, "PlainTextContent").text = "\n\n".join(words)
    return inner


def places(outer: Element, inner: Element, text: str, words_of: Callable[[Element], str]) -> list[tuple[int, int] | None]:
    """Give where the words of each area stand: the only such words, and in a text made of areas the next ones."""
    found: list[tuple[int, int] | None] = []
    in_order, at = normal(inner.get("guid")) == _made(outer), 0
    for area in children(outer, "PDFSelection"):
        words = _words(area, words_of).split()
        pattern = re.compile(r"\s+".join(map(re.escape, words)))
        matches = [each.span() for each in islice(pattern.finditer(text, at), 2)] if words else []
        found.append(matches[0] if len(matches) == 1 or (in_order and matches) else None)
        at = matches[0][1] if in_order and matches else at
    return found


def _made(outer: Element) -> str:
    return derived("areas", normal(outer.get("guid")), outer.get("name", ""))


def _words(area: Element, words_of: Callable[[Element], str]) -> str:
    text = child(area, "Representation")
    return "" if text is None else words_of(text).strip()


def empty(shell: Element, shown: Mapping[int, str]) -> None:
    """Take out of the areas of a PDF, by their number, what is here as annotations (uuids)."""
    for number, area in enumerate(list(children(shell, "PDFSelection"))):
        if number in shown:
            area.set("guid", shown[number])
            area.set(_SHOWN, "yes")
            for each in list(area):
                if each.tag in ("Coding", "NoteRef"):
                    area.remove(each)


def shown_in(shell: Element) -> set[str]:
    """Give the annotations that are areas."""
    return {str(area.get("guid")) for area in children(shell, "PDFSelection") if area.get(_SHOWN)}


def leave(shell: Element, there: Collection[str]) -> set[str]:
    """Take out the areas whose annotations were removed; gives the others that are annotations."""
    shown = shown_in(shell)
    for area in list(children(shell, "PDFSelection")):
        if area.get("guid") in shown and area.get("guid") not in there:
            shell.remove(area)
    return shown & set(there)


def open_up(shell: Element, shown: Collection[str]) -> None:
    """Make a place for what stands in each area that is an annotation."""
    from lxml import etree

    for area in children(shell, "PDFSelection"):
        if area.get("guid") in shown:
            etree.SubElement(area, _INSIDE, of=str(area.get("guid")))


def put(words: str, inside: Mapping[str, str]) -> str:
    """Put into the areas what stands in them."""
    return re.sub(rf'<{_INSIDE} of="([^"]*)"/>', lambda match: inside[match[1]], words)

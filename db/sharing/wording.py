"""How words of an article and words of a manuscript differ, and what of it is typesetting only. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from unicodedata import normalize

from db.differences import differences
from db.folding import fold_for_anchoring, fold_text

_IDEOGRAPHS = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]+")
# White space counts between letters of scripts that part words by it, nowhere else.
_LOOSE = re.compile(r"(?<![^\W\u2e80-\U0003ffff])\s+|\s+(?![^\W\u2e80-\U0003ffff])")
_MARKS = str.maketrans(
    {
        **dict.fromkeys("'`´‘’‚‛“”„‟′″‹›«»「」『』﹁﹂﹃﹄〝〞〟｢｣", '"'),
        **dict.fromkeys("‐‑‒–—―−─━〜˗", "-"),
        **dict.fromkeys("•‧∙・⋅●", "·"),
        **dict.fromkeys("【〔〖〘", "["),
        **dict.fromkeys("】〕〗〙", "]"),
        "。": ".", "、": ",", "《": "<", "〈": "<", "》": ">", "〉": ">", "…": "...", "⋯": "...",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a compared quotation: what the article says and what the manuscript says, equal or not."""

    article: str
    manuscript: str

    @property
    def equal(self) -> bool:
        """Whether both say the same, however it is set."""
        return self.article == self.manuscript or _folded(self.article) == _folded(self.manuscript) != ""


def _folded(text: str) -> str:
    return fold_for_anchoring(text).text


def _in_one_script(text: str) -> str:
    return _IDEOGRAPHS.sub(lambda found: fold_text(found[0]), text)


def _of_one_width(text: str) -> str:
    return normalize("NFKC", text)


def _of_one_mark(text: str) -> str:
    return text.translate(_MARKS)


def _together(text: str) -> str:
    return re.sub(r"\s+", "", text)


# What is overlooked, in the order it is told: each by its name with how it is undone.
_OVERLOOKED: Mapping[str, Callable[[str], str]] = {
    "script": _in_one_script, "width": _of_one_width, "marks": _of_one_mark, "case": str.casefold, "spaces": _together,
}  # fmt: skip


def overlooked(article: str, manuscript: str) -> tuple[str, ...]:
    """Name what sets words that anchoring takes for the same apart: script, width, marks, case, spaces, or else accents.

    A name is given if and only if all others together do not make them equal.
    """
    ours, theirs = (_LOOSE.sub("", " ".join(words.split())) for words in (article, manuscript))
    if ours == theirs:
        return ()
    found = tuple(name for name in _OVERLOOKED if _undone(ours, name) != _undone(theirs, name))
    return found if _undone(ours) == _undone(theirs) else ("accents",)


def _undone(text: str, but: str = "") -> str:
    for name, undo in _OVERLOOKED.items():
        text = text if name == but else undo(text)
    return text


def compared(article: str, manuscript: str) -> list[Part]:
    """Compare words of an article with those of a manuscript; what differs in typesetting only is equal."""
    ours, theirs = (" ".join(words.split()) for words in (article, manuscript))
    parts = [
        part for each in differences(ours, theirs) for part in each.parts or ((*each.old, *each.new),) if each.kind != "equal"
    ]
    edges: list[tuple[int, int, int, int]] = []
    for old, old_end, new, new_end in parts:
        if _folded(ours[old:old_end]) == _folded(theirs[new:new_end]):
            continue
        while old and new and ours[old - 1] == theirs[new - 1] and _inside(ours, old) | _inside(theirs, new):
            old, new = old - 1, new - 1
        while _next(ours, old_end) == _next(theirs, new_end) != "" and _inside(ours, old_end) | _inside(theirs, new_end):
            old_end, new_end = old_end + 1, new_end + 1
        if edges and old <= edges[-1][1]:
            old, new = edges[-1][0], edges.pop()[2]
        edges.append((old, old_end, new, new_end))
    shown: list[Part] = []
    done = done_new = 0
    for old, old_end, new, new_end in (*edges, (len(ours), len(ours), len(theirs), len(theirs))):
        shown += [Part(ours[done:old], theirs[done_new:new]), Part(ours[old:old_end], theirs[new:new_end])]
        done, done_new = old_end, new_end
    return [part for part in shown if part.article or part.manuscript]


def _next(text: str, at: int) -> str:
    return text[at : at + 1]


def _inside(text: str, at: int) -> bool:
    """Whether a place is inside a word of letters that go with others."""
    return 0 < at < len(text) and _is_letter(text[at - 1]) and _is_letter(text[at])


def _is_letter(letter: str) -> bool:
    return letter.isalnum() and letter < "\u2e80"

"""The verdicts on the pieces of a page, and the reasons there are to leave one out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from db.importers.metadata import Byline

# What is shown beside a block that was left out, by the id that Removed.reason holds.
REASONS: Mapping[str, str] = {
    "before": "Stands above the title",
    "after": "Stands after the end of the article",
    "outside": "Stands outside the article's part of the page",
    "hidden": "Is hidden on the page",
    "navigation": "Menu or list of links",
    "interface": "Button or word of the page's interface",
    "promotion": "Asks to follow, subscribe, scan or share",
    "notice": "Copyright, reprint, contact or registration notice",
    "related": "Leads to other articles",
    "comments": "Comments of readers",
    "author_card": "Card about the author",
    "byline": "Author or account; kept with the article's data",
    "source": "Original source; kept with the article's data",
    "date": "Date; kept with the article's data",
    "editor": "Names of editors and proofreaders",
    "repeat": "Repeats the title or a heading",
    "picture": "Picture without words worth reading",
    "punctuation": "Row of stray punctuation",
    "by_hand": "Left out by hand",
}


@dataclass(slots=True)
class Judged:
    """A verdict for every piece ("" keeps it), where the title stands, and what the lines around the text say."""

    reasons: list[str]
    title: int = -1
    first: int = 0
    last: int = -1
    account: str = ""  # that has signed the page both above and below its text
    bylines: list[Byline] = field(default_factory=list)

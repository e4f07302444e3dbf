"""Find a passage again in another version of its text: a mark never moves to a wrong place. Pure.

    alignment = Alignment.of(old, new)          # once for two versions
    if not alignment.another_text:
        placement = alignment.place(anchor)     # for each annotation

`find` and `Quotes` serve anchors that arrive without the text they were made on.
"""

from db.anchors.alignment import Alignment
from db.anchors.placement import Candidate, Placement, Status
from db.anchors.quotes import Quotes, find
from db.records import Anchor

__all__ = ["Alignment", "Anchor", "Candidate", "Placement", "Quotes", "Status", "find", "same_text_differs"]


def same_text_differs(old: str, new: str) -> bool:
    """Whether a new text under the same address is another text altogether, to which nothing should be carried."""
    return Alignment.of(old, new).another_text

"""Code points of short texts against the UTF-16 units that Qt counts."""

from __future__ import annotations


def units(text: str) -> int:
    """Count the UTF-16 units of a text."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def points(text: str, count: int) -> int:
    """Count the code points in the first UTF-16 units of a text."""
    return len(text.encode("utf-16-le", "surrogatepass")[: 2 * count].decode("utf-16-le", "ignore"))

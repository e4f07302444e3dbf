"""Colours however they are written, as #rrggbb."""

from __future__ import annotations

import re

_HEX = re.compile("#?(?:0x)?([0-9a-f]{3}|[0-9a-f]{6}|[0-9a-f]{8})")
_RGB = re.compile(
    r"rgba?\(\s*(\d{1,3})\s*[, ]\s*(\d{1,3})\s*[, ]\s*(\d{1,3})\s*(?:[,/ ]\s*[\d.]+%?\s*)?\)|(\d{1,3}),\s*(\d{1,3}),\s*(\d{1,3})"
)
_NAMED = {
    "black": "#000000", "white": "#ffffff", "red": "#ff0000", "green": "#008000", "blue": "#0000ff", "yellow": "#ffff00",
    "orange": "#ffa500", "purple": "#800080", "pink": "#ffc0cb", "brown": "#a52a2a", "gray": "#808080", "grey": "#808080",
    "cyan": "#00ffff", "magenta": "#ff00ff", "lime": "#00ff00", "navy": "#000080", "teal": "#008080", "olive": "#808000",
    "maroon": "#800000", "silver": "#c0c0c0",
}  # fmt: skip


def colour(raw: str | None) -> str | None:
    """Give a colour as #rrggbb, nothing for none, None for what is no colour. Of eight digits the opaque end is the alpha."""
    words = (raw or "").strip().lower()
    if not words:
        return ""
    if words in _NAMED:
        return _NAMED[words]
    if match := _HEX.fullmatch(words):
        digits = match[1]
        if len(digits) == 3:
            return "#" + "".join(2 * digit for digit in digits)
        if len(digits) == 8:
            digits = digits[:6] if digits.endswith("ff") and not digits.startswith("ff") else digits[2:]
        return f"#{digits}"
    if match := _RGB.fullmatch(words):
        parts = [int(part) for part in match.groups() if part is not None]
        return "#" + "".join(f"{part:02x}" for part in parts) if max(parts) < 256 else None
    return None

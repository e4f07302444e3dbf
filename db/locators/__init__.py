"""Provisions and paragraphs: what a locator points to, and what locator a passage has. Pure.

`canonical` documents the canonical form (`art19/p1/i2`); positions are code points.
"""

from db.locators.canonical import matches, normalise, number, numeral, spell
from db.locators.outline import Paragraphs, Provision, outline, paragraph_locator

__all__ = [
    "Paragraphs",
    "Provision",
    "matches",
    "normalise",
    "number",
    "numeral",
    "outline",
    "paragraph_locator",
    "spell",
]

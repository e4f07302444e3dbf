"""Provisions and paragraphs: what a locator points to, and what locator a passage has. Pure.

`canonical` documents the canonical form (`art19/p1/i2`); positions are code points.
"""

from db.locators.canonical import matches, normalise, number, numeral, spell, step_of
from db.locators.headings import Heading, headings
from db.locators.outline import Paragraphs, Place, Provision, outline, paragraph_locator, place_of, provision_units

__all__ = [
    "Heading",
    "Paragraphs",
    "Place",
    "Provision",
    "headings",
    "matches",
    "normalise",
    "number",
    "numeral",
    "outline",
    "paragraph_locator",
    "place_of",
    "provision_units",
    "spell",
    "step_of",
]

"""Provisions and paragraphs: what a locator points to, and what locator a passage has. Pure.

`canonical` documents the canonical form (`art19/p1/i2`); positions are code points.
"""

from db.locators.canonical import matches, normalise, number, numeral, spell, step_of
from db.locators.headings import Heading, headings
from db.locators.ordering import provision_order
from db.locators.outline import Paragraphs, Place, Provision, outline, paragraph_locator, place_of, provision_units
from db.locators.paragraphs import begins_with_title, paragraph_numbers

__all__ = [
    "Heading",
    "Paragraphs",
    "Place",
    "Provision",
    "begins_with_title",
    "headings",
    "matches",
    "normalise",
    "number",
    "numeral",
    "outline",
    "paragraph_locator",
    "paragraph_numbers",
    "place_of",
    "provision_order",
    "provision_units",
    "spell",
    "step_of",
]

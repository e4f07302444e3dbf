"""Themes: the same tokens in each, and text that can be read on everything it stands on."""

from __future__ import annotations

import re
from itertools import product

import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QLabel

from desktop.reader.highlights import READABLE, Highlights
from desktop.reader.intervals import Mark
from desktop.theme import BRANCHES, THEMES, Theme, blend, contrast, text_font, ui_font


def test_all_themes_have_the_same_tokens() -> None:
    one, *others = (Theme.load(name) for name in THEMES)
    for other in others:
        assert other.colours.keys() == one.colours.keys()
        assert other.branches.keys() == one.branches.keys() >= set(BRANCHES)
        assert (other.sizes.keys(), other.strengths.keys()) == (one.sizes.keys(), one.strengths.keys())


@pytest.mark.parametrize("name", THEMES)
def test_words_can_be_read_on_every_ground(name: str) -> None:
    theme = Theme.load(name)
    pairs = [*product(("text", "muted"), ("base", "window", "raised", "hover")), *product(("link", "error"), ("base", "window"))]
    pairs += [("text", ground) for ground in ("selection", "warning_bar", "search_hit", "current_hit")] + [
        ("on_accent", "accent")
    ]
    poor = {pair: contrast(*map(theme.colour, pair)) for pair in pairs if contrast(*map(theme.colour, pair)) < READABLE}
    assert poor == {}


@pytest.mark.parametrize("name", THEMES)
def test_all_words_can_be_read_on_every_blend_of_fills(name: str) -> None:
    theme = Theme.load(name)
    highlights = Highlights(theme)
    washes = list(product((*BRANCHES, ""), ("current", "rest", "hover", "faded")))
    for several in [*([one] for one in washes), *([one, other] for one, other in product(washes, repeat=2))]:
        for words in ("text", "link", "muted"):
            ground = highlights.ground(several, (theme.colours[words],))
            assert contrast(theme.colour(words), ground) >= READABLE, (several, words)


@pytest.mark.parametrize("name", THEMES)
def test_all_words_can_be_read_on_hits_and_on_what_was_just_revealed(name: str) -> None:
    theme = Theme.load(name)
    for token, words in product(("search_hit", "current_hit", "accent"), ("text", "link", "muted")):
        assert contrast(theme.colour(words), Highlights(theme).hit_ground(token, (theme.colours[words],))) >= READABLE
    assert theme.palette().color(QPalette.ColorRole.HighlightedText) == theme.colour("text")  # links too, when selected
    assert contrast(theme.colour("text"), theme.colour("selection")) >= READABLE


@pytest.mark.parametrize("name", THEMES)
def test_fills_of_plain_text_are_those_of_the_theme_and_differ_by_strength(name: str) -> None:
    theme = Theme.load(name)
    highlights = Highlights(theme)
    for branch in BRANCHES:
        grounds = [highlights.ground([(branch, strength)]) for strength in ("faded", "rest", "hover")]
        expected = [
            blend(theme.branch(branch), theme.colour("base"), theme.strengths[each] / 100) for each in ("faded", "rest", "hover")
        ]
        assert grounds == expected
        assert len({ground.name() for ground in (theme.colour("base"), *grounds)}) == 4


@pytest.mark.parametrize("name", THEMES)
def test_labels_can_be_read_even_when_faded(name: str) -> None:
    theme = Theme.load(name)
    highlights = Highlights(theme)
    strengths = ("faded", "rest", "hover")
    contrasts = [contrast(highlights.label_colour(strength), theme.colour("base")) for strength in strengths]
    assert contrasts == sorted(contrasts)
    assert contrasts[0] >= READABLE


def test_marks_can_be_told_apart_without_colour() -> None:
    highlights = Highlights(Theme.load("light"))
    plain, unsure, theirs, bare = (
        Mark(1, 0, 1, "甲"),
        Mark(2, 0, 1, "甲", unsure=True),
        Mark(3, 0, 1, "甲", own=False),
        Mark(4, 0, 1),
    )
    pens = [highlights.pen(mark) for mark in (plain, unsure, theirs, bare)]
    assert len({(pen.widthF(), tuple(pen.dashPattern())) for pen in pens}) == 4


def test_a_dim_mark_is_faded_until_one_is_on_it() -> None:
    highlights = Highlights(Theme.load("light"))
    dim = Mark(1, 0, 1, "甲", dim=True)
    assert highlights.strength(dim) == "faded"
    assert highlights.strength(Mark(2, 0, 1, "乙")) == "rest"
    highlights.current = 1
    assert highlights.strength(dim) == "current"


def test_what_the_pointer_is_not_on_steps_aside_and_can_still_be_told() -> None:
    for name in THEMES:
        highlights = Highlights(Theme.load(name))
        highlights.hovered = 1
        assert [highlights.strength(Mark(id, 0, 1, "甲")) for id in (1, 2)] == ["hover", "aside"]
        strengths = Theme.load(name).strengths
        assert strengths["faded"] < strengths["aside"] < strengths["rest"] < strengths["hover"] < strengths["current"]


@pytest.mark.parametrize("name", THEMES)
def test_a_selection_can_be_told_from_the_fill_of_guidelines(name: str) -> None:
    theme = Theme.load(name)
    highlights, selection = Highlights(theme), theme.colour("selection")
    for strength in ("rest", "hover", "current"):
        ground = highlights.ground([("guidelines", strength)])
        apart = sum(abs(one - other) for one, other in zip(selection.getRgb()[:3], ground.getRgb()[:3], strict=True))
        assert apart >= 60, strength
    assert contrast(selection, highlights.ground([("guidelines", "rest")])) >= 1.15


@pytest.mark.parametrize("name", THEMES)
def test_branches_can_be_told_from_the_ground_and_from_each_other(name: str) -> None:
    theme = Theme.load(name)
    assert all(contrast(theme.branch(branch), theme.colour("base")) >= 3 for branch in BRANCHES)
    assert len({theme.branches[branch] for branch in BRANCHES}) == 8


@pytest.mark.parametrize("name", THEMES)
def test_a_theme_dresses_the_application(qapp: QApplication, name: str) -> None:
    theme = Theme.load(name)
    theme.apply(qapp)
    assert qapp.palette().color(QPalette.ColorRole.Base) == theme.colour("base")
    inactive = qapp.palette().color(QPalette.ColorGroup.Inactive, QPalette.ColorRole.Highlight)
    assert inactive == theme.colour("selection")
    label = QLabel("字")
    label.setProperty("role", "title")
    label.ensurePolished()
    assert label.font().pixelSize() == theme.size("title")


def test_the_stylesheet_names_no_colour_of_its_own() -> None:
    template = (Theme.load("light").stylesheet(), Theme.load("dark").stylesheet())
    colours = [set(re.findall(r"#[0-9a-f]{6}", sheet)) for sheet in template]
    assert colours[0] <= set(Theme.load("light").colours.values())
    assert colours[1] <= set(Theme.load("dark").colours.values())
    assert "$" not in template[0]


def test_an_unknown_theme_is_light_and_the_system_is_asked(qapp: QApplication) -> None:
    assert Theme.named("nonsense").name == "light"
    assert Theme.named("system").name in ("light", "dark")
    assert Theme.named("dark").dark


def test_fonts_name_chinese_faces_first(qapp: QApplication) -> None:
    assert text_font(20).families()[0] == "Noto Sans CJK SC"
    assert (text_font(20).pixelSize(), ui_font(12).pixelSize()) == (20, 12)


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast(QColor("#000000"), QColor("#ffffff")) == pytest.approx(21)
    assert contrast(QColor("#777777"), QColor("#ffffff")) == pytest.approx(4.48, abs=0.01)

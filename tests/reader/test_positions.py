"""Code points and Qt's positions: exact both ways, whatever the text holds."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication

from db.records import Block, Inline, Layout
from desktop.reader import document
from desktop.reader.document import Head, Look, Sheet, build
from desktop.reader.positions import Positions
from desktop.theme import Theme

PIECES = st.sampled_from(
    [*"治理a 𠮷é😀م", "e\u0301", "👩‍👩‍👧", *"\u00a0\u3000\t\u200b\r", *"\u2028\u2029\ufdd0\ufdd1\ufffc"],
)
LINES = st.lists(PIECES, max_size=8).map("".join)
KINDS = st.sampled_from(["paragraph", "heading", "item", "quote", "row", "figure", "code"])


def laid_out(blocks: list[tuple[str, str]]) -> tuple[str, Layout]:
    text = ""
    made: list[Block] = []
    for kind, words in blocks:
        start = len(text) + 1 if made else 0
        made.append(Block(kind, start, start + len(words), 1, "•" if kind == "item" else ""))  # type: ignore[arg-type]
        text = f"{text}\n{words}" if len(made) > 1 else words
    return text, Layout(tuple(made))


def sheet_of(text: str, layout: Layout, head: Head | None = None) -> Sheet:
    return build(text, layout, head, Theme.load("light"), Look(), 600)


def assert_exact(sheet: Sheet, text: str) -> None:
    """Every character stands in the document where the table says, and back."""
    places = [sheet.positions.to_qt(point) for point in range(len(text) + 1)]
    assert places == sorted(set(places))
    assert [sheet.positions.from_qt(place) for place in places] == list(range(len(text) + 1))
    for character, place in zip(text, places, strict=False):
        shown = sheet.document.characterAt(place)
        if character in "\n\t":
            assert shown in ("\t", "\u2029", "\ufdd0", "\ufdd1")  # a border of paragraphs or cells
        elif ord(character) > 0xFFFF:
            assert shown.encode("utf-16-le", "surrogatepass") == character.encode("utf-16-le")[:2]
        else:
            assert shown == character.translate(document._SHOWN)
    assert places[-1] < sheet.document.characterCount()


@settings(max_examples=150, deadline=None)
@given(blocks=st.lists(st.tuples(KINDS, LINES), min_size=1, max_size=8))
def test_every_position_is_exact_both_ways_in_any_layout(qapp: QApplication, blocks: list[tuple[str, str]]) -> None:
    text, layout = laid_out(blocks)
    assert_exact(sheet_of(text, layout), text)


def test_rows_become_a_grid_and_a_missing_cell_costs_no_position(qapp: QApplication) -> None:
    text, layout = laid_out([("row", "主体\t责任\t期限"), ("row", "企业😀"), ("row", "\t\t"), ("paragraph", "完")])
    sheet = sheet_of(text, layout)
    assert sheet.document.rootFrame().childFrames()
    assert_exact(sheet, text)


def test_a_long_paragraph_is_split_in_the_layout_only(qapp: QApplication) -> None:
    text, layout = laid_out([("paragraph", "长😀" * 120_000), ("paragraph", "短")])
    sheet = sheet_of(text, layout)
    assert sheet.document.blockCount() == -(-240_000 // document.LONGEST_BLOCK) + 1
    for point in (0, 1, 2, 99_999, 100_000, 100_001, 199_999, 200_000, 239_999, 240_000, 240_001, len(text)):
        assert sheet.positions.from_qt(sheet.positions.to_qt(point)) == point
    assert sheet.document.characterAt(sheet.positions.to_qt(240_001)) == "短"


def test_a_place_that_is_no_character_counts_as_the_next_one() -> None:
    positions = Positions("ab😀c", [(0, 1), (4, 2)])
    assert [positions.to_qt(point) for point in range(6)] == [1, 2, 3, 5, 8, 8]
    assert [positions.from_qt(place) for place in range(10)] == [0, 0, 1, 2, 3, 3, 4, 4, 4, 4]


def test_a_layout_that_does_not_fit_its_text_gives_way_to_lines(qapp: QApplication) -> None:
    text = "一\n二\n三"
    sheet = sheet_of(text, Layout((Block("paragraph", 0, 3),)))
    assert [block.start for block in sheet.blocks] == [0, 2, 4]
    assert_exact(sheet, text)


def test_titles_headings_and_empty_lines_have_no_paragraph_number(qapp: QApplication) -> None:
    text, layout = laid_out([("paragraph", "题目"), ("paragraph", "甲"), ("heading", "节"), ("paragraph", ""), ("item", "乙")])
    assert list(sheet_of(text, layout, Head("题目")).numbers) == [0, 1, 1, 1, 2]
    assert list(sheet_of(text, layout, Head("别的题目")).numbers) == [1, 2, 2, 2, 3]


def test_emphasis_changes_no_character(qapp: QApplication) -> None:
    text, layout = laid_out([("paragraph", "甲😀乙丙丁"), ("paragraph", "戊")])
    inlines = (Inline("bold", 1, 3), Inline("italic", 2, 4), Inline("link", 4, 5, "https://example.org/"), Inline("code", 6, 7))
    sheet = sheet_of(text, Layout(layout.blocks, inlines))
    assert_exact(sheet, text)
    formats = sheet.document.allFormats()
    assert any(each.toCharFormat().anchorHref() == "https://example.org/" for each in formats)

"""What files hold that nobody expects: scripts nested without end, pages without a mark, rows without a word."""

from __future__ import annotations

import json

import pytest

from db.importers.linked_data import linked_in
from db.importers.pdf_lines import Line, Sheet
from db.importers.pdf_recognised import Picture
from db.importers.pdf_running import take_running

ARTICLE = {"@type": "Article", "headline": "The second answer"}
WIDE = 1_200


def test_an_entry_behind_many_others_is_found() -> None:
    assert linked_in([json.dumps([[{"@type": "Thing"}] * 50] * 100 + [ARTICLE])]).title == "The second answer"


def test_of_a_script_without_end_only_so_much_is_looked_into() -> None:
    inside: object = ARTICLE
    for _depth in range(3):
        inside = [*[[]] * 199, inside]
    assert linked_in([json.dumps(inside)]).title == "The second answer"
    assert linked_in([json.dumps([*[[[]] * 150] * 150, [[ARTICLE]]])]).title == ""


@pytest.mark.parametrize(
    ("dots", "blank"),
    [
        (b"", True),
        (b"\xff" * WIDE * 900, True),
        (bytes([220, 255]) * (WIDE * 450), True),
        (bytes([215, 255]) * (WIDE * 450), False),
        (b"\xff" * (WIDE * 900 - 1) + b"\x20", False),
        (b"\x20" + b"\xff" * (WIDE * 900 - 1), False),
    ],
)
def test_a_page_is_blank_where_no_dot_stands_out(dots: bytes, blank: bool) -> None:
    assert Picture(WIDE, 900, dots, 4.0).is_blank is blank


def _sheet(number: int, head: str) -> Sheet:
    said = [f"Words of page {number} and no other, line {line}, {'x' * (number + line)}" for line in range(6)]
    texts = [head, *said]
    return Sheet([Line(text, 60, 300, 30 + 14 * at, 10, bold=False, page=number) for at, text in enumerate(texts)], height=800)


def test_a_row_of_blanks_alone_is_no_running_head_and_stops_nothing() -> None:
    sheets = [_sheet(number, " \u3000 ") for number in range(4)]
    found = take_running(sheets, [str(number + 1) for number in range(4)])
    assert [len(sheet.lines) + len(one.head) for sheet, one in zip(sheets, found, strict=True)] == [7] * 4
    assert all(line.text.startswith("Words") for sheet in sheets for line in sheet.lines if line.text.strip())

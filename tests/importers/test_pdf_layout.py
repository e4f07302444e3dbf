"""PDF files as they are really set: what repeats without being a running head, tables, stamps, broken words, dates."""

from __future__ import annotations

import pytest

from db import importers
from db.records import Draft
from tests.importers.making import Setting, pdf

PROSE = (
    "Every office keeps a list of its systems, and",
    "every list has a gap. The gap is where a sys-",
    "tem was bought by one desk and used by an-",
    "other, so that neither thought of the list.",
    "We asked thirty offices for their lists and",
    "found the gap in nineteen of them at once.",
)


def lines(left: float, top: float, *texts: str, size: float = 10.0, step: float = 12.0) -> list[Setting]:
    return [(left, top - step * number, size, text) for number, text in enumerate(texts)]


def row(top: float, *cells: str, left: float = 60.0, step: float = 160.0, size: float = 10.0) -> list[Setting]:
    return [(left + step * number, top, size, cell) for number, cell in enumerate(cells)]


def read(data: bytes) -> Draft:
    return importers.read_bytes(data, "report.pdf")


def blocks(draft: Draft) -> list[tuple[str, str]]:
    return [(b.kind, draft.text[b.start : b.end]) for b in draft.layout.blocks]


def test_two_pages_that_begin_and_end_alike_lose_nothing() -> None:
    def form(number: int) -> list[Setting]:
        asked = lines(
            60, 780, "Questions asked of every office", "Does it keep records?", f"Office {number} answered in full.", step=15
        )
        return [
            *asked,
            *lines(60, 700, f"The answer of office {number} was found right."),
            (60.0, 100.0, 10.0, "Signed by the reader."),
        ]

    draft = read(pdf([form(4), form(7)]))
    assert draft.removed == ()
    assert draft.text.count("Does it keep records?") == 2
    assert draft.text.count("Signed by the reader.") == 2


def test_a_table_at_the_same_place_of_every_page_is_no_running_head() -> None:
    def page(number: int) -> list[Setting]:
        rows = [*row(770, "Duty", "Bearer", "Since"), *row(752, f"Record {number}", "Office", "Year")]
        text = lines(60, 700, f"Table {number} shows what was found in the file, with those who bear it.")
        return [(60.0, 810.0, 8.0, "Annex to the report"), *rows, *text, (280.0, 25.0, 8.0, f"{number} / 12")]

    draft = read(pdf([page(number) for number in (3, 4, 5)]))
    assert sorted(r.text for r in draft.removed) == [*(f"{n} / 12" for n in (3, 4, 5)), *["Annex to the report"] * 3]
    assert [text for kind, text in blocks(draft) if kind == "row"].count("Duty\tBearer\tSince") == 3
    assert draft.remarks == ()


def test_heads_that_change_sides_and_words_go_by_the_page_number_in_them() -> None:
    heads = ["12 Ann Lee", "The first part 13", "14 Ann Lee", "The first part 15", "16 Ann Lee", "The second part 17"]
    pages = [
        [(60.0 if n % 2 else 90.0, 805.0, 9.0, head), *lines(60, 770, f"Here begins page {n} of it.", *PROSE)]
        for n, head in enumerate(heads)
    ]
    draft = read(pdf(pages))
    assert sorted(r.text for r in draft.removed) == sorted(heads)
    assert draft.text.count("Every office keeps a list") == 6


@pytest.mark.parametrize("form", ["- {} -", "{} / 12", "Page {} of 12", "| {} |"])
def test_page_numbers_that_do_not_begin_at_one_are_known_by_how_they_go_on(form: str) -> None:
    pages = [[*lines(60, 770, f"Part {n} of the text.", *PROSE), (280.0, 30.0, 9.0, form.format(n + 41))] for n in range(3)]
    assert [r.text for r in read(pdf(pages)).removed] == [form.format(n) for n in (41, 42, 43)]


def test_several_running_lines_are_remarked_upon() -> None:
    head = [(60.0, 810.0, 8.0, "Journal of Rules"), (60.0, 800.0, 8.0, "Volume 3")]
    draft = read(pdf([[*head, *lines(60, 770, f"Part {n} of the text.", *PROSE)] for n in range(4)]))
    assert len(draft.removed) == 8
    assert [dict(remark.facts) for remark in draft.remarks] == [{"count": "8"}]


def test_a_stamp_across_the_page_is_set_apart_in_the_order_it_is_drawn() -> None:
    data = pdf([lines(60, 700, *PROSE)]).replace(b" ET", b" /F1 30 Tf 0.7 0.7 -0.7 0.7 150 400 Tm (DRAFT COPY) Tj ET")
    draft = read(data)
    assert [(r.reason, r.text) for r in draft.removed] == [("running", "DRAFT COPY")]
    assert "used by another, so that neither" in draft.text


def test_cells_of_several_lines_make_one_row() -> None:
    page = [
        *lines(60, 780, *PROSE),
        *row(690, "Asked", "Done", "Read by"),
        *row(672, "Keep a record of", "Kept from May on", "Lee"),
    ]
    page += [(60.0, 660.0, 10.0, "every decision"), *row(642, "Name a reader", "Named in June, and", "Tran")]
    page += [(220.0, 630.0, 10.0, "again in July"), *lines(60, 600, "Nothing else was asked of them in that year.")]
    assert [text for kind, text in blocks(read(pdf([page]))) if kind == "row"] == [
        "Asked\tDone\tRead by", "Keep a record of every decision\tKept from May on\tLee",
        "Name a reader\tNamed in June, and again in July\tTran",
    ]  # fmt: skip


def test_a_dense_table_with_an_empty_cell_keeps_its_rows() -> None:
    page = [*lines(60, 780, *PROSE), *row(690, "Kind", "Count", "Share"), *row(678, "Rules", "12", "40"), *row(666, "All", "30")]
    assert [text for kind, text in blocks(read(pdf([page]))) if kind == "row"] == [
        "Kind\tCount\tShare",
        "Rules\t12\t40",
        "All\t30",
    ]


def test_a_table_across_two_columns_stands_between_what_is_over_and_under_it() -> None:
    table = [
        cell
        for top, *cells in ((640, "Way", "Offices", "Cost"), (626, "Desk", "7", "Low"))
        for cell in row(top, *cells, step=170)
    ]
    over = [*lines(50, 740, "Over left.", *PROSE), *lines(310, 740, "Over right.", *PROSE)]
    under = [*lines(50, 590, "Under left.", *PROSE), *lines(310, 590, "Under right.", *PROSE)]
    text = read(pdf([[*over, *table, *under]])).text
    places = [
        text.index(words)
        for words in ("Over left", "Over right", "Way\tOffices\tCost\nDesk\t7\tLow", "Under left", "Under right")
    ]
    assert places == sorted(places)


def test_a_small_table_at_the_foot_is_no_footnote() -> None:
    page = [*lines(60, 780, *PROSE), *row(500, "Who", "What", "When", size=8), *row(486, "Office", "Rules", "Yearly", size=8)]
    page += [(60.0, 460.0, 8.0, "Source: the office")]
    assert blocks(read(pdf([page])))[-3:] == [
        ("row", "Who\tWhat\tWhen"),
        ("row", "Office\tRules\tYearly"),
        ("paragraph", "Source: the office"),
    ]


@pytest.mark.parametrize(
    ("end", "start", "whole"),
    [
        ("the consi-", "derable weight of it", "the considerable weight of it"),
        ("a long-", "term contract for it", "a long-term contract for it"),
        ("what AI-", "related purchases cost", "what AI-related purchases cost"),
        ("rules of non-", "discrimination and such", "rules of non-discrimination and such"),
        ("what is cor-", "related with the rest", "what is correlated with the rest"),
        ("see https://a.example.org/auto-", "mated/x.html for it", "see https://a.example.org/auto-mated/x.html for it"),
    ],
)
def test_a_hyphen_at_a_line_end_stays_where_it_belongs_to_the_word(end: str, start: str, whole: str) -> None:
    page = lines(60, 700, "We read every one of the lists that were kept there, and found in them that", end, start)
    assert read(pdf([page])).text.endswith(f"found in them that {whole}")


def test_a_date_under_the_signature_is_the_text_s_own() -> None:
    page = [*lines(60, 780, *PROSE), (60.0, 660.0, 10.0, "Office of Records"), (60.0, 640.0, 10.0, "3 June 2021")]
    draft = read(pdf([page], info="/CreationDate(D:20240101000000Z)"))
    assert (draft.published, draft.published_from) == ("2021-06-03", "text line")
    assert draft.text.endswith("3 June 2021")


def test_a_table_of_contents_without_dots_is_left_out() -> None:
    chapters = [("1 Aims", "1"), ("1.1 What was asked", "2"), ("2 Findings", "3")]
    entries = [cell for n, (name, page) in enumerate(chapters) for cell in row(750 - 16 * n, name, page, step=400)]
    pages = [[(60.0, 780.0, 16.0, name), *lines(60, 750, *PROSE)] for name, _ in chapters]
    draft = read(pdf([[(60.0, 780.0, 16.0, "Contents"), *entries], *pages]))
    assert [(r.reason, r.text) for r in draft.removed] == [
        ("navigation", text) for text in ("Contents", *map("\t".join, chapters))
    ]
    assert [text for kind, text in blocks(draft) if kind == "heading"] == [name for name, _ in chapters]


def test_a_large_stamp_that_is_not_turned_is_set_apart() -> None:
    pages = [[*lines(60, 780, f"Part {n} of it.", *PROSE), (150.0, 420.0, 40.0, "CONFIDENTIAL")] for n in range(4)]
    draft = read(pdf(pages))
    assert [r.text for r in draft.removed] == ["CONFIDENTIAL"] * 4
    assert [f"Part {n} of it." in draft.text for n in range(4)] == [True] * 4


def test_full_lines_of_the_text_s_own_size_are_no_running_head_however_often_they_come() -> None:
    full = "Rules that nobody reads are rules that nobody keeps, and the cost of keeping them falls on all"
    pages = [[*lines(60, 780, full, full), *lines(60, 700, f"Part {n} of it.", *PROSE)] for n in range(4)]
    assert read(pdf(pages)).removed == ()


def test_a_note_that_stands_on_both_of_two_pages_stays_a_note() -> None:
    pages = [
        [*lines(60, 780, *PROSE, f"Part {n} of it."), (60.0, 70.0, 8.0, "* See the notice."), (290.0, 30.0, 8.0, f"{n}")]
        for n in (1, 2)
    ]
    draft = read(pdf(pages))
    assert [r.text for r in draft.removed] == ["1", "2"]
    assert [text for kind, text in blocks(draft) if kind == "quote"] == ["* See the notice."] * 2

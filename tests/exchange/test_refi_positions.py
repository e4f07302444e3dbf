"""How sources are counted is proven from their own selections, whatever the program."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.exchange.refi import incoming
from db.exchange.refi.known import Known
from db.exchange.refi.positions import ALL, STANDARD, Mark, Model, placing, prove, span, units
from db.exchange.refi.texts import RawText, measured, read_text
from tests.exchange.refi_files import PASSAGES, PROGRAMS, TEXT, counted, written

NOW = "2026-01-01T00:00:00.000Z"
GAPS = ("\r\n", "\n", " ", " 😀 ", "，", "\u2028", " e\u0301 ", "𠮷。", "\r\n\r\n", "\u200b")


def place_of(raw: RawText, index: int, model: Model) -> int:
    """Count up to a place of a text letter by letter."""
    found = 3 * model.bom if model.utf8 else int(model.bom)
    for at, letter in enumerate(raw.text[:index]):
        size = len(letter.encode()) if model.utf8 else 1 + (model.utf16 and ord(letter) > 0xFFFF)
        found += size + (model.crlf == 2 and at in raw.returns)
    return found


def marks_of(raw: RawText, words: list[str], model: Model, *, named: bool = True) -> list[Mark]:
    found, at = [], 0
    for word in words:
        at = raw.text.index(word, at)
        name = word if named else ""
        found.append(Mark(place_of(raw, at, model), place_of(raw, at + len(word) - model.last, model), name))
    return found


@pytest.mark.parametrize("name", PROGRAMS)
def test_every_programs_passages_are_where_it_put_them(name: str, tmp_path: Path) -> None:
    read = incoming.read(written(tmp_path / "a.qdpx", PROGRAMS[name]), Known(NOW))
    assert sorted(a["exact"] for a in read.bundle.records["annotation"]) == sorted(PASSAGES)
    assert read.proofs[0].proof.by in ("names", "boundaries")
    assert read.proofs[0].proof.samples[0][1].startswith("Oversight")
    assert any(str(read.proofs[0].proof.model) in reason for reason in read.report.reasons)
    [text] = read.bundle.texts.values()
    assert text == TEXT


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(GAPS), st.integers(0, 99)), min_size=3, max_size=12),
    st.booleans(),
    st.sampled_from(ALL[:8]),
)
def test_a_way_of_counting_is_found_from_names(parts: list[tuple[str, int]], mark: bool, model: Model) -> None:
    words = [f"word{number}x{at}" for at, (_gap, number) in enumerate(parts)]
    text = "".join(gap + word for (gap, _number), word in zip(parts, words, strict=True))
    raw = read_text((("\ufeff" if mark else "") + text + ".").encode())
    marks = marks_of(raw, words, model)
    [proof] = prove([(raw, marks)])
    place = placing(raw, proof.model)
    assert [raw.text[slice(*span(place, each))] for each in marks] == words  # type: ignore[misc]
    assert raw.text == (text + ".").replace("\r\n", "\n")


def test_counting_goes_both_ways_on_every_model() -> None:
    raw = read_text("\ufeffa😀\r\nb\r\n𠮷c\r\rd".encode())
    assert len(units(raw)) == 24
    for model in units(raw):
        place = placing(raw, model)
        assert [place(place_of(raw, at, model)) for at in range(len(raw.text) + 1)] == list(range(len(raw.text) + 1))
        assert place(place_of(raw, len(raw.text), model) + 1) is None
        assert place(-1) is None


def test_a_position_inside_a_character_is_none() -> None:
    raw = measured("a😀b\r\nc")
    place = placing(raw, Model(utf16=True))
    assert [place(at) for at in range(8)] == [0, 1, None, 2, 3, None, 4, 5]


def test_a_source_that_does_not_tell_follows_the_others() -> None:
    model = Model(utf16=True, crlf=1)
    telling = measured("😀 first word\r\nand 😀 another here\r\nlast")
    silent = measured("😀😀甲乙丙丁\r\n戊己庚辛")
    silent_marks = [Mark(5, 6, "")]
    proofs = prove([(telling, marks_of(telling, ["first", "another", "last"], model)), (silent, silent_marks)])
    assert proofs[1].model == model
    assert proofs[1].by == "other sources"
    assert prove([(silent, silent_marks)], "ATLAS.ti 9")[0].model == model
    assert prove([(silent, silent_marks)], "Some program")[0].model == STANDARD


def test_boundaries_tell_where_names_do_not() -> None:
    draw = random.Random(7)
    text = "\r\n".join(" ".join(f"w{draw.randrange(10**6)}" for _word in range(9)) + " 😀" * (line % 3) for line in range(12))
    raw = measured(text)
    words = [line.split(" ")[4] for line in raw.text.split("\n")]
    for model in units(raw):
        if not model.bom and model.lf == 1:
            marks = marks_of(raw, words, model, named=False)
            [proof] = prove([(raw, marks)])
            assert (proof.model, proof.by) == (model, "boundaries")


def test_one_range_beyond_the_text_does_not_change_how_the_others_count() -> None:
    raw = measured("one two\r\nthree 😀 four five")
    marks = [*marks_of(raw, ["two", "three", "four"], STANDARD), Mark(20, 400, "nothing")]
    [proof] = prove([(raw, marks)])
    assert (proof.model, proof.by, proof.score.misfits) == (STANDARD, "names", 1)


def test_a_text_whose_line_ends_were_rewritten_is_counted_as_it_was() -> None:
    raw = measured("one two\nthree four\nfive six\nseven")
    words = ["two", "four", "six", "seven"]
    marks = []
    for word in words:
        at = raw.text.index(word)
        marks.append(Mark(counted(raw.text, at, Model(lf=2)), counted(raw.text, at + len(word), Model(lf=2)), word))
    [proof] = prove([(raw, marks)])
    assert (proof.model.lf, proof.by) == (2, "names")


def test_a_person_may_choose_otherwise(tmp_path: Path) -> None:
    path = written(tmp_path / "a.qdpx", PROGRAMS["atlas"])
    other = Model.of("code-points,no-bom,crlf=2")
    read = incoming.read(path, Known(NOW), model=other)
    assert (read.proofs[0].proof.by, read.proofs[0].proof.model) == ("chosen", other)
    assert sorted(a["exact"] for a in read.bundle.records["annotation"]) != sorted(PASSAGES)
    assert Model.of(str(Model(True, True, 1))) == Model(True, True, 1)
    with pytest.raises(ValueError, match="bytes"):
        Model.of("bytes")

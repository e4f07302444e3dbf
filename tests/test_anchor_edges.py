"""Where a passage begins and ends when its edges were rewritten, and what keeps look-alikes from taking a mark."""

from __future__ import annotations

import random

import pytest

from db.anchors import Alignment, Anchor, Placement, Quotes
from db.anchors.told import carried
from db.errors import Refused
from tests.anchoring.mutations import sentence
from tests.anchoring.score import PLACED

BEFORE, AFTER = "起草说明列在文前，与下文无关。", "附录收有三张表格，另行刊印。"


def _carried(old: str, new: str) -> tuple[Placement, str]:
    """Carry what stands between ⟦ and ⟧ in the old text; gives its place and the words there."""
    start, end = old.index("⟦"), old.index("⟧") - 1
    old = old.replace("⟦", "").replace("⟧", "")
    placed = Alignment.of(old, new).place(Anchor.of(old, start, end))
    return placed, new[slice(*placed.span)] if placed.span else ""


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("⟦国家应当建立算法登记的制度⟧。", "政府应当建立算法登记的制度。", "政府应当建立算法登记的制度"),
        ("⟦国家应当建立算法登记的制度⟧。", "此外，政府应当建立算法登记的制度。", "政府应当建立算法登记的制度"),
        ("⟦国家应当建立算法登记的制度⟧。", "新加的一句话。政府应当建立算法登记的制度。", "政府应当建立算法登记的制度"),
        ("⟦国家应当建立算法登记的制度⟧。", "此外，国家应当建立算法登记的制度。", "国家应当建立算法登记的制度"),
        ("⟦国家应当建立算法登记的制度⟧。", "有关部门应当建立算法登记的制度。", "有关部门应当建立算法登记的制度"),
        ("⟦国家应当建立算法登记的制度⟧。", "国家应当建立算法登记的办法，并且公布。", "国家应当建立算法登记的办法"),
        ("⟦国家应当建立算法登记的制度。⟧", "国家应当建立算法登记的办法。另有新话。", "国家应当建立算法登记的办法。"),
        ("期限为⟦30日，自公布之日起计算⟧。", "期限为130日，自公布之日起计算。", "130日，自公布之日起计算"),
        ("⟦Providers keep logs of each run⟧.", "However, vendors keep logs of each run.", "vendors keep logs of each run"),
        ("See ⟦providers keep logs of each run⟧.", "See vendors keep logs of each run.", "vendors keep logs of each run"),
        ("⟦They keep logs of each run⟧ for us.", "They keep logs of each runtime for us.", "They keep logs of each runtime"),
    ],
)
def test_a_replaced_edge_word_belongs_to_the_passage_and_an_insertion_beside_it_does_not(old: str, new: str, words: str) -> None:
    placed, found = _carried(f"{BEFORE}\n{old}\n{AFTER}", f"{BEFORE}\n{new}\n{AFTER}")
    assert found == words
    assert placed.status in PLACED


def test_an_edge_nobody_can_tell_waits_for_a_person_with_both_places() -> None:
    old = f"{BEFORE}我们认为⟦国家应当建立算法登记的制度⟧。{AFTER}"
    new = f"{BEFORE}我们认为正如前文所说各级机构应当建立算法登记的制度。{AFTER}"
    placed, found = _carried(old, new)
    assert placed.status == "review"
    assert found.endswith("应当建立算法登记的制度")
    assert len({(one.start, one.end) for one in placed.candidates} | {placed.span}) > 1


def test_an_article_put_in_before_one_numbered_likewise_stays_outside() -> None:
    rng = random.Random(4)
    texts = [sentence(rng) for _ in range(6)]
    old = "".join(f"第{n}条　{text}\n" for n, text in enumerate(texts, 1))
    new = "".join(f"第{n}条　{text}\n" for n, text in enumerate([*texts[:2], sentence(rng), *texts[2:]], 1))
    at = old.index("第3条")
    _, found = _carried(f"{old[:at]}⟦{old[at:].replace(chr(10), '⟧' + chr(10), 1)}", new)
    assert found == f"第4条　{texts[2]}"


def test_what_a_sibling_explains_as_well_is_not_placed_unasked() -> None:
    row = "第{}条　违反本办法第{}条的，由主管机关责令改正，并处{}万元以下罚款。\n"
    rows = [row.format(n, 30 + n, 10 + 3 * n) for n in range(1, 13)]
    new = [*rows[:6], row.format(88, 77, 95), *rows[7:]]
    old = "".join([*rows[:6], "⟦" + rows[6].replace("\n", "⟧\n"), *rows[7:]])
    placed, _ = _carried(old, "".join(new))
    assert placed.status in ("review", "gone")
    kept, found = _carried("".join([*rows[:7], "⟦" + rows[7].replace("\n", "⟧\n"), *rows[8:]]), "".join(new))
    assert (kept.status, found + "\n") == ("exact", rows[7])


def test_sentences_that_changed_places_within_a_passage_keep_it_whole() -> None:
    rng = random.Random(8)
    lines = ["".join(sentence(rng) for _ in range(4)) for _ in range(5)]
    several = [sentence(rng) for _ in range(4)]
    old = "\n".join([*lines[:2], f"⟦{''.join(several)}⟧", *lines[2:]])
    whole = "".join(several[i] for i in (2, 0, 3, 1))
    placed, found = _carried(old, "\n".join([*lines[:2], whole, *lines[2:]]))
    assert found == whole
    assert placed.status in (*PLACED, "review")


def test_words_that_stand_nowhere_else_need_no_surroundings() -> None:
    rng = random.Random(2)
    lines = [sentence(rng) for _ in range(30)]
    mark = "登记簿每季度由第三方抽查一次并公布结果。"
    old = "".join([*lines[:5], f"⟦{mark}⟧", *lines[5:]])
    placed, found = _carried(old, "".join([*lines[:22], mark, *lines[22:]]))
    assert (placed.status, found) == ("moved", mark)
    assert placed.confidence >= 0.9


def test_of_equal_quotes_without_context_the_one_nearest_to_the_stated_position_is_offered_first() -> None:
    text = "甲说要登记算法。乙说要登记算法。丙说要登记算法。"
    second = text.index("登记算法", 8)
    placed = Quotes(text).find(Anchor(second + 2, second + 6, "登记算法"))
    assert (placed.status, placed.start) == ("review", second)
    assert len(placed.candidates) == 2


def test_a_quote_in_its_very_surroundings_is_placed_though_its_position_was_told_wrongly() -> None:
    old = "".join(sentence(random.Random(seed)) for seed in range(9))
    told = Anchor.of(old, 60, 80)
    placed = Alignment.of(old, "前言。" + old).place(Anchor(5_000, 5_020, told.exact, told.prefix, told.suffix))
    assert (placed.status, placed.how, placed.span) == ("exact", "unverified", (63, 83))


def test_annotations_told_as_lines_come_back_as_lines() -> None:
    old, new = "开头。\r\n国家应当建立登记的制度。末尾。", "开头。\r\n此外，政府应当建立登记的制度。末尾。"
    lines = [
        '{"id": "a", "start": 5, "end": 16, "exact": "国家应当建立登记的制度", "prefix": null}\r', "",
        '{"id": 7, "exact": "末尾。"}', '{"id": 8, "start": 9, "end": 11, "exact": "开头", "suffix": "。"}',
    ]  # fmt: skip
    found = list(carried(old, new, lines))
    assert [(one["id"], new[one["start"] : one["end"]]) for one in found] == [
        ("a", "政府应当建立登记的制度"), (7, "末尾。"), (8, "开头"),
    ]  # fmt: skip
    assert [one["status"] for one in found] == ["aligned", "review", "aligned"]
    assert set(found[0]) >= {"id", "status", "start", "end", "confidence", "candidates"}


@pytest.mark.parametrize(
    "line",
    [
        "[1]",
        "{",
        '{"start": 0, "end": 4, "exact": "甲"}',
        '{"start": 2, "end": 1}',
        '{"id": 1}',
        '{"start": true, "end": 3}',
        '{"start": 1, "end": 2, "exact": 3}',
        "[" * 9999,
    ],
)
def test_a_line_that_tells_no_annotation_is_refused_by_its_number(line: str) -> None:
    with pytest.raises(Refused, match="Line"):
        list(carried("甲乙丙", "甲乙丙丁", ["", line]))

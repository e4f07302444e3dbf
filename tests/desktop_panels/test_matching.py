"""What a few typed keys find."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from desktop.matching import Matchable, Matcher, initials

ITEMS = (
    Matchable("bias", ("3.1.1(b)", "偏见歧视", "Bias and discrimination", "asgf1.3.1.1.b")),
    Matchable("opaque", ("3.1.1(a)", "可解释性差", "Poor explainability", "asgf1.3.1.1.a")),
    Matchable("group", ("3.1.1", "模型算法安全风险", "Risks from models and algorithms", "asgf1.3.1.1")),
    Matchable("act", ("中华人民共和国网络安全法", "Cybersecurity Law", "网安法", "csl")),
    Matchable("bank", ("银行业务", "Banking")),
    Matchable("ai", ("AI伦理准则", "AI ethics code")),
)


def found(query: str) -> list[object]:
    return [item.key for item in Matcher(ITEMS).find(query)]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("311b", "bias"),
        ("3.1.1(b)", "bias"),
        ("3.1.1（b）", "bias"),
        ("asgf1.3.1.1.b", "bias"),
        ("pjqs", "bias"),
        ("pianjian", "bias"),
        ("pianjqs", "bias"),
        ("歧视", "bias"),
        ("歧視", "bias"),
        ("discr", "bias"),
        ("BIAS", "bias"),
        ("qs", "bias"),
        ("bias discrimination", "bias"),
        ("可解", "opaque"),
        ("网安", "act"),
        ("网法", "act"),
        ("cyber law", "act"),
        ("yhyw", "bank"),
        ("ailunli", "ai"),
        ("aill", "ai"),
    ],
)
def test_a_code_is_found_by_number_name_id_and_pinyin(query: str, first: str) -> None:
    assert found(query)[0] == first


def test_the_exact_number_comes_before_longer_ones() -> None:
    assert found("3.1.1")[:3] == ["group", "bias", "opaque"]
    assert found("311")[0] == "group"


def test_rare_readings_of_a_character_come_after_usual_ones() -> None:
    items = [Matchable("rare", ("偏见",)), Matchable("usual", ("平息",))]
    assert [item.key for item in Matcher(items).find("px")] == ["usual", "rare"]


def test_nothing_fits_what_is_not_there() -> None:
    assert found("xyzzy") == []
    assert found("爱") == []


def test_an_empty_query_lists_all_with_the_most_used_first() -> None:
    items = [Matchable(1, ("one",)), Matchable(2, ("two",), 3.0), Matchable(3, ("three",), 5.0)]
    assert [item.key for item in Matcher(items).find("  ")] == [3, 2, 1]
    assert [item.key for item in Matcher(items).find("", limit=1)] == [3]


def test_boost_decides_among_equals_only() -> None:
    items = [Matchable("a", ("abcd",)), Matchable("b", ("abce",), 9.0), Matchable("c", ("xabc",), 99.0)]
    assert [item.key for item in Matcher(items).find("abc")] == ["b", "a", "c"]


def test_letters_typed_exactly_come_before_everything() -> None:
    items = [
        Matchable("named", ("ai",)),
        Matchable("lettered", ("偏见",), letters="ai"),
        Matchable("other", ("aim",), letters="aj"),
    ]
    assert [item.key for item in Matcher(items).find("AI")] == ["lettered", "named", "other"]
    assert [item.key for item in Matcher(items).find("a")] == ["named", "other"]


def test_aliases_are_found_below_names_and_not_by_stray_letters() -> None:
    items = [
        Matchable("alias", ("权益",), 99.0, aliases=("算法歧视", "unfair")),
        Matchable("name", ("防止算法歧视",)),
        Matchable("loose", ("算是方法和歧视",)),
    ]
    matcher = Matcher(items)
    assert [item.key for item in matcher.find("算法歧视")] == ["name", "alias", "loose"]
    assert [item.key for item in matcher.find("sfqs")] == ["name", "alias"]
    assert [item.key for item in matcher.find("unfair")] == ["alias"]
    assert matcher.find("ufir") == []


@pytest.mark.parametrize(
    ("text", "letters"),
    [("偏见、歧视", "pjqs"), ("AI 伦理", "all"), ("3.1 数据", "sj"), ("《》", ""), ("Bias and", "ba"), ("🙂", "")],
)
def test_initials_are_the_first_letters_of_each_character_or_word(text: str, letters: str) -> None:
    assert "".join(initials(text)) == letters


def test_matching_loads_neither_qt_nor_pinyin_before_it_is_needed() -> None:
    program = "import sys, desktop.matching; print({'PySide6', 'pypinyin'} & set(sys.modules))"
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.strip() == "set()"

"""The shipped frameworks are whole trees in reading order, and say of each name whether it is confirmed."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pytest

from tests.resources.shipped import code_names, shipped
from tests.shared import SHARED

BOOKS = ("asgf1", "asgf2", "asgf3")
KINDS = {
    "asgf1": {
        "section": 6, "principle": 4, "structure": 4, "risk-group": 9, "risk": 26, "measure-group": 9,
        "technical-measure": 21, "governance-measure": 10, "guideline": 4, "guideline-item": 35,
    },
    "asgf2": {
        "section": 6, "principle": 5, "risk-group": 11, "risk": 30, "governance-measure": 14, "guideline": 4, "annex": 2,
    },
    "asgf3": {"section": 5, "risk-group": 17, "risk": 55, "annex": 3},  # one section is derived: asgf3.2
}  # fmt: skip
KEYS = {
    "name", "number", "parent", "kind", "branch", "name_zh", "name_en", "name_zh_status", "name_en_status",
    "definition_zh", "definition_en", "cues_zh", "cues_en", "confidence", "note",
}  # fmt: skip
BRANCHES = {"principles", "inherent", "application", "derived", "technical", "governance", "guidelines"}


def codes_of(book: str) -> list[dict[str, Any]]:
    codes: list[dict[str, Any]] = shipped("frameworks", f"{book}.json")["codes"]
    return codes


def place(name: str) -> list[tuple[bool, int, str]]:
    """Give the place of a code in reading order: numbers, then letters, annexes last."""
    return [(not part.isdigit(), int(part) if part.isdigit() else 0, part) for part in name.split(".")[1:]]


@pytest.mark.parametrize("book", BOOKS)
def test_every_node_of_a_framework_is_a_code(book: str) -> None:
    assert Counter(code["kind"] for code in codes_of(book)) == KINDS[book]


@pytest.mark.skipif(SHARED is None, reason="the sources are not beside the checkout")
@pytest.mark.parametrize("book", BOOKS)
def test_nothing_of_the_source_is_lost(book: str) -> None:
    assert SHARED is not None
    source = (SHARED / "domain" / f"framework-{book[-1]}.0.yaml").read_text("utf-8")
    nodes = re.findall(r"^- id: (\S+)\n(?:  .*\n)*?  kind: (\S+)$", source, re.MULTILINE)
    counts = re.search(r"^counts:\n((?:  .*\n)+)", source, re.MULTILINE)
    found = {code["name"]: code for code in codes_of(book)}
    derived = set(found) - {name for name, _ in nodes}

    assert derived == ({"asgf3.2"} if book == "asgf3" else set())
    assert {name: found[name]["kind"] for name, _ in nodes} == dict(nodes)
    assert counts is not None
    for kind, count in re.findall(r"  (\S+): (\d+)", counts[1]):
        assert sum(found[name]["kind"] == kind for name, _ in nodes) == int(count)


@pytest.mark.parametrize("book", BOOKS)
def test_parents_come_first_and_all_is_in_reading_order(book: str) -> None:
    names = [code["name"] for code in codes_of(book)]
    assert names == sorted(names, key=place)
    assert len(set(names)) == len(names)
    for position, code in enumerate(codes_of(book)):
        above = code["name"].rpartition(".")[0]
        assert code["parent"] == (above if "." in above else None)
        assert code["parent"] is None or code["parent"] in names[:position]


@pytest.mark.parametrize("book", BOOKS)
def test_codes_have_one_normal_form(book: str) -> None:
    for code in codes_of(book):
        assert set(code) == KEYS
        assert code["branch"] in BRANCHES
        assert code["confidence"] in ("high", "medium", "low")
        assert code["number"] == number_of(code["name"])
        assert all(cue.strip() == cue != "" for cue in code["cues_zh"] + code["cues_en"])


def number_of(name: str) -> str:
    """Give asgf1.3.1.1.b its number, 3.1.1(b)."""
    *parts, last = name.split(".")[1:]
    return ".".join([*parts, last]) if not last.islower() else ".".join(parts) + f"({last})"


@pytest.mark.parametrize("book", BOOKS)
def test_a_name_that_is_not_known_is_empty_and_unconfirmed(book: str) -> None:
    for code in codes_of(book):
        for language in ("zh", "en"):
            status = code[f"name_{language}_status"]
            assert status in ("confirmed", "unconfirmed", "ours")
            assert code[f"name_{language}"] or status == "unconfirmed"


def test_a_missing_level_is_shown_as_not_yet_confirmed() -> None:
    codes = {code["name"]: code for code in codes_of("asgf3")}
    missing = codes["asgf3.2"]
    assert (missing["name_zh"], missing["name_en"], missing["note"]) == ("", "", "not yet confirmed")
    assert codes["asgf3.2.1"]["parent"] == "asgf3.2"


def test_what_a_framework_lacks_is_said_with_right_numbers() -> None:
    first, second = codes_of("asgf1"), codes_of("asgf2")
    heads = [shipped("frameworks", f"{book}.json")["codebook"] for book in BOOKS]
    unconfirmed = sum(code["name_en_status"] == "unconfirmed" for code in first)
    confirmed = sum(code["name_zh_status"] == "confirmed" for code in second)

    assert all(code["name_zh_status"] == "confirmed" for code in first if code["kind"] in ("principle", "risk", "risk-group"))
    assert f"{unconfirmed} English names" in heads[0]["lacks_en"]
    assert f"{unconfirmed}个英文名称" in heads[0]["lacks_zh"]
    assert f"Only {confirmed} of its {len(second)}" in heads[1]["lacks_en"]
    assert not any(code["name_en_status"] == "confirmed" for code in second)
    third = [(code["name_zh_status"], code["name_en_status"]) for code in codes_of("asgf3")]
    assert not any("confirmed" in statuses for statuses in third)
    assert "None of its names is confirmed" in heads[2]["lacks_en"]


def test_the_crosswalk_names_codes_that_exist() -> None:
    crosswalk = shipped("frameworks", "crosswalk-asgf1-asgf2.json")
    first, second = code_names("asgf1"), code_names("asgf2")
    assert (crosswalk["crosswalk"]["source"], crosswalk["crosswalk"]["target"]) == ("asgf1", "asgf2")
    for row in crosswalk["rows"]:
        assert set(row["source"]) <= first
        assert set(row["target"]) <= second
        assert row["source"] or row["target"]
    assert len(crosswalk["rows"]) == 47

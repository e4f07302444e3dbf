"""Two letters for every code: short, unique, and the same tomorrow."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from db.person import Person
from db.project import Project
from db.records import Code, CodebookId, CodeId
from desktop.mnemonics import assign

ME = Person("01900000-0000-7000-8000-000000000001", "王岚", "王", installation="here")
BLANK = Code(
    CodeId(0), "", CodebookId(1), "own", None, "", "", 0, "own", "own", "", "", "confirmed", "confirmed", "", "", "", "", (), (),
    "", "", "", 1, shipped=False,
)  # fmt: skip


def made(*names: str) -> list[Code]:
    """Make own codes of these names, in this order; Latin names are English ones."""
    return [
        replace(
            BLANK, id=CodeId(key), uuid=f"u{key}", name_en=name if name.isascii() else "", name_zh="" if name.isascii() else name
        )
        for key, name in enumerate(names, 1)
    ]


def given(codes: list[Code], fixed: Mapping[str, str] | None = None) -> list[str]:
    """Give the letters of the codes in turn, nothing for one without."""
    letters = assign(codes, fixed or {})
    return [letters.get(code.id, "") for code in codes]


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> list[Code]:
    path = tmp_path_factory.mktemp("letters") / "study.gloss"
    with Project.create(path, person=ME, working=("asgf1", "asgf2", "asgf3")) as project:
        return project.codes.offered()


@pytest.mark.parametrize(
    ("names", "letters"),
    [
        (["偏见歧视"], ["pj"]),
        (["偏见歧视", "评价机制"], ["pj", "pz"]),
        (["AI伦理"], ["al"]),
        (["Data protection"], ["dp"]),
        (["Data protection", "Deep poverty", "Dp"], ["dp", "de", "aa"]),
        (["人", "人"], ["ra", "rb"]),
        (["《2024》", "第3条"], ["aa", "dt"]),
        (["x" * 3, "💡"], ["xx", "aa"]),
    ],
)
def test_letters_come_from_pinyin_else_from_english_else_what_is_free(names: list[str], letters: list[str]) -> None:
    assert given(made(*names)) == letters


def test_all_codes_of_all_frameworks_have_letters_of_their_own(shipped: list[Code]) -> None:
    letters = given(shipped)
    assert len(letters) > 200
    assert len(set(letters)) == len(letters)
    assert all(len(pair) == 2 and pair.isascii() and pair.islower() for pair in letters)
    assert letters == given(shipped)


def test_a_code_added_last_changes_no_other(shipped: list[Code]) -> None:
    codes = made(*(code.name_zh or code.name_en for code in shipped))
    before = given(codes[:-1])
    assert given(codes)[:-1] == before


def test_an_own_code_within_a_framework_changes_none_of_its_letters(shipped: list[Code]) -> None:
    before = assign(shipped, {})
    own = replace(BLANK, id=CodeId(9_999), uuid="own", name_zh="偏见歧视")
    after = assign([*shipped[:3], own, *shipped[3:]], {})
    assert {code: after[code] for code in before} == before
    assert after[own.id] not in before.values()


def test_letters_a_person_chose_go_before_and_the_others_change_places() -> None:
    codes = made("偏见歧视", "权属", "责任")
    assert given(codes) == ["pj", "qs", "zr"]
    assert given(codes, {"u1": "qs"}) == ["qs", "pj", "zr"]
    assert given(codes, {"u1": "qs", "u2": "zr"}) == ["qs", "zr", "pj"]
    assert given(codes, {"u1": "xx"}) == ["xx", "qs", "zr"]


def test_two_that_were_given_the_same_letters_do_not_share_them() -> None:
    codes = made("偏见歧视", "权属", "责任")
    assert given(codes, {"u2": "zz", "u3": "zz"}) == ["pj", "zz", "zr"]


@pytest.mark.parametrize("bad", ["", "p", "pjq", "PJ", "p1", "偏见", "é!"])
def test_what_is_no_pair_of_letters_is_as_if_not_chosen(bad: str) -> None:
    assert given(made("偏见歧视"), {"u1": bad}) == ["pj"]


def test_the_677th_code_has_no_letters_and_no_other_code_loses_its_own() -> None:
    codes = made(*(f"{chr(0x4E00 + each)}{chr(0x5E00 + each)}" for each in range(700)))
    letters = given(codes)
    assert len(set(letters[:676])) == 676
    assert letters[676:] == [""] * 24
    # One of those without takes the letters of one that has some: that one goes without, and all others keep theirs.
    after = given(codes, {"u700": letters[0]})
    assert after[-1] == letters[0]
    assert after[1:-1] == letters[1:-1]


def test_letters_need_no_window() -> None:
    program = "import sys, desktop.mnemonics; print({'PySide6', 'pypinyin'} & set(sys.modules))"
    root = Path(__file__).resolve().parents[1]
    done = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.strip() == "set()"

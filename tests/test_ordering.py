"""Provisions stand in the order in which they are numbered, whether their locator could be read or not."""

from __future__ import annotations

import pytest

from db.locators import normalise, provision_order


def test_provisions_stand_as_they_are_numbered() -> None:
    wanted = ["rec2", "rec10", "ch2", "art2", "art9", "art9/p2", "art9-1", "art10", "annex1", ""]
    assert sorted(reversed(wanted), key=provision_order) == wanted


@pytest.mark.parametrize(
    "wanted",
    [
        ["第7", "第9", "第80", "第81"],
        ["第七", "第九", "第八十", "第八十一", "第一百零二"],
        ["第７", "第九", "第80", "第八十一"],
        ["第7条", "第九条", "第八十条", "第81条", "附件一", "附件2", "附件十"],
        ["Article 7", "Art. 9", "Article 80", "Art. 81"],
        ["表 2-9", "表 2-10", "表 10-1"],
        ["第7条", "第80条", "第9"],
    ],
)
def test_chinese_and_arabic_numbers_are_numbers(wanted: list[str]) -> None:
    assert sorted(reversed(wanted), key=lambda written: provision_order(normalise(written), written)) == wanted


@pytest.mark.parametrize("strange", ["1" * 9_000, "art" + "1" * 9_000, "art", "🙂", "art²", "第万万条", "page-", "/", "+"])
def test_what_is_no_provision_has_its_place_too(strange: str) -> None:
    keys = [provision_order(canonical, strange) for canonical in (strange, "", "art2")]
    assert sorted(keys) == sorted(reversed(keys))
    assert provision_order("art2") < provision_order("", strange)

"""The catalogue of instruments holds 78 documents whose relations lead somewhere."""

from __future__ import annotations

import re
from collections import Counter

from db.instruments import KINDS
from db.relations import KINDS as RELATIONS
from tests.resources.shipped import instrument_names, shipped

ITEMS = shipped("instruments", "instruments.json")["instruments"]


def test_there_are_78_instruments_each_once() -> None:
    assert len(ITEMS) == len(instrument_names()) == 78
    assert Counter(item["confidence"] for item in ITEMS) == {"high": 68, "medium": 10}
    assert sum(bool(item["url"]) for item in ITEMS) == 30


def test_kinds_and_relations_are_those_of_the_program() -> None:
    assert {item["kind"] for item in ITEMS} == set(KINDS)
    kinds = {relation["kind"] for item in ITEMS for relation in item["relations"]}
    assert kinds <= set(RELATIONS["instrument", "instrument"])


def test_no_relation_dangles() -> None:
    known = instrument_names()
    targets = [(item["name"], relation["target"]) for item in ITEMS for relation in item["relations"]]
    assert [pair for pair in targets if pair[1] not in known or pair[0] == pair[1]] == []
    assert len(targets) > 30


def test_dates_are_iso_and_each_kind_stands_once() -> None:
    for item in ITEMS:
        kinds = [date["kind"] for date in item["dates"]]
        assert kinds, item["name"]
        assert len(set(kinds)) == len(kinds)
        assert all(re.fullmatch(r"\d{4}-\d\d(-\d\d)?", date["date"]) for date in item["dates"])
        assert re.fullmatch(r"(\d{4}-\d\d-\d\d)?", item["status_date"])


def test_the_deep_synthesis_provisions_are_as_published() -> None:
    (item,) = [each for each in ITEMS if each["name"] == "cn-deep-synthesis-provisions"]
    assert item["title_zh"] == "《互联网信息服务深度合成管理规定》"
    assert item["dates"] == [
        {"kind": "promulgated", "date": "2022-11-25"},
        {"kind": "in-force", "date": "2023-01-10"},
        {"kind": "published", "date": "2022-12-11"},
    ]
    assert {"text": "该规定", "language": "zh", "scope": "local"} in item["aliases"]
    assert {"text": "深度合成管理规定", "language": "zh", "scope": "anywhere"} in item["aliases"]


def test_aliases_stand_once_and_say_where_they_count() -> None:
    for item in ITEMS:
        keys = [(alias["text"], alias["scope"]) for alias in item["aliases"]]
        assert len(set(keys)) == len(keys), item["name"]
        for alias in item["aliases"]:
            assert set(alias) == {"text", "language", "scope"}
            assert alias["text"].strip() == alias["text"] != ""
            assert alias["language"] in ("zh", "en")
            assert alias["scope"] in ("anywhere", "local")

"""Words that are data, such as kinds and statuses, have their Chinese."""

from __future__ import annotations

from db.articles import STATUSES
from db.fields import LINK_RELATIONS, SHIPPED
from db.instruments import KINDS
from db.relations import KINDS as RELATIONS
from resources.words import say
from tests.resources.shipped import shipped

BOOKS = [shipped("frameworks", f"asgf{number}.json")["codes"] for number in (1, 2, 3)]
CODES = [code for book in BOOKS for code in book]
ROWS = shipped("frameworks", "crosswalk-asgf1-asgf2.json")["rows"]
INSTRUMENTS = shipped("instruments", "instruments.json")["instruments"]
WORDS = shipped("translations", "zh_CN", "resources.json")


def test_kinds_statuses_and_relations_are_said_in_chinese() -> None:
    met = {*STATUSES, *LINK_RELATIONS, *KINDS, *(kind for kinds in RELATIONS.values() for kind in kinds)}
    met |= {code[key] for code in CODES for key in ("kind", "branch", "name_zh_status", "name_en_status", "confidence")}
    met |= {row["relation"] for row in ROWS}
    met |= {date["kind"] for item in INSTRUMENTS for date in item["dates"]}
    met |= {"own", "commentary", "news", "analysis", "interview", "official", "research", "other", "not yet confirmed"}
    assert sorted(met - set(WORDS)) == []


def test_options_of_fields_are_called_the_same_everywhere() -> None:
    options = {word: chinese for name, *_, options in SHIPPED if name in ("stance", "certainty") for word, chinese, *_ in options}
    assert {word: WORDS.get(word) for word in options} == options


def test_a_status_is_said_in_the_language_asked_for() -> None:
    assert (say("zh_CN", "to read"), say("en", "to read")) == ("待读", "to read")

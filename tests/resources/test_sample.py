"""The sample project can be played, and shows what the program is for."""

from __future__ import annotations

from typing import Any

import pytest

from db import importers
from db.articles import STATUSES
from db.fields import LINK_RELATIONS, SHIPPED
from db.relations import KINDS
from resources import resource
from tests.resources.shipped import code_names, instrument_names, shipped

SAMPLE = shipped("sample", "sample.json")
ANNOTATIONS: dict[str, dict[str, Any]] = {item["id"]: item for item in SAMPLE["annotations"]}
FILES = [article["file"] for article in SAMPLE["articles"]]
CODERS = {coder["name"] for coder in SAMPLE["coders"]}
OWN = {code["name_zh"] for code in SAMPLE["own_codes"]}
OPTIONS = {name: {option[0] for option in options} for name, target, _, _, _, options in SHIPPED if target == "tagging"}


def body(file: str) -> str:
    """Give the Markdown behind the front matter."""
    return resource("sample", "articles", file).read_text("utf-8").split("---\n", 2)[2]


def span(annotation: dict[str, Any]) -> tuple[int, int]:
    """Give where a quote stands in its article's Markdown, in code points."""
    text, start = body(annotation["article"]), -1
    for _ in range(annotation["occurrence"]):
        start = text.index(annotation["quote"], start + 1)
    return start, start + len(annotation["quote"])


def overlaps(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Tell whether two annotations share a character."""
    first, second = span(one), span(other)
    return one["article"] == other["article"] and max(first[0], second[0]) < min(first[1], second[1])


def test_the_files_are_those_described() -> None:
    assert sorted(FILES) == sorted(path.name for path in resource("sample", "articles").iterdir())


@pytest.mark.parametrize("file", FILES)
def test_an_article_is_short_and_imports_with_its_data(file: str) -> None:
    draft = importers.read(resource("sample", "articles", file))
    assert 400 <= len(body(file).strip()) <= 1200
    assert all((draft.title, draft.column, draft.publisher))
    assert len(draft.authors) == 1
    assert draft.url.startswith("https://example.org/")
    assert len(draft.published) == 10
    assert draft.fetched > draft.published
    assert draft.language == ("zh" if any("一" <= sign <= "龥" for sign in draft.title) else "en")


@pytest.mark.parametrize("annotation", ANNOTATIONS.values(), ids=ANNOTATIONS)
def test_a_quote_stands_where_it_is_said_to(annotation: dict[str, Any]) -> None:
    quote, at = annotation["quote"], annotation["occurrence"]
    draft = importers.read(resource("sample", "articles", annotation["article"]))
    assert body(annotation["article"]).count(quote) >= at
    assert draft.text.count(quote) == body(annotation["article"]).count(quote)
    assert not set("*_`[]#\n") & set(quote)


@pytest.mark.parametrize("annotation", ANNOTATIONS.values(), ids=ANNOTATIONS)
def test_an_annotation_speaks_of_what_exists(annotation: dict[str, Any]) -> None:
    assert annotation["coder"] in CODERS
    assert set(annotation["codes"]) <= code_names("asgf1", "asgf2", "asgf3") | OWN
    assert set(annotation["fields"]) <= set(annotation["codes"])
    for values in annotation["fields"].values():
        assert all(value in OPTIONS[name] for name, value in values.items())
    for link in annotation["instruments"]:
        assert link["id"] in instrument_names()
        assert link["relation"] in LINK_RELATIONS


def test_nobody_marks_an_article_not_yet_read_or_excluded() -> None:
    status = {article["file"]: article["status"] for article in SAMPLE["articles"]}
    for annotation in ANNOTATIONS.values():
        assert status[annotation["article"]][annotation["coder"]] in ("reading", "coded", "checked")


def test_it_shows_what_a_researcher_does() -> None:
    taggings = [(item, item["fields"].get(code, {})) for item in ANNOTATIONS.values() for code in item["codes"]]
    books = [{code.partition(".")[0] for code in item["codes"]} for item in ANNOTATIONS.values()]
    negated = [code for item in ANNOTATIONS.values() for code, f in item["fields"].items() if f.get("stance") == "denies"]

    assert 15 <= len(ANNOTATIONS) <= 25
    assert any({"asgf1", "asgf2"} <= versions for versions in books)
    assert any(overlaps(one, other) for one in ANNOTATIONS.values() for other in ANNOTATIONS.values() if one is not other)
    assert "asgf1.3.1.1.b" in negated
    assert any(fields.get("certainty") == "unsure" for _, fields in taggings)
    assert any(not item["codes"] and not item["instruments"] for item in ANNOTATIONS.values())
    links = [(link["id"], link["locator"]) for item in ANNOTATIONS.values() for link in item["instruments"]]
    assert ("cn-deep-synthesis-provisions", "第十九条") in links
    assert {code for item in ANNOTATIONS.values() for code in item["codes"]} >= OWN


def test_two_coders_disagree_once_and_talk_about_it() -> None:
    ours, theirs = ANNOTATIONS["a5"], ANNOTATIONS["a6"]
    assert overlaps(ours, theirs)
    assert ours["coder"] != theirs["coder"]
    assert not set(ours["codes"]) & set(theirs["codes"])
    assert [reply["coder"] for reply in SAMPLE["replies"] if reply["to"] == "a6"] == ["林晓", "Maya Chen"]
    assert all(ANNOTATIONS[reply["to"]]["note"] and reply["coder"] in CODERS for reply in SAMPLE["replies"])


def test_every_status_occurs_and_an_exclusion_has_its_reason() -> None:
    found = [value for article in SAMPLE["articles"] for value in article["status"].values()]
    reasons = [value["reason"] for value in found if isinstance(value, dict)]
    assert {value["status"] if isinstance(value, dict) else value for value in found} == set(STATUSES)
    assert len(reasons) == 1
    assert reasons[0]


def test_a_saved_search_finds_passages() -> None:
    for search in SAMPLE["searches"]:
        code, word = search["query"].split()
        branch = code.removeprefix("code:")
        hits = [
            item["id"]
            for item in ANNOTATIONS.values()
            if word in item["quote"] and any(f"{each}.".startswith(f"{branch}.") for each in item["codes"])
        ]
        assert len(hits) >= 2, search["query"]


def test_relations_and_journal_fit() -> None:
    for relation in SAMPLE["relations"]:
        assert relation["kind"] in KINDS["article", "article"]
        assert {relation["from_article"], relation["to_article"]} <= set(FILES)
    assert all(entry["coder"] in CODERS and len(entry["day"]) == 10 and entry["text"] for entry in SAMPLE["journal"])
    assert SAMPLE["relations"]
    assert SAMPLE["journal"]

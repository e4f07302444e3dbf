"""W3C Web Annotations in every shape that the standard's own examples and other programs give them."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from db.project import Project
from db.records import Annotation, ArticleId
from db.sharing import web_files
from tests.db.material import draft, state, well

URL = "https://example.org/essay"
TEXT = (
    "机器与责任\n😀开头有一个表情，后面的位置因此不同。\n"
    "第一段说“责任在人”，第二段也说责任在人。\n"
    "Models don't decide; people decide.\nCafé owners agree, and so on.\n末段。"
)


@pytest.fixture
def essay(project: Project) -> ArticleId:
    """An article with an address, wide characters, typographic quotes and an accent."""
    return project.articles.add(draft("机器与责任", TEXT, url=URL))


def _annotation(selector: Any = None, **more: Any) -> dict[str, Any]:
    target: Any = {"source": URL} | ({} if selector is None else {"selector": selector})
    usual = {"@context": "http://www.w3.org/ns/anno.jsonld", "type": "Annotation", "target": target, "bodyValue": "看这里"}
    return usual | more


def _quote(exact: str, **more: str) -> dict[str, Any]:
    return {"type": "TextQuoteSelector", "exact": exact, **more}


def _position(start: Any, end: Any) -> dict[str, Any]:
    return {"type": "TextPositionSelector", "start": start, "end": end}


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _read(project: Project, tmp_path: Path, *values: Any, name: str = "in.jsonld") -> web_files.Preview:
    path = tmp_path / name
    path.write_text("\n".join(json.dumps(value, ensure_ascii=False) for value in values), "utf-8")
    previewed = web_files.preview(project, path)
    web_files.apply(project, previewed)
    assert not well(project)
    return previewed


def _mark(project: Project, article: ArticleId) -> Annotation:
    (mark,) = project.annotations.of(article)
    return mark


AT = TEXT.index("责任在人”")
LAST = TEXT.rindex("责任在人")
SELECTORS: dict[str, tuple[Any, tuple[int, int]]] = {
    "a quote alone": (_quote("开头有一个表情"), (7, 14)),
    "a quote with what stands before": (_quote("责任在人", prefix="第二段也说"), (LAST, LAST + 4)),
    "a quote with what stands behind": (_quote("责任在人", suffix="”，第二段"), (AT, AT + 4)),
    "a position alone": (_position(7, 14), (7, 14)),
    "a position as words": (_position("7", "14"), (7, 14)),
    "a position as decimals": (_position(7.0, 14.0), (7, 14)),
    "both, of which the position tells": ([_position(LAST, LAST + 4), _quote("责任在人")], (LAST, LAST + 4)),
    "ways of which one is known": (
        [{"type": "XPathSelector", "value": "/p[2]"}, {"type": "CssSelector", "value": "p"}, _quote("开头有一个表情")], (7, 14)),
    "two quotes of which one is here": ([_quote("这句话从来没有出现在这里过吧"), _quote("开头有一个表情")], (7, 14)),
    "characters of plain text": (
        {"type": "FragmentSelector", "conformsTo": "http://tools.ietf.org/rfc/rfc5147", "value": "char=7,14"}, (7, 14)),
    "lines of plain text": ({"type": "FragmentSelector", "value": "line=0,1;length=9,UTF-8"}, (0, 5)),
    "the last line": ({"type": "FragmentSelector", "value": "line=5,"}, (TEXT.index("末段"), len(TEXT))),
    "characters up to": ({"type": "FragmentSelector", "value": "char=,5"}, (0, 5)),
    "a fragment that words refine": (
        {"type": "FragmentSelector", "value": "para5", "refinedBy": _quote("开头有一个表情")}, (7, 14)),
    "a CSS path that words refine": ({"type": "CssSelector", "value": "#x", "refinedBy": [_quote("开头有一个表情")]}, (7, 14)),
    "words that a position refines": (
        _quote("开头有一个表情，后面的位置", prefix="😀") | {"refinedBy": _position(0, 2)}, (7, 9)),
    "words that words refine": (_quote("第二段也说责任在人。") | {"refinedBy": _quote("责任在人")}, (LAST, LAST + 4)),
    "a line that words refine": (
        {"type": "FragmentSelector", "value": "line=3,4", "refinedBy": _quote("people")},
        (TEXT.index("people"), TEXT.index("people") + 6)),
    "a range": (
        {"type": "RangeSelector", "startSelector": _quote("第一段说"), "endSelector": _quote("Models")},
        (TEXT.index("第一段"), TEXT.index("Models"))),
    "a range of places nobody can tell, and words": (
        [{"type": "RangeSelector", "startContainer": "/p[1]", "startOffset": 1, "endContainer": "/p[1]", "endOffset": 3},
         _quote("开头有一个表情")], (7, 14)),
    "a choice of selectors": ({"type": "Choice", "items": [{"type": "SvgSelector"}, _quote("开头有一个表情")]}, (7, 14)),
    "names with prefixes": ({"@type": "oa:TextQuoteSelector", "exact": "开头有一个表情"}, (7, 14)),
    "white space set otherwise": (_quote("Models   don't decide;\n people"), (TEXT.index("Models"), TEXT.index(" decide."))),
    "quotes set otherwise": (_quote('第一段说"责任在人"'), (TEXT.index("第一段"), AT + 5)),
    "letters made of parts": (
        _quote(unicodedata.normalize("NFD", "Café owners agree")), (TEXT.index("Café"), TEXT.index(", and so"))),
}  # fmt: skip


@pytest.mark.parametrize("name", SELECTORS)
def test_every_way_to_point_at_words_finds_them(project: Project, essay: ArticleId, tmp_path: Path, name: str) -> None:
    selector, (start, end) = SELECTORS[name]
    _read(project, tmp_path, _annotation(selector))
    mark = _mark(project, essay)
    assert (mark.start, mark.end) == (start, end), mark.exact
    assert [note.text for note in mark.notes] == ["看这里"]


@pytest.mark.parametrize(
    ("target", "span"),
    [
        (URL, (None, None)),
        (URL + "#char=7,14", (7, 14)),
        (URL + "#:~:text=%E5%BC%80%E5%A4%B4,%E8%A1%A8%E6%83%85", (7, 14)),
        ("http://www.example.org/essay/", (None, None)),
        ({"source": {"id": URL, "type": "Text"}}, (None, None)),
        ({"id": URL, "type": "Text", "format": "text/html"}, (None, None)),
        ({"source": URL, "state": {"type": "TimeState", "cached": "http://archive.example/1"}}, (None, None)),
        ([{"source": URL, "selector": _quote("开头有一个表情")}], (7, 14)),
        ({"type": "Choice", "items": ["https://nowhere.example/x", URL]}, (None, None)),
        ({"title": "机器与责任", "source": "urn:x-pdf:abc", "selector": _quote("开头有一个表情")}, (7, 14)),
        ({"selector": [_quote("开头有一个表情"), _position(7, 14)]}, (7, 14)),
    ],
)
def test_every_way_to_name_the_text_finds_it(
    project: Project, essay: ArticleId, tmp_path: Path, target: Any, span: tuple[int, int]
) -> None:
    previewed = _read(project, tmp_path, _annotation(target=target))
    mark = _mark(project, essay)
    assert (mark.start, mark.end) == span
    assert not previewed.fidelity.dropped["annotation"]


def test_a_text_that_is_not_named_is_the_one_that_has_the_words(project: Project, essay: ArticleId, tmp_path: Path) -> None:
    project.articles.add(draft("另一篇", "完全不同的一篇，没有那些话。"))
    target = {"selector": _quote("开头有一个表情")}
    _read(project, tmp_path, [_annotation(target=target, id="#1"), _annotation(target={"selector": _quote("末段")}, id="#2")])
    assert [mark.exact for mark in project.annotations.of(essay)] == ["开头有一个表情", "末段"]


def test_a_text_that_is_not_named_and_has_no_words_is_not_guessed(project: Project, essay: ArticleId, tmp_path: Path) -> None:
    previewed = _read(project, tmp_path, _annotation(target={"selector": _position(0, 3)}, id="http://example.org/lost"))
    assert not project.annotations.of(essay)
    assert previewed.plan.landed.missing == ["http://example.org/lost"]


def test_several_targets_are_several_passages(project: Project, essay: ArticleId, tmp_path: Path) -> None:
    other = project.articles.add(draft("另一篇", "完全不同的一篇。", url="https://example.org/two"))
    targets = [{"source": URL, "selector": _quote("末段")}, {"source": URL, "selector": _quote("开头有一个表情")},
               "https://example.org/two", "https://nowhere.example/"]  # fmt: skip
    body = {"id": "urn:uuid:00000000-0000-4000-8000-0000000000aa", "type": "TextualBody", "value": "都一样"}
    item = _annotation(target=targets, body=body, id="urn:uuid:00000000-0000-4000-8000-0000000000ab")
    del item["bodyValue"]
    previewed = _read(project, tmp_path, item)
    found = [*project.annotations.of(essay), *project.annotations.of(other)]
    assert sorted(mark.exact for mark in found) == ["", "开头有一个表情", "末段"]
    assert [[note.text for note in mark.notes] for mark in found] == [["都一样"]] * 3
    assert previewed.fidelity.dropped["annotation"] == 1
    assert previewed.plan.landed.missing == ["https://nowhere.example/"]
    assert web_files.preview(project, tmp_path / "in.jsonld").plan.changes_nothing


@pytest.mark.parametrize("quoted", [True, False])
def test_positions_in_utf_16_are_proven_by_quotes(project: Project, essay: ArticleId, tmp_path: Path, quoted: bool) -> None:
    items = []
    for number, (start, end) in enumerate(((LAST, LAST + 4), (7, 14), (AT, AT + 4))):
        units = _position(_units(TEXT[:start]), _units(TEXT[:end]))
        with_quote = quoted or number
        items.append(_annotation([units, _quote(TEXT[start:end])] if with_quote else units, id=f"urn:x:{number}"))
    previewed = _read(project, tmp_path, items)
    assert [(mark.start, mark.end) for mark in project.annotations.of(essay)] == [(7, 14), (AT, AT + 4), (LAST, LAST + 4)]
    assert any("UTF-16" in reason for reason in previewed.fidelity.reasons)


def test_positions_in_code_points_stay_so(project: Project, essay: ArticleId, tmp_path: Path) -> None:
    previewed = _read(project, tmp_path, _annotation([_position(LAST, LAST + 4), _quote("责任在人")]))
    assert _mark(project, essay).start == LAST
    assert not any("UTF-16" in reason for reason in previewed.fidelity.reasons)


@pytest.mark.parametrize(
    "selector",
    [
        {"type": "XPathSelector", "value": "/html/body/p[2]"},
        {"type": "CssSelector", "value": "#one"},
        {"type": "SvgSelector", "value": "<svg/>"},
        {"type": "CssSelector", "value": "p", "refinedBy": _position(2, 4)},
        {"type": "TextQuoteSelector"},
        {"type": "FragmentSelector", "value": "xywh=1,2,3,4"},
        {},
        7,
    ],
)
def test_what_points_by_no_words_is_kept_on_the_whole_text_and_told(
    project: Project, essay: ArticleId, tmp_path: Path, selector: Any
) -> None:
    previewed = _read(project, tmp_path, _annotation(selector))
    mark = _mark(project, essay)
    assert (mark.start, [note.text for note in mark.notes]) == (None, ["看这里"])
    assert previewed.fidelity.changed["annotation"] == 1
    assert any("on the whole article" in reason for reason in previewed.fidelity.reasons)


BODIES: dict[str, tuple[dict[str, Any], list[str], list[str]]] = {
    "a body's value": ({"bodyValue": "评论"}, ["评论"], []),
    "an address": ({"body": "http://example.org/post"}, ["http://example.org/post"], []),
    "an outside thing": ({"body": {"id": "http://example.org/post", "type": "Video"}}, ["http://example.org/post"], []),
    "text with a language": (
        {"body": {"type": "TextualBody", "value": "<p>一<b>二</b></p>", "format": "text/html", "language": "zh"}}, ["一二"], []),
    "several": ({"body": [{"type": "TextualBody", "value": "一"}, "http://example.org/2"]}, ["http://example.org/2", "一"], []),
    "a choice": ({"body": {"type": "Choice", "items": [{"value": "一"}, {"value": "one"}]}}, ["one", "一"], []),
    "a list": ({"body": {"type": "List", "items": [{"value": "一"}]}}, ["一"], []),
    "a tag": ({"body": {"type": "TextualBody", "purpose": "tagging", "value": "责任"}}, [], ["责任"]),
    "tags by motivation": ({"motivation": "oa:tagging", "body": [{"value": "甲"}, {"value": "乙"}]}, [], ["乙", "甲"]),
    "a tag beside a remark": (
        {"motivation": ["commenting", "tagging"], "body": [{"value": "说明"}, {"value": "甲", "purpose": "tagging"}]},
        ["说明"], ["甲"]),
    "a thing as a tag": (
        {"body": {"type": "SpecificResource", "purpose": "tagging", "source": "http://example.org/city"}},
        [], ["http://example.org/city"]),
    "a thing with a name as a tag": (
        {"body": {"purpose": "classifying", "source": {"id": "http://example.org/city", "label": "城市"}}}, [], ["城市"]),
    "a specific text": (
        {"body": {"type": "SpecificResource", "purpose": "commenting", "source": {"type": "TextualBody", "value": "套着的话"}}},
        ["套着的话"], []),
    "no body": ({}, [], []),
}  # fmt: skip


@pytest.mark.parametrize("name", BODIES)
def test_every_kind_of_body_is_a_note_or_a_code(project: Project, essay: ArticleId, tmp_path: Path, name: str) -> None:
    more, notes, codes = BODIES[name]
    item = _annotation(_quote("末段"), id="http://example.org/anno1")
    del item["bodyValue"]
    _read(project, tmp_path, item | more)
    mark = _mark(project, essay)
    assert sorted(note.text for note in mark.notes) == sorted(notes)
    assert sorted(project.codes.get(tagging.code).title("zh") for tagging in mark.taggings) == sorted(codes)


def test_a_body_without_words_is_told(project: Project, essay: ArticleId, tmp_path: Path) -> None:
    previewed = _read(project, tmp_path, _annotation(_quote("末段"), body={"type": "Rating", "ratingValue": 4}))
    assert previewed.fidelity.dropped["note"] == 1
    assert any("ratingValue" in reason for reason in previewed.fidelity.reasons)


@pytest.mark.parametrize(
    ("creator", "name"),
    [
        ("http://example.org/user1", "http://example.org/user1"),
        ({"id": "http://example.org/user1", "type": "Person", "name": "My Name", "nickname": "m"}, "My Name"),
        ({"type": "Person", "nickname": "pseudo"}, "pseudo"),
        ({"id": "http://example.org/user1"}, "http://example.org/user1"),
        ([{"name": "甲"}, {"name": "乙"}], "甲"),
        ({"name": ["甲", "乙"]}, "甲"),
        ({"name": {"@value": "甲", "@language": "zh"}}, "甲"),
        (None, "Unknown coder"),
        (5, "Unknown coder"),
    ],
)
def test_every_kind_of_creator_is_a_coder(project: Project, essay: ArticleId, tmp_path: Path, creator: Any, name: str) -> None:
    _read(project, tmp_path, _annotation(_quote("末段"), creator=creator))
    assert project.coders.get(_mark(project, essay).coder).name == name


@pytest.mark.parametrize(
    ("words", "at"),
    [
        ("2015-10-13T13:00:00Z", "2015-10-13T13:00:00.000Z"),
        ("2015-10-13T13:00:00.123456789+08:00", "2015-10-13T05:00:00.123Z"),
        ("20151013T130000Z", "2015-10-13T13:00:00.000Z"),
        ("2015-10-13T13:00", "2015-10-13T13:00:00.000Z"),
        ("2015-10-13", "2015-10-13T00:00:00.000Z"),
        ("2015-10", "2015-10-01T00:00:00.000Z"),
        ("2015", "2015-01-01T00:00:00.000Z"),
        ("2015-10-13 13:00:00 UTC", "2015-10-13T13:00:00.000Z"),
        ("Tue, 13 Oct 2015 13:00:00 GMT", "2015-10-13T13:00:00.000Z"),
    ],
)
def test_times_of_every_form(project: Project, essay: ArticleId, tmp_path: Path, words: str, at: str) -> None:
    _read(project, tmp_path, _annotation(_quote("末段"), created=words))
    assert _mark(project, essay).created == at


def test_what_is_no_time_is_told(project: Project, essay: ArticleId, tmp_path: Path) -> None:
    previewed = _read(project, tmp_path, _annotation(_quote("末段"), created="昨天"))
    assert _mark(project, essay).created > "2000"
    assert any("昨天" in reason for reason in previewed.fidelity.reasons)


def test_what_a_project_has_no_place_for_is_told(project: Project, essay: ArticleId, tmp_path: Path) -> None:
    previewed = _read(project, tmp_path, _annotation(_quote("末段"), rights="CC0", audience={"type": "Adult"}))
    assert any("audience, rights" in reason for reason in previewed.fidelity.reasons)


def test_a_wrong_hash_is_no_proof_and_words_are_looked_for(project: Project, essay: ArticleId, tmp_path: Path) -> None:
    target = {"source": URL, "gloss:sha256": "0" * 64, "selector": [_position(0, 4), _quote("开头有一个表情")]}
    _read(project, tmp_path, _annotation(target=target))
    assert _mark(project, essay).start == 7


@pytest.mark.parametrize("name", ["a.jsonl", "a.ndjson", "a.jsonld"])
def test_one_annotation_a_line(project: Project, essay: ArticleId, tmp_path: Path, name: str) -> None:
    items = [_annotation(_quote(words), id=f"urn:x:{words}") for words in ("末段", "开头有一个表情")]
    _read(project, tmp_path, *items, name=name)
    assert len(project.annotations.of(essay)) == 2


def test_rows_of_hypothesis_with_tags_and_answers(project: Project, essay: ArticleId, tmp_path: Path) -> None:
    start, end = _units(TEXT[:LAST]), _units(TEXT[: LAST + 4])
    selectors = [
        {"type": "RangeSelector", "startContainer": "/div[1]/p[2]", "startOffset": 0, "endContainer": "/p", "endOffset": 4},
        _position(start, end),
        _quote("责任在人", prefix="第二段也说", suffix="。"),
    ]
    row = {
        "id": "abc", "created": "2026-01-02T03:04:05.678901+00:00", "updated": "2026-02-02T03:04:05.678901+00:00",
        "user": "acct:noor@hypothes.is", "uri": URL + "/", "text": "**重要**", "tags": ["责任", "归责"], "group": "__world__",
        "user_info": {"display_name": "Noor"}, "document": {"title": ["机器与责任"]},
        "target": [{"source": URL, "selector": selectors}],
    }  # fmt: skip
    answer = row | {
        "id": "def", "text": "我不同意", "tags": [], "references": ["abc"], "target": [{"source": URL}],
        "user_info": {"display_name": None}, "user": "acct:jo@hypothes.is",
    }  # fmt: skip
    again = answer | {"id": "ghi", "text": "我也是", "references": ["abc", "def"]}
    note = {**row, "id": "page", "text": "整页", "tags": [], "target": [{"source": URL}]}
    lost = answer | {"id": "jkl", "references": ["gone"], "text": "答复没有来的"}
    _read(project, tmp_path, {"total": 5, "rows": [again, answer, row, note, lost]}, name="hypothesis.json")
    marks = {mark.start: mark for mark in project.annotations.of(essay)}
    assert marks.keys() == {LAST, None}
    mark = marks[LAST]
    assert sorted(project.codes.get(one.code).title("zh") for one in mark.taggings) == ["归责", "责任"]
    assert (project.coders.get(mark.coder).name, mark.created) == ("Noor", "2026-01-02T03:04:05.678Z")
    told = {note["text"]: note for note in state(project)["note"]}
    assert {"**重要**", "我不同意", "我也是", "整页", "答复没有来的"} <= told.keys()
    assert told["我不同意"]["reply_to"] == told["**重要**"]["uuid"]
    assert told["我也是"]["reply_to"] == told["我不同意"]["uuid"]
    assert web_files.preview(project, tmp_path / "hypothesis.json").plan.changes_nothing


def test_an_annotation_of_an_annotation_is_an_answer(project: Project, essay: ArticleId, tmp_path: Path) -> None:
    first = _annotation(_quote("末段"), id="http://example.org/1")
    second = _annotation(target="http://example.org/1", id="http://example.org/2", bodyValue="答", motivation="replying")
    ring = [_annotation(target=f"http://example.org/r{n}", id=f"http://example.org/r{1 - n}") for n in (0, 1)]
    previewed = _read(project, tmp_path, {"@graph": [second, first, *ring]})
    assert [note.text for note in _mark(project, essay).notes] == ["看这里"]
    assert sum(note["text"] == "答" and note["reply_to"] is not None for note in state(project)["note"]) == 1
    assert previewed.fidelity.dropped["annotation"] == 2


def test_annotations_of_the_time_before_the_standard(project: Project, essay: ArticleId, tmp_path: Path) -> None:
    old = {
        "@context": "http://www.w3.org/ns/oa.jsonld", "@id": "http://example.org/old", "@type": "oa:Annotation",
        "motivatedBy": "oa:commenting", "annotatedBy": {"name": "Old"}, "annotatedAt": "2013-01-01T00:00:00Z",
        "hasBody": {"@type": ["cnt:ContentAsText"], "chars": "oa: stays"},
        "hasTarget": {"@type": "oa:SpecificResource", "hasSource": URL,
                      "hasSelector": {"@type": "oa:TextQuoteSelector", "exact": "末段"}},
    }  # fmt: skip
    _read(project, tmp_path, old)
    mark = _mark(project, essay)
    assert (mark.exact, [note.text for note in mark.notes], mark.created[:4]) == ("末段", ["oa: stays"], "2013")


def test_one_that_cannot_be_read_takes_no_other_with_it(project: Project, essay: ArticleId, tmp_path: Path) -> None:
    previewed = _read(project, tmp_path, [{"type": "Annotation"}, _annotation(_quote("末段")), _annotation(target=[])])
    assert _mark(project, essay).exact == "末段"
    assert previewed.fidelity.dropped["annotation"] == 2
    assert any("could not be read" in reason for reason in previewed.fidelity.reasons)

"""W3C Web Annotations: our own come back as they went, and those of other programs find their place or are told."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from db import errors
from db.exchange import bundle, web_writing
from db.exchange.presets import Selection
from db.project import Project
from db.sharing import web_files
from db.sharing.merging import merge as merge_bundle
from tests.db.conftest import TWO, Opener
from tests.db.material import EN, ZH, draft, records, state, well

URL = "https://example.org/a?id=1"
WORK = ("annotation", "tagging", "link", "translation", "note", "field_value", "coder")


@pytest.fixture
def marked(copied: Opener) -> Project:
    """A project with passages that have everything a passage can have."""
    project = copied("marked")
    one = project.articles.add(draft("算法与公平", ZH, url=URL))
    project.articles.add(draft("Audit", EN))
    mark = project.annotations.add(
        one, 6, 12, codes=[project.codes.add("自建"), project.codes.by_ref("asgf1.1.1")], note="想法\n- 一"
    )
    project.annotations.link(mark, project.instruments.by_ref("eu-ai-act"), "Art. 10", "quotes")
    project.translations.add(mark, "en", "a platform")
    project.annotations.set_tagging_field(project.annotations.get(mark).taggings[0].id, "stance", "denies")
    project.fields.set("annotation", mark, "voice", "quoted")
    project.annotations.add(one, None, None, note="整篇")
    me = project.me
    project.code_as(project.coders.ensure("Ada Two", uuid=TWO.uuid))
    project.notes.reply(project.annotations.get(mark).notes[0].id, "我不同意")
    project.annotations.add(one, 0, 3)
    project.code_as(me)
    return project


def written(project: Project, name: str = "out") -> Path:
    path = project.path.with_name(f"{name}.jsonld")
    web_writing.write(project.contents(), path)
    return path


def with_articles(project: Project, other: Project) -> Project:
    kit = project.path.with_name("kit.glossbundle")
    bundle.write(project.contents(), kit, wanted=Selection("kit"))
    merge_bundle(other, kit)
    return other


def saved(tmp_path: Path, value: Any, name: str = "in.jsonld") -> Path:
    path = tmp_path / name
    path.write_text(json.dumps(value, ensure_ascii=False), "utf-8")
    return path


def foreign(**more: Any) -> dict[str, Any]:
    usual = {
        "@context": "http://www.w3.org/ns/anno.jsonld", "id": "https://notes.example/1", "type": "Annotation",
        "creator": {"type": "Person", "name": "Eva"}, "created": "2026-02-03T04:05:06Z",
        "body": {"type": "TextualBody", "purpose": "commenting", "value": "looks odd"},
        "target": {"source": URL, "selector": {"type": "TextQuoteSelector", "exact": "女性求职者", "prefix": "筛选简历，"}},
    }  # fmt: skip
    return {**usual, **more}


def marks(project: Project) -> list[Any]:
    return project.annotations.of(project.articles.by_ref("算法与公平"))


def test_what_went_out_comes_in_as_it_was_and_goes_out_the_same(marked: Project, copied: Opener) -> None:
    path = written(marked)
    other = with_articles(marked, copied("other", TWO))
    report, fidelity = web_files.merge(other, path)
    assert (report.conflicts, report.missing, report.lost, fidelity.dropped["annotation"]) == ((), (), (), 0)
    here, there = records(marked), records(other)
    for kind in WORK:
        assert there[kind] == here[kind] or kind in ("coder", "tagging"), kind
    assert written(other, "again").read_bytes() == path.read_bytes()
    assert not well(other)


def test_reading_it_again_changes_nothing_and_one_undo_takes_it_back(marked: Project, copied: Opener) -> None:
    path = written(marked)
    other = with_articles(marked, copied("other", TWO))
    before = state(other)
    previewed = web_files.preview(other, path)
    assert state(other) == before
    web_files.apply(other, previewed)
    told = len(other.history())
    web_files.merge(other, path)
    assert len(other.history()) == told
    other.undo()
    assert state(other) == before


def test_into_the_project_it_came_from_it_changes_nothing(marked: Project) -> None:
    path = written(marked)
    told = len(marked.history())
    report, _fidelity = web_files.merge(marked, path)
    assert (report.added, report.updated, report.deleted, len(marked.history())) == (0, 0, 0, told)


def test_articles_that_are_not_here_are_told(marked: Project, copied: Opener) -> None:
    other = copied("other", TWO)
    before = state(other)
    report, fidelity = web_files.merge(other, written(marked))
    assert report.missing == ("算法与公平",)
    assert fidelity.dropped["annotation"] == 3
    assert fidelity.reasons
    assert state(other)["annotation"] == before["annotation"] == []


def test_marks_on_another_text_are_looked_for(marked: Project, copied: Opener) -> None:
    other = copied("other", TWO)
    text = "转载按。\n" + ZH
    article = other.articles.add(draft("转载", text, url=URL))
    report, _fidelity = web_files.merge(other, written(marked))
    found = {(mark.exact, text[mark.start : mark.end]) for mark in other.annotations.of(article) if mark.start is not None}
    assert (ZH[6:12], ZH[6:12]) in found
    assert all(one == two for one, two in found)
    assert report.reanchored + report.review + len(report.lost) >= 1
    assert not well(other)


FORMS = {
    "one annotation": lambda one: one,
    "a list": lambda one: [one],
    "a page": lambda one: {"type": "AnnotationPage", "items": [one]},
    "a collection": lambda one: {"type": "AnnotationCollection", "first": {"type": "AnnotationPage", "items": [one]}},
    "a graph": lambda one: {"@graph": [one]},
    "a page after a page": lambda one: {"type": "AnnotationPage", "items": [], "next": {"items": [one]}},
    "several targets": lambda one: {**one, "target": [one["target"]]},
    "a position only": lambda one: {**one, "target": {"source": URL, "gloss:sha256": SHA, "selector": [
        {"type": "TextPositionSelector", "start": ZH.index("女性求职者"), "end": ZH.index("女性求职者") + 5}]}},
    "a refined selector": lambda one: {**one, "target": {"source": {"id": URL}, "selector": {
        "type": "XPathSelector", "value": "/p", "refinedBy": one["target"]["selector"]}}},
}  # fmt: skip
SHA = hashlib.sha256(ZH.encode()).hexdigest()


@pytest.mark.parametrize("form", FORMS)
def test_annotations_of_other_programs_are_read_in_every_form(form: str, marked: Project, tmp_path: Path) -> None:
    report, _fidelity = web_files.merge(marked, saved(tmp_path, FORMS[form](foreign())))
    mark = next(mark for mark in marks(marked) if mark.exact == "女性求职者")
    assert [note.text for note in mark.notes] == ["looks odd"]
    assert marked.coders.get(mark.coder).name == "Eva"
    assert mark.created == "2026-02-03T04:05:06.000Z"
    assert not report.lost
    assert not well(marked)


def test_tags_of_other_programs_are_codes_and_unknown_ones_are_made(marked: Project, tmp_path: Path) -> None:
    body = [
        {"type": "TextualBody", "purpose": "tagging", "value": "自建"},
        {"type": "TextualBody", "purpose": "tagging", "value": "新码"},
        {"type": "SpecificResource", "purpose": "linking", "source": "https://nowhere.example/act"},
        {
            "type": "TextualBody",
            "format": "text/html",
            "value": "<p>看<img src='http://evil.example/x.png'><script>x()</script></p>",
        },
    ]
    _report, fidelity = web_files.merge(marked, saved(tmp_path, foreign(body=body, id="urn:x:2")))
    mark = next(mark for mark in marks(marked) if mark.exact == "女性求职者")
    names = {marked.codes.get(tagging.code).name_zh for tagging in mark.taggings}
    assert names == {"自建", "新码"}
    made = marked.codes.get(marked.codes.by_ref("新码"))
    assert made.parent is not None
    assert marked.codes.get(made.parent).name_en == "Imported"
    assert sorted(note.text for note in mark.notes) == ["https://nowhere.example/act", "看"]
    assert any("instruments" in reason for reason in fidelity.reasons)


def test_a_quote_that_stands_nowhere_is_told(marked: Project, tmp_path: Path) -> None:
    target = {"source": URL, "selector": {"type": "TextQuoteSelector", "exact": "从未写过的一句很长的话，哪里也找不到"}}
    report, fidelity = web_files.merge(marked, saved(tmp_path, foreign(target=target)))
    assert report.lost == ("从未写过的一句很长的话，哪里也找不到",)
    assert fidelity.dropped["annotation"] == 1


def _deep(depth: int) -> Any:
    value: Any = foreign()
    for _ in range(depth):
        value = [value]
    return value


HOSTILE: dict[str, bytes] = {
    "nothing": b"",
    "no JSON": b"{",
    "no annotations": b"{}",
    "a number": b"5",
    "absurd depth": b"[" * 200_000 + b"]" * 200_000,
    "no target": json.dumps({"type": "Annotation"}).encode(),
    "deep lists": json.dumps(_deep(60)).encode(),
    "deep selectors": json.dumps(foreign(target={"source": URL, "selector": _deep(60)})).encode(),
    "deep targets": json.dumps(foreign(target=_deep(60))).encode(),
    "an empty target": json.dumps(foreign(target=[])).encode(),
    "a number for a target": json.dumps(foreign(target=5)).encode(),
    "lines of which one is cut": json.dumps(foreign()).encode() + b'\n{"type": ',
    "deep bodies": json.dumps(foreign(body=_deep(60))).encode(),
    "no UTF-8": b"\xff\xfe\xfd",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_a_sentence(name: str, marked: Project, tmp_path: Path) -> None:
    path = tmp_path / "hostile.jsonld"
    path.write_bytes(HOSTILE[name])
    before = state(marked)
    with pytest.raises(errors.CannotRead) as said:
        web_files.merge(marked, path)
    assert state(marked) == before
    assert "\n" not in str(said.value)
    assert str(said.value).endswith(".")


def test_odd_characters_and_positions_harm_nothing(marked: Project, tmp_path: Path) -> None:
    selectors = [
        {"type": "TextPositionSelector", "start": -5, "end": 1 << 80},
        {"type": "TextQuoteSelector", "exact": "a\0\ud800b"},
    ]
    odd = [foreign(id=f"urn:x:{n}", target={"source": URL, "selector": [one]}) for n, one in enumerate(selectors)]
    odd.append(foreign(id="urn:x:9", body={"type": "TextualBody", "value": "nul\0 half \ud800 one"}))
    path = tmp_path / "odd.jsonld"
    path.write_text(json.dumps(odd), "utf-8")
    web_files.merge(marked, path)
    assert not well(marked)
    mark = next(mark for mark in marks(marked) if mark.exact == "女性求职者")
    assert mark.notes[0].text == "nul\ufffd half \ufffd one"


def test_names_stay_at_home_if_so_asked(marked: Project, tmp_path: Path) -> None:
    path = tmp_path / "anonymous.jsonld"
    web_writing.write(marked.contents(), path, Selection(anonymous=True))
    names = {item["creator"]["name"] for item in json.loads(path.read_text("utf-8"))["first"]["items"]}
    assert names == {"Coder 1", "Coder 2"}

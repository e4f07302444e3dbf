"""The sample project: made from shipped articles and a description of what is tagged, through the same verbs as any other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from db import importers
from db.person import Person, load_person, named
from db.project import Project
from db.records import AnnotationId, ArticleId, CoderId, NoteId
from resources import resource


def sample_articles() -> list[Path]:
    """Give the shipped articles, in the order of the description."""
    return [resource("sample", "articles", entry["file"]) for entry in _description()["articles"]]


def _description() -> dict[str, Any]:
    description: dict[str, Any] = json.loads(resource("sample", "sample.json").read_text("utf-8"))
    return description


def make(path: Path, *, person: Person | None = None) -> None:
    """Make the sample project; its first coder is the person, so that everything of theirs can be tried and changed."""
    described = _description()
    person = person or load_person()
    first = described["coders"][0]
    own = person if person.named else named(person, first["name"], first["colour"])
    with Project.create(path, person=own, working=("asgf1", "asgf2")) as project:
        with project.change("Make sample"):
            _Player(project, described).play()
        project.forget_undo()


class _Player:
    """Plays a description into a project."""

    def __init__(self, project: Project, described: dict[str, Any]) -> None:
        self._project, self._described = project, described
        self._articles: dict[str, ArticleId] = {}
        self._annotations: dict[str, AnnotationId] = {}
        self._notes: dict[str, NoteId] = {}
        self._coders: dict[str, CoderId] = {}

    def play(self) -> None:
        described = self._described
        for number, coder in enumerate(described["coders"]):
            made = self._project.me if number == 0 else self._project.coders.ensure(coder["name"], colour=coder["colour"])
            self._coders[coder["name"]] = made
        for entry in described["articles"]:
            self._articles[entry["file"]] = self._project.articles.add(
                importers.read(resource("sample", "articles", entry["file"]))
            )
        for code in described.get("own_codes", ()):
            self._project.codes.add(code["name_zh"], code["name_en"], colour=code["colour"])
        for annotation in described["annotations"]:
            self._annotate(annotation)
        self._around(described)
        self._project.code_as(self._coders[described["coders"][0]["name"]])

    def _annotate(self, described: dict[str, Any]) -> None:
        self._project.code_as(self._coders[described["coder"]])
        article = self._articles[described["article"]]
        text, start = self._project.articles.version(article).text, -1
        for _time in range(described.get("occurrence", 1)):
            start = text.index(described["quote"], start + 1)
        codes = [self._project.codes.by_ref(code) for code in described.get("codes", ())]
        key = self._project.annotations.add(article, start, start + len(described["quote"]), codes=codes)
        self._annotations[described["id"]] = key
        for link in described.get("instruments", ()):
            instrument = self._project.instruments.by_ref(link["id"])
            self._project.annotations.link(key, instrument, link.get("locator", ""), link.get("relation", ""))
        if described.get("note"):
            self._notes[described["id"]] = self._project.notes.add("annotation", key, described["note"])
        taggings = {tagging.key: tagging.id for tagging in self._project.annotations.get(key).taggings}
        for code, fields in described.get("fields", {}).items():
            for name, value in fields.items():
                if code in taggings:
                    self._project.annotations.set_tagging_field(taggings[code], name, value)

    def _around(self, described: dict[str, Any]) -> None:
        for reply in described.get("replies", ()):
            self._project.code_as(self._coders[reply["coder"]])
            self._project.notes.reply(self._notes[reply["to"]], reply["text"])
        for entry in described["articles"]:
            for coder, status in entry.get("status", {}).items():
                self._project.code_as(self._coders[coder])
                whole = status if isinstance(status, dict) else {"status": status}
                self._project.articles.set_status(self._articles[entry["file"]], whole["status"], whole.get("reason", ""))
        for entry in described.get("journal", ()):
            self._project.code_as(self._coders[entry["coder"]])
            self._project.notes.add(None, None, entry["text"], day=entry["day"])
        for search in described.get("searches", ()):
            self._project.searches.add(search["title_zh"], search["query"], search.get("kind", "search"))
        for relation in described.get("relations", ()):
            ends = (self._articles[relation["from_article"]], self._articles[relation["to_article"]])
            self._project.relations.add(relation["kind"], ("article", ends[0]), ("article", ends[1]))

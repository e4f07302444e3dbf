"""Commands on saved searches: plain ones, smart codes, and standing ones that tell what is new."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from db.cli.conventions import Run, bar, command, tell
from db.project import Project
from db.records import AnnotationId, ArticleId, CodeId, InstrumentId, NoteId, SavedSearch
from db.search.query import parse
from db.search.standing import News
from db.searches import KINDS

_KINDS = {kind.replace(" ", "-"): kind for kind in KINDS}
# Of a note or a passage, so many characters stand in a line to read.
_SHOWN = 60
_READ = 500


def _give(run: Run, found: SavedSearch, **more: Any) -> None:
    values: dict[str, Any] = {"search": found.uuid, "title": found.title, "query": found.query, "kind": found.kind, **more}
    run.give(values, "  ".join((found.uuid[:13], f"{found.kind:<10}", *(f"{each:>6}" for each in more.values()), found.title)))


def _remark(query: str) -> None:
    for remark in parse(query).remarks:
        tell(remark.sentence, **remark.facts)


@command("searches")
@click.option("--kind", type=click.Choice(tuple(_KINDS)), default=None, help="Only of this kind.")
def searches(run: Run, kind: str | None) -> None:
    """List the saved searches."""
    with run.project(read_only=True) as project:
        for found in project.searches.all(_KINDS[kind] if kind else None):
            _give(run, found)


@command("save-search")
@click.argument("title")
@click.argument("query")
@click.option("--kind", type=click.Choice(tuple(_KINDS)), default="search", help="What it is to be.")
def save_search(run: Run, title: str, query: str, kind: str) -> None:
    """Keep QUERY under TITLE; a smart code is found by code:TITLE, a standing search tells what is new."""
    with run.project() as project:
        made = project.searches.add(title, query, _KINDS[kind])
        _remark(query)
        _give(run, project.searches.get(made))


@command("edit-search")
@click.argument("ref", metavar="SEARCH")
@click.option("--title", default=None, help="Another title.")
@click.option("--query", default=None, help="Another query.")
@click.option("--kind", type=click.Choice(tuple(_KINDS)), default=None, help="What it is to be.")
def edit_search(run: Run, ref: str, title: str | None, query: str | None, kind: str | None) -> None:
    """Change a saved search, given by title or id."""
    with run.project() as project:
        found = project.searches.by_ref(ref)
        with project.change("Change saved search"):
            if title is not None:
                project.searches.rename(found, title)
            project.searches.change(found, query=query, kind=_KINDS[kind] if kind else None)
        _remark(query or "")
        _give(run, project.searches.get(found))


@command("remove-search")
@click.argument("ref", metavar="SEARCH")
def remove_search(run: Run, ref: str) -> None:
    """Forget a saved search."""
    with run.project() as project:
        found = project.searches.by_ref(ref)
        _give(run, project.searches.get(found))
        project.searches.remove(found)


@command("news")
@click.argument("ref", required=False, metavar="[SEARCH]")
@click.option("--mark-seen", is_flag=True, help="Count all of it as seen from now on.")
def news(run: Run, ref: str | None, mark_seen: bool) -> None:
    """Say how much each standing search finds that is new since you last looked; with SEARCH, list it."""
    with run.project(read_only=not mark_seen) as project:
        chosen = [project.searches.get(project.searches.by_ref(ref))] if ref else project.searches.all("standing")
        for search in chosen:
            found = project.searches.news(search.id, progress=bar(search.title))
            if ref is None:
                _count(run, search, found)
            else:
                _list(run, project, found)
            if mark_seen:
                project.look(search.id, found)


def _count(run: Run, search: SavedSearch, found: News) -> None:
    values = {"search": search.uuid, "title": search.title, "query": search.query, "new": found.total}
    values |= {"kinds": {kind: len(keys) for kind, keys in found.keys.items()}, "more": found.more, "looked": found.looked}
    run.give(values, f"{search.uuid[:13]}  {found.total:>6}{'+' if found.more else ' '}  {search.title}")


def _list(run: Run, project: Project, found: News) -> None:
    for kind, keys in found.keys.items():
        for values in _records(project, kind, sorted(keys, reverse=True)):
            run.give(values, f"{kind:<10}  {values['record'][:13]}  {values['text'][:_SHOWN]}".replace("\n", " "))


def _records(project: Project, kind: str, keys: list[int]) -> Iterator[dict[str, str]]:
    """Give records with their words, as they are listed: the newest first."""
    if kind == "passage":
        for start in range(0, len(keys), _READ):
            part = keys[start : start + _READ]
            several = {each.id: each for each in project.annotations.several([AnnotationId(key) for key in part])}
            for key in part:
                one = several[AnnotationId(key)]
                yield {"kind": kind, "record": one.uuid, "article": one.article_uuid, "text": one.exact}
        return
    for key in keys:
        yield {"kind": kind, **_words(project, kind, key)}


def _words(project: Project, kind: str, key: int) -> dict[str, str]:
    if kind == "article":
        article = project.articles.get(ArticleId(key))
        return {"record": article.uuid, "article": article.uuid, "text": article.title}
    if kind == "note":
        note = project.notes.get(NoteId(key))
        return {"record": note.uuid, "article": "", "text": note.text}
    if kind == "instrument":
        instrument = project.instruments.get(InstrumentId(key))
        return {"record": instrument.key, "article": "", "text": instrument.title_zh or instrument.title_en}
    code = project.codes.get(CodeId(key))
    return {"record": code.key, "article": "", "text": f"{code.number} {code.name_zh or code.name_en}".strip()}


COMMANDS = (searches, save_search, edit_search, remove_search, news)

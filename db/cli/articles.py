"""Commands on articles: import, list, read, status."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from db.articles import STATUSES
from db.cli.conventions import FileName, Run, bar, command, sentence
from db.errors import CannotImport, NotFound
from db.library import ORDERS, Filter
from db.project import Project
from db.records import Article, Draft

if TYPE_CHECKING:
    from db.importers import Source

# Sources that are stored in one change: a failure between two leaves what was stored before.
_AT_ONCE = 100


@command("import")
@click.argument("sources", nargs=-1, required=True, type=FileName())
@click.option("--recursive", is_flag=True, help="Folders within folders too.")
@click.option("--as-is", is_flag=True, help="Keep every block.")
def import_(run: Run, sources: tuple[Path, ...], recursive: bool, as_is: bool) -> None:
    """Import files, folders and archives as articles; one that fails does not stop the rest."""
    failed = False
    with run.project() as project:
        waiting = _sources(sources, recursive)
        while batch := list(islice(waiting, _AT_ONCE)):
            results = []
            with project.change("Import articles" if len(batch) > 1 else "Import article"):
                for source in batch:
                    try:
                        results.append(_import(project, source, as_is))
                    except CannotImport as error:
                        results.append(_told(source, error))
                        failed |= results[-1][0]["error"] is not None
                        click.echo(sentence(error), err=True)
            # Only what is stored is told.
            for values, line in results:
                if run.as_json or line:
                    run.give(values, line)
    if failed:
        raise SystemExit(1)


def _sources(paths: tuple[Path, ...], recursive: bool) -> Iterator[Source]:
    from db import importers

    for path in paths:
        if str(path) == "-":
            yield importers.Source("-", None, sys.stdin.buffer.read)
    yield from importers.sources([path for path in paths if str(path) != "-"], recursive=recursive)


def _import(project: Project, source: Source, as_is: bool) -> tuple[dict[str, Any], str]:
    from db import importers

    draft = importers.read_source(source, as_is=as_is, progress=bar(source.name))
    known = project.articles.same_as(draft)
    there = project.articles.at_address(importers.url_key(draft.url))
    same_address = None if there is None else project.articles.get(there).uuid
    article = project.articles.get(known if known is not None else project.articles.add(draft))
    values = _nothing(source.name, "") | _described(draft)
    values |= {"article": article.uuid, "title": article.title, "key": article.key}
    values |= {"duplicate_of": article.uuid if known is not None else None, "same_address": same_address, "error": None}
    return values, f"{article.key}\t{article.title}" + ("\t=" if known is not None else "")


def _told(source: Source, error: CannotImport) -> tuple[dict[str, Any], str]:
    """Tell why a source gave no article; what was not meant to give one is no error."""
    from db.importers import LeftOut

    said = sentence(error)
    left_out = isinstance(error, LeftOut)
    return (_nothing(source.name, "") | {"error": None, "remarks": [said]} if left_out else _nothing(source.name, said)), ""


def _nothing(source: str, error: str) -> dict[str, Any]:
    empty = dict.fromkeys(("article", "title", "publisher", "published", "url", "language", "duplicate_of"))
    return {"source": source, **empty, "authors": [], "characters": 0, "removed": [], "error": error}


def _described(draft: Draft) -> dict[str, Any]:
    return {
        "authors": [author.name for author in draft.authors],
        "publisher": draft.publisher,
        "original_source": draft.source,
        "column": draft.column,
        "genre": draft.genre,
        "published": draft.published,
        "published_from": draft.published_from,
        "fetched": draft.fetched,
        "url": draft.url,
        "language": draft.language,
        "characters": len(draft.text),
        "removed": [{"start": r.start, "end": r.end, "reason": r.reason, "text": r.text} for r in draft.removed],
        "remarks": [remark.sentence.format_map(remark.facts) for remark in draft.remarks],
    }


def shown(article: Article) -> dict[str, Any]:
    """Give an article as the command line lists it."""
    return {
        "article": article.uuid,
        "key": article.key,
        "title": article.title,
        "authors": [author.name for author in article.authors],
        "publisher": article.publisher,
        "source": article.source,
        "column": article.column,
        "genre": article.genre,
        "published": article.published,
        "url": article.url,
        "language": article.language,
        "characters": article.characters,
        "versions": article.versions,
        "annotations": article.annotations,
        "status": article.status,
        "reason": article.reason,
    }


_WANTED = ("genre", "publisher", "year", "author", "language", "tag")


def _filtered(function: Callable[..., None]) -> Callable[..., None]:
    for name in reversed(_WANTED):
        function = click.option(f"--{name}", default=None, help=f"Only articles with this {name} ('' for none).")(function)
    function = click.option("--text", default=None, help="Only articles with these words in title, by-line, key or address.")(
        function
    )
    function = click.option("--status", type=click.Choice(STATUSES), default=None, help="Only those of your status.")(function)
    function = click.option("--collection", default=None, metavar="NAME", help="Only those in it or below it ('' for none).")(
        function
    )
    function = click.option("--coded/--uncoded", default=None, help="Only those with, or without, a passage that has a code.")(
        function
    )
    function = click.option("--order", type=click.Choice(ORDERS), default="added", help="What to sort by.")(function)
    return click.option("--descending/--ascending", default=None, help="Which way (by added: newest first).")(function)


@command("articles")
@_filtered
@click.option("--limit", type=int, default=-1, help="How many (default all).")
def list_articles(
    run: Run, order: str, descending: bool | None, limit: int, collection: str | None, text: str | None, **wanted: Any
) -> None:
    """List the articles, those of a collection, tag, status or other property alone."""
    with run.project(read_only=True) as project:
        found = None if collection is None else project.collections.by_ref(collection) if collection else 0
        where = Filter(text=text or "", collection=found, **wanted)
        newest_first = order == "added" if descending is None else descending
        ids = project.articles.ids(order, descending=newest_first, where=where)
        known = {article.id: article for article in project.articles.all()}
        for article in (known[each] for each in (ids if limit < 0 else ids[:limit])):
            line = f"{article.uuid[:13]}  {article.key:<12}  {article.annotations:>4}  {article.title}"
            run.give(shown(article) | {"tags": project.articles.tags_of(article.id)}, line)


@command("text")
@click.argument("article")
@click.option("--version", type=int, help="An older version's number (default the newest).")
def print_text(run: Run, article: str, version: int | None) -> None:
    """Print exactly the reading text."""
    with run.project(read_only=True) as project:
        found = project.articles.version(project.articles.by_ref(article), version)
        if run.as_json:
            run.give({"article": article, "version": found.number, "text": found.text}, "")
        else:
            click.echo(found.text.encode(), nl=False)


@command("original")
@click.argument("article")
def print_original(run: Run, article: str) -> None:
    """Print the bytes the article was imported from."""
    with run.project(read_only=True) as project:
        data = project.articles.original(project.articles.by_ref(article))
        if not data:
            raise NotFound("original", article)
        click.echo(data, nl=False)


@command("status")
@click.argument("article")
@click.argument("status", type=click.Choice(STATUSES))
@click.option("--reason", default="", help="Why, when excluded.")
def set_status(run: Run, article: str, status: str, reason: str) -> None:
    """Set your status of an article."""
    with run.project() as project:
        found = project.articles.by_ref(article)
        project.articles.set_status(found, status, reason)
        run.give(shown(project.articles.get(found)), status)


COMMANDS = (import_, list_articles, print_text, print_original, set_status)

"""Commands on articles: import, list, read, status."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from db.articles import STATUSES
from db.cli.conventions import FileName, Run, bar, command, sentence
from db.errors import CannotImport, NotFound
from db.project import Project
from db.records import Article, Draft

# What a folder is searched for; a file named on the command line is read whatever it is called.
_SUFFIXES = (".md", ".markdown", ".txt", ".text", ".html", ".htm", ".xhtml")


def _sources(paths: tuple[Path, ...], recursive: bool) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            found = path.rglob("*") if recursive else path.glob("*")
            # A folder with nothing in it stands for itself, so that its failure is reported like a file's.
            yield from sorted(p for p in found if p.is_file() and p.suffix.lower() in _SUFFIXES) or [path]
        else:
            yield path


@command("import")
@click.argument("sources", nargs=-1, required=True, type=FileName())
@click.option("--recursive", is_flag=True, help="Folders within folders too.")
@click.option("--as-is", is_flag=True, help="Keep every block.")
def import_(run: Run, sources: tuple[Path, ...], recursive: bool, as_is: bool) -> None:
    """Import files and folders as articles; one that fails does not stop the rest."""
    failed = False
    with run.project() as project:
        for path in _sources(sources, recursive):
            try:
                values, line = _import(project, path, as_is)
            except CannotImport as error:
                failed = True
                values, line = _nothing(path, sentence(error)), ""
                click.echo(sentence(error), err=True)
            if run.as_json or line:
                run.give(values, line)
    if failed:
        raise SystemExit(1)


def _import(project: Project, path: Path, as_is: bool) -> tuple[dict[str, Any], str]:
    from db import importers
    from db.importers.metadata import url_key

    if path.is_dir():
        reason = "Nothing to import was found in this folder. Give another, or look into its folders too with --recursive."
        raise CannotImport(path, reason)
    progress = bar(path.name)
    if str(path) == "-":
        draft = importers.read_bytes(sys.stdin.buffer.read(), "-", as_is=as_is, progress=progress)
    else:
        draft = importers.read(path, as_is=as_is, progress=progress)
    known = project.articles.same_as(draft)
    there = project.articles.at_address(url_key(draft.url))
    same_address = None if there is None else project.articles.get(there).uuid
    article = project.articles.get(known if known is not None else project.articles.add(draft))
    values = _nothing(path, "") | _described(draft) | {"article": article.uuid, "title": article.title, "key": article.key}
    values |= {"duplicate_of": article.uuid if known is not None else None, "same_address": same_address, "error": None}
    return values, f"{article.key}\t{article.title}" + ("\t=" if known is not None else "")


def _nothing(path: Path, error: str) -> dict[str, Any]:
    empty = dict.fromkeys(("article", "title", "publisher", "published", "url", "language", "duplicate_of"))
    return {"source": str(path), **empty, "authors": [], "characters": 0, "removed": [], "error": error}


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


@command("articles")
def list_articles(run: Run) -> None:
    """List the articles."""
    with run.project(read_only=True) as project:
        for article in project.articles.all():
            run.give(shown(article), f"{article.uuid[:13]}  {article.key:<12}  {article.annotations:>4}  {article.title}")


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

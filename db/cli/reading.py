"""Commands of reading: search, outlines, provisions, quotes, relations and how the project is set."""

from __future__ import annotations

from typing import Any

import click

from db.citing import Quote, quote_of
from db.cli.conventions import Run, command, language
from db.cli.passages import at_instrument, find
from db.errors import BadSpan, Refused
from db.locators import headings
from db.project import Project
from db.records import AnnotationId, ArticleId, CoderId, InstrumentId, Relation
from db.relations import DIFFERENT, KINDS

_ENDS = ("annotation", "article", "instrument")
_RELATIONS = (*dict.fromkeys(kind for several in KINDS.values() for kind in several), DIFFERENT)


@command("search")
@click.argument("query")
@click.option("--in", "kinds", default="articles,passages,notes,instruments", help="Where, by commas; codes too if named.")
@click.option("--limit", type=click.IntRange(min=1), default=50, help="How many hits to show.")
def search(run: Run, query: str, kinds: str, limit: int) -> None:
    """Find articles, passages, notes and instruments."""
    with run.project(read_only=True) as project:
        wanted = tuple(kind.strip() for kind in kinds.split(",") if kind.strip())
        results = project.search(query, kinds=wanted, limit=limit)
        for remark in results.remarks:
            click.echo(remark.sentence.format_map(remark.facts), err=True)
        for hit in results.hits:
            values = {
                "kind": hit.kind,
                "article": hit.article,
                "annotation": hit.annotation,
                "start": hit.start,
                "end": hit.end,
                "snippet": hit.snippet,
                "marks": [list(mark) for mark in hit.marks],
                "title": hit.title,
            }
            run.give(values, f"{hit.kind:<10}  {hit.title[:24]:<24}  {hit.snippet}")
        summary = {"total": results.total, "milliseconds": round(results.milliseconds, 1), "capped": results.capped}
        run.give(summary, f"{results.total}{'+' if results.capped else ''}")


@command("outline")
@click.argument("article")
def outline(run: Run, article: str) -> None:
    """List the headings of an article, and the provisions of a statute."""
    with run.project(read_only=True) as project:
        version = project.articles.version(project.articles.by_ref(article))
        for one in headings(version.text, version.layout):
            values = {"title": one.title, "level": one.level, "start": one.start}
            run.give(values, f"{one.start:>8}  {'  ' * (one.level - 1)}{one.title}")


@command("provision")
@click.argument("instrument", metavar="INSTRUMENT[@LOCATOR]")
def provision(run: Run, instrument: str) -> None:
    """Find a provision in the article that is the text of an instrument."""
    with run.project(read_only=True) as project:
        key, locator = at_instrument(project, instrument)
        found = project.provision(key, locator)
        if found is None:
            raise Refused("No article here is the text of {name}. Relate one to it first.", name=project.instruments.get(key).key)
        article, start, end = found
        text = project.articles.version(article).text[start:end]
        values = {
            "instrument": project.instruments.get(key).key,
            "locator": locator,
            "article": project.articles.get(article).uuid,
        }
        run.give(values | {"start": start, "end": end, "text": text}, text)


@command("cite")
@click.argument("ref", metavar="ANNOTATION|ARTICLE")
@click.argument("start", type=int, required=False)
@click.argument("end", type=int, required=False)
@click.option("--as", "form", type=click.Choice(("plain", "html", "pandoc", "locator")), default="plain")
def cite(run: Run, ref: str, start: int | None, end: int | None, form: str) -> None:
    """Quote and cite an annotation, or an article's passage from START to END (code points)."""
    if (start is None) != (end is None):
        raise click.UsageError("START goes with END")
    with run.project(read_only=True) as project:
        kind, key = find(project, ref, ("annotation", "article"))
        annotation = project.annotations.get(AnnotationId(key)) if kind == "annotation" else None
        if annotation is not None and start is not None:
            raise click.UsageError("START and END go with an article")
        if annotation is not None:
            start, end = annotation.start, annotation.end
            if start is None and annotation.origin_start is not None:
                raise Refused("This passage is no longer in the article. Look at it in the version it was made on.")
        article = project.articles.get(annotation.article if annotation else ArticleId(key))
        version = project.articles.version(article.id)
        if start is not None and end is not None and not 0 <= start < end <= len(version.text):
            raise BadSpan(start, end, len(version.text))
        quote = quote_of(article.key, version.text, version.layout, start, end, language(), article.title)
        about = {"annotation": annotation.uuid if annotation else None, "article": article.uuid, "key": quote.key}
        run.give(about | {"quote": quote.text} | _forms(quote), _forms(quote)[form])


def _forms(quote: Quote) -> dict[str, str]:
    return {
        "plain": quote.plain(),
        "html": quote.html(),
        "pandoc": quote.pandoc(),
        "locator": quote.locator,
        "locator_pandoc": quote.locator_pandoc,
    }


def _end(project: Project, end: tuple[str, int]) -> dict[str, str]:
    kind, key = end
    if kind == "annotation":
        return {"kind": kind, "id": project.annotations.get(AnnotationId(key)).uuid}
    if kind == "article":
        return {"kind": kind, "id": project.articles.get(ArticleId(key)).uuid}
    return {"kind": kind, "id": project.instruments.get(InstrumentId(key)).key}


def _give(run: Run, project: Project, found: Relation) -> None:
    source, target = _end(project, found.source), _end(project, found.target)
    coder = project.coders.get(CoderId(found.coder)).name if found.coder else ""
    values: dict[str, Any] = {"relation": found.uuid, "kind": found.kind, "from": source, "to": target}
    values |= {"note": found.note, "coder": coder}
    run.give(values, f"{found.uuid}\t{source['id']}\t{found.kind}\t{target['id']}")


@command("relate")
@click.argument("kind", type=click.Choice(_RELATIONS))
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
@click.option("--note", default="", metavar="TEXT")
def relate(run: Run, kind: str, source: str, target: str, note: str) -> None:
    """Relate two passages, articles or instruments; remove takes the relation away."""
    with run.project() as project:
        made = project.relations.add(kind, find(project, source, _ENDS), find(project, target, _ENDS), note)
        _give(run, project, project.relations.get(made))


@command("relations")
@click.argument("ref", required=False, metavar="[ID]")
def list_relations(run: Run, ref: str | None) -> None:
    """List the relations of a passage, article or instrument, or all without one."""
    with run.project(read_only=True) as project:
        for found in project.relations.of(*find(project, ref, _ENDS)) if ref else project.relations.all():
            _give(run, project, found)


@command("set")
@click.argument("name", type=click.Choice(("unit", "working")))
@click.argument("value", required=False)
def set_setting(run: Run, name: str, value: str | None) -> None:
    """Set the unit of passages (free, clause, sentence, paragraph) or the working frameworks (by commas), or show them."""
    with run.project(read_only=value is None) as project:
        if value is not None and name == "unit":
            project.set_unit(value)
        elif value is not None:
            project.codes.set_working(book.strip() for book in value.split(",") if book.strip())
        shown = project.setting("unit") if name == "unit" else ",".join(project.codes.working())
        run.give({"setting": name, "value": shown}, f"{shown}")


COMMANDS = (search, outline, provision, cite, relate, list_relations, set_setting)

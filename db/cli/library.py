"""Commands on the library: collections, tags, duplicates, new versions and the places they leave unsure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from db.cli.conventions import FileName, Run, bar, command, language, tell
from db.errors import Refused
from db.grouping import CollectionId
from db.project import Project
from db.records import AnnotationId, ArticleId, as_json
from db.review import Placed
from resources import words

ANOTHER = "This text shares hardly anything with the article's. Import it as an article of its own, or say --anyway."


# Collections


@click.group("collection")
def collection() -> None:
    """Make collections of articles and fill them."""


def _give(run: Run, project: Project, key: CollectionId) -> None:
    names = {each.id: each.uuid for each in project.collections.all()}
    for each in project.collections.all():
        if each.id == key:
            values: dict[str, Any] = {"collection": each.uuid, "name": each.name}
            values |= {"parent": names[each.parent] if each.parent else None}
            values |= {"depth": each.depth, "articles": each.articles, "within": each.within}
            run.give(values, f"{each.uuid[:13]}  {each.within:>5}  {'  ' * each.depth}{each.name}")


def _articles(project: Project, refs: tuple[str, ...]) -> list[ArticleId]:
    return [project.articles.by_ref(ref) for ref in refs]


@command("list")
def collection_list(run: Run) -> None:
    """List the collections as a tree, with how many articles each holds."""
    with run.project(read_only=True) as project:
        for each in project.collections.all():
            _give(run, project, each.id)


@command("add")
@click.argument("name")
@click.option("--parent", default=None, metavar="COLLECTION", help="The collection it belongs below.")
def collection_add(run: Run, name: str, parent: str | None) -> None:
    """Make a collection; a / in NAME makes levels, as in 国际治理/欧盟."""
    with run.project() as project:
        above = project.collections.by_ref(parent) if parent else None
        _give(run, project, project.collections.add(name, above))


@command("rename")
@click.argument("ref", metavar="COLLECTION")
@click.argument("name")
def collection_rename(run: Run, ref: str, name: str) -> None:
    """Give a collection another name, which holds no /."""
    with run.project() as project:
        found = project.collections.by_ref(ref)
        project.collections.rename(found, name)
        _give(run, project, found)


@command("move")
@click.argument("ref", metavar="COLLECTION")
@click.argument("parent", required=False)
def collection_move(run: Run, ref: str, parent: str | None) -> None:
    """Put a collection below PARENT, or at the top without one."""
    with run.project() as project:
        found = project.collections.by_ref(ref)
        project.collections.move(found, project.collections.by_ref(parent) if parent else None)
        _give(run, project, found)


@command("remove")
@click.argument("ref", metavar="COLLECTION")
def collection_remove(run: Run, ref: str) -> None:
    """Remove a collection with those below it; the articles stay."""
    with run.project() as project:
        found = project.collections.by_ref(ref)
        _give(run, project, found)
        project.collections.remove(found)


@command("put")
@click.argument("ref", metavar="COLLECTION")
@click.argument("articles", nargs=-1, required=True)
def collection_put(run: Run, ref: str, articles: tuple[str, ...]) -> None:
    """Put articles into a collection."""
    with run.project() as project:
        found = project.collections.by_ref(ref)
        project.collections.put(_articles(project, articles), found)
        _give(run, project, found)


@command("take-out")
@click.argument("ref", metavar="COLLECTION")
@click.argument("articles", nargs=-1, required=True)
def collection_take_out(run: Run, ref: str, articles: tuple[str, ...]) -> None:
    """Take articles out of a collection."""
    with run.project() as project:
        found = project.collections.by_ref(ref)
        project.collections.take_out(_articles(project, articles), found)
        _give(run, project, found)


for _each in (
    collection_list, collection_add, collection_rename, collection_move, collection_remove, collection_put, collection_take_out,
):  # fmt: skip
    collection.add_command(_each)


# Tags and duplicates


@command("tags")
@click.option("--article", "articles", multiple=True, metavar="ID", help="Change the tags of this article.")
@click.option("--add", "given", multiple=True, metavar="TAG", help="Give this tag.")
@click.option("--take", "taken", multiple=True, metavar="TAG", help="Take this tag off.")
def tags(run: Run, articles: tuple[str, ...], given: tuple[str, ...], taken: tuple[str, ...]) -> None:
    """List the tags of articles, or give and take them."""
    if (given or taken) and not articles:
        raise click.UsageError("Say which articles with --article.")
    with run.project(read_only=not (given or taken)) as project:
        chosen = _articles(project, articles)
        if given or taken:
            with project.change("Tag articles"):
                project.articles.tag(chosen, *given)
                project.articles.untag(chosen, *taken)
        wanted = {name for article in chosen for name in project.articles.tags_of(article)}
        for name, count in project.articles.tags():
            if name in wanted or not chosen:
                run.give({"tag": name, "articles": count}, f"{count:>5}  {name}")


@command("duplicates")
@click.option("--article", default=None, metavar="ID", help="Only what is nearly the same text as this one.")
def duplicates(run: Run, article: str | None) -> None:
    """List articles that are nearly one text, as reprints are, without those that were said to be not the same.

    `relate FILE "not the same" ARTICLE OTHER` says so.
    """
    with run.project(read_only=True) as project:
        progress = bar("duplicates")
        if article is not None:
            asked = project.articles.by_ref(article)
            apart = project.relations.different().get(asked, frozenset())
            alike = project.articles.alike(asked, progress=progress)
            for other, share in (each for each in alike if each[0] not in apart):
                found = project.articles.get(other)
                values = {"article": found.uuid, "title": found.title, "publisher": found.publisher, "likeness": share}
                run.give(values, f"{share:.2f}  {found.key}  {found.title}")
            return
        for group in project.relations.told_apart(project.articles.duplicates(progress=progress)):
            several = [project.articles.get(each) for each in group]
            values = {
                "articles": [each.uuid for each in several],
                "titles": [each.title for each in several],
                "publishers": [each.publisher for each in several],
            }
            run.give(values, "\t".join(f"{each.key} {each.title}" for each in several))


# New versions


def _placed(placed: Placed, uuids: Mapping[AnnotationId, str], **more: Any) -> dict[str, Any]:
    return {
        "annotation": uuids[placed.annotation],
        **more,
        "status": placed.status,
        "start": placed.start,
        "end": placed.end,
        "confidence": placed.confidence,
        "candidates": [json.loads(as_json(candidate)) for candidate in placed.candidates],
        "how": placed.how,
        "exact": placed.made.exact,
    }


def _line(placed: Placed, uuid: str) -> str:
    where = "" if placed.start is None else f"{placed.start}:{placed.end}"
    return f"{uuid[:13]}  {placed.status:<7}  {placed.confidence:.2f}  {where:<13}  {placed.made.exact[:40]}"


@command("reimport")
@click.argument("article")
@click.argument("source", type=FileName())
@click.option("--dry-run", is_flag=True, help="Say what it would do; write nothing.")
@click.option("--as-is", is_flag=True, help="Keep every block.")
@click.option("--anyway", is_flag=True, help="Even if it looks like another text.")
def reimport(run: Run, article: str, source: Path, dry_run: bool, as_is: bool, anyway: bool) -> None:
    """Import a newer version of an article; say where each annotation went."""
    from db import importers

    with run.project(read_only=dry_run) as project:
        found = project.articles.by_ref(article)
        draft = importers.read(source, as_is=as_is, progress=bar(source.name))
        preview = project.versions.preview(found, draft, progress=bar(source.name))
        if preview.same:
            tell("The text is the same as the article's; there is no new version.")
            return
        if preview.another_text and not anyway:
            raise Refused(ANOTHER)
        if not dry_run:
            project.articles.add_version(found, draft)
        uuids = {annotation.id: annotation.uuid for annotation in project.annotations.of(found)}
        for placed in preview.placed:
            run.give(_placed(placed, uuids), _line(placed, uuids[placed.annotation]))


@command("versions")
@click.argument("article")
def versions(run: Run, article: str) -> None:
    """List the versions of an article, the newest first."""
    with run.project(read_only=True) as project:
        for each in project.versions.of(project.articles.by_ref(article)):
            names = ("characters", "imported", "media_type", "file_name", "current", "came", "elsewhere")
            values = {"version": each.number, **{name: getattr(each, name) for name in names}}
            run.give(values, f"{each.number:>3}  {each.imported[:19].replace('T', ' ')}  {each.characters:>8}  {each.file_name}")


@command("edit-text")
@click.argument("article")
@click.argument("start", type=int)
@click.argument("end", type=int)
@click.argument("replacement")
def edit_text(run: Run, article: str, start: int, end: int, replacement: str) -> None:
    """Put REPLACEMENT in place of a stretch of an article's text, as a new version."""
    with run.project() as project:
        found = project.articles.by_ref(article)
        project.versions.edit_text(found, start, end, replacement)
        values = {"article": project.articles.get(found).uuid, "version": project.articles.version(found).number}
        waiting = project.review.count(found)
        told = "The text is now version {number}. Annotations that wait to be looked at: {count}."
        run.give(values | waiting, words.say(language(), told, {"number": values["version"], "count": sum(waiting.values())}))


@command("review")
@click.option("--article", default=None, metavar="ID", help="Only this article's.")
def review(run: Run, article: str | None) -> None:
    """List the annotations whose place on the newest text is unsure or gone."""
    with run.project(read_only=True) as project:
        waiting = project.review.waiting(project.articles.by_ref(article) if article else None)
        found = {each.id: each for each in project.annotations.several([placed.annotation for placed in waiting])}
        uuids = {key: each.uuid for key, each in found.items()}
        for placed in waiting:
            values = _placed(placed, uuids, article=found[placed.annotation].article_uuid)
            run.give(values, _line(placed, uuids[placed.annotation]))


@command("decide")
@click.argument("annotation")
@click.argument("start", type=int, required=False)
@click.argument("end", type=int, required=False)
@click.option("--candidate", type=int, default=None, metavar="N", help="It is candidate N of those listed, from 0.")
@click.option("--accept", is_flag=True, help="It stands where it is placed now.")
@click.option("--gone", is_flag=True, help="Its passage is no longer there.")
def decide(
    run: Run, annotation: str, start: int | None, end: int | None, candidate: int | None, accept: bool, gone: bool
) -> None:
    """Say where an annotation stands on the newest text."""
    if sum((start is not None, candidate is not None, accept, gone)) != 1 or (start is None) != (end is None):
        raise click.UsageError("Give START and END, or one of --candidate, --accept and --gone.")
    with run.project() as project:
        found = project.annotations.by_ref(annotation)
        if start is not None and end is not None:
            project.review.decide(found, start, end)
        elif gone:
            project.review.decide_gone(found)
        else:
            project.review.accept(found, candidate)
        now = project.annotations.get(found)
        values = {"annotation": now.uuid, "status": now.status, "start": now.start, "end": now.end, "confidence": now.confidence}
        run.give(values, f"{now.uuid[:13]}  {now.status}  {'' if now.start is None else f'{now.start}:{now.end}'}")


COMMANDS = (collection, tags, duplicates, reimport, versions, edit_text, review, decide)

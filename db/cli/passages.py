"""Commands on passages: tag, link, note, edit, remove, list."""

from __future__ import annotations

from typing import Any

import click

from db.articles import refuse_unknown
from db.cli.articles import shown as shown_article
from db.cli.conventions import Run, command, fields
from db.errors import Ambiguous, NotFound, Refused
from db.fields import LINK_RELATIONS
from db.locators import matches, normalise, paragraph_locator
from db.notes import Target
from db.project import Project
from db.records import (
    Annotation,
    AnnotationId,
    ArticleId,
    Author,
    CoderId,
    InstrumentId,
    LinkId,
    Note,
    NoteId,
    Translation,
    TranslationId,
    Version,
)
from db.translations import language_tag

_KINDS = ("annotation", "article", "note", "link", "code", "instrument")


def find(project: Project, ref: str, kinds: tuple[str, ...] = _KINDS) -> tuple[str, int]:
    """Find what an id names among several kinds of thing; raises NotFound or Ambiguous."""
    by_kind = {
        "annotation": project.annotations.by_ref,
        "article": project.articles.by_ref,
        "note": project.notes.by_ref,
        "link": project.annotations.link_by_ref,
        "code": project.codes.by_ref,
        "instrument": project.instruments.by_ref,
        "relation": project.relations.by_ref,
        "translation": project.translations.by_ref,
    }
    found: list[tuple[str, int]] = []
    for kind in kinds:
        try:
            found.append((kind, by_kind[kind](ref)))
        except NotFound:
            continue
    if not found:
        raise NotFound(" / ".join(kinds), ref)
    if len(found) > 1:
        raise Ambiguous(ref, [kind for kind, _key in found])
    return found[0]


def at_instrument(project: Project, words: str) -> tuple[InstrumentId, str]:
    """Read INSTRUMENT[@LOCATOR]; raises NotFound or Ambiguous."""
    ref, _at, locator = words.partition("@")
    return project.instruments.by_ref(ref), locator


@command("tag")
@click.argument("article")
@click.argument("start", type=int)
@click.argument("end", type=int)
@click.option("--code", "codes", multiple=True, metavar="C")
@click.option("--instrument", "instruments", multiple=True, metavar="ID[@LOCATOR]")
@click.option("--note", default="", metavar="TEXT")
@click.option("--field", "pairs", multiple=True, metavar="KEY=VALUE", help="As in stance=denies.")
def tag(
    run: Run,
    article: str,
    start: int,
    end: int,
    codes: tuple[str, ...],
    instruments: tuple[str, ...],
    note: str,
    pairs: tuple[str, ...],
) -> None:
    """Annotate the passage from START to END (code points, end exclusive)."""
    with run.project() as project:
        found = project.articles.by_ref(article)
        chosen = [project.codes.by_ref(code) for code in codes]
        links = [at_instrument(project, words) for words in instruments]
        with project.change("Tag passage" if codes else "Link passage" if links else "Highlight passage"):
            key = project.annotations.add(found, start, end, codes=chosen, links=links, note=note)
            _set_fields(project, key, pairs)
        made = project.annotations.get(key)
        values = {
            "annotation": made.uuid,
            "article": made.article_uuid,
            "start": made.start,
            "end": made.end,
            "exact": made.exact,
        }
        run.give(values, f"{made.uuid}\t{made.exact}")


def _set_fields(project: Project, annotation: AnnotationId, pairs: tuple[str, ...]) -> None:
    on_annotation, on_tagging = (_field_names(project, target) for target in ("annotation", "tagging"))
    for name, values in fields(pairs):
        if name in on_annotation:
            project.fields.set("annotation", annotation, name, *values)
            continue
        if name not in on_tagging:
            raise NotFound("field", name)
        taggings = project.annotations.get(annotation).taggings
        if not taggings:
            raise Refused("{field} is said of a code, and there is none on this passage. Give one with --code.", field=name)
        for tagging in taggings:
            project.annotations.set_tagging_field(tagging.id, name, *values)


def _field_names(project: Project, target: str) -> set[str]:
    return {word for f in project.fields.all(target) for word in (f.name, f.uuid, f.label_zh, f.label_en) if word}


def _refuse_others(project: Project, coder: int) -> None:
    """Say on the command line what the window need not: how to be the coder whose work it is."""
    if coder != project.me:
        name = project.coders.get(CoderId(coder)).name
        raise Refused("This is the work of {name}. If that is you, say so with --coder; else make your own.", name=name)


@command("link")
@click.argument("annotation")
@click.argument("instrument", metavar="INSTRUMENT[@LOCATOR]")
@click.option("--relation", type=click.Choice(LINK_RELATIONS), default=None)
def link(run: Run, annotation: str, instrument: str, relation: str | None) -> None:
    """Link an annotation to an instrument."""
    with run.project() as project:
        key, (found, locator) = project.annotations.by_ref(annotation), at_instrument(project, instrument)
        _refuse_others(project, project.annotations.get(key).coder)
        project.annotations.link(key, found, locator, relation or "")
        _give(run, project, project.annotations.get(key))


@command("note")
@click.argument("target", required=False)
@click.option("--text", required=True, help="What to write, in Markdown.")
@click.option("--private", is_flag=True, help="It leaves no machine unless asked for.")
@click.option("--day", default="", help="The day of a journal entry.")
def note(run: Run, target: str | None, text: str, private: bool, day: str) -> None:
    """Write a note on TARGET (annotation, article, code, instrument or note), or in the journal without one."""
    with run.project() as project:
        kind: Target | None = None
        key: int | None = None
        if target is not None:
            found_kind, key = find(project, target, ("annotation", "article", "code", "instrument", "note"))
            if found_kind == "note":
                _give_note(run, project, project.notes.get(project.notes.reply(NoteId(key), text)))
                return
            kind = found_kind  # type: ignore[assignment]
        _give_note(run, project, project.notes.get(project.notes.add(kind, key, text, private=private, day=day)))


def _note(project: Project, found: Note) -> dict[str, Any]:
    return {
        "note": found.uuid,
        "text": found.text,
        "coder": project.coders.get(found.coder).name,
        "created": found.created,
        "modified": found.modified,
        "private": found.private,
        "replies": [_note(project, reply) for reply in found.replies],
    }


def _give_note(run: Run, project: Project, found: Note) -> None:
    run.give(_note(project, found), f"{found.uuid}\t{found.text}")


@command("edit")
@click.argument("ref", metavar="ID")
@click.option("--start", type=int)
@click.option("--end", type=int)
@click.option("--code", "codes", multiple=True, help="A code to add.")
@click.option("--without-code", "without", multiple=True, help="A code to take off.")
@click.option("--field", "pairs", multiple=True, metavar="KEY=VALUE")
@click.option("--text", default=None, help="A note's new text.")
@click.option("--translation", "translations", multiple=True, metavar="LANGUAGE=TEXT", help="Yours; without TEXT it goes.")
@click.option("--translator", default=None, metavar="NAME", help="Who made the translations given.")
@click.option("--author", "authors", multiple=True, help="An article's author; several may be given.")
@click.option("--set", "sets", multiple=True, metavar="KEY=VALUE", help="An article's title, key, publisher, source, url…")
def edit(
    run: Run,
    ref: str,
    start: int | None,
    end: int | None,
    codes: tuple[str, ...],
    without: tuple[str, ...],
    pairs: tuple[str, ...],
    text: str | None,
    translations: tuple[str, ...],
    translator: str | None,
    authors: tuple[str, ...],
    sets: tuple[str, ...],
) -> None:
    """Change an annotation (boundaries, codes, fields, translations), an article (metadata) or a note (text)."""
    with run.project() as project:
        kind, key = find(project, ref, ("annotation", "article", "note"))
        given: dict[str, object] = {"--start": start, "--end": end, "--code": codes, "--without-code": without, "--field": pairs}
        given |= {"--text": text, "--author": authors, "--set": sets}
        given |= {"--translation": translations, "--translator": translator}
        _refuse_options(kind, [name for name, value in given.items() if value is not None and value != ()])
        if kind == "note":
            words = text or ""
            _refuse_others(project, project.notes.get(NoteId(key)).coder)
            project.notes.edit(NoteId(key), words)
            if words.strip():
                _give_note(run, project, project.notes.get(NoteId(key)))
        elif kind == "article":
            _edit_article(project, ArticleId(key), authors, sets, pairs)
            run.give(shown_article(project.articles.get(ArticleId(key))), ref)
        else:
            with project.change("Edit annotation"):
                if any(value is not None and value != () for value in (start, end, codes, without, pairs)):
                    _refuse_others(project, project.annotations.get(AnnotationId(key)).coder)
                _edit_annotation(project, AnnotationId(key), (start, end), codes, without)
                _set_fields(project, AnnotationId(key), pairs)
                _translate(project, AnnotationId(key), translations, translator)
            _give(run, project, project.annotations.get(AnnotationId(key)))


# What `edit` can change of each kind of thing.
_CHANGES = {
    "annotation": ("--start", "--end", "--code", "--without-code", "--field", "--translation", "--translator"),
    "article": ("--author", "--set", "--field"),
    "note": ("--text",),
}


def _refuse_options(kind: str, given: list[str]) -> None:
    """Refuse options that say nothing about a kind of thing, and none at all."""
    choices = _CHANGES[kind]
    if not given or any(name not in choices for name in given):
        raise click.UsageError(f"an edit of this {kind} takes {', '.join(choices)}")


def _edit_article(
    project: Project, key: ArticleId, authors: tuple[str, ...], sets: tuple[str, ...], pairs: tuple[str, ...]
) -> None:
    with project.change("Edit article"):
        given = {name: values[-1] for name, values in fields(sets, "--set")}
        refuse_unknown(given)
        project.articles.edit(key, authors=[Author(name) for name in authors] if authors else None, **given)
        for name, values in fields(pairs):
            project.fields.set("article", key, name, *values)


def _edit_annotation(
    project: Project, key: AnnotationId, span: tuple[int | None, int | None], codes: tuple[str, ...], without: tuple[str, ...]
) -> None:
    before = project.annotations.get(key)
    if span != (None, None):
        start, end = (before.start if span[0] is None else span[0], before.end if span[1] is None else span[1])
        if start is None or end is None:
            raise Refused("Give both --start and --end.")
        project.annotations.move(key, start, end)
    for code in codes:
        project.annotations.tag(key, project.codes.by_ref(code))
    for code in without:
        project.annotations.untag(key, project.codes.by_ref(code))


def _translate(project: Project, key: AnnotationId, pairs: tuple[str, ...], translator: str | None) -> None:
    """Write, correct or remove one's own translations of a passage, anybody's passage."""
    if translator is not None and not pairs:
        raise Refused("Say with --translation what {name} translated.", name=translator)
    for language, texts in fields(pairs, "--translation"):
        language = language_tag(language)
        own = [each for each in project.translations.of(key) if (each.language, each.coder) == (language, project.me)]
        if not own:
            project.translations.add(key, language, texts[-1], translator or "")
        elif texts[-1].strip():
            project.translations.edit(own[-1].id, text=texts[-1], translator=translator)
        else:
            project.translations.remove(own[-1].id)


@command("remove")
@click.argument("refs", nargs=-1, required=True, metavar="ID…")
def remove(run: Run, refs: tuple[str, ...]) -> None:
    """Remove annotations, articles, notes, links, relations or translations; undo brings them back."""
    with run.project() as project:
        found = [find(project, ref, ("annotation", "article", "note", "link", "relation", "translation")) for ref in refs]
        with project.change(f"Remove {found[0][0]}"):
            for (kind, key), ref in zip(found, refs, strict=True):
                _remove(project, kind, key)
                run.give({"removed": kind, "id": ref}, f"{kind} {ref}")


def _remove(project: Project, kind: str, key: int) -> None:
    if kind == "annotation":
        _refuse_others(project, project.annotations.get(AnnotationId(key)).coder)
        project.annotations.remove([AnnotationId(key)])
    elif kind == "article":
        project.articles.remove([ArticleId(key)])
    elif kind == "note":
        _refuse_others(project, project.notes.get(NoteId(key)).coder)
        project.notes.remove(NoteId(key))
    elif kind == "relation":
        _refuse_others(project, project.relations.get(key).coder or project.me)
        project.relations.remove(key)
    elif kind == "translation":
        _refuse_others(project, project.translations.get(TranslationId(key)).coder)
        project.translations.remove(TranslationId(key))
    else:
        project.annotations.unlink(LinkId(key))


def _give(run: Run, project: Project, found: Annotation, version: Version | None = None, title: str | None = None) -> None:
    version = version or project.articles.version(found.article)
    place = ""
    if found.start is not None:
        title = title if title is not None else project.articles.get(found.article).title
        place = paragraph_locator(version.layout, found.start, version.text, "en", found.end, title)
    own = [note for note in found.notes if note.coder == project.me]
    first = (own or list(found.notes))[:1]
    coder = project.coders.get(found.coder)
    values = {
        "annotation": found.uuid,
        "article": found.article_uuid,
        "start": found.start,
        "end": found.end,
        "exact": found.exact,
        "prefix": found.prefix,
        "suffix": found.suffix,
        "codes": [tagging.key for tagging in found.taggings],
        "instruments": [{"id": link.key, "locator": link.locator, "relation": link.relation} for link in found.links],
        "note": first[0].text if first else "",
        "coder": coder.name,
        "coder_id": coder.uuid,
        "created": found.created,
        "modified": found.modified,
        "status": found.status,
        "confidence": found.confidence,
        "locator": place,
        "fields": {name: list(several) for name, several in found.fields.items()},
        "code_fields": {t.key: {name: list(several) for name, several in t.fields.items()} for t in found.taggings if t.fields},
        "notes": [_note(project, note) for note in found.notes],
        "translations": [_translation(project, each) for each in project.translations.of(found.id)],
    }
    codes = ", ".join(tagging.key for tagging in found.taggings)
    run.give(values, f"{found.uuid[:13]}  {place:<8}  {codes:<30}  {found.exact[:60]}")


def _translation(project: Project, found: Translation) -> dict[str, str]:
    return {
        "translation": found.uuid,
        "language": found.language,
        "text": found.text,
        "translator": found.translator,
        "coder": project.coders.get(found.coder).name,
    }


def _at(found: Annotation, instrument: InstrumentId, locator: str) -> bool:
    """Whether an annotation is linked to an instrument inside a locator (one that cannot be read: to just those words)."""
    inside = normalise(locator)
    links = [link for link in found.links if link.instrument == instrument]
    return any(matches(link.locator_key, inside) if inside else link.locator == locator for link in links)


@command("annotations")
@click.option("--article", default=None)
@click.option("--code", default=None, help="With what is below it.")
@click.option("--instrument", default=None, metavar="ID[@LOCATOR]", help="With a locator: what is inside it.")
@click.option("--by", "by", default=None, metavar="NAME", help="One coder's.")
@click.option("--query", default=None, help="Those that a search finds.")
def list_annotations(
    run: Run, article: str | None, code: str | None, instrument: str | None, by: str | None, query: str | None
) -> None:
    """List annotated passages (with --coder or --by: that coder's)."""
    reading = Run(run.file, "", run.as_json)
    with reading.project(read_only=True) as project:
        who = by or run.coder
        linked, locator = at_instrument(project, instrument) if instrument else (None, "")
        keys = project.annotations.find(
            article=project.articles.by_ref(article) if article else None,
            codes=project.codes.branch(project.codes.by_ref(code)) if code else (),
            instrument=linked,
            coder=project.coders.by_ref(who) if who else None,
        )
        if query is not None:
            hits = {hit.record_id for hit in project.search(query, kinds=("passages",), limit=1_000_000).hits}
            keys = [key for key in keys if key in hits]
        known: dict[int, tuple[Version, str]] = {}
        for found in project.annotations.several(keys):
            if linked is not None and locator and not _at(found, linked, locator):
                continue
            if found.article not in known:
                known = {found.article: (project.articles.version(found.article), project.articles.get(found.article).title)}
            _give(run, project, found, *known[found.article])


COMMANDS = (tag, link, note, edit, remove, list_annotations)

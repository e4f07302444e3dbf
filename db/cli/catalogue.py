"""Commands on codes, instruments and coders."""

from __future__ import annotations

from collections.abc import Callable

import click

from db.cli.conventions import Run, command
from db.instruments import KINDS
from db.project import Project
from db.records import Code, CodeId, Instrument

_SHOWN = (
    "kind", "name_zh", "name_en", "colour", "revision", "uses", "number", "book", "branch", "name_zh_status", "name_en_status",
    "definition_zh", "definition_en", "use_when", "avoid_when", "confidence", "note",
)  # fmt: skip
_DESCRIBING = ("name_zh", "name_en", "number", "definition_zh", "definition_en", "use_when", "avoid_when", "colour", "note")


def _give_code(run: Run, code: Code, parent: str | None, letters: str) -> None:
    values = {"code": code.key, "parent": parent, **{name: getattr(code, name) for name in _SHOWN}, "letters": letters}
    run.give(values, f"{code.key:<24}  {code.uses:>4}  {code.name_zh or code.name_en}")


def _give_one(run: Run, project: Project, code: CodeId) -> None:
    found = project.codes.get(code)
    letters = project.letters().get(found.uuid, "")
    _give_code(run, found, project.codes.get(found.parent).key if found.parent else None, letters)


@command("codes")
@click.option("--book", default=None, metavar="ID", help="One codebook, such as asgf1.")
def codes(run: Run, book: str | None) -> None:
    """List the codes of all codebooks."""
    with run.project(read_only=True) as project:
        keys, letters = {code.id: code.key for code in project.codes.all()}, project.letters()
        for code in project.codes.all(book):
            _give_code(run, code, keys[code.parent] if code.parent else None, letters.get(code.uuid, ""))


@click.group("code")
def code() -> None:
    """Add, edit, move or remove own codes."""


def _described(function: Callable[..., None]) -> Callable[..., None]:
    for name in reversed(_DESCRIBING):
        function = click.option(f"--{name.replace('_', '-')}", name, default=None)(function)
    return function


@command("add")
@click.option("--parent", default=None, metavar="CODE", help="The code it belongs under.")
@_described
def code_add(run: Run, parent: str | None, **values: str | None) -> None:
    """Add an own code."""
    given = {name: value for name, value in values.items() if value is not None}
    with run.project() as project:
        _give_one(run, project, project.codes.add(parent=project.codes.by_ref(parent) if parent else None, **given))


@command("edit")
@click.argument("ref", metavar="CODE")
@click.option("--letters", default=None, help="Two letters a to z that tag with it; nothing takes them off.")
@_described
def code_edit(run: Run, ref: str, letters: str | None, **values: str | None) -> None:
    """Rename, recolour or describe a code, or choose its letters."""
    with run.project() as project, project.change("Edit code"):
        found = project.codes.by_ref(ref)
        project.codes.edit(found, **{name: value for name, value in values.items() if value is not None})
        if letters is not None:
            project.set_letters(found, letters)
        _give_one(run, project, found)


@command("move")
@click.argument("ref", metavar="CODE")
@click.argument("parent", required=False)
def code_move(run: Run, ref: str, parent: str | None) -> None:
    """Hang an own code under PARENT, or at the top without one."""
    with run.project() as project:
        found = project.codes.by_ref(ref)
        project.codes.move(found, project.codes.by_ref(parent) if parent else None)
        _give_one(run, project, found)


@command("remove")
@click.argument("ref", metavar="CODE")
def code_remove(run: Run, ref: str) -> None:
    """Remove an own code with what is below it."""
    with run.project() as project:
        found = project.codes.by_ref(ref)
        _give_one(run, project, found)
        project.codes.remove(found)


for _each in (code_add, code_edit, code_move, code_remove):
    code.add_command(_each)


def _give_instrument(run: Run, found: Instrument) -> None:
    values = {
        "instrument": found.key,
        "title_zh": found.title_zh,
        "title_en": found.title_en,
        "kind": found.kind,
        "date": found.date,
        "status": found.status,
        "uses": found.uses,
        "dates": [{"kind": kind, "date": date} for kind, date in found.dates],
        "aliases": [alias.text for alias in found.aliases if alias.scope == "anywhere"],
        "local_aliases": [alias.text for alias in found.aliases if alias.scope == "local"],
        "issuer": found.issuer,
        "jurisdiction": found.jurisdiction,
        "url": found.url,
        "confidence": found.confidence,
        "note": found.note,
    }
    run.give(values, f"{found.key:<40}  {found.date:<10}  {found.uses:>4}  {found.title_zh or found.title_en}")


@command("instruments")
def instruments(run: Run) -> None:
    """List the policy instruments."""
    with run.project(read_only=True) as project:
        for found in project.instruments.all():
            _give_instrument(run, found)


@click.group("instrument")
def instrument() -> None:
    """Add, edit or remove instruments."""


_ABOUT = ("title_zh", "title_en", "issuer", "jurisdiction", "status", "status_date", "url", "note")


def _about(function: Callable[..., None]) -> Callable[..., None]:
    for name in reversed(_ABOUT):
        function = click.option(f"--{name.replace('_', '-')}", name, default=None)(function)
    function = click.option("--kind", type=click.Choice(KINDS), default=None)(function)
    function = click.option("--alias", "aliases", multiple=True, help="Another name.")(function)
    return click.option("--date", "dates", multiple=True, metavar="KIND=DATE", help="As in adopted=2024-06-13.")(function)


def _dates(pairs: tuple[str, ...]) -> list[tuple[str, str]]:
    found = []
    for pair in pairs:
        kind, _equals, date = pair.rpartition("=")
        found.append((kind or "published", date))
    return found


@command("add")
@_about
def instrument_add(run: Run, aliases: tuple[str, ...], dates: tuple[str, ...], **values: str | None) -> None:
    """Add an own instrument."""
    given = {name: value for name, value in values.items() if value is not None}
    with run.project() as project:
        key = project.instruments.add(dates=_dates(dates), aliases=aliases, **given)
        _give_instrument(run, project.instruments.get(key))


@command("edit")
@click.argument("ref", metavar="INSTRUMENT")
@click.option("--remove-alias", "gone", multiple=True, help="A name it no longer has.")
@_about
def instrument_edit(
    run: Run, ref: str, gone: tuple[str, ...], aliases: tuple[str, ...], dates: tuple[str, ...], **values: str | None
) -> None:
    """Correct an instrument's names, aliases, kind, dates, status or URL."""
    with run.project() as project, project.change("Edit instrument"):
        key = project.instruments.by_ref(ref)
        given = {name: value for name, value in values.items() if value is not None}
        project.instruments.edit(key, dates=_dates(dates) if dates else None, **given)
        for alias in aliases:
            project.instruments.add_alias(key, alias)
        for alias_record in project.instruments.get(key).aliases:
            if alias_record.text in gone:
                project.instruments.remove_alias(alias_record.id)
        _give_instrument(run, project.instruments.get(key))


@command("remove")
@click.argument("ref", metavar="INSTRUMENT")
def instrument_remove(run: Run, ref: str) -> None:
    """Remove an own instrument."""
    with run.project() as project:
        key = project.instruments.by_ref(ref)
        _give_instrument(run, project.instruments.get(key))
        project.instruments.remove(key)


for _other in (instrument_add, instrument_edit, instrument_remove):
    instrument.add_command(_other)


@command("coders")
def coders(run: Run) -> None:
    """List the coders."""
    with run.project(read_only=True) as project:
        for coder in project.coders.all():
            values = {"coder": coder.uuid, "name": coder.name, "annotations": coder.annotations, "initials": coder.initials}
            run.give(values, f"{coder.uuid[:13]}  {coder.annotations:>5}  {coder.name}")


COMMANDS = (codes, code, instruments, instrument, coders)

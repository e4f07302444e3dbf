"""Commands on a whole project: make, check, back up, undo, redo, history."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from db.changes import Change, now
from db.cli.conventions import FileName, Run, command, language, tell
from db.codebook import FRAMEWORKS
from db.errors import ProjectReadOnly
from db.ids import new_uuid
from db.person import load_person, named
from db.project import Project
from db.repair import repair
from resources import words


@command("new")
@click.option("--working", multiple=True, metavar="ID", help="A working framework: asgf1, asgf2 or asgf3 (default asgf1).")
def new(run: Run, working: tuple[str, ...]) -> None:
    """Make a project with all three frameworks and the instrument catalogue."""
    person = load_person()
    if run.coder and not person.named:
        # A coder of this project alone: who the person is elsewhere is not said by it.
        person = replace(named(person, run.coder), uuid=new_uuid())
    with Project.create(run.file, person=person, working=working or FRAMEWORKS[:1]) as project:
        if run.coder:
            project.code_as(project.coders.ensure(run.coder))
        coder = project.coders.get(project.me)
        values = {
            "project": str(run.file),
            "coder": coder.uuid,
            "coder_name": coder.name,
            "frameworks": list(FRAMEWORKS),
            "working": list(project.codes.working()),
            "instruments": len(project.instruments.all()),
        }
        run.give(values, f"{run.file}")


def _show(run: Run, change: Change, *, now_is: str = "") -> None:
    values = {
        "change": change.id,
        "label": change.label,
        "who": change.coder,
        "when": change.at,
        "counts": dict(change.counts),
        "kind": change.kind,
        "state": change.state,
    }
    line = f"{change.id:>5}  {change.at[:19].replace('T', ' ')}  {change.coder:<12}  {change.kind:<4}  {change.label}"
    run.give(values, f"{line}  ({now_is})" if now_is else line)


@command("undo")
def undo(run: Run) -> None:
    """Take the last change back."""
    with run.project() as project:
        _show(run, replace(project.undo(), state="undone"), now_is=words.say(language(), "undone"))


@command("redo")
def redo(run: Run) -> None:
    """Bring back the change undone last."""
    with run.project() as project:
        _show(run, replace(project.redo(), state="done"), now_is=words.say(language(), "redone"))


@command("history")
@click.option("--limit", default=-1, help="How many, newest first (default all).")
def history(run: Run, limit: int) -> None:
    """List what was done, newest first."""
    with run.project(read_only=True) as project:
        for change in project.history(limit):
            _show(run, change)


@command("check")
@click.option("--repair-to", type=FileName(), metavar="NEW", help="Save what can be read into a new project.")
def check(run: Run, repair_to: Path | None) -> None:
    """Check the file, or save what can be read of a damaged one."""
    if repair_to is not None:
        found = repair(run.file, repair_to)
        for table, (saved, lost) in found.items():
            run.give(
                {"check": table, "ok": not lost, "detail": f"{saved} saved, {lost} lost"}, f"{table}: {saved} saved, {lost} lost"
            )
        return
    well = True
    with run.project(read_only=True) as project:
        for what, ok, detail in project.check():
            well = well and ok
            run.give({"check": what, "ok": ok, "detail": detail}, f"{'ok ' if ok else 'BAD'}  {what}: {detail}")
    if not well:
        tell("{path} is not well. Save what can be read with: glossator check FILE --repair-to NEW.", path=run.file)
        raise SystemExit(1)


@command("backup")
@click.option("--to", "target", type=FileName(), metavar="NEW", help="Where (default: beside it, with the time).")
def backup(run: Run, target: Path | None) -> None:
    """Copy the whole project, history and all."""
    stamp = now().replace(":", "").replace("-", "")[:15]
    target = target or run.file.with_name(f"{run.file.stem}-{stamp}{run.file.suffix}")
    with run.project(read_only=True) as project:
        project.backup(target)
    run.give({"check": "backup", "ok": True, "detail": str(target)}, str(target))


@command("save-copy")
@click.argument("target", type=FileName())
@click.option("--without-history", is_flag=True, help="Leave old values out.")
@click.option("--without-originals", is_flag=True, help="Leave the imported files out.")
@click.option("--with-private", is_flag=True, help="Take private notes along.")
@click.option("--anonymous", is_flag=True, help="Coder 1, Coder 2 for the coders' names; old values are left out too.")
def save_copy(
    run: Run, target: Path, without_history: bool, without_originals: bool, with_private: bool, anonymous: bool
) -> None:
    """Save one file to hand on."""
    kept = {"history": not without_history, "originals": not without_originals, "private": with_private, "names": not anonymous}
    with run.project(read_only=True) as project:
        project.copy_for_sharing(target, **kept)
    run.give({"project": str(target)}, str(target))


@command("name")
@click.argument("name")
def name_person(run: Run, name: str) -> None:
    """Say who you are: the name your annotations carry in this project and in new ones."""
    from db.person import save_person

    save_person(named(load_person(), name))
    with run.project() as project:
        if not project.writable:
            raise ProjectReadOnly(run.file)
        coder = project.coders.get(project.me)
        if coder.name != name.strip():
            project.coders.edit(coder.id, name=name, initials=load_person().initials)
        run.give({"coder": coder.uuid, "name": name.strip()}, name.strip())


COMMANDS = (new, undo, redo, history, check, backup, save_copy, name_person)

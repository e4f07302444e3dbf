"""Commands on what is exchanged: conflicts and their decisions, frozen states."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from db.cli.conventions import FileName, Run, bar, command, language
from db.sharing import freezing
from db.sharing.deciding import DECISIONS, Conflicts, Decision
from resources import words


@command("conflicts")
@click.option("--decided", is_flag=True, help="Those that were decided too.")
def conflicts(run: Run, decided: bool) -> None:
    """List what two people changed differently."""
    with run.project(read_only=True) as project:
        for each in Conflicts(project.store).all(decided=decided):
            values = {name: value for name, value in asdict(each).items() if name not in ("id", "uuid")}
            line = f"{each.uuid[:13]}  {each.kind} {each.record[:13]}  {each.field}: {each.mine} | {each.theirs}  {each.decision}"
            run.give({"conflict": each.uuid, **values}, line.rstrip())


@command("settle")
@click.argument("decision", type=click.Choice(DECISIONS))
@click.argument("chosen", nargs=-1, metavar="[CONFLICT]…")
@click.option("--all", "every", is_flag=True, help="All that are open.")
def settle(run: Run, decision: Decision, chosen: tuple[str, ...], every: bool) -> None:
    """Decide conflicts: keep mine, take theirs, or keep both; one undo takes it back."""
    if bool(chosen) == every:
        raise click.UsageError("name conflicts, or say --all")
    with run.project() as project:
        several = Conflicts(project.store)
        count = several.decide(decision, None if every else [several.by_ref(ref) for ref in chosen])
        left = len(several.all())
    values = {"decided": count, "decision": decision, "open": left}
    run.give(values, words.say(language(), "{decided} decided, {open} open", values))


@command("freeze")
@click.argument("name")
@click.argument("out", type=FileName())
@click.option("--anonymous", is_flag=True, help="Coder 1, Coder 2 for the coders' names.")
@click.option("--replace", is_flag=True, help="Put it in place of a file that lies there.")
def freeze(run: Run, name: str, out: Path, anonymous: bool, replace: bool) -> None:
    """Keep the state of now under a name: a bundle that every command reads as a project, and that no one can alter."""
    run.keep_apart(out)
    with run.project(read_only=True) as project:
        report = freezing.freeze(project, name, out, anonymous=anonymous, replace=replace, progress=bar(out.name))
    run.give({"state": name, **report.as_dict()}, str(out))


@command("verify")
@click.argument("source", metavar="BUNDLE", type=FileName())
def verify(run: Run, source: Path) -> None:
    """Check a frozen state, and say how the project differs from it (exit 1 if it does)."""
    with run.project(read_only=True) as project:
        found = freezing.differences(project, source, progress=bar(source.name))
    for each in found:
        run.give(asdict(each), f"{each.what:<8} {each.kind} {each.uuid} {', '.join(each.columns)}".rstrip())
    if found:
        raise SystemExit(1)


COMMANDS = (conflicts, settle, freeze, verify)

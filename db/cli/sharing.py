"""Commands that exchange work: export and merge."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click

from db import merging
from db.cli.conventions import FileName, Run, bar, command, language
from db.errors import Refused
from db.exchange import bundle
from db.exchange.merge import Policy
from db.project import Project
from resources import words

FORMATS = {"bundle": bundle.SUFFIX}


@command("export")
@click.argument("out", type=FileName())
@click.option("--format", "form", type=click.Choice(tuple(FORMATS)), default=None, help="Default: from the suffix.")
@click.option("--articles", multiple=True, metavar="ID", help="Only these articles.")
@click.option("--private", is_flag=True, help="Take private notes along.")
def export(run: Run, out: Path, form: str | None, articles: tuple[str, ...], private: bool) -> None:
    """Write a bundle that a colleague opens or merges (to standard output where OUT is -)."""
    to_stdout = str(out) == "-"
    if not to_stdout and form is None and out.suffix.lower() not in FORMATS.values():
        raise Refused(
            "{path} has a suffix no format goes by. Use one of: {choices}.", path=out, choices=", ".join(FORMATS.values())
        )
    with run.project(read_only=True) as project:
        chosen = [project.articles.get(project.articles.by_ref(ref)).uuid for ref in articles] if articles else None
        if to_stdout:
            _to_stdout(project, chosen, private)
            return
        report = bundle.write(project.contents(), out, articles=chosen, private=private, progress=bar(out.name))
    run.give(report.as_dict(), str(out))


def _to_stdout(project: Project, articles: list[str] | None, private: bool) -> None:
    """Write the bundle whole to a file first: what is cut short must not look like one."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"out{bundle.SUFFIX}")
        bundle.write(project.contents(), path, articles=articles, private=private)
        click.echo(path.read_bytes(), nl=False)


@command("merge")
@click.argument("source", metavar="BUNDLE", type=FileName())
@click.option("--dry-run", is_flag=True, help="Say what it would do; write nothing.")
@click.option(
    "--policy", type=click.Choice(("ask", "mine", "theirs", "both")), default="ask", help="What to do where both changed a thing."
)
def merge(run: Run, source: Path, dry_run: bool, policy: Policy) -> None:
    """Merge a bundle into the project, as one change."""
    with run.project() as project:
        plan = merging.preview(project, source, policy=policy, progress=bar(source.name))
        report = merging.foreseen(plan) if dry_run else merging.apply(project, plan, policy=policy, source=source.name)
    values = report.as_dict()
    counts = (
        "added {added}, updated {updated}, deleted {deleted}, unchanged {unchanged}, reanchored {reanchored}, review {review}"
    )
    run.give(values, words.say(language(), counts, values))


COMMANDS = (export, merge)

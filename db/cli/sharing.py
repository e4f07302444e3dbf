"""Commands that exchange work: export and merge."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

import click

from db import merging
from db.cli.conventions import FileName, Run, bar, command, language
from db.errors import Refused
from db.exchange import bundle, results
from db.exchange.merge import Policy
from db.records import no_progress
from resources import words

FORMATS = {"bundle": bundle.SUFFIX, **results.FORMATS}


@command("export")
@click.argument("out", type=FileName())
@click.option("--format", "form", type=click.Choice(tuple(FORMATS)), default=None, help="Default: from the suffix.")
@click.option("--articles", multiple=True, metavar="ID", help="Only these articles, in a bundle.")
@click.option("--private", is_flag=True, help="Take private notes along, in a table only your own.")
@click.option("--query", default=None, metavar="Q", help="What goes into a table: CSV, XLSX or DOCX.")
@click.option("--in", "kinds", default="", metavar="KINDS", help="Of the query: articles,passages,notes,instruments,codes.")
@click.option("--concordance", is_flag=True, help="The words of the query in their surroundings.")
@click.option("--anonymous", is_flag=True, help="Coder 1, Coder 2 for the coders' names, in a table.")
@click.option("--excel", is_flag=True, help="Begin CSV with a BOM, as Excel wants it.")
def export(
    run: Run,
    out: Path,
    form: str | None,
    articles: tuple[str, ...],
    private: bool,
    query: str | None,
    kinds: str,
    concordance: bool,
    anonymous: bool,
    excel: bool,
) -> None:
    """Write a bundle that a colleague opens or merges, or what a query finds (to standard output where OUT is -)."""
    to_stdout = str(out) == "-"
    form = form or _format_of(out, to_stdout)
    _refuse_mixed(form, {"--articles": articles}, query, {"--in": kinds, "--concordance": concordance, "--anonymous": anonymous})
    with run.project(read_only=True) as project, tempfile.TemporaryDirectory() as folder:
        # Whole in a file first: what is cut short must not look like a bundle.
        path = Path(folder, f"out{FORMATS[form]}") if to_stdout else out
        if query is None:
            chosen = [project.articles.get(project.articles.by_ref(ref)).uuid for ref in articles] if articles else None
            progress = no_progress if to_stdout else bar(out.name)
            report = bundle.write(project.contents(), path, articles=chosen, private=private, progress=progress)
        else:
            from db.cli import results as writing

            asked = [kind.strip() for kind in kinds.split(",") if kind.strip()] or None
            options = {"as_concordance": concordance, "anonymous": anonymous, "private": private, "excel": excel}
            report = writing.write(project, path, form, query, kinds=asked, **options)
        if to_stdout:
            click.echo(path.read_bytes(), nl=False)
            return
    run.give(report.as_dict(), str(out))


def _format_of(out: Path, to_stdout: bool) -> str:
    """Give the format that a file's suffix stands for; raises Refused."""
    found = "bundle" if to_stdout else next((form for form, suffix in FORMATS.items() if suffix == out.suffix.lower()), None)
    if found is None:
        raise Refused(
            "{path} has a suffix no format goes by. Use one of: {choices}.", path=out, choices=", ".join(FORMATS.values())
        )
    return found


def _refuse_mixed(form: str, of_bundles: Mapping[str, object], query: str | None, of_queries: Mapping[str, object]) -> None:
    """Refuse what does not go together, rather than leave half of it undone."""
    if form == "bundle" and query is not None:
        raise Refused(
            "A bundle takes articles, not what a query finds. Give a name that ends in one of: {choices}.",
            choices=", ".join(results.FORMATS.values()),
        )
    if form != "bundle" and query is None:
        raise Refused("Say with --query what is to go into a table; kind:passage takes all passages.")
    for option in (name for name, value in of_bundles.items() if value and query is not None):
        raise Refused("{option} is for bundles. Say it in the query: article:… takes the passages of an article.", option=option)
    for option in (name for name, value in of_queries.items() if value and query is None):
        raise Refused("{option} is for the results of a query. Give one with --query.", option=option)


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

"""Commands that exchange work: export and merge."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from db.cli import bundles, foreign, refi
from db.cli import results as hits
from db.cli.conventions import FileName, Run, bar, command, language, tell
from db.errors import Refused
from db.exchange import results
from db.exchange.citations import STYLES
from db.exchange.formats import named
from db.exchange.merge import Policy
from db.exchange.presets import PRESETS
from db.exchange.report import FidelityReport
from db.exchange.reports import WAYS
from db.project import Project
from db.records import no_progress
from db.sharing import exporting, merging, web_files
from resources import words

_NAMES = tuple(each.name for each in exporting.formats())
_HITS = ("kinds", "concordance")
_TABLE = ("articles", "codes", "query", "anonymous", "private")
_SELECTION = ("articles", "codes", "coders", "anonymous", "private", "preset")
# Which options each format takes; those of _HITS are for what a search found.
TAKES: dict[str, tuple[str, ...]] = {
    "bundle": _SELECTION,
    "w3c": _SELECTION,
    "qdpx": ("articles", "codes", "anonymous", "private", "profile"),
    "qdc": ("codes",),
    "csv": (*_TABLE, *_HITS, "excel"),
    "xlsx": (*_TABLE, *_HITS),
    "docx": (*_TABLE, *_HITS, "by", "style"),
    "html": (*_TABLE, "by", "style"),
    "md": (*_TABLE, "by", "style"),
    "matrix": _TABLE,
    "citations": ("articles", "query"),
}
_OPTIONS = {"kinds": "--in"}
Function = TypeVar("Function", bound=Callable[..., None])


def _several(_context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """Read ids by commas, or as options that come again."""
    return tuple(each.strip() for value in values for each in value.split(",") if each.strip())


def _options(function: Function) -> Function:
    """Add what export takes."""
    for option in reversed(
        (
            click.option("--format", "form", type=click.Choice(_NAMES), default=None, help="Default: from the suffix."),
            click.option("--articles", multiple=True, callback=_several, metavar="ID,…", help="Only these articles."),
            click.option("--codes", multiple=True, callback=_several, metavar="ID,…", help="Only passages with these, or below."),
            click.option("--coders", multiple=True, callback=_several, metavar="NAME,…", help="Only what these coders did."),
            click.option("--by", type=click.Choice(WAYS), default=None, help="A report by what (default: code)."),
            click.option("--style", type=click.Choice(STYLES), default=None, help="Of a report's references."),
            click.option("--preset", type=click.Choice(PRESETS), default=None, help="What of a bundle: all, a coding kit…"),
            click.option("--profile", type=click.Choice(("nvivo",)), default=None, help="Of REFI-QDA: count as NVivo does."),
            click.option("--private", is_flag=True, help="Take private notes along, in a table only your own."),
            click.option("--query", default=None, metavar="Q", help="Only what a query finds, listed as a search lists it, or,"
                         " with --by, --articles or --codes, in HTML, Markdown and matrices, passages with all columns."),
            click.option("--in", "kinds", default="", metavar="KINDS",
                         help="Of the query: articles,passages,notes,instruments,codes."),
            click.option("--concordance", is_flag=True, help="The words of the query in their surroundings."),
            click.option("--anonymous", is_flag=True, help="Coder 1, Coder 2 for the coders' names, in a table or report."),
            click.option("--excel", is_flag=True, help="Begin CSV with a BOM, as Excel wants it."),
        )
    ):  # fmt: skip
        function = option(function)
    return function


@command("export")
@click.argument("out", type=FileName())
@_options
def export(run: Run, out: Path, form: str | None, **options: Any) -> None:
    """Write a bundle, a table, a report, the evidence matrix or the references (to standard output where OUT is -)."""
    to_stdout = str(out) == "-"
    form = form or _format_of(out, to_stdout)
    _refuse_mixed(form, options)
    run.keep_apart(out)
    with run.project(read_only=True) as project, tempfile.TemporaryDirectory() as folder:
        # Whole in a file first: what is cut short must not look like a bundle.
        path = Path(folder, f"out{named(form).suffix}") if to_stdout else out
        report = _write(project, path, form, options, no_progress if to_stdout else bar(out.name))
        if to_stdout:
            click.echo(path.read_bytes(), nl=False)
            return
    run.give(report.as_dict(), str(out))


def _write(
    project: Project, path: Path, form: str, options: dict[str, Any], progress: Callable[[int, int], None]
) -> FidelityReport:
    if _as_hits(form, options):
        asked = [kind.strip() for kind in options["kinds"].split(",") if kind.strip()] or None
        told = {name: options[name] for name in ("anonymous", "private", "excel")}
        return hits.write(project, path, form, options["query"], kinds=asked, as_concordance=options["concordance"], **told)
    choice = exporting.Choice(
        form,
        language(),
        query=options["query"] or "",
        articles=tuple(project.articles.by_ref(ref) for ref in options["articles"]),
        codes=tuple(project.codes.by_ref(ref) for ref in options["codes"]),
        coders=tuple(project.coders.by_ref(ref) for ref in options["coders"]),
        by=options["by"] or "code",
        style=options["style"] or "gb7714",
        profile=options["profile"] or "",
        preset=options["preset"] or "whole",
        **{name: options[name] for name in ("anonymous", "private", "excel")},
    )
    return exporting.write(project.store, path, choice, progress)


def _as_hits(form: str, options: dict[str, Any]) -> bool:
    """Whether what a query finds is listed as a search lists it."""
    whole = options["articles"] or options["codes"] or options["by"] or options["style"]
    return options["query"] is not None and form in results.FORMATS and not whole


def _format_of(out: Path, to_stdout: bool) -> str:
    """Give the format that a file's suffix stands for; raises Refused."""
    found = named("bundle") if to_stdout else exporting.format_of(out)
    if found is None:
        choices = dict.fromkeys(suffix for each in exporting.formats() for suffix in each.suffixes)
        raise Refused("{path} has a suffix no format goes by. Use one of: {choices}.", path=out, choices=", ".join(choices))
    return found.name


def _refuse_mixed(form: str, options: dict[str, Any]) -> None:
    """Refuse what does not go together, rather than leave half of it undone."""
    if form == "bundle" and options["query"] is not None:
        raise Refused(
            "A bundle takes articles, not what a query finds. Give a name that ends in one of: {choices}.",
            choices=", ".join(results.FORMATS.values()),
        )
    for name, value in options.items():
        option = _OPTIONS.get(name, f"--{name}")
        if value not in (None, "", (), False) and name not in TAKES[form]:
            raise Refused(
                "{option} does not go with the format {form}. Leave it out, or choose another.", option=option, form=form
            )
        if value and name in _HITS and not _as_hits(form, options):
            raise Refused("{option} is for the results of a query. Give one with --query.", option=option)


@command("merge")
@click.argument("source", metavar="BUNDLE", type=FileName())
@click.option("--dry-run", is_flag=True, help="Say what it would do; write nothing.")
@click.option(
    "--policy", type=click.Choice(("ask", "mine", "theirs", "both")), default="ask", help="What to do where both changed a thing."
)
@click.option("--positions", default="", help="How a REFI-QDA file counts, as utf-16,no-bom,crlf=1; found out if left out.")
def merge(run: Run, source: Path, dry_run: bool, policy: Policy, positions: str) -> None:
    """Take a bundle, W3C annotations, a REFI-QDA, QualCoder or Taguette project or a table of passages in, as one change."""
    if refi.takes(source):
        return refi.take(run, source, dry_run=dry_run, policy=policy, positions=positions)
    if foreign.takes(source):
        return foreign.take(run, source, dry_run=dry_run, policy=policy)
    how = _merge_w3c if source.suffix.lower() in web_files.SUFFIXES else _merge_bundle
    if not dry_run:
        run.look_first(lambda project: how(project, source, True, policy))
    with run.looking() if dry_run else run.project() as project:
        values = how(project, source, dry_run, policy)
    counts = (
        "added {added}, updated {updated}, deleted {deleted}, unchanged {unchanged}, reanchored {reanchored}, review {review}"
    )
    run.give(values, words.say(language(), counts, values))
    for title in values["missing"]:
        tell("{title} is not in the project; what was marked on it was left out.", title=title)
    for quote in filter(None, values["lost"]):
        tell("“{quote}” stands nowhere in the text as it is here.", quote=quote[:60])
    if bare := sum(1 for quote in values["lost"] if not quote):
        tell("{count} marks without a quote stand nowhere in the text as it is here.", count=bare)
    for reason in () if run.as_json else values.get("reasons", ()):
        tell(reason)
    for remark in values["remarks"]:
        tell(remark["sentence"], **remark["facts"])
    if values["anonymous"]:
        tell("The bundle names nobody: coders who are known here keep their names, others go under pseudonyms.")


def _merge_bundle(project: Project, source: Path, dry_run: bool, policy: Policy) -> dict[str, Any]:
    plan = merging.preview(project, source, policy=policy, progress=bar(source.name))
    if dry_run:
        return merging.foreseen(plan).as_dict()
    return merging.apply(project, plan, policy=policy, source=source.name, progress=bar(source.name)).as_dict()


def _merge_w3c(project: Project, source: Path, dry_run: bool, policy: Policy) -> dict[str, Any]:
    previewed = web_files.preview(project, source, policy=policy, language=language(), progress=bar(source.name))
    report = merging.foreseen(previewed.plan) if dry_run else web_files.apply(project, previewed, policy=policy)
    return {**report.as_dict(), **previewed.fidelity.as_dict()}


COMMANDS = (export, merge, *bundles.COMMANDS)

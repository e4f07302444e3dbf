"""Commands of analysis: agreement of coders."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from db.analysis.agreement import NAMES, Name, band
from db.analysis.matrix import Comparison, Measured, Options, Row, compare
from db.analysis.units import UNITS
from db.cli.conventions import FileName, Run, bar, command, language, tell
from db.codings import Codings
from db.errors import Refused
from db.exchange import agreement_tables
from db.project import Project
from db.records import Remark
from resources import words

_ALL = "all"
# Measures as papers call them: their first word, without an s.
_WORDS = re.compile(r"[^a-z0-9]+")
_AUTHORS: dict[str, Name] = {
    "cohen": "kappa", "light": "kappa", "fleis": "fleiss", "scott": "fleiss", "pi": "fleiss", "krippendorff": "alpha",
    "gwet": "ac1",
}  # fmt: skip


def _several(_context: click.Context, _parameter: click.Parameter, value: str | None) -> tuple[str, ...] | None:
    """Read names by commas, one at least."""
    if value is None:
        return None
    if not (names := tuple(name.strip() for name in value.split(",") if name.strip())):
        raise click.BadParameter("it names nobody and nothing")
    return names


def _measures(context: click.Context, parameter: click.Parameter, value: str) -> tuple[str, ...]:
    """Read measures by commas; cohen, cohen_kappa or Cohen's kappa is kappa."""
    if value == _ALL:
        return NAMES
    firsts = [_WORDS.split(name.lower())[0] for name in _several(context, parameter, value) or ()]
    names = tuple(dict.fromkeys(_AUTHORS.get(first.rstrip("s"), first) for first in firsts))
    for name in names:
        if name not in NAMES:
            raise click.BadParameter(f"{name or value} is not one of {', '.join(NAMES)}, {_ALL}")
    return names


@command("agree")
@click.option("--coders", required=True, callback=_several, metavar="A,B…", help="Who is compared: names, initials or ids.")
@click.option(
    "--measure", "measures", default="alpha", callback=_measures, metavar="M,…", help=f"Of {', '.join(NAMES)}, or {_ALL}."
)
@click.option("--unit", type=click.Choice(UNITS), default="sentence", help="What is compared.")
@click.option("--codes", default=None, callback=_several, metavar="C,…", help="Only these (default: those that were used).")
@click.option("--articles", default=None, callback=_several, metavar="A,…", help="Only these.")
@click.option("--branches", is_flag=True, help="Also each code with all below it, as one.")
@click.option("--without-accepted", is_flag=True, help="Leave accepted suggestions out.")
@click.option(
    "--bootstrap",
    "samples",
    type=click.IntRange(0, 100_000),
    default=1_000,
    help="How many samples of units (Poisson; percentiles); 0: none.",
)
@click.option("--level", type=click.FloatRange(0, 1, min_open=True, max_open=True), default=0.95, help="Of the interval.")
@click.option("--seed", type=int, default=1, help="Of the samples.")
@click.option("--out", type=FileName(), default=None, help="Write it as .xlsx, with the units and where it comes from, or .csv.")
@click.option("--anonymous", is_flag=True, help="Coder 1, Coder 2 for the coders' names.")
@click.option("--excel", is_flag=True, help="Begin CSV with a BOM, as Excel wants it.")
def agree(
    run: Run, coders: tuple[str, ...], codes: tuple[str, ...] | None, articles: tuple[str, ...] | None, without_accepted: bool,
    out: Path | None, anonymous: bool, excel: bool, **more: Any,
) -> None:  # fmt: skip
    """Say how far coders agree on each code, and over all.

    A unit has a code from a coder who marked any of it. Where a coder's status of an article is coded or checked, what is not
    marked is a no; else the article is not compared. Over all, observed and expected agreement are averaged over the codes.
    """
    from db.compared import Compared  # reads much that other commands do not need

    form = None if out is None else _form_of(out)
    with run.project(read_only=True) as project:
        chosen = None if codes is None else tuple(project.codes.by_ref(ref) for ref in codes)
        only = None if articles is None else [project.articles.by_ref(ref) for ref in articles]
        who = [project.coders.by_ref(ref) for ref in coders]
        progress = bar("agree")
        material = Codings(project.store).material(who, articles=only, progress=progress)
        found = compare(material, Options(codes=chosen, without_offered=without_accepted, **more), progress)
        compared = Compared(project.store, language=language(), anonymous=anonymous)
        for remark in compared.remarks(found):
            tell(remark.sentence, **remark.facts)
        _give(run, project, found, project.contents().pseudonyms() if anonymous else {})
        if out is not None and form is not None:
            taken = compared.taken_away(found, found.options.measures)
            report = agreement_tables.write(out, taken, form, excel=excel, progress=bar(out.name))
            for reason in report.reasons:
                click.echo(reason, err=True)


def _form_of(out: Path) -> str:
    """Give the form that a file's suffix stands for; raises Refused."""
    for form, suffix in agreement_tables.FORMATS.items():
        if out.suffix.lower() == suffix:
            return form
    choices = ", ".join(agreement_tables.FORMATS.values())
    raise Refused("{path} has a suffix no format goes by. Use one of: {choices}.", path=out, choices=choices)


def _give(run: Run, project: Project, found: Comparison, hidden: Mapping[str, str]) -> None:
    uuids = {coder: (uuid := project.coders.get(coder).uuid) and hidden.get(uuid, uuid) for coder in found.coders}
    for row in found.rows:
        code = "" if row.code is None else project.codes.get(row.code).key
        sums = {"units": row.units, "both": row.both, "one": row.one, "none": row.none}
        by_coder = [
            {"coder": uuids[coder], "given": given, "rated": rated}
            for coder, given, rated in zip(found.coders, row.given, row.rated, strict=True)
        ]
        for name, measured in row.measures.items():
            values = {"measure": name, "unit": found.options.unit, "scope": row.scope, "code": code, **_told(name, measured)}
            run.give(values | sums | {"coders": by_coder}, _line(name, row, code, measured))


def _told(name: Name, measured: Measured) -> dict[str, Any]:
    if isinstance(measured.value, Remark):
        undefined = words.say(language(), measured.value.sentence)
        return {"value": None, "low": None, "high": None, "undefined": undefined, "band": None}
    value, low, high = (None if each is None else round(each, 6) for each in (measured.value, measured.low, measured.high))
    return {
        "value": value,
        "low": low,
        "high": high,
        "undefined": None,
        "band": None if name == "percent" else band(measured.value),
    }


def _line(name: Name, row: Row, code: str, measured: Measured) -> str:
    told = _told(name, measured)
    if told["undefined"]:
        number = told["undefined"]
    else:
        between = "" if told["low"] is None else f"[{told['low']:.3f}, {told['high']:.3f}]"
        number = f"{told['value']:>7.3f}  {between:<16}  {told['band'] or '':<9}"
    return f"{name:<7}  {row.scope:<6}  {code:<20}  {row.units:>7}  {row.both:>6} {row.one:>6} {row.none:>6}  {number}".rstrip()


COMMANDS = (agree,)

"""Commands on all places where the words of a query stand: a concordance, and marking them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import click

from db.cli.conventions import Run, bar, command, tell
from db.cli.passages import at_instrument
from db.project import Project
from db.records import AnnotationId, ArticleId, Remark
from db.search.concordance import MOST_CONTEXT, ORDERS, Line, lines
from db.search.marking import MOST, UNITS, Candidate, candidates
from db.search.places import MOST as MOST_LINES
from db.search.searcher import Searcher

_SIDES = {"l": "left", "r": "right"}


def _orders(_context: click.Context, _parameter: click.Parameter, value: str) -> tuple[str, ...]:
    """Read orders by commas; l1 and r1 are left1 and right1."""
    typed = (name.strip() for name in value.split(",") if name.strip())
    names = tuple(_SIDES[name[0]] + name[1:] if re.fullmatch("[lr][1-5]", name) else name for name in typed)
    for name in names:
        if name not in ORDERS:
            raise click.BadParameter(f"{name} is not one of {', '.join(ORDERS)}")
    return names


def _say(remarks: Iterable[Remark]) -> None:
    for remark in remarks:
        tell(remark.sentence, **remark.facts)


def _articles(project: Project, found: Iterable[Line | Candidate]) -> dict[int, str]:
    """Give the ids by which articles are known outside."""
    return {key: project.articles.get(ArticleId(key)).uuid for key in dict.fromkeys(one.article for one in found)}


def _annotations(project: Project, keys: Iterable[int]) -> dict[int, str]:
    several = project.annotations.several([AnnotationId(key) for key in dict.fromkeys(keys)])
    return {one.id: one.uuid for one in several}


@command("concordance")
@click.argument("query")
@click.option("--context", type=click.IntRange(0, MOST_CONTEXT), default=30, help="How many characters to each side.")
@click.option(
    "--sort",
    "order",
    default="position",
    callback=_orders,
    metavar="ORDERS",
    help=f"By commas, of {', '.join(ORDERS)}; l1 and r1 are short for left1 and right1.",
)
@click.option("--limit", type=click.IntRange(min=1), default=MOST_LINES, help="How many lines at most.")
def concordance(run: Run, query: str, context: int, order: tuple[str, ...], limit: int) -> None:
    """Show every place where the words of QUERY stand, with what stands around it."""
    with run.project(read_only=True) as project, project.store.reading():
        searcher = Searcher(project.store.connection)
        found = lines(searcher, query, me=project.me, context=context, order=order, most=limit, progress=bar(query))
        _say(found.remarks)
        articles = _articles(project, found.lines)
        annotations = _annotations(project, (key for line in found.lines for key in line.annotations))
        for line in found.lines:
            values = {"article": articles[line.article], "title": line.title, "start": line.start, "end": line.end}
            values |= {"left": line.left, "match": line.match, "right": line.right}
            run.give(
                values | {"annotations": [annotations[key] for key in line.annotations]},
                f"{line.left:>{context}} [{line.match}] {line.right}",
            )
        if found.more:
            tell("There are more than {count}. Give a higher --limit to see them.", count=len(found.lines))


@command("tag-hits")
@click.argument("query")
@click.option("--code", "codes", multiple=True, metavar="C", help="What to tag them with.")
@click.option("--instrument", "instruments", multiple=True, metavar="ID[@LOCATOR]", help="What to link them to.")
@click.option("--unit", type=click.Choice(UNITS), default="hit", help="What to mark around each hit.")
@click.option("--note", default="", metavar="TEXT", help="A note on each.")
@click.option("--dry-run", is_flag=True, help="Only show what would be marked.")
@click.option("--limit", type=click.IntRange(min=1), default=MOST, help="How many passages at most.")
def tag_hits(
    run: Run, query: str, codes: tuple[str, ...], instruments: tuple[str, ...], unit: str, note: str, dry_run: bool, limit: int
) -> None:
    """Mark every place where the words of QUERY stand, in one change; what has all the codes already is left as it is."""
    if not (codes or instruments or note.strip() or dry_run):
        raise click.UsageError("Give a --code, an --instrument or a --note, or --dry-run to look first.")
    with run.project(read_only=dry_run) as project, project.store.reading():
        chosen = [project.codes.by_ref(code) for code in codes]
        links = [at_instrument(project, words) for words in instruments]
        searcher = Searcher(project.store.connection)
        _say(searcher.first(query, kinds=(), me=project.me).remarks)
        kind = next(one for one in UNITS if one == unit)
        several = candidates(searcher, query, kind, chosen, me=project.me, most=limit + 1, progress=bar(query))
        shown = several[:limit]
        done = bool(codes) and not links and not note.strip()
        wanted = [] if dry_run else [one for one in shown if not (done and one.already)]
        made = project.mark(wanted, codes=chosen, links=links, note=note, query=query, progress=bar(query))
        _give(run, project, shown, dict(zip(wanted, made, strict=True)))
        totals = {"total": len(shown), "hits": sum(one.hits for one in shown), "marked": len(made)}
        totals |= {"already": sum(1 for one in shown if one.already), "more": len(several) > limit}
        run.give(totals, "  ".join(f"{name} {value}" for name, value in totals.items() if name != "more"))
        if len(several) > limit:
            tell("There are more than {count}. Give a higher --limit to see them.", count=limit)


def _give(run: Run, project: Project, shown: Sequence[Candidate], made: dict[Candidate, AnnotationId]) -> None:
    articles = _articles(project, shown)
    uuids = _annotations(project, (key for one in shown for key in (*one.already, *((made[one],) if one in made else ()))))
    for one in shown:
        values = {"article": articles[one.article], "start": one.start, "end": one.end, "exact": one.exact, "hits": one.hits}
        values |= {"already": [uuids[key] for key in one.already]}
        key = made.get(one)
        line = f"{one.hits:>4}  {'*' if one.already else ' '}  {one.exact}".replace("\n", " ")
        run.give(values | {"annotation": uuids[key] if key is not None else None}, line)


COMMANDS = (concordance, tag_hits)

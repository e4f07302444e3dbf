"""Work leaves: what is chosen of a project, written in one of the formats. The window and the command line ask here."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from db.articles import Articles
from db.codebook import Codes
from db.contents import Contents
from db.exchange import bundle, web_writing
from db.exchange.citations import Style
from db.exchange.dots import dots_of
from db.exchange.evidence import UNIT, evidence
from db.exchange.formats import FORMATS, Format, named, of_file
from db.exchange.passages import Gathered, sheets, table
from db.exchange.presets import Preset, Selection
from db.exchange.references import write_references
from db.exchange.report import FidelityReport
from db.exchange.reports import By, write_report
from db.exchange.results import moment_of
from db.exchange.tables import say, write_csv, write_xlsx
from db.instruments import Instruments
from db.records import ArticleId, CodeId, CoderId, Instrument, Progress, either, no_progress
from db.search.query import parse
from db.search.searcher import Searcher
from db.search.tree import Node
from db.sharing.passages import Passages, coder_names, nameless, statutes
from db.store import Store

_NAMED = 20  # articles and codes that are told by name
_IN = "IN (SELECT value FROM json_each(?))"
_BARE = "A CSV file holds one table, so where it comes from does not stand in it. A workbook (XLSX) has a sheet for that."
_UNIT = ("Passages: a row is one coder's mark on an article", "片段：一行是一位编码者在一篇文章上的一处标记")
_OWN = ("All passages of the project", "项目中的全部片段")


@dataclass(frozen=True, slots=True)
class Choice:
    """What leaves and how. Without articles, codes and query it is everything; a code means all below it too.

    `by` and `style` are for reports, `excel` puts a BOM before CSV, `private` takes one's own private notes along (another's
    never leave), `sentence` says a query in words, `at` is when (ISO 8601), now unless given; `profile` is for REFI-QDA,
    `preset` for bundles: a layer is the present coder's.
    """

    form: str
    language: str = "en"
    query: str = ""
    articles: tuple[ArticleId, ...] = ()
    codes: tuple[CodeId, ...] = ()
    coders: tuple[CoderId, ...] = ()
    by: By = "code"
    style: Style = "gb7714"
    anonymous: bool = False
    private: bool = False
    excel: bool = False
    profile: str = ""
    preset: Preset = "whole"
    sentence: Callable[[Node], str] | None = None
    at: str = ""


Writer = Callable[[Store, Path, Choice, Progress], FidelityReport]


def write(store: Store, out: Path, choice: Choice, progress: Progress = no_progress) -> FidelityReport:
    """Write what is chosen; reads over the store's connection, as its present coder, and changes nothing.

    Written beside the target and renamed when whole. Raises FolderMissing, NotWritten, QueryFault, KeyError for a format
    that cannot be written, and what `progress` raises to stop, which leaves the file that was there.
    """
    writer = WRITERS[choice.form]
    with store.reading(), _one_moment(store):
        return writer(store, out, choice, progress)


@contextmanager
def _one_moment(store: Store) -> Iterator[None]:
    """Read everything as it stands at one moment, whatever others write meanwhile."""
    connection = store.connection
    if connection.in_transaction:
        yield
        return
    connection.execute("BEGIN")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")


def formats() -> tuple[Format, ...]:
    """List the formats that can be written."""
    return tuple(each for each in FORMATS if each.name in WRITERS)


def format_of(out: Path) -> Format | None:
    """Give the format that a file's suffix stands for, among those that can be written; None if there is none."""
    return of_file(out, WRITERS)


# What is chosen


def _chosen(store: Store, choice: Choice, codes: bool = True) -> set[int] | None:
    """Give the keys of the passages that are chosen; None for all."""
    found: list[set[int]] = []
    if choice.query:
        found.append(set(Searcher(store.connection).keys(choice.query, "passage", me=store.me)))
    if choice.articles:
        rows = store.rows(f"SELECT id FROM annotation WHERE article {_IN}", (json.dumps(choice.articles),))
        found.append({row[0] for row in rows})
    if choice.codes and codes:
        rows = store.rows(f"SELECT annotation FROM tagging WHERE code {_IN}", (json.dumps(sorted(_below(store, choice))),))
        found.append({row[0] for row in rows})
    return set.intersection(*found) if found else None


def _below(store: Store, choice: Choice) -> set[int]:
    codes = Codes(store)
    return {int(each) for code in choice.codes for each in (code, *codes.branch(code))}


def _gathered(store: Store, choice: Choice, *, cited: bool = False, unit: str = "", codes: bool = True) -> Gathered:
    language = choice.language
    query, root = choice.query, parse(choice.query).root if choice.query else None
    if choice.anonymous and query:
        query, root = nameless(store, query, coder_names(store, language, anonymous=True), language)
    reader = Passages(
        store, me=store.me, language=language, anonymous=choice.anonymous, private=choice.private, cited=cited
    )  # fmt: skip
    chosen = _chosen(store, choice, codes)
    told = [choice.sentence(root)] if choice.sentence and root is not None else []
    told += _narrowed(store, choice, codes)
    if chosen is None:
        told.append(either(language, _OWN[1], _OWN[0]))
    sentence = either(language, "；", "; ").join(told)
    return reader.gather(chosen, query=query, sentence=sentence, unit=unit, at=choice.at)


def _narrowed(store: Store, choice: Choice, codes: bool) -> Iterator[str]:
    """Say which articles and codes were chosen, the first of many."""
    comma, colon = ("、", "：") if choice.language.startswith("zh") else (", ", ": ")
    articles, known = Articles(store), Codes(store)
    named_so = (
        (("Articles", "文章"), (articles.get(key).key for key in choice.articles[:_NAMED]), len(choice.articles)),
        (
            ("Codes with all below them", "编码（含下级）"),
            (known.get(key).label(choice.language) for key in choice.codes[:_NAMED]), len(choice.codes) if codes else 0,
        ),
    )  # fmt: skip
    for (en, zh), names, count in named_so:
        if count:
            more = f"{comma}… ({count})" if count > _NAMED else ""
            yield either(choice.language, zh, en) + colon + comma.join(names) + more


# How it is written


def _bundle(store: Store, out: Path, choice: Choice, progress: Progress) -> FidelityReport:
    return bundle.write(Contents(store), out, wanted=selection(store, choice), progress=progress)


def _w3c(store: Store, out: Path, choice: Choice, progress: Progress) -> FidelityReport:
    return web_writing.write(Contents(store), out, selection(store, choice), progress=progress)


def selection(store: Store, choice: Choice) -> Selection:
    """Give a choice as what is to go into a bundle; a layer is the present coder's unless coders are named."""
    coders = (store.me,) if choice.preset == "layer" and not choice.coders else choice.coders
    several = {"article": choice.articles, "code": choice.codes, "coder": coders}
    uuids = [_uuids(store, table, keys) for table, keys in several.items()]
    articles, codes, makers = (None if each is None else frozenset(each) for each in uuids)
    corrected = _corrected(store, coders) if choice.preset == "layer" and articles is None and codes is None else ()
    return Selection(
        choice.preset, articles, codes, makers, choice.private, choice.anonymous, frozenset(corrected), choice.language
    )  # fmt: skip


_CORRECTED = (
    "SELECT s.number, r.uuid, a.uuid FROM article a JOIN stamp s ON s.uuid = a.uuid JOIN replica r ON r.id = s.replica"
    " WHERE a.modified <> a.created UNION ALL SELECT s.number, r.uuid, a.uuid FROM version v JOIN article a ON a.id = v.article"
    " JOIN stamp s ON s.uuid = v.uuid JOIN replica r ON r.id = s.replica WHERE v.number > 1"
)


def _corrected(store: Store, coders: Sequence[CoderId]) -> Iterator[str]:
    """Yield the articles whose record or text some coders were the last to change after it was made."""
    names = [row[0] for row in store.rows(f"SELECT name FROM coder WHERE id {_IN}", (json.dumps(coders),))]
    made = "SELECT r.uuid, c.number FROM change c JOIN replica r ON r.id = c.replica WHERE c.coder"
    theirs = set(store.rows(f"{made} {_IN}", (json.dumps(names),)))
    for number, replica, article in store.rows(_CORRECTED):
        if any(dot in theirs for dot in dots_of(replica, number).items()):
            yield str(article)


def _refi(store: Store, out: Path, choice: Choice, progress: Progress) -> FidelityReport:
    from db.sharing import refi_out

    return refi_out.write(
        store, out, form=choice.form, articles=_uuids(store, "article", choice.articles),
        codes=_uuids(store, "code", choice.codes), anonymous=choice.anonymous, private=choice.private, profile=choice.profile,
        language=choice.language, progress=progress,
    )  # fmt: skip


def _uuids(store: Store, table: str, keys: Sequence[int]) -> list[str] | None:
    """Give the uuids of records; None, which means all, where none were chosen."""
    if not keys:
        return None
    return [row[0] for row in store.rows(f"SELECT uuid FROM {table} WHERE id {_IN} ORDER BY uuid", (json.dumps(list(keys)),))]


def _csv(store: Store, out: Path, choice: Choice, progress: Progress) -> FidelityReport:
    found = _gathered(store, choice)
    report = write_csv(
        out, table(found), language=choice.language, excel=choice.excel, report=found.report, progress=progress
    )  # fmt: skip
    report.dropped["provenance"] += 1
    report.reasons.append(say(choice.language, _BARE))
    return report


def _xlsx(store: Store, out: Path, choice: Choice, progress: Progress) -> FidelityReport:
    found = _gathered(store, choice, unit=either(choice.language, _UNIT[1], _UNIT[0]))
    about = {"language": choice.language, "report": found.report, "progress": progress}
    made = sheets(found)
    return write_xlsx(out, made, title=made[0].name, created=moment_of(found.provenance.at), **about)  # type: ignore[arg-type]


def _matrix(store: Store, out: Path, choice: Choice, progress: Progress) -> FidelityReport:
    unit = either(choice.language, UNIT[1], UNIT[0])
    found = _gathered(store, choice, unit=unit, codes=False)
    codes = _below(store, choice) if choice.codes else None
    made = evidence(found, statutes(store), codes)
    about = {"language": choice.language, "report": found.report, "progress": progress}
    return write_xlsx(out, made, title=named("matrix").title(choice.language), created=moment_of(found.provenance.at), **about)  # type: ignore[arg-type]


def _report(store: Store, out: Path, choice: Choice, progress: Progress) -> FidelityReport:
    found = _gathered(store, choice, cited=True)
    return write_report(out, found, choice.form, by=choice.by, style=choice.style, progress=progress)


def _citations(store: Store, out: Path, choice: Choice, progress: Progress) -> FidelityReport:
    articles = Articles(store).all()
    if choice.articles:
        articles = [one for one in articles if one.id in choice.articles]
    if choice.query:
        found = set(Searcher(store.connection).keys(choice.query, "article", me=store.me))
        articles = [one for one in articles if one.id in found]
    articles.sort(key=lambda one: (one.key, one.uuid))
    instruments = _linked(store, None if not (choice.articles or choice.query) else [one.id for one in articles])
    form = out.suffix.lower() if out.suffix.lower() in named("citations").suffixes else named("citations").suffix
    return write_references(
        out, articles, instruments=instruments, form=form, language=choice.language, progress=progress
    )  # fmt: skip


def _linked(store: Store, articles: Sequence[ArticleId] | None) -> list[Instrument]:
    """Give the instruments that passages of some articles, or of all, are linked to, and those whose text an article is."""
    where = "" if articles is None else f" AND {{}} {_IN}"
    rows = store.rows(
        "SELECT l.instrument FROM link l JOIN annotation a ON a.id = l.annotation WHERE 1" + where.format("a.article")
        + " UNION SELECT to_instrument FROM relation WHERE from_article IS NOT NULL AND to_instrument IS NOT NULL"
        + where.format("from_article"),
        () if articles is None else (json.dumps(articles),) * 2,
    )  # fmt: skip
    found = {row[0] for row in rows}
    return sorted((one for one in Instruments(store).all() if one.id in found), key=lambda one: (one.key, one.uuid))


WRITERS: Mapping[str, Writer] = {
    "bundle": _bundle,
    "w3c": _w3c,
    "qdpx": _refi,
    "qdc": _refi,
    "csv": _csv,
    "xlsx": _xlsx,
    "docx": _report,
    "html": _report,
    "md": _report,
    "matrix": _matrix,
    "citations": _citations,
}

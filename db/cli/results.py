"""What `export --query` writes: the results of a query as a table or a document."""

from __future__ import annotations

from pathlib import Path

from db.cli.conventions import bar, language, tell
from db.exchange import results
from db.exchange.report import FidelityReport
from db.project import Project
from db.search import concordance
from db.search.searcher import Searcher
from db.sharing.findings import Findings


def write(
    project: Project,
    out: Path,
    form: str,
    query: str,
    *,
    kinds: list[str] | None = None,
    as_concordance: bool = False,
    anonymous: bool = False,
    private: bool = False,
    excel: bool = False,
) -> FidelityReport:
    """Write what a query finds, or the concordance of its words, in one of results.FORMATS."""
    searcher = Searcher(project.store.connection)
    found = Findings(
        searcher, project.path, me=project.me, language=language(), anonymous=anonymous, private=private
    )  # fmt: skip
    with project.store.reading():
        if as_concordance:
            lines = concordance.lines(searcher, query, me=project.me, progress=bar(out.name))
            remarks, result = lines.remarks, found.concordance(query, lines.lines, more=lines.more)
        else:
            remarks = searcher.first(query, kinds=kinds, limit=1, me=project.me).remarks
            result = found.hits(query, kinds)
        for remark in remarks:
            tell(remark.sentence, **remark.facts)
        return results.write(out, result, form, excel=excel, progress=bar(out.name))

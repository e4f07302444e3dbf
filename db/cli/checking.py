"""The command that checks the quotations of a manuscript against the library."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click

from db.cli.conventions import FileName, Run, bar, command, language, tell
from db.search.searcher import Searcher
from db.sharing.quotes import Checked, QuoteCheck, read_manuscript
from resources import words

_SHOWN = 60
_STATUSES = {"verbatim": "verbatim", "differs": "differs", "ambiguous": "ambiguous", "absent": "not in the library"}
_COUNTS = "{count} quotations: {verbatim} verbatim, {differs} differ, {ambiguous} ambiguous, {absent} not in the library"


@command("check-quotes")
@click.argument("manuscript", type=FileName())
def check_quotes(run: Run, manuscript: Path) -> None:
    """Check the quotations of a manuscript (DOCX, Markdown, text), which is only read, against the articles."""
    draft = read_manuscript(manuscript)
    with run.project(read_only=True) as project, project.store.reading():
        checked = QuoteCheck(Searcher(project.store.connection), language=language()).check(draft, progress=bar(manuscript.name))
    for one in checked:
        run.give(one.as_dict(), _line(one))
    if not run.as_json:
        counts = Counter[str](one.status for one in checked)
        tell(_COUNTS, count=len(checked), **{status: counts[status] for status in _STATUSES})


def _line(one: Checked) -> str:
    quote = one.quotation.text.replace("\n", " / ")
    quote = quote if len(quote) <= _SHOWN else f"{quote[:_SHOWN]}…"
    changed = " ".join(f"[-{part.article}-]{{+{part.manuscript}+}}" for part in one.difference if not part.equal)
    status = words.say(language(), _STATUSES[one.status])
    cited = one.citation or " ".join(citation for _found, citation in one.candidates)
    return "  ".join(filter(None, (one.place, status, f"“{quote}”", cited, changed)))


COMMANDS = (check_quotes,)

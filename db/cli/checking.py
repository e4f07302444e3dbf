"""The command that checks the quotations of a manuscript against the library."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click

from db.cli.conventions import FileName, Run, bar, command, language, tell
from db.errors import Refused
from db.search.searcher import Searcher
from db.sharing import quotes_file
from db.sharing.quotes import ALLOWED, Checked, QuoteCheck, read_manuscript
from resources import words

_SHOWN = 60
_COUNTS = "{count} quotations: {verbatim} verbatim, {differs} differ, {ambiguous} ambiguous, {absent} not in the library"


@command("check-quotes")
@click.argument("manuscript", type=FileName())
@click.option("--out", type=FileName(), default=None, help="Save the result too: .xlsx, .csv or .md.")
def check_quotes(run: Run, manuscript: Path, out: Path | None) -> None:
    """Check the quotations of a manuscript (DOCX, Markdown, text), which is only read, against the articles."""
    if out is not None and out.exists() and manuscript.exists() and out.samefile(manuscript):
        raise Refused("The manuscript is only read. Save the result under another name.")
    draft = read_manuscript(manuscript)
    with run.project(read_only=True) as project, project.store.reading():
        checked = QuoteCheck(Searcher(project.store.connection), language=language()).check(draft, progress=bar(manuscript.name))
        if out is not None:
            quotes_file.write(project.store, out, manuscript.name, checked, language=language(), progress=bar(out.name))
    for one in checked:
        run.give(one.as_dict(), _line(one))
    if not run.as_json:
        counts = Counter[str](one.status for one in checked)
        tell(_COUNTS, count=len(checked), **{status: counts[status] for status in quotes_file.STATUSES})


def _line(one: Checked) -> str:
    quote = one.quotation.text.replace("\n", " / ")
    quote = quote if len(quote) <= _SHOWN else f"{quote[:_SHOWN]}…"
    changed = " ".join(f"[-{part.article}-]{{+{part.manuscript}+}}" for part in one.difference if not part.equal)
    status = words.say(language(), quotes_file.STATUSES[one.status])
    cited = one.citation or " ".join(citation for _found, citation in one.candidates)
    allowed = ", ".join(words.say(language(), ALLOWED[name]) for name in one.allowed)
    return "  ".join(filter(None, (one.place, status, f"“{quote}”", cited, changed, allowed and f"({allowed})")))


COMMANDS = (check_quotes,)

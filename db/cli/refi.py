"""What `merge` does with REFI-QDA projects and codebooks of any program."""

from __future__ import annotations

from pathlib import Path

from db.cli.conventions import Run, bar, language, tell
from db.exchange.merge import Policy
from db.project import Project
from db.sharing import merging, refi
from resources import words

_COUNTS = "added {added}, updated {updated}, deleted {deleted}, unchanged {unchanged}, reanchored {reanchored}, review {review}"


def takes(source: Path) -> bool:
    """Whether a file is a REFI-QDA project or codebook, by its suffix, or a folder one that lies unpacked."""
    return source.suffix.lower() in refi.SUFFIXES or refi.is_unpacked(source)


def take(run: Run, source: Path, *, dry_run: bool, policy: Policy = "ask", positions: str = "") -> None:
    """Merge it as one change, or say what that would do; `positions` says how all sources are counted (utf-16,crlf=1)."""
    model = refi.model(positions) if positions else None
    progress = bar(source.name)

    def planned(project: Project) -> refi.Preview:
        return refi.preview(project, source, policy=policy, model=model, language=language(), progress=progress)

    if not dry_run:
        run.look_first(planned)
    with run.looking() if dry_run else run.project() as project:
        previewed = planned(project)
        done = None if dry_run else refi.apply(project, previewed, policy=policy, progress=progress)
    report = done or merging.foreseen(previewed.plan)
    if not run.as_json:
        for reason in previewed.fidelity.reasons:
            tell(reason)
    values = {**report.as_dict(), **previewed.as_dict()}
    run.give(values, words.say(language(), _COUNTS, report.as_dict()))

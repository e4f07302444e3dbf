"""What `merge` does with other programs' work: tables of passages, QualCoder's projects and Taguette's databases."""

from __future__ import annotations

from pathlib import Path

from db.cli.conventions import Run, bar, language, tell
from db.exchange.merge import Policy
from db.project import Project
from db.sharing import taking_in
from resources import words

_COUNTS = "added {added}, updated {updated}, unchanged {unchanged}, left out {left_out}"


def takes(source: Path) -> bool:
    """Whether a file or folder is another program's work."""
    return taking_in.kind_of(source) is not None


def take(run: Run, source: Path, *, dry_run: bool, policy: Policy = "ask") -> None:
    """Take it in as one change, or say what that would do; lines that fit nothing are told one by one."""

    def planned(project: Project) -> taking_in.Intake:
        return taking_in.preview(project, source, policy=policy, language=language(), progress=bar(source.name))

    if not dry_run:
        run.look_first(planned)
    with run.looking() if dry_run else run.project() as project:
        intake = planned(project)
        done = None if dry_run else taking_in.take_in(project, intake, progress=bar(source.name))
    values = intake.as_dict(done, language())
    if not run.as_json:
        for one in intake.unfit:
            tell("Line {line}: {reason}.", line=one.line, reason=one.reason(language()))
        for reason in intake.report.reasons:
            tell(reason)
    facts = {"left_out": sum(intake.report.dropped.values()), **values}
    run.give(values, words.say(language(), _COUNTS, facts))

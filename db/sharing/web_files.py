"""W3C Web Annotations into an open project: previewed first, then written as one change, so that one undo takes it back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from db.changes import now
from db.exchange import web_reading
from db.exchange.landing import Landing
from db.exchange.plan import Plan, Policy
from db.exchange.report import FidelityReport
from db.records import Progress, no_progress
from db.sharing import merging
from db.sharing.merging import MergeReport

if TYPE_CHECKING:
    from db.project import Project

SUFFIXES = (".jsonld", ".json", ".jsonl", ".ndjson")
LABEL = "Import annotations"


@dataclass(slots=True)
class Preview:
    """What an import would do: the plan of its merge, and what the file holds; nothing has been written."""

    path: Path
    plan: Plan
    fidelity: FidelityReport


def preview(
    project: Project, path: Path, *, policy: Policy = "ask", language: str = "en", progress: Progress = no_progress
) -> Preview:  # fmt: skip
    """Read a file of annotations and plan its merge; writes nothing; raises CannotRead."""
    contents = project.contents()
    foreign, landed = web_reading.read(path, Landing(contents.known(now()), contents.text), language, progress=progress)
    plan = merging.plan_of(project, foreign.bundle, path, policy=policy)
    plan.landed = landed
    return Preview(path, plan, foreign.report)


def apply(project: Project, previewed: Preview, *, policy: Policy = "ask", progress: Progress = no_progress) -> MergeReport:
    """Write what was previewed as one change; raises CannotRead."""
    return merging.apply(project, previewed.plan, policy=policy, source=previewed.path.name, label=LABEL, progress=progress)


def merge(
    project: Project, path: Path, *, policy: Policy = "ask", language: str = "en", progress: Progress = no_progress
) -> tuple[MergeReport, FidelityReport]:  # fmt: skip
    """Read, plan and write in one go."""
    previewed = preview(project, path, policy=policy, language=language, progress=progress)
    return apply(project, previewed, policy=policy, progress=progress), previewed.fidelity

"""REFI-QDA into and out of an open project: previewed first, then written as one change, so that one undo takes it back."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from db.articles import digest, short_key
from db.changes import now
from db.errors import Refused
from db.exchange.bundle_behind import KEPT
from db.exchange.merge import Plan, Policy
from db.exchange.refi import incoming
from db.exchange.refi.aside import Aside
from db.exchange.refi.incoming import Incoming
from db.exchange.refi.known import Known
from db.exchange.refi.positions import Model
from db.exchange.report import FidelityReport
from db.importers.metadata import url_key
from db.records import Draft, Layout, Progress, no_progress
from db.relations import KINDS
from db.schema import TRAVELLING
from db.settings import put
from db.sharing import merging, refi_out
from db.sharing.merging import MergeReport
from db.store import Store

if TYPE_CHECKING:
    from db.project import Project

SUFFIXES = incoming.SUFFIXES
is_unpacked = incoming.is_unpacked
PROFILES = refi_out.PROFILES
LABEL = "Import REFI-QDA"
_NO_MODEL = (
    "{words} is no way of counting. Write it as code-points, utf-16 or utf-8, bom or no-bom, crlf=1 or crlf=2, end=last, with"
    " commas."
)


@dataclass(slots=True)
class Preview:
    """What an import would do: the plan of its merge, and what the file holds; nothing has been written."""

    path: Path
    plan: Plan
    incoming: Incoming

    @property
    def fidelity(self) -> FidelityReport:
        """What was carried, changed, kept aside or dropped."""
        return self.incoming.report

    def as_dict(self) -> dict[str, Any]:
        """Give the fidelity report and how sources were counted, as the command line prints them beside the merge's counts."""
        positions = [
            {
                "article": each.article, "name": each.name, "positions": str(each.proof.model), "by": each.proof.by,
                "score": asdict(each.proof.score), "selections": each.proof.of,
                "others": [str(model) for model in each.proof.others], "samples": [list(pair) for pair in each.proof.samples],
            }
            for each in self.incoming.proofs
        ]  # fmt: skip
        return {**self.fidelity.as_dict(), "positions": positions}


def model(words: str) -> Model:
    """Read a way of counting as the command line takes it (utf-16,no-bom,crlf=1); raises Refused."""
    try:
        return Model.of(words)
    except ValueError:
        raise Refused(_NO_MODEL, words=words) from None


def preview(
    project: Project, path: Path, *, policy: Policy = "ask", models: Mapping[str, Model] | None = None,
    model: Model | None = None, language: str = "en", progress: Progress = no_progress,
) -> Preview:  # fmt: skip
    """Read a .qdpx, a .qdc, a .qde in its folder or that folder, and plan its merge.

    `models` by GUID of a source, or `model` for all, say how positions are counted.

    Writes nothing; raises CannotRead, and what `progress` raises to stop.
    """
    read = incoming.read(path, known(project), models=models, model=model, language=language, progress=progress)
    return Preview(path, merging.plan_of(project, read.bundle, path, policy=policy), read)


def apply(project: Project, previewed: Preview, *, policy: Policy = "ask", progress: Progress = no_progress) -> MergeReport:
    """Write what was previewed as one change; raises CannotRead, and what `progress` raises to stop, which leaves nothing."""
    name, aside = KEPT + previewed.incoming.lineage, previewed.incoming.aside
    data = aside.to_json() if aside else b""
    value = json.dumps({"file": previewed.path.name, "sha256": digest(data)}, ensure_ascii=False)
    before = project.setting(name)
    originals = previewed.incoming.bundle.originals

    def keep(store: Store) -> None:
        for blob in (data, *(originals[sha256] for sha256 in aside.members.values())):
            values = (digest(blob), zlib.compress(blob, 6), len(blob))
            store.rows("INSERT OR IGNORE INTO blob VALUES (?, ?, ?)", values)
        put(store, name, value, store.value("SELECT number FROM change WHERE id = ?", (store.history.open_change,)))

    beside = keep if data and value != before else None
    return merging.apply(
        project, previewed.plan, policy=policy, source=previewed.path.name, label=LABEL, beside=beside, progress=progress
    )


def merge(
    project: Project, path: Path, *, policy: Policy = "ask", model: Model | None = None, language: str = "en",
    progress: Progress = no_progress,
) -> tuple[MergeReport, Preview]:  # fmt: skip
    """Read, plan and write in one go."""
    previewed = preview(project, path, policy=policy, model=model, language=language, progress=progress)
    return apply(project, previewed, policy=policy, progress=progress), previewed


def write(
    project: Project, path: Path, *, articles: Sequence[str] | None = None, codes: Sequence[str] | None = None,
    anonymous: bool = False, private: bool = False, profile: str = "", language: str = "en", progress: Progress = no_progress,
) -> FidelityReport:  # fmt: skip
    """Write a .qdpx or a .qdc by the suffix; see refi_out.write."""
    return refi_out.write(
        project.store, path, articles=articles, codes=codes, anonymous=anonymous, private=private, profile=profile,
        language=language, progress=progress,
    )  # fmt: skip


def kept_aside(project: Project) -> Aside:
    """Give what imports brought that cannot be shown, the newest first."""
    return refi_out.kept_aside(project.store)


def known(project: Project) -> Known:
    """Give the project as an import looks at it."""
    contents, store = project.contents(), project.store
    records = {kind: {str(record["uuid"]): dict(record) for record in contents.records(kind)} for kind in TRAVELLING}
    aliases = {uuid: kept for _kind, uuid, kept in contents.aliases()}
    return Known(
        now(),
        records,
        contents.stamps(),
        contents.vector(),
        aliases,
        refi_out.places(store),
        refi_out.current(store),
        KINDS,
        _key,
        url_key,
    )


def _key(title: str, date: str) -> str:
    return short_key(Draft(title, "", Layout(), published=date))

"""What a comparison of coders leaves out, said in a sentence each. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from db.analysis.units import Material
from db.records import CoderId, Remark

_ONE_CODER = Remark("Only one coder is compared. Choose two or more.")
_NO_OVERLAP = Remark(
    "No article is coded or checked by two of these coders. Let each set the status of the articles they finished."
)
_UNFINISHED = Remark("{coder}: {count} articles are not coded or checked, so they are not compared with this coder.")
_GONE = Remark("{coder}: {count} codings could not be carried to the newest version and are left out.")
_REVIEW = Remark(
    "{coder}: {count} codings have an unsure place on the newest version; the units there are left out for this coder."
)
_WHOLE = Remark("{coder}: {count} codings of whole articles are left out; they count where the unit is the article.")
_OFFERED = Remark("{coder}: {count} accepted suggestions are left out, as if they had not been made.")
_EMPTY = Remark("{count} articles hold no text to be cut into units and are left out.")
_BY_CODER = {"gone": _GONE, "review": _REVIEW, "whole": _WHOLE, "offered": _OFFERED}


def remarks(material: Material, left_out: Counter[tuple[str, CoderId | None]]) -> Iterator[Remark]:
    """Yield what a person should know of a comparison; `left_out` is as `units.sheets` counts it."""
    finished = Counter(coder for several in material.finished.values() for coder in several)
    if len(material.coders) < 2:
        yield _ONE_CODER
    elif not any(len(several) > 1 for several in material.finished.values()):
        yield _NO_OVERLAP
    for coder in material.coders:
        if material.seen > finished[coder]:
            yield _counted(_UNFINISHED, material.seen - finished[coder], material.names[coder])
        for why, template in _BY_CODER.items():
            if left_out[why, coder]:
                yield _counted(template, left_out[why, coder], material.names[coder])
    if left_out["empty", None]:
        yield _counted(_EMPTY, left_out["empty", None])


def _counted(template: Remark, count: int, coder: str = "") -> Remark:
    return Remark(template.sentence, {"count": str(count)} | ({"coder": coder} if coder else {}))

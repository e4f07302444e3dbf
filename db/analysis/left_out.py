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
_UNFINISHED = Remark("Not compared, as {coder} has not coded or checked them: {count} of {total} articles.")
_GONE = Remark("Left out, as they could not be carried to the newest version: {count} of the codings of {coder}.")
_REVIEW = Remark("Left out with their units, as their place on the newest version is unsure: {count} of the codings of {coder}.")
_WHOLE = Remark("Left out, as they are of whole articles and the unit is smaller: {count} of the codings of {coder}.")
_OFFERED = Remark("Left out, as they are accepted suggestions: {count} of the codings of {coder}.")
_EMPTY = Remark("Left out, as there is no text in them to be cut into units: {count} of the articles.")
_BY_CODER = {"gone": _GONE, "review": _REVIEW, "whole": _WHOLE, "offered": _OFFERED}


def remarks(material: Material, left_out: Counter[tuple[str, CoderId | None]]) -> Iterator[tuple[CoderId | None, Remark]]:
    """Yield what a person should know of a comparison, and of whom it is; `left_out` is as `units.sheets` counts it."""
    finished = Counter(coder for several in material.finished.values() for coder in several)
    if len(material.coders) < 2:
        yield None, _ONE_CODER
    elif not any(len(several) > 1 for several in material.finished.values()):
        yield None, _NO_OVERLAP
    for coder in material.coders:
        if material.seen > finished[coder]:
            count, total = material.seen - finished[coder], str(material.seen)
            yield coder, _counted(_UNFINISHED, count, coder=material.names[coder], total=total)
        for why, template in _BY_CODER.items():
            if left_out[why, coder]:
                yield coder, _counted(template, left_out[why, coder], coder=material.names[coder])
    if left_out["empty", None]:
        yield None, _counted(_EMPTY, left_out["empty", None])


def _counted(template: Remark, count: int, **facts: str) -> Remark:
    return Remark(template.sentence, {"count": str(count), **facts})

"""The frameworks that a bundle's people work in: a new project takes them, any other keeps its own and says so."""

from __future__ import annotations

import json
from collections.abc import Sequence

from db.codebook import FRAMEWORKS, Codes
from db.exchange.plan import Plan
from db.records import Remark
from db.store import Store

_TAKEN = "The project was new: it now works in {theirs}, as theirs does."
_OTHERS = (
    "They work in {theirs}, you in {mine}. Yours stay as they are: choose theirs among your working frameworks if you mean to"
    " code as they do."
)


def weigh(store: Store, plan: Plan) -> None:
    """Take a bundle's working frameworks into a new project; else leave them, and say where they are not the same."""
    told = plan.settings.pop("working", None) or plan.bundle.settings.get("working")
    codes = Codes(store)
    mine = codes.working()
    theirs = tuple(store.parsed(told[0], json.loads)) if told else mine
    if told is None or set(theirs) == set(mine):
        return
    if _is_new(store, mine):
        plan.settings["working"] = told
    names = {"theirs": _names(codes, theirs, plan), "mine": _names(codes, mine, plan)}
    plan.remarks.append(Remark(_TAKEN if "working" in plan.settings else _OTHERS, names))


def _is_new(store: Store, working: Sequence[str]) -> bool:
    """Whether nobody has done anything in a project, nor chosen its frameworks."""
    done = store.value("SELECT 1 FROM stamp WHERE kind <> 'coder' LIMIT 1") or store.value("SELECT 1 FROM article LIMIT 1")
    chosen = store.value("SELECT json_extract(value, '$.working') FROM setting WHERE name = 'chosen'")
    return not done and not chosen and tuple(working) == tuple(FRAMEWORKS[:1])


def _names(codes: Codes, working: Sequence[str], plan: Plan) -> str:
    """Name codebooks by their versions, as chips do, or by their titles."""
    called = {book.key: book.version or book.title("zh") for book in codes.books()}
    called |= {
        str(book["name"] or book["uuid"]): str(book["version"] or book["title_zh"] or book["title_en"])
        for book in plan.bundle.records["codebook"]
    }
    return ", ".join(called.get(name) or name for name in working) or "–"

"""Coders under pseudonyms where records meet: whoever is known here, by a record that both sides hold, stays who it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from db.exchange.bundle import Bundle
from db.exchange.plan import Plan
from db.exchange.presets import is_own
from db.exchange.pseudonyms import is_pseudonym

Record = dict[str, Any]
Update = Callable[[str, str, Record], None]  # kind, uuid, values


class Nameless:
    """Knows coders again in a merge; where nobody goes under a pseudonym there is nothing to do."""

    def __init__(self, ours: Mapping[str, Mapping[str, Record]], bundle: Bundle, update: Update) -> None:
        self._ours, self._theirs, self._update = ours, bundle.records, update
        self._anonymous = bundle.anonymous
        self._any = any(map(is_pseudonym, (*ours["coder"], *(coder["uuid"] for coder in bundle.records["coder"]))))
        # Their coders of whom their records say nothing that is news here.
        self.known: set[str] = set(ours["coder"]) if bundle.anonymous else set()

    def know(self) -> dict[str, str]:
        """Give who their pseudonyms are here; ours whom they name are named."""
        here, there = self._known_again() if self._any else ({}, {})
        self.known |= set(here.values())
        for kind, several in self._ours.items() if there else ():
            for uuid, record in several.items():
                if record.get("coder") in there:
                    self._update(kind, uuid, {"coder": there[record["coder"]]})
        return here

    def _known_again(self) -> tuple[dict[str, str], dict[str, str]]:
        """Tell who their pseudonyms are here, and who ours are with them; of several the first."""
        here: dict[str, str] = {}
        there: dict[str, str] = {}
        for kind, several in self._theirs.items():
            held = self._ours.get(kind, {})
            for record in several:
                ours, other = held.get(record["uuid"], {}), record.get("coder")
                mine = ours.get("coder")
                if mine is None or other is None or not is_own(kind, ours):
                    continue
                if is_pseudonym(other) and not is_pseudonym(mine):
                    here.setdefault(other, mine)
                elif is_pseudonym(mine) and not is_pseudonym(other):
                    there.setdefault(mine, other)
        return here, there

    def same(self, kind: str, uuid: str, ours: Record, theirs: Record) -> Record:
        """Take a name for a pseudonym, whoever has it; gives their record as it is then."""
        if self._anonymous and not theirs.get("translator", "-"):
            theirs = {**theirs, "translator": ours["translator"]}
        mine, other = is_pseudonym(ours["coder"]), is_pseudonym(theirs["coder"])
        if other and not mine:
            return {**theirs, "coder": ours["coder"]}
        if mine and not other:
            self._update(kind, uuid, {"coder": theirs["coder"]})
        return theirs

    def leave(self, plan: Plan) -> None:
        """Leave out, and leave, the pseudonyms that nothing is by any more."""
        if not self._any:
            return
        makers = {r.get("coder") for kind, several in self._ours.items() if kind != "coder" for r in several.values()}
        makers |= {r.get("coder") for kind, several in plan.inserts.items() if kind != "coder" for r in several}
        plan.nobody = sorted(uuid for uuid in self._ours["coder"] if is_pseudonym(uuid) and uuid not in makers)
        coming = plan.inserts["coder"]
        plan.inserts["coder"] = [one for one in coming if not is_pseudonym(one["uuid"]) or one["uuid"] in makers]

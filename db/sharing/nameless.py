"""The records of an open file as they leave without names."""

from __future__ import annotations

from collections.abc import Iterator

from db.contents import Contents
from db.exchange.presets import nameless
from db.exchange.pseudonyms import named
from db.records import TravellingRecord, either
from db.store import Store


class NamelessContents(Contents):
    """All records of a project, its coders under the pseudonyms that bundles give them, numbered in a language."""

    def __init__(self, store: Store, language: str) -> None:
        super().__init__(store)
        self._coders = list(super().records("coder"))
        self._names = {str(coder["name"]) for coder in self._coders}
        self.hidden = self.pseudonyms()
        self._called = either(language, "编码者 {}", "Coder {}"), either(language, "编码者", "Coder")

    def records(self, kind: str) -> Iterator[TravellingRecord]:
        """Yield the records of one kind; of coders those under whom records go."""
        if kind == "coder":
            yield from self._faces()
            return
        for record in super().records(kind):
            yield nameless(kind, record, self.hidden, self._names) if "coder" in record else record

    def _faces(self) -> Iterator[TravellingRecord]:
        one, anybody = self._called
        faces = named(self.hidden, (str(coder["colour"]) for coder in self._coders))
        numbers = {uuid: number for number, uuid in enumerate((u for c, u in self.hidden.items() if c), 1)}
        for uuid, (_name, initials, colour) in sorted(faces.items(), key=lambda face: numbers.get(face[0], len(numbers) + 1)):
            name = one.format(numbers[uuid]) if uuid in numbers else anybody
            yield {"uuid": uuid, "name": name, "initials": initials, "colour": colour, "created": ""}

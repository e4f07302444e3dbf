"""What a filter speaks of: a condition in SQL about a passage, its article, its coder… of each kind of record."""

from __future__ import annotations

from dataclasses import dataclass

Value = str | int
LISTED = "(SELECT value FROM json_each(?))"
_NOTED = "coalesce(r.annotation, (SELECT p.annotation FROM note p WHERE p.id = r.reply_to))"
_TIMES = {"created": "r.created", "modified": "r.modified"}
# What a filter speaks of, for each kind of record; a kind without an entry cannot be judged by it and is not shown.
SUBJECTS = {
    "passage": {"annotation": "r.id", "article": "r.article", "coder": "r.coder", "noted": "annotation = r.id", **_TIMES},
    "note": {
        "annotation": _NOTED,
        "article": f"coalesce(r.article, (SELECT article FROM annotation WHERE id = {_NOTED}))",
        "coder": "r.coder",
        "noted": f"annotation = {_NOTED}",
        **_TIMES,
    },
    "article": {"article": "r.id", "noted": "article = r.id", **_TIMES},
    "instrument": {"noted": "instrument = r.id", **_TIMES},
    "code": {"noted": "code = r.id", **_TIMES},
}


@dataclass(frozen=True, slots=True)
class Condition:
    """A filter as SQL about one `subject` of SUBJECTS, whose names stand in it in braces.

    `few` selects the passages it keeps, where that is quick, and with `loose` more than those. Its values are
    `few_values`, or else those of the condition.
    """

    subject: str
    sql: str
    values: tuple[Value, ...] = ()
    few: str = ""
    few_values: tuple[Value, ...] | None = None
    loose: bool = False

    def listing(self, limit: int) -> tuple[str, tuple[Value, ...]]:
        """Give the statement for the passages kept, no more than so many rows."""
        return f"{self.few} LIMIT ?", (*(self.values if self.few_values is None else self.few_values), limit)

    def said_of(self, alias: str) -> str:
        """Give its SQL about a passage, a row of the table annotation called so."""
        about = {name: sql.replace("r.", f"{alias}.") for name, sql in SUBJECTS["passage"].items()}
        return self.sql.format(kind="passage", **about)

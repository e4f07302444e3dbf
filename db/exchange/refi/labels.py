"""Descriptions as lines that a person reads and that are read back: "Definition: …"; values may go on over several lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

CODE = (
    ("number", "Number"), ("name_zh", "Name in Chinese"), ("name_en", "Name in English"),
    ("definition_zh", "Definition in Chinese"), ("definition_en", "Definition in English"), ("use_when", "Use when"),
    ("avoid_when", "Avoid when"), ("note", "Remark"),
)  # fmt: skip
INSTRUMENT = (
    ("title_zh", "Title in Chinese"), ("title_en", "Title in English"), ("kind", "Kind of instrument"), ("issuer", "Issuer"),
    ("jurisdiction", "Jurisdiction"), ("dates", "Dates"), ("status", "Status"), ("status_date", "Status date"), ("url", "URL"),
    ("note", "Remark"),
)  # fmt: skip
Labels = Sequence[tuple[str, str]]


def told(labels: Labels, values: Iterable[tuple[str, str]]) -> str:
    """Write values as labelled lines, in the order of the labels, without empty ones."""
    given = dict(values)
    return "\n".join(f"{label}: {given[key]}" for key, label in labels if given.get(key))


def heard(labels: Labels, words: str) -> dict[str, str] | None:
    """Read labelled lines; None for words of another form."""
    found: dict[str, str] = {}
    key, waiting = "", dict.fromkeys(label for _key, label in labels)
    keys = {label: key for key, label in labels}
    for line in words.split("\n"):
        label, colon, value = line.partition(": ")
        if colon and label in waiting:
            key = keys[label]
            # Labels come in one order, so that a value that looks like one that has been is still a value.
            for passed in list(waiting):
                del waiting[passed]
                if passed == label:
                    break
            found[key] = value
        elif not key:
            return None
        else:
            found[key] += "\n" + line
    return found or None

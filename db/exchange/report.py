"""The fidelity report: what an export or import carried, changed, kept aside or dropped, and why, by kind of record."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class FidelityReport:
    """Counts by kind of record; reasons say in words why anything was not simply carried."""

    carried: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    kept_aside: Counter[str] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)
    reasons: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, object]:
        """Give the report as plain values, as the command line prints it."""
        counts = {name: dict(getattr(self, name)) for name in ("carried", "changed", "kept_aside", "dropped")}
        return {**counts, "reasons": list(self.reasons)}

"""What figures are made of: a figure, medians, CPU time, and a fixed piece of work to compare machines by."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from statistics import median

__all__ = ["Figure", "cpu_ms", "figures", "median", "wall_ms"]


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured number; `size` says of how much, `baseline` what it is compared with in the same unit."""

    group: str
    figure: str
    size: str
    value: float
    unit: str
    baseline: str = ""
    baseline_value: float | None = None

    @property
    def ratio(self) -> float | None:
        """The value over its baseline, where there is one."""
        return float(f"{self.value / self.baseline_value:.3g}") if self.baseline_value else None

    def as_dict(self) -> dict[str, object]:
        """Give the figure under the keys of the command line; those of a missing baseline are left out."""
        row: dict[str, object] = {
            "group": self.group,
            "figure": self.figure,
            "size": self.size,
            "value": round(self.value, 3),
            "unit": self.unit,
        }
        if self.baseline_value is not None:
            row |= {"baseline": self.baseline, "baseline_value": round(self.baseline_value, 3), "ratio": self.ratio}
        return row


def cpu_ms(work: Callable[[], object], repeat: int = 5) -> float:
    """Give the median CPU time of this process for one call, in milliseconds."""
    return _timed(work, repeat, time.process_time)


def wall_ms(work: Callable[[], object], repeat: int = 5) -> float:
    """Give the median time that passes during one call, in milliseconds."""
    return _timed(work, repeat, time.perf_counter)


def _timed(work: Callable[[], object], repeat: int, clock: Callable[[], float]) -> float:
    times = []
    for _ in range(repeat):
        gc.collect()
        start = clock()
        work()
        times.append((clock() - start) * 1_000)
    return median(times)


def _fixed_loop() -> int:
    total = 0
    for number in range(1_000_000):
        total += number * number % 7
    return total


def figures() -> Iterable[Figure]:
    """Measure this machine: a loop of a million steps of plain Python."""
    yield Figure("calibration", "loop", "1000000", cpu_ms(_fixed_loop), "ms")

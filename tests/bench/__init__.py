"""The bench: figures, not tests; `python3 packaging/dev.py bench` runs it."""

from tests.bench.calibration import Figure, cpu_ms, median, wall_ms

__all__ = ["Figure", "cpu_ms", "median", "wall_ms"]

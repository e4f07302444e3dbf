from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.search.library import Library


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    library = Library(tmp_path / "search.gloss")
    yield library
    library.close()

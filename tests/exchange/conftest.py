"""Projects for the tests of exchange: those of the core."""

from tests.db.conftest import _home, copied, full, project, small, template

__all__ = ["_home", "copied", "full", "project", "small", "template"]

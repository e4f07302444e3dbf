"""What was never meant to become an article is no failure of an import."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from db.errors import CannotImport
from db.importers import LeftOut
from db.importers.sources import LISTED
from desktop.models.outcomes import Imported, OutcomesModel
from desktop.panels.import_report import ImportReport


def test_a_reference_list_is_counted_as_left_out_and_not_as_failed(qtbot: QtBot, tmp_path: Path) -> None:
    outcomes = [
        Imported("a.md", title="题"),
        Imported("list.bib", error=LeftOut(tmp_path / "list.bib", LISTED)),
        Imported("bad.pdf", error=CannotImport(tmp_path / "bad.pdf", "This is no PDF.")),
    ]
    assert [each.fate for each in outcomes] == ["imported", "left_out", "failed"]
    model = OutcomesModel()
    model.show_outcomes(outcomes)
    assert {fate: count for fate, count in model.counts.items() if count} == {"failed": 1, "imported": 1, "left_out": 1}
    model.show_only("failed")
    assert model.listed().startswith("bad.pdf\tNot imported")
    report = ImportReport()
    qtbot.addWidget(report)
    report.resize(700, 400)
    report.show_outcomes(outcomes)
    report.show()
    shown = {each.text() for each in report.filters.buttons() if not each.isHidden()}
    assert shown == {"All 3", "Not imported 1", "Imported 1", "Left out 1"}
    assert not report.grab().isNull()

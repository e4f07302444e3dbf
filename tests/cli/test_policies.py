"""Whatever is merged, a policy decides what both changed: bundles, REFI-QDA, W3C, QualCoder, Taguette and CSV alike."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from db.project import Project
from db.sharing.deciding import Conflicts
from tests.cli.test_bundles import ran, told
from tests.db.foreign_files import AT, byte_span, coding, document, highlight, insert, qualcoder, taguette

TEXT = "Who audits the auditors?\nNobody asked before."
POLICIES = [("ask", None), ("mine", "Here"), ("theirs", "There"), ("both", "Here")]


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GLOSSATOR_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LANG", "en")


def run_sql(path: Path, sql: str) -> None:
    with closing(sqlite3.connect(path)) as file:
        file.execute(sql)
        file.commit()


def of_qualcoder(folder: Path) -> tuple[Path, Path, str]:
    made = qualcoder(folder)
    insert(made / "data.qda", "source", [[1, "Audit", TEXT, None, "", "Mei", AT, None, None]])
    insert(made / "data.qda", "code_name", [[1, "Oversight", "", None, "Mei", AT, "#ff0000"]])
    insert(made / "data.qda", "code_text", [coding(TEXT, "Nobody asked", 1, 1)])
    return made, made / "data.qda", "UPDATE code_name SET name = 'There'"


def of_taguette(folder: Path) -> tuple[Path, Path, str]:
    made = taguette(folder / "study.sqlite3")
    html = "<p>Who audits the auditors?</p><p>Nobody asked before.</p>"
    document(made, 1, "Audit", html)
    insert(made, "tags", [[1, 1, "Oversight", ""]])
    highlight(made, 1, 1, byte_span("Who audits the auditors?Nobody asked before.", "Nobody asked"), "Nobody asked", [1])
    return made, made, "UPDATE tags SET path = 'There'"


@pytest.mark.parametrize(("policy", "wanted"), POLICIES)
@pytest.mark.parametrize("program", [of_qualcoder, of_taguette])
def test_another_programs_later_state_goes_by_the_policy(program: Any, policy: str, wanted: str | None, tmp_path: Path) -> None:
    project = tmp_path / "study.gloss"
    ran("new", project, "--coder", "林一")
    source, data, sql = program(tmp_path)
    ran("merge", project, source)
    with Project.open(project) as opened:
        opened.codes.edit(opened.codes.by_ref("Oversight"), name_en="Here")
    run_sql(data, sql)
    before = told("codes", project)
    dry = told("merge", project, source, "--dry-run", "--policy", policy)[0]
    assert told("codes", project) == before
    report = told("merge", project, source, "--policy", policy)[0]
    assert [each["field"] for each in report["conflicts"]] == [each["field"] for each in dry["conflicts"]] == ["name_en"]
    names = {code["name_en"] for code in told("codes", project)} & {"Here", "There"}
    assert len(names) == 1
    assert wanted is None or names == {wanted}
    assert len(told("conflicts", project)) == (policy == "ask")
    assert [each["decision"] for each in told("conflicts", project, "--decided")] == ["" if policy == "ask" else policy]


@pytest.mark.parametrize("policy", ["ask", "mine", "theirs", "both"])
def test_a_table_of_passages_takes_a_policy_too(policy: str, tmp_path: Path) -> None:
    project, table, article = tmp_path / "study.gloss", tmp_path / "t.csv", tmp_path / "Audit.txt"
    ran("new", project, "--coder", "林一")
    article.write_text(TEXT, "utf-8")
    ran("import", project, article)
    title = told("articles", project)[0]["title"]
    table.write_text(f"article,exact,codes\n{title},Nobody asked,Oversight\n", "utf-8")
    report = told("merge", project, table, "--policy", policy)[0]
    assert (report["added"] > 0, report["conflicts"], report["unfit"]) == (True, [], [])


def test_many_conflicts_are_one_change_and_one_undo_from_the_command_line(tmp_path: Path) -> None:
    one, two, many = tmp_path / "one.gloss", tmp_path / "two.gloss", 60
    ran("new", one, "--coder", "林一")
    ran("new", two, "--coder", "Ada")
    with Project.open(one) as project, project.change("Notes"):
        project.code_as(project.coders.by_ref("林一"))
        for number in range(many):
            project.notes.add(None, None, f"note {number}")
    ran("export", one, tmp_path / "a.glossbundle")
    ran("merge", two, tmp_path / "a.glossbundle")
    for path, word in ((one, "Here"), (two, "There")):
        with Project.open(path) as project, project.change("Edit"):
            project.code_as(project.coders.by_ref("林一"))
            for note in project.notes.all():
                project.notes.edit(note.id, f"{word} {note.text}")
    ran("export", two, tmp_path / "b.glossbundle")
    assert len(told("merge", one, tmp_path / "b.glossbundle")[0]["conflicts"]) == many
    named = [each["conflict"] for each in told("conflicts", one)]
    changes = len(told("history", one))
    assert told("settle", one, "theirs", *named[:20])[0] == {"decided": 20, "decision": "theirs", "open": many - 20}
    assert told("settle", one, "theirs", "--all")[0] == {"decided": many - 20, "decision": "theirs", "open": 0}
    assert len(told("history", one)) == changes + 2
    ran("undo", one)
    assert len(told("conflicts", one)) == many - 20
    ran("undo", one)
    assert len(told("conflicts", one)) == many


def test_deciding_many_takes_as_many_statements_for_each_as_deciding_few(tmp_path: Path) -> None:
    counts = []
    for many in (10, 40):
        with Project.create(tmp_path / f"{many}.gloss", working=()) as project:
            with project.change("Notes"):
                notes = [project.notes.add(None, None, f"note {number}") for number in range(many)]
                uuids = [project.notes.get(note).uuid for note in notes]
                for uuid in uuids:
                    values = (uuid, "note", uuid, "text", json.dumps("mine"), json.dumps("theirs"), '""', "", AT)
                    project.store.rows(
                        "INSERT INTO conflict (uuid, kind, record, field, mine, theirs, base, source, created)"
                        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                        values,
                    )
            seen: list[str] = []
            project.store.connection.set_trace_callback(seen.append)
            assert Conflicts(project.store).decide("theirs") == many
            project.store.connection.set_trace_callback(None)
            counts.append(len([each for each in seen if not each.startswith("--")]))
            assert {note.text for note in project.notes.all()} == {"theirs"}
    few, much = counts
    assert much - few <= 30 * 15

"""Texts and looks at a project that the tests share."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from db import errors, schema
from db.project import Project
from db.records import Author, Draft, Layout

ZH = (
    "算法与公平\n招聘平台用模型筛选简历，女性求职者的得分被系统地压低。\n"
    "《示例办法》第十九条要求说明推荐的理由，但平台只给出一句空话。\n有人认为偏见可以消除，也有人否认这一点。😀完。"
)
EN = (
    "Who audits the auditors?\nA model that nobody can explain should decide nothing.\n"
    "The draft act asks for logs, and says little else."
)
THIRD = "三言两语\n数据离开本国之前，应当先问一声谁会看到它。"

# What stands in the derived tables, in terms that do not depend on when it was derived.
_DERIVED = {
    "current": "SELECT article, version FROM current ORDER BY 1",
    "place": "SELECT annotation, version, start, end, status, confidence, how FROM place ORDER BY 1, 2",
    "setting": "SELECT name, value FROM setting ORDER BY 1",
    "same": "SELECT kind, uuid, kept FROM same ORDER BY 2",
    "conflict": "SELECT uuid, kind, record, field, decision FROM conflict ORDER BY 1",
}


def draft(title: str, text: str, **more: Any) -> Draft:
    """A draft as an importer would make it."""
    usual = {"authors": (Author("林一"),), "published": "2026-02-03", "original": text.encode(), "language": "zh"}
    return Draft(title=title, text=text, **{"layout": Layout.of_lines(text), **usual, **more})


def records(project: Project) -> dict[str, dict[str, Mapping[str, Any]]]:
    """All that travels, by kind and uuid, texts too."""
    contents = project.contents()
    found = {kind: {str(record["uuid"]): record for record in contents.records(kind)} for kind in schema.TRAVELLING}
    for uuid, version in found["version"].items():
        found["version"][uuid] = {**version, "text": contents.text(uuid)}
    return found


def state(project: Project) -> dict[str, Any]:
    """Everything a person can see of a project: records in order, places, settings; the history is not in it."""
    contents = project.contents()
    found: dict[str, Any] = {kind: list(contents.records(kind)) for kind in schema.TRAVELLING}
    for name, sql in _DERIVED.items():
        found[name] = project.store.rows(sql)
    return found


def well(project: Project) -> list[str]:
    """What `check` finds wrong: nothing, one hopes."""
    return [f"{what}: {detail}" for what, fine, detail in project.check() if not fine]


def exported(project: Project) -> dict[str, Any]:
    """What two projects that merged all of each other must agree on; file-local ids and the order of making are not."""
    contents = project.contents()
    stamps = {uuid: stamp for uuid, stamp in contents.stamps().items()}
    own = project.store.rows("SELECT uuid FROM replica WHERE installation <> ''")
    vector = {uuid: seen for uuid, seen in contents.vector().items() if seen or (uuid,) in own}
    found = records(project)
    makers = {record.get("coder") for kind, several in found.items() if kind != "coder" for record in several.values()}
    found["coder"] = {uuid: coder for uuid, coder in found["coder"].items() if uuid in makers}
    return {"records": found, "stamps": stamps, "vector": vector, "same": contents.aliases()}


def one_sentence(error: errors.ProjectError) -> None:
    words = str(error)
    assert "\n" not in words
    assert words.endswith(".")
    assert "Traceback" not in words


def altered(path: Path, *statements: str) -> Path:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        for statement in statements:
            connection.execute(statement)
    return path

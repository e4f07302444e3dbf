"""What one used lately is found without reading everything one ever did."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from db.project import Project
from db.records import AnnotationId, ArticleId, CodeId, InstrumentId
from db.store import Row, Store
from tests.db.conftest import TWO, Opener
from tests.db.material import ZH, draft


def test_what_one_used_lately_is_ones_own_and_the_newest_first(copied: Opener) -> None:
    project = copied("lately")
    article = project.articles.add(draft("甲", ZH))
    codes = [project.codes.by_ref(f"asgf1.1.{number}") for number in (1, 2, 3)]
    assert (project.codes.recent(), project.instruments.recent(), project.annotations.last_codes()) == ([], [], [])
    assert project.annotations.last_with(code=codes[0]) is None
    first = project.annotations.add(article, 0, 3, codes=codes[:2], links=[(InstrumentId(3), ""), (InstrumentId(2), "")])
    second = project.annotations.add(article, 4, 8, codes=[codes[0]])
    mine = project.me
    project.code_as(project.coders.ensure("Ada Two", uuid=TWO.uuid))
    theirs = project.annotations.add(article, 9, 12, codes=[codes[2], codes[1]])
    assert project.codes.recent() == [codes[1], codes[2]]
    project.code_as(mine)
    assert project.codes.recent() == [codes[0], codes[1]]
    assert project.codes.recent(1) == [codes[0]]
    assert project.instruments.recent() == [2, 3]
    assert project.annotations.last_codes() == [codes[0]]
    project.annotations.tag(first, codes[2])
    assert project.annotations.last_codes() == codes
    found = [project.annotations.last_with(code=code) for code in codes]
    assert [each.id if each else 0 for each in found] == [second, theirs, first]
    linked, newest = project.annotations.last_with(instrument=InstrumentId(3)), project.annotations.last_with()
    assert (linked and linked.id, newest and newest.id) == (first, theirs)
    assert project.annotations.last_with(code=CodeId(99_999)) is None


def test_looking_up_what_was_used_lately_reads_no_whole_table(project: Project) -> None:
    plans: list[str] = []

    def explained(_store: Store, sql: str, values: Sequence[int] = ()) -> list[Row]:
        plans.extend(row[3] for row in project.store.connection.execute(f"EXPLAIN QUERY PLAN {sql}", values))
        return []

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Store, "rows", explained)
        project.codes.recent()
        project.instruments.recent()
        project.annotations.last_codes()
        project.annotations.last_with(code=CodeId(1))
        project.annotations.last_with(instrument=InstrumentId(1))
        project.relations.between_articles(ArticleId(1), ArticleId(2), "translates")
        project.translations.of(AnnotationId(1))
    read = [plan for plan in plans if str(plan).startswith(("SCAN", "SEARCH"))]
    assert len(read) > 8
    assert [plan for plan in read if plan.startswith("SCAN") and not plan.startswith("SCAN (subquery")] == []

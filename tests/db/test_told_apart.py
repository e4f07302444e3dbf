"""What people say about articles that look like one text, collections named with their levels, and pages in citations."""

from __future__ import annotations

import pytest

from db.citing import quote_of
from db.errors import Refused
from db.project import Project
from db.records import ArticleId, Layout
from tests.cli.conftest import Cli, cli, source, study
from tests.db.conftest import TWO, Opener
from tests.db.material import draft
from tests.db.merges import carry
from tests.db.test_duplicates import add, essay

__all__ = ["cli", "source", "study"]


@pytest.fixture
def four(project: Project) -> list[ArticleId]:
    return [project.articles.add(draft(title, f"{title}的正文。")) for title in "甲乙丙丁"]


def test_what_is_not_the_same_leaves_its_group_and_undo_brings_it_back(project: Project, four: list[ArticleId]) -> None:
    one, two, *_rest = four
    project.relations.call_different(two, one)
    assert project.relations.told_apart([[one, two]]) == []
    assert project.relations.different() == {one: frozenset({two}), two: frozenset({one})}
    project.undo()
    assert project.relations.told_apart([[one, two]]) == [[one, two]]


def test_a_group_falls_into_those_that_nobody_told_apart(project: Project, four: list[ArticleId]) -> None:
    one, two, three, other = four
    for left in (one, three):
        for right in (two, other):
            project.relations.call_different(left, right)
    assert project.relations.told_apart([four]) == [[one, three], [two, other]]
    project.relations.call_different(one, three)
    assert project.relations.told_apart([four, [one]]) == [[two, other]]


def test_articles_stay_together_where_a_third_is_like_both(project: Project, four: list[ArticleId]) -> None:
    project.relations.call_different(four[0], four[1])
    assert project.relations.told_apart([four[:3]]) == [four[:3]]


def test_saying_it_twice_or_the_other_way_round_is_said_once_and_is_no_relation_to_be_read(
    project: Project, four: list[ArticleId]
) -> None:
    made = project.relations.call_different(four[0], four[1])
    assert project.relations.call_different(four[1], four[0]) == made
    assert project.relations.of("article", four[0]) == []
    assert [each.kind for each in project.relations.all() if each.coder == project.me] == ["not the same"]
    with pytest.raises(Refused):
        project.relations.call_different(four[0], four[0])


def test_what_is_not_the_same_travels_with_a_bundle(copied: Opener) -> None:
    one, two = copied("one"), copied("two", TWO)
    ids = [one.articles.add(draft(title, f"{title}的正文。")) for title in "甲乙"]
    one.relations.call_different(*ids)
    carry(one, two)
    found = [article.id for article in two.articles.all()]
    assert two.relations.told_apart([found]) == []


def test_the_command_line_leaves_out_what_is_not_the_same(project: Project, cli: Cli) -> None:
    one, two = (add(project, title, essay(1)) for title in ("甲", "乙"))
    file, uuids = project.path, [project.articles.get(key).uuid for key in (one, two)]
    assert [group["articles"] for group in cli("duplicates", file)[1]] == [uuids]
    made = cli("relate", file, "not the same", *uuids)[1][0]
    assert cli("duplicates", file)[1] == []
    assert cli("duplicates", file, "--article", uuids[1])[1] == []
    assert [each["kind"] for each in cli("relations", file)[1] if each["coder"]] == ["not the same"]
    assert cli("remove", file, made["relation"])[0] == 0
    assert [group["articles"] for group in cli("duplicates", file)[1]] == [uuids]


def named(project: Project) -> list[tuple[str, int]]:
    return [(each.name, each.depth) for each in project.collections.all()]


def test_a_stroke_in_a_name_makes_levels_wherever_it_is_typed(project: Project, cli: Cli) -> None:
    made = project.collections.add("国际治理/欧盟")
    assert named(project) == [("国际治理", 0), ("欧盟", 1)]
    project.undo()
    assert named(project) == []
    project.redo()
    assert project.collections.ensure(" 国际治理 / 欧盟 ") == project.collections.ensure("欧盟") == made
    cli("collection", "add", project.path, "国际治理/美国/加州")
    cli("collection", "add", project.path, "法院/判例", "--parent", "欧盟")
    assert named(project) == [("国际治理", 0), ("欧盟", 1), ("法院", 2), ("判例", 3), ("美国", 1), ("加州", 2)]
    assert "already" in cli("collection", "add", project.path, "国际治理/欧盟")[2]
    assert "divides levels" in cli("collection", "rename", project.path, "加州", "加州/旧金山")[2]
    assert "needs a name" in cli("collection", "add", project.path, " / ")[2]


def test_the_name_of_a_level_is_looked_for_at_the_top_first(project: Project) -> None:
    below = project.collections.add("国际治理/标准")
    assert project.collections.ensure("标准") == below
    top = project.collections.add("标准")
    assert project.collections.ensure("标准") == top
    project.collections.add("国内/标准")
    project.collections.remove(top)
    assert project.collections.ensure("标准") not in (below, top)  # two have the name: one at the top is made


def test_a_correction_is_told_in_a_sentence(study: object, cli: Cli) -> None:
    article = cli("articles", study)[1][0]["article"]
    [told] = cli("edit-text", study, article, 0, 0, "新：", plain=True)[1]
    assert told == "The text is now version 2. Annotations that wait to be looked at: 0.\n"


def test_pandoc_is_given_the_page() -> None:
    text = "第一页的话。\n第二页的话。\n附页的话。"
    layout = Layout(Layout.of_lines(text).blocks, pages=(("11", 0), ("12", 7), ("A-3", 14)))

    def cited(start: int, end: int) -> str:
        return quote_of("wang2023", text, layout, start, end, "zh").pandoc().partition(" ")[2]

    assert cited(0, 5) == "[@wang2023, p. 11]"
    assert cited(8, 12) == "[@wang2023, p. 12]"
    assert quote_of("wang2023", text, layout, 2, 9, "zh").locator_pandoc == "pp. 11–12"
    assert quote_of("wang2023", text, layout, 15, 18, "en").locator_pandoc == "p. a-3"

"""From a link to the words of the law: the article that is an instrument's text, and the provision in it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from db import importers
from db.project import Project
from db.records import ArticleId, Draft, InstrumentId, Layout
from tests.db.conftest import TWO, Opener
from tests.db.material import ZH, draft
from tests.shared import SHARED

LAWS = sorted((SHARED / "laws").glob("*.md")) if SHARED else []
STATUTE = """某市算法备案办法
目录
第一章 总则
第二章 义务
第一章 总则
第一条　为了管好算法，制定本办法。
第二条　本办法所称算法，是指：
（一）推荐内容的；
（二）排列次序的。
依照前款认定有困难的，由主管部门决定。
第二章 义务
第三条　使用者应当备案。
第三条之一　已经备案的，每年报告一次。
第四条　本办法自明年起施行。"""


@pytest.fixture
def instrument(project: Project) -> InstrumentId:
    return project.instruments.add("《某市算法备案办法》")


@pytest.fixture
def law(project: Project, instrument: InstrumentId) -> ArticleId:
    made = project.articles.add(draft("某市算法备案办法", STATUTE))
    project.relations.add("is the text of", ("article", made), ("instrument", instrument))
    return made


def found(project: Project, instrument: InstrumentId, locator: str) -> str:
    place = project.provision(instrument, locator)
    assert place is not None
    return project.articles.version(place[0]).text[place[1] : place[2]]


@pytest.mark.parametrize(
    ("locator", "first", "last"),
    [
        ("第一条", "第一条", "制定本办法。"),
        ("第二条", "第二条", "主管部门决定。"),
        ("第二条第一款", "第二条", "次序的。"),
        ("第二条第一款第（二）项", "（二）", "次序的。"),
        ("第二条第一款第（二）项第1目", "（二）", "次序的。"),
        ("第二条第二款", "依照前款", "主管部门决定。"),
        ("Art. 2(2)", "依照前款", "主管部门决定。"),
        ("第二条第九款", "第二条", "主管部门决定。"),
        ("第三条第一款", "第三条　", "应当备案。"),
        ("第三条之一", "第三条之一", "报告一次。"),
        ("第二条至第四条", "第二条", "主管部门决定。"),
        ("第三条和第四条", "第三条　", "应当备案。"),
        ("第二章", "第二章 义务\n第三条", "起施行。"),
        ("第一章第二条", "第二条", "主管部门决定。"),
    ],
)
def test_the_smallest_unit_that_a_locator_names_is_found(
    project: Project, instrument: InstrumentId, law: ArticleId, locator: str, first: str, last: str
) -> None:
    words = found(project, instrument, locator)
    assert words.startswith(first)
    assert words.endswith(last)


@pytest.mark.parametrize("locator", ["", "第九十九条", "见前文", "附件三"])
def test_without_a_locator_that_fits_it_is_the_beginning(
    project: Project, instrument: InstrumentId, law: ArticleId, locator: str
) -> None:
    assert project.provision(instrument, locator) == (law, 0, 0)


def test_an_instrument_without_its_text_leads_nowhere(project: Project, instrument: InstrumentId, article: ArticleId) -> None:
    assert project.provision(instrument, "第一条") is None
    assert project.provision(InstrumentId(99_999), "") is None


def test_a_new_text_of_the_law_is_the_one_that_counts(project: Project, instrument: InstrumentId, law: ArticleId) -> None:
    assert found(project, instrument, "第三条") == "第三条　使用者应当备案。"
    project.articles.add_version(law, draft("", STATUTE.replace("应当备案", "应当及时备案")))
    assert found(project, instrument, "第三条") == "第三条　使用者应当及时备案。"
    project.undo()
    assert found(project, instrument, "第三条") == "第三条　使用者应当备案。"


def test_of_several_texts_the_one_that_has_the_provision_is_opened(
    project: Project, instrument: InstrumentId, law: ArticleId
) -> None:
    part = project.articles.add(draft("节选", ZH + "\n第七十条　附则另有规定的，从其规定。"))
    project.relations.add("is the text of", ("article", part), ("instrument", instrument))
    project.code_as(project.coders.ensure("Ada Two", uuid=TWO.uuid))
    project.relations.add("is the text of", ("article", law), ("instrument", instrument))
    assert found(project, instrument, "第七十条").startswith("第七十条")
    assert project.provision(instrument, "第一百条") == (law, 0, 0)


def test_many_statutes_are_looked_up_with_few_kept(copied: Opener) -> None:
    project = copied("many")
    instruments = []
    for number in range(7):
        instruments.append(project.instruments.add(f"《办法{number}》"))
        text = f"办法{number}\n第一条　甲{number}。\n第二条　乙。\n第三条　丙。"
        article = project.articles.add(Draft(f"办法{number}", text, Layout.of_lines(text)))
        project.relations.add("is the text of", ("article", article), ("instrument", instruments[-1]))
    for _ in range(2):
        assert [found(project, one, "第一条") for one in instruments] == [f"第一条　甲{number}。" for number in range(7)]


@pytest.mark.skipif(not LAWS, reason="no statutes beside the checkout")
@pytest.mark.parametrize("path", LAWS[:2] + LAWS[-6:], ids=lambda path: path.stem)
def test_every_article_of_a_law_is_found_where_it_stands(project: Project, instrument: InstrumentId, path: Path) -> None:
    article = project.articles.add(importers.read(path, as_is=True))
    project.relations.add("is the text of", ("article", article), ("instrument", instrument))
    text = project.articles.version(article).text
    labels = re.findall("^第[一二三四五六七八九十百千零]+条", text, re.MULTILINE)
    assert len(labels) > 20
    wrong = [label for label in labels if not found(project, instrument, label).startswith(label)]
    assert wrong == []

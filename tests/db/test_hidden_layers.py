"""What stands in a layer that waits is left out where one looks while coding, and nowhere else."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

import pytest

from db.errors import Cancelled
from db.exchange import bundle
from db.layers import LayerCounts
from db.project import Project
from db.records import AnnotationId, ArticleId, CodeId, CoderId
from db.search.concordance import lines
from db.search.facets import facets
from db.search.marking import candidates
from db.search.searcher import Searcher
from db.search.standing import news
from db.sharing import freezing
from tests.db.conftest import ONE, TWO, Opener
from tests.db.material import ZH, draft
from tests.db.merges import carry

EACH = 3


@dataclass
class Team:
    """Two articles that two coded, in the file of one of them; a searcher over it, as the window has one."""

    project: Project
    searcher: Searcher
    articles: tuple[ArticleId, ArticleId]
    mine: AnnotationId
    theirs: tuple[AnnotationId, ...]
    code: CodeId
    colleague: CoderId

    def found(self, query: str = "kind:passage", *, veiled: bool = True) -> set[int]:
        with self.searcher.veiling(veiled):
            results = self.searcher.run(query, me=self.project.me)
            assert results.total == len(results.hits)
            counted = self.searcher.count(query, me=self.project.me, most=-1)
            assert sum(count for count, _more in counted.values()) == results.total
        return {hit.record_id for hit in results.hits}

    def hidden(self, query: str = "kind:passage") -> tuple[int, bool]:
        return self.searcher.hidden(query, me=self.project.me)


@pytest.fixture
def team(copied: Opener) -> Iterator[Team]:
    one, two = copied("one"), copied("two", TWO)
    articles = tuple(one.articles.add(draft(title, f"{ZH}{title}")) for title in ("算法与公平", "数据与安全"))
    code = one.codes.by_ref("asgf1.3.1.1.b")
    mine = one.annotations.add(articles[0], 0, 3, codes=[code])
    carry(one, two)
    law = two.instruments.all()[0].id
    for title in ("算法与公平", "数据与安全"):
        for start in range(EACH):
            two.annotations.add(
                two.articles.by_ref(title), start, start + 6, codes=[two.codes.by_ref("asgf1.3.1.1.b")],
                links=[(law, "")], note="看这里",
            )  # fmt: skip
    carry(two, one)
    theirs = tuple(each for article in articles for each in one.annotations.find(article=article) if each != mine)
    colleague = one.annotations.get(theirs[0]).coder
    searcher = Searcher.open(one.path)
    yield Team(one, searcher, (articles[0], articles[1]), mine, theirs, code, colleague)
    searcher.close()


def test_search_leaves_out_what_waits_and_counts_it(team: Team) -> None:
    assert team.found() == {team.mine}
    assert team.hidden() == (2 * EACH, False)
    assert team.found("note:看这里") == set()
    assert team.found("看这里 kind:note") == set()
    assert team.hidden("看这里 kind:note") == (2 * EACH, False)
    assert team.searcher.hidden("kind:passage", me=team.project.me, most=2) == (2, True)


def test_without_a_veil_all_is_found_by_the_window_the_core_and_the_command_line(team: Team) -> None:
    everything = {team.mine, *team.theirs}
    assert team.found(veiled=False) == everything
    assert {hit.record_id for hit in team.project.search("kind:passage").hits} == everything
    assert set(team.searcher.keys("kind:passage", "passage", me=team.project.me)) == everything


@pytest.mark.parametrize("status", ["coded", "checked", "excluded"])
def test_finishing_an_article_lets_its_layers_be_found(team: Team, status: str) -> None:
    team.project.articles.set_status(team.articles[0], status, "太短")
    assert team.found() == {team.mine, *team.theirs[:EACH]}
    assert team.hidden() == (EACH, False)
    team.project.undo()
    assert team.found() == {team.mine}


def test_asking_for_the_layers_of_an_article_lets_them_be_found_until_they_are_hidden_again(team: Team) -> None:
    team.project.layers.show(team.articles[1])
    assert team.found() == {team.mine, *team.theirs[EACH:]}
    team.project.layers.hide(team.articles[1])
    assert team.found() == {team.mine}


@pytest.mark.parametrize("order", ["newest", "relevance", "date", "position"])
def test_pages_go_on_over_what_is_left_out(team: Team, order: str) -> None:
    team.project.articles.set_status(team.articles[0], "coded")
    with team.searcher.veiling():
        pages = [team.searcher.run("kind:passage", me=team.project.me, limit=2, offset=at, order=order) for at in (0, 2, 4)]
    assert [len(page.hits) for page in pages] == [2, 2, 0]
    assert {hit.record_id for page in pages for hit in page.hits} == {team.mine, *team.theirs[:EACH]}


def test_facets_lines_candidates_and_news_leave_out_what_waits(team: Team) -> None:
    me, query = team.project.me, f"code:{team.project.codes.get(team.code).key}"
    search = team.project.searches.get(team.project.searches.add("新", "kind:passage", "standing"))
    with team.searcher.veiling():
        found = facets(team.searcher, query, me=me)
        assert ([each.count for each in found.codes], [each.key for each in found.coders]) == ([1], [me])
        assert dict(found.articles) == {team.articles[0]: 1}
        assert [line.annotations for line in lines(team.searcher, query, me=me).lines] == [(team.mine,)]
        assert len(candidates(team.searcher, query, "hit", me=me)) == 1
        assert news(team.searcher, search, me).keys == {"passage": frozenset({team.mine})}
    assert len(facets(team.searcher, query, me=me).coders) == 2
    assert len(lines(team.searcher, query, me=me).lines) > 1


def test_words_of_an_article_are_found_but_not_who_marked_them(team: Team) -> None:
    with team.searcher.veiling():
        seen = {key for line in lines(team.searcher, ZH[0:2], me=team.project.me).lines for key in line.annotations}
    every = {key for line in lines(team.searcher, ZH[0:2], me=team.project.me).lines for key in line.annotations}
    assert seen == {team.mine}
    assert every > seen


def test_ones_own_notes_on_anothers_passage_are_always_found(team: Team) -> None:
    note = team.project.notes.add("annotation", team.theirs[0], "我的疑问")
    assert team.found("我的疑问 kind:note") == {note}


def test_counts_take_off_what_waits_and_follow(team: Team) -> None:
    project, (first, second) = team.project, team.articles
    counts = project.layers.counts()
    assert counts.codes == {team.code: 2 * EACH}
    assert sum(counts.instruments.values()) == 2 * EACH
    assert counts.articles == {first: EACH, second: EACH}
    assert counts.coders == {team.colleague: 2 * EACH}
    assert project.codes.get(team.code).uses == 2 * EACH + 1
    project.annotations.add(first, 5, 9, codes=[team.code])
    assert project.layers.counts() is counts
    project.articles.set_status(first, "coded")
    assert project.layers.counts().articles == {second: EACH}
    project.layers.show(second)
    assert project.layers.counts().codes == {}
    for _each in range(2):
        project.undo()
    assert project.layers.counts() == counts


def test_another_coder_of_the_same_file_sees_by_what_that_one_finished(team: Team) -> None:
    team.project.articles.set_status(team.articles[0], "coded")
    assert team.project.layers.counts().articles == {team.articles[1]: EACH}
    team.project.code_as(team.project.coders.ensure("周三"))
    assert team.project.layers.counts().articles == dict.fromkeys(team.articles, EACH)
    assert team.found() == {team.mine}  # made in this file
    team.project.code_as(team.colleague)
    assert team.project.layers.counts().articles == {}


def test_who_asked_travels_to_nobody(team: Team, copied: Opener) -> None:
    team.project.layers.show(team.articles[0])
    path = team.project.path.with_name("sent.glossbundle")
    bundle.write(team.project.contents(), path)
    with zipfile.ZipFile(path) as archive:
        assert not [name for name in archive.namelist() if b"shown:" in archive.read(name)]
        assert json.loads(archive.read("manifest.json"))
    three = copied("three")
    carry(team.project, three)
    (found,) = (each.id for each in three.articles.all() if each.title == "算法与公平")
    assert three.layers.hidden(found)


def test_where_nobody_else_marked_anything_nothing_waits(copied: Opener) -> None:
    project = copied("alone")
    project.annotations.add(project.articles.add(draft("算法与公平", ZH)), 0, 3)
    assert project.layers.counts().articles == {}
    searcher = Searcher.open(project.path)
    statements: list[str] = []
    searcher.connection.set_trace_callback(statements.append)
    with searcher.veiling():
        assert len(searcher.run("kind:passage", me=project.me).hits) == 1
        assert searcher.hidden("kind:passage", me=project.me) == (0, False)
    searcher.close()
    assert not [each for each in statements if "article_status" in each]


def test_much_is_counted_apart_and_what_was_known_stands_meanwhile(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    counts = team.project.layers.counts()
    assert not team.project.layers.behind
    monkeypatch.setattr("db.layers.MANY", EACH)
    team.project.articles.set_status(team.articles[0], "coded")
    assert team.project.layers.counts() is counts
    assert team.project.layers.behind
    team.project.layers.take(team.project.layers.count_again(team.project.path, team.project.me))
    assert team.project.layers.counts().articles == {team.articles[1]: EACH}
    assert not team.project.layers.behind
    team.project.code_as(team.colleague)
    assert team.project.layers.counts().articles == {}


def test_counting_apart_can_be_stopped(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(_done: int, _total: int) -> None:
        raise Cancelled

    monkeypatch.setattr("db.layers._STEPS", 1)
    with pytest.raises(Cancelled):
        team.project.layers.count_again(team.project.path, team.project.me, stop)
    assert team.project.layers.counts().articles


def test_in_a_frozen_state_nothing_waits(team: Team) -> None:
    target, made = team.project.path.with_name("kept.glossbundle"), team.project.path.with_name("kept.gloss")
    freezing.freeze(team.project, "Submission 1", target)
    freezing.thaw(target, made)
    with Project.open(made, person=ONE, read_only=True) as state, closing(Searcher.open(made)) as searcher:
        assert state.me
        assert not [article for article in state.articles.all() if state.layers.hidden(article.id)]
        assert state.layers.counts() == LayerCounts()
        assert state.layers.count_again(made, state.me)[2] == LayerCounts()
        with searcher.veiling():
            assert len(searcher.run("kind:passage", me=state.me).hits) == 2 * EACH + 1
        assert searcher.hidden("kind:passage", me=state.me) == (0, False)
    assert team.project.layers.hidden(team.articles[0])


def test_in_a_write_protected_project_nothing_waits(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    me, path = team.project.me, team.project.path
    with Project.open(path, person=ONE, read_only=True) as beside:  # a job that reads beside the window sees what the window sees
        assert beside.layers.hidden(team.articles[0]) == {team.colleague}
    monkeypatch.setattr("db.connection.can_write", lambda _path: False)
    with Project.open(path, person=ONE) as project, closing(Searcher.open(path)) as searcher:
        assert not project.writable
        assert project.layers.hidden(team.articles[0]) == frozenset()
        with searcher.veiling():
            assert len(searcher.run("kind:passage", me=me).hits) == 2 * EACH + 1

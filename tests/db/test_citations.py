"""Works are cited as GB/T 7714—2025, APA 7 and the legal manual want it, and references come back through our importers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from db import errors
from db.exchange.citations import (
    STYLES,
    Style,
    Work,
    in_newspaper,
    in_text,
    instrument_work,
    reference,
    reference_to,
    words,
    work_of,
)
from db.exchange.references import write_references
from db.importers.bibliography import entries_in
from db.locators import Place
from db.project import Project
from db.records import Article, Author
from db.sharing import exporting
from tests.db.material import ZH, draft

URL = "https://example.org/a"
PAGE = Work("算法与公平", ("林一",), "治理观察", "2026-02-03", "2026-03-01", URL, chinese=True)
WEB = Work("Who audits?", ("Jane Q. Doe", "Ludwig van der Berg"), "Example Review", "2024-05-06", "2025-01-02", URL)
MANY_ZH = replace(PAGE, authors=("甲乙", "丙丁", "戊己", "庚辛"))
MANY_EN = replace(WEB, authors=("Jane Q. Doe", "Ann-Marie Roe", "Example Institute of Policy", "Li Wei"))
UNKNOWN_ZH, UNKNOWN_EN = Work("无名之文", chinese=True), Work("Nameless")
STANDARD = Work("示例技术 基本要求", ("示例标准委",), "", "2025-04-25", "", "", "standard", "GB/T 99999-2025", True)
LAW = Work("中华人民共和国示例法", ("示例大会",), "", "2021-06-10", "", "", "law", "", True, "adopted")
MEASURES = Work("示例办法", ("示例办",), "", "2023-07-10", "", "", "departmental-rule", "", True, "issued")
ACT = Work("Sample Act", ("Sample Parliament",), "", "2024-06-13", "", URL, "regulation")
TREATY = Work("Sample Convention", ("Sample Council",), "", "2024-05-17", "", "", "treaty")
DECLARATION = Work("Sample Declaration", ("Sample Summit",), "", "2023-11-01", "", "", "declaration")
RESOLUTION = Work("示例决议", ("Sample Assembly",), "", "2024-03-21", "", "", "resolution", "A/RES/0/1", True, "adopted")


@pytest.mark.parametrize(
    ("work", "gb", "apa", "law"),
    [
        (
            PAGE, f"林一. 算法与公平[EB/OL]. (2026-02-03)[2026-03-01]. {URL}.",
            f"林一. (2026年2月3日). 算法与公平. 治理观察. {URL}",
            f"林一：《算法与公平》，载治理观察2026年2月3日，{URL}。",
        ),
        (
            WEB, f"Doe J Q, van der Berg L. Who audits?[EB/OL]. (2024-05-06)[2025-01-02]. {URL}.",
            f"Doe, J. Q., & van der Berg, L. (2024, May 6). Who audits? Example Review. {URL}",
            f"Jane Q. Doe & Ludwig van der Berg, Who audits?, Example Review (6 May 2024), {URL}.",
        ),
        (
            MANY_ZH, f"甲乙，丙丁，戊己，等. 算法与公平[EB/OL]. (2026-02-03)[2026-03-01]. {URL}.",
            f"甲乙、丙丁、戊己、庚辛. (2026年2月3日). 算法与公平. 治理观察. {URL}",
            f"甲乙、丙丁等：《算法与公平》，载治理观察2026年2月3日，{URL}。",
        ),
        (
            MANY_EN,
            f"Doe J Q, Roe A M, Example Institute of Policy, et al. Who audits?[EB/OL]. (2024-05-06)[2025-01-02]. {URL}.",
            f"Doe, J. Q., Roe, A.-M., Example Institute of Policy, & Wei, L. (2024, May 6). Who audits? Example Review. {URL}",
            f"Jane Q. Doe, Ann-Marie Roe, et al., Who audits?, Example Review (6 May 2024), {URL}.",
        ),
        (UNKNOWN_ZH, "无名之文[Z].", "无名之文. (无日期).", "《无名之文》。"),
        (UNKNOWN_EN, "Nameless[Z].", "Nameless. (n.d.).", "Nameless."),
        (
            STANDARD, "GB/T 99999—2025 示例技术 基本要求[S].",
            "示例标准委. (2025年4月25日). 示例技术 基本要求 (GB/T 99999-2025).",
            "示例标准委《示例技术 基本要求》，GB/T 99999-2025。",
        ),
        (LAW, "示例大会. 中华人民共和国示例法[Z]. 2021-06-10.", "中华人民共和国示例法 (2021).", "《示例法》。"),
        (MEASURES, "示例办. 示例办法[Z]. 2023-07-10.", "示例办法 (2023).", "《示例办法》，2023年7月10日发布。"),
        (
            ACT, f"Sample Parliament. Sample Act[EB/OL]. (2024-06-13). {URL}.", f"Sample Act (2024). {URL}", "Sample Act (2024).",
        ),
        (
            TREATY, "Sample Council. Sample Convention[Z]. 2024-05-17.", "Sample Convention, May 17, 2024.",
            "Sample Convention (2024).",
        ),
        (
            DECLARATION, "Sample Summit. Sample Declaration[Z]. 2023-11-01.",
            "Sample Summit. (2023, November 1). Sample Declaration.", "Sample Summit, Sample Declaration (1 November 2023).",
        ),
        (
            RESOLUTION, "Sample Assembly. 示例决议：A/RES/0/1[Z]. 2024-03-21.",
            "Sample Assembly. (2024年3月21日). 示例决议 (A/RES/0/1).", "《示例决议》，A/RES/0/1。",
        ),
    ],
)  # fmt: skip
def test_references_have_what_each_style_wants_and_nothing_that_is_not_known(work: Work, gb: str, apa: str, law: str) -> None:
    assert [words(reference(work, style)) for style in STYLES] == [gb, apa, law]


@pytest.mark.parametrize(
    ("work", "place", "style", "told"),
    [
        (PAGE, Place("page12..13"), "gb7714", f"林一. 算法与公平[EB/OL]. (2026-02-03)[2026-03-01]：12-13. {URL}."),
        (PAGE, Place("", "小标题", 5, 6), "law", f"林一：《算法与公平》，载治理观察2026年2月3日，{URL}，第5-6段。"),
        (PAGE, Place("", "", 5, 5), "apa", "（林一，2026，第5段）"),
        (MANY_ZH, Place("page3"), "apa", "（甲乙等，2026，第3页）"),
        (WEB, Place("page12..13"), "apa", "(Doe & van der Berg, 2024, pp. 12–13)"),
        (MANY_EN, Place("", "", 2, 3), "apa", "(Doe et al., 2024, paras. 2–3)"),
        (UNKNOWN_EN, None, "apa", "(“Nameless”, n.d.)"),
        (UNKNOWN_ZH, None, "apa", "（《无名之文》，无日期）"),
        (LAW, Place("art27/p2/i3"), "law", "《示例法》第27条第2款第3项。"),
        (LAW, Place("art120-1"), "law", "《示例法》第120条之1。"),
        (LAW, Place("art9..11"), "law", "《示例法》第9-11条。"),
        (ACT, Place("art10/p2/ia"), "law", "Sample Act, art. 10(2)(a) (2024)."),
        (ACT, Place("art10/p2"), "apa", "(Sample Act, 2024, art. 10(2))"),
        (MEASURES, Place("art4"), "law", "《示例办法》第4条，2023年7月10日发布。"),
        (STANDARD, Place("ch5"), "gb7714", "GB/T 99999—2025 示例技术 基本要求[S]：第5章."),
    ],
)
def test_a_passage_is_cited_with_its_place(work: Work, place: Place | None, style: Style, told: str) -> None:
    assert in_text(work, style, place) == told


# What each rule says, and where it is: GB/T 7714—2025 (newspapers: [N] or [N/OL], the paper, the day, the day it was seen in
# square brackets, the address; three authors, then 等 or et al.), there 8.9 (standards: the number first, [S]) and 8.11 (pages:
# [EB/OL], the day in round brackets, the day it was seen in square ones); APA 7, 10.1 example 16 (a newspaper article: the paper
# is slanted, not the article), 8.17 (three authors and more: et al. in the text), 9.8 (all of up to 20 in the list), 11.5 (acts
# by title); 法学引注手册 42 (a newspaper in title marks, with its day, without an address), 48 (a page with its address), its
# part on legal documents (laws by title and article; orders and documents with their numbers).
PAPER = Work("算法备案之后", ("林一",), "示例日报", "2026-02-03", "2026-03-01", URL, chinese=True)
PAPER_EN = Work("After filing", ("Jane Q. Doe",), "Sample Daily", "2024-05-06", "2025-01-02", URL)
ORDER = Work("示例管理规定", ("示例办", "示例部"), "", "2022-11-25", "", "", "departmental-rule", "第12号令", True, "issued")
WRITTEN = Work("关于示例的意见", ("示例国务院",), "", "2025-08-26", "", "", "guideline", "国发〔2025〕11号", True, "published")
REPORT = Work("示例报告", ("示例研究院",), "", "2024-09-19", "", URL, "report", "", True, "published")
BODY = Work("Sample guidance", ("Sample Committee of Experts",), "Sample Committee of Experts", "", "2025-01-02", URL)


@pytest.mark.parametrize(
    ("work", "style", "told"),
    [
        (PAPER, "gb7714", f"林一. 算法备案之后[N/OL]. 示例日报，2026-02-03[2026-03-01]. {URL}."),
        (replace(PAPER, url=""), "gb7714", "林一. 算法备案之后[N]. 示例日报，2026-02-03."),
        (PAPER, "apa", f"林一. (2026年2月3日). 算法备案之后. 示例日报. {URL}"),
        (PAPER, "law", "林一：《算法备案之后》，载《示例日报》2026年2月3日。"),
        (replace(PAPER, published=""), "law", f"林一：《算法备案之后》，载《示例日报》，{URL}，2026年3月1日访问。"),
        (PAPER_EN, "gb7714", f"Doe J Q. After filing[N/OL]. Sample Daily, 2024-05-06[2025-01-02]. {URL}."),
        (PAPER_EN, "apa", f"Doe, J. Q. (2024, May 6). After filing. Sample Daily. {URL}"),
        (replace(PAPER_EN, authors=()), "apa", f"After filing. (2024, May 6). Sample Daily. {URL}"),
        (ORDER, "gb7714", "示例办，示例部. 示例管理规定：第12号令[Z]. 2022-11-25."),
        (ORDER, "law", "《示例管理规定》，示例办、示例部第12号令。"),
        (WRITTEN, "gb7714", "示例国务院. 关于示例的意见：国发〔2025〕11号[Z]. 2025-08-26."),
        (WRITTEN, "law", "《关于示例的意见》，国发〔2025〕11号。"),
        (REPORT, "gb7714", f"示例研究院. 示例报告[R/OL]. 2024-09-19. {URL}."),
        (REPORT, "apa", f"示例研究院. (2024年9月19日). 示例报告. {URL}"),
        (BODY, "gb7714", f"Sample Committee of Experts. Sample guidance[EB/OL]. [2025-01-02]. {URL}."),
        (BODY, "apa", f"Sample Committee of Experts. (n.d.). Sample guidance. {URL}"),
    ],
)
def test_newspapers_orders_reports_and_bodies_are_cited_by_their_rules(work: Work, style: Style, told: str) -> None:
    assert words(reference(work, style)) == told


def test_passages_of_newspapers_and_orders_are_cited_with_their_places() -> None:
    told = {
        ("gb7714", PAPER): f"林一. 算法备案之后[N/OL]. 示例日报，2026-02-03[2026-03-01]：第5段. {URL}.",
        ("law", PAPER): "林一：《算法备案之后》，载《示例日报》2026年2月3日，第5段。",
        ("apa", PAPER_EN): "(Doe, 2024, para. 5)",
    }
    assert {key: in_text(key[1], key[0], Place("", "", 5, 5)) for key in told} == told
    assert in_text(ORDER, "law", Place("art19")) == "《示例管理规定》第19条，示例办、示例部第12号令。"


@pytest.mark.parametrize(
    ("name", "paper"),
    [
        ("人民日报", True), ("人民日报海外版", True), ("光明日报", True), ("法治日报", True), ("China Daily", True),
        ("Financial Times", True), ("法学学报", False), ("国务院公报", False), ("治理观察", False), ("研究简报", False),
        ("Governance Watch", False), ("Times of change", False), ("", False),
    ],
)  # fmt: skip
def test_a_newspaper_is_known_by_its_name(name: str, paper: bool) -> None:
    assert in_newspaper(replace(PAPER, site=name)) == paper
    assert not in_newspaper(replace(LAW, site=name))


def test_an_issuer_is_parted_into_bodies_and_the_number_it_gave(project: Project) -> None:
    def told(issuer: str, title: str = "《示例》") -> tuple[tuple[str, ...], str]:
        made = project.instruments.get(project.instruments.add(title, issuer=issuer))
        work = instrument_work(made, "zh")
        return work.authors, work.number

    assert told("CAC, MIIT, MPS (Order No. 12)") == (("CAC", "MIIT", "MPS"), "第12号令")
    assert told("State Council (国发〔2025〕11号)") == (("State Council",), "国发〔2025〕11号")
    assert told("SAMR / SAC, drafted by TC260", "GB 1-2025《示例》") == (("SAMR", "SAC"), "GB 1-2025")
    assert told("UNESCO General Conference, 41st session") == (("UNESCO General Conference, 41st session",), "")
    assert told("G7 (annex, statement)") == (("G7",), "")
    assert told("") == ((), "")


def test_titles_are_slanted_where_the_script_has_it() -> None:
    slanted = {style: [piece.text for piece in reference(WEB, style) if piece.italic] for style in STYLES}
    assert slanted == {"gb7714": [], "apa": ["Who audits?"], "law": ["Who audits?"]}
    assert not any(piece.italic for style in STYLES for piece in reference(PAGE, style))
    assert [piece.text for piece in reference(PAPER_EN, "apa") if piece.italic] == ["Sample Daily"]


def test_a_page_of_the_messenger_has_no_address_in_the_legal_style_and_a_dateless_one_says_when_it_was_seen() -> None:
    post = replace(PAGE, url="https://mp.weixin.qq.com/s/x", site="示例号")
    assert words(reference(post, "law")) == "林一：《算法与公平》，载微信公众号“示例号”2026年2月3日。"
    seen = replace(PAGE, published="", authors=())
    assert words(reference(seen, "law")) == f"《算法与公平》，载治理观察，{URL}，2026年3月1日访问。"


def test_instruments_are_cited_by_their_records(project: Project) -> None:
    for instrument in project.instruments.all():
        for language in ("zh", "en"):
            work = instrument_work(instrument, language)
            told = [words(reference(work, style)) for style in STYLES]
            assert all(
                work.title.strip("《》") in each.replace("〈", "《").replace("〉", "》") or work.kind == "law" for each in told
            )
            assert instrument.date[:4] in told[1]
    standard = project.instruments.get(project.instruments.by_ref("cn-gb-45438-2025"))
    assert instrument_work(standard, "zh").number == "GB 45438-2025"
    assert words(reference_to(LAW, "law", "第十九条第一款")) == "《示例法》第19条第1款。"
    assert words(reference_to(LAW, "law", "在某处")) == "《示例法》。"


# References


def _library(project: Project) -> list[Article]:
    told = "A {braced} 50% & $5 title_with #signs ~ and -- dashes"
    ids = [
        project.articles.add(draft("算法与公平：“引号”", ZH, publisher="治理观察", url="https://example.org/a?b=1&c=%20d_e")),
        project.articles.add(
            draft(told, "One", language="en", publisher="Review & Co", published="2024-05",
                  authors=(Author("Jane Q. Doe"), Author("Ludwig van der Berg", "An Institute")))
        ),
        project.articles.add(draft("Nameless", "Two", authors=(), published="", language="", publisher="")),
    ]  # fmt: skip
    return [project.articles.get(one) for one in ids]


@pytest.mark.parametrize("suffix", [".bib", ".ris", ".json"])
def test_references_come_back_as_they_left(project: Project, tmp_path: Path, suffix: str) -> None:
    articles = _library(project)
    path = tmp_path / f"a{suffix}"
    report = write_references(path, articles)
    assert report.carried == {"article": 3}
    assert report.dropped == {"affiliation": 1}
    found = entries_in(path.read_bytes(), path.name)
    for article, entry in zip(articles, found, strict=True):
        known = {
            "title": article.title, "authors": "; ".join(author.name for author in article.authors), "url": article.url,
            "publisher": article.publisher, "published": article.published, "language": article.language, "key": article.key,
        }  # fmt: skip
        if suffix == ".bib":  # TeX has no such signs in words; our reader gives back what is like them
            known["title"] = known["title"].replace("{", "").replace("}", "").replace(" ~ ", " ")
        assert entry == {name: value for name, value in known.items() if value}


@pytest.mark.parametrize("suffix", [".bib", ".ris", ".json"])
@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_every_instrument_of_the_catalogue_comes_back_as_it_left(
    project: Project, tmp_path: Path, suffix: str, language: str
) -> None:
    instruments = project.instruments.all()
    path = tmp_path / f"a{suffix}"
    report = write_references(path, [], instruments=instruments, language=language)
    assert report.carried == {"article": 0, "instrument": len(instruments)}
    for instrument, entry in zip(instruments, entries_in(path.read_bytes(), path.name), strict=True):
        work = instrument_work(instrument, language)
        authors = [name.replace(", ", "，") if suffix == ".ris" else name for name in work.authors]
        known = {
            "title": work.title, "authors": "; ".join(authors), "url": work.url, "published": work.published,
            "key": instrument.key, "language": "zh" if work.chinese else "en",
        }  # fmt: skip
        assert entry == {name: value for name, value in known.items() if value}


def test_instruments_are_of_their_types_and_what_is_not_confirmed_says_so(project: Project, tmp_path: Path) -> None:
    refs = ("cn-data-security-law", "cn-gb-45438-2025", "coe-ai-convention")
    found = [one for one in project.instruments.all() if one.key in refs or one.kind == "report"]
    kinds = {one.kind for one in found}
    assert kinds >= {"law", "standard", "report"}
    report = write_references(tmp_path / "a.json", [], instruments=found)
    items = {item["id"]: item for item in json.loads((tmp_path / "a.json").read_text("utf-8"))}
    assert items["cn-data-security-law"]["type"] == "legislation"
    assert (items["cn-gb-45438-2025"]["type"], items["cn-gb-45438-2025"]["number"]) == ("standard", "GB 45438-2025")
    assert all(item["note"] == "Facts not confirmed" for item in items.values())
    assert report.changed["unconfirmed"] == len(found)
    sure = [replace(one, confidence="confirmed") for one in found]
    report = write_references(tmp_path / "a.bib", [], instruments=sure)
    text = (tmp_path / "a.bib").read_text("utf-8")
    assert "note =" not in text
    assert "@standard{cn-gb-45438-2025," in text
    assert "unconfirmed" not in report.changed
    write_references(tmp_path / "a.ris", [], instruments=sure)
    ris = (tmp_path / "a.ris").read_text("utf-8")
    assert {"TY  - STAT", "TY  - STAND", "TY  - RPRT"} <= set(ris.splitlines())


def test_a_list_holds_the_instruments_that_passages_of_its_articles_are_linked_to(project: Project, tmp_path: Path) -> None:
    one = project.articles.add(draft("甲", ZH))
    two = project.articles.add(draft("乙", "另一篇文章的正文。"))
    law, other = (project.instruments.by_ref(ref) for ref in ("cn-data-security-law", "eu-ai-act"))
    project.annotations.add(one, 0, 3, links=[(law, "")])
    project.annotations.add(two, 0, 3, links=[(other, "")])
    path = tmp_path / "a.json"
    told = exporting.write(project.store, path, exporting.Choice("citations", "zh_CN"))
    assert told.carried == {"article": 2, "instrument": 2}
    told = exporting.write(project.store, path, exporting.Choice("citations", "zh_CN", articles=(one,)))
    assert told.carried == {"article": 1, "instrument": 1}
    assert json.loads(path.read_text("utf-8"))[1]["id"] == "cn-data-security-law"


def test_csl_is_what_the_schema_says(project: Project, tmp_path: Path) -> None:
    write_references(tmp_path / "a.json", _library(project))
    items = json.loads((tmp_path / "a.json").read_text("utf-8"))
    assert items[1]["author"] == [{"family": "Doe", "given": "Jane Q."}, {"family": "van der Berg", "given": "Ludwig"}]
    assert items[1]["issued"] == {"date-parts": [[2024, 5]]}
    assert items[0]["author"] == [{"literal": "林一"}]
    assert [item["type"] for item in items] == ["webpage", "document", "document"]
    assert "issued" not in items[2]


def test_keys_that_a_list_cannot_hold_are_changed_and_told(project: Project, tmp_path: Path) -> None:
    article = replace(_library(project)[0], key="a b,{c}")
    report = write_references(tmp_path / "a.bib", [article], language="zh_CN")
    assert report.changed["key"] == 1
    assert "@online{a_b__c_,\n" in (tmp_path / "a.bib").read_text("utf-8")
    assert "下划线" in report.reasons[-1]


def test_a_list_that_cannot_be_written_leaves_the_old_one(project: Project, tmp_path: Path) -> None:
    def stop(_done: int, _total: int) -> None:
        raise errors.Cancelled

    (tmp_path / "a.ris").write_text("old", "utf-8")
    with pytest.raises(errors.Cancelled):
        write_references(tmp_path / "a.ris", _library(project), progress=stop)
    assert (tmp_path / "a.ris").read_text("utf-8") == "old"
    with pytest.raises(errors.FolderMissing):
        write_references(tmp_path / "none" / "a.ris", [])


def test_an_article_is_a_work_with_what_is_known_of_it(project: Project) -> None:
    told: Sequence[Work] = [work_of(article) for article in _library(project)]
    assert [work.chinese for work in told] == [True, False, False]
    assert (told[1].published, told[2].authors, told[2].site) == ("2024-05", (), "")

"""Real pages and real laws, where they lie beside the checkout."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from db import importers
from db.importers.markdown_text import front_matter
from db.records import Draft
from tests.shared import SHARED

SEEDS = sorted((SHARED / "seeds").glob("*.txt")) if SHARED else []
LAWS = sorted((SHARED / "laws").glob("*.md")) if SHARED else []
pytestmark = pytest.mark.skipif(not SEEDS or not LAWS, reason="the shared pages are not here")


def seed(number: str) -> Draft:
    return importers.read(next(p for p in SEEDS if p.name.startswith(number)))


def test_the_account_page() -> None:
    draft = seed("001")
    assert (draft.column, draft.title, draft.genre) == ("前沿", "推进人工智能治理国际合作", "analysis")
    assert [a.name for a in draft.authors] == ["王鹏", "丁立江"]
    assert {a.role for a in draft.authors} == {"特约研究员"}
    assert (draft.publisher, draft.source, draft.published) == ("中国信息安全", "光明日报", "2024-07-30")
    assert [b.kind for b in draft.layout.blocks].count("heading") == 4
    assert len(draft.layout.blocks) == 15
    assert draft.text.endswith("创新空间。")


def test_the_column_page() -> None:
    draft = seed("002")
    assert [a.name for a in draft.authors] == ["王鹏"]
    assert (draft.published, draft.publisher, draft.source, draft.url) == ("2023-06-27", "", "", "")
    assert draft.text.split("\n")[0] == draft.title
    assert len(draft.layout.blocks) == 27
    assert [r.reason for r in draft.removed].count("author_card") == 3
    assert "责任编辑" not in draft.text


def test_the_news_site_page() -> None:
    draft = seed("004")
    assert draft.column == "专家解读"
    assert draft.title.startswith("框架重磅发布，")
    assert (draft.authors, draft.publisher, draft.source) == ((), "嘶吼 RoarTalk", "全国网安标委")
    assert draft.published == "2024-09-19T15:42:11"
    assert any(r.facts.get("other") == "2024-09-20" for r in draft.remarks)
    assert draft.text.split("\n")[1].startswith("导语：")
    assert len(draft.layout.blocks) == 19
    assert draft.text.endswith("落地实施。")


@pytest.mark.parametrize("path", LAWS, ids=lambda p: p.stem)
def test_a_law_survives_to_the_last_character(path: Path) -> None:
    draft = importers.read(path)
    source = re.sub(r"\*\*|^#+ ", "", front_matter(path.read_text("utf-8"))[1], flags=re.MULTILINE)
    assert draft.text == "\n".join(line for line in source.split("\n") if line.strip())
    assert draft.removed == ()
    articles = re.findall(r"^第[一二三四五六七八九十百千零]+条", draft.text, re.MULTILINE)
    assert len(articles) == len(re.findall(r"^\*\*第.{1,9}条\*\*", path.read_text("utf-8"), re.MULTILINE)) > 0
    bold = {(i.start, i.end) for i in draft.layout.inlines if i.kind == "bold"}
    assert all(
        (m.start(), m.end()) in bold for m in re.finditer(r"^第[一二三四五六七八九十百千零]+条(?=　)", draft.text, re.MULTILINE)
    )

"""A study whose passages leave: two coders, a statute with chapters, a stance, notes of all sorts, a translation."""

from __future__ import annotations

import os
from importlib.metadata import version
from pathlib import Path
from typing import Any

from db.exchange.report import FidelityReport
from db.project import Project
from db.records import Author
from db.sharing import exporting
from tests.db.conftest import TWO, Opener
from tests.db.material import EN, ZH, draft

WHEN = "2026-03-04T05:06:07.000Z"
STATUTE = (
    "示例办法\n第一章　总则\n第一条　为了示例，制定本办法。\n第二条　本办法适用于示例。\n"
    "第二章　义务\n第三条　推荐应当说明理由。\n（一）说明用了什么数据。\n第四条　日志应当保存。\n附则"
)
EXPECTED = Path(__file__).resolve().parents[1] / "expected" / "reports"


class Study:
    """The study, open as its first coder."""

    def __init__(self, copied: Opener) -> None:
        one = copied("study")
        codes = [code for code in one.codes.all("asgf1") if code.kind == "risk"]
        self.codes = codes
        self.law = one.instruments.add(
            "《示例办法》", title_en="Sample Measures", issuer="示例办", dates=[("issued", "2026-01-01")]
        )
        self.zh = one.articles.add(
            draft("算法与公平", ZH, publisher="治理观察", url="https://example.org/a", fetched="2026-03-01")
        )  # fmt: skip
        self.en = one.articles.add(draft("Auditors & <audits>", EN, language="en", authors=(Author("Jane Q. Doe"),)))
        self.statute = one.articles.add(draft("示例办法", STATUTE, authors=()))
        one.relations.add("is the text of", ("article", self.statute), ("instrument", self.law))
        start = ZH.index("招聘")
        first = one.annotations.add(
            self.zh, start, start + 11, codes=[codes[0].id], links=[(self.law, "第三条")], note="重要\n- *第二行* <script>"
        )  # fmt: skip
        one.notes.add("annotation", first, "只给自己", private=True)
        one.translations.add(first, "en", "The platform screens CVs")
        one.annotations.set_tagging_field(one.annotations.get(first).taggings[0].id, "stance", "denies")
        at = EN.index("A model")
        act = one.instruments.by_ref("eu-ai-act")
        one.annotations.add(self.en, at, at + 50, codes=[codes[0].id, codes[1].id], links=[(self.law, ""), (act, "Art. 10(2)")])
        at = STATUTE.index("第三条")
        one.annotations.add(self.statute, at, STATUTE.index("第四条") - 1, codes=[codes[1].id])
        self.first = one.annotations.get(first).uuid
        one.close()
        two = copied("study", TWO)
        start = ZH.index("《示例办法》")
        hers = two.annotations.add(self.zh, start, start + 10, note="=公开的笔记")
        hidden = two.notes.add("annotation", hers, "别人的私密笔记", private=True)
        two.notes.reply(hidden, "对私密笔记的答复")
        two.annotations.add(self.zh, None, None)
        two.close()
        self.project: Project = copied("study")

    def export(self, path: Path, form: str, **more: Any) -> FidelityReport:
        """Write as the window asks for it."""
        usual: dict[str, Any] = {"language": "zh_CN", "at": WHEN}
        return exporting.write(self.project.store, path, exporting.Choice(form, **(usual | more)))


def expect(name: str, text: str) -> None:
    """Compare with the file that is expected; with GLOSSATOR_WRITE_EXPECTED set, write it instead."""
    text = text.replace(f"Glossator {version('glossator')}", "Glossator")
    path = EXPECTED / name
    if os.environ.get("GLOSSATOR_WRITE_EXPECTED"):
        path.write_text(text, "utf-8", newline="\n")
    assert text == path.read_text("utf-8")

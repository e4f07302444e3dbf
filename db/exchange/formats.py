"""What work leaves as: every format by name, with its suffixes and what it holds. A list, so that there is one place to look."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from db.records import either

Holds = Literal["project", "codebook", "passages", "matrix", "library"]


@dataclass(frozen=True, slots=True)
class Format:
    """One format: the name it is asked for by, its suffixes (the first is the usual one), its title and what it holds."""

    name: str
    suffixes: tuple[str, ...]
    title_en: str
    title_zh: str
    holds: Holds

    @property
    def suffix(self) -> str:
        """The usual suffix."""
        return self.suffixes[0]

    def title(self, language: str) -> str:
        """Give the title in a language."""
        return either(language, self.title_zh, self.title_en)


FORMATS = (
    Format("bundle", (".glossbundle",), "Glossator bundle", "Glossator 交换包", "project"),
    Format("w3c", (".jsonld",), "W3C Web Annotation", "W3C 网络批注", "project"),
    Format("qdpx", (".qdpx",), "REFI-QDA project", "REFI-QDA 项目", "project"),
    Format("qdc", (".qdc",), "REFI-QDA codebook", "REFI-QDA 编码本", "codebook"),
    Format("csv", (".csv",), "Table (CSV)", "表格（CSV）", "passages"),
    Format("xlsx", (".xlsx",), "Workbook (Excel)", "工作簿（Excel）", "passages"),
    Format("docx", (".docx",), "Report (Word)", "报告（Word）", "passages"),
    Format("html", (".html", ".htm"), "Report (web page)", "报告（网页）", "passages"),
    Format("md", (".md",), "Report (Markdown)", "报告（Markdown）", "passages"),
    Format("matrix", (".xlsx",), "Evidence matrix (Excel)", "证据矩阵（Excel）", "matrix"),
    Format("citations", (".bib", ".ris", ".json"), "References (BibTeX, RIS, CSL)", "题录（BibTeX、RIS、CSL）", "library"),
)


def named(name: str) -> Format:
    """Give a format by its name; raises KeyError."""
    return {each.name: each for each in FORMATS}[name]


def of_file(path: Path, among: Iterable[str] | None = None) -> Format | None:
    """Give the format that a file's suffix stands for, the first of several, among those of some names; None if there is none."""
    names = None if among is None else set(among)
    suffix = path.suffix.lower()
    return next((each for each in FORMATS if suffix in each.suffixes and (names is None or each.name in names)), None)

"""Synthetic articles and what befalls them; each character carries its origin, so that the truth is known."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain

_TWO = (
    "治理模型数据风险安全算法平台公众部门规则评估责任透明隐私审查标准协调国际企业研究训练标注偏差歧视监督披露备案测试漏洞事故"
    "溯源标识伦理教育就业医疗司法金融交通能源芯片开源社区学者记者用户儿童老人沙盒试点条例草案问答听证报告年度季度清单红线底线"
    "边界授权同意撤回更正删除保存加密脱敏共享开放限制禁止鼓励要求建议承诺说明解释质疑复核申诉赔偿保险培训演练预警响应恢复退出"
    "人机协作自主决策推荐排序生成识别翻译"
)
_THREE = "残障者供应链服务商开发者监管者立法者第三方委员会实验室白皮书路线图工作组"
_WORDS = [_TWO[i : i + 2] for i in range(0, len(_TWO), 2)] + [_THREE[i : i + 3] for i in range(0, len(_THREE), 3)]
_PARTICLES = "的了在对与和并或为从向把被将应可须能不也都就再仍由以按于"
_RARE = (
    "\U00020bb7\U000210c1\U0001f469\u200d\U0001f52c\xe9",
    "ñ",
    "café",
    "AI",
    "GPT-4",
    "2024年",
    "㈠",
    "ﬁ",
    "が",
    "\u304b\u3099",
    "①",
)
_TRADITIONAL = dict(zip("数据风险标准国际训练审查责医疗护", "數據風險標準國際訓練審查責醫療護", strict=True))
_WIDE = {**{chr(c): chr(c + 0xFEE0) for c in range(0x21, 0x7F)}, "。": "．", "，": ",", "“": "「", "”": "」", "：": ":"}


@dataclass(slots=True)
class Text:
    """A text with the origin of each character in the text it was made from (-1: it is new)."""

    text: str
    origins: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, text: str) -> Text:
        """Take an unchanged text."""
        return cls(text, list(range(len(text))))

    @classmethod
    def new(cls, text: str) -> Text:
        """Take a text that comes from nowhere."""
        return cls(text, [-1] * len(text))

    def __getitem__(self, part: slice) -> Text:
        return Text(self.text[part], self.origins[part])

    def __len__(self) -> int:
        return len(self.text)


def join(parts: Iterable[Text]) -> Text:
    """Put texts one after the other."""
    kept = list(parts)
    return Text("".join(part.text for part in kept), list(chain.from_iterable(part.origins for part in kept)))


def sentence(rng: random.Random) -> str:
    """Make up a Chinese-looking sentence."""
    clauses = []
    for _ in range(rng.randint(1, 3)):
        words = [rng.choice(_WORDS) for _ in range(rng.randint(3, 6))]
        for _ in range(rng.randint(1, 3)):
            words.insert(rng.randint(1, len(words)), rng.choice(_PARTICLES))
        if rng.random() < 0.05:
            words.insert(rng.randint(0, len(words)), rng.choice(_RARE))
        if rng.random() < 0.08:
            words[-1] = f"“{words[-1]}”"
        clauses.append("".join(words))
    return "，".join(clauses) + rng.choice("。。。。！？；")


def article(rng: random.Random, length: int) -> str:
    """Make up paragraphs of sentences, about so many characters long."""
    parts: list[str] = []
    size = 0
    while size < length:
        parts.append("".join(sentence(rng) for _ in range(rng.randint(2, 6))))
        size += len(parts[-1]) + 1
    return "\n".join(parts)


def split(text: Text, ends: str) -> list[Text]:
    """Cut a text after each of some characters."""
    parts, start = [], 0
    for i, character in enumerate(text.text):
        if character in ends:
            parts.append(text[start : i + 1])
            start = i + 1
    return [*parts, text[start:]]


def edited(rng: random.Random, text: Text, share: float) -> Text:
    """Replace, insert or delete a share of the characters, here and there."""
    parts: list[Text] = []
    for i in range(len(text)):
        one = text[i : i + 1]
        if rng.random() < share:
            kind = rng.randrange(3)
            fresh = Text.new(rng.choice(rng.choice(_WORDS)))
            parts.extend(([Text(fresh.text, one.origins)], [one, fresh], [])[kind])
        else:
            parts.append(one)
    return join(parts)


def boilerplate_added(rng: random.Random, text: Text) -> Text:
    """Put foreign paragraphs at the head, the foot and between."""
    parts = split(text, "\n")
    for _ in range(3):
        parts.insert(rng.randint(0, len(parts) - 1), Text.new(sentence(rng) + "\n"))
    return join([Text.new("首页 新闻 登录\n"), *parts, Text.new("\n" + sentence(rng) + "版权所有")])


def boilerplate_removed(rng: random.Random, text: Text) -> Text:
    """Take out head and foot and something between."""
    parts = split(text, "\n")
    del parts[rng.randrange(1, len(parts) - 1)]
    return join(parts[1:-1])


def typeset(rng: random.Random, text: Text) -> Text:
    """Change widths and quotation marks."""
    return Text("".join(_WIDE.get(c, c) if len(_WIDE.get(c, c)) == 1 else c for c in text.text), text.origins)


def reflowed(rng: random.Random, text: Text) -> Text:
    """Break lines anew and put spaces between."""
    parts: list[Text] = []
    for i in range(len(text)):
        one = text[i : i + 1]
        if one.text == "\n":
            parts.append(Text.new("\r\n\r\n　　"))
            continue
        parts.append(one)
        if i % 38 == 37:
            parts.append(Text.new("\n"))
        elif rng.random() < 0.02:
            parts.append(Text.new(rng.choice((" ", "\u00a0", "\u200b"))))
    return join(parts)


def crlf(rng: random.Random, text: Text) -> Text:
    """End lines as another system does."""
    return join(
        [Text("\r\n", [-1, *one.origins]) if one.text == "\n" else one for one in (text[i : i + 1] for i in range(len(text)))]
    )


def traditional(rng: random.Random, text: Text) -> Text:
    """Write some characters in their traditional form."""
    return Text("".join(_TRADITIONAL.get(c, c) for c in text.text), text.origins)


def paragraphs_moved(rng: random.Random, text: Text) -> Text:
    """Move a fifth of the paragraphs elsewhere."""
    parts = split(Text(text.text + "\n", [*text.origins, -1]), "\n")
    for _ in range(max(1, len(parts) // 5)):
        part = parts.pop(rng.randrange(len(parts)))
        parts.insert(rng.randint(0, len(parts)), part)
    return join(parts)


def paragraphs_deleted(rng: random.Random, text: Text) -> Text:
    """Take out a fifth of the paragraphs."""
    return join(part for part in split(text, "\n") if rng.random() > 0.2)


def sentences_reordered(rng: random.Random, text: Text) -> Text:
    """Shuffle the sentences of each third paragraph."""
    paragraphs = split(text, "\n")
    for i, paragraph in enumerate(paragraphs):
        if i % 3 == 0:
            sentences = split(paragraph, "。！？；")
            rng.shuffle(sentences)
            paragraphs[i] = join(sentences)
    return join(paragraphs)


def truncated(rng: random.Random, text: Text) -> Text:
    """Lose the end."""
    return text[: len(text) * rng.randint(4, 8) // 10]


def rescraped(rng: random.Random, text: Text) -> Text:
    """Suffer several at once."""
    return reflowed(rng, boilerplate_added(rng, typeset(rng, paragraphs_deleted(rng, edited(rng, text, 0.03)))))


def pull_quotes(rng: random.Random, text: Text) -> Text:
    """Repeat sentences between paragraphs, as magazines do."""
    sentences = [one for one in split(text, "。！？；") if len(one) > 10]
    parts = split(text, "\n")
    for _ in range(max(2, len(parts) // 4)):
        parts.insert(rng.randint(0, len(parts)), Text.new(rng.choice(sentences).text.strip("\n") + "\n"))
    return join(parts)


def another_article(rng: random.Random, text: Text) -> Text:
    """Become another article."""
    return Text.new(article(rng, len(text)))


def _edits(share: float) -> Callable[[random.Random, Text], Text]:
    def edit(rng: random.Random, text: Text) -> Text:
        return edited(rng, text, share)

    return edit


CLASSES: dict[str, Callable[[random.Random, Text], Text]] = {
    "identity": lambda _rng, text: text,
    "boilerplate added": boilerplate_added,
    "boilerplate removed": boilerplate_removed,
    "1 % edited": _edits(0.01),
    "5 % edited": _edits(0.05),
    "10 % edited": _edits(0.10),
    "20 % edited": _edits(0.20),
    "30 % edited": _edits(0.30),
    "typeset anew": typeset,
    "reflowed": reflowed,
    "CRLF": crlf,
    "traditional": traditional,
    "paragraphs moved": paragraphs_moved,
    "paragraphs deleted": paragraphs_deleted,
    "sentences reordered": sentences_reordered,
    "truncated": truncated,
    "another article": another_article,
    "scraped again": rescraped,
    "pull quotes": pull_quotes,
}


@dataclass(slots=True)
class Case:
    """An old text, passages marked in it, and what became of it."""

    name: str
    old: str
    new: Text
    spans: list[tuple[int, int]]


def spans(rng: random.Random, text: str, count: int) -> list[tuple[int, int]]:
    """Mark sentences, clauses, words, nested and adjacent passages, the whole text and its edges."""
    size = len(text)
    marks = [(0, size), (0, min(12, size)), (max(0, size - 12), size)]
    starts = [i + 1 for i, c in enumerate(text) if c in "。！？；，\n" and i + 40 < size] or [0]
    while len(marks) < count:
        start = rng.choice(starts)
        start += text[start] == "\n"
        length = rng.choice((2, 4, 8, 15, 25, 40, 40, 80, 200))
        end = min(size, start + length)
        marks.append((start, end))
        if rng.random() < 0.1 and end + 10 < size:
            marks.append((end, end + 10))
        if rng.random() < 0.1 and end - start > 12:
            marks.append((start + 3, end - 3))
    return marks[:count]


def repeated(rng: random.Random, length: int, fate: str) -> Case:
    """Repeat sentences in other surroundings, mark the copies, and shift, edit or delete some of them."""
    parts = [Text.of(sentence(rng)) for _ in range(length // 25)]
    copied = [rng.choice(parts).text for _ in range(max(2, len(parts) // 12))]
    for one in copied:
        parts.insert(rng.randrange(len(parts)), Text.of(_alike(rng, one) if fate == "look-alike" else one))
    old = "".join(part.text for part in parts)
    at, marks, result = 0, [], []
    for i, part in enumerate(parts):
        here = Text(part.text, list(range(at, at + len(part))))
        again = part.text in copied
        if again:
            marks.append((at, at + len(part)))
        at += len(part)
        if again and rng.random() < 0.4:
            here = {"edited": edited(rng, here, 0.1), "deleted": Text(""), "look-alike": Text("")}.get(fate, here)
        if fate == "shifted" and i % 5 == 0:
            result.append(Text.new(sentence(rng)))
        result.append(here)
    return Case(f"repeated, {fate}", old, join(result), marks)


def _alike(rng: random.Random, text: str) -> str:
    at = rng.randrange(len(text) - 2)
    return text[:at] + rng.choice(_WORDS) + text[at + 2 :]


def cases(seed: int, length: int, each: int) -> Iterator[Case]:
    """Give one case of every class with so many passages."""
    rng = random.Random(seed)
    for name, mutate in CLASSES.items():
        old = article(rng, length)
        yield Case(name, old, mutate(rng, Text.of(old)), spans(rng, old, each))
    for fate in ("shifted", "edited", "deleted", "look-alike"):
        yield repeated(rng, length, fate)


def truth(case: Case) -> list[tuple[int, int] | None]:
    """Say where each passage of a case is: None if most of it is gone, (-1, -1) if it was torn apart."""
    where = {origin: i for i, origin in enumerate(case.new.origins) if origin >= 0}
    found: list[tuple[int, int] | None] = []
    for start, end in case.spans:
        kept = [where[i] for i in range(start, end) if i in where]
        if 2 * len(kept) < end - start:
            found.append(None)
        elif max(kept) + 1 - min(kept) > 1.5 * (end - start) + 4:
            found.append((-1, -1))
        else:
            found.append((min(kept), max(kept) + 1))
    return found


def judge(expected: tuple[int, int] | None, got: tuple[int, int] | None) -> str:
    """Call an answer right, ragged (about there), wrong or missed."""
    if expected == (-1, -1):
        return "torn"
    if expected is None or got is None:
        return "right" if expected == got else "wrong" if expected is None else "missed"
    slack = max(1, (expected[1] - expected[0]) // 20)
    if abs(expected[0] - got[0]) <= slack and abs(expected[1] - got[1]) <= slack:
        return "right"
    shared = min(expected[1], got[1]) - max(expected[0], got[0])
    return "ragged" if 2 * shared >= expected[1] - expected[0] else "wrong"

"""Transcripts of recordings: articles here, whose passages go from one point in time to another when they go again."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from copy import deepcopy
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from db.exchange.refi.drawing import content, tag
from db.exchange.refi.guids import derived, normal
from db.exchange.refi.parsing import child, number, parse, words_of
from db.exchange.refi.positions import Model, placing
from db.exchange.refi.texts import RawText

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

    Mend = Callable[[Element], bool]

_KEPT = Path("kept.xml")
_SHOWN = "Shown"  # where a selection that is shown went from and to
_REST = "<Rest/>"  # the place of selections that cannot be shown


def stub(inner: Element, raw: RawText, model: Model, shown: Sequence[str]) -> Element:
    """Give what is kept of a transcript beside its text: its points, in code points, and which each selection goes between."""
    from lxml import etree

    spoken, place = deepcopy(inner), placing(raw, model).at
    spoken.tag = "Spoken"
    _without(spoken, "plainTextPath")
    selections = [each for each in spoken if each.tag in ("PlainTextSelection", "TranscriptSelection")]
    for each, uuid in zip(selections, shown, strict=True):
        if uuid:
            ends = {end: normal(each.get(end)) for end in ("fromSyncPoint", "toSyncPoint") if each.get(end)}
            spoken.replace(each, etree.Element(_SHOWN, {"guid": uuid, **ends}))
    for each in list(spoken):
        if each.tag in ("PlainTextContent", "NoteRef"):
            spoken.remove(each)
        elif each.tag == "SyncPoint":
            said = number(each.get("position"))
            position = None if said is None else place(said)
            _without(each, "position")
            if position is not None:
                each.set("position", str(position))
    return spoken


def _without(element: Element, name: str) -> None:
    if name in element.attrib:
        del element.attrib[name]


class Transcript:
    """What an article goes out as that was a transcript: selections between points in time."""

    def __init__(self, article: str, shell: Mapping[str, str], text: str) -> None:
        self._article, self.spoken = article, parse(_KEPT, shell["spoken"].encode())
        self.within, self.is_first = shell["within"], bool(shell.get("first"))
        unchanged = shell.get("sha256") == sha256(text.encode()).hexdigest()
        self.rich = self.spoken.get("richTextPath", "") if unchanged else ""
        points = [each for each in self.spoken if each.tag == "SyncPoint" and each.get("guid")]
        self._times = {str(each.get("guid")): number(each.get("timeStamp")) for each in points}
        self._positions: dict[str, int] = {}
        self._at: dict[int, str] = {}
        for each in points if unchanged else ():
            position = number(each.get("position"))
            if position is not None and 0 <= position <= len(text):
                self._put(str(each.get("guid")), position)
        self._ends = {
            str(each.get("guid")): (each.get("fromSyncPoint", ""), each.get("toSyncPoint", ""))
            for each in self.spoken if each.tag == _SHOWN
        }  # fmt: skip

    def _put(self, guid: str, position: int) -> None:
        self._positions[guid] = position
        self._at.setdefault(position, guid)

    def between(self, annotation: str, start: int, end: int) -> dict[str, str]:
        """Give the points that a passage goes from and to: those it came with, others that stand there, or new ones."""
        came = self._ends.get(annotation, ("", ""))
        points = (self._point(guid, position) for guid, position in zip(came, (start, end), strict=True))
        return dict(zip(("fromSyncPoint", "toSyncPoint"), points, strict=True))

    def _point(self, came: str, position: int) -> str:
        if came in self._times and self._positions.get(came, position) == position:
            self._put(came, position)
            return came
        found = self._at.get(position) or derived("point", self._article, str(position))
        self._put(found, position)
        return found

    def written(self, counted: Callable[[int], int]) -> str:
        """Write its description and its points, in the order of the text."""
        times: dict[str, int | None] = self._times | {guid: None for guid in self._positions if guid not in self._times}
        last = max(self._positions.values(), default=0) + 1
        points = ""
        for guid in sorted(times, key=lambda guid: (self._positions.get(guid, last), times[guid] or 0, guid)):
            position = self._positions.get(guid)
            points += tag("SyncPoint", guid=guid, timeStamp=times[guid], position=None if position is None else counted(position))
        return content("Description", words_of(self.spoken, "Description")) + points

    @property
    def rest(self) -> str:
        """The place of the selections that are not shown, if there are any."""
        return _REST if child(self.spoken, "TranscriptSelection") is not None else ""

    def put_rest(self, element: str, mend: Mend) -> str:
        """Put the selections that are not shown into the transcript's element."""
        from lxml import etree

        if not self.rest:
            return element
        there = set(self._times) | set(self._positions)
        kept = [each for each in self.spoken if each.tag == "TranscriptSelection"]
        for each in kept:
            for end in ("fromSyncPoint", "toSyncPoint"):
                if each.get(end) not in there:
                    _without(each, end)
        words = "".join(etree.tostring(each, encoding="unicode", with_tail=False) + "\n" for each in kept if mend(each))
        return element.replace(_REST, words, 1)


class Recordings:
    """The recordings that were kept aside, with the transcripts of them that go."""

    def __init__(self, shells: Mapping[str, Mapping[str, str]]) -> None:
        self._shells = shells
        self._trees = {
            guid: parse(_KEPT, shell["recording"].encode()) for guid, shell in shells.items() if "recording" in shell
        }  # fmt: skip
        self._transcripts: dict[str, Transcript] = {}
        self._taken: dict[str, tuple[str, str, Sequence[str]]] = {}

    def transcript(self, article: str, text: str) -> Transcript | None:
        """Give what an article goes out as, if it is the transcript of a recording."""
        shell = self._shells.get(article, {})
        if "spoken" not in shell or shell.get("within") not in self._trees:
            return None
        self._transcripts[article] = Transcript(article, shell, text)
        return self._transcripts[article]

    def within(self, article: str) -> str:
        """Give the GUID of the recording that an article is the transcript of; nothing for others."""
        guid = self._shells.get(article, {}).get("within", "")
        return guid if guid in self._trees else ""

    def take(self, article: str, element: str, name: str, whole: Sequence[str]) -> bool:
        """Take an article as written, and the codings, notes and values of its recording; False for what is no transcript."""
        if article not in self._transcripts:
            return False
        self._taken[article] = element, name, whole
        return True

    def going(self, *, every: bool) -> dict[str, Element]:
        """Give the recordings that go: all of them, or those with a transcript that does."""
        there = {each.within for each in self._transcripts.values()}
        return {guid: tree for guid, tree in self._trees.items() if every or guid in there}

    def guids(self, *, every: bool) -> set[str]:
        """Give the GUIDs of all that goes of them."""
        trees = [*self.going(every=every).values(), *(each.spoken for each in self._transcripts.values())]
        return {str(each.get("guid")) for tree in trees for each in tree.iter() if each.get("guid") and each.tag != _SHOWN}

    def write(self, mend: Mend, *, every: bool) -> tuple[str, Collection[str]]:
        """Write the recordings with their transcripts; gives the kinds of sources as well."""
        from lxml import etree

        written, kinds = "", []
        for guid, tree in sorted(self.going(every=every).items()):
            articles = [article for article in self._taken if self._transcripts[article].within == guid]
            places = {str(each.get("guid")): each for each in tree if self._is_place(each)}
            for article, place in places.items():
                if article not in articles:
                    tree.remove(place)
            for article in articles:
                if article not in places:
                    etree.SubElement(tree, "Transcript", guid=article)
                if self._transcripts[article].is_first:
                    tree.set("name", self._taken[article][1])
            mend(tree)
            words = etree.tostring(tree, encoding="unicode", with_tail=False)
            for article in articles:
                element, _name, _whole = self._taken[article]
                element = self._transcripts[article].put_rest(element, mend)
                words = words.replace(f'<Transcript guid="{article}"/>', element, 1)
            whole = "".join("".join(parts) for parts in zip(*(self._taken[article][2] for article in articles), strict=True))
            at = words.rindex("</") if whole else len(words)
            written += words[:at] + whole + words[at:] + "\n"
            kinds.append(str(tree.tag))
        return written, kinds

    def _is_place(self, element: Element) -> bool:
        return element.tag == "Transcript" and "spoken" in self._shells.get(str(element.get("guid")), {})

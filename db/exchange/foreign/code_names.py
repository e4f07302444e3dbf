"""Which code a cell of a table means: what stands between codes, what between a code and the one above it, and what is new."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from db.exchange.foreign.columns import bare_title
from db.exchange.foreign.gathering import Gathering, Misfit
from db.exchange.refi.known import Known

GROUP = ("导入的编码", "Imported")
# Titles of columns in which commas stand between codes.
_BY_COMMAS = frozenset({"codes applied combined", "codes applied", "tags", "标签"})
_PARTS = re.compile("[;；|｜\\n]")
_COMMAS = re.compile("[,，]")
_DOWN = re.compile(r"\s*(?:>|＞|→|»|\\+|::)\s*")
_LOOSE = re.compile(r"\s*[/／:：]\s*")
_ROOTS = frozenset({"nodes", "codes", "节点", "编码", "code system"})
_DEEPEST = 40
_SHOWN = 30
_SEVERAL_CODES = "{name} is the name of several codes; give an id"
_OTHER_FRAMEWORK = "{name} is a number of a framework that you do not work in; choose that framework or give an id"
_NUMBER = re.compile(r"\d[\d.]*(?:[(（]?[a-z][)）]?)?")


class CodeNames:
    """Finds the codes that a table names, and makes those that are new below one that says where they came from."""

    def __init__(self, gathering: Gathering, known: Known, working: Collection[str]) -> None:
        self._g, self._known = gathering, known
        self._names, self._elsewhere = _with_numbers(known, working, _code_names(known, working))
        books = {uuid for uuid, book in known.of("codebook").items() if book["shipped"]}
        self._shipped = {uuid for uuid, code in known.of("code").items() if code["codebook"] in books}
        self._group = ""
        self._made: dict[tuple[str, ...], str] = {}
        self._above: dict[str, str] = {}
        self._ways: dict[str, list[tuple[str, ...]]] = {}  # of the cells that came before
        self._words = CodeWords((), "", self._names)

    @property
    def made(self) -> int:
        """How many codes are new."""
        return len(self._made)

    def learn(self, cells: Sequence[tuple[str, str]], title: str) -> None:
        """Learn from all cells of codes, each with what another column says stands above, how the table writes them."""
        self._words = CodeWords((cell for cell, _above in cells), title, self._names)
        pairs = ((cell.strip(), above) for cell, above in cells)
        self._above = {code: above for code, above in pairs if code and above and code != above}

    def ways(self, cell: str) -> list[tuple[str, ...]]:
        """Give the codes of a cell, each with those above it from the top."""
        if cell not in self._ways:
            self._ways[cell] = [self._way(name) for name in self._words.names(cell)]
        return self._ways[cell]

    def _way(self, name: str) -> tuple[str, ...]:
        """Give a code's name with those above it, as its cell or the column of what is above says."""
        way = list(self._words.way(name))
        while len(way) < _DEEPEST and (above := self._above.get(way[0])) and above not in way:
            way.insert(0, above)
        return tuple(way)

    def known(self, way: tuple[str, ...]) -> str:
        """Give the code of an id or a name, of those of one name the one below what it is said to be; nothing for a new one."""
        several = self._names.get(way[-1], [])
        if len(way) > 1:
            several = [uuid for uuid in several if self._is_below(uuid, way[:-1])]
        if len(several) > 1:
            raise Misfit(_SEVERAL_CODES, name=way[-1][:_SHOWN])
        if not several and len(way) == 1 and way[0] in self._elsewhere:
            raise Misfit(_OTHER_FRAMEWORK, name=way[0])
        return several[0] if several else ""

    def _is_below(self, uuid: str, above: Sequence[str]) -> bool:
        for name in reversed(above):
            uuid = str(self._known.of("code")[uuid]["parent"] or "")
            if uuid not in self._names.get(name, ()):
                return False
        return True

    def new(self, way: tuple[str, ...]) -> str:
        if way not in self._made:
            self._made[way] = self._g.code(self._g.uuid("code", *way), way[-1], self._parent(way[:-1]))
        return self._made[way]

    def _parent(self, way: tuple[str, ...]) -> str:
        """Give what a new code stands below: an own code that is there, one that is made, or the group of what is imported."""
        if way:
            code = self.known(way)
            return code if code and code not in self._shipped else self.new(way)
        if not self._group:
            self._group = self._g.uuid("group", "imported")
            if self._group not in self._known.of("code"):
                self._g.code(self._group, GROUP[1], None, names=GROUP)
        return self._group


class CodeWords:
    """Reads the cells of the column of codes: what stands between codes, and between a code and the one above it.

    What a table means is told by the whole of it: where semicolons, bars or lines part codes, nothing weaker does; a slash or
    colon leads down only from what is a code. A cell that is a code's name as a whole is that code.
    """

    def __init__(self, cells: Iterable[str], title: str, known: Collection[str]) -> None:
        cells = set(cells)
        self._known = known
        self._strong = any(_PARTS.search(cell) for cell in cells)
        self._by_commas = bare_title(title) in _BY_COMMAS
        names = {name for cell in cells for name in self.names(cell)}
        heads = Counter(_LOOSE.split(name)[0] for name in names if "://" not in name)
        self._heads = {head for head, count in heads.items() if head and (count > 1 or head in known or head in names)}
        self._heads = {head for head in self._heads if not _NUMBER.fullmatch(head)}

    def names(self, cell: str) -> list[str]:
        """Give the codes of a cell as they are written there."""
        whole = " ".join(cell.split())
        if not whole or whole in self._known:
            return [whole] if whole else []
        parts = (" ".join(part.split()) for part in _PARTS.split(cell))
        return list(dict.fromkeys(name for part in parts if part for name in self._weaker(part)))

    def _weaker(self, part: str) -> list[str]:
        if self._strong or part in self._known:
            return [part]
        if "、" in part:
            return [each.strip() for each in part.split("、") if each.strip()]
        several = [each.strip() for each in _COMMAS.split(part) if each.strip()]
        return several if self._by_commas or all(each in self._known for each in several) else [part]

    def way(self, name: str) -> tuple[str, ...]:
        """Give a code's name with those above it, from the top."""
        if name in self._known:
            return (name,)
        parts = [part for part in _DOWN.split(name) if part]
        if len(parts) < 2 and "://" not in name and _LOOSE.split(name)[0] in self._heads:
            parts = [part for part in _LOOSE.split(name) if part]
        if len(parts) > 1 and parts[0].lower() in _ROOTS:
            del parts[0]
        return tuple(parts) or (name,)


def _code_names(known: Known, working: Collection[str]) -> dict[str, list[str]]:
    """Give the codes by what they may be called: ids before own names, these before the frameworks' names and labels."""
    codes = known.of("code")
    shipped = {uuid for uuid, book in known.of("codebook").items() if book["shipped"]}
    ids = {str(code["name"]): [uuid] for uuid, code in codes.items() if code["name"]} | {uuid: [uuid] for uuid in codes}
    own: defaultdict[str, list[str]] = defaultdict(list)
    theirs: defaultdict[str, list[str]] = defaultdict(list)
    for uuid, code in codes.items():
        for name in {" ".join(str(code[column]).split()) for column in ("name_zh", "name_en")} - {""}:
            among = theirs if code["codebook"] in shipped else own
            among[name].append(uuid)
            if code["number"]:
                theirs[f"{code['number']} {name}"].append(uuid)
    meant = {uuid for uuid, book in known.of("codebook").items() if book["name"] in working or uuid in working}
    for name, several in theirs.items():
        theirs[name] = [uuid for uuid in several if codes[uuid]["codebook"] in meant] or several
    return {**theirs, **own, **ids}


def _with_numbers(
    known: Known, working: Collection[str], names: Mapping[str, list[str]]
) -> tuple[dict[str, list[str]], frozenset[str]]:
    """Add the numbers of codes of the working frameworks and of own codes, written with and without what parts them, as 311b.

    What is a name is none; gives those too that only other frameworks have.
    """
    books = known.of("codebook")
    meant = {uuid for uuid, book in books.items() if not book["shipped"] or book["name"] in working or uuid in working}
    numbers: defaultdict[str, list[str]] = defaultdict(list)
    elsewhere: set[str] = set()
    for uuid, code in known.of("code").items():
        number = str(code["number"]).strip()
        bare = re.sub(r"[^0-9A-Za-z]", "", number)
        # Digits alone are often somebody's own numbers.
        for written in {number, bare if bare[-1:].isalpha() else number, number.replace("(", "（").replace(")", "）")} - {""}:
            if written not in names:
                numbers[written].append(uuid) if code["codebook"] in meant else elsewhere.add(written)
    return {**names, **numbers}, frozenset(elsewhere - numbers.keys())

"""The rows of the library reckoned without drawing any: groups under headings, their articles known when they are looked at."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from db.articles import STATUSES
from db.grouping import Collection
from db.project import Project
from db.records import ArticleId


@dataclass(slots=True)
class Group:
    """Articles that share a value of what is grouped by; `ids` is None until they are looked at."""

    value: str
    title: str
    count: int
    open: bool = True
    ids: list[ArticleId] | None = None


class Rows:
    """Groups one below the other, each with a row for its heading where there are headings."""

    def __init__(self, groups: Sequence[Group] = (), *, headed: bool = False) -> None:
        self.groups = list(groups)
        self.headed = headed
        self.starts: list[int] = []
        self.count_again()

    def count_again(self) -> None:
        """Reckon where each group begins, as when one was folded."""
        lengths = ((group.count if group.open else 0) + self.headed for group in self.groups)
        self.starts = list(accumulate(lengths, initial=0))

    def __len__(self) -> int:
        return self.starts[-1]

    def at(self, row: int) -> tuple[Group, int] | None:
        """Give the group of a row and the place in it; -1 for its heading."""
        if not 0 <= row < len(self):
            return None
        number = bisect_right(self.starts, row) - 1
        return self.groups[number], row - self.starts[number] - self.headed

    def first_of(self, row: int) -> int:
        """Give the first row of the group a row belongs to."""
        return self.starts[bisect_right(self.starts, row) - 1]

    def headings_before(self, row: int) -> int:
        """Count the headings above a row."""
        return bisect_left(self.starts, row) if self.headed else 0

    def is_heading(self, row: int) -> bool:
        """Whether a row is a heading."""
        return self.headed and self.first_of(row) == row

    def keys(self) -> list[tuple[str, int]]:
        """Give what stands on each row: (group, article), 0 for a heading and less for what was not looked at."""
        keys: list[tuple[str, int]] = []
        for group in self.groups:
            if self.headed:
                keys.append((group.value, 0))
            if group.open:
                keys += [(group.value, key) for key in (range(-group.count, 0) if group.ids is None else group.ids)]
        return keys

    def find(self, wanted: Sequence[tuple[str, int]], ids: Callable[[Group], list[ArticleId]]) -> list[int]:
        """Give the rows, in order, of things given as by `keys`; those that are not there are left out."""
        by_group: dict[str, set[int]] = {}
        for value, article in wanted:
            by_group.setdefault(value, set()).add(article)
        found = []
        for group, start in zip(self.groups, self.starts, strict=False):
            articles = by_group.get(group.value, set())
            if self.headed and 0 in articles:
                found.append(start)
            if group.open and articles - {0}:
                first = start + self.headed
                found += [first + place for place, key in enumerate(ids(group)) if key in articles]
        return found


def ordered(project: Project, by: str, groups: list[Group]) -> list[Group]:
    """Order groups as one expects: years down, statuses as they follow, collections as the tree; those without any last."""
    if by == "collection":
        paths = collection_paths(project.collections.all())
        places = {uuid: place for place, uuid in enumerate(paths)}
        for group in groups:
            group.title = paths.get(group.value, "")
        groups.sort(key=lambda group: places.get(group.value, len(places)))
    elif by == "year":
        groups.sort(key=lambda group: group.value, reverse=True)
    elif by == "status":
        groups.sort(key=lambda group: STATUSES.index(group.value) if group.value in STATUSES else len(STATUSES))
    return sorted(groups, key=lambda group: not group.value)


def alike_groups(project: Project, ids: Sequence[ArticleId], found: Sequence[Sequence[ArticleId]]) -> list[Group]:
    """Group articles, in their order, by what was found nearly one text and nobody told apart; the first gives the name."""
    places = {key: place for place, key in enumerate(ids)}
    groups = []
    for each in project.relations.told_apart(found):
        keys = sorted((key for key in each if key in places), key=places.__getitem__)
        if keys:
            groups.append(Group(str(min(each)), "", len(keys), ids=keys))
    titles = project.articles.several([group.ids[0] for group in groups if group.ids])
    for group in groups:
        group.title = titles[group.ids[0]].title if group.ids else ""
    return sorted(groups, key=lambda group: places[group.ids[0]] if group.ids else 0)


def collection_paths(collections: Sequence[Collection]) -> dict[str, str]:
    """Give the names of every collection from the top, divided by /, by uuid, in the order of the tree."""
    names: dict[int | None, str] = {}
    paths: dict[str, str] = {}
    for each in collections:
        names[each.id] = paths[each.uuid] = f"{names[each.parent]} / {each.name}" if each.parent is not None else each.name
    return paths

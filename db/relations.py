"""Relations between passages, articles and instruments, and which articles are not the same text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from db import errors
from db.changes import now
from db.records import AnnotationId, ArticleId, Relation
from db.store import Row, Store

# What may be related to what, and how: (from, to) -> kinds.
KINDS = {
    ("annotation", "annotation"): ("continues", "contradicts", "repeats", "translates", "responds to"),
    ("article", "article"): ("translation of", "reprint of", "comments on"),
    ("article", "instrument"): ("is the text of",),
    ("instrument", "instrument"): (
        "amended-by", "amends", "cites", "derives-from", "elaborated-by", "follows", "implements", "submitted-to",
        "superseded-by", "supersedes",
    ),
}  # fmt: skip
# Said of two articles that look like one text. Nobody reads by it, so the relations of a thing leave it out.
DIFFERENT = "not the same"
_ENDS = ("annotation", "article", "instrument")
_COLUMNS = tuple(f"{side}_{end}" for side in ("from", "to") for end in _ENDS)
_SELECT = f"SELECT id, uuid, kind, note, coder, {', '.join(_COLUMNS)} FROM relation"


def _relation(row: Row) -> Relation:
    source, target = [(end, value) for end, value in zip(_ENDS * 2, row[5:], strict=True) if value is not None]
    return Relation(row[0], row[1], row[2], source, target, row[3], row[4])


class Relations:
    """The typed relations of a project."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self, relation: int) -> Relation:
        """Give one relation; raises NotFound."""
        row = self._store.one(f"{_SELECT} WHERE id = ?", (relation,))
        if row is None:
            raise errors.NotFound("relation", relation)
        return _relation(row)

    def by_ref(self, ref: str) -> int:
        """Find a relation by uuid or unique prefix; raises NotFound or Ambiguous."""
        return self._store.by_ref("relation", ref)

    def all(self) -> list[Relation]:
        """List every relation, oldest first."""
        return [_relation(row) for row in self._store.rows(f"{_SELECT} ORDER BY id")]

    def of(self, kind: str, thing: int) -> list[Relation]:
        """List the relations from and to a thing, oldest first, without those that say what is not the same."""
        where = f"(from_{kind} = ?1 OR to_{kind} = ?1) AND kind <> ?2"
        return [_relation(row) for row in self._store.rows(f"{_SELECT} WHERE {where} ORDER BY id", (thing, DIFFERENT))]

    def add(self, kind: str, source: tuple[str, int], target: tuple[str, int], note: str = "") -> int:
        """Relate two things, each given as (kind of thing, id), the same relation twice being one; raises Refused or NotFound."""
        between = (source[0], target[0])
        if kind not in KINDS.get(between, ()) and (kind, between) != (DIFFERENT, ("article", "article")):
            raise errors.Refused(
                "{source} and {target} cannot be related by {kind}.", source=source[0], target=target[0], kind=kind
            )
        if source == target:
            raise errors.Refused("Nothing can be related to itself. Choose another passage, article or instrument.")
        for end, thing in (source, target):
            if not self._store.value(f"SELECT 1 FROM {end} WHERE id = ?", (thing,)):
                raise errors.NotFound(end, thing)
        me = self._store.me or None
        ends = {f"from_{source[0]}": source[1], f"to_{target[0]}": target[1]}
        tests = " AND ".join(f"{column} = ?" for column in ends)
        same = self._store.value(f"SELECT id FROM relation WHERE {tests} AND kind = ? AND coder IS ?", (*ends.values(), kind, me))
        if same:
            return int(same)
        with self._store.change("Add relation"):
            return self._store.insert("relation", kind=kind, note=note, coder=me, created=now(), **ends)

    def remove(self, relation: int) -> None:
        """Remove one's own relation; raises NotFound or Refused."""
        found = self.get(relation)
        if found.coder is None:
            raise errors.Refused("This relation belongs to the shipped catalogue and stays. Only own relations can be removed.")
        if found.coder != self._store.me:
            raise errors.Refused("This relation is another coder's. Only who made it can remove it.")
        with self._store.change("Remove relation"):
            self._store.delete("relation", [relation])

    def call_different(self, one: ArticleId, other: ArticleId) -> int:
        """Say that two articles are not the same text, whichever is named first; raises Refused or NotFound."""
        rows = self._store.rows("SELECT id, uuid FROM article WHERE id IN (?, ?)", (one, other))
        uuids: dict[int, str] = {row[0]: row[1] for row in rows}
        first, second = sorted((one, other), key=lambda key: uuids.get(key, ""))
        with self._store.change("Tell articles apart"):
            return self.add(DIFFERENT, ("article", first), ("article", second))

    def different(self) -> dict[ArticleId, frozenset[ArticleId]]:
        """Give for each article those that anybody said are not the same text."""
        found: dict[ArticleId, set[ArticleId]] = {}
        for row in self._store.rows("SELECT from_article, to_article FROM relation WHERE kind = ?", (DIFFERENT,)):
            one, other = ArticleId(row[0]), ArticleId(row[1])
            found.setdefault(one, set()).add(other)
            found.setdefault(other, set()).add(one)
        return {article: frozenset(others) for article, others in found.items()}

    def told_apart(self, groups: Iterable[Sequence[ArticleId]]) -> list[list[ArticleId]]:
        """Divide groups of articles that are nearly one text by what people said is not the same; who is left alone drops out."""
        different = self.different()
        found: list[list[ArticleId]] = []
        for group in groups:
            parts = _parts(group, different) if not different.keys().isdisjoint(group) else iter((list(group),))
            found += (part for part in parts if len(part) > 1)
        return found

    def between_articles(self, one: ArticleId, other: ArticleId, kind: str) -> list[tuple[AnnotationId, AnnotationId]]:
        """List the passages of two articles that are related, whichever way: (in `one`, in `other`), in the order of `one`."""
        # CROSS JOIN: from the passages of the one article by the index of ends, never through all relations.
        halves = " UNION ".join(
            f"SELECT here.id, there.id, here.start FROM annotation here CROSS JOIN relation r ON r.{near} = here.id"
            f" CROSS JOIN annotation there ON there.id = r.{far} WHERE here.article = ?1 AND there.article = ?2 AND r.kind = ?3"
            for near, far in (("from_annotation", "to_annotation"), ("to_annotation", "from_annotation"))
        )
        rows = self._store.rows(f"{halves} ORDER BY 3, 1, 2", (one, other, kind))
        return [(AnnotationId(row[0]), AnnotationId(row[1])) for row in rows]


def _parts(group: Sequence[ArticleId], different: Mapping[ArticleId, frozenset[ArticleId]]) -> Iterator[list[ArticleId]]:
    """Divide a group into those that hang together by pairs nobody told apart, in time linear in articles and pairs."""
    left = dict.fromkeys(group)
    while left:
        waiting, part = [next(iter(left))], set[ArticleId]()
        del left[waiting[0]]
        while waiting:
            article = waiting.pop()
            part.add(article)
            near = [other for other in left if other not in different.get(article, ())]
            waiting += near
            for other in near:
                del left[other]
        yield [article for article in group if article in part]

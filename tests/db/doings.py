"""Everything that can be done to a project, as deeds that take any number: whoever does them in whatever order."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from db import errors
from db.project import Project
from db.records import CodeId
from db.sharing.deciding import Conflicts
from tests.db.material import EN, THIRD, ZH, draft


def _edit_title(project: Project, number: int) -> None:
    if articles := project.articles.all():
        project.articles.edit(articles[number % len(articles)].id, title=f"题{number}")


def _edit_publisher(project: Project, number: int) -> None:
    if articles := project.articles.all():
        project.articles.edit(articles[number % len(articles)].id, publisher=f"刊{number}")


def _annotate(project: Project, number: int) -> None:
    if articles := project.articles.all():
        codes = [project.codes.all()[number % 50].id]
        project.annotations.add(articles[number % len(articles)].id, number % 7, number % 7 + 5, codes=codes)


def _import(project: Project, number: int) -> None:
    project.articles.add(draft("导入", (ZH, EN, THIRD)[number % 3]))


def _remove_article(project: Project, number: int) -> None:
    if articles := project.articles.all():
        project.articles.remove([articles[number % len(articles)].id])


def _own(project: Project, number: int) -> Any:
    own = [code for code in project.codes.all() if not code.name]
    return own[number % len(own)] if own else None


def _code(project: Project, number: int) -> None:
    project.codes.add(f"码{project.path.stem}{len(project.codes.all())}{number}")


def _move_code(project: Project, number: int) -> None:
    code, parent = _own(project, number), _own(project, number * 5 + 1)
    if code and parent and parent.id not in project.codes.branch(code.id):
        project.codes.move(code.id, parent.id)


def _remove_code(project: Project, number: int) -> None:
    if code := _own(project, number):
        project.codes.remove(CodeId(code.id))


def _untag(project: Project, number: int) -> None:
    rows = project.store.rows("SELECT t.annotation, t.code FROM tagging t WHERE coder = ?", (project.me,))
    if rows:
        project.annotations.untag(*rows[number % len(rows)])


def _set_field(project: Project, number: int) -> None:
    if articles := project.articles.all():
        actor = ("state", "company", "media")[number % 3]
        project.fields.set("article", articles[number % len(articles)].id, "actor_type", actor)


def _undo(project: Project, number: int) -> None:
    change = project.next_undo()
    if change and change.label != "Merge bundle":
        project.undo()


def _note(project: Project, number: int) -> None:
    if articles := project.articles.all():
        project.notes.add("article", articles[number % len(articles)].id, f"注{number}")


def _version(project: Project, number: int) -> None:
    if articles := project.articles.all():
        article = articles[number % len(articles)].id
        project.articles.add_version(article, draft("", f"{(ZH, EN, THIRD)[number % 3]}第{number % 2}稿"))


def _reply(project: Project, number: int) -> None:
    if notes := project.notes.all():
        project.notes.reply(notes[number % len(notes)].id, f"答{number}")


def _remove_note(project: Project, number: int) -> None:
    if notes := [note for note in project.notes.all() if note.coder == project.me]:
        project.notes.remove(notes[number % len(notes)].id)


def _layer(project: Project, number: int) -> None:
    rows = project.store.rows("SELECT annotation FROM place WHERE start IS NOT NULL ORDER BY 1")
    placed = [a for a in project.annotations.several([row[0] for row in rows]) if a.start is not None]
    if placed:
        project.annotations.own_copy(placed[number % len(placed)].id)


def _unannotate(project: Project, number: int) -> None:
    rows = project.store.rows("SELECT id FROM annotation WHERE coder = ? ORDER BY id", (project.me,))
    if rows:
        project.annotations.remove([rows[number % len(rows)][0]])


def _collection(project: Project, number: int) -> None:
    there = project.collections.all()
    parent = there[number % len(there)].id if there and number % 2 else None
    project.collections.add(f"集{project.path.stem}{len(there)}{number}", parent)


def _move_collection(project: Project, number: int) -> None:
    if there := project.collections.all():
        with suppress(errors.Refused):
            project.collections.move(there[number % len(there)].id, there[number * 3 % len(there)].id)


def _remove_collection(project: Project, number: int) -> None:
    if there := project.collections.all():
        project.collections.remove(there[number % len(there)].id)


def _collect(project: Project, number: int) -> None:
    there, articles = project.collections.all(), project.articles.all()
    if there and articles:
        act = project.collections.take_out if number % 4 == 3 else project.collections.put
        act([articles[number % len(articles)].id], there[number % len(there)].id)


def _tag_article(project: Project, number: int) -> None:
    if articles := project.articles.all():
        act = project.articles.untag if number % 4 == 3 else project.articles.tag
        act([articles[number % len(articles)].id], f"签{number % 3}")


def _decide(project: Project, number: int) -> None:
    if waiting := project.review.waiting():
        placed = waiting[number % len(waiting)]
        if number % 3:
            project.review.decide(placed.annotation, number % 5, number % 5 + 4)
        else:
            project.review.decide_gone(placed.annotation)


def _mine(project: Project, number: int) -> Any:
    rows = project.store.rows("SELECT id FROM annotation WHERE coder = ? ORDER BY id", (project.me,))
    return rows[number % len(rows)][0] if rows else None


def _translate(project: Project, number: int) -> None:
    if annotation := _mine(project, number):
        project.translations.add(annotation, "en", f"words {number}")


def _edit_translation(project: Project, number: int) -> None:
    rows = project.store.rows("SELECT id FROM translation WHERE coder = ? ORDER BY id", (project.me,))
    if rows:
        project.translations.edit(rows[number % len(rows)][0], text=f"others {number}")


def _relate(project: Project, number: int) -> None:
    articles = project.articles.all()
    one, two = (articles[at % len(articles)].id for at in (number, number * 3 + 1)) if articles else (None, None)
    if one is not None and two is not None and one != two:
        project.relations.add("comments on", ("article", one), ("article", two))


def _instrument(project: Project, number: int) -> None:
    own = [each for each in project.instruments.all() if not each.shipped]
    if not own or number % 2:
        project.instruments.add(f"《办法{project.path.stem}{number}》", aliases=[f"办法{number}"])
    elif annotation := _mine(project, number):
        project.annotations.link(annotation, own[number % len(own)].id, f"第{number}条")


def _save_search(project: Project, number: int) -> None:
    kind = ("search", "smart code", "standing")[number % 3]
    project.searches.add(f"查{project.path.stem}{len(project.searches.all())}", f"偏见 {number}", kind)


def _edit_search(project: Project, number: int) -> None:
    if there := project.searches.all():
        project.searches.change(there[number % len(there)].id, query=f"公平 {number}")


def _stance(project: Project, number: int) -> None:
    rows = project.store.rows("SELECT id FROM tagging WHERE coder = ? ORDER BY id", (project.me,))
    if rows:
        stance = ("asserts", "denies", "supports")[number % 3]
        project.annotations.set_tagging_field(rows[number % len(rows)][0], "stance", stance)


def _status(project: Project, number: int) -> None:
    if articles := project.articles.all():
        project.articles.set_status(articles[number % len(articles)].id, ("reading", "coded", "checked")[number % 3])


def _unit(project: Project, number: int) -> None:
    project.set_unit(("clause", "sentence", "paragraph")[number % 3])


def _letters(project: Project, number: int) -> None:
    if code := _own(project, number):
        project.set_letters(code.id, "abcdef"[number % 5] + "xyz"[number % 3])


def _move(project: Project, number: int) -> None:
    if annotation := _mine(project, number):
        with suppress(errors.ProjectError):
            project.annotations.move(annotation, number % 4, number % 4 + 3 + number % 5)


def _tag_own(project: Project, number: int) -> None:
    annotation, code = _mine(project, number), _own(project, number * 3)
    if annotation and code:
        project.annotations.tag(annotation, code.id)


def _rename_code(project: Project, number: int) -> None:
    if code := _own(project, number):
        values = ({"name_zh": ""}, {"name_zh": f"名{number}"}, {"name_en": f"name {number}"}, {"name_en": ""})[number % 4]
        with suppress(errors.Refused):
            project.codes.edit(code.id, **values)


def _define_code(project: Project, number: int) -> None:
    if code := _own(project, number):
        project.codes.edit(code.id, definition_zh=f"义{number}")


def _top_code(project: Project, number: int) -> None:
    if code := _own(project, number):
        project.codes.move(code.id, None)


def _edit_note(project: Project, number: int) -> None:
    if notes := [note for note in project.notes.all() if note.coder == project.me]:
        project.notes.edit(notes[number % len(notes)].id, f"改{number}")


def _edit_instrument(project: Project, number: int) -> None:
    if own := [each for each in project.instruments.all() if not each.shipped]:
        titles = ({"title_en": f"Measures {number}"}, {"title_zh": ""}, {"title_zh": f"《法{number}》"}, {"title_en": ""})
        values = titles[number % 4]
        with suppress(errors.Refused):
            project.instruments.edit(own[number % len(own)].id, dates=[("issued", f"2026-01-{number + 1:02}")], **values)


def _remove_instrument(project: Project, number: int) -> None:
    if own := [each for each in project.instruments.all() if not each.shipped]:
        with suppress(errors.Refused):
            project.instruments.remove(own[number % len(own)].id)


def _alias(project: Project, number: int) -> None:
    if own := [each for each in project.instruments.all() if not each.shipped]:
        project.instruments.add_alias(own[number % len(own)].id, f"别名{number % 3}")


def _relink(project: Project, number: int) -> None:
    rows = project.store.rows("SELECT id FROM link WHERE coder = ? ORDER BY id", (project.me,))
    if rows and number % 3:
        project.annotations.edit_link(rows[number % len(rows)][0], locator=f"第{number}条", relation=("quotes", "")[number % 2])
    elif rows:
        project.annotations.unlink(rows[number % len(rows)][0])


def _add_field(project: Project, number: int) -> None:
    project.fields.add("annotation", f"栏{project.path.stem}{len(project.fields.all())}", "many of" if number % 2 else "text",
                       ["x", "y", "z"] if number % 2 else [])  # fmt: skip


def _remove_field(project: Project, number: int) -> None:
    if own := [each for each in project.fields.all("annotation") if not each.name]:
        project.fields.remove(own[number % len(own)].id)


def _set_own_field(project: Project, number: int) -> None:
    own = [each for each in project.fields.all("annotation") if not each.name]
    annotation = _mine(project, number)
    if own and annotation:
        field = own[number % len(own)]
        values = ("x", "y", "z")[: number % 4] if field.type == "many of" else (f"值{number}",)[: number % 3]
        project.fields.set("annotation", annotation, field.uuid, *values)


def _unrelate(project: Project, number: int) -> None:
    if there := [each for each in project.relations.all() if each.coder is not None]:
        project.relations.remove(there[number % len(there)].id)


def _remove_translation(project: Project, number: int) -> None:
    rows = project.store.rows("SELECT id FROM translation WHERE coder = ? ORDER BY id", (project.me,))
    if rows:
        project.translations.remove(rows[number % len(rows)][0])


def _rename_collection(project: Project, number: int) -> None:
    if there := project.collections.all():
        with suppress(errors.Refused):
            project.collections.rename(there[number % len(there)].id, f"架{number}")


def _rename_tag(project: Project, number: int) -> None:
    project.articles.rename_tag(f"签{number % 3}", f"签{(number + 1) % 3}")


def _remove_search(project: Project, number: int) -> None:
    if there := project.searches.all():
        project.searches.remove(there[number % len(there)].id)


def _edit_words(project: Project, number: int) -> None:
    if articles := project.articles.all():
        article = articles[number % len(articles)].id
        project.versions.edit_text(article, number % 6, number % 6 + 2, f"字{number}")


def _settle_conflict(project: Project, number: int) -> None:
    if waiting := project.conflicts():
        with suppress(errors.Refused):
            decision = ("mine", "theirs", "both")[number % 3]
            Conflicts(project.store).decide(decision, [waiting[number % len(waiting)].uuid])  # type: ignore[arg-type]


def _look(project: Project, number: int) -> None:
    if articles := project.articles.all():
        article = articles[number % len(articles)].id
        project.layers.hide(article) if project.layers.shown(article) else project.layers.show(article)


def _redo(project: Project, number: int) -> None:
    with suppress(errors.NothingToRedo):
        if number % 2 and project.next_redo():
            project.redo()


def _branch(project: Project, number: int) -> None:
    if parent := _own(project, number):
        with suppress(errors.Refused):
            project.codes.add(f"枝{project.path.stem}{len(project.codes.all())}{number}", parent=CodeId(parent.id))


def _note_code(project: Project, number: int) -> None:
    if code := _own(project, number):
        project.notes.add("code", code.id, f"注码{number}")


def _mark_own(project: Project, number: int) -> None:
    articles, code = project.articles.all(), _own(project, number * 3)
    if articles and code:
        project.annotations.add(articles[number % len(articles)].id, number % 7, number % 7 + 5, codes=[code.id])


OPS: tuple[Callable[[Project, int], None], ...] = (
    _edit_title, _edit_publisher, _annotate, _import, _remove_article, _code, _move_code, _remove_code, _untag, _set_field, _undo,
    _note, _version, _reply, _remove_note, _layer, _unannotate,
    _collection, _move_collection, _remove_collection, _collect, _tag_article, _decide,
    _translate, _edit_translation, _relate, _instrument, _save_search, _edit_search, _stance, _status, _unit, _letters,
    _move, _tag_own, _rename_code, _define_code, _top_code, _edit_note, _edit_instrument, _remove_instrument, _alias, _relink,
    _add_field, _remove_field, _set_own_field, _unrelate, _remove_translation, _rename_collection, _rename_tag, _remove_search,
    _edit_words, _settle_conflict, _look, _redo, _branch, _note_code, _mark_own,
)  # fmt: skip
# What is removed, and what is done below it meanwhile.
BELOW: tuple[Callable[[Project, int], None], ...] = (
    _remove_code, _remove_code, _branch, _branch, _note_code, _mark_own, _tag_own, _untag, _unannotate, _reply, _remove_note,
    _define_code, _move_code, _edit_words, _remove_article, _note, _undo, _settle_conflict,
)  # fmt: skip

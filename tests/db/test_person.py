"""The person: one coder in all own projects, kept beside the settings, never taken from the system."""

from __future__ import annotations

import getpass
from pathlib import Path

import pytest

from db.person import initials_of, load_person, named, save_person, settings_folder
from db.project import Project


def test_a_first_start_makes_a_nameless_person_and_keeps_it() -> None:
    person = load_person()
    assert (person.name, person.named) == ("", False)
    assert getpass.getuser() not in repr(person)
    assert load_person() == person


def test_a_saved_person_comes_back() -> None:
    person = named(load_person(), "  Grace  Brewster Hopper ", "#123456")
    save_person(person)
    assert load_person() == person
    assert (person.name, person.initials, person.colour) == ("Grace  Brewster Hopper", "GB", "#123456")


@pytest.mark.parametrize("broken", ["", "{", "[]", '"x"', '{"name": "x"}', "null"])
def test_broken_settings_are_made_anew(broken: str) -> None:
    settings_folder().mkdir(parents=True)
    (settings_folder() / "person.json").write_text(broken, "utf-8")
    person = load_person()
    assert len(person.uuid) == 36
    assert load_person() == person


def test_settings_that_cannot_be_kept_stop_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("GLOSSATOR_HOME", str(tmp_path / "file" / "below"))
    assert load_person().uuid


def test_initials() -> None:
    names = {"王鹏": "王", "Ada Lovelace": "AL", "bob": "B", "  ": "?", "Grace B. Hopper": "GB"}
    assert {name: initials_of(name) for name in names} == names


def test_a_name_said_later_reaches_the_projects(tmp_path: Path) -> None:
    path = tmp_path / "early.gloss"
    with Project.create(path) as project:
        assert project.coders.get(project.me).name == "?"
    save_person(named(load_person(), "林一"))
    with Project.open(path) as project:
        assert [(coder.name, coder.initials) for coder in project.coders.all()] == [("林一", "林")]
        assert project.me == project.coders.all()[0].id


def test_one_person_is_one_coder_in_all_projects(tmp_path: Path) -> None:
    save_person(named(load_person(), "林一"))
    uuids = set()
    for name in ("a", "b"):
        with Project.create(tmp_path / f"{name}.gloss") as project:
            uuids.add(project.coders.get(project.me).uuid)
    assert uuids == {load_person().uuid}

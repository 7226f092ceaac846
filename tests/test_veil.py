"""No object shows a text when it is printed: in a traceback, a log or a notebook."""

import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

import standpoint
from standpoint import hydrate
from standpoint.checks.context import TrackedFile
from standpoint.records.checkout import Checkout
from standpoint.records.leak import Gate
from standpoint.records.text import TextStore
from standpoint.release import build as release
from standpoint.release.text_copies import Library
from standpoint.tables import Around
from tests.conftest import DOCUMENT, TEXT

SHOWN = {
    ("standpoint.records.model.ActorName", "text"): "a name of the registry",
    (
        "standpoint.records.model.Document",
        "text",
    ): "the digest and the length of the text",
    ("standpoint.datasheet.template.Template", "text"): "prose of our own",
}
"""Fields called `text` that hold no text of a document, and what they hold."""

MORE = {
    ("standpoint.labelstudio.export.Task", "data"),
}
"""Fields of another name that do hold one."""

WORDS = "The ferry that nobody had seen leave came back on the ninth day empty. "
SECRET = WORDS * 40


def classes() -> Iterator[type]:
    for module in pkgutil.walk_packages(standpoint.__path__, "standpoint."):
        if module.name.endswith("__main__"):
            continue
        for value in vars(importlib.import_module(module.name)).values():
            if isinstance(value, type) and value.__module__ == module.name:
                yield value


def fields(of: type) -> tuple[str, ...]:
    if issubclass(of, msgspec.Struct):
        return of.__struct_fields__
    if hasattr(of, "__dataclass_fields__"):
        return tuple(of.__dataclass_fields__)
    return tuple(getattr(of, "_fields", ()))


HOLDERS = {
    (f"{of.__module__}.{of.__qualname__}", name): of
    for of in classes()
    for name in fields(of)
    if name == "text" or (f"{of.__module__}.{of.__qualname__}", name) in MORE
}


def filled(of: type, secret: str) -> Any:
    """An object of a class whose field holds a text, and all others nothing."""
    values: dict[str, Any] = {
        field: {"text": SECRET}
        if field == "data"
        else SECRET
        if field == secret
        else None
        for field in fields(of)
    }
    if issubclass(of, tuple):
        return tuple.__new__(of, values.values())
    return of(**values)


def test_every_field_that_holds_a_text_is_known() -> None:
    assert set(SHOWN) | MORE <= set(HOLDERS)
    assert len(HOLDERS) - len(SHOWN) >= 10  # TrackedFile has no field for it: see below


@pytest.mark.parametrize("key", sorted(set(HOLDERS) - set(SHOWN)), ids=".".join)
def test_a_text_is_not_in_the_repr_of_what_holds_it(key: tuple[str, str]) -> None:
    holder = filled(HOLDERS[key], key[1])
    for shown in (repr(holder), str(holder), f"{[holder]}"):
        assert WORDS.strip() not in shown
        assert f"{key[1]}=<" in shown


def test_a_text_is_not_in_the_repr_of_a_file_that_was_read() -> None:
    file = TrackedFile("notes.md", lambda: SECRET)
    assert file.text == SECRET
    for shown in (repr(file), str(file), f"{[file]}"):
        assert WORDS.strip() not in shown


@pytest.fixture
def withheld(small: Path, tmp_path: Path) -> tuple[Path, Path]:
    """The small checkout with its text withheld and at hand elsewhere."""
    record = small / DOCUMENT
    data = record.read_text("utf-8")
    assert '"text_release": "released"' in data
    record.write_text(data.replace('"released"', '"withheld"'), "utf-8")
    (tmp_path / "texts").mkdir()
    (small / TEXT).rename(tmp_path / "texts" / "copy")
    return small, tmp_path / "texts"


def test_nothing_that_users_get_shows_a_withheld_text(
    withheld: tuple[Path, Path], tmp_path: Path
) -> None:
    root, texts = withheld
    text = (texts / "copy").read_text("utf-8")
    gate = Gate([("withheld", text)])
    checkout = Checkout(root, [texts])
    built = release.build(checkout, tmp_path / "dist")
    public = built.folders["public"]
    result = hydrate(public, texts, tmp_path / "full")
    library = Library(public, [texts])
    (dossier,) = filter(None, map(checkout.dossier, checkout.documents))
    assert dossier.text == text
    registries = checkout.registries
    assert registries is not None
    around = Around(dossier, registries, checkout.schemas.inventories, text, "", "")
    store = TextStore([texts])
    copy = store.find(dossier.document.text.sha256)
    assert copy is not None
    assert copy.text == text
    objects = [built, result, *result.documents, library, checkout]
    objects += [dossier, around, store, copy, gate, vars(library), vars(store)]
    for found in objects:
        for shown in (repr(found), str(found)):
            assert not gate.leaks(shown), type(found)
    assert gate.leaks(f"{text!r}")
    assert "real reporting" in repr(result) or "invented" in repr(result)
    assert len(repr(result)) < 300

"""The catalogues are whole: every text of the source, in every language, compiled, with its placeholders."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from babel.messages.catalog import Catalog, Message

from tests.architecture import catalogues
from tests.architecture.source import report

PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd%]|\{\w*\}|</?\w+[^>]*>")

languages = pytest.mark.parametrize("language", catalogues.LANGUAGES)


def _key(message: Message) -> tuple[object, object]:
    return message.id, message.context


def differences(catalog: Catalog, source: Catalog) -> Iterator[str]:
    """Texts that the catalogue lacks, and texts that the source no longer has."""
    there = {_key(message) for message in catalog if message.id}
    wanted = {_key(message) for message in source if message.id}
    yield from (f"missing: {key[0]!r}" for key in wanted - there)
    yield from (f"no longer used: {key[0]!r}" for key in there - wanted)
    yield from (f"obsolete: {message!r}" for message in catalog.obsolete.values())


def unfinished(catalog: Catalog) -> Iterator[str]:
    """Texts without a translation, fuzzy ones, and plurals with too few forms."""
    for message in catalog:
        if message.id:
            if not catalogues.is_translated(message):
                yield f"untranslated or fuzzy: {message.id!r}"
            if message.pluralizable and len(catalogues.texts(message)) != catalog.num_plurals:
                yield f"wrong number of plural forms: {message.id!r}"


def wrong_placeholders(message: Message) -> Iterator[str]:
    """A translation names what its text names; the singular may leave out the number."""
    ids = [message.id] if isinstance(message.id, str) else list(message.id)
    allowed = {found for text in ids for found in PLACEHOLDER.findall(text)}
    for number, text in enumerate(catalogues.texts(message)):
        found = set(PLACEHOLDER.findall(text))
        needed = set(PLACEHOLDER.findall(ids[min(number, len(ids) - 1)]))
        if text and not needed <= found <= allowed:
            yield f"{message.id!r}: {sorted(needed)} became {sorted(found)}"


@languages
def test_catalogue_holds_the_texts_of_the_source(language: str) -> None:
    """`make translate` has nothing to do."""
    problems = sorted(differences(catalogues.stored(language), catalogues.extracted()))
    assert not problems, report(problems)


@languages
def test_catalogue_is_translated(language: str) -> None:
    """Nothing is missing and nothing waits for a second look."""
    problems = list(unfinished(catalogues.stored(language)))
    assert not problems, report(problems)


@languages
def test_catalogue_keeps_placeholders(language: str) -> None:
    """A lost %(name)s would be an error only when the sentence is shown."""
    problems = [p for message in catalogues.stored(language) if message.id for p in wrong_placeholders(message)]
    assert not problems, report(problems)


@languages
def test_compiled_catalogue_is_fresh(language: str) -> None:
    """What is served is what is written."""
    compiled = catalogues.path_of(language).with_suffix(".mo").read_bytes()
    assert compiled == catalogues.compiled(catalogues.stored(language))


def test_source_has_texts() -> None:
    """Both kinds of source are read."""
    places = {name for message in catalogues.extracted() for name, _ in message.locations}
    assert any(name.endswith(".py") for name in places)
    assert any(name.endswith(".html") for name in places)


def test_holes_are_found() -> None:
    """Each rule can fail."""
    source, catalog = Catalog(locale="nb"), Catalog(locale="nb")
    source.add("Save")
    catalog.add("Gone", "Borte")
    catalog.add("Close", "")
    catalog.add("Open", "Åpne", flags=["fuzzy"])
    catalog.add(("%(num)s row", "%(num)s rows"), ("en rad", ""))
    assert len(list(differences(catalog, source))) == 5
    assert len(list(unfinished(catalog))) == 3
    assert list(wrong_placeholders(Message("Saved by %(name)s", "Lagret av %(navn)s")))
    assert list(wrong_placeholders(Message(("one row", "%(num)s rows"), ("en rad", "rader"))))
    assert not list(wrong_placeholders(Message(("one row", "%(num)s rows"), ("%(num)s rad", "%(num)s rader"))))

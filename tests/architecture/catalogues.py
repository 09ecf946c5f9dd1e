"""Texts and their catalogues: read from the source, compared, brought up to date, compiled.

`make translate` runs this module: it adds new texts to mono_web/translations, drops those that are gone,
compiles what is there and says what is left to translate. Message ids are English, so English needs no
catalogue. A comment that begins with "Translators:" just above a text is carried into the catalogues.
"""

from __future__ import annotations

import io
import sys
import tomllib
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from tests.architecture.source import PACKAGE, ROOT

LANGUAGES = ("nb", "nn")
KEYWORDS = DEFAULT_KEYWORDS | {
    "lazy_gettext": None,
    "_l": None,
    "lazy_ngettext": (1, 2),
    "lazy_pgettext": ((1, "c"), 2),
}


def path_of(language: str) -> Path:
    """The catalogue of a language."""
    return PACKAGE / "translations" / language / "LC_MESSAGES" / "messages.po"


def extracted(root: Path = ROOT) -> Catalog:
    """Every text in the source, by the mappings in pyproject.toml."""
    mappings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["babel"]["mappings"]
    methods = [(mapping["pattern"], mapping["method"]) for mapping in mappings]
    options = {
        mapping["pattern"]: {key: value for key, value in mapping.items() if key not in ("pattern", "method")}
        for mapping in mappings
    }
    catalog = Catalog(project="MoNo", version="0.1.0", copyright_holder="The MoNo authors", charset="utf-8")
    found = extract_from_dir(
        str(root), methods, options, KEYWORDS, comment_tags=("Translators:",), strip_comment_tags=True
    )
    # Sorted, and without line numbers: the catalogues change only when a text does.
    for name, _, message, comments, context in sorted(found, key=lambda each: (each[0], each[1])):
        if message and message != "":
            catalog.add(message, locations=[(name, None)], auto_comments=comments, context=context)  # type: ignore[list-item]
    return catalog


def stored(language: str) -> Catalog:
    """The catalogue of a language as it lies in the tree."""
    with path_of(language).open("rb") as file:
        return read_po(file, locale=language)


def compiled(catalog: Catalog) -> bytes:
    """The catalogue as gettext reads it."""
    buffer = io.BytesIO()
    write_mo(buffer, catalog)
    return buffer.getvalue()


def texts(message: Message) -> list[str]:
    """The translations of a message, one for each plural form."""
    return [message.string] if isinstance(message.string, str) else list(message.string or ("",))


def is_translated(message: Message) -> bool:
    """Every form is there, and somebody has looked at it."""
    return all(texts(message)) and not message.fuzzy


def update(language: str) -> int:
    """Bring one catalogue up to date and compile it; gives the number of texts left to translate."""
    template, path = extracted(), path_of(language)
    if path.exists():
        catalog = stored(language)
        created = catalog.creation_date
        catalog.update(template, no_fuzzy_matching=True)
        catalog.creation_date = created
        catalog.obsolete.clear()
    else:
        catalog = template
        catalog.locale, catalog.fuzzy = language, False
        path.parent.mkdir(parents=True, exist_ok=True)
    catalog.header_comment = "# The texts of MoNo, kept by `make translate`; only the msgstr lines are written by hand."
    catalog.last_translator = catalog.language_team = catalog.msgid_bugs_address = "The MoNo authors"
    catalog.revision_date = catalog.creation_date
    with path.open("wb") as file:
        write_po(file, catalog, width=100, ignore_obsolete=True, include_lineno=False)
    path.with_suffix(".mo").write_bytes(compiled(stored(language)))
    return sum(not is_translated(message) for message in catalog if message.id)


def main() -> int:
    """All languages; what is missing is said, and is no failure here (the tests say so)."""
    for language in LANGUAGES:
        left = update(language)
        print(f"{language}: {len(stored(language))} texts, {left} left to translate in {path_of(language)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

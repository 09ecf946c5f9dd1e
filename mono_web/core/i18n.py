"""Language and the look of dates and numbers. The only module that knows Flask-Babel.

Message ids are English; bokmål and nynorsk are catalogues. The person's own choice goes first, then the
one in the session, then the browser's. A page has a hundred sentences: each catalogue is read once, and the
sentences of templates are kept as they are printed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from babel.dates import format_date, format_time
from babel.numbers import format_decimal
from babel.support import NullTranslations, Translations
from flask import Flask, current_app, g, has_app_context, has_request_context, request, session
from flask_babel.speaklater import LazyString
from markupsafe import Markup

from mono_web.core import clock, hours

LANGUAGES = {"nb": "Bokmål", "nn": "Nynorsk", "en": "English"}
_ALIASES = {"no": "nb", "nb": "nb", "nn": "nn", "en": "en"}
_CATALOGUES = Path(__file__).parent.parent / "translations"


@lru_cache(maxsize=8)
def _catalogue(lang: str) -> NullTranslations:
    return Translations.load(_CATALOGUES, [lang])


@lru_cache(maxsize=8192)
def _printed(lang: str, message: str) -> Markup:
    """A sentence without values as a template prints it: always a format, so that %% is one sign."""
    return Markup(_catalogue(lang).gettext(message)) % {}  # noqa: S704 - a sentence of our own


def _in_template(message: str, **values: Any) -> Markup:
    """The sentence in a template; values are escaped."""
    if not values:
        return _printed(language(), message)
    return Markup(_catalogue(language()).gettext(message)) % values  # noqa: S704 - the same; values are escaped


def _for_number(one: str, many: str, num: int) -> str:
    return _catalogue(language()).ngettext(one, many, num)


def gettext(message: str, **values: Any) -> str:
    """The sentence in the person's language."""
    found: str = _catalogue(language()).gettext(message)
    return found % values if values else found


def ngettext(one: str, many: str, num: int, **values: Any) -> str:
    """The sentence for a number; `num` is at hand in it as %(num)d."""
    return _for_number(one, many, num) % {"num": num, **values}


def lazy_gettext(message: str, **values: Any) -> str:
    """A sentence that is worded when it is shown."""
    return cast(str, LazyString(gettext, message, **values))


def language() -> str:
    """nb, nn or en: for this request."""
    try:
        return cast(str, g.language)
    except AttributeError:
        if not has_request_context():
            return cast(str, current_app.config.get("BABEL_DEFAULT_LOCALE", "nb"))
        g.language = _choose()
        return cast(str, g.language)
    except RuntimeError:  # outside an application
        return "nb"


@contextmanager
def in_language(lang: str) -> Iterator[None]:
    """Everything in this language meanwhile, whoever asks."""
    if not has_app_context():
        yield
        return
    before = g.get("language")
    g.language = lang
    try:
        yield
    finally:
        g.pop("language") if before is None else setattr(g, "language", before)


def _choose() -> str:
    person = g.get("viewer")
    for wish in (person.lang if person else None, session.get("lang")):
        if wish in LANGUAGES:
            return cast(str, wish)
    for accepted in request.accept_languages.values():
        if known := _ALIASES.get(accepted.split("-")[0].lower()):
            return known
    return "nb"


def day(value: date | None, this_year: int | None = None) -> str:
    """`10. nov.`, with the year when it is not the current one."""
    if value is None:
        return ""
    return _day(value, language(), value.year != (this_year or clock.today().year))


@lru_cache(maxsize=4096)
def _day(value: date, lang: str, with_year: bool) -> str:
    pattern = ("d MMM y" if with_year else "d MMM") if lang == "en" else ("d. MMM y" if with_year else "d. MMM")
    return format_date(value, pattern, locale=lang)


@lru_cache(maxsize=1024)
def _long(value: date, lang: str, pattern: str) -> str:
    return format_date(value, pattern, locale=lang)


def day_long(value: date | None) -> str:
    """`2. november 2021`."""
    return _long(value, language(), "d MMMM y" if language() == "en" else "d. MMMM y") if value else ""


def weekday_long(value: date) -> str:
    """`Torsdag 11. november 2021`."""
    lang = language()
    written = _long(value, lang, "EEEE d MMMM y" if lang == "en" else "EEEE d. MMMM y")
    return written[0].upper() + written[1:]


def weekday_day(value: date) -> str:
    """`tirsdag 9. nov.`: a day nearby."""
    lang = language()
    return _long(value, lang, "EEEE d MMM" if lang == "en" else "EEEE d. MMM")


def month(value: date) -> str:
    """`November 2021`: a heading in a list."""
    written = _long(value, language(), "LLLL y")
    return written[0].upper() + written[1:]


def month_running(value: date) -> str:
    """`november 2021`: within a sentence, where Norwegian writes months small and English does not."""
    return _long(value, language(), "LLLL y")


def clock_time(value: datetime | None) -> str:
    """`14.07`, in Norway's time."""
    if value is None:
        return ""
    lang = language()
    return format_time(clock.local(value), "HH:mm" if lang == "en" else "HH.mm", locale=lang)


def moment(value: datetime | None) -> str:
    """`10. nov. 14.07`."""
    return f"{day(clock.local(value).date())} {clock_time(value)}" if value else ""


def local_day(value: datetime | None) -> str:
    """The calendar day of a moment, short."""
    return day(clock.local(value).date()) if value else ""


def days_since(value: datetime) -> int:
    """Calendar days since a moment."""
    return (clock.today() - clock.local(value).date()).days


def age(value: datetime) -> str:
    """`today`, `1 day`, `6 days`: how long something has waited."""
    days = days_since(value)
    return ngettext("%(num)d day", "%(num)d days", days) if days > 0 else gettext("today")


def hours_text(minutes: int | None) -> str:
    """Minutes as hours with the language's decimal sign."""
    return "" if minutes is None else hours.format_minutes(minutes, "." if language() == "en" else ",")


def number(value: float) -> str:
    """A number with the language's separators."""
    return format_decimal(value, locale=language())


def entered_day(value: date | None) -> str:
    """A date as it stands in a form field: 11.11.2021."""
    return value.strftime("%d.%m.%Y") if value else ""


def names(people: list[str]) -> str:
    """`Kari, Ola og Per`."""
    if len(people) < 2:
        return "".join(people)
    return gettext("%(first)s and %(last)s", first=", ".join(people[:-1]), last=people[-1])


def init_app(app: Flask) -> None:
    """Hang in the catalogues and the filters."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(gettext, _for_number, newstyle=True)  # type: ignore[attr-defined] # by the extension
    app.jinja_env.globals["_"] = app.jinja_env.globals["gettext"] = _in_template
    app.jinja_env.filters.update(
        day=day,
        day_long=day_long,
        weekday_long=weekday_long,
        weekday_day=weekday_day,
        month=month,
        month_running=month_running,
        clock=clock_time,
        moment=moment,
        local_day=local_day,
        age=age,
        hours=hours_text,
        number=number,
        entered_day=entered_day,
        iso=lambda value: value.isoformat() if value else "",
    )

"""Language and the look of dates and numbers. The only module that knows Flask-Babel.

Message ids are English; bokmål and nynorsk are catalogues. The person's own choice goes first, then the
one in the session, then the browser's.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from typing import Any, cast

from babel.dates import format_date, format_time
from babel.numbers import format_decimal
from flask import Flask, g, has_request_context, request, session
from flask_babel import Babel, force_locale
from flask_babel import gettext as _gettext
from flask_babel import lazy_gettext as _lazy_gettext
from flask_babel import ngettext as _ngettext

from mono_web.core import clock, hours

LANGUAGES = {"nb": "Bokmål", "nn": "Nynorsk", "en": "English"}
_ALIASES = {"no": "nb", "nb": "nb", "nn": "nn", "en": "en"}
in_language = force_locale


def gettext(message: str, **values: Any) -> str:
    """The sentence in the person's language."""
    return cast(str, _gettext(message, **values))


def ngettext(one: str, many: str, num: int, **values: Any) -> str:
    """The sentence for a number; `num` is at hand in it as %(num)d."""
    return cast(str, _ngettext(one, many, num, **values))


def lazy_gettext(message: str, **values: Any) -> str:
    """A sentence that is worded when it is shown."""
    return cast(str, _lazy_gettext(message, **values))


def language() -> str:
    """nb, nn or en: for this request."""
    if not has_request_context():
        return "nb"
    if "language" not in g:
        g.language = _choose()
    return cast(str, g.language)


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
    app.config.update(BABEL_DEFAULT_LOCALE="nb", BABEL_DEFAULT_TIMEZONE="Europe/Oslo")
    Babel(app, locale_selector=language)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.filters.update(
        day=day,
        day_long=day_long,
        weekday_long=weekday_long,
        weekday_day=weekday_day,
        month=month,
        clock=clock_time,
        moment=moment,
        local_day=local_day,
        age=age,
        hours=hours_text,
        number=number,
        entered_day=entered_day,
        iso=lambda value: value.isoformat() if value else "",
    )

"""Forms: the base class and the fields of MoNo. The only module that knows Flask-WTF.

A field either gives a clean value or a sentence at its place; what was typed stays as it was typed.
A *warning* (an identity number, HTML in the text) stops the first send and lets the second one through.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, cast

from flask import request
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, HiddenField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms import RadioField as WTRadioField
from wtforms.validators import StopValidation, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from mono_web.core import access, clock, dates, hours, i18n, numbers, text
from mono_web.core.i18n import lazy_gettext as _l

__all__ = [
    "BooleanField", "ChoiceField", "DayField", "Form", "HiddenField", "HoursField", "LineField", "ManyField",
    "OrgnrField", "RadioField", "TextField", "orgnr_sentence", "posted",
]  # fmt: skip
LONGEST_TEXT = 100_000
Validator = Callable[[Any, Any], None]


class Form(FlaskForm):
    """Base of all forms. The token is the gate's business, so the form carries no CSRF field of its own."""

    class Meta(FlaskForm.Meta):
        csrf = False
        locales = ("nb",)

        def get_translations(self, form: Any) -> Any:
            """Our validators word themselves; WTForms' own texts are never shown."""
            return None

    seen_warnings = HiddenField()

    def validate_on_submit(self, extra_validators: Any = None) -> bool:
        """True only when the form was sent, may be carried out, and holds."""
        if not self.is_submitted() or access.resuming():
            return False
        return self.validate(extra_validators) and not self._stopped_by_warnings()

    def _stopped_by_warnings(self) -> bool:
        """Whether there is a warning the person has not yet been shown. Shown ones are remembered in the form."""
        seen = set((self.seen_warnings.data or "").split())
        found = {f"{field.name}:{code}" for field in self for code in getattr(field, "warning_codes", ())}
        self.seen_warnings.data = " ".join(sorted(found | seen))
        self.seen_warnings.raw_data = None
        return bool(found - seen)

    def add_error(self, field: str | None, sentence: str) -> None:
        """Put a domain error where it belongs."""
        target = self[field] if field and field in self else None
        if target is not None:
            target.errors = [*target.errors, sentence]
        else:
            self.form_errors.append(sentence)


def _refuse_unstorable(value: str) -> None:
    match text.unstorable(value):
        case None:
            return
        case "bidi":
            raise StopValidation(_l("The text holds hidden marks that turn the reading direction. Remove them"))
        case _:
            raise StopValidation(_l("The text holds an invisible character that cannot be stored. Write it anew"))


# HTML cannot hold these characters: a refused text that is shown again has a visible sign in their place.
_UNSHOWABLE = dict.fromkeys([*range(9), 11, 12, *range(14, 32), *range(127, 160)], "\ufffd")


class _Warns:
    """Mixed into text fields: what is allowed, but worth a second look."""

    warning_codes: tuple[str, ...] = ()

    def _value(self) -> str:
        """The text as the form shows it again."""
        return str(cast(Any, super())._value()).translate(_UNSHOWABLE)

    @property
    def warnings(self) -> list[str]:
        """The sentences of the warnings found."""
        sentences = {
            "identity": _l(
                "This looks like a national identity number. Remove it, or send once more if it is something else"
            ),
            "html": _l(
                "The text holds HTML or a script. It will be shown as plain characters. Send once more to keep it"
            ),
        }
        return [str(sentences[code]) for code in self.warning_codes]

    def look_closer(self, value: str) -> None:
        """Find what deserves a warning."""
        self.warning_codes = tuple(
            code
            for code, found in (("identity", numbers.identity_numbers(value)), ("html", text.has_html(value)))
            if found
        )


class _TextField(_Warns, StringField):
    """What the text fields share: shape first, then length, then what deserves a warning."""

    data: str | None
    longest = 200
    tidied: Callable[[str], str] = staticmethod(text.tidy_line)

    def __init__(
        self, label: Any = None, *, longest: int | None = None, required: str | None = None, **rest: Any
    ) -> None:
        super().__init__(label, **rest)
        self.longest = longest or self.longest
        self.required = required

    def pre_validate(self, form: Any) -> None:
        """Say what is wrong with the text."""
        typed = self.data or ""
        _refuse_unstorable(typed)
        if len(typed) > self.longest:
            sentence = _l(
                "The text is too long: %(now)d characters. At most %(most)d", most=self.longest, now=len(typed)
            )
            raise StopValidation(sentence)
        if self.required and not typed.strip():
            raise StopValidation(self.required)
        self.look_closer(typed)

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        """What was typed stays in a refused form; an accepted one gives the tidy value."""
        if not validation_stopped and not self.errors:
            self.data = self.tidied(str(self.data or ""))


class LineField(_TextField):
    """One line of text: tidied, at most `longest` characters."""


class TextField(_TextField):
    """Text of several lines (Markdown), at most 100,000 characters."""

    widget = TextAreaField.widget
    longest = LONGEST_TEXT
    tidied = staticmethod(text.tidy_text)


class DayField(Field):
    """A date as people write it: 11.11.2021, 11.11, i går, mandag. `prefer` says which way a short one points."""

    widget = StringField.widget

    def __init__(self, label: Any = None, *, required: str | None = None, prefer: str = "past", **rest: Any) -> None:
        super().__init__(label, **rest)
        self.required = required
        self.prefer = prefer
        self.typed = ""
        self.failure: str | None = None

    def _value(self) -> str:
        return self.typed.translate(_UNSHOWABLE) or i18n.entered_day(self.data)

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read what was typed; the failure is told in pre_validate, where all sentences are told."""
        self.typed = valuelist[0] if valuelist else ""
        self.data = None
        if not self.typed.strip():
            return
        try:
            self.data = dates.parse_date(self.typed, clock.today(), prefer=cast(Any, self.prefer))
        except dates.UnreadableDate as error:
            self.failure = error.reason

    def pre_validate(self, form: Any) -> None:
        """Say what is wrong with the date."""
        if self.failure == "impossible":
            raise StopValidation(_l("There is no such day. Write the date like this: 11.11.2021"))
        if self.failure:
            raise StopValidation(_l("Write the date like this: 11.11.2021"))
        if self.required and self.data is None:
            raise StopValidation(self.required)


class HoursField(Field):
    """Hours as `2`, `1,5` or `1:30`; the value is in minutes."""

    widget = StringField.widget

    def __init__(self, label: Any = None, **rest: Any) -> None:
        super().__init__(label, **rest)
        self.typed = ""
        self.failure: str | None = None

    def _value(self) -> str:
        return self.typed.translate(_UNSHOWABLE) or i18n.hours_text(self.data)

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read what was typed."""
        self.typed = valuelist[0] if valuelist else ""
        self.data = None
        if not self.typed.strip():
            return
        try:
            self.data = hours.parse_hours(self.typed)
        except hours.UnreadableHours as error:
            self.failure = error.reason

    def pre_validate(self, form: Any) -> None:
        """Say what is wrong with the hours."""
        if self.failure == "too_many":
            raise StopValidation(_l("At most 24 hours in one entry"))
        if self.failure == "negative":
            raise StopValidation(_l("Hours cannot be less than 0"))
        if self.failure:
            raise StopValidation(_l("Write hours as a number, for example 2,5"))


class OrgnrField(LineField):
    """An organisation number, empty allowed; the value is nine digits or an empty string."""

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        """Check digit and series."""
        super().post_validate(form, validation_stopped)
        typed = self.data or ""
        if validation_stopped or self.errors or not typed:
            return
        try:
            self.data = numbers.parse_orgnr(typed)
        except numbers.BadOrgnr as error:
            raise ValidationError(orgnr_sentence(error.reason)) from error


def orgnr_sentence(reason: str) -> str:
    """What is wrong with an organisation number."""
    if reason == "length":
        return _l("An organisation number has nine digits")
    return _l("The number is not right. An organisation number has nine digits, and the last one is a check digit")


class _Offered:
    """Only what was offered; an unknown value gets a sentence of our own."""

    choices: Any
    data: Any

    def pre_validate(self, form: Any) -> None:
        """Only what was offered."""
        if str(self.data) not in {str(choice[0]) for choice in self.choices or ()}:
            raise ValidationError(_l("Choose one of the possibilities"))


class ChoiceField(_Offered, SelectField):
    """One of several, in a list."""


class ManyField(SelectMultipleField):
    """Several of what was offered, each with a box; at least one."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, label: Any = None, *, required: str, **rest: Any) -> None:
        super().__init__(label, choices=[], **rest)
        self.required = required

    def pre_validate(self, form: Any) -> None:
        """Only what was offered, and not nothing."""
        if not self.data:
            raise ValidationError(self.required)
        if not set(self.data) <= {str(choice[0]) for choice in self.choices}:
            raise ValidationError(_l("The list has changed meanwhile. Look at it again"))


class RadioField(_Offered, WTRadioField):
    """One of several, all in view."""


def posted(name: str) -> list[str]:
    """The values that were sent under a name, in their order."""
    return request.form.getlist(name)

"""Forms of log-in, profile and administration, and the words for their codes."""

from __future__ import annotations

import re
from typing import Any

from wtforms import EmailField, PasswordField
from wtforms.validators import ValidationError

from mono_web.core.forms import BooleanField, ChoiceField, DayField, Form, HiddenField, LineField, RadioField
from mono_web.core.i18n import LANGUAGES
from mono_web.core.i18n import lazy_gettext as _l

ROLE_LABELS = {
    # Translators: a role. Bokmål: Kompetansemegler
    "broker": _l("Broker"),
    # Translators: a role. Bokmål: Mentor
    "mentor": _l("Mentor"),
    # Translators: a role. Bokmål: Prosjektleder
    "lead": _l("Project lead"),
    # Translators: a role. Bokmål: Klyngeleder
    "cluster_manager": _l("Cluster manager"),
    # Translators: a role. Bokmål: Observatør
    "observer": _l("Observer"),
    # Translators: a role. Bokmål: Administrator
    "admin": _l("Administrator"),
}
# Every verb of the audit log. One that is not named here is shown as it is stored.
VERB_LABELS = {
    "logged in": _l("Logged in"),
    "logged out": _l("Logged out"),
    "log-in failed": _l("Log-in failed"),
    "password changed": _l("Password changed"),
    "password link made": _l("Password link made"),
    "password link used": _l("Password set with a link"),
    "password link refused": _l("Password link refused"),
    "person made": _l("Account made"),
    "person changed": _l("Account changed"),
    "person disabled": _l("Account closed"),
    "person enabled": _l("Account opened"),
    "role given": _l("Role given"),
    "role ended": _l("Role ended"),
    "refused 403": _l("Refused: not allowed"),
    "refused 404": _l("Refused: not there or not shared"),
    # Translators: in the audit log. Bokmål: Flere avslag ble ikke skrevet ned
    "refusals left out": _l("More refusals were not written down"),
}
SCHEME_LABELS = {
    # Translators: colours of the pages. Bokmål: Som maskinen
    "auto": _l("As the machine"),
    # Translators: colours of the pages. Bokmål: Lyst
    "light": _l("Light"),
    # Translators: colours of the pages. Bokmål: Mørkt
    "dark": _l("Dark"),
}
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")


def local_path(wanted: str | None) -> str:
    """The address if it leads into this site and nowhere else, else the start page."""
    path = wanted or ""
    foreign = not path.startswith("/") or path.startswith("//") or "\\" in path or not path.isprintable()
    if foreign or path.partition("?")[0] in ("/login", "/logout"):
        return "/"
    return path


def _languages() -> list[tuple[str, Any]]:
    # Translators: choice of language. Bokmål: Nettleserens språk
    return [("", _l("The browser's language")), *LANGUAGES.items()]


class LoginForm(Form):
    """E-mail and password. Nothing is checked here: every wrong answer is the same answer."""

    email = EmailField(_l("E-mail"))
    password = PasswordField(_l("Password"))
    next = HiddenField()


class LinkForm(Form):
    """A password that is set with a link."""

    password = PasswordField(_l("New password"))


class PasswordForm(Form):
    """Change of password."""

    # Translators: bokmål: Passordet du har nå
    old_password = PasswordField(_l("Present password"))
    password = PasswordField(_l("New password"))


class ProfileForm(Form):
    """A person's own wishes."""

    lang = RadioField(_l("Language"))
    # Translators: light or dark pages. Bokmål: Farger
    color_scheme = RadioField(_l("Colours"), choices=list(SCHEME_LABELS.items()))
    shortcuts = BooleanField(_l("Keyboard shortcuts with single keys"))

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.lang.choices = _languages()


class PersonForm(Form):
    """An account, as the administration sees it."""

    name = LineField(_l("Name"), longest=120, required=_l("Write the name"))
    email = LineField(_l("E-mail"), required=_l("Write the e-mail address"))
    lang = ChoiceField(_l("Language"))

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.lang.choices = _languages()

    def validate_email(self, field: LineField) -> None:
        """Shape alone: whether the address exists is seen when the link arrives."""
        if not _EMAIL.fullmatch((field.data or "").strip()):
            raise ValidationError(_l("Write the address like this: name@example.no"))


class RoleForm(Form):
    """A role from a day to a day. Choices of programme and cluster come in as (id, name)."""

    kind = ChoiceField(_l("Role"), choices=list(ROLE_LABELS.items()))
    programme = ChoiceField(_l("Programme"), coerce=str)
    cluster = ChoiceField(_l("Cluster"), coerce=str)
    # Translators: bokmål: Fra og med
    starts_on = DayField(_l("From"), required=_l("Write the first day"), prefer="future")
    # Translators: bokmål: Til og med
    ends_on = DayField(_l("To"), prefer="future")

    def __init__(
        self, programmes: list[tuple[int, str]], clusters: list[tuple[int, str]], *args: Any, **rest: Any
    ) -> None:
        super().__init__(*args, **rest)
        self.programme.choices = [(str(number), name) for number, name in programmes] or [("", "–")]
        self.cluster.choices = [("", "–"), *((str(number), name) for number, name in clusters)]

    @property
    def place(self) -> tuple[int | None, int | None]:
        """The ids of programme and cluster that were chosen."""
        return (int(self.programme.data or 0) or None, int(self.cluster.data or 0) or None)


class RoleEndForm(Form):
    """The last day of a role. The page may hold one for each role, so the field's id names its role."""

    # Translators: bokmål: Siste dag
    ends_on = DayField(_l("Last day"), required=_l("Write the last day"))

    def __init__(self, role_id: int, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.ends_on.id = f"ends_on-{role_id}"

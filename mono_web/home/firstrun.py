"""The views of the first run: on an empty instance every page leads here, afterwards there is nothing here.

Whoever has the code from the terminal may set the programme up or open the demonstration. The demonstration
is made and thrown away by the server (`mono_web.server`), since another application has to answer from then on.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, cast

from flask import Blueprint, Flask, abort, current_app, request, session, url_for
from flask.typing import ResponseReturnValue

from mono_web.accounts import actions as accounts
from mono_web.accounts import queries as people
from mono_web.config import Settings
from mono_web.core import htmx, i18n
from mono_web.core.access import Viewer, begin_write, public, requires, resuming, start_session, viewer_or_none
from mono_web.core.errors import DomainError
from mono_web.core.i18n import gettext as _
from mono_web.demo import loader
from mono_web.home import setup
from mono_web.home.setup_code import FirstRun, make_code
from mono_web.home.setup_forms import EMPTY_LINES, FORMS, ClustersForm, PersonForm, StartForm

bp = Blueprint("setup", __name__, url_prefix="/setup")

TEMPLATES = {
    "programme": "home/setup_programme.html",
    "period": "home/setup_period.html",
    "clusters": "home/setup_clusters.html",
    "person": "home/setup_person.html",
}
PAGES = tuple(TEMPLATES)
OPEN_WHILE_EMPTY = ("setup.", "health.", "static", "accounts.language_choose")


class Server(Protocol):
    """What the server that runs MoNo can do about the demonstration."""

    def open_demonstration(self, fill: Callable[[str | None], loader.Opened]) -> loader.Opened | None:
        """Make it, fill it, and answer from it. None where there is one already."""

    def close_demonstration(self) -> None:
        """Answer from the instance itself again, and throw the demonstration away."""

    def may_close(self) -> bool:
        """Whether there is an instance to go back to."""


def init_app(app: Flask) -> None:
    """Before the gate: an empty instance leads every page to its set-up."""
    app.extensions["mono_first_run"] = FirstRun()
    app.before_request(_lead_to_setup)
    app.context_processor(_delete_address)


def first_run() -> FirstRun:
    """This application's."""
    return cast(FirstRun, current_app.extensions["mono_first_run"])


def _server() -> Server | None:
    return cast("Server | None", current_app.extensions.get("mono_server"))


def _settings() -> Settings:
    return cast(Settings, current_app.config["SETTINGS"])


def _answers() -> setup.AnswersFile:
    return setup.AnswersFile(_settings().instance, cast(str, current_app.secret_key))


def _lead_to_setup() -> ResponseReturnValue | None:
    wanted = request.endpoint or ""
    if not wanted or wanted.startswith(OPEN_WHILE_EMPTY) or not first_run().is_empty():
        return None
    return htmx.redirect_to(url_for("setup.start"))


def _only_while_empty() -> None:
    if not first_run().is_empty():
        abort(404)


# --- the first page -----------------------------------------------------------------------------------------


@bp.route("/", methods=["GET", "POST"])
@requires(public)
def start() -> ResponseReturnValue:
    """Two choices, guarded by the code."""
    _only_while_empty()
    form = StartForm()
    if (refused := _refused(form)) is not None:
        return refused
    session["setup"] = first_run().mark()
    return htmx.redirect_to(_address(PAGES[0]))


def _refused(form: StartForm) -> ResponseReturnValue | None:
    """The first page again, unless the right code was sent."""
    status = 200
    if form.is_submitted():
        status = 422 if resuming() else _checked(form)
        if status == 200:
            return None
    return htmx.render(
        "home/setup_start.html",
        form=form,
        demonstration=_server() is not None,
        gone="gone" in request.args,
        began=session.get("setup") == first_run().mark(),
        status=status,
    )


def _checked(form: StartForm) -> int:
    if not form.validate_on_submit():
        return 422
    try:
        if first_run().check(form.code.data or ""):
            return 200
    except DomainError as error:
        form.add_error(error.field, str(error.sentence))
        return 429
    # Translators: bokmål: Koden stemmer ikke. Den står i terminalvinduet der MoNo ble startet.
    sentence = _("The code is not right. It stands in the terminal window where MoNo was started.")
    form.add_error("code", sentence)
    return 422


# --- the set-up ---------------------------------------------------------------------------------------------


def _address(page: str) -> str:
    return url_for("setup.person_new") if page == "person" else url_for("setup.page_edit", page=page)


def _wrong_way(page: str) -> ResponseReturnValue | None:
    """Where somebody has to go first: the code, or a page that was left out."""
    if session.get("setup") != first_run().mark():
        return htmx.redirect_to(url_for("setup.start"))
    answers = _answers().read()
    for earlier in PAGES[: PAGES.index(page)]:
        if earlier not in answers:
            return htmx.redirect_to(_address(earlier))
    return None


@bp.route("/<any(programme, period, clusters):page>", methods=["GET", "POST"])
@requires(public)
def page_edit(page: str) -> ResponseReturnValue:
    """One of the first three pages: its answer is kept, and the next one follows."""
    _only_while_empty()
    if (way := _wrong_way(page)) is not None:
        return way
    kept = _answers().read().get(page)
    form = FORMS[page](data=FORMS[page].shown(kept) if kept else None)
    if isinstance(form, ClustersForm):
        if "add" in request.form or not form.is_submitted():
            form.add_lines(1 if form.lines.entries else EMPTY_LINES)
            return _page(page, form)
        if form.validate_on_submit() and not form.holds():
            return _page(page, form, 422)
    if not form.validate_on_submit():
        return _page(page, form, 422 if form.is_submitted() else 200)
    _answers().keep(page, form.answer())
    return htmx.redirect_to(_address(PAGES[PAGES.index(page) + 1]))


def _page(page: str, form: Any, status: int = 200) -> ResponseReturnValue:
    place = PAGES.index(page)
    back = _address(PAGES[place - 1]) if place else url_for("setup.start")
    return htmx.render(TEMPLATES[page], form=form, step=page, back=back, added="add" in request.form, status=status)


@bp.route("/person", methods=["GET", "POST"])
@requires(public)
def person_new() -> ResponseReturnValue:
    """The last page: makes everything at once, logs the person in."""
    if session.get("setup") == first_run().mark() and not first_run().is_empty():
        return htmx.redirect_to(url_for("home.today"))  # sent twice: it is done
    _only_while_empty()
    if (way := _wrong_way("person")) is not None:
        return way
    form = PersonForm()
    if not form.validate_on_submit():
        return _page("person", form, 422 if form.is_submitted() else 200)
    try:
        hashed = accounts.hash_password(form.password.data or "")
    except DomainError as error:
        form.add_error(error.field, str(error.sentence))
        return _page("person", form, 422)
    return _finish(form, hashed)


def _finish(form: PersonForm, hashed: str) -> ResponseReturnValue:
    begin_write()
    if not setup.is_empty():
        abort(404)
    who = {"email": form.email.data, "name": form.name.data, "leads": form.leads.data, "lang": i18n.language()}
    person = setup.set_up(_answers().read(), who, hashed)
    viewer = people.viewer_for(accounts.begin_session(person))
    assert viewer is not None
    start_session(viewer)
    _answers().forget()
    # Translators: bokmål: MoNo er satt opp. Legg til meglerne under Administrasjon.
    htmx.announce(_("MoNo is set up. Add the brokers under Administration."))
    return htmx.redirect_to(url_for("home.today"))


# --- the demonstration --------------------------------------------------------------------------------------


@bp.post("/demonstration")
@requires(public)
def demonstration_open() -> ResponseReturnValue:
    """Make the demonstration and show its accounts, this once."""
    _only_while_empty()
    server = _server()
    if server is None:
        abort(404)
    form = StartForm()
    if (refused := _refused(form)) is not None:
        return refused
    opened = server.open_demonstration(loader.load)
    if opened is None:
        return htmx.redirect_to(url_for("accounts.login"))
    first_run().code = make_code()  # it has been used
    # Without the links to other languages: following one would lose the password.
    return htmx.render("home/setup_accounts.html", opened=opened, languages=[])


def can_delete_demonstration(viewer: Viewer) -> bool:
    """The demonstration's own admin, where there is an instance to go back to."""
    server = _server()
    return viewer.has("admin") and _settings().demonstration and server is not None and server.may_close()


@bp.route("/demonstration/delete", methods=["GET", "POST"])
@requires(can_delete_demonstration)
def demonstration_delete() -> ResponseReturnValue:
    """Ask, then throw the demonstration away."""
    if request.method == "GET" or resuming():
        return htmx.render("home/setup_demonstration_delete.html")
    cast(Server, _server()).close_demonstration()
    return htmx.redirect_to(url_for("setup.start", gone=1))


def _delete_address() -> dict[str, str]:
    """For the administration: the way to the page above, empty for everybody else."""
    viewer = viewer_or_none()
    allowed = viewer is not None and can_delete_demonstration(viewer)
    return {"delete_demonstration_url": url_for("setup.demonstration_delete") if allowed else ""}

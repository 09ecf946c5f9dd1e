"""The start page of each role, and what stands around every page: the menu with what waits on the person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, cast
from uuid import UUID

from flask import Blueprint, g, request, url_for
from flask.typing import ResponseReturnValue

from mono_web.accounts import policy as people
from mono_web.companies import policy as companies
from mono_web.core import clock, htmx
from mono_web.core.access import Viewer, logged_in, requires, viewer
from mono_web.core.i18n import gettext as _
from mono_web.followups import policy as promises
from mono_web.followups.queries import tally_of
from mono_web.home import queries
from mono_web.logbook import policy as logbook
from mono_web.logbook import queries as entries
from mono_web.mentoring import policy as desk
from mono_web.needs import policy as needs
from mono_web.programmes.queries import places_for
from mono_web.research import policy as research
from mono_web.search.policy import can_search

bp = Blueprint("home", __name__)

OLDEST_OF_QUEUE = 3


@dataclass(frozen=True)
class Item:
    """A line of the menu. `count` is what waits on the person, never what exists."""

    key: str
    url: str
    label: str
    icon: str
    count: int = 0
    current: bool = False


class Group(NamedTuple):
    """Lines of the menu under a heading, which may be empty."""

    heading: str
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Menu:
    """The menu. Counted when a page draws it, once a request: a partial has none."""

    person: Viewer

    @property
    def groups(self) -> tuple[Group, ...]:
        """The groups in their order; values that can be compared, so that what is drawn of them is kept."""
        if "menu" not in g:
            g.menu = _groups(self.person)
        return cast(tuple[Group, ...], g.menu)

    @property
    def waiting(self) -> tuple[int, int]:
        """How many entries of their own wait on the person, and how many for their review."""
        return _waiting(self.person)


def frame(person: Viewer) -> dict[str, Any]:
    """Menu, links of the account menu, and the address of a new entry where the person may write one."""
    links = []
    if people.can_read_people(person):
        links.append((_("Administration"), url_for("accounts.admin_home")))
    return {
        "nav": Menu(person),
        "account_links": tuple(links),
        "new_entry_url": url_for("logbook.entry_new") if logbook.can_write(person) else "",
        "may_search": can_search(person),
    }


def _groups(person: Viewer) -> tuple[Group, ...]:
    own, queue = _waiting(person)
    # An entry that is read in the queue belongs to it.
    here = "mentoring" if request.args.get("queue") else request.blueprint or ""
    if request.path.startswith(url_for("accounts.admin_home")):
        here = "administration"
    top = [_item("home", "home.today", _("Today"), "home", here)]
    if logbook.can_open_logbook(person):
        top.append(_item("logbook", "logbook.entry_list", _("Logbook"), "book", here, own))
    if desk.can_open_desk(person):
        top.append(_item("mentoring", "mentoring.desk_show", _("Guidance"), "talk", here, queue))
    groups = [Group("", tuple(top))]
    if companies.can_read_companies(person):
        around = [_item("companies", "companies.company_list", _("Undertakings"), "building", here)]
        if needs.can_open_needs(person):
            around.append(_item("needs", "needs.need_list", _("Needs"), "need", here))
        if research.can_read_research(person):
            around.append(_item("research", "research.environment_list", _("R&D environments"), "flask", here))
        groups.append(Group(_("Undertakings"), tuple(around)))
    if people.can_read_people(person):
        items = (
            _item("administration", "accounts.admin_home", _("People and roles"), "people", here),
            _item("programmes", "programmes.programme_list", _("Programmes and clusters"), "list", here),
        )
        groups.append(Group(_("Administration"), items))
    return tuple(groups)


def _waiting(person: Viewer) -> tuple[int, int]:
    """`waiting_counts`, asked once a request: the page shows the number of the menu."""
    if "waiting" not in g:
        g.waiting = entries.waiting_counts(person)
    own, queue = g.waiting
    return own, queue


def _item(key: str, endpoint: str, label: str, icon: str, here: str, count: int = 0) -> Item:
    return Item(key, url_for(endpoint), label, icon, count, here == key)


@bp.get("/")
@requires(logged_in)
def today() -> ResponseReturnValue:
    """The start page: the parts of every role the person holds, own turns first unless a mentor's queue waits."""
    person = viewer()
    parts: dict[str, Any] = {}
    if logbook.can_write(person):
        parts |= _as_author(person)
    if desk.can_open_desk(person):
        oldest = entries.queue_for(person)[:OLDEST_OF_QUEUE]
        parts["queue_rows"] = [(row, entries.turn_of(person, row).late) for row in oldest]
        parts["queue_count"] = _waiting(person)[1]
    if person.has("lead"):
        parts["ages"] = queries.queue_ages(person)
        parts["handovers"] = entries.waiting_handovers(person)
    if logbook.can_open_logbook(person) and person.roles:
        parts["latest"] = queries.latest_for(person)
    if person.has("observer"):
        parts["observed"] = queries.programmes_observed(person)
    if not person.roles:
        parts["whom"] = queries.whom_to_ask()
        parts["drafts"] = entries.own_waiting(person)
    return htmx.render(
        "home/today.html",
        greeting=greeting(person.name, clock.local(clock.now())),
        day=clock.today(),
        week=clock.today().isocalendar().week,
        clusters=sorted({place.cluster for place in places_for(person, "broker", "cluster_manager")}),
        admin_links=_admin_links() if person.has("admin") else [],
        **parts,
    )


def _as_author(person: Viewer) -> dict[str, Any]:
    tasks = queries.tasks_for(person, _just_done())
    return {
        "recent": entries.recent_companies(person),
        "turns": queries.turns_for(person),
        "turn_count": _waiting(person)[0],
        "with_reviewer": queries.with_reviewer(person),
        "tasks": tasks,
        "task_counts": tally_of(tasks),
    }


@bp.get("/parts/task_tally")
@requires(promises.can_have)
def task_tally() -> ResponseReturnValue:
    """How many tasks are overdue, due today and due later, once one of them was marked."""
    tally = tally_of(queries.tasks_for(viewer()))
    return htmx.render("home/_task_tally.html", partial="home/_task_tally.html", tally=tally)


def greeting(name: str, now: datetime) -> str:
    """By the clock in Norway, with the first name."""
    first = (name.split() or [name])[0]
    if 5 <= now.hour < 10:
        return _("Good morning, %(name)s", name=first)
    if 10 <= now.hour < 18:
        # Translators: between morning and evening. Bokmål: God dag, %(name)s
        return _("Hello, %(name)s", name=first)
    return _("Good evening, %(name)s", name=first)


def _just_done() -> UUID | None:
    """The task that was marked without scripts: it stands here once more, with its undo."""
    try:
        return UUID(request.args.get("done", ""))
    except ValueError:
        return None


def _admin_links() -> list[tuple[str, str]]:
    return [
        (_("People and roles"), url_for("accounts.admin_home")),
        (_("Programmes and clusters"), url_for("programmes.programme_list")),
    ]

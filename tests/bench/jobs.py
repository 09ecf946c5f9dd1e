"""The jobs of one instance, as closures that send one request each."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from itertools import count
from typing import NamedTuple
from urllib.parse import urlencode
from uuid import uuid4

from mono_web.core import clock
from tests.bench.client import Browser
from tests.bench.instances import BROKER, LEAD, MENTOR, Instance
from tests.bench.processes import Server

VIEWERS = {"broker": BROKER, "mentor": MENTOR, "lead": LEAD}
TEXT = "Bedriften vil prøve ombruk av slagg i betongelement og spør hvem som kan måle holdbarheten. "


class Job(NamedTuple):
    """A job and who does it; `goal` is its name among the goals."""

    name: str
    viewer: str
    goal: str


Send = Callable[[], object]


def list_address(instance: Instance) -> str:
    """The list of one cluster and eleven months."""
    today = clock.today()
    period = {"from": today - timedelta(days=365), "to": today - timedelta(days=30)}
    return "/logbook/?" + urlencode({"cluster": instance.cluster, **period})


def reading(instance: Instance, server: Server) -> dict[Job, Send]:
    """What people look at, as each of the three viewers."""
    addresses = {
        "list, cluster and period": ("J1", list_address(instance)),
        "list, all": ("J1", "/logbook/"),
        "search, common word": ("J2", "/search?" + urlencode({"q": instance.common})),
        "search, rare word": ("J2", "/search?" + urlencode({"q": instance.rare})),
        "entry with remarks": ("J3", f"/logbook/{instance.remarked}"),
    }
    browsers = {name: Browser(server.port) for name in VIEWERS}
    for name, email in VIEWERS.items():
        browsers[name].log_in(email, instance.password)
    return {
        Job(name, viewer, goal): lambda at=address, by=browsers[viewer]: by.get(at)  # type: ignore[misc]
        for name, (goal, address) in addresses.items()
        for viewer in VIEWERS
    }


def writing(instance: Instance, server: Server) -> dict[Job, Send]:
    """A broker saves an entry again and again, each time another text, and logs in."""
    browser = Browser(server.port)
    browser.log_in(BROKER, instance.password)
    fields = _filled(browser, instance)
    browser.post("/logbook/new", {**fields, "action": "send"})
    address = f"/logbook/{fields['record_id']}/edit"
    opened = browser.form(address)
    fields |= {name: opened[name] for name in ("csrf_token", "seen_warnings", "base_rev", "tab")}
    revisions, cookies = count(int(fields["base_rev"])), browser.cookies()

    def save() -> object:
        base = next(revisions)
        browser.forget_messages(cookies)
        return browser.post(address, {**fields, "base_rev": str(base), "text": f"{TEXT}{base}"})

    stranger = Browser(server.port)
    token = stranger.form("/login")["csrf_token"]

    def log_in() -> object:
        with closing(Browser(server.port)) as new:
            new.take_cookies(stranger)
            given = {"csrf_token": token, "email": BROKER, "password": instance.password}
            return new.post("/login", given)

    return {Job("save an entry", "broker", "J4"): save, Job("log in", "broker", "J6"): log_in}


def _filled(browser: Browser, instance: Instance) -> dict[str, str]:
    """The form of a new entry, filled in."""
    key, name = instance.company
    fields = browser.form("/logbook/new")
    fields |= {"company": name, "company_id": str(key), "hours": "1,5", "text": TEXT, "action": "save"}
    return fields


class Written(NamedTuple):
    """What many writers did at the same time."""

    saved: int
    failed: int
    seconds: float


def writers(instance: Instance, server: Server, seconds: float) -> Written:
    """Eight brokers save new drafts as fast as they can."""
    saved: list[int] = []
    failed: list[int] = []
    ready = threading.Barrier(len(instance.brokers))

    def write(email: str) -> None:
        browser = Browser(server.port)
        browser.log_in(email, instance.password)
        fields, cookies = _filled(browser, instance), browser.cookies()
        ready.wait()
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            browser.forget_messages(cookies)
            answer = browser.send("POST", "/logbook/new", {**fields, "record_id": str(uuid4())})
            (saved if answer.status == 303 else failed).append(answer.status)

    threads = [threading.Thread(target=write, args=(email,)) for email in instance.brokers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Written(len(saved), len(failed), seconds)

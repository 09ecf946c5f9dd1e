"""A client that costs little: one kept-alive connection, cookies, forms."""

from __future__ import annotations

import html
import re
from http.client import HTTPConnection
from typing import NamedTuple
from urllib.parse import urlencode

_INPUT = re.compile(r"<input\b[^>]*>")
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')


class Answer(NamedTuple):
    """What came back."""

    status: int
    body: bytes
    location: str


class Browser:
    """One person's browser over one connection."""

    def __init__(self, port: int) -> None:
        self._http = HTTPConnection("127.0.0.1", port, timeout=60)
        self._cookies: dict[str, str] = {}

    def send(self, method: str, address: str, fields: dict[str, str] | None = None) -> Answer:
        """One request, its answer read to the end."""
        headers = {"Accept-Language": "nb"}
        if self._cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        if fields is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._http.request(method, address, urlencode(fields) if fields is not None else None, headers)
        answer = self._http.getresponse()
        body = answer.read()
        for line in answer.headers.get_all("Set-Cookie") or ():
            name, _sign, value = line.split(";", 1)[0].partition("=")
            self._cookies[name] = value
        return Answer(answer.status, body, answer.headers.get("Location", ""))

    def get(self, address: str) -> Answer:
        """A page; anything but 200 ends the measurement."""
        answer = self.send("GET", address)
        if answer.status != 200:
            raise RuntimeError(f"GET {address}: {answer.status} {answer.location}")
        return answer

    def post(self, address: str, fields: dict[str, str]) -> Answer:
        """A form; anything but a redirect ends the measurement."""
        answer = self.send("POST", address, fields)
        if answer.status != 303:
            raise RuntimeError(f"POST {address}: {answer.status}")
        return answer

    def form(self, address: str) -> dict[str, str]:
        """What the inputs of a page hold as they are first shown: of radio buttons the chosen one."""
        found: dict[str, str] = {}
        for tag in _INPUT.findall(self.get(address).body.decode()):
            given = {name: html.unescape(value) for name, value in _ATTRIBUTE.findall(tag)}
            ticked = " checked" in tag or given.get("type") not in ("radio", "checkbox")
            if "name" in given and ticked:
                found.setdefault(given["name"], given.get("value", ""))
        return found

    def log_in(self, email: str, password: str) -> None:
        """Through the log-in page."""
        token = self.form("/login")["csrf_token"]
        self.post("/login", {"csrf_token": token, "email": email, "password": password})

    def take_cookies(self, other: Browser) -> None:
        """Begin where another browser is."""
        self._cookies = other.cookies()

    def cookies(self) -> dict[str, str]:
        """What the browser holds now."""
        return dict(self._cookies)

    def forget_messages(self, cookies: dict[str, str]) -> None:
        """As if the page after a form had been looked at: its sentence does not stay in the cookie."""
        self._cookies = dict(cookies)

    def close(self) -> None:
        """End the connection."""
        self._http.close()

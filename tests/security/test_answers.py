"""What every answer carries and none gives away: headers, cookies, error pages, limits, addresses."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, abort
from flask.typing import ResponseReturnValue

from mono_web.accounts import actions as accounts
from mono_web.app import create_app
from mono_web.config import Settings, load
from mono_web.core import access
from mono_web.core.audit import AuditLine
from mono_web.core.db import db
from mono_web.logbook.models import Entry
from tests import factories as make
from tests.client import Client, texts
from tests.conftest import Ground
from tests.factories import World

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
POLICY = {
    "default-src 'self'", "img-src 'self' data:", "object-src 'none'", "base-uri 'none'", "form-action 'self'",
    "frame-ancestors 'none'",
}  # fmt: skip
EIGHT_MB = 8 * 1024 * 1024


@pytest.fixture
def own(tmp_path: Path, ground: Ground) -> Iterator[Flask]:
    """An application of its own, to which a test may add views and settings."""
    shutil.copy(ground.peopled, tmp_path / "mono.sqlite")
    yield from _opened(Settings(instance=tmp_path, testing=True))


@pytest.fixture
def behind_proxy(tmp_path: Path, ground: Ground) -> Iterator[Flask]:
    """The same, behind one proxy that is trusted."""
    shutil.copy(ground.peopled, tmp_path / "mono.sqlite")
    yield from _opened(Settings(instance=tmp_path, testing=True, trusted_proxies=1))


def _opened(settings: Settings) -> Iterator[Flask]:
    app = create_app(settings)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


# --- headers ------------------------------------------------------------------------------------------------


def test_every_kind_of_answer_has_the_headers(app: Flask, world: World) -> None:
    with app.app_context():
        entry = make.sent(world).id
        db.session.commit()
    browser, nobody = Client(app, make.MENTOR), Client(app)
    answers = [
        browser.get("/"), browser.get(f"/logbook/{entry}"), browser.get("/logbook/", partial=True),
        browser.get("/logbook/export.csv"), browser.get("/static/app.css"), browser.get("/static/app.css?v=1"),
        browser.get("/nowhere"), browser.get("/admin/"), browser.get("/healthz"),
        browser.post("/logbook/new", {"hours": "x"}),
        browser.post(f"/logbook/{entry}/start"), nobody.get("/login"), nobody.get("/"), nobody.post("/logbook/new"),
        browser.http.open("/", method="PUT"), browser.http.options("/"), browser.get("/static/none.css"),
    ]  # fmt: skip
    assert {answer.status_code for answer in answers} >= {200, 303, 401, 403, 404, 405, 422}
    for answer in answers:
        at = f"{answer.request.method} {answer.request.path}"
        assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS, at
        policy = answer.headers["Content-Security-Policy"]
        assert {part.strip() for part in policy.split(";")} == POLICY, at
        assert "Server" not in answer.headers or "Werkzeug" not in answer.headers["Server"]
        cached = answer.headers["Cache-Control"]
        if not answer.request.path.startswith("/static/"):
            assert cached == "no-store", at


def test_static_files_are_kept_by_their_hash_alone(app: Flask, world: World) -> None:
    browser = Client(app)
    assert browser.get("/static/app.css").headers["Cache-Control"] == "no-cache"
    assert "max-age=31536000" in browser.get("/static/app.css?v=abc").headers["Cache-Control"]


def test_download_is_no_page(app: Flask, world: World) -> None:
    with app.app_context():
        make.draft(world, title="=HYPERLINK(1)", text="+SUM(A1)", participants="@ute", outcome="-1+2")
        db.session.commit()
    answer = Client(app, make.BROKER).get("/logbook/export.csv")
    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    for cell in ("=HYPERLINK(1)", "+SUM(A1)", "@ute", "-1+2"):
        assert f",{cell}" not in answer.get_data(as_text=True)


# --- cookies ------------------------------------------------------------------------------------------------


def cookie_of(app: Flask, headers: dict[str, str]) -> str:
    """The cookie of a first visit to the log-in page."""
    with app.app_context():
        db.session.commit()
    answer = app.test_client().get("/login", headers=headers)
    return answer.headers.get("Set-Cookie", "")


def test_cookie_is_closed_to_scripts_and_other_sites(own: Flask) -> None:
    cookie = cookie_of(own, {})
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie  # plain http on one's own machine


def test_cookie_is_secure_behind_a_trusted_proxy(behind_proxy: Flask) -> None:
    headers = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.7"}
    cookie = cookie_of(behind_proxy, headers)
    assert {"Secure", "HttpOnly", "SameSite=Lax"} <= {part.strip() for part in cookie.split(";")}
    answer = behind_proxy.test_client().get("/login", headers=headers)
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_forwarded_headers_count_for_nothing_without_a_proxy(own: Flask) -> None:
    headers = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example", "X-Forwarded-For": "203.0.113.7"}
    assert "Secure" not in cookie_of(own, headers)
    answer = own.test_client().get("/logbook/", headers=headers)
    assert answer.headers["Location"].startswith("/login")
    assert "Strict-Transport-Security" not in answer.headers


def test_forwarded_host_is_never_believed(behind_proxy: Flask) -> None:
    answer = behind_proxy.test_client().get("/logbook/", headers={"X-Forwarded-Host": "evil.example"})
    assert "evil.example" not in str(answer.headers) + answer.get_data(as_text=True)


def test_proxies_are_trusted_by_setting_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert load(tmp_path).trusted_proxies == 0
    monkeypatch.setenv("MONO_TRUSTED_PROXIES", "1")
    assert load(tmp_path).trusted_proxies == 1


def test_cookie_of_another_key_is_nobody(own: Flask, app: Flask, world: World) -> None:
    with Client(app, make.ADMIN).http as http:
        http.get("/")
        stolen = http.get_cookie("mono")
    assert stolen is not None
    answer = own.test_client().get("/admin/", headers={"Cookie": f"mono={stolen.value}"})
    assert answer.status_code == 303


def test_secret_key_is_its_owners_alone(own: Flask) -> None:
    key = own.config["SETTINGS"].instance / "secret_key"
    assert key.stat().st_mode & 0o777 == 0o600
    assert len(key.read_text(encoding="ascii").strip()) >= 64


# --- no open redirect ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", [
    "https://evil.example/", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "javascript:1",
    "/\t/evil.example", "http:evil.example", "/%09/evil.example\n", "evil.example", " //evil.example",
])  # fmt: skip
def test_next_leads_nowhere_else(own: Flask, way: str) -> None:
    accounts.forget_failures()
    with own.app_context():
        make.person(make.BROKER).password_hash = accounts.hash_password("en hest og et batteri")
        db.session.commit()
    http = own.test_client()
    page = http.get("/login", query_string={"next": way})
    assert 'value="https://evil.example' not in page.get_data(as_text=True)
    browser = Client(own)
    fields = {"email": make.BROKER, "password": "en hest og et batteri", "next": way, "csrf_token": browser.token()}
    answer = browser.http.post("/login", data=fields)
    assert answer.status_code == 303
    assert_stays_here(answer.headers["Location"])
    assert_stays_here(Client(own).http.get("/language/nb", query_string={"next": way}).headers["Location"])


def assert_stays_here(address: str) -> None:
    assert address.startswith("/")
    assert not address.startswith(("//", "/\\"))
    assert "\n" not in address
    assert "\t" not in address


# --- size ---------------------------------------------------------------------------------------------------


def test_too_large_a_request_is_refused_with_a_page(app: Flask, world: World) -> None:
    browser = Client(app, make.BROKER)
    answer = browser.http.post("/logbook/new", data={"csrf_token": browser.token(), "text": "x" * (EIGHT_MB + 1)})
    assert answer.status_code == 413
    assert "What you sent is too large" in texts(answer)
    assert "<html" in answer.get_data(as_text=True)
    parts = {"csrf_token": browser.token(), "file": (io.BytesIO(b"x" * (EIGHT_MB + 1)), "stor.csv")}
    assert browser.http.post("/logbook/new", data=parts).status_code == 413
    assert browser.http.post("/login", data={"password": "x" * (EIGHT_MB + 1)}).status_code == 413
    with app.app_context():
        assert db.session.query(Entry).count() == 0
        assert db.session.query(AuditLine).filter(AuditLine.verb == "entry made").count() == 0


# --- error pages --------------------------------------------------------------------------------------------

SENTENCES = {
    400: ("The request could not be read", "Forespørselen kunne ikke leses"),
    404: ("We cannot find the page", ""),
    405: ("This address does not take that", ""),
    413: ("What you sent is too large", ""),
}


@pytest.mark.parametrize("lang", ["en", "nb", "nn"])
@pytest.mark.parametrize("code", [400, 403, 404, 405, 413, 500])
def test_error_pages_are_pages_in_the_persons_language(own: Flask, code: int, lang: str) -> None:
    own.config.update(PROPAGATE_CRASHES=False, PROPAGATE_EXCEPTIONS=False)
    with own.app_context():
        make.person(make.BROKER).lang = lang
        db.session.commit()

    @access.requires(access.logged_in)
    def thing_break() -> ResponseReturnValue:
        if code == 500:
            raise ZeroDivisionError("inside")
        abort(code)

    own.add_url_rule("/break", "thing_break", thing_break)
    answer = Client(own, make.BROKER).get("/break")
    assert answer.status_code == code
    page = answer.get_data(as_text=True)
    assert f'<html lang="{lang}"' in page
    assert 'href="/"' in page
    assert "Traceback" not in page
    assert "inside" not in page
    if lang == "en" and code in SENTENCES:
        assert SENTENCES[code][0] in texts(answer)


def test_crash_before_the_gate_is_a_page_too(own: Flask) -> None:
    own.config.update(PROPAGATE_CRASHES=False, PROPAGATE_EXCEPTIONS=False)

    def fall() -> None:
        raise ZeroDivisionError

    own.before_request(fall)
    answer = own.test_client().get("/login")
    assert answer.status_code == 500
    assert "ZeroDivisionError" not in answer.get_data(as_text=True)


# --- addresses ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [
    "/static/../pyproject.toml", "/static/..%2f..%2finstance/secret_key", "/static/%2e%2e/mono_web/config.py",
    "/static//etc/passwd", "/static/..\\..\\secret_key", "/static/%00", "/static/app.css%00.html",
])  # fmt: skip
def test_static_files_end_at_their_folder(app: Flask, world: World, path: str) -> None:
    answer = Client(app, make.ADMIN).http.get(path)
    assert answer.status_code in (301, 308, 400, 404)
    body = answer.get_data(as_text=True)
    assert "root:" not in body
    assert "[project]" not in body


@pytest.mark.parametrize("path", [
    "/admin", "/admin//", "/./admin/", "/admin/%2e", "/ADMIN/", "/admin/;x", "/admin/..;/admin/",
    "/logbook/../admin/", "/%61dmin/", "/admin%2f", "/admin/?x=%0d%0aSet-Cookie:a=b", "/admin/people/1%00",
    "/admin/people/-1", "/admin/people/99999999999999999999999",
])  # fmt: skip
def test_no_spelling_of_an_address_gets_past_the_rule(app: Flask, world: World, path: str) -> None:
    """A broker never sees the administration, however its address is written."""
    answer = Client(app, make.BROKER).http.get(path)
    if answer.status_code in (301, 308):
        assert_stays_here(answer.headers["Location"].removeprefix("http://localhost"))
        answer = Client(app, make.BROKER).http.get(answer.headers["Location"])
    assert answer.status_code in (400, 403, 404), answer.status_code
    assert make.ADMIN not in answer.get_data(as_text=True)
    assert "a=b" not in answer.headers.get("Set-Cookie", "")


@pytest.mark.parametrize(
    "path",
    [
        "/logbook/?after=x",
        "/logbook/?after=2024-01-01_x",
        "/logbook/?from=%00",
        "/logbook/?broker=99999999999999999999",
        "/logbook/?cluster=%F0%9F%98%80",
        "/logbook/?kind=x&state=y",
        "/search?q=%00",
        "/search?after=entry-x&q=a",
        "/search?q=a&after=99999999999999999999999",
        "/companies/?cluster=99999999999999999999999",
        "/search?q=a&sort=rank&after=-1",
        "/companies/?after=%00",
        "/companies/?q=%00%01",
        "/admin/?q=%00",
        "/logbook/?words=%00",
        "/companies/new?name=%00",
        "/logbook/new?company=%00",
        "/mentoring/?broker=99999999999999999999999",
        "/admin/audit?before=99999999999999999999999",
        "/admin/audit?person=99999999999999999999999",
        "/logbook/new?draft=x&company_id=y",
        "/logbook/?words=%22%22",
        "/logbook/?shown=999999999999",
        "/?done=x",
        "/search?q=%ff%fe",
        "/programmes/99999999999999999999999",
    ],
)
def test_odd_queries_are_no_crash(app: Flask, world: World, path: str) -> None:
    for email in (make.MENTOR, make.ADMIN):
        assert Client(app, email).get(path).status_code in (200, 302, 303, 400, 403, 404), path

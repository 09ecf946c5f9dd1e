"""Asking another service: a server on loopback that answers, hangs, breaks and is gone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from mono_web.core import clock, outside
from mono_web.core.outside import NoAnswerError
from tests.loopback import Answer, Loopback, as_json

NOON = datetime(2024, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Loopback]:
    """Somebody to ask, who need not be waited for long."""
    monkeypatch.setattr(outside, "ANSWER_SECONDS", 0.1)
    outside.forget_failures()
    with Loopback() as server:
        yield server
    outside.forget_failures()


def reason(base: str, path: str = "/a") -> str:
    """Why there was no answer; empty where there was one."""
    try:
        outside.ask(base, path)
    except NoAnswerError as error:
        return error.reason
    return ""


def test_answers_are_json_with_their_status(service: Loopback) -> None:
    service.give("/a", as_json({"navn": "Åse"}))
    service.give("/gone", as_json({"slettedato": "2024-01-01"}, 410))
    assert outside.ask(service.url, "/a", {"q": "æ ø", "size": 2}) == outside.Answer(200, {"navn": "Åse"})
    assert outside.ask(service.url, "/gone").status == 410
    assert outside.ask(service.url, "/none") == outside.Answer(404, None)
    assert service.asked[0] == "/a?q=%C3%A6+%C3%B8&size=2"
    assert set(service.agents) == {outside.agent()}


def test_nobody_is_asked_where_it_is_switched_off() -> None:
    assert reason("") == "off"
    with pytest.raises(NoAnswerError):
        outside.ask_patiently("", "/a", 1)


@pytest.mark.parametrize(
    ("answer", "why", "rests"),
    [
        (Answer(hangs=True), "slow", True),
        (Answer(b'{"a": "123456789"}', drips=0.05), "slow", True),
        (Answer(status=429), "busy", True),
        (Answer(status=503), "broken", True),
        (Answer(status=302, headers={"Location": "/b"}), "broken", True),
        (Answer(b"{"), "unreadable", False),
        (Answer(b"[" * 100_000), "unreadable", False),
        (Answer(b'"' + b"a" * outside.LARGEST + b'"'), "large", False),
        (Answer(b"Not found", 404), "", False),
    ],
)
def test_each_failure_has_its_reason(service: Loopback, answer: Answer, why: str, rests: bool) -> None:
    service.give("/a", answer)
    assert reason(service.url) == why
    service.give("/a", as_json([]))
    assert reason(service.url) == ("resting" if rests else "")
    assert len(service.asked) == (1 if rests else 2)


def test_rest_lasts_a_minute_and_is_of_one_service(service: Loopback) -> None:
    with Loopback() as other:
        other.give("/a", as_json([]))
        service.give("/a", Answer(status=500), as_json([]))
        with clock.at(NOON):
            assert [reason(service.url), reason(service.url), reason(other.url)] == ["broken", "resting", ""]
        with clock.at(NOON + timedelta(seconds=59)):
            assert reason(service.url) == "resting"
        with clock.at(NOON + timedelta(seconds=60)):
            assert reason(service.url) == ""
        assert len(service.asked) == 2


def test_who_is_not_there_is_unreachable() -> None:
    with Loopback() as gone:
        address = gone.url
    assert reason(address) == "unreachable"
    outside.forget_failures()


def test_patient_question_knows_no_rest(service: Loopback) -> None:
    service.give("/a", Answer(status=500), as_json([1]))
    assert reason(service.url) == "broken"
    assert outside.ask_patiently(service.url, "/a", 5).body == [1]

"""The files of the demonstration on their own: what they promise to the loader and to the reader."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from stdnum.no import orgnr

CONTENT = Path(__file__).parents[2] / "mono_web" / "demo" / "content"
MEETINGS = {"visit", "dialogue_meeting", "digital_meeting"}
KINDS = MEETINGS | {"phone", "email", "network_meeting", "other"}
FORMS = {"phone": "digital", "email": "digital", "digital_meeting": "digital", "visit": "physical"}
WIDTH = {"only_me": 0, "author_mentor": 1, "mentors_leads": 2, "cluster": 3, "programme": 4}
READERS = {"mentor_lead": 2, "cluster": 3, "programme": 4}
# The state table of the review loop: act -> states it may begin in -> the state after it (None: unchanged).
ACTS: dict[str, tuple[set[str], str | None]] = {
    "send": ({"draft"}, "submitted"),
    "start": ({"submitted", "answered"}, "in_review"),
    "remark": ({"submitted", "answered", "in_review"}, "in_review"),
    "return": ({"submitted", "in_review", "answered"}, "returned"),
    "edit": ({"draft", "submitted", "in_review", "returned", "answered"}, None),
    "send_back": ({"returned"}, "answered"),
    "accept": ({"submitted", "in_review", "answered"}, "accepted"),
    "take_back": ({"accepted"}, "in_review"),
    "withdraw": ({"submitted", "in_review", "returned", "answered", "accepted"}, "withdrawn"),
    "addendum": ({"accepted"}, None),
    "note": ({"submitted", "in_review", "returned", "answered", "accepted"}, None),
}
REVIEWER_ACTS = {"start", "remark", "return", "accept", "take_back"}

Entry = dict[str, Any]


def read_json(name: str) -> Any:
    return json.loads((CONTENT / name).read_text(encoding="utf-8"))


def read_entries() -> list[Entry]:
    lines = (CONTENT / "entries.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def read_companies() -> dict[str, dict[str, str]]:
    with (CONTENT / "companies.csv").open(encoding="utf-8", newline="") as file:
        return {row["orgnr"]: row for row in csv.DictReader(file)}


ENTRIES = read_entries()
COMPANIES = read_companies()
PEOPLE = {person["email"]: person for person in read_json("people.json")}
SETTINGS = read_json("settings.json")


def words(text: str) -> int:
    return len(re.findall(r"\w+", text))


def walk(entry: Entry) -> list[tuple[str, int]]:
    """The states an entry goes through, each with its day; fails on a step the table does not allow."""
    states = [("draft", entry["day"])]
    for step in entry["review"]:
        allowed, after = ACTS[step["do"]]
        state, day = states[-1]
        assert state in allowed, (entry["key"], step)
        assert 0 <= step["day"] <= entry["day"], (entry["key"], step)
        if step["do"] not in {"edit", "note", "addendum"}:
            assert step["day"] <= day, (entry["key"], step)
        if after is not None and after != state:
            states.append((after, step["day"]))
    return states


def state(entry: Entry) -> str:
    return walk(entry)[-1][0]


def counts(entry: Entry) -> bool:
    return state(entry) not in {"draft", "withdrawn"}


def remarks(entry: Entry) -> list[dict[str, Any]]:
    return [step for step in entry["review"] if step["do"] == "remark"]


def reviewer(entry: Entry) -> str:
    return "lead" if entry["author"] == "mentor@mono.example" else "mentor"


# --- companies, people, facts


def test_companies_are_synthetic_and_valid() -> None:
    assert len(COMPANIES) == 84
    for number, row in COMPANIES.items():
        assert orgnr.is_valid(number)
        assert number[0] in "23", "only numbers that no real undertaking has"
        assert row["display"].casefold() == row["name"].casefold()
        assert row["display"] != row["name"]
        assert set(row["clusters"].split(";")) <= {"act", "betong", "bginn", "alge"}
        assert re.fullmatch(r"18\d\d", row["municipality_number"])
        assert not row["parent"] or orgnr.is_valid(row["parent"])
    assert 4 <= sum(";" in row["clusters"] for row in COMPANIES.values()) <= 12


def test_people_are_the_nine_accounts_of_the_contract() -> None:
    names = ("act", "betong", "bginn", "alge", "mentor", "leder", "klynge", "observator", "admin")
    assert set(PEOPLE) == {f"{name}@mono.example" for name in names}
    kinds = Counter(role["kind"] for person in PEOPLE.values() for role in person["roles"])
    assert kinds == {"broker": 5, "mentor": 1, "lead": 1, "cluster_manager": 1, "observer": 1, "admin": 1}
    assert Counter(person["lang"] for person in PEOPLE.values()) == {"nb": 7, "nn": 1, "en": 1}
    for person in PEOPLE.values():
        for role in person["roles"]:
            assert (role["cluster"] is not None) == (role["kind"] in {"broker", "cluster_manager"})


def test_every_fact_names_its_source() -> None:
    facts = read_json("facts.json")
    assert [programme["code"] for programme in facts["programmes"]] == ["mono-2021", "mofi-2017"]
    for programme in facts["programmes"]:
        for key, value in programme.items():
            if isinstance(value, dict):
                for fact in [value] if "value" in value else value.values():
                    assert fact["source"].startswith("https://"), (programme["code"], key)
    mono, mofi = facts["programmes"]
    assert (mono["project_number"]["value"], mono["awarded_nok"]["value"]) == ("322343", 3_000_000)
    assert (mofi["project_number"]["value"], mofi["awarded_nok"]["value"]) == ("268980", 9_700_000)
    assert [cluster["code"] for cluster in facts["clusters"]] == ["act", "betong", "bginn", "alge"]
    assert all(cluster["sources"] for cluster in facts["clusters"])
    assert len(facts["priority_areas"]) == 4


# --- entries


def test_entries_have_the_shape_the_loader_reads() -> None:
    assert 230 <= len(ENTRIES) <= 260
    assert [entry["key"] for entry in ENTRIES] == [f"e{number:03d}" for number in range(1, len(ENTRIES) + 1)]
    for entry in ENTRIES:
        brokers = [role["cluster"] for role in PEOPLE[entry["author"]]["roles"] if role["kind"] == "broker"]
        assert brokers == [entry["cluster"]], entry["key"]
        assert entry["orgnrs"]
        assert len(set(entry["orgnrs"])) == len(entry["orgnrs"]) <= 3
        assert set(entry["orgnrs"]) <= set(COMPANIES)
        assert 0 <= entry["day"] <= 360
        assert entry["kind"] in KINDS
        assert entry["form"] == FORMS.get(entry["kind"], entry["form"])
        assert entry["held"] in {"yes", "cancelled", "postponed"}
        assert entry["lang"] in {"nb", "nn", "en"}
        assert entry["audience"] in READERS
        assert entry["title"]
        assert entry["title"] == entry["title"].strip()
        if entry["hours"] is None:
            assert state(entry) == "draft", "hours are asked for when sending"
        else:
            assert 0 < float(entry["hours"]) <= 24


def test_next_steps_lie_after_their_entry() -> None:
    for entry in ENTRIES:
        assert bool(entry["next_step"]) == (entry["next_step_in"] is not None), entry["key"]
        if entry["next_step"]:
            assert -entry["next_step_in"] <= entry["day"], entry["key"]
        if entry["next_step_done"] is not None:
            assert 0 <= entry["next_step_done"] <= entry["day"]
    still_open = [e for e in ENTRIES if e["next_step"] and e["next_step_done"] is None]
    assert 10 <= len(still_open) <= 40
    assert any(entry["next_step_in"] < 0 for entry in still_open), "one is overdue"
    assert any(entry["next_step_in"] > 0 for entry in still_open)


def test_no_two_entries_say_the_same() -> None:
    texts = Counter(entry["text"] for entry in ENTRIES)
    assert max(texts.values()) == 1
    matters = Counter(re.split(r"(?<=[.!?])\s", entry["text"])[0] for entry in ENTRIES)
    assert len(matters) > 200
    for entry in ENTRIES:
        short = entry["kind"] in {"phone", "email"} or state(entry) == "draft"
        assert (8 if short else 40) <= words(entry["text"]) <= 180, entry["key"]


def test_no_text_holds_what_looks_like_an_identity_number() -> None:
    assert not re.search(r"\d{6}[ .\-]?\d{5}|\d{8,}", "\n".join(entry["text"] for entry in ENTRIES))


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["key"])
def test_steps_are_legal(entry: Entry) -> None:
    walk(entry)
    days = [step["day"] for step in entry["review"]]
    assert days == sorted(days, reverse=True)
    for step in entry["review"]:
        if step["do"] in REVIEWER_ACTS:
            assert step["by"] == reviewer(entry), "nobody reviews their own entries"
        if step["do"] in {"return", "take_back", "withdraw"}:
            assert step["reason"].strip()
        if step["do"] == "edit":
            assert step["text"] != entry[step["field"]]


@pytest.mark.parametrize("entry", [e for e in ENTRIES if remarks(e)], ids=lambda entry: entry["key"])
def test_answers_and_resolutions_come_after_the_remark(entry: Entry) -> None:
    states = walk(entry)
    for remark in remarks(entry):
        assert remark["kind"] in {"question", "praise", "must_fix", "idea"}
        assert remark["field"] in {"text", "next_step", "hours", None}
        answer = remark.get("answer")
        if answer:
            assert answer["day"] < remark["day"]
        if "resolved" in remark:
            assert remark["resolved"] <= (answer["day"] if answer else remark["day"])
        if states[-1][0] == "accepted" and remark["kind"] in {"must_fix", "question"}:
            assert remark["resolved"] >= states[-1][1], "nothing open is accepted here"


def test_notes_are_never_wider_than_the_readers_of_their_entry() -> None:
    seen: Counter[tuple[str, str]] = Counter()
    for entry in ENTRIES:
        widest = 2 if entry["confidential"] else READERS[entry["audience"]]
        for step in entry["review"]:
            if step["do"] == "note":
                seen[step["by"], step["audience"]] += 1
                assert WIDTH[step["audience"]] <= widest, entry["key"]
    assert {audience for _, audience in seen} == set(WIDTH)
    assert {by for by, _ in seen} == {"mentor", "author"}


# --- the picture that the whole gives


def test_states_of_today() -> None:
    states = Counter(state(entry) for entry in ENTRIES)
    assert (states["draft"], states["returned"], states["withdrawn"]) == (6, 5, 3)
    waiting = {"submitted", "in_review", "answered"}
    queue = [walk(entry)[-1] for entry in ENTRIES if state(entry) in waiting and reviewer(entry) == "mentor"]
    assert len(queue) == 7
    assert {name for name, _ in queue} == waiting
    with_lead = [entry for entry in ENTRIES if state(entry) in waiting and reviewer(entry) == "lead"]
    assert len(with_lead) == 1
    for entry in ENTRIES:
        if entry["day"] > 30 and state(entry) != "withdrawn":
            assert state(entry) == "accepted", entry["key"]


def turn_age(entry: Entry) -> int:
    """Days since the turn changed last: reading has begun is not a change of turn."""
    turn = {"submitted": "r", "in_review": "r", "answered": "r", "returned": "a"}
    states = walk(entry)
    while len(states) > 1 and turn.get(states[-1][0]) == turn.get(states[-2][0]):
        states.pop()
    return states[-1][1]


def test_ages_of_what_waits() -> None:
    waiting = [e for e in ENTRIES if state(e) in {"submitted", "in_review", "answered"}]
    ages = sorted(turn_age(entry) for entry in waiting if reviewer(entry) == "mentor")
    assert (ages[0], ages[-1], len(set(ages))) == (0, 8, 7)
    returned = sorted(turn_age(entry) for entry in ENTRIES if state(entry) == "returned")
    assert (returned[0], returned[-1]) == (1, 6)
    assert len({entry["author"] for entry in waiting}) == 5


def test_figures_reproduce_those_of_the_programme() -> None:
    met = {
        number
        for entry in ENTRIES
        if entry["kind"] in MEETINGS and entry["held"] == "yes" and counts(entry)
        for number in entry["orgnrs"]
    }
    assert len(met) >= 76
    outcomes = {(entry["orgnrs"][0], entry["outcome"]) for entry in ENTRIES if counts(entry)}
    awarded = {number for number, outcome in outcomes if "tildelt" in outcome}
    assert len(awarded) == 5
    sent = {number for number, outcome in outcomes if re.search(r"\bsen(d|t|dt)\b|tildelt", outcome)}
    assert len(sent) > 30
    assert Counter(entry["held"] for entry in ENTRIES)["yes"] == len(ENTRIES) - 12


def test_reviews_and_confidentiality_are_as_frequent_as_they_should_be() -> None:
    assert 55 <= sum(bool(remarks(entry)) for entry in ENTRIES) <= 70
    kinds = Counter(remark["kind"] for entry in ENTRIES for remark in remarks(entry))
    assert min(kinds[kind] for kind in ("question", "praise", "must_fix", "idea")) >= 8
    confidential = [entry for entry in ENTRIES if entry["confidential"]]
    assert 0.10 <= len(confidential) / len(ENTRIES) <= 0.14
    audiences = Counter(entry["audience"] for entry in ENTRIES)
    assert audiences["mentor_lead"] > audiences["cluster"] > audiences["programme"] > 10
    acts = {step["do"] for entry in ENTRIES for step in entry["review"]}
    assert acts == set(ACTS)


def test_the_closed_period_holds_only_what_was_accepted_in_time() -> None:
    (period,) = SETTINGS["closed_periods"]
    inside = [e for e in ENTRIES if period["to_day"] <= e["day"] <= period["from_day"]]
    assert len(inside) >= 15
    for entry in inside:
        name, day = walk(entry)[-1]
        assert name == "accepted"
        assert day > period["closed_day"], entry["key"]

"""The commands, by click's runner: what they do, what they say, and with which exit code."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mono_web.cli import cli

PASSWORD = "et langt passord\n"


class Shell:
    """A terminal whose commands work on one instance."""

    def __init__(self, instance: Path) -> None:
        self.instance = instance

    def __call__(self, *words: str, typed: str | None = None) -> Result:
        """Run a command."""
        return CliRunner().invoke(cli, [*words, "--instance", str(self.instance)], input=typed)


@pytest.fixture
def shell(tmp_path: Path, empty_database: Path) -> Shell:
    """A terminal at an instance with an empty database."""
    instance = tmp_path / "instance"
    instance.mkdir()
    with sqlite3.connect(empty_database) as source, sqlite3.connect(instance / "mono.sqlite") as target:
        source.backup(target)
    return Shell(instance)


def add(shell: Shell, email: str, *more: str) -> Result:
    """Make an account."""
    return shell("user", "add", email, "--name", "Anne", *more, "--password-stdin", typed=PASSWORD)


def test_help_names_every_command() -> None:
    shown = CliRunner().invoke(cli, ["--help"])
    assert shown.exit_code == 0
    for name in ("serve", "demo", "user", "import", "refresh", "seed", "backup", "doctor"):
        assert f"  {name} " in shown.output


def test_user_is_added_and_listed(shell: Shell) -> None:
    made = add(shell, "Anne@mono.test", "--role", "admin")
    assert (made.exit_code, made.output) == (0, "anne@mono.test is made.\n")
    listed = shell("user", "list").output
    assert "anne@mono.test" in listed
    assert "admin 20" in listed
    assert "langt" not in listed


def test_user_is_not_added_twice(shell: Shell) -> None:
    add(shell, "anne@mono.test")
    again = add(shell, "ANNE@mono.test")
    assert again.exit_code == 1
    assert "There is already an account with this e-mail" in again.output


def test_role_without_its_place_makes_nothing(shell: Shell) -> None:
    refused = add(shell, "anne@mono.test", "--role", "broker")
    assert refused.exit_code == 1
    assert "Choose a programme" in refused.output
    assert "anne" not in shell("user", "list").output


def test_unknown_programme_is_named(shell: Shell) -> None:
    refused = add(shell, "anne@mono.test", "--role", "lead", "--programme", "nope")
    assert refused.exit_code == 1
    assert "there is no programme nope" in refused.output


def test_short_password_is_refused(shell: Shell) -> None:
    refused = shell("user", "add", "a@mono.test", "--name", "A", "--password-stdin", typed="kort\n")
    assert refused.exit_code == 1
    assert "Use at least 12 characters" in refused.output


def test_last_admin_stays(shell: Shell) -> None:
    add(shell, "anne@mono.test", "--role", "admin")
    refused = shell("user", "disable", "anne@mono.test")
    assert refused.exit_code == 1
    assert "last administrator" in refused.output
    add(shell, "berit@mono.test", "--role", "admin")
    assert shell("user", "disable", "anne@mono.test").exit_code == 0
    assert "(disabled)" in shell("user", "list").output


def test_password_is_set_anew(shell: Shell) -> None:
    add(shell, "anne@mono.test")
    set_ = shell("user", "set-password", "anne@mono.test", "--password-stdin", typed="et annet langt passord\n")
    assert set_.exit_code == 0
    assert shell("user", "set-password", "nobody@mono.test", "--password-stdin", typed=PASSWORD).exit_code == 1


def test_seed_goes_into_an_empty_instance_only(shell: Shell) -> None:
    made = shell("seed", "--entries", "60", "--seed", "3")
    assert made.exit_code == 0
    assert "60 entries, 50 undertakings" in made.output
    assert "broker1@bulk.example" in made.output
    again = shell("seed", "--entries", "60")
    assert again.exit_code == 1
    assert "this instance is in use" in again.output


@pytest.mark.parametrize("kind", ["companies", "contacts", "needs", "applications"])
def test_kinds_that_come_later_say_so(shell: Shell, tmp_path: Path, kind: str) -> None:
    file = tmp_path / "some.csv"
    file.write_text("name\nx\n", encoding="utf-8")
    refused = shell("import", kind, str(file))
    assert refused.exit_code == 2
    assert "cannot be imported yet" in refused.output


def test_backup_is_a_sound_copy_with_its_manifest(shell: Shell, tmp_path: Path) -> None:
    add(shell, "anne@mono.test")
    file = tmp_path / "kept" / "copy.sqlite"
    assert shell("backup", str(file)).exit_code == 0
    manifest = json.loads((tmp_path / "kept" / "copy.sqlite.json").read_text(encoding="utf-8"))
    assert manifest["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
    with sqlite3.connect(file) as copy:
        assert copy.execute("SELECT email FROM person").fetchall() == [("anne@mono.test",)]
    assert shell("backup", str(file)).exit_code == 1


def test_doctor_tells_a_sound_instance_from_a_broken_one(shell: Shell) -> None:
    sound = shell("doctor")
    assert sound.exit_code == 0
    assert "is sound" in sound.output
    with sqlite3.connect(shell.instance / "mono.sqlite") as database:
        database.execute("UPDATE alembic_version SET version_num = '0000'")
        database.execute("INSERT INTO role (id, person_id, kind, starts_on) VALUES (1, 99, 'admin', '2026-01-01')")
    broken = shell("doctor")
    assert broken.exit_code == 1
    assert "schema: 0000" in broken.output
    assert "foreign key" in broken.output


def test_doctor_and_backup_need_an_instance(tmp_path: Path) -> None:
    shell = Shell(tmp_path / "nothing")
    assert shell("doctor").exit_code == 1
    assert shell("backup", str(tmp_path / "copy")).exit_code == 1
    assert not shell.instance.exists()


def test_demo_refuses_a_folder_that_holds_something_else(shell: Shell) -> None:
    refused = shell("demo")
    assert refused.exit_code == 1
    assert "holds something else" in refused.output


# --- importing the logbook ----------------------------------------------------------------------------------

HEADER = (
    "date,kind,form,orgnr,company,cluster,broker,participants,hours,title,text,next_step,next_step_date,held,status\n"
)
GOOD = "2026-02-03,visit,physical,,Ranfjord Slagg AS,act,b@mono.test,,2.5,Slagg,De kjører slagg.,,,yes,accepted\n"
BAD = "2026-02-31,visit,physical,,Ofoten Betong AS,act,b@mono.test,,2,Betong,De støper.,,,yes,submitted\n"


@pytest.fixture
def logbook(shell: Shell, tmp_path: Path) -> Path:
    """An instance with one broker, and the place of a file to import."""
    with sqlite3.connect(shell.instance / "mono.sqlite") as database:
        database.execute(
            "INSERT INTO programme (id, code, name, starts_on, funder, funder_ref, source)"
            " VALUES (1, 'mono', 'MoNo', '2026-01-01', '', '', '')"
        )
        database.execute(
            "INSERT INTO cluster (id, code, name, other_names, host, place, source)"
            " VALUES (1, 'act', 'ACT', '', '', '', '')"
        )
        database.execute("INSERT INTO programme_cluster (programme_id, cluster_id) VALUES (1, 1)")
    add(shell, "b@mono.test", "--role", "broker", "--programme", "mono", "--cluster", "act")
    with sqlite3.connect(shell.instance / "mono.sqlite") as database:
        database.execute("UPDATE role SET starts_on = '2026-01-01'")
    return tmp_path / "logbook.csv"


def entries(shell: Shell) -> list[tuple[str, str, int]]:
    """What the database holds."""
    with sqlite3.connect(shell.instance / "mono.sqlite") as database:
        return database.execute("SELECT title, state, imported FROM entry").fetchall()


def test_logbook_is_imported_once(shell: Shell, logbook: Path) -> None:
    logbook.write_text(HEADER + GOOD, encoding="utf-8")
    dry = shell("import", "logbook", str(logbook), "--dry-run")
    assert (dry.exit_code, entries(shell)) == (0, [])
    assert "1 rows would be taken" in dry.output
    taken = shell("import", "logbook", str(logbook))
    assert taken.exit_code == 0, taken.output
    assert "1 rows taken, 0 known already, 0 refused." in taken.output
    assert entries(shell) == [("Slagg", "accepted", 1)]
    assert "0 rows taken, 1 known already" in shell("import", "logbook", str(logbook)).output
    assert len(entries(shell)) == 1


def test_bad_row_is_named_and_all_or_nothing_holds(shell: Shell, logbook: Path) -> None:
    logbook.write_text(HEADER + GOOD + BAD, encoding="utf-8")
    refused = shell("import", "logbook", str(logbook))
    assert refused.exit_code == 1
    assert "line 3, date" in refused.output
    assert "not taken, since others were refused" in refused.output
    assert entries(shell) == []
    partial = shell("import", "logbook", str(logbook), "--partial")
    assert partial.exit_code == 1
    assert entries(shell) == [("Slagg", "accepted", 1)]


def test_file_that_is_no_table_is_refused_in_words(shell: Shell, logbook: Path) -> None:
    logbook.write_bytes(b"\x89PNG\r\n\x00\x00")
    refused = shell("import", "logbook", str(logbook))
    assert refused.exit_code == 1
    assert "Traceback" not in refused.output

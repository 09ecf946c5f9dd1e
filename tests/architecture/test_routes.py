"""The URL map: every endpoint has a rule, names say what they are, one word stands for one domain everywhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Blueprint, Flask
from werkzeug.routing import Rule

from mono_web.app import FEATURES, create_app
from mono_web.config import Settings
from mono_web.core import access
from tests.architecture.source import PACKAGE, TEMPLATES, report

# Accounts and home are doors rather than domains: their addresses have no common beginning.
AT_THE_ROOT = {"accounts", "home"}
# Blueprints beside the features' own: the set-up and the health page belong to home.
BESIDE = {"setup": "home", "health": "home"}
NAME = re.compile(r"[a-z]+(_[a-z]+)+")
# Pages that a bare noun names best; an endpoint is "<thing>_<verb>" otherwise.
BARE = {"login", "logout", "today", "start"}


@pytest.fixture(scope="module")
def application(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application; its database is never opened."""
    return create_app(Settings(instance=tmp_path_factory.mktemp("routes"), testing=True))


def rules(app: Flask) -> list[Rule]:
    """Every address but the static files."""
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]


def test_every_endpoint_declares_a_rule(application: Flask) -> None:
    assert access.unguarded_views(application) == []
    for rule in rules(application):
        assert access.requirement_of(application.view_functions[rule.endpoint]) is not None, rule.endpoint


def test_every_id_in_an_address_is_loaded_by_the_gate(application: Flask) -> None:
    """Or it names nothing that belongs to somebody: a number within the loaded thing, a code, a fresh id."""
    free = {
        "logbook.version_show": {"number"},
        "logbook.version_bring_back": {"number"},
        "logbook.working_copy_put": {"record_id"},
        "needs.version_bring_back": {"number"},
        "accounts.language_choose": {"code"},
        "accounts.link_use": {"token"},
        "setup.page_edit": {"page"},
    }
    for rule in rules(application):
        needed = access.requirement_of(application.view_functions[rule.endpoint])
        assert needed is not None
        loaded = {f"{name}_id" for name in needed.loaders}
        assert set(rule.arguments) - loaded == free.get(rule.endpoint, set()), rule.endpoint
        assert loaded <= set(rule.arguments), rule.endpoint


def test_only_get_and_post(application: Flask) -> None:
    for rule in rules(application):
        assert (rule.methods or set()) <= {"GET", "HEAD", "OPTIONS", "POST"}, rule.endpoint


def test_endpoints_are_thing_and_verb(application: Flask) -> None:
    names = {rule.endpoint: rule.endpoint.rpartition(".")[2] for rule in rules(application)}
    wrong = [endpoint for endpoint, name in names.items() if name not in BARE and not NAME.fullmatch(name)]
    assert not wrong, report(wrong)


def test_one_function_an_address(application: Flask) -> None:
    """GET and POST of one form share function and address."""
    seen: dict[str, str] = {}
    for rule in rules(application):
        assert seen.setdefault(rule.rule, rule.endpoint) == rule.endpoint or (rule.methods or set()).isdisjoint(
            {"GET"}
        ), rule.rule


def test_one_word_for_a_domain(application: Flask) -> None:
    """Package = blueprint = beginning of the address = folder of templates."""
    for name in FEATURES:
        blueprint = application.blueprints[name]
        assert blueprint.import_name.startswith(f"mono_web.{name}.views"), name
        assert (PACKAGE / name).is_dir()
        assert (TEMPLATES / name).is_dir()
        if name not in AT_THE_ROOT:
            assert blueprint.url_prefix == f"/{name}"
    assert set(application.blueprints) - set(FEATURES) == set(BESIDE)
    packages = {path.parent.name for path in PACKAGE.glob("*/views*") if "__pycache__" not in path.parts}
    assert packages == set(FEATURES)


def test_templates_lie_with_their_feature() -> None:
    """A view renders templates of its own folder or of core."""
    wrong: list[str] = []
    for name in FEATURES:
        for path in _views(name):
            used = re.findall(r'"([a-z]+)/_?[a-z_-]+\.html"', path.read_text(encoding="utf-8"))
            wrong += [f"{path.name} of {name}: {found}/" for found in used if found not in (name, "core")]
    assert not wrong, report(wrong)


def _views(name: str) -> list[Path]:
    folder = PACKAGE / name
    return [*folder.glob("views.py"), *folder.glob("views/*.py")]


def test_fragments_lie_under_parts(application: Flask) -> None:
    """An address that gives only a part of a page lies under /<feature>/parts/; home has no word of its own."""
    wrong = [
        rule.rule
        for rule in rules(application)
        if "/parts/" in rule.rule and not re.match(rf"/{rule.endpoint.partition('.')[0]}/parts/", rule.rule)
    ]
    assert wrong in ([], ["/parts/task_tally"]), report(wrong)


def test_view_without_a_rule_refuses_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from mono_web.search import views

    def result_open() -> str:
        return ""

    blueprint = Blueprint("search", views.__name__, url_prefix="/search")
    blueprint.add_url_rule("", view_func=views.result_list, endpoint="result_list")
    blueprint.add_url_rule("/open", view_func=result_open)
    monkeypatch.setattr(views, "bp", blueprint)
    with pytest.raises(RuntimeError, match=r"search\.result_open"):
        create_app(Settings(instance=tmp_path, testing=True))

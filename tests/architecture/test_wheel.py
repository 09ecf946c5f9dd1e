"""The wheel holds all it needs: installed into an empty environment it serves the demonstration."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import sysconfig
import time
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.architecture.source import PACKAGE, ROOT, STATIC, TEMPLATES, VENDOR

pytestmark = [pytest.mark.slow]


def _run(*command: str | Path, cwd: Path | None = None) -> None:
    words = [str(part) for part in command]
    done = subprocess.run(words, capture_output=True, text=True, check=False, cwd=cwd)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built by the locked build backend."""
    folder = tmp_path_factory.mktemp("wheel")
    _run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=ROOT)
    [made] = folder.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel in it; the libraries, and nothing else, come from the running one."""
    folder = tmp_path_factory.mktemp("environment") / "env"
    uv = shutil.which("uv")
    venv.create(folder, with_pip=uv is None, symlinks=os.name != "nt")
    python = _bin(folder, "python")
    if uv:
        _run(uv, "pip", "install", "--offline", "--no-deps", "--python", python, wheel)
    else:
        _run(python, "-m", "pip", "install", "--no-index", "--no-deps", "--disable-pip-version-check", wheel)
    # A .pth file adds the libraries' folder, but not the .pth files in it: the checkout stays outside.
    paths = dict.fromkeys(sysconfig.get_path(name) for name in ("purelib", "platlib"))
    variables = {"base": str(folder), "platbase": str(folder)}
    site = Path(sysconfig.get_path("purelib", scheme="venv", vars=variables))
    (site / "running.pth").write_text("\n".join(paths), encoding="utf-8")
    return folder


def _bin(folder: Path, name: str) -> Path:
    return folder / ("Scripts" if os.name == "nt" else "bin") / name


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def served(environment: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of `mono-web demo`, started far from the checkout."""
    folder, port = tmp_path_factory.mktemp("elsewhere"), _free_port()
    keep = ("PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "LANG")
    variables = {name: os.environ[name] for name in keep if name in os.environ} | {"HOME": str(folder)}
    log = folder / "log"
    command = [
        str(_bin(environment, "mono-web")),
        "demo",
        "--port",
        str(port),
        "--instance",
        str(folder / "demo"),
    ]
    with log.open("wb") as output:
        server = subprocess.Popen(command, cwd=folder, env=variables, stdout=output, stderr=subprocess.STDOUT)
    try:
        _wait(server, f"http://127.0.0.1:{port}/healthz", log)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(20)


def _wait(server: subprocess.Popen[bytes], address: str, log: Path) -> None:
    """Until it answers; a server that gave up, or that is silent for two minutes, shows its log."""
    for _ in range(600):
        assert server.poll() is None, log.read_text(encoding="utf-8")
        try:
            if requests.get(address, timeout=5).ok:
                return
        except requests.ConnectionError:
            time.sleep(0.2)
    pytest.fail(log.read_text(encoding="utf-8"))


def test_wheel_holds_everything_that_is_served(wheel: Path) -> None:
    """Templates, static files, translations, migrations and what the demonstration is made of."""
    there = set(zipfile.ZipFile(wheel).namelist())
    hidden = {".DS_Store"}
    for folder, inside in (
        (TEMPLATES, "mono_web/templates"),
        (STATIC, "mono_web/static"),
        (PACKAGE, "mono_web"),
    ):
        wanted = {
            f"{inside}/{path.relative_to(folder).as_posix()}"
            for path in folder.rglob("*")
            if path.is_file() and path.suffix != ".pyc" and path.name not in hidden
        }
        assert wanted
        assert wanted - there == set()
    assert any(name.startswith("mono_web/static/vendor/") for name in there) == VENDOR.is_dir()
    assert not [name for name in there if name.startswith(("tests/", "instance/"))]


def test_wheel_serves_the_demonstration(served: str) -> None:
    """Health, a page from a template, its style sheets, and a translated text."""
    assert requests.get(f"{served}/healthz", timeout=20).json()
    login = requests.get(f"{served}/login", headers={"Accept-Language": "nn"}, timeout=20)
    assert login.status_code == 200
    assert re.search(r'<html[^>]* lang="nn"', login.text)
    assert "E-post" in login.text
    sheets = re.findall(r'<link[^>]+href="([^"]+\.css[^"]*)"', login.text)
    assert sheets
    for sheet in sheets:
        answer = requests.get(f"{served}{sheet}", timeout=20)
        assert answer.status_code == 200
        assert answer.headers["Content-Type"].startswith("text/css")


def test_installed_code_is_not_the_checkout(environment: Path) -> None:
    """Otherwise the tests above would prove nothing."""
    code = "import mono_web; print(mono_web.__file__)"
    done = subprocess.run(
        [_bin(environment, "python"), "-c", code], cwd=environment, capture_output=True, text=True, check=True
    )
    assert Path(done.stdout.strip()).is_relative_to(environment.resolve())

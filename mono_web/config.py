"""Settings: read once from the environment, never from the request."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

PACKAGE = Path(__file__).parent
REGISTERS = (
    ("brreg_url", "MONO_BRREG_URL", "https://data.brreg.no/enhetsregisteret/api"),
    ("nva_url", "MONO_NVA_URL", "https://api.nva.unit.no/cristin"),
)


def _beside_or_inside(name: str) -> Path:
    """The folder inside an installed package, else the one beside it in a checkout."""
    inside = PACKAGE / name
    return inside if inside.is_dir() else PACKAGE.parent / name


@dataclass(frozen=True)
class Settings:
    """Where MoNo keeps its things and how it serves.

    instance             folder with the database, the secret key and attachments
    public_names         host names this is reached by; requests for any other are refused. Empty: any
    trusted_proxies      how many proxies' forwarded address and scheme count (default none)
    secret_key_file      default instance/secret_key, made at first start with mode 0600
    demo_password        password of the demonstration's accounts; random and printed when unset
    demonstration        True for the folder that holds the demonstration
    brreg_url, nva_url   base addresses of the registers; empty: switched off, nothing is asked. `load` gives the real
                         ones, unless MONO_OFFLINE_LOOKUPS is set or the variable of one is empty
    """

    instance: Path
    host: str = "127.0.0.1"
    port: int = 8000
    public_names: tuple[str, ...] = ()
    trusted_proxies: int = 0
    secret_key_file: Path | None = None
    demo_password: str | None = None
    demonstration: bool = False
    brreg_url: str = ""
    nva_url: str = ""
    testing: bool = False
    templates: Path = field(default_factory=lambda: _beside_or_inside("templates"))
    static: Path = field(default_factory=lambda: _beside_or_inside("static"))

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.instance / "mono.sqlite"

    def secret_key(self) -> str:
        """The signing key; made with mode 0600 where there is none yet."""
        path = self.secret_key_file or self.instance / "secret_key"
        if not path.exists():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            made = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(made, "w", encoding="ascii") as file:
                file.write(secrets.token_hex(32))
        return path.read_text(encoding="ascii").strip()


def load(instance: str | Path | None = None, **given: object) -> Settings:
    """Settings of this process: arguments first, then MONO_* variables, then defaults."""
    env = os.environ
    values: dict[str, object] = {
        "instance": Path(instance or env.get("MONO_INSTANCE") or "instance").resolve(),
        "host": env.get("MONO_HOST", "127.0.0.1"),
        "port": int(env.get("MONO_PORT", "8000")),
        "public_names": tuple(env.get("MONO_PUBLIC_NAMES", "").replace(",", " ").split()),
        "trusted_proxies": int(env.get("MONO_TRUSTED_PROXIES", "0")),
        "demo_password": env.get("MONO_DEMO_PASSWORD") or None,
    }
    if key_file := env.get("MONO_SECRET_KEY_FILE"):
        values["secret_key_file"] = Path(key_file)
    if env.get("MONO_OFFLINE_LOOKUPS", "") in ("", "0"):
        for name, variable, real in REGISTERS:
            values[name] = env.get(variable, real).rstrip("/")
    values.update({name: value for name, value in given.items() if value is not None})
    return Settings(**values)  # type: ignore[arg-type]  # the dataclass checks its own names

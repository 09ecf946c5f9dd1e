"""The one-time code of the first run, how often it may be guessed, and whether the instance is still empty."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field

from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from mono_web.core import audit
from mono_web.core.errors import DomainError
from mono_web.core.i18n import gettext as _
from mono_web.home import setup

# Without letters that look like others.
LETTERS, DIGITS = "ABCDEFGHJKLMNPQRSTUVWXYZ", "0123456789"
WRONG_TRIES = parse("10 per 5 minutes")


def make_code() -> str:
    """ABCD-1234."""
    letters = "".join(secrets.choice(LETTERS) for _ in range(4))
    return f"{letters}-" + "".join(secrets.choice(DIGITS) for _ in range(4))


@dataclass
class FirstRun:
    """The code of this process, the wrong tries, and whether the instance is still empty."""

    code: str = field(default_factory=make_code)
    storage: MemoryStorage = field(default_factory=MemoryStorage)
    filled: bool = False

    def is_empty(self) -> bool:
        """Asked of the database until it has been filled once: nothing makes an instance empty again."""
        self.filled = self.filled or not setup.is_empty()
        return not self.filled

    def check(self, typed: str) -> bool:
        """Whether this is the code; compared in constant time. Raises DomainError after too many wrong ones."""
        tries = MovingWindowRateLimiter(self.storage)
        if not tries.test(WRONG_TRIES, "setup"):
            raise DomainError(_("Too many attempts. Try again in 5 minutes."), "code")
        right = hmac.compare_digest(_plain(typed), _plain(self.code))
        if not right:
            tries.hit(WRONG_TRIES, "setup")
            audit.note("set-up code wrong")
        return right

    def mark(self) -> str:
        """What the cookie of somebody who gave the code holds; another code makes it worthless."""
        return hashlib.sha256(self.code.encode()).hexdigest()


def _plain(code: str) -> bytes:
    return "".join(sign for sign in code.upper() if sign.isalnum()).encode()

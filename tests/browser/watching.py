"""What the browser says on its console: an error there is an error of the page, unless a test has named it."""

from __future__ import annotations

import re

from playwright.sync_api import BrowserContext, ConsoleMessage, WebError


class Watch:
    """Collects errors and warnings of every page of its contexts."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self.allowed: list[str] = []

    def over(self, context: BrowserContext) -> None:
        """Listen to a context."""
        context.on("console", self._console)
        context.on("weberror", self._error)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") or "Content Security Policy" in message.text:
            where = message.location.get("url", "")
            self.found.append(f"{message.type}: {message.text} ({where})")

    def _error(self, error: WebError) -> None:
        self.found.append(f"page error: {error.error}")

    def allow(self, *patterns: str) -> None:
        """Messages that this test makes on purpose, as regular expressions."""
        self.allowed += patterns

    def allow_status(self, *statuses: int) -> None:
        """Answers with these statuses; the browser writes each of them down as an error."""
        self.allow(*(rf"the server responded with a status of {status}" for status in statuses))

    def problems(self) -> list[str]:
        """What nobody expected."""
        return [text for text in self.found if not any(re.search(pattern, text) for pattern in self.allowed)]

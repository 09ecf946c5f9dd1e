"""Tests in a real Chromium: what a person with a keyboard, a screen reader or a narrow screen meets."""

"""The start page of each role, and the first run of an empty instance."""

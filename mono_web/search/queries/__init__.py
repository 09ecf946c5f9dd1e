"""Reads of the search page: `hits` (what was found, newest first or by rank), `snippets` (what of it is shown)."""

from mono_web.search.queries.hits import LONGEST_QUERY, MOST_RANKED, PAGE, Found, Hit, clean, results_for
from mono_web.search.queries.snippets import Piece

__all__ = ["LONGEST_QUERY", "MOST_RANKED", "PAGE", "Found", "Hit", "Piece", "clean", "results_for"]

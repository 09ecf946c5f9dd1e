"""Writes of needs: `records` (make, save, who is in charge), `moves` (the steps), `matches`, `sharing` (the
abstract), `subject` (its place in the registry). They flush, never commit."""

from mono_web.needs.actions.matches import move_match, propose_match
from mono_web.needs.actions.mentions import holders
from mono_web.needs.actions.moves import Facts, lacking, move_need
from mono_web.needs.actions.records import as_fields, bring_back, give_need, record_need, save_need
from mono_web.needs.actions.sharing import release_abstract, take_back_abstract
from mono_web.needs.actions.subject import field_labels, further_labels, register

__all__ = [
    "Facts", "as_fields", "bring_back", "field_labels", "further_labels", "give_need", "holders", "lacking",
    "move_match", "move_need", "propose_match", "record_need", "register", "release_abstract", "save_need",
    "take_back_abstract",
]  # fmt: skip

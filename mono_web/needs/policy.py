"""Who may read a need and do what with it (access.md, the rows "need" and "match").

A need is read whole by its owner, by the brokers of the same cluster and programme, and by the programme's mentors
and leads; the owner and those brokers write. Everybody else who works in the programme reads of it the abstract
alone, and only once that is released: with theme and cluster, without the undertaking's name and without the title,
which often tells it. The manager of the cluster reads title and state beside that, again without the undertaking.

Confidential follows the logbook: it closes the need to its owner, the mentors and the leads, and each reading by
somebody else than the owner is logged. Its abstract is not released, and the cluster's manager hears nothing of it.
Lifting it opens the version that is saved then and later ones, never older ones.
An owner is one as long as they are a broker of the place; a need whose owner is none any more waits for somebody: a
broker of the cluster takes it, or the lead names one, who alone can do so where it is confidential.

A match is read and written with its need. `VISIBLE` and its sisters are CASEs over the need's own columns, as in the
logbook: decided for each row, and of no use to an index.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, case, false, or_, select, true, tuple_

from mono_web.accounts import queries as accounts
from mono_web.core.access import Viewer
from mono_web.needs.models import Match, Need

READERS = ("broker", "mentor", "lead")
_NONE = [-1]
_NOWHERE = [(-1, -1)]
_PLACE = tuple_(Need.programme_id, Need.cluster_id)
VISIBLE = case(
    (Need.programme_id.in_(bindparam("need_programmes", expanding=True)), true()),
    (_PLACE.in_(bindparam("need_places", expanding=True)), or_(~Need.confidential, Need.owner_id == bindparam("me"))),
    else_=false(),
)
TITLE_VISIBLE = case(
    (Need.confidential, false()),
    (_PLACE.in_(bindparam("managed", expanding=True)), true()),
    else_=false(),
)
ABSTRACT_VISIBLE = case(
    (or_(Need.confidential, Need.abstract_released_on.is_(None)), false()),
    (Need.programme_id.in_(bindparam("members", expanding=True)), true()),
    else_=false(),
)


def visible_params(viewer: Viewer) -> dict[str, Any]:
    """Values for `VISIBLE`: what the roles held today amount to."""
    return {
        "me": viewer.id,
        "need_places": sorted(viewer.places("broker")) or _NOWHERE,
        "need_programmes": sorted(viewer.programmes("mentor", "lead")) or _NONE,
    }


def title_params(viewer: Viewer) -> dict[str, Any]:
    """Values for `TITLE_VISIBLE`."""
    return {"managed": sorted(viewer.places("cluster_manager")) or _NOWHERE}


def abstract_params(viewer: Viewer) -> dict[str, Any]:
    """Values for `ABSTRACT_VISIBLE`."""
    return {"members": sorted(viewer.programmes("broker", "mentor", "lead", "cluster_manager")) or _NONE}


def _select(condition: ColumnElement[bool], params: dict[str, Any]) -> Select[Need]:
    return select(Need).where(condition).params(**params)


def visible_to(viewer: Viewer) -> Select[Need]:
    """The needs this person may read whole."""
    return _select(VISIBLE, visible_params(viewer))


def titles_visible_to(viewer: Viewer) -> Select[Need]:
    """The needs of which a cluster manager may read title and state."""
    return _select(TITLE_VISIBLE, title_params(viewer))


def abstracts_visible_to(viewer: Viewer) -> Select[Need]:
    """The needs of which this person may read the released abstract."""
    return _select(ABSTRACT_VISIBLE, abstract_params(viewer))


def can_open_needs(viewer: Viewer) -> bool:
    """Everyone who works in a programme; not the observer, not the admin."""
    return viewer.has(*READERS, "cluster_manager")


def can_read_whole(viewer: Viewer) -> bool:
    """Brokers, mentors and leads read whole needs somewhere."""
    return viewer.has(*READERS)


def can_read_titles(viewer: Viewer) -> bool:
    """Cluster managers read title and state."""
    return viewer.has("cluster_manager")


def can_make(viewer: Viewer, **_: object) -> bool:
    """Brokers make needs."""
    return viewer.has("broker")


def can_make_there(viewer: Viewer, programme_id: int, cluster_id: int) -> bool:
    """A broker of the place."""
    return (programme_id, cluster_id) in viewer.places("broker")


def can_read(_viewer: Viewer, need: Need) -> bool:
    """What `visible_to` gave may be read."""
    return need is not None


def can_read_abstract(_viewer: Viewer, abstract: object) -> bool:
    """What `abstracts_visible_to` gave may be read."""
    return abstract is not None


def can_write(viewer: Viewer, need: Need) -> bool:
    """The owner and the brokers of the same cluster; of a confidential one the owner alone."""
    there = can_make_there(viewer, need.programme_id, need.cluster_id)
    return there and (not need.confidential or need.owner_id == viewer.id)


def has_owner(need: Need) -> bool:
    """Whether somebody is in charge: the owner, while they are a broker of the place."""
    return need.owner_id in dict(accounts.holders(["broker"], need.programme_id, need.cluster_id))


def can_give(viewer: Viewer, need: Need) -> bool:
    """Say who is in charge: who writes; and the lead where nobody is."""
    if can_write(viewer, need):
        return True
    return need.programme_id in viewer.programmes("lead") and not has_owner(need)


def can_read_review(viewer: Viewer, need: Need) -> bool:
    """Remarks and answers: the owner, the mentors and the leads."""
    return _owns(viewer, need) or need.programme_id in viewer.programmes("mentor", "lead")


def can_read_revision(viewer: Viewer, need: Need, number: int) -> bool:
    """What was saved or done while the need was confidential stays with those who could read it then."""
    return number >= need.opened_from or can_read_review(viewer, need)


def can_remark(viewer: Viewer, need: Need) -> bool:
    """Remarks: a mentor, on what is not their own."""
    return need.programme_id in viewer.programmes("mentor") and need.owner_id != viewer.id


def can_answer(viewer: Viewer, need: Need) -> bool:
    """Answers: the owner, and a mentor who goes on with the thread."""
    return _owns(viewer, need) or can_remark(viewer, need)


def _owns(viewer: Viewer, need: Need) -> bool:
    return need.owner_id == viewer.id and can_make_there(viewer, need.programme_id, need.cluster_id)


def can_write_match(viewer: Viewer, match: Match) -> bool:
    """Who writes the need."""
    return can_write(viewer, match.need)

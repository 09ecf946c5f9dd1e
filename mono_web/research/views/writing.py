"""What the forms of environments and researchers share: a text that met another one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mono_web.core import stale
from mono_web.core.access import viewer
from mono_web.research import queries
from mono_web.research.forms import EnvironmentForm, ResearcherForm, readable
from mono_web.research.models import Environment, Researcher


def put_beside(
    form: EnvironmentForm | ResearcherForm,
    subject: str,
    record: Environment | Researcher,
    error: stale.StaleError,
    base: int,
    labels: Mapping[str, str],
) -> list[stale.MetField]:
    """Nothing was stored: my text is kept in a row beside it, and the form shows both."""
    met_rev = record.revision
    stale.keep_beside(subject, record.id, viewer().id, base, met_rev, error.mine)
    form.base_rev.data = str(met_rev)
    for name in error.taken:
        form.put(name, error.current[name])
    names = {str(one): name for one, name in queries.choices_for(viewer())}
    return stale.both_texts(error, labels, lambda name, value: readable(name, value, names))


def put_all(form: EnvironmentForm | ResearcherForm, fields: Mapping[str, Any]) -> None:
    """Fill the form with the fields of a record."""
    for name, value in fields.items():
        form.put(name, value)

"""Routes of notes: write, say who can read, delete."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from mono_web.core import htmx, i18n, once, subjects
from mono_web.core.access import begin_write, requires, viewer
from mono_web.core.errors import DomainError
from mono_web.core.i18n import gettext as _
from mono_web.remarks import actions, policy, queries
from mono_web.remarks.forms import NoteAudienceForm, NoteForm, audience_in_sentence
from mono_web.remarks.models import Note
from mono_web.remarks.views.blueprint import Place, bp, place_of, shown

CHANGED = "remarks:note-changed"
LIST = "remarks/_note_list.html"


@bp.route("/<subject:subject_id>/notes/new", methods=["GET", "POST"])
@requires(policy.can_note, subject=queries.subject_for)
def note_new(subject: subjects.Key) -> ResponseReturnValue:
    """A new note: first who can read it, by name, then the text."""
    place = place_of(subject)
    form = NoteForm()
    if form.validate_on_submit():
        begin_write()
        if done := once.earlier(viewer().id):
            return _written(place, UUID(done.led_to.rpartition("#note-")[2]))
        made = actions.make_note(viewer(), subject, form.audience.data, form.text.data or "")
        once.remember(viewer().id, place.at("note", made.id))
        return _written(place, made.id)
    return htmx.render(
        "remarks/note_new.html",
        partial=LIST,
        status=422 if request.method == "POST" else 200,
        form=form,
        note_form=form,
        reads=_reads(place),
        thread=place.thread(),
        to_focus="form",
        **shown(place),
    )


@bp.get("/parts/<subject:subject_id>/notes")
@requires(policy.can_note, subject=queries.subject_for)
def note_list(subject: subjects.Key) -> ResponseReturnValue:
    """The notes without the form: nothing was written after all."""
    place = place_of(subject)
    if not htmx.is_partial():
        return htmx.redirect_to(f"{place.address}#note_list")
    return htmx.render(LIST, partial=LIST, thread=place.thread(), to_focus="link", **shown(place))


def _written(place: Place, note_id: UUID) -> ResponseReturnValue:
    htmx.announce(_("The note is saved"))
    if not htmx.is_partial():
        return htmx.redirect_to(place.at("note", note_id))
    htmx.event(CHANGED)
    return htmx.render(LIST, partial=LIST, thread=place.thread(), to_focus=note_id, **shown(place))


def _names(people: dict[int, str]) -> str:
    """`Kari, Ola and you`; where there is nobody else, the words of the audience that says so."""
    me = viewer().id
    if not people.keys() - {me}:
        return audience_in_sentence("only_me")
    # Translators: ends a list of names of who can read. Bokmål: du
    return i18n.names([*(name for one, name in people.items() if one != me), *([_("you")] if me in people else [])])


def _reads(place: Place, note: Note | None = None) -> dict[str, str]:
    """For each audience a sentence with the names of who can read today."""
    found = queries.note_readers(viewer(), place.key, place.record, note)
    # Translators: bokmål: Kan leses av: %(names)s
    return {audience: _("Can be read by: %(names)s", names=_names(people)) for audience, people in found.items()}


@bp.route("/notes/<uuid:note_id>/audience", methods=["GET", "POST"])
@requires(policy.can_change_note, note=queries.note_for)
def note_audience(note: Note) -> ResponseReturnValue:
    """Who can read a note. Tightening is done at once; widening shows the names first and asks."""
    place = place_of((note.subject_type, note.subject_id))
    form = NoteAudienceForm(data={"audience": note.audience})
    context: dict[str, Any] = {}
    if form.validate_on_submit():
        wanted, confirmed = form.audience.data, form.confirmed.data == form.audience.data
        if actions.is_wider(note, wanted) and not confirmed:
            context = _widening(place, note, wanted)
        elif _set_audience(note, form, confirmed=confirmed):
            # Translators: who can read a note was changed. Bokmål: Notatet kan nå leses av: %(audience)s
            sentence = _("The note can now be read by: %(audience)s", audience=audience_in_sentence(wanted))
            return _note_changed(place, note.id, sentence)
    refused = request.method == "POST" and not context
    return htmx.render(
        "remarks/note_audience.html",
        partial="remarks/_note_audience.html",
        status=422 if refused else 200,
        form=form,
        note=note,
        reads=_reads(place, note),
        **context,
        **shown(place),
    )


def _set_audience(note: Note, form: NoteAudienceForm, *, confirmed: bool) -> bool:
    begin_write()
    try:
        actions.change_audience(note, form.audience.data, confirmed=confirmed)
    except DomainError as error:  # it was tightened in another tab meanwhile
        form.add_error(error.field, str(error.sentence))
        return False
    return True


def _widening(place: Place, note: Note, audience: str) -> dict[str, Any]:
    """Who gets to read a note that they cannot read now."""
    readers = queries.note_readers(viewer(), place.key, place.record, note)
    more = [name for one, name in readers[audience].items() if one not in readers[note.audience]]
    return {"widen_to": audience, "more": len(more), "more_names": i18n.names(more)}


def _note_changed(place: Place, note_id: UUID, sentence: str) -> ResponseReturnValue:
    htmx.announce(sentence)
    if not htmx.is_partial():
        return htmx.redirect_to(place.at("note", note_id))
    htmx.event(CHANGED)
    part = "remarks/_note_changed.html"
    return htmx.render(part, partial=part, note=place.thread().note(note_id), to_focus=note_id, **shown(place))


@bp.route("/notes/<uuid:note_id>/delete", methods=["GET", "POST"])
@requires(policy.can_delete_note, note=queries.note_for)
def note_delete(note: Note) -> ResponseReturnValue:
    """Delete a note that only its author can read, after a question."""
    place = place_of((note.subject_type, note.subject_id))
    if request.method == "GET":
        return htmx.render("remarks/note_delete.html", partial="remarks/_note_delete.html", note=note, **shown(place))
    note_id = note.id
    begin_write()
    actions.remove_note(note)
    htmx.announce(_("The note is deleted"))
    if not htmx.is_partial():
        return htmx.redirect_to(f"{place.address}#note_list")
    htmx.event(CHANGED)
    part = "remarks/_note_deleted.html"
    return htmx.render(part, partial=part, note_id=note_id, thread=place.thread(), to_focus="head", **shown(place))

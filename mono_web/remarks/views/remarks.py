"""Routes of remarks and answers: make, answer, resolve, reopen."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue

from mono_web.core import htmx, once, subjects
from mono_web.core.access import begin_write, requires, viewer
from mono_web.core.errors import DomainError
from mono_web.core.i18n import gettext as _
from mono_web.core.i18n import ngettext
from mono_web.remarks import actions, policy, queries
from mono_web.remarks.forms import AnswerForm, RemarkForm
from mono_web.remarks.models import Remark
from mono_web.remarks.views.blueprint import Place, bp, place_of, shown, way

CHANGED = "remarks:remark-changed"


@bp.route("/<subject:subject_id>/new", methods=["GET", "POST"])
@requires(policy.can_remark, subject=queries.review_for)
def remark_new(subject: subjects.Key) -> ResponseReturnValue:
    """A new remark on a record or one of its fields."""
    place = place_of(subject)
    form = RemarkForm(data={"field": request.args.get("field", "")})
    labels = subjects.get(subject[0]).fields()
    # Translators: a remark on all of an entry, not on one field. Bokmål: Hele loggføringen
    form.field.choices = [("", _("The whole entry")), *labels.items()]
    if request.method == "GET" and form.field.data not in labels:
        form.field.data = ""
    if form.validate_on_submit():
        begin_write()
        if done := once.earlier(viewer().id):
            return _made(place, UUID(done.led_to.rpartition("#remark-")[2]), again=True)
        try:
            made = actions.make_remark(viewer(), subject, form.kind.data, form.text.data or "", form.field.data or None)
        except DomainError as error:
            form.add_error(error.field, str(error.sentence))
        else:
            once.remember(viewer().id, place.at("remark", made.id))
            return _made(place, made.id)
    return htmx.render(
        "remarks/remark_new.html",
        partial="remarks/_remark_new.html",
        status=422 if request.method == "POST" else 200,
        form=form,
        remark_form=form,
        new_remark_url=_new_url(subject),
        **shown(place),
    )


@bp.get("/parts/<subject:subject_id>/new")
@requires(policy.can_remark, subject=queries.review_for)
def remark_new_link(subject: subjects.Key) -> ResponseReturnValue:
    """The link to the form again: nothing was written after all."""
    place = place_of(subject)
    if not htmx.is_partial():
        return htmx.redirect_to(place.address)
    link = "remarks/_remark_new.html"
    return htmx.render(link, partial=link, new_remark_url=_new_url(subject), to_focus="link", **shown(place))


def _new_url(subject: subjects.Key) -> str:
    asked: dict[str, Any] = {"field": request.args.get("field") or None, **way()}
    return url_for("remarks.remark_new", subject_id=subject, **asked)


def _made(place: Place, remark_id: UUID, *, again: bool = False) -> ResponseReturnValue:
    """The remark in its place on the record's page, and the form's link. Sent twice, the whole place anew."""
    if not htmx.is_partial():
        htmx.announce(_("The remark is made"))
        return htmx.redirect_to(place.at("remark", remark_id))
    thread = place.thread()
    made = thread.remark(remark_id)
    htmx.event(CHANGED)
    htmx.announce(_("The remark is made"))
    return htmx.render(
        "remarks/_remark_made.html",
        partial="remarks/_remark_made.html",
        made=thread.on(made.field) if again else [made],
        into=f"#remarks-{made.field or 'whole'}",
        swap_style="innerHTML" if again else "beforeend",
        new_remark_url=_new_url(place.key),
        to_focus=remark_id,
        **shown(place),
    )


@bp.route("/<uuid:remark_id>/answer", methods=["GET", "POST"])
@requires(policy.can_answer, remark=queries.remark_for)
def remark_answer(remark: Remark) -> ResponseReturnValue:
    """Answer a remark. Asked for by a link, the form stands open under it."""
    place = place_of((remark.subject_type, remark.subject_id))
    form = AnswerForm()
    form.text.id = f"answer_text-{remark.id}"
    if form.validate_on_submit():
        begin_write()
        if not once.earlier(viewer().id):
            actions.answer(viewer(), remark, form.text.data or "")
            once.remember(viewer().id, place.at("remark", remark.id))
        return _changed(place, remark, _("The answer is saved"), to_focus="answer")
    return htmx.render(
        "remarks/remark_answer.html",
        partial="remarks/_remark.html",
        status=422 if request.method == "POST" else 200,
        form=form,
        answer_form=form,
        remark=place.thread().remark(remark.id),
        to_focus="form",
        **shown(place),
    )


@bp.get("/parts/<uuid:remark_id>")
@requires(policy.can_read_remark, remark=queries.remark_for)
def remark_show(remark: Remark) -> ResponseReturnValue:
    """The remark as it stands: the form under it is closed again."""
    place = place_of((remark.subject_type, remark.subject_id))
    if not htmx.is_partial():
        return htmx.redirect_to(place.at("remark", remark.id))
    part = "remarks/_remark.html"
    return htmx.render(part, partial=part, remark=place.thread().remark(remark.id), to_focus=remark.id, **shown(place))


@bp.post("/<uuid:remark_id>/resolve")
@requires(policy.can_resolve, remark=queries.remark_for)
def remark_resolve(remark: Remark) -> ResponseReturnValue:
    """The matter is settled: the remark folds to one line."""
    begin_write()
    actions.resolve(viewer(), remark)
    place = place_of((remark.subject_type, remark.subject_id))
    left = place.thread().tally.open
    # Translators: bokmål: Merknad %(number)d er løst.
    solved = _("Remark %(number)d is resolved.", number=remark.number)
    # Translators: how many remarks are still open. Bokmål: %(num)d igjen.
    rest = ngettext("%(num)d left.", "%(num)d left.", left)
    return _changed(place, remark, f"{solved} {rest}", to_focus="summary")


@bp.post("/<uuid:remark_id>/reopen")
@requires(policy.can_resolve, remark=queries.remark_for)
def remark_reopen(remark: Remark) -> ResponseReturnValue:
    """It was not settled after all."""
    begin_write()
    actions.reopen(remark)
    place = place_of((remark.subject_type, remark.subject_id))
    # Translators: bokmål: Merknad %(number)d er åpen igjen
    return _changed(place, remark, _("Remark %(number)d is open again", number=remark.number), to_focus=remark.id)


def _changed(place: Place, remark: Remark, sentence: str, to_focus: object) -> ResponseReturnValue:
    """The remark in its new look; without scripts the record's page, at the remark."""
    htmx.announce(sentence)
    if not htmx.is_partial():
        return htmx.redirect_to(place.at("remark", remark.id))
    htmx.event(CHANGED)
    part = "remarks/_remark.html"
    view = place.thread().remark(remark.id)
    return htmx.render(part, partial=part, remark=view, to_focus=to_focus, **shown(place))

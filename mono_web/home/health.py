"""Whether MoNo is well: for monitors, and for browsers that want to know whether they have a connection."""

from __future__ import annotations

import logging

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import literal, select
from sqlalchemy.exc import SQLAlchemyError

from mono_web.core.access import public, requires
from mono_web.core.db import db

log = logging.getLogger("mono")
bp = Blueprint("health", __name__)


@bp.get("/healthz")
@requires(public)
def health_show() -> ResponseReturnValue:
    """Well when the database answers; says nothing more to anybody."""
    try:
        db.session.execute(select(literal(1)))
    except SQLAlchemyError:
        log.exception("the database does not answer")
        return jsonify(status="error"), 503
    return jsonify(status="ok")

"""Writes over people: `logins` (passwords, log-ins, links) and `people` (accounts, their wishes, roles).

They flush, never commit.
"""

from mono_web.accounts.actions.logins import (
    LONGEST_PASSWORD,
    SHORTEST_PASSWORD,
    Checked,
    TooManyAttempts,
    begin_session,
    change_password,
    check_own_password,
    check_password,
    end_other_sessions,
    end_session,
    forget_failures,
    hash_password,
    log_in,
    log_out,
    make_link,
    refuse_link,
    use_link,
)
from mono_web.accounts.actions.people import (
    choose_language,
    choose_settings,
    disable,
    enable,
    end_role,
    give_role,
    make_person,
    save_person,
)

__all__ = [
    "LONGEST_PASSWORD",
    "SHORTEST_PASSWORD",
    "Checked",
    "TooManyAttempts",
    "begin_session",
    "change_password",
    "check_own_password",
    "check_password",
    "choose_language",
    "choose_settings",
    "disable",
    "enable",
    "end_other_sessions",
    "end_role",
    "end_session",
    "forget_failures",
    "give_role",
    "hash_password",
    "log_in",
    "log_out",
    "make_link",
    "make_person",
    "refuse_link",
    "save_person",
    "use_link",
]

"""Who may read and do what: the table of rights written once more, by hand, as data.

Nothing here comes from a policy of the application. People, entries and endpoints stand by name; what a person
may not read does not exist for them (404), what they may read and not do is refused (403). Who is not named in a
row may not. An endpoint that stands in no row fails `test_every_endpoint_is_named`.
"""

from __future__ import annotations

from tests import factories as make

Names = frozenset[str]


def _(names: str) -> Names:
    return frozenset(names.split())


# The mentor holds two roles: mentor of the programme, and broker of the author's cluster.
PEOPLE = {
    "author": make.BROKER,
    "colleague": make.COLLEAGUE,
    "other": make.OTHER_BROKER,
    "mentor": make.MENTOR,
    "lead": make.LEAD,
    "manager": make.MANAGER,
    "othermanager": make.OTHER_MANAGER,
    "observer": make.OBSERVER,
    "admin": make.ADMIN,
    "stranger": make.STRANGER,
    "former": make.PREDECESSOR_BROKER,
    # A broker whose role has ended: "kept" is a draft of theirs, "left" waits, "taken" was taken over by `other`.
    "gone": make.GONE,
    "nobody": "",
}
LOGGED_IN = _("author colleague other mentor lead manager othermanager observer admin stranger former gone")
BROKERS = _("author colleague other mentor former")
READERS_OF_CONTENT = BROKERS | _("lead manager othermanager")
IN_PROGRAMME = _("author colleague other mentor lead manager othermanager observer")

# --- entries ------------------------------------------------------------------------------------------------

CLOSED = _("author mentor lead")
CLUSTER = CLOSED | _("colleague manager")
PROGRAMME = CLUSTER | _("other othermanager")
READ = {
    "draft": _("author"),
    "sent": CLOSED,
    "reading": CLOSED,
    "answered": CLOSED,
    "tightened": CLOSED,
    "confidential": CLOSED,
    "withdrawn": CLOSED,
    "cluster": CLUSTER,
    "returned": CLUSTER,
    "locked": CLUSTER,
    "widened": CLUSTER,
    "programme": PROGRAMME,
    "accepted": PROGRAMME,
    "mentors": _("mentor lead"),
    "others": _("other mentor lead othermanager"),
    "former": _("former"),
    "kept": _("gone"),
    "left": _("mentor lead"),
    "taken": _("other mentor lead"),
}
# Who works on it: its author, or who took it over; nobody while it waits for somebody to do so.
OWNER = {
    **dict.fromkeys(READ, "author"),
    "mentors": "mentor",
    "others": "other",
    "former": "former",
    "kept": "gone",
    "left": "",
    "taken": "other",
}
# Versions of a draft stay its author's, who reads no more of what was sent when their role has ended.
DRAFTED = {**{name: frozenset([owner]) for name, owner in OWNER.items()}, "left": _(""), "taken": _("")}
# Remarks, answers and the reasons of returns.
REVIEW = {
    **{name: CLOSED & readers for name, readers in READ.items()},
    "mentors": _("mentor lead"),
    "others": _("other mentor lead"),
    "former": _("former"),
    "kept": _("gone"),
    "taken": _("other mentor lead"),
}
WITH_REVIEWER = _("sent cluster programme confidential reading answered widened tightened mentors others")
REVIEWER = {**dict.fromkeys(READ, "mentor"), "mentors": "lead"}


def by(who: dict[str, str], entries: Names) -> dict[str, Names]:
    """The one person who may, for each of these entries."""
    return {name: frozenset([who[name]]) for name in entries}


# What may be done with an entry: endpoint -> entry -> who. Endpoints that are here are for GET and POST alike.
ENTRY_VERBS: dict[str, dict[str, Names]] = {
    "logbook.entry_edit": by(OWNER, WITH_REVIEWER | _("draft returned taken")),
    "logbook.version_bring_back": by(OWNER, WITH_REVIEWER | _("draft returned taken")),
    "logbook.entry_send": by(OWNER, _("draft returned taken")),
    "logbook.entry_delete": by(OWNER, _("draft kept")),
    "logbook.entry_withdraw": by(OWNER, WITH_REVIEWER | _("returned taken accepted former")),
    "logbook.entry_addendum": by(OWNER, _("accepted locked former")),
    "logbook.entry_audience": by(OWNER, frozenset(READ) - _("withdrawn kept left")),
    "logbook.entry_start": by(REVIEWER, WITH_REVIEWER),
    "logbook.entry_return": by(REVIEWER, WITH_REVIEWER),
    "logbook.entry_accept": by(REVIEWER, WITH_REVIEWER),
    "logbook.entry_take_back": by(REVIEWER, _("accepted")),
}
ENTRY_READING = ("logbook.entry_show", "logbook.entry_print", "logbook.entry_versions", "logbook.review_bar_show")
NOTE_READING = ("remarks.note_list", "remarks.note_new")
# A remark: whoever may not read the review of an entry is told that there is none (404).
REMARKING = ("remarks.remark_new", "remarks.remark_new_link")
MAY_REMARK = by(REVIEWER, WITH_REVIEWER | _("returned left taken"))

# --- what hangs on entries ----------------------------------------------------------------------------------

# The remarks are the mentor's.
REMARK_READ = {"cluster": CLOSED, "returned": CLOSED, "taken": _("other mentor lead")}
REMARK_VERBS = {
    "remarks.remark_show": REMARK_READ,
    "remarks.remark_answer": {name: frozenset([OWNER[name], "mentor"]) for name in REMARK_READ},
    "remarks.remark_resolve": dict.fromkeys(REMARK_READ, _("mentor")),
    "remarks.remark_reopen": dict.fromkeys(REMARK_READ, _("mentor")),
}
# Notes of the author on "programme", which the whole programme reads, and of the mentor on "reading", which only
# author, mentor and lead read: no note reaches further than its entry.
NOTE_READ = {
    "programme-only_me": _("author"),
    "programme-author_mentor": _("author mentor"),
    "programme-mentors_leads": _("author mentor lead"),
    "programme-cluster": _("author colleague mentor manager"),
    "programme-programme": PROGRAMME,
    "reading-only_me": _("mentor"),
    "reading-author_mentor": _("author mentor"),
    "reading-mentors_leads": _("mentor lead"),
    "reading-cluster": _("author mentor"),
    "reading-programme": CLOSED,
    # Written by `gone` before somebody else took the entry over; they read nothing of it while they hold no role.
    "taken-only_me": _(""),
    "taken-author_mentor": _("mentor"),
    # Written after that, by the mentor: for whoever works on it now.
    "takenover-author_mentor": _("other mentor"),
}
_WRITERS = {"programme": "author", "taken": ""}
NOTE_OWNER = {name: _WRITERS.get(name.partition("-")[0], "mentor") for name in NOTE_READ}
NOTE_VERBS = {
    "remarks.note_audience": frozenset(NOTE_READ),
    "remarks.note_delete": _("programme-only_me reading-only_me"),
}
# The promised step of an entry: brokers of its cluster do it, mentor and lead read it. The mentor is both.
TASK_READ = {
    "cluster": _("author colleague mentor lead"),
    "sent": CLOSED,
    "others": _("other mentor lead"),
    "left": _("mentor lead"),
    "taken": _("other mentor lead"),
}
TASK_DO = {
    "cluster": _("author colleague mentor"),
    "sent": _("author mentor"),
    "others": _("other"),
    "left": _("mentor"),
    "taken": _("other mentor"),
}
TASK_VERBS = ("followups.task_done", "followups.task_reopen")

# --- needs --------------------------------------------------------------------------------------------------

# "shared" and "others" have a released abstract, "secret" is confidential, nobody is in charge of "alone".
_SAME_CLUSTER = _("author colleague mentor")
NEED_WRITE = {
    "open": _SAME_CLUSTER,
    "shared": _SAME_CLUSTER,
    "secret": _("author"),
    "others": _("other"),
    "alone": _SAME_CLUSTER,
}
NEED_READ = {name: writers | _("mentor lead") for name, writers in NEED_WRITE.items()}
NEED_GIVE = {**NEED_WRITE, "alone": _SAME_CLUSTER | _("lead")}
# The manager of the cluster reads title and state.
NEED_TITLE = {
    "open": _("manager"),
    "shared": _("manager"),
    "secret": _(""),
    "others": _("othermanager"),
    "alone": _("manager"),
}
NEED_ABSTRACT = dict.fromkeys(("shared", "others"), IN_PROGRAMME - _("observer"))
NEED_READING = ("needs.need_show", "needs.need_versions")
NEED_VERBS: dict[str, dict[str, Names]] = {
    **dict.fromkeys(
        ("needs.need_edit", "needs.need_move", "needs.match_new", "needs.partner_suggest", "needs.abstract_take_back"),
        NEED_WRITE,
    ),
    "needs.version_bring_back": NEED_WRITE,
    "needs.abstract_release": NEED_WRITE,
    "needs.need_give": NEED_GIVE,
}

# --- pages --------------------------------------------------------------------------------------------------

# Contacts and own notes of an undertaking of the author's cluster: its brokers, in another programme too.
CONTACT_WRITERS = _("author colleague mentor former")
CONTACT_READERS = CONTACT_WRITERS | _("lead")
# endpoint: (verbs, who may, who sees the thing at all). The rest of those who see it get 403, everybody else 404.
EVERYBODY = LOGGED_IN
ADMIN, PEOPLE_READERS = _("admin"), _("admin lead")
PAGES: dict[str, tuple[str, Names, Names]] = {
    "home.today": ("GET", LOGGED_IN, EVERYBODY),
    "home.task_tally": ("GET", BROKERS, EVERYBODY),
    # Who holds no role any more may fetch their own drafts.
    "logbook.entry_list": ("GET", READERS_OF_CONTENT | _("stranger gone"), EVERYBODY),
    "logbook.entry_export": ("GET", READERS_OF_CONTENT | _("stranger gone"), EVERYBODY),
    "logbook.entry_filter_form": ("GET", READERS_OF_CONTENT | _("stranger gone"), EVERYBODY),
    "logbook.entry_import": ("GET POST", BROKERS, EVERYBODY),
    # A file the author has sent in, not yet imported: nobody else's business.
    "logbook.entry_import_check": ("GET POST", _("author"), _("author")),
    "logbook.entry_new": ("GET POST", BROKERS, EVERYBODY),
    "logbook.company_context_show": ("GET", BROKERS, EVERYBODY),
    # Asks for the names in the author's place: a broker's own place, or there is none.
    "logbook.readers_show": ("GET", _("author colleague mentor"), LOGGED_IN - _("other former")),
    "logbook.working_copy_put": ("POST", BROKERS, EVERYBODY),
    "logbook.company_entries": ("GET", READERS_OF_CONTENT, READERS_OF_CONTENT),
    "logbook.handover_list": ("GET", _("lead"), EVERYBODY),
    # What waits of `gone`: the business of who leads the programme.
    "logbook.handover_edit": ("GET POST", _("lead"), _("lead")),
    "mentoring.desk_show": ("GET", _("mentor lead"), EVERYBODY),
    "search.result_list": ("GET", READERS_OF_CONTENT, EVERYBODY),
    "companies.company_list": ("GET", READERS_OF_CONTENT, EVERYBODY),
    "companies.company_suggest": ("GET", READERS_OF_CONTENT, EVERYBODY),
    "companies.company_new": ("GET POST", BROKERS, EVERYBODY),
    "companies.company_show": ("GET", READERS_OF_CONTENT, READERS_OF_CONTENT),
    # A cluster exists once: its broker in another programme is a broker of its undertakings too.
    "companies.register_lookup": ("GET", BROKERS, EVERYBODY),
    "companies.company_refresh": ("GET POST", _("author colleague mentor former"), READERS_OF_CONTENT),
    # There while the register has removed the undertaking; this one it has not.
    "companies.company_erase": ("GET POST", frozenset(), READERS_OF_CONTENT - _("author colleague mentor former")),
    "companies.company_edit": ("GET POST", _("author colleague mentor former"), READERS_OF_CONTENT),
    # "Merge": the lead, and brokers of both undertakings' clusters.
    "companies.double_list": ("GET", BROKERS | _("lead"), EVERYBODY),
    "companies.company_merge": ("GET POST", _("author colleague mentor former lead"), READERS_OF_CONTENT),
    "companies.company_apart": ("POST", _("author colleague mentor former lead"), READERS_OF_CONTENT),
    "companies.merging_show": ("GET", _("author colleague mentor former lead"), READERS_OF_CONTENT),
    "companies.merging_undo": ("POST", _("author colleague mentor former lead"), READERS_OF_CONTENT),
    # The directory is common to all clusters: every broker writes in it, who works in a programme reads it.
    "research.environment_list": ("GET", READERS_OF_CONTENT, EVERYBODY),
    "research.environment_seed": ("POST", BROKERS | _("lead"), EVERYBODY),
    "research.environment_new": ("GET POST", BROKERS, EVERYBODY),
    "research.environment_show": ("GET", READERS_OF_CONTENT, READERS_OF_CONTENT),
    "research.environment_edit": ("GET POST", BROKERS, READERS_OF_CONTENT),
    "research.choice_suggest": ("GET", READERS_OF_CONTENT, EVERYBODY),
    "research.researcher_list": ("GET", READERS_OF_CONTENT, EVERYBODY),
    "research.researcher_new": ("GET POST", BROKERS, EVERYBODY),
    "research.researcher_show": ("GET", READERS_OF_CONTENT, READERS_OF_CONTENT),
    "research.researcher_edit": ("GET POST", BROKERS, READERS_OF_CONTENT),
    "research.nva_search": ("GET", BROKERS, EVERYBODY),
    "needs.need_list": ("GET", READERS_OF_CONTENT, EVERYBODY),
    "needs.need_export": ("GET", BROKERS | _("lead"), EVERYBODY),
    "needs.need_new": ("GET POST", BROKERS, EVERYBODY),
    "needs.outline_list": ("GET", _("manager othermanager"), EVERYBODY),
    "needs.abstract_list": ("GET", READERS_OF_CONTENT, EVERYBODY),
    "needs.company_needs": ("GET", READERS_OF_CONTENT, READERS_OF_CONTENT),
    "needs.research_matches": ("GET", READERS_OF_CONTENT, READERS_OF_CONTENT),
    "companies.contact_list_part": ("GET", CONTACT_READERS, CONTACT_READERS),
    "companies.contact_new": ("GET POST", CONTACT_WRITERS, CONTACT_READERS),
    "companies.contact_show": ("GET", CONTACT_READERS, CONTACT_READERS),
    "companies.contact_edit": ("GET POST", CONTACT_WRITERS, CONTACT_READERS),
    "companies.contact_confirm": ("POST", CONTACT_WRITERS, CONTACT_READERS),
    "companies.contact_card": ("GET", CONTACT_READERS, CONTACT_READERS),
    "companies.contact_held_show": ("GET", CONTACT_READERS, CONTACT_READERS),
    "companies.contact_held_file": ("GET", CONTACT_READERS, CONTACT_READERS),
    "companies.contact_anonymise": ("GET POST", CONTACT_WRITERS, CONTACT_READERS),
    "companies.contact_due_list": ("GET", BROKERS | _("lead"), EVERYBODY),
    "accounts.profile_edit": ("GET POST", LOGGED_IN, EVERYBODY),
    "accounts.password_edit": ("GET", LOGGED_IN, EVERYBODY),
    "accounts.language_save": ("POST", LOGGED_IN, EVERYBODY),
    "accounts.admin_home": ("GET", PEOPLE_READERS, EVERYBODY),
    "accounts.audit_list": ("GET", ADMIN, EVERYBODY),
    "accounts.person_show": ("GET", PEOPLE_READERS, PEOPLE_READERS),
    "accounts.person_new": ("GET POST", ADMIN, EVERYBODY),
    "accounts.person_edit": ("GET POST", ADMIN, PEOPLE_READERS),
    "accounts.person_disable": ("GET POST", ADMIN, PEOPLE_READERS),
    "accounts.person_enable": ("POST", ADMIN, PEOPLE_READERS),
    "accounts.link_make": ("GET POST", ADMIN, PEOPLE_READERS),
    "accounts.role_new": ("GET POST", ADMIN, PEOPLE_READERS),
    "accounts.role_end": ("GET POST", ADMIN, PEOPLE_READERS),
    # What a programme is called and when it runs stands on every page of those who work in it.
    "programmes.programme_list": ("GET", LOGGED_IN, EVERYBODY),
    "programmes.programme_show": ("GET", IN_PROGRAMME | ADMIN, IN_PROGRAMME | ADMIN),
    "programmes.programme_new": ("GET POST", ADMIN, EVERYBODY),
    "programmes.programme_edit": ("GET POST", ADMIN, IN_PROGRAMME | ADMIN),
    "programmes.programme_cluster_add": ("POST", ADMIN, IN_PROGRAMME | ADMIN),
    "programmes.programme_cluster_remove": ("POST", ADMIN, IN_PROGRAMME | ADMIN),
    "programmes.area_new": ("GET POST", ADMIN, IN_PROGRAMME | ADMIN),
    "programmes.area_edit": ("GET POST", ADMIN, IN_PROGRAMME | ADMIN),
    "programmes.area_remove": ("POST", ADMIN, IN_PROGRAMME | ADMIN),
    "programmes.cluster_new": ("GET POST", ADMIN, EVERYBODY),
    "programmes.cluster_edit": ("GET POST", ADMIN, IN_PROGRAMME | ADMIN | _("former")),
    # Of the demonstration alone: this instance is none.
    "setup.demonstration_delete": ("GET POST", frozenset(), EVERYBODY),
}
# For everybody, logged in or not: verb -> the answers that are right.
PUBLIC: dict[str, dict[str, tuple[int, ...]]] = {
    "accounts.login": {"GET": (200,), "POST": (422, 429)},
    "accounts.logout": {"GET": (200, 303), "POST": (303,)},
    "accounts.password_forgot": {"GET": (200,)},
    "accounts.link_use": {"GET": (200,), "POST": (422,)},
    "accounts.language_choose": {"GET": (200, 303)},
    "health.health_show": {"GET": (200,)},
    # The set-up is over: there is nothing here any more.
    "setup.start": {"GET": (404,), "POST": (404,)},
    "setup.page_edit": {"GET": (404,), "POST": (404,)},
    "setup.person_new": {"GET": (404,), "POST": (404,)},
    "setup.demonstration_open": {"POST": (404,)},
    "static": {"GET": (200,)},
}
VERSION = "logbook.version_show"

# --- numbers in the menu ------------------------------------------------------------------------------------

# (own drafts, returned entries and texts that were not saved; entries that wait for one's review).
COUNTS = {
    **dict.fromkeys(PEOPLE, (0, 0)),
    "author": (4, 0),
    "other": (1, 0),
    "mentor": (0, 9),
    "lead": (0, 1),
}

# --- marker words -------------------------------------------------------------------------------------------


def markers() -> dict[str, Names]:
    """Every marker word and who may read it."""
    found: dict[str, Names] = {}
    for name, readers in READ.items():
        for field in ("title", "text", "outcome", "participants", "next"):
            found[f"zq{field}{name}"] = readers
        # Saved while it was a draft: the author's alone, also after sending.
        found[f"zqbefore{name}"] = DRAFTED[name]
    for name, readers in NOTE_READ.items():
        found["zqnote" + name.replace("-", "").replace("_", "")] = readers
    for name, readers in NEED_READ.items():
        found[f"zqneedtitle{name}"] = readers | NEED_TITLE[name]
        found[f"zqneedabstract{name}"] = readers | NEED_ABSTRACT.get(name, frozenset())
        found |= dict.fromkeys((f"zqneedtext{name}", f"zqneedmatch{name}"), readers)
    return {
        **found,
        # Widening opens the shown and later versions, never older ones.
        "zqoldwidened": CLOSED,
        "zqreasonwithdrawn": CLOSED,
        "zqreasonreturned": CLOSED,
        "zqreasonanswered": CLOSED,
        "zqremarkcluster": CLOSED,
        "zqremarkreturned": CLOSED,
        "zqanswercluster": CLOSED,
        "zqanswerreturned": CLOSED,
        "zqreasonleft": _("mentor lead"),
        "zqreasontaken": _("other mentor lead"),
        "zqremarktaken": _("other mentor lead"),
        "zqaddendumaccepted": PROGRAMME,
        "zqcompanydraft": _("author"),
        # The passage has the readers of the entry it is from; who consented those of the need.
        "zqneedquote": READ["sent"],
        "zqneedconsentshared": NEED_READ["shared"],
        "zqneedconsentothers": NEED_READ["others"],
        "zqenvironment": READERS_OF_CONTENT,
        "zqresearcher": READERS_OF_CONTENT,
        "zqcopyprogramme": _("author"),
        "zqcopyunsaved": _("author"),
        "zqfile": _("author"),
        **dict.fromkeys(("zqcontactname", "zqcontactrole", "zqcontactmail", "zqcontactbasis"), CONTACT_READERS),
        "zqcontactbefore": CONTACT_READERS,
        "zqconflictprogramme": _("author"),
    }

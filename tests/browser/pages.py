"""Every page of the URL map: who opens it, where, and what to write into its form to have it refused.

`{name}` in an address is an id of the filled world (tests/access/building.py): an entry by its name, `r_` a remark,
`n_` a note, `need_` a need, `match_` its match, `i_` a number, `company`, `double`, `merging`, `link`, `upload`,
`unsaved`, `handover`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.access.building import Built
from tests.factories import ADMIN, BROKER, COLLEAGUE, GONE, LEAD, MANAGER, MENTOR, OBSERVER, OTHER_BROKER, STRANGER

UNKNOWN = "00000000-0000-4000-8000-000000000000"


@dataclass(frozen=True)
class Visit:
    """One state of one page."""

    endpoint: str
    who: str | None
    address: str
    status: int = 200
    # Written into the form of the page, which is then sent: the answer is 422.
    refused: dict[str, str] | None = None
    form: str = "main form[method=post]"
    # A query that opens what stands closed.
    opens: str = ""
    note: str = field(default="filled", compare=False)

    @property
    def name(self) -> str:
        """How the test is called."""
        state = "refused" if self.refused is not None else self.note
        return f"{self.endpoint}-{(self.who or 'visitor').split('@')[0]}-{state}"


ENTRY_WRONG = {
    "action": "send", "company": "Finnes ikke AS", "date": "31.02.2026", "hours": "25", "text": "",
    "next_step_date": "igår kveld",
}  # fmt: skip
LONG = "x" * 6_000

ACCOUNTS = [
    Visit("accounts.login", None, "/login"),
    Visit("accounts.login", None, "/login", refused={"email": "ingen@mono.test", "password": "feil passord"}),
    Visit("accounts.logout", BROKER, "/logout"),
    Visit("accounts.password_forgot", None, "/forgot"),
    Visit("accounts.link_use", None, "/link/{link}"),
    Visit("accounts.link_use", None, "/link/{link}", refused={"password": "kort"}),
    Visit("accounts.link_use", None, "/link/finnes-ikke", status=404, note="error"),
    Visit("accounts.language_choose", BROKER, "/language/nn"),
    Visit("accounts.profile_edit", MENTOR, "/profile"),
    Visit("accounts.profile_edit", STRANGER, "/profile", note="empty"),
    Visit("accounts.profile_edit", BROKER, "/profile", refused={"lang": "zz"}, form="#profile_form"),
    Visit("accounts.password_edit", BROKER, "/profile/password"),
    Visit("accounts.password_edit", BROKER, "/profile/password", refused={"old": "feil", "new": "kort"}),
    Visit("accounts.admin_home", ADMIN, "/admin/"),
    Visit("accounts.admin_home", BROKER, "/admin/", status=403, note="error"),
    Visit("accounts.audit_list", ADMIN, "/admin/audit"),
    Visit("accounts.person_new", ADMIN, "/admin/people/new"),
    Visit("accounts.person_new", ADMIN, "/admin/people/new", refused={"email": "feil", "name": ""}),
    Visit("accounts.person_show", ADMIN, "/admin/people/{i_person}"),
    Visit("accounts.person_show", ADMIN, "/admin/people/999", status=404, note="error"),
    Visit("accounts.person_edit", ADMIN, "/admin/people/{i_person}/edit"),
    Visit("accounts.person_edit", ADMIN, "/admin/people/{i_person}/edit", refused={"email": "feil", "name": ""}),
    Visit("accounts.person_disable", ADMIN, "/admin/people/{i_person}/disable"),
    Visit("accounts.link_make", ADMIN, "/admin/people/{i_person}/link"),
    Visit("accounts.role_new", ADMIN, "/admin/people/{i_person}/roles/new"),
    Visit("accounts.role_new", ADMIN, "/admin/people/{i_person}/roles/new", refused={"starts_on": "31.02"}),
    Visit("accounts.role_end", ADMIN, "/admin/roles/{i_role}/end"),
    Visit("accounts.role_end", ADMIN, "/admin/roles/{i_role}/end", refused={"ends_on": "31.02"}),
]
BASICS = [
    Visit("programmes.programme_list", LEAD, "/programmes/"),
    Visit("programmes.programme_show", LEAD, "/programmes/{i_programme}"),
    Visit("programmes.programme_show", LEAD, "/programmes/999", status=404, note="error"),
    Visit("programmes.programme_new", ADMIN, "/programmes/new"),
    Visit("programmes.programme_new", ADMIN, "/programmes/new", refused={"name": "", "starts_on": "31.02"}),
    Visit("programmes.programme_edit", ADMIN, "/programmes/{i_programme}/edit"),
    Visit("programmes.programme_edit", ADMIN, "/programmes/{i_programme}/edit", refused={"name": "", "starts_on": "x"}),
    Visit("programmes.cluster_new", ADMIN, "/programmes/clusters/new"),
    Visit("programmes.cluster_new", ADMIN, "/programmes/clusters/new", refused={"name": "", "code": ""}),
    Visit("programmes.cluster_edit", ADMIN, "/programmes/clusters/{i_act}/edit"),
    Visit("programmes.cluster_edit", ADMIN, "/programmes/clusters/{i_act}/edit", refused={"name": ""}),
    Visit("programmes.area_new", ADMIN, "/programmes/{i_programme}/areas/new"),
    Visit("programmes.area_new", ADMIN, "/programmes/{i_programme}/areas/new", refused={"name": ""}),
    Visit("programmes.area_edit", ADMIN, "/programmes/areas/{i_area}/edit"),
    Visit("programmes.area_edit", ADMIN, "/programmes/areas/{i_area}/edit", refused={"name": ""}),
    Visit("companies.company_list", BROKER, "/companies/"),
    Visit("companies.company_list", BROKER, "/companies/?q=finnesikke", note="no match"),
    Visit("companies.company_show", BROKER, "/companies/{company}"),
    Visit("companies.company_show", BROKER, f"/companies/{UNKNOWN}", status=404, note="error"),
    Visit("companies.company_new", BROKER, "/companies/new"),
    Visit("companies.company_new", BROKER, "/companies/new", refused={"name": "", "orgnr": "123456789"}),
    Visit("companies.company_refresh", BROKER, "/companies/{company}/refresh", note="switched off"),
    Visit("companies.company_erase", BROKER, "/companies/{company}/erase", status=404, note="error"),
    Visit("companies.company_edit", BROKER, "/companies/{company}/edit"),
    Visit("companies.double_list", BROKER, "/companies/doubles"),
    Visit("companies.company_merge", BROKER, "/companies/{company}/merge/{double}"),
    Visit("companies.merging_show", LEAD, "/companies/mergings/{merging}"),
    Visit("companies.company_edit", BROKER, "/companies/{company}/edit", refused={"name": "", "orgnr": "1"}),
    Visit("research.environment_list", BROKER, "/research/"),
    Visit("research.environment_list", MANAGER, "/research/?theme=tare", note="filtered"),
    Visit("research.environment_list", BROKER, "/research/?q=finnesikke", note="no match"),
    Visit("research.environment_list", OBSERVER, "/research/", status=403, note="error"),
    Visit("research.environment_show", BROKER, "/research/{environment}"),
    Visit("research.environment_show", BROKER, f"/research/{UNKNOWN}", status=404, note="error"),
    Visit("research.environment_new", BROKER, "/research/new"),
    Visit("research.environment_new", BROKER, "/research/new", refused={"name": "", "orgnr": "1", "cristin_id": "x"}),
    Visit("research.environment_edit", BROKER, "/research/{environment}/edit"),
    Visit("research.environment_edit", BROKER, "/research/{environment}/edit", refused={"name": "", "url": "ikke her"}),
    Visit("research.researcher_list", BROKER, "/research/researchers/"),
    Visit("research.researcher_list", BROKER, "/research/researchers/?q=finnesikke", note="no match"),
    Visit("research.researcher_show", LEAD, "/research/researchers/{researcher}"),
    Visit("research.researcher_show", BROKER, f"/research/researchers/{UNKNOWN}", status=404, note="error"),
    Visit("research.researcher_new", BROKER, "/research/researchers/new"),
    Visit("research.researcher_new", BROKER, "/research/researchers/new", refused={"name": "", "link": "ikke her"}),
    Visit("research.researcher_edit", BROKER, "/research/researchers/{researcher}/edit"),
    Visit("research.researcher_edit", BROKER, "/research/researchers/{researcher}/edit", refused={"name": ""}),
    Visit("research.nva_search", BROKER, "/research/nva?name=nordmann", note="switched off"),
    Visit("companies.contact_list_part", BROKER, "/companies/parts/contacts/{company}"),
    Visit("companies.contact_new", BROKER, "/companies/{company}/contacts/new"),
    Visit("companies.contact_new", BROKER, "/companies/{company}/contacts/new", refused={"name": "", "email": "feil"}),
    Visit("companies.contact_show", BROKER, "/companies/contacts/{contact}"),
    Visit("companies.contact_show", OTHER_BROKER, "/companies/contacts/{contact}", status=404, note="error"),
    Visit("companies.contact_edit", BROKER, "/companies/contacts/{contact}/edit"),
    Visit("companies.contact_edit", BROKER, "/companies/contacts/{contact}/edit", refused={"name": "", "phone": "nei"}),
    Visit("companies.contact_held_show", LEAD, "/companies/contacts/{contact}/held"),
    Visit("companies.contact_anonymise", BROKER, "/companies/contacts/{contact}/anonymise"),
    Visit("companies.contact_due_list", BROKER, "/companies/contacts/due"),
    Visit("companies.contact_due_list", COLLEAGUE, "/companies/contacts/due?whose=mine", note="empty"),
    Visit("search.result_list", BROKER, "/search?q=fellesordet"),
    Visit("search.result_list", BROKER, "/search", note="empty"),
    Visit("search.result_list", BROKER, "/search?q=%22%28finnesikke", note="no match"),
]
LOGBOOK = [
    *(Visit("home.today", who, "/") for who in (BROKER, MENTOR, LEAD, MANAGER, OBSERVER, ADMIN)),
    Visit("home.today", STRANGER, "/", note="empty"),
    *(Visit("logbook.entry_list", who, "/logbook/") for who in (BROKER, MENTOR, MANAGER)),
    Visit("logbook.entry_list", OBSERVER, "/logbook/", status=403, note="error"),
    Visit("logbook.entry_list", BROKER, "/logbook/?state=draft&kind=visit&words=fellesordet", note="filtered"),
    Visit("logbook.entry_list", BROKER, "/logbook/?words=finnesikke&from=1.1.2020", note="no match"),
    Visit("logbook.entry_list", BROKER, "/logbook/?from=31.02.2026&kind=zz", note="invalid"),
    Visit("logbook.entry_list", BROKER, "/logbook/?filter=open", note="filters open"),
    Visit("logbook.entry_list", COLLEAGUE, "/logbook/?broker=me", note="empty"),
    Visit("logbook.entry_new", BROKER, "/logbook/new"),
    Visit("logbook.entry_new", BROKER, "/logbook/new?draft={unsaved}", note="unsaved"),
    Visit("logbook.entry_new", BROKER, "/logbook/new", refused=ENTRY_WRONG, form="#entry_form"),
    Visit("logbook.entry_new", OBSERVER, "/logbook/new", status=403, note="error"),
    Visit("logbook.entry_edit", BROKER, "/logbook/{returned}/edit"),
    Visit("logbook.entry_edit", BROKER, "/logbook/{programme}/edit", note="working copy"),
    Visit("logbook.entry_edit", BROKER, "/logbook/{returned}/edit", refused=ENTRY_WRONG, form="#entry_form"),
    Visit("logbook.entry_edit", MENTOR, "/logbook/{reading}/edit", status=403, note="error"),
    *(
        Visit("logbook.entry_show", who, f"/logbook/{{{name}}}", note=name)
        for who, name in (
            (BROKER, "draft"), (BROKER, "sent"), (BROKER, "returned"), (BROKER, "accepted"), (BROKER, "locked"),
            (BROKER, "withdrawn"), (BROKER, "programme"), (BROKER, "confidential"), (MENTOR, "reading"),
            (MENTOR, "answered"), (MENTOR, "cluster"), (MENTOR, "accepted"), (LEAD, "programme"),
        )
    ),
    Visit("logbook.entry_show", BROKER, f"/logbook/{UNKNOWN}", status=404, note="error"),
    Visit("logbook.entry_show", STRANGER, "/logbook/{sent}", status=404, note="error"),
    Visit("logbook.entry_print", BROKER, "/logbook/{returned}/print"),
    Visit("logbook.entry_versions", BROKER, "/logbook/{returned}/versions"),
    Visit("logbook.version_show", BROKER, "/logbook/{returned}/versions/1"),
    Visit("logbook.version_show", BROKER, "/logbook/{returned}/versions/99", status=404, note="error"),
    Visit("logbook.entry_accept", MENTOR, "/logbook/{reading}/accept"),
    Visit("logbook.entry_accept", BROKER, "/logbook/{sent}/accept", status=403, note="error"),
    Visit("logbook.entry_return", MENTOR, "/logbook/{reading}/return"),
    Visit("logbook.entry_return", MENTOR, "/logbook/{reading}/return", refused={"reason": ""}),
    Visit("logbook.entry_take_back", MENTOR, "/logbook/{accepted}/take-back"),
    Visit("logbook.entry_take_back", MENTOR, "/logbook/{accepted}/take-back", refused={"reason": ""}),
    Visit("logbook.entry_withdraw", BROKER, "/logbook/{sent}/withdraw"),
    Visit("logbook.entry_withdraw", BROKER, "/logbook/{sent}/withdraw", refused={"reason": ""}),
    Visit("logbook.entry_addendum", BROKER, "/logbook/{accepted}/addendum"),
    Visit("logbook.entry_addendum", BROKER, "/logbook/{accepted}/addendum", refused={"text": ""}),
    Visit("logbook.entry_audience", BROKER, "/logbook/{sent}/audience"),
    Visit("logbook.entry_audience", BROKER, "/logbook/{sent}/audience", refused={"audience": "zz"}),
    Visit("logbook.entry_delete", BROKER, "/logbook/{draft}/delete"),
    Visit("logbook.entry_import", BROKER, "/logbook/import"),
    Visit("logbook.entry_import", BROKER, "/logbook/import", refused={}),
    Visit("logbook.entry_import_check", BROKER, "/logbook/import/{upload}"),
    Visit("logbook.entry_show", OTHER_BROKER, "/logbook/{taken}", note="taken over"),
    Visit("logbook.handover_list", LEAD, "/logbook/handover/"),
    Visit("logbook.handover_edit", LEAD, "/logbook/handover/{handover}"),
    Visit("logbook.handover_edit", LEAD, "/logbook/handover/{handover}", refused={"taker": ""}),
    Visit("logbook.handover_edit", BROKER, "/logbook/handover/{handover}", status=404, note="error"),
    Visit("home.today", GONE, "/", note="drafts of a former broker"),
    *(Visit("mentoring.desk_show", MENTOR, f"/mentoring/{tab}", note=tab or "waiting")
      for tab in ("", "?tab=returned", "?tab=accepted")),
    Visit("mentoring.desk_show", BROKER, "/mentoring/", status=403, note="error"),
    Visit("remarks.remark_new", MENTOR, "/remarks/entry-{reading}/new"),
    Visit("remarks.remark_new", MENTOR, "/remarks/entry-{reading}/new?field=text", refused={"text": ""}),
    Visit("remarks.remark_answer", BROKER, "/remarks/{r_returned}/answer"),
    Visit("remarks.remark_answer", BROKER, "/remarks/{r_returned}/answer", refused={"text": ""}, form="form.answer"),
    Visit("remarks.note_new", MENTOR, "/remarks/entry-{reading}/notes/new"),
    Visit("remarks.note_new", MENTOR, "/remarks/entry-{reading}/notes/new", refused={"text": ""}, form="#note_form"),
    Visit("remarks.note_audience", MENTOR, "/remarks/notes/{n_reading-only_me}/audience"),
    Visit("remarks.note_audience", MENTOR, "/remarks/notes/{n_reading-only_me}/audience", refused={"audience": "zz"}),
    Visit("remarks.note_delete", MENTOR, "/remarks/notes/{n_reading-only_me}/delete"),
]  # fmt: skip
NEEDS = [
    *(Visit("needs.need_list", who, "/needs/") for who in (BROKER, LEAD)),
    Visit("needs.need_list", BROKER, "/needs/?view=columns", note="columns"),
    Visit("needs.need_list", BROKER, "/needs/?words=finnesikke", note="no match"),
    Visit("needs.need_list", BROKER, "/needs/?state=zz&company=finnesikke", note="invalid"),
    Visit("needs.need_list", OBSERVER, "/needs/", status=403, note="error"),
    Visit("needs.outline_list", MANAGER, "/needs/outline"),
    Visit("needs.abstract_list", OTHER_BROKER, "/needs/shared"),
    Visit("needs.abstract_show", OTHER_BROKER, "/needs/shared/{need_shared}"),
    *(
        Visit("needs.need_show", who, f"/needs/{{need_{name}}}", note=name)
        for who, name in ((BROKER, "open"), (BROKER, "secret"), (MENTOR, "shared"), (LEAD, "alone"))
    ),
    Visit("needs.need_show", OTHER_BROKER, "/needs/{need_open}", status=404, note="error"),
    Visit("needs.need_new", BROKER, "/needs/new"),
    Visit("needs.need_new", BROKER, "/needs/new?source=entry-{sent}", note="of an entry"),
    Visit("needs.need_new", BROKER, "/needs/new", refused={"title": "", "company": "Finnes ikke"}, form="#need_form"),
    Visit("needs.need_edit", BROKER, "/needs/{need_open}/edit"),
    Visit("needs.need_edit", BROKER, "/needs/{need_open}/edit", refused={"title": ""}, form="#need_form"),
    Visit("needs.need_versions", BROKER, "/needs/{need_open}/versions"),
    Visit("needs.need_move", BROKER, "/needs/{need_open}/move"),
    Visit("needs.need_move", BROKER, "/needs/{need_open}/move", refused={"conclusion": ""}),
    Visit("needs.need_give", LEAD, "/needs/{need_alone}/owner"),
    Visit("needs.need_give", LEAD, "/needs/{need_alone}/owner", refused={"owner": ""}),
    Visit("needs.match_new", BROKER, "/needs/{need_open}/matches/new"),
    Visit("needs.match_new", BROKER, "/needs/{need_open}/matches/new", refused={"partner": "finnesikke"}),
    Visit("needs.match_move", BROKER, "/needs/matches/{match_open}/move"),
    Visit("needs.match_move", BROKER, "/needs/matches/{match_open}/move", refused={"state": "declined"}),
    Visit("needs.abstract_release", BROKER, "/needs/{need_open}/share"),
    Visit("needs.abstract_release", BROKER, "/needs/{need_open}/share", refused={"consent_by": ""}),
]
VISITS = [*ACCOUNTS, *BASICS, *LOGBOOK, *NEEDS]

EMPTY = [
    Visit("home.today", BROKER, "/", note="empty"),
    Visit("home.today", MENTOR, "/", note="empty"),
    Visit("logbook.entry_list", BROKER, "/logbook/", note="empty"),
    Visit("logbook.entry_list", MENTOR, "/logbook/", note="empty"),
    Visit("logbook.handover_list", LEAD, "/logbook/handover/", note="empty"),
    Visit("mentoring.desk_show", MENTOR, "/mentoring/", note="empty"),
    Visit("needs.need_list", BROKER, "/needs/", note="empty"),
    Visit("needs.need_list", BROKER, "/needs/?view=columns", note="empty columns"),
    Visit("needs.outline_list", MANAGER, "/needs/outline", note="empty"),
    Visit("needs.abstract_list", BROKER, "/needs/shared", note="empty"),
    Visit("research.environment_list", BROKER, "/research/", note="empty"),
    Visit("research.researcher_list", BROKER, "/research/researchers/", note="empty"),
    Visit("companies.company_show", BROKER, "/companies/{company}", note="empty"),
    Visit("programmes.programme_show", LEAD, "/programmes/{i_programme}", note="empty"),
    Visit("accounts.audit_list", ADMIN, "/admin/audit", note="empty"),
]

# Walked in tests/browser/test_axe_setup.py: there is nothing there on an instance that is set up.
SETUP = {"setup.start", "setup.page_edit", "setup.person_new", "setup.demonstration_delete"}
# What answers with no page, and why.
NO_PAGE = {
    "static": "files",
    "health.health_show": "a line for the machine that watches",
    "logbook.entry_export": "a CSV file",
    "companies.contact_card": "a card for an address book",
    "companies.contact_held_file": "a file for programs",
    "research.choice_suggest": "options of the list under a field",
    "companies.register_lookup": "a part of the form",
    "companies.company_suggest": "options of the list under a field; seen in test_htmx.py",
    "home.task_tally": "a part of the start page",
    "logbook.company_context_show": "a part of the form",
    "needs.need_export": "a CSV file",
    "needs.company_needs": "a part of an undertaking's page, loaded by it",
    "needs.research_matches": "a part of an environment's page, loaded by it",
    "needs.partner_suggest": "options of the list under a field; seen in test_needs.py",
    "logbook.company_entries": "a part of an undertaking's page, loaded by it",
    "logbook.entry_filter_form": "a part of the list; open in the state 'filters open'",
    "logbook.readers_show": "a part of the form",
    "logbook.review_bar_show": "a part of the entry's page",
    "remarks.note_list": "a part of the entry's page",
    "remarks.remark_new_link": "a part of the entry's page",
    "remarks.remark_show": "a part of the entry's page",
}


def names(built: Built) -> dict[str, str]:
    """What the braces of an address stand for."""
    return {
        **{name: str(one) for name, one in built.entries.items()},
        **{f"r_{name}": str(one) for name, one in built.remarks.items()},
        **{f"n_{name}": str(one) for name, one in built.notes.items()},
        **{f"need_{name}": str(one) for name, one in built.needs.items()},
        **{f"match_{name}": str(one) for name, one in built.matches.items()},
        **{f"i_{name}": str(one) for name, one in built.ids.items()},
        "company": str(built.world.company),
        "contact": str(built.contact),
        "link": built.link,
        "upload": str(built.upload),
        "double": str(built.double),
        "merging": str(built.merging),
        "environment": str(built.environment),
        "researcher": str(built.researcher),
        "unsaved": str(built.unsaved),
        "handover": built.handover,
    }

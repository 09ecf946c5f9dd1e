"""MoNo: the logbook, the review and the brokering of a regional innovation programme.

The map of the code, in the order in which parts may know each other (later ones know earlier ones):

    config      settings from the environment and the instance folder
    core        clock, db (session, one commit hook), access (the gate), htmx, forms, i18n, errors, audit,
                revisions (history and working copies of any subject), subjects (the registry of what can
                carry remarks, history and search), stale (merge of two writers), mentions (where a person
                is named, in any feature), fulltext, once, files, schema (migrations), outside
                (asking other services), serving (what every page costs, once); and pure helpers: dates, hours,
                numbers, text, differences, markdown
    accounts    people, roles, log-in
    programmes  programmes, clusters, priority areas, closed periods
    companies   undertakings and their contacts
    research    the R&D directory: environments and researchers
    remarks     remarks, answers, notes with an audience, acts of a review: over any subject
    followups   next steps with a date: over any subject
    needs       needs of undertakings, and whom they are matched with
    logbook     log entries and their review
    mentoring   the mentor's desk
    search      the page over all full text
    home        the start page, first run
    app         puts it together; cli and server stand beside it; demo holds the demonstration and bulk data

Inside a feature: views -> forms | actions -> queries -> policy -> models. Templates lie in
templates/<feature>/, the browser's part in static/.
"""

from mono_web.app import create_app

__all__ = ["create_app"]

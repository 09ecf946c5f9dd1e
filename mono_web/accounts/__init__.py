"""People, the roles they hold from day to day, and log-in.

A person is known by e-mail. A role is (person, kind, programme, cluster where needed, from, to) and ends on
its date, at the next request. A person without a password gets a link, shown once to the admin who made it,
valid 72 hours, for a single use. Administration is not readership: the admin reads no content.
"""

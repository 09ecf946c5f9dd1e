"""Undertakings (*virksomheter*): companies, public bodies, associations.

Told apart by organisation number; without one, by name and place. "Employees unknown" is not 0. The register
facts are open to everyone who works in a programme; a broker of any of its clusters may write. *Contacts* are people
at an undertaking: they are for the brokers of its clusters, mentors and leads, and are looked over once a year.
"""

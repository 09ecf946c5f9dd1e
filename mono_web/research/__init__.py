"""The R&D directory (*FoU-miljøer*): environments that do research, and researchers in them.

An environment is told apart by organisation number or, without one, by name; it may be part of another one.
Approved research organisation: yes, no, or unknown, which is not no. Who works in a programme reads the directory
(not the observer, not the administrator); brokers write. A researcher is a named person: kept are name, unit, link,
themes, source and date, never a fetched phone number or e-mail address.
"""

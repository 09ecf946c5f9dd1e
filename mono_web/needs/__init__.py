"""Needs: what an undertaking does not know and would like to, and who could find it out with them.

A *need* belongs to one undertaking, one programme and one cluster, and has an owner: the broker in charge. It goes
identified -> assessed (is new knowledge needed, and if not, where it was referred to) -> matching -> matched ->
in_application -> funded, or is on_hold, or closed with a reason; every step is an act with a day and a person, and
none without its fact. A *match* ties it to an environment or a researcher: proposed, contacted, meeting, agreed, or
declined with the cause, after which the same one is not proposed for the need again. The *abstract* is the part that
other clusters may read, once the broker has released it with the undertaking's consent.
"""

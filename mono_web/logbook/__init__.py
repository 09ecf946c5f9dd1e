"""The logbook: what a broker did, with whom, and what came of it; and its review.

An *entry* has a date, a kind of contact, one or several undertakings, hours, a text, an outcome and a next
step. It belongs to one programme and one cluster, and says who may read it (audience, confidential). It
goes draft -> submitted -> in_review -> returned -> answered -> accepted -> locked, or is withdrawn with a
reason; what was sent is never erased. Nobody reviews their own entries. When a broker's role has ended, the
lead names who works on their entries in the author's place; drafts stay private. A revision is stored at every save.
"""

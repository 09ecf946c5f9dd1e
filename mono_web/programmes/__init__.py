"""Programmes, the industry clusters that take part in them, priority areas, and closed periods.

Several programmes stand side by side (a predecessor, the present one), each with dates, budget frame and the
funder's reference. A cluster exists once and belongs to programmes, many to many. Cluster and priority area
are separate dimensions. A closed period freezes what was accepted in it.
"""

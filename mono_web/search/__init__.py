"""The page over all full text: entries and undertakings, always through their `visible_to`."""

"""Next steps that somebody has promised, with a date: over any subject.

They are made from what they hang on (a log entry's next step) and stand on the start page of their owner
until they are marked done; done can be taken back.
"""

"""The demonstration programme and bulk data for measuring. Imported by the command line and the set-up only."""

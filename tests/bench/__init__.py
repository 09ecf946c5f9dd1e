"""How fast MoNo is, and how much of the machine it takes: `make bench`, or `python -m tests.bench [N]`."""

"""Which job next, and who for it: a score out of 100 with its reasons, from stored rows only."""

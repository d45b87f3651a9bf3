"""What works when a device comes in and when it leaves: lists an owner edits, runs, and the guard between the two."""

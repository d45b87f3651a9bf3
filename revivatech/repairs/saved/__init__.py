"""Filters of the queue and the board that people keep by name."""

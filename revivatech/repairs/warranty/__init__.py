"""Warranty: lines with their own clocks, customers' claims, returns as linked repairs, the life of a device."""

"""What is settled at the counter: terms signed, damage marked, and what customers tell us before their turn."""

"""Live topics of accounts."""

STAFF = "staff:all"  # somebody joined, left or changed; for holders of staff.view

"""The PostgreSQL channel that carries live announcements; named here because the hub must not import the ORM."""

CHANNEL = "revivatech_live"

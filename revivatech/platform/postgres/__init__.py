"""The database server that comes with the product, and DATABASE_URL."""

from .embedded import Server, embedded_server
from .problems import PostgresError

__all__ = ["PostgresError", "Server", "embedded_server"]

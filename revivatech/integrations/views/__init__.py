"""Pages of this package: keys, webhooks, and the reference of the API."""

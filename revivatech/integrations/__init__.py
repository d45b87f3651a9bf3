"""Other programs: keys for the API, and webhooks that tell them what happened."""

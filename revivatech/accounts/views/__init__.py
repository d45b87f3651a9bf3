"""Pages of accounts: entrance (links that let people in), security (one's own account), staff (who works here)."""

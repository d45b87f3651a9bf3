"""What every operation of the JSON API shares: who asks, pages by key, writing once, problems, the description."""

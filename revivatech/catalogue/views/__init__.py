"""Who asks for a page: staff in `devices`, `imports` and `prices`, the public in `public`."""

"""Passcodes of devices: asked only when the work needs one, sealed, shown to one person for ten minutes, told to the customer."""

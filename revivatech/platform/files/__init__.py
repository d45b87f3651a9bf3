"""The one upload path for photos and documents: taken in, checked, kept and shown here; docs/develop/files.md tells how."""

"""The reports: one module each, listed in `registry`."""

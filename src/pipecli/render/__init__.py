"""Tables and problems as text: one module a format, and one that makes text harmless. Pure."""

"""From where the workspace and its visits come."""

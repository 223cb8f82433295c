"""Plans of writes; pure."""

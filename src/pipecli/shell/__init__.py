"""The only rooms with windows: disk, git, clock, terminal."""

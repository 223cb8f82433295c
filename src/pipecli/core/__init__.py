"""The ground floor: no disk, no git, no clock, no printing."""

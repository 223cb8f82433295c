"""Arithmetic over visits and deals, exact, without a clock."""

"""What does not add up in a history: one check a function, listed in a tuple."""

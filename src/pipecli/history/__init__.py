"""What happened: versions, transitions, visits; pure."""

"""What the commands cost, as ratios to floors measured in the same interleaved runs (`make bench`)."""

"""What conditions, columns and reports may ask of a deal."""

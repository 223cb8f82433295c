"""The programs that do the least that could be done; run as scripts, each a process of its own."""

"""The checks of a workspace, one function each."""

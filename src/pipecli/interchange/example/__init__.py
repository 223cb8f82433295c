"""The example of `pipe demo`: a year of a small sales team, made from a seed and the moment at which it ends.

The same seed and end give the same commits. It begins from the settings, the pipeline and the team of the
template b2b-sales, whose stages its modules name.
"""

"""Proving by measuring: intervals, decisions, and programs run in turn. Standard library only.

`interval` has the statistics, `sequential` decides on one pair of functions, `programs` runs whole programs,
`comparison` says which of several ways to run one is faster.
"""

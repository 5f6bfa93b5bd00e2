"""Recordings of runs: what they hold, how one is taken, and how it is shown in a terminal and as a page."""

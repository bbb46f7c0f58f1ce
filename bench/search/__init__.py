"""Whether the search finds what it must, and how fast: README.md says how to run it."""

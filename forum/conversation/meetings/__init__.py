"""Meetings of threads: when and where, and who comes."""

"""Polls: one open at a time in a thread, at its head and on a page of their own."""

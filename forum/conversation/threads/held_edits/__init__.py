"""Edits of people whose posts wait: what was approved stays shown until they are read."""

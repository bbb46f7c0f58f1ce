"""Quantities as people of the trade type them, and what they are in one base unit."""

"""Addresses by which calendars ask for all meetings that somebody reads."""

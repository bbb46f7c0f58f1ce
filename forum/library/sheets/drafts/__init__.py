"""Sheets that are not published yet."""

"""The minutes of polls that decide."""

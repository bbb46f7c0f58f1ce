"""Undoing what was just sent: it comes back as a draft, as if it had not been posted."""

"""What a draft begins with that is drawn from a thread."""

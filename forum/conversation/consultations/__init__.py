"""What polls and consent rounds are alike in: one open at a time in a thread, until a day."""

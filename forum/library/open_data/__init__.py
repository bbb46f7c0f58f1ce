"""What all may take along of the public sheets, as tables and feeds; and who asks about us."""

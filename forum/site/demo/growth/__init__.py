"""A forum as large as one likes, to see how Foirail performs."""

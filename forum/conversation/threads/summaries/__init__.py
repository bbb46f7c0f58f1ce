"""A summary at the head of a long thread, kept by who asked and by animators."""

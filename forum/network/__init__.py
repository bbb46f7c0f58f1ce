"""What a network starts with: colleges, spaces, topics, tags and a first charter."""

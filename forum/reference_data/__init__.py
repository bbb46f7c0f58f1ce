"""What a network starts with: colleges, spaces, topics, tags, places and a first charter."""

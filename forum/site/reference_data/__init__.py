"""What a network starts with: colleges, spaces, topics, tags, territories, a charter."""

"""Open calls: authors look for a reviewer whom they cannot name."""

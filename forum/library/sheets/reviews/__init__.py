"""What a peer of another territory says of a sheet."""

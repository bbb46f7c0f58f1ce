"""What the authors of a sheet say of its public version, and how it names them."""

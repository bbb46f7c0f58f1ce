"""Pages of public versions: for all to read, and for authors to decide on."""

"""The day for which a second factor of an animator or administrator opens no rights."""

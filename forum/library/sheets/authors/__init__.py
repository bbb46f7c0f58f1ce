"""Who writes a sheet with the one who began it: invited, and of any organisation."""

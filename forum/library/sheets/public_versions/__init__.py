"""What of a sheet all may read, once each of its authors said so."""

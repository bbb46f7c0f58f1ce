"""Whether a sheet is still true: asked once a year, and answered."""

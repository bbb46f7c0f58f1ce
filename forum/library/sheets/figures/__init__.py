"""The figures of a sheet: as typed, and in base units."""

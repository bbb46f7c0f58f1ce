"""How a site is run: health, errors, backups, static files, reference data, demonstration.

It may know every wing, and none knows it.
"""

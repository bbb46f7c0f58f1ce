"""Changing what stands: posts edited or deleted, threads retitled and placed."""

"""Comparing sheets: side by side, by a plot, and by medians."""

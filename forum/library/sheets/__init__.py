"""Experience sheets: what a territory did, with figures that the next one can compare."""

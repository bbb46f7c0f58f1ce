"""Load tools: each takes an address and measures what answers there, ours or another's."""

"""The demonstration: invented members and threads."""

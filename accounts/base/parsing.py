"""Whole numbers as addresses, forms and sockets bring them: digits, or something else."""


def parse_natural_number(text):
    """``text`` as a whole number from 0 that a database holds, or None where it is none."""
    is_one = text.isascii() and text.isdecimal() and len(text) < 19
    return int(text) if is_one else None

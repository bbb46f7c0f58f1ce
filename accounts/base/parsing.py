"""Reading numbers from addresses, forms and sockets."""


def parse_natural_number(text: str) -> int | None:
    """``text`` as an integer from 0 that a database column holds, or None."""
    is_one = text.isascii() and text.isdecimal() and len(text) < 19
    return int(text) if is_one else None

"""Reading numbers and keys from addresses, forms and sockets."""

from uuid import UUID


def parse_natural_number(text: str) -> int | None:
    """``text`` as an integer from 0 that a database column holds, or None."""
    is_one = text.isascii() and text.isdecimal() and len(text) < 19
    return int(text) if is_one else None


def parse_uuid(text: str) -> UUID | None:
    """``text`` as a UUID, or None."""
    try:
        return UUID(text)
    except ValueError:
        return None

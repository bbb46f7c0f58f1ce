"""Reading numbers and keys from addresses, forms and sockets."""

from uuid import UUID

#: The largest number that a database column holds.
MAX_NUMBER = 2**63 - 1


class IdConverter:
    """The ids of rows, and numbers that count from 1, in URL patterns: ``<id:pk>``.

    A number that no row can have is no such address: 404.
    """

    regex = "[0-9]{1,19}"

    def to_python(self, value: str) -> int:
        """The number; raise ValueError for one that no row can have."""
        if not (number := parse_natural_number(value)):
            raise ValueError
        return number

    to_url = staticmethod(str)


def parse_natural_number(text: str) -> int | None:
    """``text`` as an integer from 0 that a database column holds, or None."""
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(MAX_NUMBER))):
        return None
    number = int(text)
    return number if number <= MAX_NUMBER else None


def parse_uuid(text: str) -> UUID | None:
    """``text`` as a UUID, or None."""
    try:
        return UUID(text)
    except ValueError:
        return None

"""What an engine is asked."""

from typing import NamedTuple


class IndexQuery(NamedTuple):
    """A query in the words of an engine, and the id of the first document to look at."""

    words: str
    first: int = 0

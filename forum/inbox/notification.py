"""What a piece of news is."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Notification:
    """One thing that happened ``at`` a moment, in ``words``, and where to see it."""

    at: datetime
    words: str
    url: str

"""What one follows, and what the badge says of it."""

import re

from forum.models import Follow

FOLLOWS = "/suivis/"


def read_by(person, thread):
    """How far a follower has read; None for who does not follow."""
    follow = Follow.objects.filter(person=person, thread=thread).first()
    return follow and follow.last_read_number


def badge(page):
    """The words of the badge in the header; None where it says nothing."""
    found = re.search(r'<span class="badge" id="badge"([^>]*)>([^<]*)<', page.content.decode())
    return found[2] if found and " hidden" not in found[1] else None

"""What somebody takes along, as tests ask for it."""

import json

from django.urls import reverse

from accounts.viewers.viewers import viewer_of_person
from forum.members.data_export.archive import data_as_json


def data_of(browser):
    """The text of the file that ``browser`` is given of its person's data."""
    return b"".join(browser.get(reverse("data-export"))).decode()


def taken_along(person):
    """What ``person`` takes along: ``{section: rows}``, and what the account says."""
    return json.loads("".join(data_as_json(person, viewer_of_person(person))))

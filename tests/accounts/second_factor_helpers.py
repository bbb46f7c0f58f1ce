"""The code that is mailed before a first second factor is set up."""

import re

from django.core import mail
from django.urls import reverse


def mailed_code():
    return re.search(r"^[A-Z0-9]{4}-[A-Z0-9]{4}$", mail.outbox[-1].body, re.M)[0]


def prove_address(page, name="mfa_activate_totp"):
    """Give the code that is mailed to the current address, on the way to an application."""
    back = {"next": reverse(name)}
    page.post(reverse("prove-address"), back)
    answer = page.post(reverse("prove-address"), back | {"code": mailed_code()})
    assert answer.url == back["next"]

"""What people send as they prepare a signature, sign and countersign."""

import re
from io import BytesIO

from allauth.account.models import EmailAddress
from django.core import mail
from django.urls import reverse
from pypdf import PdfWriter

from tests import factories

MAYOR = "Maire@Saint-Eloi.example"


def verified(person, email=None):
    EmailAddress.objects.create(
        user=person, email=email or person.email, verified=True, primary=True
    )
    return person


def a_pdf(pages=1):
    writer = PdfWriter()
    for _page in range(pages):
        writer.add_blank_page(width=72, height=72)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def sent(client, person, town, **changed):
    """Sign for ``town`` through the form."""
    fields = {
        "version": "1.0", "college": town.college.slug, "organisation": town.name,
        "position": "Maire", "authority": "resolution", "authority_detail": "n° 2026-41",
        "act_date": "2026-06-12", "typed_name": person.full_name, "apart": town.slug,
    }  # fmt: skip
    return client.post(reverse("sign-charter"), fields | changed)


def countersigned(client, person, town, address=None, **changed):
    """Countersign for ``town`` through its page."""
    fields = {"version": "1.0", "position": "Adjoint", "typed_name": person.full_name}
    fields |= changed
    return client.post(address or reverse("countersign", args=[town.slug]), fields)


def prepared(client, **changed):
    """Prepare the signature of a commune that nobody knows yet; the answer."""
    fields = {
        "college": factories.AUTHORITIES, "organisation": "Commune de Saint-Éloi",
        "asked": "commune de saint-eloi", "same": "none", "department_code": "22",
        "full_name": "Édith Maréchal", "position": "Maire", "email": MAYOR,
        "authority": "resolution", "authority_detail": "n° 2026-41", "act_date": "2026-06-12",
    }  # fmt: skip
    return client.post(reverse("prepare-signature"), fields | changed)


def mailed_link(number=-1):
    """The path of the link in a mail."""
    return re.search(r"https?://[^/]+(/charte/demandes/\S+)", mail.outbox[number].body)[1]


def signed(client, link, **changed):
    fields = {"version": "1.0", "position": "Maire", "typed_name": "Édith Maréchal"}
    return client.post(link, fields | changed)

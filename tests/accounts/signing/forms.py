"""What people send as they sign and countersign."""

from io import BytesIO

from allauth.account.models import EmailAddress
from django.urls import reverse
from pypdf import PdfWriter


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
        "act_date": "2026-06-12", "typed_name": person.full_name,
    }  # fmt: skip
    return client.post(reverse("sign-charter"), fields | changed)


def countersigned(client, person, town, address=None, **changed):
    """Countersign for ``town`` through its page."""
    fields = {"version": "1.0", "position": "Adjoint", "typed_name": person.full_name}
    fields |= changed
    return client.post(address or reverse("countersign", args=[town.slug]), fields)

"""The mail that a first second factor was set up, with the link that takes it away."""

from django.tasks import task
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.base.mail import send, site_address
from accounts.base.mail_languages import in_language_of
from accounts.factor_waits.models import FactorWait


@task()
def mail_first_factor(person_id: int) -> None:
    """Mail a person from when their rights open, and how to stop it."""
    wait = FactorWait.objects.select_related("person").filter(person=person_id).first()
    if wait is None:  # Stopped meanwhile.
        return
    address = site_address() + reverse("stop-factor", args=[wait.key])
    with in_language_of(wait.person_id):
        context = {"wait": wait, "address": address}
        body = render_to_string("factor_waits/email/first_factor.txt", context)
        send(wait.person.email, _("Est-ce vous qui protégez votre compte ?"), body)

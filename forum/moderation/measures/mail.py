"""The mail that something was decided about somebody, for who may not look at their inbox.

It says nothing of what: the page that it leads to does, once they have signed in.
"""

from django.tasks import task
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from accounts.base.mail import send, site_address
from accounts.base.mail_languages import in_language_of
from forum.moderation.measures.models import Measure, MeasureKind

#: The kinds that are mailed: what happens to single posts and threads is in the inbox.
MAILED_KINDS = frozenset(
    {
        MeasureKind.WARN,
        MeasureKind.REMOVE_PHOTO,
        MeasureKind.SILENCE,
        MeasureKind.SUSPEND,
        MeasureKind.STRIKE_ORGANISATION,
    }
)


@task()
def mail_decision_about(pk: int) -> None:
    """Mail the person whom the measure ``pk`` concerns that its page has something new."""
    measure = Measure.objects.select_related("person").filter(pk=pk).first()
    if measure is None or measure.person is None or not measure.person.is_active:
        return
    context = {"address": f"{site_address()}{measure.get_absolute_url()}"}
    with in_language_of(measure.person.pk):
        body = render_to_string("moderation/email/decision_about.txt", context)
        send(measure.person.email, _("Une décision vous concerne"), body)

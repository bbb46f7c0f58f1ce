"""The mails that could not be read, among what waits for animators."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.review_queue.sources import ReviewItem, ReviewSource, register_review_source
from forum.mail.thread_mail.quarantine.models import QuarantinedMail


def _waiting(viewer, _at):
    return QuarantinedMail.objects.visible_to(viewer)


def _items(viewer, pks):
    rows = _waiting(viewer, None).filter(pk__in=pks).defer("raw")
    rows = rows.select_related("person")
    return [
        ReviewItem(
            one.pk,
            one.arrived_at,
            _("Un courriel n’a pas pu être lu"),
            reverse("quarantined-mails"),
            str(one.person),
        )
        for one in rows
    ]


register_review_source(
    ReviewSource(
        "courriels", gettext_lazy("Courriels illisibles"), "arrived_at", _waiting, _items, 60
    )
)

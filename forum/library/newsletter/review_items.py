"""The drafts of the newsletter that no animator has looked at, among what waits for them."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.review_queue.sources import ReviewItem, ReviewSource, register_review_source
from forum.library.newsletter.queries import unreviewed_issues


def _issues(viewer, _at):
    return unreviewed_issues(viewer)


def _items(viewer, pks):
    return [
        ReviewItem(
            one.pk,
            one.gathered_at,
            _("La semaine du réseau est à relire"),
            reverse("edit-newsletter-issue", args=[one.slug]),
            _("Sans vous, elle paraît le lundi telle que le site la propose."),
        )
        for one in unreviewed_issues(viewer).filter(pk__in=pks)
    ]


register_review_source(
    ReviewSource(
        "semaine", gettext_lazy("La semaine du réseau"), "gathered_at", _issues, _items, 80
    )
)

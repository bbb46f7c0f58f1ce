"""Mails that answered a post, as they came, for as long as what was folded may be asked for."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.base.data_export import ExportSection, PrivacyNotice
from accounts.base.models import Addressable
from forum.base import visibility
from forum.mail.incoming_mail.answered_posts import register_post_source


class MailOutcome(models.TextChoices):
    """What became of a mail."""

    PUBLISHED = "published"
    HELD = "held"
    REFUSED = "refused"
    #: It asked to follow a thread no more, or again.
    FOLLOW = "follow"
    #: A calendar answered the invitation to a meeting.
    CALENDAR = "calendar"


class ReceivedMailQuerySet(visibility.VisibleQuerySet["ReceivedMail"]):
    """Mails that became posts, for who sees these."""

    rule = staticmethod(partial(visibility.posts, prefix="post__"))

    def unproved(self) -> ReceivedMailQuerySet:
        """Mails that nobody proved to be of their person: nothing of them is kept."""
        return self.filter(outcome=MailOutcome.REFUSED, raw=b"")

    def proved(self) -> ReceivedMailQuerySet:
        """All others."""
        return self.exclude(outcome=MailOutcome.REFUSED, raw=b"")


class ReceivedMail(Addressable):
    """A mail of ``person``, ``raw`` as it came; at most one of a Message-ID for each ``place``.

    ``place``: what it was to, as ``thread 7`` or ``space 2``; empty of mails from before there
    was such a column. ``post``: what it was published as, with ``text``. ``folded``: what of
    its text was left out; ``whole``: what is published where nothing is. They are kept since no
    page reads a mail: so it takes no longer than another, whatever a stranger sends.
    ``answered_at``: when a calendar answered, by its own clock.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False
    )
    message_id = models.CharField(max_length=250)
    place = models.CharField(max_length=30, blank=True, default="", db_default="")
    received_at = models.DateTimeField(auto_now_add=True, db_index=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=10, choices=MailOutcome.choices)
    post = models.ForeignKey("forum.Post", models.SET_NULL, null=True, related_name="+")
    folded = models.TextField(blank=True)
    text = models.TextField(blank=True)
    whole = models.TextField(blank=True)
    raw = models.BinaryField()

    objects = ReceivedMailQuerySet.as_manager()

    export_sections = (
        ExportSection(
            "received_mails", "person", "received_at outcome answered_at post folded"
        ),
    )
    privacy_notices = (
        PrivacyNotice(
            _("Les courriels par lesquels vous avez répondu, tels qu’ils sont arrivés"),
            _("Vous rendre ce qui n’en a pas été publié : contrat"),
            _("Trente jours"),
            position=8,
        ),
    )
    private_rows = True
    texts_kept_when_closed = "what mails quoted, for who sent them; they go by themselves"
    export_labels = {"received_mails": _("Courriels que vous avez envoyés au site")}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "message_id", "place"], name="one_received_mail"
            )
        ]
        indexes = [models.Index(fields=["message_id"], name="received_mail_by_message_id")]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.message_id}"


@register_post_source
def posts_of_received_mails(message_ids: Sequence[str]) -> dict[str, int]:
    """``{Message-ID: post id}``; of one that several wrote, the first that came."""
    rows = ReceivedMail.objects.filter(message_id__in=message_ids, post__isnull=False)
    return dict(rows.order_by("-pk").values_list("message_id", "post"))

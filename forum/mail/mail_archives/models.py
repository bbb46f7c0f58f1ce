"""Archives of mailing lists, as they wait to become threads of a space.

Nothing of an archive is a thread, a post or an account before an animator opens it: what is in
these tables is seen by animators alone, and found, counted and told nowhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.base.data_export import ExportSection, PrivacyNotice
from accounts.base.inbox_watch import InboxWatch
from accounts.base.models import Addressable
from forum.mail.incoming_mail.answered_posts import register_post_source
from forum.mail.mail_archives.querysets import (
    ArchivedMailQuerySet,
    ArchivedThreadQuerySet,
    MailArchiveQuerySet,
    MailAuthorQuerySet,
)

if TYPE_CHECKING:
    from forum.conversation.files.shown_file import ShownFile


class LeftOut(models.TextChoices):
    """Why a mail of a file is not in its archive."""

    SPAM = "spam", _("marqués comme indésirables")
    EMPTY = "empty", _("vides, ou chiffrés")
    AUTOMATIC = "automatic", _("réponses automatiques et avis de non-remise")
    ADMINISTRATIVE = "administrative", _("messages de service de la liste")
    UNREADABLE = "unreadable", _("illisibles, ou sans expéditeur")
    SEVERAL_AUTHORS = "several-authors", _("de plusieurs expéditeurs")
    OVERSIZED = "oversized", _("trop gros")


class FileLeftOut(models.TextChoices):
    """Why a file of a mail is not in its archive: it is named in the post all the same."""

    TYPE = "type", _("d’un type qui n’est pas accepté")
    SIZE = "size", _("vides, ou trop lourds")
    NUMBER = "number", _("de trop pour un seul message")
    QUOTA = "quota", _("de trop pour la place qui reste")


class MailArchive(Addressable):
    """What was imported for ``space`` and is opened, or discarded, as one.

    ``finished_at``: when a whole file was read last; None while one is. ``opened_at``: when an
    animator opened it, from where on the worker makes threads of it, until ``published_at``.
    ``report``: what the last import read and left out, by subject, and the list's address.
    """

    space = models.ForeignKey("forum.Space", models.PROTECT, related_name="+")
    topic = models.ForeignKey("forum.Topic", models.PROTECT, related_name="+")
    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    published_at = models.DateTimeField(null=True)
    report = models.JSONField(default=dict)

    objects = MailArchiveQuerySet.as_manager()

    # What came from the address of a list is nobody's to claim.
    inbox_watches = (InboxWatch("everybody", columns="report"),)
    not_exported = {"opened_by": "the moderation log, which is exported, says it"}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["space"], condition=Q(opened_at=None), name="one_unopened_archive"
            )
        ]

    def __str__(self) -> str:
        return f"{self.space_id}: {self.started_at:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        """The page on which animators open it."""
        return reverse("mail-archive", args=[self.pk])

    @property
    def list_address(self) -> str:
        """The address that most of its mails were sent to; empty where they do not say."""
        address: str = self.report.get("list_address", "")
        return address


class MailAuthor(models.Model):
    """Who wrote to a list from ``address``, which nobody is shown.

    ``unclaimed``: in whose name their posts are, an account that nobody enters, until somebody
    who receives mail there claims them: ``person``, who claims those of a later archive anew.
    ``name``: as their latest mail, of ``named_at``, had it; maybe empty.
    """

    address = models.EmailField(unique=True)
    name = models.CharField(max_length=120, blank=True)
    named_at = models.DateTimeField(null=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+"
    )
    unclaimed = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )

    #: Of one whose posts may be claimed.
    published_at: datetime

    objects = MailAuthorQuerySet.as_manager()

    # Who has proved the address.
    inbox_watches = (
        InboxWatch(
            select="SELECT user_id AS recipient_id FROM account_emailaddress"
            " WHERE verified AND LOWER(email) = NEW.address",
            when="NEW.unclaimed_id IS NOT NULL",
        ),
    )
    not_exported = {"unclaimed": "an account that nobody enters"}
    kept_when_closed = {"unclaimed": "says whose it is, until all about that account is gone"}
    export_sections = (ExportSection("list_addresses", "person", "address name"),)
    privacy_notices = (
        PrivacyNotice(
            _("Les messages d’une ancienne liste de diffusion, et l’adresse de leurs auteurs"),
            _(
                "Garder ce que le réseau s’est dit, et rendre à chacun ses messages : intérêt "
                "légitime. L’adresse n’est montrée à personne"
            ),
            _("Jusqu’à la fermeture du compte de qui les a repris"),
            position=9,
        ),
    )
    export_labels = {"list_addresses": _("Adresses d’où vous écriviez à d’anciennes listes")}

    def __str__(self) -> str:
        return self.name or str(self.pk)


class ArchivedThread(Addressable):
    """Mails of an archive that are, or will be, one thread.

    ``thread``: what it became; before, the thread of an earlier archive that it goes on with.
    """

    archive = models.ForeignKey(MailArchive, models.CASCADE, related_name="threads")
    title = models.CharField(max_length=200)  # Long enough for names to be erased.
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    mail_count = models.PositiveIntegerField()
    thread = models.ForeignKey("forum.Thread", models.SET_NULL, null=True, related_name="+")
    is_published = models.BooleanField(default=False)

    objects = ArchivedThreadQuerySet.as_manager()

    searched_texts = {"title": ""}

    class Meta:
        ordering = ["first_at", "pk"]

    def __str__(self) -> str:
        return self.title


class ArchivedMail(models.Model):
    """A mail of a list. ``text``: what its writer wrote, until it is a post; no address in it.

    ``folded``: what their program quoted and signed. ``references``: the Message-IDs of what
    it answers; ``subject_key``: a hash of what subjects of one conversation have in common;
    ``attachments``: names and bytes of files that are not kept. ``position``: its place in
    its thread, ``placed_at`` its moment there, also where ``sent_at`` is unknown;
    ``shows_folded``: whether what it quotes is nowhere else there.
    """

    archive = models.ForeignKey(MailArchive, models.CASCADE, related_name="mails")
    space = models.ForeignKey("forum.Space", models.PROTECT, related_name="+", db_index=False)
    identity = models.CharField(max_length=64)
    message_id = models.CharField(max_length=250, blank=True)
    references = models.JSONField(default=list)
    subject = models.CharField(max_length=300, blank=True)
    subject_key = models.CharField(max_length=64, blank=True)
    is_reply = models.BooleanField(default=False)
    sent_at = models.DateTimeField(null=True)
    author = models.ForeignKey(MailAuthor, models.SET_NULL, null=True, related_name="mails")
    text = models.TextField(blank=True)
    folded = models.TextField(blank=True)
    attachments = models.JSONField(default=list)
    archived_thread = models.ForeignKey(
        ArchivedThread, models.SET_NULL, null=True, related_name="mails"
    )
    placed_at = models.DateTimeField(null=True)
    position = models.PositiveIntegerField(default=0)
    shows_folded = models.BooleanField(default=False)
    post = models.ForeignKey("forum.Post", models.SET_NULL, null=True, related_name="+")
    #: Set while the mail is published.
    shown_files: list[ShownFile]

    objects = ArchivedMailQuerySet.as_manager()

    searched_texts = {"subject": "", "text": "", "folded": ""}
    texts_kept_when_closed = {"message_id": "what programs write"}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["space", "identity"], name="one_archived_mail")
        ]
        indexes = [models.Index(fields=["message_id"], name="archived_mail_by_message_id")]

    def __str__(self) -> str:
        return self.subject


class ArchivedFile(models.Model):
    """A file of a mail that waits to become a post, and then one of its files."""

    mail = models.ForeignKey(ArchivedMail, models.CASCADE, related_name="files")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=240)
    size = models.PositiveIntegerField()
    content = models.BinaryField()

    texts_kept_when_closed = "the name that whoever sent a file gave it, as the file itself"

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return self.name


@register_post_source
def posts_of_archived_mails(message_ids: Sequence[str]) -> dict[str, int]:
    """``{Message-ID: post id}``; of one that several mails have, the earliest of them."""
    rows = ArchivedMail.objects.filter(message_id__in=message_ids, post__isnull=False)
    return dict(rows.order_by("-sent_at", "-pk").values_list("message_id", "post"))

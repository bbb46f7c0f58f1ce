"""The addresses by which calendars ask for meetings: one of each person."""

from __future__ import annotations

from secrets import token_urlsafe

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.base.data_export import ExportSection, PrivacyNotice
from accounts.base.models import Addressable
from forum.base import visibility


def new_token() -> str:
    """A text that nobody guesses, of what an address may have."""
    return token_urlsafe(32)


class FeedScope(models.TextChoices):
    """Which meetings an address of a feed gives, of those that its person may read."""

    READ = "toutes", _("Toutes celles que vous pouvez lire")
    OWN_SPACES = "espaces", _("Celles de votre collège et de vos groupes")
    REGISTERED = "inscriptions", _("Celles où vous avez une place")
    PUBLIC = "publiques", _("Celles que tout le monde peut lire")


class CalendarFeedQuerySet(visibility.VisibleQuerySet["CalendarFeed"]):
    """Calendar feeds, which only those whose they are see."""

    rule = staticmethod(lambda viewer, prefix="": Q((f"{prefix}person", viewer.person_id or 0)))


class CalendarFeed(Addressable):
    """Whoever has ``token`` asks for the meetings that ``person`` may read at that moment."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_feed"
    )
    token = models.CharField(max_length=64, unique=True, default=new_token)
    made_at = models.DateTimeField(default=timezone.now)

    objects = CalendarFeedQuerySet.as_manager()
    private_rows = True
    export_sections = (ExportSection("calendar_feeds", "person", "made_at"),)
    export_labels = {
        "calendar_feeds": _("Adresse de votre agenda des rencontres"),
        "made_at": _("Créée le"),
    }
    privacy_notices = (
        PrivacyNotice(
            _("L’adresse par laquelle votre agenda demande les rencontres"),
            _("Les donner à l’agenda où vous l’avez mise : contrat"),
            _("Jusqu’à ce que vous la supprimiez ; effacée avec votre compte"),
            position=7,
        ),
    )

    def __str__(self) -> str:
        return str(self.person_id)

    def get_absolute_url(self) -> str:
        """The address, which is a secret, of all that its person may read."""
        return reverse("calendar-feed-file", args=[self.token])

    @property
    def addresses(self) -> list[tuple[FeedScope, str]]:
        """Each scope, with its address."""
        url = self.get_absolute_url()
        rest = [(it, f"{url}?quelles={it.value}") for it in list(FeedScope)[1:]]
        return [(FeedScope.READ, url), *rest]

"""Where the name of somebody who left stands in what others wrote, and what was replaced."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.base.data_export import PrivacyNotice
from accounts.base.inbox_watch import InboxWatch
from accounts.base.models import Addressable
from forum.base import visibility
from forum.library.sheets.public_versions.models import concerned_versions
from forum.members.closing.names.searched_texts import proposed_texts

if TYPE_CHECKING:
    from accounts.viewers.viewers import Viewer


class NamePhrase(NamedTuple):
    """What is looked for: ``words`` are a name or an address, as ``kind`` says.

    "name"; "common": a name of words that others use every day; "shared": a name that somebody
    else bears as well; "address".
    """

    kind: str
    words: str


def _read_posts(viewer: Viewer, prefix: str = "") -> Q:
    """The posts whose text an animator reads: hidden ones too."""
    return visibility.posts(viewer, prefix) | visibility.hidden_posts(viewer, prefix)


#: Where animators read more than members, or one asks the model that the text is part of.
_RULES: dict[str, visibility.Rule] = {
    "forum.Post": _read_posts,
    "forum.PublicVersion": concerned_versions,
    "forum.AuthorConsent": partial(concerned_versions, prefix="version__"),
}


def _seen(viewer: Viewer, prefix: str = "") -> Q:
    """For animators, the passages of texts that they read."""
    seen = Q((f"{prefix}pk__in", []))
    for label in proposed_texts() if viewer.is_animator else ():
        model: Any = apps.get_model(label)
        rule = _RULES.get(label) or model.objects.all().rule
        rows = model._base_manager.filter(rule(viewer), pk=OuterRef(f"{prefix}row_id"))
        seen |= Q((f"{prefix}model", label)) & Q(Exists(rows))
    return seen


class NamePassageQuerySet(visibility.VisibleQuerySet["NamePassage"]):
    """Passages, for the animators who read the texts that they are in."""

    rule = staticmethod(_seen)


class NameRemoval(Addressable):
    """``person`` has left; ``phrases`` are their names and addresses, as NamePhrase values.

    It is there as long as one of its passages is.
    """

    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    phrases = models.JSONField(default=list)
    created_at = models.DateTimeField(default=timezone.now)

    kept_when_closed = {"person": "says what animators decide about once the account is closed"}
    not_exported = {"person": "made as the account is closed: nobody is left to take it along"}
    privacy_notices = (
        PrivacyNotice(
            _("Votre nom dans ce que d’autres ont écrit, votre compte fermé"),
            _("L’y remplacer sans toucher aux mots des autres : obligation légale"),
            _(
                "Jusqu’à ce que l’équipe d’animation ait vu chaque passage ; ce qui est "
                "remplacé se rétablit pendant %(days)d jours, puis s’oublie"
            ),
            position=12,
            retention="replaced_names",
        ),
    )

    class Meta:
        verbose_name = _("nom à remplacer")

    def __str__(self) -> str:
        return f"{self.person_id}"

    def get_absolute_url(self) -> str:
        """The page on which animators decide."""
        return reverse("name-removal", args=[self.pk])


class NamePassage(Addressable):
    """The text ``field`` of the row ``row_id`` of ``model``, in which a name stands, or stood.

    It waits for an animator until ``replaced_at``. Then ``words`` are what was replaced, each
    with the place where its replacement begins, and ``digest`` is that of the text since.
    """

    removal = models.ForeignKey(NameRemoval, models.CASCADE, related_name="passages")
    model = models.CharField(max_length=40)
    row_id = models.BigIntegerField()
    field = models.CharField(max_length=40)
    words = models.JSONField(default=list)
    digest = models.CharField(max_length=64, blank=True)
    replaced_at = models.DateTimeField(null=True, blank=True)

    objects = NamePassageQuerySet.as_manager()

    inbox_watches = (InboxWatch("animators"),)

    class Meta:
        verbose_name = _("passage où un nom est remplacé")
        constraints = [
            models.UniqueConstraint(
                fields=["removal", "model", "row_id", "field"],
                condition=Q(replaced_at=None),
                name="name_passage_waits_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.model} {self.row_id}"

"""The tools of the library: files of posts that their authors say others may reuse."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.base.data_export import ExportSection, PrivacyNotice
from accounts.base.models import Addressable
from accounts.base.text import slug_of
from forum.base import visibility
from forum.base.licences import Licence, licence_address
from forum.library.tools.querysets import ToolVersionQuerySet, shown_versions

if TYPE_CHECKING:
    from forum.conversation.threads.models import Post


class ToolType(models.TextChoices):
    """What a tool is."""

    MODEL = "modele", _("modèle")
    SPECIFICATION = "cahier-des-charges", _("cahier des charges")
    TEMPLATE = "gabarit", _("gabarit")
    SPREADSHEET = "tableur", _("tableur")
    GUIDE = "guide", _("guide")


class Tool(Addressable):
    """An address. All that is said of it stands in its versions, each seen where its post is.

    It stays, without any, when the last of them is gone: its number is given to no other.
    """

    def __str__(self) -> str:
        return str(self.pk)


class ToolVersion(Addressable):
    """A file of a post as a version of its tool (``StoredFile.tool``), and what it is for.

    What changed is said by its post. A later one has a higher id; each viewer is shown what
    the latest says that they see.
    """

    file = models.OneToOneField("forum.StoredFile", models.CASCADE, related_name="tool_version")
    title = models.CharField(_("titre"), max_length=120)
    type = models.CharField(_("nature"), max_length=20, choices=ToolType)
    licence = models.CharField(_("licence"), max_length=20, choices=Licence)
    topic = models.ForeignKey("forum.Topic", models.PROTECT, related_name="tool_versions")
    territory = models.ForeignKey(
        "accounts.Territory", models.SET_NULL, null=True, related_name="tool_versions"
    )
    label = models.CharField(_("version"), max_length=40, blank=True)
    used_for = models.TextField(_("à quoi il a servi"), blank=True)
    #: The stems of what it says and of its file's name, each between spaces.
    stems = models.TextField(blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now)

    objects = ToolVersionQuerySet.as_manager()

    # What is said of it is exported with its file.
    privacy_notices = (
        PrivacyNotice(
            _("Ce que vous dites d’un document que vous proposez comme outil"),
            _("Le montrer aux lecteurs de votre message : contrat"),
            _("Jusqu’à ce que vous le retiriez ou supprimiez le message"),
            position=7,
        ),
    )
    private_rows = False
    searched_texts = {"title": "file__owner", "used_for": "file__owner"}
    texts_kept_when_closed = {"stems": "made of other texts, and made anew with them"}

    class Meta:
        verbose_name = _("version d’un outil")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The address of its tool, where the id is what counts."""
        slug = slug_of(self.title)[:80].strip("-") or "outil"
        return reverse("tool", args=[self.file.tool_id, slug])

    @property
    def post(self) -> Post:
        """The post that has its file."""
        post = self.file.post
        assert post is not None  # A file without one is no version.
        return post

    @property
    def licence_address(self) -> str:
        """Where its licence can be read; "" for rights that are reserved."""
        return licence_address(self.licence)


class ToolUseQuerySet(visibility.VisibleQuerySet["ToolUse"]):
    """Uses, seen where the version is that they were told of."""

    rule = staticmethod(partial(shown_versions, prefix="version__"))


class ToolUse(models.Model):
    """``organisation`` uses ``tool``, as ``person`` of it said; once, whoever says so.

    ``version``: the one they were shown then. The use is erased with it.
    """

    # The constraint below is an index on it as well.
    tool = models.ForeignKey(Tool, models.CASCADE, related_name="uses", db_index=False)
    version = models.ForeignKey(ToolVersion, models.CASCADE, related_name="uses")
    organisation = models.ForeignKey(
        "accounts.Organisation", models.CASCADE, related_name="tool_uses"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="tool_uses"
    )
    used_at = models.DateTimeField(default=timezone.now)

    objects = ToolUseQuerySet.as_manager()

    export_sections = (
        ExportSection("tool_uses", "person", "tool organisation=organisation__name used_at"),
    )
    privacy_notices = (
        PrivacyNotice(
            _("Les outils dont vous avez dit que votre organisation se sert"),
            _("Le dire, au nom de l’organisation, aux membres qui les lisent : contrat"),
            _("Jusqu’à ce que l’un de ses membres le retire, ou que l’outil disparaisse"),
            position=7,
        ),
    )
    private_rows = False
    export_labels = {"tool_uses": _("Outils dont vous vous êtes servi")}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tool", "organisation"], name="one_use_of_a_tool")
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} → {self.tool_id}"

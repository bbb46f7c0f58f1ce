"""Whose posts a person has folded."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.base.data_export import ExportSection, PrivacyNotice
from accounts.base.inbox_watch import InboxWatch
from forum.conversation.threads.post_marks import AuthorMark


class Mute(models.Model):
    """``person`` sees the posts of ``muted`` folded, and is told of none. Nobody else knows."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="mutes", db_index=False
    )
    muted = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    muted_at = models.DateTimeField(default=timezone.now)

    inbox_watches = (InboxWatch("person"),)
    author_mark = AuthorMark("muted", author="muted")
    export_sections = (ExportSection("mutes", "person", "muted=muted__full_name muted_at"),)
    not_exported = {"muted": "nobody learns who has muted them"}
    privacy_notices = (
        PrivacyNotice(
            _("Les personnes que vous avez mises en sourdine"),
            _("Replier leurs messages pour vous : contrat"),
            _("Tant que vous le voulez ; personne d’autre ne le voit"),
            position=8,
        ),
    )
    export_labels = {"mutes": _("Personnes que vous avez mises en sourdine")}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "muted"], name="one_mute_a_person"),
            models.CheckConstraint(condition=~Q(person=F("muted")), name="mute_is_of_another"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} → {self.muted_id}"

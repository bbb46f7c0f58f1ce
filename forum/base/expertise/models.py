"""The topics that people say they have experience of."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.base.data_export import ExportSection
from forum.base import visibility


class ExpertiseQuerySet(visibility.VisibleQuerySet["Expertise"]):
    """Expertise, for readers."""

    rule = staticmethod(visibility.expertise)


class Expertise(models.Model):
    """A topic that a person says they have experience of, and may be asked about."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="expertise", db_index=False
    )
    topic = models.ForeignKey("forum.Topic", models.CASCADE, related_name="expertise")

    objects = ExpertiseQuerySet.as_manager()

    export_sections = (ExportSection("expertise", "person", "topic__name"),)
    private_rows = False
    export_labels = {"expertise": _("Sujets que vous connaissez")}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "topic"], name="one_expertise_a_topic")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} → {self.topic_id}"

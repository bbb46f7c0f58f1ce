"""Second factors of animators and administrators, and from when they open rights."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from accounts.base.data_export import ExportSection, PrivacyNotice
from accounts.base.inbox_watch import InboxWatch
from accounts.base.models import Addressable
from accounts.base.rights_watch import RightsWatch

#: How long rights wait, where nobody confirms the factor.
WAIT = timedelta(days=1)
#: For how long after that the mailed link stops it.
STOPPABLE = timedelta(days=30)


class FactorWait(Addressable):
    """The second factor of ``person``, with which their rights open at ``opens_at``.

    Without a row it opens none: it was set up by a password alone, before they were given
    rights. Earlier where another animator, ``confirmed_by``, or the operator confirms that
    it is theirs. ``key`` is in the address that is mailed to them, which takes the factor away.
    """

    person = models.OneToOneField(
        "accounts.User", models.CASCADE, primary_key=True, related_name="factor_wait"
    )
    started_at = models.DateTimeField(default=timezone.now)
    opens_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(
        "accounts.User", models.SET_NULL, null=True, related_name="+"
    )
    key = models.CharField(
        max_length=32, unique=True, editable=False, default=partial(get_random_string, 32)
    )

    inbox_watches = (InboxWatch("animators"),)
    rights_watch = RightsWatch(("opens_at",))
    rights_moments = ("opens_at",)
    export_sections = (ExportSection("factor_wait", "person", "started_at opens_at"),)
    not_exported = {"confirmed_by": "about whoever has the factor, who exports it"}
    privacy_notices = (
        PrivacyNotice(
            _("Quand votre première double protection ouvre vos droits d’animation"),
            _("Empêcher qu’on prenne ces droits à votre place : intérêt légitime"),
            _("Tant que le compte existe"),
            position=2,
        ),
    )
    export_labels = {"factor_wait": _("Votre première double protection d’animation")}

    class Meta:
        verbose_name = _("double protection à confirmer")
        indexes = [models.Index(fields=["opens_at"], name="factor_wait_by_end")]

    def __str__(self) -> str:
        return f"{self.person_id}, {self.opens_at:%Y-%m-%d %H:%M}"

    def get_absolute_url(self) -> str:
        """The page where another animator confirms it."""
        return reverse("confirm-factor", args=[self.pk])

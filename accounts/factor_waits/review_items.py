"""Second factors of colleagues, among what waits for animators."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from accounts.factor_waits.queries import waiting_factors
from accounts.review_queue.sources import review_source

if TYPE_CHECKING:
    from accounts.factor_waits.models import FactorWait


@review_source(
    "protections",
    _("Doubles protections à confirmer"),
    waiting_factors,
    "started_at",
    45,
    related=("person",),
    action_label=_("Vérifier"),
)
def factor_item(wait: FactorWait) -> tuple[str, str]:
    """The first second factor of an animator."""
    return wait.person.full_name, wait.get_absolute_url()

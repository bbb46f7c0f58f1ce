"""How often one may do a thing: a limit is declared beside what it bounds."""

import math
import time
from dataclasses import dataclass
from typing import Any

from allauth.core.internal import ratelimit
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.base.exceptions import FieldRefusal


class LimitReached(FieldRefusal):
    """What was sent was sent too often; the text says when it may be again."""

    status = 429


@dataclass(frozen=True)
class RateLimit:
    """How often ``action``, a name that no other limit has, may be done.

    ``rates`` are written as allauth writes them: ``"10/h/user,3/d/key"`` lets a person do it
    ten times an hour, and three times a day for whatever is given as ``key``. A GET counts only
    where ``counts_reading``.
    """

    action: str
    rates: str
    counts_reading: bool = False

    def allows(self, request: HttpRequest, key: str | None = None) -> bool:
        """Whether it may be done once more now by who asks; this time counts."""
        # allauth's public function takes its limits from one setting for the whole site.
        config = {self.action: self.rates}
        return bool(
            ratelimit.consume(
                request,
                app="foirail",
                action=self.action,
                config=config,
                key=key,
                limit_get=self.counts_reading,
            )
        )

    def refusal(self, request: HttpRequest, key: str | None = None) -> str:
        """As ``allows``: the words that say when it may be done again; "" where it may."""
        if self.allows(request, key):
            return ""
        return too_often_message(self._seconds_to_wait(request, key))

    def check(self, request: HttpRequest, key: str | None = None) -> None:
        """As ``allows``: raise LimitReached where it may not be done.

        For what ``answer_form`` cannot ask, as where ``key`` is in the form.
        """
        if words := self.refusal(request, key):
            raise LimitReached(words)

    def _seconds_to_wait(self, request: HttpRequest, key: str | None) -> float:
        """The seconds until all rates that are used up allow it again."""
        now, waits = time.time(), [0.0]
        for rate in ratelimit.parse_rates(self.rates):
            place: dict[str, Any] = {"app": "foirail", "action": self.action, "rate": rate}
            history = cache.get(ratelimit.get_cache_key(request, key=key, **place), [])
            if len(history) >= rate.amount:
                waits.append(history[rate.amount - 1] + rate.duration - now)
        return max(waits)


def too_often_message(seconds: float = 3600) -> str:
    """The error of a form that was sent too often, and may be sent again in ``seconds``."""
    words = _("C’est beaucoup en peu de temps. Réessayez %(when)s.")
    return words % {"when": waiting_time(seconds)}


def waiting_time(seconds: float) -> str:
    """``seconds`` ahead in words: in so many minutes, or hours from two on; never too few."""
    minutes = max(1, math.ceil(seconds / 60))
    if minutes <= 90:
        return ngettext("dans %(n)s minute", "dans %(n)s minutes", minutes) % {"n": minutes}
    hours = math.ceil(minutes / 60)
    return ngettext("dans %(n)s heure", "dans %(n)s heures", hours) % {"n": hours}

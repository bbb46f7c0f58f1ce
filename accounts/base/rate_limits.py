"""How often one may do a thing: a limit is declared beside what it bounds."""

from dataclasses import dataclass

from allauth.core.internal import ratelimit
from django.http import HttpRequest
from django.utils.translation import gettext as _


@dataclass(frozen=True)
class RateLimit:
    """How often ``action``, a name that no other limit has, may be done.

    ``rates`` are written as allauth writes them: ``"10/h/user,3/d/key"`` lets a person do it
    ten times an hour, and three times a day for whatever is given as ``key``.
    """

    action: str
    rates: str

    def allows(self, request: HttpRequest, key: str | None = None) -> bool:
        """Whether it may be done once more now by who asks; this time counts."""
        # allauth's public door takes its limits from one setting for the whole site.
        config = {self.action: self.rates}
        return bool(
            ratelimit.consume(
                request, app="foirail", action=self.action, config=config, key=key
            )
        )


def too_often_message() -> str:
    """The error of a form that was sent too often."""
    return _("C’est beaucoup en peu de temps. Réessayez dans une heure.")

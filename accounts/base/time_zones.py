"""The time zones in which members live, and hours as clocks show them there."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.base.dates import date_format

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

#: IANA time zones in which members live, and what they are called.
TIME_ZONES = {
    "Europe/Paris": gettext_lazy("France métropolitaine"),
    "America/Guadeloupe": gettext_lazy("Guadeloupe"),
    "America/Cayenne": gettext_lazy("Guyane"),
    "Indian/Reunion": gettext_lazy("La Réunion"),
    "America/Martinique": gettext_lazy("Martinique"),
    "Indian/Mayotte": gettext_lazy("Mayotte"),
    "Pacific/Noumea": gettext_lazy("Nouvelle-Calédonie"),
    "Pacific/Tahiti": gettext_lazy("Polynésie française"),
    "America/Miquelon": gettext_lazy("Saint-Pierre-et-Miquelon"),
    "Pacific/Wallis": gettext_lazy("Wallis-et-Futuna"),
}


def time_zone_choices() -> list[tuple[str, StrOrPromise]]:
    """``(time zone, its name)`` of those that a form offers: the site’s first."""
    own = {settings.TIME_ZONE: settings.TIME_ZONE}
    return list({**own, **TIME_ZONES}.items())


def local_time(moment: datetime, time_zone: str) -> datetime:
    """What clocks show at ``moment`` in ``time_zone``."""
    return moment.astimezone(ZoneInfo(time_zone)).replace(tzinfo=None)


def moment_at(local: datetime, time_zone: str) -> datetime | None:
    """The moment at which clocks show ``local`` in ``time_zone``; None where they skip it."""
    moment = local.replace(tzinfo=ZoneInfo(time_zone)).astimezone(UTC)
    return moment if local_time(moment, time_zone) == local else None


def span_words(
    starts_at: datetime, ends_at: datetime, time_zone: str, *, names_zone: bool = False
) -> str:
    """Day and hours, in words; with ``time_zone`` where it is not the site's, or asked for."""
    start, end = (local_time(it, time_zone) for it in (starts_at, ends_at))
    values = {"day": date_format(start, "l j F Y")}
    values["start"], values["end"] = (date_format(it, _("G \\h i")) for it in (start, end))
    if start.date() == end.date():
        words = _("%(day)s, %(start)s – %(end)s") % values
    else:
        values["last"] = date_format(end, "l j F Y")
        words = _("du %(day)s à %(start)s au %(last)s à %(end)s") % values
    if time_zone == settings.TIME_ZONE and not names_zone:
        return words
    zone = TIME_ZONES.get(time_zone, time_zone)
    return _("%(when)s (heure locale : %(zone)s)") % {"when": words, "zone": zone}

"""The devices one is signed in on: noting them, naming them, ending them.

What is kept of a device is what its owner knows it by. The address it came from is not.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from accounts.models import Session
from accounts.users.sessions import is_valid_session

_BROWSERS = [
    (r"\bEdg(e|A|iOS)?/", "Edge"),
    (r"\b(OPR|Opera)\b", "Opera"),
    (r"\bSamsungBrowser/", "Samsung Internet"),
    (r"\b(Firefox|FxiOS)/", "Firefox"),
    (r"(Chrome|Chromium|CriOS)/", "Chrome"),
    (r"\bSafari/", "Safari"),
]
_SYSTEMS = [
    (r"\biPhone\b", "iPhone"),
    (r"\biPad\b", "iPad"),
    (r"\bAndroid\b", "Android"),
    (r"\bWindows\b", "Windows"),
    (r"\bMac OS X\b|\bMacintosh\b", "Mac"),
    (r"\bCrOS\b", "Chromebook"),
    (r"\bLinux\b|\bX11\b", "Linux"),
]


@dataclass(frozen=True)
class SignedInDevice:
    """A session of one's own, in words; ``number`` names it for as long as it lasts."""

    number: int
    name: str
    started_at: datetime | None
    last_seen_at: datetime | None
    is_current: bool


def signed_in_devices(person, current_key):
    """Where ``person`` is signed in; the session whose key is ``current_key`` first, then as seen.

    A session that signs them in no more is nowhere, though its row is there still.
    """
    rows = Session.objects.filter(person=person, expire_date__gt=timezone.now())
    rows = rows.select_related("person", "device").order_by("-expire_date")
    devices = [_signed_in_device(row, current_key) for row in rows if is_valid_session(row)]
    return sorted(
        devices, key=lambda it: (it.is_current, it.last_seen_at or _EPOCH), reverse=True
    )


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _signed_in_device(row, current_key):
    device = getattr(row, "device", None)
    return SignedInDevice(
        number=_device_number(row.session_key),
        name=device_name(device.user_agent if device else ""),
        started_at=device and device.started_at,
        last_seen_at=device and device.last_seen_at,
        is_current=row.session_key == current_key,
    )


def _device_number(key):
    """A number that tells one's sessions apart and does not give their key away."""
    mac = salted_hmac("accounts.users.devices", key, algorithm="sha256")
    return int.from_bytes(mac.digest()[:6])


def sign_out_device(person, number):
    """End the session of ``person`` that bears ``number``; whether there was one."""
    keys = Session.objects.filter(person=person).values_list("session_key", flat=True)
    ended = [key for key in keys if _device_number(key) == number]
    Session.objects.filter(session_key__in=ended).delete()
    return bool(ended)


def sign_out_other_devices(person, current_key):
    """End every session of ``person`` but the one whose key is ``current_key``."""
    Session.objects.filter(person=person).exclude(session_key=current_key).delete()


def device_name(user_agent):
    """A device in words, from what its browser says of itself: *Firefox sur Windows*."""
    browser = next(
        (name for pattern, name in _BROWSERS if re.search(pattern, user_agent)), None
    )
    system = next((name for pattern, name in _SYSTEMS if re.search(pattern, user_agent)), None)
    if browser and system:
        return _("%(browser)s sur %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("Appareil inconnu")

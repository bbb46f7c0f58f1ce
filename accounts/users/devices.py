"""The devices on which a person is signed in: listing them, naming them, signing them out.

Only the browser's user agent and two dates are stored, not the network address.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from accounts.models import Session
from accounts.users.sessions import is_valid_session

if TYPE_CHECKING:
    from accounts.users.models import User


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
    """A session as shown to its owner; ``number`` identifies it in addresses."""

    number: int
    name: str
    started_at: datetime | None
    last_seen_at: datetime | None
    is_current: bool


def signed_in_devices(person: User, current_key: str | None) -> list[SignedInDevice]:
    """The valid sessions of ``person``: that of ``current_key`` first, then the last seen.

    Sessions that a change of password has invalidated are left out.
    """
    rows = Session.objects.filter(person=person, expire_date__gt=timezone.now())
    rows = rows.select_related("person", "device").order_by("-expire_date")
    devices = [_signed_in_device(row, current_key) for row in rows if is_valid_session(row)]
    return sorted(
        devices, key=lambda it: (it.is_current, it.last_seen_at or _EPOCH), reverse=True
    )


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _signed_in_device(row: Session, current_key: str | None) -> SignedInDevice:
    device = getattr(row, "device", None)
    return SignedInDevice(
        number=_device_number(row.session_key),
        name=device_name(device.user_agent if device else ""),
        started_at=device and device.started_at,
        last_seen_at=device and device.last_seen_at,
        is_current=row.session_key == current_key,
    )


def _device_number(key: str) -> int:
    """A number that identifies a session without revealing its key."""
    mac = salted_hmac("accounts.users.devices", key, algorithm="sha256")
    return int.from_bytes(mac.digest()[:6])


def sign_out_device(person: User, number: int) -> bool:
    """Delete the session of ``person`` with this ``number``; return whether there was one."""
    keys = Session.objects.filter(person=person).values_list("session_key", flat=True)
    ended = [key for key in keys if _device_number(key) == number]
    Session.objects.filter(session_key__in=ended).delete()
    return bool(ended)


def sign_out_other_devices(person: User, current_key: str | None) -> None:
    """Delete all sessions of ``person`` except the one whose key is ``current_key``."""
    Session.objects.filter(person=person).exclude(session_key=current_key).delete()


def device_name(user_agent: str) -> str:
    """A name for the device of this user agent, such as *Firefox sur Windows*."""
    browser = next(
        (name for pattern, name in _BROWSERS if re.search(pattern, user_agent)), None
    )
    system = next((name for pattern, name in _SYSTEMS if re.search(pattern, user_agent)), None)
    if browser and system:
        return _("%(browser)s sur %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("Appareil inconnu")

"""The digest of the minutes of consultations, made as those of the register are."""

from __future__ import annotations

import json
from datetime import UTC
from hashlib import sha256
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime


def digest(attested: dict[str, Any]) -> str:
    """The SHA-256 of what minutes attest, as JSON with sorted keys."""
    text = json.dumps(attested, sort_keys=True, ensure_ascii=False)
    return sha256(text.encode()).hexdigest()


def iso_moment(moment: datetime | None) -> str | None:
    """``moment`` as it is attested, whatever the zone that it was read in."""
    return moment.astimezone(UTC).isoformat() if moment else None

"""The hash chain of the register: each line holds the hash of the line before it.

Each published version, signature and withdrawal adds a line in its own transaction, with all
that it attests; lines never change. So ``verification`` finds whatever was altered, removed
or moved since, in the lines or in the rows they name. Whoever has noted the hash of the
newest line can later check that nothing before it was changed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from accounts.base.compiled_queries import CompiledQuery
from accounts.charter.models import CharterVersion, RegisterLine, Signature

if TYPE_CHECKING:
    pass


PUBLISHED, SIGNED, WITHDRAWN = "published", "signed", "withdrawn"
#: The fields of a version that its line attests; ``sha256`` is the hash of its text. These
#: three lists may never change, or old lines no longer match their rows.
_VERSION_FIELDS = (
    "number", "name", "language", "sha256", "adopted_on", "is_substantive", "published_at",
    "binding_from",
)  # fmt: skip
#: Those of a signature. ``person_id`` becomes None when an account is closed.
_SIGNATURE_FIELDS = (
    "person_id", "organisation_id", "college_id", "version_id", "sha256", "position",
    "authority", "authority_detail", "typed_name", "signed_at",
)  # fmt: skip
#: Those that are attested only where a signature has them.
_OPTIONAL_SIGNATURE_FIELDS = ("act_date", "document_sha256", "countersigns_id")
#: The ``previous`` of the first line.
GENESIS_HASH = "0" * 64


def append(about: Signature | CharterVersion, event: str) -> RegisterLine:
    """Add the line of ``event`` and return it; called in the event's own transaction.

    ``about`` is the version PUBLISHED, or the signature SIGNED or WITHDRAWN. Locks the
    register until the transaction ends, so that lines are added one at a time.
    """
    lock_register()
    (line,) = build_lines(last_line(), [(about, event)])
    return RegisterLine.objects.create(**line)


def lock_register() -> None:
    """Lock the register until the transaction ends: no line is added meanwhile."""
    CharterVersion.objects.select_for_update(no_key=True).order_by("number").first()


def append_missing_lines() -> None:
    """Add the missing lines of rows that loaders created without ``append``."""
    rows = RegisterLine.objects.values_list("version_id", "signature_id", "event")
    lines = {(version or signature, event) for version, signature, event in rows}
    versions = CharterVersion.objects.order_by("number")
    events: list[tuple[Signature | CharterVersion, str]] = [
        *((version, PUBLISHED) for version in versions),
        *signature_events(Signature.objects.all()),
    ]
    missing = [event for event in events if event_key(*event) not in lines]
    new = (RegisterLine(**line) for line in build_lines(last_line(), missing))
    RegisterLine.objects.bulk_create(new, batch_size=1000)


def last_line() -> tuple[int, str]:
    """``(number, hash)`` of the newest line; (0, GENESIS_HASH) where there is none."""
    return _LAST_LINE.first() or (0, GENESIS_HASH)


def _last_line() -> QuerySet[Any, Any]:
    return RegisterLine.objects.order_by("-number").values_list("number", "sha256")[:1]


_LAST_LINE = CompiledQuery(_last_line)


def line_of_signature(signature: Signature) -> RegisterLine | None:
    """The line of this signature, or None."""
    return _LINE_OF_SIGNATURE.first(signature_id=signature.pk)


def _line_of_signature(signature_id: int) -> QuerySet[RegisterLine]:
    return RegisterLine.objects.filter(signature=signature_id, event=SIGNED)[:1]


_LINE_OF_SIGNATURE = CompiledQuery(_line_of_signature, "signature_id")


def has_line(number: int, sha256: str) -> bool:
    """Whether line ``number`` has this hash."""
    return RegisterLine.objects.filter(number=number, sha256=sha256).exists()


def build_lines(
    last: tuple[int, str], events: Sequence[tuple[Signature | CharterVersion, str]]
) -> Iterator[dict[str, Any]]:
    """The fields of the lines of ``events``, (about, event) pairs, after line ``last``."""
    number, previous = last
    for about, event in events:
        number, content = number + 1, canonical_content(about, event)
        subject = "version_id" if event == PUBLISHED else "signature_id"
        line = {"number": number, subject: about.pk, "event": event}
        line |= {"content": content, "previous": previous}
        previous = line["sha256"] = line_hash(number, previous, content)
        yield line


def canonical_content(about: Signature | CharterVersion, event: str) -> str:
    """The content of the line of ``event``: JSON with sorted keys, the same at any time."""
    if isinstance(about, CharterVersion):
        attested = _version_content(about)
    else:
        attested = _signature_content(about)
        if event == WITHDRAWN:
            attested["withdrawn_at"] = _serialized(about.withdrawn_at)
    attested["event"] = event
    return json.dumps(attested, sort_keys=True, ensure_ascii=False)


def _version_content(version: CharterVersion) -> dict[str, Any]:
    attested = {name: _serialized(getattr(version, name)) for name in _VERSION_FIELDS}
    return attested | {"version": version.pk}


def _signature_content(signature: Signature) -> dict[str, Any]:
    attested = {name: _serialized(getattr(signature, name)) for name in _SIGNATURE_FIELDS}
    optional = {name: getattr(signature, name, None) for name in _OPTIONAL_SIGNATURE_FIELDS}
    attested |= {name: _serialized(value) for name, value in optional.items() if value}
    return attested | {"signature": signature.pk}


def line_hash(number: int, previous: str, content: str) -> str:
    """The hash of a line, from its number, content and the hash of the line before."""
    return hashlib.sha256(f"{number}\n{previous}\n{content}".encode()).hexdigest()


def signature_events(signatures: Iterable[Signature]) -> list[tuple[Signature, str]]:
    """The (signature, event) pairs of ``signatures``, in the order of their dates."""
    events = []
    for signature in signatures:
        events.append((signature.signed_at, signature.pk, SIGNED, signature))
        if signature.withdrawn_at:
            events.append((signature.withdrawn_at, signature.pk, WITHDRAWN, signature))
    events.sort(key=lambda row: row[:3])
    return [(signature, event) for _at, _pk, event, signature in events]


def event_key(about: Signature | CharterVersion, event: str) -> tuple[int, str]:
    """A key that identifies an event of a signature or version."""
    return about.pk, event


def _serialized(value: Any) -> Any:
    if hasattr(value, "astimezone"):
        value = value.astimezone(UTC)
    result: Any = value.isoformat() if hasattr(value, "isoformat") else value
    return result

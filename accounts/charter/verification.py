"""Verification of the register: its lines against each other and against the rows."""

import hashlib
import json
from collections.abc import Iterator

from django.db import transaction

from accounts.charter import hash_chain
from accounts.charter.models import CharterVersion, RegisterLine, Signature
from accounts.users.models import User


@transaction.atomic
def register_problems() -> list[str]:
    """A sentence for each line or row that was altered, removed or moved.

    Locks the register while it reads: a signature in between would look like a problem.
    """
    hash_chain.lock_register()
    return list(_problems())


def document_problems() -> Iterator[str]:
    """A sentence for each signature whose document is missing or was altered."""
    for signature in Signature.objects.exclude(document_sha256="").order_by("pk"):
        try:
            with signature.document.open("rb") as act:
                sha256 = hashlib.file_digest(act, "sha256").hexdigest()
        except (OSError, ValueError):  # No file there; no file named.
            yield f"The act of signature {signature.pk} is gone."
            continue
        if sha256 != signature.document_sha256:
            yield f"The act of signature {signature.pk} is not what was sent."


def _problems() -> Iterator[str]:
    versions, signatures = CharterVersion.objects.in_bulk(), Signature.objects.in_bulk()
    for version in versions.values():
        if hashlib.sha256(version.text.encode()).hexdigest() != version.sha256:
            yield f"The text of version {version.name} is not what was adopted."
    expected, previous, seen = 1, hash_chain.GENESIS_HASH, set()
    for line in RegisterLine.objects.order_by("number").iterator():
        if line.number != expected:
            yield f"Lines {expected} to {line.number - 1} are missing."
        if line.previous != previous:
            yield f"Line {line.number} does not follow the line before it."
        if line.sha256 != hash_chain.line_hash(line.number, line.previous, line.content):
            yield f"Line {line.number} is not as it was written."
        about: Signature | CharterVersion | None
        if line.event == hash_chain.PUBLISHED:
            pk, other = line.version_id, line.signature_id
            about = versions.get(pk)
        else:
            pk, other = line.signature_id, line.version_id
            about = signatures.get(pk)
        if other is not None:
            yield f"Line {line.number} speaks of two things."
        yield from _content_problems(line, about)
        expected, previous = line.number + 1, line.sha256
        seen.add((pk, line.event))
    events: list[tuple[Signature | CharterVersion, str]] = [
        *((version, hash_chain.PUBLISHED) for version in versions.values()),
        *hash_chain.signature_events(signatures.values()),
    ]
    for row, event in events:
        if hash_chain.event_key(row, event) not in seen:
            yield f"{_label(row)} ({event}) is in no line."


def _content_problems(
    line: RegisterLine, about: Signature | CharterVersion | None
) -> Iterator[str]:
    if about is None:
        yield f"What line {line.number} speaks of is gone."
        return
    now = json.loads(hash_chain.canonical_content(about, line.event))
    try:
        recorded = json.loads(line.content)
    except ValueError:
        recorded = None
    if isinstance(recorded, dict) and now.get("person_id", 0) is None:
        now["person_id"] = _id_if_deleted(recorded.get("person_id"))
    if recorded != now:
        yield f"{_label(about)} is not what line {line.number} says."


def _id_if_deleted(person_id: int | None) -> int | None:
    """``person_id`` where that account was closed or deleted since, else None."""
    accounts = User.objects.filter(pk=person_id or 0, closed_at=None)
    return None if accounts.exists() else person_id


def _label(about: Signature | CharterVersion) -> str:
    return f"{'Version' if isinstance(about, CharterVersion) else 'Signature'} {about.pk}"

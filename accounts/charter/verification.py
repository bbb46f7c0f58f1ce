"""Verification of the register: its lines against each other and against the rows."""

import hashlib
import json

from django.db import transaction

from accounts.charter import hash_chain
from accounts.charter.models import CharterVersion, RegisterLine, Signature
from accounts.users.models import User


@transaction.atomic
def register_problems():
    """A sentence for each line or row that was altered, removed or moved.

    Locks the register while it reads: a signature in between would look like a problem.
    """
    hash_chain.lock_register()
    return list(_problems())


def document_problems():
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


def _problems():
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
        rows, pk, other = versions, line.version_id, line.signature_id
        if line.event != hash_chain.PUBLISHED:
            rows, pk, other = signatures, other, pk
        if other is not None:
            yield f"Line {line.number} speaks of two things."
        yield from _content_problems(line, rows.get(pk))
        expected, previous = line.number + 1, line.sha256
        seen.add((pk, line.event))
    events = [(version, hash_chain.PUBLISHED) for version in versions.values()]
    for about, event in [*events, *hash_chain.signature_events(signatures.values())]:
        if hash_chain.event_key(about, event) not in seen:
            yield f"{_label(about)} ({event}) is in no line."


def _content_problems(line, about):
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


def _id_if_deleted(person_id):
    """``person_id`` where that account was closed or deleted since, else None."""
    accounts = User.objects.filter(pk=person_id, closed_at=None)
    return None if accounts.exists() else person_id


def _label(about):
    return f"{about._meta.object_name.replace('CharterVersion', 'Version')} {about.pk}"

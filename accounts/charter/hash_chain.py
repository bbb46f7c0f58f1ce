"""The register as a chain: every line holds the hash of the line before it.

A line is written with each version of the charter, each signature and each withdrawal, in
their transaction, and never changed. It says all that was attested. So ``proving.problems``
finds whatever was altered, removed or put elsewhere since, in the lines or in what they speak
of; and who has noted the hash of the newest line can tell later that nothing before it was
touched.
"""

import hashlib
import json
from datetime import UTC

from accounts.charter.models import CharterVersion, RegisterLine, Signature

PUBLISHED, SIGNED, WITHDRAWN = "published", "signed", "withdrawn"
#: What a line attests of a version of the charter; ``sha256`` is its text's.
_VERSION_FIELDS = (
    "number", "name", "language", "sha256", "adopted_on", "is_substantive", "published_at",
    "binding_from",
)  # fmt: skip
#: What it attests of a signature. ``person_id`` may be gone since: an account was closed.
_SIGNATURE_FIELDS = (
    "person_id", "organisation_id", "college_id", "version_id", "sha256", "position",
    "authority", "authority_detail", "typed_name", "signed_at",
)  # fmt: skip
#: What it attests beside, where a signature has it.
_OPTIONAL_SIGNATURE_FIELDS = ("act_date", "document_sha256", "countersigns_id")
#: Before the first line there is this.
GENESIS_HASH = "0" * 64


def append(about, event):
    """Write the line of ``event``, in its transaction; return the line.

    ``about`` is the version that was PUBLISHED, or the signature that was SIGNED or
    WITHDRAWN. One line at a time: whoever appends holds the register meanwhile.
    """
    lock_register()
    (line,) = build_lines(last_line(), [(about, event)])
    return RegisterLine.objects.create(**line)


def lock_register():
    """Hold the register still until the transaction ends: nobody signs meanwhile."""
    CharterVersion.objects.select_for_update(no_key=True).order_by("number").first()


def append_missing_lines():
    """Write the lines of all that came without theirs, as loaders make it."""
    rows = RegisterLine.objects.values_list("version_id", "signature_id", "event")
    lines = {(version or signature, event) for version, signature, event in rows}
    events = [(version, PUBLISHED) for version in CharterVersion.objects.order_by("number")]
    events += signature_events(Signature.objects.all())
    missing = [one for one in events if event_key(*one) not in lines]
    rows = build_lines(last_line(), missing)
    RegisterLine.objects.bulk_create((RegisterLine(**row) for row in rows), batch_size=1000)


def last_line():
    """``(number, hash)`` of the newest line; (0, NOTHING) where there is none."""
    lines = RegisterLine.objects.order_by("-number").values_list("number", "sha256")
    return lines.first() or (0, GENESIS_HASH)


def line_of_signature(signature):
    """The line that attests this signature, or None."""
    return RegisterLine.objects.filter(signature=signature, event=SIGNED).first()


def has_line(number, sha256):
    """Whether line ``number`` has this hash."""
    return RegisterLine.objects.filter(number=number, sha256=sha256).exists()


def build_lines(last, events):
    """The fields of the lines of ``events``, (about, event) pairs, after line ``last``."""
    number, previous = last
    for about, event in events:
        number, content = number + 1, canonical_content(about, event)
        subject = "version_id" if event == PUBLISHED else "signature_id"
        line = {"number": number, subject: about.pk, "event": event}
        line |= {"content": content, "previous": previous}
        previous = line["sha256"] = line_hash(number, previous, content)
        yield line


def canonical_content(about, event):
    """What the line of ``event`` says, the same for ever."""
    said = _version_content(about) if event == PUBLISHED else _signature_content(about)
    said["event"] = event
    if event == WITHDRAWN:
        said["withdrawn_at"] = _serialized(about.withdrawn_at)
    return json.dumps(said, sort_keys=True, ensure_ascii=False)


def _version_content(version):
    said = {name: _serialized(getattr(version, name)) for name in _VERSION_FIELDS}
    return said | {"version": version.pk}


def _signature_content(signature):
    said = {name: _serialized(getattr(signature, name)) for name in _SIGNATURE_FIELDS}
    beside = {name: getattr(signature, name, None) for name in _OPTIONAL_SIGNATURE_FIELDS}
    said |= {name: _serialized(value) for name, value in beside.items() if value}
    return said | {"signature": signature.pk}


def line_hash(number, previous, content):
    """The hash of a line, which everything in it and before it goes into."""
    return hashlib.sha256(f"{number}\n{previous}\n{content}".encode()).hexdigest()


def signature_events(signatures):
    """What happened to ``signatures``, in order: (signature, event) pairs."""
    events = []
    for signature in signatures:
        events.append((signature.signed_at, signature.pk, SIGNED, signature))
        if signature.withdrawn_at:
            events.append((signature.withdrawn_at, signature.pk, WITHDRAWN, signature))
    events.sort(key=lambda one: one[:3])
    return [(signature, event) for _at, _pk, event, signature in events]


def event_key(about, event):
    """What tells one event from all others."""
    return about.pk, event


def _serialized(value):
    if hasattr(value, "astimezone"):
        value = value.astimezone(UTC)
    return value.isoformat() if hasattr(value, "isoformat") else value

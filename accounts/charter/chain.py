"""The register as a chain: every line holds the hash of the line before it.

A line is written with each signature and each withdrawal, in their transaction, and never
changed. It says all that was attested. So ``problems`` finds whatever was altered, removed or
put elsewhere since, in the lines or in the signatures themselves; and who has noted the hash of
the newest line can tell later that nothing before it was touched.
"""

import hashlib
import json
from datetime import UTC

from django.db import transaction

from accounts.charter.models import CharterVersion, RegisterLine, Signature

SIGNED, WITHDRAWN = "signed", "withdrawn"
#: What a line attests of a signature. ``person_id`` may be gone since: an account was closed.
ATTESTED = (
    "person_id", "organisation_id", "college_id", "version_id", "sha256", "position",
    "authority", "authority_detail", "typed_name", "signed_at",
)  # fmt: skip
#: What it attests beside, where a signature has it.
_WHERE_ANY = ("act_date", "document_sha256", "countersigns_id")
#: Before the first line there is this.
NOTHING = "0" * 64


def append(signature, event):
    """Write the line of ``event``, SIGNED or WITHDRAWN; in the transaction of that event.

    One line at a time: whoever appends holds the first version of the charter meanwhile.
    """
    hold()
    (line,) = following(last_line(), [(signature, event)])
    return RegisterLine.objects.create(**line)


def hold():
    """Hold the register still until the transaction ends: nobody signs meanwhile."""
    CharterVersion.objects.select_for_update(no_key=True).order_by("number").first()


def append_missing():
    """Write the lines of all signatures that came without theirs, as loaders make them."""
    lines = set(RegisterLine.objects.values_list("signature_id", "event"))
    missing = [one for one in events_of(Signature.objects.all()) if _key(*one) not in lines]
    rows = following(last_line(), missing)
    RegisterLine.objects.bulk_create((RegisterLine(**row) for row in rows), batch_size=1000)


def last_line():
    """``(number, hash)`` of the newest line; (0, NOTHING) where there is none."""
    lines = RegisterLine.objects.order_by("-number").values_list("number", "sha256")
    return lines.first() or (0, NOTHING)


def line_of(signature):
    """The line that attests this signature, or None."""
    return RegisterLine.objects.filter(signature=signature, event=SIGNED).first()


def has_line(number, sha256):
    """Whether line ``number`` has this hash."""
    return RegisterLine.objects.filter(number=number, sha256=sha256).exists()


def following(last, events):
    """The fields of the lines of ``events``, (signature, event) pairs, after line ``last``."""
    number, previous = last
    for signature, event in events:
        number, content = number + 1, content_of(signature, event)
        line = {"number": number, "signature_id": signature.pk, "event": event}
        line |= {"content": content, "previous": previous}
        previous = line["sha256"] = hash_of(number, previous, content)
        yield line


def content_of(signature, event):
    """What the line of ``event`` says, the same for ever."""
    said = {name: _said(getattr(signature, name)) for name in ATTESTED}
    beside = {name: getattr(signature, name, None) for name in _WHERE_ANY}
    said |= {name: _said(value) for name, value in beside.items() if value}
    said |= {"event": event, "signature": signature.pk}
    if event == WITHDRAWN:
        said["withdrawn_at"] = _said(signature.withdrawn_at)
    return json.dumps(said, sort_keys=True, ensure_ascii=False)


def hash_of(number, previous, content):
    """The hash of a line, which everything in it and before it goes into."""
    return hashlib.sha256(f"{number}\n{previous}\n{content}".encode()).hexdigest()


@transaction.atomic
def problems():
    """Each thing in the register that is not as it was written, in words; none if all is.

    Nobody signs while it is read: what came in between would look like a fault.
    """
    hold()
    return list(_problems())


def _problems():
    yield from _altered_versions()
    expected, previous, seen = 1, NOTHING, set()
    signatures = Signature.objects.in_bulk()
    for line in RegisterLine.objects.order_by("number").iterator():
        if line.number != expected:
            yield f"Lines {expected} to {line.number - 1} are missing."
        if line.previous != previous:
            yield f"Line {line.number} does not follow the line before it."
        if line.sha256 != hash_of(line.number, line.previous, line.content):
            yield f"Line {line.number} is not as it was written."
        yield from _untrue(line, signatures.get(line.signature_id))
        expected, previous = line.number + 1, line.sha256
        seen.add((line.signature_id, line.event))
    for signature, event in events_of(signatures.values()):
        if _key(signature, event) not in seen:
            yield f"Signature {signature.pk} ({event}) is in no line."


def _untrue(line, signature):
    if signature is None:
        yield f"The signature of line {line.number} is gone."
        return
    said, now = json.loads(line.content), json.loads(content_of(signature, line.event))
    if now["person_id"] is None:
        now["person_id"] = said.get("person_id")
    if said != now or line.event != said.get("event"):
        yield f"Signature {signature.pk} is not what line {line.number} says."


def _altered_versions():
    for version in CharterVersion.objects.order_by("number"):
        if hashlib.sha256(version.text.encode()).hexdigest() != version.sha256:
            yield f"The text of version {version.name} is not what was adopted."


def events_of(signatures):
    """What happened to ``signatures``, in order: (signature, event) pairs."""
    happened = []
    for signature in signatures:
        happened.append((signature.signed_at, signature.pk, SIGNED, signature))
        if signature.withdrawn_at:
            happened.append((signature.withdrawn_at, signature.pk, WITHDRAWN, signature))
    happened.sort(key=lambda one: one[:3])
    return [(signature, event) for _at, _pk, event, signature in happened]


def _key(signature, event):
    return signature.pk, event


def _said(value):
    if hasattr(value, "astimezone"):
        value = value.astimezone(UTC)
    return value.isoformat() if hasattr(value, "isoformat") else value

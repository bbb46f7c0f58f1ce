"""Hostile files sent and prepared as any other; what is then served of them is looked at."""

import re
from io import BytesIO

from PIL import Image

from forum.conversation.files.models import FileState, StoredFile
from forum.conversation.files.preparing.actions import prepare
from tests.forum.conversation.files.file_helpers import address_of, upload
from tests.forum.conversation.files.hostile_files import SECRET, Outcome

#: What may be served at all; nothing of it runs in a page.
_SAVED_TYPES = re.compile(
    r"application/(octet-stream|pdf|zip|vnd\.(oasis\.opendocument|openxmlformats)[\w.-]+)"
)
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-cache",
}
#: Chunks of a WebP besides its pixels, and what they hold.
_METADATA = {b"EXIF", b"XMP ", b"ICCP"}


def what_is_wrong(browser, file):
    """What is wrong with how the site answers to ``file``; none is what it should be."""
    answer = upload(browser, file.name, content := file.content())
    if file.outcome == Outcome.REFUSED:
        said = answer.json().get("errors", {}).get("file", [""])[0]
        is_said = said.startswith(("«", "Choisissez")) and "\0" not in said
        return [] if answer.status_code == 422 and is_said else [answer.status_code, said]
    if answer.status_code != 201:
        return [answer.status_code, answer.text]
    row = StoredFile.objects.get(pk=answer.json()["id"])
    prepare(str(row.pk))
    row.refresh_from_db()
    return _wrong_state(row, file) + answers_that_are_wrong(browser, row, content)


def _wrong_state(row, file):
    if file.outcome in (Outcome.SAVED, Outcome.MADE_ANEW):
        is_right = row.state == FileState.READY and row.is_image == (
            file.outcome == Outcome.MADE_ANEW
        )
        return [] if is_right else [row.state, row.refusal]
    is_right = (row.state, row.refusal) == (FileState.REFUSED, file.outcome)
    return [] if is_right else [row.state, row.refusal]


def answers_that_are_wrong(browser, row, content):
    """What is wrong with what is answered at any address of ``row``, ``content`` as sent."""
    widths = [None, 0, 1, 320, 800, 10**30, *row.widths] if row.is_image else [None]
    addresses = [address_of(row), row.shown.address + "x.html"]
    wrong = []
    for address in addresses:
        for width in dict.fromkeys(widths):
            answer = browser.get(address, {} if width is None else {"largeur": str(width)})
            if row.state != FileState.READY:
                wrong += [] if answer.status_code == 404 else [answer.status_code]
            else:
                wrong += _wrong_answer(answer, row, content)
    return wrong


def _wrong_answer(answer, row, content):
    if answer.status_code != 200:
        return [answer.status_code]
    wrong = [it for it in _HEADERS.items() if answer[it[0]] != it[1]]
    kind, way = answer["Content-Type"], answer["Content-Disposition"]
    if row.is_image:
        wrong += [] if (kind, way[:6]) == ("image/webp", "inline") else [kind, way]
        return wrong + _wrong_picture(answer.content)
    is_saved = _SAVED_TYPES.fullmatch(kind) and way.startswith("attachment; filename")
    return (
        wrong + ([] if is_saved else [kind, way]) + ([] if answer.content == content else ["!"])
    )


def _wrong_picture(content):
    shown = Image.open(BytesIO(content))
    wrong = [it for it in ("exif", "xmp", "icc_profile") if shown.info.get(it)]
    wrong += ["moves"] if getattr(shown, "n_frames", 1) > 1 else []
    wrong += ["more than pixels"] if _METADATA & _chunks(content) else []
    return wrong + (["what was hidden"] if SECRET in content or b"script" in content else [])


def _chunks(content):
    """The names of all chunks of a WebP; that it ends where they do."""
    at, names = 12, set()
    while at < len(content):
        names.add(content[at : at + 4])
        size = int.from_bytes(content[at + 4 : at + 8], "little")
        at += 8 + size + size % 2
    assert at == len(content)
    return names

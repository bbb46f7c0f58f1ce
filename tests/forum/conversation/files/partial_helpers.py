"""What sends a file in parts, as the script of a composer does."""

from uuid import uuid4

from django.urls import reverse

from tests.forum.conversation.files.file_helpers import PDF, sent

#: Bytes of a part, in tests that cut a file into many.
PART = 1000
#: A document of four parts, the last of which is smaller.
DOCUMENT = (PDF * 100)[: 3 * PART + 400]


def begin(browser, content=DOCUMENT, key=None, name="plan.pdf", **fields):
    """What is answered to who begins to send ``content``, or asks where it stands."""
    about = {"key": key or uuid4(), "name": name, "size": len(content)} | fields
    return browser.post(reverse("begin-upload"), about)


def send_part(browser, key, offset, content=DOCUMENT, size=PART):
    """What is answered to the part of ``content`` that begins at ``offset``."""
    part = sent("part", content[offset : offset + size])
    address = reverse("upload-part", args=[key])
    return browser.post(address, {"offset": offset, "part": part})


def send_parts(browser, content=DOCUMENT, key=None, until=None, size=PART, **begun):
    """Begin, and send all parts as far as ``until``; give the key and the last answer."""
    key = key or uuid4()
    answer = begin(browser, content, key, **begun)
    while answer.status_code == 200 and answer.json()["received"] < (until or len(content)):
        answer = send_part(browser, key, answer.json()["received"], content, size)
    return key, answer


def cancel(browser, key):
    """What is answered to who gives an upload up."""
    return browser.post(reverse("cancel-upload", args=[key]))

"""What the forms of tools send, and what their pages say."""

from uuid import uuid4

from django.urls import reverse

from forum.base.readership import readership_of
from forum.library.tools.models import ToolVersion
from tests.forum.conversation.files.file_helpers import pdf_of, sent


def facts(**fields):
    """What is said of a tool, as its form sends it."""
    return {
        "title": "Cahier des charges d’une chaufferie",
        "type": "cahier-des-charges",
        "licence": "etalab-2.0",
        "topic": "bois-energie",
        "used_for": "Consulter trois maîtres d’œuvre en 2025.",
        "label": "1",
        "territory_words": "",
    } | fields


def offered(browser, file, **fields):
    """The version that ``file`` is once it was offered."""
    answer = browser.post(reverse("offer-tool", args=[file.pk]), facts(**fields))
    assert answer.status_code == 302, answer.text
    return ToolVersion.objects.select_related("file__post__thread").get(file=file)


def version_form(version, **fields):
    """What the form of the next version sends."""
    form = facts(
        text="Le lot électricité est à part.",
        label="2",
        idempotency_key=uuid4(),
        shown_readers=readership_of(version.file.post.thread.space).stamp,
    )
    return form | {"files": sent("cahier-2.pdf", pdf_of(pages=2))} | fields


def next_version(browser, version, **fields):
    """The version that was just published after ``version``."""
    address = reverse("tool-version", args=[version.file.tool_id])
    answer = browser.post(address, version_form(version, **fields))
    assert answer.status_code == 302, answer.text
    return ToolVersion.objects.select_related("file__post__thread").latest("pk")


def address_of(version):
    """The short address of the tool."""
    return reverse("tool-short", args=[version.file.tool_id])


def plain(text):
    """``text`` with plain spaces, one between words."""
    return " ".join(text.replace("\u00a0", " ").replace("\u202f", " ").split())

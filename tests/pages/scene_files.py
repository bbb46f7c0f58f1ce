"""A reply with files: pictures of several shapes and colours, documents, and one refused."""

from io import BytesIO
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from accounts.viewers.viewers import viewer_of_person
from forum.conversation.files.actions import Attachment
from forum.conversation.files.preparing.actions import prepare
from forum.conversation.files.uploads.actions import store_file
from forum.conversation.threads.actions import post_reply
from tests.forum.conversation.files.file_helpers import pdf_of


def reply_with_files(person, thread):
    """``person`` replies with two pictures, one that cannot be read, and two documents."""
    actor = viewer_of_person(person)
    files = [
        ("chaufferie.jpg", _picture((1600, 1067), "#7a5230"), "La chaufferie, vue du bourg."),
        ("plan.png", _picture((900, 1200), "#d9e4dd"), "Le plan du réseau de chaleur."),
        ("illisible.png", b"\x89PNG\r\n\x1a\n?", "Une image abîmée."),
        ("Délibération du 12 mars 2026, régie de chaleur, version signée.pdf", pdf_of(), ""),
        ("consommations.csv", b"mois;kWh\n", ""),
    ]
    given = []
    for name, content, description in files:
        row = store_file(actor, SimpleUploadedFile(name, content))
        given.append(Attachment(row, description))
    post_reply(thread, actor, "Voici nos pièces, et deux photos.", uuid4(), files=given)
    for one in given:
        prepare(str(one.file.pk))


def _picture(size, colour):
    image = Image.new("RGB", size, colour)
    width, height = size
    box = (width // 4, height // 3, 3 * width // 4, height)
    ImageDraw.Draw(image).rectangle(box, fill="#3d6b57")
    written = BytesIO()
    image.save(written, "PNG")
    return written.getvalue()

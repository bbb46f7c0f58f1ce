"""Files of all kinds, made here, and what sends them."""

from io import BytesIO
from uuid import uuid4
from zipfile import ZipFile

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from forum.base.readership import readership_of
from forum.conversation.files.models import StoredFile

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def picture(size=(1200, 900), file_format="JPEG", colour=(200, 30, 30), **options):
    """The bytes of a picture."""
    written = BytesIO()
    Image.new("RGB", size, colour).save(written, file_format, **options)
    return written.getvalue()


def pdf_of(size=(595, 842), pages=1, **options):
    """The bytes of a PDF with so many pages of this ``size``, in points."""
    written = BytesIO()
    canvas = Canvas(written, pagesize=size, **options)
    for _page in range(pages):
        canvas.drawString(size[0] / 8, size[1] / 2, "Cahier des charges")
        canvas.showPage()
    canvas.save()
    return written.getvalue()


def zip_of(**entries):
    """The bytes of a ZIP file."""
    written = BytesIO()
    with ZipFile(written, "w") as file:
        for name, content in entries.items():
            file.writestr(name, content)
    return written.getvalue()


def sent(name, content, media_type="application/octet-stream"):
    """A file as a form sends it."""
    return SimpleUploadedFile(name, content, media_type)


def upload(browser, name="plan.pdf", content=PDF, **more):
    """What the address for files answers to one."""
    return browser.post(reverse("upload-file"), {"file": sent(name, content)}, **more)


def uploaded(browser, name="plan.pdf", content=PDF):
    """The row of a file that was just sent."""
    answer = upload(browser, name, content)
    assert answer.status_code == 201, answer.text
    return StoredFile.objects.get(pk=answer.json()["id"])


def reply_form(thread, text="Voici les pièces.", **fields):
    """What a composer sends."""
    return {
        "text": text,
        "idempotency_key": uuid4(),
        "shown_readers": readership_of(thread.space).stamp,
    } | fields


def send_reply(browser, thread, text="Voici les pièces.", **fields):
    """Send a reply as a form without a script does."""
    return browser.post(
        reverse("replies", args=[thread.pk]), reply_form(thread, text, **fields)
    )


def post_with_file(browser, thread, name="plan.pdf", content=PDF, **fields):
    """The file of a reply that was just posted, with a description."""
    row = uploaded(browser, name, content)
    said = {f"description-{row.pk}": "Un plan."} | fields
    answer = send_reply(browser, thread, file=str(row.pk), **said)
    assert answer.status_code == 302, answer.text
    return StoredFile.objects.select_related("post").get(pk=row.pk)


def address_of(row):
    """The address of a file."""
    return reverse("file", args=[row.pk, row.name])

"""Files that people choose, made here."""

from io import BytesIO

from PIL import Image, ImageDraw

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def photograph(size=(1600, 1200), colour=(90, 130, 80)):
    """The bytes of a picture, of something that stands on a meadow."""
    image = Image.new("RGB", size, (170, 200, 230))
    drawing = ImageDraw.Draw(image)
    drawing.rectangle((0, size[1] // 2, *size), fill=colour)
    drawing.ellipse((size[0] // 3, size[1] // 4, size[0] // 2, size[1] // 2), fill="white")
    written = BytesIO()
    image.save(written, "JPEG")
    return written.getvalue()


def chosen(name, content=PDF, media_type="application/pdf"):
    """A file as a browser is given it."""
    return {"name": name, "mimeType": media_type, "buffer": content}


def choose(page, *files):
    """Choose files in the composer of ``page``."""
    page.locator("[data-upload]").set_input_files(list(files))


def row_of(page, name):
    """The row of the file of this name."""
    return page.locator(".chosen-files > li").filter(has_text=name)


def give(page, kind, *files, text=None, on="textarea"):
    """Drop or paste files, or a ``text`` with them, on the place where one writes."""
    page.locator(f"[data-composer] {on}").evaluate(
        """(area, { kind, files, text }) => {
            const data = new DataTransfer()
            for (const { name, mimeType, bytes } of files)
                data.items.add(new File([new Uint8Array(bytes)], name, { type: mimeType }))
            if (text) {
                data.setData("text/plain", text)
                data.setData("text/html", `<b>${text}</b>`)
            }
            const about = { bubbles: true, cancelable: true }
            const event = kind === "paste"
                ? new ClipboardEvent("paste", { ...about, clipboardData: data })
                : new DragEvent("drop", { ...about, dataTransfer: data })
            area.dispatchEvent(event)
        }""",
        {
            "kind": kind,
            "text": text,
            "files": [file | {"bytes": [*file["buffer"]], "buffer": None} for file in files],
        },
    )

"""Mail on the terminal of a development site, as one reads it."""

from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends import console

_HEADERS = ("Subject", "From", "To", "Reply-To")


class EmailBackend(console.EmailBackend):
    """Writes each mail decoded, so that its links are whole: one copies or follows them."""

    def write_message(self, message: EmailMessage) -> None:
        """Write the headers that people read, the text and the names of what is attached."""
        written: Any = message.message()
        names = [name for part in written.iter_attachments() if (name := part.get_filename())]
        headers = [f"{name}: {written[name]}" for name in _HEADERS if written[name]]
        files = [f"[{name}]" for name in names]
        self.stream.write("\n".join([*headers, "", message.body.strip(), *files, ""]))
        self.stream.write(f"{'-' * 79}\n")

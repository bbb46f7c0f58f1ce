"""The act under which one signs, as a PDF: what is taken, and who may read it."""

import hashlib
from dataclasses import dataclass

from django import forms
from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _
from pypdf import PdfReader
from pypdf.errors import DependencyError

#: Bytes at most: a resolution scanned in grey.
MAX_BYTES = 5 * 2**20
_UNREADABLE = _(
    "Ce fichier n’est pas un PDF lisible. Enregistrez l’acte en PDF, sans mot de passe, puis "
    "choisissez-le de nouveau."
)
_PROTECTED = _(
    "Ce PDF est protégé : il ne s’ouvre pas sans mot de passe ou sans certificat. Enregistrez "
    "l’acte sans protection, puis choisissez-le de nouveau."
)


@dataclass(frozen=True)
class UploadedAct:
    """A PDF that was read as one, and the hash of its bytes."""

    file: ContentFile
    sha256: str


class ActField(forms.FileField):
    """An optional PDF; cleans to an Act, or None."""

    def __init__(self, **kwargs):
        """Offer PDFs to choose from."""
        widget = forms.FileInput(attrs={"accept": "application/pdf,.pdf"})
        super().__init__(required=False, widget=widget, **kwargs)

    def clean(self, data, initial=None):
        """Refuse what is too large, no PDF, or opens only with a password or certificate."""
        upload = super().clean(data, initial)
        if not upload:
            return None
        if upload.size > MAX_BYTES:
            raise forms.ValidationError(
                _("Ce fichier pèse plus de %(most)d Mo. Numérisez-le en gris, ou plus petit."),
                params={"most": MAX_BYTES // 2**20},
            )
        content = upload.read()
        if problem := _problem(content):
            raise forms.ValidationError(problem)
        return UploadedAct(
            ContentFile(content, "acte.pdf"), hashlib.sha256(content).hexdigest()
        )


def _problem(content):
    """Why ``content`` cannot be read as a PDF, in words; nothing where it can."""
    if not content.startswith(b"%PDF-"):
        return _UNREADABLE
    try:
        reader = PdfReader(ContentFile(content), strict=False)
        # Whoever may only not print or copy it opens it with an empty password.
        if reader.is_encrypted and not reader.decrypt(""):
            return _PROTECTED
        return "" if len(reader.pages) else _UNREADABLE
    except (NotImplementedError, DependencyError):  # Ways to protect that pypdf cannot undo.
        return _PROTECTED
    except Exception:  # Whatever else pypdf raises on what others made: it is not readable.
        return _UNREADABLE

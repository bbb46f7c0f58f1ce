"""The act that authorises a signatory, uploaded as a PDF: the form field that checks it."""

import hashlib
from dataclasses import dataclass

from django import forms
from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _
from pypdf import PdfReader
from pypdf.errors import DependencyError

#: Bytes at most: enough for a resolution scanned in grey.
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
    """A PDF that could be read, and the hash of its bytes."""

    file: ContentFile
    sha256: str


class ActField(forms.FileField):
    """An optional PDF; cleans to an UploadedAct, or None."""

    def __init__(self, **kwargs):
        widget = forms.FileInput(attrs={"accept": "application/pdf,.pdf"})
        super().__init__(required=False, widget=widget, **kwargs)

    def clean(self, data, initial=None):
        """Raise ValidationError where it is too large, not a PDF, or protected."""
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
    """Why ``content`` cannot be read as a PDF; an empty string where it can."""
    if not content.startswith(b"%PDF-"):
        return _UNREADABLE
    try:
        reader = PdfReader(ContentFile(content), strict=False)
        # A PDF that only forbids printing or copying opens with an empty password.
        if reader.is_encrypted and not reader.decrypt(""):
            return _PROTECTED
        return "" if len(reader.pages) else _UNREADABLE
    except (NotImplementedError, DependencyError):  # Protections that pypdf cannot open.
        return _PROTECTED
    except Exception:  # pypdf raises all kinds of errors on broken files.
        return _UNREADABLE

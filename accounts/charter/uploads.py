"""The act that authorises a signatory, uploaded as a PDF: the form field that checks it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.utils.translation import gettext_lazy as _

from accounts.base.rate_limits import RateLimit
from accounts.charter.pdf_check import check_pdf
from accounts.charter.pdf_program import PdfProblem

#: Acts that are sent: each is opened, which costs.
ACTS = RateLimit("act", "20/h/user,60/d/user")
#: Bytes at most: enough for a resolution scanned in grey.
MAX_BYTES = 5 * 2**20
_MESSAGES = {
    PdfProblem.UNREADABLE: _(
        "Ce fichier n’est pas un PDF lisible. Enregistrez l’acte en PDF, sans mot de passe, "
        "puis choisissez-le de nouveau."
    ),
    PdfProblem.PROTECTED: _(
        "Ce PDF est protégé : il ne s’ouvre pas sans mot de passe ou sans certificat. "
        "Enregistrez l’acte sans protection, puis choisissez-le de nouveau."
    ),
    PdfProblem.TOO_COSTLY: _(
        "Ce PDF est trop long à ouvrir. Numérisez l’acte de nouveau, ou imprimez-le en PDF, "
        "puis choisissez ce nouveau fichier."
    ),
}


@dataclass(frozen=True)
class UploadedAct:
    """A PDF that could be read, and the hash of its bytes; stored already, its name."""

    file: ContentFile[bytes] | str
    sha256: str


class ActField(forms.FileField):
    """An optional PDF; cleans to an UploadedAct, or None."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.FileInput(attrs={"accept": "application/pdf,.pdf"})
        super().__init__(required=False, widget=widget, **kwargs)

    def clean(
        self, data: InMemoryUploadedFile | None, initial: Any = None
    ) -> UploadedAct | None:
        """Raise ValidationError where it is too large or costly, not a PDF, or protected."""
        upload = super().clean(data, initial)
        if not upload:
            return None
        if upload.size > MAX_BYTES:
            raise forms.ValidationError(
                _("Ce fichier pèse plus de %(most)d Mo. Numérisez-le en gris, ou plus petit."),
                params={"most": MAX_BYTES // 2**20},
            )
        content = upload.read()
        problem = check_pdf(content)
        if problem != PdfProblem.NONE:
            raise forms.ValidationError(_MESSAGES[problem])
        return UploadedAct(
            ContentFile(content, "acte.pdf"), hashlib.sha256(content).hexdigest()
        )

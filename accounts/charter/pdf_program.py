"""Whether a file is a PDF that opens: a decoder, which ``sandbox.py`` runs.

It imports nothing of the project.
"""

from enum import StrEnum
from io import BytesIO


class PdfProblem(StrEnum):
    """Why a file is not taken."""

    NONE = "none"
    UNREADABLE = "unreadable"
    PROTECTED = "protected"
    TOO_COSTLY = "too-costly"


def decode(content: bytes) -> bytes:
    """The PdfProblem of ``content``."""
    return _problem_of(content).encode()


def _problem_of(content: bytes) -> PdfProblem:
    import pypdf
    from pypdf.errors import DependencyError

    try:
        reader = pypdf.PdfReader(BytesIO(content), strict=False)
        # A PDF that only forbids printing or copying opens with an empty password.
        if reader.is_encrypted and not reader.decrypt(""):
            return PdfProblem.PROTECTED
        return PdfProblem.NONE if len(reader.pages) else PdfProblem.UNREADABLE
    except MemoryError:
        return PdfProblem.TOO_COSTLY
    except (NotImplementedError, DependencyError):  # Protections that pypdf cannot open.
        return PdfProblem.PROTECTED
    except Exception:  # pypdf raises all kinds of errors on broken files.
        return PdfProblem.UNREADABLE

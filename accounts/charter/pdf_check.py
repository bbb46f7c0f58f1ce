"""Whether a file is a PDF that opens, asked in a sandbox.

A PDF of a few megabytes can be made to cost minutes, and a page worker has other pages to
serve.
"""

from accounts.base.sandbox import Bounds, DecoderStopped, run_decoder
from accounts.charter import pdf_program
from accounts.charter.pdf_program import PdfProblem

#: What a check may take.
BOUNDS = Bounds(cpu_seconds=2, seconds=15, memory=512 * 2**20, output=100)


def check_pdf(content: bytes) -> PdfProblem:
    """What is wrong with ``content``, found within the bounds above."""
    if not content.startswith(b"%PDF-"):
        return PdfProblem.UNREADABLE
    try:
        output = run_decoder(pdf_program.__file__, content, bounds=BOUNDS)
    except DecoderStopped:
        return PdfProblem.TOO_COSTLY
    return PdfProblem(output.decode())

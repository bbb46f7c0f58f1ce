"""``manage.py print_processing_register``: the register of processing of this site, in French.

``docs/registre-des-traitements.md`` with who is responsible, and with what the models say of
each kind of data: what, why, how long. Markdown, on the standard output.
"""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import translation

from accounts.base.data_export import privacy_notices

_PAGE = Path("docs") / "registre-des-traitements.md"
_CONTROLLER, _TABLE = "<!-- responsable -->", "<!-- traitements -->"


class Command(BaseCommand):
    """Print the register that article 30 of the GDPR asks for."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the page, its two places filled in."""
        page = (settings.BASE_DIR / _PAGE).read_text()
        with translation.override("fr"):
            page = page.replace(_CONTROLLER, _controller()).replace(_TABLE, _table())
        self.stdout.write(page)


def _controller() -> str:
    publisher = settings.FORUM_PUBLISHER
    named = [publisher[name] for name in ("name", "address", "email") if publisher[name]]
    lines = [", ".join(named) or "À compléter : FORUM_PUBLISHER_NAME et la suite."]
    lines.append(f"Délégué à la protection des données : {publisher['dpo'] or 'aucun.'}")
    return "\n\n".join(lines)


def _table() -> str:
    rows = [(it.what, it.why, it.kept_until) for it in privacy_notices()]
    rows = [("Données", "Finalité et base légale", "Durée"), ("---",) * 3, *rows]
    cells = (" | ".join(str(cell).replace("|", "/") for cell in row) for row in rows)
    return "\n".join(f"| {row} |" for row in cells)

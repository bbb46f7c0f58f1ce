"""Exceptions that actions raise and views show."""

from django.core.exceptions import PermissionDenied


class FieldRefusal(PermissionDenied):
    """An action refused, for a ``reason`` that the person reads.

    ``field`` names the form field to change; None where it is no single one. ``status`` is
    that of the form's page: what was sent is to be changed.
    """

    status = 422

    def __init__(self, reason: str, field: str | None = None) -> None:
        super().__init__(reason)
        self.field = field

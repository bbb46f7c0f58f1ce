"""The refusal forms of lists: one for each row, and the one that was sent."""

from django.urls import reverse

from accounts.base import resume_form
from accounts.organisations.forms import RefusalForm


def with_refusal_forms(request, row_type, rows, refused):
    """Each of ``rows`` with its refusal form; ``refused`` is (id, form) of the one sent."""
    refused_pk, refused_form = refused
    forms = []
    for row in rows:
        before = resume_form.pop_saved_form(
            request, reverse(f"refuse-{row_type}", args=[row.pk])
        )
        form = RefusalForm(prefix=f"{row_type}-{row.pk}", initial=before)
        forms.append((row, refused_form if row.pk == refused_pk else form))
    return forms


def unmatched_refusal(rows, refused):
    """The form that was sent about a row that is not in ``rows``, or None.

    It was decided meanwhile, for example: the page shows the form's error and text apart.
    """
    refused_pk, form = refused
    return None if refused_pk in [row.pk for row, _form in rows] else form

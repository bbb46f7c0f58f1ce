"""TODO."""

from django.urls import reverse

from accounts.base import resume_form
from accounts.organisations.forms import RefusalForm


def with_refusal_forms(request, row_type, rows, refused):
    """Each of ``rows`` with the form that refuses it; ``refused`` is the one sent, if any."""
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
    """The form that refuses what none of ``rows`` shows, None where there is no such form.

    It was decided meanwhile, say: who refused reads so, and what they wrote is given back.
    """
    refused_pk, form = refused
    return None if refused_pk in [row.pk for row, _form in rows] else form

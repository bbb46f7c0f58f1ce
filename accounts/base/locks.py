"""Row locks."""

from django.db.models import Model


def lock_row[Row: Model](model: type[Row], pk: object) -> Row:
    """Lock the row of ``model`` with this id until the transaction ends; return it, read anew.

    Rows that refer to it may still be added. Raise ``model.DoesNotExist`` where there is none.
    """
    row: Row = model._base_manager.select_for_update(of=("self",), no_key=True).get(pk=pk)
    return row

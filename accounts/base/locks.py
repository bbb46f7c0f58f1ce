"""Rows held still while one reads them and writes."""


def lock_row(model, pk):
    """The row of ``model`` with this id as it stands, held to the end of the transaction.

    Rows that refer to it may be added meanwhile. Raise ``model.DoesNotExist`` where it is
    gone.
    """
    return model._base_manager.select_for_update(of=("self",), no_key=True).get(pk=pk)

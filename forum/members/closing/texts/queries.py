"""Where a text is read."""

from django.apps import apps


def thread_id_of(label: str, pk: object) -> int | None:
    """The thread that the row of this model is read in, None where it is in none."""
    if label == "forum.Thread":
        return int(str(pk))
    model = apps.get_model(label)
    names = {field.name for field in model._meta.concrete_fields}
    path = next((it for it in ("thread", "post", "sheet", "round") if it in names), None)
    if path is None:
        return None
    rows = model._base_manager.filter(pk=pk)
    thread_id = rows.values_list(
        path if path == "thread" else f"{path}__thread", flat=True
    ).first()
    return None if thread_id is None else int(thread_id)

"""In which texts the names of people who left are looked for, and whose words these are."""

from functools import partial
from typing import Any

from django.apps import apps
from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from accounts.base.compiled_queries import CompiledQuery
from accounts.moderation_log.models import LoggedAction

#: Of which own words are looked at, and no others': nobody is shown all their rows.
_OWN_ONLY = {"forum.StoredFile", "accounts.BreakGlassAccess"}


def searched_texts() -> dict[str, dict[str, str]]:
    """The texts of each model, and by which path one comes to who wrote it.

    "" where several may have. Models declare theirs as ``searched_texts``, and why a text is
    not looked at as ``texts_kept_when_closed`` (``accounts/base/erasure.py``).
    """
    models = (it for it in apps.get_models() if hasattr(it, "searched_texts"))
    return {model._meta.label: model.searched_texts for model in models}


def proposed_texts() -> dict[str, dict[str, str]]:
    """Those of which others' words are proposed to animators who read the row."""
    return {it: texts for it, texts in searched_texts().items() if it not in _OWN_ONLY}


def own_words(label: str, author: str, person_id: int) -> Q:
    """The rows of this model whose text, of ``author``, is this person's alone.

    Not a wiki post that somebody else ever edited, nor what they wrote into one of another; not
    what others have written in a sheet, its title included; not a title that another gave, nor
    what an animator says of a tool; of a file the name that its sender gave it.
    """
    if not author:
        return Q(pk__in=[])
    own = _written_by(author, person_id)
    others = partial(_rows_of_others, person_id=person_id)
    if label == "forum.Thread":
        of_title = others(
            "Revision", "edited_by", thread=OuterRef("pk"), post=None, of_summary=False
        )
        own &= Q(retitled_at=None) & ~of_title & ~_sheet_of_others("pk", person_id)
    elif label == "forum.Post":
        edits = others("Revision", "edited_by", post=OuterRef("pk"))
        of_sheet = Q(number=1) & _sheet_of_others("thread", person_id)
        own &= Q(edited_by=None) & ~edits & ~of_sheet
    elif label == "forum.Revision":
        edits = others("Revision", "edited_by", post=OuterRef("post"))
        of_sheet = Q(post__number=1) & _sheet_of_others("thread", person_id)
        own &= Q(post__author=person_id) & ~edits & ~of_sheet
    elif label == "forum.ToolVersion":
        own &= ~others(
            "accounts.ModerationLogEntry",
            "actor",
            action=LoggedAction.EDIT_TOOL,
            post_id=OuterRef("file__post"),
        )
    elif label == "forum.StoredFile" and author != "sender":
        joined = others("SheetAuthor", "person", sheet__thread=OuterRef("post__thread"))
        of_sheet = joined | _sheet_of_others("post__thread", person_id)
        own &= Q(sender=None) & ~(Q(post__number=1) & of_sheet)
    return own


def _written_by(author: str, person_id: int) -> Q:
    written = Q((author, person_id))
    return written | Q(sender=None, owner=person_id) if author == "sender" else written


def _texts_of(model: type[Model], author: str, person: int) -> QuerySet[Model, Any]:
    rows = model._base_manager.filter(_written_by(author, person))
    return rows.order_by().values_list("pk", flat=True)[:1]


_TEXTS_OF = CompiledQuery(_texts_of, "person")


def has_written(label: str, author: str, person_id: int) -> bool:
    """Whether this model has a text of the person, be it no longer theirs alone."""
    return bool(_TEXTS_OF.rows(apps.get_model(label), author, person=person_id))


def _sheet_of_others(thread: str, person_id: int) -> Q:
    """Whether somebody else wrote in the sheet of a ``thread``, a path, gone since or not."""
    return _rows_of_others(
        "SheetWriter", "person", person_id=person_id, sheet__thread=OuterRef(thread)
    )


def _rows_of_others(label: str, who: str, *, person_id: int, **about: object) -> Q:
    """Whether there is a row of a model ``about`` something of which ``who`` is another."""
    model = apps.get_model(label if "." in label else f"forum.{label}")
    return Q(Exists(model._base_manager.filter(**about).exclude(**{who: person_id})))

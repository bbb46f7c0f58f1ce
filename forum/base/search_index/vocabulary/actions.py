"""The words of posts as they are written, space by space, for *Did you mean*."""

from collections.abc import Iterable

from django.apps import apps
from django.db import transaction
from django.db.models import Q

from accounts.base.text import fold
from forum.base import markup
from forum.base.search_index.models import IndexedWord
from forum.base.search_index.vocabulary.words import correctable_words


def add_words(after: int, limit: int) -> tuple[int, int | None]:
    """Store words of up to ``limit`` posts past the id ``after``; return number and last id.

    The words of a thread's title come with its first post. A word whose letters are each many,
    folded, such as ligatures of a whole phrase, is nothing that one mistypes.
    """
    longest = IndexedWord._meta.get_field("folded").max_length or 0
    posts = apps.get_model("forum", "Post").objects.filter(pk__gt=after).order_by("pk")
    columns = "pk", "thread__space", "number", "thread__title", "html"
    rows = list(posts.values_list(*columns)[:limit])
    spellings: dict[tuple[int, str], str] = {}
    for _pk, space, number, title, html in rows:
        text = markup.text_of(html)
        for word in correctable_words(f"{title}. {text}" if number == 1 else text):
            if len(folded := fold(word)) <= longest:
                spellings.setdefault((space, folded), word)
    words = [
        IndexedWord(space_id=space, word=word, folded=folded, reversed=folded[::-1])
        for (space, folded), word in sorted(spellings.items())
    ]
    with transaction.atomic():
        IndexedWord.objects.bulk_create(words, ignore_conflicts=True, batch_size=500)
    return len(rows), rows[-1][0] if rows else None


def forget_words(texts: Iterable[str]) -> None:
    """Delete the words of ``texts``, such as a name, in spaces where no post has them now."""
    posts = apps.get_model("forum", "Post")._base_manager
    folded = {fold(word) for text in texts for word in correctable_words(text)}
    for indexed in list(IndexedWord.objects.filter(folded__in=folded)):
        words = Q(text__icontains=indexed.word) | Q(thread__title__icontains=indexed.word)
        if not posts.filter(words, thread__space=indexed.space_id).exists():
            indexed.delete()

"""What an author agreed to when they agreed to more readers: the posts as they were then."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from hashlib import sha256

from forum.conversation.files.models import StoredFile
from forum.conversation.threads.models import Post
from forum.conversation.threads.thread_parts import agreed_words
from forum.library.tools.models import ToolVersion
from forum.moderation.thread_moves.models import ThreadMove


def agreed_posts(move: ThreadMove, people: dict[int, set[int]]) -> set[int]:
    """The ids of those posts of whose ``people``, by id, each agrees to ``move``.

    To what they show today: what was written, quoted, joined or attached after somebody's yes
    is not what they agreed to. Whoever proposed the move knows of it as they write.
    """
    stamps = stamps_of(people)
    answers = {answer.author_id: answer for answer in move.answers.all()}

    def agrees(post: int, person: int) -> bool:
        if (answer := answers.get(person)) is None:
            return person == move.proposed_by_id
        is_same = person == move.proposed_by_id or answer.stamps.get(str(post)) == stamps[post]
        return answer.agrees and is_same

    return {pk for pk, asked in people.items() if all(agrees(pk, it) for it in asked)}


def stamps_of(pks: Collection[int]) -> dict[int, str]:
    """``{post id: stamp}``: the same for a post that shows the same, in whatever thread.

    What it shows is its text, its files and what is said of them as tools; the first one has
    the title too, the tags, and what parts of its thread say (``thread_parts.py``).
    """
    posts = Post._base_manager.filter(pk__in=pks).select_related("thread")
    shown: dict[int, list[object]] = defaultdict(list)
    threads = {}
    for post in posts:
        shown[post.pk].append(post.html)
        if post.number == 1:
            threads[post.thread_id] = post.pk
            shown[post.pk].append(post.thread.title)
    files = StoredFile.objects.filter(post__in=pks).order_by("position", "pk")
    for pk, *values in files.values_list("post", "pk", "name", "description"):
        shown[pk] += values
    facts = ToolVersion.objects.filter(file__post__in=pks).order_by("pk")
    columns = "title", "type", "licence", "topic", "territory", "label", "used_for"
    for pk, *values in facts.values_list("file__post", *columns):
        shown[pk] += values
    tags = Post._base_manager.filter(pk__in=threads.values(), thread__taggings__isnull=False)
    for rows in (
        agreed_words(threads),
        tags.order_by("thread__taggings__name").values_list("thread", "thread__taggings__name"),
    ):
        for thread, words in rows:
            shown[threads[thread]].append(words)
    return {pk: sha256(repr(values).encode()).hexdigest()[:16] for pk, values in shown.items()}

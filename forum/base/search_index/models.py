"""The tables of the search index: what each thread and each post can be found by."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple, Self

from django.db import models
from django.db.models import Q
from django.db.models.expressions import Combinable

from accounts.base.models import Addressable
from forum.base import visibility

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class IndexedTexts(NamedTuple):
    """What a model declares as its ``indexed_texts``: its ``thread`` is found by their words.

    ``fields``, of those ``rows`` that all who read the thread see; ``passage``: how a search
    shows them, with a place for ``text``. Whoever writes them calls ``index_thread``.
    """

    fields: tuple[str, ...]
    rows: Q
    passage: str | _StrPromise


class PostDocumentQuerySet(visibility.VisibleQuerySet["PostDocument"]):
    """Documents of posts, for readers: they are found where their post is seen."""

    rule = staticmethod(partial(visibility.posts, prefix="post__"))


class ThreadDocumentQuerySet(visibility.VisibleQuerySet["ThreadDocument"]):
    """Documents of threads, for readers: they are found where their thread is seen."""

    rule = staticmethod(partial(visibility.threads, prefix="thread__"))


class IndexedWordQuerySet(visibility.VisibleQuerySet["IndexedWord"]):
    """Words that posts of a space had, for who reads it."""

    rule = staticmethod(partial(visibility.spaces, prefix="space__"))


#: Documents of a post or a thread have ids next to each other, one for each version.
VERSIONS = 16


def document_id[Key: (int, Combinable)](pk: Key, version: int) -> Key:
    """The id of the document of post, or thread, ``pk``: in the order of those."""
    return pk * VERSIONS + version % VERSIONS


def former_ids(pk: int, version: int) -> list[int]:
    """The ids of the documents of ``pk`` of the versions before ``version``."""
    return [document_id(pk, former) for former in range(1, version)]


#: What filters of a search ask documents for: words of the index, as stems are. No stem begins
#: so, they are in letters from a to z; nor does what is typed.
OF_TOPIC, OF_KIND, OF_TAG, WITH_SHEET, SOLVED, UNSOLVED = "ét", "ék", "ém", "éf", "éa", "éo"
#: Them of a document, in SQL that both databases read.
FACETS = f"""
    '{OF_TOPIC}' || CAST(topic_id AS text) || ' {OF_KIND}' || kind
    || CASE WHEN has_sheet THEN ' {WITH_SHEET}' ELSE '' END
    || CASE WHEN is_solved THEN ' {SOLVED}'
            WHEN kind = 'question' THEN ' {UNSOLVED}' ELSE '' END
    || tags
"""


class Document(models.Model):
    """What one row can be found by: stems, parted by spaces (``analysis.py``).

    Its id is ``document_id``, so that the newest documents are those of what is newest.

    ``version``: that of the analysis that made it. ``space`` and what follows are copies of its
    thread's, by which an index leaves out early what a viewer does not see or want; a search
    asks the thread itself besides. ``triggers.py`` keeps all of them but ``tags``, in which a
    space and a word (``tag_words``) stand for each tag.
    """

    id = models.BigIntegerField(primary_key=True)
    version = models.PositiveSmallIntegerField()
    space = models.ForeignKey(
        "forum.Space", models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    topic = models.ForeignKey(
        "forum.Topic", models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    kind = models.CharField(max_length=12)
    has_sheet = models.BooleanField(default=False)
    is_solved = models.BooleanField(default=False)
    tags = models.TextField(blank=True)
    title_stems = models.TextField(blank=True)
    title_folded_stems = models.TextField(blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title_stems


class ThreadDocument(Document):
    """The words of a thread's title and tags, and of what models declare to be its own."""

    thread = models.ForeignKey(
        "forum.Thread", models.CASCADE, related_name="documents", db_index=False,
        db_constraint=False,
    )  # fmt: skip
    stems = models.TextField(blank=True)
    folded_stems = models.TextField(blank=True)

    objects = ThreadDocumentQuerySet.as_manager()

    private_rows = False
    texts_kept_when_closed = "made of other texts, and made anew with them"


class PostDocument(Document):
    """The words of a post, with those of its thread's title and tags."""

    # Whoever writes one has locked the thread; an id tells the post: a reply need not wait for
    # the database to check or to index these as well.
    post = models.ForeignKey(
        "forum.Post", models.CASCADE, related_name="documents", db_index=False,
        db_constraint=False,
    )  # fmt: skip
    thread = models.ForeignKey(
        "forum.Thread", models.CASCADE, related_name="+", db_constraint=False
    )
    stems = models.TextField(blank=True)
    folded_stems = models.TextField(blank=True)

    objects = PostDocumentQuerySet.as_manager()

    private_rows = False
    texts_kept_when_closed = "made of other texts, and made anew with them"


class IndexVersion(models.Model):
    """How far the index of one version of the analysis has come.

    ``last_thread``: the id up to which threads that were there before are indexed.
    ``finished_at``: when none was left; searches use the newest version that is finished.
    """

    version = models.PositiveSmallIntegerField(primary_key=True)
    last_thread = models.PositiveBigIntegerField(default=0)
    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)
    #: The post up to which words are known for spelling.
    last_word_post = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.version)


_FOR_LIKE = "int8_ops", "varchar_pattern_ops"


class IndexedWord(models.Model):
    """A word as it was written in a space, for *Did you mean*; folded too, and backwards.

    One that no post has any more stays: who is offered it sees a post that does.
    """

    space = models.ForeignKey("forum.Space", models.CASCADE, related_name="+", db_index=False)
    word = models.CharField(max_length=40)
    folded = models.CharField(max_length=80)
    reversed = models.CharField(max_length=80)

    objects = IndexedWordQuerySet.as_manager()

    private_rows = False

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["space", "folded"], name="one_indexed_word")
        ]
        indexes = [
            # How words begin is asked by LIKE, which PostgreSQL answers by these alone.
            models.Index(fields=["space", "folded"], opclasses=_FOR_LIKE, name="word_by_start"),
            models.Index(fields=["space", "reversed"], opclasses=_FOR_LIKE, name="word_by_end"),
        ]

    def __str__(self) -> str:
        return self.word


class SynonymGroupQuerySet(models.QuerySet["SynonymGroup"]):
    """Groups of synonyms, those without terms among them."""

    def in_use(self) -> Self:
        """Those with terms."""
        return self.exclude(terms="")


class SynonymGroup(Addressable):
    """Terms that mean the same, parted by commas: a search for one finds the others.

    ``reference``: its slug in the reference data, if it is of these. Removed, such a group
    stays without terms, so that it is not loaded again.
    """

    terms = models.CharField(max_length=500, blank=True)
    reference = models.CharField(max_length=40, blank=True, editable=False)
    #: The lines of all groups, those of animators and those of the reference data, where a
    #: query adds them.
    own_lines: str | None
    reference_lines: str | None

    objects = SynonymGroupQuerySet.as_manager()

    texts_kept_when_closed = "what animators and operators write for the site"

    class Meta:
        ordering = ["terms"]

    def __str__(self) -> str:
        return self.terms

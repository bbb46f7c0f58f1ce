"""The fields of threads and posts that pages show: the cache key of their HTML.

Templates that read another field fail, so that cached HTML never shows what its key does not
cover. Texts and tags are not among them: they change with a post's ``version`` and a thread's
``seq``.
"""

_BYLINE_FIELDS = (
    "author_id", "author__full_name", "seat_id", "seat__organisation__slug",
    "seat__organisation__name", "seat__organisation__department_code",
    "seat__organisation__college__member_label", "seat__organisation__college__colour",
)  # fmt: skip

POST_FIELDS = (
    "pk", "thread_id", "number", "version", "created_at", "edited_at", "hidden_at",
    "deleted_at", *_BYLINE_FIELDS, "seat__departed_at", "seat__ended_at",
)  # fmt: skip

THREAD_FIELDS = (
    "pk", "seq", "kind", "title", "created_at", "last_posted_at", "post_count", "accepted_id",
    "is_locked", "is_pinned", "space_id", "space__slug", "space__name", "space__audience",
    "space__group_id", "space__college_id", "space__college__name", "space__college__colour",
    "topic_id", "topic__slug", "topic__name", "topic__name_en", *_BYLINE_FIELDS,
    "assignee_id", "assignee__person__full_name",
)  # fmt: skip

"""What stands at a thread says in its own folder what is shown of it and becomes of it."""

from django.apps import apps

from forum.conversation.threads.models import Thread
from forum.conversation.threads.thread_parts import thread_parts

#: The other rows of threads, and what they are: none shows what somebody said of the thread.
NO_PARTS = {
    "AcceptedAnswer": "when an answer was accepted, for the inbox of its author",
    "ArchivedThread": "mails that have become a thread",
    "AskedQuestion": "a count, kept by triggers",
    "Event": "the log of the thread",
    "Follow": "who follows it: forum/conversation/follows/moves/",
    "Measure": "what an animator imposed, which names its thread",
    "MergedTagging": "what undoing a merge of tags restores",
    "NewsletterItem": "an issue that names it: a move takes its words away",
    "Post": "the posts themselves",
    "PostDocument": "what searches find, moved with the posts",
    "PostDraft": "what one types: it is sent where the thread has gone",
    "PostMove": "what became of posts",
    "QuarantinedMail": "a mail that waits",
    "QuestionReminder": "that its owner was asked",
    "Report": "what is said of it to animators",
    "Revision": "former words, which go with what they were of",
    "Tagging": "a column, as it were: the tags of its first post",
    "Thread": "the thread that it was merged into",
    "ThreadDocument": "what searches find",
    "ThreadMailKey": "the addresses of mails about it, which lead on",
    "ThreadMove": "what became of it",
    "ThreadRead": "who has opened it",
    "WeeklyPostCount": "a count, kept by triggers",
}


def test_each_row_of_a_thread_is_a_part_or_says_what_else():
    of_threads = {
        model.__name__
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.related_model is Thread
    }
    parts = {model.__name__ for part in thread_parts() for model in part.models}

    assert of_threads - parts == NO_PARTS.keys()


def test_parts_stand_in_an_order_of_their_own():
    positions = [part.position for part in thread_parts()]

    assert sorted(set(positions)) == positions

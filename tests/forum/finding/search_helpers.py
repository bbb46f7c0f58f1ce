"""A plain scan of all that a viewer sees, which searches are held against."""

from forum.base import markup
from forum.base.search_index.actions import title_streams
from forum.base.search_index.analysis import streams_of
from forum.finding.search.queries import find_threads
from forum.finding.search.search_query import SearchQuery
from forum.models import Post, Thread


def found(viewer, typed, **params):
    """The ids of the threads that have all the words, best first."""
    query = SearchQuery.from_params({"q": typed, **params})
    return [it.best.thread_id for it in find_threads(viewer, query).threads]


def scanned(viewer, typed):
    """The same by looking at every post that the viewer sees: a set of ids."""
    expression = SearchQuery.from_params({"q": typed}).expression
    if not expression.clauses:
        return set()
    threads = Thread.objects.visible_to(viewer).prefetch_related("taggings")
    titles = {thread.pk: title_streams(thread, thread.page_taggings) for thread in threads}
    texts = [(pk, title, None) for pk, title in titles.items()]
    for post in Post.objects.visible_to(viewer):
        text = streams_of(markup.plain_text(post.html))
        texts.append((post.thread_id, titles[post.thread_id], text))
    return {pk for pk, *streams in texts if _holds(expression, [it for it in streams if it])}


def _holds(expression, streams):
    wanted = all(_has_clause(it, streams) for it in expression.clauses)
    return wanted and not any(_has_clause(it, streams) for it in expression.excluded)


def _has_clause(clause, streams):
    return any(_has_alternative(it, streams) for it in clause)


def _has_alternative(alternative, streams):
    terms = alternative.terms
    if len(terms) == 1 or not alternative.is_ordered:
        return all(_has_word(term, streams) for term in terms)
    for names, form in [("stems", "stem"), ("folded_stems", "folded_stem"),
                        ("stems", "english_stem")]:  # fmt: skip
        wanted = [getattr(term, form) for term in terms]
        for stream in streams:
            words = getattr(stream, names).replace("|", "").split()
            starts = range(len(words) - len(wanted) + 1)
            if any(words[at : at + len(wanted)] == wanted for at in starts):
                return True
    return False


def _has_word(term, streams):
    words = {word for stream in streams for text in stream for word in text.split()}
    begins = term.prefix and any(word.startswith(term.prefix) for word in words)
    return begins or not words.isdisjoint(term.forms)

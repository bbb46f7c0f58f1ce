"""Reading our own pages: the elements that the live layer keeps true, by id."""

import re

LIVE_ELEMENT = re.compile(r'<(\w+)[^>]*?\bid="(post-\d+|thread-head|thread-foot|thread-\d+)"')


def elements(html):
    """``{id: outer HTML}`` of posts, rows and the thread's own parts on a page."""
    return {
        found[2]: outer_html(html, found.start(), found[1])
        for found in LIVE_ELEMENT.finditer(html)
    }


def outer_html(html, start, tag):
    """The whole element that opens at ``start``."""
    depth = 0
    for edge in re.finditer(rf"<(/?){tag}\b", html[start:]):
        depth += -1 if edge[1] else 1
        if depth == 0:
            end = start + edge.end()
            return html[start : html.index(">", end) + 1]
    raise ValueError(f"<{tag}> at {start} does not end")


def without_term_links(text):
    """The text of a page as one reads it: words that lead to the glossary are words."""
    return re.sub(r'<a class="term"[^>]*>([^<]*)</a>', r"\1", text)

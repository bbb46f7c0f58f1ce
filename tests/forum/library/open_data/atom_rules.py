"""What RFC 4287 asks of a feed, and what the W3C's feed validator warns of besides.

The validator itself cannot be installed: no package index has it. Of what it says of Atom, this
leaves out what our feeds have none of (archives, media, base64) and its guess that a text looks
like HTML: people type « < » in titles.
"""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from urllib.parse import urlsplit
from xml.etree import ElementTree

ATOM = "{http://www.w3.org/2005/Atom}"
_XML = "{http://www.w3.org/XML/1998/namespace}"
_PERSONS = {"author", "contributor"}
_TEXTS = {"title", "subtitle", "summary", "rights"}
#: By element: what it may hold, once or as often as one likes (RFC 4287, 4.1 and 3.2).
_ONCE = {
    "feed": {"generator", "icon", "id", "logo", "rights", "subtitle", "title", "updated"},
    "entry": {"content", "id", "published", "rights", "source", "summary", "title", "updated"},
    "author": {"name", "uri", "email"},
    "contributor": {"name", "uri", "email"},
}
_OFTEN = {
    "feed": _PERSONS | {"category", "link", "entry"},
    "entry": _PERSONS | {"category", "link"},
}
_REQUIRED = {
    "feed": {"id", "title", "updated"},
    "entry": {"id", "title", "updated"},
    "author": {"name"},
    "contributor": {"name"},
}
_ATTRIBUTES = {
    "link": {"href", "rel", "type", "hreflang", "title", "length"},
    "category": {"term", "scheme", "label"},
    "content": {"type", "src"},
    "generator": {"uri", "version"},
} | dict.fromkeys(_TEXTS, {"type"})
_RELATIONS = {"alternate", "related", "self", "enclosure", "via", "license", "next", "previous"}
_MEDIA_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+(;\s*[a-z0-9-]+=\S+)*", re.I)
_LANGUAGE = re.compile(r"[a-z]{2,8}(-[a-z0-9]{1,8})*", re.I)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_TAG = re.compile(r"tag:[a-z0-9.@_-]+,\d{4}(-\d\d(-\d\d)?)?:\S+")
#: Legal in XML, and never meant: control characters.
_BAD = re.compile("[\x7f-\x9f]")
_FIRST = datetime(1970, 1, 1, tzinfo=UTC)


def faults_of(content, media_type, address):
    """What is wrong with a feed, sent as ``media_type`` when ``address`` was asked for."""
    try:
        text = content.decode()
        feed = ElementTree.fromstring(content)
    except (UnicodeDecodeError, ElementTree.ParseError) as error:
        return [f"xml: {error}"]
    return [
        *_faults_of_answer(text, media_type),
        *_faults_of_element(feed, "feed"),
        *_faults_of_feed(feed, address),
    ]


def entries_of(feed):
    """The entries of a feed, in its order."""
    return feed.findall(f"{ATOM}entry")


def moment_of(element):
    """When a feed or an entry changed, as it says."""
    return datetime.fromisoformat(element.findtext(f"{ATOM}updated"))


def _faults_of_answer(text, media_type):
    kind, _semicolon, charset = media_type.partition(";")
    if kind != "application/atom+xml" or charset.strip() != "charset=utf-8":
        yield f"media type: {media_type}"
    if not re.match(r"<\?xml version=\"1\.0\" encoding=\"utf-8\"\?>\s*<feed", text, re.I):
        yield "xml: it does not begin with its declaration, in the encoding that is sent"
    if found := _BAD.findall(text):
        yield f"characters: {found}"


def _faults_of_feed(feed, address):
    links = [it.attrib for it in feed.findall(f"{ATOM}link")]
    own = [it for it in links if it.get("rel") == "self"]
    if [it.get("href") for it in own] != [address]:
        yield f"self: {own} at {address}"
    if any(it.get("type", "application/atom+xml") != "application/atom+xml" for it in own):
        yield "self: not of the media type of Atom"
    entries = entries_of(feed)
    ids = Counter(it.findtext(f"{ATOM}id") for it in (feed, *entries))
    yield from (f"id: {pk} stands {n} times" for pk, n in ids.items() if n > 1)
    if feed.find(f"{ATOM}author") is None:
        without = [it for it in entries if it.find(f"{ATOM}author") is None]
        yield from ("author: an entry has none, nor has the feed" for _entry in without)


def _faults_of_element(element, name):
    """What is wrong with an element, and with all that it holds."""
    if element.tag != f"{ATOM}{name}":
        yield f"element: {element.tag} is not atom:{name}"
        return
    held = Counter(child.tag.removeprefix(ATOM) for child in element)
    once, often = _ONCE.get(name, set()), _OFTEN.get(name, set())
    yield from (f"element: {it} in {name}" for it in held.keys() - once - often)
    yield from (f"element: {it} twice in {name}" for it in once if held[it] > 1)
    yield from (
        f"element: no {it} in {name}" for it in _REQUIRED.get(name, set()) - held.keys()
    )
    known = _ATTRIBUTES.get(name, set()) | {f"{_XML}lang"}
    yield from (f"attribute: {it} of {name}" for it in element.attrib.keys() - known)
    if not _LANGUAGE.fullmatch(element.get(f"{_XML}lang", "fr")):
        yield f"language: {element.get(f'{_XML}lang')}"
    if held and not once | often and name != "content":
        yield f"element: {name} holds others"
    if (
        once | often
        and "".join([element.text or "", *(it.tail or "" for it in element)]).strip()
    ):
        yield f"text: between the elements of {name}"
    yield from _CHECKS.get(name, _nothing)(element, name)
    for child in element:
        yield from _faults_of_element(child, child.tag.removeprefix(ATOM))


def _nothing(_element, _name):
    return ()


def _of_entry(entry, _name):
    links = [it.attrib for it in entry.findall(f"{ATOM}link")]
    alternate = [it for it in links if it.get("rel", "alternate") == "alternate"]
    kinds = Counter((it.get("type"), it.get("hreflang")) for it in alternate)
    if any(n > 1 for n in kinds.values()):
        yield "link: two alternate ones of one kind"
    if not alternate and entry.find(f"{ATOM}content") is None:
        yield "link: an entry without content or an alternate link"
    published = entry.findtext(f"{ATOM}published")
    updated = entry.findtext(f"{ATOM}updated")
    moments = [it for it in (published, updated) if _MOMENT.fullmatch(it or "")]
    if len(moments) == 2 and datetime.fromisoformat(published) > moment_of(entry):
        yield f"date: published {published}, changed {updated}"


def _of_id(element, name):
    value = element.text or ""
    parts = urlsplit(value)
    if parts.scheme == "tag":
        if not _TAG.fullmatch(value):
            yield f"{name}: {value} is no tag"
    else:
        yield from _of_address(element, name)
        is_canonical = value == parts.geturl() and parts.netloc == parts.netloc.lower()
        if not is_canonical or not parts.path or "/./" in value or "/../" in value:
            yield f"{name}: {value} is written in another way than the canonical one"


def _of_address(element, name):
    yield from _not_absolute(element.text or "", name)


def _not_absolute(value, name):
    parts = urlsplit(value)
    if not parts.scheme or not (parts.netloc or parts.scheme == "urn"):
        yield f"{name}: {value} is no absolute address"
    if re.search(r"[\s<>\"{}|\\^`]", value) or not value.isascii():
        yield f"{name}: {value} has characters that no address has"


def _of_moment(element, name):
    value = element.text or ""
    if not _MOMENT.fullmatch(value):
        yield f"date: {name} {value}"
    elif not _FIRST <= datetime.fromisoformat(value) <= datetime.now(UTC) + timedelta(days=1):
        yield f"date: {name} {value} is not plausible"


def _of_link(element, name):
    if "href" not in element.attrib or (element.text or "").strip():
        yield f"{name}: without href, or not empty"
    yield from _not_absolute(element.get("href", "urn:none"), name)
    relation = element.get("rel", "alternate")
    if relation not in _RELATIONS:
        yield from _not_absolute(relation, "rel")
    if not _MEDIA_TYPE.fullmatch(element.get("type", "text/html")):
        yield f"{name}: type {element.get('type')}"
    if not _LANGUAGE.fullmatch(element.get("hreflang", "fr")):
        yield f"{name}: hreflang {element.get('hreflang')}"
    if not element.get("length", "0").isdecimal() or not element.get("title", "-").strip():
        yield f"{name}: length or title"


def _of_category(element, name):
    if not element.get("term", "").strip() or not element.get("label", "-").strip():
        yield f"{name}: without a term, or a label"
    yield from _not_absolute(element.get("scheme", "urn:none"), "scheme")


def _of_text(element, name):
    kind = element.get("type", "text")
    if kind not in {"text", "html", "xhtml"}:
        yield f"text: {name} of type {kind}"
    if not "".join(element.itertext()).strip():
        yield f"text: {name} is blank"
    if kind == "html":
        links = _Links()
        links.feed(element.text or "")
        for value in links.found:
            yield from _not_absolute(value, name)


def _of_name(element, name):
    if not (element.text or "").strip():
        yield f"person: {name} is blank"


def _of_email(element, name):
    if not re.fullmatch(r"[^\s@]+@[^\s@]+", element.text or ""):
        yield f"person: {name} {element.text}"


class _Links(HTMLParser):
    """The addresses in the HTML of a text."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, _tag, attrs):
        self.found += [value or "" for name, value in attrs if name in {"href", "src"}]


_CHECKS = {
    "entry": _of_entry, "id": _of_id, "updated": _of_moment, "published": _of_moment,
    "link": _of_link, "category": _of_category, "name": _of_name, "email": _of_email,
    "uri": _of_address, "icon": _of_address, "logo": _of_address, "content": _of_text,
} | dict.fromkeys(_TEXTS, _of_text)  # fmt: skip

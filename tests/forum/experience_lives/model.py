"""Who may see what of questions, sheets and public versions, in plain Python.

It shares nothing with the forum: no query, no rule, no median of its own.
"""

from dataclasses import dataclass, field
from statistics import median, quantiles

from tests.factories import AUTHORITIES, PROJECTS, SUPPORT

PLACES = ("public", "network", AUTHORITIES, PROJECTS, SUPPORT, "group")
GUEST = "guest"


@dataclass
class Person:
    """Somebody with one seat, or none where ``college`` is empty."""

    college: str = ""
    in_group: bool = False
    is_animator: bool = False
    knows: bool = False
    has_signed: bool = True
    seat_ended: bool = False
    suspended: bool = False
    closed: bool = False

    @property
    def stands(self):
        """Whether they represent their organisation now."""
        gone = self.seat_ended or self.suspended or self.closed
        return bool(self.college) and self.has_signed and not gone

    @property
    def reads(self):
        """The places that they read."""
        if not self.stands:
            return {"public"}
        return {"public", "network", self.college} | ({"group"} if self.in_group else set())


@dataclass
class Post:
    """A post of ``author``, that says ``words``; its state is shown, hidden or deleted."""

    pk: int
    author: str
    words: set
    state: str = "shown"


@dataclass
class Asked:
    """An organisation that a question was put to, by the name of its one person."""

    pk: int
    name: str
    declined: str = ""
    has_declined: bool = False
    referred: bool = False


@dataclass
class Thread:
    """Posts in a place, the first one first; ``lost_by``: those who lost it by a move."""

    pk: int
    place: str
    author: str
    topic: int
    title: str
    posts: list
    is_question: bool = False
    removed: bool = False
    accepted: int | None = None
    asked: list = field(default_factory=list)
    same: set = field(default_factory=set)
    lost_by: set = field(default_factory=set)

    def state_of(self, asked):
        """What became of the question with one of those it was put to."""
        replies = (one for one in self.posts[1:] if one.state == "shown")
        if any(one.author == asked.name for one in replies):
            return "answered"
        if asked.has_declined:
            return "declined"
        return "referred" if asked.referred else "asked"


@dataclass
class Sheet:
    """A sheet: a draft without ``thread``. ``said``: what authors say of what is proposed."""

    pk: int
    author: str
    title: str
    topic: int
    words: set
    amount: int
    population: int
    thread: Thread | None = None
    writers: list = field(default_factory=list)
    invited: set = field(default_factory=set)
    reviewers: dict = field(default_factory=dict)
    waiting: int | None = None
    waiting_words: tuple = ()
    waiting_on: set = field(default_factory=set)
    said: dict = field(default_factory=dict)
    public: int | None = None
    public_words: tuple = ()
    public_on: set = field(default_factory=set)
    proposed_by: str = ""

    @property
    def authors(self):
        """Who writes it."""
        return {self.author, *self.writers}

    @property
    def first_post(self):
        """The post that says it."""
        return self.thread.posts[0]


class Model:
    """All of it, and what each viewer sees of it."""

    def __init__(self, people):
        self.people = people
        self.threads, self.sheets = [], []

    def reads(self, name):
        """The places that ``name`` reads."""
        return {"public"} if name == GUEST else self.people[name].reads

    def sees(self, name, thread):
        """Whether they see the thread."""
        return not thread.removed and thread.place in self.reads(name)

    def threads_of(self, name):
        """The threads that they see."""
        return [one for one in self.threads if self.sees(name, one)]

    def posts_of(self, name):
        """The posts that they are shown."""
        posts = (post for one in self.threads_of(name) for post in one.posts)
        return [post for post in posts if post.state == "shown"]

    def sheets_of(self, name):
        """The published sheets that they see."""
        published = [one for one in self.sheets if one.thread]
        shown = [one for one in published if one.first_post.state == "shown"]
        return [one for one in shown if self.sees(name, one.thread)]

    def drafts_of(self, name):
        """The drafts that they write or review."""
        drafts = [one for one in self.sheets if not one.thread]
        return [it for it in drafts if name in it.authors or name in it.reviewers]

    def public_sheets(self):
        """What all see, by the sheet; whoever reads its thread."""
        published = [one for one in self.sheets if one.thread and one.public]
        return [
            one
            for one in published
            if one.first_post.state == "shown" and not one.thread.removed
        ]

    def spread_of(self, name, **only):
        """``(count, low, median, high)`` of the power of sheets they see; None under three."""
        found = sorted(
            one.amount
            for one in self.sheets_of(name)
            if all(getattr(one, key) == value for key, value in only.items())
        )
        if len(found) < 3:
            return None
        low, _middle, high = quantiles(found, n=4, method="inclusive")
        return len(found), low, median(found), high

    def testified(self, name, topic):
        """Whose organisations have testified on a topic, as they see it."""
        wrote = {
            post.author
            for one in self.threads_of(name)
            if one.topic == topic
            for post in one.posts
            if post.state == "shown"
        }
        people = self.people.items()
        return wrote | {it for it, one in people if one.knows and one.stands and not topic}

    def words_of(self, name):
        """All words that they may be told, on any page."""
        found = {one.title for one in self.threads_of(name)}
        for one in self.threads:
            found |= {one.title} if name in one.lost_by else set()
            found |= {one.title for post in one.posts if self._is_own_hidden(name, post)}
        found |= {it for post in self.posts_of(name) for it in post.words}
        found |= {it for one in self.threads for it in self._hidden_words(name, one)}
        found |= {it.declined for one in self.threads_of(name) for it in one.asked}
        for one in self.sheets:
            if name in one.authors | one.invited:
                found |= {one.title}
            if not one.thread and name in one.authors | one.reviewers.keys():
                found |= {one.title, *one.words}
            asked = name in one.waiting_on | one.public_on or name == one.proposed_by
            is_animator = name != GUEST and self.people[name].is_animator
            if asked or (is_animator and one in self.sheets_of(name)):
                found |= {*one.waiting_words, *one.public_words}
            remarks = {word for by, word in one.reviewers.items() if by == name}
            if name in one.authors:
                remarks = set(one.reviewers.values())
            found |= remarks
        return found | {word for one in self.public_sheets() for word in one.public_words}

    def _is_own_hidden(self, name, post):
        return post.state == "hidden" and post.author == name

    def _hidden_words(self, name, thread):
        """Of hidden posts, whose author and animators of the place read them still."""
        is_animator = name != GUEST and self.people[name].is_animator
        reads = is_animator and thread.place in self.reads(name)
        hidden = [one for one in thread.posts if one.state == "hidden"]
        return {
            it
            for one in hidden
            if reads or one.author == name
            for it in {*one.words, thread.title}
        }

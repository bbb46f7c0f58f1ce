"""In which texts the names of people who left are looked for, and whose words these are."""

from functools import partial

from django.apps import apps
from django.db.models import Exists, OuterRef, Q

from accounts.moderation_log.models import LoggedAction

_SHEET = ["context", "work", "partners", "results", "failures", "advice", "contacts", "sources"]

#: The texts of each model, and by which path one comes to who wrote it: "" where several may
#: have. Others' words are proposed to animators who read the row, by ``visible_to``.
SEARCHED: dict[str, dict[str, str]] = {
    "forum.Post": {"text": "author", "hiding_reason": "hidden_by"},
    "forum.Thread": {"title": "author"},
    "forum.Revision": {"text": "author", "reason": "edited_by", "request_reason": "author",
                       "refusal": ""},
    "forum.HeldEdit": {"text": "", "tags": "", "reason": "author"},
    "forum.Summary": {"text": ""},
    "forum.Settlement": {"text": "person"},
    "forum.ThreadAddressee": {"word": "asked_by", "decline_words": "declined_by"},
    "forum.ThreadMove": {"reason": "proposed_by"},
    "forum.PostMove": {"reason": "moved_by"},
    "forum.ExperienceSheet": dict.fromkeys(["title", "tags", "outdated", *_SHEET], ""),
    "forum.SheetFigure": {"note": ""},
    "forum.SheetReview": {"remark": "reviewer"},
    "forum.PublicVersion": dict.fromkeys(["title", "summary", *_SHEET], ""),
    "forum.ToolVersion": {"title": "file__owner", "used_for": "file__owner"},
    "forum.Tag": {"description": "", "description_en": ""},
    "forum.Measure": {"facts": "taken_by", "ending_reason": "ended_by"},
    "forum.Appeal": {"text": "made_by", "answer": "decided_by"},
    "forum.Report": {"text": "reporter", "reported_text": "", "answer": "decided_by"},
    "forum.ArchivedThread": {"title": ""},
    "forum.ArchivedMail": {"subject": "", "text": "", "folded": ""},
    "forum.StoredFile": {"name": "sender", "description": "owner"},
    "forum.AuthorConsent": {"remark": "person"},
    "accounts.BreakGlassAccess": {"reason": "person"},
}  # fmt: skip
#: Of which own words are looked at, and no others': nobody is shown all their rows.
_OWN_ONLY = {"forum.StoredFile", "accounts.BreakGlassAccess"}
PROPOSED = {label: fields for label, fields in SEARCHED.items() if label not in _OWN_ONLY}

_PRIVATE = "what somebody keeps for themselves, until they change or delete it"
_MADE = "made of other texts, and made anew with them"
_SITE = "what the site says, which animators and operators write"
_MACHINE = "what programs write"
_DECISION = "a decision about another, or a line of a group's, for its readers alone"
#: Where nobody looks, and why: a model, or one text of it.
NOT_SEARCHED = {
    "forum.Bookmark": _PRIVATE,
    "forum.PostDraft": _PRIVATE,
    "forum.SavedSearch": _PRIVATE,
    "accounts.Profile": _PRIVATE,
    "accounts.SigningRequest": _PRIVATE,
    "forum.PartialUpload": _PRIVATE,
    "forum.Post.html": _MADE,
    "forum.Post.files": _MADE,
    "forum.Summary.html": _MADE,
    "forum.ExperienceSheet.stems": _MADE,
    "forum.ToolVersion.stems": _MADE,
    "forum.ThreadDocument": _MADE,
    "forum.PostDocument": _MADE,
    "forum.SheetFigure.confirmed": _MACHINE,
    "forum.Post.source": _MACHINE,
    "forum.HeldEdit.source": _MACHINE,
    "forum.Report.address": _MACHINE,
    "forum.Report.subject": _MACHINE,
    "forum.ArchivedMail.message_id": _MACHINE,
    "forum.ArchivedFile": "the name that whoever sent a file gave it, as the file itself",
    "forum.QuarantinedMail": _MACHINE,
    "forum.ReceivedMail": "what mails quoted, for who sent them; they go by themselves",
    "accounts.Session": _MACHINE,
    "accounts.Device": _MACHINE,
    "accounts.AuthorRecord": "kept by law, encrypted, for a time",
    "accounts.Territory": _SITE,
    "accounts.College": _SITE,
    "accounts.CharterDraft": _SITE,
    "forum.NewsletterIssue": _SITE,
    "forum.NewsletterItem": _SITE,
    "forum.Space": _SITE,
    "forum.Topic": _SITE,
    "forum.ModerationReason": _SITE,
    "forum.SynonymGroup": _SITE,
    "forum.TemplateGuide": _SITE,
    "accounts.EmailDomain": _DECISION,
    "accounts.WorkingGroup": _DECISION,
    "accounts.GroupEntry": _DECISION,
    "accounts.Seat": _DECISION,
}


def own_words(label: str, author: str, person_id: int) -> Q:
    """The rows of this model whose text, of ``author``, is this person's alone.

    Not a wiki post that somebody else ever edited, nor what they wrote into one of another; not
    what others have written in a sheet, its title included; not a title that another gave, nor
    what an animator says of a tool; of a file the name that its sender gave it.
    """
    if not author:
        return Q(pk__in=[])
    own = Q((author, person_id))
    others = partial(_rows_of_others, person_id=person_id)
    if label == "forum.Thread":
        of_thread = {"thread": OuterRef("pk"), "post": None, "of_summary": False}
        of_title = others("Revision", "edited_by", **of_thread)
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
        about = {"action": LoggedAction.EDIT_TOOL, "post_id": OuterRef("file__post")}
        own &= ~others("accounts.ModerationLogEntry", "actor", **about)
    elif author == "sender":
        own |= Q(sender=None, owner=person_id)
    elif label == "forum.StoredFile":
        joined = others("SheetAuthor", "person", sheet__thread=OuterRef("post__thread"))
        of_sheet = joined | _sheet_of_others("post__thread", person_id)
        own &= Q(sender=None) & ~(Q(post__number=1) & of_sheet)
    return own


def _sheet_of_others(thread: str, person_id: int) -> Q:
    """Whether somebody else wrote in the sheet of a ``thread``, a path, gone since or not."""
    return _rows_of_others(
        "SheetWriter", "person", person_id=person_id, sheet__thread=OuterRef(thread)
    )


def _rows_of_others(label: str, who: str, *, person_id: int, **about: object) -> Q:
    """Whether there is a row of a model ``about`` something of which ``who`` is another."""
    model = apps.get_model(label if "." in label else f"forum.{label}")
    return Q(Exists(model._base_manager.filter(**about).exclude(**{who: person_id})))

"""The roles, what each reads, and every address of the project by who is let in there.

Roles are those of the ``people`` fixture of this folder. An address that is in no table
makes ``test_every_address_is_in_a_table`` fail.
"""

import re
from datetime import date

from tests.factories import AUTHORITIES, PROJECTS, SUPPORT

ALL = {
    "guest", "registered", "waiting", "projects", "authorities", "support", "group",
    "former", "lapsed", "suspended", "administrator", "animator", "opener", "breaker",
    "opened_before", "archivist", "invited", "asking", "moved",
}  # fmt: skip
MEMBERS = {
    "projects", "authorities", "support", "group", "animator", "opener",
    "opened_before", "archivist", "invited", "asking", "moved",
}  # fmt: skip
#: Who writes where they read: members, and whose seat waits to be confirmed.
SIGNATORIES = MEMBERS | {"waiting"}
ANIMATE = {"animator", "opener", "opened_before"}
#: Of the authorities' college, but for what they have to do with groups.
BESIDE = {"authorities", "archivist", "invited", "asking"}
READERS = {
    "public": ALL,
    "network": MEMBERS,
    PROJECTS: {"projects", "group", "breaker", "moved"},
    AUTHORITIES: BESIDE | {"opener"},
    SUPPORT: {"support"} | ANIMATE,
    "group": {"group"},
    "archive": {"archivist", "support"},
    "enclosed": {"authorities"},
}
#: What one reads without being of it: an opened room, an archived group's.
ONLY_READ = {("opener", AUTHORITIES), ("breaker", PROJECTS)}
ONLY_READ |= {(role, "archive") for role in READERS["archive"]}
#: Who writes the canary of each space: someone who reads it.
WRITER = {
    "public": "authorities", "network": "authorities", PROJECTS: "projects",
    AUTHORITIES: "authorities", SUPPORT: "support", "group": "group",
    "archive": "support", "enclosed": "authorities",
}  # fmt: skip

#: Surfaces about one thread or post: hidden and missing must be one and the same 404;
#: where one writes, a guest is sent to sign-in and a suspended person refused, unasked.
WRITING = {
    "replies",
    "edit-thread",
    "split-thread",
    "edit-post",
    "delete-post",
    "undo-post",
    "follow-thread",
    "thank-for-post",
    "take-thanks-back",
    "bookmark-post",
    "remove-bookmark",
    "edit-summary",
    "add-meeting",
    "add-poll",
    "add-date-poll",
    "add-secret-poll",
    "open-round",
    "thread-links",
    "wiki-post",
    "ask-others",
    "say-same-question",
    "take-same-question-back",
    "settle-question",
    "question-state",
    "not-settled",
    "draw-sheet",
}
#: Surfaces about one group, and about one way into a group. A guest is sent to sign-in.
GROUP_GET = ["group", "group-settings"]
GROUP_POST = ["ask-group", "invite", "leave-group", "hand-over", "group-settings",
              "archive-group"]  # fmt: skip
ENTRY = ["invitation", "answer-request", "withdraw-entry"]
THREAD_GET = ["thread-short", "thread-changes", "replies", "edit-thread", "move-thread",
              "merge-threads", "split-thread", "similar-threads", "follow-thread",
              "title-versions", "edit-summary", "summary-versions", "thread-links",
              "add-meeting", "add-poll", "add-date-poll", "add-secret-poll",
              "open-round",
              "ask-others", "same-questions", "settle-question",
              "question-state"]  # fmt: skip
THREAD_POST = ["replies", "edit-thread", "move-thread", "lock-thread", "slow-thread",
               "merge-threads", "split-thread", "pin-thread", "edit-summary", "thread-links",
               "add-meeting", "add-poll", "add-date-poll", "add-secret-poll",
              "open-round",
               "unaccept-answer", "follow-thread", "ask-others", "say-same-question",
               "take-same-question-back", "settle-question", "not-settled",
               "draw-sheet"]  # fmt: skip
POST_GET = ["post", "edit-post", "delete-post", "hide-post", "thanks",
            "post-versions"]  # fmt: skip
POST_POST = ["edit-post", "delete-post", "undo-post", "hide-post", "accept-answer",
             "thank-for-post", "take-thanks-back", "bookmark-post", "remove-bookmark",
             "wiki-post"]  # fmt: skip
#: About one link between two threads, for who sees both.
LINK = ["remove-link"]
#: About one meeting, for who sees its thread.
MEETING = [
    "meeting",
    "meeting-calendar",
    "edit-meeting",
    "cancel-meeting",
    "register-for-meeting",
    "withdraw-registration",
    "attendance-sheet",
    "attendance-certificate",
    "join-call",
]
#: About one poll, for who sees its thread.
POLL = ["poll", "edit-poll", "remove-poll", "close-poll", "take-vote-back", "poll-minutes"]
#: About one that was removed, for animators who see its thread.
REMOVED_POLL = ["restore-poll"]
#: The same about consent rounds.
ROUND = ["consent-round", "amend-round", "begin-round-phase", "close-round", "round-outcome",
         "round-minutes", "remove-round"]  # fmt: skip
REMOVED_ROUND = ["restore-round"]
#: About one question that was put to somebody, for whom it concerns.
RECEIVED = ["pass-on-question", "decline-question", "take-decline-back"]
HIDDEN_POST = ["hidden-post", "restore-post", "held-post", "approve-post", "withdraw-post",
               "own-held-edit"]  # fmt: skip
#: About one edit that waits, for who made it and animators.
HELD_EDIT = ["held-edit", "approve-edit", "withdraw-edit"]
#: About one tool, which is there where the post of one of its versions is shown.
TOOL_GET = ["tool-short", "edit-tool", "tool-version", "withdraw-tool"]
TOOL_POST = ["edit-tool", "tool-version", "withdraw-tool", "say-used", "say-unused"]
#: About one published sheet, by its thread; its post is shown.
SHEET = ["sheet-short", "edit-sheet", "confirm-sheet"]
#: About one draft, for its authors and who reviews it; about a sheet, for its authors.
SHEET_DRAFT = ["sheet-draft", "edit-draft", "publish-sheet", "delete-sheet-draft"]
OWN_SHEET = ["sheet-authors", "sheet-reviews", "change-call"]
#: About one call for a reviewer, for who may take it and the authors.
REVIEW_CALL = ["review-call"]
#: About a sheet that its authors, and animators who read it, propose; about one version, for
#: who is asked, proposed it or animates there; about one that is public, for all.
PROPOSED_SHEET, SHEET_VERSION = ["propose-public-sheet"], ["public-sheet-consent"]
CANCELLED_VERSION, PUBLIC_SHEET = ["cancel-public-sheet"], ["public-sheet-short"]
#: About a version to which one said yes, suspended or not.
AGREED_VERSION = ["withdraw-public-sheet"]
#: About one co-author, and one review.
SHEET_AUTHOR, SHEET_REVIEW = ["sheet-invitation", "remove-sheet-author"], ["review-sheet"]
#: About one move of a thread: for those who wrote in it, and animators who see it.
MOVES = ["answer-move", "complete-move", "withdraw-move"]

#: Surfaces anyone may open, whatever they then show.
OPEN = ["home", "list-changes", "list-unread", "organisations", "territories",
        "territory-search", "search", "search-suggestions", "charter", "act-templates",
        "charter-pdf", "joining-steps", "glossary", "signatories", "legal", "privacy",
        "shortcuts", "health", "report", "tags", "tag-suggestions", "tools", "sheets",
        "compare-sheets", "sheet-figures", "public-sheets", "open-data", "press",
        "name-suggestions", "template-guides", "newsletter", "help",
        "meetings", "decisions"]  # fmt: skip
#: What names one thing by a word: everything that may be missing from someone's sight.
NAMED = ["topic", "space", "tag", "thread", "organisation", "territory", "member",
         "charter-version", "file", "photo", "logo", "offer-tool", "tool", "newsletter-issue",
         "sheet", "public-sheet", "open-data-file", "help-page"]  # fmt: skip
#: For whoever signed in; guests are sent to sign-in, and others as said in the tests.
PERSONAL = ["claim-posts", "confirm-claim", "subscriptions", "subscription",
            "blank-version", "mail-settings", "resume-mail", "received-mail", "mutes",
            "saved-searches", "saved-search", "drafts", "delete-draft",
            "bookmarks", "edit-bookmark",
            "follow-search",
            "account", "follows", "new-thread", "preview", "similar-to-title",
            "sign-charter", "withdraw", "own-territories", "first-steps",
            "end-first-steps",
            "refuse-charter", "countersign", "organisation-invitation", "write-for", "inbox",
            "own-posts", "data-export", "data-archive", "groups", "new-group",
            "devices", "end-device",
            "end-other-devices", "prove-address", "prove-factor", "edit-profile",
            "edit-photo",
            "unknown-organisation", "prepare-signature", "renew-signing-request",
            "withdraw-signing-request", "close-account", "keep-account",
            "posts-to-delete", "own-moderation", "measure",
            "appeal-measure", "upload-file", "begin-upload", "upload-part",
            "cancel-upload", "new-sheet", "sheet-drafts", "review-calls",
            "calendar-feed", "make-calendar-feed", "remove-calendar-feed"]  # fmt: skip
#: For who has the mailed link, with or without an account.
BY_LINK = ["signing-request", "signing-request-act", "report-status", "stop-factor"]
#: For who has a secret address, whose tests are with the feature.
BY_TOKEN = ["calendar-feed-file"]
#: For who has the address in a mail about a thread; test_thread_mail.py asks it.
BY_MAIL = ["stop-mail", "stop-digest", "stop-notifications", "stop-welcomes",
           "mark-read-by-mail", "mark-digest-read", "follow-by-mail",
           "thank-by-mail"]  # fmt: skip
#: There where one may sign in through a provider; their tests are in accounts/test_openid.py.
PROVIDER = ["openid", "openid-return"]
#: The people of the network, for its members.
PEOPLE = ["members", "mute"]
#: For who speaks for an organisation, and for animators.
SPEAKERS_GET = ["organisation-territories", "edit-logo"]
SPEAKERS_POST = ["choose-territories", "add-territory", "leave-territory", "edit-logo"]
ANIMATORS = ["mail-archives", "mail-archive", "archived-thread", "open-archive",
             "discard-archive", "synonyms", "synonym-group", "remove-synonyms",
             "thread-templates", "edit-guide", "edit-topic-guide", "offer-template",
             "remove-guide", "newsletter-issues", "start-newsletter-issue",
             "edit-newsletter-issue", "preview-newsletter-issue",
             "held-posts", "recent-posts", "restore-together",
             "seats", "confirm-seat", "refuse-seat", "end-seat", "animator-guide",
             "animator-settings",
             "charter-drafts", "new-charter-draft", "charter-draft", "charter-draft-preview",
             "drop-charter-draft", "admit-organisation", "verify-domain",
             "refuse-domain", "background-tasks", "retry-task", "discard-task",
             "review-queue", "claim-item", "release-item", "decide-report",
             "reveal-reporter",
             "warn-person", "remove-photo", "silence-person", "suspend-person", "end-measure",
             "confirm-factor", "decide-appeal", "moderation-log", "strike-organisation",
             "rename-organisation", "merge-organisation", "separate-organisation",
             "visibility-audits", "edit-tag", "merge-tag", "separate-tag",
             "space-settings", "overview",
             "name-removal", "restore-name",
             "acknowledge-audit", "quarantined-mails", "delete-quarantined-mail",
             "retry-quarantined-mail"]  # fmt: skip
#: For the contact of an organisation, animators, and where it is theirs its holder.
CONTACTS = ["organisation-seats", "set-contact", "handover", "receipt", "signature-act"]
SPONSORS = ["candidates", "sponsor"]
#: For who may open a room; and who opened it, for its college and the animators.
OPENERS, LOGS = ["break-glass", "close-break-glass"], ["break-glass-log"]
DEMONSTRATION = ["demonstration", "demonstration-sign-in"]
#: django-allauth's own pages: about one's own account, and nobody else's.
ACCOUNT = re.compile(r"account_|mfa_|socialaccount_|set_language$|choose-theme$")

#: What a draft of the charter says.
DRAFT = {"name": "9.0", "text": "Tout autre.", "is_substantive": True, "grace_days": 30,
         "adopted_on": date(2026, 7, 1)}  # fmt: skip

#: What each address with an argument names. An invitation's key is a secret that opens it, a
#: device is one's own by its number, and topics and territories are public.
THINGS = {
    "thread": [*{*THREAD_GET, *THREAD_POST}],
    "thread-page": ["thread"],
    "post": [*{*POST_GET, *POST_POST, *HIDDEN_POST}],
    "revision": ["blank-version"],
    "bookmark": ["edit-bookmark"],
    "held edit": HELD_EDIT,
    "thread link": LINK,
    "meeting": MEETING,
    "poll": POLL,
    "removed poll": REMOVED_POLL,
    "round": ROUND,
    "removed round": REMOVED_ROUND,
    "received question": RECEIVED,
    "move": MOVES,
    "space": ["space", "break-glass-log"],
    "tag": ["tag", "edit-tag", "merge-tag", "separate-tag"],
    "group": [*{*GROUP_GET, *GROUP_POST}],
    "entry": ENTRY,
    "opening": ["close-break-glass"],
    "member": ["member", "photo", "mute", "recent-posts", "warn-person", "remove-photo",
               "silence-person", "suspend-person"],
    "first factor": ["confirm-factor"],
    "measure": ["measure", "restore-together", "end-measure", "appeal-measure"],
    "appeal": ["decide-appeal"],
    "organisation": ["organisation", "logo", "organisation-seats", "countersign", "sponsor",
                     "admit-organisation", "strike-organisation", "rename-organisation",
                     "merge-organisation", "separate-organisation",
                     *SPEAKERS_GET, *SPEAKERS_POST],
    "seat": ["confirm-seat", "refuse-seat", "end-seat", "set-contact", "handover"],
    "signature": ["receipt", "signature-act"],
    "domain": ["verify-domain", "refuse-domain"],
    "draft": ["charter-draft", "charter-draft-preview", "drop-charter-draft"],
    "version": ["charter-version"],
    "signing request": ["renew-signing-request", "withdraw-signing-request"],
    "link": BY_LINK,
    "report": ["decide-report", "reveal-reporter"],
    "task": ["retry-task", "discard-task"],
    "audit": ["acknowledge-audit"],
    "name removal": ["name-removal"],
    "name passage": ["restore-name"],
    "quarantined mail": ["delete-quarantined-mail", "retry-quarantined-mail"],
    "received mail": ["received-mail"],
    "synonyms": ["synonym-group", "remove-synonyms"],
    "template": ["edit-guide", "offer-template"],
    "newsletter issue": ["newsletter-issue", "edit-newsletter-issue",
                         "preview-newsletter-issue"],
    "topic guide": ["edit-topic-guide", "remove-guide"],
    "file": ["file"],
    "partial upload": ["upload-part", "cancel-upload"],
    "document": ["offer-tool"],
    "tool": [*{*TOOL_GET, *TOOL_POST}],
    "tool-page": ["tool"],
    "sheet": SHEET,
    "sheet-page": ["sheet"],
    "proposed sheet": PROPOSED_SHEET,
    "sheet version": [*SHEET_VERSION, *CANCELLED_VERSION],
    "agreed version": AGREED_VERSION,
    "public sheet": PUBLIC_SHEET,
    "public sheet-page": ["public-sheet"],
    "sheet draft": SHEET_DRAFT,
    "own sheet": OWN_SHEET,
    "sheet author": SHEET_AUTHOR,
    "sheet review": SHEET_REVIEW,
    "review call": REVIEW_CALL,
    "archive": ["mail-archive", "open-archive", "discard-archive"],
    "archived thread": ["archived-thread"],
    "not hidden": ["open-data-file", "help-page", "organisation-invitation", "end-device",
                   "topic", "territory",
                   "saved-search", "stop-mail", "stop-digest", "stop-notifications",
                   "stop-welcomes", "mark-read-by-mail", "mark-digest-read", "follow-by-mail",
                   "thank-by-mail", "subscription", "delete-draft", *BY_TOKEN],
}  # fmt: skip
#: Where a form names a thing in a field: the address, the field, and what it names.
NAMED_IN_FIELDS = [
    ("new-thread", "space", "space"), ("new-thread", "seat", "seat"),
    ("write-for", "seat", "seat"), ("withdraw", "signature", "signature"),
    ("sign-charter", "seat", "seat"), ("sign-charter", "same", "organisation"),
    ("prepare-signature", "same", "organisation"),
]  # fmt: skip

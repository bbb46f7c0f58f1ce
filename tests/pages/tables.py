"""Every name of a URL: the page that it leads to, or why there is none to look at.

A name that is in neither table makes ``test_every_name_of_a_url_is_in_a_table`` fail, and a
page that nobody is shown makes the commands fail.
"""

MEMBER = "nadia.kerambrun@mesnil-argance.demo.invalid"
ANIMATOR = "lucie.hoarau@animation.demo.invalid"
REGISTERED = "helene.aubriot@sans-organisation.demo.invalid"
PROTECTED = "gerard.bonnardot@tremoy.demo.invalid"
#: Who looks at every page.
ROLES = {"guest": None, "member": MEMBER, "animator": ANIMATOR}
#: Who looks at those that none of the others is shown.
OTHERS = {"registered": REGISTERED, "protected": PROTECTED}

#: Each page, by the name of its URL; what its URL names, as ``scene`` calls it.
PAGES = {
    "mutes": "", "mute": "member", "recent-posts": "member", "restore-together": "together",
    # Posts that wait.
    "held-posts": "", "held-post": "held", "held-edit": "held-edit",
    "confirm-factor": "factor", "stop-factor": "factor-key",
    # Lists and threads.
    "home": "", "topic": "topic", "space": "space", "tag": "tag", "follows": "", "tags": "",
    "follow-thread": "thread-pk",
    "edit-tag": "target-tag", "merge-tag": "target-tag", "separate-tag": "merged-tag",
    "thread": "thread", "new-thread": "", "replies": "thread-pk", "edit-thread": "thread-pk",
    "move-thread": "thread-pk", "merge-threads": "thread-pk", "split-thread": "thread-pk",
    "edit-post": "post", "delete-post": "post",
    "thanks": "thanked", "edit-summary": "thread-pk", "summary-versions": "thread-pk",
    "thread-links": "thread-pk",
    "meetings": "", "calendar-feed": "", "add-meeting": "thread-pk", "meeting": "meeting",
    "attendance-sheet": "past-meeting",
    "edit-meeting": "meeting", "cancel-meeting": "meeting",
    "add-poll": "thread-pk", "add-date-poll": "thread-pk",
    "add-secret-poll": "thread-pk",
    "poll": "poll", "edit-poll": "new-poll", "remove-poll": "new-poll",
    "restore-poll": "removed-poll",
    "decisions": "", "open-round": "thread-pk", "consent-round": "round",
    "amend-round": "round", "round-outcome": "closed-round", "remove-round": "round",
    "restore-round": "removed-round",
    "ask-others": "thread-pk", "same-questions": "asked-pk", "settle-question": "thread-pk",
    "question-state": "thread-pk", "pass-on-question": "received",
    "decline-question": "received",
    "post-versions": "edited", "title-versions": "retitled", "blank-version": "revision",
    "hide-post": "shown", "hidden-post": "hidden", "lock-thread": "thread-pk",
    "slow-thread": "thread-pk", "similar-threads": "thread-pk", "inbox": "",
    "answer-move": "move",
    # The directory.
    "organisations": "", "organisation": "organisation", "territories": "",
    "territory": "territory", "members": "", "member": "member", "edit-profile": "",
    "edit-photo": "", "edit-logo": "organisation",
    "organisation-seats": "organisation", "organisation-territories": "organisation",
    "handover": "ended-seat", "end-seat": "seat",
    # Tools.
    "tools": "", "tool": "tool", "edit-tool": "tool-pk", "withdraw-tool": "tool-pk",
    "tool-version": "tool-pk", "offer-tool": "document",
    # The newsletter.
    "newsletter": "", "newsletter-issue": "issue",
    # Experience sheets.
    "compare-sheets": "", "sheet-figures": "",
    "sheets": "", "sheet": "sheet", "new-sheet": "", "sheet-drafts": "",
    "sheet-draft": "sheet-draft", "edit-draft": "sheet-draft",
    "publish-sheet": "whole-sheet-draft",
    "delete-sheet-draft": "sheet-draft", "edit-sheet": "sheet-thread",
    "confirm-sheet": "sheet-thread", "sheet-authors": "sheet-draft",
    "sheet-reviews": "sheet-draft", "sheet-invitation": "sheet-invitation",
    "review-sheet": "sheet-review", "review-calls": "", "review-call": "review-call",
    # What all read, and take along.
    "public-sheets": "", "public-sheet": "public-sheet", "open-data": "", "press": "",
    "propose-public-sheet": "sheet-thread", "public-sheet-consent": "sheet-version",
    "withdraw-public-sheet": "agreed-version",
    # The charter.
    "charter": "", "charter-version": "version", "signatories": "", "sign-charter": "",
    "countersign": "signed", "withdraw": "", "refuse-charter": "",
    "organisation-invitation": "key", "act-templates": "",
    "joining-steps": "", "prepare-signature": "", "signing-request": "request",
    # Groups and rooms.
    "groups": "", "group": "group", "new-group": "", "group-settings": "group",
    "invitation": "entry", "break-glass": "", "break-glass-log": "log",
    # Animation.
    "synonyms": "", "synonym-group": "synonyms",
    "thread-templates": "", "edit-guide": "template", "edit-topic-guide": "topic-guide",
    "newsletter-issues": "", "edit-newsletter-issue": "draft-issue",
    "preview-newsletter-issue": "draft-issue",
    "mail-archives": "", "mail-archive": "archive", "archived-thread": "archived-thread",
    "space-settings": "", "overview": "",
    "seats": "", "animator-guide": "", "animator-settings": "",
    "charter-drafts": "", "new-charter-draft": "",
    "charter-draft": "draft", "candidates": "", "background-tasks": "", "visibility-audits": "",
    "quarantined-mails": "", "review-queue": "", "decide-report": "report",
    "name-removal": "name-removal",
    # Reports.
    "report": "", "report-status": "report-token",
    "warn-person": "member", "remove-photo": "member", "silence-person": "member",
    "suspend-person": "member",
    "measure": "measure", "end-measure": "measure", "decide-appeal": "appeal",
    "moderation-log": "", "strike-organisation": "organisation",
    "rename-organisation": "organisation", "merge-organisation": "organisation",
    "separate-organisation": "organisation",
    # One's account.
    "mail-settings": "", "stop-mail": "mail-key", "stop-digest": "stop-key",
    "stop-notifications": "stop-key", "stop-welcomes": "stop-key",
    "mark-read-by-mail": "mail-post",
    "mark-digest-read": "digest-token", "follow-by-mail": "follow-token",
    "thank-by-mail": "thanks-token",
    "subscriptions": "", "subscription": "subscription",
    "claim-posts": "",
    "received-mail": "received-mail",
    "first-steps": "",
    "account": "", "own-moderation": "", "devices": "", "own-posts": "", "account_email": "",
    "close-account": "", "posts-to-delete": "",
    "account_change_password": "", "account_logout": "", "account_reauthenticate": "",
    "mfa_index": "", "mfa_activate_totp": "", "mfa_deactivate_totp": "",
    "mfa_list_webauthn": "", "mfa_add_webauthn": "", "mfa_edit_webauthn": "authenticator",
    "mfa_remove_webauthn": "authenticator", "mfa_view_recovery_codes": "",
    "mfa_generate_recovery_codes": "", "mfa_reauthenticate": "",
    # Coming in.
    "account_login": "", "account_signup": "", "account_request_login_code": "",
    "account_reset_password": "", "account_reset_password_done": "",
    "account_reset_password_from_key_done": "", "account_inactive": "", "demonstration": "",
    # Around.
    "legal": "", "privacy": "", "shortcuts": "", "glossary": "",
    "help": "", "help-page": "help",
    "search": "", "saved-searches": "", "saved-search": "saved-search", "drafts": "",
    "bookmarks": "", "edit-bookmark": "bookmark",
}  # fmt: skip

#: Errors that have a page of their own.
ERRORS = (400, 403, 404, 500)

#: Further states of a page: what follows its address, with arguments of the scene in braces.
MORE = {
    "home": ["?page=2"],
    "search": [
        "?q=bois",
        "?q=chaufferie&type=experience",
        "?q=chaufferie&type=fiche",
        "?q=tonte",
        "?q=hydrolienne",
    ],
    "organisations": ["?q=scic"],
    "poll": [
        "../{date-poll[pk]}/?dates",
        "../{secret-poll[pk]}/?secret",
        "../{deciding-poll[pk]}/?voix",
        "../{counted-poll[pk]}/?proces-verbal",
    ],
    "meetings": ["?mois=2026-12", "?mois=2027-02", "?departement=22"],
    "sheet-figures": ["?sujet=solaire-pv&par=habitant", "?sujet=eolien&x=power&y=jobs"],
    "compare-sheets": ["?fiche={sheet[pk]}&fiche={near-sheet[pk]}"],
    "sheets": [
        "?sujet=eolien",
        "?q=hydrolienne",
        "?page=2",
        "?taille=2000-10000&cout=100k-1m&depuis=2018&jusqu=2025",
    ],
    "tools": ["?sujet=bois-energie", "?q=hydrolienne&tri=utilises"],
    "help": ["?q=sondage", "?q=hydrolienne"],
    "members": ["?q=yves"],
    "report": ["?adresse=/messages/{shown[pk]}/"],
    "preview-newsletter-issue": ["?college=collectivites-locales"],
    "territories": ["?sujet=bois-energie&selon=temoigne", "?selon=fiche"],
    "overview": ["?vue=silences", "?vue=echanges", "?vue=nouveaux", "?vue=rencontres"],
    "split-thread": ["?numbers=2-3"],
    "merge-threads": ["?into={near[pk]}"],
    "new-thread": [
        "?addressee=organisation-cuma-biogaz-argance",
        "?ask=similar",
        "?template=retour-d-experience&topic=solaire-pv",
    ],
}

_BUTTON = "a button: it answers POST with a redirect"
_FRAGMENT = "a piece of a page, for its script"
_FILE = "a file to download"
#: The other names, and why they have no page.
NO_PAGE = dict.fromkeys(
    [
        "approve-post", "withdraw-post", "approve-edit", "withdraw-edit", "own-held-edit",
        "open-archive", "discard-archive",
        "accept-answer", "unaccept-answer", "thank-for-post", "take-thanks-back", "undo-post",
        "bookmark-post", "remove-bookmark", "close-poll", "take-vote-back",
        "begin-round-phase", "close-round",
        "register-for-meeting", "withdraw-registration", "make-calendar-feed",
        "remove-calendar-feed",
        "add-territory", "choose-territories",
        "leave-territory", "admit-organisation", "verify-domain", "refuse-domain", "sponsor",
        "answer-request", "archive-group", "ask-group", "invite", "leave-group", "hand-over",
        "withdraw-entry", "close-break-glass", "confirm-seat", "refuse-seat", "set-contact",
        "drop-charter-draft", "end-device", "end-other-devices",
        "pin-thread", "restore-post", "set_language", "choose-theme", "end-first-steps",
        "write-for",
        "complete-move", "withdraw-move",
        "renew-signing-request", "withdraw-signing-request", "demonstration-sign-in",
        "prove-address", "keep-account", "retry-task", "discard-task", "acknowledge-audit",
        "claim-item", "release-item", "follow-search", "remove-synonyms",
        "offer-template", "remove-guide", "start-newsletter-issue",
        "delete-quarantined-mail", "retry-quarantined-mail", "resume-mail",
        "say-same-question", "take-same-question-back", "not-settled", "take-decline-back",
        "delete-draft", "wiki-post", "remove-link", "say-used", "say-unused",
        "remove-sheet-author", "draw-sheet", "change-call", "cancel-public-sheet",
    ],
    _BUTTON,
)  # fmt: skip
NO_PAGE |= dict.fromkeys(
    ["charter-draft-preview", "list-changes", "list-unread", "preview", "tag-suggestions",
     "name-suggestions", "template-guides",
     "similar-to-title", "upload-file", "begin-upload", "upload-part", "cancel-upload",
     "search-suggestions", "territory-search", "thread-changes", "unknown-organisation",
     "mfa_login_webauthn", "mfa_reauthenticate_webauthn"],
    _FRAGMENT,
)  # fmt: skip
NO_PAGE |= dict.fromkeys(
    [
        "data-export",
        "data-archive",
        "mfa_download_recovery_codes",
        "receipt",
        "file",
        "photo",
        "logo",
        "charter-pdf",
        "signature-act",
        "signing-request-act",
        "open-data-file",
        "meeting-calendar",
        "round-minutes",
        "poll-minutes",
        "attendance-certificate",
        "calendar-feed-file",
    ],
    _FILE,
)
NO_PAGE |= {
    "health": "for machines",
    "join-call": "it leads into a call",
    "confirm-claim": "it is there once a code was asked for",
    "restore-name": "a button: it answers with the page of what waits",
    "reveal-reporter": "a button: it answers with the page of the report",
    "post": "leads to the post on its thread’s page",
    "own-territories": "leads to the territories of one’s organisation",
    "thread-short": "leads to the thread’s page",
    "sheet-short": "the sheet’s page, by the number of its thread alone",
    "public-sheet-short": "the public page, by the number of the sheet alone",
    "tool-short": "the tool’s page, by its number alone",
    "prove-factor": "the form of account_email, for who animates or administers",
    "appeal-measure": "the form of a measure’s own page",
    "account_set_password": "for accounts without a password, which none here is",
}

"""Whom a row concerns, as SELECTs of one column, ``person_id``, for the triggers."""

GROUP_CONTACT = (
    "SELECT contact_id AS person_id FROM accounts_workinggroup WHERE id = NEW.group_id"
)
SUCCESSOR = "SELECT person_id FROM accounts_seat WHERE id = NEW.successor_id"
#: Whose words the posts of the thread show, of wiki posts and sheets too.
WRITERS = """
SELECT author_id AS person_id FROM forum_post WHERE thread_id = NEW.thread_id
UNION SELECT edited_by_id FROM forum_post
WHERE thread_id = NEW.thread_id AND edited_by_id IS NOT NULL
UNION SELECT author_id FROM forum_revision
WHERE thread_id = NEW.thread_id AND post_id IS NOT NULL
UNION SELECT edited_by_id FROM forum_revision
WHERE thread_id = NEW.thread_id AND post_id IS NOT NULL
UNION SELECT person_id FROM forum_sheetauthor JOIN forum_experiencesheet
ON forum_experiencesheet.id = sheet_id WHERE thread_id = NEW.thread_id
UNION SELECT person_id FROM forum_sheetwriter JOIN forum_experiencesheet
ON forum_experiencesheet.id = sheet_id WHERE thread_id = NEW.thread_id
"""
#: Who has proved the address from which mails of a list came.
ADDRESS_OWNERS = """
SELECT user_id AS person_id FROM account_emailaddress
WHERE verified AND LOWER(email) = NEW.address
"""
#: Those whose posts were moved to another thread by one act.
MOVED_AUTHORS = (
    "SELECT DISTINCT author_id AS person_id FROM forum_post"
    " WHERE thread_id = NEW.from_thread_id AND moved_to_id IS NOT NULL"
    " AND deleted_at = NEW.moved_at"
)
APPEAL = (
    "SELECT person_id FROM forum_measure WHERE id = NEW.measure_id"
    " UNION SELECT taken_by_id FROM forum_measure WHERE id = NEW.measure_id"
)
PROPOSER = "SELECT proposed_by_id AS person_id FROM forum_threadmove WHERE id = NEW.move_id"
#: Those who are asked in the thread of this id: the person, whom their seat was handed over
#: to, and all who have or had a seat in the organisation, or in one of the territory.
ADDRESSED = """
SELECT person_id FROM forum_threadaddressee WHERE thread_id = {thread}
UNION SELECT successor.person_id FROM accounts_seat JOIN forum_threadaddressee
ON forum_threadaddressee.seat_id = accounts_seat.id
JOIN accounts_seat AS successor ON successor.id = accounts_seat.successor_id
WHERE thread_id = {thread}
UNION SELECT accounts_seat.person_id FROM accounts_seat JOIN forum_threadaddressee
ON forum_threadaddressee.organisation_id = accounts_seat.organisation_id
WHERE thread_id = {thread}
UNION SELECT accounts_seat.person_id FROM accounts_seat
JOIN accounts_organisation_territories
ON accounts_organisation_territories.organisation_id = accounts_seat.organisation_id
JOIN forum_threadaddressee
ON forum_threadaddressee.territory_id = accounts_organisation_territories.territory_id
WHERE thread_id = {thread}
"""

#: Those whose saved searches have found posts, by their ids.
FINDERS = (
    "SELECT person_id FROM forum_savedsearch JOIN forum_foundpost"
    " ON saved_search_id = forum_savedsearch.id WHERE post_id"
)
FINDERS_IN_THREAD = f"{FINDERS} IN (SELECT id FROM forum_post WHERE thread_id = NEW.id)"  # noqa: S608
FINDER = "SELECT person_id FROM forum_savedsearch WHERE id = NEW.saved_search_id"
#: Who wrote the post that a quotation quotes.
QUOTED = "SELECT author_id AS person_id FROM forum_post WHERE id = NEW.quoted_id"
#: Who asked the question of a thread, where they hear only of answers.
ASKER = """
SELECT person_id FROM forum_follow JOIN forum_thread ON forum_thread.id = thread_id
WHERE thread_id = {thread} AND person_id = author_id AND level = 'named'
"""
#: Who is asked whether the question of a thread is settled: its asker, who carries it on.
REMINDED = """
SELECT author_id AS person_id FROM forum_thread JOIN forum_questionreminder
ON thread_id = forum_thread.id WHERE forum_thread.id = {thread}
UNION SELECT person_id FROM accounts_seat JOIN forum_thread
ON forum_thread.assignee_id = accounts_seat.id JOIN forum_questionreminder
ON thread_id = forum_thread.id WHERE forum_thread.id = {thread}
"""
#: Who asked the question of a row's thread, and who carries it on.
OWNER_OF_THREAD = """
SELECT author_id AS person_id FROM forum_thread WHERE id = NEW.thread_id
UNION SELECT person_id FROM accounts_seat JOIN forum_thread
ON forum_thread.assignee_id = accounts_seat.id WHERE forum_thread.id = NEW.thread_id
"""
#: Those whom a mention of an organisation names.
MENTIONED = "SELECT person_id FROM accounts_seat WHERE organisation_id = NEW.organisation_id"
_MENTIONED_IN = """
SELECT person_id FROM forum_mention WHERE {where}
UNION SELECT accounts_seat.person_id FROM accounts_seat JOIN forum_mention
ON forum_mention.organisation_id = accounts_seat.organisation_id WHERE {where}
UNION SELECT quoted.author_id FROM forum_quotation
JOIN forum_post AS quoted ON quoted.id = quoted_id WHERE {where}
"""
#: Those whom a post names or quotes, or the posts of a thread, also where its tags change.
MENTIONED_IN_POST = _MENTIONED_IN.format(where="post_id = NEW.id")
_POSTS_OF = "post_id IN (SELECT id FROM forum_post WHERE thread_id = {thread})"
MENTIONED_IN_THREAD = _MENTIONED_IN.format(where=_POSTS_OF.format(thread="NEW.id"))
MENTIONED_IN_TAGGED = _MENTIONED_IN.format(
    where=_POSTS_OF.format(thread="NEW.content_object_id")
)
_REMINDED_OF = (
    "SELECT person_id FROM forum_bookmark WHERE remind_on IS NOT NULL AND post_id {posts}"
)
#: Those who wished to be reminded of a post, or of one of a thread.
REMINDED_OF_POST = _REMINDED_OF.format(posts="= NEW.id")
REMINDED_IN_THREAD = _REMINDED_OF.format(
    posts="IN (SELECT id FROM forum_post WHERE thread_id = NEW.id)"
)
#: Who wrote the answer that was accepted last in a thread.
ACCEPTED = "SELECT author_id AS person_id FROM forum_acceptedanswer WHERE thread_id = NEW.id"
#: Who wrote the posts for which somebody thanked: one, those of a thread, all of who thanked.
THANKED = "SELECT author_id AS person_id FROM forum_post WHERE id = NEW.post_id"
THANKED_IN_THREAD = (
    "SELECT DISTINCT author_id AS person_id FROM forum_post"
    " WHERE thread_id = NEW.id AND thank_count > 0"
)
THANKED_BY = (
    "SELECT DISTINCT author_id AS person_id FROM forum_post JOIN forum_thank"
    " ON forum_thank.post_id = forum_post.id WHERE forum_thank.person_id = NEW.id"
)

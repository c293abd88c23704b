"""What the embedded store asks of its file, in SQL."""

from __future__ import annotations

NEW_CALL = """
INSERT INTO call (mark, document, live, outcome_joined, joined, number_joined, key) VALUES (?, ?, ?, ?, ?, ?, ?)
"""
# SQLite writes every index that a column after SET is in, changed or not.
SAME_PLACE = "UPDATE call SET mark = ?, document = ? WHERE key = ?"
OTHER_PLACE = """
UPDATE call SET mark = ?, document = ?, live = ?, outcome_joined = ?, joined = ?, number_joined = ? WHERE key = ?
"""
# The table of desks has the show as well: few records, which are all live.
PUT_NAMED = """
INSERT INTO desk (key, mark, document) VALUES (?, ?, ?)
ON CONFLICT (key) DO UPDATE SET mark = excluded.mark, document = excluded.document
"""
PUT_CARD = """
INSERT INTO card (key, mark, document) VALUES (?, ?, ?)
ON CONFLICT (key) DO UPDATE SET mark = excluded.mark, document = excluded.document
"""
PUT_MESSAGE = "INSERT INTO message (number, mark, document) VALUES (?, ?, ?)"
NEWEST_MESSAGE = "SELECT COALESCE(MAX(number), 0) FROM message"
OLD_MESSAGES = """
DELETE FROM message WHERE number <= (SELECT number FROM message ORDER BY number DESC LIMIT 1 OFFSET ?)
"""
CHANGED_MESSAGES = "SELECT document FROM message WHERE mark > ? ORDER BY number"
NO_CALL = "DELETE FROM call WHERE key = ?"
NO_CARD = "DELETE FROM card WHERE key = ?"
CARD = "SELECT document FROM card WHERE key = ?"
LIVE_CARDS = "SELECT card.key, card.document FROM call JOIN card ON card.key = call.key WHERE call.live = 1"
CHANGED_CARDS = "SELECT key, document FROM card WHERE mark > ?"
UPSERT_RECORD = """
INSERT INTO record (kind, key, document) VALUES (?, ?, ?)
ON CONFLICT (kind, key) DO UPDATE SET document = excluded.document
"""
NO_RECORD = "DELETE FROM record WHERE kind = ? AND key = ?"
RECORD = "SELECT document FROM record WHERE kind = ? AND key = ?"
RECORDS_OF = "SELECT key, document FROM record WHERE kind = ? AND key IN (SELECT value FROM json_each(?))"
RECORDS = "SELECT key, document FROM record WHERE kind = ? ORDER BY key"
RECORDS_UNDER = (
    "SELECT key, document FROM record WHERE kind = ? AND key >= ? AND key < ? AND key > ? ORDER BY key LIMIT ?"
)
TAKE_LEASE = """
INSERT INTO lease (name, holder, until) VALUES (?1, ?2, ?4)
ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
WHERE lease.holder = ?2 OR lease.until <= ?3
RETURNING 1
"""
CALL = "SELECT document FROM call WHERE key = ?"
LIVE_CALLS = "SELECT key, document FROM call WHERE live = 1"
CHANGED_CALLS = "SELECT key, document FROM call WHERE mark > ?"
NAMED = "SELECT document FROM desk WHERE key = ?"
NO_NAMED = "DELETE FROM desk WHERE key = ?"
CHANGED_NAMED = "SELECT key, document FROM desk WHERE mark > ?"
HISTORY = "SELECT {0}, key, document FROM call WHERE {0} >= ? AND {0} < ? ORDER BY {0} DESC LIMIT ?"
# Rows are numbered as they are stored. The plus keeps SQLite from reading every live call by its index.
LIVE_OF = "SELECT rowid, key, document FROM call WHERE number_joined >= ? AND number_joined < ? AND +live = 1"

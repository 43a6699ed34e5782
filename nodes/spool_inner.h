/* spool_inner.h - the statements of the spool, in one list; for nodes/spool*.c only. */
#ifndef SPOOL_INNER_H
#define SPOOL_INNER_H

#include "nodes/spool.h"
#include "nodes/spool_answers_sql.h"
#include "nodes/spool_escalation_sql.h"
#include "nodes/spool_events_sql.h"
#include "nodes/spool_hands_sql.h"
#include "nodes/spool_signal_sql.h"
#include "nodes/spool_staff_sql.h"
#include "nodes/spool_tally_sql.h"

#define CASE_COLUMNS                                                                   \
    "number, kind, other, on_behalf_of, referral_id, consent_id, consent, purpose, "   \
    "urgency, area, mode, offer_id, preview, content, unread, stop_contact, "          \
    "confirmed, created_ms, updated_ms, wrapped_key, retention, erased_ms, cancelling"
#define CASE_COLUMNS_C                                                                 \
    "c.number, c.kind, c.other, c.on_behalf_of, c.referral_id, c.consent_id, "         \
    "c.consent, c.purpose, c.urgency, c.area, c.mode, c.offer_id, c.preview, "         \
    "c.content, c.unread, c.stop_contact, c.confirmed, c.created_ms, c.updated_ms, "   \
    "c.wrapped_key, c.retention, c.erased_ms, c.cancelling"
/* The states of an offer (row o), by their numbers in bus.proto: 0 not answered yet, 1
 * to 4 undecided, 5 to 7 taken, 8 and 9 reported, 10 to 14 ended without work done, 15
 * queued, 16 skipped. */
#define IS_UNDECIDED "o.state BETWEEN 1 AND 4"
#define IS_TAKEN     "o.state BETWEEN 5 AND 7"
#define IS_REPORTED  "o.state IN (8, 9)"
#define IS_UNDONE    "(o.state BETWEEN 10 AND 14 OR o.state = 16)"
#define IS_LIVE      "(o.state BETWEEN 1 AND 7 OR o.state = 15)"
/* Nobody took it: declined, not selected, expired, skipped. */
#define IS_REFUSED "o.state IN (10, 11, 12, 16)"
/* The broker refused it, so nobody was asked; and its sender had not cancelled the case
 * (row c) before. */
#define WAS_REFUSED                                                                    \
    "(o.state = 13 AND o.version = 0 AND o.code <> '' AND c.cancelling = 0)"
/* Its target knows of it. A candidate of a list (mode above 1, direct) does so from
 * version 2 on, unless that step was its end: not selected, cancelled, in error. */
#define WAS_ASKED                                                                      \
    "(o.version > 0 AND o.state NOT IN (15, 16) AND (o.mode < 2 OR o.version > 2 OR "  \
    "o.state NOT IN (11, 13, 14)))"
/* Letters that go under a consent, of those in LetterType; nobody needs one to ask for
 * the rights of a person, or to tell a step. */
#define PERSONAL "(1, 2, 3, 4, 5, 6, 7, 13)"
/* The tables whose numbers people write down. */
#define PEOPLES_NUMBERS "'case_file', 'consent', 'opening', 'rights'"
/* The boxes of CaseBox, by the number of the enum in ?1: 1 new, 2 to decide, 3 running,
 * 4 closed, 5 sent. Kinds: 1 referral out, 2 referral in, 3 signal out, 4 signal in,
 * 5 escalation (confirmed: it has ended).
 * What nobody took, or was asked to take, is for its sender to decide until somebody
 * has looked. */
#define IS_UNPLACED                                                                    \
    "(c.kind = 1 AND c.unread = 1 AND c.confirmed = 0 AND (" IS_REFUSED                \
    " OR " WAS_REFUSED "))"
/* A signal that came: by its state in vocab signal_state, 1 to 4 nobody has decided on
 * it, 9 closed, 10 erased. */
#define SIGNAL_IS(states)                                                               \
    "EXISTS (SELECT 1 FROM signal s WHERE s.case_number = c.number AND s.state " states \
    ")"
#define IS_OPEN_SIGNAL "(c.kind = 4 AND " SIGNAL_IS("BETWEEN 1 AND 4") ")"
#define IS_OVER_SIGNAL SIGNAL_IS("IN (9, 10)")
#define IN_BOX                                                                         \
    "CASE ?1 WHEN 0 THEN 1"                                                            \
    " WHEN 1 THEN c.kind IN (2, 3, 4, 5) AND c.unread = 1"                             \
    " WHEN 2 THEN (c.kind = 2 AND " IS_UNDECIDED ") OR " IS_OPEN_SIGNAL                \
    "  OR (c.kind = 1 AND"                                                             \
    "  (o.state = 3 OR (" IS_REPORTED " AND c.confirmed = 0))) OR " IS_UNPLACED        \
    " WHEN 3 THEN " IS_TAKEN " OR (c.kind = 4 AND NOT " IS_OVER_SIGNAL ")"             \
    "  OR (c.kind = 5 AND c.confirmed = 0)"                                            \
    " WHEN 4 THEN (c.kind = 5 AND c.confirmed = 1) OR"                                 \
    "  (c.kind IN (3, 4) AND " IS_OVER_SIGNAL ") OR"                                   \
    "  (" IS_UNDONE " AND NOT " IS_UNPLACED ") OR"                                     \
    "  (" IS_REPORTED " AND (c.kind = 2 OR c.confirmed = 1))"                          \
    " WHEN 5 THEN c.kind IN (1, 3) ELSE 0 END"
#define IS_OPEN "(" IS_LIVE " OR (c.kind = 1 AND o.state = 0))"
/* Or nobody took it, and its sender has not given it up. */
#define IS_UNFINISHED                                                                  \
    "(" IS_OPEN " OR (c.kind = 1 AND c.confirmed = 0 AND o.state IN (10, 12, 16)))"
#define OFFER_COLUMNS                                                                  \
    "offer_id, case_number, position, target, on_behalf_of, state, version, "          \
    "before_hold, info_rounds, due_ms, pending, pending_state, mode, code"
#define MOMENT_COLUMNS "number, case_number, at_ms, who, event, type, content"
/* A letter without an end that had left, for all that a restored store knows. The plus
 * keeps it to the letters of one submission: without it SQLite walks all open ones. */
#define MAY_HAVE_LEFT "m.state = 1 AND +m.terminal = 0"
#define SUBMISSION_COLUMNS                                                             \
    "seq, submission_id, case_number, consent_id, mode, at_ms, answered, "             \
    "EXISTS (SELECT 1 FROM sent m JOIN case_file c ON c.number = m.case_number "       \
    "JOIN withdrawal w ON w.consent_id = c.consent_id WHERE m.submission = seq "       \
    "AND m.type IN " PERSONAL " AND " MAY_HAVE_LEFT " AND w.registered_ms = 0)"
#define SENT_COLUMNS                                                                   \
    "number, msg_id, submission, position, case_number, moment, offer_id, recipient, " \
    "on_behalf_of, type, event, state, terminal, expires_ms, core_hash, core"
#define CONSENT_COLUMNS                                                                \
    "number, recorded_ms, withdrawn_ms, from_day, until_day, wrapped_key, content, "   \
    "renews, keep_days"
#define JUDGED_COLUMNS     "number, case_number, msg_id, point, at_ms, code, facts"
#define WITHDRAWAL_COLUMNS "consent_id, own, at_ms, registered_ms, bytes, handed_over"

#define PROOF_COLUMNS                                                                  \
    "p.number, p.log, p.log_leaf, p.kind, p.about, p.case_number, p.at_ms, p.state, "  \
    "p.bytes, p.leaf, p.path, c.bytes"
#define PROOF_FROM " FROM proof p LEFT JOIN checkpoint c ON c.number = p.checkpoint "

/* X(NAME, SQL): about the broker's audit log. */
#define SPOOL_AUDIT_STATEMENTS(X)                                                      \
    X(LOG_GET, "SELECT store_id, from_size, size, root, checkpoint, met_ms, seen_ms "  \
               "FROM audit_log WHERE number = ?1")                                     \
    X(LOG_FIND, "SELECT number FROM audit_log WHERE store_id = ?1")                    \
    X(LOG_ADD, "INSERT INTO audit_log (store_id, from_size, size, root, checkpoint, "  \
               "met_ms, seen_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")                 \
    X(LOG_PIN, "UPDATE audit_log SET size = ?2, root = ?3, checkpoint = ?4, "          \
               "seen_ms = ?5 WHERE number = ?1")                                       \
    X(PROOF_MOVE, "UPDATE OR IGNORE proof SET log = ?2 WHERE log = ?1 AND state = 0 "  \
                  "AND log_leaf BETWEEN 1 AND ?3")                                     \
    X(PROOF_LOSE, "UPDATE proof SET state = 3 WHERE log = ?1 AND state = 0")           \
    X(PROOF_PUT, "INSERT OR IGNORE INTO proof (log, log_leaf, kind, about, "           \
                 "case_number, at_ms, state, bytes, checkpoint, said) "                \
                 "VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, ?7, 0, ?8)")                      \
    X(PROOF_OPEN, "SELECT DISTINCT log_leaf FROM proof WHERE log = ?1 AND state = 0 "  \
                  "AND log_leaf > 0 ORDER BY log_leaf LIMIT ?2")                       \
    X(PROOF_LATE, "SELECT " PROOF_COLUMNS PROOF_FROM "WHERE p.log = ?1 AND "           \
                  "p.state = 0 AND (p.log_leaf = 0 OR p.log_leaf > ?2) AND "           \
                  "p.at_ms < ?3 LIMIT 1")                                              \
    X(PROOF_AT, "SELECT " PROOF_COLUMNS PROOF_FROM "WHERE p.log = ?1 AND "             \
                "p.log_leaf = ?2 AND p.state = 0 LIMIT 1")                             \
    X(PROOF_ABOUT, "SELECT " PROOF_COLUMNS PROOF_FROM "WHERE p.log = ?1 AND "          \
                   "p.about = ?2 AND p.number > ?3 ORDER BY p.number LIMIT 1")         \
    X(PROOF_DONE, "UPDATE proof SET state = ?2, leaf = ?3, path = ?4, "                \
                  "checkpoint = ?5 WHERE number = ?1")                                 \
    X(RECEIVED_CASE, "SELECT case_number FROM received WHERE msg_id = ?1 LIMIT 1")     \
    X(PROOF_ALL, "SELECT " PROOF_COLUMNS PROOF_FROM                                    \
                 "WHERE p.number > ?1 ORDER BY p.number LIMIT 1")                      \
    X(PROOF_COUNT, "SELECT state, count(*) FROM proof GROUP BY state")                 \
    X(PROOF_BEHIND, "SELECT count(*) FROM proof WHERE log = ?1 AND log_leaf > ?2")     \
    X(PROOF_FORGET, "DELETE FROM proof WHERE case_number = 0 AND at_ms < ?1 AND "      \
                    "state <> 2 AND kind <> 8")                                        \
    X(CHECKPOINT_FIND, "SELECT number FROM checkpoint WHERE log = ?1 AND size = ?2")   \
    X(CHECKPOINT_PUT, "INSERT INTO checkpoint (log, size, bytes) VALUES (?1, ?2, ?3)") \
    X(CHECKPOINT_AT, "SELECT bytes FROM checkpoint WHERE log <= ?1 AND size = ?2 "     \
                     "ORDER BY log DESC LIMIT 1")                                      \
    X(LOG_KEPT,                                                                        \
            "SELECT coalesce(min(from_size), -1) FROM audit_log WHERE number > ?1")    \
    X(JOIN_WANT, "INSERT OR IGNORE INTO log_join (log, from_size, to_size, asked_ms) " \
                 "VALUES (?1, ?2, ?3, ?4)")                                            \
    X(JOIN_GET, "SELECT path FROM log_join WHERE log >= ?1 AND from_size = ?2 AND "    \
                "to_size = ?3 AND path IS NOT NULL ORDER BY log LIMIT 1")              \
    X(JOIN_WANTED, "SELECT from_size, to_size FROM log_join WHERE log = ?1 AND "       \
                   "path IS NULL ORDER BY from_size, to_size LIMIT ?2")                \
    X(JOIN_DONE, "UPDATE log_join SET path = ?4 WHERE log = ?1 AND from_size = ?2 "    \
                 "AND to_size = ?3 AND path IS NULL")                                  \
    X(JOIN_DROP, "DELETE FROM log_join WHERE path IS NULL")                            \
    X(JOIN_FORGET, "DELETE FROM log_join WHERE asked_ms < ?1")                         \
    X(LOG_BEFORE, "SELECT number FROM audit_log WHERE number < ?1 "                    \
                  "ORDER BY number DESC LIMIT 1")                                      \
    X(FINDING_THERE, "SELECT count(*), coalesce(sum(log = ?1 AND code = ?2 AND "       \
                     "log_leaf = ?3 AND partner = ?4 AND seen_ms = 0), 0) "            \
                     "FROM finding")                                                   \
    X(FINDING_PUT, "INSERT INTO finding (log, code, log_leaf, at_ms, seen_ms, "        \
                   "seen_by, held, shown, partner, msg_id) "                           \
                   "VALUES (?1, ?2, ?3, ?4, 0, '', ?5, ?6, ?7, ?8)")                   \
    X(FINDING_NEXT, "SELECT number, log, code, log_leaf, at_ms, seen_ms, seen_by, "    \
                    "held, shown, partner, msg_id FROM finding WHERE number > ?1 AND " \
                    "(?2 = 0 OR seen_ms = 0) ORDER BY number LIMIT 1")                 \
    X(CLAIM_PUT, "INSERT OR IGNORE INTO log_claim (partner, log, size, root, msg_id, " \
                 "at_ms) SELECT ?1, ?2, ?3, ?4, ?5, ?6 "                               \
                 "WHERE (SELECT count(*) FROM log_claim) < ?7")                        \
    X(CLAIM_NEXT, "SELECT partner, size, root, msg_id, at_ms FROM log_claim "          \
                  "WHERE log = ?1 ORDER BY at_ms, partner LIMIT 1")                    \
    X(CLAIM_DROP, "DELETE FROM log_claim WHERE partner = ?1")                          \
    X(CLAIM_KEEP, "DELETE FROM log_claim WHERE log <> ?1")                             \
    X(FINDING_SEEN, "UPDATE finding SET seen_ms = ?1, seen_by = ?2 WHERE seen_ms = 0") \
    X(PROOF_CASE, "SELECT " PROOF_COLUMNS PROOF_FROM                                   \
                  "WHERE p.case_number = ?1 AND p.number > ?2 ORDER BY p.number "      \
                  "LIMIT 1")                                                           \
    X(PROOF_OF, "SELECT " PROOF_COLUMNS PROOF_FROM                                     \
                "WHERE p.case_number = 0 AND p.kind = ?1 AND p.about = ?2 "            \
                "ORDER BY p.state = 1 DESC, p.number DESC LIMIT 1")

#define RIGHT_COLUMNS                                                                  \
    "number, ours, type, request_id, case_number, offer_id, other, asked_ms, due_ms, " \
    "extended, answer, reason, retention, answered_ms, moment, lost"
/* Somebody has to answer; or we have to answer once more, for our word was lost. A
 * request that was lost waits for nothing: it is asked anew. */
#define RIGHT_WAITS "(answer = 0 AND lost = 0 OR lost = 1 AND ours = 0)"

/* Signals, and what a coordinator was shown of a referral: they have no offer here. */
#define IS_SHOWN      "(c.kind = 5 AND c.preview > 0)"
#define LIKE_A_SIGNAL "(c.kind IN (3, 4) OR " IS_SHOWN ")"
/* When a signal was closed; 0: it is open. */
#define CLOSED_SIGNAL                                                                  \
    "(SELECT s.closed_ms FROM signal s WHERE s.case_number = c.number)"
/* A case that is closed, and when its time is over: ?1 to ?3 the terms of referrals and
 * signals, ?4 to ?9 by the ground that was named (rows 2 to 7 of retention_basis). */
#define CASE_CLOSED                                                                    \
    "c.wrapped_key IS NOT NULL AND (" IS_SHOWN                                         \
    " OR c.kind = 3 OR (c.kind = 4 AND " CLOSED_SIGNAL " > 0) OR " IS_UNDONE           \
    " OR (" IS_REPORTED " AND (c.kind = 2 OR c.confirmed = 1)))"
#define CASE_DUE                                                                       \
    "(CASE WHEN c.kind IN (3, 4) THEN coalesce(nullif(" CLOSED_SIGNAL ", 0) + ?2, "    \
    "c.created_ms + ?3) WHEN " IS_SHOWN " AND c.unread = 1 THEN c.created_ms + ?3 "    \
    "WHEN " IS_SHOWN " THEN min(c.updated_ms + ?2, c.created_ms + ?3) "                \
    "ELSE c.updated_ms + CASE c.retention WHEN 2 THEN ?4 WHEN 3 THEN ?5 WHEN 4 THEN "  \
    "?6 WHEN 5 THEN ?7 WHEN 6 THEN ?8 WHEN 7 THEN ?9 ELSE ?1 END END)"
#define CASES_CLOSED                                                                   \
    "case_file c LEFT JOIN offer o ON o.offer_id = c.offer_id WHERE " CASE_CLOSED
#define CONSENT_OVER                                                                   \
    "CASE WHEN withdrawn_ms <> 0 THEN withdrawn_ms ELSE (until_day + 1) * 86400000 END"
/* The person was told how long it is kept, so each record has a term of its own, and
 * the usual one (?1) is not asked. */
#define CONSENT_TERM CONSENT_OVER " + keep_days * 86400000"
/* Past its term at ?2, and no case needs it any more. */
#define CONSENT_DUE                                                                    \
    CONSENT_TERM " <= ?2 AND NOT EXISTS (SELECT 1 FROM case_file c WHERE "             \
                 "c.consent = consent.number AND c.wrapped_key IS NOT NULL)"
/* Rows with one age: how many, the oldest, when the first goes, how many are late. */
#define AGED(age, rows)                                                                \
    "SELECT count(*), coalesce(min(" age "), 0), coalesce(min(" age ") + ?1, 0), "     \
    "coalesce(sum(" age " + ?1 < ?2), 0) FROM " rows

/* X(NAME, SQL): the registers of the person's rights. */
#define SPOOL_RIGHTS_STATEMENTS(X)                                                       \
    X(RETENTION_CASES,                                                                   \
            "SELECT count(*), coalesce(min(c.updated_ms), 0), coalesce(min(" CASE_DUE    \
            "), 0), coalesce(sum(" CASE_DUE " <= ?10), 0) FROM " CASES_CLOSED            \
            " AND (" LIKE_A_SIGNAL ") = ?11")                                            \
    X(CASES_DUE, "SELECT c.number FROM " CASES_CLOSED " AND " CASE_DUE " <= ?10 "        \
                 "ORDER BY c.number LIMIT ?11")                                          \
    X(CASES_KEPT, "SELECT c.number, c.retention, " CASE_DUE " FROM " CASES_CLOSED        \
                  " AND c.retention > 1 ORDER BY 3, 1 LIMIT ?10")                        \
    X(RETENTION_CONSENTS,                                                                \
            "SELECT count(*), coalesce(min(recorded_ms), 0), coalesce(min(" CONSENT_TERM \
            "), 0), coalesce(sum(" CONSENT_DUE "), 0) FROM consent")                     \
    X(CAPSULES_LOOSE,                                                                    \
            "UPDATE capsule SET consent = NULL WHERE consent IN (SELECT number FROM "    \
            "consent WHERE " CONSENT_DUE " ORDER BY number LIMIT ?3)")                   \
    X(CONSENTS_DROP, "DELETE FROM consent WHERE number IN (SELECT number FROM "          \
                     "consent WHERE " CONSENT_DUE " ORDER BY number LIMIT ?3)")          \
    X(RETENTION_RIGHTS, AGED("nullif(answered_ms, 0)", "rights"))                        \
    X(RETENTION_VIOLATIONS, AGED("at_ms", "violation"))                                  \
    X(RETENTION_RECEIPTS,                                                                \
            AGED("at_ms",                                                                \
                    "received WHERE case_number = 0 OR type NOT IN (1, 2, 7, 13)"))      \
    X(RETENTION_REPLIES, AGED("at_ms", "reply"))                                         \
    X(RETENTION_EVIDENCE, AGED("at_ms", "evidence"))                                     \
    X(RETENTION_ESCALATIONS, AGED("nullif(closed_ms, 0)", "escalation"))                 \
    X(RETENTION_OPENINGS, AGED("at_ms", "opening"))                                      \
    X(RIGHTS_DROP,                                                                       \
            "DELETE FROM rights WHERE answered_ms <> 0 AND answered_ms + ?1 < ?2")       \
    X(VIOLATIONS_DROP, "DELETE FROM violation WHERE at_ms + ?1 < ?2")                    \
    X(RIGHT_PUT,                                                                         \
            "INSERT INTO rights (ours, type, request_id, case_number, offer_id, other, " \
            "asked_ms, due_ms, extended, answer, reason, retention, answered_ms, "       \
            "moment) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, 0, 0, 0, 0, ?9)")        \
    X(RIGHT_SAVE,                                                                        \
            "UPDATE rights SET reminded = reminded AND due_ms = ?2, due_ms = ?2, "       \
            "extended = ?3, answer = ?4, reason = ?5, retention = ?6, "                  \
            "answered_ms = ?7, moment = ?8, lost = ?9 WHERE number = ?1")                \
    X(RIGHT_HALF, "SELECT " RIGHT_COLUMNS " FROM rights WHERE " RIGHT_WAITS " AND "      \
                  "reminded = 0 AND due_ms < ?1 ORDER BY number LIMIT 1")                \
    X(RIGHT_REMINDED, "UPDATE rights SET reminded = 1 WHERE number = ?1")                \
    X(RIGHT_GET, "SELECT " RIGHT_COLUMNS " FROM rights WHERE number = ?1")               \
    X(RIGHT_FIND, "SELECT " RIGHT_COLUMNS " FROM rights WHERE request_id = ?1")          \
    X(RIGHT_OPEN,                                                                        \
            "SELECT " RIGHT_COLUMNS " FROM rights WHERE ours = ?1 AND type = ?2 "        \
            "AND offer_id = ?3 AND answer = 0 AND (lost = 0 OR ours = 0) "               \
            "AND number > ?4 ORDER BY number LIMIT 1")                                   \
    X(RIGHT_AT,                                                                          \
            "SELECT " RIGHT_COLUMNS " FROM rights WHERE moment = ?1 AND moment > 0")     \
    X(RIGHT_LIST, "SELECT " RIGHT_COLUMNS " FROM rights WHERE (?1 = 0 OR " RIGHT_WAITS   \
                  ") AND number > ?2 ORDER BY number LIMIT ?3")                          \
    X(RIGHT_COUNT, "SELECT count(*) FROM rights WHERE ours = ?1 AND " RIGHT_WAITS        \
                   " AND due_ms < ?2")                                                   \
    X(PARTIES, "SELECT c.number, o.offer_id FROM case_file c JOIN offer o ON "           \
               "o.case_number = c.number WHERE " WAS_ASKED " AND (c.number = ?1 OR "     \
               "(?2 <> 0 AND c.consent = ?2)) ORDER BY c.number, o.position LIMIT ?3")   \
    X(HOLDS_CONTENT, "SELECT 1 FROM sent s WHERE s.case_number = ?1 AND "                \
                     "s.offer_id = ?2 AND s.type = 2 AND s.state = 4 AND NOT EXISTS "    \
                     "(SELECT 1 FROM awaited a WHERE a.msg_id = s.msg_id AND "           \
                     "a.heard_ms > 0 AND a.kept = 0) LIMIT 1")

/* X(NAME, SQL): what proves a case, and who opened it. */
#define SPOOL_PROOF_STATEMENTS(X)                                                        \
    X(EVIDENCE_PUT,                                                                      \
            "INSERT INTO evidence (case_number, kind, msg_id, at_ms, hash, bytes) "      \
            "SELECT ?1, ?2, ?3, ?4, ?5, ?6 WHERE ?7 > (SELECT count(*) "                 \
            "FROM evidence WHERE case_number = ?1) ON CONFLICT DO NOTHING")              \
    X(EVIDENCE_OF, "SELECT bytes FROM evidence WHERE case_number = ?1 "                  \
                   "ORDER BY number LIMIT ?2")                                           \
    X(EVIDENCE_LETTERS,                                                                  \
            "SELECT msg_id FROM (SELECT msg_id, at_ms FROM evidence "                    \
            "WHERE case_number = ?1 AND kind = 9 UNION SELECT about, at_ms FROM proof "  \
            "WHERE case_number = ?1 AND kind = 9) ORDER BY at_ms DESC, msg_id LIMIT ?2") \
    X(EVIDENCE_DROP, "DELETE FROM evidence WHERE at_ms < ?1")                            \
    X(OPENING_PUT, "INSERT INTO opening (case_number, consent, nth, actor, how, "        \
                   "at_ms, letters, hash, bytes) "                                       \
                   "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)")                        \
    X(OPENING_NEXT, "SELECT coalesce((SELECT seq FROM sqlite_sequence "                  \
                    "WHERE name = 'opening'), 0) + 1")                                   \
    X(OPENING_LAST, "SELECT nth, hash FROM opening ORDER BY number DESC LIMIT 1")        \
    X(OPENING_LAST_OF,                                                                   \
            "SELECT nth, hash FROM opening WHERE case_number = ?1 AND consent = ?2 "     \
            "ORDER BY number DESC LIMIT 1")                                              \
    X(OPENING_THERE,                                                                     \
            "SELECT 1 FROM opening WHERE case_number = ?1 AND consent = ?2 AND "         \
            "actor = ?3 AND how = ?4 AND at_ms >= ?5 AND letters = ?6 LIMIT 1")          \
    X(OPENING_NEWEST,                                                                    \
            "SELECT number, at_ms, actor, how, letters, bytes FROM (SELECT * FROM "      \
            "opening WHERE case_number = ?1 AND consent = ?2 ORDER BY number DESC "      \
            "LIMIT ?3) ORDER BY number")                                                 \
    X(OPENING_DROP, "DELETE FROM opening WHERE at_ms < ?1")

/* X(NAME, SQL) */
#define SPOOL_STATEMENTS(X)                                                                  \
    X(SETTING_GET, "SELECT number, bytes FROM setting WHERE name = ?1")                      \
    X(SETTING_SET, "INSERT INTO setting (name, number, bytes) VALUES (?1, ?2, ?3) "          \
                   "ON CONFLICT (name) DO UPDATE SET number = ?2, bytes = ?3")               \
    X(NUMBERS_BEGIN,                                                                         \
            "INSERT INTO sqlite_sequence (name, seq) SELECT name, 0 FROM "                   \
            "sqlite_master WHERE name IN (" PEOPLES_NUMBERS ") AND name NOT IN "             \
            "(SELECT name FROM sqlite_sequence)")                                            \
    X(NUMBERS_SKIP, "UPDATE sqlite_sequence SET seq = seq + ?1 WHERE name IN "               \
                    "(" PEOPLES_NUMBERS ")")                                                 \
    X(THING_CLEAR, "DELETE FROM thing WHERE slot = ?1")                                      \
    X(THING_PUT, "INSERT OR REPLACE INTO thing (slot, clash, kind, signer, at_ms, "          \
                 "unpublished, bytes) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")                  \
    X(THING_ALL,                                                                             \
            "SELECT slot, clash, kind, signer, at_ms, unpublished, bytes FROM thing "        \
            "ORDER BY kind, rowid")                                                          \
    X(THING_UNPUBLISHED,                                                                     \
            "SELECT slot, clash, kind, signer, at_ms, unpublished, bytes FROM thing "        \
            "WHERE unpublished = 1 ORDER BY kind = 6, kind <> 4, kind, rowid LIMIT ?1")      \
    X(THING_PUBLISHED, "UPDATE thing SET unpublished = 0 WHERE slot = ?1")                   \
    X(THING_AGAIN, "UPDATE thing SET unpublished = 1 WHERE signer = ?1")                     \
    X(EPOCH_PUT, "INSERT INTO epoch (ekid, public, wrapped, from_ms, until_ms) "             \
                 "VALUES (?1, ?2, ?3, ?4, ?5)")                                              \
    X(EPOCH_GET, "SELECT ekid, public, wrapped, from_ms, until_ms FROM epoch "               \
                 "WHERE ekid = ?1")                                                          \
    X(EPOCH_LIST, "SELECT ekid, public, wrapped, from_ms, until_ms FROM epoch "              \
                  "WHERE until_ms > ?1 ORDER BY from_ms LIMIT ?2")                           \
    X(EPOCH_DROP, "DELETE FROM epoch WHERE until_ms <= ?1")                                  \
    X(EPOCH_WRAPPED, "SELECT ekid, wrapped FROM epoch")                                      \
    X(EPOCH_REWRAP, "UPDATE epoch SET wrapped = ?2 WHERE ekid = ?1")                         \
    X(TOKEN_PUT,                                                                             \
            "INSERT INTO token (name, hash, scopes, made_ms) VALUES (?1, ?2, ?3, ?4) "       \
            "ON CONFLICT (name) DO UPDATE SET hash = ?2, scopes = ?3, made_ms = ?4")         \
    X(TOKEN_DROP, "DELETE FROM token WHERE name = ?1")                                       \
    X(TOKEN_GET, "SELECT name, scopes, made_ms FROM token WHERE hash = ?1")                  \
    X(TOKEN_LIST, "SELECT name, scopes, made_ms FROM token ORDER BY name LIMIT ?1")          \
    X(REPLY_GET,                                                                             \
            "SELECT request_hash, bytes FROM reply WHERE token = ?1 AND key = ?2")           \
    X(REPLY_PUT, "INSERT INTO reply (token, key, request_hash, at_ms, bytes) "               \
                 "VALUES (?1, ?2, ?3, ?4, ?5)")                                              \
    X(REPLY_FORGET, "DELETE FROM reply WHERE at_ms < ?1")                                    \
    X(RECEIVED_FORGET, "DELETE FROM received WHERE at_ms < ?1 AND "                          \
                       "(case_number = 0 OR type NOT IN (1, 2, 7, 13))")                     \
    X(TRACE_PUT,                                                                             \
            "INSERT INTO trace (case_number, at_ms, who, what, code, msg_id, words) "        \
            "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")                                           \
    X(TRACE_REFUSED_AGAIN,                                                                   \
            "DELETE FROM trace WHERE case_number = ?1 AND who = ?2 AND what = ?3 "           \
            "AND code = ?4 AND number > coalesce((SELECT number FROM trace "                 \
            "WHERE case_number = ?1 AND code = '' ORDER BY number DESC LIMIT 1), 0)")        \
    X(TRACE_LIST,                                                                            \
            "SELECT at_ms, who, what, code, msg_id, words FROM (SELECT * FROM trace "        \
            "WHERE case_number = ?1 ORDER BY number DESC LIMIT ?2) ORDER BY number")         \
    X(JUDGED_PUT, "INSERT INTO judged (case_number, msg_id, point, at_ms, code, "            \
                  "facts) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")                                  \
    X(JUDGED_BEFORE, "SELECT " JUDGED_COLUMNS " FROM judged WHERE case_number = ?1 "         \
                     "AND number < ?2 ORDER BY number DESC LIMIT 1")                         \
    X(JUDGED_OF, "SELECT " JUDGED_COLUMNS " FROM judged WHERE msg_id = ?1 "                  \
                 "ORDER BY number DESC LIMIT 1")                                             \
    X(JUDGED_REFUSED, "SELECT " JUDGED_COLUMNS " FROM judged WHERE code <> '' "              \
                      "ORDER BY number DESC LIMIT 1")                                        \
    X(JUDGED_FORGET, "DELETE FROM judged WHERE case_number = 0 AND at_ms < ?1")              \
    X(CONSENT_NEXT, "SELECT coalesce((SELECT seq FROM sqlite_sequence "                      \
                    "WHERE name = 'consent'), 0) + 1")                                       \
    X(CONSENT_PUT,                                                                           \
            "INSERT INTO consent (number, recorded_ms, withdrawn_ms, from_day, "             \
            "until_day, wrapped_key, content, renews, keep_days) VALUES (?1, ?2, ?3, "       \
            "?4, ?5, ?6, ?7, ?8, ?9)")                                                       \
    X(CONSENT_GET, "SELECT " CONSENT_COLUMNS " FROM consent WHERE number = ?1")              \
    X(CONSENT_AFTER, "SELECT " CONSENT_COLUMNS " FROM consent WHERE number > ?1 "            \
                     "ORDER BY number LIMIT 1")                                              \
    X(CONSENT_RENEWED_BY, "SELECT number FROM consent WHERE renews = ?1 AND ?1 > 0 "         \
                          "ORDER BY number LIMIT 1")                                         \
    X(CONSENT_ENDING,                                                                        \
            "SELECT count(*) FROM consent a WHERE withdrawn_ms = 0 AND until_day "           \
            "BETWEEN ?1 AND ?2 AND (NOT EXISTS (SELECT 1 FROM consent b WHERE "              \
            "b.renews = a.number AND b.renews > 0) OR EXISTS (SELECT 1 FROM "                \
            "case_file c LEFT JOIN offer o ON o.offer_id = c.offer_id WHERE "                \
            "c.consent = a.number AND " IS_OPEN "))")                                        \
    X(CONSENT_LIVE,                                                                          \
            "SELECT count(*) FROM consent k JOIN case_file c ON c.consent = k.number "       \
            "LEFT JOIN offer o ON o.offer_id = c.offer_id WHERE c.consent > 0 AND "          \
            "(k.number = ?1 OR (?1 = 0 AND k.until_day < ?2)) AND " IS_OPEN)                 \
    X(CONSENT_WITHDRAWN, "UPDATE consent SET withdrawn_ms = ?2 "                             \
                         "WHERE number = ?1 AND withdrawn_ms = 0")                           \
    X(SAID_PUT, "INSERT INTO said_same (said_id, consent, at_ms, content) "                  \
                "VALUES (?1, ?2, ?3, ?4)")                                                   \
    X(SAID_OF, "SELECT said_id, content FROM (SELECT * FROM said_same WHERE "                \
               "consent = ?1 ORDER BY at_ms DESC, said_id LIMIT ?2) "                        \
               "ORDER BY at_ms, said_id")                                                    \
    X(CONSENT_WRAPPED,                                                                       \
            "SELECT number, wrapped_key FROM consent WHERE wrapped_key IS NOT NULL")         \
    X(CONSENT_REWRAP, "UPDATE consent SET wrapped_key = ?2 WHERE number = ?1")               \
    X(CAPSULE_PUT,                                                                           \
            "INSERT INTO capsule (consent_id, consent, own, conflict, resend, at_ms, "       \
            "bytes, salt) VALUES (?1, ?2, ?3, ?4, 0, ?5, ?6, ?7)")                           \
    X(CAPSULE_GET,                                                                           \
            "SELECT consent_id, consent, own, conflict, at_ms, bytes, salt FROM "            \
            "capsule WHERE consent_id = ?1")                                                 \
    X(CAPSULE_CONFLICT, "UPDATE capsule SET conflict = 1 WHERE consent_id = ?1")             \
    X(CAPSULE_OF, "SELECT consent_id FROM capsule WHERE consent = ?1 "                       \
                  "ORDER BY at_ms, consent_id LIMIT ?2")                                     \
    X(CAPSULE_LEFT, "SELECT consent_id FROM capsule WHERE consent = ?1 "                     \
                    "AND consent_id NOT IN (SELECT consent_id FROM withdrawal) "             \
                    "ORDER BY at_ms, consent_id LIMIT ?2")                                   \
    X(WITHDRAWAL_PUT,                                                                        \
            "INSERT INTO withdrawal (consent_id, own, at_ms, registered_ms, bytes) "         \
            "VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING")                            \
    X(WITHDRAWAL_OWN, "UPDATE withdrawal SET own = 1, registered_ms = 0, bytes = ?2 "        \
                      "WHERE consent_id = ?1")                                               \
    X(WITHDRAWAL_GET,                                                                        \
            "SELECT " WITHDRAWAL_COLUMNS " FROM withdrawal WHERE consent_id = ?1")           \
    X(WITHDRAWAL_THERE, "SELECT 1 FROM withdrawal WHERE consent_id = ?1")                    \
    X(WITHDRAWAL_FULL,                                                                       \
            "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM capsule WHERE consent_id = ?1) "       \
            "AND NOT EXISTS (SELECT 1 FROM withdrawal WHERE consent_id = ?1) AND ?2 <="      \
            " (SELECT count(*) FROM (SELECT 1 FROM withdrawal WHERE own = 0 AND "            \
            "consent_id NOT IN (SELECT consent_id FROM capsule) LIMIT ?2))")                 \
    X(WITHDRAWAL_REGISTERED,                                                                 \
            "UPDATE withdrawal SET registered_ms = ?3, handed_over = ?2 "                    \
            "WHERE consent_id = ?1")                                                         \
    X(WITHDRAWAL_WAITING, "SELECT count(*), coalesce(min(at_ms), 0) FROM withdrawal "        \
                          "WHERE registered_ms = 0")                                         \
    X(WITHDRAWAL_OPEN, "SELECT bytes FROM withdrawal WHERE registered_ms = 0 "               \
                       "ORDER BY at_ms LIMIT ?1")                                            \
    X(RESEND_WITHDRAWALS,                                                                    \
            "UPDATE withdrawal SET registered_ms = 0 WHERE own = 1 OR consent_id IN "        \
            "(SELECT consent_id FROM capsule WHERE own = 1)")                                \
    X(RESEND_CAPSULES,                                                                       \
            "UPDATE capsule SET resend = 1 WHERE own = 1 AND consent_id NOT IN "             \
            "(SELECT consent_id FROM withdrawal)")                                           \
    X(RESEND_OFFERS,                                                                         \
            "UPDATE offer AS o SET resend = 1 WHERE status IS NOT NULL AND (" IS_LIVE        \
            " OR " IS_REPORTED " OR case_number IN (SELECT number FROM case_file "           \
            "WHERE updated_ms > ?1))")                                                       \
    X(RESEND_SUBMISSIONS,                                                                    \
            "UPDATE submission SET answered = 0 WHERE answered = 1 AND seq IN "              \
            "(SELECT submission FROM sent WHERE terminal = 0)")                              \
    X(RESEND_RECEIPTS, "UPDATE sent SET resend = 1 WHERE terminal = 1 AND "                  \
                       "length(receipt) > 0 AND expires_ms > ?1")                            \
    X(RESEND_LIST, "SELECT 0, consent_id, bytes FROM capsule WHERE resend = 1 AND ?2 "       \
                   "UNION ALL SELECT 1, offer_id, status FROM offer WHERE resend = 1 "       \
                   "UNION ALL SELECT 2, msg_id, receipt FROM sent WHERE resend = 1 "         \
                   "LIMIT ?1")                                                               \
    X(RESENT_CAPSULE, "UPDATE capsule SET resend = 0 WHERE consent_id = ?1")                 \
    X(RESENT_OFFER, "UPDATE offer SET resend = 0 WHERE offer_id = ?1")                       \
    X(RESENT_RECEIPT, "UPDATE sent SET resend = 0 WHERE msg_id = ?1")                        \
    X(CASE_NEXT, "SELECT coalesce((SELECT seq FROM sqlite_sequence "                         \
                 "WHERE name = 'case_file'), 0) + 1")                                        \
    X(CASE_ADD,                                                                              \
            "INSERT INTO case_file (" CASE_COLUMNS ") VALUES (?1, ?2, ?3, ?4, ?5, "          \
            "?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, "        \
            "?21, ?22, ?23)")                                                                \
    X(CASE_SAVE,                                                                             \
            "UPDATE case_file SET other = ?2, on_behalf_of = ?3, offer_id = ?4, "            \
            "preview = ?5, content = ?6, unread = ?7, stop_contact = ?8, "                   \
            "confirmed = ?9, updated_ms = ?10, wrapped_key = ?11, consent_id = ?12, "        \
            "consent = ?13, retention = ?14, mode = ?15, erased_ms = ?16, purpose = ?17, "   \
            "urgency = ?18, area = ?19, cancelling = ?20 WHERE number = ?1")                 \
    X(CASE_GET, "SELECT " CASE_COLUMNS " FROM case_file WHERE number = ?1")                  \
    X(CASE_LIST, "SELECT " CASE_COLUMNS_C " FROM case_file c "                               \
                 "LEFT JOIN offer o ON o.offer_id = c.offer_id "                             \
                 "WHERE c.number > ?2 AND " IN_BOX " ORDER BY c.number LIMIT ?3")            \
    X(CASE_COUNT, "SELECT count(*) FROM case_file c "                                        \
                  "LEFT JOIN offer o ON o.offer_id = c.offer_id WHERE " IN_BOX)              \
    X(CASE_STOPS, "SELECT " CASE_COLUMNS " FROM case_file WHERE stop_contact = 1 "           \
                  "AND unread = 1 AND kind IN (2, 4) ORDER BY updated_ms DESC "              \
                  "LIMIT ?1")                                                                \
    X(CASE_CRISES, "SELECT " CASE_COLUMNS_C " FROM case_file c "                             \
                   "LEFT JOIN offer o ON o.offer_id = c.offer_id "                           \
                   "WHERE c.urgency = 1 AND c.kind IN (2, 4) AND ((c.kind = 2 AND "          \
                   "o.state BETWEEN 1 AND 4) OR (c.kind = 4 AND " SIGNAL_IS(                 \
                           "= 1") ")) "                                                      \
                                  "ORDER BY c.number LIMIT ?1")                              \
    X(CASE_USING, "SELECT " CASE_COLUMNS " FROM case_file WHERE consent_id = ?1 OR "         \
                  "number IN (SELECT case_number FROM submission WHERE consent_id = "        \
                  "?1) ORDER BY number LIMIT 1")                                             \
    X(CASE_RECORDS, "SELECT DISTINCT k.consent FROM sent s JOIN submission b ON "            \
                    "b.seq = s.submission JOIN capsule k ON k.consent_id = "                 \
                    "b.consent_id WHERE s.case_number = ?1 AND k.consent > 0 "               \
                    "ORDER BY k.consent LIMIT ?2")                                           \
    X(CASE_OF_CONSENT,                                                                       \
            "SELECT " CASE_COLUMNS " FROM case_file "                                        \
            "WHERE consent_id = ?1 AND number > ?2 ORDER BY number LIMIT 1")                 \
    X(CASE_OF_REFERRAL, "SELECT " CASE_COLUMNS " FROM case_file "                            \
                        "WHERE referral_id = ?1 AND kind = 1 LIMIT 1")                       \
    X(CASE_OF_SIGNAL, "SELECT " CASE_COLUMNS " FROM case_file "                              \
                      "WHERE referral_id = ?1 AND kind = 3 LIMIT 1")                         \
    X(CASE_OPEN,                                                                             \
            "SELECT " CASE_COLUMNS_C " FROM case_file c "                                    \
            "JOIN offer o ON o.offer_id = c.offer_id "                                       \
            "WHERE c.number > ?1 AND " IS_UNFINISHED " ORDER BY c.number LIMIT 1")           \
    X(CASE_COUNT_OPEN, "SELECT count(*) FROM case_file c "                                   \
                       "JOIN offer o ON o.offer_id = c.offer_id WHERE " IS_UNFINISHED)       \
    X(CASE_WRAPPED, "SELECT number, wrapped_key FROM case_file "                             \
                    "WHERE wrapped_key IS NOT NULL")                                         \
    X(CASE_REWRAP, "UPDATE case_file SET wrapped_key = ?2 WHERE number = ?1")                \
    X(OFFER_PUT, "INSERT INTO offer (" OFFER_COLUMNS ", resend) "                            \
                 "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, "          \
                 "?14, 0)")                                                                  \
    X(OFFER_SAVE, "UPDATE offer SET state = ?2, version = ?3, before_hold = ?4, "            \
                  "info_rounds = ?5, due_ms = ?6, pending = ?7, pending_state = ?8, "        \
                  "status = coalesce(?9, status), code = ?10 WHERE offer_id = ?1")           \
    X(OFFER_GET, "SELECT " OFFER_COLUMNS " FROM offer WHERE offer_id = ?1")                  \
    X(ROWS_UNDATED, "SELECT count(*) FROM offer WHERE state BETWEEN 1 AND 7 AND "            \
                    "due_ms = 0 AND pending = 0")                                            \
    X(ROWS_UNOWNED,                                                                          \
            "SELECT (SELECT count(*) FROM case_file c WHERE c.kind IN (1, 2) AND NOT "       \
            "EXISTS (SELECT 1 FROM offer o WHERE o.offer_id = c.offer_id AND "               \
            "o.case_number = c.number)) + (SELECT count(*) FROM offer WHERE "                \
            "case_number NOT IN (SELECT number FROM case_file))")                            \
    X(ROWS_UNSAID,                                                                           \
            "SELECT count(*) FROM offer o JOIN case_file c ON c.number = o.case_number "     \
            "WHERE c.stop_contact = 0 AND (o.pending <> 0 OR (o.state = 0 AND "              \
            "o.version = 0)) AND NOT EXISTS (SELECT 1 FROM sent s JOIN submission b "        \
            "ON b.seq = s.submission WHERE s.case_number = o.case_number AND "               \
            "s.offer_id = o.offer_id AND b.answered = 0)")                                   \
    X(ROWS_UNPACKED, "SELECT count(*) FROM sent WHERE terminal = 0 AND number NOT IN "       \
                     "(SELECT sent FROM parcel)")                                            \
    X(ROWS_UNCOVERED,                                                                        \
            "SELECT count(*) FROM offer o JOIN case_file c ON c.number = o.case_number "     \
            "WHERE o.state BETWEEN 1 AND 7 AND c.consent_id NOT IN (SELECT consent_id "      \
            "FROM capsule)")                                                                 \
    X(OFFER_STATUS, "SELECT status FROM offer WHERE offer_id = ?1")                          \
    X(OFFER_LIST, "SELECT " OFFER_COLUMNS " FROM offer WHERE case_number = ?1 "              \
                  "ORDER BY position LIMIT ?2")                                              \
    X(MOMENT_NEXT, "SELECT coalesce(max(number), 0) + 1 FROM moment")                        \
    X(MOMENT_PUT, "INSERT INTO moment (" MOMENT_COLUMNS ") "                                 \
                  "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")                                     \
    X(MOMENT_GET, "SELECT " MOMENT_COLUMNS " FROM moment WHERE number = ?1")                 \
    X(MOMENT_AFTER, "SELECT " MOMENT_COLUMNS " FROM moment "                                 \
                    "WHERE case_number = ?1 AND number > ?2 ORDER BY number LIMIT 1")        \
    X(MOMENT_COUNT,                                                                          \
            "SELECT count(*) FROM moment WHERE case_number = ?1 AND type = ?2")              \
    X(MOMENT_LAST, "SELECT " MOMENT_COLUMNS " FROM moment WHERE case_number = ?1 AND "       \
                   "type = ?2 ORDER BY number DESC LIMIT 1")                                 \
    X(MOMENT_START, "SELECT number FROM moment WHERE case_number = ?1 "                      \
                    "ORDER BY number DESC LIMIT 1 OFFSET ?2")                                \
    X(MOMENT_WIPE, "UPDATE moment SET content = NULL WHERE case_number = ?1")                \
    X(SUBMISSION_PUT,                                                                        \
            "INSERT INTO submission (submission_id, case_number, consent_id, mode, "         \
            "answered, at_ms, unsent, lane) VALUES (?1, ?2, ?3, ?4, 0, ?5, ?6, "             \
            "coalesce((SELECT urgency - 1 FROM case_file WHERE number = ?2 "                 \
            "AND urgency IN (1, 2)), 2))")                                                   \
    X(SUBMISSION_NEXT,                                                                       \
            "SELECT " SUBMISSION_COLUMNS " FROM submission "                                 \
            "WHERE answered = 0 AND lane = ?2 AND seq > ?1 ORDER BY seq LIMIT 1")            \
    X(SUBMISSION_GET, "SELECT " SUBMISSION_COLUMNS " FROM submission WHERE seq = ?1")        \
    X(SUBMISSION_ANSWERED, "UPDATE submission SET answered = 1 WHERE seq = ?1")              \
    X(SUBMISSION_UNSENT,                                                                     \
            "SELECT coalesce(min(b.seq), 0) FROM sent s JOIN submission b "                  \
            "ON b.seq = s.submission WHERE s.case_number = ?1 AND b.answered = 0 "           \
            "AND b.unsent = 1")                                                              \
    X(SUBMISSION_LEAVES, "UPDATE submission SET unsent = 0 WHERE unsent = 1")                \
    X(SUBMISSION_STOP,                                                                       \
            "UPDATE submission SET answered = 2 WHERE answered = 0 AND NOT EXISTS "          \
            "(SELECT 1 FROM sent m WHERE m.submission = seq AND " MAY_HAVE_LEFT ") "         \
            "AND seq IN (SELECT s.submission FROM sent s JOIN case_file c "                  \
            "ON c.number = s.case_number "                                                   \
            "WHERE c.consent_id = ?1 AND s.type IN " PERSONAL ")")                           \
    X(SENT_STOP, "UPDATE sent SET terminal = 1, state = 7 "                                  \
                 "WHERE terminal = 0 AND submission IN "                                     \
                 "(SELECT seq FROM submission WHERE answered = 2) AND case_number IN "       \
                 "(SELECT number FROM case_file WHERE consent_id = ?1)")                     \
    X(PARCEL_STOP, "DELETE FROM parcel WHERE sent IN (SELECT s.number FROM sent s "          \
                   "JOIN submission b ON b.seq = s.submission JOIN case_file c "             \
                   "ON c.number = s.case_number WHERE c.consent_id = ?1 AND "                \
                   "b.answered = 2)")                                                        \
    X(SENT_MAY_HAVE_LEFT, "UPDATE sent SET state = 1 WHERE terminal = 0")                    \
    X(SENT_PUT,                                                                              \
            "INSERT INTO sent (msg_id, submission, position, case_number, moment, "          \
            "offer_id, recipient, on_behalf_of, type, event, state, terminal, "              \
            "expires_ms, core_hash, core) VALUES (?1, ?2, ?3, ?4, "                          \
            "?5, ?6, ?7, ?8, ?9, ?10, 0, 0, ?11, ?12, ?13)")                                 \
    X(PARCEL_PUT, "INSERT INTO parcel (sent, signed, sealed) VALUES (?1, ?2, ?3)")           \
    X(PARCEL_DROP, "DELETE FROM parcel WHERE sent = "                                        \
                   "(SELECT s.number FROM sent s JOIN submission b "                         \
                   "ON b.seq = s.submission WHERE s.msg_id = ?1 AND b.answered <> 0)")       \
    X(PARCEL_DROP_ALL, "DELETE FROM parcel WHERE sent IN (SELECT number FROM sent "          \
                       "WHERE submission = ?1 AND terminal = 1)")                            \
    X(SENT_GET, "SELECT " SENT_COLUMNS " FROM sent WHERE msg_id = ?1")                       \
    X(SENT_LAST, "SELECT " SENT_COLUMNS " FROM sent WHERE case_number = ?1 AND "             \
                 "offer_id = ?2 AND type = ?3 ORDER BY number DESC LIMIT 1")                 \
    X(SENT_OF, "SELECT " SENT_COLUMNS " FROM sent WHERE submission = ?1 "                    \
               "AND terminal = 0 ORDER BY position LIMIT ?2")                                \
    X(SENT_LETTERS,                                                                          \
            "SELECT p.signed, p.sealed FROM sent s JOIN parcel p ON p.sent = s.number "      \
            "WHERE s.submission = ?1 "                                                       \
            "ORDER BY s.position LIMIT ?2")                                                  \
    X(SENT_TERMINAL, "UPDATE sent SET state = ?2, terminal = 1, receipt = ?3 "               \
                     "WHERE msg_id = ?1 AND (terminal = 0 OR receipt IS NULL OR "            \
                     "state NOT IN (4, 5))")                                                 \
    X(SENT_UNDER,                                                                            \
            "SELECT s.msg_id FROM sent s WHERE (s.type <= 7 OR s.type = 13) AND s.state IN " \
            "(4, 5) AND s.case_number IN (SELECT b.case_number FROM submission b "           \
            "WHERE b.consent_id IN (SELECT consent_id FROM capsule WHERE consent = ?1)"      \
            ") ORDER BY s.number LIMIT ?2")                                                  \
    X(SENT_RECEIPT, "SELECT receipt FROM sent WHERE msg_id = ?1")                            \
    X(SENT_SEALS, "SELECT count(*) FROM sent s JOIN submission b "                           \
                  "ON b.seq = s.submission WHERE s.case_number = ?1 "                        \
                  "AND s.moment = ?2 AND s.offer_id = ?4 AND b.at_ms > ?3")                  \
    X(SENT_CONTENTS,                                                                         \
            "SELECT msg_id FROM sent WHERE case_number = ?1 AND terminal = 0 AND "           \
            "number IN (SELECT max(number) FROM sent WHERE case_number = ?1 "                \
            "AND type = 2 GROUP BY offer_id) ORDER BY number LIMIT ?2")                      \
    X(SENT_COUNT, "SELECT count(*) FROM sent WHERE terminal = 0")                            \
    X(RECEIVED_PUT, "INSERT INTO received (msg_id, sender, letter_hash, core_hash, "         \
                    "case_number, type, state, at_ms, receipt) "                             \
                    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)")                           \
    X(RECEIVED_GET,                                                                          \
            "SELECT msg_id, sender, letter_hash, core_hash, case_number, type, "             \
            "state, at_ms, receipt FROM received WHERE msg_id = ?1 AND sender = ?2")         \
    X(ERASURE_ADD,                                                                           \
            "INSERT INTO erasure (msg_id, sender, core_hash, case_number, "                  \
            "at_ms) SELECT msg_id, sender, core_hash, case_number, ?2 FROM received "        \
            "WHERE case_number = ?1 AND state = 4 AND type IN (1, 2, 7, 13) "                \
            "ON CONFLICT (msg_id) DO UPDATE SET receipt = NULL, at_ms = ?2 "                 \
            "WHERE receipt IS NOT NULL")                                                     \
    X(ERASURE_LIST,                                                                          \
            "SELECT e.msg_id, e.sender, e.core_hash, e.case_number, coalesce((SELECT "       \
            "c.retention FROM case_file c WHERE c.number = e.case_number AND "               \
            "c.wrapped_key IS NOT NULL), 0) FROM erasure e "                                 \
            "WHERE e.receipt IS NULL LIMIT ?1")                                              \
    X(ERASURE_DONE, "UPDATE erasure SET receipt = ?2 WHERE msg_id = ?1")                     \
    X(ERASURE_RECEIPTS,                                                                      \
            "SELECT receipt FROM erasure WHERE receipt IS NOT NULL AND at_ms > ?1 "          \
            "LIMIT ?2")                                                                      \
    X(CONFIDENCE_NEXT, "SELECT coalesce(max(number), 0) + 1 FROM confidence")                \
    X(CONFIDENCE_PUT,                                                                        \
            "INSERT INTO confidence (number, case_number, at_ms, who, content) "             \
            "VALUES (?1, ?2, ?3, ?4, ?5)")                                                   \
    X(CONFIDENCE_LIST,                                                                       \
            "SELECT number, case_number, at_ms, who, content FROM (SELECT * FROM "           \
            "confidence WHERE case_number = ?1 ORDER BY number DESC LIMIT ?2) "              \
            "ORDER BY number")                                                               \
    X(CONFIDENCE_WIPE, "DELETE FROM confidence WHERE case_number = ?1")                      \
    X(VIOLATION_PUT, "INSERT INTO violation (at_ms, ours, other, msg_id, type, code, "       \
                     "case_number) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")                     \
    X(VIOLATION_TRIM, "DELETE FROM violation WHERE number <= "                               \
                      "(SELECT max(number) FROM violation) - ?1")                            \
    X(VIOLATION_COUNT,                                                                       \
            "SELECT count(*), coalesce((SELECT other FROM violation WHERE ours = ?1 "        \
            "AND at_ms > ?2 ORDER BY number DESC LIMIT 1), '') FROM violation "              \
            "WHERE ours = ?1 AND at_ms > ?2")                                                \
    SPOOL_AUDIT_STATEMENTS(X)                                                                \
    SPOOL_PROOF_STATEMENTS(X)                                                                \
    X(AWAITED_ADD,                                                                           \
            "INSERT INTO awaited (msg_id, case_number, partner, since_ms, due_ms, "          \
            "told, heard_ms) SELECT msg_id, case_number, recipient, ?3, ?4, 0, 0 "           \
            "FROM sent WHERE case_number = ?1 AND offer_id = ?2 AND type IN (1, 2, 7, 13) "  \
            "AND (terminal = 0 OR state = 4) AND NOT EXISTS (SELECT 1 FROM offer o "         \
            "WHERE o.offer_id = ?2 AND NOT " WAS_ASKED ") ON CONFLICT DO NOTHING")           \
    X(AWAITED_HANDED,                                                                        \
            "INSERT INTO awaited (msg_id, case_number, partner, since_ms, due_ms, "          \
            "told, heard_ms) SELECT s.msg_id, s.case_number, s.recipient, ?2, ?3, 0, "       \
            "0 FROM sent s LEFT JOIN offer o ON o.offer_id = s.offer_id "                    \
            "WHERE s.msg_id = ?1 AND s.type IN (1, 2, 7, 13) AND s.state <> 5 "              \
            "AND NOT coalesce(" IS_REPORTED ", 0) ON CONFLICT DO NOTHING")                   \
    X(AWAITED_HEARD,                                                                         \
            "INSERT INTO awaited (msg_id, case_number, partner, since_ms, due_ms, "          \
            "told, heard_ms, kept) VALUES (?1, ?2, ?3, ?4, 0, 0, ?4, ?5) "                   \
            "ON CONFLICT (msg_id) DO UPDATE SET due_ms = 0, heard_ms = ?4, kept = ?5")       \
    X(AWAITED_DROP, "DELETE FROM awaited WHERE msg_id = ?1 AND heard_ms = 0")                \
    X(AWAITED_DUE, "SELECT msg_id, case_number, since_ms, told FROM awaited "                \
                   "WHERE due_ms > 0 AND due_ms <= ?1 ORDER BY due_ms LIMIT 1")              \
    X(AWAITED_TOLD, "UPDATE awaited SET told = ?2, due_ms = ?3 WHERE msg_id = ?1")           \
    X(AWAITED_MISSING,                                                                       \
            "SELECT partner, count(*), min(since_ms), max(told) FROM awaited "               \
            "WHERE told > 0 AND heard_ms = 0 AND settled_ms = 0 GROUP BY partner "           \
            "ORDER BY partner LIMIT ?1")                                                     \
    X(AWAITED_OF, "SELECT 1 FROM awaited WHERE case_number = ?1 AND partner = ?2 AND "       \
                  "told > 0 AND heard_ms = 0 AND settled_ms = 0 LIMIT 1")                    \
    X(AWAITED_IN_CASE, "SELECT 1 FROM awaited WHERE case_number = ?1 AND told > 0 "          \
                       "AND heard_ms = 0 AND settled_ms = 0 LIMIT 1")                        \
    X(AWAITED_NEXT, "SELECT partner, min(since_ms) FROM awaited WHERE "                      \
                    "case_number = ?1 AND told > 0 AND heard_ms = 0 AND "                    \
                    "settled_ms = 0 AND (?2 = '' OR partner = ?2) GROUP BY partner "         \
                    "LIMIT 1")                                                               \
    X(AWAITED_SETTLE, "UPDATE awaited SET settled_ms = ?3, due_ms = 0 WHERE "                \
                      "case_number = ?1 AND partner = ?2 AND told > 0 AND "                  \
                      "heard_ms = 0 AND settled_ms = 0")

/* All of them, a line each. */
/* clang-format off */
#define SPOOL_ALL_STATEMENTS(X)                                                        \
    SPOOL_STATEMENTS(X)                                                                \
    SPOOL_RIGHTS_STATEMENTS(X)                                                         \
    SPOOL_ESCALATION_STATEMENTS(X)                                                     \
    SPOOL_ANSWERS_STATEMENTS(X)                                                        \
    SPOOL_STAFF_STATEMENTS(X)                                                          \
    SPOOL_EVENTS_STATEMENTS(X)                                                         \
    SPOOL_HANDS_STATEMENTS(X)                                                          \
    SPOOL_SIGNAL_STATEMENTS(X)                                                         \
    SPOOL_TALLY_STATEMENTS(X)
/* clang-format on */

#define X(name, sql) SPOOL_##name,
enum spool_statement { SPOOL_ALL_STATEMENTS(X) N_SPOOL_STATEMENTS };
#undef X

enum { N_SPOOL_MIGRATIONS = 9 };
extern const char *const SPOOL_MIGRATIONS[N_SPOOL_MIGRATIONS];

/* Copy bytes of a row into the arena; E_SIZE when it is full. */
MUST_USE bool spool_keep(struct arena *arena, struct span bytes, struct span *out,
        struct err *err);
MUST_USE bool spool_keep_text(struct arena *arena, const char *text, const char **out,
        struct err *err);
/* The letter and the other partner, as they share a column of the trace. */
MUST_USE bool spool_split_letter(const char *text, struct arena *arena,
        struct trace_line *line, struct err *err);

/* A column that holds a wrapped key, or NULL. */
MUST_USE bool spool_key_column(struct sqlite3_stmt *stmt, int column,
        struct spool_key *key, struct err *err);
void spool_bind_key(struct sqlite3_stmt *stmt, int at, const struct spool_key *key);

/* A text column into a fixed buffer. */
void spool_text(struct sqlite3_stmt *stmt, int column, char *out, size_t cap);

/* Step a statement that gives at most one row with one number. */
MUST_USE bool spool_number(struct db *db, struct sqlite3_stmt *stmt, uint64_t *value,
        struct err *err);

/* Step a statement whose rows are one number each. */
MUST_USE bool spool_numbers(struct db *db, struct sqlite3_stmt *stmt, uint64_t *numbers,
        size_t max, size_t *n_numbers, struct err *err);

/* The ids that a statement lists of one row (?1), at most max of them (?2). */
MUST_USE bool spool_ids(struct db *db, enum spool_statement list, uint64_t of,
        struct id *ids, size_t max, size_t *n_ids, struct err *err);

#endif

/* ledger_sql.h - the ledger's statements; for broker/ledger*.c alone. */
#ifndef LEDGER_SQL_H
#define LEDGER_SQL_H

#include "broker/ledger.h"
#include "core/db.h"

/* clang-format off */
#define LETTER_COLUMNS \
    "l.no, l.msg_id, l.sender, l.recipient, l.hash, l.core_hash, l.state, l.type," \
    " l.priority, l.offer, l.consent, l.size, l.code, l.at_ms, l.expires_ms," \
    " l.check_ms, l.mail_id, l.log_leaf, l.last_leaf"
#define OFFER_COLUMNS \
    "o.no, o.offer_id, o.referral, o.place, o.sender, o.target, o.consent, o.state," \
    " o.before_hold, o.version, o.info_rounds, o.urgency, o.depth, o.restored," \
    " o.event, o.msg_id, o.at_ms, o.due_ms, o.limit_ms, r.referral_id, r.mode," \
    " r.winner, r.closed, r.ended_ms, o.log_leaf, o.area, o.life_ms"
/* As lifecycle_is_terminal says: requested to on hold, and queued. */
#define OFFER_LIVE "(o.state BETWEEN 1 AND 7 OR o.state = 15)"
#define OFFER_FROM " FROM offer o JOIN referral r ON r.no = o.referral "
#define ESCALATION_SELECT \
    "SELECT e.no, e.escalation_id, e.referral, e.offer, e.cause, e.area, e.urgency, e.since_ms, e.at_ms, e.due_ms," \
    " e.look_ms, e.gap, e.closed, r.referral_id, r.sender, coalesce(o.target, 0)" \
    " FROM escalation e JOIN referral r ON r.no = e.referral LEFT JOIN offer o ON o.no = e.offer "
#define CONSENT_COLUMNS \
    "c.no, c.consent_id, c.collector, c.bytes, c.hash, c.conflict, c.confirmed," \
    " c.withdrawn, c.withdrawal, c.withdrawn_leaf"

enum { N_LETTER_COLUMNS = 19 };

/* name, SQL */
#define LEDGER_STATEMENTS(X) \
    X(STORE_GET, \
            "SELECT store_id, incarnation, register_version, mail_id, log_size, log_heads, is_copy, log_from FROM store") \
    X(STORE_START, \
            "UPDATE store SET store_id = ?1, is_copy = 0, incarnation = incarnation + 1, mail_id = ?2, log_from = ?3") \
    X(STORE_IS_COPY, "UPDATE store SET is_copy = 1") \
    X(STORE_REGISTER, "UPDATE store SET register_version = ?1") \
    X(STORE_LOG, "UPDATE store SET log_size = ?1, log_heads = ?2") \
    X(PARTNER_ADD, "INSERT INTO partner (name) VALUES (?1)") \
    X(PARTNER_ALL, "SELECT no, name, suspended, in_step FROM partner ORDER BY no") \
    X(PARTNER_STEP, "UPDATE partner SET in_step = ?2 WHERE no = ?1") \
    X(PARTNER_DOUBT, "UPDATE partner SET in_step = 0") \
    X(PARTNER_SUSPEND, "UPDATE partner SET suspended = ?2 WHERE no = ?1") \
    X(THING_PUT, \
            "INSERT OR REPLACE INTO thing (key, kind, bytes) VALUES (?1, ?2, ?3)") \
    X(THING_NEXT, "SELECT seq, kind, bytes FROM thing WHERE seq > ?1 ORDER BY seq") \
    X(THING_LAST, \
            "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'thing'") \
    X(CONSENT_FIND, "SELECT " CONSENT_COLUMNS " FROM consent c WHERE consent_id = ?1") \
    X(CONSENT_GET, "SELECT " CONSENT_COLUMNS " FROM consent c WHERE no = ?1") \
    X(CONSENT_ID, "SELECT consent_id FROM consent WHERE no = ?1") \
    X(CONSENT_ADD, \
            "INSERT INTO consent (consent_id, collector, bytes, hash, conflict, confirmed, until_ms, withdrawn)" \
            " VALUES (?1, ?2, ?3, ?4, 0, ?5, ?6, 0)") \
    X(CONSENT_FILL, \
            "UPDATE consent SET collector = ?2, bytes = ?3, hash = ?4, confirmed = ?5, until_ms = ?6 WHERE no = ?1") \
    X(CONSENT_CONFLICT, "UPDATE consent SET conflict = 1 WHERE no = ?1") \
    X(CONSENT_CONFIRM, "UPDATE consent SET confirmed = 1 WHERE no = ?1") \
    X(CONSENT_DOUBT, "UPDATE consent SET confirmed = 0") \
    X(CONSENT_DOUBT_OF, "UPDATE consent SET confirmed = 0 WHERE collector = ?1 AND confirmed = 1") \
    X(CONSENT_WITHDRAW, \
            "UPDATE consent SET withdrawn = ?2, withdrawal = ?3, withdrawn_leaf = ?4 WHERE no = ?1") \
    X(HANDED_ADD, "INSERT OR IGNORE INTO handed_over VALUES (?1, ?2, ?3, ?4, ?5)") \
    X(HANDED_ALL, \
            "SELECT msg_id, partner, type, at_ms FROM (SELECT * FROM handed_over" \
            "  WHERE consent = ?1 AND partner BETWEEN ?3 AND ?4 LIMIT ?5) ORDER BY at_ms, msg_id LIMIT ?2") \
    X(HANDED_PARTNERS, \
            "SELECT DISTINCT partner FROM handed_over WHERE consent = ?1 AND partner > ?2" \
            " ORDER BY partner LIMIT ?3") \
    X(HANDED_TO, \
            "SELECT 1 FROM handed_over WHERE consent = ?1 AND partner = ?2 LIMIT 1") \
    X(OFFER_READ, \
            "SELECT 1 FROM letter l INDEXED BY letter_read" \
            " WHERE l.offer = ?4 AND l.type = ?3 AND l.type <= 2 AND l.state = 6 AND EXISTS (SELECT 1 FROM handed_over h" \
            "  WHERE h.consent = ?1 AND h.partner = ?2 AND h.msg_id = l.msg_id AND h.type = ?3) LIMIT 1") \
    X(CONSENT_DAY, \
            "SELECT min(until_ms) FROM consent WHERE until_ms > 0 AND until_ms > ?1 AND until_ms < ?2") \
    X(HANDED_PURGE, \
            "DELETE FROM handed_over WHERE consent IN " \
            "(SELECT no FROM consent WHERE until_ms > 0 AND until_ms = ?1 AND withdrawn = 0)") \
    X(RECALLED_PURGE, \
            "DELETE FROM handed_over WHERE consent IN " \
            "(SELECT no FROM consent WHERE until_ms > 0 AND until_ms = ?1 AND withdrawn > 0)") \
    X(CONSENT_PURGE, \
            "DELETE FROM consent WHERE until_ms > 0 AND until_ms = ?1" \
            " AND NOT EXISTS (SELECT 1 FROM offer o WHERE o.consent = consent.no)" \
            " AND NOT EXISTS (SELECT 1 FROM handed_over h WHERE h.consent = consent.no)") \
    X(REFERRAL_FIND, \
            "SELECT no, sender, mode, winner, closed, ended_ms FROM referral WHERE referral_id = ?1") \
    X(REFERRAL_ADD, \
            "INSERT INTO referral (referral_id, sender, mode, winner, closed, ended_ms) VALUES (?1, ?2, ?3, 0, 0, 0)") \
    X(REFERRAL_SET, \
            "UPDATE referral SET winner = ?2, closed = ?3, ended_ms = ?4, mode = ?5 WHERE no = ?1") \
    X(REFERRAL_OFFERS, \
            "SELECT count(*), coalesce(max(o.place), 0), count(*) FILTER (WHERE " OFFER_LIVE ")," \
            " count(*) FILTER (WHERE o.state IN (8, 9))," \
            " count(*) FILTER (WHERE o.event = 16 AND o.state IN (10, 12, 16)) FROM offer o WHERE o.referral = ?1") \
    X(REFERRAL_DEPTH, "SELECT coalesce(max(depth), 0) FROM offer INDEXED BY offer_referral" \
            " WHERE referral = ?1 AND consent = ?2") \
    X(CONSENT_OFFERS, "SELECT count(*) FROM (SELECT 1 FROM offer WHERE consent = ?1 LIMIT ?2)") \
    X(REFERRAL_SINCE, \
            "SELECT 1 FROM offer WHERE referral = ?1 AND no <> ?2 AND at_ms >= ?3 AND state NOT IN (10, 11, 12, 16) LIMIT 1") \
    X(REFERRAL_STOPPED, \
            "SELECT 1 FROM offer WHERE referral = ?1 AND no <> ?2 AND at_ms >= ?3 AND restored = 1 AND event <> 22" \
            " AND state IN (8, 9, 13, 14) LIMIT 1") \
    X(OFFER_FIND, "SELECT " OFFER_COLUMNS OFFER_FROM "WHERE o.offer_id = ?1") \
    X(OFFER_GET, "SELECT " OFFER_COLUMNS OFFER_FROM "WHERE o.no = ?1") \
    X(OFFER_OF_CONSENT, "SELECT " OFFER_COLUMNS OFFER_FROM \
                        "WHERE o.consent = ?1 AND o.no > ?2 ORDER BY o.no LIMIT 1") \
    X(OFFER_OF_REFERRAL, "SELECT " OFFER_COLUMNS OFFER_FROM \
                         "WHERE o.referral = ?1 AND o.no > ?2 AND " OFFER_LIVE \
                         " ORDER BY o.no LIMIT 1") \
    X(OFFER_DUE, "SELECT " OFFER_COLUMNS OFFER_FROM \
                 "WHERE o.due_ms > 0 AND o.due_ms <= ?1 ORDER BY o.due_ms LIMIT 1") \
    X(OFFER_NEXT_DUE, "SELECT min(due_ms) FROM offer WHERE due_ms > 0") \
    X(OFFER_ADD, \
            "INSERT INTO offer (offer_id, referral, place, sender, target, consent, state, before_hold, version," \
            " info_rounds, urgency, depth, restored, event, msg_id, at_ms, due_ms, limit_ms, core, log_leaf, area, life_ms)" \
            " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22)") \
    X(OFFER_STEP, \
            "UPDATE offer SET state = ?3, before_hold = ?4, info_rounds = ?5, event = ?6, msg_id = ?7, at_ms = ?8," \
            " due_ms = ?9, limit_ms = ?10, log_leaf = ?11, life_ms = ?12, version = version + 1 WHERE no = ?1 AND version = ?2") \
    X(OFFER_RESTORE, \
            "UPDATE offer SET state = ?2, version = ?3, event = ?4, msg_id = ?5, at_ms = ?6, due_ms = ?7," \
            " limit_ms = ?14, life_ms = ?15, before_hold = ?8, info_rounds = ?9, depth = ?10, urgency = ?11," \
            " consent = coalesce(consent, ?12), log_leaf = ?13, restored = 1" \
            " WHERE no = ?1") \
    X(OFFER_CONSENT, \
            "UPDATE offer SET consent = ?2, urgency = ?3, core = coalesce(core, ?4), area = ?5 WHERE no = ?1") \
    X(OFFERS_OWED, "UPDATE offer SET due_ms = 1 WHERE consent = ?1 AND no > ?2") \
    X(OFFER_DUE_AT, "UPDATE offer SET due_ms = ?2 WHERE no = ?1") \
    X(OFFERS_OF, "UPDATE offer SET due_ms = ?2 WHERE due_ms > 0 AND due_ms > ?2 AND state BETWEEN 1 AND 7" \
                 " AND (sender = ?1 OR target = ?1)") \
    X(OFFER_CORE, "SELECT core FROM offer WHERE no = ?1") \
    X(ESCALATION_FIND, ESCALATION_SELECT "WHERE e.escalation_id = ?1") \
    X(ESCALATION_OPEN, ESCALATION_SELECT \
                       "WHERE e.referral = ?1 AND e.closed = 0 AND e.no > ?2 ORDER BY e.no LIMIT 1") \
    X(ESCALATION_GAP, ESCALATION_SELECT \
                      "WHERE e.gap = 1 AND e.closed = 0 AND e.no > ?1 ORDER BY e.no LIMIT 1") \
    X(ESCALATION_LOOK, ESCALATION_SELECT \
                       "WHERE e.look_ms > 0 AND e.look_ms <= ?1 ORDER BY e.look_ms LIMIT 1") \
    X(ESCALATION_NEXT_LOOK, "SELECT min(look_ms) FROM escalation WHERE look_ms > 0") \
    X(ESCALATION_ADD, \
            "INSERT INTO escalation (escalation_id, since_ms, at_ms, due_ms, look_ms, gap, closed, referral, offer," \
            " cause, area, urgency) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)") \
    X(ESCALATION_SET, \
            "UPDATE escalation SET since_ms = ?2, at_ms = ?3, due_ms = ?4, look_ms = ?5, gap = ?6, closed = ?7" \
            " WHERE no = ?1") \
    X(ESCALATIONS_LOOK, "UPDATE escalation SET look_ms = ?1 WHERE closed = 0") \
    X(ESCALATION_TOLD, "INSERT OR IGNORE INTO escalation_told VALUES (?1, ?2, 0)") \
    X(ESCALATION_WAS_TOLD, \
            "SELECT 1 FROM escalation e JOIN escalation_told t ON t.escalation = e.no" \
            " WHERE e.referral = ?1 AND t.partner = ?2 LIMIT 1") \
    X(ESCALATION_PROPOSED, \
            "UPDATE escalation_told SET proposal = ?3 WHERE partner = ?2 AND escalation IN" \
            " (SELECT no FROM escalation WHERE referral = ?1 AND closed = 0)") \
    X(ESCALATION_PROPOSAL, \
            "SELECT 1 FROM escalation e JOIN referral r ON r.no = e.referral JOIN escalation_told t ON t.escalation = e.no" \
            " JOIN letter l ON l.no = t.proposal WHERE e.referral = ?1 AND e.closed = 0 AND l.type = ?2" \
            " AND l.sender = t.partner AND l.recipient = r.sender AND l.state IN (?3, ?4) LIMIT 1") \
    X(ESCALATION_UNTOLD, "DELETE FROM escalation_told WHERE escalation = ?1 AND partner = ?2") \
    X(ESCALATION_READER, \
            "SELECT partner FROM escalation_told WHERE escalation = ?1 AND partner > ?2 ORDER BY partner LIMIT 1") \
    X(ESCALATION_COUNTS, "SELECT count(*), coalesce(sum(gap), 0) FROM escalation WHERE closed = 0") \
    X(LETTER_FIND, "SELECT " LETTER_COLUMNS \
                   " FROM letter l WHERE msg_id = ?1 AND sender = ?2") \
    X(LETTER_GET, "SELECT " LETTER_COLUMNS " FROM letter l WHERE no = ?1") \
    X(LETTER_RECEIPT, "SELECT receipt, end_ms FROM letter WHERE no = ?1") \
    X(LETTER_ADD, \
            "INSERT INTO letter (msg_id, sender, recipient, hash, core_hash, state, live, type, priority, offer," \
            " consent, size, code, at_ms, end_ms, expires_ms, check_ms, mail_id, log_leaf, last_leaf)" \
            " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?17, ?7, ?8, ?9, ?10, ?11, ?12, ?13, 0, ?14, ?15, ?16, ?18, ?18)") \
    X(LETTER_MAIL, "UPDATE letter SET state = 2, mail_id = ?2 WHERE no = ?1") \
    X(LETTER_LATE, \
            "UPDATE letter SET receipt = ?2, last_leaf = ?3 WHERE no = ?1 AND state IN (5, 8, 9)" \
            " AND coalesce(length(receipt), 0) = 0") \
    X(LETTER_ERASED, "UPDATE letter SET erased = ?2 WHERE no = ?1 AND erased < ?2") \
    X(LATE_ERASED, \
            "INSERT INTO late_erased VALUES (?1, ?2, ?5, ?3, ?4) ON CONFLICT DO UPDATE" \
            " SET erased = ?3, at_ms = ?4 WHERE erased < ?3") \
    X(LATE_ERASED_PURGE, "DELETE FROM late_erased WHERE at_ms < ?1") \
    X(LETTER_TOLD, "UPDATE letter SET mail_id = ?2 WHERE no = ?1") \
    X(LETTER_STATE, "UPDATE letter SET state = ?2, last_leaf = ?3 WHERE no = ?1") \
    X(LETTER_CHECK, "UPDATE letter SET check_ms = ?2 WHERE no = ?1") \
    X(LETTER_END, \
            "UPDATE letter SET state = ?2, live = 0, code = ?3, end_ms = ?4, receipt = ?5, mail_id = 0, last_leaf = ?6 WHERE no = ?1") \
    X(LETTER_OF_OFFER, \
            "SELECT " LETTER_COLUMNS \
            " FROM letter l WHERE offer = ?1 AND live = 1 AND no > ?2 ORDER BY no LIMIT 1") \
    X(LETTER_OF_CONSENT, \
            "SELECT " LETTER_COLUMNS \
            " FROM letter l WHERE consent = ?1 AND offer IS NULL AND live = 1 AND no > ?2 ORDER BY no LIMIT 1") \
    X(LETTERS_OWED, \
            "UPDATE letter SET check_ms = 1 WHERE consent = ?1 AND offer IS NULL AND live = 1 AND state IN (1, 2) AND no > ?2") \
    X(LETTERS_OF_OFFER_OWED, \
            "UPDATE letter SET check_ms = 1 WHERE offer = ?1 AND live = 1 AND state IN (1, 2) AND consent > 0 AND no > ?2") \
    X(LETTER_DUE, \
            "SELECT " LETTER_COLUMNS \
            " FROM letter l WHERE live = 1 AND check_ms <= ?1 ORDER BY check_ms LIMIT 1") \
    X(LETTER_NEXT_DUE, "SELECT min(check_ms) FROM letter WHERE live = 1") \
    X(LETTER_OLD, \
            "SELECT l.no, l.at_ms, l.state, l.expires_ms, l.sender, l.type = 2 AND l.state IN (7, 8) AND EXISTS (SELECT 1 FROM offer o" \
            " WHERE o.no = l.offer AND " OFFER_LIVE ") FROM letter l WHERE l.no > ?1 ORDER BY l.no LIMIT 1") \
    X(LETTER_DROP, "DELETE FROM letter WHERE no = ?1") \
    X(LETTER_LOADS, \
            "SELECT recipient, sender, count(*), sum(size) FROM letter INDEXED BY letter_check" \
            " WHERE live = 1 GROUP BY recipient, sender") \
    X(LETTER_COUNT, "SELECT state, count(*) FROM letter GROUP BY state") \
    X(SEALED_ADD, "INSERT INTO sealed VALUES (?1, ?2)") \
    X(SEALED_GET, "SELECT bytes FROM sealed WHERE letter = ?1") \
    X(SEALED_DROP, "DELETE FROM sealed WHERE letter = ?1") \
    X(MAIL_ADD, "INSERT INTO mail VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)") \
    X(MAIL_FILL, \
            "UPDATE mail SET bytes = ?4 WHERE partner = ?1 AND priority = ?2 AND mail_id = ?3") \
    X(OFFER_PARTY, \
            "SELECT 1 FROM offer WHERE consent = ?1 AND (sender = ?2 OR (target = ?2 AND state <> 16))" \
            " AND (referral <> ?3 OR place <= ?4) LIMIT 1") \
    X(MAIL_NEXT, \
            "SELECT m.mail_id, m.kind, m.ref, m.size, m.bytes, b.bytes, c.bytes, c.withdrawn, c.conflict, c.confirmed," \
            " c.hash, c.collector, o.state, o.sender, o.target, o.depth, o.restored, m.log_leaf, " LETTER_COLUMNS \
            " FROM mail m LEFT JOIN letter l ON m.kind = 1 AND l.no = m.ref" \
            " LEFT JOIN sealed b ON b.letter = l.no LEFT JOIN consent c ON c.no = l.consent" \
            " LEFT JOIN offer o ON o.no = l.offer" \
            " WHERE m.partner = ?1 AND m.priority = ?2 AND m.mail_id > ?3 ORDER BY m.mail_id LIMIT 1") \
    X(MAIL_THERE, \
            "SELECT 1 FROM mail WHERE partner = ?1 AND priority = ?2 AND mail_id = ?3") \
    X(MAIL_DROP, \
            "DELETE FROM mail WHERE partner = ?1 AND priority = ?2 AND mail_id = ?3") \
    X(KEPT_REFUSED, \
            "SELECT sender, count(*) FROM letter INDEXED BY letter_refused WHERE size = 0 GROUP BY sender") \
    X(KEPT_EARLY, \
            "SELECT collector, count(*) FROM consent INDEXED BY consent_early" \
            " WHERE bytes IS NULL AND collector IS NOT NULL GROUP BY collector") \
    X(MAIL_LOADS, "SELECT partner, count(*), sum(size) FROM mail GROUP BY partner") \
    X(AUDIT_ADD, "INSERT INTO audit VALUES (?1, ?2)") \
    X(AUDIT_GET, "SELECT seq, leaves FROM audit WHERE seq <= ?1 ORDER BY seq DESC LIMIT 1") \
    X(AUDIT_FROM, \
            "SELECT seq, leaves FROM audit WHERE seq >= (SELECT max(seq) FROM audit WHERE seq <= ?1) ORDER BY seq") \
    X(TILE_ADD, "INSERT INTO audit_tile VALUES (?1, ?2, ?3)") \
    X(TILE_FROM, "SELECT no, head FROM audit_tile WHERE level = ?1 AND no >= ?2 AND no < ?2 + ?3 ORDER BY no") \
    X(CHECKPOINT_NEWEST, "SELECT size, bytes FROM checkpoint ORDER BY size DESC LIMIT 1") \
    X(CHECKPOINT_PURGE, \
            "DELETE FROM checkpoint WHERE size < coalesce((SELECT size FROM checkpoint WHERE at_ms >= ?1 ORDER BY size LIMIT 1)," \
            " (SELECT max(size) FROM checkpoint))") \
    X(CHECKPOINT_NONE, "DELETE FROM checkpoint") \
    X(CHECKPOINT_ADD, "INSERT OR REPLACE INTO checkpoint VALUES (?1, ?2, ?3)") \
    X(CHECKPOINT_LAST, \
            "SELECT size, at_ms FROM checkpoint ORDER BY size DESC LIMIT 1") \
    X(CHECK_LETTERS, \
            "SELECT (SELECT count(*) FROM letter INDEXED BY letter_check WHERE live = 1 AND state IN (1, 2, 3)" \
            "         AND no NOT IN (SELECT letter FROM sealed))" \
            "     + (SELECT count(*) FROM sealed WHERE letter NOT IN" \
            "         (SELECT no FROM letter INDEXED BY letter_check WHERE live = 1 AND state IN (1, 2, 3)))" \
            "     + (SELECT count(*) FROM letter l INDEXED BY letter_check WHERE live = 1 AND state IN (2, 3)" \
            "         AND NOT EXISTS (SELECT 1 FROM mail m WHERE m.partner = l.recipient AND m.priority = l.priority" \
            "          AND m.mail_id = l.mail_id AND m.kind = 1 AND m.ref = l.no))" \
            "     + (SELECT count(*) FROM mail m WHERE kind = 1 AND NOT EXISTS" \
            "         (SELECT 1 FROM letter l WHERE l.no = m.ref AND l.state IN (2, 3)))") \
    X(CHECK_DATES, \
            "SELECT count(*) FROM offer o INDEXED BY offer_undated WHERE o.due_ms = 0 AND" \
            " (o.state BETWEEN 1 AND 7 OR o.state = 15) AND NOT (o.state = 15 AND EXISTS (SELECT 1 FROM offer p" \
            "  WHERE p.referral = o.referral AND p.no <> o.no AND p.due_ms > 0" \
            "  AND p.state NOT IN (8, 9, 11, 13, 14)))") \
    X(CHECK_OWNERS, \
            "SELECT (SELECT count(*) FROM referral r INDEXED BY referral_won WHERE r.winner > 0 AND NOT EXISTS" \
            "         (SELECT 1 FROM offer o WHERE o.no = r.winner AND o.referral = r.no AND o.state BETWEEN 5 AND 7))" \
            "     + (SELECT count(*) FROM offer o INDEXED BY offer_due JOIN referral r ON r.no = o.referral" \
            "         WHERE o.due_ms > 0 AND o.state BETWEEN 5 AND 7 AND r.winner <> o.no)" \
            "     + (SELECT count(*) FROM (SELECT 1 FROM offer o INDEXED BY offer_due JOIN referral r" \
            "         ON r.no = o.referral WHERE o.due_ms > 0 AND o.state BETWEEN 1 AND 7 AND r.mode <> 3" \
            "         GROUP BY o.referral HAVING count(*) > 1 AND max(o.restored) = 0))" \
            "     + (SELECT count(*) FROM offer o INDEXED BY offer_due JOIN referral r ON r.no = o.referral" \
            "         WHERE o.due_ms > 0 AND (o.state BETWEEN 1 AND 7 OR o.state = 15) AND r.closed = 3)") \
    X(CHECK_LODGED, \
            "SELECT count(*) FROM letter l INDEXED BY letter_check LEFT JOIN offer o ON o.no = l.offer" \
            " WHERE l.live = 1 AND l.state = 1 AND (o.no IS NULL OR NOT (o.state BETWEEN 1 AND 4 OR o.state = 15))") \
    X(CHECK_ESCALATIONS, \
            "SELECT count(*) FROM escalation e INDEXED BY escalation_open JOIN referral r ON r.no = e.referral" \
            " LEFT JOIN offer o ON o.no = e.offer WHERE e.closed = 0 AND (e.look_ms <= 0" \
            "  OR (e.gap = 0 AND NOT EXISTS (SELECT 1 FROM escalation_told t WHERE t.escalation = e.no))" \
            "  OR (e.offer > 0 AND (o.no IS NULL OR o.state NOT BETWEEN 1 AND 7))" \
            "  OR (e.offer = 0 AND (r.winner > 0 OR r.closed > 0 OR EXISTS (SELECT 1 FROM offer p" \
            "   WHERE p.referral = r.no AND (p.state BETWEEN 1 AND 7 OR p.state = 15)))))")
/* clang-format on */

enum ledger_statement {
#define LEDGER_ENUM(name, sql) SQL_##name,
    LEDGER_STATEMENTS(LEDGER_ENUM)
#undef LEDGER_ENUM
            N_SQL
};

/* Numbered migrations, each run once. */
extern const char *const LEDGER_MIGRATIONS[];
extern const size_t N_LEDGER_MIGRATIONS;

struct ledger {
    struct db *db;
    struct db_plan plan;
};

/* The columns of a letter from column `at` on. */
MUST_USE bool ledger_read_letter(struct sqlite3_stmt *stmt, int at,
        struct letter_row *row, struct err *err);

/* Bind a number that may be none (0 becomes SQL NULL). */
void ledger_bind_ref(struct sqlite3_stmt *stmt, int at, int64_t no);

/* A copy of a column's bytes in the arena. */
MUST_USE bool ledger_copy(struct sqlite3_stmt *stmt, int column, struct arena *arena,
        struct span *bytes, struct err *err);

#endif

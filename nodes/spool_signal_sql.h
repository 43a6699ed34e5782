/* spool_signal_sql.h - the statements about needs-signals, in one list; for
 * nodes/spool_inner.h only. */
#ifndef SPOOL_SIGNAL_SQL_H
#define SPOOL_SIGNAL_SQL_H

#define SIGNAL_COLUMNS                                                                 \
    "case_number, ours, state, outcome, reason, call, decider, story, "                \
    "referral, told, reminded, late, raised_ms, due_ms, answer_due_ms, triaged_ms, "   \
    "contact_ms, referred_ms, helped_ms, decided_ms, closed_ms, consented"
#define ATTEMPT_COLUMNS                                                                \
    "number, case_number, kind, planned_ms, done_ms, result, safety_basis, by, goes, " \
    "unasked, aim, change, postponed, due_ms"
#define FACT_COLUMNS                                                                   \
    "number, month_day, area, urgency, consented, needs, outcome, reason, "            \
    "triaged_after_ms, contact_after_ms, referred_after_ms, helped_after_ms, "         \
    "closed_after_ms"

/* Time may still do something to it. */
#define IS_AWAITED_SIGNAL "closed_ms = 0 OR due_ms > 0 OR answer_due_ms > 0"

/* X(NAME, SQL) */
#define SPOOL_SIGNAL_STATEMENTS(X)                                                      \
    X(SIGNAL_PUT, "INSERT INTO signal (" SIGNAL_COLUMNS ") VALUES (?1, ?2, ?3, ?4, "    \
                  "?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, "   \
                  "?19, ?20, ?21, ?22)")                                                \
    X(SIGNAL_SAVE,                                                                      \
            "UPDATE signal SET state = ?3, outcome = ?4, reason = ?5, call = ?6, "      \
            "decider = ?7, story = ?8, referral = ?9, told = ?10, "                     \
            "reminded = ?11, late = ?12, due_ms = ?14, answer_due_ms = ?15, "           \
            "triaged_ms = ?16, contact_ms = ?17, referred_ms = ?18, helped_ms = ?19, "  \
            "decided_ms = ?20, closed_ms = ?21 WHERE case_number = ?1")                 \
    X(SIGNAL_GET, "SELECT " SIGNAL_COLUMNS " FROM signal WHERE case_number = ?1")       \
    X(SIGNAL_AFTER, "SELECT " SIGNAL_COLUMNS " FROM signal WHERE case_number > ?1 "     \
                    "AND (?2 = 0 OR ours = 0) ORDER BY case_number LIMIT 1")            \
    X(SIGNAL_AWAITED, "SELECT 1 FROM signal WHERE " IS_AWAITED_SIGNAL " LIMIT 1")       \
    X(SIGNAL_WAITING,                                                                   \
            "SELECT " SIGNAL_COLUMNS " FROM signal WHERE due_ms > 0 AND ((reminded = "  \
            "0 AND raised_ms + (due_ms - raised_ms) / 2 <= ?1) OR (late = 0 AND "       \
            "due_ms <= ?1)) ORDER BY due_ms LIMIT 1")                                   \
    X(SIGNAL_UNANSWERED, "SELECT " SIGNAL_COLUMNS " FROM signal WHERE "                 \
                         "answer_due_ms > 0 AND answer_due_ms <= ?1 "                   \
                         "ORDER BY answer_due_ms LIMIT 1")                              \
    X(SIGNAL_OLD, "SELECT " SIGNAL_COLUMNS " FROM signal WHERE closed_ms = 0 AND "      \
                  "ours = 0 AND raised_ms <= ?1 ORDER BY raised_ms LIMIT 1")            \
    X(SIGNAL_RESTED, "SELECT " SIGNAL_COLUMNS " FROM signal WHERE closed_ms = 0 AND "   \
                     "decided_ms > 0 AND decided_ms <= ?1 AND state <> ?2 "             \
                     "ORDER BY decided_ms LIMIT 1")                                     \
    X(SIGNAL_OF_REFERRAL, "SELECT " SIGNAL_COLUMNS " FROM signal WHERE "                \
                          "referral > 0 AND referral = ?1 AND case_number > ?2 "        \
                          "ORDER BY case_number LIMIT 1")                               \
    X(SIGNAL_STORY, "SELECT " SIGNAL_COLUMNS " FROM signal WHERE story = ?1 "           \
                    "AND ours = 0 AND case_number > ?2 ORDER BY case_number LIMIT 1")   \
    X(SIGNAL_SENT, "SELECT 1 FROM signal JOIN case_file c ON c.number = case_number "   \
                   "WHERE story = ?1 AND ours = 1 AND c.other = ?2 AND NOT EXISTS ("    \
                   "SELECT 1 FROM withdrawal w WHERE w.consent_id = c.consent_id) "     \
                   "LIMIT 1")                                                           \
    X(SIGNAL_RENAME, "UPDATE signal SET story = ?2 WHERE story = ?1")                   \
    X(QUIET_RENAME, "UPDATE quiet SET story = ?2 WHERE story = ?1")                     \
    X(SIGNAL_RECENT,                                                                    \
            "SELECT " SIGNAL_COLUMNS " FROM signal WHERE ours = 0 AND raised_ms >= "    \
            "?1 AND case_number > ?3 AND EXISTS (SELECT 1 FROM case_file c WHERE "      \
            "c.number = signal.case_number AND c.area = ?2 AND c.wrapped_key IS NOT "   \
            "NULL) ORDER BY case_number LIMIT 1")                                       \
    X(SIGNAL_COUNT, "SELECT coalesce(sum(state = 1 OR due_ms > 0), 0), "                \
                    "coalesce(sum(due_ms > 0 AND due_ms <= ?1), 0) "                    \
                    "FROM signal WHERE closed_ms = 0 AND ours = 0")                     \
    X(ATTEMPT_DROP, "DELETE FROM attempt WHERE case_number = ?1")                       \
    X(ATTEMPT_ADD,                                                                      \
            "INSERT INTO attempt (case_number, kind, planned_ms, done_ms, result, "     \
            "safety_basis, by, goes, unasked, aim, change, postponed, due_ms) "         \
            "VALUES (?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)")         \
    X(ATTEMPT_SAVE, "UPDATE attempt SET planned_ms = ?4, done_ms = ?5, result = ?6, "   \
                    "safety_basis = ?7, by = ?8, goes = ?9, unasked = ?10, "            \
                    "aim = ?11, change = ?12, postponed = ?13, due_ms = ?14 "           \
                    "WHERE number = ?1")                                                \
    X(ATTEMPT_OVER, "UPDATE attempt SET done_ms = ?2, change = ?3, due_ms = 0 "         \
                    "WHERE case_number = ?1 AND done_ms = 0")                           \
    X(ATTEMPT_LIST, "SELECT " ATTEMPT_COLUMNS " FROM attempt WHERE case_number = ?1 "   \
                    "ORDER BY number LIMIT ?2")                                         \
    X(VISIT_OPEN, "SELECT " ATTEMPT_COLUMNS " FROM attempt WHERE kind = ?1 AND "        \
                  "done_ms = 0 ORDER BY planned_ms, number LIMIT ?2")                   \
    X(ATTEMPT_DUE, "SELECT " ATTEMPT_COLUMNS " FROM attempt WHERE due_ms > 0 AND "      \
                   "due_ms <= ?1 ORDER BY due_ms LIMIT ?2")                             \
    X(QUIET_PUT, "INSERT INTO quiet (story, until_ms) VALUES (?1, ?2) "                 \
                 "ON CONFLICT (story) DO UPDATE SET until_ms = "                        \
                 "max(until_ms, ?2)")                                                   \
    X(QUIET_GET, "SELECT until_ms FROM quiet WHERE story = ?1 AND "                     \
                 "until_ms > ?2")                                                       \
    X(QUIET_DROP, "DELETE FROM quiet WHERE story = ?1")                                 \
    X(QUIET_FORGET, "DELETE FROM quiet WHERE until_ms <= ?1")                           \
    X(FACT_PUT,                                                                         \
            "INSERT INTO signal_fact (month_day, area, urgency, consented, needs, "     \
            "outcome, reason, triaged_after_ms, contact_after_ms, "                     \
            "referred_after_ms, helped_after_ms, closed_after_ms) VALUES (?2, ?3, ?4, " \
            "?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)")                                  \
    X(FACT_AFTER, "SELECT " FACT_COLUMNS " FROM signal_fact WHERE number > ?1 "         \
                  "ORDER BY number LIMIT 1")                                            \
    X(FACT_DROP, "DELETE FROM signal_fact WHERE month_day < ?1")

#endif

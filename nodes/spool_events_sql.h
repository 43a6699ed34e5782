/* spool_events_sql.h - the statements about the journal, in one list; for
 * nodes/spool_inner.h only. */
#ifndef SPOOL_EVENTS_SQL_H
#define SPOOL_EVENTS_SQL_H

/* X(NAME, SQL) */
#define SPOOL_EVENTS_STATEMENTS(X)                                                     \
    X(EVENT_NEWEST, "SELECT seq FROM sqlite_sequence WHERE name = 'trace'")            \
    X(EVENT_FROM, "SELECT number, at_ms FROM trace WHERE number >= ?1 "                \
                  "ORDER BY number LIMIT 1")                                           \
    X(EVENT_WAITING, "SELECT count(*), min(at_ms) FROM submission "                    \
                     "WHERE answered = 0")                                             \
    X(EVENT_LIST, "SELECT t.number, t.at_ms, t.case_number, t.what, t.words, f.kind "  \
                  "FROM trace t LEFT JOIN case_file f ON f.number = t.case_number "    \
                  "WHERE t.number > ?1 AND t.code = '' "                               \
                  "AND (t.words = '' OR t.what = 'received') "                         \
                  "AND (f.number IS NOT NULL OR t.what = 'restored') "                 \
                  "ORDER BY t.number LIMIT ?2")                                        \
    X(EVENT_RESTORED, "INSERT INTO trace (number, case_number, at_ms, who, what, "     \
                      "code, words) SELECT coalesce(max(seq), 0) + ?1, 0, ?2, '', "    \
                      "'restored', '', '' FROM sqlite_sequence WHERE name = 'trace'")

#endif

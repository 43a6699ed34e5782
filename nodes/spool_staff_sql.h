/* spool_staff_sql.h - the statements about our own staff, in one list; for
 * nodes/spool_inner.h only. */
#ifndef SPOOL_STAFF_SQL_H
#define SPOOL_STAFF_SQL_H

/* X(NAME, SQL) */
#define SPOOL_STAFF_STATEMENTS(X)                                                      \
    X(HANDLER_SET, "INSERT INTO handler (case_number, actor, at_ms) "                  \
                   "VALUES (?1, ?2, ?3) ON CONFLICT (case_number) DO UPDATE SET "      \
                   "actor = ?2, at_ms = ?3")                                           \
    X(HANDLER_GET, "SELECT actor FROM handler WHERE case_number = ?1")                 \
    X(HANDLER_FORGET, "DELETE FROM handler WHERE at_ms < ?1")                          \
    X(SUBSTITUTE_PUT,                                                                  \
            "INSERT INTO substitute (actor, substitute, from_day, until_day) "         \
            "VALUES (?1, ?2, ?3, ?4) ON CONFLICT (actor) DO UPDATE SET "               \
            "substitute = ?2, from_day = ?3, until_day = ?4")                          \
    X(SUBSTITUTE_DROP, "DELETE FROM substitute WHERE actor = ?1")                      \
    X(SUBSTITUTE_FORGET, "DELETE FROM substitute WHERE until_day < ?1")                \
    X(SUBSTITUTE_LIST, "SELECT actor, substitute, from_day, until_day "                \
                       "FROM substitute WHERE until_day >= ?1 ORDER BY actor "         \
                       "LIMIT ?2")                                                     \
    X(VOLUNTEERS_PUT, "INSERT INTO volunteers (antenna, band, most, pause_day) "       \
                      "VALUES (?1, ?2, ?3, ?4) ON CONFLICT (antenna) DO UPDATE SET "   \
                      "band = ?2, most = ?3, pause_day = ?4")                          \
    X(VOLUNTEERS_DROP, "DELETE FROM volunteers WHERE antenna = ?1")                    \
    X(VOLUNTEERS_LIST, "SELECT antenna, band, most, pause_day FROM volunteers "        \
                       "ORDER BY antenna LIMIT ?1")                                    \
    X(VOLUNTEERS_TASKS,                                                                \
            "SELECT count(*) FROM case_file JOIN offer USING (offer_id) "              \
            "WHERE kind = 2 AND case_file.on_behalf_of = ?1 AND "                      \
            "CASE pending WHEN 0 THEN state ELSE pending_state END IN (5, 6, 7)")

#endif

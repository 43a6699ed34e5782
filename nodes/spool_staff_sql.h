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
                       "LIMIT ?2")

#endif

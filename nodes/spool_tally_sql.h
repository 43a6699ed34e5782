/* spool_tally_sql.h - the statements about counts of signals and about needs without
 * room, in one list; for nodes/spool_inner.h only. */
#ifndef SPOOL_TALLY_SQL_H
#define SPOOL_TALLY_SQL_H

/* X(NAME, SQL) */
#define SPOOL_TALLY_STATEMENTS(X)                                                      \
    X(TALLY_ADD, "INSERT INTO tally (area, counted, code, language, place, month, n, " \
                 "told) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 1, 0) ON CONFLICT DO UPDATE "  \
                 "SET n = n + 1")                                                      \
    X(TALLY_AREA, "SELECT area FROM tally WHERE area > ?1 AND month BETWEEN ?2 AND "   \
                  "?3 ORDER BY area LIMIT 1")                                          \
    X(TALLY_CELLS,                                                                     \
            "SELECT counted, code, language, place, month, n, told FROM tally WHERE "  \
            "area = ?1 AND month BETWEEN ?2 AND ?3 ORDER BY counted, code, language, " \
            "place <> area, place, month LIMIT ?4")                                    \
    X(TALLY_TOLD, "UPDATE tally SET told = 1 WHERE area = ?1 AND counted = ?2 AND "    \
                  "code = ?3 AND language = ?4 AND place = ?5 AND month = ?6")         \
    X(TALLY_DROP, "DELETE FROM tally WHERE month < ?1")                                \
    X(LACK_OPEN, "INSERT INTO lack (area, need, from_day, until_day) VALUES (?1, ?2, " \
                 "?3, ?3) ON CONFLICT (area, need, from_day) DO NOTHING")              \
    X(LACK_GOES_ON, "UPDATE lack SET until_day = ?3 WHERE area = ?1 AND need = ?2 "    \
                    "AND until_day BETWEEN ?3 - 1 AND ?3")                             \
    X(LACK_LIST,                                                                       \
            "SELECT area, need, sum(min(until_day, ?2) - max(from_day, ?1) + 1) "      \
            "FROM lack WHERE until_day >= ?1 AND from_day <= ?2 GROUP BY area, need "  \
            "ORDER BY area, need LIMIT ?3")                                            \
    X(LACK_DROP, "DELETE FROM lack WHERE until_day < ?1")

#endif

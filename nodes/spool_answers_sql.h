/* spool_answers_sql.h - the statements about how partners have answered, in one list;
 * for nodes/spool_inner.h only. */
#ifndef SPOOL_ANSWERS_SQL_H
#define SPOOL_ANSWERS_SQL_H

/* X(NAME, SQL) */
#define SPOOL_ANSWERS_STATEMENTS(X)                                                     \
    X(ANSWER_ASKED, "INSERT INTO answer (offer_id, partner, asked_ms, answered_ms, "    \
                    "in_time) VALUES (?1, ?2, ?3, 0, 0) ON CONFLICT DO NOTHING")        \
    X(ANSWER_CAME, "UPDATE answer SET answered_ms = ?2, in_time = ?3 "                  \
                   "WHERE offer_id = ?1 AND answered_ms = 0")                           \
    X(ANSWER_RECORDS,                                                                   \
            "SELECT partner, n, sum(in_time), max(took) FILTER (WHERE k = (n + 1) / 2)" \
            " FROM (SELECT partner, in_time, answered_ms - asked_ms AS took, "          \
            "row_number() OVER (PARTITION BY partner ORDER BY answered_ms - asked_ms) " \
            "AS k, count(*) OVER (PARTITION BY partner) AS n FROM answer WHERE "        \
            "asked_ms >= ?1 AND answered_ms > 0) GROUP BY partner ORDER BY partner")    \
    X(ANSWER_FORGET, "DELETE FROM answer WHERE asked_ms < ?1")

#endif

/* spool_hands_sql.h - the statements about cases that hand on what came, in one list;
 * for nodes/spool_inner.h only. */
#ifndef SPOOL_HANDS_SQL_H
#define SPOOL_HANDS_SQL_H

/* X(NAME, SQL) */
#define SPOOL_HANDS_STATEMENTS(X)                                                                                       \
    X(HANDS_OPEN,                                                                                                       \
            "SELECT c.number FROM case_file c JOIN offer o ON o.offer_id = "                                            \
            "c.offer_id WHERE c.kind = 1 AND c.consent = 0 AND o.pending = 0 AND "                                      \
            "(" IS_LIVE                                                                                                 \
            " OR (o.state IN (10, 12, 16) AND c.confirmed = 0)) AND EXISTS (SELECT 1 FROM case_file f JOIN offer p ON " \
            "p.offer_id = f.offer_id WHERE f.consent_id = c.consent_id AND f.kind = 2 "                                 \
            "AND p.state IN (13, 14)) AND NOT EXISTS (SELECT 1 FROM withdrawal w "                                      \
            "WHERE w.consent_id = c.consent_id) ORDER BY c.number LIMIT ?1")

#endif

/* spool_escalation_sql.h - the statements about escalations and coordinators, in one
 * list; for nodes/spool_inner.h only. */
#ifndef SPOOL_ESCALATION_SQL_H
#define SPOOL_ESCALATION_SQL_H

#define ESCALATION_COLUMNS                                                             \
    "e.case_number, e.escalation_id, e.cause, e.target, e.since_ms, e.at_ms, "         \
    "e.due_ms, e.closed_ms, e.told_by, e.handed_by, e.handed_to, e.proposed_ms, "      \
    "e.given_up"
#define COORDINATED_COLUMNS                                                            \
    "case_number, coordinator, what, about, round, id, code, at_ms, due_ms, tries"

/* X(NAME, SQL) */
#define SPOOL_ESCALATION_STATEMENTS(X)                                                 \
    X(ESCALATION_PUT,                                                                  \
            "INSERT INTO escalation (case_number, escalation_id, cause, target, "      \
            "since_ms, at_ms, due_ms, closed_ms, told_by, handed_by, handed_to, "      \
            "proposed_ms, given_up) "                                                  \
            "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, ?8, ?9, '', 0, 0)")                \
    X(ESCALATION_SAVE, "UPDATE escalation SET closed_ms = ?2, handed_by = ?3, "        \
                       "handed_to = ?4, proposed_ms = ?5, since_ms = ?6, at_ms = ?7, " \
                       "due_ms = ?8, given_up = ?9 WHERE case_number = ?1")            \
    X(ESCALATION_NAME,                                                                 \
            "UPDATE escalation SET escalation_id = ?2 WHERE case_number = ?1")         \
    X(ESCALATION_GET, "SELECT " ESCALATION_COLUMNS " FROM escalation e "               \
                      "WHERE e.case_number = ?1")                                      \
    X(ESCALATION_FIND, "SELECT " ESCALATION_COLUMNS " FROM escalation e "              \
                       "WHERE e.escalation_id = ?1")                                   \
    X(ESCALATION_OF,                                                                   \
            "SELECT " ESCALATION_COLUMNS " FROM escalation e "                         \
            "JOIN case_file c ON c.number = e.case_number "                            \
            "WHERE c.referral_id = ?1 AND c.other = ?2 AND e.cause IN (?3, ?4) "       \
            "AND e.closed_ms = 0 ORDER BY e.case_number DESC LIMIT 1")                 \
    X(ESCALATION_LIST,                                                                 \
            "SELECT " ESCALATION_COLUMNS " FROM escalation e "                         \
            "JOIN case_file c ON c.number = e.case_number "                            \
            "WHERE (?1 = 1 OR e.closed_ms = 0) AND (?2 = 0 OR e.cause = ?2 OR "        \
            "(e.cause = ?5 AND c.preview > 0)) "                                       \
            "ORDER BY e.closed_ms > 0, c.urgency, e.due_ms, e.case_number "            \
            "LIMIT ?3 OFFSET ?4")                                                      \
    X(ESCALATION_COUNT, "SELECT count(*), coalesce(sum(due_ms < ?1 AND "               \
                        "handed_to = ''), 0) FROM escalation WHERE closed_ms = 0")     \
    X(ESCALATION_TOLD, "SELECT count(*) FROM escalation WHERE closed_ms = 0 AND "      \
                       "told_by = ?1")                                                 \
    X(ESCALATION_PAST,                                                                 \
            "SELECT case_number FROM escalation WHERE closed_ms > 0 AND "              \
            "(closed_ms + ?1 < ?2 OR case_number <= (SELECT case_number "              \
            "FROM escalation WHERE closed_ms > 0 ORDER BY case_number DESC "           \
            "LIMIT 1 OFFSET ?3)) ORDER BY case_number LIMIT ?4")                       \
    X(ESCALATION_SHOWN, "SELECT e.case_number FROM escalation e JOIN case_file c "     \
                        "ON c.number = e.case_number WHERE e.case_number > ?1 AND "    \
                        "c.preview > 0 ORDER BY e.case_number LIMIT ?2")               \
    X(ESCALATION_LATE,                                                                 \
            "SELECT e.case_number, p.bytes, max(p.number) FROM escalation e "          \
            "JOIN proof p ON p.case_number = e.case_number WHERE e.closed_ms = 0 "     \
            "AND e.due_ms < ?1 AND e.case_number > ?2 AND p.kind = ?3 AND p.said = 0 " \
            "GROUP BY e.case_number ORDER BY e.case_number LIMIT ?4")                  \
    X(ESCALATION_DROP, "DELETE FROM escalation WHERE case_number = ?1")                \
    X(ESCALATION_DROP_CASE, "DELETE FROM case_file WHERE number = ?1 AND kind = 5")    \
    X(ESCALATION_DROP_MOMENTS, "DELETE FROM moment WHERE case_number = ?1")            \
    X(ESCALATION_DROP_TRACE, "DELETE FROM trace WHERE case_number = ?1")               \
    X(ESCALATION_DROP_JUDGED, "DELETE FROM judged WHERE case_number = ?1")             \
    X(COORDINATED_PUT,                                                                 \
            "INSERT INTO coordinated (" COORDINATED_COLUMNS ") VALUES (?1, ?2, ?3, "   \
            "?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT (case_number, coordinator, "     \
            "what, about) DO UPDATE SET round = ?5, id = ?6, code = ?7, at_ms = ?8, "  \
            "due_ms = ?9, tries = ?10")                                                \
    X(COORDINATED_GET, "SELECT " COORDINATED_COLUMNS " FROM coordinated "              \
                       "WHERE case_number = ?1 AND coordinator = ?2 AND what = ?3 "    \
                       "AND about = ?4")                                               \
    X(COORDINATED_LIST, "SELECT " COORDINATED_COLUMNS " FROM coordinated "             \
                        "WHERE case_number = ?1 AND what = ?2 AND about = ?3 "         \
                        "ORDER BY coordinator LIMIT ?4")                               \
    X(COORDINATED_DUE, "SELECT DISTINCT case_number FROM coordinated "                 \
                       "WHERE what = 1 AND due_ms > 0 AND due_ms <= ?1 "               \
                       "ORDER BY due_ms LIMIT ?2")                                     \
    X(COORDINATED_STOP, "UPDATE coordinated SET due_ms = 0 WHERE case_number = ?1 "    \
                        "AND what = 1 AND (?2 IS NULL OR coordinator = ?2)")           \
    X(COORDINATED_OF, "SELECT " COORDINATED_COLUMNS " FROM coordinated "               \
                      "WHERE id = ?1 LIMIT 1")                                         \
    X(COORDINATED_DROP, "DELETE FROM coordinated WHERE case_number = ?1 AND "          \
                        "what = ?2 AND about = ?3")

#endif

/* hooks_sql.h - the tables and statements of http.db; for adapters/http/hooks_store.c
 * only. */
#ifndef ADAPTERS_HTTP_HOOKS_SQL_H
#define ADAPTERS_HTTP_HOOKS_SQL_H

static const char TABLES[] =
        /* Numbers are given once, so that the address of a webhook that is gone never
           leads to another one. */
        "CREATE TABLE hook ("
        " number INTEGER PRIMARY KEY AUTOINCREMENT, owner TEXT NOT NULL,"
        " token TEXT NOT NULL, url TEXT NOT NULL, types TEXT NOT NULL,"
        " secret BLOB NOT NULL, old_secret BLOB NOT NULL, old_until_ms INTEGER NOT NULL,"
        " off INTEGER NOT NULL, cursor INTEGER NOT NULL, last_ms INTEGER NOT NULL,"
        " since_ms INTEGER NOT NULL,"
        " made_ms INTEGER NOT NULL, delivered_ms INTEGER NOT NULL,"
        " failing_ms INTEGER NOT NULL, failures INTEGER NOT NULL,"
        " quiet_ms INTEGER NOT NULL, status INTEGER NOT NULL, fault TEXT NOT NULL"
        ") STRICT;"

        /* What has not arrived; event 0: about the webhook itself. */
        "CREATE TABLE message ("
        " number INTEGER PRIMARY KEY AUTOINCREMENT,"
        " hook INTEGER NOT NULL REFERENCES hook (number) ON DELETE CASCADE,"
        " id TEXT NOT NULL, event INTEGER NOT NULL, type TEXT NOT NULL,"
        " subject TEXT NOT NULL, body BLOB NOT NULL, made_ms INTEGER NOT NULL,"
        " tries INTEGER NOT NULL DEFAULT 0, due_ms INTEGER NOT NULL,"
        " failed INTEGER NOT NULL DEFAULT 0, status INTEGER NOT NULL DEFAULT 0,"
        " fault TEXT NOT NULL DEFAULT '',"
        " UNIQUE (hook, id)"
        ") STRICT;"
        "CREATE INDEX message_order ON message (hook, failed, subject, event, number);"
        "CREATE INDEX message_due ON message (hook, failed, due_ms, number);"

        /* First answers, by idempotency key. */
        "CREATE TABLE kept ("
        " owner TEXT NOT NULL, key TEXT NOT NULL, hash BLOB NOT NULL,"
        " reply BLOB NOT NULL, at_ms INTEGER NOT NULL,"
        " PRIMARY KEY (owner, key)"
        ") STRICT;"
        "CREATE INDEX kept_old ON kept (at_ms);";

#define HOOK_COLUMNS                                                                   \
    "owner, token, url, types, secret, old_secret, old_until_ms, off, cursor, "        \
    "last_ms, since_ms, made_ms, delivered_ms, failing_ms, failures, quiet_ms, status, fault"

/* The first of its referral that has not arrived. */
#define IS_FIRST                                                                       \
    "NOT EXISTS (SELECT 1 FROM message o WHERE o.hook = m.hook AND o.failed = 0 "      \
    "AND o.subject = m.subject AND (o.event, o.number) < (m.event, m.number))"

/* X(NAME, SQL) */
#define STATEMENTS(X)                                                                  \
    X(HOOK_LIST, "SELECT number, " HOOK_COLUMNS " FROM hook ORDER BY number")          \
    X(HOOK_INSERT, "INSERT INTO hook (" HOOK_COLUMNS ") VALUES (?1, ?2, ?3, ?4, ?5, "  \
                   "?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)")     \
    X(HOOK_UPDATE, "UPDATE hook SET (" HOOK_COLUMNS ") = (?1, ?2, ?3, ?4, ?5, ?6, "    \
                   "?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18) "         \
                   "WHERE number = ?19")                                               \
    X(HOOK_DELETE, "DELETE FROM hook WHERE number = ?1")                               \
    X(MESSAGE_INSERT,                                                                  \
            "INSERT OR IGNORE INTO message (hook, id, event, type, subject, "          \
            "body, made_ms, due_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7)")          \
    X(MESSAGE_NEXT, "SELECT m.number, m.id, m.event, m.body, m.tries FROM message m "  \
                    "WHERE m.hook = ?1 AND m.failed = 0 "                              \
                    "AND (m.due_ms <= ?2 OR m.due_ms > ?3) AND " IS_FIRST              \
                    " ORDER BY m.due_ms, m.number LIMIT ?4")                           \
    X(MESSAGE_DUE, "SELECT min(m.due_ms) FROM message m WHERE m.hook = ?1 "            \
                   "AND m.failed = 0 AND " IS_FIRST)                                   \
    X(MESSAGE_ARRIVED, "DELETE FROM message WHERE hook = ?1 AND number = ?2")          \
    X(MESSAGE_AGAIN, "UPDATE message SET tries = ?3, due_ms = ?4, failed = ?5, "       \
                     "status = ?6, fault = ?7 WHERE hook = ?1 AND number = ?2")        \
    X(MESSAGE_ALL_NOW, "UPDATE message SET due_ms = ?2 "                               \
                       "WHERE hook = ?1 AND failed = 0")                               \
    X(MESSAGE_REVIVE, "UPDATE message SET due_ms = ?2, tries = 0, failed = 0 "         \
                      "WHERE hook = ?1 AND failed = 1")                                \
    X(MESSAGE_COUNT, "SELECT count(*) FROM message WHERE hook = ?1 AND failed = ?2")   \
    X(MESSAGE_LIST,                                                                    \
            "SELECT number, id, type, subject, failed, made_ms, tries, due_ms, "       \
            "status, fault FROM message WHERE hook = ?1 AND number > ?2 "              \
            "ORDER BY number LIMIT ?3")                                                \
    X(KEPT_GET, "SELECT hash, reply FROM kept WHERE owner = ?1 AND key = ?2")          \
    X(KEPT_PUT, "INSERT INTO kept VALUES (?1, ?2, ?3, ?4, ?5)")                        \
    X(KEPT_PURGE, "DELETE FROM kept WHERE at_ms < ?1")

#endif

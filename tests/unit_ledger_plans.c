/* unit_ledger_plans.c - how SQLite finds the rows of each statement of the ledger: what
 * one frame asks is never looked for in all that is there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "broker/ledger_sql.h"

enum { SQL_BYTES = 4096 };

/* Statements that go through a table or an index, or put rows in order, and why they
 * may. */
static const struct {
    enum ledger_statement sql;
    const char *why;
} WALKS[] = {
        {SQL_STORE_GET,         "one row"                                          },
        {SQL_STORE_START,       "one row"                                          },
        {SQL_STORE_IS_COPY,     "one row"                                          },
        {SQL_STORE_REGISTER,    "one row"                                          },
        {SQL_STORE_LOG,         "one row"                                          },
        {SQL_PARTNER_ALL,       "at the start"                                     },
        {SQL_PARTNER_DOUBT,     "at the start of a copy"                           },
        {SQL_CONSENT_DOUBT,     "at the start of a copy"                           },
        {SQL_KEPT_REFUSED,      "at the start"                                     },
        {SQL_LETTER_LOADS,      "at the start"                                     },
        {SQL_MAIL_LOADS,        "at the start"                                     },
        {SQL_HANDED_ALL,        "of 10,000 rows at most"                           },
        {SQL_ESCALATIONS_LOOK,  "those that are open, when somebody may coordinate"},
        {SQL_ESCALATION_COUNTS, "those that are open, for the administrator"       },
        {SQL_LETTER_COUNT,      "for the administrator"                            },
        {SQL_LATE_ERASED_PURGE, "once an hour"                                     },
        {SQL_CHECKPOINT_NEWEST, "the last row"                                     },
        {SQL_CHECKPOINT_LAST,   "the last row"                                     },
        {SQL_CHECKPOINT_PURGE,  "from the oldest to the first that stays"          },
        {SQL_CHECK_LETTERS,     "once a night"                                     },
        {SQL_CHECK_DATES,       "once a night"                                     },
        {SQL_CHECK_OWNERS,      "once a night"                                     },
        {SQL_CHECK_LODGED,      "once a night"                                     },
        {SQL_CHECK_ESCALATIONS, "once a night"                                     },
};

static const struct {
    const char *name, *sql;
} STATEMENTS[] = {
#define PLAN_ROW(name, sql) {#name, sql},
        LEDGER_STATEMENTS(PLAN_ROW)
#undef PLAN_ROW
};

static bool may_walk(size_t sql)
{
    for (size_t i = 0; i < COUNT_OF(WALKS); i++)
        if (WALKS[i].sql == sql)
            return true;
    return false;
}

static sqlite3 *open_ledger(void)
{
    sqlite3 *db = NULL;

    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    for (size_t i = 0; i < N_LEDGER_MIGRATIONS; i++)
        assert_int_equal(sqlite3_exec(db, LEDGER_MIGRATIONS[i], NULL, NULL, NULL),
                SQLITE_OK);
    return db;
}

/* Does one step of the plan of that statement go through all there is? */
static bool walks(sqlite3 *db, const char *sql, char *step, size_t cap)
{
    enum { DETAIL = 3 };
    char explain[SQL_BYTES];
    sqlite3_stmt *stmt = NULL;
    bool all = false;

    assert_true((size_t)snprintf(explain, sizeof explain, "EXPLAIN QUERY PLAN %s",
                        sql) < sizeof explain);
    assert_int_equal(sqlite3_prepare_v2(db, explain, -1, &stmt, NULL), SQLITE_OK);
    while (!all && sqlite3_step(stmt) == SQLITE_ROW) {
        snprintf(step, cap, "%s", (const char *)sqlite3_column_text(stmt, DETAIL));
        /* Rows that a step before has found are few already. */
        all = (strncmp(step, "SCAN ", strlen("SCAN ")) == 0 &&
                      strstr(step, "CONSTANT ROW") == NULL &&
                      strstr(step, "(subquery") == NULL) ||
              strstr(step, "TEMP B-TREE") != NULL;
    }
    sqlite3_finalize(stmt);
    return all;
}

static void nothing_is_looked_for_in_all_there_is(void **state)
{
    sqlite3 *db = open_ledger();
    size_t n_faults = 0;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(STATEMENTS); i++) {
        char step[SQL_BYTES];
        bool all = walks(db, STATEMENTS[i].sql, step, sizeof step);
        if (all == may_walk(i))
            continue;
        n_faults++;
        print_message("%s %s\n", STATEMENTS[i].name,
                all ? step : "needs no place in WALKS any more");
    }
    sqlite3_close(db);
    assert_int_equal(n_faults, 0);
}

/* The round of each hour looks at the checkpoints that go, and at one that stays. */
static void what_stays_is_not_looked_at_every_hour(void **state)
{
    enum { STEPS_MAX = 200 };
    sqlite3 *db = open_ledger();
    sqlite3_stmt *stmt = NULL;

    (void)state;
    assert_int_equal(
            sqlite3_exec(db,
                    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
                    " WHERE i < 1000) INSERT INTO checkpoint SELECT i, i, x'00' FROM n",
                    NULL, NULL, NULL),
            SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, STATEMENTS[SQL_CHECKPOINT_PURGE].sql, -1,
                             &stmt, NULL),
            SQLITE_OK);
    sqlite3_bind_int64(stmt, 1, 3);
    assert_int_equal(sqlite3_step(stmt), SQLITE_DONE);
    assert_int_equal(sqlite3_changes(db), 2);
    assert_in_range(sqlite3_stmt_status(stmt, SQLITE_STMTSTATUS_VM_STEP, 0), 1,
            STEPS_MAX);
    sqlite3_finalize(stmt);
    sqlite3_close(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(nothing_is_looked_for_in_all_there_is),
            cmocka_unit_test(what_stays_is_not_looked_at_every_hour),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

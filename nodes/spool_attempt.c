/* spool_attempt.c - what was tried to reach a person, who is left in peace, and what is
 * counted of signals that are erased. */
#include <stdio.h>

#include "core/vocab.h"
#include "nodes/spool_inner.h"
#include "nodes/spool_signal.h"

/* ------------------------------------------------------------- attempts */

static void bind_attempt(struct sqlite3_stmt *stmt, const struct spool_attempt *attempt)
{
    db_bind_int(stmt, 4, attempt->planned_ms);
    db_bind_int(stmt, 5, attempt->done_ms);
    db_bind_int(stmt, 6, attempt->result);
    db_bind_int(stmt, 7, attempt->safety_basis);
    db_bind_text(stmt, 8, attempt->by);
    db_bind_text(stmt, 9, attempt->goes);
    db_bind_int(stmt, 10, attempt->unasked);
    db_bind_int(stmt, 11, attempt->aim);
    db_bind_int(stmt, 12, attempt->change);
    db_bind_int(stmt, 13, attempt->postponed);
    db_bind_int(stmt, 14, attempt->due_ms);
}

bool spool_add_attempt(struct db *db, struct spool_attempt *attempt, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_ATTEMPT_ADD);
    db_bind_int(stmt, 2, (int64_t)attempt->case_number);
    db_bind_int(stmt, 3, attempt->kind);
    bind_attempt(stmt, attempt);
    if (!db_do(db, stmt, NULL, err))
        return false;
    attempt->number = (uint64_t)db_last_rowid(db);
    return true;
}

bool spool_save_attempt(struct db *db, const struct spool_attempt *attempt,
        struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_ATTEMPT_SAVE);
    db_bind_int(stmt, 1, (int64_t)attempt->number);
    bind_attempt(stmt, attempt);
    return db_do(db, stmt, NULL, err);
}

bool spool_attempts_over(struct db *db, uint64_t case_number, int64_t now_ms,
        struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_ATTEMPT_OVER);
    db_bind_int(stmt, 1, (int64_t)case_number);
    db_bind_int(stmt, 2, now_ms);
    db_bind_int(stmt, 3, VISIT_CHANGE_CASE_OVER);
    return db_do(db, stmt, NULL, err);
}

/* ?2 of each of these statements is how many rows there may be. */
static bool take_attempts(struct db *db, struct sqlite3_stmt *stmt,
        struct spool_attempt *attempts, size_t max, size_t *n_attempts, struct err *err)
{
    db_bind_int(stmt, 2, (int64_t)max);
    struct db_rows rows = db_rows(db, stmt, max);
    while (db_next(&rows, err)) {
        struct spool_attempt *row = &attempts[rows.at];
        *row = (struct spool_attempt){
                .number = (uint64_t)db_int(stmt, 0),
                .case_number = (uint64_t)db_int(stmt, 1),
                .kind = (uint16_t)db_int(stmt, 2),
                .planned_ms = db_int(stmt, 3),
                .done_ms = db_int(stmt, 4),
                .result = (uint16_t)db_int(stmt, 5),
                .safety_basis = (uint16_t)db_int(stmt, 6),
                .unasked = db_int(stmt, 9) != 0,
                .aim = (uint16_t)db_int(stmt, 10),
                .change = (uint16_t)db_int(stmt, 11),
                .postponed = (uint32_t)db_int(stmt, 12),
                .due_ms = db_int(stmt, 13),
        };
        spool_text(stmt, 7, row->by, sizeof row->by);
        spool_text(stmt, 8, row->goes, sizeof row->goes);
    }
    return db_rows_end(&rows, n_attempts);
}

bool spool_attempts(struct db *db, uint64_t case_number, struct spool_attempt *attempts,
        size_t max, size_t *n_attempts, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_ATTEMPT_LIST);
    db_bind_int(stmt, 1, (int64_t)case_number);
    return take_attempts(db, stmt, attempts, max, n_attempts, err);
}

bool spool_visits_open(struct db *db, struct spool_attempt *attempts, size_t max,
        size_t *n_attempts, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_VISIT_OPEN);
    db_bind_int(stmt, 1, ATTEMPT_KIND_VISIT);
    return take_attempts(db, stmt, attempts, max, n_attempts, err);
}

bool spool_attempt_due(struct db *db, int64_t now_ms, bool *found,
        struct spool_attempt *attempt, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_ATTEMPT_DUE);
    size_t n;
    db_bind_int(stmt, 1, now_ms);
    if (!take_attempts(db, stmt, attempt, 1, &n, err))
        return false;
    *found = n > 0;
    return true;
}

bool spool_drop_attempts(struct db *db, uint64_t case_number, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_ATTEMPT_DROP);
    db_bind_int(stmt, 1, (int64_t)case_number);
    return db_do(db, stmt, NULL, err);
}

/* ------------------------------------------------------------- who is left in peace */

bool spool_put_quiet(struct db *db, const struct id *story, int64_t until_ms,
        struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_QUIET_PUT);
    db_bind_id(stmt, 1, story);
    db_bind_int(stmt, 2, until_ms);
    return db_do(db, stmt, NULL, err);
}

bool spool_quiet_until(struct db *db, const struct id *story, int64_t now_ms,
        int64_t *until_ms, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_QUIET_GET);
    bool found;
    db_bind_id(stmt, 1, story);
    db_bind_int(stmt, 2, now_ms);
    bool ok = db_row(db, stmt, &found, err);
    if (ok)
        *until_ms = found ? db_int(stmt, 0) : 0;
    db_end(stmt);
    return ok;
}

bool spool_drop_quiet(struct db *db, const struct id *story, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_QUIET_DROP);
    db_bind_id(stmt, 1, story);
    return db_do(db, stmt, NULL, err);
}

bool spool_forget_quiet(struct db *db, int64_t now_ms, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_QUIET_FORGET);
    db_bind_int(stmt, 1, now_ms);
    return db_do(db, stmt, NULL, err);
}

/* ------------------------------------------------------------- what is counted */

/* The codes of needs with blanks between, so that a row that is moved in its table
 * stays the same need. */
enum { NEEDS_TEXT_BYTES = SPOOL_FACT_NEEDS_MAX * (VOCAB_CODE_BYTES + 1) };

static void needs_text(const struct spool_fact *fact, char text[NEEDS_TEXT_BYTES])
{
    size_t len = 0;
    text[0] = '\0';
    for (size_t i = 0; i < fact->n_needs; i++)
        len += (size_t)snprintf(text + len, NEEDS_TEXT_BYTES - len, "%s%s",
                i == 0 ? "" : " ", vocab_code(VOCAB_NEED_CATEGORY, fact->needs[i]));
}

static void read_needs(const char *text, struct spool_fact *fact)
{
    while (*text != '\0' && fact->n_needs < SPOOL_FACT_NEEDS_MAX) {
        char code[VOCAB_CODE_BYTES];
        size_t len = strcspn(text, " ");
        snprintf(code, sizeof code, "%.*s", (int)len, text);
        uint16_t need = vocab_find(VOCAB_NEED_CATEGORY, code);
        if (need != 0)
            fact->needs[fact->n_needs++] = need;
        text += len + (text[len] == ' ');
    }
}

bool spool_put_fact(struct db *db, struct spool_fact *fact, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_FACT_PUT);
    char needs[NEEDS_TEXT_BYTES];
    needs_text(fact, needs);
    db_bind_int(stmt, 2, fact->month_day);
    db_bind_text(stmt, 3, fact->area);
    db_bind_int(stmt, 4, fact->urgency);
    db_bind_int(stmt, 5, fact->consented);
    db_bind_text(stmt, 6, needs);
    db_bind_int(stmt, 7, fact->outcome);
    db_bind_int(stmt, 8, fact->reason);
    db_bind_int(stmt, 9, fact->triaged_after_ms);
    db_bind_int(stmt, 10, fact->contact_after_ms);
    db_bind_int(stmt, 11, fact->referred_after_ms);
    db_bind_int(stmt, 12, fact->helped_after_ms);
    db_bind_int(stmt, 13, fact->closed_after_ms);
    if (!db_do(db, stmt, NULL, err))
        return false;
    fact->number = (uint64_t)db_last_rowid(db);
    return true;
}

bool spool_fact_after(struct db *db, uint64_t after, bool *found,
        struct spool_fact *fact, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_FACT_AFTER);
    db_bind_int(stmt, 1, (int64_t)after);
    bool ok = db_row(db, stmt, found, err);
    if (ok && *found) {
        *fact = (struct spool_fact){
                .number = (uint64_t)db_int(stmt, 0),
                .month_day = (int32_t)db_int(stmt, 1),
                .urgency = (uint16_t)db_int(stmt, 3),
                .consented = db_int(stmt, 4) != 0,
                .outcome = (uint16_t)db_int(stmt, 6),
                .reason = (uint16_t)db_int(stmt, 7),
                .triaged_after_ms = db_int(stmt, 8),
                .contact_after_ms = db_int(stmt, 9),
                .referred_after_ms = db_int(stmt, 10),
                .helped_after_ms = db_int(stmt, 11),
                .closed_after_ms = db_int(stmt, 12),
        };
        spool_text(stmt, 2, fact->area, sizeof fact->area);
        read_needs(db_text(stmt, 5), fact);
    }
    db_end(stmt);
    return ok;
}

bool spool_drop_facts(struct db *db, int32_t month_day, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_FACT_DROP);
    db_bind_int(stmt, 1, month_day);
    return db_do(db, stmt, NULL, err);
}

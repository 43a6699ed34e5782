/* spool_events.c - reading the trace as a journal. */
#include "nodes/spool_events.h"

#include "nodes/spool_inner.h"

bool spool_newest_event(struct db *db, uint64_t *number, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_EVENT_NEWEST);
    bool found;
    bool ok = db_row(db, stmt, &found, err);
    if (ok)
        *number = found ? (uint64_t)db_int(stmt, 0) : 0;
    db_end(stmt);
    return ok;
}

static bool event_row(struct sqlite3_stmt *stmt, struct arena *arena,
        struct event_line *line, struct err *err)
{
    struct trace_line letter = {0};
    struct event_line got = {.number = (uint64_t)db_int(stmt, 0),
            .at_ms = (uint64_t)db_int(stmt, 1),
            .case_number = (uint64_t)db_int(stmt, 2),
            .kind = (enum case_kind)db_int(stmt, 5)};
    if (!spool_keep_text(arena, db_text(stmt, 3), &got.what, err) ||
            !spool_split_letter(db_text(stmt, 4), arena, &letter, err))
        return false;
    got.letter = letter.letter;
    got.other = letter.other;
    *line = got;
    return true;
}

bool spool_events(struct db *db, uint64_t after, struct arena *arena,
        struct event_line *lines, size_t max, size_t *n_lines, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_EVENT_LIST);
    db_bind_int(stmt, 1, (int64_t)after);
    db_bind_int(stmt, 2, (int64_t)max);
    struct db_rows rows = db_rows(db, stmt, max);
    while (db_next(&rows, err))
        rows.ok = event_row(stmt, arena, &lines[rows.at], err);
    return db_rows_end(&rows, n_lines);
}

bool spool_put_restored(struct db *db, uint64_t n_skipped, int64_t now_ms,
        struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_EVENT_RESTORED);
    db_bind_int(stmt, 1, (int64_t)n_skipped);
    db_bind_int(stmt, 2, now_ms);
    return db_do(db, stmt, NULL, err);
}

/* The first row from this number on; number 0: there is none. */
static bool row_from(struct db *db, uint64_t from, uint64_t *number, uint64_t *at_ms,
        struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_EVENT_FROM);
    bool found;
    db_bind_int(stmt, 1, (int64_t)from);
    bool ok = db_row(db, stmt, &found, err);
    if (ok) {
        *number = found ? (uint64_t)db_int(stmt, 0) : 0;
        *at_ms = found ? (uint64_t)db_int(stmt, 1) : 0;
    }
    db_end(stmt);
    return ok;
}

/* Rows are written one after the other, so that their times ascend but for a clock that
 * was put back: halving finds the place without reading them all. */
bool spool_event_before(struct db *db, uint64_t since_ms, uint64_t *after,
        struct err *err)
{
    uint64_t low = 0, high, number, at_ms;
    if (!spool_newest_event(db, &high, err))
        return false;
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        if (!row_from(db, middle + 1, &number, &at_ms, err))
            return false;
        if (number == 0 || at_ms >= since_ms)
            high = middle;
        else
            low = number;
    }
    *after = low;
    return true;
}

bool spool_waiting(struct db *db, uint64_t *n, uint64_t *since_ms, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_EVENT_WAITING);
    bool found;
    bool ok = db_row(db, stmt, &found, err);
    if (ok) {
        *n = found ? (uint64_t)db_int(stmt, 0) : 0;
        *since_ms = found && !db_is_null(stmt, 1) ? (uint64_t)db_int(stmt, 1) : 0;
    }
    db_end(stmt);
    return ok;
}

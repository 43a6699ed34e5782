/* spool_tally.c - the tables of counts, and of needs without room. */
#include "nodes/spool_tally.h"

#include <stdio.h>

#include "nodes/spool_inner.h"

/* One row, by which cell it is: its first six columns. What is bound is not copied, so
 * it lives until the statement is done. */
static bool do_cell(struct db *db, struct sqlite3_stmt *stmt,
        const struct aggregate_cell *cell, struct err *err)
{
    db_bind_text(stmt, 1, cell->area);
    db_bind_int(stmt, 2, (int64_t)cell->of);
    db_bind_int(stmt, 3, cell->code);
    db_bind_text(stmt, 4, cell->language);
    db_bind_text(stmt, 5, cell->place);
    db_bind_int(stmt, 6, cell->month);
    return db_do(db, stmt, NULL, err);
}

bool spool_tally_add(struct db *db, const struct aggregate_cell *cell, struct err *err)
{
    return do_cell(db, db_use(db, SPOOL_TALLY_ADD), cell, err);
}

bool spool_tally_told(struct db *db, const struct aggregate_cell *cell, struct err *err)
{
    return do_cell(db, db_use(db, SPOOL_TALLY_TOLD), cell, err);
}

bool spool_tally_area(struct db *db, const char *after, int32_t from_month,
        int32_t until_month, char area[6], struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_TALLY_AREA);
    char next[AGGREGATE_AREA_BYTES] = "";
    bool found;
    db_bind_text(stmt, 1, after);
    db_bind_int(stmt, 2, from_month);
    db_bind_int(stmt, 3, until_month);
    bool ok = db_row(db, stmt, &found, err);
    if (ok && found)
        spool_text(stmt, 0, next, sizeof next);
    db_end(stmt);
    /* Both may be the same. */
    if (ok)
        memcpy(area, next, sizeof next);
    return ok;
}

bool spool_tally_cells(struct db *db, const char *area, int32_t from_month,
        int32_t until_month, struct aggregate_cell *cells, size_t max, size_t *n_cells,
        struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_TALLY_CELLS);
    db_bind_text(stmt, 1, area);
    db_bind_int(stmt, 2, from_month);
    db_bind_int(stmt, 3, until_month);
    db_bind_int(stmt, 4, (int64_t)max);
    struct db_rows rows = db_rows(db, stmt, max);
    while (db_next(&rows, err)) {
        struct aggregate_cell *cell = &cells[rows.at];
        *cell = (struct aggregate_cell){
                .of = (enum aggregate_of)db_int(stmt, 0),
                .code = (uint16_t)db_int(stmt, 1),
                .month = (int32_t)db_int(stmt, 4),
                .n = (uint32_t)db_int(stmt, 5),
                .told = db_int(stmt, 6) != 0,
        };
        snprintf(cell->area, sizeof cell->area, "%s", area);
        spool_text(stmt, 2, cell->language, sizeof cell->language);
        spool_text(stmt, 3, cell->place, sizeof cell->place);
    }
    return db_rows_end(&rows, n_cells);
}

bool spool_tally_drop(struct db *db, int32_t month, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_TALLY_DROP);
    db_bind_int(stmt, 1, month);
    return db_do(db, stmt, NULL, err);
}

/* ------------------------------------------------------------- needs without room */

static void bind_lack(struct sqlite3_stmt *stmt, const char *area, uint16_t need,
        int32_t day)
{
    db_bind_text(stmt, 1, area);
    db_bind_int(stmt, 2, need);
    db_bind_int(stmt, 3, day);
}

bool spool_note_lack(struct db *db, const char *area, uint16_t need, int32_t day,
        struct err *err)
{
    int64_t goes_on;
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_LACK_GOES_ON);
    bind_lack(stmt, area, need, day);
    if (!db_do(db, stmt, &goes_on, err))
        return false;
    if (goes_on == 0) {
        stmt = db_use(db, SPOOL_LACK_OPEN);
        bind_lack(stmt, area, need, day);
        if (!db_do(db, stmt, NULL, err))
            return false;
    }
    stmt = db_use(db, SPOOL_LACK_DROP);
    db_bind_int(stmt, 1, day - SPOOL_LACK_DAYS);
    return db_do(db, stmt, NULL, err);
}

bool spool_lacks(struct db *db, int32_t from_day, int32_t until_day,
        struct spool_lack *lacks, size_t max, size_t *n_lacks, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_LACK_LIST);
    db_bind_int(stmt, 1, from_day);
    db_bind_int(stmt, 2, until_day);
    db_bind_int(stmt, 3, (int64_t)max);
    struct db_rows rows = db_rows(db, stmt, max);
    while (db_next(&rows, err)) {
        struct spool_lack *lack = &lacks[rows.at];
        spool_text(stmt, 0, lack->area, sizeof lack->area);
        lack->need = (uint16_t)db_int(stmt, 1);
        lack->days = (uint32_t)db_int(stmt, 2);
    }
    return db_rows_end(&rows, n_lacks);
}

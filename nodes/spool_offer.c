/* spool_offer.c - the offers of a case, to each candidate or from who refers. */
#include "nodes/spool_inner.h"

_Static_assert(OFFER_STATE_NONE == 0 && OFFER_STATE_REQUESTED == 1 &&
                       OFFER_STATE_INFO_REQUESTED == 3 && OFFER_STATE_WAITLISTED == 4 &&
                       OFFER_STATE_ACCEPTED == 5 && OFFER_STATE_ON_HOLD == 7 &&
                       OFFER_STATE_COMPLETED == 8 && OFFER_STATE_FAILED == 9 &&
                       OFFER_STATE_DECLINED == 10 && OFFER_STATE_NOT_SELECTED == 11 &&
                       OFFER_STATE_EXPIRED == 12 && OFFER_STATE_CANCELLED == 13 &&
                       OFFER_STATE_IN_ERROR == 14 && OFFER_STATE_QUEUED == 15 &&
                       OFFER_STATE_SKIPPED == 16,
        "the states of an offer have these numbers in SQL");
_Static_assert(MODE_DIRECT == 1 && MODE_SEQUENTIAL == 2 && MODE_FIRST_CLAIM == 3,
        "a list has these modes in SQL");

bool spool_put_offer(struct db *db, const struct spool_offer *offer, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_OFFER_PUT);
    db_bind_id(stmt, 1, &offer->offer_id);
    db_bind_int(stmt, 2, (int64_t)offer->case_number);
    db_bind_int(stmt, 3, offer->position);
    db_bind_text(stmt, 4, offer->target);
    db_bind_text(stmt, 5, offer->on_behalf_of);
    db_bind_int(stmt, 6, (int64_t)offer->state);
    db_bind_int(stmt, 7, (int64_t)offer->version);
    db_bind_int(stmt, 8, (int64_t)offer->before_hold);
    db_bind_int(stmt, 9, offer->info_rounds);
    db_bind_int(stmt, 10, offer->due_ms);
    db_bind_int(stmt, 11, (int64_t)offer->pending);
    db_bind_int(stmt, 12, (int64_t)offer->pending_state);
    db_bind_int(stmt, 13, (int64_t)offer->mode);
    db_bind_text(stmt, 14, offer->code);
    return db_do(db, stmt, NULL, err);
}

bool spool_save_offer(struct db *db, const struct spool_offer *offer,
        struct span status, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_OFFER_SAVE);
    db_bind_id(stmt, 1, &offer->offer_id);
    db_bind_int(stmt, 2, (int64_t)offer->state);
    db_bind_int(stmt, 3, (int64_t)offer->version);
    db_bind_int(stmt, 4, (int64_t)offer->before_hold);
    db_bind_int(stmt, 5, offer->info_rounds);
    db_bind_int(stmt, 6, offer->due_ms);
    db_bind_int(stmt, 7, (int64_t)offer->pending);
    db_bind_int(stmt, 8, (int64_t)offer->pending_state);
    db_bind_blob(stmt, 9, status.len > 0 ? status : (struct span){NULL, 0});
    db_bind_text(stmt, 10, offer->code);
    return db_do(db, stmt, NULL, err);
}

static bool read_offer(struct sqlite3_stmt *stmt, struct spool_offer *offer,
        struct err *err)
{
    struct spool_offer got = {
            .case_number = (uint64_t)db_int(stmt, 1),
            .position = (uint32_t)db_int(stmt, 2),
            .state = (enum offer_state)db_int(stmt, 5),
            .version = (uint64_t)db_int(stmt, 6),
            .before_hold = (enum offer_state)db_int(stmt, 7),
            .info_rounds = (uint32_t)db_int(stmt, 8),
            .due_ms = db_int(stmt, 9),
            .pending = (enum offer_event)db_int(stmt, 10),
            .pending_state = (enum offer_state)db_int(stmt, 11),
            .mode = (enum mode)db_int(stmt, 12),
    };
    spool_text(stmt, 13, got.code, sizeof got.code);
    spool_text(stmt, 3, got.target, sizeof got.target);
    spool_text(stmt, 4, got.on_behalf_of, sizeof got.on_behalf_of);
    if (!db_id(stmt, 0, &got.offer_id, err))
        return false;
    *offer = got;
    return true;
}

bool spool_get_offer(struct db *db, const struct id *offer_id, bool *found,
        struct spool_offer *offer, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_OFFER_GET);
    db_bind_id(stmt, 1, offer_id);
    bool ok = db_row(db, stmt, found, err) && (!*found || read_offer(stmt, offer, err));
    db_end(stmt);
    return ok;
}

bool spool_offer_status(struct db *db, const struct id *offer_id, struct arena *arena,
        struct span *status, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_OFFER_STATUS);
    bool found;
    db_bind_id(stmt, 1, offer_id);
    *status = (struct span){NULL, 0};
    bool ok = db_row(db, stmt, &found, err) &&
              (!found || spool_keep(arena, db_blob(stmt, 0), status, err));
    db_end(stmt);
    return ok;
}

bool spool_offers(struct db *db, uint64_t case_number,
        struct spool_offer offers[SPOOL_OFFERS_MAX], size_t *n_offers, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_OFFER_LIST);
    db_bind_int(stmt, 1, (int64_t)case_number);
    db_bind_int(stmt, 2, SPOOL_OFFERS_MAX);
    struct db_rows rows = db_rows(db, stmt, SPOOL_OFFERS_MAX);
    while (db_next(&rows, err))
        rows.ok = read_offer(stmt, &offers[rows.at], err);
    return db_rows_end(&rows, n_offers);
}

/* ledger_offers.c - referrals and their offers, in the ledger. */
#include <stdio.h>

#include "broker/ledger_sql.h"
#include "core/vocab.h"

_Static_assert(OFFER_STATE_REQUESTED == 1 && OFFER_STATE_WAITLISTED == 4 &&
                       OFFER_STATE_ACCEPTED == 5 && OFFER_STATE_ON_HOLD == 7 &&
                       OFFER_STATE_COMPLETED == 8 && OFFER_STATE_FAILED == 9 &&
                       OFFER_STATE_DECLINED == 10 && OFFER_STATE_NOT_SELECTED == 11 &&
                       OFFER_STATE_EXPIRED == 12 && OFFER_STATE_CANCELLED == 13 &&
                       OFFER_STATE_IN_ERROR == 14 && OFFER_STATE_QUEUED == 15 &&
                       OFFER_STATE_SKIPPED == 16,
        "the states of an offer have these numbers in SQL");
_Static_assert(OFFER_EVENT_CANCEL == 16 && OFFER_EVENT_CONFIRM == 22,
        "the events of an offer have these numbers in SQL");
_Static_assert(REFERRAL_NOT_CLOSED == 0 && REFERRAL_GIVEN_UP == 3 &&
                       MODE_FIRST_CLAIM == 3,
        "how a referral was closed, and its mode, have these numbers in SQL");

/* ---- referrals ---- */

bool ledger_referral_find(struct ledger *ledger, const struct id *referral_id,
        struct referral_row *row, bool *found, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_REFERRAL_FIND);
    db_bind_id(stmt, 1, referral_id);
    if (!db_row(ledger->db, stmt, found, err))
        return false;
    if (!*found)
        return true;
    *row = (struct referral_row){
            .no = db_int(stmt, 0),
            .referral_id = *referral_id,
            .sender = (uint32_t)db_int(stmt, 1),
            .mode = (enum mode)db_int(stmt, 2),
            .winner = db_int(stmt, 3),
            .closed = (enum referral_closed)db_int(stmt, 4),
            .ended_ms = db_int(stmt, 5),
    };
    db_end(stmt);
    return true;
}

bool ledger_referral_add(struct ledger *ledger, struct referral_row *row,
        struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_REFERRAL_ADD);
    db_bind_id(stmt, 1, &row->referral_id);
    db_bind_int(stmt, 2, row->sender);
    db_bind_int(stmt, 3, row->mode);
    if (!db_do(ledger->db, stmt, NULL, err))
        return false;
    row->no = db_last_rowid(ledger->db);
    return true;
}

bool ledger_referral_set(struct ledger *ledger, const struct referral_row *row,
        struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_REFERRAL_SET);
    db_bind_int(stmt, 1, row->no);
    db_bind_int(stmt, 2, row->winner);
    db_bind_int(stmt, 3, row->closed);
    db_bind_int(stmt, 4, row->ended_ms);
    db_bind_int(stmt, 5, row->mode);
    return db_do(ledger->db, stmt, NULL, err);
}

bool ledger_referral_depth(struct ledger *ledger, int64_t no, int64_t consent,
        uint32_t *depth, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_REFERRAL_DEPTH);
    bool row;

    db_bind_int(stmt, 1, no);
    db_bind_int(stmt, 2, consent);
    if (!db_row(ledger->db, stmt, &row, err))
        return false;
    *depth = row ? (uint32_t)db_int(stmt, 0) : 0;
    db_end(stmt);
    return true;
}

bool ledger_consent_offers(struct ledger *ledger, int64_t consent, int64_t most,
        int64_t *n, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_CONSENT_OFFERS);
    bool row;

    db_bind_int(stmt, 1, consent);
    db_bind_int(stmt, 2, most);
    if (!db_row(ledger->db, stmt, &row, err))
        return false;
    *n = row ? db_int(stmt, 0) : 0;
    db_end(stmt);
    return true;
}

bool ledger_referral_offers(struct ledger *ledger, int64_t no,
        struct referral_offers *offers, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_REFERRAL_OFFERS);
    bool row;

    db_bind_int(stmt, 1, no);
    if (!db_row(ledger->db, stmt, &row, err))
        return false;
    *offers = (struct referral_offers){
            .n = row ? db_int(stmt, 0) : 0,
            .last_place = row ? (uint32_t)db_int(stmt, 1) : 0,
            .live = row && db_int(stmt, 2) != 0,
            .reported = row && db_int(stmt, 3) != 0,
            .given_up = row && db_int(stmt, 4) != 0,
    };
    db_end(stmt);
    return true;
}

/* ---- offers ---- */

static bool read_offer(struct sqlite3_stmt *stmt, struct offer_row *row,
        struct err *err)
{
    struct offer_row out = {
            .no = db_int(stmt, 0),
            .place = (uint32_t)db_int(stmt, 3),
            .sender = (uint32_t)db_int(stmt, 4),
            .target = (uint32_t)db_int(stmt, 5),
            .consent = db_int(stmt, 6),
            .state = (enum offer_state)db_int(stmt, 7),
            .before_hold = (enum offer_state)db_int(stmt, 8),
            .version = (uint64_t)db_int(stmt, 9),
            .info_rounds = (uint32_t)db_int(stmt, 10),
            .urgency = vocab_find(VOCAB_URGENCY, db_text(stmt, 11)),
            .depth = (uint32_t)db_int(stmt, 12),
            .restored = db_int(stmt, 13) != 0,
            .event = (enum offer_event)db_int(stmt, 14),
            .at_ms = db_int(stmt, 16),
            .due_ms = db_int(stmt, 17),
            .limit_ms = db_int(stmt, 18),
            .log_leaf = (uint64_t)db_int(stmt, 24),
            .life_ms = db_int(stmt, 26),
            .referral =
                    {
                               .no = db_int(stmt, 2),
                               .sender = (uint32_t)db_int(stmt, 4),
                               .mode = (enum mode)db_int(stmt, 20),
                               .winner = db_int(stmt, 21),
                               .closed = (enum referral_closed)db_int(stmt, 22),
                               .ended_ms = db_int(stmt, 23),
                               },
    };

    if (!db_id(stmt, 1, &out.offer_id, err) || !db_id(stmt, 15, &out.msg_id, err) ||
            !db_id(stmt, 19, &out.referral.referral_id, err))
        return false;
    snprintf(out.area, sizeof out.area, "%s", db_text(stmt, 25));
    *row = out;
    return true;
}

static bool one_offer(struct ledger *ledger, struct sqlite3_stmt *stmt,
        struct offer_row *row, bool *found, struct err *err)
{
    if (!db_row(ledger->db, stmt, found, err))
        return false;
    bool ok = !*found || read_offer(stmt, row, err);
    db_end(stmt);
    return ok;
}

bool ledger_offer_find(struct ledger *ledger, const struct id *offer_id,
        struct offer_row *row, bool *found, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_OFFER_FIND);
    db_bind_id(stmt, 1, offer_id);
    return one_offer(ledger, stmt, row, found, err);
}

bool ledger_offer_get(struct ledger *ledger, int64_t no, struct offer_row *row,
        bool *found, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_OFFER_GET);
    db_bind_int(stmt, 1, no);
    return one_offer(ledger, stmt, row, found, err);
}

bool ledger_offer_of_consent(struct ledger *ledger, int64_t consent, int64_t after,
        struct offer_row *row, bool *found, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_OFFER_OF_CONSENT);
    db_bind_int(stmt, 1, consent);
    db_bind_int(stmt, 2, after);
    return one_offer(ledger, stmt, row, found, err);
}

bool ledger_offer_of_referral(struct ledger *ledger, int64_t referral, int64_t after,
        struct offer_row *row, bool *found, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_OFFER_OF_REFERRAL);
    db_bind_int(stmt, 1, referral);
    db_bind_int(stmt, 2, after);
    return one_offer(ledger, stmt, row, found, err);
}

static bool any_other(struct ledger *ledger, enum ledger_statement sql,
        const struct offer_row *offer, bool *any, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, sql);
    db_bind_int(stmt, 1, offer->referral.no);
    db_bind_int(stmt, 2, offer->no);
    db_bind_int(stmt, 3, offer->at_ms);
    bool ok = db_row(ledger->db, stmt, any, err);
    db_end(stmt);
    return ok;
}

bool ledger_referral_since(struct ledger *ledger, const struct offer_row *offer,
        bool *since, struct err *err)
{
    return any_other(ledger, SQL_REFERRAL_SINCE, offer, since, err);
}

bool ledger_referral_stopped(struct ledger *ledger, const struct offer_row *offer,
        bool *stopped, struct err *err)
{
    return any_other(ledger, SQL_REFERRAL_STOPPED, offer, stopped, err);
}

bool ledger_offers_owed(struct ledger *ledger, int64_t consent, int64_t after,
        struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_OFFERS_OWED);
    db_bind_int(stmt, 1, consent);
    db_bind_int(stmt, 2, after);
    return db_do(ledger->db, stmt, NULL, err);
}

bool ledger_offer_due(struct ledger *ledger, int64_t now_ms, struct offer_row *row,
        bool *found, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_OFFER_DUE);
    db_bind_int(stmt, 1, now_ms);
    return one_offer(ledger, stmt, row, found, err);
}

bool ledger_offer_add(struct ledger *ledger, struct offer_row *row, struct span core,
        struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_OFFER_ADD);
    db_bind_id(stmt, 1, &row->offer_id);
    db_bind_int(stmt, 2, row->referral.no);
    db_bind_int(stmt, 3, row->place);
    db_bind_int(stmt, 4, row->sender);
    db_bind_int(stmt, 5, row->target);
    ledger_bind_ref(stmt, 6, row->consent);
    db_bind_int(stmt, 7, row->state);
    db_bind_int(stmt, 8, row->before_hold);
    db_bind_int(stmt, 9, (int64_t)row->version);
    db_bind_int(stmt, 10, row->info_rounds);
    db_bind_text(stmt, 11, vocab_code(VOCAB_URGENCY, row->urgency));
    db_bind_int(stmt, 12, row->depth);
    db_bind_int(stmt, 13, row->restored);
    db_bind_int(stmt, 14, row->event);
    db_bind_id(stmt, 15, &row->msg_id);
    db_bind_int(stmt, 16, row->at_ms);
    db_bind_int(stmt, 17, row->due_ms);
    db_bind_int(stmt, 18, row->limit_ms);
    db_bind_blob(stmt, 19, core);
    db_bind_int(stmt, 20, (int64_t)row->log_leaf);
    db_bind_text(stmt, 21, row->area);
    db_bind_int(stmt, 22, row->life_ms);
    if (!db_do(ledger->db, stmt, NULL, err))
        return false;
    row->no = db_last_rowid(ledger->db);
    return true;
}

bool ledger_offer_step(struct ledger *ledger, struct offer_row *row, bool *won,
        struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_OFFER_STEP);
    int64_t changed;

    db_bind_int(stmt, 1, row->no);
    db_bind_int(stmt, 2, (int64_t)row->version);
    db_bind_int(stmt, 3, row->state);
    db_bind_int(stmt, 4, row->before_hold);
    db_bind_int(stmt, 5, row->info_rounds);
    db_bind_int(stmt, 6, row->event);
    db_bind_id(stmt, 7, &row->msg_id);
    db_bind_int(stmt, 8, row->at_ms);
    db_bind_int(stmt, 9, row->due_ms);
    db_bind_int(stmt, 10, row->limit_ms);
    db_bind_int(stmt, 11, (int64_t)row->log_leaf);
    db_bind_int(stmt, 12, row->life_ms);
    if (!db_do(ledger->db, stmt, &changed, err))
        return false;
    *won = changed == 1;
    if (*won)
        row->version++;
    return true;
}

bool ledger_offer_restore(struct ledger *ledger, const struct offer_row *row,
        struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_OFFER_RESTORE);
    db_bind_int(stmt, 1, row->no);
    db_bind_int(stmt, 2, row->state);
    db_bind_int(stmt, 3, (int64_t)row->version);
    db_bind_int(stmt, 4, row->event);
    db_bind_id(stmt, 5, &row->msg_id);
    db_bind_int(stmt, 6, row->at_ms);
    db_bind_int(stmt, 7, row->due_ms);
    db_bind_int(stmt, 8, row->before_hold);
    db_bind_int(stmt, 9, row->info_rounds);
    db_bind_int(stmt, 10, row->depth);
    db_bind_text(stmt, 11, vocab_code(VOCAB_URGENCY, row->urgency));
    ledger_bind_ref(stmt, 12, row->consent);
    db_bind_int(stmt, 13, (int64_t)row->log_leaf);
    db_bind_int(stmt, 14, row->limit_ms);
    db_bind_int(stmt, 15, row->life_ms);
    return db_do(ledger->db, stmt, NULL, err);
}

bool ledger_offer_consent(struct ledger *ledger, const struct offer_row *row,
        struct span core, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_OFFER_CONSENT);
    db_bind_int(stmt, 1, row->no);
    ledger_bind_ref(stmt, 2, row->consent);
    db_bind_text(stmt, 3, vocab_code(VOCAB_URGENCY, row->urgency));
    db_bind_blob(stmt, 4, core);
    db_bind_text(stmt, 5, row->area);
    return db_do(ledger->db, stmt, NULL, err);
}

bool ledger_offer_due_at(struct ledger *ledger, int64_t no, int64_t due_ms,
        struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_OFFER_DUE_AT);
    db_bind_int(stmt, 1, no);
    db_bind_int(stmt, 2, due_ms);
    return db_do(ledger->db, stmt, NULL, err);
}

bool ledger_offers_of(struct ledger *ledger, uint32_t partner, int64_t due_ms,
        struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_OFFERS_OF);
    db_bind_int(stmt, 1, partner);
    db_bind_int(stmt, 2, due_ms);
    return db_do(ledger->db, stmt, NULL, err);
}

bool ledger_offer_core(struct ledger *ledger, int64_t no, struct arena *arena,
        struct span *core, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_OFFER_CORE);
    struct span out = {NULL, 0};
    bool row;

    db_bind_int(stmt, 1, no);
    if (!db_row(ledger->db, stmt, &row, err))
        return false;
    bool ok = !row || ledger_copy(stmt, 0, arena, &out, err);
    db_end(stmt);
    if (ok)
        *core = out;
    return ok;
}

bool ledger_offer_party(struct ledger *ledger, int64_t consent, uint32_t partner,
        const struct offer_list *list, bool *found, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_OFFER_PARTY);
    db_bind_int(stmt, 1, consent);
    db_bind_int(stmt, 2, partner);
    db_bind_int(stmt, 3, list->referral);
    db_bind_int(stmt, 4, list->before);
    bool ok = db_row(ledger->db, stmt, found, err);
    db_end(stmt);
    return ok;
}

bool ledger_offer_read(struct ledger *ledger, const struct offer_row *offer,
        enum letter_type type, bool *found, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_OFFER_READ);
    db_bind_int(stmt, 1, offer->consent);
    db_bind_int(stmt, 2, offer->target);
    db_bind_int(stmt, 3, type);
    db_bind_int(stmt, 4, offer->no);
    bool ok = db_row(ledger->db, stmt, found, err);
    db_end(stmt);
    return ok;
}

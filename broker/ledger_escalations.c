/* ledger_escalations.c - referrals that are stuck, and who was told of them, in the
 * ledger. */
#include <stdio.h>

#include "broker/ledger_sql.h"
#include "core/vocab.h"

static bool read_escalation(struct sqlite3_stmt *stmt, struct escalation_row *row,
        struct err *err)
{
    struct escalation_row out = {
            .no = db_int(stmt, 0),
            .referral = db_int(stmt, 2),
            .offer = db_int(stmt, 3),
            .cause = vocab_find(VOCAB_ESCALATION_CAUSE, db_text(stmt, 4)),
            .urgency = vocab_find(VOCAB_URGENCY, db_text(stmt, 6)),
            .since_ms = db_int(stmt, 7),
            .at_ms = db_int(stmt, 8),
            .due_ms = db_int(stmt, 9),
            .look_ms = db_int(stmt, 10),
            .gap = db_int(stmt, 11) != 0,
            .closed = db_int(stmt, 12) != 0,
            .sender = (uint32_t)db_int(stmt, 14),
            .target = (uint32_t)db_int(stmt, 15),
    };

    snprintf(out.area, sizeof out.area, "%s", db_text(stmt, 5));
    if (!db_id(stmt, 1, &out.escalation_id, err) ||
            !db_id(stmt, 13, &out.referral_id, err))
        return false;
    *row = out;
    return true;
}

static bool one_escalation(struct ledger *ledger, struct sqlite3_stmt *stmt,
        struct escalation_row *row, bool *found, struct err *err)
{
    if (!db_row(ledger->db, stmt, found, err))
        return false;
    bool ok = !*found || read_escalation(stmt, row, err);
    db_end(stmt);
    return ok;
}

bool ledger_escalation_find(struct ledger *ledger, const struct id *escalation_id,
        struct escalation_row *row, bool *found, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_ESCALATION_FIND);
    db_bind_id(stmt, 1, escalation_id);
    return one_escalation(ledger, stmt, row, found, err);
}

bool ledger_escalation_open(struct ledger *ledger, int64_t referral, int64_t after,
        struct escalation_row *row, bool *found, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_ESCALATION_OPEN);
    db_bind_int(stmt, 1, referral);
    db_bind_int(stmt, 2, after);
    return one_escalation(ledger, stmt, row, found, err);
}

bool ledger_escalation_gap(struct ledger *ledger, int64_t after,
        struct escalation_row *row, bool *found, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_ESCALATION_GAP);
    db_bind_int(stmt, 1, after);
    return one_escalation(ledger, stmt, row, found, err);
}

bool ledger_escalation_look(struct ledger *ledger, int64_t now_ms,
        struct escalation_row *row, bool *found, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_ESCALATION_LOOK);
    db_bind_int(stmt, 1, now_ms);
    return one_escalation(ledger, stmt, row, found, err);
}

bool ledger_escalation_put(struct ledger *ledger, struct escalation_row *row,
        struct err *err)
{
    struct sqlite3_stmt *stmt =
            db_use(ledger->db, row->no == 0 ? SQL_ESCALATION_ADD : SQL_ESCALATION_SET);
    if (row->no == 0) {
        db_bind_id(stmt, 1, &row->escalation_id);
        db_bind_int(stmt, 8, row->referral);
        db_bind_int(stmt, 9, row->offer);
        db_bind_text(stmt, 10, vocab_code(VOCAB_ESCALATION_CAUSE, row->cause));
        db_bind_text(stmt, 11, row->area);
        db_bind_text(stmt, 12, vocab_code(VOCAB_URGENCY, row->urgency));
    } else {
        db_bind_int(stmt, 1, row->no);
    }
    db_bind_int(stmt, 2, row->since_ms);
    db_bind_int(stmt, 3, row->at_ms);
    db_bind_int(stmt, 4, row->due_ms);
    db_bind_int(stmt, 5, row->look_ms);
    db_bind_int(stmt, 6, row->gap);
    db_bind_int(stmt, 7, row->closed);
    if (!db_do(ledger->db, stmt, NULL, err))
        return false;
    if (row->no == 0)
        row->no = db_last_rowid(ledger->db);
    return true;
}

bool ledger_escalations_look(struct ledger *ledger, int64_t look_ms, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_ESCALATIONS_LOOK);
    db_bind_int(stmt, 1, look_ms);
    return db_do(ledger->db, stmt, NULL, err);
}

bool ledger_escalation_told(struct ledger *ledger, int64_t no, uint32_t partner,
        bool *first, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_ESCALATION_TOLD);
    int64_t changed;

    db_bind_int(stmt, 1, no);
    db_bind_int(stmt, 2, partner);
    if (!db_do(ledger->db, stmt, &changed, err))
        return false;
    *first = changed == 1;
    return true;
}

bool ledger_escalation_untold(struct ledger *ledger, int64_t no, uint32_t partner,
        struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_ESCALATION_UNTOLD);

    db_bind_int(stmt, 1, no);
    db_bind_int(stmt, 2, partner);
    return db_do(ledger->db, stmt, NULL, err);
}

bool ledger_escalation_reader(struct ledger *ledger, int64_t no, uint32_t after,
        uint32_t *partner, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_ESCALATION_READER);
    bool row;

    db_bind_int(stmt, 1, no);
    db_bind_int(stmt, 2, after);
    if (!db_row(ledger->db, stmt, &row, err))
        return false;
    *partner = row ? (uint32_t)db_int(stmt, 0) : 0;
    db_end(stmt);
    return true;
}

static bool is_there(struct ledger *ledger, struct sqlite3_stmt *stmt, bool *there,
        struct err *err)
{
    bool row;

    if (!db_row(ledger->db, stmt, &row, err))
        return false;
    *there = row;
    db_end(stmt);
    return true;
}

bool ledger_escalation_was_told(struct ledger *ledger, int64_t referral,
        uint32_t partner, bool *told, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_ESCALATION_WAS_TOLD);

    db_bind_int(stmt, 1, referral);
    db_bind_int(stmt, 2, partner);
    return is_there(ledger, stmt, told, err);
}

bool ledger_escalation_proposed(struct ledger *ledger, int64_t referral,
        uint32_t partner, int64_t letter, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_ESCALATION_PROPOSED);

    db_bind_int(stmt, 1, referral);
    db_bind_int(stmt, 2, partner);
    db_bind_int(stmt, 3, letter);
    return db_do(ledger->db, stmt, NULL, err);
}

bool ledger_escalation_proposal(struct ledger *ledger, int64_t referral, bool *waits,
        struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_ESCALATION_PROPOSAL);

    db_bind_int(stmt, 1, referral);
    db_bind_int(stmt, 2, LETTER_TYPE_PROPOSAL);
    db_bind_int(stmt, 3, LETTER_WAITING);
    db_bind_int(stmt, 4, LETTER_HANDED);
    return is_there(ledger, stmt, waits, err);
}

bool ledger_escalation_counts(struct ledger *ledger, int64_t *n_open, int64_t *n_gaps,
        struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_ESCALATION_COUNTS);
    bool row;

    if (!db_row(ledger->db, stmt, &row, err))
        return false;
    *n_open = row ? db_int(stmt, 0) : 0;
    *n_gaps = row ? db_int(stmt, 1) : 0;
    db_end(stmt);
    return true;
}

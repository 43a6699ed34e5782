/* ledger_mail.c - mailboxes, in the ledger. */
#include "broker/ledger_sql.h"

bool ledger_mail_add(struct ledger *ledger, const struct mail_row *row, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_MAIL_ADD);
    db_bind_int(stmt, 1, row->partner);
    db_bind_int(stmt, 2, row->priority);
    db_bind_int(stmt, 3, (int64_t)row->mail_id);
    db_bind_int(stmt, 4, row->kind);
    db_bind_int(stmt, 5, row->ref);
    db_bind_int(stmt, 6, row->size);
    db_bind_blob(stmt, 7, row->bytes);
    ledger_bind_ref(stmt, 8, (int64_t)row->log_leaf);
    return db_do(ledger->db, stmt, NULL, err);
}

bool ledger_mail_fill(struct ledger *ledger, const struct mail_row *row,
        struct span status, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_MAIL_FILL);
    db_bind_int(stmt, 1, row->partner);
    db_bind_int(stmt, 2, row->priority);
    db_bind_int(stmt, 3, (int64_t)row->mail_id);
    db_bind_blob(stmt, 4, status);
    return db_do(ledger->db, stmt, NULL, err);
}

bool ledger_mail_there(struct ledger *ledger, uint32_t partner, uint32_t priority,
        uint64_t mail_id, bool *there, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_MAIL_THERE);

    db_bind_int(stmt, 1, partner);
    db_bind_int(stmt, 2, priority);
    db_bind_int(stmt, 3, (int64_t)mail_id);
    bool ok = db_row(ledger->db, stmt, there, err);
    db_end(stmt);
    return ok;
}

bool ledger_mail_drop(struct ledger *ledger, uint32_t partner, uint32_t priority,
        uint64_t mail_id, bool *dropped, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_MAIL_DROP);
    int64_t changed;

    db_bind_int(stmt, 1, partner);
    db_bind_int(stmt, 2, priority);
    db_bind_int(stmt, 3, (int64_t)mail_id);
    if (!db_do(ledger->db, stmt, &changed, err))
        return false;
    *dropped = changed == 1;
    return true;
}

enum { FACTS_LETTER_AT = 18 };

static bool read_facts(struct sqlite3_stmt *stmt, uint32_t partner, uint32_t priority,
        struct arena *arena, struct mail_facts *facts, struct err *err)
{
    struct mail_facts out = {
            .mail =
                    {
                           .partner = partner,
                           .priority = priority,
                           .mail_id = (uint64_t)db_int(stmt, 0),
                           .kind = (enum mail_kind)db_int(stmt, 1),
                           .ref = db_int(stmt, 2),
                           .size = db_int(stmt, 3),
                           .log_leaf = (uint64_t)db_int(stmt, 17),
                           },
            .withdrawn = db_int(stmt, 7) != 0,
            .conflict = db_int(stmt, 8) != 0,
            .confirmed = db_int(stmt, 9) != 0,
            .collector = (uint32_t)db_int(stmt, 11),
            .offer_state = (enum offer_state)db_int(stmt, 12),
            .offer_sender = (uint32_t)db_int(stmt, 13),
            .offer_target = (uint32_t)db_int(stmt, 14),
            .offer_depth = (uint32_t)db_int(stmt, 15),
            .offer_restored = db_int(stmt, 16) != 0,
    };

    if (!ledger_copy(stmt, 4, arena, &out.mail.bytes, err) ||
            !ledger_copy(stmt, 5, arena, &out.sealed, err) ||
            !ledger_copy(stmt, 6, arena, &out.consent, err))
        return false;
    if (out.consent.len > 0 &&
            !db_fixed(stmt, 10, out.consent_hash.b, sizeof out.consent_hash.b, err))
        return false;
    if (out.mail.kind == MAIL_LETTER &&
            !ledger_read_letter(stmt, FACTS_LETTER_AT, &out.letter, err))
        return false;
    *facts = out;
    return true;
}

bool ledger_mail_next(struct ledger *ledger, uint32_t partner, uint32_t priority,
        uint64_t after, struct arena *arena, struct mail_facts *facts, bool *found,
        struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_MAIL_NEXT);
    db_bind_int(stmt, 1, partner);
    db_bind_int(stmt, 2, priority);
    db_bind_int(stmt, 3, (int64_t)after);
    if (!db_row(ledger->db, stmt, found, err))
        return false;
    bool ok = !*found || read_facts(stmt, partner, priority, arena, facts, err);
    db_end(stmt);
    return ok;
}

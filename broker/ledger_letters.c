/* ledger_letters.c - letters: taken, handed over, ended. */
#include "broker/ledger_sql.h"

#include <stdio.h>

_Static_assert(LETTER_LODGED == 1 && LETTER_WAITING == 2 && LETTER_HANDED == 3 &&
                       LETTER_REFUSED == 5 && LETTER_PROCESSED == 6 &&
                       LETTER_FAILED == 7 && LETTER_EXPIRED == 8 &&
                       LETTER_RECALLED == 9 && LETTER_TYPE_CONTENT == 2,
        "the states of a letter have these numbers in SQL");
_Static_assert(MAIL_LETTER == 1, "a letter in a mailbox has this number in SQL");
_Static_assert(LEDGER_OWED_MS == 1, "what is owed has this time in SQL");

bool ledger_letter_live(const struct letter_row *row)
{
    return row->state <= LETTER_DELIVERED;
}

bool ledger_read_letter(struct sqlite3_stmt *stmt, int at, struct letter_row *row,
        struct err *err)
{
    struct letter_row out = {
            .no = db_int(stmt, at),
            .sender = (uint32_t)db_int(stmt, at + 2),
            .recipient = (uint32_t)db_int(stmt, at + 3),
            .state = (enum letter_state)db_int(stmt, at + 6),
            .type = (enum letter_type)db_int(stmt, at + 7),
            .priority = (uint32_t)db_int(stmt, at + 8),
            .offer = db_int(stmt, at + 9),
            .consent = db_int(stmt, at + 10),
            .size = db_int(stmt, at + 11),
            .at_ms = db_int(stmt, at + 13),
            .expires_ms = db_int(stmt, at + 14),
            .check_ms = db_int(stmt, at + 15),
            .mail_id = (uint64_t)db_int(stmt, at + 16),
            .log_leaf = (uint64_t)db_int(stmt, at + 17),
            .last_leaf = (uint64_t)db_int(stmt, at + 18),
    };

    if (!db_id(stmt, at + 1, &out.msg_id, err) ||
            !db_fixed(stmt, at + 4, out.hash.b, sizeof out.hash.b, err) ||
            !db_fixed(stmt, at + 5, out.core_hash.b, sizeof out.core_hash.b, err))
        return false;
    snprintf(out.code, sizeof out.code, "%s", db_text(stmt, at + 12));
    *row = out;
    return true;
}

static bool one_letter(struct ledger *ledger, struct sqlite3_stmt *stmt,
        struct letter_row *row, bool *found, struct err *err)
{
    if (!db_row(ledger->db, stmt, found, err))
        return false;
    bool ok = !*found || ledger_read_letter(stmt, 0, row, err);
    db_end(stmt);
    return ok;
}

bool ledger_letter_find(struct ledger *ledger, const struct id *msg_id, uint32_t sender,
        struct letter_row *row, bool *found, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_LETTER_FIND);
    db_bind_id(stmt, 1, msg_id);
    db_bind_int(stmt, 2, sender);
    return one_letter(ledger, stmt, row, found, err);
}

bool ledger_letter_get(struct ledger *ledger, int64_t no, struct letter_row *row,
        bool *found, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_LETTER_GET);
    db_bind_int(stmt, 1, no);
    return one_letter(ledger, stmt, row, found, err);
}

bool ledger_letter_of_offer(struct ledger *ledger, int64_t offer, int64_t after,
        struct letter_row *row, bool *found, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_LETTER_OF_OFFER);
    db_bind_int(stmt, 1, offer);
    db_bind_int(stmt, 2, after);
    return one_letter(ledger, stmt, row, found, err);
}

bool ledger_letter_of_consent(struct ledger *ledger, int64_t consent, int64_t after,
        struct letter_row *row, bool *found, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_LETTER_OF_CONSENT);
    db_bind_int(stmt, 1, consent);
    db_bind_int(stmt, 2, after);
    return one_letter(ledger, stmt, row, found, err);
}

static bool letters_owed(struct ledger *ledger, enum ledger_statement sql, int64_t of,
        int64_t after, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, sql);
    db_bind_int(stmt, 1, of);
    db_bind_int(stmt, 2, after);
    return db_do(ledger->db, stmt, NULL, err);
}

bool ledger_letters_owed(struct ledger *ledger, int64_t consent, int64_t after,
        struct err *err)
{
    return letters_owed(ledger, SQL_LETTERS_OWED, consent, after, err);
}

bool ledger_letters_of_offer_owed(struct ledger *ledger, int64_t offer, int64_t after,
        struct err *err)
{
    return letters_owed(ledger, SQL_LETTERS_OF_OFFER_OWED, offer, after, err);
}

bool ledger_letter_due(struct ledger *ledger, int64_t now_ms, struct letter_row *row,
        bool *found, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_LETTER_DUE);
    db_bind_int(stmt, 1, now_ms);
    return one_letter(ledger, stmt, row, found, err);
}

/* ---- sealed bytes ---- */

static bool drop_sealed(struct ledger *ledger, int64_t letter, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_SEALED_DROP);
    db_bind_int(stmt, 1, letter);
    return db_do(ledger->db, stmt, NULL, err);
}

bool ledger_letter_sealed(struct ledger *ledger, int64_t no, struct arena *arena,
        struct span *bytes, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_SEALED_GET);
    struct span out = {NULL, 0};
    bool row;

    db_bind_int(stmt, 1, no);
    if (!db_row(ledger->db, stmt, &row, err))
        return false;
    bool ok = !row || ledger_copy(stmt, 0, arena, &out, err);
    db_end(stmt);
    if (ok)
        *bytes = out;
    return ok;
}

/* ---- changes ---- */

bool ledger_letter_add(struct ledger *ledger, struct letter_row *row,
        struct span sealed, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_LETTER_ADD);
    db_bind_id(stmt, 1, &row->msg_id);
    db_bind_int(stmt, 2, row->sender);
    db_bind_int(stmt, 3, row->recipient);
    db_bind_blob(stmt, 4, SPAN_OF(row->hash));
    db_bind_blob(stmt, 5, SPAN_OF(row->core_hash));
    db_bind_int(stmt, 6, row->state);
    db_bind_int(stmt, 7, row->type);
    db_bind_int(stmt, 8, row->priority);
    ledger_bind_ref(stmt, 9, row->offer);
    ledger_bind_ref(stmt, 10, row->consent);
    db_bind_int(stmt, 11, row->size);
    db_bind_text(stmt, 12, row->code);
    db_bind_int(stmt, 13, row->at_ms);
    db_bind_int(stmt, 14, row->expires_ms);
    db_bind_int(stmt, 15, row->check_ms);
    db_bind_int(stmt, 16, (int64_t)row->mail_id);
    db_bind_int(stmt, 17, ledger_letter_live(row));
    db_bind_int(stmt, 18, (int64_t)row->log_leaf);
    if (!db_do(ledger->db, stmt, NULL, err))
        return false;
    int64_t no = db_last_rowid(ledger->db);
    if (sealed.len > 0) {
        stmt = db_use(ledger->db, SQL_SEALED_ADD);
        db_bind_int(stmt, 1, no);
        db_bind_blob(stmt, 2, sealed);
        if (!db_do(ledger->db, stmt, NULL, err))
            return false;
    }
    row->no = no;
    return true;
}

bool ledger_letter_mail(struct ledger *ledger, int64_t no, uint64_t mail_id,
        struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_LETTER_MAIL);
    db_bind_int(stmt, 1, no);
    db_bind_int(stmt, 2, (int64_t)mail_id);
    return db_do(ledger->db, stmt, NULL, err);
}

static bool set_state(struct ledger *ledger, int64_t no, enum letter_state state,
        uint64_t last_leaf, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_LETTER_STATE);
    db_bind_int(stmt, 1, no);
    db_bind_int(stmt, 2, state);
    db_bind_int(stmt, 3, (int64_t)last_leaf);
    return db_do(ledger->db, stmt, NULL, err);
}

bool ledger_letter_handed(struct ledger *ledger, int64_t no, uint64_t last_leaf,
        struct err *err)
{
    return set_state(ledger, no, LETTER_HANDED, last_leaf, err);
}

/* Letters in these states lie in their recipient's mailbox. */
static bool drop_mail(struct ledger *ledger, const struct letter_row *row,
        struct err *err)
{
    bool dropped;
    if (row->state != LETTER_WAITING && row->state != LETTER_HANDED)
        return true;
    return ledger_mail_drop(ledger, row->recipient, row->priority, row->mail_id,
            &dropped, err);
}

bool ledger_letter_delivered(struct ledger *ledger, const struct letter_row *row,
        struct err *err)
{
    return set_state(ledger, row->no, LETTER_DELIVERED, row->last_leaf, err) &&
           drop_sealed(ledger, row->no, err) && drop_mail(ledger, row, err);
}

bool ledger_letter_check(struct ledger *ledger, int64_t no, int64_t check_ms,
        struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_LETTER_CHECK);
    db_bind_int(stmt, 1, no);
    db_bind_int(stmt, 2, check_ms);
    return db_do(ledger->db, stmt, NULL, err);
}

bool ledger_letter_end(struct ledger *ledger, const struct letter_row *row,
        enum letter_state state, const char *code, int64_t now_ms, struct span receipt,
        struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_LETTER_END);
    db_bind_int(stmt, 1, row->no);
    db_bind_int(stmt, 2, state);
    db_bind_text(stmt, 3, code);
    db_bind_int(stmt, 4, now_ms);
    db_bind_blob(stmt, 5, receipt);
    db_bind_int(stmt, 6, (int64_t)row->last_leaf);
    if (!db_do(ledger->db, stmt, NULL, err))
        return false;
    if (row->state != LETTER_DELIVERED && !drop_sealed(ledger, row->no, err))
        return false;
    return drop_mail(ledger, row, err);
}

bool ledger_letter_receipt(struct ledger *ledger, int64_t no, struct arena *arena,
        struct span *receipt, int64_t *end_ms, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_LETTER_RECEIPT);
    struct span out = {NULL, 0};
    bool row;

    db_bind_int(stmt, 1, no);
    if (!db_row(ledger->db, stmt, &row, err))
        return false;
    bool ok = !row || ledger_copy(stmt, 0, arena, &out, err);
    int64_t at_ms = row ? db_int(stmt, 1) : 0;
    db_end(stmt);
    if (!ok)
        return false;
    *receipt = out;
    *end_ms = at_ms;
    return true;
}

bool ledger_letter_late(struct ledger *ledger, int64_t no, struct span receipt,
        uint64_t last_leaf, bool *first, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_LETTER_LATE);
    int64_t changed;

    db_bind_int(stmt, 1, no);
    db_bind_blob(stmt, 2, receipt);
    db_bind_int(stmt, 3, (int64_t)last_leaf);
    if (!db_do(ledger->db, stmt, &changed, err))
        return false;
    *first = changed == 1;
    return true;
}

bool ledger_late_erased(struct ledger *ledger, const struct id *msg_id, uint32_t sender,
        uint32_t reader, bool kept, int64_t now_ms, bool *first, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_LATE_ERASED);
    int64_t changed;

    db_bind_id(stmt, 1, msg_id);
    db_bind_int(stmt, 2, sender);
    db_bind_int(stmt, 3, kept ? 1 : 2);
    db_bind_int(stmt, 4, now_ms);
    db_bind_int(stmt, 5, reader);
    if (!db_do(ledger->db, stmt, &changed, err))
        return false;
    *first = changed == 1;
    return true;
}

bool ledger_late_erased_purge(struct ledger *ledger, int64_t before_ms, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_LATE_ERASED_PURGE);
    db_bind_int(stmt, 1, before_ms);
    return db_do(ledger->db, stmt, NULL, err);
}

bool ledger_letter_erased(struct ledger *ledger, int64_t no, bool kept, bool *first,
        struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_LETTER_ERASED);
    int64_t changed;

    db_bind_int(stmt, 1, no);
    db_bind_int(stmt, 2, kept ? 1 : 2);
    if (!db_do(ledger->db, stmt, &changed, err))
        return false;
    *first = changed == 1;
    return true;
}

bool ledger_letter_told(struct ledger *ledger, int64_t no, uint64_t mail_id,
        struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_LETTER_TOLD);
    db_bind_int(stmt, 1, no);
    db_bind_int(stmt, 2, (int64_t)mail_id);
    return db_do(ledger->db, stmt, NULL, err);
}

static bool drop_letter(struct ledger *ledger, int64_t no, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_LETTER_DROP);
    db_bind_int(stmt, 1, no);
    return db_do(ledger->db, stmt, NULL, err);
}

/* The next letter after *at; *young: there is none, or it came too lately, and so did
 * all after it, for numbers are given in the order of time. */
static bool purge_one(struct ledger *ledger, const struct ledger_purge *purge,
        int64_t *at, bool *young, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_LETTER_OLD);
    bool row;

    db_bind_int(stmt, 1, *at);
    if (!db_row(ledger->db, stmt, &row, err))
        return false;
    *young = !row || db_int(stmt, 1) >= purge->before_ms;
    if (*young) {
        db_end(stmt);
        return true;
    }
    int64_t no = db_int(stmt, 0), state = db_int(stmt, 2);
    /* A content that nobody could read may be sealed again as long as its offer lives:
     * its sender may be away for longer than letters are kept. */
    bool wanted = db_int(stmt, 5) != 0;
    bool ended = state > LETTER_DELIVERED && db_int(stmt, 3) < purge->now_ms && !wanted;
    uint32_t sender = (uint32_t)db_int(stmt, 4);
    db_end(stmt);
    *at = no;
    if (ended && state == LETTER_REFUSED && purge->on_refused != NULL &&
            !purge->on_refused(purge->self, sender))
        return err_set(err, ERR_NOMEM, "no memory to forget refused letters");
    return !ended || drop_letter(ledger, no, err);
}

bool ledger_letter_purge(struct ledger *ledger, const struct ledger_purge *purge,
        int64_t *cursor, struct err *err)
{
    int64_t at = *cursor;
    bool young = false;

    for (size_t i = 0; i < purge->limit && !young; i++)
        if (!purge_one(ledger, purge, &at, &young, err))
            return false;
    *cursor = young ? 0 : at;
    return true;
}

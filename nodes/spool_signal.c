/* spool_signal.c - where needs-signals stand. */
#include "nodes/spool_signal.h"

#include "core/vocab.h"
#include "nodes/spool_inner.h"

_Static_assert(SIGNAL_STATE_RAISED == 1 && SIGNAL_STATE_LINKED == 4 &&
                       SIGNAL_STATE_CLOSED == 9 && SIGNAL_STATE_ERASED == 10,
        "the states of a signal have these numbers in SQL");

/* ------------------------------------------------------------- signals */

static void bind_signal(struct sqlite3_stmt *stmt, const struct spool_signal *signal)
{
    db_bind_int(stmt, 1, (int64_t)signal->case_number);
    db_bind_int(stmt, 2, signal->ours);
    db_bind_int(stmt, 3, signal->state);
    db_bind_int(stmt, 4, signal->outcome);
    db_bind_int(stmt, 5, signal->reason);
    db_bind_int(stmt, 6, signal->call);
    db_bind_text(stmt, 7, signal->decider);
    db_bind_id(stmt, 8, &signal->story);
    db_bind_int(stmt, 9, (int64_t)signal->referral);
    db_bind_int(stmt, 10, signal->told);
    db_bind_int(stmt, 11, signal->reminded);
    db_bind_int(stmt, 12, signal->late);
    db_bind_int(stmt, 13, signal->raised_ms);
    db_bind_int(stmt, 14, signal->due_ms);
    db_bind_int(stmt, 15, signal->answer_due_ms);
    db_bind_int(stmt, 16, signal->triaged_ms);
    db_bind_int(stmt, 17, signal->contact_ms);
    db_bind_int(stmt, 18, signal->referred_ms);
    db_bind_int(stmt, 19, signal->helped_ms);
    db_bind_int(stmt, 20, signal->decided_ms);
    db_bind_int(stmt, 21, signal->closed_ms);
}

bool spool_put_signal(struct db *db, const struct spool_signal *signal, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_SIGNAL_PUT);
    bind_signal(stmt, signal);
    db_bind_int(stmt, 22, signal->consented);
    return db_do(db, stmt, NULL, err);
}

bool spool_save_signal(struct db *db, const struct spool_signal *signal,
        struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_SIGNAL_SAVE);
    bind_signal(stmt, signal);
    return db_do(db, stmt, NULL, err);
}

static bool read_signal(struct sqlite3_stmt *stmt, struct spool_signal *signal,
        struct err *err)
{
    struct spool_signal got = {
            .case_number = (uint64_t)db_int(stmt, 0),
            .ours = db_int(stmt, 1) != 0,
            .state = (uint16_t)db_int(stmt, 2),
            .outcome = (uint16_t)db_int(stmt, 3),
            .reason = (uint16_t)db_int(stmt, 4),
            .call = (uint16_t)db_int(stmt, 5),
            .referral = (uint64_t)db_int(stmt, 8),
            .told = (uint16_t)db_int(stmt, 9),
            .reminded = db_int(stmt, 10) != 0,
            .late = db_int(stmt, 11) != 0,
            .raised_ms = db_int(stmt, 12),
            .due_ms = db_int(stmt, 13),
            .answer_due_ms = db_int(stmt, 14),
            .triaged_ms = db_int(stmt, 15),
            .contact_ms = db_int(stmt, 16),
            .referred_ms = db_int(stmt, 17),
            .helped_ms = db_int(stmt, 18),
            .decided_ms = db_int(stmt, 19),
            .closed_ms = db_int(stmt, 20),
            .consented = db_int(stmt, 21) != 0,
    };
    spool_text(stmt, 6, got.decider, sizeof got.decider);
    if (!db_id(stmt, 7, &got.story, err))
        return false;
    *signal = got;
    return true;
}

static bool take_signal(struct db *db, struct sqlite3_stmt *stmt, bool *found,
        struct spool_signal *signal, struct err *err)
{
    bool ok =
            db_row(db, stmt, found, err) && (!*found || read_signal(stmt, signal, err));
    db_end(stmt);
    return ok;
}

bool spool_get_signal(struct db *db, uint64_t case_number, bool *found,
        struct spool_signal *signal, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_SIGNAL_GET);
    db_bind_int(stmt, 1, (int64_t)case_number);
    return take_signal(db, stmt, found, signal, err);
}

bool spool_signal_after(struct db *db, uint64_t after, bool in, bool *found,
        struct spool_signal *signal, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_SIGNAL_AFTER);
    db_bind_int(stmt, 1, (int64_t)after);
    db_bind_int(stmt, 2, in);
    return take_signal(db, stmt, found, signal, err);
}

bool spool_signal_awaited(struct db *db, bool *found, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_SIGNAL_AWAITED);
    bool ok = db_row(db, stmt, found, err);
    db_end(stmt);
    return ok;
}

bool spool_signal_waiting(struct db *db, int64_t now_ms, bool *found,
        struct spool_signal *signal, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_SIGNAL_WAITING);
    db_bind_int(stmt, 1, now_ms);
    return take_signal(db, stmt, found, signal, err);
}

bool spool_signal_unanswered(struct db *db, int64_t now_ms, bool *found,
        struct spool_signal *signal, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_SIGNAL_UNANSWERED);
    db_bind_int(stmt, 1, now_ms);
    return take_signal(db, stmt, found, signal, err);
}

bool spool_signal_old(struct db *db, int64_t raised_ms, bool *found,
        struct spool_signal *signal, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_SIGNAL_OLD);
    db_bind_int(stmt, 1, raised_ms);
    return take_signal(db, stmt, found, signal, err);
}

bool spool_signal_rested(struct db *db, int64_t decided_ms, bool *found,
        struct spool_signal *signal, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_SIGNAL_RESTED);
    db_bind_int(stmt, 1, decided_ms);
    db_bind_int(stmt, 2, SIGNAL_STATE_CONVERTED);
    return take_signal(db, stmt, found, signal, err);
}

bool spool_signal_of_referral(struct db *db, uint64_t referral, uint64_t after,
        bool *found, struct spool_signal *signal, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_SIGNAL_OF_REFERRAL);
    db_bind_int(stmt, 1, (int64_t)referral);
    db_bind_int(stmt, 2, (int64_t)after);
    return take_signal(db, stmt, found, signal, err);
}

bool spool_signal_of_story(struct db *db, const struct id *story, uint64_t after,
        bool *found, struct spool_signal *signal, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_SIGNAL_STORY);
    db_bind_id(stmt, 1, story);
    db_bind_int(stmt, 2, (int64_t)after);
    return take_signal(db, stmt, found, signal, err);
}

bool spool_signal_sent(struct db *db, const struct id *story, const char *partner,
        bool *sent, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_SIGNAL_SENT);
    db_bind_id(stmt, 1, story);
    db_bind_text(stmt, 2, partner);
    bool ok = db_row(db, stmt, sent, err);
    db_end(stmt);
    return ok;
}

bool spool_rename_story(struct db *db, const struct id *story, const struct id *name,
        struct err *err)
{
    static const size_t RENAMES[] = {SPOOL_SIGNAL_RENAME, SPOOL_QUIET_RENAME};
    for (size_t i = 0; i < COUNT_OF(RENAMES); i++) {
        struct sqlite3_stmt *stmt = db_use(db, RENAMES[i]);
        db_bind_id(stmt, 1, story);
        db_bind_id(stmt, 2, name);
        if (!db_do(db, stmt, NULL, err))
            return false;
    }
    return true;
}

bool spool_signal_recent(struct db *db, int64_t since_ms, const char *area,
        uint64_t after, bool *found, struct spool_signal *signal, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_SIGNAL_RECENT);
    db_bind_int(stmt, 1, since_ms);
    db_bind_text(stmt, 2, area);
    db_bind_int(stmt, 3, (int64_t)after);
    return take_signal(db, stmt, found, signal, err);
}

bool spool_count_signals(struct db *db, int64_t now_ms, uint64_t *n_waiting,
        uint64_t *n_late, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_SIGNAL_COUNT);
    bool row;
    db_bind_int(stmt, 1, now_ms);
    bool ok = db_row(db, stmt, &row, err);
    if (ok && row) {
        *n_waiting = (uint64_t)db_int(stmt, 0);
        *n_late = (uint64_t)db_int(stmt, 1);
    }
    db_end(stmt);
    return ok;
}

/* spool_case.c - cases, as this node keeps them. */
#include "core/vocab.h"
#include "nodes/spool_inner.h"

_Static_assert(CASE_KIND_REFERRAL_OUT == 1 && CASE_KIND_REFERRAL_IN == 2 &&
                       CASE_KIND_SIGNAL_OUT == 3 && CASE_KIND_SIGNAL_IN == 4 &&
                       CASE_KIND_ESCALATION == 5,
        "the kinds of a case have these numbers in SQL");
_Static_assert(CASE_BOX_NEW == 1 && CASE_BOX_TO_DECIDE == 2 && CASE_BOX_RUNNING == 3 &&
                       CASE_BOX_CLOSED == 4 && CASE_BOX_SENT == 5,
        "the boxes have these numbers in SQL");
_Static_assert(URGENCY_CRISIS == 1 && URGENCY_URGENT == 2,
        "what is urgent has these numbers in SQL");

static bool read_case(struct sqlite3_stmt *stmt, struct spool_case *file,
        struct err *err)
{
    struct spool_case got = {
            .number = (uint64_t)db_int(stmt, 0),
            .kind = (enum case_kind)db_int(stmt, 1),
            .consent = (uint64_t)db_int(stmt, 6),
            .purpose = (uint16_t)db_int(stmt, 7),
            .urgency = (uint16_t)db_int(stmt, 8),
            .mode = (enum mode)db_int(stmt, 10),
            .preview = (uint64_t)db_int(stmt, 12),
            .content = (uint64_t)db_int(stmt, 13),
            .unread = db_int(stmt, 14) != 0,
            .stop_contact = db_int(stmt, 15) != 0,
            .confirmed = db_int(stmt, 16) != 0,
            .created_ms = db_int(stmt, 17),
            .updated_ms = db_int(stmt, 18),
            .retention = (uint16_t)db_int(stmt, 20),
            .erased_ms = db_int(stmt, 21),
            .cancelling = (uint64_t)db_int(stmt, 22),
    };
    spool_text(stmt, 2, got.other, sizeof got.other);
    spool_text(stmt, 3, got.on_behalf_of, sizeof got.on_behalf_of);
    spool_text(stmt, 9, got.area, sizeof got.area);
    if (!db_id(stmt, 4, &got.referral_id, err) ||
            !db_id(stmt, 5, &got.consent_id, err) ||
            (!db_is_null(stmt, 11) && !db_id(stmt, 11, &got.offer_id, err)) ||
            !spool_key_column(stmt, 19, &got.key, err))
        return false;
    *file = got;
    return true;
}

static bool take_case(struct db *db, struct sqlite3_stmt *stmt, bool *found,
        struct spool_case *file, struct err *err)
{
    bool ok = db_row(db, stmt, found, err) && (!*found || read_case(stmt, file, err));
    db_end(stmt);
    return ok;
}

static void bind_id_or_null(struct sqlite3_stmt *stmt, int at, const struct id *id)
{
    if (id_is_none(id))
        db_bind_null(stmt, at);
    else
        db_bind_id(stmt, at, id);
}

bool spool_next_case(struct db *db, uint64_t *number, struct err *err)
{
    return spool_number(db, db_use(db, SPOOL_CASE_NEXT), number, err);
}

bool spool_add_case(struct db *db, const struct spool_case *file, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_CASE_ADD);
    db_bind_int(stmt, 1, (int64_t)file->number);
    db_bind_int(stmt, 2, (int64_t)file->kind);
    db_bind_text(stmt, 3, file->other);
    db_bind_text(stmt, 4, file->on_behalf_of);
    db_bind_id(stmt, 5, &file->referral_id);
    db_bind_id(stmt, 6, &file->consent_id);
    db_bind_int(stmt, 7, (int64_t)file->consent);
    db_bind_int(stmt, 8, file->purpose);
    db_bind_int(stmt, 9, file->urgency);
    db_bind_text(stmt, 10, file->area);
    db_bind_int(stmt, 11, (int64_t)file->mode);
    bind_id_or_null(stmt, 12, &file->offer_id);
    db_bind_int(stmt, 13, (int64_t)file->preview);
    db_bind_int(stmt, 14, (int64_t)file->content);
    db_bind_int(stmt, 15, file->unread);
    db_bind_int(stmt, 16, file->stop_contact);
    db_bind_int(stmt, 17, file->confirmed);
    db_bind_int(stmt, 18, file->created_ms);
    db_bind_int(stmt, 19, file->updated_ms);
    spool_bind_key(stmt, 20, &file->key);
    db_bind_int(stmt, 21, file->retention);
    db_bind_int(stmt, 22, file->erased_ms);
    db_bind_int(stmt, 23, (int64_t)file->cancelling);
    return db_do(db, stmt, NULL, err);
}

bool spool_save_case(struct db *db, const struct spool_case *file, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_CASE_SAVE);
    db_bind_int(stmt, 1, (int64_t)file->number);
    db_bind_text(stmt, 2, file->other);
    db_bind_text(stmt, 3, file->on_behalf_of);
    bind_id_or_null(stmt, 4, &file->offer_id);
    db_bind_int(stmt, 5, (int64_t)file->preview);
    db_bind_int(stmt, 6, (int64_t)file->content);
    db_bind_int(stmt, 7, file->unread);
    db_bind_int(stmt, 8, file->stop_contact);
    db_bind_int(stmt, 9, file->confirmed);
    db_bind_int(stmt, 10, file->updated_ms);
    spool_bind_key(stmt, 11, &file->key);
    db_bind_id(stmt, 12, &file->consent_id);
    db_bind_int(stmt, 13, (int64_t)file->consent);
    db_bind_int(stmt, 14, file->retention);
    db_bind_int(stmt, 15, (int64_t)file->mode);
    db_bind_int(stmt, 16, file->erased_ms);
    db_bind_int(stmt, 17, file->purpose);
    db_bind_int(stmt, 18, file->urgency);
    db_bind_text(stmt, 19, file->area);
    db_bind_int(stmt, 20, (int64_t)file->cancelling);
    return db_do(db, stmt, NULL, err);
}

bool spool_get_case(struct db *db, uint64_t number, bool *found,
        struct spool_case *file, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_CASE_GET);
    db_bind_int(stmt, 1, (int64_t)number);
    return take_case(db, stmt, found, file, err);
}

static bool take_cases(struct db *db, struct sqlite3_stmt *stmt,
        struct spool_case *files, size_t max, size_t *n_files, struct err *err)
{
    struct db_rows rows = db_rows(db, stmt, max);
    while (db_next(&rows, err))
        rows.ok = read_case(stmt, &files[rows.at], err);
    return db_rows_end(&rows, n_files);
}

bool spool_cases(struct db *db, enum case_box box, uint64_t after,
        struct spool_case *files, size_t max, size_t *n_files, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_CASE_LIST);
    db_bind_int(stmt, 1, (int64_t)box);
    db_bind_int(stmt, 2, (int64_t)after);
    db_bind_int(stmt, 3, (int64_t)max);
    return take_cases(db, stmt, files, max, n_files, err);
}

bool spool_stops(struct db *db, struct spool_case *files, size_t max, size_t *n_files,
        struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_CASE_STOPS);
    db_bind_int(stmt, 1, (int64_t)max);
    return take_cases(db, stmt, files, max, n_files, err);
}

bool spool_crises(struct db *db, struct spool_case *files, size_t max, size_t *n_files,
        struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_CASE_CRISES);
    db_bind_int(stmt, 1, (int64_t)max);
    return take_cases(db, stmt, files, max, n_files, err);
}

bool spool_case_of_consent(struct db *db, const struct id *consent_id, uint64_t after,
        bool *found, struct spool_case *file, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_CASE_OF_CONSENT);
    db_bind_id(stmt, 1, consent_id);
    db_bind_int(stmt, 2, (int64_t)after);
    return take_case(db, stmt, found, file, err);
}

bool spool_case_of_referral(struct db *db, const struct id *referral_id, bool *found,
        struct spool_case *file, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_CASE_OF_REFERRAL);
    db_bind_id(stmt, 1, referral_id);
    return take_case(db, stmt, found, file, err);
}

bool spool_case_of_signal(struct db *db, const struct id *referral_id, bool *found,
        struct spool_case *file, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_CASE_OF_SIGNAL);
    db_bind_id(stmt, 1, referral_id);
    return take_case(db, stmt, found, file, err);
}

bool spool_case_using(struct db *db, const struct id *consent_id, bool *found,
        struct spool_case *file, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_CASE_USING);
    db_bind_id(stmt, 1, consent_id);
    return take_case(db, stmt, found, file, err);
}

bool spool_case_records(struct db *db, uint64_t case_number, uint64_t *records,
        size_t max, size_t *n_records, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_CASE_RECORDS);
    db_bind_int(stmt, 1, (int64_t)case_number);
    db_bind_int(stmt, 2, (int64_t)max);
    struct db_rows rows = db_rows(db, stmt, max);
    while (db_next(&rows, err))
        records[rows.at] = (uint64_t)db_int(stmt, 0);
    return db_rows_end(&rows, n_records);
}

bool spool_count_cases(struct db *db, enum case_box box, uint64_t *n_cases,
        struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_CASE_COUNT);
    db_bind_int(stmt, 1, (int64_t)box);
    return spool_number(db, stmt, n_cases, err);
}

bool spool_open_case(struct db *db, uint64_t after, bool *found,
        struct spool_case *file, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_CASE_OPEN);
    db_bind_int(stmt, 1, (int64_t)after);
    return take_case(db, stmt, found, file, err);
}

bool spool_count_open(struct db *db, uint64_t *n_cases, struct err *err)
{
    return spool_number(db, db_use(db, SPOOL_CASE_COUNT_OPEN), n_cases, err);
}

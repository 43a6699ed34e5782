/* hooks_store.c - webhooks, their messages and first answers in http.db. */
#include <stdio.h>

#include "adapters/http/hooks_inner.h"
#include "adapters/http/hooks_sql.h"

enum { HTTP_APPLICATION_ID = 0x42424854 };

enum hook_statement {
#define X(name, sql) name,
    STATEMENTS(X)
#undef X
            N_STATEMENTS
};
static const char *const SQL[N_STATEMENTS] = {
#define X(name, sql) sql,
        STATEMENTS(X)
#undef X
};
static const char *const MIGRATIONS[] = {TABLES};
static const struct db_plan PLAN = {
        .application_id = HTTP_APPLICATION_ID,
        .what = "the store of the HTTP API",
        .migrations = MIGRATIONS,
        .n_migrations = COUNT_OF(MIGRATIONS),
        .statements = SQL,
        .n_statements = N_STATEMENTS,
};

/* --- webhooks --- */

static void take_text(struct sqlite3_stmt *stmt, int column, char *out, size_t cap)
{
    snprintf(out, cap, "%s", db_text(stmt, column));
}

static bool take_hook(struct sqlite3_stmt *stmt, struct hook *hook, struct err *err)
{
    int at = 0;
    hook->number = (uint64_t)db_int(stmt, at++);
    take_text(stmt, at++, hook->owner, sizeof hook->owner);
    take_text(stmt, at++, hook->token, sizeof hook->token);
    take_text(stmt, at++, hook->url, sizeof hook->url);
    take_text(stmt, at++, hook->types, sizeof hook->types);
    if (!db_fixed(stmt, at++, hook->secret.b, sizeof hook->secret.b, err) ||
            !db_fixed(stmt, at++, hook->old_secret.b, sizeof hook->old_secret.b, err))
        return false;
    hook->old_until_ms = db_int(stmt, at++);
    hook->off = (enum hook_reason)db_int(stmt, at++);
    hook->cursor = (uint64_t)db_int(stmt, at++);
    hook->last_ms = db_int(stmt, at++);
    hook->since_ms = db_int(stmt, at++);
    hook->made_ms = db_int(stmt, at++);
    hook->delivered_ms = db_int(stmt, at++);
    hook->failing_ms = db_int(stmt, at++);
    hook->failures = (uint64_t)db_int(stmt, at++);
    hook->quiet_ms = db_int(stmt, at++);
    hook->status = (unsigned)db_int(stmt, at++);
    take_text(stmt, at++, hook->fault, sizeof hook->fault);
    if (hook->off < N_HOOK_REASONS)
        return true;
    return err_set(err, ERR_CORRUPT, "webhook %llu is in no state that is known",
            (unsigned long long)hook->number);
}

static void bind_hook(struct sqlite3_stmt *stmt, const struct hook *hook)
{
    int at = 1;
    db_bind_text(stmt, at++, hook->owner);
    db_bind_text(stmt, at++, hook->token);
    db_bind_text(stmt, at++, hook->url);
    db_bind_text(stmt, at++, hook->types);
    db_bind_blob(stmt, at++, SPAN_OF(hook->secret));
    db_bind_blob(stmt, at++, SPAN_OF(hook->old_secret));
    db_bind_int(stmt, at++, hook->old_until_ms);
    db_bind_int(stmt, at++, (int64_t)hook->off);
    db_bind_int(stmt, at++, (int64_t)hook->cursor);
    db_bind_int(stmt, at++, hook->last_ms);
    db_bind_int(stmt, at++, hook->since_ms);
    db_bind_int(stmt, at++, hook->made_ms);
    db_bind_int(stmt, at++, hook->delivered_ms);
    db_bind_int(stmt, at++, hook->failing_ms);
    db_bind_int(stmt, at++, (int64_t)hook->failures);
    db_bind_int(stmt, at++, hook->quiet_ms);
    db_bind_int(stmt, at++, (int64_t)hook->status);
    db_bind_text(stmt, at++, hook->fault);
}

bool hook_insert(struct hooks *hooks, struct hook *hook, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(hooks->db, HOOK_INSERT);
    bind_hook(stmt, hook);
    if (!db_do(hooks->db, stmt, NULL, err))
        return false;
    hook->number = (uint64_t)db_last_rowid(hooks->db);
    return true;
}

bool hook_save(struct hook *hook, struct err *err)
{
    enum { NUMBER_AT = 19 };
    struct db *db = hook->hooks->db;
    struct sqlite3_stmt *stmt = db_use(db, HOOK_UPDATE);
    bind_hook(stmt, hook);
    db_bind_int(stmt, NUMBER_AT, (int64_t)hook->number);
    return db_begin(db, err) && db_do(db, stmt, NULL, err);
}

bool hook_delete(struct hook *hook, struct err *err)
{
    struct db *db = hook->hooks->db;
    struct sqlite3_stmt *stmt = db_use(db, HOOK_DELETE);
    db_bind_int(stmt, 1, (int64_t)hook->number);
    return db_begin(db, err) && db_do(db, stmt, NULL, err);
}

bool hooks_open(struct hooks *hooks, struct err *err)
{
    char path[HOME_PATH_MAX + 32];
    bool row = true, ok = true;
    snprintf(path, sizeof path, "%s/http.db", hooks->conf->home);
    hooks->db = db_open(path, &PLAN, NULL, err);
    if (hooks->db == NULL)
        return false;
    struct sqlite3_stmt *stmt = db_use(hooks->db, HOOK_LIST);
    for (size_t i = 0; i < HOOKS_MAX && row && ok; i++) {
        ok = db_row(hooks->db, stmt, &row, err);
        if (ok && row)
            ok = take_hook(stmt, &hooks->of[i], err);
        hooks->of[i].behind = true;
    }
    db_end(stmt);
    return ok;
}

/* --- messages --- */

static struct sqlite3_stmt *use(const struct hook *hook, enum hook_statement statement)
{
    struct sqlite3_stmt *stmt = db_use(hook->hooks->db, statement);
    db_bind_int(stmt, 1, (int64_t)hook->number);
    return stmt;
}

bool message_insert(struct hook *hook, const struct hook_message *message,
        int64_t now_ms, struct err *err)
{
    struct db *db = hook->hooks->db;
    struct sqlite3_stmt *stmt = use(hook, MESSAGE_INSERT);
    int at = 2;
    db_bind_text(stmt, at++, message->id);
    db_bind_int(stmt, at++, (int64_t)message->event);
    db_bind_text(stmt, at++, message->type);
    db_bind_text(stmt, at++, message->subject);
    db_bind_blob(stmt, at++, message->body);
    db_bind_int(stmt, at++, now_ms);
    return db_begin(db, err) && db_do(db, stmt, NULL, err);
}

static bool copy_span(struct arena *arena, struct span bytes, struct span *out,
        struct err *err)
{
    uint8_t *copy = arena_take(arena, bytes.len + 1);
    if (copy == NULL)
        return err_set(err, ERR_NOMEM, "no room for messages");
    if (bytes.len > 0)
        memcpy(copy, bytes.at, bytes.len);
    *out = (struct span){copy, bytes.len};
    return true;
}

static bool copy_text(struct arena *arena, const char *text, const char **out,
        struct err *err)
{
    struct span copy;
    if (!copy_span(arena, span_text(text), &copy, err))
        return false;
    *out = (const char *)copy.at;
    return true;
}

bool message_next(struct hook *hook, int64_t now_ms, struct arena *arena,
        struct hook_message *messages, size_t max, size_t *n, struct err *err)
{
    /* What seems to be later was put off before the clock went back. */
    static const int64_t LONGEST_MS = (int64_t)TIME_LENGTH_DAYS_MAX * TIME_DAY_MS;
    struct sqlite3_stmt *stmt = use(hook, MESSAGE_NEXT);
    bool row = true, ok = true;
    int at = 2;
    db_bind_int(stmt, at++, now_ms);
    db_bind_int(stmt, at++, now_ms + LONGEST_MS);
    db_bind_int(stmt, at++, (int64_t)max);
    *n = 0;
    while (ok && row && *n < max) {
        struct hook_message *message = &messages[*n];
        ok = db_row(hook->hooks->db, stmt, &row, err);
        if (!ok || !row)
            break;
        at = 0;
        message->number = (uint64_t)db_int(stmt, at++);
        take_text(stmt, at++, message->id, sizeof message->id);
        message->event = (uint64_t)db_int(stmt, at++);
        ok = copy_span(arena, db_blob(stmt, at++), &message->body, err);
        message->tries = (uint32_t)db_int(stmt, at++);
        ++*n;
    }
    db_end(stmt);
    return ok;
}

/* One number; 0 when there is no row. */
static bool number_of(struct hook *hook, struct sqlite3_stmt *stmt, int64_t *number,
        struct err *err)
{
    bool row;
    bool ok = db_row(hook->hooks->db, stmt, &row, err);
    if (ok)
        *number = row ? db_int(stmt, 0) : 0;
    db_end(stmt);
    return ok;
}

bool message_due(struct hook *hook, int64_t *due_ms, struct err *err)
{
    return number_of(hook, use(hook, MESSAGE_DUE), due_ms, err);
}

bool message_arrived(struct hook *hook, uint64_t number, struct err *err)
{
    struct db *db = hook->hooks->db;
    struct sqlite3_stmt *stmt = use(hook, MESSAGE_ARRIVED);
    db_bind_int(stmt, 2, (int64_t)number);
    return db_begin(db, err) && db_do(db, stmt, NULL, err);
}

bool message_again(struct hook *hook, uint64_t number, uint32_t tries, int64_t due_ms,
        bool failed, const struct post_result *result, struct err *err)
{
    struct db *db = hook->hooks->db;
    struct sqlite3_stmt *stmt = use(hook, MESSAGE_AGAIN);
    int at = 2;
    db_bind_int(stmt, at++, (int64_t)number);
    db_bind_int(stmt, at++, tries);
    db_bind_int(stmt, at++, due_ms);
    db_bind_int(stmt, at++, failed);
    db_bind_int(stmt, at++, result->status);
    db_bind_text(stmt, at++, result->fault);
    return db_begin(db, err) && db_do(db, stmt, NULL, err);
}

bool message_all_now(struct hook *hook, bool failed, int64_t now_ms, struct err *err)
{
    struct db *db = hook->hooks->db;
    struct sqlite3_stmt *stmt = use(hook, failed ? MESSAGE_REVIVE : MESSAGE_ALL_NOW);
    db_bind_int(stmt, 2, now_ms);
    return db_begin(db, err) && db_do(db, stmt, NULL, err);
}

bool message_count(const struct hook *hook, uint64_t *waiting, uint64_t *failed,
        struct err *err)
{
    uint64_t *const counts[] = {waiting, failed};
    for (size_t i = 0; i < COUNT_OF(counts); i++) {
        struct sqlite3_stmt *stmt = use(hook, MESSAGE_COUNT);
        bool row;
        db_bind_int(stmt, 2, (int64_t)i);
        bool ok = db_row(hook->hooks->db, stmt, &row, err);
        if (ok)
            *counts[i] = row ? (uint64_t)db_int(stmt, 0) : 0;
        db_end(stmt);
        if (!ok)
            return false;
    }
    return true;
}

static bool take_line(struct sqlite3_stmt *stmt, struct arena *arena,
        struct webhook_message *line, struct err *err)
{
    int at = 0;
    line->number = (uint64_t)db_int(stmt, at++);
    if (!copy_text(arena, db_text(stmt, at++), &line->message_id, err) ||
            !copy_text(arena, db_text(stmt, at++), &line->type, err) ||
            !copy_text(arena, db_text(stmt, at++), &line->subject, err))
        return false;
    bool failed = db_int(stmt, at++) != 0;
    line->state = failed ? "failed" : "waiting";
    line->made_ms = (uint64_t)db_int(stmt, at++);
    line->tries = (uint32_t)db_int(stmt, at++);
    line->next_try_ms = failed ? 0 : (uint64_t)db_int(stmt, at);
    at++;
    line->last_status = (uint32_t)db_int(stmt, at++);
    return copy_text(arena, db_text(stmt, at++), &line->last_fault, err);
}

bool message_list(struct hook *hook, uint64_t after, struct arena *arena,
        struct webhook_message *lines, size_t max, size_t *n, struct err *err)
{
    struct sqlite3_stmt *stmt = use(hook, MESSAGE_LIST);
    bool row = true, ok = true;
    int at = 2;
    db_bind_int(stmt, at++, after > INT64_MAX ? INT64_MAX : (int64_t)after);
    db_bind_int(stmt, at++, (int64_t)max);
    *n = 0;
    while (ok && row && *n < max) {
        ok = db_row(hook->hooks->db, stmt, &row, err);
        if (ok && row)
            ok = take_line(stmt, arena, &lines[(*n)++], err);
    }
    db_end(stmt);
    return ok;
}

/* --- first answers --- */

bool kept_get(struct hooks *hooks, const char *owner, const char *key,
        struct arena *arena, struct key32 *hash, struct span *bytes, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(hooks->db, KEPT_GET);
    bool row;
    *bytes = (struct span){NULL, 0};
    db_bind_text(stmt, 1, owner);
    db_bind_text(stmt, 2, key);
    bool ok = db_row(hooks->db, stmt, &row, err);
    if (ok && row)
        ok = db_fixed(stmt, 0, hash->b, sizeof hash->b, err) &&
             copy_span(arena, db_blob(stmt, 1), bytes, err);
    db_end(stmt);
    return ok;
}

bool kept_put(struct hooks *hooks, const char *owner, const char *key,
        const struct key32 *hash, struct span bytes, int64_t now_ms, struct err *err)
{
    struct sqlite3_stmt *old = db_use(hooks->db, KEPT_PURGE);
    int at = 1;
    db_bind_int(old, 1, now_ms - (int64_t)HOOK_KEPT_DAYS * TIME_DAY_MS);
    if (!db_begin(hooks->db, err) || !db_do(hooks->db, old, NULL, err))
        return false;
    struct sqlite3_stmt *stmt = db_use(hooks->db, KEPT_PUT);
    db_bind_text(stmt, at++, owner);
    db_bind_text(stmt, at++, key);
    db_bind_blob(stmt, at++, SPAN_OF(*hash));
    db_bind_blob(stmt, at++, bytes);
    db_bind_int(stmt, at++, now_ms);
    return db_do(hooks->db, stmt, NULL, err);
}

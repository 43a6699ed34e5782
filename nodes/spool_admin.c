/* spool_admin.c - the directory's things, tokens, first replies, and the trace. */
#include <stdio.h>

#include "nodes/spool_inner.h"

enum { TRACE_WORDS_BYTES = 96 };

/* ------------------------------------------------------------- things */

bool spool_put_thing(struct db *db, const struct spool_thing *thing, struct err *err)
{
    struct sqlite3_stmt *stmt;
    if (!thing->clash) {
        stmt = db_use(db, SPOOL_THING_CLEAR);
        db_bind_text(stmt, 1, thing->slot);
        if (!db_do(db, stmt, NULL, err))
            return false;
    }
    stmt = db_use(db, SPOOL_THING_PUT);
    db_bind_text(stmt, 1, thing->slot);
    db_bind_int(stmt, 2, thing->clash);
    db_bind_int(stmt, 3, (int64_t)thing->kind);
    db_bind_text(stmt, 4, thing->signer);
    db_bind_int(stmt, 5, thing->at_ms);
    db_bind_int(stmt, 6, thing->unpublished);
    db_bind_blob(stmt, 7, thing->bytes);
    return db_do(db, stmt, NULL, err);
}

static struct spool_thing thing_row(struct sqlite3_stmt *stmt)
{
    return (struct spool_thing){
            .slot = db_text(stmt, 0),
            .clash = db_int(stmt, 1) != 0,
            .kind = (enum kind)db_int(stmt, 2),
            .signer = db_text(stmt, 3),
            .at_ms = db_int(stmt, 4),
            .unpublished = db_int(stmt, 5) != 0,
            .bytes = db_blob(stmt, 6),
    };
}

bool spool_each_thing(struct db *db,
        bool (*each)(void *self, const struct spool_thing *thing, struct err *err),
        void *self, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_THING_ALL);
    bool row = true;
    bool ok = true;
    while (ok && row) {
        ok = db_row(db, stmt, &row, err);
        if (!ok || !row)
            break;
        struct spool_thing thing = thing_row(stmt);
        ok = each(self, &thing, err);
    }
    db_end(stmt);
    return ok;
}

bool spool_unpublished(struct db *db, struct arena *arena, struct spool_thing *things,
        size_t max, size_t *n_things, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_THING_UNPUBLISHED);
    db_bind_int(stmt, 1, (int64_t)max);
    struct db_rows rows = db_rows(db, stmt, max);
    while (db_next(&rows, err)) {
        things[rows.at] = thing_row(stmt);
        rows.ok =
                spool_keep(arena, things[rows.at].bytes, &things[rows.at].bytes, err) &&
                spool_keep_text(arena, things[rows.at].slot, &things[rows.at].slot,
                        err) &&
                spool_keep_text(arena, things[rows.at].signer, &things[rows.at].signer,
                        err);
    }
    return db_rows_end(&rows, n_things);
}

bool spool_set_published(struct db *db, const char *slot, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_THING_PUBLISHED);
    db_bind_text(stmt, 1, slot);
    return db_do(db, stmt, NULL, err);
}

bool spool_publish_again(struct db *db, const char *signer, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_THING_AGAIN);
    db_bind_text(stmt, 1, signer);
    return db_do(db, stmt, NULL, err);
}

/* ------------------------------------------------------------- tokens */

bool spool_put_token(struct db *db, const struct spool_token *token,
        const struct key32 *hash, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_TOKEN_PUT);
    db_bind_text(stmt, 1, token->name);
    db_bind_blob(stmt, 2, SPAN_OF(*hash));
    db_bind_int(stmt, 3, (int64_t)token->scopes);
    db_bind_int(stmt, 4, token->made_ms);
    return db_do(db, stmt, NULL, err);
}

bool spool_drop_token(struct db *db, const char *name, bool *found, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_TOKEN_DROP);
    db_bind_text(stmt, 1, name);
    int64_t changed;
    if (!db_do(db, stmt, &changed, err))
        return false;
    *found = changed > 0;
    return true;
}

static void read_token(struct sqlite3_stmt *stmt, struct spool_token *token)
{
    spool_text(stmt, 0, token->name, sizeof token->name);
    token->scopes = (uint64_t)db_int(stmt, 1);
    token->made_ms = db_int(stmt, 2);
}

bool spool_tokens(struct db *db, struct spool_token *tokens, size_t max,
        size_t *n_tokens, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_TOKEN_LIST);
    db_bind_int(stmt, 1, (int64_t)max);
    struct db_rows rows = db_rows(db, stmt, max);
    while (db_next(&rows, err))
        read_token(stmt, &tokens[rows.at]);
    return db_rows_end(&rows, n_tokens);
}

bool spool_get_token(struct db *db, const struct key32 *hash, bool *found,
        struct spool_token *token, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_TOKEN_GET);
    db_bind_blob(stmt, 1, SPAN_OF(*hash));
    if (!db_row(db, stmt, found, err))
        return false;
    if (*found)
        read_token(stmt, token);
    db_end(stmt);
    return true;
}

/* ------------------------------------------------------------- first replies */

bool spool_get_reply(struct db *db, const char *token, const char *key,
        struct arena *arena, bool *found, struct key32 *request_hash,
        struct span *reply, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_REPLY_GET);
    db_bind_text(stmt, 1, token);
    db_bind_text(stmt, 2, key);
    bool ok = db_row(db, stmt, found, err);
    if (ok && *found)
        ok = db_fixed(stmt, 0, request_hash->b, sizeof request_hash->b, err) &&
             spool_keep(arena, db_blob(stmt, 1), reply, err);
    db_end(stmt);
    return ok;
}

bool spool_put_reply(struct db *db, const char *token, const char *key,
        const struct key32 *request_hash, struct span reply, int64_t now_ms,
        struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_REPLY_PUT);
    db_bind_text(stmt, 1, token);
    db_bind_text(stmt, 2, key);
    db_bind_blob(stmt, 3, SPAN_OF(*request_hash));
    db_bind_int(stmt, 4, now_ms);
    db_bind_blob(stmt, 5, reply);
    return db_do(db, stmt, NULL, err);
}

bool spool_forget(struct db *db, int64_t before_ms, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_REPLY_FORGET);
    db_bind_int(stmt, 1, before_ms);
    if (!db_do(db, stmt, NULL, err))
        return false;
    stmt = db_use(db, SPOOL_JUDGED_FORGET);
    db_bind_int(stmt, 1, before_ms);
    if (!db_do(db, stmt, NULL, err))
        return false;
    stmt = db_use(db, SPOOL_PROOF_FORGET);
    db_bind_int(stmt, 1, before_ms);
    return db_do(db, stmt, NULL, err);
}

bool spool_forget_received(struct db *db, int64_t before_ms, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_RECEIVED_FORGET);
    db_bind_int(stmt, 1, before_ms);
    return db_do(db, stmt, NULL, err);
}

/* ------------------------------------------------------------- trace */

/* "accept ldc-noord": the letter and the other partner share a column; a step that is
 * no letter may be about a partner too. */
static void join_letter(const struct spool_trace *trace, char text[TRACE_WORDS_BYTES])
{
    const char *letter = trace->letter == NULL ? "" : trace->letter;
    const char *other = trace->other == NULL ? "" : trace->other;
    text[0] = '\0';
    if (letter[0] != '\0' || other[0] != '\0')
        snprintf(text, TRACE_WORDS_BYTES, "%s %s", letter, other);
}

bool spool_split_letter(const char *text, struct arena *arena, struct trace_line *line,
        struct err *err)
{
    char letter[TRACE_WORDS_BYTES] = "";
    const char *space = strchr(text, ' ');
    if (space != NULL && (size_t)(space - text) < sizeof letter)
        snprintf(letter, sizeof letter, "%.*s", (int)(space - text), text);
    return spool_keep_text(arena, letter, &line->letter, err) &&
           spool_keep_text(arena, space != NULL ? space + 1 : "", &line->other, err);
}

bool spool_refused_again(struct db *db, uint64_t case_number, const char *who,
        const char *what, const char *code, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_TRACE_REFUSED_AGAIN);
    db_bind_int(stmt, 1, (int64_t)case_number);
    db_bind_text(stmt, 2, who);
    db_bind_text(stmt, 3, what);
    db_bind_text(stmt, 4, code);
    return db_do(db, stmt, NULL, err);
}

bool spool_put_trace(struct db *db, const struct spool_trace *trace, struct err *err)
{
    char letter[TRACE_WORDS_BYTES];
    join_letter(trace, letter);
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_TRACE_PUT);
    db_bind_int(stmt, 1, (int64_t)trace->case_number);
    db_bind_int(stmt, 2, trace->at_ms);
    db_bind_text(stmt, 3, trace->who == NULL ? "" : trace->who);
    db_bind_text(stmt, 4, trace->what);
    db_bind_text(stmt, 5, trace->code == NULL ? "" : trace->code);
    if (id_is_none(&trace->msg_id))
        db_bind_null(stmt, 6);
    else
        db_bind_id(stmt, 6, &trace->msg_id);
    db_bind_text(stmt, 7, letter);
    return db_do(db, stmt, NULL, err);
}

static bool trace_row(struct sqlite3_stmt *stmt, struct arena *arena,
        struct trace_line *line, struct err *err)
{
    struct trace_line got = {.at_ms = (uint64_t)db_int(stmt, 0), .words = ""};
    if (!spool_keep_text(arena, db_text(stmt, 1), &got.who, err) ||
            !spool_keep_text(arena, db_text(stmt, 2), &got.what, err) ||
            !spool_keep_text(arena, db_text(stmt, 3), &got.code, err) ||
            (!db_is_null(stmt, 4) && !db_id(stmt, 4, &got.msg_id, err)) ||
            !spool_split_letter(db_text(stmt, 5), arena, &got, err))
        return false;
    *line = got;
    return true;
}

bool spool_traces(struct db *db, uint64_t case_number, struct arena *arena,
        struct trace_line *lines, size_t max, size_t *n_lines, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_TRACE_LIST);
    db_bind_int(stmt, 1, (int64_t)case_number);
    db_bind_int(stmt, 2, (int64_t)max);
    struct db_rows rows = db_rows(db, stmt, max);
    while (db_next(&rows, err))
        rows.ok = trace_row(stmt, arena, &lines[rows.at], err);
    return db_rows_end(&rows, n_lines);
}

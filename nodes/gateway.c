/* gateway.c - from a frame of the local socket to a reply: token, scope, repeated
 * request, handler. */
#include "nodes/gateway.h"

#include <stdio.h>

#include "core/niss.h"
#include "core/wire_find.h"
#include "core/wire_walk.h"
#include "nodes/batch.h"
#include "nodes/gateway_confidence.h"
#include "nodes/openings.h"
#include "nodes/session.h"
#include "nodes/spool_staff.h"

/* ------------------------------------------------------------- for handlers */
/* ------------------------------------------------------------- replies */

static bool pack_reply(struct node *node, const struct gateway_call *call,
        struct span *bytes, struct err *err)
{
    struct reply reply = call->reply;
    reply.v = 1;
    reply.request_id = call->request->request_id;
    reply.code = call->code == CODE_OK ? "" : code_name(call->code);
    reply.sentence = call->code == CODE_OK ? "" : code_sentence(call->code, call->lang);
    reply.issues = call->issues;
    reply.n_issues = call->n_issues;
    if (call->code != CODE_OK)
        reply.decision = call->judged.msg_id;
    return wire_put_arena(&WIRE_REPLY, &reply, &node->scratch, bytes, err);
}

bool gateway_reply(struct node *node, const struct gateway_call *call, struct err *err)
{
    struct span bytes;
    struct err why = {.code = CODE_OK};
    if (!pack_reply(node, call, &bytes, &why)) {
        /* What was found does not fit in a reply: say that, rather than nothing. */
        struct gateway_call no = {
                .request = call->request,
                .lang = call->lang,
                .code = session_is_refusal(&why) ? why.code : E_SIZE,
        };
        if (!pack_reply(node, &no, &bytes, err))
            return false;
    }
    return batch_reply(node, call->conn, bytes, err);
}

/* ------------------------------------------------------------- tokens */

static bool check_token(struct node *node, struct gateway_call *call, struct err *err)
{
    struct spool_token token;
    struct key32 hash = keys_token_hash(call->request->token);
    bool found;
    if (hash_equal(&hash, &node->home.token_hash, sizeof hash)) {
        snprintf(call->token, sizeof call->token, GATEWAY_CLI);
        call->scopes = GATEWAY_ALL_SCOPES;
        return true;
    }
    if (!spool_get_token(node->db, &hash, &found, &token, err))
        return false;
    if (!found)
        return gateway_wrong(call, E_AUTH, "token", WORDS_TOKEN);
    memcpy(call->token, token.name, sizeof call->token);
    call->scopes = token.scopes;
    return true;
}

/* ------------------------------------------------------------- repeated requests */

/* How every request begins: v, and the tag and length of request_id. */
static const uint8_t REQUEST_HEAD[] = {0x08, 0x01, 0x12, 0x10};

/* Over the request as far as it says what is wanted: which attempt it is, with which
 * token and in which language does not count. Those are among its first fields, and a
 * request has one spelling; each has a tag and a length in front, when it is there. */
static struct key32 hash_request(const struct node *node,
        const struct gateway_call *call)
{
    enum { HEAD = 2 };
    const struct request *request = call->request;
    size_t actor = strlen(request->actor), key = strlen(request->idempotency_key);
    size_t lang = strlen(request->lang);
    size_t first = sizeof REQUEST_HEAD + sizeof request->request_id + HEAD +
                   strlen(request->token);
    size_t len = (actor == 0 ? 0 : HEAD + actor) + (key == 0 ? 0 : HEAD + key);
    size_t rest = first + len + (lang == 0 ? 0 : HEAD + lang);
    const struct span wanted[] = {
            {call->frame.at + first, len                   },
            {call->frame.at + rest,  call->frame.len - rest},
    };
    return hash_hmac(SPAN_OF(node->request_key), wanted, COUNT_OF(wanted));
}

/* The first reply again; its own bytes when the request came with its own request_id.
 */
static bool say_again(struct node *node, const struct gateway_call *call,
        struct span first, struct err *err)
{
    struct reply reply;
    struct span bytes;
    if (!wire_get(&WIRE_REPLY, first, &node->scratch, &reply, err))
        return err_wrap(err, "a kept reply");
    reply.request_id = call->request->request_id;
    return wire_put_arena(&WIRE_REPLY, &reply, &node->scratch, &bytes, err) &&
           batch_reply(node, call->conn, bytes, err);
}

/* *answered: the request was there before and has its reply. */
static bool check_repeated(struct node *node, struct gateway_call *call,
        struct key32 *hash, bool *answered, struct err *err)
{
    struct key32 first;
    struct span reply;
    const char *key = call->request->idempotency_key;
    *answered = false;
    if (key[0] == '\0')
        return gateway_wrong(call, E_FIELD, "idempotency_key", WORDS_MISSING);
    bool found;
    *hash = hash_request(node, call);
    if (!spool_get_reply(node->db, call->token, key, &node->scratch, &found, &first,
                &reply, err))
        return false;
    if (!found)
        return true;
    if (!key32_equal(&first, hash))
        return gateway_refuse(call, E_ID_REUSE);
    *answered = true;
    return say_again(node, call, reply, err);
}

/* ------------------------------------------------------------- one request */

/* A refusal leaves only a line of the trace and what it was decided of, and nothing
 * when it is about a case that does not exist: a later one may get that number. */
static bool trace_refusal(struct node *node, struct gateway_call *call,
        const struct gateway_op *op, struct err *err)
{
    if (call->code == E_NOT_FOUND && call->request->act != NULL)
        return true;
    call->judged.case_number = call->case_number;
    if (!id_is_none(&call->judged.msg_id) &&
            !spool_put_judged(node->db, &call->judged, err))
        return false;
    const char *who = gateway_actor(node, call), *code = code_name(call->code);
    /* Before there is a case each is a wish of its own. */
    if (call->case_number != 0 &&
            !spool_refused_again(node->db, call->case_number, who, op->name, code, err))
        return false;
    return node_trace(node, call->case_number, who, op->name, code,
            &call->judged.msg_id, err);
}

/* For when the same request comes again; without what is held of the person, which lies
 * on the disk in no other place that can be read. */
static bool keep_reply(struct node *node, const struct gateway_call *call,
        const struct key32 *hash, struct err *err)
{
    struct gateway_call kept = *call;
    struct rights bare;
    struct span bytes;
    if (call->reply.rights != NULL) {
        bare = *call->reply.rights;
        bare.own = NULL;
        kept.reply.rights = &bare;
    }
    return pack_reply(node, &kept, &bytes, err) &&
           spool_put_reply(node->db, call->token, call->request->idempotency_key, hash,
                   bytes, node_now(node), err);
}

/* Whose step this was: the case is theirs until somebody else does one. */
static bool note_handler(struct node *node, const struct gateway_call *call,
        struct err *err)
{
    const struct made *made = call->reply.made;
    const char *actor = call->request->actor;
    return made == NULL || made->case_number == 0 || actor[0] == '\0' ||
           spool_set_handler(node->db, made->case_number, actor, node_now(node), err);
}

/* What was decided without room to look does not count. Who only looks asks for less;
 * who wants a step done has done nothing wrong and does it again. */
static bool no_room(struct gateway_call *call, const struct gateway_op *op)
{
    call->code = op->changes ? ERR_NOMEM : E_SIZE;
    call->n_issues = 0;
    return true;
}

/* Run the handler in a savepoint of its own; a refusal undoes whatever it wrote. */
static bool handle(struct node *node, struct gateway_call *call,
        const struct gateway_op *op, const struct key32 *hash, struct err *err)
{
    struct err why = {.code = CODE_OK};
    /* What this turn has still to write is in no table yet; a withdrawal looks there
     * for all that it must stop. */
    if (call->request->consent_withdraw != NULL && !batch_flush(node, err))
        return false;
    struct batch_mark mark = batch_mark(node);
    if (!db_savepoint(node->db, err))
        return false;
    /* Audit before effect: who opens content is on disk before the reply leaves. */
    (void)arena_was_full(&node->scratch);
    bool ok = op->handler(node, call, &why) &&
              (call->code != CODE_OK || openings_note(node, call, &why));
    bool full = arena_was_full(&node->scratch);
    if (!ok && !session_is_refusal(&why) && !(full && why.code == ERR_NOMEM)) {
        *err = why;
        return false;
    }
    if (full && (!ok || op->changes))
        ok = no_room(call, op);
    if (!ok)
        gateway_wrong_text(node, call, why.code, op->name, why.msg);
    if (call->code != CODE_OK) {
        call->reply = (struct reply){0};
        batch_undo(node, mark);
        return db_undo(node->db, err) &&
               (!op->changes || trace_refusal(node, call, op, err)) &&
               gateway_reply(node, call, err);
    }
    if (op->changes &&
            (!keep_reply(node, call, hash, err) || !note_handler(node, call, err)))
        return false;
    return db_release(node->db, err) &&
           (call->deferred || gateway_reply(node, call, err));
}

/* No text that is kept or sent may hold a national number; the field that is made for
 * one is judged by its handler. */
static bool check_niss(struct node *node, struct gateway_call *call,
        const struct wire_map *map, const void *asked, struct err *err)
{
    static const char *const own[] = {"niss"};
    static const struct wire_search search = {niss_within, own, COUNT_OF(own)};
    char *path = arena_take(&node->scratch, WIRE_PATH_BYTES);
    if (path == NULL)
        return err_set(err, ERR_NOMEM, "no room to look at a request");
    if (wire_find_text(map, asked, &search, path))
        gateway_wrong(call, E_NISS, path, WORDS_NISS_HERE);
    return true;
}

/* What is written in a request that changes something, whatever it is. */
static bool check_texts(struct node *node, struct gateway_call *call,
        const struct gateway_op *op, struct err *err)
{
    const struct request *request = call->request;
    struct wire_field field;
    if (!wire_field_find(&WIRE_REQUEST, op->name, &field))
        return err_set(err, ERR_INTERNAL, "%s is no request", op->name);
    const void *asked = wire_value(&field, request, 0);
    /* A record of consent never leaves the node. */
    bool record = request->consent_give != NULL || request->consent_renew != NULL;
    if (!record && !gateway_confidence_check(node, call, field.sub, asked,
                           request->refer != NULL || request->signal != NULL ||
                                   request->act != NULL || request->forward != NULL ||
                                   request->visit != NULL || request->convert != NULL,
                           err))
        return false;
    return check_niss(node, call, field.sub, asked, err);
}

static bool serve(struct node *node, struct gateway_call *call, struct err *err)
{
    const struct gateway_op *op = gateway_find_op(call->request);
    struct key32 hash = {{0}};
    bool answered = false;
    if (op != NULL && op->scopes == GATEWAY_NO_TOKEN)
        return handle(node, call, op, &hash, err);
    if (!check_token(node, call, err))
        return false;
    if (op == NULL && call->code == CODE_OK)
        gateway_refuse(call, E_FORMAT);
    if (op == NULL)
        return gateway_reply(node, call, err);
    if (call->code == CODE_OK && (call->scopes & op->scopes) == 0)
        gateway_refuse(call, E_SCOPE);
    /* Who only looks is written down as well. */
    if (call->code == CODE_OK && niss_within(call->request->actor))
        gateway_wrong(call, E_NISS, "actor", WORDS_NISS_HERE);
    if (call->code == CODE_OK && op->joined && node_self(node) == NULL)
        gateway_wrong(call, E_AUTH, op->name, WORDS_NOT_JOINED);
    if (call->code == CODE_OK && op->changes &&
            !check_repeated(node, call, &hash, &answered, err))
        return false;
    if (answered)
        return true;
    if (call->code == CODE_OK && op->changes && !check_texts(node, call, op, err))
        return false;
    if (call->code != CODE_OK)
        return gateway_reply(node, call, err);
    return handle(node, call, op, &hash, err);
}

/* A request that cannot be read still gets an answer its client can match, when its
 * first fields, v and request_id, can be seen. */
static struct id request_id_of(struct span frame)
{
    struct id id;
    memset(id.b, 0xFF, sizeof id.b);
    if (frame.len >= sizeof REQUEST_HEAD + sizeof id.b &&
            memcmp(frame.at, REQUEST_HEAD, sizeof REQUEST_HEAD) == 0)
        memcpy(id.b, frame.at + sizeof REQUEST_HEAD, sizeof id.b);
    if (id_is_none(&id))
        memset(id.b, 0xFF, sizeof id.b);
    return id;
}

bool gateway_take(struct node *node, uint64_t conn, struct span frame, struct err *err)
{
    struct request request;
    struct gateway_call call = {.request = &request,
            .frame = frame,
            .conn = conn,
            .lang = LANG_EN};
    struct err why = {.code = CODE_OK};
    if (wire_get(&WIRE_REQUEST, frame, &node->scratch, &request, &why)) {
        if (!lang_find(request.lang, &call.lang) &&
                !lang_find(node->conf.language, &call.lang))
            call.lang = LANG_EN;
        return serve(node, &call, err);
    }
    request = (struct request){.request_id = request_id_of(frame)};
    gateway_wrong_text(node, &call, why.code, "request", why.msg);
    return gateway_reply(node, &call, err);
}

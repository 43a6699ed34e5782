/* admin.c - the local socket of the broker: who holds the token of the home may ask and
 * order. */
#include "broker/admin.h"

#include <stdio.h>

#include "core/hash.h"
#include "core/wire.h"
#include "core/wire_find.h"

/* ---- replies ---- */

void admin_reply(struct broker *broker, uint64_t conn, const char *lang,
        struct reply *reply, const struct err *err)
{
    struct err why = {0};
    enum lang tongue = LANG_NL;
    char sentence[1000];
    struct span bytes;

    (void)lang_find(lang, &tongue);
    reply->v = 1;
    reply->code = reply->sentence = "";
    if (err->code != CODE_OK) {
        snprintf(sentence, sizeof sentence, "%s (%s)", code_sentence(err->code, tongue),
                err->msg);
        reply->code = code_name(err->code);
        reply->sentence = sentence;
    }
    if (!wire_put_arena(&WIRE_REPLY, reply, &broker->turn.arena, &bytes, &why) ||
            !turn_send_bytes(broker, broker->local, conn, bytes, &why))
        log_error(broker->log, broker->now_ms, "no_reply", "code=%s why=\"%s\"",
                code_name(why.code), why.msg);
    /* The reply outlives these words. */
    reply->sentence = "";
}

static struct made *made(struct broker *broker, struct admin_call *call)
{
    struct made *made = arena_take(&broker->frame, sizeof *made);
    if (made == NULL)
        return NULL;
    made->state = made->text = "";
    call->reply.made = made;
    return made;
}

/* ---- orders ---- */

static bool suspend(struct broker *broker, struct admin_call *call, struct err *err)
{
    const struct suspend *order = call->request->suspend;
    struct partner *partner = partners_find(broker->partners, order->partner);
    struct made *out = made(broker, call);
    struct record record = {
            .kind = "suspend",
            .actor = broker->name,
            .recipient = order->partner,
            .decision = order->lift ? "lifted" : "suspended",
    };

    if (partner == NULL || out == NULL || strcmp(order->partner, broker->name) == 0)
        return err_set(err, E_NOT_FOUND, "no such member: %s", order->partner);
    if (!wire_niss_free(&WIRE_SUSPEND, order, err))
        return false;
    const char *why = order->reason[0] != '\0' ? order->reason : "-";
    if (!ledger_partner_suspend(broker->ledger, partner->no, order->lift ? NULL : why,
                err) ||
            !record_audit(broker, &record, err))
        return false;
    partner->suspended = !order->lift;
    directory_suspend(broker->directory, partner->name, partner->suspended);
    /* At once: its connections are cut when this turn ends. */
    broker->directory_changed = true;
    if (order->lift)
        delivery_again(broker);
    log_warn(broker->log, broker->now_ms, record.decision, "peer=%s", partner->name);
    out->state = record.decision;
    return true;
}

/* What counts of it goes into the ledger with this turn. The file is for who loses the
 * ledger, and may be older or newer than it: all of it is the steward's word. */
static void keep_bundle(struct broker *broker, struct span bytes)
{
    struct arena arena = arena_new(BUNDLE_ARENA_BYTES);
    struct home_bundle bundle;
    struct err why = {0};
    bool kept;

    if (arena.at == NULL || !home_bundle_get(bytes, &arena, &bundle, &why) ||
            !home_keep_bundle(&broker->home, &bundle,
                    directory_serial(broker->directory), &arena, &kept, &why))
        log_warn(broker->log, broker->now_ms, "bundle_not_kept", "code=%s words=\"%s\"",
                code_name(why.code), why.msg);
    arena_free(&arena);
}

static bool load_bundle(struct broker *broker, struct admin_call *call, struct err *err)
{
    struct made *out = made(broker, call);
    struct record record = {
            .kind = "bundle",
            .actor = broker->name,
            .decision = "loaded",
    };
    size_t n_news;

    if (out == NULL)
        return err_set(err, ERR_NOMEM, "no room for a bundle");
    if (!publish_bundle(broker, call->request->load_bundle->bundle, &n_news, err) ||
            !record_audit(broker, &record, err))
        return false;
    keep_bundle(broker, call->request->load_bundle->bundle);
    log_info(broker->log, broker->now_ms, "bundle", "news=%zu", n_news);
    out->state = record.decision;
    out->count = n_news;
    return true;
}

static bool act(struct broker *broker, struct admin_call *call, struct err *err)
{
    const struct request *request = call->request;

    if (request->status != NULL)
        return admin_status(broker, call, err);
    if (request->doctor != NULL)
        return admin_doctor(broker, call, err);
    if (request->directory != NULL)
        return admin_directory(broker, call, err);
    if (request->gaps != NULL)
        return admin_gaps(broker, call, err);
    if (request->suspend != NULL)
        return suspend(broker, call, err);
    if (request->load_bundle != NULL)
        return load_bundle(broker, call, err);
    if (request->backup != NULL)
        return admin_backup(broker, call, err);
    return err_set(err, ERR_USAGE, "a broker does not do this");
}

static bool check_token(struct broker *broker, const struct request *request,
        struct err *err)
{
    struct key32 hash = keys_token_hash(request->token);

    if (hash_equal(hash.b, broker->home.token_hash.b, sizeof hash.b))
        return true;
    return err_set(err, E_AUTH, "not the token in %s", broker->home.token);
}

/* Written and then refused, a bundle would be in memory and not on the disk: then only
 * a new start makes them agree. */
static bool may_undo(const struct request *request)
{
    return request->load_bundle == NULL && request->suspend == NULL;
}

void admin_frame(struct broker *broker, const struct peer *peer, struct span bytes)
{
    struct admin_call call = {.conn = peer->conn};
    struct request request;
    struct err err = {0};

    if (!turn_open(broker))
        return;
    arena_reset(&broker->frame, 0);
    if (!wire_get(&WIRE_REQUEST, bytes, &broker->frame, &request, &err)) {
        log_warn(broker->log, broker->now_ms, "malformed", "uid=%u code=%s", peer->uid,
                code_name(err.code));
        link_cut(broker->local, peer->conn);
        return;
    }
    call.request = &request;
    call.reply.request_id = request.request_id;
    if (!turn_frame(broker))
        return;
    bool ok = check_token(broker, &request, &err) && act(broker, &call, &err);
    if (broker->dead)
        return;
    if (!ok && code_exit(err.code) > 1 && err.code != ERR_USAGE &&
            !may_undo(&request)) {
        turn_die(broker, &err);
        return;
    }
    if (ok ? !turn_keep(broker) : !turn_undo(broker))
        return;
    if (!ok)
        call.reply = (struct reply){.request_id = request.request_id};
    if (!ok || !call.later)
        admin_reply(broker, call.conn, request.lang, &call.reply, &err);
}

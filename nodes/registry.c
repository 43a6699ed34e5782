/* registry.c - signed things of the directory: heard, kept, said, carried. */
#include "nodes/registry.h"

#include <stdio.h>

#include "nodes/asks.h"
#include "nodes/escalations.h"
#include "nodes/session.h"
#include "nodes/volunteers.h"

enum {
    SLOT_BYTES = 160,
    PUBLISH_THINGS_MAX = 100,
    PUBLISH_BYTES_MAX = 512 * 1024,
};

/* ------------------------------------------------------------- feeding one thing */

/* What a thing is about: a newer one of the same slot takes its place. */
static bool slot_of(struct node *node, enum kind kind, struct span body,
        char slot[SLOT_BYTES], struct err *err)
{
    if (kind == KIND_MEMBERSHIP) {
        struct membership membership;
        if (!wire_get(&WIRE_MEMBERSHIP, body, &node->scratch, &membership, err))
            return false;
        snprintf(slot, SLOT_BYTES, "m/%s", membership.partner);
    } else if (kind == KIND_REVOCATION) {
        struct revocation revocation;
        if (!wire_get(&WIRE_REVOCATION, body, &node->scratch, &revocation, err))
            return false;
        snprintf(slot, SLOT_BYTES, "r/%s", revocation.partner);
    } else if (kind == KIND_AREA) {
        struct area area;
        if (!wire_get(&WIRE_AREA, body, &node->scratch, &area, err))
            return false;
        snprintf(slot, SLOT_BYTES, "a/%s", area.nis);
    } else if (kind == KIND_SNAPSHOT) {
        snprintf(slot, SLOT_BYTES, "s");
    } else {
        struct statement statement;
        if (!wire_get(&WIRE_STATEMENT, body, &node->scratch, &statement, err))
            return false;
        snprintf(slot, SLOT_BYTES, "t/%s/%s/%s", statement.author,
                statement_kind_name(statement.kind), statement.subject);
    }
    return true;
}

/* Feed a verified thing and keep it when it counts. */
static bool feed(struct node *node, enum kind kind, const struct signed_ *thing,
        struct span bytes, bool unpublished, enum directory_news *news, struct err *err)
{
    char slot[SLOT_BYTES];
    int64_t now = node_now(node);
    if (!directory_feed(node->directory, kind, thing->signer, bytes, thing->body, now,
                news, err) ||
            !slot_of(node, kind, thing->body, slot, err))
        return false;
    if (*news == DIRECTORY_KNOWN)
        return true;
    if (*news == DIRECTORY_CLASH)
        log_error(node->log, now, "directory_clash", "slot=%s", slot);
    struct spool_thing row = {
            .slot = slot,
            .clash = *news == DIRECTORY_CLASH,
            .kind = kind,
            .signer = thing->signer,
            .at_ms = now,
            .unpublished = unpublished,
            .bytes = bytes,
    };
    return spool_put_thing(node->db, &row, err);
}

/* A statement whose key was given up counts if it was said before. */
static bool in_time(struct node *node, enum kind kind, const struct signed_ *thing,
        struct err *err)
{
    struct statement statement;
    return kind != KIND_STATEMENT ||
           (wire_get(&WIRE_STATEMENT, thing->body, &node->scratch, &statement, err) &&
                   signed_in_time(node->directory, thing, (int64_t)statement.issued_ms,
                           err));
}

/* Verify and feed what somebody gave us. A refusal is logged and is no failure;
 * *refused: its code. */
static bool take(struct node *node, enum kind kind, struct span bytes, bool carry,
        enum directory_news *news, enum code *refused, struct err *err)
{
    struct signed_ thing;
    struct err why = {.code = CODE_OK};
    *news = DIRECTORY_KNOWN;
    if (session_verify(node, kind, bytes, &thing, &why) &&
            in_time(node, kind, &thing, &why) &&
            feed(node, kind, &thing, bytes, carry, news, &why))
        return true;
    *refused = why.code;
    if (!session_is_refusal(&why)) {
        *err = why;
        return false;
    }
    log_info(node->log, node_now(node), "directory_refused", "code=%s words=\"%s\"",
            code_name(why.code), why.msg);
    return true;
}

/* ------------------------------------------------------------- at start */

/* The steward's word stands by itself. For a statement the key counts, and not when the
 * membership began: it may be a renewed one. */
static bool get_stored(struct node *node, const struct spool_thing *stored,
        struct signed_ *thing, struct err *err)
{
    if (stored->kind != KIND_STATEMENT)
        return signed_get(node->cache, node->directory, stored->at_ms, stored->kind,
                stored->bytes, &node->scratch, thing, err);
    return wire_get(&WIRE_SIGNED, stored->bytes, &node->scratch, thing, err) &&
           signed_still_stands(node->cache, node->directory, thing, &node->scratch,
                   err);
}

static bool load_one(void *self, const struct spool_thing *stored, struct err *err)
{
    struct node *node = self;
    struct signed_ thing;
    struct err why = {.code = CODE_OK};
    enum directory_news news;
    size_t used = node->scratch.used;
    (void)err;
    /* As of when it came: what counted then counts now, but for its own dates, which
     * are looked at with each question. */
    bool ok = get_stored(node, stored, &thing, &why) &&
              directory_feed(node->directory, stored->kind, thing.signer, stored->bytes,
                      thing.body, stored->at_ms, &news, &why);
    arena_reset(&node->scratch, used);
    if (!ok)
        log_info(node->log, node_now(node), "directory_left_out",
                "slot=%s code=%s words=\"%s\"", stored->slot, code_name(why.code),
                why.msg);
    return true;
}

bool registry_load(struct node *node, struct err *err)
{
    return spool_each_thing(node->db, load_one, node, err);
}

/* ------------------------------------------------------------- bundles */

static bool take_list(struct node *node, enum kind kind, const struct span *list,
        size_t n_list, uint64_t *n_new, struct err *err)
{
    for (size_t i = 0; i < n_list; i++) {
        enum directory_news news;
        enum code refused = CODE_OK;
        size_t used = node->scratch.used;
        if (!take(node, kind, list[i], true, &news, &refused, err))
            return false;
        *n_new += news == DIRECTORY_NEW;
        arena_reset(&node->scratch, used);
    }
    return true;
}

bool registry_take_bundle(struct node *node, const struct home_bundle *bundle,
        uint64_t *n_new, struct err *err)
{
    const struct bundle *list = &bundle->bundle;
    *n_new = 0;
    if (!directory_pin(node->directory, &bundle->network, err))
        return false;
    if (list->network.len <= sizeof node->network) {
        memcpy(node->network, list->network.at, list->network.len);
        node->network_len = list->network.len;
    }
    /* The snapshot goes last: it vouches for the memberships before it. On a directory
     * that is too old for new members it goes first as well. */
    bool old = directory_age_days(node->directory, node_now(node)) >=
               DIRECTORY_NO_MEMBERS_DAYS;
    uint64_t ignored = 0;
    if (old && directory_issued_ms(node->directory) != 0 &&
            !take_list(node, KIND_SNAPSHOT, &list->snapshot, 1, n_new, err))
        return false;
    return take_list(node, KIND_MEMBERSHIP, list->memberships, list->n_memberships,
                   n_new, err) &&
           take_list(node, KIND_REVOCATION, list->revocations, list->n_revocations,
                   n_new, err) &&
           take_list(node, KIND_AREA, list->areas, list->n_areas, n_new, err) &&
           take_list(node, KIND_SNAPSHOT, &list->snapshot, 1, &ignored, err);
}

/* ------------------------------------------------------------- directory rows */

/* Refused only because of our clock, which is behind the broker's: it is said too far
 * ahead, or its author is no member yet. */
static bool is_early(const struct node *node, const struct signed_ *thing,
        enum code refused)
{
    const struct member *signer = directory_member(node->directory, thing->signer);
    return refused == E_CLOCK ||
           (refused == E_AUTH && signer != NULL && signer->from_ms > node_now(node));
}

bool registry_take(struct node *node, const struct span *things, size_t n_things,
        uint64_t upto, bool more, struct err *err)
{
    struct session *session = &node->session;
    bool any_new = false;
    for (size_t i = 0; i < n_things; i++) {
        struct signed_ thing;
        struct err why = {.code = CODE_OK};
        enum directory_news news = DIRECTORY_KNOWN;
        enum code refused = CODE_OK;
        size_t used = node->scratch.used;
        /* Only to know its kind; nothing else is read before it is verified. */
        if (wire_get(&WIRE_SIGNED, things[i], &node->scratch, &thing, &why) &&
                thing.kind != KIND_NETWORK &&
                !take(node, thing.kind, things[i], false, &news, &refused, err))
            return false;
        session->refused_old |= refused == E_DIRECTORY || refused == E_AUTH;
        session->early |= refused != CODE_OK && is_early(node, &thing, refused);
        any_new |= news == DIRECTORY_NEW;
        arena_reset(&node->scratch, used);
    }
    /* On disk the number stays before what must come again. */
    if (!session->early && !spool_set_number(node->db, SPOOL_DIRECTORY_SEQ, upto, err))
        return false;
    session->directory_upto = upto;
    session->sync_due |= more;
    session->directory_whole |= !more;
    /* What came before the snapshot that vouches for it is asked once more. */
    if (!more && session->refused_old && !session->synced_again) {
        session->refused_old = session->directory_whole = session->early = false;
        session->synced_again = session->sync_due = true;
        session->directory_upto = 0;
        if (!spool_set_number(node->db, SPOOL_DIRECTORY_SEQ, 0, err))
            return false;
    }
    return node_meet(node, err) &&
           (!any_new || (asks_settle(node, err) && volunteers_settle(node, err)));
}

/* ------------------------------------------------------------- saying */

/* To a broker that lost its store go first the consents and statuses that it must have
 * before letters come. No letter waits for consents that it does not take now: each
 * brings its own. */
static bool resend(struct node *node, struct span *bytes, size_t *n_bytes,
        struct err *err)
{
    struct session *session = &node->session;
    if (!spool_resend(node->db, !session->consents_later, &node->scratch, bytes,
                session->resending, COUNT_OF(session->resending), n_bytes, err))
        return false;
    session->n_resending = *n_bytes;
    session->resyncing = session->resyncing && *n_bytes > 0;
    return true;
}

static struct tag8 mark_of(struct span bytes)
{
    struct key32 hash = hash_sha256_one(bytes);
    struct tag8 mark;
    memcpy(mark.b, hash.b, sizeof mark.b);
    return mark;
}

/* What is not said yet; stewards: of the steward's alone, which is listed first. */
static bool unpublished(struct node *node, bool stewards, struct span *bytes,
        size_t *n_bytes, struct err *err)
{
    struct spool_thing things[PUBLISH_THINGS_MAX];
    size_t n_things;
    if (!spool_unpublished(node->db, &node->scratch, things, PUBLISH_THINGS_MAX,
                &n_things, err))
        return false;
    size_t total = 0;
    size_t n = 0;
    while (n < n_things && total + things[n].bytes.len <= PUBLISH_BYTES_MAX &&
            (!stewards || things[n].kind != KIND_STATEMENT)) {
        total += things[n].bytes.len;
        bytes[n] = things[n].bytes;
        node->session.published[n] = mark_of(bytes[n]);
        n++;
    }
    *n_bytes = node->session.n_publishing = n;
    return true;
}

/* *n_bytes 0: nothing is left to publish, or only what goes after withdrawals. */
static bool gather(struct node *node, struct span *bytes, size_t *n_bytes,
        struct err *err)
{
    struct session *session = &node->session;
    *n_bytes = session->n_resending = session->n_publishing = 0;
    if (session->steward_first) {
        if (!unpublished(node, true, bytes, n_bytes, err))
            return false;
        session->steward_first = *n_bytes > 0;
        return true;
    }
    if (!resend(node, bytes, n_bytes, err))
        return false;
    if (*n_bytes == 0 && !unpublished(node, false, bytes, n_bytes, err))
        return false;
    return *n_bytes > 0 ||
           escalations_next(node, bytes, PUBLISH_THINGS_MAX / 4, n_bytes, err);
}

bool registry_say(struct node *node, bool (*say)(struct node *, const struct frame *),
        struct err *err)
{
    struct session *session = &node->session;
    bool more = session->steward_first;
    size_t n_bytes;
    if (!session->publish_due || !id_is_none(&session->publishing))
        return true;
    struct span *bytes = arena_take(&node->scratch, PUBLISH_THINGS_MAX * sizeof *bytes);
    if (bytes == NULL)
        return err_set(err, ERR_NOMEM, "no room for a publication");
    if (!gather(node, bytes, &n_bytes, err))
        return false;
    session->publish_due = more || n_bytes > 0;
    if (n_bytes == 0)
        return true;
    session->publishing = node_random_id();
    const struct publish publish = {.submission_id = session->publishing,
            .things = bytes,
            .n_things = n_bytes};
    (void)say(node, &(struct frame){.v = 1, .publish = &publish});
    return true;
}

/* What was published and still stands is marked so; what took its place meanwhile is
 * not. */
static bool mark_published(struct node *node, struct err *err)
{
    const struct session *session = &node->session;
    struct spool_thing things[PUBLISH_THINGS_MAX];
    size_t n_things = 0;
    if (session->n_publishing > 0 &&
            !spool_unpublished(node->db, &node->scratch, things, PUBLISH_THINGS_MAX,
                    &n_things, err))
        return false;
    for (size_t i = 0; i < n_things; i++) {
        struct tag8 mark = mark_of(things[i].bytes);
        bool was = false;
        for (size_t k = 0; k < session->n_publishing; k++)
            was |= memcmp(&mark, &session->published[k], sizeof mark) == 0;
        if (was && !spool_set_published(node->db, things[i].slot, err))
            return false;
    }
    return true;
}

bool registry_answered(struct node *node, const struct answer *answer, struct err *err)
{
    struct session *session = &node->session;
    session->publishing = (struct id){{0}};
    enum code code = answer->code[0] == '\0' ? CODE_OK : code_find(answer->code);
    if (code != CODE_OK)
        log_warn(node->log, node_now(node), "publish_refused", "code=%s words=\"%s\"",
                answer->code, answer->words);
    /* A temporary no: it is tried again with the next round of upkeep. What waits for
     * the steward's word or for consents does not wait for that. */
    bool later = code != CODE_OK && code != N_CODES && code_retry(code);
    bool consents =
            session->n_resending > 0 && session->resending[0].of == SPOOL_OF_CAPSULE;
    session->publish_due = !later || session->steward_first || consents;
    session->steward_first = session->steward_first && !later;
    session->consents_later |= later && consents;
    return later ||
           (spool_resent(node->db, session->resending, session->n_resending, err) &&
                   mark_published(node, err));
}

bool registry_statement(struct node *node, struct statement *statement, struct err *err)
{
    int64_t now = node_now(node);
    uint64_t used = directory_version(node->directory, node->partner, statement->kind,
            statement->subject);
    /* Seconds as version: also a node that was put back to an older store goes on above
     * what it said before. */
    uint64_t seconds = (uint64_t)(now / TIME_SECOND_MS);
    statement->v = 1;
    statement->author = node->partner;
    statement->version = used >= seconds ? used + 1 : seconds;
    statement->issued_ms = (uint64_t)now;
    struct span body;
    struct span bytes;
    enum directory_news news;
    if (!wire_put_arena(&WIRE_STATEMENT, statement, &node->scratch, &body, err) ||
            !signed_make(node->partner, node->home.identity, KIND_STATEMENT, body,
                    &node->scratch, &bytes, err))
        return false;
    struct signed_ thing = {.signer = node->partner, .body = body};
    node->session.publish_due = true;
    return feed(node, KIND_STATEMENT, &thing, bytes, true, &news, err);
}

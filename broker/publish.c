/* publish.c - the directory at the broker: what nodes publish, the steward's bundle,
 * and what was kept. */
#include <stdio.h>
#include <stdlib.h>

#include "broker/put.h"
#include "core/bundle.h"
#include "core/wire.h"

enum { THING_KEY_BYTES = 200 };

/* ---- keeping ---- */

/* What a thing is about: the newest one of a key takes the place of the older. */
static bool key_of(struct broker *broker, enum kind kind, struct span body,
        char key[THING_KEY_BYTES], char partner[PARTNER_BYTES], struct err *err)
{
    struct arena *arena = &broker->frame;
    size_t used = arena->used;
    struct membership member;
    struct revocation revocation;
    struct statement statement;
    struct area area;
    bool ok = true;

    partner[0] = '\0';
    snprintf(key, THING_KEY_BYTES, "%s", kind_name(kind));
    if (kind == KIND_MEMBERSHIP) {
        ok = wire_get(&WIRE_MEMBERSHIP, body, arena, &member, err);
        if (ok) {
            snprintf(partner, PARTNER_BYTES, "%s", member.partner);
            snprintf(key, THING_KEY_BYTES, "membership/%s", member.partner);
        }
    } else if (kind == KIND_REVOCATION) {
        ok = wire_get(&WIRE_REVOCATION, body, arena, &revocation, err);
        if (ok)
            snprintf(key, THING_KEY_BYTES, "revocation/%s", revocation.partner);
    } else if (kind == KIND_AREA) {
        ok = wire_get(&WIRE_AREA, body, arena, &area, err);
        if (ok)
            snprintf(key, THING_KEY_BYTES, "area/%s", area.nis);
    } else if (kind == KIND_STATEMENT) {
        ok = wire_get(&WIRE_STATEMENT, body, arena, &statement, err);
        if (ok)
            snprintf(key, THING_KEY_BYTES, "statement/%s/%s/%s", statement.author,
                    statement_kind_name(statement.kind), statement.subject);
    }
    arena_reset(arena, used);
    return ok;
}

/* Something that counts: on disk, and to every node. */
static bool keep(struct broker *broker, enum kind kind, struct span bytes,
        struct span body, enum directory_news news, struct err *err)
{
    char key[THING_KEY_BYTES], name[PARTNER_BYTES];
    struct partner *partner;

    if (!key_of(broker, kind, body, key, name, err))
        return false;
    if (news == DIRECTORY_CLASH) {
        /* Both are void, and everybody must come to see both. */
        log_error(broker->log, broker->now_ms, "directory_clash", "key=%s", key);
        strncat(key, "#2", sizeof key - strlen(key) - 1);
    }
    if (!ledger_thing_put(broker->ledger, key, kind, bytes, &broker->directory_seq,
                err))
        return err_wrap(err, "the directory");
    broker->directory_changed = true;
    /* A membership and a mandate make a coordinator. */
    bool coordinates = kind == KIND_MEMBERSHIP ||
                       strstr(key, statement_kind_name(STATEMENT_KIND_MANDATE)) != NULL;
    if (coordinates && !escalate_again(broker, err))
        return false;
    if (kind == KIND_MEMBERSHIP || kind == KIND_REVOCATION)
        broker->next_left_ms = broker->now_ms;
    return name[0] == '\0' || record_partner(broker, name, &partner, err);
}

/* ---- taking ---- */

static bool take_fact(struct broker *broker, const struct partner *partner,
        enum kind kind, struct span bytes, struct err *err)
{
    struct signed_ thing;
    struct statement statement;
    enum directory_news news;
    struct err store = {0};

    if (!signed_get(broker->cache, broker->directory, broker->now_ms, kind, bytes,
                &broker->frame, &thing, err))
        return false;
    if (kind == KIND_STATEMENT && strcmp(thing.signer, partner->name) != 0)
        return err_set(err, E_AUTH, "a statement of somebody else");
    if (kind == KIND_STATEMENT &&
            (!wire_get(&WIRE_STATEMENT, thing.body, &broker->frame, &statement, err) ||
                    !signed_in_time(broker->directory, &thing,
                            (int64_t)statement.issued_ms, err)))
        return false;
    if (!directory_feed(broker->directory, kind, thing.signer, bytes, thing.body,
                broker->now_ms, &news, err))
        return false;
    if (news == DIRECTORY_KNOWN || keep(broker, kind, bytes, thing.body, news, &store))
        return true;
    /* The view in memory has it and the disk has not: only a new start makes them
     * agree. */
    turn_die(broker, &store);
    *err = store;
    return false;
}

/* The broker's own word, brought back by a party after this store was lost. */
static bool take_status(struct broker *broker, const struct partner *partner,
        struct span bytes, struct err *err)
{
    struct signed_ thing;
    struct offer_status status;

    if (!signed_get(broker->cache, broker->directory, broker->now_ms, KIND_OFFER_STATUS,
                bytes, &broker->frame, &thing, err) ||
            !wire_get(&WIRE_OFFER_STATUS, thing.body, &broker->frame, &status, err) ||
            !signed_in_time(broker->directory, &thing, (int64_t)status.at_ms, err))
        return false;
    if (strcmp(status.sender, partner->name) != 0 &&
            strcmp(status.target, partner->name) != 0)
        return err_set(err, E_AUTH, "a status of an offer between others");
    return restore_offer(broker, partner, &status, err);
}

/* A coordinator tells of what it was told of, and what is late by now. */
static bool take_escalation(struct broker *broker, struct partner *partner,
        struct span bytes, struct err *err)
{
    struct signed_ thing;
    struct escalation said;

    if (!signed_get(broker->cache, broker->directory, broker->now_ms, KIND_ESCALATION,
                bytes, &broker->frame, &thing, err) ||
            !wire_get(&WIRE_ESCALATION, thing.body, &broker->frame, &said, err) ||
            !signed_in_time(broker->directory, &thing, (int64_t)said.at_ms, err))
        return false;
    if (strcmp(said.reader, partner->name) != 0)
        return err_set(err, E_AUTH, "an escalation that another one was told of");
    return escalate_asked(broker, partner, &said, err);
}

/* A capsule that is brought back after this store was lost, or the collector's own. */
static bool take_capsule(struct broker *broker, struct partner *partner,
        struct span bytes, struct err *err)
{
    struct err store = {0};
    int64_t clash;
    bool fresh;

    if (put_disk_low(broker))
        return err_set(err, E_DISK, "no room for consents without a letter");
    if (partner_day_count(&partner->brought, broker->now_ms) >=
            broker->conf.brought_consents)
        return err_set(err, E_BUSY, "too many consents without a letter on one day");
    if (put_keep_capsule(broker, partner, bytes, &fresh, &clash, err)) {
        if (!withdraw_tell(broker, partner, bytes, err))
            return false;
        partner->brought.n += fresh;
        return true;
    }
    if (clash == 0 || ledger_consent_conflict(broker->ledger, clash, &store))
        return false;
    *err = store;
    return false;
}

static bool take_thing(struct broker *broker, struct partner *partner,
        struct span bytes, struct err *err)
{
    struct signed_ shown;

    /* The kind is read to know how to verify; nothing else of it is believed yet. */
    if (!wire_get(&WIRE_SIGNED, bytes, &broker->frame, &shown, err))
        return false;
    switch ((int)shown.kind) {
    case KIND_MEMBERSHIP:
    case KIND_REVOCATION:
    case KIND_AREA:
    case KIND_SNAPSHOT:
    case KIND_STATEMENT: return take_fact(broker, partner, shown.kind, bytes, err);
    case KIND_OFFER_STATUS: return take_status(broker, partner, bytes, err);
    case KIND_ESCALATION: return take_escalation(broker, partner, bytes, err);
    case KIND_RECEIPT: return ack_brought(broker, partner, bytes, err);
    case KIND_CONSENT: return take_capsule(broker, partner, bytes, err);
    case KIND_NETWORK: return true;
    default:
        return err_set(err, E_FIELD, "a %s is not published", kind_name(shown.kind));
    }
}

/* Is there a word of the node about itself among them? */
static bool own_words(struct broker *broker, const struct publish *publish)
{
    bool own = false;

    for (size_t i = 0; !own && i < publish->n_things; i++) {
        size_t used = broker->frame.used;
        struct signed_ shown;
        struct err err;
        own = wire_get(&WIRE_SIGNED, publish->things[i], &broker->frame, &shown,
                      &err) &&
              shown.kind == KIND_STATEMENT;
        arena_reset(&broker->frame, used);
    }
    return own;
}

/* What is refused leaves nothing, however far it came, but that a consent clashes. The
 * next one has the room of a whole frame. */
static bool end_thing(struct broker *broker, enum code code, struct err *err)
{
    bool stays = code == CODE_OK || code == E_CONSENT_CONFLICT;
    bool ended = stays ? turn_keep(broker) : turn_undo(broker);

    return (ended && turn_frame(broker)) ||
           err_set(err, ERR_INTERNAL, "the turn is broken");
}

/* Each thing stands alone: what is refused does not keep the others out. The answer
 * says the first no, or the first that holds only for now, for then all come again. */
bool publish_take(struct broker *broker, struct partner *partner,
        const struct publish *publish, struct err *err)
{
    struct answer_note *note;
    struct err first = {0};
    struct span words;

    for (size_t i = 0; i < publish->n_things; i++) {
        size_t used = broker->frame.used;
        struct err why = {0};
        bool ok = take_thing(broker, partner, publish->things[i], &why);
        arena_reset(&broker->frame, used);
        if (!ok && code_exit(why.code) > 1) {
            *err = why;
            return false;
        }
        if (!end_thing(broker, ok ? CODE_OK : why.code, err))
            return false;
        if (!ok && (first.code == CODE_OK ||
                           (code_retry(why.code) && !code_retry(first.code))))
            first = why;
    }
    /* A node says again what it is itself after it has brought back everything else. */
    if (!partner->in_step && own_words(broker, publish) &&
            !record_step(broker, partner, true, err))
        return false;
    if (!turn_answer(broker, partner->session.conn, &note, err) ||
            !turn_copy(broker,
                    (struct span){(const uint8_t *)first.msg, strlen(first.msg) + 1},
                    &words, err))
        return false;
    note->answer.id = publish->submission_id;
    note->answer.words = (const char *)words.at;
    if (first.code == CODE_OK)
        return true;
    note->answer.code = code_name(first.code);
    return record_refusal(broker, partner, "publish", first.code, first.msg, err);
}

/* ---- the steward's bundle, and the start ---- */

struct bundle_work {
    struct broker *broker;
    size_t n_news;
};

static bool on_bundle_news(void *context, enum kind kind, struct span bytes,
        enum directory_news news, struct err *err)
{
    struct bundle_work *work = context;
    struct broker *broker = work->broker;
    struct signed_ thing;
    size_t used = broker->frame.used;

    bool ok = wire_get(&WIRE_SIGNED, bytes, &broker->frame, &thing, err) &&
              keep(broker, kind, bytes, thing.body, news, err);
    arena_reset(&broker->frame, used);
    work->n_news += ok;
    return ok;
}

static bool feed_bundle(struct broker *broker, struct span bytes, struct arena *arena,
        size_t *n_news, struct err *err)
{
    const struct network *pinned = directory_network(broker->directory);
    struct bundle_work work = {.broker = broker};
    struct bundle bundle;
    struct network network;
    uint64_t seq;

    if (!bundle_get(bytes, pinned != NULL ? &pinned->steward_key : NULL, arena, &bundle,
                &network, err))
        return false;
    if (pinned == NULL && !ledger_thing_put(broker->ledger, kind_name(KIND_NETWORK),
                                  KIND_NETWORK, bundle.network, &seq, err))
        return false;
    if (!bundle_feed(&bundle, &network, broker->directory, broker->now_ms, arena,
                on_bundle_news, &work, err))
        return false;
    *n_news = work.n_news;
    return true;
}

bool publish_bundle(struct broker *broker, struct span bytes, size_t *n_news,
        struct err *err)
{
    struct arena arena = arena_new(BUNDLE_ARENA_BYTES);

    if (arena.at == NULL)
        return err_set(err, ERR_NOMEM, "no memory for a bundle");
    bool ok = feed_bundle(broker, bytes, &arena, n_news, err);
    arena_free(&arena);
    return ok;
}

/* A stored thing is judged as of when it says that it was issued. It was taken then,
 * and whatever our clock says now it counts until its own end, which is looked at with
 * each question. */
static bool as_of(struct broker *broker, enum kind kind, struct span body,
        int64_t *at_ms, struct err *err)
{
    struct statement statement;
    struct snapshot snapshot;

    *at_ms = broker->now_ms;
    if (kind == KIND_STATEMENT) {
        if (!wire_get(&WIRE_STATEMENT, body, &broker->frame, &statement, err))
            return false;
        *at_ms = (int64_t)statement.issued_ms;
    } else if (kind == KIND_SNAPSHOT) {
        if (!wire_get(&WIRE_SNAPSHOT, body, &broker->frame, &snapshot, err))
            return false;
        *at_ms = (int64_t)snapshot.issued_ms;
    }
    return true;
}

/* One kind of the things that the ledger has; what was signed with a key that is not
 * vouched for any more is left out. */
static bool load_kind(struct broker *broker, enum kind kind, struct err *err)
{
    struct ledger_thing thing = {.seq = 0};
    bool found = true;

    while (found) {
        struct signed_ signed_;
        struct network network;
        enum directory_news news;
        struct err stale = {0};
        int64_t at_ms;
        arena_reset(&broker->frame, 0);
        if (!ledger_thing_next(broker->ledger, thing.seq, &broker->frame, &thing,
                    &found, err))
            return false;
        if (!found || thing.kind != kind)
            continue;
        if (!wire_get(&WIRE_SIGNED, thing.bytes, &broker->frame, &signed_, err))
            return err_wrap(err, "the directory in the ledger");
        if (kind == KIND_NETWORK) {
            if (!wire_get(&WIRE_NETWORK, signed_.body, &broker->frame, &network, err) ||
                    !directory_pin(broker->directory, &network, err))
                return err_wrap(err, "the network in the ledger");
            continue;
        }
        bool stands = kind != KIND_STATEMENT ||
                      signed_still_stands(broker->cache, broker->directory, &signed_,
                              &broker->frame, &stale);
        if (!(stands && as_of(broker, kind, signed_.body, &at_ms, &stale) &&
                    directory_feed(broker->directory, kind, signed_.signer, thing.bytes,
                            signed_.body, at_ms, &news, &stale)) &&
                code_exit(stale.code) > 1) {
            *err = stale;
            return false;
        }
    }
    return true;
}

bool publish_load(struct broker *broker, struct err *err)
{
    /* Memberships and areas come before the snapshot that counts them. */
    static const enum kind ORDER[] = {KIND_NETWORK, KIND_MEMBERSHIP, KIND_REVOCATION,
            KIND_AREA, KIND_SNAPSHOT, KIND_STATEMENT};
    struct arena arena = arena_new(HOME_BUNDLE_ARENA);
    struct home_bundle joined;
    size_t n_news;

    if (arena.at == NULL)
        return err_set(err, ERR_NOMEM, "no memory for the bundle");
    bool ok = true;
    for (size_t i = 0; ok && i < COUNT_OF(ORDER); i++)
        ok = load_kind(broker, ORDER[i], err);
    arena_reset(&broker->frame, 0);
    ok = ok && home_joined_bundle(&broker->home, &arena, &joined, err) &&
         publish_bundle(broker, joined.bytes, &n_news, err) &&
         ledger_thing_last(broker->ledger, &broker->directory_seq, err);
    arena_free(&arena);
    return ok;
}

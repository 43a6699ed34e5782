/* broker.c - a broker from its start to its end: home, ledger, directory, sockets. */
#include "broker/broker.h"

#include <stdio.h>
#include <stdlib.h>

#include "broker/state.h"
#include "broker/tiles.h"
#include "core/db.h"

/* ---- what the loop calls ---- */

static bool on_admit(void *self, const struct key32 *curve_pk, char user[PARTNER_BYTES])
{
    struct broker *broker = self;
    const struct member *member =
            directory_by_transport(broker->directory, curve_pk, loop_now(broker->loop));

    if (member == NULL || member->role != ROLE_NODE)
        return false;
    snprintf(user, PARTNER_BYTES, "%s", member->partner);
    return true;
}

static void on_frame(void *self, struct link *link, const struct peer *peer,
        struct span frame)
{
    struct broker *broker = self;

    if (link == broker->local)
        admin_frame(broker, peer, frame);
    else
        ingress_frame(broker, peer, frame);
}

static void on_down(void *self, struct link *link, uint64_t conn)
{
    struct broker *broker = self;
    struct partner *partner;

    if (link != broker->bus)
        return;
    for (size_t i = 0; (partner = partners_at(broker->partners, i)) != NULL; i++) {
        if (!partner->session.live || partner->session.conn != conn)
            continue;
        partner->session.live = false;
        log_info(broker->log, loop_now(broker->loop), "down", "peer=%s", partner->name);
    }
}

static void on_wake(void *self)
{
    timers_wake(self);
}

static void on_turn_end(void *self)
{
    turn_end(self);
}

/* ---- starting ---- */

static bool make_parts(struct broker *broker, struct err *err)
{
    const struct loop_app app = {
            .self = broker,
            .on_admit = on_admit,
            .on_frame = on_frame,
            .on_down = on_down,
            .on_wake = on_wake,
            .on_turn_end = on_turn_end,
    };

    broker->frame = arena_new(FRAME_ARENA_BYTES);
    broker->turn.arena = arena_new(TURN_ARENA_BYTES);
    if (broker->frame.at == NULL || broker->turn.arena.at == NULL)
        return err_set(err, ERR_NOMEM, "no memory to start the broker");
    broker->loop = loop_new(&app, err);
    if (broker->loop == NULL)
        return false;
    broker->now_ms = loop_now(broker->loop);
    broker->clock_lead_ms = loop_clock_lead_ms(broker->loop);
    broker->directory = directory_new(err);
    broker->cache = broker->directory != NULL ? signed_cache_new(err) : NULL;
    broker->partners = broker->cache != NULL ? partners_new(err) : NULL;
    broker->capsules = broker->partners != NULL ? capsules_new(err) : NULL;
    broker->tiles = broker->capsules != NULL ? tiles_new(broker->ledger, err) : NULL;
    return broker->tiles != NULL;
}

static bool on_partner(void *self, uint32_t no, const char *name, bool suspended,
        bool in_step)
{
    struct broker *broker = self;
    return partners_add(broker->partners, no, name, suspended, in_step);
}

static bool on_load(void *self, uint32_t recipient, uint32_t sender, int64_t n,
        int64_t bytes)
{
    struct broker *broker = self;
    partners_mark(broker->partners);
    return partners_count(broker->partners, recipient, sender, n, bytes);
}

static bool on_kept(void *self, enum ledger_kept kept, uint32_t partner, int64_t n)
{
    struct broker *broker = self;
    partners_mark(broker->partners);
    return partners_keep(broker->partners, kept, partner, n);
}

static void suspend_known(struct broker *broker)
{
    const struct partner *partner;

    for (size_t i = 0; (partner = partners_at(broker->partners, i)) != NULL; i++)
        if (partner->suspended)
            directory_suspend(broker->directory, partner->name, true);
}

static bool load_ledger(struct broker *broker, struct err *err)
{
    struct ledger *ledger = broker->ledger;
    int64_t at_ms;

    if (!db_begin(ledger_db(ledger), err) ||
            !ledger_start(ledger, &broker->store, err) ||
            !ledger_partners(ledger, on_partner, broker, err) ||
            !ledger_loads(ledger, on_load, broker, err) ||
            !ledger_kept(ledger, LEDGER_KEPT_REFUSED, on_kept, broker, err) ||
            !ledger_kept(ledger, LEDGER_KEPT_EARLY, on_kept, broker, err) ||
            !publish_load(broker, err) ||
            !ledger_next_due(ledger, &broker->next_due_ms, err) ||
            !ledger_checkpoint_last(ledger, &broker->checkpoint_size, &at_ms, err) ||
            !db_commit(ledger_db(ledger), err))
        return false;
    broker->logged_size = broker->store.log.size;
    suspend_known(broker);
    return true;
}

/* The broker is who the steward says it is: the membership with its keys. */
static bool find_self(struct broker *broker, struct err *err)
{
    const struct member *self = directory_broker(broker->directory, broker->now_ms);

    if (self == NULL ||
            !key32_equal(&self->identity_key, sign_key_public(broker->home.identity)) ||
            !key32_equal(&self->transport_key,
                    box_key_public(broker->home.transport)) ||
            !key32_equal(&self->log_key, sign_key_public(broker->home.log_key)))
        return err_set(err, ERR_CONFIG,
                "the network has no broker in force with the keys in %s; ask the steward "
                "for a new bundle",
                broker->home.path);
    snprintf(broker->name, sizeof broker->name, "%s", self->partner);
    broker->signer = signer_new(broker->name, broker->home.identity, err);
    return broker->signer != NULL;
}

/* The database first: who does not get its lock must not touch the sockets of who has
 * it. */
static bool start(struct broker *broker, struct err *err)
{
    const struct broker_conf *conf = &broker->conf;

    if (!home_open(conf->home, ROLE_BROKER, &broker->home, err))
        return false;
    broker->ledger = ledger_open(broker->home.db, conf->vfs, err);
    if (broker->ledger == NULL || !make_parts(broker, err) ||
            !load_ledger(broker, err) || !find_self(broker, err))
        return false;
    broker->bus =
            loop_serve_bus(broker->loop, conf->listen, broker->home.transport, err);
    if (broker->bus == NULL)
        return false;
    broker->local = loop_serve_local(broker->loop, broker->home.socket, err);
    if (broker->local == NULL)
        return false;
    broker->started_ms = broker->now_ms;
    broker->next_purge_ms = broker->next_checkpoint_ms = broker->next_left_ms =
            broker->now_ms;
    nightly_begin(broker);
    timers_arm(broker);
    log_info(broker->log, broker->now_ms, "started",
            "partner=%s address=%s incarnation=%llu members=%zu", broker->name,
            link_address(broker->bus), (unsigned long long)broker->store.incarnation,
            directory_member_count(broker->directory));
    loop_ready(broker->loop);
    return true;
}

struct broker *broker_new(const struct broker_conf *conf, struct log *log,
        struct err *err)
{
    struct broker *broker = calloc(1, sizeof *broker);

    if (broker == NULL) {
        err_set(err, ERR_NOMEM, "no memory to start the broker");
        return NULL;
    }
    broker->conf = *conf;
    limits_load(&broker->limits, conf);
    broker->log = log;
    if (start(broker, err))
        return broker;
    broker_free(broker);
    return NULL;
}

void broker_free(struct broker *broker)
{
    if (broker == NULL)
        return;
    admin_close(broker);
    loop_free(broker->loop);
    signer_free(broker->signer);
    signed_cache_free(broker->cache);
    directory_free(broker->directory);
    partners_free(broker->partners);
    tiles_free(broker->tiles);
    capsules_free(broker->capsules);
    if (broker->ledger != NULL)
        db_rollback(ledger_db(broker->ledger));
    ledger_close(broker->ledger);
    home_close(&broker->home);
    arena_free(&broker->frame);
    arena_free(&broker->turn.arena);
    free(broker);
}

struct loop *broker_loop(struct broker *broker)
{
    return broker->loop;
}

const char *broker_address(const struct broker *broker)
{
    return link_address(broker->bus);
}

bool broker_conserved(struct broker *broker, int64_t *faults, struct err *err)
{
    return ledger_conserved(broker->ledger, faults, err);
}

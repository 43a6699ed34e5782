/* node.c - a node as a whole: opened, woken, its frames handed on, ended. */
#include "nodes/node.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/statvfs.h>

#include "nodes/aggregates.h"
#include "nodes/asks.h"
#include "nodes/audit.h"
#include "nodes/awaited.h"
#include "nodes/backup.h"
#include "nodes/batch.h"
#include "nodes/coordinators.h"
#include "nodes/epochs.h"
#include "nodes/escalations.h"
#include "nodes/gateway.h"
#include "nodes/gateway_follow.h"
#include "nodes/hands_follow.h"
#include "nodes/node_inner.h"
#include "nodes/registry.h"
#include "nodes/reports.h"
#include "nodes/retention.h"
#include "nodes/rights.h"
#include "nodes/selfcheck.h"
#include "nodes/session.h"
#include "nodes/signals.h"
#include "nodes/vault.h"
#include "nodes/visits.h"
#include "nodes/volunteers.h"

enum {
    UPKEEP_MS = TIME_MINUTE_MS,
    CHORES_MS = TIME_HOUR_MS,
    DISK_LOOK_MS = TIME_SECOND_MS,
};

/* ------------------------------------------------------------- small questions */

int64_t node_now(const struct node *node)
{
    return loop_now(node->loop);
}

/* Nothing is put off for longer than this: what seems to be later was put off before
 * the clock went back. */
static bool is_due(int64_t due_ms, int64_t now, int64_t longest_ms)
{
    return due_ms <= now || due_ms > now + longest_ms;
}

const struct member *node_self(const struct node *node)
{
    return node->partner[0] == '\0' ? NULL
                                    : directory_live_member(node->directory,
                                              node->partner, node_now(node));
}

struct id node_random_id(void)
{
    struct id id;
    hash_random(&id, sizeof id);
    return id;
}

struct id node_msg_id(const struct node *node)
{
    uint8_t random[10];
    hash_random(random, sizeof random);
    return ids_v7(node_now(node), random);
}

void node_die(struct node *node, const struct err *err)
{
    log_error(node->log, node_now(node), "died", "code=%s words=\"%s\"",
            code_name(err->code), err->msg);
    loop_die(node->loop, err);
}

bool node_disk_low(struct node *node)
{
    struct statvfs info;
    int64_t now = node_now(node);
    if (is_due(node->disk_checked_ms + DISK_LOOK_MS, now, DISK_LOOK_MS) &&
            statvfs(node->home.path, &info) == 0) {
        node->disk_low = (uint64_t)info.f_bavail * info.f_frsize < NODE_DISK_ROOM;
        node->disk_checked_ms = now;
    }
    return node->disk_low;
}

bool node_trace(struct node *node, uint64_t case_number, const char *who,
        const char *what, const char *code, const struct id *msg_id, struct err *err)
{
    struct spool_trace trace = {
            .case_number = case_number,
            .at_ms = node_now(node),
            .who = who,
            .what = what,
            .code = code,
    };
    if (msg_id != NULL)
        trace.msg_id = *msg_id;
    return spool_put_trace(node->db, &trace, err);
}

bool node_trace_letter(struct node *node, uint64_t case_number, const char *who,
        const char *what, const char *code, const struct trace_letter *letter,
        struct err *err)
{
    struct spool_trace trace = {
            .case_number = case_number,
            .at_ms = node_now(node),
            .who = who,
            .what = what,
            .code = code,
            .msg_id = letter->msg_id,
            .letter = letter->type == LETTER_TYPE_EVENT
                              ? offer_event_name(letter->event)
                              : letter_type_name(letter->type),
            .other = letter->other,
    };
    return spool_put_trace(node->db, &trace, err);
}

void node_set_alarm(struct node *node)
{
    /* What was put off by a clock that went back since is not waited for. */
    int64_t longest = node_now(node) + UPKEEP_MS;
    int64_t due = node->upkeep_ms < longest ? node->upkeep_ms : longest;
    if (node->rotate_ms != 0 && node->rotate_ms < due)
        due = node->rotate_ms;
    if (node->session.retry_ms != 0 && node->session.retry_ms < due)
        due = node->session.retry_ms;
    bool asks = node->session.welcomed && node->session.directory_whole;
    if (asks && audit_due_ms(node) < due)
        due = audit_due_ms(node);
    if (node->backup != NULL)
        due = node_now(node);
    loop_wake_at(node->loop, due);
}

/* ------------------------------------------------------------- who we are, and where
 * the broker is */

static bool learn_name(struct node *node, struct err *err)
{
    const struct key32 *ours = sign_key_public(node->home.identity);
    if (node->partner[0] != '\0')
        return true;
    for (size_t i = 0; i < directory_member_count(node->directory); i++) {
        const struct member *member = directory_member_at(node->directory, i);
        if (member->role != ROLE_NODE || !key32_equal(&member->identity_key, ours))
            continue;
        snprintf(node->partner, sizeof node->partner, "%s", member->partner);
        node->signer = signer_new(node->partner, node->home.identity, err);
        return node->signer != NULL;
    }
    return true;
}

bool node_meet(struct node *node, struct err *err)
{
    if (!learn_name(node, err))
        return false;
    const struct member *broker = directory_broker(node->directory, node_now(node));
    if (broker == NULL || node->partner[0] == '\0')
        return true;
    const char *address = node->conf.broker_address[0] != '\0'
                                  ? node->conf.broker_address
                                  : broker->address;
    if (node->bus != NULL && strcmp(node->bus_address, address) == 0 &&
            key32_equal(&node->bus_key, &broker->transport_key))
        return true;
    if (node->bus != NULL) {
        link_close(node->bus);
        session_down(node);
    }
    snprintf(node->bus_address, sizeof node->bus_address, "%s", address);
    node->bus_key = broker->transport_key;
    node->bus = loop_connect_bus(node->loop, node->bus_address, &node->bus_key,
            node->home.transport, err);
    return node->bus != NULL;
}

/* By the clock that it was started with, neither the node nor its broker was a member,
 * or the steward's word was one of the future: asked again until the clock is right. */
static bool meet_late(struct node *node, struct err *err)
{
    struct err none = {.code = CODE_OK};
    struct home_bundle bundle;
    uint64_t n_new;
    if (node->bus != NULL || directory_network(node->directory) == NULL)
        return true;
    struct arena arena = arena_new(HOME_BUNDLE_ARENA);
    bool ok =
            !home_joined_bundle(&node->home, &arena, &bundle, &none) ||
            (registry_take_bundle(node, &bundle, &n_new, err) && node_meet(node, err));
    arena_free(&arena);
    return ok;
}

/* ------------------------------------------------------------- what the loop calls */

static void on_up(void *self, struct link *link)
{
    struct node *node = self;
    if (link == node->bus)
        session_up(node);
}

static void on_down(void *self, struct link *link, uint64_t conn)
{
    struct node *node = self;
    if (link == node->bus)
        session_down(node);
    else
        follow_forget(node, conn);
}

static void on_frame(void *self, struct link *link, const struct peer *peer,
        struct span frame)
{
    struct node *node = self;
    struct err err = {.code = CODE_OK};
    arena_reset(&node->scratch, 0);
    bool ok = batch_begin(node, &err);
    if (ok && link == node->gateway)
        ok = gateway_take(node, peer->conn, frame, &err);
    else if (ok && link == node->bus)
        ok = session_take(node, frame, &err);
    if (!ok)
        node_die(node, &err);
    else if (batch_is_full(node))
        (void)batch_close(node);
}

/* What was destroyed by a wrong clock does not come back when it is right. */
static bool let_go(struct node *node, struct err *err)
{
    uint64_t gone[N_SPOOL_RETAINED];
    return !session_clock_holds(node) || retention_run(node, gone, err);
}

/* What goes by days is looked at once an hour; but others cannot write to us while they
 * have no key of ours. */
static bool chores(struct node *node, int64_t now, struct err *err)
{
    if (!is_due(node->chores_ms, now, CHORES_MS) && epochs_known(node))
        return true;
    node->chores_ms = now + CHORES_MS;
    escalations_ask(node);
    /* Our clock has caught up, perhaps. */
    node->session.put_off |= node->session.early;
    return batch_begin(node, err) && epochs_upkeep(node, err) &&
           awaited_upkeep(node, err) && rights_upkeep(node, err) &&
           visits_upkeep(node, err) && coordinators_upkeep(node, err) &&
           escalations_upkeep(node, err) && asks_settle(node, err) &&
           volunteers_settle(node, err) && aggregates_upkeep(node, err) &&
           reports_upkeep(node, err) && let_go(node, err) &&
           selfcheck_upkeep(node, err);
}

static bool upkeep(struct node *node, struct err *err)
{
    int64_t now = node_now(node);
    struct session *session = &node->session;
    if (session->retry_ms != 0 && is_due(session->retry_ms, now, SESSION_RETRY_MS)) {
        /* All that has no answer goes again; what the broker has, it answers again. */
        session->retry_ms = 0;
        memset(session->sent_upto, 0, sizeof session->sent_upto);
        session->in_flight = 0;
        session->outbox_due = true;
    }
    if (node->audit.asked_ms != 0 && audit_due_ms(node) <= now &&
            (!batch_begin(node, err) || !audit_upkeep(node, err)))
        return false;
    if (node->rotate_ms != 0 && is_due(node->rotate_ms, now, VAULT_ROTATE_LATER_MS) &&
            (!batch_begin(node, err) || !vault_rotate(node, err)))
        return false;
    if (!is_due(node->upkeep_ms, now, UPKEEP_MS))
        return true;
    node->upkeep_ms = now + UPKEEP_MS;
    session_again(node);
    session->publish_due = session->withdraw_due = true;
    session->consents_later = false;
    /* In a crisis somebody must look within two hours: an hour is too long to wait. */
    return batch_begin(node, err) && meet_late(node, err) && hands_upkeep(node, err) &&
           signals_upkeep(node, err) && chores(node, now, err);
}

static void on_wake(void *self)
{
    struct node *node = self;
    struct err err = {.code = CODE_OK};
    arena_reset(&node->scratch, 0);
    if (!upkeep(node, &err))
        node_die(node, &err);
}

/* A backup goes on between turns, whatever else there is to do in them. */
static void on_turn_end(void *self)
{
    struct node *node = self;
    struct err err = {.code = CODE_OK};
    if (!batch_end(node) || node->backup == NULL)
        return;
    if (node_backup_step(node, &err))
        (void)batch_close(node);
    else
        node_die(node, &err);
}

/* ------------------------------------------------------------- opening */

static bool open_memory(struct node *node, struct err *err)
{
    node->scratch = arena_new(NODE_SCRATCH_BYTES);
    node->batch_arena = arena_new(NODE_BATCH_BYTES);
    node->batch = calloc(1, sizeof *node->batch);
    node->flights = calloc(NODE_PUT_WINDOW, sizeof *node->flights);
    if (node->scratch.at == NULL || node->batch_arena.at == NULL ||
            node->batch == NULL || node->flights == NULL)
        return err_set(err, ERR_NOMEM, "no memory for a node");
    node->directory = directory_new(err);
    if (node->directory == NULL)
        return false;
    node->cache = signed_cache_new(err);
    return node->cache != NULL;
}

/* The store, counted one start further; a new one gets its id. */
static bool open_store(struct node *node, struct err *err)
{
    static const struct id none;
    uint64_t rotate_ms;
    node->db = spool_open(node->home.db, node->conf.vfs, err);
    if (node->db == NULL)
        return false;
    if (!db_begin(node->db, err) ||
            !spool_get_bytes(node->db, SPOOL_STORE_ID, node->store_id.b,
                    sizeof node->store_id.b, err) ||
            !spool_get_number(node->db, SPOOL_INCARNATION, &node->incarnation, err) ||
            !spool_get_number(node->db, SPOOL_AUDIT_LOG, &node->audit.log, err) ||
            !spool_get_number(node->db, SPOOL_ROTATE_MS, &rotate_ms, err))
        return false;
    node->incarnation++;
    node->rotate_ms = (int64_t)rotate_ms;
    if (id_equal(&node->store_id, &none))
        node->store_id = node_random_id();
    return spool_set_bytes(node->db, SPOOL_STORE_ID, SPAN_OF(node->store_id), err) &&
           spool_set_number(node->db, SPOOL_INCARNATION, node->incarnation, err) &&
           vault_open_generation(node, err) && db_commit(node->db, err);
}

/* The network this home has joined, and all that was heard of it since. Without a
 * bundle the node only serves its socket. */
static bool open_network(struct node *node, struct err *err)
{
    struct err none = {.code = CODE_OK};
    struct home_bundle bundle;
    uint64_t n_new;
    struct arena arena = arena_new(HOME_BUNDLE_ARENA);
    bool joined = home_joined_bundle(&node->home, &arena, &bundle, &none);
    bool ok = joined || none.code == ERR_CONFIG;
    if (!ok)
        *err = none;
    if (joined)
        ok = directory_pin(node->directory, &bundle.network, err) &&
             db_begin(node->db, err) && registry_load(node, err) &&
             registry_take_bundle(node, &bundle, &n_new, err) && node_meet(node, err) &&
             epochs_upkeep(node, err) && db_commit(node->db, err);
    arena_free(&arena);
    arena_reset(&node->scratch, 0);
    return ok;
}

/* Whoever starts it reads that it runs, also when the broker does not answer; and what
 * is left to do before anything else can. */
static void tell_started(const struct node *node)
{
    log_info(node->log, node_now(node), "started", "home=%s incarnation=%llu",
            node->home.path, (unsigned long long)node->incarnation);
    if (directory_network(node->directory) == NULL)
        log_warn(node->log, node_now(node), "not_joined",
                "do=\"have the steward admit %s, then: buurtbus node join BUNDLE\"",
                node->home.request);
}

static bool open_node(struct node *node, struct err *err)
{
    struct loop_app app = {
            .self = node,
            .on_up = on_up,
            .on_frame = on_frame,
            .on_down = on_down,
            .on_wake = on_wake,
            .on_turn_end = on_turn_end,
    };
    if (!home_open(node->conf.home, ROLE_NODE, &node->home, err))
        return false;
    node->request_key = sign_key_derive(node->home.identity, "request hash");
    node->loop = loop_new(&app, err);
    if (node->loop == NULL || !open_memory(node, err) || !open_store(node, err))
        return false;
    /* The database's lock comes first: a second bind would steal the socket silently.
     */
    node->gateway = loop_serve_local(node->loop, node->home.socket, err);
    if (node->gateway == NULL || !open_network(node, err))
        return false;
    node->opened_us = loop_monotonic_us(node->loop);
    node->clock_lead_ms = loop_clock_lead_ms(node->loop);
    node->upkeep_ms = node_now(node) + UPKEEP_MS;
    selfcheck_begin(node);
    node_set_alarm(node);
    tell_started(node);
    return true;
}

struct node *node_new(const struct node_conf *conf, struct log *log, struct err *err)
{
    struct node *node = calloc(1, sizeof *node);
    if (node == NULL) {
        err_set(err, ERR_NOMEM, "no memory for a node");
        return NULL;
    }
    node->conf = *conf;
    node->log = log;
    if (open_node(node, err))
        return node;
    node_free(node);
    return NULL;
}

struct loop *node_loop(struct node *node)
{
    return node->loop;
}

void node_free(struct node *node)
{
    if (node == NULL)
        return;
    node_backup_end(node);
    loop_free(node->loop);
    db_close(node->db);
    vault_close(&node->vault);
    signer_free(node->signer);
    signed_cache_free(node->cache);
    directory_free(node->directory);
    arena_free(&node->scratch);
    arena_free(&node->batch_arena);
    free(node->batch);
    free(node->flights);
    home_close(&node->home);
    hash_wipe(node, sizeof *node);
    free(node);
}

/* evil_broker.c - a scripted broker with the real one's keys. */
#include "tests/evil_broker.h"

#include "core/wire.h"
#include "tests/world.h"

static void take_receipts(struct evil *evil, const struct ack *ack)
{
    for (size_t i = 0; i < ack->n_receipts && evil->n_receipts < EVIL_MAILS_MAX; i++)
        if (evil_read(&evil->arena, ack->receipts[i], &WIRE_RECEIPT,
                    &evil->receipts[evil->n_receipts]))
            evil->n_receipts++;
}

static size_t find_conn(const struct evil *evil, const char *partner)
{
    size_t i = 0;

    while (i < evil->n_conns && strcmp(evil->conns[i].user, partner) != 0)
        i++;
    return i;
}

bool evil_broker_admit(struct evil *evil, const char *partner)
{
    return find_conn(evil, partner) < evil->n_conns;
}

/* Publications and withdrawals are taken, so that a node goes on to its letters. */
static void say_yes(struct evil *evil, struct id id)
{
    const struct answer answer = {.id = id, .code = "", .words = ""};

    evil_say(evil, &(struct frame){.v = 1, .answer = &answer});
}

static void say_rows(struct evil *evil, uint64_t upto)
{
    const struct directory_rows rows = {.things = evil->rows,
            .n_things = evil->n_rows,
            .upto = upto};

    evil_say(evil, &(struct frame){.v = 1, .directory = &rows});
}

void evil_broker_heard(struct evil *evil, const struct peer *peer,
        const struct frame *frame)
{
    size_t before = evil->toward, at = find_conn(evil, peer->user);
    struct evil_conn *conn = &evil->conns[at];

    /* What is answered here goes to who spoke, whoever the test speaks to. */
    evil->toward = at;
    if (frame->hello != NULL) {
        struct welcome welcome = evil->welcome;
        welcome.clock_ms = (uint64_t)sim_now();
        conn->conn = peer->conn;
        conn->welcomed = true;
        evil_say(evil, &(struct frame){.v = 1, .welcome = &welcome});
    } else if (frame->sync != NULL) {
        say_rows(evil, frame->sync->since);
    } else if (frame->ack != NULL) {
        take_receipts(evil, frame->ack);
    } else if (frame->put != NULL) {
        evil->put = *frame->put;
        if (evil->n_puts < EVIL_PUTS_MAX)
            evil->puts[evil->n_puts++] = frame->put->submission_id;
    } else if (frame->audit_ask != NULL && evil->asked != NULL) {
        evil->asked(evil, frame->audit_ask);
    } else if (frame->publish != NULL) {
        say_yes(evil, frame->publish->submission_id);
    } else if (frame->withdraw != NULL) {
        struct withdrawal body;
        if (evil_read(&evil->arena, frame->withdraw->withdrawal, &WIRE_WITHDRAWAL,
                    &body))
            say_yes(evil, body.consent_id);
    }
    evil->toward = before;
}

void evil_toward(struct evil *evil, const char *node)
{
    evil->toward = find_conn(evil, node);
    network_must(evil->toward < evil->n_conns, "a node that is served", NULL);
}

static void open_bus(struct evil *evil)
{
    struct err err = {.code = CODE_OK};

    evil->welcome = (struct welcome){.incarnation = 1,
            .store_id = evil->store_id,
            .program = "evil",
            .code = ""};
    evil->link = loop_serve_bus(evil->loop, world_network()->address,
            evil->home.transport, &err);
    network_must(evil->link != NULL, "serve", &err);
}

void evil_admit(struct evil *evil, const char *node)
{
    struct evil_conn *conn = &evil->conns[evil->n_conns];

    if (evil_broker_admit(evil, node))
        return;
    network_must(evil->n_conns < EVIL_CONNS_MAX, "room for a node", NULL);
    snprintf(conn->user, sizeof conn->user, "%s", node);
    evil->n_conns++;
}

void evil_serve(struct evil *evil, const char *node)
{
    evil_admit(evil, node);
    evil_toward(evil, node);
    if (evil->link == NULL)
        open_bus(evil);
    const bool *welcomed = &evil->conns[evil->toward].welcomed;
    evil_wait(welcomed);
    network_must(*welcomed, "a node that comes to the keys of the broker", NULL);
    (void)sim_settle(EVIL_WAIT_MS);
}

void evil_deliver_all(struct evil *evil, struct mail *mails, size_t n_mails)
{
    const struct deliver deliver = {.mail = mails, .n_mail = n_mails};

    for (size_t i = 0; i < n_mails; i++)
        if (mails[i].mail_id == 0)
            mails[i].mail_id = ++evil->mail_id;
    evil_say(evil, &(struct frame){.v = 1, .deliver = &deliver});
    (void)sim_settle(EVIL_WAIT_MS);
}

const struct receipt *evil_deliver(struct evil *evil, struct mail *mail)
{
    size_t before = evil->n_receipts;

    evil_deliver_all(evil, mail, 1);
    return evil->n_receipts > before ? &evil->receipts[evil->n_receipts - 1] : NULL;
}

void evil_tell(struct evil *evil, const struct span *things, size_t n_things)
{
    evil->rows = things;
    evil->n_rows = n_things;
    say_rows(evil, 0);
    (void)sim_settle(EVIL_WAIT_MS);
    evil->rows = NULL;
    evil->n_rows = 0;
}

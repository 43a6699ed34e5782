/* whole.c - a client of the gateway that keeps a window of letters under way. */
#include "tests/bench/whole.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/hash.h"
#include "core/loop.h"
#include "core/wire.h"
#include "tests/bench/figures.h"

enum {
    ARENA_BYTES = 1024 * 1024,
    REQUEST_BYTES = 4096,
    KEY_BYTES = 48,
    WINDOW_SMALL = 10,    /* up to here the status is asked for all the time */
    LOOK_EVERY_US = 4000, /* over it this often */
    PATIENCE_US = 30000000,
};

struct client {
    struct stage *stage;
    const struct whole_load *load;
    struct loop *loop;
    struct link *link;
    struct arena arena;
    const char *token;
    char run[ID_TEXT_BYTES]; /* in front of all idempotency keys of this run */
    uint64_t begin_us, last_look_us, last_done_us;
    size_t n_asked, n_replied, n_done;
    bool looking;          /* a status is under way */
    size_t replied_before; /* replies that were there when it was asked for */
    double *asked_us, *took_ms;
};

/* Of a status; a letter has its number, which ends in zeros. */
static const struct id LOOK_ID = {
        {0, 0, 0, 0, 0, 0, 0, 0, 1}
};

/* ------------------------------------------------------------- asking */

static bool ask(struct client *client, struct request *request)
{
    uint8_t bytes[REQUEST_BYTES];
    struct err err = {.code = CODE_OK};
    size_t len;

    request->v = 1;
    request->token = client->token;
    request->actor = "bench";
    request->lang = "en";
    network_must(wire_put(&WIRE_REQUEST, request, bytes, sizeof bytes, &len, &err),
            "pack a request", &err);
    return link_send(client->link, 1, (struct span){bytes, len}) == SENT_OK;
}

static bool ask_letter(struct client *client)
{
    size_t n = client->n_asked;
    char key[KEY_BYTES + ID_TEXT_BYTES];
    const struct text text = {.text = client->stage->text, .language = "en"};
    const struct act act = {
            .case_number = client->stage->whole.offers[n % STAGE_OFFERS].case_number,
            .text = &text,
    };
    struct request request = {.act = &act, .idempotency_key = key};

    snprintf(key, sizeof key, "%s-%zu", client->run, n);
    memcpy(&request.request_id, &(uint64_t){n + 1}, sizeof(uint64_t));
    return ask(client, &request);
}

static void look(struct client *client, uint64_t now_us)
{
    const struct get_status get = {.quiet = false};
    struct request request = {.status = &get,
            .idempotency_key = "",
            .request_id = LOOK_ID};

    if (client->looking)
        return;
    client->looking = ask(client, &request);
    client->replied_before = client->n_replied;
    client->last_look_us = now_us;
}

static bool looks_always(const struct client *client)
{
    return client->load->rate > 0 || client->load->window <= WINDOW_SMALL;
}

/* When the next letter is due, in seconds since the begin; 0: now. */
static double next_due(const struct client *client)
{
    double rate = client->load->rate;

    return rate > 0 ? (double)client->n_asked / rate : 0;
}

static bool is_asking(const struct client *client, double since)
{
    return since < client->load->seconds && client->n_asked < client->load->letters_max;
}

static void ask_due(struct client *client, uint64_t now_us)
{
    double since = (double)(now_us - client->begin_us) / 1e6;
    const struct whole_load *load = client->load;

    while (is_asking(client, since) && next_due(client) <= since &&
            (load->rate > 0 || client->n_asked - client->n_done < load->window)) {
        if (!ask_letter(client))
            return;
        double due = load->rate > 0 ? next_due(client) : since;
        client->asked_us[client->n_asked++] = (double)client->begin_us + due * 1e6;
    }
}

/* ------------------------------------------------------------- answers */

static void take_status(struct client *client, const struct status *status)
{
    uint64_t now_us = loop_monotonic_us(client->loop);

    client->looking = false;
    /* Letters whose request was answered before are among those that are counted;
     * whether later ones are is not known, so that this is the least. */
    size_t open = (size_t)status->outbox;
    size_t done = client->replied_before > open ? client->replied_before - open : 0;
    if (client->n_done < done)
        client->last_done_us = now_us;
    for (; client->n_done < done; client->n_done++)
        client->took_ms[client->n_done] =
                ((double)now_us - client->asked_us[client->n_done]) / 1e3;
}

static void on_frame(void *self, struct link *link, const struct peer *peer,
        struct span frame)
{
    struct client *client = self;
    struct err err = {.code = CODE_OK};
    struct reply reply;

    (void)link;
    (void)peer;
    arena_reset(&client->arena, 0);
    network_must(wire_get(&WIRE_REPLY, frame, &client->arena, &reply, &err),
            "read a reply", &err);
    if (reply.code[0] != '\0') {
        for (size_t i = 0; i < reply.n_issues; i++)
            fprintf(stderr, "   %s: %s\n", reply.issues[i].field,
                    reply.issues[i].words);
        fleet_fail(&client->stage->fleet, "letter %zu of the bench: %s %s",
                client->n_replied, reply.code, reply.sentence);
    }
    if (id_equal(&reply.request_id, &LOOK_ID))
        take_status(client, reply.status);
    else
        client->n_replied++;
}

/* ------------------------------------------------------------- turns */

static void on_turn_end(void *self)
{
    struct client *client = self;
    struct link_report report;
    uint64_t now_us = loop_monotonic_us(client->loop);

    link_report(client->link, &report);
    if (!report.up)
        return;
    if (client->begin_us == 0)
        client->begin_us = client->last_done_us = now_us;
    ask_due(client, now_us);
    bool asking = is_asking(client, (double)(now_us - client->begin_us) / 1e6);
    if (!asking && client->n_done == client->n_asked) {
        loop_stop(client->loop);
        return;
    }
    if (now_us - client->last_done_us > PATIENCE_US)
        fleet_fail(&client->stage->fleet, "%zu of %zu letters have no receipt",
                client->n_asked - client->n_done, client->n_asked);
    if (looks_always(client) || now_us - client->last_look_us > LOOK_EVERY_US)
        look(client, now_us);
    loop_wake_at(client->loop, loop_now(client->loop) + 1);
}

static void on_up(void *self, struct link *link)
{
    (void)self;
    (void)link;
}

static void on_down(void *self, struct link *link, uint64_t conn)
{
    struct client *client = self;

    (void)link;
    (void)conn;
    fleet_fail(&client->stage->fleet, "the node let go of the bench");
}

static void on_wake(void *self)
{
    (void)self; /* the turn's end does the work */
}

static void open_client(struct client *client)
{
    struct err err = {.code = CODE_OK};
    char path[FLEET_PATH_BYTES];
    struct id run;
    const struct loop_app app = {.self = client,
            .on_up = on_up,
            .on_frame = on_frame,
            .on_down = on_down,
            .on_wake = on_wake,
            .on_turn_end = on_turn_end};

    hash_random(&run, sizeof run);
    ids_text(&run, client->run);
    fleet_path(&client->stage->fleet, client->stage->whole.sender, "run/node.sock",
            path);
    client->arena = arena_new(ARENA_BYTES);
    client->asked_us = calloc(client->load->letters_max, sizeof(double));
    client->took_ms = calloc(client->load->letters_max, sizeof(double));
    client->loop = loop_new(&app, &err);
    network_must(client->loop != NULL && client->arena.at != NULL &&
                         client->asked_us != NULL && client->took_ms != NULL,
            "a client", &err);
    client->link = loop_connect_local(client->loop, path, &err);
    network_must(client->link != NULL, "reach the node", &err);
}

struct whole_result whole_run(struct stage *stage, const struct whole_load *load)
{
    struct err err = {.code = CODE_OK};
    struct client client = {
            .stage = stage,
            .load = load,
            .token = fleet_program(&stage->fleet, stage->whole.sender)->token,
    };

    open_client(&client);
    network_must(loop_run(client.loop, &err), "the client's loop", &err);
    struct whole_result result = {
            .n_letters = client.n_done,
            .seconds = (double)(client.last_done_us - client.begin_us) / 1e6,
            .p50_ms = figures_percentile(client.took_ms, client.n_done, 0.50),
            .p99_ms = figures_percentile(client.took_ms, client.n_done, 0.99),
    };
    link_close(client.link);
    loop_free(client.loop);
    arena_free(&client.arena);
    free(client.asked_us);
    free(client.took_ms);
    return result;
}

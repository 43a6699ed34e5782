/* gate.c - one question, one answer, over the local socket. */
#include "adapters/gate.h"

#include <stdlib.h>
#include <unistd.h>

#include "core/hash.h"
#include "core/loop.h"
#include "core/wire.h"

struct gate {
    struct loop *loop;
    struct link *link;
    struct id awaited;
    struct span question;
    struct arena *arena;
    struct reply *reply;
    struct err err;
    bool backup;
    bool sent;
    bool answered;
};

static void send_question(struct gate *gate)
{
    if (!gate->sent && gate->question.at != NULL)
        gate->sent = link_send(gate->link, 1, gate->question) == SENT_OK;
}

static void on_up(void *self, struct link *link)
{
    (void)link;
    send_question(self);
}

static void on_frame(void *self, struct link *link, const struct peer *peer,
        struct span frame)
{
    struct gate *gate = self;
    struct reply reply;

    (void)link;
    (void)peer;
    if (gate->reply == NULL || gate->answered)
        return;
    if (!wire_get(&WIRE_REPLY, frame, gate->arena, &reply, &gate->err)) {
        loop_stop(gate->loop);
        return;
    }
    /* An answer to a question that was given up earlier. */
    if (!id_equal(&reply.request_id, &gate->awaited))
        return;
    *gate->reply = reply;
    gate->answered = true;
    loop_stop(gate->loop);
}

static void on_down(void *self, struct link *link, uint64_t conn)
{
    struct gate *gate = self;

    (void)link;
    (void)conn;
    /* The program went away before it answered: the question is asked again when it is
     * back. But not for a backup, which would find the folder of the first one. */
    if (gate->sent && gate->backup)
        loop_stop(gate->loop);
    gate->sent = false;
}

static void on_wake(void *self)
{
    struct gate *gate = self;

    loop_stop(gate->loop);
}

struct gate *gate_new(const char *path, struct err *err)
{
    struct gate *gate = calloc(1, sizeof *gate);
    if (gate == NULL) {
        err_set(err, ERR_NOMEM, "no memory");
        return NULL;
    }
    if (access(path, F_OK) != 0) {
        err_set(err, ERR_AWAY, "nothing listens at %s", path);
        free(gate);
        return NULL;
    }
    const struct loop_app app = {.self = gate,
            .on_up = on_up,
            .on_frame = on_frame,
            .on_down = on_down,
            .on_wake = on_wake};
    gate->loop = loop_new(&app, err);
    if (gate->loop != NULL)
        gate->link = loop_connect_local(gate->loop, path, err);
    if (gate->link == NULL) {
        gate_free(gate);
        return NULL;
    }
    return gate;
}

void gate_free(struct gate *gate)
{
    if (gate == NULL)
        return;
    if (gate->link != NULL)
        link_close(gate->link);
    loop_free(gate->loop);
    free(gate);
}

bool gate_ask(struct gate *gate, const struct request *request, int64_t wait_ms,
        struct arena *arena, struct reply *reply, struct err *err)
{
    struct request asked = *request;

    asked.v = 1;
    hash_random(&asked.request_id, sizeof asked.request_id);
    if (!wire_put_arena(&WIRE_REQUEST, &asked, arena, &gate->question, err))
        return err_wrap(err, "this request cannot be sent");
    gate->awaited = asked.request_id;
    gate->arena = arena;
    gate->reply = reply;
    gate->backup = request->backup != NULL;
    gate->sent = false;
    gate->answered = false;
    gate->err = (struct err){.code = CODE_OK};

    struct link_report report;
    link_report(gate->link, &report);
    if (report.up)
        send_question(gate);
    loop_wake_at(gate->loop, loop_now(gate->loop) + wait_ms);
    bool ran = loop_run(gate->loop, err);
    gate->question = (struct span){NULL, 0};
    gate->reply = NULL;
    if (!ran)
        return err_wrap(err, "waiting for the answer");
    if (gate->err.code != CODE_OK)
        return err_set(err, gate->err.code, "the answer is not readable: %s",
                gate->err.msg);
    if (!gate->answered)
        return err_set(err, ERR_AWAY, "no answer within %lld s",
                (long long)(wait_ms / 1000));
    return true;
}

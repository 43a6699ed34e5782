/* fleet_ask.c - asking the programs of a fleet over their sockets, waiting until they
 * answer, and what the kernel says of them. */
#include <stdio.h>
#include <stdlib.h>

#include "adapters/gate.h"
#include "core/hash.h"
#include "tests/fleet.h"

/* A program that has just been started is asked anew soon; one that works is given
 * time. */
enum { FIRST_WAIT_MS = 50, LONGEST_WAIT_MS = 8000 };

static bool open_gate(struct fleet *fleet, struct fleet_program *program)
{
    char path[FLEET_PATH_BYTES];
    struct err err = {.code = CODE_OK};

    if (program->gate == NULL) {
        fleet_path(fleet, program->id,
                program->is_broker ? "run/broker.sock" : "run/node.sock", path);
        program->gate = gate_new(path, &err);
    }
    return program->gate != NULL;
}

bool fleet_try(struct fleet *fleet, const char *id, const struct request *request,
        int64_t wait_ms)
{
    struct fleet_program *program = fleet_program(fleet, id);
    struct request asked = *request;
    struct err err = {.code = CODE_OK};

    if (!open_gate(fleet, program))
        return false;
    asked.token = asked.token != NULL ? asked.token : program->token;
    asked.actor = asked.actor != NULL ? asked.actor : "test";
    asked.lang = asked.lang != NULL ? asked.lang : "en";
    asked.idempotency_key = asked.idempotency_key != NULL ? asked.idempotency_key : "";
    arena_reset(&fleet->arena, 0);
    if (gate_ask(program->gate, &asked, wait_ms, &fleet->arena, &fleet->reply, &err))
        return true;
    /* A new gate connects at once; this one might be waiting for its next attempt. */
    gate_free(program->gate);
    program->gate = NULL;
    network_must(err.code == ERR_AWAY, "ask a program", &err);
    return false;
}

const struct reply *fleet_ask(struct fleet *fleet, const char *id,
        const struct request *request)
{
    int64_t end_ms = fleet_clock_ms() + FLEET_PATIENCE_MS;
    struct request asked = *request;
    char key_text[ID_TEXT_BYTES];
    struct id key;

    hash_random(&key, sizeof key);
    ids_text(&key, key_text);
    if (asked.idempotency_key == NULL)
        asked.idempotency_key = key_text;
    for (int64_t wait_ms = FIRST_WAIT_MS; !fleet_try(fleet, id, &asked, wait_ms);) {
        wait_ms = wait_ms < LONGEST_WAIT_MS ? 2 * wait_ms : wait_ms;
        if (!fleet_runs(fleet, id))
            fleet_fail(fleet, "%s does not run", id);
        if (fleet_clock_ms() > end_ms)
            fleet_fail(fleet, "%s does not answer", id);
        fleet_breathe();
    }
    return &fleet->reply;
}

const struct reply *fleet_must(struct fleet *fleet, const char *id,
        const struct request *request, const char *code)
{
    const struct reply *reply = fleet_ask(fleet, id, request);

    if (strcmp(reply->code, code) == 0)
        return reply;
    for (size_t i = 0; i < reply->n_issues; i++)
        fprintf(stderr, "   %s: %s\n", reply->issues[i].field, reply->issues[i].words);
    fleet_fail(fleet, "%s answered \"%s\" instead of \"%s\": %s", id, reply->code, code,
            reply->sentence);
}

const struct status *fleet_status(struct fleet *fleet, const char *id)
{
    static const struct get_status get = {.quiet = false};
    const struct request request = {.status = &get};

    return fleet_must(fleet, id, &request, "")->status;
}

int64_t fleet_wait_ready(struct fleet *fleet, const char *id)
{
    static const struct get_status get = {.quiet = true};
    const struct request request = {.status = &get};
    int64_t begin_ms = fleet_clock_ms();

    while (!fleet_try(fleet, id, &request, FIRST_WAIT_MS)) {
        if (!fleet_runs(fleet, id))
            fleet_fail(fleet, "%s ended before it was ready", id);
        if (fleet_clock_ms() - begin_ms > FLEET_PATIENCE_MS)
            fleet_fail(fleet, "%s is not ready", id);
        fleet_breathe();
    }
    return fleet_clock_ms() - begin_ms;
}

void fleet_start_ready(struct fleet *fleet, const char *id)
{
    fleet_start(fleet, id);
    fleet_wait_ready(fleet, id);
}

void fleet_wait_connected(struct fleet *fleet, const char *id)
{
    FLEET_UNTIL(fleet, fleet_status(fleet, id)->connected);
}

void fleet_start_all(struct fleet *fleet)
{
    for (size_t i = 0; i < fleet->n_programs; i++)
        fleet_start_ready(fleet, fleet->programs[i].id);
    for (size_t i = 1; i < fleet->n_programs; i++)
        fleet_wait_connected(fleet, fleet->programs[i].id);
}

/* ------------------------------------------------------------- seen from outside */

int64_t fleet_memory_kib(struct fleet *fleet, const char *id)
{
    char path[FLEET_PATH_BYTES], line[256];
    long kib = -1;

    snprintf(path, sizeof path, "/proc/%d/status", (int)fleet_program(fleet, id)->pid);
    FILE *file = fopen(path, "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        if (sscanf(line, "VmRSS: %ld kB", &kib) == 1)
            break;
    if (file == NULL || kib < 0)
        fleet_fail(fleet, "how much memory %s uses is not known", id);
    fclose(file);
    return kib;
}

int64_t fleet_cpu_ticks(struct fleet *fleet, const char *id)
{
    char path[FLEET_PATH_BYTES], line[1024];
    unsigned long user = 0, system = 0;

    snprintf(path, sizeof path, "/proc/%d/stat", (int)fleet_program(fleet, id)->pid);
    FILE *file = fopen(path, "r");
    /* The 14th and 15th field; the second one, a name in brackets, may hold spaces. */
    if (file == NULL || fgets(line, sizeof line, file) == NULL ||
            strrchr(line, ')') == NULL ||
            sscanf(strrchr(line, ')') + 2,
                    "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user,
                    &system) != 2)
        fleet_fail(fleet, "how busy %s was is not known", id);
    fclose(file);
    return (int64_t)(user + system);
}

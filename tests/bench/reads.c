/* reads.c - clients of the HTTP API that ask again as soon as they have their answer.
 */
#include "tests/bench/reads.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/vocab.h"
#include "tests/bench/usage.h"
#include "tests/fleet_case.h"
#include "tests/temp.h"
#include "tests/web.h"

#define OURS   "thuiszorg"
#define THEIRS "aksant"

enum {
    CLIENTS = 16,
    ANSWER_BYTES = 65536,
    REQUEST_BYTES = 400,
    CALM_MS = 500, /* before what is measured */
    READ_MS = 3000,
    ASKS = 300, /* of somebody else, one after the other */
    LISTENERS = 300,
};

static const struct network_partner PARTNERS[] = {
        {OURS,   PARTNER_TYPE_HOMECARE},
        {THEIRS, PARTNER_TYPE_LDC     },
};

struct api {
    struct fleet *fleet;
    pid_t pid;
    uint16_t port;
    uint64_t number; /* a case */
};

/* One connection with a question under way. */
struct client {
    int fd;
    size_t len;
    char answer[ANSWER_BYTES];
};

static void must(bool ok, const char *what)
{
    network_must(ok, what, NULL);
}

/* --- the API --- */

static uint16_t port_said(const char *path)
{
    size_t len = 0;
    char *said = (char *)temp_read(path, &len);
    const char *at = said == NULL ? NULL : strstr(said, "port=");
    uint16_t port = at == NULL || strchr(at, '\n') == NULL
                            ? 0
                            : (uint16_t)strtoul(at + strlen("port="), NULL, 10);
    free(said);
    return port;
}

static void start_api(struct api *api)
{
    static const char SETTINGS[] =
            "listen = \"127.0.0.1:0\"\nrequests_a_second = 1000000\n";
    struct fleet *fleet = api->fleet;
    char home[NETWORK_PATH_BYTES], path[FLEET_PATH_BYTES], log[FLEET_PATH_BYTES];
    char program[2 * FLEET_PATH_BYTES];

    network_home(&fleet->network, OURS, home);
    fleet_path(fleet, OURS, "http.conf", path);
    fleet_path(fleet, OURS, "http.log", log);
    temp_write(path, SETTINGS, strlen(SETTINGS));
    temp_write(log, "", 0);
    snprintf(program, sizeof program, "%.*s/buurtbus-http", FLEET_PATH_BYTES,
            fleet->bin);
    api->pid = fleet_fork(fleet);
    if (api->pid == 0) {
        if (freopen(log, "a", stderr) != NULL)
            execl(program, program, "--home", home, (char *)NULL);
        _exit(1);
    }
    FLEET_UNTIL(fleet, (api->port = port_said(log)) != 0);
}

static size_t request_of(const struct api *api, const char *path, const char *more,
        char request[REQUEST_BYTES])
{
    return (size_t)snprintf(request, REQUEST_BYTES,
            "GET %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n%s\r\n",
            path, fleet_program(api->fleet, OURS)->token, more);
}

/* --- reading --- */

/* Is the whole answer there? It must be a good one. */
static bool is_whole(const struct client *client)
{
    const char *end = strstr(client->answer, "\r\n\r\n");
    const char *length = strcasestr(client->answer, "\r\nContent-Length:");
    if (end == NULL || length == NULL)
        return false;
    must(strncmp(client->answer, "HTTP/1.1 200", strlen("HTTP/1.1 200")) == 0,
            client->answer);
    return client->len >=
           (size_t)(end - client->answer) + strlen("\r\n\r\n") +
                   strtoul(length + strlen("\r\nContent-Length:"), NULL, 10);
}

static bool take(struct client *client, const char *request, size_t len)
{
    ssize_t n = read(client->fd, client->answer + client->len,
            sizeof client->answer - 1 - client->len);
    must(n > 0, "an answer of the API");
    client->len += (size_t)n;
    client->answer[client->len] = '\0';
    if (!is_whole(client))
        return false;
    client->len = 0;
    must(web_send(client->fd, request, len), "a question to the API");
    return true;
}

/* Answers in so many ms. */
static size_t read_for(const struct api *api, const char *path, int64_t ms)
{
    static struct client clients[CLIENTS];
    char request[REQUEST_BYTES];
    size_t n = 0, len = request_of(api, path, "", request);
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    for (size_t i = 0; i < CLIENTS; i++) {
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = &clients[i]};
        clients[i].len = 0;
        clients[i].fd = web_connect(api->port);
        must(web_send(clients[i].fd, request, len) &&
                        epoll_ctl(epoll, EPOLL_CTL_ADD, clients[i].fd, &event) == 0,
                "a client of the API");
    }
    for (int64_t end_ms = fleet_clock_ms() + ms; fleet_clock_ms() < end_ms;) {
        struct epoll_event events[CLIENTS];
        int ready = epoll_wait(epoll, events, CLIENTS, CALM_MS);
        for (int i = 0; i < ready; i++)
            n += take(events[i].data.ptr, request, len);
    }
    for (size_t i = 0; i < CLIENTS; i++)
        close(clients[i].fd);
    close(epoll);
    return n;
}

static void measure(const struct api *api, const char *path, enum figure rate,
        struct figures *figures)
{
    pid_t node = fleet_program(api->fleet, OURS)->pid;
    read_for(api, path, CALM_MS);
    double http_us = usage_cpu_us(api->pid), node_us = usage_cpu_us(node);
    double n = (double)read_for(api, path, READ_MS);
    figures_add(figures, rate, n * 1000 / READ_MS);
    figures_add(figures, rate + 1, (usage_cpu_us(api->pid) - http_us) / n);
    figures_add(figures, rate + 2, (usage_cpu_us(node) - node_us) / n);
}

/* --- the node, for others --- */

static double ask_p99_ms(struct api *api)
{
    static double took_ms[ASKS];
    const struct show_case show = {.number = api->number};
    const struct request request = {.show = &show};
    for (size_t i = 0; i < ASKS; i++) {
        struct timespec from, to;
        clock_gettime(CLOCK_MONOTONIC, &from);
        fleet_must(api->fleet, OURS, &request, "");
        clock_gettime(CLOCK_MONOTONIC, &to);
        took_ms[i] = (double)(to.tv_sec - from.tv_sec) * 1e3 +
                     (double)(to.tv_nsec - from.tv_nsec) / 1e6;
    }
    return figures_percentile(took_ms, ASKS, 0.99);
}

static void measure_others(struct api *api, const char *path, struct figures *figures)
{
    figures_add(figures, FIGURE_ASK_CALM_P99, ask_p99_ms(api));
    pid_t flood = fleet_fork(api->fleet);
    if (flood == 0)
        for (;;)
            read_for(api, path, READ_MS);
    ask_p99_ms(api); /* until it is one */
    figures_add(figures, FIGURE_ASK_FLOOD_P99, ask_p99_ms(api));
    kill(flood, SIGKILL);
    waitpid(flood, NULL, 0);
}

static void measure_listeners(const struct api *api, struct figures *figures)
{
    int fds[LISTENERS];
    char request[REQUEST_BYTES];
    size_t len =
            request_of(api, "/v1/events", "Accept: text/event-stream\r\n", request);
    double before = usage_of(api->pid).rss_bytes;
    for (size_t i = 0; i < LISTENERS; i++) {
        fds[i] = web_connect(api->port);
        must(web_send(fds[i], request, len), "a listener");
        free(web_read_until(fds[i], "retry:"));
    }
    figures_add(figures, FIGURE_LISTENERS,
            (usage_of(api->pid).rss_bytes - before) / 1e6);
    for (size_t i = 0; i < LISTENERS; i++)
        close(fds[i]);
}

void reads_measure(const char *bin, const char *folder, struct figures *figures)
{
    static struct fleet fleet;
    struct api api = {.fleet = &fleet};
    char path[60];

    must(setenv("BIN", bin, 1) == 0 && setenv("TMPDIR", folder, 1) == 0,
            "the environment");
    fleet_begin(&fleet, PARTNERS, COUNT_OF(PARTNERS));
    fleet_start_all(&fleet);
    fleet_agree(&fleet, OURS, THEIRS);
    uint64_t consent = fleet_consent(&fleet, OURS, "Proef Persoon", THEIRS);
    api.number = fleet_refer(&fleet, OURS, consent, THEIRS, "Proef Persoon");
    start_api(&api);
    snprintf(path, sizeof path, "/v1/referrals/%llu", (unsigned long long)api.number);
    measure_listeners(&api, figures);
    measure(&api, "/v1/token", FIGURE_READ, figures);
    measure(&api, path, FIGURE_READ_CASE, figures);
    measure_others(&api, path, figures);
    kill(api.pid, SIGTERM);
    waitpid(api.pid, NULL, 0);
    fleet_end(&fleet);
}

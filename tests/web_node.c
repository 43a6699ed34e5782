/* web_node.c - a node that answers by a table, and the server in front of it, each in a
 * process of its own that ends with the test. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "adapters/http/http.h"
#include "core/hash.h"
#include "core/wire.h"
#include "gen/gateway.h"
#include "tests/temp.h"
#include "tests/web.h"

enum {
    ARENA_BYTES = 1024 * 1024,
    LINES = 120,
    CASES_AT_ONCE = 200,
    MANY_FROM = 1000,
    FIRST_AT_MS = 1000, /* between events, from T0_MS on */
    FLOOD_CASE = 900,   /* a step of it is FLOOD events */
    FLOOD = 1200,
};
static const uint64_t T0_MS = 1795344791518;

static void must(bool ok, const char *what, const struct err *err)
{
    if (ok)
        return;
    fprintf(stderr, "web: %s: %s\n", what, err == NULL ? "" : err->msg);
    abort();
}

/* --- the node --- */

struct fake {
    struct loop *loop;
    struct arena arena;
    uint64_t newest; /* event */
    const char *folder;
    uint64_t follower; /* connection that is told of newer events; 0: none */
    struct id follow_id;
};

static struct case_line line_of(uint64_t number)
{
    return (struct case_line){.number = number,
            .kind = CASE_KIND_REFERRAL_IN,
            .other = "thuiszorg",
            .version = 3};
}

static const struct issue NOBODY = {"actor", "say who you are"};

/* The wishes that a test can put into the number of a case. */
static void answer_show(uint64_t number, struct case_line *line,
        struct case_detail *detail, struct reply *reply)
{
    static const struct {
        uint64_t number;
        const char *code;
    } CODES[] = {
            {400, "E_FIELD"            },
            {404, "E_NOT_FOUND"        },
            {403, "E_SCOPE"            },
            {401, "E_AUTH"             },
            {410, "E_CONSENT_WITHDRAWN"},
            {503, "E_BUSY"             },
            {599, "E_OF_TOMORROW"      },
    };
    for (size_t i = 0; i < COUNT_OF(CODES); i++)
        if (CODES[i].number == number)
            reply->code = CODES[i].code;
    *line = line_of(number);
    detail->line = line;
    if (reply->code == NULL)
        reply->case_ = detail;
    else if (strcmp(reply->code, "E_FIELD") == 0) {
        reply->issues = &NOBODY;
        reply->n_issues = 1;
    }
}

/* LINES cases, and from MANY_FROM on as many as are asked for; the node cuts the list.
 */
static void answer_inbox(const struct list_cases *asked, struct case_line *lines,
        struct case_list *list, struct reply *reply)
{
    uint32_t limit = asked->limit == 0 ? 50 : asked->limit;
    for (uint64_t at = asked->after + 1;
            (at <= LINES || at > MANY_FROM) && list->n_cases < limit; at++)
        lines[list->n_cases++] = line_of(at);
    list->cases = lines;
    list->more = asked->after + list->n_cases < LINES;
    reply->cases = list;
}

/* Three events, and one more for each step that was taken. */
static void answer_events(const struct fake *fake, const struct list_events *asked,
        struct event_line *lines, struct event_list *list, struct reply *reply)
{
    uint32_t limit = asked->limit == 0 ? 50 : asked->limit;
    uint64_t at = asked->after;
    while (asked->since_ms != 0 && T0_MS + (at + 1) * FIRST_AT_MS < asked->since_ms)
        at++;
    *list = (struct event_list){.events = lines, .newest = fake->newest};
    list->partner = "centre";
    while (at < fake->newest && list->n_events < limit) {
        at++;
        lines[list->n_events++] = (struct event_line){.number = at,
                .at_ms = T0_MS + at * FIRST_AT_MS,
                .case_number = 5 + (at > 3 ? at % 3 : 0),
                .kind = CASE_KIND_REFERRAL_IN,
                .what = at % 2 == 0 ? "accept" : "received",
                .letter = at % 2 == 0 ? "" : "info_reply",
                .other = "thuiszorg"};
    }
    list->last = at < fake->newest ? at : fake->newest;
    list->more = at < fake->newest;
    reply->events = list;
}

/* "leaver" is withdrawn once there is a file of that name. */
static bool is_gone(const struct fake *fake, const char *token)
{
    char path[WEB_WORD_BYTES + 32];
    snprintf(path, sizeof path, "%s/left", fake->folder);
    return strcmp(token, "gone") == 0 ||
           (strcmp(token, "leaver") == 0 && access(path, F_OK) == 0);
}

/* Whose token it is: "admin" administers, "deaf" reads no events, "gone" is unknown;
 * any other is that of an application of that name. */
static void answer_token(const struct fake *fake, const char *token,
        struct token_shown *shown, struct reply *reply)
{
    static const enum scope all[] = {SCOPE_REFERRAL_READ, SCOPE_SIGNAL_READ,
            SCOPE_REFERRAL_SEND};
    static const enum scope deaf[] = {SCOPE_DIRECTORY_READ};
    static const enum scope admin[] = {SCOPE_ADMIN};
    bool is_deaf = strcmp(token, "deaf") == 0, is_admin = strcmp(token, "admin") == 0;
    *shown = (struct token_shown){.name = token,
            .newest = fake->newest,
            .scopes = is_deaf    ? deaf
                      : is_admin ? admin
                                 : all,
            .n_scopes = is_deaf || is_admin ? 1 : COUNT_OF(all)};
    reply->token = shown;
}

/* After something has happened: who follows along hears of it. */
static void tell(struct fake *fake, struct link *link)
{
    const struct event_list list = {.newest = fake->newest, .partner = "centre"};
    const struct reply reply = {.v = 1,
            .request_id = fake->follow_id,
            .code = "",
            .events = &list};
    struct span bytes;
    struct err err;
    if (fake->follower == 0)
        return;
    must(wire_put_arena(&WIRE_REPLY, &reply, &fake->arena, &bytes, &err), "tell", &err);
    must(link_send(link, fake->follower, bytes) != SENT_FULL, "tell", NULL);
}

/* Killed by the first question of this kind that anybody asks in this folder. */
static void die_once(const struct fake *fake)
{
    char path[WEB_WORD_BYTES + 32];
    snprintf(path, sizeof path, "%s/died", fake->folder);
    if (access(path, F_OK) == 0)
        return;
    temp_write(path, "", 0);
    raise(SIGKILL);
}

static void on_frame(void *self, struct link *link, const struct peer *peer,
        struct span frame)
{
    enum { NEVER = 408, DEADLY = 500, GARBAGE = 666 };
    static struct case_line lines[CASES_AT_ONCE];
    static struct event_line events[CASES_AT_ONCE];
    struct fake *fake = self;
    struct request request;
    struct reply reply = {.v = 1};
    struct case_line line;
    struct case_detail detail = {0};
    struct case_list list = {0};
    struct event_list heard = {0};
    struct made made = {0};
    struct token_shown token = {0};
    struct health health = {.joined = true, .connected = true};
    struct span bytes;
    struct err err;
    arena_reset(&fake->arena, 0);
    must(wire_get(&WIRE_REQUEST, frame, &fake->arena, &request, &err), "request", &err);
    reply.request_id = request.request_id;
    uint64_t number = request.show != NULL ? request.show->number : 0;
    if (number == NEVER)
        return;
    if (number == DEADLY)
        die_once(fake);
    if (request.show != NULL)
        answer_show(number, &line, &detail, &reply);
    else if (request.inbox != NULL)
        answer_inbox(request.inbox, lines, &list, &reply);
    else if (is_gone(fake, request.token))
        reply.code = "E_AUTH";
    else if (request.token_show != NULL)
        answer_token(fake, request.token, &token, &reply);
    else if (request.health != NULL)
        reply.health = &health;
    else if (request.follow != NULL) {
        fake->follower = peer->conn;
        fake->follow_id = request.request_id;
        heard = (struct event_list){.newest = fake->newest, .partner = "centre"};
        reply.events = &heard;
    } else if (request.events != NULL && strcmp(request.token, "deaf") == 0)
        reply.code = "E_SCOPE";
    else if (request.events != NULL)
        answer_events(fake, request.events, events, &heard, &reply);
    else if (request.act != NULL && request.act->expected_version != line_of(1).version)
        reply.code = "E_CONFLICT";
    else {
        made.case_number = request.act != NULL ? request.act->case_number : 7;
        reply.made = &made;
        fake->newest += made.case_number == FLOOD_CASE ? FLOOD : 1;
    }
    must(wire_put_arena(&WIRE_REPLY, &reply, &fake->arena, &bytes, &err), "reply",
            &err);
    if (number == GARBAGE)
        bytes = span_text("this is no reply");
    must(link_send(link, peer->conn, bytes) != SENT_FULL, "answer", NULL);
    if (reply.made != NULL)
        tell(fake, link);
}

static void run_node(const char *folder)
{
    char path[WEB_WORD_BYTES + 32];
    struct err err = {.code = CODE_OK};
    struct fake fake = {.arena = arena_new(ARENA_BYTES), .newest = 3, .folder = folder};
    const struct loop_app app = {.self = &fake, .on_frame = on_frame};
    snprintf(path, sizeof path, "%s/run/node.sock", folder);
    fake.loop = loop_new(&app, &err);
    must(fake.loop != NULL && loop_serve_local(fake.loop, path, &err) != NULL,
            "fake node", &err);
    must(loop_run(fake.loop, &err), "fake node", &err);
    loop_free(fake.loop);
    arena_free(&fake.arena);
}

/* --- processes --- */

static pid_t child(void)
{
    pid_t parent = getpid();
    pid_t pid = fork();
    must(pid >= 0, "fork", NULL);
    if (pid != 0)
        return pid;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    /* What goes wrong in it ends it, and not a second run of the tests. */
    signal(SIGABRT, SIG_DFL);
    signal(SIGSEGV, SIG_DFL);
    if (getppid() != parent)
        _exit(1);
    return 0;
}

static int run_server(const char *folder, int port_out)
{
    struct err err = {.code = CODE_OK};
    struct http_conf conf;
    must(hash_start(&err) && http_conf_load(folder, &conf, &err), "settings", &err);
    struct http *http = http_new(&conf, NULL, &err);
    must(http != NULL, "server", &err);
    uint16_t port = http_port(http);
    must(write(port_out, &port, sizeof port) == sizeof port, "port", NULL);
    bool ok = http_run(http, &err);
    http_free(http);
    return ok ? 0 : 3;
}

void web_start_node(struct web *web)
{
    web->node = child();
    if (web->node == 0) {
        run_node(web->folder);
        exit(0);
    }
}

void web_wait_node(struct web *web)
{
    waitpid(web->node, NULL, 0);
    web->node = 0;
}

void web_kill_node(struct web *web)
{
    kill(web->node, SIGKILL);
    waitpid(web->node, NULL, 0);
    web->node = 0;
}

static void start_server(struct web *web)
{
    int ends[2];
    must(pipe(ends) == 0, "pipe", NULL);
    web->server = child();
    if (web->server == 0)
        exit(run_server(web->folder, ends[1]));
    close(ends[1]);
    must(read(ends[0], &web->port, sizeof web->port) == sizeof web->port, "no port",
            NULL);
    close(ends[0]);
}

void web_begin(struct web *web, const char *conf, bool with_node)
{
    char path[WEB_WORD_BYTES + 32];
    struct temp temp;
    temp_init(&temp);
    *web = (struct web){.port = 0};
    snprintf(web->folder, sizeof web->folder, "%s", temp.folder);
    snprintf(path, sizeof path, "%s/http.conf", web->folder);
    FILE *file = fopen(path, "w");
    must(file != NULL && fprintf(file, "listen = \"127.0.0.1:0\"\n%s", conf) > 0 &&
                    fclose(file) == 0,
            "settings", NULL);
    if (with_node)
        web_start_node(web);
    start_server(web);
}

void web_restart(struct web *web)
{
    kill(web->server, SIGKILL);
    waitpid(web->server, NULL, 0);
    start_server(web);
}

int web_stop(struct web *web)
{
    int how = 0;
    kill(web->server, SIGTERM);
    waitpid(web->server, &how, 0);
    web->server = 0;
    return WIFEXITED(how) ? WEXITSTATUS(how) : 128 + WTERMSIG(how);
}

void web_end(struct web *web)
{
    struct temp temp;
    if (web->server != 0) {
        kill(web->server, SIGKILL);
        waitpid(web->server, NULL, 0);
    }
    if (web->node != 0)
        web_kill_node(web);
    snprintf(temp.folder, sizeof temp.folder, "%s", web->folder);
    temp_done(&temp);
}

/* cli_node.h - the program at the other end of the socket, played by the test: a second
 * body of adapters/gate.h, a home for it, and memory that can end. Included once by a
 * test program that is linked with --wrap=arena_take. */
#ifndef CLI_NODE_H
#define CLI_NODE_H

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "adapters/gate.h"
#include "tests/cli_screen.h"

static const struct reply *replied; /* to each question in turn, and the last again */
static size_t n_replied = 1, turn;
static size_t n_asked;   /* questions so far */
static int64_t takes_ms; /* how long it takes to answer one */
static struct temp temp;
static int sockets[2];
static struct key32 asked_notice; /* of the last consent that was to be recorded */
static size_t asked_also; /* consents that were to be withdrawn along, the last time */
static uint64_t endless;  /* pages of proofs that have been given; 0: they end */
static uint64_t
        pieces_left; /* pieces of memory that there still are; 0: no end of them */

/* ---- memory ---- */

void *__real_arena_take(struct arena *arena, size_t len);
void *__wrap_arena_take(struct arena *arena, size_t len);

/* From the first piece that is refused on there is none. */
static inline bool is_refused(void)
{
    if (pieces_left > 1)
        pieces_left--;
    return pieces_left == 1;
}

void *__wrap_arena_take(struct arena *arena, size_t len)
{
    return is_refused() ? NULL : __real_arena_take(arena, len);
}

/* ---- the other end ---- */

struct gate *gate_new(const char *path, struct err *err)
{
    (void)path;
    (void)err;
    return (struct gate *)&temp;
}

void gate_free(struct gate *gate)
{
    (void)gate;
}

/* As from afar: only what may be sent arrives. */
bool gate_ask(struct gate *gate, const struct request *request, int64_t wait_ms,
        struct arena *arena, struct reply *reply, struct err *err)
{
    struct request asked = *request;
    struct reply answer = replied[turn];
    struct span bytes;
    uint64_t here = pieces_left;
    (void)gate;
    n_asked++;
    if (wait_ms < takes_ms)
        return err_set(err, ERR_AWAY, "no answer in time");
    pieces_left = 0; /* it has memory of its own */
    turn += turn + 1 < n_replied ? 1 : 0;
    struct audit_report page = {.log = ""};
    if (endless > 0 && request->audit_verify != NULL) {
        page.next = endless++;
        answer.audit_report = &page;
    }
    if (request->consent_give != NULL)
        asked_notice = request->consent_give->notice_sha256;
    if (request->consent_withdraw != NULL)
        asked_also = request->consent_withdraw->n_also;
    asked.v = answer.v = 1;
    asked.request_id = answer.request_id = (struct id){{1}};
    bool sent = wire_put_arena(&WIRE_REQUEST, &asked, arena, &bytes, err) ||
                err_wrap(err, "this request cannot be sent");
    assert_true(!sent || wire_put_arena(&WIRE_REPLY, &answer, arena, &bytes, err));
    bool arrived = sent && wire_get(&WIRE_REPLY, bytes, arena, reply, err);
    pieces_left = here;
    return arrived;
}

static inline int make_home(void **state)
{
    static const char *const SOCKETS[] = {"run/node.sock", "run/broker.sock"};
    static const char *const REQUESTS[] = {"node.request", "broker.request"};
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    char path[TEMP_PATH_BYTES], token[KEYS_TOKEN_TEXT_BYTES];
    (void)state;
    temp_init(&temp);
    temp_path(&temp, "run", path);
    assert_int_equal(mkdir(path, 0750), 0);
    for (size_t i = 0; i < COUNT_OF(SOCKETS); i++) {
        temp_path(&temp, REQUESTS[i], path);
        temp_write(path, "", 0);
        temp_path(&temp, SOCKETS[i], path);
        assert_true(strlen(path) < sizeof address.sun_path);
        memcpy(address.sun_path, path, strlen(path) + 1);
        int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof address),
                0);
        sockets[i] = fd;
    }
    temp_path(&temp, "cli.token", path);
    memset(token, 'a', sizeof token - 1);
    temp_write(path, token, sizeof token - 1);
    return chmod(path, 0600);
}

static inline int drop_home(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(sockets); i++)
        close(sockets[i]);
    temp_done(&temp);
    return 0;
}

/* One run with room for so many pieces; false: it needed no more. */
static inline bool has_too_little_room(const char *answers, const char *line,
        uint64_t pieces)
{
    pieces_left = pieces + 1;
    turn = 0;
    struct screen screen = screen_line(answers, line);
    bool refused = pieces_left == 1;
    pieces_left = 0;
    if (screen.status != EXIT_OK && screen.out[0] == '\0' && screen.err[0] == '\0' &&
            strstr(line, "--json") == NULL)
        fail_msg("%s: says nothing with room for %llu pieces", line,
                (unsigned long long)pieces);
    if (!refused)
        assert_in_range(screen.status, EXIT_OK, EXIT_COULD_NOT);
    screen_done(&screen);
    return refused;
}

#endif

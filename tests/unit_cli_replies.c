/* unit_cli_replies.c - what a person sees when a program answers: every command with
 * every kind of reply, on a screen and as JSON, in three languages.
 *
 * The program at the other end of the socket is this file: a second body of
 * adapters/gate.h. */
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <jansson.h>

#include "adapters/gate.h"
#include "tests/cli_replies.h"
#include "tests/cli_screen.h"

static const struct reply *replied;
static struct temp temp;
static int sockets[2];
static struct key32 asked_notice; /* of the last consent that was to be recorded */
static uint64_t left; /* pieces of memory that there still are; 0: no end of them */

/* ---- memory ---- */

void *__real_arena_take(struct arena *arena, size_t len);
void *__wrap_arena_take(struct arena *arena, size_t len);

/* From the first piece that is refused on there is none. */
static bool is_refused(void)
{
    if (left > 1)
        left--;
    return left == 1;
}

void *__wrap_arena_take(struct arena *arena, size_t len)
{
    return is_refused() ? NULL : __real_arena_take(arena, len);
}

static void *take_for_json(size_t len)
{
    return is_refused() ? NULL : malloc(len);
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
    struct reply answer = *replied;
    struct span bytes;
    uint64_t here = left;
    (void)gate;
    (void)wait_ms;
    left = 0; /* it has memory of its own */
    if (request->consent_give != NULL)
        asked_notice = request->consent_give->notice_sha256;
    asked.v = answer.v = 1;
    asked.request_id = answer.request_id = (struct id){{1}};
    bool sent = wire_put_arena(&WIRE_REQUEST, &asked, arena, &bytes, err) ||
                err_wrap(err, "this request cannot be sent");
    assert_true(!sent || wire_put_arena(&WIRE_REPLY, &answer, arena, &bytes, err));
    bool arrived = sent && wire_get(&WIRE_REPLY, bytes, arena, reply, err);
    left = here;
    return arrived;
}

static int make_home(void **state)
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

static int drop_home(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(sockets); i++)
        close(sockets[i]);
    temp_done(&temp);
    return 0;
}

/* ---- every command ---- */

/* clang-format off */
static const char *const LINES[] = {
        "inbox", "inbox|--box|to-decide|--limit|5", "show|7", "trace|7", "openings|7", "openings|--consent|3",
        "seen|7", "accept|7", "decline|7|--reason|volunteers_at_limit", "info-request|7|--questions|1|--text|when",
        "info-reply|7|--text|now", "waitlist|7|--until|2026-12-01", "start|7", "progress|7", "hold|7|--reason|staff_absent|--until|2026-12-01",
        "resume|7", "outcome|7|--outcome|debt=need_met", "fail|7|--reason|moved", "confirm|7", "cancel|7|--reason|no_longer_needed", "in-error|7|--reason|wrong_person",
        "text|7|--text|hello", "visit|7|--result|met|--text|fine",
        "consent|give|--person|P|--how|in_person|--purposes|care_coordination|--data|needs|--recipients|huis",
        "consent|renew|3|--how|phone", "consent|list", "consent|list|--filter|ending|--limit|3", "consent|notice",
        "consent|give|--person|P|--how|via_interpreter|--interpreter|T|--witness|W|--witness-role|family|--given-by|G|--authority|parent|--purposes|care_coordination|--data|needs|--recipients|huis",
        "consent|receipt|3", "consent|receipt|3|--jsonld",
        "consent|explain", "consent|explain|7", "consent|explain|01a20182-b62f-7f37-9673-ddb84b79b560",
        "consent|check|--consent|3|--to|huis|--data|needs|--area|21004",
        "consent|withdraw|3|--reason|person_asked", "consent|show", "consent|show|3",
        "refer|--consent|1|--to|huis|--need|debt|--area|21004|--name|N", "reopen|7|--consent|1|--area|21004|--name|N|--need|debt",
        "refer|--consent|1|--to|huis|--need|debt|--area|21004|--name|N|--urgency|crisis",
        "signal|--to|huis|--person|P|--need|debt|--observations|asks_for_help|--area|21004",
        "partnership|propose|huis|--purposes|care_coordination|--data|needs", "partnership|agree|huis", "partnership|end|huis",
        "node|token|app|--scopes|referral_read", "node|token|app|--revoke", "node|intake|full", "node|intake|paused|--until|2026-12-01",
        "node|service|debt|--hours|always", "node|service|debt|--end", "node|leave|--yes",
        "directory", "directory|--need|debt", "status", "doctor", "broker|status", "broker|doctor", "broker|suspend|huis", "broker|suspend|huis|--lift",
        "help", "help|refer", "vocab", "vocab|purpose", "man",
};
/* clang-format on */

static void look(const struct screen *screen, const char *line, bool json)
{
    assert_in_range(screen->status, EXIT_OK, EXIT_COULD_NOT);
    if (screen->status != EXIT_OK && screen->out[0] == '\0' && screen->err[0] == '\0')
        fail_msg("%s ends with %d and says nothing", line, screen->status);
    bool prints_json = json && strncmp(line, "help", 4) != 0 &&
                       strcmp(line, "man") != 0 && strncmp(line, "vocab", 5) != 0 &&
                       strcmp(line, "consent|notice") != 0;
    if (prints_json && screen->status <= EXIT_REFUSED)
        assert_int_equal(strncmp(screen->out, "{\"code\":\"", 9), 0);
    for (const char *at = screen->out; !json && *at != '\0'; at++)
        if ((unsigned char)*at < ' ' && *at != '\n')
            fail_msg("%s prints a control character", line);
}

static void every_command_shows_every_reply(void **state)
{
    static const char *const LANGS[] = {"nl", "fr", "en"};
    struct reply replies[REPLIES_MAX];
    struct arena arena = arena_new(1 << 20);
    size_t n = make_replies(&arena, replies);
    (void)state;
    for (size_t i = 0; i < COUNT_OF(LINES); i++)
        for (size_t k = 0; k < n; k++) {
            char line[1000];
            bool json = (i + k) % 3 == 0;
            replied = &replies[k];
            snprintf(line, sizeof line, "--home|%s|--lang|%s%s|%s", temp.folder,
                    LANGS[(i + k) % COUNT_OF(LANGS)], json ? "|--json" : "", LINES[i]);
            struct screen screen = screen_line(k % 2 == 0 ? NULL : "\n", line);
            look(&screen, LINES[i], json);
            screen_done(&screen);
        }
    arena_free(&arena);
}

/* A person who types only the command is asked for the rest; whatever is answered, it
 * ends. */
static void every_command_asks(void **state)
{
    static const char *const ANSWERS[] = {
            "1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n",
            "7\nhuis\n1, 2\n2026-12-01\n21004\nnl\nhuis\n3\n1\n2026-12-01\n1\n1\nj\nj\n",
            "huis\n1\n7\ncare_coordination, needs\n2026-12-01\nwords\n21004\n1\nP\n1\n1\n1\n\n\n",
            "\n\n\n\nwhat\n99999\n\xff\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n", "nobody\n"};
    struct reply replies[REPLIES_MAX];
    struct arena arena = arena_new(1 << 20);
    const struct command *command;
    (void)state;
    size_t n = make_replies(&arena, replies);
    for (size_t i = 0; (command = cli_command_at(i)) != NULL; i++) {
        if (command->home != COMMAND_NODE && command->home != COMMAND_BROKER)
            continue;
        for (size_t k = 0; k < COUNT_OF(ANSWERS); k++) {
            char line[400];
            replied = &replies[(4 + k) % n];
            size_t len = (size_t)snprintf(line, sizeof line, "--home|%s|--lang|%s|%s",
                    temp.folder, k % 2 == 0 ? "en" : "fr", command->name);
            for (size_t at = 0; at < len; at++)
                line[at] = line[at] == ' ' ? '|' : line[at];
            struct screen screen = screen_line(ANSWERS[k], line);
            look(&screen, command->name, false);
            screen_done(&screen);
        }
    }
    arena_free(&arena);
}

/* One run with room for so many pieces; false: it needed no more. */
static bool has_too_little_room(const char *line, uint64_t pieces)
{
    left = pieces + 1;
    struct screen screen = screen_line(NULL, line);
    bool refused = left == 1;
    left = 0;
    if (screen.status != EXIT_OK && screen.out[0] == '\0' && screen.err[0] == '\0' &&
            strstr(line, "--json") == NULL)
        fail_msg("%s: says nothing with room for %llu pieces", line,
                (unsigned long long)pieces);
    if (!refused)
        assert_in_range(screen.status, EXIT_OK, EXIT_COULD_NOT);
    screen_done(&screen);
    return refused;
}

static void every_command_says_when_there_is_no_room(void **state)
{
    struct reply replies[REPLIES_MAX];
    struct arena arena = arena_new(1 << 20);
    size_t n = make_replies(&arena, replies);
    (void)state;
    for (size_t i = 0; i < 2 * COUNT_OF(LINES); i++) {
        char line[1000];
        uint64_t pieces = 0;
        replied = &replies[i % n];
        snprintf(line, sizeof line, "--home|%s|--lang|en%s|%s", temp.folder,
                i % 2 == 0 ? "" : "|--json", LINES[i / 2]);
        while (has_too_little_room(line, pieces))
            pieces++;
    }
    arena_free(&arena);
}

/* Nobody is told that there is nothing when it could not be shown. */
static void no_room_is_not_an_empty_list(void **state)
{
    struct reply replies[REPLIES_MAX];
    struct arena arena = arena_new(1 << 20);
    char line[400];
    (void)state;
    size_t n = make_replies(&arena, replies);
    for (size_t k = 0; k < n; k++)
        if (replies[k].cases != NULL && replies[k].cases->n_cases > 0)
            replied = &replies[k];
    snprintf(line, sizeof line, "--home|%s|--lang|en|inbox", temp.folder);
    for (uint64_t pieces = 1, more = 1; more != 0; pieces++) {
        left = pieces;
        struct screen screen = screen_line(NULL, line);
        more = left == 1;
        left = 0;
        assert_null(strstr(screen.out, "There is nothing in this box."));
        screen_done(&screen);
    }
    arena_free(&arena);
}

/* What staff look for stands there. */
static void a_case_shows_what_matters(void **state)
{
    static const char *const PIECES[] = {"***", "Mevrouw Voorbeeld", "tells stories",
            "02 000 00 00", "On Tuesday", "They met", "accept, info-request",
            "antenne"};
    struct reply replies[REPLIES_MAX];
    struct arena arena = arena_new(1 << 20);
    char line[400];
    (void)state;
    size_t n = make_replies(&arena, replies);
    for (size_t k = 0; k < n; k++)
        if (replies[k].case_ != NULL && replies[k].case_->referral != NULL)
            replied = &replies[k];
    snprintf(line, sizeof line, "--home|%s|--lang|en|show|7", temp.folder);
    struct screen screen = screen_line(NULL, line);
    assert_string_equal(screen.err, "");
    assert_int_equal(screen.status, EXIT_OK);
    for (size_t i = 0; i < COUNT_OF(PIECES); i++)
        assert_has(screen.out, PIECES[i]);
    screen_done(&screen);
    arena_free(&arena);
}

/* Which text was read is known by its hash; its words stay where they are. */
static void an_own_notice_is_known_by_its_hash(void **state)
{
    static const char NOTICE[] = "Wij vragen u of wij dit mogen doorgeven.\n";
    const struct reply reply = {.made = &(const struct made){.consent_number = 4}};
    struct key32 hash =
            hash_sha256_one((struct span){(const uint8_t *)NOTICE, sizeof NOTICE - 1});
    char path[TEMP_PATH_BYTES], line[1000];
    (void)state;
    temp_path(&temp, "uitleg.txt", path);
    temp_write(path, NOTICE, sizeof NOTICE - 1);
    replied = &reply;
    snprintf(line, sizeof line,
            "--home|%s|--lang|en|consent|give|--person|P|--how|in_person|--purposes|"
            "care_coordination|--data|needs|--recipients|huis|--notice-file|%s|"
            "--notice-title|Uitleg|--notice-version|2",
            temp.folder, path);
    struct screen screen = screen_line(NULL, line);
    assert_int_equal(screen.status, EXIT_OK);
    assert_string_equal(screen.err, "");
    assert_true(key32_equal(&asked_notice, &hash));
    screen_done(&screen);
}

/* The answer, question by question; what the others said; and in the last line what to
 * do. */
static void a_decision_is_told_to_its_end(void **state)
{
    static const char *const PIECES[] =
            {"preview, without a name, from huis to ldc-noord",
                    "asked before sending: allowed",
                    "broker, 01/01/1970 01:00 (E_PARTNERSHIP)", "(E_CONSENT_WITHDRAWN)",
                    "from huis to antenne",
                    "checked, nothing sent: refused (E_CONSENT_RECIPIENT)",
                    "  yes  Is the consent valid today? Yes.\n",
                    "  NO   Is the recipient named? No: the consent names huis;",
                    "  -    Is it in the agreed area? Not asked"};
    static const char *const COMMANDS[] = {"consent|explain",
            "consent|check|--consent|3|--to|huis|--data|needs|--area|21004"};
    static const char LAST[] =
            "What you can do           Choose a partner the person agreed to.\n";
    struct reply replies[REPLIES_MAX];
    struct arena arena = arena_new(1 << 20);
    char line[400];
    (void)state;
    size_t n = make_replies(&arena, replies);
    for (size_t k = 0; k < n; k++)
        if (replies[k].explanation != NULL && replies[k].explanation->n_judgements > 0)
            replied = &replies[k];
    for (size_t c = 0; c < COUNT_OF(COMMANDS); c++) {
        snprintf(line, sizeof line, "--home|%s|--lang|en|%s", temp.folder, COMMANDS[c]);
        struct screen screen = screen_line(NULL, line);
        /* To explain is done; to check says no by its status. */
        assert_int_equal(screen.status, c == 0 ? EXIT_OK : EXIT_REFUSED);
        for (size_t i = 0; i < COUNT_OF(PIECES); i++)
            assert_has(screen.out, PIECES[i]);
        size_t len = strlen(screen.out);
        assert_true(len > strlen(LAST));
        assert_string_equal(screen.out + len - strlen(LAST), LAST);
        screen_done(&screen);
    }
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(every_command_shows_every_reply),
            cmocka_unit_test(every_command_asks),
            cmocka_unit_test(every_command_says_when_there_is_no_room),
            cmocka_unit_test(no_room_is_not_an_empty_list),
            cmocka_unit_test(a_case_shows_what_matters),
            cmocka_unit_test(a_decision_is_told_to_its_end),
            cmocka_unit_test(an_own_notice_is_known_by_its_hash),
    };
    struct err err = {0};
    if (!hash_start(&err))
        return 1;
    json_set_alloc_funcs(take_for_json, free);
    return cmocka_run_group_tests(tests, make_home, drop_home);
}

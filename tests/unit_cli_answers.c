/* unit_cli_answers.c - the command line: JSON in and out, tables, and what a node or
 * broker answers. */
#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "core/loop.h"
#include "core/steward.h"
#include "tests/cli_screen.h"

/* --- JSON --- */

static void a_reply_is_one_line_with_every_field(void **state)
{
    (void)state;
    char *out;
    size_t len;
    struct cli cli = {.out = open_memstream(&out, &len)};
    const uint16_t needs[] = {NEED_CATEGORY_DEBT};
    const struct case_line line = {.number = 7,
            .kind = CASE_KIND_REFERRAL_IN,
            .other = "ab \"q\"",
            .on_behalf_of = "",
            .state = OFFER_STATE_INFO_REQUESTED,
            .referral_state = "open",
            .urgency = URGENCY_ROUTINE,
            .area = "21004",
            .needs = needs,
            .n_needs = 1,
            .updated_ms = 1790000000000,
            .person = "",
            .unread = true,
            .consent_state = "active",
            .version = 3};
    const struct case_detail detail = {.line = &line,
            .referral_id = {{0x01, 0x02, [15] = 0x0f}}};
    const struct reply reply = {.v = 1, .code = "", .sentence = "", .case_ = &detail};
    assert_true(cli_json_reply(&cli, &reply));
    fclose(cli.out);
    assert_string_equal(out,
            "{\"code\":\"\",\"sentence\":\"\",\"case\":{\"line\":{\"number\":7,\"kind\":"
            "\"referral_in\",\"other\":\"ab \\\"q\\\"\",\"onBehalfOf\":\"\",\"state\":"
            "\"info_requested\",\"referralState\":\"open\",\"urgency\":\"routine\","
            "\"area\":\"21004\",\"needs\":[\"debt\"],\"updatedMs\":1790000000000,"
            "\"dueMs\":0,\"person\":\"\",\"unread\":true,\"stopContact\":false,"
            "\"consentState\":\"active\",\"version\":3,\"retention\":\"\",\"consentRest\":0,\"eraseMissing\":false,\"consentDaysLeft\":0,\"handler\":\"\",\"substitute\":\"\",\"place\":0,\"candidates\":0,\"code\":\"\",\"cause\":\"\",\"signalState\":\"\",\"signalAnswer\":\"\"},\"offers\":[],\"moments\":[],"
            "\"referralId\":\"01020000-0000-0000-0000-00000000000f\",\"actions\":[],\"confidence\":[],\"coordinators\":[],"
            "\"handedOnFrom\":0,\"handedOnAs\":[],\"visits\":[],\"erasedMs\":0},"
            "\"decision\":\"\"}\n");
    free(out);
}

/* A bundle or a request comes from whoever made it; its name stands beside the
 * fingerprint that a person is about to compare. */
static void what_others_wrote_never_moves_the_cursor(void **state)
{
    (void)state;
    char *out, *words;
    size_t len;
    const char *trick = "net\x1b[2K\r\n\x7f\xC2\x9B"
                        "8m \xE2\x80\xAE\xE2\x81\xA6\xC3\xA9";
    struct cli cli = {.out = open_memstream(&out, &len),
            .err = open_memstream(&words, &len)};
    cli_say(&cli, TEXT_FINGERPRINT_COMPARE, trick, "abcd");
    cli_heading(&cli, trick);
    assert_int_equal(cli_fail_words(&cli, "E_AUTH", trick, trick), EXIT_REFUSED);
    assert_int_equal(cli_usage_error(&cli, trick, TEXT_AS_IS, trick, NULL), EXIT_USAGE);
    fclose(cli.out);
    fclose(cli.err);
    for (const char *at = out; *at != '\0'; at++)
        assert_false(((unsigned char)*at < ' ' && *at != '\n') || *at == 0x7F);
    for (const char *at = words; *at != '\0'; at++)
        assert_false(((unsigned char)*at < ' ' && *at != '\n') || *at == 0x7F);
    assert_null(strstr(out, "\xC2\x9B"));
    assert_null(strstr(words, "\xC2\x9B"));
    /* Neither is what stands behind it read backwards. */
    assert_null(strstr(out, "\xE2\x80\xAE"));
    assert_has(out, "net [2K    8m   \xC3\xA9");
    assert_has(out, "abcd");
    assert_has(words, "net [2K    8m   \xC3\xA9 (E_AUTH)\n");
    free(out);
    free(words);
}

static void a_refusal_is_json_whatever_was_typed(void **state)
{
    (void)state;
    static const char *const LINES[] = {"--json|inbox|--box=\xff\xfe",
            "--json|inbox|-\xC3", "--json|refer|--name|\xe2\x82"};
    for (size_t i = 0; i < COUNT_OF(LINES); i++) {
        struct screen screen = screen_line(NULL, LINES[i]);
        assert_int_equal(screen.status, EXIT_USAGE);
        assert_string_equal(screen.err, "");
        assert_int_equal(strncmp(screen.out, "{\"code\":\"ERR_USAGE\"", 19), 0);
        screen_done(&screen);
    }
}

static bool read_json(const char *text, struct refer *refer, struct err *err)
{
    struct temp temp;
    char path[TEMP_PATH_BYTES];
    struct cli cli = {.arena = arena_new(CLI_ARENA_BYTES)};
    temp_init(&temp);
    temp_path(&temp, "draft.json", path);
    temp_write(path, text, strlen(text));
    bool ok = cli_json_read(&cli, path, &WIRE_REFER, refer, err);
    if (ok && refer->referral != NULL) {
        assert_string_equal(refer->referral->person->name, "Mevrouw Voorbeeld");
        assert_int_equal(refer->referral->n_needs, 2);
        assert_int_equal(refer->referral->needs[1], NEED_CATEGORY_SOCIAL_CONTACT_VISIT);
        assert_string_equal(refer->candidates[0], "ldc-noord");
    }
    arena_free(&cli.arena);
    temp_done(&temp);
    return ok;
}

static void a_draft_is_read_strictly(void **state)
{
    (void)state;
    static const char TOO_MANY[] =
            "{\"candidates\":[\"a\",\"a\",\"a\",\"a\",\"a\",\"a\",\"a\",\"a\",\"a\","
            "\"a\",\"a\"]}";
    static const char *const BAD[] = {
            "",
            "{",
            "[]",
            "7",
            "{\"consentNumber\":1,\"consentNumber\":2}",
            "{\"colour\":1}",
            "{\"consent_number\":1}",
            "{\"consentNumber\":-1}",
            "{\"consentNumber\":\"1\"}",
            "{\"consentNumber\":1.5}",
            "{\"candidates\":\"ldc-noord\"}",
            "{\"candidates\":[7]}",
            "{\"purpose\":[]}",
            TOO_MANY,
            "{\"urgency\":\"soon\"}",
            "{\"mode\":\"fast\"}",
            "{\"area\":\"210045\"}",
            "{\"referral\":7}",
            "{\"referral\":{\"person\":{\"religion\":\"x\"}}}",
            "{\"referral\":{\"correlationId\":\"xyz\"}}",
            "{\"referral\":{\"person\":{\"interpreterNeeded\":1}}}",
            "{\"consentNumber\":null}",
            "{\"urgency\":7}",
            "{\"mode\":7}",
            "{\"area\":7}",
            "{\"candidates\":{}}",
            "{\"referral\":{\"correlationId\":7}}",
            "{\"referral\":{\"correlationId\":\"0102\"}}",
    };
    struct refer refer = {0};
    struct err err = {0};
    for (size_t i = 0; i < COUNT_OF(BAD); i++) {
        if (read_json(BAD[i], &refer, &err))
            fail_msg("%s was read", BAD[i]);
        assert_int_equal(err.code, ERR_USAGE);
        assert_true(err.msg[0] != '\0');
    }
    if (!read_json("{\"consentNumber\":1,\"candidates\":[\"ldc-noord\"],\"urgency\":"
                   "\"routine\",\"mode\":\"direct\",\"referral\":{\"person\":{\"name\":"
                   "\"Mevrouw Voorbeeld\"},\"needs\":[\"debt\","
                   "\"social_contact_visit\"]}}",
                &refer, &err))
        fail_msg("%s", err.msg);
    assert_int_equal(refer.consent_number, 1);
    assert_int_equal(refer.urgency, URGENCY_ROUTINE);
    assert_int_equal(refer.mode, MODE_DIRECT);
    /* What is empty is as if it were not there; an id stands in either of its forms. */
    static const char *const IDS[] = {"01020304-0506-0708-090a-0b0c0d0e0f10",
            "0102030405060708090a0b0c0d0e0f10"};
    refer = (struct refer){0};
    if (!read_json("{\"consentNumber\":4294967296,\"urgency\":\"\",\"candidates\":[]}",
                &refer, &err))
        fail_msg("%s", err.msg);
    assert_int_equal(refer.consent_number, UINT64_C(4294967296));
    assert_int_equal(refer.urgency, 0);
    assert_int_equal(refer.n_candidates, 0);
    for (size_t i = 0; i < COUNT_OF(IDS); i++) {
        char text[300];
        snprintf(text, sizeof text,
                "{\"referral\":{\"correlationId\":\"%s\",\"person\":{\"name\":"
                "\"Mevrouw Voorbeeld\",\"interpreterNeeded\":true},\"needs\":[\"debt\","
                "\"social_contact_visit\"]},\"candidates\":[\"ldc-noord\"]}",
                IDS[i]);
        if (!read_json(text, &refer, &err))
            fail_msg("%s: %s", IDS[i], err.msg);
    }
}

/* --- tables --- */

static void tables_are_aligned_by_what_is_seen(void **state)
{
    (void)state;
    char *out;
    size_t len;
    static const char LONG[] =
            "a text that is much longer than any screen is wide, so that it has to give "
            "way to the others";
    const char *const cells[] = {"één", "b", "é", "\x1b[2J", LONG, LONG};
    struct cli cli = {.out = open_memstream(&out, &len)};
    assert_int_equal(cli_width("één"), 3);
    assert_int_equal(cli_width("e\xcc\x81"), 1);
    assert_int_equal(cli_width("\xe6\x97\xa5"), 2);
    cli_table(&cli, cells, 2, 2);
    cli_table(&cli, cells + 4, 1, 2);
    fclose(cli.out);
    /* What others wrote does not move the cursor. */
    assert_memory_equal(out, "één  b\né     [2J\n", strlen("één  b\né     [2J\n"));
    /* What is too long goes on below; nothing of it is lost. */
    assert_string_equal(out + strlen("één  b\né     [2J\n"),
            "a text that is much longer than any screen is      "
            "a text that is much longer than any screen is\n"
            "wide, so that it has to give way to the others     "
            "wide, so that it has to give way to the others\n");
    free(out);
}

/* What a table of two long cells looks like on a terminal of so many columns: its
 * widest line. */
static size_t widest_on(int master, int slave, unsigned short columns, char said[2048])
{
    static const char *const cells[] = {"a text that is much longer than any screen is",
            "another text that is much longer than any screen is wide, so that it gives "
            "way to others, and is never cut where there is room for the whole of it"};
    const struct winsize size = {.ws_row = 24, .ws_col = columns};
    size_t widest = 0, len = 0;
    assert_int_equal(ioctl(slave, TIOCSWINSZ, &size), 0);
    struct cli cli = {.out = fdopen(dup(slave), "w")};
    assert_non_null(cli.out);
    cli_table(&cli, cells, 1, 2);
    fputc('.', cli.out);
    assert_int_equal(fclose(cli.out), 0);
    while (len == 0 || said[len - 1] != '.') {
        ssize_t n = read(master, said + len, 2047 - len);
        assert_true(n > 0);
        len += (size_t)n;
    }
    said[len] = '\0';
    char lines[2048], *rest = lines;
    memcpy(lines, said, len + 1);
    for (const char *line; (line = strsep(&rest, "\r\n")) != NULL;)
        widest = cli_width(line) > widest ? cli_width(line) : widest;
    return widest;
}

static void a_table_is_as_wide_as_the_screen(void **state)
{
    (void)state;
    char said[2048];
    int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (master < 0 || grantpt(master) != 0 || unlockpt(master) != 0)
        skip();
    int slave = open(ptsname(master), O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (slave < 0)
        skip();
    assert_in_range(widest_on(master, slave, 80, said), 60, 80);
    assert_null(strstr(said, "…"));
    assert_in_range(widest_on(master, slave, 120, said), 101, 120);
    assert_in_range(widest_on(master, slave, 161, said), 140, 160);
    assert_in_range(widest_on(master, slave, 20, said), 40, 60);
    /* A terminal that does not know how wide it is. */
    assert_in_range(widest_on(master, slave, 0, said), 81, 100);
    close(slave);
    close(master);
}

/* A label with commas of its own is parted from the next by something else. */
static void labels_are_told_apart(void **state)
{
    (void)state;
    static const uint16_t NEEDS[] = {NEED_CATEGORY_LONELINESS_ISOLATION,
            NEED_CATEGORY_DEBT};
    struct cli cli = {.lang = LANG_EN, .arena = arena_new(CLI_ARENA_BYTES)};
    assert_string_equal(cli_labels(&cli, VOCAB_NEED_CATEGORY, NEEDS, 2),
            "Loneliness, social isolation; Debts");
    assert_string_equal(cli_labels(&cli, VOCAB_NEED_CATEGORY, NEEDS + 1, 1), "Debts");
    arena_free(&cli.arena);
}

static void a_cell_that_is_too_long_goes_on_below(void **state)
{
    (void)state;
    static const char WORD[] = "0123456789012345678901234567890123456789012345678901234"
                               "56789012345678901234567890123456789012345678901234567";
    const char *const cells[] = {"  12", WORD, "x", "   7", "a b", ""};
    char *out;
    size_t len;
    struct cli cli = {.out = open_memstream(&out, &len)};
    cli_table(&cli, cells, 2, 3);
    fclose(cli.out);
    /* A word that is wider than all is broken; numbers stay under each other. */
    assert_string_equal(out,
            "  12  012345678901234567890123456789012345678901234567890123456789012345678901"
            "2345678901234567890  x\n"
            "      12345678901234567\n"
            "   7  a b\n");
    free(out);
    /* Two lines of it, and no more. */
    char many[1000] = "";
    for (size_t i = 0; i < 60; i++)
        strcat(many, "and more ");
    const char *const more[] = {many, "x"};
    cli.out = open_memstream(&out, &len);
    cli_table(&cli, more, 1, 2);
    fclose(cli.out);
    const char *second = strchr(out, '\n') + 1;
    assert_int_equal(strcspn(second, "\n"), strlen(second) - 1);
    assert_non_null(strstr(second, "…\n"));
    free(out);
}

/* --- a program at the other end --- */

struct other_end {
    struct temp temp;
    char home[TEMP_PATH_BYTES];
    pid_t pid;
};

struct serving {
    struct loop *loop;
    struct home home;
    struct arena arena;
    bool was_pending;
};

/* Says yes with what came in, no to case 404, and "later" once to case 409. In the
 * middle of a backup it is killed. */
static void on_question(void *self, struct link *link, const struct peer *peer,
        struct span frame)
{
    struct serving *serving = self;
    struct request request;
    struct span bytes;
    struct err err = {0};
    struct key32 hash;
    arena_reset(&serving->arena, 0);
    if (!wire_get(&WIRE_REQUEST, frame, &serving->arena, &request, &err))
        abort();
    if (request.backup != NULL)
        _exit(0);
    hash = keys_token_hash(request.token);
    const struct issue issue = {.field = "number", .words = "No such case."};
    const struct made made = {.case_number = request.act != NULL
                                                     ? request.act->case_number
                                                     : 0,
            .state = "accepted",
            .text = request.idempotency_key,
            .count = key32_equal(&hash, &serving->home.token_hash) ? 1 : 0};
    struct reply reply = {.v = 1, .request_id = request.request_id, .made = &made};
    if (request.act != NULL && request.act->case_number == 404)
        reply = (struct reply){.v = 1,
                .request_id = request.request_id,
                .code = "E_NOT_FOUND",
                .sentence = request.lang,
                .issues = &issue,
                .n_issues = 1};
    if (request.act != NULL && request.act->case_number == 409 &&
            !serving->was_pending) {
        serving->was_pending = true;
        reply = (struct reply){.v = 1,
                .request_id = request.request_id,
                .code = "E_PENDING"};
    }
    if (!wire_put_arena(&WIRE_REPLY, &reply, &serving->arena, &bytes, &err) ||
            link_send(link, peer->conn, bytes) != SENT_OK)
        abort();
}

static void serve(const char *home, int ready)
{
    struct serving serving = {.arena = arena_new(CLI_ARENA_BYTES)};
    struct err err = {0};
    const struct loop_app app = {.self = &serving, .on_frame = on_question};
    if (!home_open(home, ROLE_NODE, &serving.home, &err))
        _exit(1);
    serving.loop = loop_new(&app, &err);
    if (serving.loop == NULL ||
            loop_serve_local(serving.loop, serving.home.socket, &err) == NULL ||
            write(ready, "r", 1) != 1)
        _exit(1);
    bool ok = loop_run(serving.loop, &err);
    loop_free(serving.loop);
    home_close(&serving.home);
    arena_free(&serving.arena);
    _exit(ok ? 0 : 1);
}

static int start_other_end(void **state)
{
    struct other_end *end = calloc(1, sizeof *end);
    struct err err = {0};
    int ready[2];
    char byte;
    const struct home_wish wish = {.role = ROLE_NODE,
            .partner = "a-house",
            .name = "A house",
            .partner_type = PARTNER_TYPE_LDC,
            .now_ms = SCREEN_NOW};
    assert_non_null(end);
    temp_init(&end->temp);
    temp_path(&end->temp, "n", end->home);
    if (!home_init(end->home, &wish, &err))
        fail_msg("%s", err.msg);
    assert_int_equal(pipe(ready), 0);
    end->pid = fork();
    assert_true(end->pid >= 0);
    if (end->pid == 0)
        serve(end->home, ready[1]);
    close(ready[1]);
    assert_int_equal(read(ready[0], &byte, 1), 1);
    close(ready[0]);
    *state = end;
    return 0;
}

static int stop_other_end(void **state)
{
    struct other_end *end = *state;
    if (end->pid > 0) {
        kill(end->pid, SIGKILL);
        waitpid(end->pid, NULL, 0);
    }
    temp_done(&end->temp);
    free(end);
    return 0;
}

static struct screen ask(const struct other_end *end, const char *line)
{
    char all[CLI_WORDS_BYTES];
    snprintf(all, sizeof all, "--home|%s|%s", end->home, line);
    return screen_line(NULL, all);
}

static void a_yes_is_printed_and_carries_token_and_key(void **state)
{
    const struct other_end *end = *state;
    struct screen screen = ask(end, "accept|7|--json|--idempotency-key|k-1");
    assert_int_equal(screen.status, EXIT_OK);
    assert_has(screen.out, "\"made\":{\"caseNumber\":7,");
    assert_has(screen.out, "\"text\":\"k-1\"");
    assert_has(screen.out, "\"count\":1,");
    screen_done(&screen);
    /* Without a key each order gets a fresh one. */
    struct screen one = ask(end, "accept|7|--json"), two = ask(end, "accept|7|--json");
    assert_string_not_equal(one.out, two.out);
    screen_done(&one);
    screen_done(&two);
    screen = ask(end, "accept|7");
    assert_string_equal(screen.out, "Done for 7: accepted.\n");
    screen_done(&screen);
}

static void a_no_is_a_sentence_a_code_and_the_field(void **state)
{
    const struct other_end *end = *state;
    struct screen screen = ask(end, "accept|404|--lang|fr");
    assert_int_equal(screen.status, EXIT_REFUSED);
    assert_string_equal(screen.out, "");
    assert_string_equal(screen.err, "fr (E_NOT_FOUND)\n  No such case.\n");
    screen_done(&screen);
    screen = ask(end, "accept|404|--json");
    assert_int_equal(screen.status, EXIT_REFUSED);
    assert_string_equal(screen.out,
            "{\"code\":\"E_NOT_FOUND\",\"sentence\":\"en\",\"issues\":[{\"field\":"
            "\"number\",\"words\":\"No such case.\"}],"
            "\"decision\":\"\"}\n");
    screen_done(&screen);
}

static void a_step_waits_for_the_one_before_it(void **state)
{
    const struct other_end *end = *state;
    struct screen screen = ask(end, "accept|409");
    assert_string_equal(screen.err, "");
    assert_string_equal(screen.out, "Done for 409: accepted.\n");
    screen_done(&screen);
}

/* Nobody waits for the backup of a program that went away. */
static void a_backup_ends_with_its_program(void **state)
{
    static const char PASSPHRASE[] = "correct horse\n";
    const struct other_end *end = *state;
    char secret[TEMP_PATH_BYTES], line[TEMP_PATH_BYTES + 64];
    temp_path(&end->temp, "secret", secret);
    temp_write(secret, PASSPHRASE, sizeof PASSPHRASE - 1);
    assert_int_equal(chmod(secret, 0600), 0);
    snprintf(line, sizeof line, "backup|/copy|--passphrase-file|%s", secret);
    struct screen screen = ask(end, line);
    assert_int_equal(screen.status, EXIT_COULD_NOT);
    assert_has(screen.err, "(ERR_AWAY)");
    screen_done(&screen);
}

/* Its socket file still lies there. */
static void a_program_that_was_killed_is_away(void **state)
{
    struct other_end *end = *state;
    char socket[TEMP_PATH_BYTES + 32];
    kill(end->pid, SIGKILL);
    waitpid(end->pid, NULL, 0);
    end->pid = 0;
    snprintf(socket, sizeof socket, "%s/run/node.sock", end->home);
    assert_int_equal(access(socket, F_OK), 0);
    struct screen screen = ask(end, "status");
    assert_int_equal(screen.status, EXIT_COULD_NOT);
    assert_has(screen.err, "buurtbus-node --home");
    assert_has(screen.err, "(ERR_AWAY)");
    screen_done(&screen);
    screen = ask(end, "doctor");
    assert_int_equal(screen.status, EXIT_COULD_NOT);
    assert_has(screen.out, "all keys can be read");
    screen_done(&screen);
    /* A key file that others may read is found without the program. */
    snprintf(socket, sizeof socket, "%s/keys/identity.key", end->home);
    assert_int_equal(chmod(socket, 0644), 0);
    screen = ask(end, "doctor|--json");
    assert_int_equal(screen.status, EXIT_COULD_NOT);
    assert_has(screen.out, "{\"name\":\"keys\",\"ok\":false,");
    screen_done(&screen);
}

/* Two people compare it by phone: what `init` shows is what `steward admit` shows. */
static void a_request_shows_the_fingerprint_that_the_steward_sees(void **state)
{
    static const char *const LINES[] = {
            "node|init|--partner|a-house|--name|A|--type|LDC|--areas|21004",
            "broker|init|--partner|a-broker|--name|B|--address|tcp://h:1",
    };
    static const char *const REQUESTS[] = {"node.request", "broker.request"};
    (void)state;
    for (size_t i = 0; i < 2 * COUNT_OF(LINES); i++) {
        struct temp temp;
        struct err err = {0};
        struct join_request request;
        struct arena arena = arena_new(1 << 20);
        char home[TEMP_PATH_BYTES], path[TEMP_PATH_BYTES + 16], line[512];
        char fingerprint[FINGERPRINT_TEXT_BYTES];
        size_t len = 0;
        temp_init(&temp);
        temp_path(&temp, "h", home);
        snprintf(path, sizeof path, "%s/%s", home, REQUESTS[i / 2]);
        snprintf(line, sizeof line, "%s|--home|%s%s", LINES[i / 2], home,
                i % 2 == 0 ? "" : "|--json");
        struct screen screen = screen_line(NULL, line);
        assert_int_equal(screen.status, EXIT_OK);
        uint8_t *bytes = temp_read(path, &len);
        assert_true(steward_read_request((struct span){bytes, len}, &arena, &request,
                fingerprint, &err));
        assert_has(screen.out, fingerprint);
        screen_done(&screen);
        free(bytes);
        arena_free(&arena);
        temp_done(&temp);
    }
}

#define WITH_OTHER_END(f)                                                              \
    cmocka_unit_test_setup_teardown(f, start_other_end, stop_other_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(a_reply_is_one_line_with_every_field),
            cmocka_unit_test(what_others_wrote_never_moves_the_cursor),
            cmocka_unit_test(a_refusal_is_json_whatever_was_typed),
            cmocka_unit_test(a_draft_is_read_strictly),
            cmocka_unit_test(tables_are_aligned_by_what_is_seen),
            cmocka_unit_test(a_table_is_as_wide_as_the_screen),
            cmocka_unit_test(labels_are_told_apart),
            cmocka_unit_test(a_cell_that_is_too_long_goes_on_below),
            cmocka_unit_test(a_request_shows_the_fingerprint_that_the_steward_sees),
            WITH_OTHER_END(a_yes_is_printed_and_carries_token_and_key),
            WITH_OTHER_END(a_no_is_a_sentence_a_code_and_the_field),
            WITH_OTHER_END(a_step_waits_for_the_one_before_it),
            WITH_OTHER_END(a_backup_ends_with_its_program),
            WITH_OTHER_END(a_program_that_was_killed_is_away),
    };
    struct err err = {0};
    if (!hash_start(&err))
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}

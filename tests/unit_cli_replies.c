/* unit_cli_replies.c - what a person sees when a program answers: every command with
 * every kind of reply, on a screen and as JSON, in three languages. */
#include <jansson.h>

#include "tests/cli_node.h"
#include "tests/cli_replies.h"

/* ---- memory ---- */

static void *take_for_json(size_t len)
{
    return is_refused() ? NULL : malloc(len);
}

/* ---- every command ---- */

/* clang-format off */
static const char *const LINES[] = {
        "inbox", "inbox|--box|to-decide|--limit|5", "show|7", "trace|7", "openings|7", "openings|--consent|3",
        "seen|7", "accept|7", "decline|7|--reason|volunteers_at_limit", "info-request|7|--questions|1|--text|when",
        "info-reply|7|--text|now", "waitlist|7|--until|2026-12-01", "start|7", "progress|7", "hold|7|--reason|staff_absent|--until|2026-12-01",
        "resume|7", "outcome|7|--outcome|debt=need_met", "fail|7|--reason|moved", "confirm|7", "cancel|7|--reason|no_longer_needed", "in-error|7|--reason|wrong_person",
        "text|7|--text|hello", "visit|plan|7|--on|2026-12-01|--goes|volunteer,interpreter|--aim|do_something_together", "visit|list", "visit|list|7",
        "visit|plan|7|--on|2026-12-01|--goes|nurse|--aim|check_signal|--safety|no_sign_of_life|--override-reason|dark", "visit|call-off|7|--reason|goer_away",
        "visit|postpone|7|--on|2026-12-02|--reason|person_asked", "visit|report|7|--result|met|--text|fine|--agreed",
        "visit|report|7|--result|no_answer_1|--on|2026-11-20|--next|2026-12-01|--goes|volunteer|--aim|do_something_together", "visit|report|7|--result|not_now|--no-next|other_contact",
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
        "token|new|app|--scopes|referral_read", "token|list", "token|revoke|app", "intake|set|full", "intake|set|paused|--until|2026-12-01",
        "intake|set|volunteers_at_limit|--antenna|antenne", "intake|show", "intake|show|huis",
        "service|set|debt|--hours|always", "service|end|debt", "service|list", "node|leave|--yes",
        "capacity|set|debt|open|--places|3_5|--area|21004A01-|--language|fr", "capacity|set|debt|waitlist|--wait|30",
        "capacity|end|debt", "capacity|list", "absence|set|--from|2026-12-24|--until|2027-01-03", "absence|end|2026-12-24",
        "absence|set|--until|2026-12-01|--substitute|piet", "absence|end", "inbox|--mine", "absence|list", "find|--need|debt|--area|21004A01-|--language|nl|--consent|3", "find|--need|debt|--area|21004|--limit|1", "mandate|set|--text|X|--areas|21004", "mandate|end", "mandate|show",
        "areas", "areas|21004", "areas|21004A01-|--day|2026-12-01",
        "directory", "directory|--need|debt", "status", "doctor", "broker|status", "broker|doctor", "broker|gaps", "broker|gaps|--area|21004", "broker|suspend|huis", "broker|suspend|huis|--lift",
        "ask|post|--need|debt|--area|21004|--text|x", "ask|list", "ask|list|huis|--all", "ask|claim|huis/1|--antenna|antenne", "ask|release|huis/1",
        "ask|done|huis/1", "ask|done|1", "ask|withdraw|1", "campaign|set|--title|T|--text|x|--audiences|everybody", "campaign|end|1", "campaign|list",
        "barrier|set|digital_only|--need|debt", "barrier|end|1", "barrier|list|--area|21004", "advice|post|--title|T|--text|x|--to|huis", "advice|end|1",
        "advice|list", "advice|show|huis/1", "advice|answer|huis/1|studied", "volunteers|set|antenne|--limit|3|--band|1_2|--pause|2026-12-01", "volunteers|end|antenne", "load",
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
    for (size_t i = 0; (command = cli_command_at(i, NULL)) != NULL; i++) {
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
        while (has_too_little_room(NULL, line, pieces))
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
        pieces_left = pieces;
        struct screen screen = screen_line(NULL, line);
        more = pieces_left == 1;
        pieces_left = 0;
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

/* The disk that a backup goes to may be slow: its answer is waited for, and it is not
 * asked for a second time. Who waits for another answer for so long asks once more, and
 * then says that none came. */
static void a_backup_is_waited_for(void **state)
{
    static const char PASSPHRASE[] = "correct horse\n";
    static const struct {
        const char *line;
        int status;
        size_t n_asked;
    } rows[] = {
            {"backup|/copy|--passphrase-file|%s",        EXIT_OK,        1},
            {"broker|backup|/copy|--passphrase-file|%s", EXIT_OK,        1},
            {"directory",                                EXIT_COULD_NOT, 2},
    };
    static const struct reply yes = {.v = 1};
    char line[400], secret[TEMP_PATH_BYTES];
    (void)state;
    temp_path(&temp, "secret", secret);
    temp_write(secret, PASSPHRASE, sizeof PASSPHRASE - 1);
    assert_int_equal(chmod(secret, 0600), 0);
    replied = &yes;
    n_replied = 1;
    turn = 0;
    takes_ms = 3 * TIME_HOUR_MS;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        int begun = snprintf(line, sizeof line, "--home|%s|%.*s%s", temp.folder,
                (int)strcspn(rows[i].line, "%"), rows[i].line,
                strchr(rows[i].line, '%') != NULL ? secret : "");
        assert_in_range(begun, 1, sizeof line - 1);
        n_asked = 0;
        struct screen screen = screen_line(NULL, line);
        if (screen.status != rows[i].status)
            fail_msg("%s: %d %s", line, screen.status, screen.err);
        assert_int_equal(n_asked, rows[i].n_asked);
        screen_done(&screen);
    }
    takes_ms = 0;
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
            cmocka_unit_test(a_backup_is_waited_for),
    };
    struct err err = {0};
    if (!hash_start(&err))
        return 1;
    json_set_alloc_funcs(take_for_json, free);
    return cmocka_run_group_tests(tests, make_home, drop_home);
}

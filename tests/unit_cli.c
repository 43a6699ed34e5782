/* unit_cli.c - the command line: wrong words get one sentence and exit 2, whatever the
 * command; questions, answers and JSON say what the tables say. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "core/hash.h"
#include "core/loop.h"
#include "nodes/cli/cli.h"
#include "tests/temp.h"

enum { WORDS_MAX = 32, LONG_BYTES = 20000 };

static const int64_t NOW = INT64_C(1790000000000);

/* What a command printed, and how it ended. */
struct screen {
    char *out, *err;
    int status;
};

static void screen_done(struct screen *screen)
{
    free(screen->out);
    free(screen->err);
}

/* Run with these words; answers NULL: nobody sits there. */
static struct screen run(const char *answers, const char *const *words, int n_words)
{
    struct screen screen = {0};
    size_t out_len, err_len;
    const char *argv[WORDS_MAX + 1] = {"buurtbus"};
    char nothing[] = "\n", *typed = nothing;
    assert_true(n_words < WORDS_MAX);
    for (int i = 0; i < n_words; i++)
        argv[i + 1] = words[i];
    if (answers != NULL)
        typed = strdup(answers);
    struct cli cli = {
            .in = fmemopen(typed, strlen(typed), "r"),
            .out = open_memstream(&screen.out, &out_len),
            .err = open_memstream(&screen.err, &err_len),
            .terminal = answers != NULL,
            .lang = LANG_EN,
            .actor = "tester",
            .now_ms = NOW,
    };
    assert_non_null(cli.in);
    screen.status = cli_main(&cli, n_words + 1, argv);
    fclose(cli.in);
    fclose(cli.out);
    fclose(cli.err);
    if (answers != NULL)
        free(typed);
    return screen;
}

/* The same for words in one text, separated by bars. */
static struct screen run_line(const char *answers, const char *line)
{
    const char *words[WORDS_MAX];
    int n = 0;
    char *copy = strdup(line), *rest = copy;
    for (char *word; (word = strsep(&rest, "|")) != NULL;)
        words[n++] = word;
    struct screen screen = run(answers, words, n);
    free(copy);
    return screen;
}

static void assert_has(const char *text, const char *piece)
{
    if (strstr(text, piece) == NULL)
        fail_msg("\"%s\" is not in: %s", piece, text);
}

/* One sentence on err, nothing on out, exit 2. */
static void assert_bad_use(const char *line, const struct screen *screen,
        const char *piece)
{
    size_t len = strlen(screen->err);
    if (screen->status != EXIT_USAGE)
        fail_msg("%s ended with %d: %s", line, screen->status, screen->err);
    if (screen->out[0] != '\0')
        fail_msg("%s printed: %s", line, screen->out);
    if (len == 0 || strchr(screen->err, '\n') != screen->err + len - 1)
        fail_msg("%s said not one line: %s", line, screen->err);
    assert_has(screen->err, piece);
}

/* --- wrong words --- */

static void each_wrong_use_gets_one_sentence(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *line, *piece;
    } ROWS[] = {
            {"nothing",                                                               "this is no command"        },
            {"consent",                                                               "give, withdraw, show"      },
            {"consent|gave",                                                          "give, withdraw, show"      },
            {"--colour|inbox",                                                        "--colour"                  },
            {"inbox|--colour",                                                        "--colour"                  },
            {"--lang|de|inbox",                                                       "nl, fr, en"                },
            {"inbox|--home",                                                          "--home"                    },
            {"--home|--actor|x|inbox",                                                   "--home"                    },
            {"inbox|--yes=please",                                                      "takes no value"            },
            {"inbox|--box|attic",                                                     "to-decide"                 },
            {"inbox|--box",                                                           "--box"                     },
            {"inbox|--limit|201",                                                     "at most 200"               },
            {"inbox|--limit|many",                                                    "--limit"                   },
            {"inbox|--limit|1|--limit|2",                                             "twice"                     },
            {"inbox|7",                                                               "7: this is one argument"   },
            {"show",                                                                  "CASE"                      },
            {"show|0",                                                                "no number"                 },
            {"show|-1",                                                               "no number"                 },
            {"show|1|2",                                                              "too many"                  },
            {"show|99999999999999999999",                                             "no number"                 },
            {"decline|1",                                                             "--reason"                  },
            {"decline|1|--reason|bored",                                              "buurtbus vocab"            },
            {"hold|1|--reason|staff_absent",                                          "--until"                   },
            {"hold|1|--reason|staff_absent|--until|2026-02-30",                       "YYYY-MM-DD"                },
            {"outcome|1",                                                             "--outcome"                 },
            {"outcome|1|--outcome|debt=cured",                                        "buurtbus vocab outcome"    },
            {"outcome|1|--outcome|thirst=need_met",                                   "buurtbus vocab need_catego"},
            {"refer",                                                                 "--consent"                 },
            {"refer|--consent|1|--to|Not-A-Name|--need|debt",                         "lower-case"                },
            {"refer|--consent|1|--to|a-b,|--need|debt",                               "empty"                     },
            {"refer|--consent|1|--to|ab|--area|Brussel|--name|N|--need|debt",         "five digits"               },
            {"refer|--consent|1|--to|ab|--need|debt|--area|21004",                    "--name"                    },
            {"refer|--consent|1|--to|ab|--need|debt|--area|21004|--name|N|--language|Nederlands", "language code" },
            {"refer|--birth-date|1/3/1942",                                           "YYYY-MM-DD"                },
            {"refer|--from-file|/nowhere/at.all",                                     "/nowhere/at.all"           },
            {"refer|--name|\xff\xfe",                                                 "UTF-8"                     },
            {"refer|--name|a\x1b[2J",                                                 "UTF-8"                     },
            {"consent|give|--person|P|--how|in_person|--purposes|care_coordination|--data|needs", "--recipients"  },
            {"consent|give|--person|P|--how|in_person|--purposes|care_coordination|--data|needs|--recipient-types|LDC", "--area"},
            {"consent|give|--person|P|--how|in_person|--purposes|care_coordination|--data|needs|--recipients|ab|--from|2026-12-01|--until|2026-11-01", "before"},
            {"consent|give|--person|P|--how|in_person|--purposes|care_coordination|--data|needs|--recipients|ab|--onward|4", "0, 1, 2, 3"},
            {"consent|give|--level|s9",                                               "s0, s1, s2"                },
            {"consent|withdraw",                                                      "NUMBER"                    },
            {"consent|withdraw|3|--case|4",                                           "case"                      },
            {"partnership|propose|ab|--purposes|care_coordination|--data|needs|--secrecy|ours", "own, theirs"     },
            {"partnership|propose|ab|--purposes|care_coordination|--data|needs|--secrecy|own",  "--own-reason"    },
            {"signal|--to|ab|--person|P|--need|debt|--observations|asks_for_help",    "--area"                    },
            {"node|token|app",                                                        "--scopes"                  },
            {"node|token|app|--scopes|everything",                                    "referral_send"             },
            {"node|token|app|--scopes|admin|--revoke",                                "scopes"                    },
            {"node|intake|open|--until|2026-12-01",                                   "paused"                    },
            {"node|intake|paused",                                                    "--until"                   },
            {"node|service|debt|--end|--hours|always",                                "hours"                     },
            {"node|leave",                                                            "--yes"                     },
            {"broker|init|--partner|ab|--name|B|--address|localhost",                 "tcp://HOST:PORT"           },
            {"broker|init|--partner|ab|--name|B|--address|tcp://h:99999",             "tcp://HOST:PORT"           },
            {"steward|init|--network|net",                                            "--home"                    },
            {"steward|init|--network|net|--home|/nowhere",                            "--passphrase-file"         },
            {"steward|admit|--home|h",                                                "REQUEST_FILE"              },
            {"steward|admit|file|--supported|ab|--by|cd|--name|N|--type|ANTENNA|--home|h", "supported"            },
            {"steward|admit|--supported|ab|--home|h",                                 "--by"                      },
            {"steward|admit|--supported|ab|--by|cd|--name|N|--type|ANTENNA|--until|2027-01-01", "until"           },
            {"vocab|colours",                                                         "colours"                   },
            {"help|nothing",                                                          "nothing"                   },
            {"man|page",                                                              "buurtbus, broker, node"    },
    };
    /* clang-format on */
    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        struct screen screen = run_line(NULL, ROWS[i].line);
        assert_bad_use(ROWS[i].line, &screen, ROWS[i].piece);
        screen_done(&screen);
    }
}

/* A name in words that run takes. */
static int name_words(const struct command *command, char *copy, const char **words)
{
    int n = 0;
    strcpy(copy, command->name);
    char *rest = copy;
    for (char *word; (word = strsep(&rest, " ")) != NULL;)
        words[n++] = word;
    return n;
}

static void try_value(const struct command *command, const struct flag *flag,
        const char *value)
{
    char copy[CLI_NAME_BYTES], name[CLI_NAME_BYTES];
    const char *words[4];
    int n = name_words(command, copy, words);
    cli_flag_text(flag, name);
    if (!cli_is_place(flag))
        words[n++] = name;
    words[n++] = value;
    struct screen screen = run(NULL, words, n);
    assert_bad_use(name, &screen, name);
    screen_done(&screen);
}

/* Whatever is added to the tables is judged as well. */
static void no_flag_of_any_command_takes_just_anything(void **state)
{
    (void)state;
    const struct command *command;
    char *long_value = malloc(LONG_BYTES + 1);
    assert_non_null(long_value);
    memset(long_value, 'a', LONG_BYTES);
    long_value[LONG_BYTES] = '\0';
    for (size_t i = 0; (command = cli_command_at(i)) != NULL; i++) {
        for (size_t k = 0; k < command->n_flags; k++) {
            const struct flag *flag = &command->flags[k];
            if (flag->kind == FLAG_SWITCH)
                continue;
            /* An earlier place would take the value. */
            if (cli_is_place(flag) && k > 0 && cli_is_place(&command->flags[k - 1]))
                continue;
            try_value(command, flag, long_value);
            try_value(command, flag, "");
            try_value(command, flag, "\x80");
        }
    }
    free(long_value);
}

static void every_needed_flag_is_asked_for_when_nobody_is_there(void **state)
{
    (void)state;
    const struct command *command;
    for (size_t i = 0; (command = cli_command_at(i)) != NULL; i++) {
        char copy[CLI_NAME_BYTES];
        const char *words[3];
        size_t first = 0;
        while (first < command->n_flags && command->flags[first].need != FLAG_REQUIRED)
            first++;
        if (first == command->n_flags)
            continue;
        char name[CLI_NAME_BYTES];
        cli_flag_text(&command->flags[first], name);
        struct screen screen = run(NULL, words, name_words(command, copy, words));
        /* A steward's home is named before anything else. */
        assert_bad_use(command->name, &screen,
                command->home == COMMAND_STEWARD ? "" : name);
        screen_done(&screen);
    }
}

static void a_list_is_as_long_as_its_field_allows(void **state)
{
    (void)state;
    struct screen screen =
            run_line(NULL, "refer|--to|aa,ab,ac,ad,ae,af,ag,ah,ai,aj|--need|x");
    assert_bad_use("10", &screen, "--need");
    screen_done(&screen);
    screen = run_line(NULL, "refer|--to|aa,ab,ac,ad,ae,af,ag,ah,ai,aj,ak|--need|x");
    assert_bad_use("11", &screen, "--to: too many; at most 10");
    screen_done(&screen);
}

static void bad_use_is_an_object_with_json(void **state)
{
    (void)state;
    struct screen screen = run_line(NULL, "show|x|--json|--lang|fr");
    assert_int_equal(screen.status, EXIT_USAGE);
    assert_string_equal(screen.out,
            "{\"code\":\"ERR_USAGE\",\"sentence\":\"buurtbus show: CASE: «x» n'est pas "
            "un nombre permis ici\",\"issues\":[]}\n");
    assert_string_equal(screen.err, "");
    screen_done(&screen);
}

static void a_home_that_is_not_there_is_said_so(void **state)
{
    (void)state;
    struct screen screen = run_line(NULL, "inbox|--home|/nowhere");
    assert_int_equal(screen.status, EXIT_COULD_NOT);
    assert_has(screen.err, "buurtbus node init");
    assert_has(screen.err, "(ERR_CONFIG)");
    screen_done(&screen);
}

/* --- usage and manual --- */

static void every_command_explains_itself_in_three_languages(void **state)
{
    (void)state;
    const struct command *command;
    for (size_t i = 0; (command = cli_command_at(i)) != NULL; i++) {
        for (size_t lang = 0; lang < N_LANGS; lang++) {
            char copy[CLI_NAME_BYTES];
            const char *words[6];
            int n = name_words(command, copy, words);
            words[n++] = "--help";
            words[n++] = "--lang";
            words[n++] = lang_tag((enum lang)lang);
            struct screen screen = run(NULL, words, n);
            assert_int_equal(screen.status, EXIT_OK);
            assert_has(screen.out, command->name);
            assert_has(screen.out, TEXT_ROWS[command->words].in[lang]);
            for (size_t k = 0; k < command->n_flags; k++)
                assert_has(screen.out, command->flags[k].name);
            screen_done(&screen);
        }
    }
}

static void manual_pages_are_roff(void **state)
{
    (void)state;
    static const char *const PAGES[] = {"man", "man|broker|--lang|nl",
            "man|node|--lang|fr"};
    for (size_t i = 0; i < COUNT_OF(PAGES); i++) {
        struct screen screen = run_line(NULL, PAGES[i]);
        assert_int_equal(screen.status, EXIT_OK);
        assert_memory_equal(screen.out, ".TH BUURTBUS", 12);
        char *rest = screen.out;
        for (char *line; (line = strsep(&rest, "\n")) != NULL;) {
            if (line[0] == '.' && strncmp(line, ".TH ", 4) != 0 &&
                    strncmp(line, ".SH ", 4) != 0 && strncmp(line, ".SS ", 4) != 0 &&
                    strcmp(line, ".TP") != 0 && strncmp(line, ".B ", 3) != 0 &&
                    strncmp(line, ".BR ", 4) != 0)
                fail_msg("a request that is none: %s", line);
        }
        screen_done(&screen);
    }
}

/* --- questions --- */

static void what_is_missing_is_asked_until_it_is_right(void **state)
{
    (void)state;
    struct screen screen =
            run_line("x\n2026-12-31\n", "hold|1|--reason|staff_absent|--home|/nowhere");
    assert_int_equal(screen.status, EXIT_COULD_NOT);
    assert_has(screen.out, "Up to and including which day");
    assert_has(screen.out, "\"x\" is no date");
    screen_done(&screen);
}

static void codes_are_chosen_by_their_number(void **state)
{
    (void)state;
    struct screen screen = run_line("99\n2, needs\n2, 1\n",
            "partnership|propose|ab|--data|needs|--until|2027-01-01|--own-reason|a|"
            "--their-reason|b|--home|/nowhere|--lang|nl");
    assert_int_equal(screen.status, EXIT_COULD_NOT);
    char row[CLI_WORDS_BYTES];
    snprintf(row, sizeof row, "   2  %s\n", vocab_label(VOCAB_PURPOSE, 2, LANG_NL));
    assert_has(screen.out, row);
    assert_has(screen.out, "«99» kan niet");
    assert_has(screen.out, "«needs» kan niet");
    screen_done(&screen);
}

static void an_answer_that_never_comes_is_bad_use(void **state)
{
    (void)state;
    struct screen screen = run_line("x", "hold|1|--reason|staff_absent");
    assert_int_equal(screen.status, EXIT_USAGE);
    assert_has(screen.err, "--until");
    screen_done(&screen);
}

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
            "\"consentState\":\"active\",\"version\":3},\"offers\":[],\"moments\":[],"
            "\"referralId\":\"01020000-0000-0000-0000-00000000000f\",\"actions\":[]}}\n");
    free(out);
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
            "{\"candidates\":[\"a\",\"a\",\"a\",\"a\",\"a\",\"a\",\"a\",\"a\",\"a\","
            "\"a\",\"a\"]}",
            "{\"urgency\":\"soon\"}",
            "{\"mode\":\"fast\"}",
            "{\"area\":\"210045\"}",
            "{\"referral\":7}",
            "{\"referral\":{\"person\":{\"religion\":\"x\"}}}",
            "{\"referral\":{\"correlationId\":\"xyz\"}}",
            "{\"referral\":{\"person\":{\"interpreterNeeded\":1}}}",
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
    const char *last = out + strlen("één  b\né     [2J\n");
    assert_int_equal(strlen(last), TABLE_WIDTH + 1);
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
};

/* Says yes with what came in, or no to case 404. */
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
            .now_ms = NOW};
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
    return run_line(NULL, all);
}

static void a_yes_is_printed_and_carries_token_and_key(void **state)
{
    const struct other_end *end = *state;
    struct screen screen = ask(end, "accept|7|--json|--idempotency-key|k-1");
    assert_int_equal(screen.status, EXIT_OK);
    assert_has(screen.out, "\"made\":{\"caseNumber\":7,");
    assert_has(screen.out, "\"text\":\"k-1\"");
    assert_has(screen.out, "\"count\":1}");
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
    assert_string_equal(screen.err, "fr (E_NOT_FOUND)\n  number: No such case.\n");
    screen_done(&screen);
    screen = ask(end, "accept|404|--json");
    assert_int_equal(screen.status, EXIT_REFUSED);
    assert_string_equal(screen.out,
            "{\"code\":\"E_NOT_FOUND\",\"sentence\":\"en\",\"issues\":[{\"field\":"
            "\"number\",\"words\":\"No such case.\"}]}\n");
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

#define WITH_OTHER_END(f)                                                              \
    cmocka_unit_test_setup_teardown(f, start_other_end, stop_other_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(each_wrong_use_gets_one_sentence),
            cmocka_unit_test(no_flag_of_any_command_takes_just_anything),
            cmocka_unit_test(every_needed_flag_is_asked_for_when_nobody_is_there),
            cmocka_unit_test(a_list_is_as_long_as_its_field_allows),
            cmocka_unit_test(bad_use_is_an_object_with_json),
            cmocka_unit_test(a_home_that_is_not_there_is_said_so),
            cmocka_unit_test(every_command_explains_itself_in_three_languages),
            cmocka_unit_test(manual_pages_are_roff),
            cmocka_unit_test(what_is_missing_is_asked_until_it_is_right),
            cmocka_unit_test(codes_are_chosen_by_their_number),
            cmocka_unit_test(an_answer_that_never_comes_is_bad_use),
            cmocka_unit_test(a_reply_is_one_line_with_every_field),
            cmocka_unit_test(a_draft_is_read_strictly),
            cmocka_unit_test(tables_are_aligned_by_what_is_seen),
            WITH_OTHER_END(a_yes_is_printed_and_carries_token_and_key),
            WITH_OTHER_END(a_no_is_a_sentence_a_code_and_the_field),
            WITH_OTHER_END(a_program_that_was_killed_is_away),
    };
    struct err err = {0};
    if (!hash_start(&err))
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}

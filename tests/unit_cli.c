/* unit_cli.c - the command line: wrong words get one sentence and exit 2, whatever the
 * command; what is missing is asked. */
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/home.h"
#include "tests/cli_screen.h"
#include "tests/french.h"

enum { LONG_BYTES = 20000 };

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
            {"shwo",                                                                  "do you mean show?"         },
            {"inbo",                                                                  "do you mean inbox?"        },
            {"reffer",                                                                "do you mean refer?"        },
            {"consemt|give",                                                          "do you mean consent?"      },
            {"swoh",                                                                  "no command; buurtbus help" },
            {"s",                                                                     "no command; buurtbus help" },
            {"",                                                                      "no command; buurtbus help" },
            {"consent",                                                               "give, renew, list, notice"},
            {"consent|gave",                                                          "give, renew, list, notice"},
            {"--colour|inbox",                                                        "--colour"                  },
            {"inbox|--colour",                                                        "--colour"                  },
            {"--lang|de|inbox",                                                       "nl, fr, en"                },
            {"inbox|--home",                                                          "--home"                    },
            {"--home|--actor|x|inbox",                                                   "--home"                    },
            {"inbox|--yes=please",                                                      "takes no value"            },
            {"inbox|--box|attic",                                                     "to-decide"                 },
            {"inbox|--box",                                                           "--box"                     },
            {"--home=|inbox",                                                         "--home: an empty value"    },
            {"--home|a|--home|b|inbox",                                               "--home: this is there twice"},
            {"inbox|--actor|a|--actor=b",                                             "--actor: this is there twice"},
            {"inbox|--actor| ",                                                       "--actor: an empty value"   },
            {"inbox|--idempotency-key=",                                              "--idempotency-key: an empty"},
            {"inbox|--limit|0",                                                       "--limit: from 1 to 200"    },
            {"inbox|--limit|201",                                                     "--limit: from 1 to 200"    },
            {"consent|list|--limit|201",                                              "--limit: from 1 to 200"    },
            {"find|--need|debt|--limit|0",                                            "--limit: from 1 to 200"    },
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
            {"decline|1|--reason|declined_other",                                     "--note"                    },
            {"fail|1|--reason|fail_other",                                            "--note"                    },
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
            {"consent|give|--person|P|--how|in_person|--purposes|care_coordination|--data|needs|--recipients|ab|--witness|W", "--witness-role"},
            {"consent|give|--person|P|--how|in_person|--purposes|care_coordination|--data|needs|--recipients|ab|--given-by|G", "--authority"},
            {"consent|give|--person|P|--how|via_representative|--purposes|care_coordination|--data|needs|--recipients|ab", "--authority"},
            {"consent|give|--person|P|--how|via_interpreter|--purposes|care_coordination|--data|needs|--recipients|ab", "--interpreter"},
            {"consent|give|--person|P|--how|in_person|--purposes|care_coordination|--data|needs|--recipients|ab|--secrecy-basis|shared_secrecy", "--conditions"},
            {"consent|give|--person|P|--how|in_person|--purposes|care_coordination|--data|needs|--recipients|ab|--notice-file|/nowhere/at.all", "--notice-title"},
            {"consent|renew", "NUMBER"},
            {"consent|renew|3", "--how"},
            {"consent|renew|3|--how|phone|--witness|W", "--witness-role"},
            {"consent|list|--filter|old", "active, ending"},
            {"consent|receipt", "NUMBER"},
            {"consent|give|--level|s9",                                               "s0, s1, s2"                },
            {"consent|withdraw",                                                      "NUMBER"                    },
            {"consent|withdraw|3|--case|4",                                           "case"                      },
            {"partnership|propose|ab|--purposes|care_coordination|--data|needs|--secrecy|ours", "own, theirs"     },
            {"partnership|propose|ab|--purposes|care_coordination|--data|needs|--secrecy|own",  "--own-reason"    },
            {"signal|--to|ab|--person|P|--need|debt|--observations|asks_for_help",    "--area"                    },
            {"token|new|app",                                                         "--scopes"                  },
            {"token|new|app|--scopes|everything",                                     "referral_send"             },
            {"token|revoke|app|--scopes|admin",                                       "scopes"                    },
            {"intake|set|open|--until|2026-12-01",                                    "paused"                    },
            {"intake|set|paused",                                                     "--until"                   },
            {"service|end|debt|--hours|always",                                       "--hours"                   },
            {"capacity|set|debt|open|--wait|3",                                       "waitlist"                  },
            {"capacity|set|debt|waitlist",                                            "--wait"                    },
            {"capacity|set|debt|open|--area|2100",                                    "21004A01-"                 },
            {"mandate|set|--text|X|--areas|21004A01-",                                "five digits"               },
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
        struct screen screen = screen_line(NULL, ROWS[i].line);
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
    struct screen screen = screen_run(NULL, words, n);
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
    for (size_t i = 0; (command = cli_command_at(i, NULL)) != NULL; i++) {
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
    for (size_t i = 0; (command = cli_command_at(i, NULL)) != NULL; i++) {
        char copy[CLI_NAME_BYTES];
        const char *words[3];
        size_t first = 0;
        while (first < command->n_flags && command->flags[first].need != FLAG_REQUIRED)
            first++;
        if (first == command->n_flags)
            continue;
        char name[CLI_NAME_BYTES];
        cli_flag_text(&command->flags[first], name);
        struct screen screen =
                screen_run(NULL, words, name_words(command, copy, words));
        /* A steward's home is named before anything else. */
        assert_bad_use(command->name, &screen,
                command->home == COMMAND_STEWARD ? "" : name);
        screen_done(&screen);
    }
}

/* Whoever notices something has little time. */
static void a_signal_asks_for_eight_things_at_most(void **state)
{
    (void)state;
    static const char *const words[] = {"signal"};
    size_t n_words, n_asked = 0;
    const struct command *command = cli_command_find(words, 1, &n_words);
    assert_non_null(command);
    assert_string_equal(command->name, "signal");
    for (size_t i = 0; i < command->n_flags; i++)
        n_asked += command->flags[i].need != FLAG_OPTIONAL;
    assert_true(n_asked <= 8);
}

static void a_list_is_as_long_as_its_field_allows(void **state)
{
    (void)state;
    struct screen screen =
            screen_line(NULL, "refer|--to|aa,ab,ac,ad,ae,af,ag,ah,ai,aj|--need|x");
    assert_bad_use("10", &screen, "--need");
    screen_done(&screen);
    screen = screen_line(NULL, "refer|--to|aa,ab,ac,ad,ae,af,ag,ah,ai,aj,ak|--need|x");
    assert_bad_use("11", &screen, "--to: too many; at most 10");
    screen_done(&screen);
}

/* What staff write has commas: it stays one text, also where more could be given. */
static void sentences_are_not_cut_at_their_commas(void **state)
{
    (void)state;
    static const char *const WORDS[][2] = {
            {"note",    "text"      },
            {"refer",   "confidence"},
            {"signal",  "confidence"},
            {"triage",  "confidence"},
            {"convert", "confidence"}
    };
    struct cli cli = {.lang = LANG_EN, .arena = arena_new(CLI_ARENA_BYTES)};
    for (size_t i = 0; i < COUNT_OF(WORDS); i++) {
        size_t n_used, k = 0;
        const char *problem;
        struct value value = {0};
        const struct command *command = cli_command_find(WORDS[i], 1, &n_used);
        assert_non_null(command);
        while (strcmp(command->flags[k].name, WORDS[i][1]) != 0)
            assert_true(++k < command->n_flags);
        assert_true(cli_convert(&cli, &command->flags[k], "first this, then that",
                &value, &problem));
        assert_int_equal(value.n, 1);
        assert_string_equal(*(const char *const *)value.at, "first this, then that");
    }
    arena_free(&cli.arena);
}

static void bad_use_is_an_object_with_json(void **state)
{
    (void)state;
    struct screen screen = screen_line(NULL, "show|x|--json|--lang|fr");
    assert_int_equal(screen.status, EXIT_USAGE);
    assert_string_equal(screen.out,
            "{\"code\":\"ERR_USAGE\",\"sentence\":\"buurtbus show: CASE: « x » n'est pas "
            "un nombre permis ici\",\"issues\":[]}\n");
    assert_string_equal(screen.err, "");
    screen_done(&screen);
}

static void a_home_that_is_not_there_is_said_so(void **state)
{
    (void)state;
    struct screen screen = screen_line(NULL, "inbox|--home|/nowhere");
    assert_int_equal(screen.status, EXIT_COULD_NOT);
    assert_has(screen.err, "buurtbus node init");
    assert_has(screen.err, "(ERR_CONFIG)");
    screen_done(&screen);
}

/* Whoever calls it as somebody else is not told to make another home. */
static void a_home_that_is_closed_is_said_so(void **state)
{
    (void)state;
    struct temp temp;
    char line[2 * TEMP_PATH_BYTES];
    int status;
    temp_init(&temp);
    snprintf(line, sizeof line, "inbox|--home|%s/h", temp.folder);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        /* Nothing is closed to root. */
        bool other = getuid() != 0 ? chmod(temp.folder, 0) == 0 : setuid(65534) == 0;
        struct screen screen = screen_line(NULL, line);
        bool said = strstr(screen.err, "You may not look into this folder.") != NULL &&
                    strstr(screen.err, "(ERR_AWAY)") != NULL;
        screen_done(&screen);
        _exit(other && said ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_int_equal(chmod(temp.folder, 0700), 0);
    temp_done(&temp);
}

static void the_home_of_a_broker_is_no_node(void **state)
{
    (void)state;
    struct temp temp;
    struct err err = {0};
    char home[TEMP_PATH_BYTES], line[2 * TEMP_PATH_BYTES];
    const struct home_wish wish = {.role = ROLE_BROKER,
            .partner = "a-broker",
            .name = "A broker",
            .address = "tcp://127.0.0.1:17171",
            .now_ms = SCREEN_NOW};
    temp_init(&temp);
    temp_path(&temp, "b", home);
    if (!home_init(home, &wish, &err))
        fail_msg("%s", err.msg);
    snprintf(line, sizeof line, "inbox|--home|%s", home);
    struct screen screen = screen_line(NULL, line);
    assert_int_equal(screen.status, EXIT_COULD_NOT);
    assert_has(screen.err,
            "This is the folder of a broker; this command is for a node.");
    screen_done(&screen);
    /* These ask whoever lives there; it does not run. */
    snprintf(line, sizeof line, "status|--home|%s", home);
    screen = screen_line(NULL, line);
    assert_has(screen.err, "(ERR_AWAY)");
    screen_done(&screen);
    temp_done(&temp);
}

/* --- what cannot be printed --- */

static void help_into(FILE *out, int status, const char *words)
{
    static const char *const HELP[] = {"buurtbus", "help"};
    char *said;
    size_t len;
    struct cli cli = {.in = stdin,
            .out = out,
            .err = open_memstream(&said, &len),
            .lang = LANG_EN,
            .actor = "",
            .now_ms = SCREEN_NOW};
    assert_non_null(out);
    assert_int_equal(cli_main(&cli, 2, HELP), status);
    fclose(cli.err);
    (void)fclose(out);
    if (words[0] == '\0')
        assert_string_equal(said, "");
    else
        assert_has(said, words);
    free(said);
}

static void what_cannot_be_printed_is_said(void **state)
{
    (void)state;
    int pair[2];
    help_into(fopen("/dev/full", "w"), EXIT_COULD_NOT,
            "could not be shown or written in full");
    /* `| head` has read enough. */
    assert_int_equal(pipe(pair), 0);
    close(pair[0]);
    signal(SIGPIPE, SIG_IGN);
    help_into(fdopen(pair[1], "w"), EXIT_COULD_NOT, "");
}

/* --- usage and manual --- */

static void every_command_explains_itself_in_three_languages(void **state)
{
    (void)state;
    const struct command *command;
    for (size_t i = 0; (command = cli_command_at(i, NULL)) != NULL; i++) {
        for (size_t lang = 0; lang < N_LANGS; lang++) {
            char copy[CLI_NAME_BYTES];
            const char *words[6];
            int n = name_words(command, copy, words);
            words[n++] = "--help";
            words[n++] = "--lang";
            words[n++] = lang_tag((enum lang)lang);
            struct screen screen = screen_run(NULL, words, n);
            assert_int_equal(screen.status, EXIT_OK);
            assert_has(screen.out, command->name);
            assert_has(screen.out, TEXT_ROWS[command->words].in[lang]);
            for (size_t k = 0; k < command->n_flags; k++)
                assert_has(screen.out, command->flags[k].name);
            screen_done(&screen);
        }
    }
}

static size_t count(const char *text, const char *words)
{
    size_t n = 0;
    for (; (text = strstr(text, words)) != NULL; text += strlen(words))
        n++;
    return n;
}

/* The heading of every subject once, with the first of its commands below it. */
static void assert_by_subject(const char *said, enum lang lang, const char *heading,
        const char *below)
{
    const struct command *command;
    enum text_id subject, last = TEXT_NONE;
    for (size_t i = 0; (command = cli_command_at(i, &subject)) != NULL; i++) {
        char words[CLI_WORDS_BYTES], title[CLI_WORDS_BYTES];
        snprintf(title, sizeof title, "\n%s%s\n", heading, TEXT_ROWS[subject].in[lang]);
        assert_int_equal(count(said, title), 1);
        snprintf(words, sizeof words, "%s%s%s", title, below, command->name);
        if (subject != last)
            assert_has(said, words);
        last = subject;
    }
}

static void help_and_manual_stand_by_subject(void **state)
{
    (void)state;
    for (size_t lang = 0; lang < N_LANGS; lang++) {
        const char *help[] = {"help", "--lang", lang_tag((enum lang)lang)};
        const char *man[] = {"man", "--lang", lang_tag((enum lang)lang)};
        struct screen screen = screen_run(NULL, help, 3);
        assert_by_subject(screen.out, (enum lang)lang, "", "  ");
        char *rest = screen.out;
        for (char *line; (line = strsep(&rest, "\n")) != NULL;)
            assert_true(cli_width(line) <= TABLE_WIDTH);
        screen_done(&screen);
        screen = screen_run(NULL, man, 3);
        assert_by_subject(screen.out, (enum lang)lang, ".SH ", ".SS buurtbus ");
        screen_done(&screen);
    }
}

static void french_sentences_are_well_spaced(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_TEXTS; i++)
        if (!french_is_well_spaced(TEXT_ROWS[i].in[LANG_FR]))
            fail_msg("%s: %s", TEXT_ROWS[i].id, TEXT_ROWS[i].in[LANG_FR]);
}

static void manual_pages_are_roff(void **state)
{
    (void)state;
    static const char *const PAGES[] = {"man", "man|broker|--lang|nl",
            "man|node|--lang|fr"};
    for (size_t i = 0; i < COUNT_OF(PAGES); i++) {
        struct screen screen = screen_line(NULL, PAGES[i]);
        assert_int_equal(screen.status, EXIT_OK);
        assert_memory_equal(screen.out, ".TH BUURTBUS", 12);
        char *rest = screen.out;
        for (char *line; (line = strsep(&rest, "\n")) != NULL;) {
            if (line[0] == '.' && strncmp(line, ".TH ", 4) != 0 &&
                    strncmp(line, ".SH ", 4) != 0 && strncmp(line, ".SS ", 4) != 0 &&
                    strcmp(line, ".TP") != 0 && strcmp(line, ".RS") != 0 &&
                    strcmp(line, ".RE") != 0 && strncmp(line, ".B ", 3) != 0 &&
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
    struct screen screen = screen_line("x\n2026-12-31\n",
            "hold|1|--reason|staff_absent|--home|/nowhere");
    assert_int_equal(screen.status, EXIT_COULD_NOT);
    assert_has(screen.out, "Up to and including which day");
    assert_has(screen.out, "\"x\" is no date");
    screen_done(&screen);
}

static void codes_are_chosen_by_their_number(void **state)
{
    (void)state;
    struct screen screen = screen_line("99\n2, needs\n2, 1\n",
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
    struct screen screen = screen_line("x", "hold|1|--reason|staff_absent");
    assert_int_equal(screen.status, EXIT_USAGE);
    assert_has(screen.err, "--until");
    screen_done(&screen);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(each_wrong_use_gets_one_sentence),
            cmocka_unit_test(no_flag_of_any_command_takes_just_anything),
            cmocka_unit_test(every_needed_flag_is_asked_for_when_nobody_is_there),
            cmocka_unit_test(a_signal_asks_for_eight_things_at_most),
            cmocka_unit_test(a_list_is_as_long_as_its_field_allows),
            cmocka_unit_test(sentences_are_not_cut_at_their_commas),
            cmocka_unit_test(bad_use_is_an_object_with_json),
            cmocka_unit_test(a_home_that_is_not_there_is_said_so),
            cmocka_unit_test(a_home_that_is_closed_is_said_so),
            cmocka_unit_test(the_home_of_a_broker_is_no_node),
            cmocka_unit_test(what_cannot_be_printed_is_said),
            cmocka_unit_test(every_command_explains_itself_in_three_languages),
            cmocka_unit_test(help_and_manual_stand_by_subject),
            cmocka_unit_test(french_sentences_are_well_spaced),
            cmocka_unit_test(manual_pages_are_roff),
            cmocka_unit_test(what_is_missing_is_asked_until_it_is_right),
            cmocka_unit_test(codes_are_chosen_by_their_number),
            cmocka_unit_test(an_answer_that_never_comes_is_bad_use),
    };
    struct err err = {0};
    if (!hash_start(&err))
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}

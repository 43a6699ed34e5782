/* cli_commands.c - the table of all commands, the options that go with each of them,
 * and the way from words to the command that runs. */
#include <errno.h>
#include <unistd.h>

#include "core/version.h"
#include "nodes/cli/cli.h"

const struct flag GLOBAL_FLAGS[] = {
        {"home",            FLAG_DIRECTORY, FLAG_OPTIONAL, TEXT_F_HOME,        NULL, NULL},
        {"lang",            FLAG_TEXT,      FLAG_OPTIONAL, TEXT_F_LANG,        NULL, NULL},
        {"json",            FLAG_SWITCH,    FLAG_OPTIONAL, TEXT_F_JSON,        NULL, NULL},
        {"actor",           FLAG_TEXT,      FLAG_OPTIONAL, TEXT_F_ACTOR,       NULL, NULL},
        {"yes",             FLAG_SWITCH,    FLAG_OPTIONAL, TEXT_F_YES,         NULL, NULL},
        {"idempotency-key", FLAG_TEXT,      FLAG_OPTIONAL, TEXT_F_IDEMPOTENCY, NULL, NULL},
        {"help",            FLAG_SWITCH,    FLAG_OPTIONAL, TEXT_F_HELP,        NULL, NULL},
        {"version",         FLAG_SWITCH,    FLAG_OPTIONAL, TEXT_F_VERSION,     NULL, NULL},
};
const size_t N_GLOBAL_FLAGS = COUNT_OF(GLOBAL_FLAGS);

/* By subject, as the help and the man page tell them. */
static const struct {
    enum text_id subject;
    const struct family *family;
} FAMILIES[] = {
        {TEXT_SUBJECT_PERSON,        &RECORD_FAMILY     },
        {TEXT_SUBJECT_PERSON,        &CONSENT_FAMILY    },
        {TEXT_SUBJECT_PERSON,        &RECEIPT_FAMILY    },
        {TEXT_SUBJECT_PERSON,        &EXPLAIN_FAMILY    },
        {TEXT_SUBJECT_REFERRALS,     &REFER_FAMILY      },
        {TEXT_SUBJECT_REFERRALS,     &CASE_FAMILY       },
        {TEXT_SUBJECT_REFERRALS,     &ACT_FAMILY        },
        {TEXT_SUBJECT_REFERRALS,     &FORWARD_FAMILY    },
        {TEXT_SUBJECT_VISITS,        &VISIT_FAMILY      },
        {TEXT_SUBJECT_SIGNALS,       &SIGNALS_FAMILY    },
        {TEXT_SUBJECT_SIGNALS,       &SIGNAL_FAMILY     },
        {TEXT_SUBJECT_SIGNALS,       &SUBSCRIBE_FAMILY  },
        {TEXT_SUBJECT_SIGNALS,       &REPORT_FAMILY     },
        {TEXT_SUBJECT_NEIGHBOURHOOD, &ASK_FAMILY        },
        {TEXT_SUBJECT_NEIGHBOURHOOD, &ADVICE_FAMILY     },
        {TEXT_SUBJECT_NEIGHBOURHOOD, &ADVICE_SHOW_FAMILY},
        {TEXT_SUBJECT_COORDINATING,  &COORDINATE_FAMILY },
        {TEXT_SUBJECT_SUPPLY,        &DIRECTORY_FAMILY  },
        {TEXT_SUBJECT_SUPPLY,        &AREAS_FAMILY      },
        {TEXT_SUBJECT_SUPPLY,        &FIND_FAMILY       },
        {TEXT_SUBJECT_SUPPLY,        &SUPPLY_FAMILY     },
        {TEXT_SUBJECT_SUPPLY,        &SUPPLY_SHOW_FAMILY},
        {TEXT_SUBJECT_VOLUNTEERS,    &VOLUNTEERS_FAMILY },
        {TEXT_SUBJECT_PARTNERSHIPS,  &PARTNERSHIP_FAMILY},
        {TEXT_SUBJECT_PARTNERSHIPS,  &FLOWS_FAMILY      },
        {TEXT_SUBJECT_RIGHTS,        &RIGHTS_FAMILY     },
        {TEXT_SUBJECT_RIGHTS,        &RETENTION_FAMILY  },
        {TEXT_SUBJECT_EVIDENCE,      &PROOF_FAMILY      },
        {TEXT_SUBJECT_EVIDENCE,      &AUDIT_FAMILY      },
        {TEXT_SUBJECT_NODE,          &HOME_FAMILY       },
        {TEXT_SUBJECT_NODE,          &NODE_FAMILY       },
        {TEXT_SUBJECT_NODE,          &BROKER_FAMILY     },
        {TEXT_SUBJECT_NODE,          &STATUS_FAMILY     },
        {TEXT_SUBJECT_NODE,          &GAPS_FAMILY       },
        {TEXT_SUBJECT_NODE,          &TOKEN_FAMILY      },
        {TEXT_SUBJECT_NETWORK,       &STEWARD_FAMILY    },
        {TEXT_SUBJECT_NETWORK,       &NETWORK_FAMILY    },
        {TEXT_SUBJECT_LEARNING,      &SANDBOX_FAMILY    },
        {TEXT_SUBJECT_LEARNING,      &HELP_FAMILY       },
};

const struct command *cli_command_at(size_t index, enum text_id *subject)
{
    for (size_t i = 0; i < COUNT_OF(FAMILIES); i++) {
        const struct family *family = FAMILIES[i].family;
        if (index >= family->n) {
            index -= family->n;
            continue;
        }
        if (subject != NULL)
            *subject = FAMILIES[i].subject;
        return &family->commands[index];
    }
    return NULL;
}

/* Is the name of this command what these words begin with? How many words it took. */
static size_t words_of(const struct command *command, const char *const *words,
        size_t n_words)
{
    const char *name = command->name;
    size_t used = 0;
    while (*name != '\0') {
        size_t len = strcspn(name, " ");
        if (used == n_words || strlen(words[used]) != len ||
                strncmp(words[used], name, len) != 0)
            return 0;
        used++;
        name += len + strspn(name + len, " ");
    }
    return used;
}

const struct command *cli_command_find(const char *const *words, size_t n_words,
        size_t *n_used)
{
    const struct command *command;
    for (size_t i = 0; (command = cli_command_at(i, NULL)) != NULL; i++) {
        *n_used = words_of(command, words, n_words);
        if (*n_used > 0)
            return command;
    }
    return NULL;
}

/* --- the options of every command --- */

/* What they said, before anything is judged. */
struct global {
    bool help, version;
    const char *actor; /* as it was given here */
    const char *twice; /* the first that has two values */
    bool given[COUNT_OF(GLOBAL_FLAGS)];
};

enum { ACTOR_BYTES_MAX = 80, KEY_BYTES_MAX = 64 };

static bool set_global(struct cli *cli, struct global *global, const char *name,
        const char *value)
{
    if (strcmp(name, "home") == 0)
        cli->home = value;
    else if (strcmp(name, "lang") == 0)
        return lang_find(value, &cli->lang);
    else if (strcmp(name, "json") == 0)
        cli->json = true;
    else if (strcmp(name, "yes") == 0)
        cli->yes = true;
    else if (strcmp(name, "actor") == 0)
        cli->actor = global->actor = value;
    else if (strcmp(name, "idempotency-key") == 0)
        cli->idempotency_key = value;
    else if (strcmp(name, "help") == 0)
        global->help = true;
    else
        global->version = true;
    return true;
}

/* The global option that a word names, or NULL. */
static const struct flag *global_flag(const char *word)
{
    size_t len = strcspn(word + 2, "=");
    for (size_t i = 0; i < N_GLOBAL_FLAGS; i++) {
        if (strlen(GLOBAL_FLAGS[i].name) == len &&
                strncmp(GLOBAL_FLAGS[i].name, word + 2, len) == 0)
            return &GLOBAL_FLAGS[i];
    }
    return NULL;
}

/* Is the word behind this one its value? */
static bool has_next(const struct flag *flag, const char *word, int argc,
        const char *const *argv, int i)
{
    return flag->kind != FLAG_SWITCH && strchr(word, '=') == NULL && i + 1 < argc &&
           strncmp(argv[i + 1], "--", 2) != 0;
}

/* What the global options say, once all of them are known; false after a sentence. */
static bool check_globals(const struct cli *cli, const struct global *global,
        bool lang_ok)
{
    char name[CLI_NAME_BYTES];
    const char *key = cli->idempotency_key;
    if (!lang_ok)
        (void)cli_usage_error(cli, "--lang", TEXT_BAD_LANG, NULL, NULL);
    else if (global->twice != NULL) {
        snprintf(name, sizeof name, "--%s", global->twice);
        (void)cli_usage_error(cli, name, TEXT_BAD_TWICE, NULL, NULL);
    } else if (cli->home != NULL && cli->home[0] == '\0')
        (void)cli_usage_error(cli, "--home", TEXT_BAD_EMPTY, NULL, NULL);
    else if (global->actor != NULL && text_is_blank(global->actor))
        (void)cli_usage_error(cli, "--actor", TEXT_BAD_EMPTY, NULL, NULL);
    else if (strlen(cli->actor) > ACTOR_BYTES_MAX)
        (void)cli_usage_error(cli, "--actor", TEXT_BAD_TOO_LONG, "80", NULL);
    else if (key != NULL && text_is_blank(key))
        (void)cli_usage_error(cli, "--idempotency-key", TEXT_BAD_EMPTY, NULL, NULL);
    else if (key != NULL && strlen(key) > KEY_BYTES_MAX)
        (void)cli_usage_error(cli, "--idempotency-key", TEXT_BAD_TOO_LONG, "64", NULL);
    else
        return true;
    return false;
}

/* Read all global options, wherever they stand; false after a sentence. */
static bool read_globals(struct cli *cli, int argc, const char *const *argv,
        struct global *global)
{
    bool lang_ok = true;
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        const struct flag *flag =
                strncmp(argv[i], "--", 2) == 0 ? global_flag(argv[i]) : NULL;
        if (flag == NULL)
            continue;
        const char *equals = strchr(argv[i], '=');
        const char *value = equals != NULL ? equals + 1 : "";
        if (has_next(flag, argv[i], argc, argv, i))
            value = argv[++i];
        else if (equals == NULL && flag->kind != FLAG_SWITCH)
            continue; /* its value is missing: said where the words are read in turn */
        if (flag->kind != FLAG_SWITCH && global->given[flag - GLOBAL_FLAGS] &&
                global->twice == NULL)
            global->twice = flag->name;
        global->given[flag - GLOBAL_FLAGS] = true;
        if (!set_global(cli, global, flag->name, value))
            lang_ok = false;
    }
    return check_globals(cli, global, lang_ok);
}

/* --- from words to a command --- */

/* Where the command's name begins: behind the global options in front of it. */
static int command_start(int argc, const char *const *argv)
{
    int i = 1;
    for (; i < argc && strncmp(argv[i], "--", 2) == 0; i++) {
        const struct flag *flag = global_flag(argv[i]);
        if (flag == NULL)
            return i;
        if (has_next(flag, argv[i], argc, argv, i))
            i++;
    }
    return i;
}

/* Are these two words the same but for one slip of the hand: a letter more, less or
 * another, or two that changed places? */
static bool is_slip(const char *typed, const char *name, size_t len)
{
    size_t n_typed = strlen(typed), head = 0, tail = 0;
    size_t shorter = n_typed < len ? n_typed : len;
    while (head < shorter && typed[head] == name[head])
        head++;
    while (tail < shorter - head && typed[n_typed - 1 - tail] == name[len - 1 - tail])
        tail++;
    size_t more = n_typed - head - tail, others = len - head - tail;
    return (more <= 1 && others <= 1) ||
           (more == 2 && others == 2 && typed[head] == name[head + 1] &&
                   typed[head + 1] == name[head]);
}

/* The first word of a command that was meant, perhaps; NULL. */
static const char *meant(struct cli *cli, const char *typed)
{
    const struct command *command;
    char word[CLI_NAME_BYTES];
    for (size_t i = 0; (command = cli_command_at(i, NULL)) != NULL; i++) {
        size_t len = strcspn(command->name, " ");
        if (len < 3 || !is_slip(typed, command->name, len))
            continue;
        snprintf(word, sizeof word, "%.*s", (int)len, command->name);
        return cli_format(cli, TEXT_AS_IS, word, NULL);
    }
    return NULL;
}

/* "consent" alone, or "consent gave": name what there is in that family. */
static int refuse_command(struct cli *cli, const char *word)
{
    char all[CLI_WORDS_BYTES] = "";
    size_t len = strlen(word), used = 0;
    const struct command *command;
    for (size_t i = 0; (command = cli_command_at(i, NULL)) != NULL; i++) {
        if (strncmp(command->name, word, len) != 0 || command->name[len] != ' ')
            continue;
        used += (size_t)snprintf(all + used, sizeof all - used, "%s%s",
                used == 0 ? "" : ", ", command->name + len + 1);
    }
    if (used > 0)
        return cli_usage_error(cli, word, TEXT_BAD_SUBCOMMAND, all, NULL);
    const char *other = meant(cli, word);
    return cli_usage_error(cli, word,
            other != NULL ? TEXT_BAD_COMMAND_MEANT : TEXT_BAD_COMMAND, other, NULL);
}

static bool check_place_of_globals(struct cli *cli, int argc, const char *const *argv,
        int start)
{
    for (int i = 1; i < start; i++) {
        const struct flag *flag = global_flag(argv[i]);
        if (flag->kind != FLAG_SWITCH && strchr(argv[i], '=') == NULL) {
            if (!has_next(flag, argv[i], argc, argv, i)) {
                (void)cli_usage_error(cli, argv[i], TEXT_BAD_NO_VALUE,
                        cli_words(cli, flag->words), NULL);
                return false;
            }
            i++;
        }
    }
    return true;
}

static int run(struct cli *cli, int argc, const char *const *argv)
{
    struct global global = {0};
    size_t n_used = 0;
    if (!read_globals(cli, argc, argv, &global))
        return EXIT_USAGE;
    if (global.version) {
        fprintf(cli->out, "buurtbus %s\n", BUURTBUS_VERSION);
        return EXIT_OK;
    }
    int start = command_start(argc, argv);
    if (!check_place_of_globals(cli, argc, argv, start))
        return EXIT_USAGE;
    if (start >= argc) {
        cli_usage(cli, global.help ? cli->out : cli->err);
        return global.help ? EXIT_OK : EXIT_USAGE;
    }
    cli->command = cli_command_find(argv + start, (size_t)(argc - start), &n_used);
    if (cli->command == NULL) {
        if (strncmp(argv[start], "--", 2) == 0)
            return cli_usage_error(cli, argv[start], TEXT_BAD_OPTION, NULL, NULL);
        return refuse_command(cli, argv[start]);
    }
    if (global.help) {
        cli_usage_command(cli, cli->command, cli->out);
        return EXIT_OK;
    }
    start += (int)n_used;
    if (!cli_parse(cli, argc - start, argv + start))
        return EXIT_USAGE;
    return cli->command->run(cli);
}

int cli_main(struct cli *cli, int argc, const char *const *argv)
{
    cli->arena = arena_new(CLI_ARENA_BYTES);
    if (cli->arena.at == NULL)
        return cli_no_room(cli);
    int status = run(cli, argc, argv);
    arena_free(&cli->arena);
    /* What could not be printed was not said: a full disk or a closed pipe. Who closed
     * the pipe has read enough, and needs no sentence. */
    errno = 0;
    if (fflush(cli->out) == 0 && ferror(cli->out) == 0)
        return status;
    if (errno != EPIPE)
        (void)cli_fail_words(cli, code_name(ERR_IO), cli_words(cli, TEXT_OUTPUT_FAILED),
                "");
    return status == EXIT_OK ? EXIT_COULD_NOT : status;
}

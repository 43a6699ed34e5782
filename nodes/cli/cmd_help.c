/* cmd_help.c - help, the man pages, the vocabularies. */
#include "nodes/cli/cli.h"

enum { COLUMNS = 2 };

/* clang-format off */
static const struct flag VOCABULARY[] = {
        {"NAME", FLAG_TEXT, FLAG_OPTIONAL, TEXT_F_VOCAB, NULL, NULL},
};
static const struct flag HELP[] = {
        {"COMMAND",    FLAG_TEXT, FLAG_OPTIONAL, TEXT_F_COMMAND,    NULL, NULL},
        {"SUBCOMMAND", FLAG_TEXT, FLAG_OPTIONAL, TEXT_F_SUBCOMMAND, NULL, NULL},
};
static const struct flag MAN[] = {
        {"PAGE", FLAG_TEXT, FLAG_OPTIONAL, TEXT_F_PAGE, NULL, NULL},
};
/* clang-format on */

/* --- vocab --- */

static int put_vocabularies(struct cli *cli)
{
    const char *pairs[2 * N_VOCABS + 1];
    for (size_t i = 0; i < N_VOCABS; i++) {
        pairs[2 * i] = vocab_name((enum vocab)i);
        pairs[2 * i + 1] = cli_number(cli, vocab_count((enum vocab)i));
    }
    pairs[COUNT_OF(pairs) - 1] = NULL;
    if (cli->json)
        return cli_json_texts(cli, pairs) ? EXIT_OK : EXIT_COULD_NOT;
    cli_table(cli, pairs, N_VOCABS, COLUMNS);
    return EXIT_OK;
}

static int put_vocabulary(struct cli *cli, enum vocab vocab)
{
    uint16_t n = vocab_count(vocab);
    const char **pairs =
            arena_take(&cli->arena, (COLUMNS * (size_t)n + 1) * sizeof *pairs);
    if (pairs == NULL)
        return cli_no_room(cli);
    for (size_t i = 0; i < n; i++) {
        pairs[2 * i] = vocab_code(vocab, (uint16_t)(i + 1));
        pairs[2 * i + 1] = vocab_label(vocab, (uint16_t)(i + 1), cli->lang);
    }
    if (cli->json)
        return cli_json_texts(cli, pairs) ? EXIT_OK : EXIT_COULD_NOT;
    cli_table(cli, pairs, n, COLUMNS);
    return EXIT_OK;
}

static int run_vocab(struct cli *cli)
{
    const char *name = cli_text(cli, "NAME");
    if (name == NULL)
        return put_vocabularies(cli);
    for (size_t i = 0; i < N_VOCABS; i++) {
        if (strcmp(vocab_name((enum vocab)i), name) == 0)
            return put_vocabulary(cli, (enum vocab)i);
    }
    return cli_usage_error(cli, "NAME", TEXT_BAD_VOCAB, name, NULL);
}

/* --- help, man --- */

static int run_help(struct cli *cli)
{
    const char *words[] = {cli_text(cli, "COMMAND"), cli_text(cli, "SUBCOMMAND")};
    size_t n_words = words[0] == NULL ? 0 : words[1] == NULL ? 1 : 2;
    size_t n_used = 0;
    if (n_words == 0) {
        cli_usage(cli, cli->out);
        return EXIT_OK;
    }
    const struct command *command = cli_command_find(words, n_words, &n_used);
    if (command != NULL && n_used == n_words) {
        cli_usage_command(cli, command, cli->out);
        return EXIT_OK;
    }
    /* "help consent": all of that family. */
    bool found = false;
    size_t len = strlen(words[0]);
    for (size_t i = 0; n_words == 1 && (command = cli_command_at(i, NULL)) != NULL;
            i++) {
        if (strncmp(command->name, words[0], len) != 0 || command->name[len] != ' ')
            continue;
        cli_usage_command(cli, command, cli->out);
        found = true;
    }
    if (found)
        return EXIT_OK;
    return cli_usage_error(cli, words[0], TEXT_BAD_COMMAND, NULL, NULL);
}

static int run_man(struct cli *cli)
{
    const char *page = cli_text(cli, "PAGE");
    if (!cli_man(cli, page))
        return cli_usage_error(cli, "PAGE", TEXT_BAD_CHOICE, page,
                "buurtbus, broker, node, http");
    return EXIT_OK;
}

/* clang-format off */
static const struct command COMMANDS[] = {
        {"vocab", TEXT_C_VOCAB, COMMAND_NO_HOME, VOCABULARY, COUNT_OF(VOCABULARY),
         run_vocab                                                                         },
        {"help",  TEXT_C_HELP,  COMMAND_NO_HOME, HELP,       COUNT_OF(HELP),       run_help},
        {"man",   TEXT_C_MAN,   COMMAND_NO_HOME, MAN,        COUNT_OF(MAN),        run_man },
};
/* clang-format on */
const struct family HELP_FAMILY = {COMMANDS, COUNT_OF(COMMANDS)};

/* cli_form.c - from given values to the structs that are sent; what is missing is asked
 * for, or refused. */
#include "nodes/cli/cli.h"

/* The struct of the form that this flag fills; NULL when it is none of these. */
static void *target_of(const struct flag *flag, const struct form *forms,
        size_t n_forms, struct wire_field *field)
{
    if (!cli_field(flag, field))
        return NULL;
    for (size_t i = 0; i < n_forms; i++) {
        if (forms[i].map == flag->map)
            return forms[i].at;
    }
    return NULL;
}

static int refuse_missing(const struct cli *cli, const struct flag *flag)
{
    char name[CLI_NAME_BYTES];
    cli_flag_text(flag, name);
    return cli_usage_error(cli, name, TEXT_BAD_MISSING, cli_words(cli, flag->words),
            NULL);
}

static bool may_ask(const struct cli *cli)
{
    return cli->terminal && !cli->json && !cli->yes;
}

/* Is the flag still without a value, here and in what a file gave? */
static bool is_missing(const struct cli *cli, size_t index, const struct form *forms,
        size_t n_forms)
{
    const struct flag *flag = &cli->command->flags[index];
    struct wire_field field;
    const void *at = target_of(flag, forms, n_forms, &field);
    if (cli->values[index].given)
        return false;
    return at == NULL || wire_is_empty(&field, at);
}

static bool ask_one(struct cli *cli, size_t index)
{
    cli->asked = true;
    return cli_ask(cli, &cli->command->flags[index], &cli->values[index]);
}

/* Refuse the first that is needed and missing; or begin to ask, when a person is there.
 */
static bool complete(struct cli *cli, const struct form *forms, size_t n_forms)
{
    const struct command *command = cli->command;
    bool asking = false;
    for (size_t i = 0; i < command->n_flags; i++) {
        if (command->flags[i].need != FLAG_REQUIRED ||
                !is_missing(cli, i, forms, n_forms))
            continue;
        if (!may_ask(cli)) {
            (void)refuse_missing(cli, &command->flags[i]);
            return false;
        }
        asking = true;
    }
    for (size_t i = 0; asking && i < command->n_flags; i++) {
        if (command->flags[i].need == FLAG_OPTIONAL ||
                !is_missing(cli, i, forms, n_forms))
            continue;
        if (!ask_one(cli, i))
            return false;
    }
    return true;
}

static void set_all(struct cli *cli, const struct form *forms, size_t n_forms)
{
    for (size_t i = 0; i < cli->command->n_flags; i++) {
        struct wire_field field;
        void *at = target_of(&cli->command->flags[i], forms, n_forms, &field);
        if (at != NULL && cli->values[i].given)
            wire_set(&field, at, cli->values[i].at, cli->values[i].n);
    }
}

bool cli_fill(struct cli *cli, const struct form *forms, size_t n_forms)
{
    if (!complete(cli, forms, n_forms))
        return false;
    set_all(cli, forms, n_forms);
    return true;
}

bool cli_require(struct cli *cli, const struct form *forms, size_t n_forms,
        const char *name)
{
    for (size_t i = 0; i < cli->command->n_flags; i++) {
        if (strcmp(cli->command->flags[i].name, name) != 0)
            continue;
        if (!is_missing(cli, i, forms, n_forms))
            return true;
        if (!may_ask(cli)) {
            (void)refuse_missing(cli, &cli->command->flags[i]);
            return false;
        }
        while (!cli->values[i].given) {
            if (!ask_one(cli, i))
                return false;
        }
        set_all(cli, forms, n_forms);
    }
    return true;
}

bool cli_confirm(struct cli *cli, enum text_id question, const char *a)
{
    char line[CLI_NAME_BYTES];
    if (!may_ask(cli))
        return true;
    cli_say(cli, question, a, NULL);
    if (!cli_read_line(cli, line, sizeof line))
        return false;
    /* ja, oui, yes */
    return strchr("jJoOyY", line[0]) != NULL && line[0] != '\0';
}

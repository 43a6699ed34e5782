/* cli_parse.c - words of the command line against the table of flags. */
#include <stdlib.h>

#include "nodes/cli/cli.h"

bool cli_is_place(const struct flag *flag)
{
    return flag->name[0] >= 'A' && flag->name[0] <= 'Z';
}

void cli_flag_text(const struct flag *flag, char text[CLI_NAME_BYTES])
{
    snprintf(text, CLI_NAME_BYTES, "%s%s", cli_is_place(flag) ? "" : "--", flag->name);
}

bool cli_field(const struct flag *flag, struct wire_field *field)
{
    return flag->map != NULL && wire_field_find(flag->map, flag->field, field);
}

/* --- asking what was given --- */

const struct value *cli_value(const struct cli *cli, const char *name)
{
    for (size_t i = 0; i < cli->command->n_flags; i++) {
        if (strcmp(cli->command->flags[i].name, name) == 0)
            return &cli->values[i];
    }
    return NULL;
}

bool cli_given(const struct cli *cli, const char *name)
{
    const struct value *value = cli_value(cli, name);
    return value != NULL && value->given;
}

const char *cli_text(const struct cli *cli, const char *name)
{
    const struct value *value = cli_value(cli, name);
    return value != NULL && value->given ? value->words : NULL;
}

/* --- reading --- */

/* The words that are still to be read. */
struct given {
    const char *const *at;
    int n;
    int next;
};

/* "--to=x" or "--to x": the flag with that name in a table, or NULL. */
static const struct flag *find_flag(const struct flag *flags, size_t n,
        const char *word)
{
    size_t len = strcspn(word + 2, "=");
    for (size_t i = 0; i < n; i++) {
        if (!cli_is_place(&flags[i]) && strlen(flags[i].name) == len &&
                strncmp(flags[i].name, word + 2, len) == 0)
            return &flags[i];
    }
    return NULL;
}

/* The value of a flag that stands at words->next; steps over both. */
static bool take_value(struct cli *cli, const struct flag *flag, struct given *words,
        const char **value)
{
    char name[CLI_NAME_BYTES];
    const char *word = words->at[words->next++];
    const char *equals = strchr(word, '=');
    cli_flag_text(flag, name);
    if (flag->kind == FLAG_SWITCH) {
        if (equals != NULL) {
            (void)cli_usage_error(cli, name, TEXT_BAD_SWITCH, NULL, NULL);
            return false;
        }
        *value = "";
        return true;
    }
    if (equals != NULL) {
        *value = equals + 1;
        return true;
    }
    if (words->next >= words->n || strncmp(words->at[words->next], "--", 2) == 0) {
        (void)cli_usage_error(cli, name, TEXT_BAD_NO_VALUE, cli_words(cli, flag->words),
                NULL);
        return false;
    }
    *value = words->at[words->next++];
    return true;
}

static bool put_value(struct cli *cli, const struct flag *flag, size_t index,
        const char *words)
{
    char name[CLI_NAME_BYTES];
    const char *problem;
    cli_flag_text(flag, name);
    if (cli->values[index].given) {
        (void)cli_usage_error(cli, name, TEXT_BAD_TWICE, NULL, NULL);
        return false;
    }
    if (!cli_convert(cli, flag, words, &cli->values[index], &problem)) {
        (void)cli_usage_error(cli, name, TEXT_BAD_VALUE, problem, NULL);
        return false;
    }
    return true;
}

/* An argument by its place: the first place that is still free. */
static bool put_place(struct cli *cli, const char *word)
{
    const struct command *command = cli->command;
    for (size_t i = 0; i < command->n_flags; i++) {
        if (cli_is_place(&command->flags[i]) && !cli->values[i].given)
            return put_value(cli, &command->flags[i], i, word);
    }
    (void)cli_usage_error(cli, word, TEXT_BAD_EXTRA, NULL, NULL);
    return false;
}

static bool put_flag(struct cli *cli, struct given *words)
{
    const char *word = words->at[words->next];
    const struct command *command = cli->command;
    const struct flag *flag = find_flag(command->flags, command->n_flags, word);
    const char *value;
    if (flag != NULL)
        return take_value(cli, flag, words, &value) &&
               put_value(cli, flag, (size_t)(flag - command->flags), value);

    /* The global ones were read before; here they are only stepped over. */
    flag = find_flag(GLOBAL_FLAGS, N_GLOBAL_FLAGS, word);
    if (flag != NULL)
        return take_value(cli, flag, words, &value);
    (void)cli_usage_error(cli, word, TEXT_BAD_FLAG, command->name, NULL);
    return false;
}

bool cli_parse(struct cli *cli, int argc, const char *const *argv)
{
    struct given words = {.at = argv, .n = argc};
    bool flags_end = false;
    while (words.next < words.n) {
        const char *word = words.at[words.next];
        if (!flags_end && strcmp(word, "--") == 0) {
            flags_end = true;
            words.next++;
        } else if (!flags_end && strncmp(word, "--", 2) == 0) {
            if (!put_flag(cli, &words))
                return false;
        } else {
            words.next++;
            if (!put_place(cli, word))
                return false;
        }
    }
    return true;
}

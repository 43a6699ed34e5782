/* cmd_token.c - access for other programs: new, list, revoke. */
#include "nodes/cli/cli.h"

/* clang-format off */
static const struct flag NEW[] = {
        {"NAME",   FLAG_TEXT, FLAG_REQUIRED, TEXT_F_TOKEN_NAME, &WIRE_CHANGE_TOKEN, "name"},
        {"scopes", FLAG_CODE, FLAG_REQUIRED, TEXT_F_SCOPES,     &WIRE_CHANGE_TOKEN, "scopes"},
};
static const struct flag LIST[] = {
        {"NAME",   FLAG_TEXT, FLAG_OPTIONAL, TEXT_F_TOKEN_NAME, &WIRE_LIST_TOKENS, "name"},
};
static const struct flag REVOKE[] = {
        {"NAME",   FLAG_TEXT, FLAG_REQUIRED, TEXT_F_TOKEN_NAME, &WIRE_CHANGE_TOKEN, "name"},
};
/* clang-format on */

static int change(struct cli *cli, bool revoke)
{
    struct change_token change = {.revoke = revoke};
    const struct form form = {&WIRE_CHANGE_TOKEN, &change};
    struct request request = {.token_change = &change};
    struct reply reply;
    if (!cli_fill(cli, &form, 1))
        return EXIT_USAGE;
    int status = cli_send(cli, &request, &reply);
    if (status != EXIT_OK || cli->json)
        return status;
    if (revoke)
        cli_say(cli, TEXT_DONE_TOKEN_REVOKED, change.name, NULL);
    else
        cli_say(cli, TEXT_DONE_TOKEN, change.name,
                reply.made != NULL ? reply.made->text : "");
    return status;
}

static int run_new(struct cli *cli)
{
    return change(cli, false);
}

static int run_revoke(struct cli *cli)
{
    return change(cli, true);
}

static int run_list(struct cli *cli)
{
    struct list_tokens list = {.name = ""};
    const struct form form = {&WIRE_LIST_TOKENS, &list};
    struct request request = {.tokens = &list};
    struct reply reply;
    int status;
    if (!cli_list(cli, &form, &request, &reply, &status))
        return status;
    size_t n = reply.tokens != NULL ? reply.tokens->n_tokens : 0;
    if (n == 0)
        cli_say(cli, TEXT_NONE_TOKENS, NULL, NULL);
    for (size_t i = 0; i < n; i++) {
        const struct token_line *line = &reply.tokens->tokens[i];
        const char **names =
                arena_take(&cli->arena, (line->n_scopes + 1) * sizeof *names);
        if (names == NULL)
            return cli_no_room(cli);
        for (size_t k = 0; k < line->n_scopes; k++)
            names[k] = scope_name(line->scopes[k]);
        cli_heading(cli, line->name);
        cli_line(cli, TEXT_L_SCOPES, cli_joined(cli, names, line->n_scopes));
        cli_line(cli, TEXT_L_SINCE, cli_moment(cli, line->since_ms));
    }
    return EXIT_OK;
}

/* clang-format off */
static const struct command COMMANDS[] = {
        {"token new",    TEXT_C_TOKEN_NEW,    COMMAND_NODE, NEW,    COUNT_OF(NEW),    run_new},
        {"token list",   TEXT_C_TOKEN_LIST,   COMMAND_NODE, LIST,   COUNT_OF(LIST),  run_list},
        {"token revoke", TEXT_C_TOKEN_REVOKE, COMMAND_NODE, REVOKE, COUNT_OF(REVOKE), run_revoke},
};
/* clang-format on */
const struct family TOKEN_FAMILY = {COMMANDS, COUNT_OF(COMMANDS)};

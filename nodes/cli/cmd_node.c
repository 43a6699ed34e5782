/* cmd_node.c - looking after a node or broker that runs: bundles, suspension. */
#include "core/file.h"
#include "nodes/cli/cli.h"

enum { LOAD_BYTES_MAX = 1000000 }; /* of LoadBundle */

/* clang-format off */
static const struct flag LOAD[] = {
        {"BUNDLE", FLAG_FILE, FLAG_REQUIRED, TEXT_F_BUNDLE, NULL, NULL},
};
static const struct flag SUSPEND[] = {
        {"PARTNER", FLAG_PARTNER, FLAG_REQUIRED, TEXT_F_PARTNER, &WIRE_SUSPEND,
         "partner"                                                                      },
        {"lift",    FLAG_SWITCH,  FLAG_OPTIONAL, TEXT_F_LIFT,    &WIRE_SUSPEND, "lift"  },
        {"reason",  FLAG_TEXT,    FLAG_OPTIONAL, TEXT_F_REASON,  &WIRE_SUSPEND, "reason"},
};
/* clang-format on */

/* Send, and say that it is done. */
static int send_and_say(struct cli *cli, struct request *request, enum text_id done,
        const char *a)
{
    struct reply reply;
    int status = cli_send(cli, request, &reply);
    if (status == EXIT_OK && !cli->json)
        cli_say(cli, done, a, NULL);
    return status;
}

static int run_load(struct cli *cli)
{
    struct load_bundle load;
    struct err err = {0};
    if (!cli_fill(cli, NULL, 0))
        return EXIT_USAGE;
    if (!file_read(cli_text(cli, "BUNDLE"), LOAD_BYTES_MAX, &cli->arena, &load.bundle,
                &err))
        return cli_fail_file(cli, cli_text(cli, "BUNDLE"), LOAD_BYTES_MAX, &err);
    struct request request = {.load_bundle = &load};
    return send_and_say(cli, &request, TEXT_DONE_LOADED, NULL);
}

static int run_leave(struct cli *cli)
{
    const struct leave leave = {.confirmed = true};
    struct request request = {.leave = &leave};
    if (!cli->yes && (!cli->terminal || cli->json))
        return cli_usage_error(cli, "--yes", TEXT_BAD_MISSING,
                cli_words(cli, TEXT_F_YES), NULL);
    if (!cli_confirm(cli, TEXT_ASK_LEAVE, NULL)) {
        cli_say(cli, TEXT_NOTHING_DONE, NULL, NULL);
        return EXIT_REFUSED;
    }
    struct reply reply;
    int status = cli_send(cli, &request, &reply);
    if (status != EXIT_OK || cli->json)
        return status;
    bool over = reply.made == NULL || reply.made->count == 0;
    cli_say(cli, over ? TEXT_DONE_LEFT : TEXT_DONE_LEAVING,
            over ? NULL : cli_number(cli, reply.made->count), NULL);
    return status;
}

static int run_suspend(struct cli *cli)
{
    struct suspend suspend = {0};
    const struct form form = {&WIRE_SUSPEND, &suspend};
    struct request request = {.suspend = &suspend};
    if (!cli_fill(cli, &form, 1))
        return EXIT_USAGE;
    return send_and_say(cli, &request,
            suspend.lift ? TEXT_DONE_LIFTED : TEXT_DONE_SUSPENDED, suspend.partner);
}

/* clang-format off */
static const struct command NODE_COMMANDS[] = {
        {"node load",    TEXT_C_NODE_LOAD,    COMMAND_NODE, LOAD,    COUNT_OF(LOAD),    run_load },
        {"node leave",   TEXT_C_NODE_LEAVE,   COMMAND_NODE, NULL,    0,                 run_leave},
};
/* clang-format on */
const struct family NODE_FAMILY = {NODE_COMMANDS, COUNT_OF(NODE_COMMANDS)};

/* clang-format off */
static const struct command BROKER_COMMANDS[] = {
        {"broker load",    TEXT_C_BROKER_LOAD,    COMMAND_BROKER, LOAD,    COUNT_OF(LOAD),
         run_load                                                                                     },
        {"broker suspend", TEXT_C_BROKER_SUSPEND, COMMAND_BROKER, SUSPEND,
         COUNT_OF(SUSPEND),                                                                run_suspend},
};
/* clang-format on */
const struct family BROKER_FAMILY = {BROKER_COMMANDS, COUNT_OF(BROKER_COMMANDS)};

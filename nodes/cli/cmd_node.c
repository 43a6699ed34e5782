/* cmd_node.c - looking after a node or broker that runs: bundles, tokens, intake,
 * services, suspension. */
#include "nodes/cli/cli.h"

enum { LOAD_BYTES_MAX = 1000000 }; /* of LoadBundle */

/* clang-format off */
static const struct flag LOAD[] = {
        {"BUNDLE", FLAG_FILE, FLAG_REQUIRED, TEXT_F_BUNDLE, NULL, NULL},
};
static const struct flag TOKEN[] = {
        {"NAME",   FLAG_TEXT,   FLAG_REQUIRED, TEXT_F_TOKEN_NAME,   &WIRE_CHANGE_TOKEN,
         "name"  },
        {"scopes", FLAG_CODE,   FLAG_OPTIONAL, TEXT_F_SCOPES,       &WIRE_CHANGE_TOKEN,
         "scopes"},
        {"revoke", FLAG_SWITCH, FLAG_OPTIONAL, TEXT_F_TOKEN_REVOKE, &WIRE_CHANGE_TOKEN,
         "revoke"},
};
static const struct flag INTAKE[] = {
        {"STATE", FLAG_CODE, FLAG_REQUIRED, TEXT_F_INTAKE, &WIRE_SET_INTAKE, "state"},
        {"until", FLAG_DAY,  FLAG_OPTIONAL, TEXT_F_UNTIL,  &WIRE_SET_INTAKE,
         "paused_until_ms"                                                          },
};
static const struct flag SERVICE[] = {
        {"NEED",      FLAG_CODE,     FLAG_REQUIRED, TEXT_F_SERVICE_NEED, &WIRE_SET_SERVICE,
         "need"                                                                                    },
        {"areas",     FLAG_AREA,     FLAG_ASKED,    TEXT_F_AREAS,        &WIRE_SET_SERVICE, "areas"},
        {"languages", FLAG_LANGUAGE, FLAG_ASKED,    TEXT_F_LANGUAGES,    &WIRE_SET_SERVICE,
         "languages"                                                                               },
        {"hours",     FLAG_TEXT,     FLAG_ASKED,    TEXT_F_HOURS,        &WIRE_SET_SERVICE, "hours"},
        {"contact",   FLAG_TEXT,     FLAG_ASKED,    TEXT_F_CONTACT,      &WIRE_SET_SERVICE,
         "contact"                                                                                 },
        {"end",       FLAG_SWITCH,   FLAG_OPTIONAL, TEXT_F_SERVICE_END,  &WIRE_SET_SERVICE,
         "end"                                                                                     },
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
    if (!cli_read_file(cli, cli_text(cli, "BUNDLE"), LOAD_BYTES_MAX, &load.bundle,
                &err))
        return cli_fail(cli, &err);
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

static int run_token(struct cli *cli)
{
    struct change_token change = {0};
    const struct form form = {&WIRE_CHANGE_TOKEN, &change};
    struct request request = {.token_change = &change};
    struct reply reply;
    if (!cli_fill(cli, &form, 1))
        return EXIT_USAGE;
    if (change.revoke && change.n_scopes > 0)
        return cli_usage_error(cli, "--revoke", TEXT_BAD_BOTH, "scopes", NULL);
    if (!change.revoke && !cli_require(cli, &form, 1, "scopes"))
        return EXIT_USAGE;
    int status = cli_send(cli, &request, &reply);
    if (status != EXIT_OK || cli->json)
        return status;
    if (change.revoke)
        cli_say(cli, TEXT_DONE_TOKEN_REVOKED, change.name, NULL);
    else
        cli_say(cli, TEXT_DONE_TOKEN, change.name,
                reply.made != NULL ? reply.made->text : "");
    return status;
}

static int run_intake(struct cli *cli)
{
    struct set_intake intake = {0};
    const struct form form = {&WIRE_SET_INTAKE, &intake};
    struct request request = {.intake = &intake};
    if (!cli_fill(cli, &form, 1))
        return EXIT_USAGE;
    if (intake.paused_until_ms != 0 && intake.state != INTAKE_STATE_PAUSED)
        return cli_usage_error(cli, "--until", TEXT_BAD_ONLY_WITH, "paused", NULL);
    if (intake.state == INTAKE_STATE_PAUSED && !cli_require(cli, &form, 1, "until"))
        return EXIT_USAGE;
    return send_and_say(cli, &request, TEXT_DONE_INTAKE,
            vocab_label(VOCAB_INTAKE_STATE, intake.state, cli->lang));
}

static int run_service(struct cli *cli)
{
    static const char *const DETAILS[] = {"areas", "languages", "hours", "contact"};
    struct set_service service = {0};
    const struct form form = {&WIRE_SET_SERVICE, &service};
    struct request request = {.service = &service};
    if (!cli_fill(cli, &form, 1))
        return EXIT_USAGE;
    for (size_t i = 0; service.end && i < COUNT_OF(DETAILS); i++) {
        if (cli_given(cli, DETAILS[i]))
            return cli_usage_error(cli, "--end", TEXT_BAD_BOTH, DETAILS[i], NULL);
    }
    return send_and_say(cli, &request,
            service.end ? TEXT_DONE_SERVICE_ENDED : TEXT_DONE_SERVICE,
            vocab_label(VOCAB_NEED_CATEGORY, service.need, cli->lang));
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
        {"node token",   TEXT_C_NODE_TOKEN,   COMMAND_NODE, TOKEN,   COUNT_OF(TOKEN),
         run_token                                                                               },
        {"node intake",  TEXT_C_NODE_INTAKE,  COMMAND_NODE, INTAKE,  COUNT_OF(INTAKE),
         run_intake                                                                              },
        {"node service", TEXT_C_NODE_SERVICE, COMMAND_NODE, SERVICE, COUNT_OF(SERVICE),
         run_service                                                                             },
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

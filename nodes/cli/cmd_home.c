/* cmd_home.c - making the home of a broker or node, joining a network with it, and
 * putting a backup back. */
#include "core/file.h"
#include "core/hash.h"
#include "core/steward.h"
#include "nodes/cli/cli.h"
#include "nodes/restore.h"

/* clang-format off */
static const struct flag NODE_INIT[] = {
        {"partner", FLAG_PARTNER, FLAG_REQUIRED, TEXT_F_PARTNER_ID,   &WIRE_JOIN_REQUEST,
         "partner"                                                                               },
        {"name",    FLAG_TEXT,    FLAG_REQUIRED, TEXT_F_PARTNER_NAME, &WIRE_JOIN_REQUEST,
         "name"                                                                                  },
        {"type",    FLAG_CODE,    FLAG_REQUIRED, TEXT_F_PARTNER_TYPE, &WIRE_JOIN_REQUEST,
         "partner_type"                                                                          },
        {"areas",   FLAG_AREA,    FLAG_ASKED,    TEXT_F_AREAS,        &WIRE_JOIN_REQUEST, "areas"},
};
static const struct flag BROKER_INIT[] = {
        {"partner", FLAG_PARTNER, FLAG_REQUIRED, TEXT_F_PARTNER_ID,   &WIRE_JOIN_REQUEST,
         "partner"                                                                            },
        {"name",    FLAG_TEXT,    FLAG_REQUIRED, TEXT_F_PARTNER_NAME, &WIRE_JOIN_REQUEST,
         "name"                                                                               },
        {"address", FLAG_ADDRESS, FLAG_REQUIRED, TEXT_F_ADDRESS,      &WIRE_JOIN_REQUEST,
         "address"                                                                            },
        {"listen",  FLAG_LISTEN,  FLAG_OPTIONAL, TEXT_F_LISTEN,       NULL,               NULL},
};
static const struct flag JOIN[] = {
        {"BUNDLE",      FLAG_FILE, FLAG_REQUIRED, TEXT_F_BUNDLE,      NULL, NULL},
        {"fingerprint", FLAG_TEXT, FLAG_OPTIONAL, TEXT_F_FINGERPRINT, NULL, NULL},
};
static const struct flag RESTORE[] = {
        {"BACKUP", FLAG_DIRECTORY, FLAG_REQUIRED, TEXT_F_RESTORE, NULL, NULL},
        {"passphrase-file", FLAG_FILE, FLAG_OPTIONAL, TEXT_F_PASSPHRASE_FILE, NULL, NULL},
};
/* clang-format on */

/* The fingerprint of a request as the steward will see it: read from the same file, by
 * the same function. */
static bool read_fingerprint(struct cli *cli, const char *path,
        char fingerprint[FINGERPRINT_TEXT_BYTES], struct err *err)
{
    struct join_request request;
    struct span file;
    return file_read(path, HOME_REQUEST_MAX, &cli->arena, &file, err) &&
           steward_read_request(file, &cli->arena, &request, fingerprint, err);
}

static int tell_init(struct cli *cli, const struct home *home)
{
    struct err err = {0};
    char fingerprint[FINGERPRINT_TEXT_BYTES];
    if (!read_fingerprint(cli, home->request, fingerprint, &err))
        return cli_fail(cli, &err);
    if (cli->json) {
        const char *const pairs[] = {"code", "", "home", home->path, "request",
                home->request, "fingerprint", fingerprint, NULL};
        return cli_json_texts(cli, pairs) ? EXIT_OK : EXIT_COULD_NOT;
    }
    cli_say(cli, TEXT_DONE_INIT, home->request, NULL);
    cli_line(cli, TEXT_L_FINGERPRINT, fingerprint);
    cli_say(cli, TEXT_READ_OUT, NULL, NULL);
    return EXIT_OK;
}

static int init(struct cli *cli, enum role role)
{
    struct join_request request = {.v = 1, .role = role};
    struct home home;
    struct err err = {0};
    const struct form form = {&WIRE_JOIN_REQUEST, &request};
    const char *path = cli_home_path(cli, role);
    if (!cli_fill(cli, &form, 1))
        return EXIT_USAGE;
    const struct home_wish wish = {
            .role = role,
            .partner = request.partner,
            .name = request.name,
            .partner_type = request.partner_type,
            .address = request.address,
            .listen = cli_text(cli, "listen"),
            .areas = request.areas,
            .n_areas = request.n_areas,
            .now_ms = cli->now_ms,
    };
    if (!home_init(path, &wish, &err) || !home_paths(path, role, &home, &err))
        return cli_fail(cli, &err);
    return tell_init(cli, &home);
}

static int run_node_init(struct cli *cli)
{
    return init(cli, ROLE_NODE);
}

static int run_broker_init(struct cli *cli)
{
    return init(cli, ROLE_BROKER);
}

static int join_with(struct cli *cli, struct home *home, struct arena *arena)
{
    struct home_bundle bundle;
    struct err err = {0};
    char fingerprint[FINGERPRINT_TEXT_BYTES];
    if (!home_bundle_read(cli_text(cli, "BUNDLE"), arena, &bundle, &err))
        return cli_fail(cli, &err);
    ids_fingerprint(&bundle.steward_hash, fingerprint);
    int status = cli_compare(cli, fingerprint, bundle.network.name);
    if (status != EXIT_OK)
        return status;
    if (!home_join(home, &bundle, arena, &err))
        return cli_fail(cli, &err);
    if (cli->json) {
        const char *const pairs[] = {"code", "", "network", bundle.network.name,
                "fingerprint", fingerprint, NULL};
        return cli_json_texts(cli, pairs) ? EXIT_OK : EXIT_COULD_NOT;
    }
    cli_say(cli, TEXT_DONE_JOINED, bundle.network.name,
            home->role == ROLE_BROKER ? "buurtbus-broker" : "buurtbus-node");
    return EXIT_OK;
}

static int join(struct cli *cli, enum role role)
{
    struct home home;
    struct err err = {0};
    if (!cli_fill(cli, NULL, 0))
        return EXIT_USAGE;
    if (!home_open(cli_home_path(cli, role), role, &home, &err))
        return cli_fail(cli, &err);
    /* A program that runs has read its bundle already; it takes a new one with load. */
    if (cli_listens(&home)) {
        home_close(&home);
        return cli_fail_words(cli, code_name(ERR_LOCKED),
                cli_words(cli, TEXT_JOIN_RUNNING), "");
    }
    struct arena arena = arena_new(HOME_BUNDLE_ARENA);
    int status = join_with(cli, &home, &arena);
    arena_free(&arena);
    home_close(&home);
    return status;
}

static int run_node_join(struct cli *cli)
{
    return join(cli, ROLE_NODE);
}

static int run_broker_join(struct cli *cli)
{
    return join(cli, ROLE_BROKER);
}

static int run_node_restore(struct cli *cli)
{
    char passphrase[CLI_PASSPHRASE_BYTES];
    struct err err = {0};
    const char *path = cli_home_path(cli, ROLE_NODE);
    if (!cli_fill(cli, NULL, 0))
        return EXIT_USAGE;
    int status = cli_passphrase(cli, false, passphrase);
    if (status != EXIT_OK)
        return status;
    bool ok =
            node_restore(cli_text(cli, "BACKUP"), path, passphrase, cli->now_ms, &err);
    hash_wipe(passphrase, sizeof passphrase);
    if (!ok)
        return cli_fail(cli, &err);
    if (cli->json) {
        const char *const pairs[] = {"code", "", "home", path, NULL};
        return cli_json_texts(cli, pairs) ? EXIT_OK : EXIT_COULD_NOT;
    }
    cli_say(cli, TEXT_DONE_RESTORED, path, NULL);
    return EXIT_OK;
}

/* clang-format off */
static const struct command COMMANDS[] = {
        {"node init",   TEXT_C_NODE_INIT,   COMMAND_NO_HOME, NODE_INIT,   COUNT_OF(NODE_INIT),
         run_node_init                                                                                        },
        {"node join",   TEXT_C_NODE_JOIN,   COMMAND_NO_HOME, JOIN,        COUNT_OF(JOIN),
         run_node_join                                                                                        },
        {"node restore", TEXT_C_NODE_RESTORE, COMMAND_NO_HOME, RESTORE, COUNT_OF(RESTORE), run_node_restore},
        {"broker init", TEXT_C_BROKER_INIT, COMMAND_NO_HOME, BROKER_INIT,
         COUNT_OF(BROKER_INIT),                                                                run_broker_init},
        {"broker join", TEXT_C_BROKER_JOIN, COMMAND_NO_HOME, JOIN,        COUNT_OF(JOIN),
         run_broker_join                                                                                      },
};
/* clang-format on */
const struct family HOME_FAMILY = {COMMANDS, COUNT_OF(COMMANDS)};

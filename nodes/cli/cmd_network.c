/* cmd_network.c - a new network from a starter kit: the steward's desk, a broker that
 * belongs to it, and what the partners need to begin. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "core/file.h"
#include "core/folder.h"
#include "core/hash.h"
#include "nodes/cli/cli_areas.h"
#include "nodes/cli/cli_kit.h"

/* clang-format off */
static const struct flag NEW[] = {
        {"network", FLAG_PARTNER, FLAG_REQUIRED, TEXT_F_NETWORK_NAME, &WIRE_NEW_NETWORK, "network"},
        {"kit",     FLAG_CODE,    FLAG_REQUIRED, TEXT_F_KIT,          &WIRE_NEW_NETWORK, "kit"},
        {"dir",     FLAG_DIRECTORY, FLAG_REQUIRED, TEXT_F_KIT_DIR,    NULL, NULL},
        {"address", FLAG_ADDRESS, FLAG_REQUIRED, TEXT_F_ADDRESS,      &WIRE_NEW_NETWORK, "address"},
        {"listen",  FLAG_LISTEN,  FLAG_OPTIONAL, TEXT_F_LISTEN,       NULL, NULL},
        {"areas",   FLAG_AREA,    FLAG_OPTIONAL, TEXT_F_KIT_AREAS,    &WIRE_NEW_NETWORK, "areas"},
        {"passphrase-file", FLAG_FILE, FLAG_OPTIONAL, TEXT_F_PASSPHRASE_FILE, NULL, NULL},
};
/* clang-format on */

/* --- the broker and the desk --- */

static bool make_broker(struct cli *cli, const struct kit *kit, struct err *err)
{
    const struct home_wish wish = {.role = ROLE_BROKER,
            .partner = kit->broker,
            .name = cli_format(cli, TEXT_KIT_BROKER_NAME, kit->wish->network, NULL),
            .address = kit->wish->address,
            .listen = cli_text(cli, "listen"),
            .areas = kit->areas,
            .n_areas = kit->n_areas,
            .now_ms = cli->now_ms};
    return home_init(kit->broker_home, &wish, err) && kit_timers(kit, err);
}

/* The steward and the broker are here on one computer: what it shows needs no phone. */
static bool admit_broker(struct cli *cli, const struct kit *kit,
        struct steward *steward, struct err *err)
{
    char fingerprint[FINGERPRINT_TEXT_BYTES];
    struct join_request request;
    struct home home;
    struct span file;
    return home_paths(kit->broker_home, ROLE_BROKER, &home, err) &&
           file_read(home.request, HOME_REQUEST_MAX, &cli->arena, &file, err) &&
           steward_read_request(file, &cli->arena, &request, fingerprint, err) &&
           steward_admit(steward, &request, 0, cli->now_ms, err);
}

static bool join_broker(const struct kit *kit, const struct steward *steward,
        struct err *err)
{
    struct home home;
    struct home_bundle bundle;
    if (!home_open(kit->broker_home, ROLE_BROKER, &home, err))
        return false;
    struct arena arena = arena_new(HOME_BUNDLE_ARENA);
    bool ok = home_bundle_read(steward_bundle_path(steward), &arena, &bundle, err) &&
              home_join(&home, &bundle, &arena, err);
    arena_free(&arena);
    home_close(&home);
    return ok;
}

/* The tables of the kit are those of the network from the start. */
static int set_areas(struct cli *cli, const struct kit *kit, struct steward *steward)
{
    char areas[KIT_FILE_BYTES], sectors[KIT_FILE_BYTES];
    struct areas_set set = {.quiet = true};
    kit_file(kit, "areas.tsv", areas);
    kit_file(kit, "sectors.tsv", sectors);
    return cli_set_areas(cli, steward, areas, sectors, &set);
}

/* --- the command --- */

static int found(struct cli *cli, struct kit *kit, const char *passphrase)
{
    struct err err = {0};
    if (mkdir(kit->dir, 0750) != 0 || !folder_sync_of(kit->dir)) {
        err_set(&err, errno == EEXIST ? E_DUPLICATE : ERR_IO, "%.120s: %s", kit->dir,
                strerror(errno));
        return cli_fail(cli, &err);
    }
    struct steward *steward = steward_found(kit->steward_home, kit->wish->network,
            passphrase, cli->now_ms, &err);
    if (steward == NULL)
        return cli_fail(cli, &err);
    steward_fingerprint(steward, kit->fingerprint);
    int status = EXIT_OK;
    bool ok = make_broker(cli, kit, &err) && kit_files(cli, kit, &err);
    if (ok)
        status = set_areas(cli, kit, steward);
    ok = ok && status == EXIT_OK && admit_broker(cli, kit, steward, &err) &&
         join_broker(kit, steward, &err);
    steward_free(steward);
    return ok || status != EXIT_OK ? status : cli_fail(cli, &err);
}

static int tell(struct cli *cli, const struct kit *kit)
{
    if (cli->json) {
        const char *const pairs[] = {"code", "", "network", kit->wish->network,
                "directory", kit->dir, "fingerprint", kit->fingerprint, "broker",
                kit->broker_home, NULL};
        return cli_json_texts(cli, pairs) ? EXIT_OK : EXIT_COULD_NOT;
    }
    cli_say(cli, TEXT_DONE_KIT, kit->wish->network, kit->dir);
    cli_line(cli, TEXT_L_FINGERPRINT, kit->fingerprint);
    cli_say(cli, TEXT_DONE_KIT_NEXT, NULL, NULL);
    return EXIT_OK;
}

static int run_new(struct cli *cli)
{
    char passphrase[CLI_PASSPHRASE_BYTES];
    struct new_network wish = {.network = ""};
    struct kit kit;
    struct err err = {0};
    const struct form form = {&WIRE_NEW_NETWORK, &wish};
    if (!cli_fill(cli, &form, 1))
        return EXIT_USAGE;
    if (!kit_make(&kit, &wish, cli_text(cli, "dir"), &err))
        return cli_fail(cli, &err);
    if (kit.n_areas == 0)
        return cli_usage_error(cli, "--areas", TEXT_BAD_KIT_AREAS, NULL, NULL);
    int status = cli_passphrase(cli, true, passphrase);
    if (status != EXIT_OK)
        return status;
    status = found(cli, &kit, passphrase);
    hash_wipe(passphrase, sizeof passphrase);
    return status != EXIT_OK ? status : tell(cli, &kit);
}

static const struct command COMMANDS[] = {
        {"network new", TEXT_C_NETWORK_NEW, COMMAND_NO_HOME, NEW, COUNT_OF(NEW),
         run_new},
};
const struct family NETWORK_FAMILY = {COMMANDS, COUNT_OF(COMMANDS)};

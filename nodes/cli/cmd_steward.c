/* cmd_steward.c - the steward's desk: init, admit, revoke, areas, publish. Needs no
 * program that runs, and no network. */
#include "core/file.h"
#include "core/hash.h"
#include "nodes/cli/cli_areas.h"

#define PASSPHRASE_FLAG                                                                \
    {                                                                                  \
        "passphrase-file", FLAG_FILE, FLAG_OPTIONAL, TEXT_F_PASSPHRASE_FILE, NULL,     \
                NULL                                                                   \
    }

/* clang-format off */
static const struct flag INIT[] = {
        {"network", FLAG_PARTNER, FLAG_REQUIRED, TEXT_F_NETWORK_NAME, &WIRE_NETWORK, "name"},
        PASSPHRASE_FLAG,
};
static const struct flag ADMIT[] = {
        {"REQUEST_FILE", FLAG_FILE, FLAG_OPTIONAL, TEXT_F_REQUEST_FILE, NULL, NULL},
        {"fingerprint", FLAG_TEXT, FLAG_OPTIONAL, TEXT_F_FINGERPRINT, NULL, NULL},
        {"until", FLAG_DAY, FLAG_OPTIONAL, TEXT_F_UNTIL, &WIRE_MEMBERSHIP, "until_ms"},
        {"supported", FLAG_PARTNER, FLAG_OPTIONAL, TEXT_F_SUPPORTED, &WIRE_MEMBERSHIP, "partner"},
        {"by", FLAG_PARTNER, FLAG_OPTIONAL, TEXT_F_BY, &WIRE_MEMBERSHIP, "supported_by"},
        {"name", FLAG_TEXT, FLAG_OPTIONAL, TEXT_F_PARTNER_NAME, &WIRE_MEMBERSHIP, "name"},
        {"type", FLAG_CODE, FLAG_OPTIONAL, TEXT_F_PARTNER_TYPE, &WIRE_MEMBERSHIP, "partner_type"},
        PASSPHRASE_FLAG,
};
static const struct flag REVOKE[] = {
        {"PARTNER", FLAG_PARTNER, FLAG_REQUIRED, TEXT_F_PARTNER, &WIRE_REVOCATION, "partner"},
        {"reason", FLAG_TEXT, FLAG_REQUIRED, TEXT_F_REVOKE_REASON, &WIRE_REVOCATION, "reason"},
        PASSPHRASE_FLAG,
};
static const struct flag AREAS[] = {
        {"AREAS_FILE", FLAG_FILE, FLAG_REQUIRED, TEXT_F_AREAS_FILE, NULL, NULL},
        {"SECTORS_FILE", FLAG_FILE, FLAG_REQUIRED, TEXT_F_SECTORS_FILE, NULL, NULL},
        {"look", FLAG_SWITCH, FLAG_OPTIONAL, TEXT_F_AREAS_LOOK, NULL, NULL},
        PASSPHRASE_FLAG,
};
/* clang-format on */
static const struct flag PUBLISH[] = {PASSPHRASE_FLAG};

/* Where the bundle lies now, and the fingerprint that members compare. */
static int tell(const struct cli *cli, const struct steward *steward, enum text_id done,
        const char *partner)
{
    char fingerprint[FINGERPRINT_TEXT_BYTES];
    const char *bundle = steward_bundle_path(steward);
    steward_fingerprint(steward, fingerprint);
    if (cli->json) {
        const char *const pairs[] = {"code", "", "fingerprint", fingerprint, "bundle",
                bundle, NULL};
        return cli_json_texts(cli, pairs) ? EXIT_OK : EXIT_COULD_NOT;
    }
    cli_say(cli, done, partner, NULL);
    cli_line(cli, TEXT_L_BUNDLE, bundle);
    cli_line(cli, TEXT_L_FINGERPRINT, fingerprint);
    return EXIT_OK;
}

static const char *home_of(const struct cli *cli)
{
    if (cli->home == NULL)
        (void)cli_usage_error(cli, "--home", TEXT_BAD_MISSING,
                cli_words(cli, TEXT_F_HOME), NULL);
    return cli->home;
}

/* Open the desk; *status says why not. */
static struct steward *open_desk(struct cli *cli, int *status)
{
    char passphrase[CLI_PASSPHRASE_BYTES];
    struct err err = {0};
    const char *home = home_of(cli);
    *status = home == NULL ? EXIT_USAGE : cli_passphrase(cli, false, passphrase);
    if (*status != EXIT_OK)
        return NULL;
    struct steward *steward = steward_open(home, passphrase, &err);
    hash_wipe(passphrase, sizeof passphrase);
    if (steward == NULL)
        *status = cli_fail(cli, &err);
    return steward;
}

static int run_init(struct cli *cli)
{
    char passphrase[CLI_PASSPHRASE_BYTES];
    struct network network = {.v = 1};
    struct err err = {0};
    const struct form form = {&WIRE_NETWORK, &network};
    const char *home = home_of(cli);
    if (home == NULL || !cli_fill(cli, &form, 1))
        return EXIT_USAGE;
    int status = cli_passphrase(cli, true, passphrase);
    if (status != EXIT_OK)
        return status;
    struct steward *steward =
            steward_found(home, network.name, passphrase, cli->now_ms, &err);
    hash_wipe(passphrase, sizeof passphrase);
    status = steward == NULL ? cli_fail(cli, &err)
                             : tell(cli, steward, TEXT_DONE_FOUNDED, network.name);
    steward_free(steward);
    return status;
}

/* --- admit --- */

static int admit_request(struct cli *cli, struct steward *steward,
        const struct membership *wish)
{
    struct join_request request;
    struct span file;
    struct err err = {0};
    char fingerprint[FINGERPRINT_TEXT_BYTES];
    const char *path = cli_text(cli, "REQUEST_FILE");
    if (!file_read(path, HOME_REQUEST_MAX, &cli->arena, &file, &err))
        return cli_fail_file(cli, path, HOME_REQUEST_MAX, &err);
    if (!steward_read_request(file, &cli->arena, &request, fingerprint, &err))
        return cli_fail(cli, &err);
    int status = cli_compare(cli, fingerprint, request.partner);
    if (status != EXIT_OK)
        return status;
    if (!steward_admit(steward, &request, (int64_t)wish->until_ms, cli->now_ms, &err))
        return cli_fail(cli, &err);
    return tell(cli, steward, TEXT_DONE_ADMITTED, request.partner);
}

static int admit_supported(struct cli *cli, struct steward *steward,
        const struct membership *wish)
{
    struct err err = {0};
    if (!steward_admit_supported(steward, wish->partner, wish->name, wish->partner_type,
                wish->supported_by, cli->now_ms, &err))
        return cli_fail(cli, &err);
    return tell(cli, steward, TEXT_DONE_ADMITTED, wish->partner);
}

/* A newcomer comes with a request file or, without keys of its own, with --supported;
 * never with both. */
static bool check_admit(struct cli *cli, struct membership *wish)
{
    static const char *const WITH_SUPPORTED[] = {"supported", "by", "name", "type"};
    static const char *const WITH_FILE[] = {"fingerprint", "until"};
    const struct form form = {&WIRE_MEMBERSHIP, wish};
    bool supported = cli_given(cli, "supported");
    if (!cli_fill(cli, &form, 1))
        return false;
    if (!supported && !cli_require(cli, &form, 1, "REQUEST_FILE"))
        return false;
    for (size_t i = 0; i < COUNT_OF(WITH_SUPPORTED); i++) {
        if (supported && !cli_require(cli, &form, 1, WITH_SUPPORTED[i]))
            return false;
        if (cli_given(cli, "REQUEST_FILE") && cli_given(cli, WITH_SUPPORTED[i])) {
            (void)cli_usage_error(cli, "REQUEST_FILE", TEXT_BAD_BOTH, WITH_SUPPORTED[i],
                    NULL);
            return false;
        }
    }
    for (size_t i = 0; supported && i < COUNT_OF(WITH_FILE); i++) {
        if (cli_given(cli, WITH_FILE[i])) {
            (void)cli_usage_error(cli, "--supported", TEXT_BAD_BOTH, WITH_FILE[i],
                    NULL);
            return false;
        }
    }
    return true;
}

static int run_admit(struct cli *cli)
{
    struct membership wish = {.v = 1};
    int status;
    if (!check_admit(cli, &wish))
        return EXIT_USAGE;
    struct steward *steward = open_desk(cli, &status);
    if (steward == NULL)
        return status;
    status = cli_given(cli, "supported") ? admit_supported(cli, steward, &wish)
                                         : admit_request(cli, steward, &wish);
    steward_free(steward);
    return status;
}

static int run_revoke(struct cli *cli)
{
    struct revocation wish = {.v = 1};
    struct err err = {0};
    const struct form form = {&WIRE_REVOCATION, &wish};
    int status;
    if (!cli_fill(cli, &form, 1))
        return EXIT_USAGE;
    struct steward *steward = open_desk(cli, &status);
    if (steward == NULL)
        return status;
    status = steward_revoke(steward, wish.partner, wish.reason, cli->now_ms, &err)
                     ? tell(cli, steward, TEXT_DONE_REVOKED, wish.partner)
                     : cli_fail(cli, &err);
    steward_free(steward);
    return status;
}

static int run_areas(struct cli *cli)
{
    struct areas_set set = {.look = cli_given(cli, "look")};
    int status;
    if (!cli_fill(cli, NULL, 0))
        return EXIT_USAGE;
    struct steward *steward = open_desk(cli, &status);
    if (steward == NULL)
        return status;
    status = cli_set_areas(cli, steward, cli_text(cli, "AREAS_FILE"),
            cli_text(cli, "SECTORS_FILE"), &set);
    if (status == EXIT_OK && (set.n_changed == 0 || set.look))
        status = tell(cli, steward, TEXT_NOTHING_DONE, NULL);
    else if (status == EXIT_OK)
        status = tell(cli, steward, TEXT_DONE_AREAS, cli_number(cli, set.n_changed));
    steward_free(steward);
    return status;
}

static int run_publish(struct cli *cli)
{
    struct err err = {0};
    int status;
    struct steward *steward = open_desk(cli, &status);
    if (steward == NULL)
        return status;
    status = steward_publish(steward, cli->now_ms, &err)
                     ? tell(cli, steward, TEXT_DONE_PUBLISHED, NULL)
                     : cli_fail(cli, &err);
    steward_free(steward);
    return status;
}

/* clang-format off */
static const struct command COMMANDS[] = {
        {"steward init", TEXT_C_STEWARD_INIT, COMMAND_STEWARD, INIT, COUNT_OF(INIT), run_init},
        {"steward admit", TEXT_C_STEWARD_ADMIT, COMMAND_STEWARD, ADMIT, COUNT_OF(ADMIT), run_admit},
        {"steward revoke", TEXT_C_STEWARD_REVOKE, COMMAND_STEWARD, REVOKE, COUNT_OF(REVOKE), run_revoke},
        {"steward areas", TEXT_C_STEWARD_AREAS, COMMAND_STEWARD, AREAS, COUNT_OF(AREAS), run_areas},
        {"steward publish", TEXT_C_STEWARD_PUBLISH, COMMAND_STEWARD, PUBLISH, COUNT_OF(PUBLISH), run_publish},
};
/* clang-format on */
const struct family STEWARD_FAMILY = {COMMANDS, COUNT_OF(COMMANDS)};

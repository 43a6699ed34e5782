/* cmd_receipt.c - the receipt of a person: to read, or for programs. */
#include "nodes/cli/cli.h"

/* clang-format off */
static const struct flag RECEIPT[] = {
        {"NUMBER", FLAG_NUMBER, FLAG_REQUIRED, TEXT_F_CONSENT_NUMBER, &WIRE_CONSENT_RECEIPT_GET, "number"},
        {"jsonld", FLAG_SWITCH, FLAG_OPTIONAL, TEXT_F_JSONLD,         NULL,                      NULL    },
};
/* clang-format on */

static int run_receipt(struct cli *cli)
{
    struct consent_receipt_get get = {0};
    const struct form form = {&WIRE_CONSENT_RECEIPT_GET, &get};
    struct request request = {.consent_receipt = &get};
    struct reply reply;
    if (cli->json && cli_given(cli, "jsonld"))
        return cli_usage_error(cli, "--jsonld", TEXT_BAD_BOTH, "json", NULL);
    if (!cli_fill(cli, &form, 1))
        return EXIT_USAGE;
    int status = cli_send(cli, &request, &reply);
    if (status != EXIT_OK || cli->json)
        return status;
    if (reply.consent_receipt == NULL || reply.consent_receipt->line == NULL ||
            reply.consent_receipt->line->given == NULL) {
        const struct err err = {.code = ERR_INTERNAL,
                .msg = "no receipt in the answer"};
        return cli_fail(cli, &err);
    }
    return cli_put_receipt(cli, reply.consent_receipt, cli_given(cli, "jsonld"));
}

/* clang-format off */
static const struct command COMMANDS[] = {
        {"consent receipt", TEXT_C_CONSENT_RECEIPT, COMMAND_NODE, RECEIPT, COUNT_OF(RECEIPT), run_receipt},
};
/* clang-format on */
const struct family RECEIPT_FAMILY = {COMMANDS, COUNT_OF(COMMANDS)};

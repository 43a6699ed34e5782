/* cmd_forward.c - a referral that came to us is handed on to the next, under the same
 * consent. */
#include "nodes/cli/cli.h"

#define OF_FORWARD(field) &WIRE_FORWARD_CASE, field

/* clang-format off */
static const struct flag FORWARD[] = {
        {"CASE", FLAG_NUMBER, FLAG_REQUIRED, TEXT_F_CASE, OF_FORWARD("case_number")},
        {"to", FLAG_PARTNER, FLAG_REQUIRED, TEXT_F_FORWARD_TO, OF_FORWARD("candidate")},
        {"need", FLAG_CODE, FLAG_OPTIONAL, TEXT_F_FORWARD_NEEDS, OF_FORWARD("needs")},
        {"leave-out", FLAG_CODE, FLAG_OPTIONAL, TEXT_F_LEAVE_OUT, OF_FORWARD("leave_out")},
        {"reason", FLAG_TEXT, FLAG_ASKED, TEXT_F_FORWARD_REASON, OF_FORWARD("reason")},
        {"urgency", FLAG_CODE, FLAG_OPTIONAL, TEXT_F_FORWARD_URGENCY, OF_FORWARD("urgency")},
        {"referrer", FLAG_TEXT, FLAG_OPTIONAL, TEXT_F_REFERRER, OF_FORWARD("referrer_name")},
        {"referrer-phone", FLAG_TEXT, FLAG_OPTIONAL, TEXT_F_REFERRER_PHONE, OF_FORWARD("referrer_phone")},
        {"expected-version", FLAG_NUMBER, FLAG_OPTIONAL, TEXT_F_EXPECTED_VERSION, OF_FORWARD("expected_version")},
};
/* clang-format on */

static void put_made(struct cli *cli, const struct made *made, const char *to)
{
    cli_say(cli, TEXT_DONE_FORWARDED, cli_number(cli, made->case_number), to);
    if (made->n_shared > 0)
        cli_say(cli, TEXT_DONE_SHARED,
                cli_labels(cli, VOCAB_DATA_CATEGORY, made->shared, made->n_shared),
                NULL);
}

static int run_forward(struct cli *cli)
{
    struct forward_case forward = {0};
    const struct form form = {&WIRE_FORWARD_CASE, &forward};
    struct request request = {.forward = &forward};
    struct reply reply;
    if (!cli_fill(cli, &form, 1))
        return EXIT_USAGE;
    if (cli->asked && !cli_confirm(cli, TEXT_ASK_SEND, forward.candidate)) {
        cli_say(cli, TEXT_NOTHING_DONE, NULL, NULL);
        return EXIT_REFUSED;
    }
    cli_say_crisis(cli, forward.urgency, forward.candidate);
    int status = cli_send(cli, &request, &reply);
    if (status == EXIT_OK && !cli->json && reply.made != NULL)
        put_made(cli, reply.made, forward.candidate);
    return status;
}

/* clang-format off */
static const struct command COMMANDS[] = {
        {"forward", TEXT_C_FORWARD, COMMAND_NODE, FORWARD, COUNT_OF(FORWARD), run_forward},
};
/* clang-format on */
const struct family FORWARD_FAMILY = {COMMANDS, COUNT_OF(COMMANDS)};

/* cmd_forward.c - a referral that came to us is handed on to the next, under the same
 * consent. */
#include "nodes/cli/cli.h"

#define OF_FORWARD(field) &WIRE_FORWARD_CASE, field

/* clang-format off */
static const struct flag FORWARD[] = {
        {"CASE", FLAG_NUMBER, FLAG_REQUIRED, TEXT_F_CASE, OF_FORWARD("case_number")},
        {"to", FLAG_PARTNER, FLAG_REQUIRED, TEXT_F_FORWARD_TO, OF_FORWARD("candidates")},
        {"mode", FLAG_CODE, FLAG_OPTIONAL, TEXT_F_MODE, OF_FORWARD("mode")},
        {"need", FLAG_CODE, FLAG_OPTIONAL, TEXT_F_FORWARD_NEEDS, OF_FORWARD("needs")},
        {"leave-out", FLAG_CODE, FLAG_OPTIONAL, TEXT_F_LEAVE_OUT, OF_FORWARD("leave_out")},
        {"reason", FLAG_TEXT, FLAG_ASKED, TEXT_F_FORWARD_REASON, OF_FORWARD("reason")},
        {"urgency", FLAG_CODE, FLAG_OPTIONAL, TEXT_F_FORWARD_URGENCY, OF_FORWARD("urgency")},
        {"referrer", FLAG_TEXT, FLAG_OPTIONAL, TEXT_F_REFERRER, OF_FORWARD("referrer_name")},
        {"referrer-phone", FLAG_TEXT, FLAG_OPTIONAL, TEXT_F_REFERRER_PHONE, OF_FORWARD("referrer_phone")},
        {"expected-version", FLAG_NUMBER, FLAG_OPTIONAL, TEXT_F_EXPECTED_VERSION, OF_FORWARD("expected_version")},
};
/* clang-format on */

int cli_forward(struct cli *cli, struct forward_case *forward)
{
    struct request request = {.forward = forward};
    struct reply reply;
    const char *to = cli_joined(cli, forward->candidates, forward->n_candidates);
    if (forward->mode == MODE_NONE)
        forward->mode = forward->n_candidates > 1 ? MODE_SEQUENTIAL : MODE_DIRECT;
    if (cli->asked && !cli_confirm(cli, TEXT_ASK_SEND, to)) {
        cli_say(cli, TEXT_NOTHING_DONE, NULL, NULL);
        return EXIT_REFUSED;
    }
    cli_say_crisis(cli, forward->urgency, to);
    int status = cli_send(cli, &request, &reply);
    if (status == EXIT_OK && !cli->json && reply.made != NULL) {
        cli_say(cli, TEXT_DONE_FORWARDED, cli_number(cli, reply.made->case_number), to);
        cli_say_made(cli, reply.made, forward->mode);
    }
    return status;
}

/* It is as urgent as what came, unless that is said otherwise: a person is warned of a
 * crisis all the same. */
static int read_urgency(struct cli *cli, struct forward_case *forward)
{
    const struct show_case show = {.number = forward->case_number};
    struct request request = {.show = &show};
    struct reply reply;
    int status = cli_send_quiet(cli, &request, &reply);
    if (status == EXIT_OK && reply.case_ != NULL && reply.case_->line != NULL)
        forward->urgency = reply.case_->line->urgency;
    return status;
}

static int run_forward(struct cli *cli)
{
    struct forward_case forward = {0};
    const struct form form = {&WIRE_FORWARD_CASE, &forward};
    if (!cli_fill(cli, &form, 1))
        return EXIT_USAGE;
    int status = EXIT_OK;
    if (forward.urgency == 0 && !cli->json)
        status = read_urgency(cli, &forward);
    return status == EXIT_OK ? cli_forward(cli, &forward) : status;
}

/* clang-format off */
static const struct command COMMANDS[] = {
        {"forward", TEXT_C_FORWARD, COMMAND_NODE, FORWARD, COUNT_OF(FORWARD), run_forward},
};
/* clang-format on */
const struct family FORWARD_FAMILY = {COMMANDS, COUNT_OF(COMMANDS)};

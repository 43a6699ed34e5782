/* cmd_subscribe.c - which signals we want to be sent, who wants which, and sending a
 * signal on to those who may have it. */
#include "nodes/cli/cli.h"

#define OF_SUBSCRIPTION(field) &WIRE_SET_SUBSCRIPTION, field

/* clang-format off */
static const struct flag SUBSCRIBE[] = {
        {"areas", FLAG_PLACE,  FLAG_REQUIRED, TEXT_F_SUBSCRIBE_AREAS, OF_SUBSCRIPTION("areas")},
        {"needs", FLAG_CODE,   FLAG_REQUIRED, TEXT_F_SUBSCRIBE_NEEDS, OF_SUBSCRIPTION("needs")},
        {"level", FLAG_CODE,   FLAG_OPTIONAL, TEXT_F_SUBSCRIBE_LEVEL, OF_SUBSCRIPTION("level_max")},
        {"kinds", FLAG_CODE,   FLAG_OPTIONAL, TEXT_F_SUBSCRIBE_KINDS, OF_SUBSCRIPTION("kinds")},
        {"until", FLAG_DAY,    FLAG_OPTIONAL, TEXT_F_UNTIL_YEAR,      OF_SUBSCRIPTION("until_day")},
};
static const struct flag LIST[] = {
        {"PARTNER", FLAG_PARTNER, FLAG_OPTIONAL, TEXT_F_SUBSCRIBE_OF, &WIRE_LIST_SUBSCRIPTIONS, "partner"},
};
static const struct flag SHARE[] = {
        {"CASE",    FLAG_NUMBER, FLAG_REQUIRED, TEXT_F_SHARE_CASE,    &WIRE_SHARE_SIGNAL, "case_number"},
        {"consent", FLAG_NUMBER, FLAG_REQUIRED, TEXT_F_SHARE_CONSENT, &WIRE_SHARE_SIGNAL, "consent_number"},
        {"same-person", FLAG_TEXT, FLAG_OPTIONAL, TEXT_F_SAME_PERSON, &WIRE_SHARE_SIGNAL, "same_person"},
};
/* clang-format on */

static int run_subscribe(struct cli *cli)
{
    struct set_subscription set = {.end = false};
    const struct form form = {&WIRE_SET_SUBSCRIPTION, &set};
    struct request request = {.subscription = &set};
    struct reply reply;
    if (!cli_fill(cli, &form, 1))
        return EXIT_USAGE;
    int status = cli_send(cli, &request, &reply);
    if (status == EXIT_OK && !cli->json)
        cli_say(cli, TEXT_DONE_SUBSCRIBE, NULL, NULL);
    return status;
}

static int run_end(struct cli *cli)
{
    const struct set_subscription set = {.end = true};
    struct request request = {.subscription = &set};
    struct reply reply;
    int status = cli_send(cli, &request, &reply);
    if (status == EXIT_OK && !cli->json)
        cli_say(cli, TEXT_DONE_SUBSCRIBE_END, NULL, NULL);
    return status;
}

static int run_list(struct cli *cli)
{
    struct list_subscriptions list = {.partner = ""};
    const struct form form = {&WIRE_LIST_SUBSCRIPTIONS, &list};
    struct request request = {.subscriptions = &list};
    struct reply reply;
    int status;
    if (!cli_list(cli, &form, &request, &reply, &status))
        return status;
    size_t n = reply.supply != NULL ? reply.supply->n_lines : 0;
    if (n == 0)
        cli_say(cli, TEXT_NONE_SUBSCRIPTIONS, NULL, NULL);
    for (size_t i = 0; i < n; i++) {
        const struct supply_line *line = &reply.supply->lines[i];
        const struct subscription *says = line->subscription;
        if (says == NULL)
            continue;
        cli_heading(cli, line->partner);
        cli_line(cli, TEXT_L_AREA, cli_joined(cli, says->areas, says->n_areas));
        cli_line(cli, TEXT_L_NEEDS,
                cli_labels(cli, VOCAB_NEED_CATEGORY, says->needs, says->n_needs));
        cli_line(cli, TEXT_L_LEVEL,
                cli_words_of(cli, "name_", level_name(says->level_max)));
        cli_line(cli, TEXT_L_KINDS,
                cli_labels(cli, VOCAB_SIGNAL_KIND, says->kinds, says->n_kinds));
        cli_line(cli, TEXT_L_UNTIL, cli_date(cli, line->until_ms));
    }
    return EXIT_OK;
}

void cli_show_shares(struct cli *cli, const struct made *made)
{
    for (size_t i = 0; i < made->n_shares; i++) {
        const struct share *share = &made->shares[i];
        if (share->code[0] == '\0')
            cli_say(cli, TEXT_SHARED_WITH, share->partner,
                    cli_number(cli, share->case_number));
        else
            cli_say(cli, TEXT_NOT_SHARED_WITH, share->partner,
                    cli_format(cli, TEXT_CODE_AND_WORDS, share->code,
                            code_sentence(code_find(share->code), cli->lang)));
    }
}

static int run_share(struct cli *cli)
{
    struct share_signal share = {0};
    const struct form form = {&WIRE_SHARE_SIGNAL, &share};
    struct request request = {.share = &share};
    struct reply reply;
    if (!cli_fill(cli, &form, 1))
        return EXIT_USAGE;
    int status = cli_send(cli, &request, &reply);
    if (status != EXIT_OK || cli->json || reply.made == NULL)
        return status;
    if (reply.made->n_shares == 0)
        cli_say(cli, TEXT_NOBODY_SUBSCRIBED, NULL, NULL);
    cli_show_shares(cli, reply.made);
    return EXIT_OK;
}

/* clang-format off */
static const struct command COMMANDS[] = {
        {"subscribe",         TEXT_C_SUBSCRIBE,      COMMAND_NODE, SUBSCRIBE, COUNT_OF(SUBSCRIBE), run_subscribe},
        {"subscription list", TEXT_C_SUBSCRIBE_LIST, COMMAND_NODE, LIST,      COUNT_OF(LIST),      run_list},
        {"subscription end",  TEXT_C_SUBSCRIBE_END,  COMMAND_NODE, NULL,      0,                   run_end},
        {"share",             TEXT_C_SHARE,          COMMAND_NODE, SHARE,     COUNT_OF(SHARE),     run_share},
};
/* clang-format on */
const struct family SUBSCRIBE_FAMILY = {COMMANDS, COUNT_OF(COMMANDS)};

/* cmd_partnership.c - partnerships: propose, agree, end. */
#include "nodes/cli/cli.h"

/* clang-format off */
static const struct flag PROPOSE[] = {
        {"PARTNER",      FLAG_PARTNER, FLAG_REQUIRED, TEXT_F_PARTNER,
         &WIRE_PARTNERSHIP_CHANGE,                                                                   "partner"     },
        {"purposes",     FLAG_CODE,    FLAG_REQUIRED, TEXT_F_PURPOSES,
         &WIRE_PARTNERSHIP_CHANGE,                                                                   "purposes"    },
        {"data",         FLAG_CODE,    FLAG_REQUIRED, TEXT_F_DATA,         &WIRE_PARTNERSHIP_CHANGE,
         "data_categories"                                                                                         },
        {"until",        FLAG_DAY,     FLAG_ASKED,    TEXT_F_UNTIL_YEAR,   &WIRE_PARTNERSHIP_CHANGE,
         "until_day"                                                                                               },
        {"secrecy",      FLAG_TEXT,    FLAG_OPTIONAL, TEXT_F_SECRECY,      NULL,                     NULL          },
        {"own-reason",   FLAG_TEXT,    FLAG_ASKED,    TEXT_F_OWN_REASON,
         &WIRE_PARTNERSHIP_CHANGE,                                                                   "own_reason"  },
        {"their-reason", FLAG_TEXT,    FLAG_ASKED,    TEXT_F_THEIR_REASON,
         &WIRE_PARTNERSHIP_CHANGE,                                                                   "their_reason"},
};
static const struct flag PARTNER_ONLY[] = {
        {"PARTNER", FLAG_PARTNER, FLAG_REQUIRED, TEXT_F_PARTNER,
         &WIRE_PARTNERSHIP_CHANGE, "partner"},
};
/* clang-format on */

/* "own", "theirs", "own,theirs" */
static bool read_secrecy(const char *words, struct partnership_change *change)
{
    while (words != NULL && *words != '\0') {
        size_t len = strcspn(words, ",");
        if (len == strlen("own") && strncmp(words, "own", len) == 0)
            change->own_secrecy_bound = true;
        else if (len == strlen("theirs") && strncmp(words, "theirs", len) == 0)
            change->their_secrecy_bound = true;
        else
            return false;
        words += len + (words[len] == ',' ? 1 : 0);
    }
    return true;
}

static int change_with(struct cli *cli, enum partnership_verb verb, enum text_id done)
{
    struct partnership_change change = {.verb = verb};
    const struct form form = {&WIRE_PARTNERSHIP_CHANGE, &change};
    struct request request = {.partnership = &change};
    struct reply reply;
    if (!cli_fill(cli, &form, 1))
        return EXIT_USAGE;
    if (!read_secrecy(cli_text(cli, "secrecy"), &change))
        return cli_usage_error(cli, "--secrecy", TEXT_BAD_CHOICE,
                cli_text(cli, "secrecy"), "own, theirs");
    /* Who is said to be bound by secrecy is so on a ground that is named. */
    if ((change.own_secrecy_bound && !cli_require(cli, &form, 1, "own-reason")) ||
            (change.their_secrecy_bound && !cli_require(cli, &form, 1, "their-reason")))
        return EXIT_USAGE;
    int status = cli_send(cli, &request, &reply);
    if (status == EXIT_OK && !cli->json)
        cli_say(cli, done, change.partner, NULL);
    return status;
}

static int run_propose(struct cli *cli)
{
    return change_with(cli, PARTNERSHIP_VERB_PROPOSE, TEXT_DONE_PROPOSED);
}

static int run_agree(struct cli *cli)
{
    return change_with(cli, PARTNERSHIP_VERB_AGREE, TEXT_DONE_AGREED);
}

static int run_end(struct cli *cli)
{
    return change_with(cli, PARTNERSHIP_VERB_END, TEXT_DONE_ENDED);
}

/* clang-format off */
static const struct command COMMANDS[] = {
        {"partnership propose", TEXT_C_PARTNERSHIP_PROPOSE, COMMAND_NODE, PROPOSE,
         COUNT_OF(PROPOSE),      run_propose},
        {"partnership agree",   TEXT_C_PARTNERSHIP_AGREE,   COMMAND_NODE, PARTNER_ONLY,
         COUNT_OF(PARTNER_ONLY), run_agree  },
        {"partnership end",     TEXT_C_PARTNERSHIP_END,     COMMAND_NODE, PARTNER_ONLY,
         COUNT_OF(PARTNER_ONLY), run_end    },
};
/* clang-format on */
const struct family PARTNERSHIP_FAMILY = {COMMANDS, COUNT_OF(COMMANDS)};

/* cmd_signal.c - a needs-signal about one person: with consent, or on vital interest to
 * a reporting point. */
#include "nodes/cli/cli.h"

#define OF_SIGNAL(field) &WIRE_SIGNAL, field
#define OF_RAISE(field)  &WIRE_RAISE_SIGNAL, field

/* A person is asked for eight of them at most. */
/* clang-format off */
static const struct flag SIGNAL[] = {
        {"to", FLAG_PARTNER, FLAG_REQUIRED, TEXT_F_SIGNAL_TO, OF_RAISE("recipient")},
        {"person", FLAG_TEXT, FLAG_ASKED, TEXT_F_SIGNAL_PERSON, OF_SIGNAL("person")},
        {"consent", FLAG_NUMBER, FLAG_ASKED, TEXT_F_SIGNAL_CONSENT, OF_RAISE("consent_number")},
        {"need", FLAG_CODE, FLAG_REQUIRED, TEXT_F_NEEDS, OF_SIGNAL("needs")},
        {"observations", FLAG_CODE, FLAG_REQUIRED, TEXT_F_OBSERVATIONS, OF_SIGNAL("observations")},
        {"urgency", FLAG_CODE, FLAG_ASKED, TEXT_F_URGENCY, OF_RAISE("urgency")},
        {"area", FLAG_PLACE, FLAG_REQUIRED, TEXT_F_SIGNAL_PLACE, OF_SIGNAL("place")},
        {"phone", FLAG_TEXT, FLAG_OPTIONAL, TEXT_F_PHONE, OF_SIGNAL("phone")},
        {"language", FLAG_LANGUAGE, FLAG_OPTIONAL, TEXT_F_LANGUAGE, OF_SIGNAL("language")},
        {"text", FLAG_TEXT, FLAG_ASKED, TEXT_F_TEXT, OF_SIGNAL("text")},
        {"source", FLAG_CODE, FLAG_OPTIONAL, TEXT_F_SOURCE, OF_SIGNAL("information_source")},
        {"confidence", FLAG_PROSE, FLAG_OPTIONAL, TEXT_F_CONFIDENCE, OF_RAISE("confidence")},
        {"same-person", FLAG_TEXT, FLAG_OPTIONAL, TEXT_F_SAME_PERSON, OF_RAISE("same_person")},
        {"channel", FLAG_CODE, FLAG_OPTIONAL, TEXT_F_SIGNAL_CHANNEL, OF_SIGNAL("channel")},
        {"reporter", FLAG_TEXT, FLAG_OPTIONAL, TEXT_F_REPORTER, OF_SIGNAL("reporter")},
};
/* clang-format on */

static bool has_any(const uint16_t *said, size_t n_said, const uint16_t *any, size_t n)
{
    for (size_t i = 0; i < n_said; i++)
        for (size_t k = 0; k < n; k++)
            if (said[i] == any[k])
                return true;
    return false;
}

/* May somebody be in danger now, however urgent the reporter calls it? */
static bool may_be_danger(const struct signal *signal)
{
    static const uint16_t needs[] = {NEED_CATEGORY_ELDER_ABUSE,
            NEED_CATEGORY_DOMESTIC_VIOLENCE};
    static const uint16_t observations[] = {OBSERVATION_NOT_SEEN_RECENTLY,
            OBSERVATION_SIGNS_OF_VIOLENCE};
    return has_any(signal->needs, signal->n_needs, needs, COUNT_OF(needs)) ||
           has_any(signal->observations, signal->n_observations, observations,
                   COUNT_OF(observations));
}

/* In a crisis people read whom to call before anything leaves. */
static bool confirm(struct cli *cli, const struct raise_signal *raise)
{
    cli_say_crisis(cli, raise->urgency, raise->recipient);
    if (raise->urgency != URGENCY_CRISIS && may_be_danger(raise->signal) && !cli->json)
        cli_say(cli, TEXT_NO_EMERGENCY, NULL, NULL);
    if (raise->urgency == URGENCY_CRISIS)
        return cli_confirm(cli, TEXT_ASK_CRISIS, raise->recipient);
    return !cli->asked || cli_confirm(cli, TEXT_ASK_SEND, raise->recipient);
}

static int run_signal(struct cli *cli)
{
    struct raise_signal raise = {0};
    struct signal signal = {0};
    const struct form forms[] = {
            {&WIRE_RAISE_SIGNAL, &raise },
            {&WIRE_SIGNAL,       &signal}
    };
    struct request request = {.signal = &raise};
    struct reply reply;
    if (!cli_fill(cli, forms, COUNT_OF(forms)))
        return EXIT_USAGE;
    raise.signal = &signal;
    if (raise.urgency == 0)
        raise.urgency = URGENCY_ROUTINE;
    if (!confirm(cli, &raise)) {
        cli_say(cli, TEXT_NOTHING_DONE, NULL, NULL);
        return EXIT_REFUSED;
    }
    int status = cli_send(cli, &request, &reply);
    if (status != EXIT_OK || cli->json || reply.made == NULL)
        return status;
    cli_say(cli, TEXT_DONE_SIGNAL, cli_number(cli, reply.made->case_number),
            raise.recipient);
    cli_show_shares(cli, reply.made);
    return EXIT_OK;
}

/* clang-format off */
static const struct command COMMANDS[] = {
        {"signal", TEXT_C_SIGNAL, COMMAND_NODE, SIGNAL, COUNT_OF(SIGNAL), run_signal},
};
/* clang-format on */
const struct family SIGNAL_FAMILY = {COMMANDS, COUNT_OF(COMMANDS)};

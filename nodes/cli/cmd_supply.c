/* cmd_supply.c - saying what we offer and take, of ourselves and of the antennas that
 * we support: services, capacity, intake, absence, a mandate. */
#include "core/time.h"
#include "nodes/cli/cli.h"

#define OF_SERVICE(field)  &WIRE_SET_SERVICE, field
#define OF_CAPACITY(field) &WIRE_SET_CAPACITY, field
#define OF_INTAKE(field)   &WIRE_SET_INTAKE, field
#define OF_ABSENCE(field)  &WIRE_SET_ABSENCE, field
#define OF_MANDATE(field)  &WIRE_SET_MANDATE, field

/* clang-format off */
static const struct flag SERVICE[] = {
        {"NEED",      FLAG_CODE,     FLAG_REQUIRED, TEXT_F_SERVICE_NEED, OF_SERVICE("need")},
        {"areas",     FLAG_PLACE,    FLAG_ASKED,    TEXT_F_PLACES,       OF_SERVICE("areas")},
        {"languages", FLAG_LANGUAGE, FLAG_ASKED,    TEXT_F_LANGUAGES,    OF_SERVICE("languages")},
        {"hours",     FLAG_TEXT,     FLAG_ASKED,    TEXT_F_HOURS,        OF_SERVICE("hours")},
        {"contact",   FLAG_TEXT,     FLAG_ASKED,    TEXT_F_CONTACT,      OF_SERVICE("contact")},
        {"antenna",   FLAG_PARTNER,  FLAG_OPTIONAL, TEXT_F_ANTENNA,      OF_SERVICE("antenna")},
};
static const struct flag SERVICE_END[] = {
        {"NEED",      FLAG_CODE,     FLAG_REQUIRED, TEXT_F_SERVICE_NEED, OF_SERVICE("need")},
        {"antenna",   FLAG_PARTNER,  FLAG_OPTIONAL, TEXT_F_ANTENNA,      OF_SERVICE("antenna")},
};
static const struct flag CAPACITY[] = {
        {"NEED",      FLAG_CODE,     FLAG_REQUIRED, TEXT_F_SERVICE_NEED, OF_CAPACITY("need")},
        {"STATE",     FLAG_CODE,     FLAG_REQUIRED, TEXT_F_CAPACITY,     OF_CAPACITY("state")},
        {"places",    FLAG_CODE,     FLAG_ASKED,    TEXT_F_BAND,         OF_CAPACITY("band")},
        {"wait",      FLAG_NUMBER,   FLAG_OPTIONAL, TEXT_F_WAIT,         OF_CAPACITY("waitlist_days")},
        {"area",      FLAG_PLACE,    FLAG_OPTIONAL, TEXT_F_ONLY_PLACE,   OF_CAPACITY("area")},
        {"language",  FLAG_LANGUAGE, FLAG_OPTIONAL, TEXT_F_ONLY_LANGUAGE, OF_CAPACITY("language")},
        {"until",     FLAG_DAY,      FLAG_OPTIONAL, TEXT_F_UNTIL_FORTNIGHT, OF_CAPACITY("until_ms")},
        {"antenna",   FLAG_PARTNER,  FLAG_OPTIONAL, TEXT_F_ANTENNA,      OF_CAPACITY("antenna")},
};
static const struct flag CAPACITY_END[] = {
        {"NEED",      FLAG_CODE,     FLAG_REQUIRED, TEXT_F_SERVICE_NEED, OF_CAPACITY("need")},
        {"area",      FLAG_PLACE,    FLAG_OPTIONAL, TEXT_F_ONLY_PLACE,   OF_CAPACITY("area")},
        {"language",  FLAG_LANGUAGE, FLAG_OPTIONAL, TEXT_F_ONLY_LANGUAGE, OF_CAPACITY("language")},
        {"antenna",   FLAG_PARTNER,  FLAG_OPTIONAL, TEXT_F_ANTENNA,      OF_CAPACITY("antenna")},
};
static const struct flag INTAKE[] = {
        {"STATE",     FLAG_CODE,     FLAG_REQUIRED, TEXT_F_INTAKE,       OF_INTAKE("state")},
        {"until",     FLAG_DAY,      FLAG_OPTIONAL, TEXT_F_UNTIL,        OF_INTAKE("paused_until_ms")},
        {"antenna",   FLAG_PARTNER,  FLAG_OPTIONAL, TEXT_F_ANTENNA,      OF_INTAKE("antenna")},
};
static const struct flag ABSENCE[] = {
        {"from",      FLAG_DAY,      FLAG_OPTIONAL, TEXT_F_FROM,         OF_ABSENCE("from_day")},
        {"until",     FLAG_DAY,      FLAG_REQUIRED, TEXT_F_LAST_DAY,     OF_ABSENCE("until_day")},
        {"substitute", FLAG_TEXT, FLAG_OPTIONAL, TEXT_F_SUBSTITUTE, &WIRE_SET_SUBSTITUTE, "substitute"},
};
static const struct flag ABSENCE_END[] = {
        {"FIRST-DAY", FLAG_DAY,      FLAG_OPTIONAL, TEXT_F_FIRST_DAY,    OF_ABSENCE("from_day")},
};
static const struct flag MANDATE[] = {
        {"text",      FLAG_TEXT,     FLAG_REQUIRED, TEXT_F_MANDATE,      OF_MANDATE("text")},
        {"areas",     FLAG_AREA,     FLAG_ASKED,    TEXT_F_MANDATE_AREAS, OF_MANDATE("areas")},
        {"until",     FLAG_DAY,      FLAG_OPTIONAL, TEXT_F_UNTIL_YEAR,   OF_MANDATE("until_day")},
};
/* clang-format on */

/* Send, and say that it is done. */
static int send_and_say(struct cli *cli, struct request *request, enum text_id done,
        const char *a, const char *b)
{
    struct reply reply;
    int status = cli_send(cli, request, &reply);
    if (status == EXIT_OK && !cli->json)
        cli_say(cli, done, a, b);
    return status;
}

/* "Home visits", or "Home visits (antenne-noord)". */
static const char *need_of(struct cli *cli, uint16_t need, const char *antenna)
{
    const char *label = vocab_label(VOCAB_NEED_CATEGORY, need, cli->lang);
    return antenna[0] == '\0' ? label
                              : cli_format(cli, TEXT_OF_ANTENNA, label, antenna);
}

/* --- services --- */

static int service(struct cli *cli, bool end)
{
    struct set_service set = {.antenna = "", .end = end};
    const struct form form = {&WIRE_SET_SERVICE, &set};
    struct request request = {.service = &set};
    if (!cli_fill(cli, &form, 1))
        return EXIT_USAGE;
    return send_and_say(cli, &request,
            end ? TEXT_DONE_SERVICE_ENDED : TEXT_DONE_SERVICE,
            need_of(cli, set.need, set.antenna), NULL);
}

static int run_service_set(struct cli *cli)
{
    return service(cli, false);
}

static int run_service_end(struct cli *cli)
{
    return service(cli, true);
}

/* --- capacity --- */

static int run_capacity_set(struct cli *cli)
{
    struct set_capacity set = {.antenna = ""};
    const struct form form = {&WIRE_SET_CAPACITY, &set};
    struct request request = {.capacity = &set};
    if (!cli_fill(cli, &form, 1))
        return EXIT_USAGE;
    if (set.waitlist_days != 0 && set.state != CAPACITY_STATE_WAITLIST)
        return cli_usage_error(cli, "--wait", TEXT_BAD_ONLY_WITH, "waitlist", NULL);
    if (set.state == CAPACITY_STATE_WAITLIST && !cli_require(cli, &form, 1, "wait"))
        return EXIT_USAGE;
    return send_and_say(cli, &request, TEXT_DONE_CAPACITY,
            need_of(cli, set.need, set.antenna),
            vocab_label(VOCAB_CAPACITY_STATE, set.state, cli->lang));
}

static int run_capacity_end(struct cli *cli)
{
    struct set_capacity set = {.antenna = "", .end = true};
    const struct form form = {&WIRE_SET_CAPACITY, &set};
    struct request request = {.capacity = &set};
    if (!cli_fill(cli, &form, 1))
        return EXIT_USAGE;
    return send_and_say(cli, &request, TEXT_DONE_CAPACITY_ENDED,
            need_of(cli, set.need, set.antenna), NULL);
}

/* --- intake --- */

static int run_intake_set(struct cli *cli)
{
    struct set_intake set = {.antenna = ""};
    const struct form form = {&WIRE_SET_INTAKE, &set};
    struct request request = {.intake = &set};
    if (!cli_fill(cli, &form, 1))
        return EXIT_USAGE;
    if (set.paused_until_ms != 0 && set.state != INTAKE_STATE_PAUSED)
        return cli_usage_error(cli, "--until", TEXT_BAD_ONLY_WITH, "paused", NULL);
    if (set.state == INTAKE_STATE_PAUSED && !cli_require(cli, &form, 1, "until"))
        return EXIT_USAGE;
    const char *state = vocab_label(VOCAB_INTAKE_STATE, set.state, cli->lang);
    return send_and_say(cli, &request, TEXT_DONE_INTAKE,
            set.antenna[0] == '\0'
                    ? state
                    : cli_format(cli, TEXT_OF_ANTENNA, state, set.antenna),
            NULL);
}

/* --- absence --- */

/* One of our own is away, and another takes over: that is nobody else's business. */
static int stand_in(struct cli *cli, const struct set_absence *days,
        struct set_substitute *set)
{
    struct request request = {.substitute = set};
    set->from_day = days->from_day;
    set->until_day = days->until_day;
    return send_and_say(cli, &request, TEXT_DONE_SUBSTITUTE, set->substitute,
            cli_day(cli, days->until_day));
}

static int run_absence_set(struct cli *cli)
{
    struct set_absence set = {.from_day = 0};
    struct set_substitute staff = {.substitute = ""};
    const struct form forms[] = {
            {&WIRE_SET_ABSENCE,    &set  },
            {&WIRE_SET_SUBSTITUTE, &staff},
    };
    struct request request = {.absence = &set};
    if (!cli_fill(cli, forms, COUNT_OF(forms)))
        return EXIT_USAGE;
    if (set.from_day == 0)
        set.from_day = (uint32_t)time_brussels_day(cli->now_ms);
    if (cli_given(cli, "substitute"))
        return stand_in(cli, &set, &staff);
    return send_and_say(cli, &request, TEXT_DONE_ABSENCE, cli_day(cli, set.from_day),
            cli_day(cli, set.until_day));
}

static int run_absence_end(struct cli *cli)
{
    struct set_absence set = {.end = true};
    const struct form form = {&WIRE_SET_ABSENCE, &set};
    struct request request = {.absence = &set};
    if (!cli_fill(cli, &form, 1))
        return EXIT_USAGE;
    if (!cli_given(cli, "FIRST-DAY")) {
        const struct set_substitute back = {.substitute = "", .end = true};
        struct request own = {.substitute = &back};
        return send_and_say(cli, &own, TEXT_DONE_BACK, cli->actor, NULL);
    }
    return send_and_say(cli, &request, TEXT_DONE_ABSENCE_ENDED,
            cli_day(cli, set.from_day), NULL);
}

/* --- mandate --- */

static int run_mandate_set(struct cli *cli)
{
    struct set_mandate set = {.text = ""};
    const struct form form = {&WIRE_SET_MANDATE, &set};
    struct request request = {.mandate = &set};
    if (!cli_fill(cli, &form, 1))
        return EXIT_USAGE;
    return send_and_say(cli, &request, TEXT_DONE_MANDATE, NULL, NULL);
}

static int run_mandate_end(struct cli *cli)
{
    const struct set_mandate set = {.text = "", .end = true};
    struct request request = {.mandate = &set};
    if (!cli_fill(cli, NULL, 0))
        return EXIT_USAGE;
    return send_and_say(cli, &request, TEXT_DONE_MANDATE_ENDED, NULL, NULL);
}

/* clang-format off */
static const struct command COMMANDS[] = {
        {"service set",  TEXT_C_SERVICE_SET,  COMMAND_NODE, SERVICE,      COUNT_OF(SERVICE),      run_service_set},
        {"service end",  TEXT_C_SERVICE_END,  COMMAND_NODE, SERVICE_END,  COUNT_OF(SERVICE_END),  run_service_end},
        {"capacity set", TEXT_C_CAPACITY_SET, COMMAND_NODE, CAPACITY,     COUNT_OF(CAPACITY),     run_capacity_set},
        {"capacity end", TEXT_C_CAPACITY_END, COMMAND_NODE, CAPACITY_END, COUNT_OF(CAPACITY_END), run_capacity_end},
        {"intake set",   TEXT_C_INTAKE_SET,   COMMAND_NODE, INTAKE,       COUNT_OF(INTAKE),       run_intake_set},
        {"absence set",  TEXT_C_ABSENCE_SET,  COMMAND_NODE, ABSENCE,      COUNT_OF(ABSENCE),      run_absence_set},
        {"absence end",  TEXT_C_ABSENCE_END,  COMMAND_NODE, ABSENCE_END,  COUNT_OF(ABSENCE_END),  run_absence_end},
        {"mandate set",  TEXT_C_MANDATE_SET,  COMMAND_NODE, MANDATE,      COUNT_OF(MANDATE),      run_mandate_set},
        {"mandate end",  TEXT_C_MANDATE_END,  COMMAND_NODE, NULL,         0,                      run_mandate_end},
};
/* clang-format on */
const struct family SUPPLY_FAMILY = {COMMANDS, COUNT_OF(COMMANDS)};

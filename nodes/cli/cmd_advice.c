/* cmd_advice.c - campaigns, barriers and advice: telling everybody, and the register of
 * advice with its answers. */
#include <string.h>

#include "core/hash.h"
#include "nodes/cli/cli_evidence.h"

#define OF_CAMPAIGN(field) &WIRE_CAMPAIGN, field
#define OF_BARRIER(field)  &WIRE_BARRIER, field
#define OF_ADVICE(field)   &WIRE_ADVICE, field
#define OF_ANSWER(field)   &WIRE_ANSWER_ADVICE, field
#define NUMBER_OF(map)                                                                 \
    {                                                                                  \
        "NUMBER", FLAG_NUMBER, FLAG_REQUIRED, TEXT_F_SAID_NUMBER, map, "number"        \
    }

/* clang-format off */
static const struct flag CAMPAIGN[] = {
        {"title",     FLAG_TEXT,     FLAG_REQUIRED, TEXT_F_CAMPAIGN_TITLE, OF_CAMPAIGN("title")},
        {"text",      FLAG_TEXT,     FLAG_REQUIRED, TEXT_F_CAMPAIGN_TEXT,  OF_CAMPAIGN("text")},
        {"audiences", FLAG_CODE,     FLAG_REQUIRED, TEXT_F_AUDIENCES,      OF_CAMPAIGN("audiences")},
        {"areas",     FLAG_PLACE,    FLAG_ASKED,    TEXT_F_PLACES,         OF_CAMPAIGN("areas")},
        {"languages", FLAG_LANGUAGE, FLAG_ASKED,    TEXT_F_CAMPAIGN_LANGUAGES, OF_CAMPAIGN("languages")},
        {"contact",   FLAG_TEXT,     FLAG_ASKED,    TEXT_F_CAMPAIGN_CONTACT, OF_CAMPAIGN("contact")},
        {"from",      FLAG_DAY,      FLAG_OPTIONAL, TEXT_F_FROM,           OF_CAMPAIGN("from_day")},
        {"until",     FLAG_DAY,      FLAG_OPTIONAL, TEXT_F_SAID_UNTIL,     &WIRE_SET_CAMPAIGN, "until_day"},
        EVIDENCE_FLAGS,
        {"sure",      FLAG_SWITCH,   FLAG_OPTIONAL, TEXT_F_SURE,           &WIRE_SET_CAMPAIGN, "sure"},
};
static const struct flag BARRIER[] = {
        {"BARRIER",   FLAG_CODE,     FLAG_REQUIRED, TEXT_F_BARRIER,        OF_BARRIER("barrier")},
        {"need",      FLAG_CODE,     FLAG_REQUIRED, TEXT_F_BARRIER_NEED,   OF_BARRIER("need")},
        {"frequency", FLAG_CODE,     FLAG_ASKED,    TEXT_F_FREQUENCY,      OF_BARRIER("frequency")},
        {"audiences", FLAG_CODE,     FLAG_ASKED,    TEXT_F_BARRIER_WHOM,   OF_BARRIER("audiences")},
        {"areas",     FLAG_PLACE,    FLAG_ASKED,    TEXT_F_BARRIER_PLACES, OF_BARRIER("areas")},
        {"languages", FLAG_LANGUAGE, FLAG_OPTIONAL, TEXT_F_BARRIER_LANGUAGES, OF_BARRIER("languages")},
        {"text",      FLAG_TEXT,     FLAG_ASKED,    TEXT_F_BARRIER_TEXT,   OF_BARRIER("text")},
        {"until",     FLAG_DAY,      FLAG_OPTIONAL, TEXT_F_SAID_UNTIL,     &WIRE_SET_BARRIER, "until_day"},
        EVIDENCE_FLAGS,
        {"sure",      FLAG_SWITCH,   FLAG_OPTIONAL, TEXT_F_SURE,           &WIRE_SET_BARRIER, "sure"},
};
static const struct flag ADVICE[] = {
        {"title",     FLAG_TEXT,     FLAG_REQUIRED, TEXT_F_ADVICE_TITLE,   OF_ADVICE("title")},
        {"text",      FLAG_TEXT,     FLAG_REQUIRED, TEXT_F_ADVICE_TEXT,    OF_ADVICE("text")},
        {"to",        FLAG_PARTNER,  FLAG_ASKED,    TEXT_F_ADVICE_TO,      OF_ADVICE("partners")},
        {"types",     FLAG_CODE,     FLAG_ASKED,    TEXT_F_ADVICE_TYPES,   OF_ADVICE("partner_types")},
        {"areas",     FLAG_PLACE,    FLAG_ASKED,    TEXT_F_BARRIER_PLACES, OF_ADVICE("areas")},
        {"audiences", FLAG_CODE,     FLAG_OPTIONAL, TEXT_F_ADVICE_WHOM,    OF_ADVICE("audiences")},
        {"languages", FLAG_LANGUAGE, FLAG_OPTIONAL, TEXT_F_ADVICE_LANGUAGES, OF_ADVICE("languages")},
        {"barriers",  FLAG_TEXT,     FLAG_OPTIONAL, TEXT_F_ADVICE_BARRIERS, OF_ADVICE("barriers")},
        {"answer-by", FLAG_DAY,      FLAG_ASKED,    TEXT_F_ANSWER_BY,      OF_ADVICE("answer_by_day")},
        {"until",     FLAG_DAY,      FLAG_OPTIONAL, TEXT_F_SAID_UNTIL,     &WIRE_SET_ADVICE, "until_day"},
        EVIDENCE_FLAGS,
        {"sure",      FLAG_SWITCH,   FLAG_OPTIONAL, TEXT_F_SURE,           &WIRE_SET_ADVICE, "sure"},
};
static const struct flag ANSWER[] = {
        {"ADVICE",    FLAG_TEXT,     FLAG_REQUIRED, TEXT_F_ADVICE,         OF_ANSWER("advice")},
        {"ANSWER",    FLAG_CODE,     FLAG_REQUIRED, TEXT_F_ADVICE_ANSWER,  OF_ANSWER("answer")},
        {"text",      FLAG_TEXT,     FLAG_ASKED,    TEXT_F_ANSWER_TEXT,    OF_ANSWER("text")},
        {"sure",      FLAG_SWITCH,   FLAG_OPTIONAL, TEXT_F_SURE,           OF_ANSWER("sure")},
};
static const struct flag END_CAMPAIGN[] = {NUMBER_OF(&WIRE_SET_CAMPAIGN)};
static const struct flag END_BARRIER[] = {NUMBER_OF(&WIRE_SET_BARRIER)};
static const struct flag END_ADVICE[] = {NUMBER_OF(&WIRE_SET_ADVICE)};
/* clang-format on */

/* Send, and say which number it has. */
static int publish(struct cli *cli, struct request *request, enum text_id done)
{
    struct reply reply;
    int status = cli_send(cli, request, &reply);
    if (status == EXIT_OK && !cli->json && reply.made != NULL)
        cli_say(cli, done, cli_number(cli, reply.made->count), NULL);
    return status;
}

static int run_campaign(struct cli *cli)
{
    struct set_campaign set = {.number = 0};
    struct campaign says = {.title = ""};
    struct report_snapshot evidence = {.report = 0};
    const struct form forms[] = {
            {&WIRE_SET_CAMPAIGN,    &set     },
            {&WIRE_CAMPAIGN,        &says    },
            {&WIRE_REPORT_SNAPSHOT, &evidence}
    };
    struct request request = {.campaign = &set};
    if (!cli_fill(cli, forms, COUNT_OF(forms)))
        return EXIT_USAGE;
    set.says = &says;
    int status = cli_evidence(cli, &evidence, &says.evidence);
    return status != EXIT_OK ? status : publish(cli, &request, TEXT_DONE_CAMPAIGN);
}

static int run_barrier(struct cli *cli)
{
    struct set_barrier set = {.number = 0};
    struct barrier says = {.text = ""};
    struct report_snapshot evidence = {.report = 0};
    const struct form forms[] = {
            {&WIRE_SET_BARRIER,     &set     },
            {&WIRE_BARRIER,         &says    },
            {&WIRE_REPORT_SNAPSHOT, &evidence}
    };
    struct request request = {.barrier = &set};
    if (!cli_fill(cli, forms, COUNT_OF(forms)))
        return EXIT_USAGE;
    set.says = &says;
    int status = cli_evidence(cli, &evidence, &says.evidence);
    return status != EXIT_OK ? status : publish(cli, &request, TEXT_DONE_BARRIER);
}

static int run_advice(struct cli *cli)
{
    struct set_advice set = {.number = 0};
    struct advice says = {.title = ""};
    struct report_snapshot evidence = {.report = 0};
    const struct form forms[] = {
            {&WIRE_SET_ADVICE,      &set     },
            {&WIRE_ADVICE,          &says    },
            {&WIRE_REPORT_SNAPSHOT, &evidence}
    };
    struct request request = {.advice = &set};
    if (!cli_fill(cli, forms, COUNT_OF(forms)))
        return EXIT_USAGE;
    /* Its node gives it one. */
    memset(says.advice_id.b, 0xFF, sizeof says.advice_id.b);
    set.says = &says;
    int status = cli_evidence(cli, &evidence, &says.evidence);
    return status != EXIT_OK ? status : publish(cli, &request, TEXT_DONE_ADVICE);
}

static int run_answer(struct cli *cli)
{
    struct answer_advice answer = {.text = ""};
    const struct form form = {&WIRE_ANSWER_ADVICE, &answer};
    struct request request = {.advice_answer = &answer};
    struct reply reply;
    if (!cli_fill(cli, &form, 1))
        return EXIT_USAGE;
    int status = cli_send(cli, &request, &reply);
    if (status == EXIT_OK && !cli->json)
        cli_say(cli, TEXT_DONE_ADVICE_ANSWER, answer.advice,
                vocab_label(VOCAB_ADVICE_ANSWER, answer.answer, cli->lang));
    return status;
}

/* --- ending --- */

static int run_campaign_end(struct cli *cli)
{
    struct set_campaign set = {.number = 0};
    const struct form form = {&WIRE_SET_CAMPAIGN, &set};
    struct request request = {.campaign = &set};
    return cli_fill(cli, &form, 1) ? publish(cli, &request, TEXT_DONE_SAID_ENDED)
                                   : EXIT_USAGE;
}

static int run_barrier_end(struct cli *cli)
{
    struct set_barrier set = {.number = 0};
    const struct form form = {&WIRE_SET_BARRIER, &set};
    struct request request = {.barrier = &set};
    return cli_fill(cli, &form, 1) ? publish(cli, &request, TEXT_DONE_SAID_ENDED)
                                   : EXIT_USAGE;
}

static int run_advice_end(struct cli *cli)
{
    struct set_advice set = {.number = 0};
    const struct form form = {&WIRE_SET_ADVICE, &set};
    struct request request = {.advice = &set};
    return cli_fill(cli, &form, 1) ? publish(cli, &request, TEXT_DONE_SAID_ENDED)
                                   : EXIT_USAGE;
}

/* clang-format off */
static const struct command COMMANDS[] = {
        {"campaign set",  TEXT_C_CAMPAIGN_SET,  COMMAND_NODE, CAMPAIGN,     COUNT_OF(CAMPAIGN),     run_campaign},
        {"campaign end",  TEXT_C_CAMPAIGN_END,  COMMAND_NODE, END_CAMPAIGN, COUNT_OF(END_CAMPAIGN), run_campaign_end},
        {"barrier set",   TEXT_C_BARRIER_SET,   COMMAND_NODE, BARRIER,      COUNT_OF(BARRIER),      run_barrier},
        {"barrier end",   TEXT_C_BARRIER_END,   COMMAND_NODE, END_BARRIER,  COUNT_OF(END_BARRIER),  run_barrier_end},
        {"advice post",   TEXT_C_ADVICE_POST,   COMMAND_NODE, ADVICE,       COUNT_OF(ADVICE),       run_advice},
        {"advice answer", TEXT_C_ADVICE_ANSWER, COMMAND_NODE, ANSWER,       COUNT_OF(ANSWER),       run_answer},
        {"advice end",    TEXT_C_ADVICE_END,    COMMAND_NODE, END_ADVICE,   COUNT_OF(END_ADVICE),   run_advice_end},
};
/* clang-format on */
const struct family ADVICE_FAMILY = {COMMANDS, COUNT_OF(COMMANDS)};

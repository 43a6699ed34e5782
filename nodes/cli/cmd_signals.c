/* cmd_signals.c - the life of a signal that came to us: looked at, attempts to reach
 * the person, joined with another, made a referral of, ended. */
#include "nodes/cli/cli.h"

#define OF_TRIAGE(field)   &WIRE_TRIAGE_SIGNAL, field
#define OF_ATTEMPT(field)  &WIRE_TRY_TO_REACH, field
#define OF_CONVERT(field)  &WIRE_CONVERT_SIGNAL, field
#define OF_REFER(field)    &WIRE_REFER, field
#define OF_REFERRAL(field) &WIRE_REFERRAL, field
#define OF_PERSON(field)   &WIRE_PERSON, field
#define OF_END(field)      &WIRE_END_SIGNAL, field

/* clang-format off */
static const struct flag TRIAGE[] = {
        {"SIGNAL", FLAG_NUMBER, FLAG_REQUIRED, TEXT_F_SIGNAL_CASE, OF_TRIAGE("case_number")},
        {"urgency", FLAG_CODE, FLAG_OPTIONAL, TEXT_F_TRIAGE_URGENCY, OF_TRIAGE("urgency")},
        {"confidence", FLAG_PROSE, FLAG_OPTIONAL, TEXT_F_TRIAGE_WHY, OF_TRIAGE("confidence")},
};
static const struct flag ATTEMPT[] = {
        {"SIGNAL", FLAG_NUMBER, FLAG_REQUIRED, TEXT_F_SIGNAL_CASE, OF_ATTEMPT("case_number")},
        {"kind", FLAG_CODE, FLAG_OPTIONAL, TEXT_F_ATTEMPT_KIND, OF_ATTEMPT("kind")},
        {"on", FLAG_DAY, FLAG_OPTIONAL, TEXT_F_ATTEMPT_ON, OF_ATTEMPT("planned_ms")},
        {"result", FLAG_CODE, FLAG_OPTIONAL, TEXT_F_ATTEMPT_RESULT, OF_ATTEMPT("result")},
        {"asked-for", FLAG_SWITCH, FLAG_OPTIONAL, TEXT_F_ATTEMPT_ASKED, OF_ATTEMPT("asked_for")},
        {"safety-basis", FLAG_CODE, FLAG_OPTIONAL, TEXT_F_ATTEMPT_SAFETY, OF_ATTEMPT("safety_basis")},
        {"why", FLAG_TEXT, FLAG_OPTIONAL, TEXT_F_ATTEMPT_WHY, OF_ATTEMPT("why")},
};
static const struct flag LINK[] = {
        {"SIGNAL", FLAG_NUMBER, FLAG_REQUIRED, TEXT_F_SIGNAL_CASE, &WIRE_LINK_SIGNAL, "case_number"},
        {"with", FLAG_NUMBER, FLAG_REQUIRED, TEXT_F_LINK_WITH, &WIRE_LINK_SIGNAL, "with"},
};
static const struct flag CONVERT[] = {
        {"SIGNAL", FLAG_NUMBER, FLAG_REQUIRED, TEXT_F_SIGNAL_CASE, OF_CONVERT("case_number")},
        {"consent", FLAG_NUMBER, FLAG_REQUIRED, TEXT_F_CONVERT_CONSENT, OF_REFER("consent_number")},
        {"to", FLAG_PARTNER, FLAG_REQUIRED, TEXT_F_CANDIDATES, OF_REFER("candidates")},
        {"mode", FLAG_CODE, FLAG_OPTIONAL, TEXT_F_MODE, OF_REFER("mode")},
        {"purpose", FLAG_CODE, FLAG_OPTIONAL, TEXT_F_PURPOSE, OF_REFER("purpose")},
        {"urgency", FLAG_CODE, FLAG_OPTIONAL, TEXT_F_URGENCY, OF_REFER("urgency")},
        {"name", FLAG_TEXT, FLAG_OPTIONAL, TEXT_F_CONVERT_NAME, OF_PERSON("name")},
        {"address", FLAG_TEXT, FLAG_OPTIONAL, TEXT_F_PERSON_ADDRESS, OF_PERSON("address")},
        {"phone", FLAG_TEXT, FLAG_OPTIONAL, TEXT_F_PHONE, OF_PERSON("phone")},
        {"language", FLAG_LANGUAGE, FLAG_OPTIONAL, TEXT_F_LANGUAGE, OF_PERSON("language")},
        {"interpreter", FLAG_SWITCH, FLAG_OPTIONAL, TEXT_F_INTERPRETER, OF_PERSON("interpreter_needed")},
        {"does-self", FLAG_TEXT, FLAG_OPTIONAL, TEXT_F_DOES_SELF, OF_REFERRAL("person_does_self")},
        {"strengths", FLAG_TEXT, FLAG_OPTIONAL, TEXT_F_STRENGTHS, OF_REFERRAL("strengths")},
        {"goal", FLAG_TEXT, FLAG_OPTIONAL, TEXT_F_GOAL, OF_REFERRAL("own_goal")},
        {"help-wanted", FLAG_TEXT, FLAG_ASKED, TEXT_F_HELP_WANTED, OF_REFERRAL("help_wanted")},
        {"need", FLAG_CODE, FLAG_OPTIONAL, TEXT_F_NEEDS, OF_REFERRAL("needs")},
        {"reason", FLAG_TEXT, FLAG_OPTIONAL, TEXT_F_REFERRAL_REASON, OF_REFERRAL("reason")},
        {"handover", FLAG_CODE, FLAG_OPTIONAL, TEXT_F_HANDOVER, OF_REFERRAL("handover_mode")},
        {"confidence", FLAG_PROSE, FLAG_OPTIONAL, TEXT_F_CONFIDENCE, OF_REFER("confidence")},
        {"same-person", FLAG_TEXT, FLAG_OPTIONAL, TEXT_F_SAME_PERSON, OF_REFER("same_person")},
};
static const struct flag CRISIS[] = {
        {"SIGNAL", FLAG_NUMBER, FLAG_REQUIRED, TEXT_F_SIGNAL_CASE, OF_END("case_number")},
        {"called", FLAG_CODE, FLAG_REQUIRED, TEXT_F_SIGNAL_CALLED, OF_END("call")},
};
static const struct flag NO_ACTION[] = {
        {"SIGNAL", FLAG_NUMBER, FLAG_REQUIRED, TEXT_F_SIGNAL_CASE, OF_END("case_number")},
        {"reason", FLAG_CODE, FLAG_REQUIRED, TEXT_F_SIGNAL_REASON, OF_END("reason")},
};
static const struct flag ONLY_CASE[] = {
        {"SIGNAL", FLAG_NUMBER, FLAG_REQUIRED, TEXT_F_SIGNAL_CASE, OF_END("case_number")},
};
/* clang-format on */
_Static_assert(COUNT_OF(CONVERT) <= CLI_FLAGS_MAX, "room for the values");

/* --- looked at, attempts, joined --- */

static int run_triage(struct cli *cli)
{
    struct triage_signal triage = {0};
    const struct form form = {&WIRE_TRIAGE_SIGNAL, &triage};
    struct request request = {.triage = &triage};
    struct reply reply;
    if (!cli_fill(cli, &form, 1))
        return EXIT_USAGE;
    int status = cli_send(cli, &request, &reply);
    if (status == EXIT_OK && !cli->json)
        cli_say(cli, TEXT_DONE_TRIAGE, cli_number(cli, triage.case_number), NULL);
    return status;
}

static int run_attempt(struct cli *cli)
{
    struct try_to_reach attempt = {0};
    const struct form form = {&WIRE_TRY_TO_REACH, &attempt};
    struct request request = {.attempt = &attempt};
    struct reply reply;
    if (!cli_fill(cli, &form, 1))
        return EXIT_USAGE;
    int status = cli_send(cli, &request, &reply);
    if (status != EXIT_OK || cli->json)
        return status;
    cli_say(cli,
            attempt.result == 0                      ? TEXT_DONE_ATTEMPT_PLANNED
            : attempt.result == VISIT_RESULT_REFUSED ? TEXT_DONE_ATTEMPT_REFUSED
                                                     : TEXT_DONE_ATTEMPT,
            cli_number(cli, attempt.case_number), NULL);
    return status;
}

static int run_link(struct cli *cli)
{
    struct link_signal wish = {0};
    const struct form form = {&WIRE_LINK_SIGNAL, &wish};
    struct request request = {.link = &wish};
    struct reply reply;
    if (!cli_fill(cli, &form, 1))
        return EXIT_USAGE;
    int status = cli_send(cli, &request, &reply);
    if (status == EXIT_OK && !cli->json)
        cli_say(cli, TEXT_DONE_LINK, cli_number(cli, wish.case_number),
                cli_number(cli, wish.with));
    return status;
}

/* --- a referral of it --- */

static int run_convert(struct cli *cli)
{
    struct convert_signal wish = {0};
    struct refer refer = {0};
    struct referral referral = {0};
    struct person person = {0};
    const struct form forms[] = {
            {&WIRE_CONVERT_SIGNAL, &wish    },
            {&WIRE_REFER,          &refer   },
            {&WIRE_REFERRAL,       &referral},
            {&WIRE_PERSON,         &person  },
    };
    struct request request = {.convert = &wish};
    struct reply reply;
    if (!cli_fill(cli, forms, COUNT_OF(forms)))
        return EXIT_USAGE;
    if (refer.mode == MODE_NONE)
        refer.mode = refer.n_candidates > 1 ? MODE_SEQUENTIAL : MODE_DIRECT;
    referral.person = &person;
    refer.referral = &referral;
    wish.refer = &refer;
    const char *to = cli_joined(cli, refer.candidates, refer.n_candidates);
    if (cli->asked && !cli_confirm(cli, TEXT_ASK_SEND, to)) {
        cli_say(cli, TEXT_NOTHING_DONE, NULL, NULL);
        return EXIT_REFUSED;
    }
    cli_say_crisis(cli, refer.urgency, to);
    int status = cli_send(cli, &request, &reply);
    if (status != EXIT_OK || cli->json || reply.made == NULL)
        return status;
    cli_say(cli, TEXT_DONE_CONVERT, cli_number(cli, wish.case_number),
            cli_number(cli, reply.made->case_number));
    if (reply.made->n_shared > 0)
        cli_say(cli, TEXT_DONE_SHARED,
                cli_labels(cli, VOCAB_DATA_CATEGORY, reply.made->shared,
                        reply.made->n_shared),
                NULL);
    return status;
}

/* --- the end --- */

static int send_end(struct cli *cli, const struct end_signal *end)
{
    struct request request = {.signal_end = end};
    struct reply reply;
    int status = cli_send(cli, &request, &reply);
    if (status == EXIT_OK && !cli->json && reply.made != NULL) {
        uint16_t state = vocab_find(VOCAB_SIGNAL_STATE, reply.made->state);
        cli_say(cli, TEXT_DONE_SIGNAL_END, cli_number(cli, end->case_number),
                vocab_label(VOCAB_SIGNAL_STATE, state, cli->lang));
    }
    return status;
}

static int run_end(struct cli *cli, enum signal_end how)
{
    struct end_signal end = {.end = how};
    const struct form form = {&WIRE_END_SIGNAL, &end};
    if (!cli_fill(cli, &form, 1))
        return EXIT_USAGE;
    if (how == SIGNAL_END_CRISIS && !cli->json) {
        cli_say(cli, TEXT_NO_EMERGENCY, NULL, NULL);
        cli_say(cli, TEXT_SIGNAL_CALL_FIRST, NULL, NULL);
    }
    if (how == SIGNAL_END_DECLINED && !cli_confirm(cli, TEXT_ASK_DECLINED, NULL)) {
        cli_say(cli, TEXT_NOTHING_DONE, NULL, NULL);
        return EXIT_REFUSED;
    }
    int status = send_end(cli, &end);
    if (status == EXIT_OK && how == SIGNAL_END_DECLINED && !cli->json)
        cli_say(cli, TEXT_DONE_SIGNAL_QUIET, NULL, NULL);
    return status;
}

static int run_crisis(struct cli *cli)
{
    return run_end(cli, SIGNAL_END_CRISIS);
}

static int run_declined(struct cli *cli)
{
    return run_end(cli, SIGNAL_END_DECLINED);
}

static int run_no_action(struct cli *cli)
{
    return run_end(cli, SIGNAL_END_NO_ACTION);
}

static int run_close(struct cli *cli)
{
    return run_end(cli, SIGNAL_END_CLOSE);
}

/* What begins with `signal` stands before the command of that name. */
/* clang-format off */
static const struct command COMMANDS[] = {
        {"triage",           TEXT_C_TRIAGE,           COMMAND_NODE, TRIAGE,    COUNT_OF(TRIAGE),    run_triage   },
        {"attempt",          TEXT_C_ATTEMPT,          COMMAND_NODE, ATTEMPT,   COUNT_OF(ATTEMPT),   run_attempt  },
        {"link",             TEXT_C_LINK,             COMMAND_NODE, LINK,      COUNT_OF(LINK),      run_link     },
        {"convert",          TEXT_C_CONVERT,          COMMAND_NODE, CONVERT,   COUNT_OF(CONVERT),   run_convert  },
        {"signal crisis",    TEXT_C_SIGNAL_CRISIS,    COMMAND_NODE, CRISIS,    COUNT_OF(CRISIS),    run_crisis   },
        {"signal declined",  TEXT_C_SIGNAL_DECLINED,  COMMAND_NODE, ONLY_CASE, COUNT_OF(ONLY_CASE), run_declined },
        {"signal no-action", TEXT_C_SIGNAL_NO_ACTION, COMMAND_NODE, NO_ACTION, COUNT_OF(NO_ACTION), run_no_action},
        {"signal close",     TEXT_C_SIGNAL_CLOSE,     COMMAND_NODE, ONLY_CASE, COUNT_OF(ONLY_CASE), run_close    },
};
/* clang-format on */
const struct family SIGNALS_FAMILY = {COMMANDS, COUNT_OF(COMMANDS)};

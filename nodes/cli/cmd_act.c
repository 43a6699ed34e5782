/* cmd_act.c - what is done with a referral: one event or text at a time. */
#include "core/fields.h"
#include "nodes/cli/cli.h"

#define CASE_FLAG                                                                      \
    {                                                                                  \
        "CASE", FLAG_NUMBER, FLAG_REQUIRED, TEXT_F_CASE, &WIRE_ACT, "case_number"      \
    }
#define VERSION_FLAG                                                                   \
    {                                                                                  \
        "expected-version", FLAG_NUMBER, FLAG_OPTIONAL, TEXT_F_EXPECTED_VERSION,       \
                &WIRE_ACT, "expected_version"                                          \
    }
#define SAID(field) &WIRE_EVENT_CONTENT, field

static const struct flag PLAIN[] = {CASE_FLAG, VERSION_FLAG};
/* clang-format off */
static const struct flag DECLINE[] = {
        CASE_FLAG,
        {"reason", FLAG_CODE, FLAG_REQUIRED, TEXT_F_DECLINE_REASON,
          SAID("decline_reason")                                                 },
        {"note",   FLAG_TEXT, FLAG_OPTIONAL, TEXT_F_NOTE,           SAID("note")},
        VERSION_FLAG,
};
static const struct flag INFO_REQUEST[] = {
        CASE_FLAG,
        {"questions", FLAG_CODE, FLAG_REQUIRED, TEXT_F_QUESTIONS, &WIRE_INFO,
          "questions"                                                                },
        {"text",      FLAG_TEXT, FLAG_ASKED,    TEXT_F_TEXT,      &WIRE_INFO, "text"},
        VERSION_FLAG,
};
static const struct flag INFO_REPLY[] = {
        CASE_FLAG,
        {"text", FLAG_TEXT, FLAG_REQUIRED, TEXT_F_TEXT, &WIRE_INFO, "text"},
        {"to", FLAG_PARTNER, FLAG_OPTIONAL, TEXT_F_REPLY_TO, &WIRE_ACT, "partner"},
        VERSION_FLAG,
};
static const struct flag WAITLIST[] = {
        CASE_FLAG,
        {"until", FLAG_DAY, FLAG_REQUIRED, TEXT_F_UNTIL, SAID("due_ms")},
        VERSION_FLAG,
};
static const struct flag START[] = {
        CASE_FLAG,
        {"result", FLAG_CODE, FLAG_OPTIONAL, TEXT_F_VISIT_RESULT, SAID("visit_result")},
        VERSION_FLAG,
};
static const struct flag PROGRESS[] = {
        CASE_FLAG,
        {"step", FLAG_CODE, FLAG_REQUIRED, TEXT_F_STEP, SAID("progress_step")},
        VERSION_FLAG,
};
static const struct flag HOLD[] = {
        CASE_FLAG,
        {"reason", FLAG_CODE, FLAG_REQUIRED, TEXT_F_HOLD_REASON, SAID("hold_reason")},
        {"until",  FLAG_DAY,  FLAG_REQUIRED, TEXT_F_UNTIL,       SAID("due_ms")     },
        {"note",   FLAG_TEXT, FLAG_OPTIONAL, TEXT_F_NOTE,        SAID("note")       },
        VERSION_FLAG,
};
static const struct flag OUTCOME[] = {
        CASE_FLAG,
        {"outcome", FLAG_TEXT, FLAG_REQUIRED, TEXT_F_OUTCOME, NULL,                "outcomes"},
        {"feedback",         FLAG_CODE,         FLAG_ASKED,     TEXT_F_FEEDBACK, SAID("client_feedback")},
        VERSION_FLAG,
};
static const struct flag FAIL[] = {
        CASE_FLAG,
        {"reason", FLAG_CODE, FLAG_REQUIRED, TEXT_F_FAIL_REASON, SAID("fail_reason")},
        {"note",   FLAG_TEXT, FLAG_OPTIONAL, TEXT_F_NOTE,        SAID("note")       },
        VERSION_FLAG,
};
static const struct flag CONFIRM[] = {
        CASE_FLAG,
        {"result", FLAG_CODE, FLAG_REQUIRED, TEXT_F_CLOSE_REASON, SAID("close_reason")},
        VERSION_FLAG,
};
static const struct flag CANCEL[] = {
        CASE_FLAG,
        {"reason", FLAG_CODE, FLAG_REQUIRED, TEXT_F_CANCEL_REASON,
          SAID("cancel_reason")},
        VERSION_FLAG,
};
static const struct flag IN_ERROR[] = {
        CASE_FLAG,
        {"reason", FLAG_CODE, FLAG_REQUIRED, TEXT_F_IN_ERROR_REASON,
          SAID("in_error_reason")},
        VERSION_FLAG,
};
static const struct flag WRITE[] = {
        CASE_FLAG,
        {"text", FLAG_TEXT, FLAG_REQUIRED, TEXT_F_TEXT, &WIRE_TEXT, "text"},
};
static const struct flag KEEP[] = {
        CASE_FLAG,
        {"basis", FLAG_CODE, FLAG_REQUIRED, TEXT_F_RETENTION, &WIRE_ACT, "retention"},
};
static const struct flag NOTE[] = {
        CASE_FLAG,
        {"text", FLAG_PROSE, FLAG_REQUIRED, TEXT_F_CONFIDENCE, &WIRE_ACT, "confidence"},
};
/* clang-format on */

/* Which event a command is. */
static const struct {
    const char *command;
    enum offer_event event;
} EVENTS[] = {
        {"seen",         OFFER_EVENT_SEEN        },
        {"accept",       OFFER_EVENT_ACCEPT      },
        {"decline",      OFFER_EVENT_DECLINE     },
        {"info-request", OFFER_EVENT_INFO_REQUEST},
        {"info-reply",   OFFER_EVENT_INFO_REPLY  },
        {"waitlist",     OFFER_EVENT_WAITLIST    },
        {"start",        OFFER_EVENT_START       },
        {"progress",     OFFER_EVENT_PROGRESS    },
        {"hold",         OFFER_EVENT_HOLD        },
        {"resume",       OFFER_EVENT_RESUME      },
        {"outcome",      OFFER_EVENT_OUTCOME     },
        {"fail",         OFFER_EVENT_FAIL        },
        {"confirm",      OFFER_EVENT_CONFIRM     },
        {"cancel",       OFFER_EVENT_CANCEL      },
        {"in-error",     OFFER_EVENT_IN_ERROR    },
};

/* Send, and say where the case stands now, when that may have changed. */
static int send_act(struct cli *cli, const struct act *act, enum text_id done)
{
    struct request request = {.act = act};
    struct reply reply;
    int status = cli_send(cli, &request, &reply);
    if (status != EXIT_OK || cli->json)
        return status;
    bool step = act->text == NULL && reply.made != NULL;
    const char *state = step ? reply.made->state : "";
    cli_say(cli, state[0] != '\0' ? TEXT_DONE_ACT_STATE : done,
            cli_number(cli, act->case_number), cli_words_of(cli, "state_", state));
    return status;
}

static int run_event(struct cli *cli)
{
    struct act act = {0};
    struct event_content said = {0};
    struct info info = {0};
    const struct form forms[] = {
            {&WIRE_ACT,           &act },
            {&WIRE_EVENT_CONTENT, &said},
            {&WIRE_INFO,          &info}
    };
    if (!cli_fill(cli, forms, COUNT_OF(forms)))
        return EXIT_USAGE;
    if (fields_says_other(&said) && !cli_require(cli, forms, COUNT_OF(forms), "note"))
        return EXIT_USAGE;
    for (size_t i = 0; i < COUNT_OF(EVENTS); i++) {
        if (strcmp(EVENTS[i].command, cli->command->name) == 0)
            act.event = EVENTS[i].event;
    }
    if (act.event == OFFER_EVENT_INFO_REQUEST || act.event == OFFER_EVENT_INFO_REPLY)
        act.info = &info;
    else
        act.said = &said;
    return send_act(cli, &act, TEXT_DONE_ACT);
}

/* --- outcomes --- */

enum { OUTCOMES_MAX = 16 };

struct outcomes {
    struct need_outcome list[OUTCOMES_MAX];
    size_t n;
};

/* The one need of a case, for an outcome that names none. */
static int need_of(struct cli *cli, uint64_t number, uint16_t *need)
{
    const struct show_case show = {.number = number};
    struct request request = {.show = &show};
    struct reply reply;
    int status = cli_send_quiet(cli, &request, &reply);
    if (status != EXIT_OK)
        return status;
    const struct case_line *line = reply.case_ != NULL ? reply.case_->line : NULL;
    if (line == NULL || line->n_needs != 1)
        return cli_usage_error(cli, "--outcome", TEXT_BAD_OUTCOME_NEEDS,
                line == NULL ? ""
                             : cli_labels(cli, VOCAB_NEED_CATEGORY, line->needs,
                                       line->n_needs),
                NULL);
    *need = line->needs[0];
    return EXIT_OK;
}

/* "need=code" or "code" */
static int read_outcome(struct cli *cli, uint64_t number, char *piece,
        struct need_outcome *out)
{
    char *equals = strchr(piece, '=');
    const char *code = equals != NULL ? equals + 1 : piece;
    if (equals != NULL)
        *equals = '\0';
    out->outcome = vocab_find(VOCAB_OUTCOME, code);
    if (out->outcome == 0)
        return cli_usage_error(cli, "--outcome", TEXT_BAD_CODE, code,
                vocab_name(VOCAB_OUTCOME));
    if (equals == NULL)
        return need_of(cli, number, &out->need);
    out->need = vocab_find(VOCAB_NEED_CATEGORY, piece);
    if (out->need == 0)
        return cli_usage_error(cli, "--outcome", TEXT_BAD_CODE, piece,
                vocab_name(VOCAB_NEED_CATEGORY));
    return EXIT_OK;
}

static int read_outcomes(struct cli *cli, uint64_t number, struct outcomes *outcomes)
{
    char words[CLI_WORDS_BYTES];
    char *rest = words;
    snprintf(words, sizeof words, "%s", cli_text(cli, "outcome"));
    while (rest != NULL) {
        char *piece = rest + strspn(rest, " ");
        char *comma = strchr(piece, ',');
        rest = comma != NULL ? comma + 1 : NULL;
        if (comma != NULL)
            *comma = '\0';
        if (outcomes->n == OUTCOMES_MAX)
            return cli_usage_error(cli, "--outcome", TEXT_BAD_TOO_MANY, "16", NULL);
        int status = read_outcome(cli, number, piece, &outcomes->list[outcomes->n]);
        if (status != EXIT_OK)
            return status;
        outcomes->n++;
    }
    return EXIT_OK;
}

static int run_outcome(struct cli *cli)
{
    struct act act = {.event = OFFER_EVENT_OUTCOME};
    struct event_content said = {0};
    struct outcomes outcomes = {.n = 0};
    const struct form forms[] = {
            {&WIRE_ACT,           &act },
            {&WIRE_EVENT_CONTENT, &said}
    };
    if (!cli_fill(cli, forms, COUNT_OF(forms)))
        return EXIT_USAGE;
    int status = read_outcomes(cli, act.case_number, &outcomes);
    if (status != EXIT_OK)
        return status;
    said.outcomes = outcomes.list;
    said.n_outcomes = outcomes.n;
    act.said = &said;
    return send_act(cli, &act, TEXT_DONE_ACT);
}

/* --- without an event --- */

static int run_text(struct cli *cli)
{
    struct act act = {0};
    struct text text = {.language = lang_tag(cli->lang)};
    const struct form forms[] = {
            {&WIRE_ACT,  &act },
            {&WIRE_TEXT, &text}
    };
    if (!cli_fill(cli, forms, COUNT_OF(forms)))
        return EXIT_USAGE;
    act.text = &text;
    return send_act(cli, &act, TEXT_DONE_SENT);
}

static int run_keep(struct cli *cli)
{
    struct act act = {0};
    const struct form form = {&WIRE_ACT, &act};
    return cli_fill(cli, &form, 1) ? send_act(cli, &act, TEXT_DONE_ACT) : EXIT_USAGE;
}

static int run_note(struct cli *cli)
{
    struct act act = {0};
    const struct form form = {&WIRE_ACT, &act};
    return cli_fill(cli, &form, 1) ? send_act(cli, &act, TEXT_DONE_NOTE) : EXIT_USAGE;
}

/* clang-format off */
static const struct command COMMANDS[] = {
        {"seen",         TEXT_C_SEEN,         COMMAND_NODE, PLAIN,        COUNT_OF(PLAIN),    run_event},
        {"accept",       TEXT_C_ACCEPT,       COMMAND_NODE, PLAIN,        COUNT_OF(PLAIN),    run_event},
        {"decline",      TEXT_C_DECLINE,      COMMAND_NODE, DECLINE,      COUNT_OF(DECLINE),
         run_event                                                                                     },
        {"info-request", TEXT_C_INFO_REQUEST, COMMAND_NODE, INFO_REQUEST,
         COUNT_OF(INFO_REQUEST),                                                              run_event},
        {"info-reply",   TEXT_C_INFO_REPLY,   COMMAND_NODE, INFO_REPLY,
         COUNT_OF(INFO_REPLY),                                                                run_event},
        {"waitlist",     TEXT_C_WAITLIST,     COMMAND_NODE, WAITLIST,     COUNT_OF(WAITLIST),
         run_event                                                                                     },
        {"start",        TEXT_C_START,        COMMAND_NODE, START,        COUNT_OF(START),    run_event},
        {"progress",     TEXT_C_PROGRESS,     COMMAND_NODE, PROGRESS,     COUNT_OF(PROGRESS),
         run_event                                                                                     },
        {"hold",         TEXT_C_HOLD,         COMMAND_NODE, HOLD,         COUNT_OF(HOLD),     run_event},
        {"resume",       TEXT_C_RESUME,       COMMAND_NODE, PLAIN,        COUNT_OF(PLAIN),    run_event},
        {"outcome",      TEXT_C_OUTCOME,      COMMAND_NODE, OUTCOME,      COUNT_OF(OUTCOME),
         run_outcome                                                                                   },
        {"fail",         TEXT_C_FAIL,         COMMAND_NODE, FAIL,         COUNT_OF(FAIL),     run_event},
        {"confirm",      TEXT_C_CONFIRM,      COMMAND_NODE, CONFIRM,      COUNT_OF(CONFIRM),
         run_event                                                                                     },
        {"cancel",       TEXT_C_CANCEL,       COMMAND_NODE, CANCEL,       COUNT_OF(CANCEL),   run_event},
        {"in-error",     TEXT_C_IN_ERROR,     COMMAND_NODE, IN_ERROR,     COUNT_OF(IN_ERROR),
         run_event                                                                                     },
        {"text",         TEXT_C_TEXT,         COMMAND_NODE, WRITE,        COUNT_OF(WRITE),    run_text },
        {"note",         TEXT_C_NOTE,         COMMAND_NODE, NOTE,         COUNT_OF(NOTE),     run_note },
        {"keep",         TEXT_C_KEEP,         COMMAND_NODE, KEEP,         COUNT_OF(KEEP),     run_keep },
};
/* clang-format on */
const struct family ACT_FAMILY = {COMMANDS, COUNT_OF(COMMANDS)};

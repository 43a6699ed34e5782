/* cmd_visit.c - home visits: planned, put off, called off, reported, listed. */
#include "nodes/cli/cli.h"

enum { COLUMNS = 5 };

#define OF(field)        &WIRE_CHANGE_VISIT, field
#define OF_REPORT(field) &WIRE_VISIT, field
#define CASE_FLAG                                                                      \
    {                                                                                  \
        "CASE", FLAG_NUMBER, FLAG_REQUIRED, TEXT_F_CASE, OF("case_number")             \
    }
/* On what ground staff go although the person said no. */
#define SAFETY_FLAGS                                                                   \
    {"safety", FLAG_CODE, FLAG_OPTIONAL, TEXT_F_SAFETY, OF("safety_basis")},           \
    {                                                                                  \
        "override-reason", FLAG_TEXT, FLAG_OPTIONAL, TEXT_F_OVERRIDE_REASON,           \
                OF("override_reason")                                                  \
    }

/* clang-format off */
static const struct flag PLAN[] = {
        CASE_FLAG,
        {"on",         FLAG_DAY,    FLAG_REQUIRED, TEXT_F_VISIT_ON,   OF("planned_ms")},
        {"goes",       FLAG_CODE,   FLAG_REQUIRED, TEXT_F_GOES,       OF("goes")      },
        {"aim",        FLAG_CODE,   FLAG_REQUIRED, TEXT_F_AIM,        OF("aim")       },
        {"agreed",     FLAG_SWITCH, FLAG_OPTIONAL, TEXT_F_AGREED,     OF("agreed")    },
        SAFETY_FLAGS,
        {"confidence", FLAG_PROSE,   FLAG_OPTIONAL, TEXT_F_CONFIDENCE, OF("confidence")},
};
static const struct flag POSTPONE[] = {
        CASE_FLAG,
        {"on",     FLAG_DAY,  FLAG_REQUIRED, TEXT_F_VISIT_ON,     OF("planned_ms")},
        {"reason", FLAG_CODE, FLAG_REQUIRED, TEXT_F_VISIT_CHANGE, OF("change")    },
};
static const struct flag CALL_OFF[] = {
        CASE_FLAG,
        {"reason", FLAG_CODE, FLAG_REQUIRED, TEXT_F_VISIT_CHANGE, OF("change")},
};
static const struct flag REPORT[] = {
        CASE_FLAG,
        {"result",       FLAG_CODE,   FLAG_REQUIRED, TEXT_F_VISIT_RESULT, OF_REPORT("result")      },
        {"on",           FLAG_DAY,    FLAG_OPTIONAL, TEXT_F_VISIT_WAS,    OF_REPORT("at_ms")       },
        {"observations", FLAG_CODE,   FLAG_OPTIONAL, TEXT_F_OBSERVATIONS, OF_REPORT("observations")},
        {"text",         FLAG_TEXT,   FLAG_ASKED,    TEXT_F_TEXT,         OF_REPORT("text")        },
        {"next",         FLAG_DAY,    FLAG_ASKED,    TEXT_F_VISIT_NEXT,   OF("planned_ms")         },
        {"goes",         FLAG_CODE,   FLAG_OPTIONAL, TEXT_F_GOES,         OF("goes")               },
        {"aim",          FLAG_CODE,   FLAG_OPTIONAL, TEXT_F_AIM,          OF("aim")                },
        {"no-next",      FLAG_CODE,   FLAG_OPTIONAL, TEXT_F_VISIT_NO_NEXT, OF("change")            },
        {"agreed",       FLAG_SWITCH, FLAG_OPTIONAL, TEXT_F_AGREED,       OF("agreed")             },
        SAFETY_FLAGS,
        {"confidence",   FLAG_PROSE,   FLAG_OPTIONAL, TEXT_F_CONFIDENCE,   OF("confidence")         },
};
static const struct flag LIST[] = {
        {"CASE", FLAG_NUMBER, FLAG_OPTIONAL, TEXT_F_CASE, &WIRE_LIST_VISITS, "case_number"},
};
/* clang-format on */

/* --- asking --- */

static int change(struct cli *cli, enum visit_step step, enum text_id done)
{
    struct change_visit ask = {.step = step};
    struct visit visit = {.at_ms = 0};
    const struct form forms[] = {
            {&WIRE_CHANGE_VISIT, &ask  },
            {&WIRE_VISIT,        &visit}
    };
    struct request request = {.visit = &ask};
    struct reply reply;
    if (!cli_fill(cli, forms, COUNT_OF(forms)))
        return EXIT_USAGE;
    if (step == VISIT_STEP_REPORT)
        ask.visit = &visit;
    int status = cli_send(cli, &request, &reply);
    if (status != EXIT_OK || cli->json)
        return status;
    const char *number = cli_number(cli, ask.case_number);
    /* What is done for a signal has no state of a referral beside it, and is told to
     * nobody. */
    bool signal = reply.made == NULL || reply.made->text[0] == '\0';
    if (signal && step == VISIT_STEP_PLAN)
        done = TEXT_DONE_VISIT_PLANNED_HERE;
    cli_say(cli, done, number, cli_date(cli, ask.planned_ms));
    if (step == VISIT_STEP_REPORT && ask.planned_ms != 0)
        cli_say(cli, TEXT_DONE_VISIT_NEXT, cli_date(cli, ask.planned_ms), NULL);
    if (visit.result == VISIT_RESULT_REFUSED)
        cli_say(cli, TEXT_VISIT_REFUSED, NULL, NULL);
    if (visit.result == VISIT_RESULT_REFUSED && signal)
        cli_say(cli, TEXT_VISIT_DECLINED, number, NULL);
    /* The first real contact is a step of the referral itself. */
    bool first = visit.result == VISIT_RESULT_MET && !signal &&
                 strcmp(reply.made->text, offer_state_name(OFFER_STATE_ACCEPTED)) == 0;
    if (first)
        cli_say(cli, TEXT_VISIT_FIRST, number, NULL);
    return status;
}

static int run_plan(struct cli *cli)
{
    return change(cli, VISIT_STEP_PLAN, TEXT_DONE_VISIT_PLANNED);
}

static int run_postpone(struct cli *cli)
{
    return change(cli, VISIT_STEP_POSTPONE, TEXT_DONE_VISIT_PUT_OFF);
}

static int run_call_off(struct cli *cli)
{
    return change(cli, VISIT_STEP_CALL_OFF, TEXT_DONE_VISIT_CALLED_OFF);
}

static int run_report(struct cli *cli)
{
    return change(cli, VISIT_STEP_REPORT, TEXT_DONE_VISIT_REPORTED);
}

/* --- the list --- */

static const char *mark_of(const struct visit_line *line)
{
    return line->stop_contact ? "STOP" : line->late ? "!" : "";
}

/* How it came to be, or may be although the person said no. */
static const char *ground_of(struct cli *cli, const struct visit_line *line)
{
    if (line->safety_basis != 0)
        return vocab_label(VOCAB_SAFETY_BASIS, line->safety_basis, cli->lang);
    return cli_words(cli, line->unasked ? TEXT_VISIT_UNASKED : TEXT_VISIT_AGREED);
}

static const char *came_of(struct cli *cli, const struct visit_line *line)
{
    const char *why = vocab_label(VOCAB_VISIT_CHANGE, line->change, cli->lang);
    if (line->result != 0)
        return vocab_label(VOCAB_VISIT_RESULT, line->result, cli->lang);
    if (line->done_ms != 0)
        return cli_format(cli, TEXT_VISIT_CALLED_OFF, why, NULL);
    if (line->late)
        return cli_words(cli, TEXT_VISIT_LATE);
    if (line->postponed > 0)
        return cli_format(cli, TEXT_VISIT_PUT_OFF, why, NULL);
    return cli_words(cli, TEXT_VISIT_PLANNED);
}

static void put_row(struct cli *cli, const struct visit_line *line, const char **cells)
{
    uint64_t day = line->done_ms != 0 ? line->done_ms : line->planned_ms;
    cells[0] = mark_of(line);
    cells[1] = cli_number(cli, line->case_number);
    cells[2] = cli_date(cli, day);
    cells[3] = came_of(cli, line);
    cells[4] = line->person;
}

/* What for, who goes, and on what ground. */
static const char *note_of(struct cli *cli, const struct visit_line *line)
{
    const char *parts[3];
    size_t n = 0;
    bool visit = line->kind == ATTEMPT_KIND_VISIT;
    parts[n++] = visit ? ground_of(cli, line)
                       : vocab_label(VOCAB_ATTEMPT_KIND, line->kind, cli->lang);
    if (line->aim != 0)
        parts[n++] = vocab_label(VOCAB_VISIT_AIM, line->aim, cli->lang);
    if (line->n_goes > 0)
        parts[n++] = cli_labels(cli, VOCAB_VISIT_GOER, line->goes, line->n_goes);
    return cli_joined(cli, parts, n);
}

int cli_show_visits(struct cli *cli, const struct visit_line *lines, size_t n_lines)
{
    static const enum text_id heads[COLUMNS] = {TEXT_NONE, TEXT_H_CASE, TEXT_H_DAY,
            TEXT_H_CAME, TEXT_H_PERSON};
    const char **cells = cli_cells(cli, heads, COLUMNS, n_lines);
    const char **notes = arena_take(&cli->arena, (n_lines + 1) * sizeof *notes);
    if (cells == NULL || notes == NULL)
        return cli_no_room(cli);
    notes[0] = "";
    for (size_t i = 0; i < n_lines; i++) {
        put_row(cli, &lines[i], cells + (i + 1) * COLUMNS);
        notes[i + 1] = note_of(cli, &lines[i]);
    }
    cli_table_notes(cli, cells, n_lines + 1, COLUMNS, notes);
    return EXIT_OK;
}

static int run_list(struct cli *cli)
{
    struct list_visits ask = {.case_number = 0};
    const struct form form = {&WIRE_LIST_VISITS, &ask};
    struct request request = {.visits = &ask};
    struct reply reply;
    int status;
    if (!cli_list(cli, &form, &request, &reply, &status))
        return status;
    if (reply.visits == NULL || reply.visits->n_visits == 0)
        return cli_none(cli, TEXT_NONE_VISITS);
    return cli_show_visits(cli, reply.visits->visits, reply.visits->n_visits);
}

/* clang-format off */
static const struct command COMMANDS[] = {
        {"visit plan",     TEXT_C_VISIT_PLAN,     COMMAND_NODE, PLAN,     COUNT_OF(PLAN),     run_plan    },
        {"visit postpone", TEXT_C_VISIT_POSTPONE, COMMAND_NODE, POSTPONE, COUNT_OF(POSTPONE), run_postpone},
        {"visit call-off", TEXT_C_VISIT_CALL_OFF, COMMAND_NODE, CALL_OFF, COUNT_OF(CALL_OFF), run_call_off},
        {"visit report",   TEXT_C_VISIT_REPORT,   COMMAND_NODE, REPORT,   COUNT_OF(REPORT),   run_report  },
        {"visit list",     TEXT_C_VISIT_LIST,     COMMAND_NODE, LIST,     COUNT_OF(LIST),     run_list    },
};
/* clang-format on */
const struct family VISIT_FAMILY = {COMMANDS, COUNT_OF(COMMANDS)};

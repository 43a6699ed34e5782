/* cmd_coordinate.c - what a coordinator does: see which referrals of others need
 * somebody, propose partners, hand on. */
#include "nodes/cli/cli.h"

enum { COLUMNS = 7, NOTES_BYTES = CLI_WORDS_BYTES };

#define OF_LIST(field) &WIRE_LIST_ESCALATIONS, field

/* clang-format off */
static const struct flag ESCALATIONS[] = {
        {"all",   FLAG_SWITCH, FLAG_OPTIONAL, TEXT_F_ESCALATIONS_ALL, OF_LIST("all")  },
        {"after", FLAG_NUMBER, FLAG_OPTIONAL, TEXT_F_SKIP,            OF_LIST("after")},
};
static const struct flag UNPLACED[] = {
        {"after", FLAG_NUMBER, FLAG_OPTIONAL, TEXT_F_SKIP,            OF_LIST("after")},
};
static const struct flag ASSIGN[] = {
        {"ESCALATION", FLAG_NUMBER,  FLAG_REQUIRED, TEXT_F_ESCALATION, &WIRE_ASSIGN, "number"    },
        {"to",         FLAG_PARTNER, FLAG_OPTIONAL, TEXT_F_ASSIGN_TO,  &WIRE_ASSIGN, "candidates"},
};
static const struct flag HANDOVER[] = {
        {"ESCALATION", FLAG_NUMBER,  FLAG_REQUIRED, TEXT_F_ESCALATION,  &WIRE_HAND_ON, "number" },
        {"to",         FLAG_PARTNER, FLAG_REQUIRED, TEXT_F_HANDOVER_TO, &WIRE_HAND_ON, "partner"},
};
/* clang-format on */

/* --- the list --- */

static const char *mark_of(const struct escalation_line *line)
{
    return line->late ? "!" : line->unread ? "*" : "";
}

static void put_row(struct cli *cli, const struct escalation_line *line,
        const char **cells)
{
    cells[0] = mark_of(line);
    cells[1] = cli_number(cli, line->number);
    cells[2] = line->sender;
    cells[3] = line->area;
    cells[4] = vocab_label(VOCAB_URGENCY, line->urgency, cli->lang);
    cells[5] = cli_moment(cli, line->since_ms);
    cells[6] = cli_moment(cli, line->due_ms);
}

const char *cli_escalation_notes(struct cli *cli, const struct escalation_line *line)
{
    bool told = line->told_by[0] != '\0' && line->handed_by[0] == '\0';
    bool handed = line->handed_by[0] != '\0';
    bool on = line->handed_to[0] != '\0';
    const char *proposed = cli_moment(cli, line->proposed_ms);
    const char *closed = cli_moment(cli, line->closed_ms);
    const struct {
        bool said;
        enum text_id words;
        const char *what;
    } notes[] = {
            {line->late,              TEXT_ESCALATION_LATE,      NULL           },
            {line->target[0] != '\0', TEXT_ESCALATION_ABOUT,     line->target   },
            {told,                    TEXT_ESCALATION_TOLD_BY,   line->told_by  },
            {handed,                  TEXT_ESCALATION_HANDED_BY, line->handed_by},
            {on,                      TEXT_ESCALATION_HANDED_TO, line->handed_to},
            {line->proposed_ms != 0,  TEXT_ESCALATION_PROPOSED,  proposed       },
            {line->closed_ms != 0,    TEXT_ESCALATION_CLOSED,    closed         },
            {line->given_up,          TEXT_ESCALATION_GIVEN_UP,  line->sender   },
    };
    char all[NOTES_BYTES] = "";
    size_t len = 0;
    for (size_t i = 0; i < COUNT_OF(notes); i++)
        if (notes[i].said && len < sizeof all)
            len += (size_t)snprintf(all + len, sizeof all - len, "%s%s",
                    len == 0 ? "" : " ",
                    cli_format(cli, notes[i].words, notes[i].what, NULL));
    return cli_format(cli, TEXT_AS_IS, all, NULL);
}

/* Why it is there is too long for a table. */
static const char *note_of(struct cli *cli, const struct escalation_line *line)
{
    return cli_format(cli, TEXT_ESCALATION_NOTE,
            vocab_label(VOCAB_ESCALATION_CAUSE, line->cause, cli->lang),
            cli_escalation_notes(cli, line));
}

static int put_table(struct cli *cli, const struct escalation_list *list)
{
    static const enum text_id heads[COLUMNS] = {TEXT_NONE, TEXT_H_NUMBER, TEXT_H_WHO,
            TEXT_H_AREAS, TEXT_H_URGENCY, TEXT_H_SINCE, TEXT_H_DUE};
    size_t n = list->n_escalations;
    const char **cells = cli_cells(cli, heads, COLUMNS, n);
    const char **notes = arena_take(&cli->arena, (n + 1) * sizeof *notes);
    if (cells == NULL || notes == NULL)
        return cli_no_room(cli);
    notes[0] = "";
    for (size_t i = 0; i < n; i++) {
        put_row(cli, &list->escalations[i], cells + (i + 1) * COLUMNS);
        notes[i + 1] = note_of(cli, &list->escalations[i]);
    }
    cli_table_notes(cli, cells, n + 1, COLUMNS, notes);
    return EXIT_OK;
}

/* Who referred, and what it is about: the preview, or why there is none. */
static void put_unplaced(struct cli *cli, const struct escalation_line *line)
{
    cli_heading(cli, cli_format(cli, TEXT_UNPLACED_HEAD, cli_number(cli, line->number),
                             line->sender));
    cli_show_escalation(cli, line);
    if (line->preview != NULL)
        cli_show_preview(cli, line->preview);
    else
        cli_paragraph(cli->out,
                cli_format(cli, TEXT_UNPLACED_NO_PREVIEW, line->sender, NULL), 2);
}

static int run_list(struct cli *cli, struct list_escalations *list)
{
    const struct form form = {&WIRE_LIST_ESCALATIONS, list};
    struct request request = {.escalations = list};
    struct reply reply;
    if (!cli_fill(cli, &form, 1))
        return EXIT_USAGE;
    int status = cli_send(cli, &request, &reply);
    if (status != EXIT_OK || cli->json || reply.escalations == NULL)
        return status;
    size_t n = reply.escalations->n_escalations;
    if (n == 0) {
        cli_say(cli, TEXT_NONE_ESCALATIONS, NULL, NULL);
        return EXIT_OK;
    }
    if (!list->unplaced)
        status = put_table(cli, reply.escalations);
    for (size_t i = 0; list->unplaced && i < n; i++)
        put_unplaced(cli, &reply.escalations->escalations[i]);
    if (status == EXIT_OK && reply.escalations->more)
        cli_say(cli, TEXT_MORE, cli_number(cli, list->after + n), NULL);
    return status;
}

static int run_escalations(struct cli *cli)
{
    struct list_escalations list = {.all = false};
    return run_list(cli, &list);
}

static int run_unplaced(struct cli *cli)
{
    struct list_escalations list = {.unplaced = true};
    return run_list(cli, &list);
}

/* --- what is done with one of them --- */

/* Its preview, when one was shown to us. */
static int find_shown(struct cli *cli, uint64_t number,
        const struct escalation_line **shown)
{
    struct list_escalations list = {.unplaced = true};
    struct request request = {.escalations = &list};
    struct reply reply;
    *shown = NULL;
    while (*shown == NULL) {
        int status = cli_send_quiet(cli, &request, &reply);
        if (status != EXIT_OK || reply.escalations == NULL)
            return status;
        for (size_t i = 0; i < reply.escalations->n_escalations; i++)
            if (reply.escalations->escalations[i].number == number)
                *shown = &reply.escalations->escalations[i];
        list.after += (uint32_t)reply.escalations->n_escalations;
        if (!reply.escalations->more)
            break;
    }
    return EXIT_OK;
}

/* Nobody was named: who could help, as a search says; nothing is proposed by it. */
static int suggest(struct cli *cli, uint64_t number)
{
    const struct escalation_line *shown;
    struct find wish = {.language = ""};
    struct request request = {.find = &wish};
    struct reply reply;
    int status = find_shown(cli, number, &shown);
    if (status != EXIT_OK)
        return status;
    if (shown == NULL || shown->preview == NULL || shown->preview->n_needs == 0)
        return cli_usage_error(cli, "--to", TEXT_ASSIGN_NO_PREVIEW, NULL, NULL);
    wish.needs = shown->preview->needs;
    wish.n_needs = shown->preview->n_needs;
    wish.place = shown->area;
    status = cli_send(cli, &request, &reply);
    if (status != EXIT_OK || cli->json)
        return status;
    cli_show_candidates(cli, reply.found);
    cli_say(cli, TEXT_ASSIGN_SUGGESTED, cli_number(cli, number), NULL);
    return EXIT_OK;
}

static int run_assign(struct cli *cli)
{
    struct assign assign = {0};
    const struct form form = {&WIRE_ASSIGN, &assign};
    struct request request = {.assign = &assign};
    struct reply reply;
    if (!cli_fill(cli, &form, 1))
        return EXIT_USAGE;
    if (assign.n_candidates == 0)
        return suggest(cli, assign.number);
    int status = cli_send(cli, &request, &reply);
    if (status == EXIT_OK && !cli->json)
        cli_say(cli, TEXT_DONE_ASSIGNED, cli_number(cli, assign.number),
                cli_joined(cli, assign.candidates, assign.n_candidates));
    return status;
}

static int run_handover(struct cli *cli)
{
    struct hand_on wish = {0};
    const struct form form = {&WIRE_HAND_ON, &wish};
    struct request request = {.hand_on = &wish};
    struct reply reply;
    if (!cli_fill(cli, &form, 1))
        return EXIT_USAGE;
    int status = cli_send(cli, &request, &reply);
    if (status == EXIT_OK && !cli->json)
        cli_say(cli, TEXT_DONE_HANDED_OVER, cli_number(cli, wish.number), wish.partner);
    return status;
}

/* clang-format off */
static const struct command COMMANDS[] = {
        {"escalations", TEXT_C_ESCALATIONS, COMMAND_NODE, ESCALATIONS, COUNT_OF(ESCALATIONS), run_escalations},
        {"unplaced",    TEXT_C_UNPLACED,    COMMAND_NODE, UNPLACED,    COUNT_OF(UNPLACED),    run_unplaced   },
        {"assign",      TEXT_C_ASSIGN,      COMMAND_NODE, ASSIGN,      COUNT_OF(ASSIGN),      run_assign     },
        {"handover",    TEXT_C_HANDOVER,    COMMAND_NODE, HANDOVER,    COUNT_OF(HANDOVER),    run_handover   },
};
/* clang-format on */
const struct family COORDINATE_FAMILY = {COMMANDS, COUNT_OF(COMMANDS)};

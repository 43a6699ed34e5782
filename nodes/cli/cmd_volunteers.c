/* cmd_volunteers.c - what the volunteers of an antenna may take on at once, and what
 * they have: in numbers, never by name. */
#include "nodes/cli/cli.h"

#define OF_SET(field) &WIRE_SET_VOLUNTEERS, field

/* clang-format off */
static const struct flag SET[] = {
        {"ANTENNA", FLAG_PARTNER, FLAG_REQUIRED, TEXT_F_VOLUNTEERS_OF,    OF_SET("antenna")},
        {"limit",   FLAG_NUMBER,  FLAG_REQUIRED, TEXT_F_VOLUNTEERS_LIMIT, OF_SET("most")},
        {"band",    FLAG_CODE,    FLAG_ASKED,    TEXT_F_VOLUNTEERS_BAND,  OF_SET("band")},
        {"pause",   FLAG_DAY,     FLAG_OPTIONAL, TEXT_F_VOLUNTEERS_PAUSE, OF_SET("pause_day")},
};
static const struct flag END[] = {
        {"ANTENNA", FLAG_PARTNER, FLAG_REQUIRED, TEXT_F_VOLUNTEERS_OF,    OF_SET("antenna")},
};
/* clang-format on */

static int change(struct cli *cli, bool end)
{
    struct set_volunteers set = {.antenna = "", .end = end};
    const struct form form = {&WIRE_SET_VOLUNTEERS, &set};
    struct request request = {.volunteers = &set};
    struct reply reply;
    if (!cli_fill(cli, &form, 1))
        return EXIT_USAGE;
    int status = cli_send(cli, &request, &reply);
    if (status != EXIT_OK || cli->json)
        return status;
    cli_say(cli, end ? TEXT_DONE_VOLUNTEERS_ENDED : TEXT_DONE_VOLUNTEERS, set.antenna,
            cli_number(cli, set.most));
    if (set.pause_day != 0)
        cli_say(cli, TEXT_DONE_VOLUNTEERS_PAUSE, cli_day(cli, set.pause_day), NULL);
    return EXIT_OK;
}

static int run_set(struct cli *cli)
{
    return change(cli, false);
}

static int run_end(struct cli *cli)
{
    return change(cli, true);
}

static int put_load(struct cli *cli, const struct load_list *list)
{
    static const enum text_id heads[] = {TEXT_H_ANTENNA, TEXT_H_VOLUNTEERS,
            TEXT_H_REFERRALS, TEXT_H_ASKS, TEXT_H_LIMIT, TEXT_H_PAUSE, TEXT_H_INTAKE};
    enum { COLUMNS = COUNT_OF(heads) };
    const char **cells = cli_cells(cli, heads, COLUMNS, list->n_lines);
    if (cells == NULL)
        return cli_no_room(cli);
    for (size_t i = 0; i < list->n_lines; i++) {
        const struct load_line *line = &list->lines[i];
        const char **row = &cells[(i + 1) * COLUMNS];
        row[0] = line->antenna;
        row[1] = vocab_label(VOCAB_VOLUNTEER_BAND, line->band, cli->lang);
        row[2] = cli_number(cli, line->referrals);
        row[3] = cli_number(cli, line->asks);
        row[4] = cli_number(cli, line->most);
        row[5] = cli_day(cli, line->pause_day);
        row[6] = vocab_label(VOCAB_INTAKE_STATE, line->intake, cli->lang);
    }
    cli_table(cli, cells, list->n_lines + 1, COLUMNS);
    return EXIT_OK;
}

static int run_load(struct cli *cli)
{
    const struct get_load wish = {.all = true};
    struct request request = {.load = &wish};
    struct reply reply;
    int status;
    if (!cli_list(cli, NULL, &request, &reply, &status))
        return status;
    if (reply.load == NULL || reply.load->n_lines == 0)
        return cli_none(cli, TEXT_NONE_LOAD);
    return put_load(cli, reply.load);
}

/* clang-format off */
static const struct command COMMANDS[] = {
        {"volunteers set", TEXT_C_VOLUNTEERS_SET, COMMAND_NODE, SET,  COUNT_OF(SET), run_set},
        {"volunteers end", TEXT_C_VOLUNTEERS_END, COMMAND_NODE, END,  COUNT_OF(END), run_end},
        {"load",           TEXT_C_LOAD,           COMMAND_NODE, NULL, 0,             run_load},
};
/* clang-format on */
const struct family VOLUNTEERS_FAMILY = {COMMANDS, COUNT_OF(COMMANDS)};

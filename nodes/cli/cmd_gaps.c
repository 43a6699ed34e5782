/* cmd_gaps.c - what nobody helped on, for who looks after the broker. */
#include "core/ids.h"
#include "nodes/cli/cli.h"

enum { COLUMNS = 7 };

/* clang-format off */
static const struct flag GAPS[] = {
        {"area", FLAG_AREA, FLAG_OPTIONAL, TEXT_F_AREA, &WIRE_LIST_GAPS, "area"},
};
/* clang-format on */

static void put_row(struct cli *cli, const struct gap *gap, const char **cells)
{
    bool one = gap->target[0] != '\0';

    cells[0] = gap->referral;
    cells[1] = gap->area;
    cells[2] = vocab_label(VOCAB_URGENCY, gap->urgency, cli->lang);
    cells[3] = cli_moment(cli, gap->since_ms);
    cells[4] = gap->sender;
    cells[5] = cli_number(cli, gap->coordinators);
    cells[6] = one ? cli_format(cli, TEXT_GAP_AT,
                             vocab_label(VOCAB_ESCALATION_CAUSE, gap->cause, cli->lang),
                             gap->target)
                   : vocab_label(VOCAB_ESCALATION_CAUSE, gap->cause, cli->lang);
}

static int put_list(struct cli *cli, const struct gap_list *list)
{
    static const enum text_id heads[COLUMNS] = {TEXT_H_REFERRAL, TEXT_H_AREAS,
            TEXT_H_URGENCY, TEXT_H_SINCE, TEXT_H_SENDER, TEXT_H_COORDINATORS,
            TEXT_H_CAUSE};
    const char **cells = cli_cells(cli, heads, COLUMNS, list->n_gaps);

    if (cells == NULL)
        return cli_no_room(cli);
    for (size_t i = 0; i < list->n_gaps; i++)
        put_row(cli, &list->gaps[i], cells + (i + 1) * COLUMNS);
    cli_table(cli, cells, list->n_gaps + 1, COLUMNS);
    if (list->more > 0)
        cli_say(cli, TEXT_GAPS_MORE, cli_number(cli, list->more), NULL);
    return EXIT_OK;
}

static int run_gaps(struct cli *cli)
{
    struct list_gaps wish = {.area = ""};
    const struct form form = {&WIRE_LIST_GAPS, &wish};
    struct request request = {.gaps = &wish};
    struct reply reply;

    int status;
    if (!cli_list(cli, &form, &request, &reply, &status))
        return status;
    if (reply.gaps == NULL || reply.gaps->n_gaps == 0)
        return cli_none(cli, TEXT_NONE_GAPS);
    return put_list(cli, reply.gaps);
}

/* clang-format off */
static const struct command COMMANDS[] = {
        {"broker gaps", TEXT_C_BROKER_GAPS, COMMAND_BROKER, GAPS, COUNT_OF(GAPS), run_gaps},
};
/* clang-format on */
const struct family GAPS_FAMILY = {COMMANDS, COUNT_OF(COMMANDS)};

/* cmd_retention.c - how long things stay at a node: the report, and letting go at once
 * what is past its term. */
#include "nodes/cli/cli.h"

enum { RETENTION_COLUMNS = 6, KEPT_COLUMNS = 3 };

static int put_lines(struct cli *cli, const struct retention *retention, bool run)
{
    size_t n = retention->n_lines;
    static const enum text_id heads[RETENTION_COLUMNS] = {TEXT_H_KIND, TEXT_H_DAYS,
            TEXT_H_ROWS, TEXT_H_OLDEST, TEXT_H_NEXT_DUE, TEXT_H_OVERDUE};
    const char **cells = cli_cells(cli, heads, RETENTION_COLUMNS, n);
    uint64_t overdue = 0, destroyed = 0;
    if (cells == NULL)
        return cli_no_room(cli);
    for (size_t i = 0; i < n; i++) {
        const struct retention_line *line = &retention->lines[i];
        const char **row = cells + (i + 1) * RETENTION_COLUMNS;
        row[0] = cli_words_of(cli, "retained_", line->kind);
        row[1] = cli_number(cli, line->term_days);
        row[2] = cli_number(cli, line->rows);
        row[3] = cli_date(cli, line->oldest_ms);
        row[4] = cli_date(cli, line->next_due_ms);
        row[5] = cli_number(cli, line->overdue);
        overdue += line->overdue;
        destroyed += line->destroyed;
    }
    cli_table(cli, cells, n + 1, RETENTION_COLUMNS);
    if (run)
        cli_say(cli, TEXT_RETENTION_DONE, cli_number(cli, destroyed), NULL);
    cli_say(cli, TEXT_RETENTION_OVERDUE, cli_number(cli, overdue), NULL);
    return EXIT_OK;
}

static int put_kept(struct cli *cli, const struct retention *retention)
{
    size_t n = retention->n_kept;
    const char **cells =
            arena_take(&cli->arena, (n + 1) * KEPT_COLUMNS * sizeof *cells);
    if (cells == NULL)
        return cli_no_room(cli);
    if (n == 0)
        return EXIT_OK;
    cli_heading(cli, cli_words(cli, TEXT_RETENTION_KEPT));
    cells[0] = cli_words(cli, TEXT_H_CASE);
    cells[1] = cli_words(cli, TEXT_H_BASIS);
    cells[2] = cli_words(cli, TEXT_H_NEXT_DUE);
    for (size_t i = 0; i < n; i++) {
        const struct retention_kept *kept = &retention->kept[i];
        const char **row = cells + (i + 1) * KEPT_COLUMNS;
        row[0] = cli_number(cli, kept->case_number);
        row[1] = vocab_label(VOCAB_RETENTION_BASIS, kept->basis, cli->lang);
        row[2] = cli_date(cli, kept->due_ms);
    }
    cli_table(cli, cells, n + 1, KEPT_COLUMNS);
    return EXIT_OK;
}

static int ask(struct cli *cli, bool run)
{
    const struct retention_ask wish = {.run = run};
    struct request request = {.retention = &wish};
    struct reply reply;
    int status = cli_send(cli, &request, &reply);
    if (status != EXIT_OK || cli->json || reply.retention == NULL)
        return status;
    status = put_lines(cli, reply.retention, run);
    return status == EXIT_OK ? put_kept(cli, reply.retention) : status;
}

static int run_report(struct cli *cli)
{
    return ask(cli, false);
}

static int run_run(struct cli *cli)
{
    return ask(cli, true);
}

/* clang-format off */
static const struct command COMMANDS[] = {
        {"retention report", TEXT_C_RETENTION_REPORT, COMMAND_NODE, NULL, 0, run_report},
        {"retention run",    TEXT_C_RETENTION_RUN,    COMMAND_NODE, NULL, 0, run_run   },
};
/* clang-format on */
const struct family RETENTION_FAMILY = {COMMANDS, COUNT_OF(COMMANDS)};

/* cmd_report.c - reports: tables for people, CSV for a spreadsheet, JSON for programs.
 * Signals, not people. */
#include <inttypes.h>
#include <stdlib.h>

#include "core/time.h"
#include "nodes/cli/cli.h"

#define OF_REPORT(field) &WIRE_SHOW_REPORT, field

/* clang-format off */
static const struct flag REPORT[] = {
        {"REPORT", FLAG_CODE,   FLAG_REQUIRED, TEXT_F_REPORT,        OF_REPORT("kind")},
        {"period", FLAG_TEXT,   FLAG_OPTIONAL, TEXT_F_REPORT_PERIOD, OF_REPORT("period")},
        {"area",   FLAG_PLACE,  FLAG_OPTIONAL, TEXT_F_REPORT_PLACE,  OF_REPORT("place")},
        {"own",    FLAG_SWITCH, FLAG_OPTIONAL, TEXT_F_REPORT_OWN,    OF_REPORT("own")},
        {"csv",    FLAG_SWITCH, FLAG_OPTIONAL, TEXT_F_REPORT_CSV,    NULL, NULL},
        {"table",  FLAG_CODE,   FLAG_OPTIONAL, TEXT_F_REPORT_TABLE,  &WIRE_REPORT_TABLE, "title"},
};
/* clang-format on */

/* ------------------------------------------------------------- cells */

enum cell_kind { CELL_TEXT, CELL_NUMBER, CELL_TIME, CELL_CODE };

/* What stands in a column; what is not named here is a text. */
static const struct {
    uint16_t column;
    enum cell_kind kind;
    enum vocab vocab;
} COLUMNS[] = {
        {REPORT_WORD_NEED,        CELL_CODE,   VOCAB_NEED_CATEGORY    },
        {REPORT_WORD_CHANNEL,     CELL_CODE,   VOCAB_SIGNAL_CHANNEL   },
        {REPORT_WORD_STEP,        CELL_CODE,   VOCAB_REPORT_WORD      },
        {REPORT_WORD_OUTCOME,     CELL_CODE,   VOCAB_SIGNAL_STATE     },
        {REPORT_WORD_NO_ACTION,   CELL_CODE,   VOCAB_NO_ACTION_REASON },
        {REPORT_WORD_REASON,      CELL_CODE,   VOCAB_DECLINE_REASON   },
        {REPORT_WORD_CAUSE,       CELL_CODE,   VOCAB_ESCALATION_CAUSE },
        {REPORT_WORD_URGENCY,     CELL_CODE,   VOCAB_URGENCY          },
        {REPORT_WORD_BARRIER,     CELL_CODE,   VOCAB_BARRIER          },
        {REPORT_WORD_FREQUENCY,   CELL_CODE,   VOCAB_BARRIER_FREQUENCY},
        {REPORT_WORD_SIGNALS,     CELL_NUMBER, 0                      },
        {REPORT_WORD_PARTNERS,    CELL_NUMBER, 0                      },
        {REPORT_WORD_WITH_ROOM,   CELL_NUMBER, 0                      },
        {REPORT_WORD_WAITING,     CELL_NUMBER, 0                      },
        {REPORT_WORD_FULL,        CELL_NUMBER, 0                      },
        {REPORT_WORD_NOT_KNOWN,   CELL_NUMBER, 0                      },
        {REPORT_WORD_DAYS,        CELL_NUMBER, 0                      },
        {REPORT_WORD_PER_HUNDRED, CELL_NUMBER, 0                      },
        {REPORT_WORD_ANSWERED,    CELL_NUMBER, 0                      },
        {REPORT_WORD_UNANSWERED,  CELL_NUMBER, 0                      },
        {REPORT_WORD_STILL_OPEN,  CELL_NUMBER, 0                      },
        {REPORT_WORD_NUMBER,      CELL_NUMBER, 0                      },
        {REPORT_WORD_IN_TIME,     CELL_NUMBER, 0                      },
        {REPORT_WORD_LATE,        CELL_NUMBER, 0                      },
        {REPORT_WORD_CLOSED,      CELL_NUMBER, 0                      },
        {REPORT_WORD_TIME,        CELL_TIME,   0                      },
};

static enum cell_kind kind_of(uint16_t column, enum vocab *vocab)
{
    for (size_t i = 0; i < COUNT_OF(COLUMNS); i++) {
        *vocab = COLUMNS[i].vocab;
        if (COLUMNS[i].column == column)
            return COLUMNS[i].kind;
    }
    return CELL_TEXT;
}

/* "4 h": a number and its unit. */
static const char *amount(struct cli *cli, uint64_t n, const char *unit)
{
    return cli_format(cli, TEXT_UNIT_TWO, cli_number(cli, n), unit);
}

/* "3 d 4 h", "4 h 12 min", "12 min". */
static const char *time_words(struct cli *cli, const char *cell)
{
    uint64_t minutes = strtoull(cell, NULL, 10) / TIME_MINUTE_MS;
    uint64_t hours = minutes / 60, days = hours / 24;
    const char *hour = cli_words(cli, TEXT_UNIT_HOURS);
    if (days > 0)
        return cli_format(cli, TEXT_UNIT_TWO,
                amount(cli, days, cli_words(cli, TEXT_UNIT_DAYS)),
                amount(cli, hours % 24, hour));
    if (hours > 0)
        return cli_format(cli, TEXT_UNIT_TWO, amount(cli, hours, hour),
                amount(cli, minutes % 60, "min"));
    return amount(cli, minutes, "min");
}

static const char *cell_words(struct cli *cli, uint16_t column, const char *cell)
{
    enum vocab vocab;
    enum cell_kind kind = kind_of(column, &vocab);
    uint16_t row = kind == CELL_CODE ? vocab_find(vocab, cell) : 0;
    if (row != 0)
        return vocab_label(vocab, row, cli->lang);
    return kind == CELL_TIME && cell[0] != '\0' ? time_words(cli, cell) : cell;
}

/* ------------------------------------------------------------- for people */

/* Numbers stand under each other, right. */
static const char *aligned(struct cli *cli, const char *cell, size_t width)
{
    char padded[TABLE_WIDTH];
    size_t used = cli_width(cell);
    if (used >= width || width - used + strlen(cell) >= sizeof padded)
        return cell;
    snprintf(padded, sizeof padded, "%*s%s", (int)(width - used), "", cell);
    return cli_format(cli, TEXT_AS_IS, padded, NULL);
}

static void align_column(struct cli *cli, const char **cells, size_t n_rows,
        size_t n_columns)
{
    size_t width = 0;
    for (size_t i = 0; i < n_rows; i++)
        if (cli_width(cells[i * n_columns]) > width)
            width = cli_width(cells[i * n_columns]);
    for (size_t i = 0; i < n_rows; i++)
        cells[i * n_columns] = aligned(cli, cells[i * n_columns], width);
}

/* All columns and rows of a table as texts, the head first; NULL: no room. */
static const char **table_cells(struct cli *cli, const struct report_table *table)
{
    size_t n = table->n_columns;
    const char **cells =
            arena_take(&cli->arena, (table->n_rows + 1) * n * sizeof *cells);
    for (size_t c = 0; cells != NULL && c < n; c++) {
        enum vocab vocab;
        cells[c] = vocab_label(VOCAB_REPORT_WORD, table->columns[c], cli->lang);
        for (size_t r = 0; r < table->n_rows; r++)
            cells[(r + 1) * n + c] = c < table->rows[r].n_cells
                                             ? cell_words(cli, table->columns[c],
                                                       table->rows[r].cells[c])
                                             : "";
        if (kind_of(table->columns[c], &vocab) == CELL_NUMBER)
            align_column(cli, &cells[c], table->n_rows + 1, n);
    }
    return cells;
}

static int put_table(struct cli *cli, const struct report_table *table)
{
    const char **cells = table_cells(cli, table);
    if (cells == NULL)
        return cli_no_room(cli);
    cli_heading(cli, vocab_label(VOCAB_REPORT_WORD, table->title, cli->lang));
    if (table->n_rows == 0)
        cli_say(cli, TEXT_REPORT_NOTHING, NULL, NULL);
    else
        cli_table(cli, cells, table->n_rows + 1, table->n_columns);
    return EXIT_OK;
}

/* Is this the table that was asked for, if one was? */
static bool wanted(const struct report_table *table, uint16_t title)
{
    return title == 0 || table->title == title;
}

static int put_report(struct cli *cli, const struct report *report, uint16_t title)
{
    const char *kind = vocab_label(VOCAB_REPORT_KIND, report->kind, cli->lang);
    const char *where =
            report->place[0] == '\0'
                    ? report->period
                    : cli_format(cli, TEXT_REPORT_WHERE, report->period, report->place);
    cli_say(cli, report->running ? TEXT_REPORT_HEAD_RUNNING : TEXT_REPORT_HEAD, kind,
            where);
    for (size_t i = 0; i < report->n_tables; i++) {
        int status = wanted(&report->tables[i], title)
                             ? put_table(cli, &report->tables[i])
                             : EXIT_OK;
        if (status != EXIT_OK)
            return status;
    }
    fputc('\n', cli->out);
    if (report->more)
        cli_say(cli, TEXT_REPORT_MORE, NULL, NULL);
    cli_paragraph(cli->out, report->note, 0);
    return EXIT_OK;
}

/* ------------------------------------------------------------- for a spreadsheet */

/* Hours, so that it can be reckoned with. */
static const char *csv_cell(struct cli *cli, uint16_t column, const char *cell)
{
    enum vocab vocab;
    char hours[32];
    if (kind_of(column, &vocab) != CELL_TIME || cell[0] == '\0')
        return cell_words(cli, column, cell);
    uint64_t tenths = strtoull(cell, NULL, 10) / (TIME_HOUR_MS / 10);
    snprintf(hours, sizeof hours, "%" PRIu64 ".%" PRIu64, tenths / 10, tenths % 10);
    return cli_format(cli, TEXT_AS_IS, hours, NULL);
}

/* The first table, or the one that was asked for. Each row says the period, and whether
 * that is over, what is counted and for whom: rows are copied without what stands
 * around them. */
static void put_csv(struct cli *cli, const struct report *report,
        const struct report_table *table)
{
    const char *note =
            report->running ? cli_format(cli, TEXT_UNIT_TWO,
                                      cli_words(cli, TEXT_REPORT_RUNNING), report->note)
                            : report->note;
    cli_csv_begin(cli->out);
    cli_csv_field(cli->out, cli_words(cli, TEXT_REPORT_PERIOD), false);
    for (size_t c = 0; c < table->n_columns; c++) {
        const char *head = vocab_label(VOCAB_REPORT_WORD, table->columns[c], cli->lang);
        bool hours = table->columns[c] == REPORT_WORD_TIME;
        cli_csv_field(cli->out, hours ? cli_words(cli, TEXT_REPORT_HOURS) : head,
                false);
    }
    cli_csv_field(cli->out, cli_words(cli, TEXT_REPORT_NOTE), true);
    for (size_t r = 0; r < table->n_rows; r++) {
        const struct report_row *row = &table->rows[r];
        cli_csv_field(cli->out, report->period, false);
        for (size_t c = 0; c < table->n_columns; c++)
            cli_csv_field(cli->out,
                    c < row->n_cells ? csv_cell(cli, table->columns[c], row->cells[c])
                                     : "",
                    false);
        cli_csv_field(cli->out, note, true);
    }
    /* Beside the file, which has no place for it. */
    if (table->n_rows == 0)
        fprintf(cli->err, "%s\n", note);
    if (report->more)
        fprintf(cli->err, "%s\n", cli_words(cli, TEXT_REPORT_MORE));
}

/* ------------------------------------------------------------- the command */

static int run_report(struct cli *cli)
{
    struct show_report show = {.period = "", .place = ""};
    struct report_table asked = {.title = 0};
    const struct form forms[] = {
            {&WIRE_SHOW_REPORT,  &show },
            {&WIRE_REPORT_TABLE, &asked}
    };
    struct request request = {.report = &show};
    struct reply reply;
    if (!cli_fill(cli, forms, COUNT_OF(forms)))
        return EXIT_USAGE;
    int status = cli_send(cli, &request, &reply);
    if (status != EXIT_OK || cli->json)
        return status;
    const struct report none = {.period = "", .place = "", .note = ""};
    const struct report *report = reply.report != NULL ? reply.report : &none;
    const struct report_table *table = NULL;
    for (size_t i = report->n_tables; i-- > 0;)
        if (wanted(&report->tables[i], asked.title))
            table = &report->tables[i];
    if (table == NULL)
        return cli_usage_error(cli, "--table", TEXT_BAD_REPORT_TABLE, NULL, NULL);
    if (!cli_given(cli, "csv"))
        return put_report(cli, report, asked.title);
    put_csv(cli, report, table);
    return EXIT_OK;
}

/* clang-format off */
static const struct command COMMANDS[] = {
        {"report", TEXT_C_REPORT, COMMAND_NODE, REPORT, COUNT_OF(REPORT), run_report},
};
/* clang-format on */
const struct family REPORT_FAMILY = {COMMANDS, COUNT_OF(COMMANDS)};

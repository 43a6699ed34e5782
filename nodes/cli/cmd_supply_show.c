/* cmd_supply_show.c - what partners offer and take, as they said it: services,
 * capacity, intake, absence, mandates. */
#include "nodes/cli/cli.h"

/* clang-format off */
static const struct flag OF_PARTNER[] = {
        {"PARTNER", FLAG_PARTNER, FLAG_OPTIONAL, TEXT_F_SUPPLY_OF, &WIRE_LIST_SUPPLY, "partner"},
};
/* clang-format on */

/* A list of one kind of statement: its head, and one row of it. */
struct listing {
    enum statement_kind kind;
    enum text_id none;
    size_t n_columns;
    enum text_id heads[TABLE_COLUMNS_MAX];
    void (*put)(struct cli *cli, const struct supply_line *line, const char **cells);
};

static const char *need_label(const struct cli *cli, uint16_t need)
{
    return vocab_label(VOCAB_NEED_CATEGORY, need, cli->lang);
}

static void put_service(struct cli *cli, const struct supply_line *line,
        const char **cells)
{
    const struct service *service = line->service;
    cells[0] = line->partner;
    cells[1] = need_label(cli, service->need);
    cells[2] = cli_joined(cli, service->areas, service->n_areas);
    cells[3] = cli_joined(cli, service->languages, service->n_languages);
    cells[4] = service->hours;
    cells[5] = service->contact;
}

/* "waiting list (30 days)", "places free: 1 or 2 places" */
static const char *state_of(struct cli *cli, const struct supply_line *line)
{
    const struct capacity *capacity = line->capacity;
    const char *label = vocab_label(VOCAB_CAPACITY_STATE, capacity->state, cli->lang);
    if (line->unknown)
        return cli_words(cli, TEXT_CAPACITY_UNKNOWN);
    if (capacity->waitlist_days != 0)
        return cli_format(cli, TEXT_CAPACITY_WAITS, label,
                cli_number(cli, capacity->waitlist_days));
    return capacity->band == 0 ? label
                               : cli_format(cli, TEXT_CAPACITY_PLACES, label,
                                         vocab_label(VOCAB_CAPACITY_BAND,
                                                 capacity->band, cli->lang));
}

static void put_capacity(struct cli *cli, const struct supply_line *line,
        const char **cells)
{
    const struct capacity *capacity = line->capacity;
    cells[0] = line->partner;
    cells[1] = need_label(cli, capacity->need);
    cells[2] = state_of(cli, line);
    cells[3] = capacity->area;
    cells[4] = capacity->language;
    cells[5] = cli_date(cli, line->until_ms);
}

static void put_intake(struct cli *cli, const struct supply_line *line,
        const char **cells)
{
    const struct intake *intake = line->intake;
    const struct absence *absence = line->absence;
    bool pause = intake->state == INTAKE_STATE_PAUSED && absence == NULL;
    cells[0] = line->partner;
    cells[1] = vocab_label(VOCAB_INTAKE_STATE, intake->state, cli->lang);
    cells[2] = absence != NULL ? cli_format(cli, TEXT_ABSENT_UNTIL,
                                         cli_day(cli, absence->until_day), NULL)
               : pause         ? cli_moment(cli, intake->paused_until_ms)
                               : "";
    cells[3] = cli_moment(cli, line->said_ms);
}

static void put_absence(struct cli *cli, const struct supply_line *line,
        const char **cells)
{
    cells[0] = line->partner;
    cells[1] = cli_day(cli, line->absence->from_day);
    cells[2] = cli_day(cli, line->absence->until_day);
}

/* Does the line say what its list is about? */
static bool says(const struct supply_line *line, enum statement_kind kind)
{
    const void *said = kind == STATEMENT_KIND_SERVICE    ? (const void *)line->service
                       : kind == STATEMENT_KIND_CAPACITY ? (const void *)line->capacity
                       : kind == STATEMENT_KIND_INTAKE   ? (const void *)line->intake
                       : kind == STATEMENT_KIND_ABSENCE  ? (const void *)line->absence
                                                         : (const void *)line->mandate;
    return said != NULL;
}

static int put_table(struct cli *cli, const struct listing *listing,
        const struct supply_list *list)
{
    size_t columns = listing->n_columns;
    size_t n = 1;
    const char **cells = cli_cells(cli, listing->heads, columns, list->n_lines);
    if (cells == NULL)
        return cli_no_room(cli);
    for (size_t i = 0; i < list->n_lines; i++)
        if (says(&list->lines[i], listing->kind))
            listing->put(cli, &list->lines[i], cells + n++ * columns);
    cli_table(cli, cells, n, columns);
    return EXIT_OK;
}

static int ask(struct cli *cli, enum statement_kind kind, struct reply *reply)
{
    struct list_supply wish = {.partner = "", .kind = kind};
    const struct form form = {&WIRE_LIST_SUPPLY, &wish};
    struct request request = {.supply = &wish};
    if (!cli_fill(cli, &form, 1))
        return EXIT_USAGE;
    return cli_send(cli, &request, reply);
}

/* What is not known is said anew by whoever looks at this list. */
static bool any_unknown(const struct supply_list *list)
{
    for (size_t i = 0; list != NULL && i < list->n_lines; i++)
        if (list->lines[i].unknown)
            return true;
    return false;
}

static int list(struct cli *cli, const struct listing *listing)
{
    struct reply reply = {.supply = NULL};
    int status = ask(cli, listing->kind, &reply);
    if (status != EXIT_OK || cli->json)
        return status;
    if (reply.supply == NULL || reply.supply->n_lines == 0) {
        cli_say(cli, listing->none, NULL, NULL);
        return EXIT_OK;
    }
    status = put_table(cli, listing, reply.supply);
    if (status == EXIT_OK && !cli_given(cli, "PARTNER") && any_unknown(reply.supply))
        cli_say(cli, TEXT_CAPACITY_SAY_ANEW, NULL, NULL);
    return status;
}

static int run_services(struct cli *cli)
{
    static const struct listing services = {
            STATEMENT_KIND_SERVICE, TEXT_NONE_SERVICES, 6,
            {TEXT_H_PARTNER, TEXT_H_NEED, TEXT_H_AREAS, TEXT_H_LANGUAGES, TEXT_H_WHEN,
                                     TEXT_H_CONTACT},
            put_service
    };
    return list(cli, &services);
}

static int run_capacities(struct cli *cli)
{
    static const struct listing capacities = {
            STATEMENT_KIND_CAPACITY, TEXT_NONE_CAPACITIES, 6,
            {TEXT_H_PARTNER, TEXT_H_NEED, TEXT_H_CAPACITY, TEXT_H_AREAS,
                                       TEXT_H_LANGUAGES, TEXT_H_UNTIL},
            put_capacity
    };
    return list(cli, &capacities);
}

static int run_intake(struct cli *cli)
{
    static const struct listing intake = {
            STATEMENT_KIND_INTAKE, TEXT_NONE_INTAKE, 4,
            {TEXT_H_PARTNER, TEXT_H_INTAKE, TEXT_H_UNTIL, TEXT_H_SAID},
              put_intake
    };
    return list(cli, &intake);
}

/* Who of our own staff is away, and who takes over. */
static int put_staff(struct cli *cli, const struct supply_list *list)
{
    static const enum text_id heads[] = {TEXT_H_AWAY, TEXT_H_SUBSTITUTE,
            TEXT_H_FIRST_DAY, TEXT_H_LAST_DAY};
    enum { COLUMNS = COUNT_OF(heads) };
    size_t n = list->n_substitutes;
    const char **cells = cli_cells(cli, heads, COLUMNS, n);
    if (cells == NULL)
        return cli_no_room(cli);
    for (size_t i = 0; i < n; i++) {
        const struct substitution *row = &list->substitutes[i];
        cells[(i + 1) * COLUMNS] = row->actor;
        cells[(i + 1) * COLUMNS + 1] = row->substitute;
        cells[(i + 1) * COLUMNS + 2] = cli_day(cli, row->from_day);
        cells[(i + 1) * COLUMNS + 3] = cli_day(cli, row->until_day);
    }
    cli_table(cli, cells, n + 1, COLUMNS);
    return EXIT_OK;
}

static int run_absences(struct cli *cli)
{
    static const struct listing absences = {
            STATEMENT_KIND_ABSENCE, TEXT_NONE_ABSENCES, 3,
            {TEXT_H_PARTNER, TEXT_H_FIRST_DAY, TEXT_H_LAST_DAY},
              put_absence
    };
    struct reply reply = {.supply = NULL};
    int status = ask(cli, STATEMENT_KIND_ABSENCE, &reply);
    if (status != EXIT_OK || cli->json)
        return status;
    const struct supply_list *list = reply.supply;
    bool any = list != NULL && list->n_lines > 0;
    bool staff = list != NULL && list->n_substitutes > 0;
    if (!any)
        cli_say(cli, TEXT_NONE_ABSENCES, NULL, NULL);
    else
        status = put_table(cli, &absences, list);
    return status == EXIT_OK && staff ? put_staff(cli, list) : status;
}

static int run_mandate(struct cli *cli)
{
    struct reply reply;
    int status = ask(cli, STATEMENT_KIND_MANDATE, &reply);
    if (status != EXIT_OK || cli->json)
        return status;
    const struct supply_list *list = reply.supply;
    if (list == NULL || list->n_lines == 0) {
        cli_say(cli, TEXT_NONE_MANDATE, NULL, NULL);
        return EXIT_OK;
    }
    for (size_t i = 0; i < list->n_lines; i++) {
        const struct supply_line *line = &list->lines[i];
        const struct mandate *mandate = line->mandate;
        if (mandate == NULL)
            continue;
        cli_heading(cli, line->partner);
        cli_line(cli, TEXT_L_MANDATE, mandate->text);
        cli_line(cli, TEXT_L_AREA,
                mandate->n_areas == 0
                        ? cli_words(cli, TEXT_AREAS_OF_MEMBERSHIP)
                        : cli_joined(cli, mandate->areas, mandate->n_areas));
        cli_line(cli, TEXT_L_UNTIL, cli_date(cli, line->until_ms - 1));
        if (!line->counts)
            cli_say(cli, TEXT_MANDATE_COUNTS_NOT, NULL, NULL);
    }
    return EXIT_OK;
}

/* clang-format off */
static const struct command COMMANDS[] = {
        {"service list",  TEXT_C_SERVICE_LIST,  COMMAND_NODE, OF_PARTNER, COUNT_OF(OF_PARTNER), run_services},
        {"capacity list", TEXT_C_CAPACITY_LIST, COMMAND_NODE, OF_PARTNER, COUNT_OF(OF_PARTNER), run_capacities},
        {"intake show",   TEXT_C_INTAKE_SHOW,   COMMAND_NODE, OF_PARTNER, COUNT_OF(OF_PARTNER), run_intake},
        {"absence list",  TEXT_C_ABSENCE_LIST,  COMMAND_NODE, OF_PARTNER, COUNT_OF(OF_PARTNER), run_absences},
        {"mandate show",  TEXT_C_MANDATE_SHOW,  COMMAND_NODE, OF_PARTNER, COUNT_OF(OF_PARTNER), run_mandate},
};
/* clang-format on */
const struct family SUPPLY_SHOW_FAMILY = {COMMANDS, COUNT_OF(COMMANDS)};

/* cmd_areas.c - municipalities and sectors by the steward's tables, each with its days.
 */
#include "nodes/cli/cli.h"

#define OF_AREAS(field) &WIRE_LIST_AREAS, field

/* clang-format off */
static const struct flag AREAS[] = {
        {"PLACE", FLAG_PLACE,  FLAG_OPTIONAL, TEXT_F_AREAS_PLACE, OF_AREAS("place")},
        {"day",   FLAG_DAY,    FLAG_OPTIONAL, TEXT_F_AREAS_DAY,   OF_AREAS("day")},
        {"csv",   FLAG_SWITCH, FLAG_OPTIONAL, TEXT_F_CSV,         NULL, NULL},
};
/* clang-format on */

enum { COLUMNS = 5 };

/* A table that grows: the municipalities, or the sectors of one. */
struct listing {
    struct cli *cli;
    const char **cells;
    size_t n_rows, room;
    char after[6];
};

static const char *name_of(const struct cli *cli, const struct area_line *area)
{
    return cli->lang == LANG_NL ? area->nl : cli->lang == LANG_FR ? area->fr : area->en;
}

static bool add_row(struct listing *list, const char *const row[COLUMNS])
{
    if (list->n_rows == list->room) {
        size_t room = 2 * list->room + 64;
        const char **cells =
                arena_take(&list->cli->arena, room * COLUMNS * sizeof *cells);
        if (cells == NULL)
            return false;
        if (list->n_rows > 0)
            memcpy(cells, list->cells, list->n_rows * COLUMNS * sizeof *cells);
        list->cells = cells;
        list->room = room;
    }
    memcpy(&list->cells[list->n_rows++ * COLUMNS], row, COLUMNS * sizeof *row);
    return true;
}

static bool add_sectors(struct listing *list, const struct area_line *area)
{
    for (size_t i = 0; i < area->n_sectors; i++) {
        const struct sector *sector = &area->sectors[i];
        const char *const row[COLUMNS] = {sector->code, area->nis,
                name_of(list->cli, area), cli_day(list->cli, sector->from_day),
                cli_day(list->cli, sector->until_day)};
        if (!add_row(list, row))
            return false;
    }
    return true;
}

static bool add_area(struct listing *list, const struct area_line *area)
{
    const char *const row[COLUMNS] = {area->nis, name_of(list->cli, area),
            cli_number(list->cli, area->sector_count),
            cli_day(list->cli, area->from_day), cli_day(list->cli, area->until_day)};
    return add_row(list, row);
}

static void put(struct listing *list, bool csv)
{
    if (!csv) {
        cli_table(list->cli, list->cells, list->n_rows, COLUMNS);
        return;
    }
    cli_csv_begin(list->cli->out);
    for (size_t i = 0; i < list->n_rows * COLUMNS; i++)
        cli_csv_field(list->cli->out, list->cells[i], i % COLUMNS == COLUMNS - 1);
}

/* A municipality in words above its sectors. */
static void put_head(struct cli *cli, const struct area_line *area)
{
    cli_heading(cli, name_of(cli, area));
    cli_line(cli, TEXT_L_AREA, area->nis);
    cli_line(cli, TEXT_L_FROM, cli_day(cli, area->from_day));
    cli_line(cli, TEXT_L_UNTIL, cli_day(cli, area->until_day));
}

static int put_place(struct cli *cli, const struct list_areas *wish,
        const struct area_list *found)
{
    const char *const heads[COLUMNS] = {cli_words(cli, TEXT_H_SECTOR),
            cli_words(cli, TEXT_H_NIS_CODE), cli_words(cli, TEXT_H_NAME),
            cli_words(cli, TEXT_H_FIRST_DAY), cli_words(cli, TEXT_H_LAST_DAY)};
    struct listing list = {.cli = cli};
    bool csv = cli_given(cli, "csv");
    if (found->n_areas == 0 && !csv) {
        cli_say(cli, TEXT_NONE_AREA, wish->place, NULL);
        return EXIT_OK;
    }
    if (!add_row(&list, heads))
        return cli_no_room(cli);
    for (size_t i = 0; i < found->n_areas; i++)
        if (!add_sectors(&list, &found->areas[i]))
            return cli_no_room(cli);
    if (!csv && ids_area_ok(wish->place))
        put_head(cli, &found->areas[0]);
    if (csv || list.n_rows > 1)
        put(&list, csv);
    return EXIT_OK;
}

/* Page after page, until it was all. */
static int put_all(struct cli *cli, struct list_areas *wish, struct reply *reply)
{
    const char *const heads[COLUMNS] = {cli_words(cli, TEXT_H_NIS_CODE),
            cli_words(cli, TEXT_H_NAME), cli_words(cli, TEXT_H_SECTORS),
            cli_words(cli, TEXT_H_FIRST_DAY), cli_words(cli, TEXT_H_LAST_DAY)};
    struct request request = {.areas = wish};
    struct listing list = {.cli = cli};
    bool ok = add_row(&list, heads);
    while (true) {
        const struct area_list *found = reply->areas;
        /* Who says what was asked for already has no more to say. */
        if (found != NULL && found->n_areas > 0 && wish->after[0] != '\0' &&
                strcmp(found->areas[0].nis, wish->after) <= 0)
            break;
        for (size_t i = 0; ok && found != NULL && i < found->n_areas; i++)
            ok = add_area(&list, &found->areas[i]);
        if (!ok)
            return cli_no_room(cli);
        if (found == NULL || !found->more || found->n_areas == 0)
            break;
        wish->after = found->areas[found->n_areas - 1].nis;
        int status = cli_send(cli, &request, reply);
        if (status != EXIT_OK)
            return status;
    }
    if (list.n_rows == 1 && !cli_given(cli, "csv")) {
        cli_say(cli, TEXT_NONE_AREAS, NULL, NULL);
        return EXIT_OK;
    }
    put(&list, cli_given(cli, "csv"));
    return EXIT_OK;
}

static int run_areas(struct cli *cli)
{
    struct list_areas wish = {.place = "", .after = ""};
    const struct form form = {&WIRE_LIST_AREAS, &wish};
    struct request request = {.areas = &wish};
    struct reply reply;
    if (!cli_fill(cli, &form, 1))
        return EXIT_USAGE;
    int status = cli_send(cli, &request, &reply);
    if (status != EXIT_OK || cli->json)
        return status;
    static const struct area_list none = {.n_areas = 0};
    if (wish.place[0] != '\0')
        return put_place(cli, &wish, reply.areas != NULL ? reply.areas : &none);
    return put_all(cli, &wish, &reply);
}

static const struct command COMMANDS[] = {
        {"areas", TEXT_C_AREAS, COMMAND_NODE, AREAS, COUNT_OF(AREAS), run_areas},
};
const struct family AREAS_FAMILY = {COMMANDS, COUNT_OF(COMMANDS)};

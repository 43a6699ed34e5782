/* cmd_directory.c - who is in the network, and what they offer. */
#include "nodes/cli/cli.h"

enum { COLUMNS = 6 };

/* clang-format off */
static const struct flag DIRECTORY[] = {
        {"PARTNER", FLAG_PARTNER, FLAG_OPTIONAL, TEXT_F_PARTNER,      &WIRE_LIST_DIRECTORY,
         "partner"},
        {"need",    FLAG_CODE,    FLAG_OPTIONAL, TEXT_F_SERVICE_NEED, &WIRE_LIST_DIRECTORY,
         "need"   },
};
/* clang-format on */

static const char *type_of(const struct cli *cli, const struct entry *entry)
{
    return vocab_label(VOCAB_PARTNER_TYPE, entry->partner_type, cli->lang);
}

static void put_row(struct cli *cli, const struct entry *entry, const char **cells)
{
    cells[0] = entry->partner;
    cells[1] = entry->name;
    cells[2] = type_of(cli, entry);
    cells[3] = vocab_label(VOCAB_INTAKE_STATE, entry->intake, cli->lang);
    cells[4] = cli_words_of(cli, "partnership_", entry->partnership);
    cells[5] = cli_joined(cli, entry->areas, entry->n_areas);
}

static void put_entry(struct cli *cli, const struct entry *entry)
{
    cli_heading(cli, entry->name);
    cli_line(cli, TEXT_L_PARTNER, entry->partner);
    cli_line(cli, TEXT_L_PARTNER_TYPE, type_of(cli, entry));
    cli_line(cli, TEXT_L_SUPPORTED_BY, entry->supported_by);
    cli_line(cli, TEXT_L_AREA, cli_joined(cli, entry->areas, entry->n_areas));
    cli_line(cli, TEXT_L_SERVICES_OFFERED,
            cli_labels(cli, VOCAB_NEED_CATEGORY, entry->services, entry->n_services));
    cli_line(cli, TEXT_L_INTAKE,
            vocab_label(VOCAB_INTAKE_STATE, entry->intake, cli->lang));
    cli_line(cli, TEXT_L_PARTNERSHIP,
            cli_words_of(cli, "partnership_", entry->partnership));
    cli_line(cli, TEXT_L_HAS_KEY, cli_words(cli, entry->has_key ? TEXT_YES : TEXT_NO));
    cli_line(cli, TEXT_L_FINGERPRINT, entry->fingerprint);
}

static int put_list(struct cli *cli, const struct directory_list *list)
{
    static const enum text_id heads[COLUMNS] = {TEXT_H_PARTNER, TEXT_H_NAME,
            TEXT_H_TYPE, TEXT_H_INTAKE, TEXT_H_PARTNERSHIP, TEXT_H_AREAS};
    const char **cells = cli_cells(cli, heads, COLUMNS, list->n_entries);
    if (cells == NULL)
        return cli_no_room(cli);
    for (size_t i = 0; i < list->n_entries; i++)
        put_row(cli, &list->entries[i], cells + (i + 1) * COLUMNS);
    cli_table(cli, cells, list->n_entries + 1, COLUMNS);
    return EXIT_OK;
}

static int run_directory(struct cli *cli)
{
    struct list_directory wish = {0};
    const struct form form = {&WIRE_LIST_DIRECTORY, &wish};
    struct request request = {.directory = &wish};
    struct reply reply;
    int shown = EXIT_OK;
    if (!cli_fill(cli, &form, 1))
        return EXIT_USAGE;
    int status = cli_send(cli, &request, &reply);
    if (status != EXIT_OK || cli->json)
        return status;
    const struct directory_list *list = reply.directory;
    if (list == NULL || list->n_entries == 0) {
        cli_say(cli, TEXT_NONE_PARTNERS, NULL, NULL);
        return EXIT_OK;
    }
    if (cli_given(cli, "PARTNER"))
        put_entry(cli, &list->entries[0]);
    else
        shown = put_list(cli, list);
    cli_say(cli, TEXT_DIRECTORY_AGE, cli_number(cli, list->serial),
            cli_moment(cli, list->issued_ms));
    return shown;
}

/* clang-format off */
static const struct command COMMANDS[] = {
        {"directory", TEXT_C_DIRECTORY, COMMAND_EITHER, DIRECTORY, COUNT_OF(DIRECTORY),
         run_directory},
};
/* clang-format on */
const struct family DIRECTORY_FAMILY = {COMMANDS, COUNT_OF(COMMANDS)};

/* cmd_flows.c - partnership map: who may send what to whom. */
#include "core/time.h"
#include "nodes/cli/cli.h"

enum { COLUMNS = 6 };

/* clang-format off */
static const struct flag MAP[] = {
        {"network", FLAG_SWITCH, FLAG_OPTIONAL, TEXT_F_MAP_NETWORK, &WIRE_SHOW_FLOWS, "network"},
        {"after",   FLAG_NUMBER, FLAG_OPTIONAL, TEXT_F_AFTER,       &WIRE_SHOW_FLOWS, "after"  },
        {"csv",     FLAG_SWITCH, FLAG_OPTIONAL, TEXT_F_CSV,         NULL,             NULL     },
};
/* clang-format on */

/* What may go that way: "S0, S1, S2", "S0", or nothing. */
static const char *levels_to(const struct cli *cli, enum level level)
{
    switch (level) {
    case LEVEL_NONE: break;
    case LEVEL_S0: return "S0";
    case LEVEL_S1: return "S0, S1";
    case LEVEL_S2: return "S0, S1, S2";
    }
    return cli_words(cli, TEXT_NO);
}

static void put_row(struct cli *cli, const struct flow *flow, const char **cells)
{
    cells[0] = flow->a;
    cells[1] = flow->via[0] == '\0'
                       ? flow->b
                       : cli_format(cli, TEXT_FLOW_VIA, flow->b, flow->via);
    cells[2] = levels_to(cli, flow->to_b);
    cells[3] = levels_to(cli, flow->to_a);
    cells[4] = cli_words(cli, flow->niss_allowed ? TEXT_YES : TEXT_NO);
    cells[5] = cli_day(cli, flow->until_day);
}

/* For what and which data: too long for a table. */
static void put_words(struct cli *cli, const struct flow *flow)
{
    cli_heading(cli, cli_format(cli, TEXT_FLOW_PAIR, flow->a, flow->b));
    cli_line(cli, TEXT_L_PURPOSES,
            cli_labels(cli, VOCAB_PURPOSE, flow->purposes, flow->n_purposes));
    cli_line(cli, TEXT_L_DATA,
            cli_labels(cli, VOCAB_DATA_CATEGORY, flow->data_categories,
                    flow->n_data_categories));
}

static int put_map(struct cli *cli, const struct flow_map *map)
{
    const char **cells =
            arena_take(&cli->arena, (map->n_flows + 1) * COLUMNS * sizeof *cells);
    if (cells == NULL)
        return cli_no_room(cli);
    cells[0] = "A";
    cells[1] = "B";
    cells[2] = cli_words(cli, TEXT_H_TO_B);
    cells[3] = cli_words(cli, TEXT_H_TO_A);
    cells[4] = cli_words(cli, TEXT_H_NISS);
    cells[5] = cli_words(cli, TEXT_L_UNTIL);
    for (size_t i = 0; i < map->n_flows; i++)
        put_row(cli, &map->flows[i], cells + (i + 1) * COLUMNS);
    cli_table(cli, cells, map->n_flows + 1, COLUMNS);
    for (size_t i = 0; i < map->n_flows; i++)
        put_words(cli, &map->flows[i]);
    fputc('\n', cli->out);
    cli_paragraph(cli->out, cli_words(cli, TEXT_FLOW_NOTE), 0);
    if (map->next != 0)
        cli_say(cli, TEXT_MORE, cli_number(cli, map->next), NULL);
    return EXIT_OK;
}

/* Codes behind each other, a space between. */
static const char *codes(struct cli *cli, enum vocab vocab, const uint16_t *rows,
        size_t n)
{
    size_t len = 0, at = 0;
    for (size_t i = 0; i < n; i++)
        len += strlen(vocab_code(vocab, rows[i])) + 1;
    char *words = arena_take(&cli->arena, len + 1);
    for (size_t i = 0; words != NULL && i < n; i++)
        at += (size_t)snprintf(words + at, len + 1 - at, "%s%s", i == 0 ? "" : " ",
                vocab_code(vocab, rows[i]));
    return words;
}

/* A day as programs read it. */
static const char *iso_day(struct cli *cli, uint32_t day)
{
    char text[TIME_TEXT_BYTES];
    time_day_text((int32_t)day, text);
    return day == 0 ? "" : cli_format(cli, TEXT_AS_IS, text, NULL);
}

static int put_csv(struct cli *cli, const struct flow_map *map)
{
    static const char *const HEAD[] = {"a", "b", "via", "to_b", "to_a", "niss",
            "until_day", "purposes", "data_categories"};
    cli_csv_begin(cli->out);
    for (size_t c = 0; c < COUNT_OF(HEAD); c++)
        cli_csv_field(cli->out, HEAD[c], c + 1 == COUNT_OF(HEAD));
    for (size_t i = 0; i < map->n_flows; i++) {
        const struct flow *flow = &map->flows[i];
        const char *const cells[COUNT_OF(HEAD)] = {flow->a, flow->b, flow->via,
                level_name(flow->to_b), level_name(flow->to_a),
                flow->niss_allowed ? "yes" : "no", iso_day(cli, flow->until_day),
                codes(cli, VOCAB_PURPOSE, flow->purposes, flow->n_purposes),
                codes(cli, VOCAB_DATA_CATEGORY, flow->data_categories,
                        flow->n_data_categories)};
        for (size_t c = 0; c < COUNT_OF(HEAD); c++) {
            if (cells[c] == NULL)
                return cli_no_room(cli);
            cli_csv_field(cli->out, cells[c], c + 1 == COUNT_OF(HEAD));
        }
    }
    return EXIT_OK;
}

static int run_map(struct cli *cli)
{
    struct show_flows show = {0};
    const struct form form = {&WIRE_SHOW_FLOWS, &show};
    struct request request = {.flows = &show};
    struct reply reply;
    if (!cli_fill(cli, &form, 1))
        return EXIT_USAGE;
    int status = cli_send(cli, &request, &reply);
    if (status != EXIT_OK || cli->json)
        return status;
    const struct flow_map none = {.n_flows = 0};
    const struct flow_map *map = reply.flows != NULL ? reply.flows : &none;
    if (cli_given(cli, "csv"))
        return put_csv(cli, map);
    if (map->n_flows > 0)
        return put_map(cli, map);
    cli_say(cli, TEXT_NONE_FLOWS, NULL, NULL);
    return EXIT_OK;
}

/* clang-format off */
static const struct command COMMANDS[] = {
        {"partnership map", TEXT_C_PARTNERSHIP_MAP, COMMAND_NODE, MAP, COUNT_OF(MAP), run_map},
};
/* clang-format on */
const struct family FLOWS_FAMILY = {COMMANDS, COUNT_OF(COMMANDS)};

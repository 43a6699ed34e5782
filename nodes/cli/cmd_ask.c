/* cmd_ask.c - asks among neighbours: posting, seeing, taking up, giving back, ending.
 */
#include <stdlib.h>

#include "nodes/cli/cli.h"

#define OF_POST(field)  &WIRE_POST_ASK, field
#define OF_CLAIM(field) &WIRE_CLAIM_ASK, field
#define OF_END(field)   &WIRE_END_ASK, field
#define OF_LIST(field)  &WIRE_LIST_NEIGHBOURS, field

/* clang-format off */
static const struct flag POST[] = {
        {"need",     FLAG_CODE,     FLAG_REQUIRED, TEXT_F_ASK_NEED,    OF_POST("need")},
        {"area",     FLAG_PLACE,    FLAG_REQUIRED, TEXT_F_ASK_AREA,    OF_POST("area")},
        {"text",     FLAG_TEXT,     FLAG_REQUIRED, TEXT_F_ASK_TEXT,    OF_POST("text")},
        {"language", FLAG_LANGUAGE, FLAG_ASKED,    TEXT_F_LANGUAGE,    OF_POST("language")},
        {"until",    FLAG_DAY,      FLAG_ASKED,    TEXT_F_ASK_UNTIL,   OF_POST("until_day")},
        {"from-case", FLAG_NUMBER,  FLAG_OPTIONAL, TEXT_F_ASK_CASE,    OF_POST("from_case")},
        {"consent",  FLAG_NUMBER,   FLAG_OPTIONAL, TEXT_F_ASK_CONSENT, OF_POST("consent_number")},
        {"same-person", FLAG_TEXT,  FLAG_OPTIONAL, TEXT_F_SAME_PERSON, OF_POST("same_person")},
        {"sure",     FLAG_SWITCH,   FLAG_OPTIONAL, TEXT_F_SURE,        OF_POST("sure")},
};
static const struct flag CLAIM[] = {
        {"ASK",      FLAG_TEXT,     FLAG_REQUIRED, TEXT_F_ASK,         OF_CLAIM("ask")},
        {"antenna",  FLAG_PARTNER,  FLAG_OPTIONAL, TEXT_F_ASK_ANTENNA, OF_CLAIM("antenna")},
};
static const struct flag RELEASE[] = {
        {"ASK",      FLAG_TEXT,     FLAG_REQUIRED, TEXT_F_ASK,         OF_CLAIM("ask")},
};
static const struct flag DONE[] = {
        {"ASK",      FLAG_TEXT,     FLAG_REQUIRED, TEXT_F_ASK_OR_NUMBER, NULL, NULL},
};
static const struct flag WITHDRAW[] = {
        {"NUMBER",   FLAG_NUMBER,   FLAG_REQUIRED, TEXT_F_ASK_NUMBER,  OF_END("number")},
};
static const struct flag LIST[] = {
        {"PARTNER",  FLAG_PARTNER,  FLAG_OPTIONAL, TEXT_F_SAID_BY,     OF_LIST("partner")},
        {"area",     FLAG_PLACE,    FLAG_OPTIONAL, TEXT_F_ONLY_ABOUT,  OF_LIST("area")},
        {"all",      FLAG_SWITCH,   FLAG_OPTIONAL, TEXT_F_ALSO_OVER,   OF_LIST("all")},
};
/* clang-format on */

static int send(struct cli *cli, struct request *request, enum text_id done,
        const char *a)
{
    struct reply reply;
    int status = cli_send(cli, request, &reply);
    if (status == EXIT_OK && !cli->json)
        cli_say(cli, done, a, NULL);
    return status;
}

static int run_post(struct cli *cli)
{
    struct post_ask post = {.need = 0};
    const struct form form = {&WIRE_POST_ASK, &post};
    struct request request = {.ask_post = &post};
    struct reply reply;
    if (!cli_fill(cli, &form, 1))
        return EXIT_USAGE;
    int status = cli_send(cli, &request, &reply);
    if (status == EXIT_OK && !cli->json && reply.made != NULL)
        cli_say(cli, TEXT_DONE_ASK_POSTED, cli_number(cli, reply.made->count), NULL);
    return status;
}

static int run_claim(struct cli *cli)
{
    struct claim_ask claim = {.ask = ""};
    const struct form form = {&WIRE_CLAIM_ASK, &claim};
    struct request request = {.ask_claim = &claim};
    return cli_fill(cli, &form, 1)
                   ? send(cli, &request, TEXT_DONE_ASK_CLAIMED, claim.ask)
                   : EXIT_USAGE;
}

static int run_release(struct cli *cli)
{
    struct claim_ask claim = {.ask = "", .release = true};
    const struct form form = {&WIRE_CLAIM_ASK, &claim};
    struct request request = {.ask_claim = &claim};
    return cli_fill(cli, &form, 1)
                   ? send(cli, &request, TEXT_DONE_ASK_RELEASED, claim.ask)
                   : EXIT_USAGE;
}

/* A number is an ask of our own; whose it is and a number is one that we took up. */
static int run_done(struct cli *cli)
{
    struct end_ask end = {.done = true};
    struct claim_ask claim = {.done = true};
    struct request own = {.ask_end = &end};
    struct request others = {.ask_claim = &claim};
    char *rest;
    if (!cli_fill(cli, NULL, 0))
        return EXIT_USAGE;
    claim.ask = cli_text(cli, "ASK");
    end.number = strtoull(claim.ask, &rest, 10);
    bool number = *rest == '\0' && end.number != 0;
    return send(cli, number ? &own : &others, TEXT_DONE_ASK_DONE, claim.ask);
}

static int run_withdraw(struct cli *cli)
{
    struct end_ask end = {.done = false};
    const struct form form = {&WIRE_END_ASK, &end};
    struct request request = {.ask_end = &end};
    return cli_fill(cli, &form, 1) ? send(cli, &request, TEXT_DONE_ASK_WITHDRAWN,
                                             cli_number(cli, end.number))
                                   : EXIT_USAGE;
}

/* --- the list --- */

/* "taken up by antenne-noord (ldc-noord)" */
static const char *state_of(struct cli *cli, const struct neighbour_line *line)
{
    const struct ask *ask = line->ask;
    const char *label = vocab_label(VOCAB_ASK_STATE, ask->state, cli->lang);
    if (line->claimed_by[0] != '\0')
        return cli_format(cli, TEXT_ASK_WAITS, line->claimed_by, NULL);
    if (ask->taken_by[0] == '\0')
        return label;
    return cli_format(cli, TEXT_OF_ANTENNA, label,
            ask->taken_for[0] != '\0' ? ask->taken_for : ask->taken_by);
}

static void put_row(struct cli *cli, const struct neighbour_line *line,
        const char **cells)
{
    const struct ask *ask = line->ask;
    cells[0] = line->ours ? cli_format(cli, TEXT_ASK_OURS, line->author,
                                    cli_number(cli, line->number))
                          : cli_format(cli, TEXT_REFERENCE, line->author,
                                    cli_number(cli, line->number));
    cells[1] = vocab_label(VOCAB_NEED_CATEGORY, ask->need, cli->lang);
    cells[2] = ask->area;
    cells[3] = ask->language;
    cells[4] = state_of(cli, line);
    cells[5] = cli_date(cli, line->until_ms - 1);
}

static int put_list(struct cli *cli, const struct neighbour_list *list)
{
    static const enum text_id heads[] = {TEXT_H_ASK, TEXT_H_NEED, TEXT_H_AREAS,
            TEXT_H_LANGUAGES, TEXT_H_STATE, TEXT_H_UNTIL};
    enum { COLUMNS = COUNT_OF(heads) };
    const char **cells = cli_cells(cli, heads, COLUMNS, list->n_lines);
    const char **notes = arena_take(&cli->arena, (list->n_lines + 1) * sizeof *notes);
    if (cells == NULL || notes == NULL)
        return cli_no_room(cli);
    notes[0] = "";
    size_t n = 1;
    for (size_t i = 0; i < list->n_lines; i++) {
        if (list->lines[i].ask == NULL)
            continue;
        put_row(cli, &list->lines[i], &cells[n * COLUMNS]);
        notes[n++] = list->lines[i].ask->text;
    }
    cli_table_notes(cli, cells, n, COLUMNS, notes);
    if (list->more > 0)
        cli_say(cli, TEXT_MORE_NEIGHBOURS, cli_number(cli, list->more), NULL);
    return EXIT_OK;
}

static int run_list(struct cli *cli)
{
    struct list_neighbours wish = {.kind = STATEMENT_KIND_ASK,
            .partner = "",
            .area = "",
            .which = "",
            .language = ""};
    const struct form form = {&WIRE_LIST_NEIGHBOURS, &wish};
    struct request request = {.neighbours = &wish};
    struct reply reply;
    int status;
    if (!cli_list(cli, &form, &request, &reply, &status))
        return status;
    if (reply.neighbours == NULL || reply.neighbours->n_lines == 0)
        return cli_none(cli, TEXT_NONE_ASKS);
    return put_list(cli, reply.neighbours);
}

/* clang-format off */
static const struct command COMMANDS[] = {
        {"ask post",     TEXT_C_ASK_POST,     COMMAND_NODE, POST,     COUNT_OF(POST),     run_post},
        {"ask list",     TEXT_C_ASK_LIST,     COMMAND_NODE, LIST,     COUNT_OF(LIST),     run_list},
        {"ask claim",    TEXT_C_ASK_CLAIM,    COMMAND_NODE, CLAIM,    COUNT_OF(CLAIM),    run_claim},
        {"ask release",  TEXT_C_ASK_RELEASE,  COMMAND_NODE, RELEASE,  COUNT_OF(RELEASE),  run_release},
        {"ask done",     TEXT_C_ASK_DONE,     COMMAND_NODE, DONE,     COUNT_OF(DONE),     run_done},
        {"ask withdraw", TEXT_C_ASK_WITHDRAW, COMMAND_NODE, WITHDRAW, COUNT_OF(WITHDRAW), run_withdraw},
};
/* clang-format on */
const struct family ASK_FAMILY = {COMMANDS, COUNT_OF(COMMANDS)};

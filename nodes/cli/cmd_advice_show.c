/* cmd_advice_show.c - campaigns, barriers and advice as they were said, and the answers
 * to advice. */
#include "nodes/cli/cli_evidence.h"

#define OF_LIST(field) &WIRE_LIST_NEIGHBOURS, field

/* clang-format off */
static const struct flag LIST[] = {
        {"PARTNER", FLAG_PARTNER, FLAG_OPTIONAL, TEXT_F_SAID_BY,    OF_LIST("partner")},
        {"area",    FLAG_PLACE,   FLAG_OPTIONAL, TEXT_F_ONLY_ABOUT, OF_LIST("area")},
        {"audience", FLAG_CODE,   FLAG_OPTIONAL, TEXT_F_ONLY_AUDIENCE, OF_LIST("audience")},
        {"language", FLAG_LANGUAGE, FLAG_OPTIONAL, TEXT_F_IN_LANGUAGE, OF_LIST("language")},
};
static const struct flag SHOW[] = {
        {"ADVICE",   FLAG_TEXT,   FLAG_REQUIRED, TEXT_F_ADVICE,     OF_LIST("which")},
        {"evidence", FLAG_FILE,   FLAG_OPTIONAL, TEXT_F_EVIDENCE_COMPARE, NULL, NULL},
};
/* clang-format on */

static const char *reference(struct cli *cli, const struct neighbour_line *line)
{
    return cli_format(cli, TEXT_REFERENCE, line->author, cli_number(cli, line->number));
}

/* --- each as people read it --- */

static int show_campaign(struct cli *cli, const struct neighbour_line *line)
{
    const struct campaign *says = line->campaign;
    if (says == NULL)
        return EXIT_OK;
    cli_heading(cli, cli_format(cli, TEXT_TITLED, reference(cli, line), says->title));
    cli_line(cli, TEXT_L_SAID, says->text);
    cli_line(cli, TEXT_L_AUDIENCES,
            cli_labels(cli, VOCAB_AUDIENCE, says->audiences, says->n_audiences));
    cli_line(cli, TEXT_L_AREA, cli_joined(cli, says->areas, says->n_areas));
    cli_line(cli, TEXT_L_LANGUAGES,
            cli_joined(cli, says->languages, says->n_languages));
    cli_line(cli, TEXT_L_CONTACT, says->contact);
    cli_line(cli, TEXT_L_FROM, cli_day(cli, says->from_day));
    cli_line(cli, TEXT_L_UNTIL, cli_date(cli, line->until_ms - 1));
    return cli_show_evidence(cli, says->evidence);
}

static int show_barrier(struct cli *cli, const struct neighbour_line *line)
{
    const struct barrier *says = line->barrier;
    if (says == NULL)
        return EXIT_OK;
    cli_heading(cli, cli_format(cli, TEXT_TITLED, reference(cli, line),
                             vocab_label(VOCAB_BARRIER, says->barrier, cli->lang)));
    cli_line(cli, TEXT_L_NEED, vocab_label(VOCAB_NEED_CATEGORY, says->need, cli->lang));
    cli_line(cli, TEXT_L_FREQUENCY,
            vocab_label(VOCAB_BARRIER_FREQUENCY, says->frequency, cli->lang));
    cli_line(cli, TEXT_L_AUDIENCES,
            cli_labels(cli, VOCAB_AUDIENCE, says->audiences, says->n_audiences));
    cli_line(cli, TEXT_L_AREA, cli_joined(cli, says->areas, says->n_areas));
    cli_line(cli, TEXT_L_LANGUAGES,
            cli_joined(cli, says->languages, says->n_languages));
    cli_line(cli, TEXT_L_SAID, says->text);
    cli_line(cli, TEXT_L_UNTIL, cli_date(cli, line->until_ms - 1));
    return cli_show_evidence(cli, says->evidence);
}

static void show_answers(struct cli *cli, const struct neighbour_line *line)
{
    for (size_t i = 0; i < line->n_answers; i++) {
        const struct advice_answer_line *answer = &line->answers[i];
        if (answer->answer == NULL)
            continue;
        cli_line(cli, TEXT_L_ANSWER,
                cli_format(cli, TEXT_ANSWER_OF, answer->partner,
                        cli_format(cli, TEXT_ON_DAY,
                                vocab_label(VOCAB_ADVICE_ANSWER, answer->answer->answer,
                                        cli->lang),
                                cli_date(cli, answer->said_ms))));
        if (answer->answer->text[0] != '\0')
            cli_paragraph(cli->out, answer->answer->text, 4);
    }
    if (line->n_answers == 0)
        cli_say(cli, TEXT_NO_ANSWER_YET, NULL, NULL);
}

static int show_advice(struct cli *cli, const struct neighbour_line *line)
{
    const struct advice *says = line->advice;
    if (says == NULL)
        return EXIT_OK;
    cli_heading(cli, cli_format(cli, TEXT_TITLED, reference(cli, line), says->title));
    cli_line(cli, TEXT_L_SAID, says->text);
    cli_line(cli, TEXT_L_ADVICE_TO, cli_joined(cli, says->partners, says->n_partners));
    cli_line(cli, TEXT_L_ADVICE_TYPES,
            cli_labels(cli, VOCAB_PARTNER_TYPE, says->partner_types,
                    says->n_partner_types));
    cli_line(cli, TEXT_L_ANSWER_BY, cli_day(cli, says->answer_by_day));
    cli_line(cli, TEXT_L_AREA, cli_joined(cli, says->areas, says->n_areas));
    cli_line(cli, TEXT_L_AUDIENCES,
            cli_labels(cli, VOCAB_AUDIENCE, says->audiences, says->n_audiences));
    cli_line(cli, TEXT_L_LANGUAGES,
            cli_joined(cli, says->languages, says->n_languages));
    cli_line(cli, TEXT_L_BARRIERS, cli_joined(cli, says->barriers, says->n_barriers));
    int status = cli_show_evidence(cli, says->evidence);
    show_answers(cli, line);
    return status;
}

/* --- lists --- */

static int ask(struct cli *cli, struct list_neighbours *wish, enum text_id none,
        int (*show)(struct cli *cli, const struct neighbour_line *line))
{
    const struct form form = {&WIRE_LIST_NEIGHBOURS, wish};
    struct request request = {.neighbours = wish};
    struct reply reply;
    int status;
    if (!cli_list(cli, &form, &request, &reply, &status))
        return status;
    const struct neighbour_list *list = reply.neighbours;
    if (list == NULL || list->n_lines == 0)
        return cli_none(cli, none);
    for (size_t i = 0; i < list->n_lines && status == EXIT_OK; i++)
        status = show(cli, &list->lines[i]);
    if (list->more > 0)
        cli_say(cli, TEXT_MORE_NEIGHBOURS, cli_number(cli, list->more), NULL);
    return status;
}

static struct list_neighbours list_of(enum statement_kind kind)
{
    return (struct list_neighbours){.kind = kind,
            .partner = "",
            .area = "",
            .which = "",
            .language = ""};
}

static int run_campaigns(struct cli *cli)
{
    struct list_neighbours wish = list_of(STATEMENT_KIND_CAMPAIGN);
    return ask(cli, &wish, TEXT_NONE_CAMPAIGNS, show_campaign);
}

static int run_barriers(struct cli *cli)
{
    struct list_neighbours wish = list_of(STATEMENT_KIND_BARRIER);
    return ask(cli, &wish, TEXT_NONE_BARRIERS, show_barrier);
}

static int run_advice_show(struct cli *cli)
{
    struct list_neighbours wish = list_of(STATEMENT_KIND_ADVICE);
    return ask(cli, &wish, TEXT_NONE_ADVICE, show_advice);
}

/* The last answer: "is being studied (chambry)". */
static const char *answered(struct cli *cli, const struct neighbour_line *line)
{
    const struct advice_answer_line *last = NULL;
    for (size_t i = 0; i < line->n_answers; i++)
        if (line->answers[i].answer != NULL &&
                (last == NULL || line->answers[i].said_ms > last->said_ms))
            last = &line->answers[i];
    if (last == NULL)
        return cli_words(cli, line->for_us ? TEXT_ANSWER_IS_OURS : TEXT_NOT_ANSWERED);
    return cli_format(cli, TEXT_OF_ANTENNA,
            vocab_label(VOCAB_ADVICE_ANSWER, last->answer->answer, cli->lang),
            last->partner);
}

static int put_register(struct cli *cli, const struct neighbour_list *list)
{
    static const enum text_id heads[] = {TEXT_H_ADVICE, TEXT_H_TITLE, TEXT_H_SAID,
            TEXT_H_ANSWER_BY, TEXT_H_ANSWER};
    enum { COLUMNS = COUNT_OF(heads) };
    const char **cells = cli_cells(cli, heads, COLUMNS, list->n_lines);
    if (cells == NULL)
        return cli_no_room(cli);
    size_t n = 1;
    for (size_t i = 0; i < list->n_lines; i++) {
        const struct neighbour_line *line = &list->lines[i];
        if (line->advice == NULL)
            continue;
        const char **row = &cells[n++ * COLUMNS];
        row[0] = reference(cli, line);
        row[1] = line->advice->title;
        row[2] = cli_date(cli, line->said_ms);
        row[3] = cli_day(cli, line->advice->answer_by_day);
        row[4] = answered(cli, line);
    }
    cli_table(cli, cells, n, COLUMNS);
    return EXIT_OK;
}

static int run_register(struct cli *cli)
{
    struct list_neighbours wish = list_of(STATEMENT_KIND_ADVICE);
    const struct form form = {&WIRE_LIST_NEIGHBOURS, &wish};
    struct request request = {.neighbours = &wish};
    struct reply reply;
    int status;
    if (!cli_list(cli, &form, &request, &reply, &status))
        return status;
    if (reply.neighbours == NULL || reply.neighbours->n_lines == 0)
        return cli_none(cli, TEXT_NONE_ADVICE);
    return put_register(cli, reply.neighbours);
}

/* clang-format off */
static const struct command COMMANDS[] = {
        {"campaign list", TEXT_C_CAMPAIGN_LIST, COMMAND_NODE, LIST, COUNT_OF(LIST), run_campaigns},
        {"barrier list",  TEXT_C_BARRIER_LIST,  COMMAND_NODE, LIST, COUNT_OF(LIST), run_barriers},
        {"advice list",   TEXT_C_ADVICE_LIST,   COMMAND_NODE, LIST, COUNT_OF(LIST), run_register},
        {"advice show",   TEXT_C_ADVICE_SHOW,   COMMAND_NODE, SHOW, COUNT_OF(SHOW), run_advice_show},
};
/* clang-format on */
const struct family ADVICE_SHOW_FAMILY = {COMMANDS, COUNT_OF(COMMANDS)};

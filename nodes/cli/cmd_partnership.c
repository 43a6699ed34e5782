/* cmd_partnership.c - partnerships: propose, agree, end, list, show. */
#include "nodes/cli/cli.h"

enum { LIST_COLUMNS = 5 };

/* clang-format off */
static const struct flag PROPOSE[] = {
        {"PARTNER",      FLAG_PARTNER, FLAG_REQUIRED, TEXT_F_PARTNER,
         &WIRE_PARTNERSHIP_CHANGE,                                                                   "partner"     },
        {"purposes",     FLAG_CODE,    FLAG_REQUIRED, TEXT_F_PURPOSES,
         &WIRE_PARTNERSHIP_CHANGE,                                                                   "purposes"    },
        {"data",         FLAG_CODE,    FLAG_REQUIRED, TEXT_F_DATA,         &WIRE_PARTNERSHIP_CHANGE,
         "data_categories"                                                                                         },
        {"until",        FLAG_DAY,     FLAG_ASKED,    TEXT_F_UNTIL_YEAR,   &WIRE_PARTNERSHIP_CHANGE,
         "until_day"                                                                                               },
        {"secrecy",      FLAG_TEXT,    FLAG_OPTIONAL, TEXT_F_SECRECY,      NULL,                     NULL          },
        {"own-reason",   FLAG_TEXT,    FLAG_ASKED,    TEXT_F_OWN_REASON,
         &WIRE_PARTNERSHIP_CHANGE,                                                                   "own_reason"  },
        {"their-reason", FLAG_TEXT,    FLAG_ASKED,    TEXT_F_THEIR_REASON,
         &WIRE_PARTNERSHIP_CHANGE,                                                                   "their_reason"},
        {"niss",         FLAG_SWITCH,  FLAG_OPTIONAL, TEXT_F_NISS_ALLOWED,
         &WIRE_PARTNERSHIP_CHANGE,                                                                   "niss_allowed"},
};
static const struct flag PARTNER_ONLY[] = {
        {"PARTNER", FLAG_PARTNER, FLAG_REQUIRED, TEXT_F_PARTNER,
         &WIRE_PARTNERSHIP_CHANGE, "partner"},
};
static const struct flag SHOW[] = {
        {"PARTNER", FLAG_PARTNER, FLAG_REQUIRED, TEXT_F_PARTNER,
         &WIRE_SHOW_PARTNERSHIPS, "partner"},
};
/* clang-format on */

/* --- showing --- */

/* "yes: on what ground", or what a no means. */
static const char *secrecy_words(struct cli *cli, bool bound, const char *reason)
{
    return cli_format(cli, bound ? TEXT_SECRECY_YES : TEXT_SECRECY_NO, reason, NULL);
}

static void put_terms(struct cli *cli, enum text_id head,
        const struct terms_line *terms)
{
    if (terms == NULL)
        return;
    cli_heading(cli, cli_words(cli, head));
    cli_line(cli, TEXT_L_PURPOSES,
            cli_labels(cli, VOCAB_PURPOSE, terms->purposes, terms->n_purposes));
    cli_line(cli, TEXT_L_DATA,
            cli_labels(cli, VOCAB_DATA_CATEGORY, terms->data_categories,
                    terms->n_data_categories));
    cli_line(cli, TEXT_L_OWN_SECRECY,
            secrecy_words(cli, terms->own_secrecy_bound, terms->own_reason));
    cli_line(cli, TEXT_L_THEIR_SECRECY,
            secrecy_words(cli, terms->their_secrecy_bound, terms->their_reason));
    cli_line(cli, TEXT_L_NISS_ALLOWED,
            cli_words(cli, terms->niss_allowed ? TEXT_YES : TEXT_NO));
    cli_line(cli, TEXT_L_UNTIL, cli_day(cli, terms->until_day));
}

static void put_todo(struct cli *cli, const struct partnership_line *line)
{
    const struct {
        const char *prefix, *todo;
    } sides[] = {
            {"own_todo_",   line->own_todo  },
            {"their_todo_", line->their_todo},
    };
    char sentence[CLI_WORDS_BYTES];
    for (size_t i = 0; i < COUNT_OF(sides); i++) {
        if (sides[i].todo[0] == '\0')
            continue;
        cli_fill_words(sentence, sizeof sentence,
                cli_words_of(cli, sides[i].prefix, sides[i].todo), line->partner, "");
        fputc('\n', cli->out);
        cli_paragraph(cli->out, sentence, 0);
    }
}

static void put_partnership(struct cli *cli, const struct partnership_line *line)
{
    cli_heading(cli, cli_format(cli, TEXT_PARTNERSHIP_HEAD, line->name,
                             cli_words_of(cli, "partnership_", line->state)));
    cli_line(cli, TEXT_L_PARTNER, line->partner);
    cli_line(cli, TEXT_L_ENDED_BY, line->ended_by);
    cli_line(cli, TEXT_L_ANTENNAS, cli_joined(cli, line->antennas, line->n_antennas));
    put_terms(cli, TEXT_TERMS_IN_FORCE, line->in_force);
    put_terms(cli, TEXT_TERMS_OURS, line->ours);
    put_terms(cli, TEXT_TERMS_THEIRS, line->theirs);
    put_terms(cli, TEXT_TERMS_LAST, line->last);
    put_todo(cli, line);
}

static const char *short_todo(const struct cli *cli, const char *prefix,
        const char *todo)
{
    return todo[0] != '\0' ? cli_words_of(cli, prefix, todo) : "";
}

static int put_list(struct cli *cli, const struct partnership_list *list)
{
    size_t n = list != NULL ? list->n_partnerships : 0;
    const char **cells =
            arena_take(&cli->arena, (n + 1) * LIST_COLUMNS * sizeof *cells);
    if (cells == NULL)
        return cli_no_room(cli);
    if (n == 0) {
        cli_say(cli, TEXT_NONE_PARTNERSHIPS, NULL, NULL);
        return EXIT_OK;
    }
    cells[0] = cli_words(cli, TEXT_H_PARTNER);
    cells[1] = cli_words(cli, TEXT_H_PARTNERSHIP);
    cells[2] = cli_words(cli, TEXT_L_UNTIL);
    cells[3] = cli_words(cli, TEXT_H_OWN_TODO);
    cells[4] = cli_words(cli, TEXT_H_THEIR_TODO);
    for (size_t i = 0; i < n; i++) {
        const struct partnership_line *line = &list->partnerships[i];
        const struct terms_line *terms = line->in_force != NULL ? line->in_force
                                         : line->last != NULL   ? line->last
                                         : line->ours != NULL   ? line->ours
                                                                : line->theirs;
        const char **row = cells + (i + 1) * LIST_COLUMNS;
        row[0] = line->partner;
        row[1] = cli_words_of(cli, "partnership_", line->state);
        row[2] = terms != NULL ? cli_day(cli, terms->until_day) : "";
        row[3] = short_todo(cli, "todo_", line->own_todo);
        row[4] = short_todo(cli, "todo_", line->their_todo);
    }
    cli_table(cli, cells, n + 1, LIST_COLUMNS);
    return EXIT_OK;
}

static int run_list(struct cli *cli)
{
    const struct show_partnerships show = {.partner = ""};
    struct request request = {.partnerships = &show};
    struct reply reply;
    int status = cli_send(cli, &request, &reply);
    if (status != EXIT_OK || cli->json)
        return status;
    return put_list(cli, reply.partnerships);
}

static int run_show(struct cli *cli)
{
    struct show_partnerships show = {0};
    const struct form form = {&WIRE_SHOW_PARTNERSHIPS, &show};
    struct request request = {.partnerships = &show};
    struct reply reply;
    if (!cli_fill(cli, &form, 1))
        return EXIT_USAGE;
    int status = cli_send(cli, &request, &reply);
    if (status != EXIT_OK || cli->json)
        return status;
    for (size_t i = 0;
            reply.partnerships != NULL && i < reply.partnerships->n_partnerships; i++)
        put_partnership(cli, &reply.partnerships->partnerships[i]);
    return EXIT_OK;
}

/* --- changing --- */

/* "own", "theirs", "own,theirs" */
static bool read_secrecy(const char *words, struct partnership_change *change)
{
    while (words != NULL && *words != '\0') {
        size_t len = strcspn(words, ",");
        if (len == strlen("own") && strncmp(words, "own", len) == 0)
            change->own_secrecy_bound = true;
        else if (len == strlen("theirs") && strncmp(words, "theirs", len) == 0)
            change->their_secrecy_bound = true;
        else
            return false;
        words += len + (words[len] == ',' ? 1 : 0);
    }
    return true;
}

/* A person signs what was read. False: no. */
static bool read_first(struct cli *cli, const char *partner)
{
    const struct show_partnerships show = {.partner = partner};
    struct request request = {.partnerships = &show};
    struct reply reply;
    if (!cli->terminal || cli->json || cli->yes)
        return true;
    const char *key = cli->idempotency_key;
    cli->idempotency_key = NULL;
    int status = cli_send_quiet(cli, &request, &reply);
    cli->idempotency_key = key;
    /* What cannot be shown is refused with its reason when it is asked for. */
    if (status != EXIT_OK || reply.partnerships == NULL ||
            reply.partnerships->n_partnerships == 0)
        return true;
    put_partnership(cli, &reply.partnerships->partnerships[0]);
    return cli_confirm(cli, TEXT_ASK_AGREE, partner);
}

static int change_with(struct cli *cli, enum partnership_verb verb, enum text_id done)
{
    struct partnership_change change = {.verb = verb};
    const struct form form = {&WIRE_PARTNERSHIP_CHANGE, &change};
    struct request request = {.partnership = &change};
    struct reply reply;
    if (!cli_fill(cli, &form, 1))
        return EXIT_USAGE;
    if (!read_secrecy(cli_text(cli, "secrecy"), &change))
        return cli_usage_error(cli, "--secrecy", TEXT_BAD_CHOICE,
                cli_text(cli, "secrecy"), "own, theirs");
    /* Who is said to be bound by secrecy is so on a ground that is named. */
    if ((change.own_secrecy_bound && !cli_require(cli, &form, 1, "own-reason")) ||
            (change.their_secrecy_bound && !cli_require(cli, &form, 1, "their-reason")))
        return EXIT_USAGE;
    if (verb == PARTNERSHIP_VERB_AGREE && !read_first(cli, change.partner)) {
        cli_say(cli, TEXT_NOTHING_DONE, NULL, NULL);
        return EXIT_REFUSED;
    }
    int status = cli_send(cli, &request, &reply);
    if (status == EXIT_OK && !cli->json)
        cli_say(cli, done, change.partner, NULL);
    return status;
}

static int run_propose(struct cli *cli)
{
    return change_with(cli, PARTNERSHIP_VERB_PROPOSE, TEXT_DONE_PROPOSED);
}

static int run_agree(struct cli *cli)
{
    return change_with(cli, PARTNERSHIP_VERB_AGREE, TEXT_DONE_AGREED);
}

static int run_end(struct cli *cli)
{
    return change_with(cli, PARTNERSHIP_VERB_END, TEXT_DONE_ENDED);
}

/* clang-format off */
static const struct command COMMANDS[] = {
        {"partnership propose", TEXT_C_PARTNERSHIP_PROPOSE, COMMAND_NODE, PROPOSE,
         COUNT_OF(PROPOSE),      run_propose},
        {"partnership agree",   TEXT_C_PARTNERSHIP_AGREE,   COMMAND_NODE, PARTNER_ONLY,
         COUNT_OF(PARTNER_ONLY), run_agree  },
        {"partnership end",     TEXT_C_PARTNERSHIP_END,     COMMAND_NODE, PARTNER_ONLY,
         COUNT_OF(PARTNER_ONLY), run_end    },
        {"partnership list",    TEXT_C_PARTNERSHIP_LIST,    COMMAND_NODE, NULL, 0, run_list},
        {"partnership show",    TEXT_C_PARTNERSHIP_SHOW,    COMMAND_NODE, SHOW,
         COUNT_OF(SHOW),         run_show   },
};
/* clang-format on */
const struct family PARTNERSHIP_FAMILY = {COMMANDS, COUNT_OF(COMMANDS)};

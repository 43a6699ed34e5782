/* cmd_find.c - who could help with this, best first, each with the reasons for its
 * place; and who cannot be asked now, with why. */
#include "nodes/cli/cli.h"

enum { INDENT = 5, REASONS_INDENT = 8 };

#define OF_FIND(field) &WIRE_FIND, field

/* clang-format off */
static const struct flag FIND[] = {
        {"need",     FLAG_CODE,     FLAG_REQUIRED, TEXT_F_FIND_NEED,     OF_FIND("needs")},
        {"area",     FLAG_PLACE,    FLAG_REQUIRED, TEXT_F_FIND_PLACE,    OF_FIND("place")},
        {"language", FLAG_LANGUAGE, FLAG_OPTIONAL, TEXT_F_FIND_LANGUAGE, OF_FIND("language")},
        {"consent",  FLAG_NUMBER,   FLAG_OPTIONAL, TEXT_F_FIND_CONSENT,  OF_FIND("consent_number")},
        {"limit",    FLAG_PAGE,     FLAG_OPTIONAL, TEXT_F_FIND_LIMIT,    OF_FIND("limit")},
};
/* clang-format on */

/* A reason with what there is to count in it: "there is room (3 to 5 places)". */
static const char *reason_words(struct cli *cli, const struct candidate *candidate,
        uint16_t reason)
{
    const char *words = vocab_label(VOCAB_FIND_REASON, reason, cli->lang);
    switch (reason) {
    case FIND_REASON_CAPACITY_OPEN:
        return candidate->band == 0 ? words
                                    : cli_format(cli, TEXT_FIND_PLACES, words,
                                              vocab_label(VOCAB_CAPACITY_BAND,
                                                      candidate->band, cli->lang));
    case FIND_REASON_CAPACITY_WAITLIST:
        return cli_format(cli, TEXT_FIND_WAIT, words,
                cli_number(cli, candidate->waitlist_days));
    case FIND_REASON_ABSENT:
        return cli_format(cli, TEXT_FIND_UNTIL, words,
                cli_day(cli, candidate->absent_until_day));
    case FIND_REASON_ANSWERS_WELL:
    case FIND_REASON_ANSWERS_MIXED:
    case FIND_REASON_ANSWERS_BADLY:
        return cli_format(cli, TEXT_FIND_TIMES, words,
                cli_format(cli, TEXT_FIND_OF, cli_number(cli, candidate->in_time),
                        cli_number(cli, candidate->asked)));
    default: return words;
    }
}

/* "thuiszorg - Thuiszorg Zenne (via ...)" */
static const char *who(struct cli *cli, const struct candidate *candidate)
{
    const char *words = candidate->partner;
    if (candidate->own)
        return cli_format(cli, TEXT_FIND_OWN, words, NULL);
    return candidate->via[0] == '\0'
                   ? words
                   : cli_format(cli, TEXT_FIND_VIA, words, candidate->via);
}

/* " 1   ldc-aksant  Dienstencentrum Aksant", and under it why it stands there. */
static void put_candidate(struct cli *cli, const struct candidate *candidate,
        size_t place)
{
    char all[CLI_WORDS_BYTES] = "", name[CLI_WORDS_BYTES];
    size_t len = 0;
    for (size_t i = 0; i < candidate->n_reasons && len < sizeof all; i++) {
        /* That it is our own stands beside its name; of who cannot be asked it is
         * enough to say why. */
        bool no = candidate->reasons[i] < FIND_REASON_SERVES;
        if (candidate->reasons[i] == FIND_REASON_OWN || no == candidate->askable)
            continue;
        int put = snprintf(all + len, sizeof all - len, "%s%s", len == 0 ? "" : "; ",
                reason_words(cli, candidate, candidate->reasons[i]));
        len += put > 0 ? (size_t)put : 0;
    }
    if (place != 0)
        fprintf(cli->out, "%3zu  ", place);
    else
        fprintf(cli->out, "%*s", INDENT, "");
    fprintf(cli->out, "%s  ", cli_clean(name, sizeof name, who(cli, candidate)));
    fprintf(cli->out, "%s\n", cli_clean(name, sizeof name, candidate->name));
    cli_paragraph(cli->out, all, REASONS_INDENT);
}

static void put_list(struct cli *cli, const struct candidate_list *list)
{
    size_t i = 0;
    bool any = false;
    for (size_t k = 0; k < list->n_candidates; k++)
        any |= list->candidates[k].askable && !list->candidates[k].own;
    cli_say(cli, any ? TEXT_FIND_ASKABLE : TEXT_FIND_NONE_ASKABLE, NULL, NULL);
    for (; i < list->n_candidates && list->candidates[i].askable; i++)
        put_candidate(cli, &list->candidates[i], i + 1);
    if (i < list->n_candidates)
        cli_heading(cli, cli_words(cli, TEXT_FIND_NOT_ASKABLE));
    for (; i < list->n_candidates; i++)
        put_candidate(cli, &list->candidates[i], 0);
    if (list->total > list->n_candidates)
        cli_say(cli, TEXT_FIND_MORE, cli_number(cli, list->total - list->n_candidates),
                NULL);
    if (any)
        cli_say(cli, TEXT_FIND_REORDER, NULL, NULL);
}

void cli_show_candidates(struct cli *cli, const struct candidate_list *list)
{
    if (list == NULL || list->n_candidates == 0)
        cli_say(cli, TEXT_NONE_FOUND, NULL, NULL);
    else
        put_list(cli, list);
}

static int run_find(struct cli *cli)
{
    struct find wish = {.place = "", .language = ""};
    const struct form form = {&WIRE_FIND, &wish};
    struct request request = {.find = &wish};
    struct reply reply;
    if (!cli_fill(cli, &form, 1))
        return EXIT_USAGE;
    int status = cli_send(cli, &request, &reply);
    if (status != EXIT_OK || cli->json)
        return status;
    cli_show_candidates(cli, reply.found);
    return EXIT_OK;
}

/* clang-format off */
static const struct command COMMANDS[] = {
        {"find", TEXT_C_FIND, COMMAND_NODE, FIND, COUNT_OF(FIND), run_find},
};
/* clang-format on */
const struct family FIND_FAMILY = {COMMANDS, COUNT_OF(COMMANDS)};

/* cli_found.c - what a file of evidence proves and what it does not, in words, for who
 * was not there. */
#include "core/ids.h"
#include "nodes/cli/cli.h"

enum { INDENT = 3, INDENT_MORE = 6 };

const char *cli_found_name(const struct findings *found, const char *partner)
{
    for (size_t i = 0; i < found->n_parties; i++)
        if (strcmp(found->parties[i].partner, partner) == 0)
            return found->parties[i].name;
    return partner;
}

static void tell(struct cli *cli, size_t indent, enum text_id text, const char *a,
        const char *b)
{
    cli_paragraph(cli->out, cli_format(cli, text, a, b), indent);
}

/* ------------------------------------------------------------- what holds */

static void show_consent(struct cli *cli, const struct findings *found,
        const struct found_consent *consent)
{
    const char *days = cli_format(cli, TEXT_V_DAYS, cli_day(cli, consent->from_day),
            cli_day(cli, consent->until_day));
    tell(cli, INDENT, TEXT_V_CONSENT, cli_found_name(found, consent->collector), days);
    tell(cli, INDENT_MORE, TEXT_V_FOR,
            cli_labels(cli, VOCAB_PURPOSE, consent->purposes, consent->n_purposes),
            NULL);
    tell(cli, INDENT_MORE, TEXT_V_DATA,
            cli_labels(cli, VOCAB_DATA_CATEGORY, consent->data_categories,
                    consent->n_data_categories),
            NULL);
    if (consent->withdrawn_ms != 0)
        tell(cli, INDENT_MORE, TEXT_V_WITHDRAWN, cli_moment(cli, consent->withdrawn_ms),
                cli_found_name(found, consent->withdrawn_by));
}

const char *cli_found_reader(struct cli *cli, const struct findings *found,
        const struct found_letter *letter)
{
    const char *node = cli_found_name(found, letter->recipient);
    return letter->on_behalf_of[0] == '\0'
                   ? node
                   : cli_format(cli, TEXT_VIA,
                             cli_found_name(found, letter->on_behalf_of), node);
}

static const char *letter_words(struct cli *cli, const struct findings *found,
        const struct found_letter *letter)
{
    const char *reader = cli_found_reader(cli, found, letter);
    if (letter->type == LETTER_TYPE_EVENT)
        return cli_format(cli, TEXT_V_EVENT,
                cli_words_of(cli, "event_", offer_event_name(letter->event)), reader);
    return cli_format(cli, TEXT_V_LETTER,
            cli_words_of(cli, "letter_", letter_type_name(letter->type)), reader);
}

static void show_end(struct cli *cli, const struct findings *found,
        const struct found_letter *letter)
{
    static const struct {
        enum receipt_state end;
        enum text_id text;
    } ENDS[] = {
            {RECEIPT_STATE_PROCESSED, TEXT_V_PROCESSED},
            {RECEIPT_STATE_FAILED,    TEXT_V_FAILED   },
            {RECEIPT_STATE_REFUSED,   TEXT_V_REFUSED  },
            {RECEIPT_STATE_EXPIRED,   TEXT_V_EXPIRED  },
            {RECEIPT_STATE_RECALLED,  TEXT_V_RECALLED },
    };
    enum text_id text = TEXT_V_NO_END;
    for (size_t i = 0; i < COUNT_OF(ENDS); i++)
        if (ENDS[i].end == letter->end)
            text = ENDS[i].text;
    tell(cli, INDENT_MORE, text, cli_found_name(found, letter->end_by),
            cli_moment(cli, letter->end_ms));
}

static void show_letter(struct cli *cli, const struct findings *found,
        const struct found_letter *letter)
{
    const char *who = cli_format(cli, TEXT_V_FROM_TO,
            cli_found_name(found, letter->sender), cli_moment(cli, letter->created_ms));
    tell(cli, INDENT, TEXT_V_LINE, who, letter_words(cli, found, letter));
    /* A step is told once more with the broker's word on it. */
    if (letter->type == LETTER_TYPE_EVENT)
        return;
    if (letter->n_data_categories > 0)
        tell(cli, INDENT_MORE, TEXT_V_DATA,
                cli_labels(cli, VOCAB_DATA_CATEGORY, letter->data_categories,
                        letter->n_data_categories),
                NULL);
    if (letter->accepted_ms != 0)
        tell(cli, INDENT_MORE, TEXT_V_ACCEPTED, cli_moment(cli, letter->accepted_ms),
                NULL);
    show_end(cli, found, letter);
    if (letter->covered)
        tell(cli, INDENT_MORE, TEXT_V_COVERED, NULL, NULL);
    if (letter->erased_ms != 0 && letter->retention == 0)
        tell(cli, INDENT_MORE, TEXT_V_ERASED, cli_found_name(found, letter->recipient),
                cli_moment(cli, letter->erased_ms));
    if (letter->erased_ms != 0 && letter->retention != 0)
        tell(cli, INDENT_MORE, TEXT_V_KEPT, cli_found_name(found, letter->recipient),
                vocab_label(VOCAB_RETENTION_BASIS, letter->retention, cli->lang));
}

/* Singular and plural have sentences of their own. */
static void tell_count(struct cli *cli, uint64_t n, enum text_id one, enum text_id many)
{
    if (n == 1)
        tell(cli, INDENT, one, NULL, NULL);
    else if (n > 1)
        tell(cli, INDENT, many, cli_number(cli, n), NULL);
}

/* A moment and what happened then, one a line. */
static void show_moment(struct cli *cli, uint64_t at_ms, const char *words)
{
    tell(cli, INDENT_MORE, TEXT_V_MOMENT, cli_moment(cli, at_ms), words);
}

/* To whom the offer of this step was made. */
static const char *asked(struct cli *cli, const struct findings *found,
        const struct found_step *step)
{
    for (size_t i = 0; i < found->n_letters; i++)
        if (id_equal(&found->letters[i].offer_id, &step->offer_id) &&
                strcmp(found->letters[i].recipient, step->target) == 0)
            return cli_found_reader(cli, found, &found->letters[i]);
    return cli_found_name(found, step->target);
}

/* Of each offer the steps that came after steps[first], its own first one. */
static void show_offer(struct cli *cli, const struct findings *found, size_t first)
{
    const struct found_step *steps = found->steps;
    for (size_t i = 0; i < first; i++)
        if (id_equal(&steps[i].offer_id, &steps[first].offer_id))
            return;
    tell(cli, INDENT, TEXT_V_STEPS, asked(cli, found, &steps[first]), NULL);
    for (size_t i = first; i < found->n_steps; i++)
        if (id_equal(&steps[i].offer_id, &steps[first].offer_id))
            show_moment(cli, steps[i].at_ms,
                    cli_words_of(cli, "event_", offer_event_name(steps[i].event)));
}

static void show_proved(struct cli *cli, const struct findings *found)
{
    cli_heading(cli, cli_words(cli, TEXT_V_PROVED));
    for (size_t i = 0; i < found->n_consents; i++)
        show_consent(cli, found, &found->consents[i]);
    for (size_t i = 0; i < found->n_letters; i++)
        show_letter(cli, found, &found->letters[i]);
    for (size_t i = 0; i < found->n_steps; i++)
        show_offer(cli, found, i);
    tell_count(cli, found->logged, TEXT_V_LOGGED_ONE, TEXT_V_LOGGED);
    tell_count(cli, found->joined, TEXT_V_JOINED_ONE, TEXT_V_JOINED);
    if (found->n_openings > 0)
        tell(cli, INDENT, TEXT_V_OPENINGS, cli_found_name(found, found->maker), NULL);
    for (size_t i = 0; i < found->n_openings; i++) {
        const struct found_opening *opening = &found->openings[i];
        const char *words = cli_format(cli, TEXT_V_PAIR, opening->actor,
                cli_words_of(cli, "how_", opening_how_name(opening->how)));
        show_moment(cli, opening->at_ms, words);
    }
}

static void show_not_proved(struct cli *cli, const struct findings *found)
{
    static const enum text_id NOT[] = {TEXT_V_NOT_CONTENT, TEXT_V_NOT_READER,
            TEXT_V_NOT_TIME, TEXT_V_NOT_PARTNERSHIP, TEXT_V_NOT_ERASED};
    cli_heading(cli, cli_words(cli, TEXT_V_NOT_PROVED));
    for (size_t i = 0; i < COUNT_OF(NOT); i++)
        tell(cli, INDENT, NOT[i], NULL, NULL);
    tell_count(cli, found->not_logged, TEXT_V_NOT_LOGGED_ONE, TEXT_V_NOT_LOGGED);
    tell_count(cli, found->not_joined, TEXT_V_NOT_JOINED_ONE, TEXT_V_NOT_JOINED);
    if (found->histories > 1)
        tell(cli, INDENT, TEXT_V_HISTORIES, cli_number(cli, found->histories), NULL);
}

/* ------------------------------------------------------------- what does not */

static void show_fault(struct cli *cli, const struct findings *found,
        const struct found_fault *fault)
{
    char line[CLI_WORDS_BYTES], id[ID_TEXT_BYTES] = "";
    const char *thing = cli_words_of(cli, "thing_", kind_name(fault->kind));
    if (fault->partner[0] != '\0')
        thing = cli_format(cli, TEXT_THING_OF, thing,
                cli_found_name(found, fault->partner));
    if (!id_is_none(&fault->id))
        ids_text(&fault->id, id);
    /* What exactly, for who knows the protocol, is told to programs. */
    snprintf(line, sizeof line, "%s%s%s: %s. [%s]", thing, id[0] != '\0' ? " " : "", id,
            vocab_label(VOCAB_EVIDENCE_FAULT, fault->fault, cli->lang),
            vocab_code(VOCAB_EVIDENCE_FAULT, fault->fault));
    cli_paragraph(cli->out, line, INDENT);
}

void cli_show_found(struct cli *cli, const struct findings *found)
{
    cli_say(cli, TEXT_V_HEAD, cli_found_name(found, found->maker),
            cli_moment(cli, found->made_ms));
    cli_say(cli, TEXT_V_NETWORK, found->network, NULL);
    if (found->holds) {
        show_proved(cli, found);
        show_not_proved(cli, found);
        cli_heading(cli, cli_words(cli, TEXT_V_HOLDS));
        return;
    }
    cli_heading(cli, cli_words(cli, TEXT_V_WRONG));
    for (size_t i = 0; i < found->n_faults; i++)
        show_fault(cli, found, &found->faults[i]);
    cli_heading(cli,
            cli_format(cli, TEXT_V_FAILS, cli_number(cli, found->n_faults), NULL));
}

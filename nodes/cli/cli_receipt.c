/* cli_receipt.c - what a person takes home: whole sentences without codes, to be read
 * or read aloud (docs/consent.md). */
#include <stdlib.h>

#include "core/time.h"
#include "nodes/cli/cli.h"
#include "nodes/record.h"

enum { YEAR_DAYS = 365 };

/* --- words --- */

const char *cli_long_day(struct cli *cli, int32_t day)
{
    char text[TIME_TEXT_BYTES], words[CLI_WORDS_BYTES];
    char *at;
    time_day_text(day, text);
    long year = strtol(text, &at, 10);
    long month = *at == '-' ? strtol(at + 1, &at, 10) : 0;
    long date = *at == '-' ? strtol(at + 1, &at, 10) : 0;
    snprintf(text, sizeof text, "%ld", month);
    /* In French the first of a month is "1er". */
    snprintf(words, sizeof words, "%ld%s %s %ld", date,
            cli->lang == LANG_FR && date == 1 ? "er" : "",
            cli_words_of(cli, "month_", text), year);
    return cli_format(cli, TEXT_AS_IS, words, NULL);
}

static const char *day_of(struct cli *cli, uint64_t ms)
{
    return cli_long_day(cli, time_brussels_day((int64_t)ms));
}

const char *cli_organisation(const struct consent_receipt *receipt, const char *partner)
{
    for (size_t i = 0; i < receipt->n_organisations; i++)
        if (strcmp(receipt->organisations[i].partner, partner) == 0)
            return receipt->organisations[i].name;
    return partner;
}

/* "A, B and C" */
static const char *together(struct cli *cli, const char *const *names, size_t n)
{
    const char *all = n > 0 ? names[0] : "";
    for (size_t i = 1; i < n; i++)
        all = cli_format(cli, i + 1 < n ? TEXT_COMMA : TEXT_AND, all, names[i]);
    return all;
}

const char *cli_language(struct cli *cli, const char *tag)
{
    char main[CLI_NAME_BYTES];
    snprintf(main, sizeof main, "%.*s", (int)strcspn(tag, "-"), tag);
    const char *name = cli_words_of(cli, "language_", main);
    return name == main ? tag : name;
}

/* --- sentences --- */

static void say(struct cli *cli, enum text_id text, const char *a, const char *b)
{
    cli_paragraph(cli->out, cli_format(cli, text, a, b), 0);
}

static void head(struct cli *cli, enum text_id text)
{
    cli_heading(cli, cli_words(cli, text));
}

struct paper {
    struct cli *cli;
    const struct consent_receipt *receipt;
    const struct consent_line *line;
    const struct consent_give *given;
    const char *collector;
    bool agreed; /* the person was asked, and said yes */
};

static void put_state(const struct paper *paper)
{
    struct cli *cli = paper->cli;
    const struct consent_line *line = paper->line;
    const char *from = cli_long_day(cli, (int32_t)paper->given->from_day);
    const char *until = cli_long_day(cli, (int32_t)paper->given->until_day);
    say(cli, paper->agreed ? TEXT_R_FOR : TEXT_R_FOR_NONE, paper->given->person,
            paper->collector);
    say(cli, paper->agreed ? TEXT_R_MADE : TEXT_R_MADE_NONE,
            day_of(cli, paper->receipt->made_ms), NULL);
    say(cli, paper->agreed ? TEXT_R_NUMBER : TEXT_R_NUMBER_NONE, paper->collector,
            cli_number(cli, line->number));
    if (paper->agreed && strcmp(line->state, "withdrawn") == 0)
        say(cli, TEXT_R_STATE_WITHDRAWN, day_of(cli, line->withdrawn_ms), NULL);
    else if (paper->agreed)
        say(cli,
                strcmp(line->state, "active") == 0  ? TEXT_R_STATE_ACTIVE
                : strcmp(line->state, "later") == 0 ? TEXT_R_STATE_LATER
                                                    : TEXT_R_STATE_EXPIRED,
                from, until);
    /* Taken back at the organisation that has it; the rest of the consent stands. */
    for (size_t i = 0; line->withdrawn_ms == 0 && i < line->n_uses; i++)
        if (line->uses[i].withdrawal_registered)
            say(cli, TEXT_R_STATE_PART,
                    cli_organisation(paper->receipt, line->uses[i].recipient), NULL);
    if (paper->given->renews != 0)
        say(cli, TEXT_R_RENEWS, NULL, NULL);
    if (line->renewed_by != 0)
        say(cli, TEXT_R_RENEWED, NULL, NULL);
}

static void put_speaker(const struct paper *paper)
{
    struct cli *cli = paper->cli;
    const struct consent_give *given = paper->given;
    const char *ground =
            vocab_label(VOCAB_CONSENT_AUTHORITY, given->authority, cli->lang);
    bool own = given->authority == CONSENT_AUTHORITY_PERSON || given->authority == 0;
    say(cli, TEXT_R_HOW, vocab_label(VOCAB_CONSENT_HOW, given->how, cli->lang), NULL);
    if (own)
        say(cli, TEXT_R_GIVEN_SELF, NULL, NULL);
    else
        say(cli, TEXT_R_GIVEN_OTHER, given->given_by, ground);
}

/* Who said yes had it explained; the text may be in another language than the talk. */
static void put_notice(const struct paper *paper)
{
    struct cli *cli = paper->cli;
    const struct consent_give *given = paper->given;
    say(cli, record_by_other(given->authority) ? TEXT_R_NOTICE_OTHER : TEXT_R_NOTICE,
            given->notice_title, given->notice_version);
    if (strcmp(cli_language(cli, given->notice_language),
                cli_language(cli, given->language)) != 0)
        say(cli, TEXT_R_NOTICE_LANGUAGE, cli_language(cli, given->notice_language),
                NULL);
}

static void put_asked(const struct paper *paper)
{
    struct cli *cli = paper->cli;
    const struct consent_give *given = paper->given;
    bool interpreter = given->interpreter[0] != '\0';
    head(cli, TEXT_R_H_ASKED);
    say(cli, TEXT_R_ASKED, paper->collector, day_of(cli, paper->line->recorded_ms));
    /* Without an actor the organisation itself asked. */
    if (given->collected_by[0] != '\0' &&
            strcmp(given->collected_by, paper->receipt->collector) != 0)
        say(cli, TEXT_R_ASKED_BY, given->collected_by, NULL);
    put_speaker(paper);
    if (given->place[0] != '\0')
        say(cli, TEXT_R_PLACE, given->place, NULL);
    say(cli, TEXT_R_LANGUAGE, cli_language(cli, given->language), NULL);
    say(cli, interpreter ? TEXT_R_INTERPRETER : TEXT_R_NO_INTERPRETER,
            given->interpreter, NULL);
    if (given->witness[0] != '\0')
        say(cli, TEXT_R_WITNESS, given->witness,
                vocab_label(VOCAB_WITNESS_ROLE, given->witness_role, cli->lang));
    if (given->notice_title[0] != '\0')
        put_notice(paper);
}

static void put_onward(const struct paper *paper)
{
    struct cli *cli = paper->cli;
    uint32_t depth = paper->given->onward_depth;
    say(cli,
            depth == 0   ? TEXT_R_ONWARD_NONE
            : depth == 1 ? TEXT_R_ONWARD_ONCE
                         : TEXT_R_ONWARD,
            cli_number(cli, depth), NULL);
}

static void put_data(const struct paper *paper)
{
    struct cli *cli = paper->cli;
    const struct consent_give *given = paper->given;
    say(cli, TEXT_R_PURPOSES,
            cli_labels(cli, VOCAB_PURPOSE, given->purposes, given->n_purposes), NULL);
    say(cli, TEXT_R_DATA,
            cli_labels(cli, VOCAB_DATA_CATEGORY, given->data_categories,
                    given->n_data_categories),
            NULL);
    say(cli, given->n_preview_categories > 0 ? TEXT_R_PREVIEW : TEXT_R_PREVIEW_NONE,
            cli_labels(cli, VOCAB_DATA_CATEGORY, given->preview_categories,
                    given->n_preview_categories),
            NULL);
    say(cli, given->level_max == LEVEL_S2 ? TEXT_R_LEVEL_S2 : TEXT_R_LEVEL_LESS, NULL,
            NULL);
}

/* Years are said as years. */
static void put_keep(const struct paper *paper)
{
    struct cli *cli = paper->cli;
    uint32_t days = paper->given->keep_days;
    bool whole = days % YEAR_DAYS == 0;
    say(cli,
            !whole              ? TEXT_R_KEEP
            : days == YEAR_DAYS ? TEXT_R_KEEP_YEAR
                                : TEXT_R_KEEP_YEARS,
            paper->collector, cli_number(cli, whole ? days / YEAR_DAYS : days));
}

static void put_grounds(const struct paper *paper)
{
    struct cli *cli = paper->cli;
    const struct consent_give *given = paper->given;
    say(cli, TEXT_R_BASIS,
            vocab_label(VOCAB_LEGAL_BASIS, given->legal_basis, cli->lang), NULL);
    if (given->secrecy_basis != SECRECY_BASIS_NOT_PERSONAL)
        say(cli, TEXT_R_SECRECY,
                vocab_label(VOCAB_SECRECY_BASIS, given->secrecy_basis, cli->lang),
                NULL);
    const char *all = "";
    for (size_t i = 0; i < given->n_secrecy_conditions; i++) {
        const char *one = cli_words_of(cli, "condition_",
                vocab_code(VOCAB_SECRECY_CONDITION, given->secrecy_conditions[i]));
        all = i == 0 ? one : cli_format(cli, TEXT_SEMICOLON, all, one);
    }
    if (given->n_secrecy_conditions > 0)
        say(cli, TEXT_R_CONDITIONS, all, NULL);
    put_keep(paper);
}

static void put_agreed(const struct paper *paper)
{
    struct cli *cli = paper->cli;
    const struct consent_give *given = paper->given;
    const char *names[20];
    size_t n = 0;
    for (; n < given->n_recipients && n < COUNT_OF(names); n++)
        names[n] = cli_organisation(paper->receipt, given->recipients[n]);
    head(cli, TEXT_R_H_AGREED);
    if (paper->agreed && (strcmp(paper->line->state, "withdrawn") == 0 ||
                                 strcmp(paper->line->state, "expired") == 0))
        say(cli, TEXT_R_OVER, NULL, NULL);
    if (n > 0)
        say(cli, TEXT_R_WITH, paper->collector, together(cli, names, n));
    if (given->n_recipient_types > 0)
        say(cli, TEXT_R_WITH_TYPES,
                cli_labels(cli, VOCAB_PARTNER_TYPE, given->recipient_types,
                        given->n_recipient_types),
                given->area);
    put_data(paper);
    put_onward(paper);
    put_grounds(paper);
}

/* --- what has left --- */

static void put_letter(const struct paper *paper, const struct handed_letter *letter)
{
    static const enum text_id SENTENCES[] = {
            [LETTER_TYPE_PREVIEW] = TEXT_HANDED_PREVIEW,
            [LETTER_TYPE_CONTENT] = TEXT_HANDED_CONTENT,
            [LETTER_TYPE_INFO_REQUEST] = TEXT_HANDED_INFO_REQUEST,
            [LETTER_TYPE_INFO_REPLY] = TEXT_HANDED_INFO_REPLY,
            [LETTER_TYPE_TEXT] = TEXT_HANDED_TEXT,
            [LETTER_TYPE_VISIT] = TEXT_HANDED_VISIT,
            [LETTER_TYPE_SIGNAL] = TEXT_HANDED_SIGNAL,
    };
    struct cli *cli = paper->cli;
    const char *who = cli_organisation(paper->receipt, letter->partner);
    bool known = (size_t)letter->type < COUNT_OF(SENTENCES) &&
                 SENTENCES[letter->type] != TEXT_NONE;
    if (letter->on_behalf_of[0] != '\0')
        who = cli_format(cli, TEXT_BEHALF, who,
                cli_organisation(paper->receipt, letter->on_behalf_of));
    say(cli, known ? SENTENCES[letter->type] : TEXT_HANDED_TEXT,
            day_of(cli, letter->at_ms), who);
    if (letter->n_data_categories > 0)
        say(cli, TEXT_R_INSIDE,
                cli_labels(cli, VOCAB_DATA_CATEGORY, letter->data_categories,
                        letter->n_data_categories),
                NULL);
}

static void put_handed(const struct paper *paper)
{
    struct cli *cli = paper->cli;
    const struct consent_receipt *receipt = paper->receipt;
    head(cli, TEXT_R_H_HANDED);
    if (receipt->n_handed == 0)
        say(cli, paper->agreed ? TEXT_R_HANDED_NONE : TEXT_R_HANDED_NONE_GIVEN,
                paper->collector, NULL);
    else if (paper->agreed && paper->line->withdrawn_ms != 0)
        say(cli, TEXT_R_HANDED_BEFORE, NULL, NULL);
    for (size_t i = 0; i < receipt->n_handed; i++)
        put_letter(paper, &receipt->handed[i]);
    if (receipt->capsules > receipt->capsules_match)
        say(cli, TEXT_R_SEALS_WRONG, cli_number(cli, receipt->capsules),
                cli_number(cli, receipt->capsules_match));
    else if (receipt->capsules > 0)
        say(cli, receipt->capsules == 1 ? TEXT_R_SEAL_ONE : TEXT_R_SEALS,
                cli_number(cli, receipt->capsules), NULL);
}

/* --- what the person can do --- */

static void put_withdraw(const struct paper *paper)
{
    struct cli *cli = paper->cli;
    const struct consent_receipt *receipt = paper->receipt;
    const char *names[64];
    size_t n = 0;
    for (; n < receipt->n_organisations && n < COUNT_OF(names); n++)
        names[n] = receipt->organisations[n].name;
    head(cli, TEXT_R_H_WITHDRAW);
    if (paper->line->withdrawn_ms != 0) {
        say(cli, TEXT_R_WITHDRAW_DONE, NULL, NULL);
        return;
    }
    say(cli, TEXT_R_WITHDRAW, NULL, NULL);
    say(cli, TEXT_R_WITHDRAW_WHERE, together(cli, names, n), NULL);
}

static void put_rights(const struct paper *paper)
{
    static const enum text_id AFTER[] = {TEXT_R_AFTER_WAITING, TEXT_R_AFTER_PREVIEW,
            TEXT_R_AFTER_ACCEPTED, TEXT_R_AFTER_RUNNING, TEXT_R_AFTER_DONE};
    struct cli *cli = paper->cli;
    if (paper->agreed) {
        put_withdraw(paper);
        head(cli, TEXT_R_H_AFTER);
        for (size_t i = 0; i < COUNT_OF(AFTER); i++)
            say(cli, AFTER[i], NULL, NULL);
    }
    head(cli, TEXT_R_H_RIGHTS);
    say(cli, TEXT_R_RIGHTS, NULL, NULL);
    say(cli, TEXT_R_RIGHTS_WHERE, paper->collector, NULL);
    say(cli, TEXT_R_COMPLAIN, NULL, NULL);
}

static void put_paper(const struct paper *paper)
{
    struct cli *cli = paper->cli;
    const char *title =
            cli_words(cli, paper->agreed ? TEXT_R_TITLE : TEXT_R_TITLE_NONE);
    fprintf(cli->out, "%s\n\n", title);
    put_state(paper);
    if (paper->agreed)
        put_asked(paper);
    else
        say(cli, TEXT_R_NONE_GIVEN, paper->collector,
                vocab_label(VOCAB_LEGAL_BASIS, paper->given->legal_basis, cli->lang));
    put_agreed(paper);
    put_handed(paper);
    put_rights(paper);
}

/* --- the command --- */

int cli_put_receipt(struct cli *cli, const struct consent_receipt *receipt, bool jsonld)
{
    bool agreed = receipt->line->given->how != CONSENT_HOW_NO_CONSENT;
    const struct paper paper = {
            .cli = cli,
            .receipt = receipt,
            .line = receipt->line,
            .given = receipt->line->given,
            .collector = cli_organisation(receipt, receipt->collector),
            .agreed = agreed,
    };
    if (!jsonld) {
        put_paper(&paper);
        return EXIT_OK;
    }
    if (!agreed)
        return cli_fail_words(cli, code_name(E_CONSENT_NONE),
                cli_words(cli, TEXT_R_LD_NONE), "");
    return cli_json_receipt(cli, receipt) ? EXIT_OK : EXIT_COULD_NOT;
}

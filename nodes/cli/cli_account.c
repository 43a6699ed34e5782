/* cli_account.c - for the person: who was given what about them, when, and with which
 * consent; in words to be read out. */
#include "core/time.h"
#include "nodes/cli/cli.h"

enum { INDENT = 3, INDENT_MORE = 6, STAFF_MAX = 100 };

static void tell(struct cli *cli, enum text_id text, const char *a, const char *b)
{
    cli_paragraph(cli->out, cli_format(cli, text, a, b), INDENT);
}

/* "21/11/2026 at 22:42" */
static const char *moment_words(struct cli *cli, uint64_t ms)
{
    char text[TIME_TEXT_BYTES];
    time_local_text((int64_t)ms, text);
    size_t date = strcspn(text, " ");
    const char *time = text[date] == ' ' ? text + date + 1 : "";
    text[date] = '\0';
    return cli_format(cli, TEXT_W_AT, text, time);
}

static const char *day_words(struct cli *cli, uint32_t day)
{
    return cli_date(cli, (uint64_t)day * TIME_DAY_MS);
}

/* ------------------------------------------------------------- the consent */

static bool is_consent(uint16_t basis)
{
    return basis == LEGAL_BASIS_CONSENT_EXPLICIT || basis == LEGAL_BASIS_CONSENT;
}

static bool same_codes(const uint16_t *a, size_t n_a, const uint16_t *b, size_t n_b)
{
    return n_a == n_b && (n_a == 0 || memcmp(a, b, n_a * sizeof *a) == 0);
}

/* Each referral has a capsule of its own; to the person it is one agreement. */
static bool reads_the_same(const struct found_consent *a, const struct found_consent *b)
{
    return strcmp(a->collector, b->collector) == 0 && a->from_day == b->from_day &&
           a->until_day == b->until_day && a->legal_basis == b->legal_basis &&
           a->withdrawn_ms == b->withdrawn_ms &&
           strcmp(a->withdrawn_by, b->withdrawn_by) == 0 &&
           same_codes(a->purposes, a->n_purposes, b->purposes, b->n_purposes) &&
           same_codes(a->data_categories, a->n_data_categories, b->data_categories,
                   b->n_data_categories);
}

static bool was_told(const struct findings *found, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (reads_the_same(&found->consents[k], &found->consents[i]))
            return true;
    return false;
}

static void show_consent(struct cli *cli, const struct findings *found,
        const struct found_consent *consent)
{
    bool withdrawn = consent->withdrawn_ms != 0;
    const char *collector = cli_found_name(found, consent->collector);
    if (!is_consent(consent->legal_basis)) {
        tell(cli, TEXT_W_BASIS,
                vocab_label(VOCAB_LEGAL_BASIS, consent->legal_basis, cli->lang),
                collector);
        return;
    }
    tell(cli, withdrawn ? TEXT_W_CONSENT_WAS : TEXT_W_CONSENT, collector,
            cli_format(cli, TEXT_V_DAYS, day_words(cli, consent->from_day),
                    day_words(cli, consent->until_day)));
    tell(cli, TEXT_W_FOR,
            cli_labels(cli, VOCAB_PURPOSE, consent->purposes, consent->n_purposes),
            NULL);
    tell(cli, TEXT_W_DATA,
            cli_labels(cli, VOCAB_DATA_CATEGORY, consent->data_categories,
                    consent->n_data_categories),
            NULL);
    if (withdrawn)
        tell(cli, TEXT_W_WITHDRAWN, moment_words(cli, consent->withdrawn_ms),
                cli_found_name(found, consent->withdrawn_by));
}

/* *may_withdraw: one of them is a consent that still holds. */
static void show_consents(struct cli *cli, const struct findings *found,
        bool *may_withdraw)
{
    bool any = false;
    *may_withdraw = false;
    for (size_t i = 0; i < found->n_consents; i++) {
        bool given = is_consent(found->consents[i].legal_basis);
        any |= given;
        *may_withdraw |= given && found->consents[i].withdrawn_ms == 0;
    }
    if (found->n_consents > 0)
        cli_heading(cli,
                cli_words(cli, any ? TEXT_W_CONSENT_TITLE : TEXT_W_BASIS_TITLE));
    for (size_t i = 0; i < found->n_consents; i++)
        if (!was_told(found, i))
            show_consent(cli, found, &found->consents[i]);
}

/* ------------------------------------------------------------- letters */

static void show_letter(struct cli *cli, const struct findings *found,
        const struct found_letter *letter)
{
    const char *reader = cli_found_reader(cli, found, letter);
    bool read = letter->end == RECEIPT_STATE_PROCESSED;
    enum text_id text = TEXT_W_NEVER;
    if (read)
        text = TEXT_W_GOT;
    else if (letter->end == RECEIPT_STATE_FAILED)
        text = TEXT_W_TURNED_AWAY;
    else if (letter->end == RECEIPT_STATE_NONE)
        text = TEXT_W_WAITS;
    const char *what = cli_format(cli, text, reader,
            cli_words_of(cli, "w_letter_", letter_type_name(letter->type)));
    tell(cli, TEXT_W_ON, moment_words(cli, read ? letter->end_ms : letter->created_ms),
            what);
    if (letter->n_data_categories > 0 && text != TEXT_W_NEVER)
        cli_paragraph(cli->out,
                cli_format(cli, TEXT_W_INSIDE,
                        cli_labels(cli, VOCAB_DATA_CATEGORY, letter->data_categories,
                                letter->n_data_categories),
                        NULL),
                INDENT_MORE);
    if (letter->erased_ms != 0 && letter->retention == 0)
        tell(cli, TEXT_W_ERASED, cli_found_name(found, letter->recipient),
                moment_words(cli, letter->erased_ms));
    if (letter->erased_ms != 0 && letter->retention != 0)
        tell(cli, TEXT_W_KEPT, cli_found_name(found, letter->recipient),
                vocab_label(VOCAB_RETENTION_BASIS, letter->retention, cli->lang));
}

/* To whom is sealed; this node knows it, and `show` tells it. */
static void show_handed_on(struct cli *cli, const struct findings *found,
        const struct found_letter *letter)
{
    const char *who = cli_found_name(found, letter->sender);
    tell(cli, TEXT_W_ON, moment_words(cli, letter->created_ms),
            cli_format(cli, TEXT_W_HANDED_ON, who, NULL));
}

static void show_letters(struct cli *cli, const struct findings *found)
{
    bool any = false;
    cli_heading(cli, cli_words(cli, TEXT_W_LETTERS_TITLE));
    for (size_t i = 0; i < found->n_letters; i++) {
        if (found->letters[i].event == OFFER_EVENT_FORWARD)
            show_handed_on(cli, found, &found->letters[i]);
        /* Steps hold codes and dates, nothing that tells about the person. */
        if (found->letters[i].type == LETTER_TYPE_EVENT)
            continue;
        show_letter(cli, found, &found->letters[i]);
        any = true;
    }
    if (!any)
        tell(cli, TEXT_W_NOTHING, NULL, NULL);
}

/* ------------------------------------------------------------- who opened it */

/* Staff are told apart by a number, in the order in which they came. */
static size_t staff_number(const char *actors[STAFF_MAX], size_t *n, const char *actor)
{
    for (size_t i = 0; i < *n; i++)
        if (strcmp(actors[i], actor) == 0)
            return i + 1;
    if (*n < STAFF_MAX)
        actors[(*n)++] = actor;
    return *n;
}

static void show_openings(struct cli *cli, const struct findings *found)
{
    const char *actors[STAFF_MAX] = {NULL};
    const char *maker = cli_found_name(found, found->maker);
    size_t n_staff = 0, last_staff = 0;
    uint64_t n_listed = 0, last_minute = 0;
    bool any = false;
    cli_heading(cli, cli_format(cli, TEXT_W_OPENINGS_TITLE, maker, NULL));
    for (size_t i = 0; i < found->n_openings; i++) {
        const struct found_opening *opening = &found->openings[i];
        if (opening->how == OPENING_HOW_LIST) {
            n_listed++;
            continue;
        }
        size_t staff = staff_number(actors, &n_staff, opening->actor);
        uint64_t minute = opening->at_ms / TIME_MINUTE_MS;
        /* More came in meanwhile; on this sheet it is one time. */
        if (staff == last_staff && minute == last_minute)
            continue;
        last_staff = staff;
        last_minute = minute;
        tell(cli, TEXT_W_OPENED, moment_words(cli, opening->at_ms),
                cli_number(cli, staff));
        any = true;
    }
    if (!any)
        tell(cli, TEXT_W_UNOPENED, NULL, NULL);
    if (n_listed == 1)
        tell(cli, TEXT_W_LISTED_ONCE, NULL, NULL);
    else if (n_listed > 1)
        tell(cli, TEXT_W_LISTED, cli_number(cli, n_listed), NULL);
    if (any)
        tell(cli, TEXT_W_STAFF, maker, NULL);
    tell(cli, TEXT_W_OTHERS, NULL, NULL);
}

void cli_show_account(struct cli *cli, const struct findings *found)
{
    bool may_withdraw;
    const char *maker = cli_found_name(found, found->maker);
    cli_say(cli, TEXT_W_TITLE, NULL, NULL);
    tell(cli, TEXT_W_MADE, maker, moment_words(cli, found->made_ms));
    show_consents(cli, found, &may_withdraw);
    show_letters(cli, found);
    show_openings(cli, found);
    fputc('\n', cli->out);
    tell(cli, may_withdraw ? TEXT_W_RIGHTS : TEXT_W_RIGHTS_ONLY, maker, NULL);
    if (!found->holds)
        tell(cli, TEXT_W_UNSURE, maker, NULL);
}

bool cli_json_account(struct cli *cli, const struct findings *found,
        struct json_t **list)
{
    const char *actors[STAFF_MAX] = {NULL};
    size_t n_staff = 0;
    struct findings account = *found;
    struct found_opening *openings =
            arena_take(&cli->arena, (found->n_openings + 1) * sizeof *openings);
    if (openings == NULL)
        return false;
    for (size_t i = 0; i < found->n_openings; i++) {
        openings[i] = found->openings[i];
        openings[i].actor = cli_number(cli,
                staff_number(actors, &n_staff, found->openings[i].actor));
    }
    account.openings = openings;
    return cli_json_gather(list, &account);
}

/* directory_says.c - what a statement of each kind may say: the rules that one of them
 * alone can break. */
#include "core/directory_inner.h"
#include "core/hash.h"
#include "core/time.h"
#include "core/vocab.h"
#include "core/wire.h"
#include "core/wire_find.h"

/* A list of vocabulary rows as bits. */
static uint64_t bits_of(const uint16_t *rows, size_t n_rows)
{
    uint64_t bits = 0;
    for (size_t i = 0; i < n_rows; i++)
        bits |= rows[i] < 64 ? UINT64_C(1) << rows[i] : 0;
    return bits;
}

/* Keys are published some weeks ahead. One for ever would keep letters for ever. */
enum { EPOCH_AHEAD_DAYS = 180 };

static bool epoch_keys_ok(struct arena *scratch, struct said *said, struct err *err)
{
    (void)scratch;
    const struct epoch_keys *keys = said->statement.epoch_keys;
    uint64_t last_ms =
            said->statement.issued_ms + (uint64_t)EPOCH_AHEAD_DAYS * TIME_DAY_MS;
    for (size_t i = 0; i < keys->n_keys; i++) {
        /* ekid = first 8 bytes of SHA-256(key) */
        struct key32 hash = hash_sha256_one(SPAN_OF(keys->keys[i].key));
        if (memcmp(hash.b, keys->keys[i].ekid.b, sizeof keys->keys[i].ekid.b) != 0)
            return err_set(err, E_FORMAT,
                    "an epoch key under a tag that is not its own");
        if (!directory_dates_ok(keys->keys[i].from_ms, keys->keys[i].until_ms, err))
            return false;
        if (keys->keys[i].until_ms > last_ms)
            return err_set(err, E_FORMAT, "an epoch key for too far ahead");
    }
    return true;
}

/* Terms name the two partners in the order of their names; the author is one of them.
 * Who is bound by secrecy is so on a ground that is named, and nothing is agreed for
 * ever. */
static bool terms_ok(struct arena *scratch, const struct statement *statement,
        struct span packed, struct said_terms *out, struct err *err)
{
    const char *partner = statement->partnership->partner;
    struct terms terms;
    if (!wire_get(&WIRE_TERMS, packed, scratch, &terms, err) ||
            !wire_niss_free(&WIRE_TERMS, &terms, err))
        return false;

    bool author_is_a = strcmp(statement->author, partner) < 0;
    const char *a = author_is_a ? statement->author : partner;
    const char *b = author_is_a ? partner : statement->author;
    if (strcmp(statement->subject, partner) != 0 || strcmp(a, b) == 0 ||
            strcmp(terms.a, a) != 0 || strcmp(terms.b, b) != 0)
        return err_set(err, E_FORMAT,
                "a partnership of %s whose terms name other partners",
                statement->author);
    if ((terms.a_secrecy_bound && text_is_blank(terms.a_reason)) ||
            (terms.b_secrecy_bound && text_is_blank(terms.b_reason)))
        return err_set(err, E_FIELD, "terms that bind to secrecy on no ground");
    if (terms.until_day > INT32_MAX)
        return err_set(err, E_FORMAT, "terms with an end that is no date");
    int64_t issued_day = (int64_t)(statement->issued_ms / TIME_DAY_MS);
    if (terms.until_day > issued_day + DIRECTORY_TERMS_DAYS_MAX)
        return err_set(err, E_TTL, "terms for more than %d days",
                DIRECTORY_TERMS_DAYS_MAX);

    *out = (struct said_terms){
            .there = true,
            .purposes = bits_of(terms.purposes, terms.n_purposes),
            .data_categories = bits_of(terms.data_categories, terms.n_data_categories),
            .author_secrecy_bound =
                    author_is_a ? terms.a_secrecy_bound : terms.b_secrecy_bound,
            .other_secrecy_bound =
                    author_is_a ? terms.b_secrecy_bound : terms.a_secrecy_bound,
            .niss_allowed = terms.niss_allowed,
            .until_day = (int32_t)terms.until_day,
    };
    return true;
}

static bool partnership_ok(struct arena *scratch, struct said *said, struct err *err)
{
    const struct statement *statement = &said->statement;
    const struct partnership *says = statement->partnership;
    return terms_ok(scratch, statement, says->terms, &said->terms, err) &&
           (says->proposed.len == 0 ||
                   terms_ok(scratch, statement, says->proposed, &said->proposed, err));
}

static bool service_ok(struct arena *scratch, struct said *said, struct err *err)
{
    (void)scratch;
    if (said->statement.service->need == 0)
        return err_set(err, E_FORMAT, "a service for no need");
    return true;
}

/* What it says fits together: days of waiting only where people wait, places only where
 * there are some. And it is soon said anew or counts no more. */
static bool capacity_ok(struct arena *scratch, struct said *said, struct err *err)
{
    (void)scratch;
    const struct statement *statement = &said->statement;
    const struct capacity *capacity = statement->capacity;
    if (capacity->need == 0 || capacity->state == 0)
        return err_set(err, E_FORMAT, "a capacity without a need or a state");
    bool waits = capacity->state == CAPACITY_STATE_WAITLIST;
    bool full = capacity->state == CAPACITY_STATE_FULL;
    bool open = capacity->state == CAPACITY_STATE_OPEN;
    if (waits != (capacity->waitlist_days > 0) ||
            capacity->waitlist_days > DIRECTORY_WAITLIST_DAYS_MAX)
        return err_set(err, E_FIELD, "a capacity with %u days of waiting",
                (unsigned)capacity->waitlist_days);
    if ((full && capacity->band > CAPACITY_BAND_0) ||
            (open && capacity->band == CAPACITY_BAND_0))
        return err_set(err, E_FIELD, "a capacity whose places are not its state");
    uint64_t longest_ms = (uint64_t)DIRECTORY_CAPACITY_DAYS_MAX * TIME_DAY_MS;
    if (statement->until_ms - statement->issued_ms > longest_ms)
        return err_set(err, E_TTL, "a capacity for more than %d days",
                DIRECTORY_CAPACITY_DAYS_MAX);
    return true;
}

static bool intake_ok(struct arena *scratch, struct said *said, struct err *err)
{
    (void)scratch;
    if (said->statement.intake->state == 0 ||
            said->statement.intake->paused_until_ms > INT64_MAX)
        return err_set(err, E_FORMAT, "an intake without a state");
    return true;
}

static bool absence_ok(struct arena *scratch, struct said *said, struct err *err)
{
    (void)scratch;
    const struct absence *absence = said->statement.absence;
    if (absence->from_day == 0 || absence->until_day > INT32_MAX ||
            absence->until_day < absence->from_day)
        return err_set(err, E_FORMAT, "an absence that ends before it begins");
    if (absence->until_day - absence->from_day >= DIRECTORY_ABSENCE_DAYS_MAX)
        return err_set(err, E_TTL, "an absence of more than %d days",
                DIRECTORY_ABSENCE_DAYS_MAX);
    return true;
}

/* With words that people can read, and not for ever. Whether its author may have one is
 * looked at when it is asked for: the type of a partner can change. */
static bool mandate_ok(struct arena *scratch, struct said *said, struct err *err)
{
    (void)scratch;
    const struct statement *statement = &said->statement;
    if (statement->mandate->text[0] == '\0')
        return err_set(err, E_FIELD, "a mandate that says nothing");
    uint64_t longest_ms = (uint64_t)DIRECTORY_MANDATE_DAYS_MAX * TIME_DAY_MS;
    if (statement->until_ms - statement->issued_ms > longest_ms)
        return err_set(err, E_TTL, "a mandate for more than %d days",
                DIRECTORY_MANDATE_DAYS_MAX);
    return true;
}

/* What a subject may be. */
enum subject {
    SUBJECT_NONE,
    SUBJECT_ANTENNA, /* none, or the name of an antenna and a colon */
    SUBJECT_FREE,
    SUBJECT_NUMBER,    /* of what its author said of this kind */
    SUBJECT_REFERENCE, /* another's, and its number */
};

/* What each kind of statement says. at: the member of struct statement that must be
 * there. */
static const struct {
    size_t at;
    enum subject subject;
    bool (*ok)(struct arena *scratch, struct said *said, struct err *err);
} STATEMENTS[] = {
        [STATEMENT_KIND_EPOCH_KEYS] = {offsetof(struct statement, epoch_keys),
                                       SUBJECT_NONE,                                               epoch_keys_ok             },
        [STATEMENT_KIND_SERVICE] = {offsetof(struct statement, service),       SUBJECT_FREE,
                                       service_ok                                                                            },
        [STATEMENT_KIND_CAPACITY] = {offsetof(struct statement, capacity),      SUBJECT_FREE,
                                       capacity_ok                                                                           },
        [STATEMENT_KIND_INTAKE] = {offsetof(struct statement, intake),        SUBJECT_ANTENNA,
                                       intake_ok                                                                             },
        [STATEMENT_KIND_PARTNERSHIP] = {offsetof(struct statement, partnership),
                                       SUBJECT_FREE,                                               partnership_ok            },
        [STATEMENT_KIND_MANDATE] = {offsetof(struct statement, mandate),       SUBJECT_FREE,
                                       mandate_ok                                                                            },
        [STATEMENT_KIND_ABSENCE] = {offsetof(struct statement, absence),       SUBJECT_FREE,
                                       absence_ok                                                                            },
        [STATEMENT_KIND_AGGREGATE] = {offsetof(struct statement, aggregate),
                                       SUBJECT_FREE,                                               directory_aggregate_ok    },
        [STATEMENT_KIND_SUBSCRIPTION] = {offsetof(struct statement, subscription),
                                       SUBJECT_NONE,                                               directory_subscription_ok },
        [STATEMENT_KIND_ASK] = {offsetof(struct statement, ask),           SUBJECT_NUMBER,
                                       directory_ask_ok                                                                      },
        [STATEMENT_KIND_ASK_CLAIM] = {offsetof(struct statement, ask_claim),
                                       SUBJECT_REFERENCE,                                          directory_ask_claim_ok    },
        [STATEMENT_KIND_CAMPAIGN] = {offsetof(struct statement, campaign),
                                       SUBJECT_NUMBER,                                             directory_campaign_ok     },
        [STATEMENT_KIND_BARRIER] = {offsetof(struct statement, barrier),       SUBJECT_NUMBER,
                                       directory_barrier_ok                                                                  },
        [STATEMENT_KIND_ADVICE] = {offsetof(struct statement, advice),        SUBJECT_NUMBER,
                                       directory_advice_ok                                                                   },
        [STATEMENT_KIND_ADVICE_ANSWER] = {offsetof(struct statement, advice_answer),
                                       SUBJECT_REFERENCE,                                          directory_advice_answer_ok},
};

static bool subject_ok(const struct statement *statement, struct err *err)
{
    const char *subject = statement->subject;
    size_t antenna = directory_antenna_len(subject);
    bool ok = false;
    switch (STATEMENTS[statement->kind].subject) {
    case SUBJECT_NONE: ok = subject[0] == '\0'; break;
    case SUBJECT_ANTENNA:
        ok = subject[0] == '\0' || (antenna > 0 && subject[antenna + 1] == '\0');
        break;
    case SUBJECT_FREE: ok = true; break;
    case SUBJECT_NUMBER: ok = directory_number_ok(subject); break;
    case SUBJECT_REFERENCE: ok = directory_reference_ok(subject); break;
    }
    return ok || err_set(err, E_FORMAT, "%s about \"%s\"",
                         statement_kind_name(statement->kind), subject);
}

bool directory_says_ok(struct said *said, struct arena *scratch, struct err *err)
{
    const struct statement *statement = &said->statement;
    const void *says;
    if ((size_t)statement->kind >= COUNT_OF(STATEMENTS) ||
            STATEMENTS[statement->kind].ok == NULL)
        return err_set(err, E_FORMAT, "a statement of no kind");
    memcpy(&says, (const uint8_t *)statement + STATEMENTS[statement->kind].at,
            sizeof says);
    bool says_any = false;
    for (size_t i = 0; i < COUNT_OF(STATEMENTS); i++) {
        const void *other;
        memcpy(&other, (const uint8_t *)statement + STATEMENTS[i].at, sizeof other);
        says_any |= STATEMENTS[i].ok != NULL && other != NULL;
    }
    if (says == NULL) {
        if (!statement->ended || says_any)
            return err_set(err, E_FORMAT, "a statement that does not say its %s",
                    statement_kind_name(statement->kind));
        return subject_ok(statement, err);
    }
    return subject_ok(statement, err) &&
           STATEMENTS[statement->kind].ok(scratch, said, err);
}

/* directory_feed.c - from the body of a verified thing to the directory: strict form,
 * and the rules that one body alone can break. */
#include <stdlib.h>

#include "core/directory_inner.h"
#include "core/hash.h"
#include "core/keys.h"
#include "core/merkle.h"
#include "core/niss.h"
#include "core/time.h"
#include "core/wire.h"
#include "core/wire_find.h"

/* One thing on its way in. */
struct feed {
    struct directory *directory;
    const char *signer;
    struct span bytes;
    struct span body;
    int64_t now_ms;
};

static bool by_steward(const struct feed *feed, struct err *err)
{
    if (strcmp(feed->signer, DIRECTORY_STEWARD) != 0)
        return err_set(err, E_AUTH, "%s is not the steward", feed->signer);
    return true;
}

/* A partner's name; the steward's own name is nobody else's. */
static bool partner_ok(const char *partner, struct err *err)
{
    if (!ids_partner_ok(partner) || strcmp(partner, DIRECTORY_STEWARD) == 0)
        return err_set(err, E_FORMAT, "\"%s\" is no name for a partner", partner);
    return true;
}

/* Instants that fit what we count with, the first before the second. */
static bool dates_ok(uint64_t from_ms, uint64_t until_ms, struct err *err)
{
    if (until_ms > INT64_MAX || from_ms >= until_ms)
        return err_set(err, E_FORMAT, "a thing that ends before it begins");
    return true;
}

static bool issued_ok(const struct feed *feed, uint64_t issued_ms, struct err *err)
{
    int64_t latest_ms = feed->now_ms + (int64_t)DIRECTORY_AHEAD_DAYS * TIME_DAY_MS;
    if ((int64_t)issued_ms > latest_ms)
        return err_set(err, E_CLOCK, "issued more than a day after now");
    return true;
}

/* --- the steward's words --- */

static bool key_there(const struct key32 *key)
{
    static const struct key32 none;
    return !key32_equal(key, &none);
}

/* Which keys and addresses belong to which role. */
static bool role_ok(const struct membership *m, struct err *err)
{
    bool identity = key_there(&m->identity_key);
    bool transport = key_there(&m->transport_key);
    bool log = key_there(&m->log_key);
    bool ok = false;
    switch (m->role) {
    case ROLE_NODE:
        ok = identity && transport && !log && m->address[0] == '\0' &&
             m->supported_by[0] == '\0';
        break;
    case ROLE_BROKER:
        ok = identity && transport && log && m->address[0] != '\0' &&
             m->supported_by[0] == '\0' && !key32_equal(&m->identity_key, &m->log_key);
        break;
    case ROLE_SUPPORTED:
        ok = !identity && !transport && !log && m->address[0] == '\0' &&
             ids_partner_ok(m->supported_by) &&
             strcmp(m->supported_by, m->partner) != 0;
        break;
    case ROLE_NONE: break;
    }
    if (!ok)
        return err_set(err, E_FORMAT,
                "the membership of %s has not the keys and addresses of its role",
                m->partner);
    return true;
}

/* Keys that were given up: not the one in force, and none that still is to be. */
static bool earlier_ok(const struct membership *m, struct err *err)
{
    for (size_t i = 0; i < m->n_earlier; i++) {
        const struct earlier_key *key = &m->earlier[i];
        if (key->version >= m->version || key->until_ms > m->from_ms ||
                key32_equal(&key->identity_key, &m->identity_key))
            return err_set(err, E_FIELD, "an earlier key of %s is not earlier",
                    m->partner);
    }
    return true;
}

static bool feed_membership(const struct feed *feed, enum directory_news *news,
        struct err *err)
{
    struct membership membership;
    if (!by_steward(feed, err) || !wire_get(&WIRE_MEMBERSHIP, feed->body,
                                          &feed->directory->scratch, &membership, err))
        return false;
    if (membership.version == 0)
        return err_set(err, E_FORMAT, "a membership without a version");
    if (!partner_ok(membership.partner, err) || !role_ok(&membership, err) ||
            !dates_ok(membership.from_ms, membership.until_ms, err) ||
            !earlier_ok(&membership, err))
        return false;

    struct membership_fact fact = {
            .membership = &membership,
            .identity_id = keys_id(&membership.identity_key),
            .log_id = keys_id(&membership.log_key),
            .leaf = merkle_leaf(&feed->bytes, 1),
            .hash = hash_sha256_one(feed->body),
    };
    for (size_t i = 0; i < membership.n_earlier; i++) {
        const struct earlier_key *key = &membership.earlier[i];
        fact.earlier[i] = (struct earlier){.key = key->identity_key,
                .id = keys_id(&key->identity_key),
                .version = key->version,
                .until_ms = (int64_t)key->until_ms};
    }
    return directory_take_membership(feed->directory, &fact, feed->now_ms, news, err);
}

static bool feed_revocation(const struct feed *feed, enum directory_news *news,
        struct err *err)
{
    struct revocation revocation;
    if (!by_steward(feed, err) || !wire_get(&WIRE_REVOCATION, feed->body,
                                          &feed->directory->scratch, &revocation, err))
        return false;
    if (revocation.version == 0)
        return err_set(err, E_FORMAT, "a revocation without a version");
    return partner_ok(revocation.partner, err) &&
           directory_take_revocation(feed->directory, &revocation, news, err);
}

static bool feed_snapshot(const struct feed *feed, enum directory_news *news,
        struct err *err)
{
    struct snapshot snapshot;
    if (!by_steward(feed, err) || !wire_get(&WIRE_SNAPSHOT, feed->body,
                                          &feed->directory->scratch, &snapshot, err))
        return false;
    if (snapshot.serial == 0 || snapshot.issued_ms == 0)
        return err_set(err, E_FORMAT, "a snapshot without a number or a date");
    if (!dates_ok(snapshot.issued_ms, snapshot.expires_ms, err) ||
            !issued_ok(feed, snapshot.issued_ms, err))
        return false;
    struct key32 hash = hash_sha256_one(feed->body);
    return directory_take_snapshot(feed->directory, &snapshot, &hash, news, err);
}

/* --- statements --- */

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

static bool epoch_keys_ok(const struct feed *feed, struct said *said, struct err *err)
{
    (void)feed;
    const struct epoch_keys *keys = said->statement.epoch_keys;
    uint64_t last_ms =
            said->statement.issued_ms + (uint64_t)EPOCH_AHEAD_DAYS * TIME_DAY_MS;
    for (size_t i = 0; i < keys->n_keys; i++) {
        /* ekid = first 8 bytes of SHA-256(key) */
        struct key32 hash = hash_sha256_one(SPAN_OF(keys->keys[i].key));
        if (memcmp(hash.b, keys->keys[i].ekid.b, sizeof keys->keys[i].ekid.b) != 0)
            return err_set(err, E_FORMAT,
                    "an epoch key under a tag that is not its own");
        if (!dates_ok(keys->keys[i].from_ms, keys->keys[i].until_ms, err))
            return false;
        if (keys->keys[i].until_ms > last_ms)
            return err_set(err, E_FORMAT, "an epoch key for too far ahead");
    }
    return true;
}

/* What everybody in the network reads holds no number of a person. */
static bool niss_free(const struct wire_map *map, const void *said, struct err *err)
{
    static const struct wire_search search = {niss_within, NULL, 0};
    char path[WIRE_PATH_BYTES];
    if (wire_find_text(map, said, &search, path))
        return err_set(err, E_NISS, "a national number in %s", path);
    return true;
}

/* Terms name the two partners in the order of their names; the author is one of them.
 * Who is bound by secrecy is so on a ground that is named, and nothing is agreed for
 * ever. */
static bool terms_ok(const struct feed *feed, const struct statement *statement,
        struct span packed, struct said_terms *out, struct err *err)
{
    const char *partner = statement->partnership->partner;
    struct terms terms;
    if (!wire_get(&WIRE_TERMS, packed, &feed->directory->scratch, &terms, err) ||
            !niss_free(&WIRE_TERMS, &terms, err))
        return false;

    bool author_is_a = strcmp(statement->author, partner) < 0;
    const char *a = author_is_a ? statement->author : partner;
    const char *b = author_is_a ? partner : statement->author;
    if (strcmp(statement->subject, partner) != 0 || strcmp(a, b) == 0 ||
            strcmp(terms.a, a) != 0 || strcmp(terms.b, b) != 0)
        return err_set(err, E_FORMAT,
                "a partnership of %s whose terms name other partners",
                statement->author);
    if ((terms.a_secrecy_bound && terms.a_reason[0] == '\0') ||
            (terms.b_secrecy_bound && terms.b_reason[0] == '\0'))
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

static bool partnership_ok(const struct feed *feed, struct said *said, struct err *err)
{
    const struct statement *statement = &said->statement;
    const struct partnership *says = statement->partnership;
    return terms_ok(feed, statement, says->terms, &said->terms, err) &&
           (says->proposed.len == 0 ||
                   terms_ok(feed, statement, says->proposed, &said->proposed, err));
}

static bool service_ok(const struct feed *feed, struct said *said, struct err *err)
{
    (void)feed;
    if (said->statement.service->need == 0)
        return err_set(err, E_FORMAT, "a service for no need");
    return true;
}

static bool capacity_ok(const struct feed *feed, struct said *said, struct err *err)
{
    (void)feed;
    if (said->statement.capacity->need == 0 || said->statement.capacity->state == 0)
        return err_set(err, E_FORMAT, "a capacity without a need or a state");
    return true;
}

static bool intake_ok(const struct feed *feed, struct said *said, struct err *err)
{
    (void)feed;
    if (said->statement.intake->state == 0 ||
            said->statement.intake->paused_until_ms > INT64_MAX)
        return err_set(err, E_FORMAT, "an intake without a state");
    return true;
}

/* With words that people can read, and not for ever. Whether its author may have one is
 * looked at when it is asked for: the type of a partner can change. */
static bool mandate_ok(const struct feed *feed, struct said *said, struct err *err)
{
    (void)feed;
    const struct statement *statement = &said->statement;
    if (statement->mandate->text[0] == '\0')
        return err_set(err, E_FIELD, "a mandate that says nothing");
    uint64_t longest_ms = (uint64_t)DIRECTORY_MANDATE_DAYS_MAX * TIME_DAY_MS;
    if (statement->until_ms - statement->issued_ms > longest_ms)
        return err_set(err, E_TTL, "a mandate for more than %d days",
                DIRECTORY_MANDATE_DAYS_MAX);
    return true;
}

/* What each kind of statement says. at: the member of struct statement that must be
 * there. */
static const struct {
    size_t at;
    bool has_subject;
    bool (*ok)(const struct feed *feed, struct said *said, struct err *err);
} STATEMENTS[] = {
        [STATEMENT_KIND_EPOCH_KEYS] = {offsetof(struct statement, epoch_keys),  false,
                                       epoch_keys_ok },
        [STATEMENT_KIND_SERVICE] = {offsetof(struct statement, service),     true,
                                       service_ok    },
        [STATEMENT_KIND_CAPACITY] = {offsetof(struct statement, capacity),    true,
                                       capacity_ok   },
        [STATEMENT_KIND_INTAKE] = {offsetof(struct statement, intake),      false,
                                       intake_ok     },
        [STATEMENT_KIND_PARTNERSHIP] = {offsetof(struct statement, partnership), true,
                                       partnership_ok},
        [STATEMENT_KIND_MANDATE] = {offsetof(struct statement, mandate),     true,
                                       mandate_ok    },
};

/* The same for every kind: who, when, and that the kind says what it is for. */
static bool frame_ok(const struct feed *feed, const struct statement *statement,
        struct err *err)
{
    if (strcmp(statement->author, feed->signer) != 0)
        return err_set(err, E_AUTH, "a statement of %s signed by %s", statement->author,
                feed->signer);
    if (statement->version == 0 || (size_t)statement->kind >= COUNT_OF(STATEMENTS) ||
            statement->kind == STATEMENT_KIND_NONE)
        return err_set(err, E_FORMAT, "a statement without a version or a kind");
    if (!STATEMENTS[statement->kind].has_subject && statement->subject[0] != '\0')
        return err_set(err, E_FORMAT, "%s have no subject",
                statement_kind_name(statement->kind));
    if (!dates_ok(statement->issued_ms, statement->until_ms, err) ||
            !issued_ok(feed, statement->issued_ms, err))
        return false;
    /* An end stands whatever its date, so that what it ended does not come back. */
    if (!statement->ended && (int64_t)statement->until_ms <= feed->now_ms)
        return err_set(err, E_TTL, "a statement that is past its date");
    return true;
}

/* Does it say what its kind is for, and nothing else? An end needs no more words. */
static bool says_ok(const struct feed *feed, struct said *said, struct err *err)
{
    const struct statement *statement = &said->statement;
    const void *says;
    memcpy(&says, (const uint8_t *)statement + STATEMENTS[statement->kind].at,
            sizeof says);
    bool says_any = statement->epoch_keys != NULL || statement->service != NULL ||
                    statement->capacity != NULL || statement->intake != NULL ||
                    statement->partnership != NULL || statement->mandate != NULL;
    if (says == NULL) {
        if (!statement->ended || says_any)
            return err_set(err, E_FORMAT, "a statement that does not say its %s",
                    statement_kind_name(statement->kind));
        return true;
    }
    return STATEMENTS[statement->kind].ok(feed, said, err);
}

/* The body decoded once more, into memory of its own. */
static struct said *said_new(struct span body, size_t size, struct err *err)
{
    struct said *said = calloc(1, sizeof *said + size);
    if (said == NULL) {
        err_set(err, ERR_NOMEM, "no memory for a statement");
        return NULL;
    }
    struct arena arena = {.at = said->memory, .size = size};
    if (!wire_get(&WIRE_STATEMENT, body, &arena, &said->statement, err)) {
        free(said);
        return NULL;
    }
    said->hash = hash_sha256_one(body);
    return said;
}

static bool feed_statement(const struct feed *feed, enum directory_news *news,
        struct err *err)
{
    struct statement statement;
    struct arena *scratch = &feed->directory->scratch;
    if (feed->body.len > DIRECTORY_STATEMENT_BYTES)
        return err_set(err, E_SIZE, "a statement of %zu bytes; at most %d",
                feed->body.len, (int)DIRECTORY_STATEMENT_BYTES);
    if (!wire_get(&WIRE_STATEMENT, feed->body, scratch, &statement, err) ||
            !frame_ok(feed, &statement, err) ||
            !niss_free(&WIRE_STATEMENT, &statement, err))
        return false;

    struct said *said = said_new(feed->body, scratch->used, err);
    if (said == NULL)
        return false;
    if (!says_ok(feed, said, err)) {
        free(said);
        return false;
    }
    return directory_take_statement(feed->directory, said, feed->now_ms, news, err);
}

/* Which kinds a directory is made of. */
static const struct {
    enum kind kind;
    bool (*take)(const struct feed *feed, enum directory_news *news, struct err *err);
} FEEDERS[] = {
        {KIND_MEMBERSHIP, feed_membership},
        {KIND_REVOCATION, feed_revocation},
        {KIND_SNAPSHOT,   feed_snapshot  },
        {KIND_STATEMENT,  feed_statement },
};

bool directory_feed(struct directory *directory, enum kind kind, const char *signer,
        struct span bytes, struct span body, int64_t now_ms, enum directory_news *news,
        struct err *err)
{
    struct feed feed = {directory, signer, bytes, body, now_ms};
    for (size_t i = 0; i < COUNT_OF(FEEDERS); i++) {
        if (FEEDERS[i].kind != kind)
            continue;
        enum directory_news out;
        bool taken = FEEDERS[i].take(&feed, &out, err);
        arena_reset(&directory->scratch, 0);
        if (taken)
            *news = out;
        return taken;
    }
    return err_set(err, E_FORMAT, "a %s is no part of a directory", kind_name(kind));
}

/* directory_feed.c - from the body of a verified thing to the directory: strict form,
 * and the rules that one body alone can break. */
#include <stdlib.h>

#include "core/directory_inner.h"
#include "core/hash.h"
#include "core/keys.h"
#include "core/merkle.h"
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

bool directory_dates_ok(uint64_t from_ms, uint64_t until_ms, struct err *err)
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
            !directory_dates_ok(membership.from_ms, membership.until_ms, err) ||
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
    if (!directory_dates_ok(snapshot.issued_ms, snapshot.expires_ms, err) ||
            !issued_ok(feed, snapshot.issued_ms, err))
        return false;
    struct key32 hash = hash_sha256_one(feed->body);
    return directory_take_snapshot(feed->directory, &snapshot, &hash, news, err);
}

static bool feed_area(const struct feed *feed, enum directory_news *news,
        struct err *err)
{
    return by_steward(feed, err) &&
           directory_take_area(feed->directory, feed->bytes, feed->body, news, err);
}

/* --- statements --- */

/* The same for every kind: who, when, and that the kind says what it is for. */
static bool frame_ok(const struct feed *feed, const struct statement *statement,
        struct err *err)
{
    if (strcmp(statement->author, feed->signer) != 0)
        return err_set(err, E_AUTH, "a statement of %s signed by %s", statement->author,
                feed->signer);
    if (statement->version == 0)
        return err_set(err, E_FORMAT, "a statement without a version");
    if (!directory_dates_ok(statement->issued_ms, statement->until_ms, err) ||
            !issued_ok(feed, statement->issued_ms, err))
        return false;
    /* An end stands whatever its date, so that what it ended does not come back. */
    if (!statement->ended && (int64_t)statement->until_ms <= feed->now_ms)
        return err_set(err, E_TTL, "a statement that is past its date");
    return true;
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
            !wire_niss_free(&WIRE_STATEMENT, &statement, err))
        return false;

    struct said *said = said_new(feed->body, scratch->used, err);
    if (said == NULL)
        return false;
    if (!directory_says_ok(said, scratch, err)) {
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
        {KIND_AREA,       feed_area      },
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

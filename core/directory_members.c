/* directory_members.c - partners and their keys: who is a member now, and who may sign
 * what. */
#include <stdio.h>
#include <stdlib.h>

#include "core/directory_inner.h"
#include "core/time.h"

/* FNV-1a. The names come from the steward alone, so nobody can choose them to collide.
 */
static size_t slot_of(const char *partner)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (const char *at = partner; *at != '\0'; at++)
        hash = (hash ^ (uint8_t)*at) * UINT64_C(0x100000001b3);
    return (size_t)(hash ^ hash >> 32) & (DIRECTORY_TABLE_SLOTS - 1);
}

_Static_assert((DIRECTORY_TABLE_SLOTS & (DIRECTORY_TABLE_SLOTS - 1)) == 0, "a mask");
_Static_assert((int)DIRECTORY_TABLE_SLOTS > (int)DIRECTORY_ENTRIES_MAX, "it ends");

/* Where the partner stands in the table, or the free slot where it would. */
static size_t find_slot(const struct directory *directory, const char *partner)
{
    size_t slot = slot_of(partner);
    while (directory->table[slot] != NULL &&
            strcmp(directory->table[slot]->member.partner, partner) != 0)
        slot = (slot + 1) & (DIRECTORY_TABLE_SLOTS - 1);
    return slot;
}

struct entry *directory_entry(const struct directory *directory, const char *partner)
{
    return directory->table[find_slot(directory, partner)];
}

/* The entry of a partner, made when there is none. */
static struct entry *entry_made(struct directory *directory, const char *partner,
        struct err *err)
{
    size_t slot = find_slot(directory, partner);
    if (directory->table[slot] != NULL)
        return directory->table[slot];
    if (directory->n_entries == DIRECTORY_ENTRIES_MAX) {
        err_set(err, E_BUSY, "the directory has no room for %s", partner);
        return NULL;
    }

    struct entry *entry = calloc(1, sizeof *entry);
    if (entry == NULL) {
        err_set(err, ERR_NOMEM, "no memory for %s in the directory", partner);
        return NULL;
    }
    snprintf(entry->member.partner, sizeof entry->member.partner, "%s", partner);
    directory->table[slot] = entry;
    directory->n_entries++;
    return entry;
}

bool directory_in_force(const struct entry *entry)
{
    return entry->member.version > 0 && !entry->member.clashed &&
           !entry->member.revoked;
}

/* --- taking --- */

/* Put a partner's first membership in its place among the members. */
static void insert_member(struct directory *directory, struct entry *entry)
{
    size_t at = directory->n_members++;
    while (at > 0 && strcmp(directory->members[at - 1]->member.partner,
                             entry->member.partner) > 0) {
        directory->members[at] = directory->members[at - 1];
        at--;
    }
    directory->members[at] = entry;
}

/* What a membership says, as a member. */
static void fill_member(struct entry *entry, const struct membership *from)
{
    struct member to = {.role = from->role,
            .partner_type = from->partner_type,
            .version = from->version,
            .identity_key = from->identity_key,
            .transport_key = from->transport_key,
            .log_key = from->log_key,
            .from_ms = (int64_t)from->from_ms,
            .until_ms = (int64_t)from->until_ms,
            .revoked = from->version <= entry->revoked_version,
            .suspended = entry->member.suspended};
    snprintf(to.partner, sizeof to.partner, "%s", from->partner);
    snprintf(to.name, sizeof to.name, "%s", from->name);
    snprintf(to.address, sizeof to.address, "%s", from->address);
    snprintf(to.supported_by, sizeof to.supported_by, "%s", from->supported_by);
    for (size_t i = 0; i < from->n_areas && i < COUNT_OF(to.areas); i++)
        snprintf(to.areas[to.n_areas++], sizeof to.areas[0], "%s", from->areas[i]);
    entry->member = to;
}

/* A newcomer needs room, and a directory that is not so old that its revocation may
 * have been kept from us. Who joined before the snapshot is not new. */
static bool may_join(const struct directory *directory,
        const struct membership *membership, int64_t now_ms, struct err *err)
{
    if (directory->n_members == DIRECTORY_MEMBERS_MAX)
        return err_set(err, E_BUSY, "a network has at most %d members",
                (int)DIRECTORY_MEMBERS_MAX);
    int64_t issued_ms = directory_issued_ms(directory);
    if (issued_ms > 0 && (int64_t)membership->from_ms > issued_ms &&
            directory_age_days(directory, now_ms) >= DIRECTORY_NO_MEMBERS_DAYS)
        return err_set(err, E_DIRECTORY,
                "%s is new, and the directory is %d days old or more",
                membership->partner, (int)DIRECTORY_NO_MEMBERS_DAYS);
    return true;
}

/* The same version once more: the same words are known, other words make both void. */
static enum directory_news take_again(struct entry *entry,
        const struct membership_fact *fact)
{
    if (entry->member.clashed)
        return DIRECTORY_KNOWN;
    if (key32_equal(&entry->hash, &fact->hash)) {
        /* The same words in another envelope: whatever came first, all keep the same.
         */
        if (memcmp(fact->leaf.b, entry->leaf.b, sizeof fact->leaf.b) >= 0)
            return DIRECTORY_KNOWN;
        entry->leaf = fact->leaf;
        return DIRECTORY_NEW;
    }

    struct member void_member = {.version = entry->member.version,
            .clashed = true,
            .revoked = entry->member.revoked,
            .suspended = entry->member.suspended};
    memcpy(void_member.partner, entry->member.partner, sizeof void_member.partner);
    entry->member = void_member;
    directory_forget_statements(entry);
    return DIRECTORY_CLASH;
}

static bool still_vouched(const struct entry *entry, const struct membership_fact *fact)
{
    const struct key32 *key = &entry->member.identity_key;
    if (key32_equal(key, &fact->membership->identity_key))
        return true;
    for (size_t i = 0; i < fact->membership->n_earlier; i++)
        if (key32_equal(key, &fact->earlier[i].key) &&
                fact->earlier[i].version > entry->revoked_version)
            return true;
    return false;
}

bool directory_take_membership(struct directory *directory,
        const struct membership_fact *fact, int64_t now_ms, enum directory_news *news,
        struct err *err)
{
    const struct membership *membership = fact->membership;
    const struct entry *known = directory_entry(directory, membership->partner);
    bool joins = known == NULL || known->member.version == 0;
    if (joins && !may_join(directory, membership, now_ms, err))
        return false;
    struct entry *entry = entry_made(directory, membership->partner, err);
    if (entry == NULL)
        return false;

    if (membership->version < entry->member.version) {
        *news = DIRECTORY_KNOWN;
        return true;
    }
    if (membership->version == entry->member.version) {
        *news = take_again(entry, fact);
        return true;
    }

    /* What was said under another key is not vouched for any more, unless that key was
     * given up in good order. */
    if (!joins &&
            (!still_vouched(entry, fact) || entry->member.role != membership->role))
        directory_forget_statements(entry);
    fill_member(entry, membership);
    entry->identity_id = fact->identity_id;
    memcpy(entry->earlier, fact->earlier, sizeof entry->earlier);
    entry->n_earlier = membership->n_earlier;
    entry->log_id = fact->log_id;
    entry->leaf = fact->leaf;
    entry->hash = fact->hash;
    if (joins)
        insert_member(directory, entry);
    *news = DIRECTORY_NEW;
    return true;
}

bool directory_take_revocation(struct directory *directory,
        const struct revocation *revocation, enum directory_news *news, struct err *err)
{
    struct entry *entry = entry_made(directory, revocation->partner, err);
    if (entry == NULL)
        return false;

    /* Two revocations of one version say the same: it is out. So nothing can void one.
     */
    if (revocation->version <= entry->revoked_version) {
        *news = DIRECTORY_KNOWN;
        return true;
    }
    entry->revoked_version = revocation->version;
    entry->member.revoked = entry->member.version <= revocation->version;
    *news = DIRECTORY_NEW;
    return true;
}

/* --- asking --- */

static bool is_live(const struct entry *entry, int64_t now_ms)
{
    return directory_in_force(entry) && !entry->member.suspended &&
           now_ms >= entry->member.from_ms && now_ms < entry->member.until_ms;
}

const struct member *directory_member(const struct directory *directory,
        const char *partner)
{
    const struct entry *entry = directory_entry(directory, partner);
    return entry == NULL || entry->member.version == 0 ? NULL : &entry->member;
}

const struct member *directory_live_member(const struct directory *directory,
        const char *partner, int64_t now_ms)
{
    const struct entry *entry = directory_entry(directory, partner);
    return entry == NULL || !is_live(entry, now_ms) ? NULL : &entry->member;
}

const struct member *directory_by_transport(const struct directory *directory,
        const struct key32 *transport_key, int64_t now_ms)
{
    static const struct key32 none;
    const struct member *found = NULL;
    if (key32_equal(transport_key, &none))
        return NULL;
    for (size_t i = 0; i < directory->n_members; i++) {
        const struct entry *entry = directory->members[i];
        if (!key32_equal(&entry->member.transport_key, transport_key) ||
                !is_live(entry, now_ms))
            continue;
        /* A key that two members show names neither: one could take the other's mail.
         */
        if (found != NULL)
            return NULL;
        found = &entry->member;
    }
    return found;
}

const struct member *directory_broker(const struct directory *directory, int64_t now_ms)
{
    for (size_t i = 0; i < directory->n_members; i++) {
        const struct entry *entry = directory->members[i];
        if (entry->member.role == ROLE_BROKER && is_live(entry, now_ms))
            return &entry->member;
    }
    return NULL;
}

size_t directory_member_count(const struct directory *directory)
{
    return directory->n_members;
}

const struct member *directory_member_at(const struct directory *directory,
        size_t index)
{
    return index < directory->n_members ? &directory->members[index]->member : NULL;
}

void directory_suspend(struct directory *directory, const char *partner, bool suspended)
{
    struct entry *entry = directory_entry(directory, partner);
    if (entry != NULL)
        entry->member.suspended = suspended;
}

const struct member *directory_node_of(const struct directory *directory,
        const char *partner, int64_t now_ms)
{
    const struct member *member = directory_live_member(directory, partner, now_ms);
    if (member != NULL && member->role == ROLE_SUPPORTED)
        member = directory_live_member(directory, member->supported_by, now_ms);
    return member != NULL && member->role == ROLE_NODE ? member : NULL;
}

/* --- who may sign what --- */

enum {
    BY_STEWARD = 1,
    BY_NODE = 2,
    BY_BROKER = 4,
    BY_BROKER_LOG = 8, /* the broker's other key */
};

/* A join request is by nobody: the newcomer is not in any directory. */
static const uint8_t SIGNED_BY[] = {
        [KIND_NETWORK] = BY_STEWARD,
        [KIND_MEMBERSHIP] = BY_STEWARD,
        [KIND_REVOCATION] = BY_STEWARD,
        [KIND_SNAPSHOT] = BY_STEWARD,
        [KIND_AREA] = BY_STEWARD,
        [KIND_STATEMENT] = BY_NODE,
        [KIND_CONSENT] = BY_NODE,
        [KIND_WITHDRAWAL] = BY_NODE,
        [KIND_LETTER] = BY_NODE,
        [KIND_RECEIPT] = BY_NODE | BY_BROKER,
        [KIND_OFFER_STATUS] = BY_BROKER,
        [KIND_HELLO] = BY_NODE,
        [KIND_CHECKPOINT] = BY_BROKER_LOG,
        [KIND_ESCALATION] = BY_BROKER,
};

static const struct key32 *steward_key(const struct directory *directory,
        const char *signer, const struct id *key_id)
{
    if (!directory->pinned || strcmp(signer, DIRECTORY_STEWARD) != 0)
        return NULL;
    if (id_equal(key_id, &directory->steward_id))
        return &directory->network.steward_key;
    if (id_equal(key_id, &directory->reserve_id))
        return &directory->network.reserve_key;
    return NULL;
}

/* What a signature stands under for longer than a moment. */
static bool lives_on(enum kind kind)
{
    return kind == KIND_STATEMENT || kind == KIND_CONSENT || kind == KIND_WITHDRAWAL ||
           kind == KIND_LETTER || kind == KIND_RECEIPT || kind == KIND_OFFER_STATUS ||
           kind == KIND_ESCALATION;
}

/* The key that was given up, while it counts; a revocation of its membership was for a
 * key that others may have. */
static const struct earlier *earlier_key(const struct entry *entry,
        const struct id *key_id)
{
    for (size_t i = 0; i < entry->n_earlier; i++)
        if (id_equal(key_id, &entry->earlier[i].id) &&
                entry->earlier[i].version > entry->revoked_version)
            return &entry->earlier[i];
    return NULL;
}

static const struct key32 *identity_key(const struct entry *entry, enum kind kind,
        const struct id *key_id, int64_t now_ms)
{
    if (id_equal(key_id, &entry->identity_id))
        return &entry->member.identity_key;
    const struct earlier *earlier = lives_on(kind) ? earlier_key(entry, key_id) : NULL;
    int64_t kept_ms = (int64_t)DIRECTORY_EARLIER_DAYS * TIME_DAY_MS;
    return earlier == NULL || now_ms >= earlier->until_ms + kept_ms ? NULL
                                                                    : &earlier->key;
}

const struct key32 *directory_key_held(const struct directory *directory,
        const char *signer, const struct id *key_id, int64_t made_ms)
{
    const struct entry *entry = directory_entry(directory, signer);
    if (entry == NULL || id_equal(key_id, &entry->identity_id))
        return entry == NULL ? NULL : &entry->member.identity_key;
    const struct earlier *earlier = earlier_key(entry, key_id);
    int64_t spare_ms = (int64_t)DIRECTORY_AHEAD_DAYS * TIME_DAY_MS;
    return earlier == NULL || made_ms >= earlier->until_ms + spare_ms ? NULL
                                                                      : &earlier->key;
}

static bool has_role(const struct member *member, unsigned by)
{
    return ((by & BY_NODE) != 0 && member->role == ROLE_NODE) ||
           ((by & BY_BROKER) != 0 && member->role == ROLE_BROKER);
}

const struct key32 *directory_key_once(const struct directory *directory,
        enum kind kind, const char *signer, const struct id *key_id)
{
    unsigned by = (size_t)kind < COUNT_OF(SIGNED_BY) ? SIGNED_BY[kind] : 0;
    const struct entry *entry = directory_entry(directory, signer);
    if (entry == NULL || !has_role(&entry->member, by))
        return NULL;
    if (id_equal(key_id, &entry->identity_id))
        return &entry->member.identity_key;
    for (size_t i = 0; i < entry->n_earlier; i++)
        if (id_equal(key_id, &entry->earlier[i].id))
            return &entry->earlier[i].key;
    return NULL;
}

const struct key32 *directory_signing_key(const struct directory *directory,
        enum kind kind, const char *signer, const struct id *key_id, int64_t now_ms)
{
    unsigned by = (size_t)kind < COUNT_OF(SIGNED_BY) ? SIGNED_BY[kind] : 0;
    if (by == BY_STEWARD)
        return steward_key(directory, signer, key_id);

    const struct entry *entry = directory_entry(directory, signer);
    if (entry == NULL || !is_live(entry, now_ms))
        return NULL;
    const struct member *member = &entry->member;
    if (has_role(member, by))
        return identity_key(entry, kind, key_id, now_ms);
    if ((by & BY_BROKER_LOG) != 0 && member->role == ROLE_BROKER)
        return id_equal(key_id, &entry->log_id) ? &member->log_key : NULL;
    return NULL;
}

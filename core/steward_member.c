/* steward_member.c - who is a member: requests are read, partners admitted and revoked.
 */
#include "core/hash.h"
#include "core/niss.h"
#include "core/steward_inner.h"
#include "core/time.h"
#include "core/wire.h"

enum { REASON_BYTES_MAX = 200 };

/* --- reading a request --- */

/* It stands in the bundle, which everybody in the network reads. */
static bool name_ok(const char *partner, const char *name, struct err *err)
{
    if (name[0] == '\0')
        return err_set(err, E_FIELD, "%s has no name for people", partner);
    return !niss_within(name) ||
           err_set(err, E_NISS, "a national number in the name of %s", partner);
}

static bool request_ok(const struct join_request *request, struct err *err)
{
    static const struct key32 none;
    bool broker = request->role == ROLE_BROKER;
    bool log_key = !key32_equal(&request->log_key, &none);
    if (!ids_partner_ok(request->partner) ||
            strcmp(request->partner, DIRECTORY_STEWARD) == 0)
        return err_set(err, E_FIELD, "\"%.40s\" cannot be a partner's name",
                request->partner);
    if (!broker && request->role != ROLE_NODE)
        return err_set(err, E_FIELD, "%s asks to be neither a node nor a broker",
                request->partner);
    if (!name_ok(request->partner, request->name, err))
        return false;
    if (broker != log_key || broker != (request->address[0] != '\0'))
        return err_set(err, E_FIELD,
                "%s: a broker, and nobody else, has a log key and an address",
                request->partner);
    if (key32_equal(&request->identity_key, &request->transport_key) ||
            key32_equal(&request->identity_key, &request->log_key))
        return err_set(err, E_FIELD, "%s uses one key for two things",
                request->partner);
    return true;
}

bool steward_read_request(struct span file, struct arena *arena,
        struct join_request *request, char fingerprint[FINGERPRINT_TEXT_BYTES],
        struct err *err)
{
    struct signed_ thing;
    struct join_request out;
    size_t used = arena->used;
    if (!wire_get(&WIRE_SIGNED, file, arena, &thing, err))
        return err_wrap(err, "this is no request to join");
    /* The request shows the key that signs it, so it has to be read to be verified; who
     * it is from, people settle by comparing the fingerprint. */
    if (!wire_get(&WIRE_JOIN_REQUEST, thing.body, arena, &out, err)) {
        err_wrap(err, "this is no request to join");
        goto refused;
    }
    if (!signed_get_by_key(&out.identity_key, KIND_JOIN_REQUEST, file, arena, &thing,
                err))
        goto refused;
    if (strcmp(thing.signer, out.partner) != 0) {
        err_set(err, E_AUTH, "a request of %s signed by %s", out.partner, thing.signer);
        goto refused;
    }
    if (!request_ok(&out, err))
        goto refused;
    struct key32 hash = hash_sha256_one(SPAN_OF(out.identity_key));
    ids_fingerprint(&hash, fingerprint);
    *request = out;
    return true;

refused:
    arena_reset(arena, used);
    return false;
}

/* --- changing --- */

/* What the bundle says of a partner, and whether a membership would clash with it. */
struct looked_up {
    bool member;
    enum role role;
    uint64_t version; /* highest that was ever used, also by a revocation */
    bool key_taken;
    bool other_broker;
    struct earlier_key earlier[DIRECTORY_EARLIER_MAX]; /* until_ms 0: until now */
    size_t n_earlier;
};

static bool same_key(const struct key32 *a, const struct key32 *b)
{
    static const struct key32 none;
    return !key32_equal(a, &none) && key32_equal(a, b);
}

static bool shares_key(const struct membership *a, const struct membership *b)
{
    const struct key32 *of_a[] = {&a->identity_key, &a->transport_key, &a->log_key};
    const struct key32 *of_b[] = {&b->identity_key, &b->transport_key, &b->log_key};
    for (size_t i = 0; i < COUNT_OF(of_a); i++) {
        for (size_t k = 0; k < COUNT_OF(of_b); k++) {
            if (same_key(of_a[i], of_b[k]))
                return true;
        }
    }
    return false;
}

/* The body of a thing that stands in the steward's own bundle. */
static bool read_body(struct steward *steward, const struct wire_map *map,
        struct span bytes, void *body, struct err *err)
{
    struct signed_ thing;
    return wire_get(&WIRE_SIGNED, bytes, &steward->work, &thing, err) &&
           wire_get(map, thing.body, &steward->work, body, err);
}

static void add_earlier(struct looked_up *out, const struct membership *wish,
        struct earlier_key key)
{
    if (key32_equal(&key.identity_key, &wish->identity_key))
        return;
    /* The oldest makes room. */
    if (out->n_earlier == DIRECTORY_EARLIER_MAX)
        memmove(out->earlier, out->earlier + 1,
                --out->n_earlier * sizeof *out->earlier);
    out->earlier[out->n_earlier++] = key;
}

/* A member that gets another identity key has given up the one before; had it been
 * stolen, the member would have been revoked first, and stand here no more. */
static void look_up_keys(const struct membership *member, const struct membership *wish,
        struct looked_up *out)
{
    if (member->role == ROLE_SUPPORTED || member->role != wish->role)
        return;
    for (size_t i = 0; i < member->n_earlier; i++)
        add_earlier(out, wish, member->earlier[i]);
    add_earlier(out, wish,
            (struct earlier_key){.identity_key = member->identity_key,
                    .version = member->version});
}

static bool look_up_member(struct steward *steward, struct span bytes,
        const struct membership *wish, struct looked_up *out, struct err *err)
{
    struct membership member;
    if (!read_body(steward, &WIRE_MEMBERSHIP, bytes, &member, err))
        return false;
    if (strcmp(member.partner, wish->partner) == 0) {
        out->member = true;
        out->role = member.role;
        if (member.version > out->version)
            out->version = member.version;
        look_up_keys(&member, wish, out);
        return true;
    }
    if (shares_key(&member, wish))
        out->key_taken = true;
    if (member.role == ROLE_BROKER)
        out->other_broker = true;
    return true;
}

/* wish: only its partner, role and keys are looked at. */
static bool look_up(struct steward *steward, const struct membership *wish,
        struct looked_up *looked_up, struct err *err)
{
    struct looked_up out = {0};
    size_t used = steward->work.used;
    bool ok = true;
    for (size_t i = 0; ok && i < steward->bundle.n_memberships; i++) {
        ok = look_up_member(steward, steward->bundle.memberships[i], wish, &out, err);
        arena_reset(&steward->work, used);
    }
    for (size_t i = 0; ok && i < steward->bundle.n_revocations; i++) {
        struct revocation revocation;
        ok = read_body(steward, &WIRE_REVOCATION, steward->bundle.revocations[i],
                &revocation, err);
        if (ok && strcmp(revocation.partner, wish->partner) == 0 &&
                revocation.version > out.version)
            out.version = revocation.version;
        arena_reset(&steward->work, used);
    }
    if (ok)
        *looked_up = out;
    return ok;
}

/* Is this signed membership or revocation about the partner? */
static bool is_about(struct steward *steward, const struct wire_map *map,
        struct span bytes, const char *partner)
{
    struct membership member;
    struct revocation revocation;
    struct err none = {0};
    size_t used = steward->work.used;
    bool about = false;
    if (map == &WIRE_MEMBERSHIP)
        about = read_body(steward, map, bytes, &member, &none) &&
                strcmp(member.partner, partner) == 0;
    else
        about = read_body(steward, map, bytes, &revocation, &none) &&
                strcmp(revocation.partner, partner) == 0;
    arena_reset(&steward->work, used);
    return about;
}

/* The list without what is about the partner, and with `added` unless that is empty. */
static bool replace(struct steward *steward, const struct wire_map *map,
        const struct span *list, size_t n, const char *partner, struct span added,
        const struct span **out, size_t *n_out, struct err *err)
{
    struct span *next = arena_take(&steward->work, (n + 1) * sizeof *next);
    size_t n_next = 0;
    if (next == NULL)
        return err_set(err, ERR_NOMEM, "no memory for the list of members");
    for (size_t i = 0; i < n; i++) {
        if (!is_about(steward, map, list[i], partner))
            next[n_next++] = list[i];
    }
    if (added.len > 0)
        next[n_next++] = added;
    if (n_next > STEWARD_THINGS_MAX)
        return err_set(err, E_BUSY, "a network has at most %d members",
                STEWARD_THINGS_MAX);
    *out = next;
    *n_out = n_next;
    return true;
}

/* A new membership takes the place of the partner's old one. */
static bool keep_member(struct steward *steward, const struct membership *member,
        int64_t now_ms, struct err *err)
{
    struct bundle next = steward->bundle;
    struct network network = steward->network;
    struct span bytes;
    bool ok = steward_sign(steward, KIND_MEMBERSHIP, &WIRE_MEMBERSHIP, member, &bytes,
                      err) &&
              replace(steward, &WIRE_MEMBERSHIP, next.memberships, next.n_memberships,
                      member->partner, bytes, &next.memberships, &next.n_memberships,
                      err) &&
              steward_keep(steward, &next, &network, now_ms, err);
    arena_reset(&steward->work, 0);
    return ok;
}

static uint64_t end_of(int64_t until_ms, int64_t now_ms)
{
    if (until_ms == 0)
        return (uint64_t)(now_ms + (int64_t)STEWARD_MEMBER_DAYS * TIME_DAY_MS);
    return (uint64_t)until_ms;
}

/* Keys that nothing alive can be signed with any more are left out. */
static void keep_earlier(struct membership *member, struct looked_up *known,
        int64_t now_ms)
{
    int64_t since_ms = now_ms - (int64_t)DIRECTORY_EARLIER_DAYS * TIME_DAY_MS;
    size_t n = 0;
    for (size_t i = 0; i < known->n_earlier; i++) {
        struct earlier_key key = known->earlier[i];
        if (key.until_ms == 0)
            key.until_ms = (uint64_t)now_ms;
        if ((int64_t)key.until_ms > since_ms)
            known->earlier[n++] = key;
    }
    member->earlier = known->earlier;
    member->n_earlier = n;
}

bool steward_admit(struct steward *steward, const struct join_request *request,
        int64_t until_ms, int64_t now_ms, struct err *err)
{
    struct membership member = {
            .v = 1,
            .partner = request->partner,
            .role = request->role,
            .name = request->name,
            .partner_type = request->partner_type,
            .identity_key = request->identity_key,
            .transport_key = request->transport_key,
            .log_key = request->log_key,
            .address = request->address,
            .areas = request->areas,
            .n_areas = request->n_areas,
            .from_ms = (uint64_t)now_ms,
            .until_ms = end_of(until_ms, now_ms),
    };
    struct looked_up known;
    if (until_ms != 0 && until_ms <= now_ms)
        return err_set(err, E_TTL, "the membership would be over before it begins");
    if (!request_ok(request, err) || !look_up(steward, &member, &known, err))
        return false;
    if (known.key_taken)
        return err_set(err, E_DUPLICATE, "another member has one of the keys of %s",
                request->partner);
    if (request->role == ROLE_BROKER && known.other_broker)
        return err_set(err, E_DUPLICATE,
                "the network has a broker already; revoke that one first");
    member.version = known.version + 1;
    keep_earlier(&member, &known, now_ms);
    return keep_member(steward, &member, now_ms, err);
}

bool steward_admit_supported(struct steward *steward, const char *partner,
        const char *name, uint16_t partner_type, const char *supported_by,
        int64_t now_ms, struct err *err)
{
    struct membership member = {
            .v = 1,
            .partner = partner,
            .role = ROLE_SUPPORTED,
            .name = name,
            .partner_type = partner_type,
            .supported_by = supported_by,
            .from_ms = (uint64_t)now_ms,
            .until_ms = end_of(0, now_ms),
    };
    const struct membership supporter = {.partner = supported_by};
    struct looked_up known, other;
    if (!ids_partner_ok(partner) || strcmp(partner, DIRECTORY_STEWARD) == 0)
        return err_set(err, E_FIELD, "\"%.40s\" cannot be a partner's name", partner);
    if (!name_ok(partner, name, err) || !look_up(steward, &supporter, &other, err) ||
            !look_up(steward, &member, &known, err))
        return false;
    if (!other.member || other.role != ROLE_NODE)
        return err_set(err, E_NOT_FOUND, "no member with a node is called %.40s",
                supported_by);
    if (known.member && known.role != ROLE_SUPPORTED)
        return err_set(err, E_DUPLICATE, "%s is a member with keys of its own",
                partner);
    member.version = known.version + 1;
    return keep_member(steward, &member, now_ms, err);
}

bool steward_revoke(struct steward *steward, const char *partner, const char *reason,
        int64_t now_ms, struct err *err)
{
    const struct membership wish = {.partner = partner};
    struct bundle next = steward->bundle;
    struct network network = steward->network;
    struct looked_up known;
    struct span bytes;
    if (strlen(reason) > REASON_BYTES_MAX)
        return err_set(err, E_SIZE, "the reason has at most %d bytes",
                REASON_BYTES_MAX);
    if (niss_within(reason))
        return err_set(err, E_NISS, "a national number in the reason");
    if (!look_up(steward, &wish, &known, err))
        return false;
    if (!known.member)
        return err_set(err, E_NOT_FOUND, "no member is called %.40s", partner);

    const struct revocation revocation = {.v = 1,
            .partner = partner,
            .version = known.version,
            .at_ms = (uint64_t)now_ms,
            .reason = reason};
    bool ok = steward_sign(steward, KIND_REVOCATION, &WIRE_REVOCATION, &revocation,
                      &bytes, err) &&
              replace(steward, &WIRE_REVOCATION, next.revocations, next.n_revocations,
                      partner, bytes, &next.revocations, &next.n_revocations, err) &&
              replace(steward, &WIRE_MEMBERSHIP, next.memberships, next.n_memberships,
                      partner, (struct span){NULL, 0}, &next.memberships,
                      &next.n_memberships, err) &&
              steward_keep(steward, &next, &network, now_ms, err);
    arena_reset(&steward->work, 0);
    return ok;
}

bool steward_publish(struct steward *steward, int64_t now_ms, struct err *err)
{
    struct bundle next = steward->bundle;
    struct network network = steward->network;
    bool ok = steward_keep(steward, &next, &network, now_ms, err);
    arena_reset(&steward->work, 0);
    return ok;
}

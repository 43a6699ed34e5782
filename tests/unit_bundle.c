/* unit_bundle.c - a steward's file counts whole and only when all of it is the
 * steward's. */
#include "core/bundle.h"

#include "tests/small_network.h"

#include <stdlib.h>

enum { N_HOUSES = 5 };

/* A bundle in parts, so that a test can change one. */
struct desk {
    struct small_network net;
    struct small_member houses[N_HOUSES];
    char names[N_HOUSES][PARTNER_BYTES];
    struct span memberships[N_HOUSES + 1];
    struct span revocations[1];
    struct bundle bundle;
    uint64_t serial;
};

static struct span sign_membership(struct desk *desk, size_t i, uint64_t version)
{
    struct membership membership = small_membership(&desk->houses[i], version);
    return small_steward_signs(&desk->net, KIND_MEMBERSHIP, &WIRE_MEMBERSHIP,
            &membership);
}

/* A new snapshot over the bundle as it is now. */
static void publish(struct desk *desk, int64_t now_ms)
{
    struct err err = {0};
    struct snapshot snapshot = {.v = 1,
            .network = "test-net",
            .serial = ++desk->serial,
            .issued_ms = (uint64_t)now_ms,
            .expires_ms = (uint64_t)(now_ms + 60 * SMALL_DAY)};
    if (!bundle_head(&desk->bundle, &desk->net.network, now_ms, &desk->net.arena,
                &snapshot, &err))
        fail_msg("%s", err.msg);
    desk->bundle.snapshot =
            small_steward_signs(&desk->net, KIND_SNAPSHOT, &WIRE_SNAPSHOT, &snapshot);
}

/* Five houses of which the last is revoked. */
static int open_desk(void **state)
{
    struct desk *desk = calloc(1, sizeof *desk);
    assert_non_null(desk);
    small_open(&desk->net);
    for (size_t i = 0; i < N_HOUSES; i++) {
        snprintf(desk->names[i], sizeof desk->names[i], "house-%zu", i);
        desk->houses[i] = small_member_new(desk->names[i], ROLE_NODE);
        desk->memberships[i] = sign_membership(desk, i, 1);
    }
    struct revocation out = {.v = 1, .partner = "house-4", .version = 1, .at_ms = 1};
    desk->revocations[0] =
            small_steward_signs(&desk->net, KIND_REVOCATION, &WIRE_REVOCATION, &out);
    desk->bundle = (struct bundle){.v = 1,
            .network = small_steward_signs(&desk->net, KIND_NETWORK, &WIRE_NETWORK,
                    &desk->net.network),
            .memberships = desk->memberships,
            .n_memberships = N_HOUSES,
            .revocations = desk->revocations,
            .n_revocations = 1};
    publish(desk, SMALL_NOW);
    *state = desk;
    return 0;
}

static int close_desk(void **state)
{
    struct desk *desk = *state;
    for (size_t i = 0; i < N_HOUSES; i++)
        small_member_free(&desk->houses[i]);
    small_close(&desk->net);
    free(desk);
    return 0;
}

static enum code check(struct desk *desk, const struct bundle *bundle)
{
    struct err err = {0};
    size_t used = desk->net.arena.used;
    bool good =
            bundle_check(bundle, &desk->net.network, SMALL_NOW, &desk->net.arena, &err);
    assert_int_equal(desk->net.arena.used, used);
    return good ? CODE_OK : err.code;
}

static void a_bundle_is_read_as_it_was_written(void **state)
{
    struct desk *desk = *state;
    struct err err = {0};
    struct arena *arena = &desk->net.arena;
    struct span bytes;
    struct bundle bundle;
    struct network network;
    assert_true(bundle_put(&desk->bundle, arena, &bytes, &err));
    assert_true(bundle_get(bytes, NULL, arena, &bundle, &network, &err));
    assert_true(bundle_get(bytes, &desk->net.network.steward_key, arena, &bundle,
            &network, &err));
    assert_string_equal(network.name, "test-net");
    assert_int_equal(bundle.n_memberships, N_HOUSES);
    assert_true(span_equal(bundle.memberships[3], desk->memberships[3]));
    assert_int_equal(check(desk, &bundle), CODE_OK);

    size_t used = arena->used;
    assert_false(bundle_get(bytes, &desk->net.network.reserve_key, arena, &bundle,
            &network, &err));
    assert_int_equal(err.code, E_AUTH);
    bytes.len--;
    assert_false(bundle_get(bytes, NULL, arena, &bundle, &network, &err));
    assert_int_equal(arena->used, used);
}

static void a_network_signs_for_itself(void **state)
{
    struct desk *desk = *state;
    struct small_network *net = &desk->net;
    struct err err = {0};
    struct bundle bundle;
    struct network network;
    struct span bytes;
    const struct span forged[] = {
            small_sign(net, DIRECTORY_STEWARD, net->reserve, KIND_NETWORK,
                    &WIRE_NETWORK, &net->network),
            small_sign(net, "house-0", net->steward, KIND_NETWORK, &WIRE_NETWORK,
                    &net->network),
            small_steward_signs(net, KIND_SNAPSHOT, &WIRE_NETWORK, &net->network),
            desk->bundle.snapshot,
            span_text("nothing"),
    };
    for (size_t i = 0; i < COUNT_OF(forged); i++) {
        desk->bundle.network = forged[i];
        assert_true(bundle_put(&desk->bundle, &net->arena, &bytes, &err));
        assert_false(bundle_get(bytes, NULL, &net->arena, &bundle, &network, &err));
    }
}

/* Each line breaks the bundle in one way. */
static void missing_membership(struct desk *desk)
{
    desk->bundle.n_memberships--;
}
static void missing_in_force(struct desk *desk)
{
    desk->bundle.memberships++;
    desk->bundle.n_memberships--;
}
static void missing_revocation(struct desk *desk)
{
    desk->bundle.n_revocations = 0;
}
static void another_version(struct desk *desk)
{
    desk->memberships[1] = sign_membership(desk, 1, 2);
}
static void by_a_member(struct desk *desk)
{
    struct membership membership = small_membership(&desk->houses[1], 1);
    desk->memberships[1] = small_sign(&desk->net, "house-0", desk->houses[0].key,
            KIND_MEMBERSHIP, &WIRE_MEMBERSHIP, &membership);
}
static void by_another_steward(struct desk *desk)
{
    struct membership membership = small_membership(&desk->houses[1], 1);
    desk->memberships[1] = small_sign(&desk->net, DIRECTORY_STEWARD,
            desk->houses[0].key, KIND_MEMBERSHIP, &WIRE_MEMBERSHIP, &membership);
}
static void snapshot_of_another_kind(struct desk *desk)
{
    desk->bundle.snapshot = desk->memberships[0];
}
static void no_snapshot(struct desk *desk)
{
    desk->bundle.snapshot = (struct span){0};
}
static void revocation_as_membership(struct desk *desk)
{
    desk->memberships[2] = desk->revocations[0];
}
static void clash(struct desk *desk)
{
    struct membership membership = small_membership(&desk->houses[1], 1);
    membership.name = "In other words";
    desk->memberships[N_HOUSES] = small_steward_signs(&desk->net, KIND_MEMBERSHIP,
            &WIRE_MEMBERSHIP, &membership);
    desk->bundle.n_memberships++;
}

static const struct {
    void (*breaks)(struct desk *desk);
    enum code code;
} BROKEN[] = {
        {missing_membership,       CODE_OK    }, /* the revoked one: nothing that is in force */
        {missing_in_force,         E_DIRECTORY},
        {missing_revocation,       E_DIRECTORY},
        {another_version,          E_DIRECTORY},
        {by_a_member,              E_AUTH     },
        {by_another_steward,       E_AUTH     },
        {snapshot_of_another_kind, E_AUTH     },
        {no_snapshot,              E_FORMAT   },
        {revocation_as_membership, E_AUTH     },
        {clash,                    E_DIRECTORY},
};

static void a_bundle_that_is_not_whole_feeds_nothing(void **state)
{
    struct desk *desk = *state;
    for (size_t i = 0; i < COUNT_OF(BROKEN); i++) {
        struct err err = {0};
        struct desk broken = *desk;
        broken.bundle.memberships = broken.memberships;
        broken.bundle.revocations = broken.revocations;
        broken.net.directory = directory_new(&err);
        assert_non_null(broken.net.directory);
        BROKEN[i].breaks(&broken);
        assert_int_equal(check(&broken, &broken.bundle), BROKEN[i].code);
        assert_true(bundle_feed(&broken.bundle, &broken.net.network,
                            broken.net.directory, SMALL_NOW, &broken.net.arena, NULL,
                            NULL, &err) == (BROKEN[i].code == CODE_OK));
        if (BROKEN[i].code != CODE_OK) {
            assert_int_equal(directory_member_count(broken.net.directory), 0);
            assert_null(directory_network(broken.net.directory));
        }
        directory_free(broken.net.directory);
        desk->net.arena = broken.net.arena;
    }
}

/* --- feeding --- */

struct told {
    size_t by_kind[16];
    size_t clashes;
    size_t fail_after;
};

static bool on_news(void *context, enum kind kind, struct span bytes,
        enum directory_news news, struct err *err)
{
    struct told *told = context;
    assert_true(bytes.len > 0 && news != DIRECTORY_KNOWN);
    told->by_kind[kind]++;
    told->clashes += news == DIRECTORY_CLASH;
    if (told->fail_after > 0 && --told->fail_after == 0)
        return err_set(err, ERR_IO, "the disk is gone");
    return true;
}

static bool feed(struct desk *desk, struct directory *directory, int64_t now_ms,
        struct told *told)
{
    struct err err = {0};
    *told = (struct told){.fail_after = told->fail_after};
    bool fed = bundle_feed(&desk->bundle, &desk->net.network, directory, now_ms,
            &desk->net.arena, on_news, told, &err);
    if (!fed)
        assert_int_not_equal(err.code, CODE_OK);
    return fed;
}

static void everything_new_is_told_once(void **state)
{
    struct desk *desk = *state;
    struct err err = {0};
    struct told told = {.fail_after = 0};
    struct directory *directory = directory_new(&err);
    assert_true(feed(desk, directory, SMALL_NOW, &told));
    assert_int_equal(told.by_kind[KIND_NETWORK], 1);
    assert_int_equal(told.by_kind[KIND_SNAPSHOT], 1);
    assert_int_equal(told.by_kind[KIND_MEMBERSHIP], N_HOUSES);
    assert_int_equal(told.by_kind[KIND_REVOCATION], 1);
    assert_true(directory_complete(directory));
    assert_null(directory_live_member(directory, "house-4", SMALL_NOW));
    assert_non_null(directory_live_member(directory, "house-3", SMALL_NOW));

    struct told none = {.fail_after = 0};
    assert_true(feed(desk, directory, SMALL_NOW, &told));
    assert_memory_equal(&told, &none, sizeof told);
    directory_free(directory);
}

static void an_older_bundle_does_no_harm(void **state)
{
    struct desk *desk = *state;
    struct err err = {0};
    struct told told = {.fail_after = 0};
    struct desk older = *desk;
    older.bundle.memberships = older.memberships;
    older.bundle.revocations = older.revocations;
    desk->memberships[1] = sign_membership(desk, 1, 2);
    publish(desk, SMALL_NOW + 1);
    older.net.arena = desk->net.arena;

    struct directory *directory = directory_new(&err);
    assert_true(feed(desk, directory, SMALL_NOW + 2, &told));
    assert_true(feed(&older, directory, SMALL_NOW + 2, &told));
    assert_int_equal(directory_serial(directory), 2);
    assert_int_equal(directory_member(directory, "house-1")->version, 2);
    assert_true(directory_complete(directory));
    directory_free(directory);
}

static void a_fresh_bundle_revives_an_old_directory(void **state)
{
    struct desk *desk = *state;
    struct err err = {0};
    struct told told = {.fail_after = 0};
    int64_t later = SMALL_NOW + 40 * SMALL_DAY;
    struct directory *directory = directory_new(&err);
    assert_true(feed(desk, directory, SMALL_NOW, &told));

    struct small_member late = small_member_new("late-house", ROLE_NODE);
    struct membership membership = small_membership(&late, 1);
    membership.from_ms = (uint64_t)(later - 1);
    desk->memberships[N_HOUSES] = small_steward_signs(&desk->net, KIND_MEMBERSHIP,
            &WIRE_MEMBERSHIP, &membership);
    desk->bundle.n_memberships++;
    publish(desk, later);
    assert_true(feed(desk, directory, later, &told));
    assert_non_null(directory_live_member(directory, "late-house", later));
    assert_int_equal(told.by_kind[KIND_MEMBERSHIP], 1);
    assert_true(directory_complete(directory));
    directory_free(directory);
    small_member_free(&late);
}

static void another_network_is_not_mixed_in(void **state)
{
    struct desk *desk = *state;
    struct err err = {0};
    struct told told = {.fail_after = 0};
    struct directory *directory = directory_new(&err);
    struct network other = desk->net.network;
    other.name = "other-net";
    assert_true(directory_pin(directory, &other, &err));
    assert_false(feed(desk, directory, SMALL_NOW, &told));
    assert_int_equal(directory_member_count(directory), 0);
    directory_free(directory);
}

static void what_cannot_be_stored_stops_the_rest(void **state)
{
    struct desk *desk = *state;
    for (size_t after = 1; after <= N_HOUSES + 3; after++) {
        struct err err = {0};
        struct told told = {.fail_after = after};
        struct directory *directory = directory_new(&err);
        assert_false(feed(desk, directory, SMALL_NOW, &told));
        directory_free(directory);
    }
}

#define AT_DESK(test) cmocka_unit_test_setup_teardown(test, open_desk, close_desk)

int main(void)
{
    const struct CMUnitTest tests[] = {
            AT_DESK(a_bundle_is_read_as_it_was_written),
            AT_DESK(a_network_signs_for_itself),
            AT_DESK(a_bundle_that_is_not_whole_feeds_nothing),
            AT_DESK(everything_new_is_told_once),
            AT_DESK(an_older_bundle_does_no_harm),
            AT_DESK(a_fresh_bundle_revives_an_old_directory),
            AT_DESK(another_network_is_not_mixed_in),
            AT_DESK(what_cannot_be_stored_stops_the_rest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* unit_directory.c - the verified view of a network: who is in, with which keys, in
 * which version. */
#include "tests/small_network.h"

/* --- members --- */

static void members_are_found_and_ordered(void **state)
{
    static const char *const NAMES[] = {"antenna", "house-a", "house-b", "the-broker"};
    struct world *world = *state;
    const struct directory *directory = world->net.directory;
    assert_int_equal(directory_member_count(directory), COUNT_OF(NAMES));
    for (size_t i = 0; i < COUNT_OF(NAMES); i++) {
        const struct member *member = directory_member_at(directory, i);
        assert_string_equal(member->partner, NAMES[i]);
        assert_ptr_equal(member, directory_member(directory, NAMES[i]));
        assert_ptr_equal(member, directory_live_member(directory, NAMES[i], SMALL_NOW));
    }
    assert_null(directory_member_at(directory, COUNT_OF(NAMES)));
    assert_null(directory_member(directory, "house-c"));
    assert_string_equal(directory_broker(directory, SMALL_NOW)->partner, "the-broker");
    assert_string_equal(directory_broker(directory, SMALL_NOW)->address,
            "tcp://broker.example:7000");
}

static void a_membership_is_kept_as_it_was_said(void **state)
{
    static const char *const AREAS[] = {"23027", "23088"};
    struct world *world = *state;
    struct membership said = small_membership(&world->a, 2);
    said.name = "Dienstencentrum De Linde";
    said.partner_type = 1;
    said.areas = AREAS;
    said.n_areas = 2;
    assert_int_equal(small_feed_member(world, &said), DIRECTORY_NEW);
    const struct member *member = directory_member(world->net.directory, "house-a");
    assert_string_equal(member->name, said.name);
    assert_int_equal(member->version, 2);
    assert_int_equal(member->role, ROLE_NODE);
    assert_int_equal(member->partner_type, 1);
    assert_int_equal(member->n_areas, 2);
    assert_string_equal(member->areas[1], "23088");
    assert_int_equal(member->from_ms, said.from_ms);
    assert_int_equal(member->until_ms, said.until_ms);
    assert_true(key32_equal(&member->identity_key, &said.identity_key));
    assert_true(key32_equal(&member->transport_key, &said.transport_key));
    assert_false(member->revoked || member->clashed || member->suspended);
}

static void a_transport_key_names_one_live_member(void **state)
{
    struct world *world = *state;
    const struct directory *directory = world->net.directory;
    struct key32 none = {{0}};
    assert_string_equal(directory_by_transport(directory, &world->a.transport,
                                SMALL_NOW)
                                ->partner,
            "house-a");
    assert_null(directory_by_transport(directory, &none, SMALL_NOW));
    assert_null(directory_by_transport(directory, &world->a.transport,
            SMALL_NOW + 500 * SMALL_DAY));
    directory_suspend(world->net.directory, "house-a", true);
    assert_null(directory_by_transport(directory, &world->a.transport, SMALL_NOW));
    directory_suspend(world->net.directory, "house-a", false);

    /* A key that two members show names neither. */
    struct membership thief = small_membership(&world->b, 2);
    thief.transport_key = world->a.transport;
    assert_int_equal(small_feed_member(world, &thief), DIRECTORY_NEW);
    assert_null(directory_by_transport(directory, &world->a.transport, SMALL_NOW));
}

static void an_antenna_is_served_by_its_supporter(void **state)
{
    struct world *world = *state;
    struct directory *directory = world->net.directory;
    assert_string_equal(directory_node_of(directory, "antenna", SMALL_NOW)->partner,
            "house-a");
    assert_string_equal(directory_node_of(directory, "house-b", SMALL_NOW)->partner,
            "house-b");
    assert_null(directory_node_of(directory, "the-broker", SMALL_NOW));
    assert_null(directory_node_of(directory, "house-c", SMALL_NOW));
    directory_suspend(directory, "house-a", true);
    assert_null(directory_node_of(directory, "antenna", SMALL_NOW));
    directory_suspend(directory, "house-a", false);
    directory_suspend(directory, "antenna", true);
    assert_null(directory_node_of(directory, "antenna", SMALL_NOW));
    directory_suspend(directory, "antenna", false);

    /* Supported by another antenna is supported by nobody. */
    struct small_member second = small_member_new("second-antenna", ROLE_SUPPORTED);
    struct membership membership = small_membership(&second, 1);
    membership.supported_by = "antenna";
    assert_int_equal(small_feed_member(world, &membership), DIRECTORY_NEW);
    assert_null(directory_node_of(directory, "second-antenna", SMALL_NOW));
    small_member_free(&second);
}

static void suspension_stays_with_a_new_membership(void **state)
{
    struct world *world = *state;
    directory_suspend(world->net.directory, "house-a", true);
    directory_suspend(world->net.directory, "nobody", true);
    struct membership membership = small_membership(&world->a, 2);
    assert_int_equal(small_feed_member(world, &membership), DIRECTORY_NEW);
    assert_true(directory_member(world->net.directory, "house-a")->suspended);
    assert_null(directory_live_member(world->net.directory, "house-a", SMALL_NOW));
}

static void the_signing_key_is_the_one_named(void **state)
{
    struct world *world = *state;
    const struct directory *directory = world->net.directory;
    const struct key32 *key = sign_key_public(world->a.key);
    struct id right = keys_id(key);
    struct id wrong = keys_id(sign_key_public(world->b.key));
    assert_true(key32_equal(key, directory_signing_key(directory, KIND_LETTER,
                                         "house-a", &right, SMALL_NOW)));
    assert_null(directory_signing_key(directory, KIND_LETTER, "house-a", &wrong,
            SMALL_NOW));
    assert_null(
            directory_signing_key(directory, KIND_NONE, "house-a", &right, SMALL_NOW));
    assert_null(directory_signing_key(directory, (enum kind)200, "house-a", &right,
            SMALL_NOW));
}

/* --- a key that was given up --- */

static struct membership rotated(const struct world *world,
        const struct earlier_key *earlier, size_t n_earlier)
{
    struct membership membership = small_membership(&world->b, 2);
    membership.partner = "house-a";
    membership.transport_key = world->a.transport;
    membership.identity_key = *sign_key_public(world->antenna.key);
    membership.from_ms = (uint64_t)(SMALL_NOW - 2 * SMALL_DAY);
    membership.earlier = earlier;
    membership.n_earlier = n_earlier;
    return membership;
}

static struct earlier_key key_of_a(const struct world *world)
{
    return (struct earlier_key){.identity_key = *sign_key_public(world->a.key),
            .version = 1,
            .until_ms = (uint64_t)(SMALL_NOW - 2 * SMALL_DAY)};
}

static void an_earlier_key_stands_for_what_lives_on(void **state)
{
    static const struct {
        enum kind kind;
        bool may;
    } rows[] = {
            {KIND_LETTER,       true },
            {KIND_CONSENT,      true },
            {KIND_WITHDRAWAL,   true },
            {KIND_RECEIPT,      true },
            {KIND_STATEMENT,    true },
            {KIND_HELLO,        false},
            {KIND_OFFER_STATUS, false},
            {KIND_MEMBERSHIP,   false},
    };
    struct world *world = *state;
    const struct directory *directory = world->net.directory;
    const struct earlier_key earlier = key_of_a(world);
    struct membership membership = rotated(world, &earlier, 1);
    struct id id = keys_id(&earlier.identity_key);

    assert_int_equal(small_feed_member(world, &membership), DIRECTORY_NEW);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct key32 *key = directory_signing_key(directory, rows[i].kind,
                "house-a", &id, SMALL_NOW);
        assert_int_equal(key != NULL, rows[i].may);
        assert_true(key == NULL || key32_equal(key, &earlier.identity_key));
    }
    /* Made before the change, with a day for the clocks; and not for ever. */
    assert_true(
            directory_key_held(directory, "house-a", &id, SMALL_NOW - SMALL_DAY - 1));
    assert_false(directory_key_held(directory, "house-a", &id, SMALL_NOW - SMALL_DAY));
    assert_non_null(directory_signing_key(directory, KIND_LETTER, "house-a", &id,
            SMALL_NOW + (DIRECTORY_EARLIER_DAYS - 2) * SMALL_DAY - 1));
    assert_null(directory_signing_key(directory, KIND_LETTER, "house-a", &id,
            SMALL_NOW + (DIRECTORY_EARLIER_DAYS - 2) * SMALL_DAY));
    /* The key in force is taken to have been there. */
    id = keys_id(&membership.identity_key);
    assert_true(directory_key_held(directory, "house-a", &id, SMALL_NOW));
}

static void a_revoked_key_stands_for_nothing(void **state)
{
    struct world *world = *state;
    const struct earlier_key earlier = key_of_a(world);
    struct membership membership = rotated(world, &earlier, 1);
    struct id id = keys_id(&earlier.identity_key);

    assert_int_equal(small_feed_member(world, &membership), DIRECTORY_NEW);
    small_revoke(&world->net, "house-a", 1);
    assert_non_null(directory_live_member(world->net.directory, "house-a", SMALL_NOW));
    assert_null(directory_signing_key(world->net.directory, KIND_LETTER, "house-a", &id,
            SMALL_NOW));
    assert_false(directory_key_held(world->net.directory, "house-a", &id, 0));
}

/* What the broker has registered counts whatever became of its signer; nobody else's
 * key does, nor what a member has not the role for. */
static void a_key_of_once(void **state)
{
    struct world *world = *state;
    const struct earlier_key earlier = key_of_a(world);
    struct membership membership = rotated(world, &earlier, 1);
    struct id old = keys_id(&earlier.identity_key);
    struct id new = keys_id(&membership.identity_key);
    const struct directory *directory = world->net.directory;

    assert_int_equal(small_feed_member(world, &membership), DIRECTORY_NEW);
    small_revoke(&world->net, "house-a", 2);
    assert_null(directory_live_member(directory, "house-a", SMALL_NOW));
    assert_non_null(directory_key_once(directory, KIND_WITHDRAWAL, "house-a", &old));
    assert_non_null(directory_key_once(directory, KIND_WITHDRAWAL, "house-a", &new));
    assert_null(directory_key_once(directory, KIND_OFFER_STATUS, "house-a", &new));
    assert_null(directory_key_once(directory, KIND_WITHDRAWAL, "house-b", &new));
    assert_null(directory_key_once(directory, KIND_WITHDRAWAL, "nobody", &new));
}

static void an_earlier_key_is_earlier(void **state)
{
    struct world *world = *state;
    enum directory_news news;

    for (int wrong = 0; wrong < 3; wrong++) {
        struct earlier_key earlier = key_of_a(world);
        struct membership membership = rotated(world, &earlier, 1);
        if (wrong == 0)
            earlier.version = 2;
        if (wrong == 1)
            earlier.until_ms = membership.from_ms + 1;
        if (wrong == 2)
            earlier.identity_key = membership.identity_key;
        assert_int_equal(small_steward_feed(world, KIND_MEMBERSHIP, &WIRE_MEMBERSHIP,
                                 &membership, SMALL_NOW, &news),
                E_FIELD);
    }
}

/* --- what a membership may not say --- */

static void steward_name(struct membership *m)
{
    m->partner = DIRECTORY_STEWARD;
}
static void bad_name(struct membership *m)
{
    m->partner = "House A";
}
static void no_name(struct membership *m)
{
    m->partner = "";
}
static void no_version(struct membership *m)
{
    m->version = 0;
}
static void no_role(struct membership *m)
{
    m->role = ROLE_NONE;
}
static void no_identity(struct membership *m)
{
    m->identity_key = (struct key32){{0}};
}
static void no_transport(struct membership *m)
{
    m->transport_key = (struct key32){{0}};
}
static void with_log_key(struct membership *m)
{
    m->log_key = m->identity_key;
}
static void with_address(struct membership *m)
{
    m->address = "tcp://house.example:7000";
}
static void with_supporter(struct membership *m)
{
    m->supported_by = "house-b";
}
static void node_as_broker(struct membership *m)
{
    m->role = ROLE_BROKER;
}
static void broker_with_one_key(struct membership *m)
{
    m->role = ROLE_BROKER;
    m->address = "tcp://broker.example:7000";
    m->log_key = m->identity_key;
}
static void node_as_antenna(struct membership *m)
{
    m->role = ROLE_SUPPORTED;
    m->supported_by = "house-b";
}
static void ends_first(struct membership *m)
{
    m->until_ms = m->from_ms;
}
static void never_ends(struct membership *m)
{
    m->until_ms = UINT64_MAX;
}

static void a_membership_that_makes_no_sense_is_refused(void **state)
{
    static void (*const BREAKS[])(struct membership *) = {steward_name, bad_name,
            no_name, no_version, no_role, no_identity, no_transport, with_log_key,
            with_address, with_supporter, node_as_broker, broker_with_one_key,
            node_as_antenna, ends_first, never_ends};
    struct world *world = *state;
    for (size_t i = 0; i < COUNT_OF(BREAKS); i++) {
        struct membership membership = small_membership(&world->a, 2);
        BREAKS[i](&membership);
        enum directory_news news;
        assert_int_equal(small_steward_feed(world, KIND_MEMBERSHIP, &WIRE_MEMBERSHIP,
                                 &membership, SMALL_NOW, &news),
                E_FORMAT);
    }
    struct membership alone = small_membership(&world->antenna, 2);
    enum directory_news news;
    alone.supported_by = "antenna";
    assert_int_equal(small_steward_feed(world, KIND_MEMBERSHIP, &WIRE_MEMBERSHIP,
                             &alone, SMALL_NOW, &news),
            E_FORMAT);
    assert_int_equal(directory_member(world->net.directory, "house-a")->version, 1);
    assert_int_equal(directory_member_count(world->net.directory), 4);
}

static void only_the_steward_speaks_of_members(void **state)
{
    static const struct {
        enum kind kind;
        enum code code;
    } ROWS[] = {
            {KIND_MEMBERSHIP, E_AUTH  },
            {KIND_REVOCATION, E_AUTH  },
            {KIND_SNAPSHOT,   E_AUTH  },
            {KIND_LETTER,     E_FORMAT},
            {KIND_NETWORK,    E_FORMAT}
    };
    struct world *world = *state;
    struct membership membership = small_membership(&world->a, 2);
    struct err err = {0};
    struct span body;
    enum directory_news news;
    assert_true(wire_put_arena(&WIRE_MEMBERSHIP, &membership, &world->net.arena, &body,
            &err));
    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        assert_false(directory_feed(world->net.directory, ROWS[i].kind, "house-b", body,
                body, SMALL_NOW, &news, &err));
        assert_int_equal(err.code, ROWS[i].code);
    }
    assert_int_equal(directory_member(world->net.directory, "house-a")->version, 1);
}

/* --- versions --- */

static void the_highest_version_wins_and_never_goes_back(void **state)
{
    struct world *world = *state;
    struct membership v3 = small_membership(&world->a, 3);
    struct membership v2 = small_membership(&world->a, 2);
    v2.name = "An older name";
    assert_int_equal(small_feed_member(world, &v3), DIRECTORY_NEW);
    assert_int_equal(small_feed_member(world, &v3), DIRECTORY_KNOWN);
    assert_int_equal(small_feed_member(world, &v2), DIRECTORY_KNOWN);
    assert_int_equal(directory_member(world->net.directory, "house-a")->version, 3);
    assert_string_equal(directory_member(world->net.directory, "house-a")->name,
            "A house");
}

static void two_memberships_of_one_version_are_both_void(void **state)
{
    struct world *world = *state;
    struct directory *directory = world->net.directory;
    struct membership one = small_membership(&world->a, 2);
    struct membership other = one;
    other.name = "Another house";
    assert_int_equal(small_feed_member(world, &one), DIRECTORY_NEW);
    assert_int_equal(small_feed_member(world, &other), DIRECTORY_CLASH);
    assert_int_equal(small_feed_member(world, &other), DIRECTORY_KNOWN);
    assert_int_equal(small_feed_member(world, &one), DIRECTORY_KNOWN);
    assert_null(directory_live_member(directory, "house-a", SMALL_NOW));
    assert_true(directory_member(directory, "house-a")->clashed);
    assert_null(directory_by_transport(directory, &world->a.transport, SMALL_NOW));
    struct id key_id = keys_id(sign_key_public(world->a.key));
    assert_null(directory_signing_key(directory, KIND_LETTER, "house-a", &key_id,
            SMALL_NOW));

    struct membership next = small_membership(&world->a, 3);
    assert_int_equal(small_feed_member(world, &next), DIRECTORY_NEW);
    assert_non_null(directory_live_member(directory, "house-a", SMALL_NOW));
}

static void a_revocation_ends_its_version_and_all_before(void **state)
{
    struct world *world = *state;
    struct directory *directory = world->net.directory;
    struct membership v3 = small_membership(&world->a, 3);
    struct membership v4 = small_membership(&world->a, 4);
    small_revoke(&world->net, "house-a", 3);
    assert_null(directory_live_member(directory, "house-a", SMALL_NOW));
    assert_true(directory_member(directory, "house-a")->revoked);
    assert_int_equal(small_feed_member(world, &v3), DIRECTORY_NEW);
    assert_null(directory_live_member(directory, "house-a", SMALL_NOW));
    assert_int_equal(small_feed_member(world, &v4), DIRECTORY_NEW);
    assert_non_null(directory_live_member(directory, "house-a", SMALL_NOW));

    struct revocation old = {.v = 1, .partner = "house-a", .version = 3, .at_ms = 1};
    enum directory_news news = DIRECTORY_NEW;
    assert_int_equal(small_steward_feed(world, KIND_REVOCATION, &WIRE_REVOCATION, &old,
                             SMALL_NOW, &news),
            CODE_OK);
    assert_int_equal(news, DIRECTORY_KNOWN);
    old.version = 0;
    assert_int_equal(small_steward_feed(world, KIND_REVOCATION, &WIRE_REVOCATION, &old,
                             SMALL_NOW, &news),
            E_FORMAT);
}

static void a_revocation_may_come_before_its_membership(void **state)
{
    struct world *world = *state;
    struct small_member late = small_member_new("late-house", ROLE_NODE);
    struct membership membership = small_membership(&late, 1);
    small_revoke(&world->net, "late-house", 1);
    assert_null(directory_member(world->net.directory, "late-house"));
    assert_int_equal(directory_member_count(world->net.directory), 4);
    assert_int_equal(small_feed_member(world, &membership), DIRECTORY_NEW);
    assert_null(directory_live_member(world->net.directory, "late-house", SMALL_NOW));
    small_member_free(&late);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            IN_WORLD(members_are_found_and_ordered),
            IN_WORLD(a_membership_is_kept_as_it_was_said),
            IN_WORLD(a_transport_key_names_one_live_member),
            IN_WORLD(an_antenna_is_served_by_its_supporter),
            IN_WORLD(suspension_stays_with_a_new_membership),
            IN_WORLD(the_signing_key_is_the_one_named),
            IN_WORLD(an_earlier_key_stands_for_what_lives_on),
            IN_WORLD(a_revoked_key_stands_for_nothing),
            IN_WORLD(a_key_of_once),
            IN_WORLD(an_earlier_key_is_earlier),
            IN_WORLD(a_membership_that_makes_no_sense_is_refused),
            IN_WORLD(only_the_steward_speaks_of_members),
            IN_WORLD(the_highest_version_wins_and_never_goes_back),
            IN_WORLD(two_memberships_of_one_version_are_both_void),
            IN_WORLD(a_revocation_ends_its_version_and_all_before),
            IN_WORLD(a_revocation_may_come_before_its_membership),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

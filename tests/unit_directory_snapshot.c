/* unit_directory_snapshot.c - how old the view of a network is, what is missing in it,
 * and how much it holds. */
#include "tests/small_network.h"

/* --- the snapshot --- */

/* A snapshot of what is in the directory. */
static struct snapshot snapshot_of(struct world *world, uint64_t serial,
        int64_t issued_ms)
{
    struct snapshot snapshot = {.v = 1,
            .network = "test-net",
            .serial = serial,
            .issued_ms = (uint64_t)issued_ms,
            .expires_ms = (uint64_t)(issued_ms + 60 * SMALL_DAY)};
    directory_head(world->net.directory, &snapshot.count, &snapshot.root);
    return snapshot;
}

static enum code feed_snapshot(struct world *world, const struct snapshot *snapshot,
        int64_t now_ms, enum directory_news *news)
{
    return small_steward_feed(world, KIND_SNAPSHOT, &WIRE_SNAPSHOT, snapshot, now_ms,
            news);
}

static void the_snapshot_never_goes_back(void **state)
{
    struct world *world = *state;
    struct directory *directory = world->net.directory;
    enum directory_news news;
    assert_int_equal(directory_age_days(directory, SMALL_NOW), UINT32_MAX);
    assert_int_equal(directory_serial(directory), 0);
    struct snapshot s7 = snapshot_of(world, 7, SMALL_NOW);
    assert_int_equal(feed_snapshot(world, &s7, SMALL_NOW, &news), CODE_OK);
    assert_int_equal(news, DIRECTORY_NEW);
    assert_int_equal(feed_snapshot(world, &s7, SMALL_NOW, &news), CODE_OK);
    assert_int_equal(news, DIRECTORY_KNOWN);
    struct snapshot s6 = snapshot_of(world, 6, SMALL_NOW);
    assert_int_equal(feed_snapshot(world, &s6, SMALL_NOW, &news), E_DIRECTORY);
    assert_int_equal(directory_serial(directory), 7);
    assert_int_equal(directory_issued_ms(directory), SMALL_NOW);
}

static void two_snapshots_of_one_number_are_both_void(void **state)
{
    struct world *world = *state;
    enum directory_news news;
    struct snapshot one = snapshot_of(world, 7, SMALL_NOW);
    struct snapshot other = snapshot_of(world, 7, SMALL_NOW - 1);
    assert_int_equal(feed_snapshot(world, &one, SMALL_NOW, &news), CODE_OK);
    assert_int_equal(feed_snapshot(world, &other, SMALL_NOW, &news), CODE_OK);
    assert_int_equal(news, DIRECTORY_CLASH);
    assert_int_equal(feed_snapshot(world, &one, SMALL_NOW, &news), CODE_OK);
    assert_int_equal(news, DIRECTORY_KNOWN);
    assert_false(directory_complete(world->net.directory));
    assert_int_equal(directory_age_days(world->net.directory, SMALL_NOW), UINT32_MAX);
    struct snapshot next = snapshot_of(world, 8, SMALL_NOW);
    assert_int_equal(feed_snapshot(world, &next, SMALL_NOW, &news), CODE_OK);
    assert_true(directory_complete(world->net.directory));
}

static void a_snapshot_that_makes_no_sense_is_refused(void **state)
{
    struct world *world = *state;
    enum directory_news news;
    struct snapshot elsewhere = snapshot_of(world, 1, SMALL_NOW);
    elsewhere.network = "other-net";
    assert_int_equal(feed_snapshot(world, &elsewhere, SMALL_NOW, &news), E_AUTH);
    struct snapshot none = snapshot_of(world, 0, SMALL_NOW);
    assert_int_equal(feed_snapshot(world, &none, SMALL_NOW, &news), E_FORMAT);
    struct snapshot over = snapshot_of(world, 1, SMALL_NOW);
    over.expires_ms = over.issued_ms;
    assert_int_equal(feed_snapshot(world, &over, SMALL_NOW, &news), E_FORMAT);
    struct snapshot ahead = snapshot_of(world, 1, SMALL_NOW + SMALL_DAY + 1);
    assert_int_equal(feed_snapshot(world, &ahead, SMALL_NOW, &news), E_CLOCK);
    struct snapshot just = snapshot_of(world, 1, SMALL_NOW + SMALL_DAY);
    assert_int_equal(feed_snapshot(world, &just, SMALL_NOW, &news), CODE_OK);
    assert_int_equal(directory_age_days(world->net.directory, SMALL_NOW), 0);
}

static void age_counts_whole_days(void **state)
{
    static const struct {
        int64_t after_ms;
        uint32_t days;
    } ROWS[] = {
            {0,                  0 },
            {TIME_DAY_MS - 1,    0 },
            {TIME_DAY_MS,        1 },
            {21 * SMALL_DAY - 1, 20},
            {21 * SMALL_DAY,     21},
            {35 * SMALL_DAY,     35},
            {60 * SMALL_DAY,     60},
            {-TIME_DAY_MS,       0 }
    };
    struct world *world = *state;
    enum directory_news news;
    struct snapshot snapshot = snapshot_of(world, 1, SMALL_NOW);
    assert_int_equal(feed_snapshot(world, &snapshot, SMALL_NOW, &news), CODE_OK);
    for (size_t i = 0; i < COUNT_OF(ROWS); i++)
        assert_int_equal(directory_age_days(world->net.directory,
                                 SMALL_NOW + ROWS[i].after_ms),
                ROWS[i].days);
}

static void an_old_directory_takes_no_new_members(void **state)
{
    struct world *world = *state;
    enum directory_news news;
    struct small_member late = small_member_new("late-house", ROLE_NODE);
    struct snapshot snapshot = snapshot_of(world, 1, SMALL_NOW);
    assert_int_equal(feed_snapshot(world, &snapshot, SMALL_NOW, &news), CODE_OK);
    struct membership newer = small_membership(&late, 1);
    newer.from_ms = (uint64_t)SMALL_NOW + 1;

    int64_t too_old = SMALL_NOW + 35 * SMALL_DAY;
    assert_int_equal(small_steward_feed(world, KIND_MEMBERSHIP, &WIRE_MEMBERSHIP,
                             &newer, too_old, &news),
            E_DIRECTORY);
    assert_null(directory_member(world->net.directory, "late-house"));
    /* New keys of a member are taken, and so is who was there before the snapshot. */
    struct membership keys = small_membership(&world->a, 2);
    keys.from_ms = (uint64_t)SMALL_NOW + 1;
    assert_int_equal(small_steward_feed(world, KIND_MEMBERSHIP, &WIRE_MEMBERSHIP, &keys,
                             too_old, &news),
            CODE_OK);
    assert_int_equal(small_steward_feed(world, KIND_MEMBERSHIP, &WIRE_MEMBERSHIP,
                             &newer, SMALL_NOW + 35 * SMALL_DAY - 1, &news),
            CODE_OK);
    struct small_member early = small_member_new("early-house", ROLE_NODE);
    struct membership older = small_membership(&early, 1);
    assert_int_equal(small_steward_feed(world, KIND_MEMBERSHIP, &WIRE_MEMBERSHIP,
                             &older, too_old, &news),
            CODE_OK);
    small_member_free(&late);
    small_member_free(&early);
}

static void what_is_missing_is_noticed(void **state)
{
    struct world *world = *state;
    struct directory *directory = world->net.directory;
    enum directory_news news;
    assert_false(directory_complete(directory));
    struct snapshot snapshot = snapshot_of(world, 1, SMALL_NOW);
    assert_int_equal(snapshot.count, 4);
    assert_int_equal(feed_snapshot(world, &snapshot, SMALL_NOW, &news), CODE_OK);
    assert_true(directory_complete(directory));

    /* One too many, one changed, one out: no longer what the snapshot counts. */
    struct small_member more = small_member_new("more", ROLE_NODE);
    small_admit(&world->net, &more);
    assert_false(directory_complete(directory));
    small_revoke(&world->net, "more", 1);
    assert_true(directory_complete(directory));
    directory_suspend(directory, "house-a", true);
    assert_true(directory_complete(directory));
    struct membership changed = small_membership(&world->b, 2);
    assert_int_equal(small_feed_member(world, &changed), DIRECTORY_NEW);
    assert_false(directory_complete(directory));
    snapshot = snapshot_of(world, 2, SMALL_NOW);
    assert_int_equal(feed_snapshot(world, &snapshot, SMALL_NOW, &news), CODE_OK);
    assert_true(directory_complete(directory));
    small_revoke(&world->net, "house-a", 1);
    assert_false(directory_complete(directory));
    snapshot = snapshot_of(world, 3, SMALL_NOW);
    snapshot.count++;
    assert_int_equal(feed_snapshot(world, &snapshot, SMALL_NOW, &news), CODE_OK);
    assert_false(directory_complete(directory));
    small_member_free(&more);
}

/* --- limits and the pin --- */

static void a_network_has_at_most_2000_members(void **state)
{
    struct world *world = *state;
    struct directory *directory = world->net.directory;
    struct arena *arena = &world->net.arena;
    enum directory_news news;
    char partner[PARTNER_BYTES];
    for (size_t i = directory_member_count(directory); i <= DIRECTORY_MEMBERS_MAX;
            i++) {
        size_t used = arena->used;
        struct membership membership = small_membership(&world->antenna, 1);
        struct err err = {0};
        struct span body;
        snprintf(partner, sizeof partner, "antenna-%zu", i);
        membership.partner = partner;
        assert_true(wire_put_arena(&WIRE_MEMBERSHIP, &membership, arena, &body, &err));
        bool taken = directory_feed(directory, KIND_MEMBERSHIP, DIRECTORY_STEWARD, body,
                body, SMALL_NOW, &news, &err);
        assert_true(taken == (i < DIRECTORY_MEMBERS_MAX));
        if (!taken)
            assert_int_equal(err.code, E_BUSY);
        arena_reset(arena, used);
    }
    assert_int_equal(directory_member_count(directory), DIRECTORY_MEMBERS_MAX);
    assert_non_null(directory_member(directory, "antenna-1999"));
    assert_null(directory_member(directory, "antenna-2000"));
}

static void a_directory_is_of_one_network(void **state)
{
    struct world *world = *state;
    struct err err = {0};
    struct network other = world->net.network;
    assert_true(directory_pin(world->net.directory, &other, &err));
    other.reserve_key = other.steward_key;
    assert_false(directory_pin(world->net.directory, &other, &err));
    assert_int_equal(err.code, E_DIRECTORY);
    other = world->net.network;
    other.name = "other-net";
    assert_false(directory_pin(world->net.directory, &other, &err));
    assert_string_equal(directory_network(world->net.directory)->name, "test-net");
    struct directory *fresh = directory_new(&err);
    assert_non_null(fresh);
    assert_null(directory_network(fresh));
    directory_free(fresh);
    directory_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            IN_WORLD(the_snapshot_never_goes_back),
            IN_WORLD(two_snapshots_of_one_number_are_both_void),
            IN_WORLD(a_snapshot_that_makes_no_sense_is_refused),
            IN_WORLD(age_counts_whole_days),
            IN_WORLD(an_old_directory_takes_no_new_members),
            IN_WORLD(what_is_missing_is_noticed),
            IN_WORLD(a_network_has_at_most_2000_members),
            IN_WORLD(a_directory_is_of_one_network),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

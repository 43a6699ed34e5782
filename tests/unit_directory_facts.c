/* unit_directory_facts.c - what a sender asks of a directory: partnerships, epoch keys,
 * intake, services. */
#include "tests/small_network.h"

static struct statement statement_of(const char *author, enum statement_kind kind,
        const char *subject, uint64_t version)
{
    return (struct statement){.v = 1,
            .author = author,
            .kind = kind,
            .subject = subject,
            .version = version,
            .issued_ms = (uint64_t)SMALL_NOW - 1000 + version,
            .until_ms = (uint64_t)(SMALL_NOW + 300 * SMALL_DAY)};
}

static struct span pack(struct world *world, const struct wire_map *map,
        const void *body)
{
    struct err err = {0};
    struct span packed;
    if (!wire_put_arena(map, body, &world->net.arena, &packed, &err))
        fail_msg("%s", err.msg);
    return packed;
}

static enum code feed(struct world *world, const struct statement *statement)
{
    struct err err = {0};
    enum directory_news news;
    struct span body = pack(world, &WIRE_STATEMENT, statement);
    return directory_feed(world->net.directory, KIND_STATEMENT, statement->author, body,
                   body, SMALL_NOW, &news, &err)
                   ? CODE_OK
                   : err.code;
}

/* --- partnerships --- */

static int32_t today(void)
{
    return time_brussels_day(SMALL_NOW);
}

static struct terms terms_until(int32_t until_day)
{
    static const uint16_t PURPOSES[] = {1, 3};
    static const uint16_t CATEGORIES[] = {2, 5};
    return (struct terms){.v = 1,
            .a = "house-a",
            .b = "house-b",
            .purposes = PURPOSES,
            .n_purposes = 2,
            .data_categories = CATEGORIES,
            .n_data_categories = 2,
            .a_secrecy_bound = true,
            .a_reason = "care staff",
            .until_day = (uint32_t)until_day};
}

/* One side's word; terms NULL: it ends the partnership. */
static void word(struct world *world, const char *author, uint64_t version,
        const struct terms *terms)
{
    const char *other = strcmp(author, "house-a") == 0 ? "house-b" : "house-a";
    struct statement said =
            statement_of(author, STATEMENT_KIND_PARTNERSHIP, other, version);
    struct partnership partnership = {.partner = other};
    if (terms == NULL) {
        said.ended = true;
    } else {
        partnership.terms = pack(world, &WIRE_TERMS, terms);
        said.partnership = &partnership;
    }
    assert_int_equal(feed(world, &said), CODE_OK);
}

static struct partnership_fact fact(struct world *world, const char *from,
        const char *to)
{
    return directory_partnership(world->net.directory, from, to, SMALL_NOW);
}

/* The same state both ways, and nothing granted unless it is active. */
static enum partnership_state state_of(struct world *world)
{
    struct partnership_fact there = fact(world, "house-a", "house-b");
    struct partnership_fact back = fact(world, "house-b", "house-a");
    assert_int_equal(there.state, back.state);
    if (there.state != PARTNERSHIP_ACTIVE) {
        assert_int_equal(there.purposes | there.data_categories, 0);
        assert_false(there.secrecy_bound_of_recipient || there.niss_allowed);
    }
    if (there.state == PARTNERSHIP_ONE_SIDED)
        assert_true(there.proposed_by_first != back.proposed_by_first);
    return there.state;
}

static void both_must_say_the_same(void **state)
{
    struct world *world = *state;
    struct terms terms = terms_until(today() + 100);
    struct terms others = terms_until(today() + 200);
    assert_int_equal(state_of(world), PARTNERSHIP_NONE);
    word(world, "house-a", 1, &terms);
    assert_int_equal(state_of(world), PARTNERSHIP_ONE_SIDED);
    assert_true(fact(world, "house-a", "house-b").proposed_by_first);
    /* An answer with other terms is a proposal of its own. */
    word(world, "house-b", 2, &others);
    assert_int_equal(state_of(world), PARTNERSHIP_ONE_SIDED);
    assert_true(fact(world, "house-b", "house-a").proposed_by_first);
    word(world, "house-a", 3, &others);
    assert_int_equal(state_of(world), PARTNERSHIP_ACTIVE);
    assert_int_equal(fact(world, "house-a", "house-b").until_day, today() + 200);
    assert_int_equal(fact(world, "house-a", "house-a").state, PARTNERSHIP_NONE);
    assert_int_equal(fact(world, "house-a", "nobody").state, PARTNERSHIP_NONE);
}

static void active_terms_are_seen_from_the_letter(void **state)
{
    struct world *world = *state;
    struct terms terms = terms_until(today());
    terms.niss_allowed = true;
    word(world, "house-a", 1, &terms);
    word(world, "house-b", 1, &terms);
    struct partnership_fact there = fact(world, "house-a", "house-b");
    struct partnership_fact back = fact(world, "house-b", "house-a");
    assert_int_equal(there.state, PARTNERSHIP_ACTIVE);
    assert_int_equal(there.purposes, 1u << 1 | 1u << 3);
    assert_int_equal(there.data_categories, 1u << 2 | 1u << 5);
    assert_true(there.niss_allowed && back.niss_allowed);
    /* Only house-a is bound: what matters is who reads. */
    assert_false(there.secrecy_bound_of_recipient);
    assert_true(back.secrecy_bound_of_recipient);
    struct span packed = pack(world, &WIRE_TERMS, &terms);
    assert_true(span_equal(packed,
            directory_terms(world->net.directory, "house-a", "house-b", SMALL_NOW)));
}

static void either_side_ends_it_at_once(void **state)
{
    static const char *const SIDES[] = {"house-a", "house-b"};
    struct world *world = *state;
    struct terms terms = terms_until(today() + 100);
    for (uint64_t i = 0; i < 2; i++) {
        word(world, "house-a", 10 * i + 1, &terms);
        word(world, "house-b", 10 * i + 1, &terms);
        assert_int_equal(state_of(world), PARTNERSHIP_ACTIVE);
        word(world, SIDES[i], 10 * i + 2, NULL);
        assert_int_equal(state_of(world), PARTNERSHIP_ENDED);
        assert_int_equal(directory_terms(world->net.directory, SIDES[i], SIDES[1 - i],
                                 SMALL_NOW)
                                 .len,
                0);
        /* What it had said before does not come back. */
        word(world, SIDES[i], 10 * i + 1, &terms);
        assert_int_equal(state_of(world), PARTNERSHIP_ENDED);
        /* Who says yes after the end proposes anew. */
        word(world, SIDES[1 - i], 10 * i + 3, &terms);
        assert_int_equal(state_of(world), PARTNERSHIP_ONE_SIDED);
        assert_true(fact(world, SIDES[1 - i], SIDES[i]).proposed_by_first);
        word(world, SIDES[1 - i], 10 * i + 4, NULL);
        assert_int_equal(state_of(world), PARTNERSHIP_ENDED);
    }
}

static void a_partnership_ends_with_its_last_day(void **state)
{
    struct world *world = *state;
    struct terms terms = terms_until(today());
    word(world, "house-a", 1, &terms);
    word(world, "house-b", 1, &terms);
    assert_int_equal(state_of(world), PARTNERSHIP_ACTIVE);
    assert_int_equal(directory_partnership(world->net.directory, "house-a", "house-b",
                             SMALL_NOW + SMALL_DAY)
                             .state,
            PARTNERSHIP_ENDED);
    assert_int_equal(directory_partnership(world->net.directory, "house-a", "house-b",
                             SMALL_NOW + 300 * SMALL_DAY)
                             .state,
            PARTNERSHIP_NONE);
}

static void nobody_is_partner_of_who_is_out(void **state)
{
    struct world *world = *state;
    struct terms terms = terms_until(today() + 100);
    word(world, "house-a", 1, &terms);
    word(world, "house-b", 1, &terms);
    directory_suspend(world->net.directory, "house-b", true);
    assert_int_not_equal(state_of(world), PARTNERSHIP_ACTIVE);
    directory_suspend(world->net.directory, "house-b", false);
    assert_int_equal(state_of(world), PARTNERSHIP_ACTIVE);
    small_revoke(&world->net, "house-a", 1);
    assert_int_not_equal(state_of(world), PARTNERSHIP_ACTIVE);
}

static void terms_name_the_two_partners(void **state)
{
    static const struct {
        const char *subject, *partner, *a, *b;
        enum code code;
    } ROWS[] = {
            {"house-b", "house-b", "house-a", "house-b", CODE_OK },
            {"house-b", "house-b", "house-b", "house-a", E_FORMAT},
            {"house-b", "house-b", "house-b", "house-c", E_FORMAT},
            {"house-b", "house-c", "house-a", "house-c", E_FORMAT},
            {"house-c", "house-b", "house-a", "house-b", E_FORMAT},
            {"house-a", "house-a", "house-a", "house-a", E_FORMAT},
            {"",        "house-b", "house-a", "house-b", E_FORMAT},
    };
    struct world *world = *state;
    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        struct terms terms = terms_until(today());
        terms.a = ROWS[i].a;
        terms.b = ROWS[i].b;
        struct partnership partnership = {.partner = ROWS[i].partner,
                .terms = pack(world, &WIRE_TERMS, &terms)};
        struct statement said =
                statement_of("house-a", STATEMENT_KIND_PARTNERSHIP, ROWS[i].subject, 1);
        said.partnership = &partnership;
        assert_int_equal(feed(world, &said), ROWS[i].code);
    }
    struct partnership garbage = {.partner = "house-b", .terms = span_text("garbage")};
    struct statement said =
            statement_of("house-a", STATEMENT_KIND_PARTNERSHIP, "house-b", 2);
    said.partnership = &garbage;
    assert_int_not_equal(feed(world, &said), CODE_OK);
    struct terms never = terms_until(0);
    never.until_day = UINT32_MAX;
    garbage.terms = pack(world, &WIRE_TERMS, &never);
    assert_int_equal(feed(world, &said), E_FORMAT);
}

/* --- epoch keys --- */

static struct epoch_key epoch_key(uint8_t fill, int64_t from_ms, int64_t until_ms)
{
    struct epoch_key key = {.from_ms = (uint64_t)from_ms,
            .until_ms = (uint64_t)until_ms};
    memset(key.key.b, fill, sizeof key.key.b);
    struct key32 hash = hash_sha256_one(SPAN_OF(key.key));
    memcpy(key.ekid.b, hash.b, sizeof key.ekid.b);
    return key;
}

static enum code publish(struct world *world, uint64_t version,
        const struct epoch_key *keys, size_t n_keys)
{
    struct epoch_keys list = {.keys = keys, .n_keys = n_keys};
    struct statement said =
            statement_of("house-a", STATEMENT_KIND_EPOCH_KEYS, "", version);
    said.epoch_keys = &list;
    return feed(world, &said);
}

static int fill_at(struct world *world, int64_t now_ms)
{
    const struct epoch_key *key =
            directory_epoch_key(world->net.directory, "house-a", now_ms);
    return key == NULL ? 0 : key->key.b[0];
}

static void the_epoch_key_is_the_one_whose_window_covers_now(void **state)
{
    struct world *world = *state;
    int64_t week = 7 * SMALL_DAY;
    struct epoch_key keys[] = {epoch_key(2, SMALL_NOW, SMALL_NOW + week),
            epoch_key(1, SMALL_NOW - week, SMALL_NOW),
            epoch_key(3, SMALL_NOW + week + 5, SMALL_NOW + 2 * week),
            epoch_key(4, SMALL_NOW + 2 * week - 5, SMALL_NOW + 3 * week)};
    assert_int_equal(fill_at(world, SMALL_NOW), 0);
    assert_int_equal(publish(world, 1, keys, COUNT_OF(keys)), CODE_OK);
    const struct {
        int64_t now_ms;
        int fill;
    } rows[] = {
            {SMALL_NOW - week - 1,     0},
            {SMALL_NOW - week,         1},
            {SMALL_NOW - 1,            1},
            {SMALL_NOW,                2},
            {SMALL_NOW + week - 1,     2},
            {SMALL_NOW + week,         0}, /* a gap */
            {SMALL_NOW + week + 5,     3},
            {SMALL_NOW + 2 * week - 6, 3},
            {SMALL_NOW + 2 * week - 5, 4}, /* an overlap */
            {SMALL_NOW + 3 * week - 1, 4},
            {SMALL_NOW + 3 * week,     0},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        assert_int_equal(fill_at(world, rows[i].now_ms), rows[i].fill);
}

static void a_tag_finds_its_key_whatever_the_window(void **state)
{
    struct world *world = *state;
    const struct directory *directory = world->net.directory;
    struct epoch_key old = epoch_key(1, 0, 1000);
    struct epoch_key unknown = epoch_key(2, 0, 1000);
    assert_null(directory_epoch_key_by_tag(directory, "house-a", &old.ekid));
    assert_int_equal(publish(world, 1, &old, 1), CODE_OK);
    const struct epoch_key *found =
            directory_epoch_key_by_tag(directory, "house-a", &old.ekid);
    assert_non_null(found);
    assert_int_equal(found->key.b[0], 1);
    assert_null(directory_epoch_key_by_tag(directory, "house-a", &unknown.ekid));
    assert_null(directory_epoch_key_by_tag(directory, "house-b", &old.ekid));
    assert_null(directory_epoch_key_by_tag(directory, "nobody", &old.ekid));
}

static void no_key_of_who_is_out_is_sealed_to(void **state)
{
    struct world *world = *state;
    struct epoch_key key = epoch_key(1, SMALL_NOW, SMALL_NOW + SMALL_DAY);
    assert_int_equal(publish(world, 1, &key, 1), CODE_OK);
    assert_int_equal(fill_at(world, SMALL_NOW), 1);
    directory_suspend(world->net.directory, "house-a", true);
    assert_int_equal(fill_at(world, SMALL_NOW), 0);
    directory_suspend(world->net.directory, "house-a", false);
    small_revoke(&world->net, "house-a", 1);
    assert_int_equal(fill_at(world, SMALL_NOW), 0);
    assert_non_null(
            directory_epoch_key_by_tag(world->net.directory, "house-a", &key.ekid));
}

static void a_rotated_identity_takes_its_epoch_keys_along(void **state)
{
    struct world *world = *state;
    struct epoch_key key = epoch_key(1, SMALL_NOW, SMALL_NOW + SMALL_DAY);
    assert_int_equal(publish(world, 1, &key, 1), CODE_OK);
    struct membership rotated = small_membership(&world->a, 2);
    rotated.identity_key = *sign_key_public(world->a.log);
    small_take(&world->net, KIND_MEMBERSHIP,
            small_steward_signs(&world->net, KIND_MEMBERSHIP, &WIRE_MEMBERSHIP,
                    &rotated));
    assert_int_equal(fill_at(world, SMALL_NOW), 0);
    assert_null(directory_epoch_key_by_tag(world->net.directory, "house-a", &key.ekid));
}

static void an_epoch_key_has_its_own_tag_and_a_window(void **state)
{
    struct world *world = *state;
    struct epoch_key key = epoch_key(1, SMALL_NOW, SMALL_NOW);
    assert_int_equal(publish(world, 1, &key, 1), E_FORMAT);
    key = epoch_key(1, SMALL_NOW, SMALL_NOW + 1);
    key.ekid.b[7] ^= 1;
    assert_int_equal(publish(world, 1, &key, 1), E_FORMAT);
    /* Taken back: none at all. */
    struct statement end = statement_of("house-a", STATEMENT_KIND_EPOCH_KEYS, "", 2);
    key = epoch_key(1, SMALL_NOW, SMALL_NOW + 1);
    assert_int_equal(publish(world, 1, &key, 1), CODE_OK);
    end.ended = true;
    assert_int_equal(feed(world, &end), CODE_OK);
    assert_int_equal(fill_at(world, SMALL_NOW), 0);
    assert_null(directory_epoch_key_by_tag(world->net.directory, "house-a", &key.ekid));
}

/* --- intake and services --- */

static void intake_is_open_unless_said_otherwise(void **state)
{
    struct world *world = *state;
    const struct directory *directory = world->net.directory;
    const struct {
        struct intake intake;
        int64_t now_ms;
        uint16_t state;
    } rows[] = {
            {{INTAKE_STATE_FULL, 0},                         SMALL_NOW,                   INTAKE_STATE_FULL  },
            {{INTAKE_STATE_PAUSED, 0},                       SMALL_NOW,                   INTAKE_STATE_PAUSED},
            {{INTAKE_STATE_PAUSED, (uint64_t)SMALL_NOW + 5}, SMALL_NOW + 4,
             INTAKE_STATE_PAUSED                                                                             },
            {{INTAKE_STATE_PAUSED, (uint64_t)SMALL_NOW + 5}, SMALL_NOW + 5,
             INTAKE_STATE_OPEN                                                                               },
            {{INTAKE_STATE_FULL, (uint64_t)SMALL_NOW + 5},   SMALL_NOW + 5,
             INTAKE_STATE_FULL                                                                               },
            {{INTAKE_STATE_FULL, 0},                         SMALL_NOW + 300 * SMALL_DAY, INTAKE_STATE_OPEN  },
            {{INTAKE_STATE_OPEN, 0},                         SMALL_NOW,                   INTAKE_STATE_OPEN  },
    };
    assert_int_equal(directory_intake(directory, "house-a", SMALL_NOW),
            INTAKE_STATE_OPEN);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct statement said =
                statement_of("house-a", STATEMENT_KIND_INTAKE, "", i + 1);
        said.intake = &rows[i].intake;
        assert_int_equal(feed(world, &said), CODE_OK);
        assert_int_equal(directory_intake(directory, "house-a", rows[i].now_ms),
                rows[i].state);
    }
}

static void who_names_services_offers_only_those(void **state)
{
    struct world *world = *state;
    const struct directory *directory = world->net.directory;
    assert_true(directory_serves(directory, "house-a", 1, SMALL_NOW));
    assert_false(directory_serves(directory, "nobody", 1, SMALL_NOW));
    struct service service = {.need = 2};
    struct statement said =
            statement_of("house-a", STATEMENT_KIND_SERVICE, "visits", 1);
    said.service = &service;
    assert_int_equal(feed(world, &said), CODE_OK);
    assert_false(directory_serves(directory, "house-a", 1, SMALL_NOW));
    assert_true(directory_serves(directory, "house-a", 2, SMALL_NOW));
    service.need = 1;
    said.subject = "meals";
    assert_int_equal(feed(world, &said), CODE_OK);
    assert_true(directory_serves(directory, "house-a", 1, SMALL_NOW));
    said.subject = "visits";
    said.version = 2;
    said.ended = true;
    said.service = NULL;
    assert_int_equal(feed(world, &said), CODE_OK);
    assert_false(directory_serves(directory, "house-a", 2, SMALL_NOW));
    assert_true(directory_serves(directory, "house-a", 2, SMALL_NOW + 300 * SMALL_DAY));
    directory_suspend(world->net.directory, "house-a", true);
    assert_false(directory_serves(directory, "house-a", 1, SMALL_NOW));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            IN_WORLD(both_must_say_the_same),
            IN_WORLD(active_terms_are_seen_from_the_letter),
            IN_WORLD(either_side_ends_it_at_once),
            IN_WORLD(a_partnership_ends_with_its_last_day),
            IN_WORLD(nobody_is_partner_of_who_is_out),
            IN_WORLD(terms_name_the_two_partners),
            IN_WORLD(the_epoch_key_is_the_one_whose_window_covers_now),
            IN_WORLD(a_tag_finds_its_key_whatever_the_window),
            IN_WORLD(no_key_of_who_is_out_is_sealed_to),
            IN_WORLD(a_rotated_identity_takes_its_epoch_keys_along),
            IN_WORLD(an_epoch_key_has_its_own_tag_and_a_window),
            IN_WORLD(intake_is_open_unless_said_otherwise),
            IN_WORLD(who_names_services_offers_only_those),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* unit_directory_supply.c - who coordinates where: tables of members and mandates. */
#include "tests/small_network.h"

#define YEAR (365 * SMALL_DAY)

/* A member of that type with these areas, newly or anew. */
static void admit(struct world *world, const struct small_member *member,
        uint64_t version, uint16_t type, const char *const *areas, size_t n_areas)
{
    struct membership membership = small_membership(member, version);
    membership.partner_type = type;
    membership.areas = areas;
    membership.n_areas = n_areas;
    assert_int_equal(small_feed_member(world, &membership), DIRECTORY_NEW);
}

static enum code feed(struct world *world, const struct statement *statement)
{
    struct err err = {0};
    enum directory_news news;
    struct span body;
    if (!wire_put_arena(&WIRE_STATEMENT, statement, &world->net.arena, &body, &err))
        fail_msg("%s", err.msg);
    return directory_feed(world->net.directory, KIND_STATEMENT, statement->author, body,
                   body, SMALL_NOW, &news, &err)
                   ? CODE_OK
                   : err.code;
}

static struct statement mandate_of(const char *author, uint64_t version,
        const struct mandate *mandate)
{
    return (struct statement){.v = 1,
            .author = author,
            .kind = STATEMENT_KIND_MANDATE,
            .subject = "",
            .version = version,
            .issued_ms = (uint64_t)SMALL_NOW - 1000 + version,
            .until_ms = (uint64_t)(SMALL_NOW + YEAR),
            .mandate = mandate};
}

/* "house-a house-b": who coordinates there. */
static const char *coordinators(struct world *world, const char *area, int64_t now_ms)
{
    static char text[DIRECTORY_COORDINATORS_MAX * PARTNER_BYTES];
    const char *out[DIRECTORY_COORDINATORS_MAX];
    size_t n = directory_coordinators(world->net.directory, area, now_ms, out);
    size_t len = 0;
    text[0] = '\0';
    for (size_t i = 0; i < n; i++)
        len += (size_t)snprintf(text + len, sizeof text - len, "%s%s", i ? " " : "",
                out[i]);
    return text;
}

static const char *const BRUSSELS[] = {"21004", "21009"};
static const char *const ANTWERP[] = {"11002"};
static const struct mandate FOR_MEMBERSHIP = {.text = "Nobody gets stuck."};
static const struct mandate FOR_IXELLES = {.text = "Nobody gets stuck.",
        .areas = &BRUSSELS[1],
        .n_areas = 1};

static void a_mandate_covers_its_areas_or_those_of_the_membership(void **state)
{
    struct world *world = *state;
    admit(world, &world->a, 2, PARTNER_TYPE_REGISSEUR, BRUSSELS, 2);
    assert_string_equal(coordinators(world, "21004", SMALL_NOW), "");
    struct statement said = mandate_of("house-a", 1, &FOR_MEMBERSHIP);
    assert_int_equal(feed(world, &said), CODE_OK);
    assert_string_equal(coordinators(world, "21004", SMALL_NOW), "house-a");
    assert_string_equal(coordinators(world, "21009", SMALL_NOW), "house-a");
    assert_string_equal(coordinators(world, "11002", SMALL_NOW), "");
    assert_string_equal(coordinators(world, "", SMALL_NOW), "");
    /* One that names areas is for those alone, also outside of the membership's. */
    said = mandate_of("house-a", 2, &FOR_IXELLES);
    assert_int_equal(feed(world, &said), CODE_OK);
    assert_string_equal(coordinators(world, "21004", SMALL_NOW), "");
    assert_string_equal(coordinators(world, "21009", SMALL_NOW), "house-a");
    admit(world, &world->a, 3, PARTNER_TYPE_REGISSEUR, ANTWERP, 1);
    assert_string_equal(coordinators(world, "21009", SMALL_NOW), "house-a");
    assert_string_equal(coordinators(world, "11002", SMALL_NOW), "");
}

static void nobody_coordinates_without_a_mandate_that_counts(void **state)
{
    struct world *world = *state;
    struct statement said = mandate_of("house-a", 1, &FOR_IXELLES);
    /* The type is looked at when it is asked for. */
    admit(world, &world->a, 2, PARTNER_TYPE_LDC, BRUSSELS, 2);
    assert_int_equal(feed(world, &said), CODE_OK);
    assert_string_equal(coordinators(world, "21009", SMALL_NOW), "");
    admit(world, &world->a, 3, PARTNER_TYPE_REGISSEUR, BRUSSELS, 2);
    assert_string_equal(coordinators(world, "21009", SMALL_NOW), "house-a");
    /* Its last moment, the end of it, and who is out. */
    assert_string_equal(coordinators(world, "21009", SMALL_NOW + YEAR - 1), "house-a");
    assert_string_equal(coordinators(world, "21009", SMALL_NOW + YEAR), "");
    directory_suspend(world->net.directory, "house-a", true);
    assert_string_equal(coordinators(world, "21009", SMALL_NOW), "");
    directory_suspend(world->net.directory, "house-a", false);
    assert_string_equal(coordinators(world, "21009", SMALL_NOW), "house-a");
    /* Two of one version void each other; taken back is taken back. */
    said.mandate = &FOR_MEMBERSHIP;
    assert_int_equal(feed(world, &said), CODE_OK);
    assert_string_equal(coordinators(world, "21009", SMALL_NOW), "");
    said.version = 2;
    assert_int_equal(feed(world, &said), CODE_OK);
    assert_string_equal(coordinators(world, "21009", SMALL_NOW), "house-a");
    said.version = 3;
    said.ended = true;
    said.mandate = NULL;
    assert_int_equal(feed(world, &said), CODE_OK);
    assert_string_equal(coordinators(world, "21009", SMALL_NOW), "");
    /* Another subject is a mandate of its own. */
    said = mandate_of("house-a", 1, &FOR_IXELLES);
    said.subject = "of the municipality";
    assert_int_equal(feed(world, &said), CODE_OK);
    assert_string_equal(coordinators(world, "21009", SMALL_NOW), "house-a");
    small_revoke(&world->net, "house-a", 3);
    assert_string_equal(coordinators(world, "21009", SMALL_NOW), "");
}

static void a_mandate_says_something_and_has_an_end(void **state)
{
    struct world *world = *state;
    const struct mandate silent = {.text = ""};
    struct statement said = mandate_of("house-a", 1, &silent);
    assert_int_equal(feed(world, &said), E_FIELD);
    said.mandate = &FOR_MEMBERSHIP;
    said.until_ms = said.issued_ms + DIRECTORY_MANDATE_DAYS_MAX * (uint64_t)SMALL_DAY;
    said.until_ms++;
    assert_int_equal(feed(world, &said), E_TTL);
    said.until_ms--;
    assert_int_equal(feed(world, &said), CODE_OK);
}

static void ten_coordinators_of_an_area_are_told(void **state)
{
    struct world *world = *state;
    const char *out[DIRECTORY_COORDINATORS_MAX];
    for (int i = 0; i <= DIRECTORY_COORDINATORS_MAX; i++) {
        char name[PARTNER_BYTES];
        snprintf(name, sizeof name, "regie-%02d", DIRECTORY_COORDINATORS_MAX - i);
        struct small_member member = small_member_new(name, ROLE_NODE);
        admit(world, &member, 1, PARTNER_TYPE_REGISSEUR, BRUSSELS, 2);
        struct statement said = mandate_of(name, 1, &FOR_MEMBERSHIP);
        assert_int_equal(feed(world, &said), CODE_OK);
        small_member_free(&member);
    }
    assert_int_equal(directory_coordinators(world->net.directory, "21004", SMALL_NOW,
                             out),
            DIRECTORY_COORDINATORS_MAX);
    assert_string_equal(out[0], "regie-00");
    assert_string_equal(out[DIRECTORY_COORDINATORS_MAX - 1], "regie-09");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            IN_WORLD(a_mandate_covers_its_areas_or_those_of_the_membership),
            IN_WORLD(nobody_coordinates_without_a_mandate_that_counts),
            IN_WORLD(a_mandate_says_something_and_has_an_end),
            IN_WORLD(ten_coordinators_of_an_area_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

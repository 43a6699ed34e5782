/* unit_directory_areas.c - where a place lies on a day, by the steward's tables and by
 * nothing else. */
#include "tests/small_network.h"

enum { OLD_LAST = 20453, NEW_FIRST = OLD_LAST + 1 }; /* 2025-12-31, the day after */

/* Two municipalities that become one after OLD_LAST; one sector moves on a day of its
 * own, and another bears the code of a municipality where it never was. */
static const struct sector OF_OLD[] = {
        {"44001A01-", 15000, OLD_LAST},
        {"44001B02-", 15000, 18000   },
        {"44001B02-", 19000, OLD_LAST},
};
static const struct sector OF_NEW[] = {
        {"31005C00-", 0,         0},
        {"44001A01-", NEW_FIRST, 0},
};
static const struct area OLD = {.v = 1,
        .nis = "44001",
        .version = 1,
        .from_day = 15000,
        .until_day = OLD_LAST,
        .nl = "Oudstad",
        .fr = "Vieilleville",
        .en = "Oldtown",
        .sectors = OF_OLD,
        .n_sectors = COUNT_OF(OF_OLD)};
static const struct area NEW = {.v = 1,
        .nis = "44099",
        .version = 1,
        .nl = "Nieuwstad",
        .fr = "Nouvelleville",
        .en = "Newtown",
        .sectors = OF_NEW,
        .n_sectors = COUNT_OF(OF_NEW)};

static enum code feed_area(struct world *world, const struct area *area,
        enum directory_news *news)
{
    return small_steward_feed(world, KIND_AREA, &WIRE_AREA, area, SMALL_NOW, news);
}

static void take(struct world *world, const struct area *area,
        enum directory_news expected)
{
    enum directory_news news;
    assert_int_equal(feed_area(world, area, &news), CODE_OK);
    assert_int_equal(news, expected);
}

static const char *lies_in(const struct world *world, const char *place, int32_t day)
{
    const char *area = directory_area_of(world->net.directory, place, day);
    return area == NULL ? "" : area;
}

/* ------------------------------------------------------------- days */

static void a_sector_lies_where_the_table_says_on_that_day(void **state)
{
    static const struct {
        const char *place;
        int32_t day;
        const char *area;
    } rows[] = {
            {"44001A01-", 14999,         ""     },
            {"44001A01-", 15000,         "44001"},
            {"44001A01-", OLD_LAST,      "44001"},
            {"44001A01-", NEW_FIRST,     "44099"},
            {"44001A01-", NEW_FIRST * 2, "44099"},
            {"44001B02-", 18000,         "44001"},
            {"44001B02-", 18001,         ""     },
            {"44001B02-", 18999,         ""     },
            {"44001B02-", 19000,         "44001"},
            {"44001B02-", OLD_LAST,      "44001"},
            {"44001B02-", NEW_FIRST,     ""     }, /* the prefix is nothing */
            {"31005C00-", 1,             "44099"},
            {"44001A02-", 15000,         ""     }, /* in no table */
            {"44001",     NEW_FIRST,     "44001"},
            {"31005",     1,             "31005"},
    };
    struct world *world = *state;
    /* Whichever comes first. */
    take(world, &NEW, DIRECTORY_NEW);
    take(world, &OLD, DIRECTORY_NEW);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        if (strcmp(lies_in(world, rows[i].place, rows[i].day), rows[i].area) != 0)
            fail_msg("row %zu: %s", i, lies_in(world, rows[i].place, rows[i].day));
        bool here = directory_within(world->net.directory, rows[i].place, "44001",
                rows[i].day);
        assert_int_equal(here, strcmp(rows[i].area, "44001") == 0);
    }
}

static void only_these_are_within(void **state)
{
    static const struct {
        const char *place, *area;
        bool within;
    } rows[] = {
            {"44099",     "44099",     true },
            {"44001",     "44099",     false}, /* merged or not */
            {"44099",     "31005C00-", false},
            {"31005C00-", "31005C00-", true },
            {"31005C00-", "44099",     true },
            {"31005C00-", "31005",     false},
            {"44001A01-", "31005C00-", false},
            {"99999A00-", "99999A00-", true }, /* the same, known or not */
            {"44001A01-", "44",        false},
            {"44001A01-", "",          false},
            {"",          "44099",     false},
    };
    struct world *world = *state;
    take(world, &OLD, DIRECTORY_NEW);
    take(world, &NEW, DIRECTORY_NEW);
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        if (directory_within(world->net.directory, rows[i].place, rows[i].area,
                    NEW_FIRST) != rows[i].within)
            fail_msg("row %zu", i);
}

static void without_a_table_only_municipalities_can_be_named(void **state)
{
    static const struct {
        const char *place;
        int32_t day;
        enum directory_place says;
    } rows[] = {
            {"44001",     14999,     DIRECTORY_PLACE_NOT_YET},
            {"44001",     15000,     DIRECTORY_PLACE_FITS   },
            {"44001",     OLD_LAST,  DIRECTORY_PLACE_FITS   },
            {"44001",     NEW_FIRST, DIRECTORY_PLACE_OVER   },
            {"44099",     1,         DIRECTORY_PLACE_FITS   },
            {"12345",     1,         DIRECTORY_PLACE_FITS   }, /* in no table */
            {"44001A01-", OLD_LAST,  DIRECTORY_PLACE_FITS   },
            {"44001A01-", NEW_FIRST, DIRECTORY_PLACE_FITS   },
            {"44001B02-", NEW_FIRST, DIRECTORY_PLACE_UNKNOWN},
            {"12345A00-", 1,         DIRECTORY_PLACE_UNKNOWN},
    };
    struct world *world = *state;
    const struct area *area;
    assert_int_equal(directory_place(world->net.directory, "44001A01-", OLD_LAST,
                             &area),
            DIRECTORY_PLACE_UNKNOWN);
    assert_int_equal(directory_place(world->net.directory, "44001", NEW_FIRST, &area),
            DIRECTORY_PLACE_FITS);
    take(world, &OLD, DIRECTORY_NEW);
    take(world, &NEW, DIRECTORY_NEW);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        enum directory_place says = directory_place(world->net.directory, rows[i].place,
                rows[i].day, &area);
        if (says != rows[i].says)
            fail_msg("row %zu: %d", i, says);
        if (says == DIRECTORY_PLACE_OVER)
            assert_int_equal(area->until_day, OLD_LAST);
        if (says == DIRECTORY_PLACE_NOT_YET)
            assert_int_equal(area->from_day, 15000);
    }
}

static void a_sector_that_two_claim_lies_nowhere(void **state)
{
    struct world *world = *state;
    static const struct sector too_early[] = {
            {"44001A01-", OLD_LAST, 0}
    };
    struct area greedy = NEW;
    greedy.sectors = too_early;
    greedy.n_sectors = 1;
    take(world, &OLD, DIRECTORY_NEW);
    take(world, &greedy, DIRECTORY_NEW);
    assert_string_equal(lies_in(world, "44001A01-", OLD_LAST - 1), "44001");
    assert_string_equal(lies_in(world, "44001A01-", OLD_LAST), "");
    assert_false(
            directory_within(world->net.directory, "44001A01-", "44001", OLD_LAST));
    assert_false(
            directory_within(world->net.directory, "44001A01-", "44099", OLD_LAST));
    assert_string_equal(lies_in(world, "44001A01-", NEW_FIRST), "44099");
    /* What puts it right counts, and nothing was lost. */
    struct area right = NEW;
    right.version = 2;
    take(world, &right, DIRECTORY_NEW);
    assert_string_equal(lies_in(world, "44001A01-", OLD_LAST), "44001");
}

/* ------------------------------------------------------------- versions */

static void the_highest_version_counts_and_none_goes_back(void **state)
{
    struct world *world = *state;
    struct area shorter = OLD, other = OLD, third = OLD;
    shorter.version = 2;
    shorter.n_sectors = 1;
    take(world, &OLD, DIRECTORY_NEW);
    take(world, &OLD, DIRECTORY_KNOWN);
    take(world, &shorter, DIRECTORY_NEW);
    assert_string_equal(lies_in(world, "44001B02-", 15000), "");
    take(world, &OLD, DIRECTORY_KNOWN);
    assert_string_equal(lies_in(world, "44001B02-", 15000), "");
    /* Two of one version are both void, until a higher one comes. */
    other.version = 2;
    take(world, &other, DIRECTORY_CLASH);
    take(world, &other, DIRECTORY_KNOWN);
    assert_null(directory_area_at(world->net.directory, 0));
    assert_string_equal(lies_in(world, "44001A01-", 15000), "");
    third.version = 3;
    take(world, &third, DIRECTORY_NEW);
    assert_string_equal(lies_in(world, "44001A01-", 15000), "44001");
    assert_int_equal(directory_area_count(world->net.directory), 1);
}

static void a_table_that_contradicts_itself_is_refused(void **state)
{
    static const struct sector backwards[] = {
            {"44001A02-", 1, 2},
            {"44001A01-", 1, 2}
    };
    static const struct sector twice[] = {
            {"44001A01-", 1,  20},
            {"44001A01-", 20, 30}
    };
    static const struct sector forever[] = {
            {"44001A01-", 1,  0 },
            {"44001A01-", 20, 30}
    };
    static const struct sector ends_first[] = {
            {"44001A01-", 20, 19}
    };
    static const struct sector whole[] = {
            {"44001", 1, 2}
    };
    static const struct sector too_late[] = {
            {"44001A01-", 1, (uint32_t)INT32_MAX + 1}
    };
    static const struct sector next_day[] = {
            {"44001A01-", 1,  20},
            {"44001A01-", 21, 21}
    };
    static const struct {
        const struct sector *sectors;
        size_t n;
        enum code code;
    } rows[] = {
            {backwards,  2, E_FIELD},
            {twice,      2, E_FIELD},
            {forever,    2, E_FIELD},
            {ends_first, 1, E_FIELD},
            {whole,      1, E_FIELD},
            {too_late,   1, E_FIELD},
            {next_day,   2, CODE_OK},
    };
    struct world *world = *state;
    enum directory_news news;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct area area = OLD;
        area.sectors = rows[i].sectors;
        area.n_sectors = rows[i].n;
        if (feed_area(world, &area, &news) != rows[i].code)
            fail_msg("row %zu", i);
    }
    struct area area = OLD;
    area.version = 0;
    assert_int_equal(feed_area(world, &area, &news), E_FORMAT);
    area = OLD;
    area.nis = "4400";
    assert_int_equal(feed_area(world, &area, &news), E_FORMAT);
    area = OLD;
    area.until_day = area.from_day - 1;
    assert_int_equal(feed_area(world, &area, &news), E_FIELD);
}

/* ------------------------------------------------------------- who, and all of it */

static void only_the_steward_says_where_places_lie(void **state)
{
    struct world *world = *state;
    enum directory_news news;
    struct span by_node = small_sign(&world->net, "house-a", world->a.key, KIND_AREA,
            &WIRE_AREA, &OLD);
    struct span by_broker = small_sign(&world->net, "the-broker", world->broker.key,
            KIND_AREA, &WIRE_AREA, &OLD);
    struct span as_steward = small_sign(&world->net, DIRECTORY_STEWARD, world->a.key,
            KIND_AREA, &WIRE_AREA, &OLD);
    const struct span forged[] = {by_node, by_broker, as_steward};
    for (size_t i = 0; i < COUNT_OF(forged); i++)
        assert_int_equal(small_feed(world->net.directory, &world->net.arena, KIND_AREA,
                                 forged[i], SMALL_NOW, &news),
                E_AUTH);
    /* Also when somebody lets it in unverified. */
    struct err err = {0};
    struct span body;
    assert_true(wire_put_arena(&WIRE_AREA, &OLD, &world->net.arena, &body, &err));
    assert_false(directory_feed(world->net.directory, KIND_AREA, "house-a", body, body,
            SMALL_NOW, &news, &err));
    assert_int_equal(err.code, E_AUTH);
    assert_int_equal(directory_area_count(world->net.directory), 0);
    /* The reserve key is the steward's too. */
    struct span reserve = small_sign(&world->net, DIRECTORY_STEWARD, world->net.reserve,
            KIND_AREA, &WIRE_AREA, &OLD);
    small_take(&world->net, KIND_AREA, reserve);
}

/* A snapshot over what is here now. */
static void snap(struct world *world, uint64_t serial)
{
    enum directory_news news;
    struct snapshot snapshot = {.v = 1,
            .network = "test-net",
            .serial = serial,
            .issued_ms = (uint64_t)SMALL_NOW,
            .expires_ms = (uint64_t)(SMALL_NOW + 60 * SMALL_DAY)};
    directory_head(world->net.directory, &snapshot.count, &snapshot.root);
    directory_areas_head(world->net.directory, &snapshot.area_count,
            &snapshot.area_root);
    assert_int_equal(small_steward_feed(world, KIND_SNAPSHOT, &WIRE_SNAPSHOT, &snapshot,
                             SMALL_NOW, &news),
            CODE_OK);
}

static void a_table_that_is_left_out_or_old_is_noticed(void **state)
{
    struct world *world = *state;
    struct directory *directory = world->net.directory;
    snap(world, 1);
    assert_true(directory_complete(directory));
    /* One that the snapshot does not count. */
    take(world, &OLD, DIRECTORY_NEW);
    assert_false(directory_complete(directory));
    snap(world, 2);
    assert_true(directory_complete(directory));
    /* One that it counts is not here: the snapshot of somebody who has it. */
    struct snapshot ahead = {.v = 1,
            .network = "test-net",
            .serial = 3,
            .issued_ms = (uint64_t)SMALL_NOW,
            .expires_ms = (uint64_t)(SMALL_NOW + 60 * SMALL_DAY)};
    enum directory_news news;
    directory_head(directory, &ahead.count, &ahead.root);
    directory_areas_head(directory, &ahead.area_count, &ahead.area_root);
    ahead.area_count = 2;
    assert_int_equal(small_steward_feed(world, KIND_SNAPSHOT, &WIRE_SNAPSHOT, &ahead,
                             SMALL_NOW, &news),
            CODE_OK);
    assert_false(directory_complete(directory));
    /* As many, and an older one of them. */
    ahead.serial = 4;
    ahead.area_count = 1;
    ahead.area_root.b[0] ^= 1;
    assert_int_equal(small_steward_feed(world, KIND_SNAPSHOT, &WIRE_SNAPSHOT, &ahead,
                             SMALL_NOW, &news),
            CODE_OK);
    assert_false(directory_complete(directory));
    snap(world, 5);
    assert_true(directory_complete(directory));
}

/* ------------------------------------------------------------- how much */

static void a_municipality_has_at_most_512_sectors(void **state)
{
    static struct sector many[513];
    static char codes[513][10];
    struct world *world = *state;
    struct area area = OLD;
    struct err err = {0};
    struct span body;
    for (size_t i = 0; i < COUNT_OF(many); i++) {
        snprintf(codes[i], sizeof codes[i], "44001%c%02u-",
                (char)('A' + (unsigned)i / 100 % 26), (unsigned)i % 100u);
        many[i] = (struct sector){codes[i], 15000, OLD_LAST};
    }
    area.nl = area.fr = area.en =
            "A name of sixty bytes, which is as long as any may be here..";
    area.sectors = many;
    area.n_sectors = 512;
    take(world, &area, DIRECTORY_NEW);
    assert_string_equal(lies_in(world, codes[511], 15000), "44001");
    area.n_sectors = 513;
    assert_false(wire_put_arena(&WIRE_AREA, &area, &world->net.arena, &body, &err));
    assert_int_equal(err.code, E_SIZE);
    area.n_sectors = 512;
    area.version = 2;
    area.nl = "A name of sixty-one bytes, that is one more than may be here.";
    assert_false(wire_put_arena(&WIRE_AREA, &area, &world->net.arena, &body, &err));
    assert_int_equal(err.code, E_SIZE);
}

static void a_network_has_at_most_600_municipalities(void **state)
{
    struct world *world = *state;
    enum directory_news news;
    struct area area = {.v = 1, .version = 1, .nl = "", .fr = "", .en = ""};
    char nis[6];
    area.nis = nis;
    for (unsigned i = 0; i <= DIRECTORY_AREAS_MAX; i++) {
        struct err err = {0};
        struct span body;
        size_t used = world->net.arena.used;
        snprintf(nis, sizeof nis, "%05u", 99999 - i % 100000u);
        assert_true(wire_put_arena(&WIRE_AREA, &area, &world->net.arena, &body, &err));
        bool taken = directory_feed(world->net.directory, KIND_AREA, DIRECTORY_STEWARD,
                body, body, SMALL_NOW, &news, &err);
        assert_int_equal(taken, i < DIRECTORY_AREAS_MAX);
        if (!taken)
            assert_int_equal(err.code, E_BUSY);
        arena_reset(&world->net.arena, used);
    }
    /* Those that are there can still change. */
    snprintf(nis, sizeof nis, "99999");
    area.version = 2;
    take(world, &area, DIRECTORY_NEW);
    assert_string_equal(directory_area_at(world->net.directory, 599)->nis, "99999");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
            IN_WORLD(a_sector_lies_where_the_table_says_on_that_day),
            IN_WORLD(only_these_are_within),
            IN_WORLD(without_a_table_only_municipalities_can_be_named),
            IN_WORLD(a_sector_that_two_claim_lies_nowhere),
            IN_WORLD(the_highest_version_counts_and_none_goes_back),
            IN_WORLD(a_table_that_contradicts_itself_is_refused),
            IN_WORLD(only_the_steward_says_where_places_lie),
            IN_WORLD(a_table_that_is_left_out_or_old_is_noticed),
            IN_WORLD(a_municipality_has_at_most_512_sectors),
            IN_WORLD(a_network_has_at_most_600_municipalities),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

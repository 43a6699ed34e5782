/* unit_directory_supply.c - what partners take and offer, of themselves and of
 * antennas, and who coordinates where. */
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

/* --- antennas --- */

static struct statement said_by(const char *author, enum statement_kind kind,
        const char *subject, uint64_t version)
{
    struct statement said = mandate_of(author, version, NULL);
    said.kind = kind;
    said.subject = subject;
    said.until_ms = said.issued_ms + 10 * (uint64_t)SMALL_DAY;
    return said;
}

static uint16_t intake_of(struct world *world, const char *partner)
{
    return directory_intake(world->net.directory, partner, SMALL_NOW);
}

static void say_intake(struct world *world, const char *author, const char *subject,
        uint64_t version, uint16_t state)
{
    const struct intake intake = {.state = state};
    struct statement said = said_by(author, STATEMENT_KIND_INTAKE, subject, version);
    said.intake = &intake;
    assert_int_equal(feed(world, &said), CODE_OK);
}

static void its_supporting_partner_says_how_an_antenna_is(void **state)
{
    struct world *world = *state;
    assert_int_equal(intake_of(world, "antenna"), INTAKE_STATE_OPEN);
    say_intake(world, "house-a", "antenna:", 1, INTAKE_STATE_VOLUNTEERS_AT_LIMIT);
    assert_int_equal(intake_of(world, "antenna"), INTAKE_STATE_VOLUNTEERS_AT_LIMIT);
    assert_int_equal(intake_of(world, "house-a"), INTAKE_STATE_OPEN);
    /* Nobody else's word, nor what the supporter says about others. */
    say_intake(world, "house-b", "antenna:", 1, INTAKE_STATE_OPEN);
    say_intake(world, "house-a", "house-b:", 1, INTAKE_STATE_FULL);
    assert_int_equal(intake_of(world, "antenna"), INTAKE_STATE_VOLUNTEERS_AT_LIMIT);
    assert_int_equal(intake_of(world, "house-b"), INTAKE_STATE_OPEN);
    /* What closes the supporting partner closes the antenna. */
    say_intake(world, "house-a", "antenna:", 2, INTAKE_STATE_OPEN);
    say_intake(world, "house-a", "", 1, INTAKE_STATE_FULL);
    assert_int_equal(intake_of(world, "antenna"), INTAKE_STATE_FULL);
    /* Another partner supports it now: what was said before is over. */
    say_intake(world, "house-a", "", 2, INTAKE_STATE_OPEN);
    say_intake(world, "house-a", "antenna:", 3, INTAKE_STATE_VOLUNTEERS_AT_LIMIT);
    struct membership moved = small_membership(&world->antenna, 2);
    moved.supported_by = "house-b";
    assert_int_equal(small_feed_member(world, &moved), DIRECTORY_NEW);
    assert_int_equal(intake_of(world, "antenna"), INTAKE_STATE_OPEN);
}

static void services_and_capacity_of_an_antenna_are_its_own(void **state)
{
    struct world *world = *state;
    const struct directory *directory = world->net.directory;
    const struct service visits = {.need = 2};
    const struct capacity one = {.need = 2,
            .state = CAPACITY_STATE_OPEN,
            .band = CAPACITY_BAND_1_2};
    struct statement said =
            said_by("house-a", STATEMENT_KIND_SERVICE, "antenna:visits", 1);
    said.service = &visits;
    assert_int_equal(feed(world, &said), CODE_OK);
    said = said_by("house-a", STATEMENT_KIND_CAPACITY, "antenna:visits", 1);
    said.capacity = &one;
    assert_int_equal(feed(world, &said), CODE_OK);
    assert_true(directory_serves(directory, "antenna", 2, SMALL_NOW));
    assert_false(directory_serves(directory, "antenna", 3, SMALL_NOW));
    assert_true(directory_serves(directory, "house-a", 3, SMALL_NOW));
    assert_true(directory_capacity(directory, "antenna", 2, "", "", SMALL_NOW).known);
    assert_false(directory_capacity(directory, "house-a", 2, "", "", SMALL_NOW).known);
    struct directory_walk own =
            directory_walk_about(directory, "house-a", STATEMENT_KIND_NONE, SMALL_NOW);
    assert_null(directory_next(&own));
    struct directory_walk its =
            directory_walk_about(directory, "antenna", STATEMENT_KIND_NONE, SMALL_NOW);
    assert_int_equal(directory_next(&its)->kind, STATEMENT_KIND_SERVICE);
    assert_int_equal(directory_next(&its)->kind, STATEMENT_KIND_CAPACITY);
    assert_null(directory_next(&its));
}

static void the_subject_names_an_antenna_or_nobody(void **state)
{
    static const struct {
        const char *subject;
        enum code code;
    } rows[] = {
            {"",               CODE_OK },
            {"antenna:",       CODE_OK },
            {"someone-else:",  CODE_OK }, /* it is asked for by who is supported */
            {"antenna",        E_FORMAT},
            {"antenna:visits", E_FORMAT},
            {":",              E_FORMAT},
            {"An Antenna:",    E_FORMAT},
            {"antenna::",      E_FORMAT},
    };
    static const struct intake open = {.state = INTAKE_STATE_OPEN};
    struct world *world = *state;
    char subject[DIRECTORY_SUBJECT_BYTES];
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct statement said =
                said_by("house-a", STATEMENT_KIND_INTAKE, rows[i].subject, 1);
        said.intake = &open;
        assert_int_equal(feed(world, &said), rows[i].code);
    }
    assert_true(directory_subject("antenna", "visits", subject));
    assert_string_equal(subject, "antenna:visits");
    assert_true(directory_subject("", "visits", subject));
    assert_string_equal(subject, "visits");
    char long_one[DIRECTORY_SUBJECT_BYTES];
    memset(long_one, 'a', sizeof long_one - 1);
    long_one[sizeof long_one - 1] = '\0';
    assert_true(directory_subject("", long_one, subject));
    assert_false(directory_subject("b", long_one, subject));
}

/* --- absence --- */

static enum code say_absence(struct world *world, const char *subject,
        uint32_t from_day, uint32_t until_day)
{
    const struct absence absence = {.from_day = from_day, .until_day = until_day};
    struct statement said = said_by("house-a", STATEMENT_KIND_ABSENCE, subject, 1);
    said.until_ms = (uint64_t)(SMALL_NOW + YEAR);
    said.absence = &absence;
    return feed(world, &said);
}

static void who_is_absent_takes_nothing_on_those_days(void **state)
{
    struct world *world = *state;
    const struct directory *directory = world->net.directory;
    uint32_t today = (uint32_t)time_brussels_day(SMALL_NOW);
    int32_t until_day;
    static const struct {
        int64_t days;
        uint16_t state;
        uint32_t last; /* how many days after today */
    } rows[] = {
            {0,  INTAKE_STATE_OPEN,   0 },
            {9,  INTAKE_STATE_OPEN,   0 },
            {10, INTAKE_STATE_PAUSED, 12},
            {12, INTAKE_STATE_PAUSED, 15}, /* the longer of the two */
            {15, INTAKE_STATE_PAUSED, 15},
            {16, INTAKE_STATE_OPEN,   0 },
    };
    assert_int_equal(say_absence(world, "first", today + 10, today + 12), CODE_OK);
    assert_int_equal(say_absence(world, "second", today + 12, today + 15), CODE_OK);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        int64_t now_ms = SMALL_NOW + rows[i].days * SMALL_DAY;
        assert_int_equal(directory_intake(directory, "house-a", now_ms), rows[i].state);
        assert_int_equal(directory_intake(directory, "antenna", now_ms), rows[i].state);
        assert_int_equal(directory_intake(directory, "house-b", now_ms),
                INTAKE_STATE_OPEN);
        assert_int_equal(directory_absent(directory, "antenna", now_ms, &until_day),
                rows[i].last > 0);
        assert_int_equal(until_day, rows[i].last > 0 ? today + rows[i].last : 0);
    }
    /* Midnight in Brussels is what counts: in June two hours before that of UTC. */
    int64_t midnight_ms = (int64_t)(today + 10) * SMALL_DAY - 2 * TIME_HOUR_MS;
    assert_int_equal(directory_intake(directory, "house-a", midnight_ms - 1),
            INTAKE_STATE_OPEN);
    assert_int_equal(directory_intake(directory, "house-a", midnight_ms),
            INTAKE_STATE_PAUSED);
    /* What was said of the intake keeps its own word. */
    say_intake(world, "house-a", "", 1, INTAKE_STATE_FULL);
    assert_int_equal(directory_intake(directory, "house-a", SMALL_NOW + 3 * SMALL_DAY),
            INTAKE_STATE_FULL);
}

static void an_absence_has_its_days(void **state)
{
    static const uint32_t last = DIRECTORY_ABSENCE_DAYS_MAX;
    static const struct {
        uint32_t from_day, until_day;
        enum code code;
    } rows[] = {
            {0,     1000,             E_FORMAT},
            {20000, 19999,            E_FORMAT},
            {20000, UINT32_MAX,       E_FORMAT},
            {20000, 20000 + last,     E_TTL   },
            {20000, 20000 + last - 1, CODE_OK },
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        assert_int_equal(say_absence(*state, "days", rows[i].from_day,
                                 rows[i].until_day),
                rows[i].code);
}

/* --- capacity --- */

static void a_capacity_fits_together_and_lasts_two_weeks(void **state)
{
    static const uint64_t last = DIRECTORY_CAPACITY_DAYS_MAX * (uint64_t)SMALL_DAY;
    static const uint64_t day = SMALL_DAY;
    enum { OPEN = CAPACITY_STATE_OPEN, WAIT = CAPACITY_STATE_WAITLIST };
    enum { FULL = CAPACITY_STATE_FULL, TALK = CAPACITY_STATE_NEEDS_ASSESSMENT };
    static const struct {
        struct capacity capacity;
        uint64_t lasts_ms;
        enum code code;
    } rows[] = {
            {{.need = 1, .state = OPEN},                                               day,      CODE_OK },
            {{.need = 1, .state = OPEN, .band = CAPACITY_BAND_6_UP},                   last,     CODE_OK },
            {{.need = 1, .state = OPEN},                                               last + 1, E_TTL   },
            {{.need = 0, .state = OPEN},                                               day,      E_FORMAT},
            {{.need = 1, .state = 0},                                                  day,      E_FORMAT},
            {{.need = 1, .state = OPEN, .band = CAPACITY_BAND_0},                      day,      E_FIELD },
            {{.need = 1, .state = FULL, .band = CAPACITY_BAND_0},                      day,      CODE_OK },
            {{.need = 1, .state = FULL, .band = CAPACITY_BAND_1_2},                    day,      E_FIELD },
            {{.need = 1, .state = TALK, .band = CAPACITY_BAND_1_2},                    day,      CODE_OK },
            {{.need = 1, .state = WAIT},                                               day,      E_FIELD },
            {{.need = 1, .state = WAIT, .waitlist_days = 30},                          day,      CODE_OK },
            {{.need = 1, .state = OPEN, .waitlist_days = 30},                          day,      E_FIELD },
            {{.need = 1, .state = WAIT, .waitlist_days = DIRECTORY_WAITLIST_DAYS_MAX},
             day,                                                                                CODE_OK },
            {{.need = 1,
                     .state = WAIT,
                     .waitlist_days = DIRECTORY_WAITLIST_DAYS_MAX + 1},
             day,                                                                                E_FIELD },
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct statement said = said_by("house-a", STATEMENT_KIND_CAPACITY, "x", i + 1);
        said.capacity = &rows[i].capacity;
        said.until_ms = said.issued_ms + rows[i].lasts_ms;
        if (feed(*state, &said) != rows[i].code)
            fail_msg("row %zu", i);
    }
}

static void the_nearest_capacity_counts_and_a_stale_one_is_not_known(void **state)
{
    enum { OPEN = CAPACITY_STATE_OPEN, WAIT = CAPACITY_STATE_WAITLIST };
    enum { FULL = CAPACITY_STATE_FULL, TALK = CAPACITY_STATE_NEEDS_ASSESSMENT };
    static const struct capacity said_of[] = {
            {.need = 1, .area = "",          .language = "", .state = FULL          },
            {.need = 1, .area = "21004",     .language = "", .state = OPEN          },
            {.need = 1, .area = "21004A01-", .language = "", .state = TALK          },
            {.need = 1,
             .area = "21004",
             .language = "fr",
             .state = WAIT,
             .waitlist_days = 5},
            {.need = 2,         .area = "21004",                    .language = "",           .state = OPEN},
    };
    static const struct {
        uint16_t need;
        const char *place, *language;
        uint16_t state; /* 0: not known */
    } rows[] = {
            {1, "21009",     "nl", FULL},
            {1, "",          "",   FULL},
            {1, "21004",     "nl", OPEN},
            {1, "21004",     "",   OPEN},
            {1, "21004",     "fr", WAIT},
            {1, "21004A01-", "nl", TALK},
            {1, "21004A02-", "nl", OPEN},
            {1, "21004A02-", "fr", WAIT},
            {1, "21004A01-", "fr", TALK},
            {1, "21004A03-", "nl", FULL}, /* no table says where that is */
            {2, "21004",     "nl", OPEN},
            {2, "21009",     "nl", 0   },
            {2, "",          "",   0   },
            {3, "21004",     "nl", 0   },
    };
    struct world *world = *state;
    const struct directory *directory = world->net.directory;
    static const char *const sectors[] = {"21004A01-", "21004A02-"};
    small_area(&world->net, "21004", sectors, 2);
    for (size_t i = 0; i < COUNT_OF(said_of); i++) {
        char subject[8];
        snprintf(subject, sizeof subject, "%zu", i);
        struct statement said = said_by("house-a", STATEMENT_KIND_CAPACITY, subject, 1);
        said.capacity = &said_of[i];
        assert_int_equal(feed(world, &said), CODE_OK);
    }
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct capacity_fact fact = directory_capacity(directory, "house-a",
                rows[i].need, rows[i].place, rows[i].language, SMALL_NOW);
        if (fact.known != (rows[i].state != 0) || fact.state != rows[i].state)
            fail_msg("row %zu: %d", i, fact.state);
        fact = directory_capacity(directory, "house-a", rows[i].need, rows[i].place,
                rows[i].language, SMALL_NOW + 10 * SMALL_DAY);
        assert_false(fact.known);
    }
    /* Two of one version void each other, and what is less near stands again. */
    struct statement other = said_by("house-a", STATEMENT_KIND_CAPACITY, "1", 1);
    other.capacity = &said_of[0];
    assert_int_equal(feed(world, &other), CODE_OK);
    assert_int_equal(directory_capacity(directory, "house-a", 1, "21004", "nl",
                             SMALL_NOW)
                             .state,
            FULL);
}

/* --- coordinators --- */

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
            IN_WORLD(its_supporting_partner_says_how_an_antenna_is),
            IN_WORLD(services_and_capacity_of_an_antenna_are_its_own),
            IN_WORLD(the_subject_names_an_antenna_or_nobody),
            IN_WORLD(who_is_absent_takes_nothing_on_those_days),
            IN_WORLD(an_absence_has_its_days),
            IN_WORLD(a_capacity_fits_together_and_lasts_two_weeks),
            IN_WORLD(the_nearest_capacity_counts_and_a_stale_one_is_not_known),
            IN_WORLD(a_mandate_covers_its_areas_or_those_of_the_membership),
            IN_WORLD(nobody_coordinates_without_a_mandate_that_counts),
            IN_WORLD(a_mandate_says_something_and_has_an_end),
            IN_WORLD(ten_coordinators_of_an_area_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

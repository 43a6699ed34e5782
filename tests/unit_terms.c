/* unit_terms.c - new terms take the place of the old ones only when both have said
 * them; terms that contradict themselves are nobody's. */
#include "tests/small_network.h"

static struct span pack(struct world *world, const struct wire_map *map,
        const void *body)
{
    struct err err = {0};
    struct span packed;
    if (!wire_put_arena(map, body, &world->net.arena, &packed, &err))
        fail_msg("%s", err.msg);
    return packed;
}

static int32_t today(void)
{
    return time_brussels_day(SMALL_NOW);
}

/* Terms that are told apart by their last day; 0: none. */
static struct span terms_of(struct world *world, int32_t days)
{
    static const uint16_t purposes[] = {1};
    static const uint16_t data[] = {2};
    const struct terms terms = {.v = 1,
            .a = "house-a",
            .b = "house-b",
            .purposes = purposes,
            .n_purposes = 1,
            .data_categories = data,
            .n_data_categories = 1,
            .a_reason = "",
            .b_reason = "",
            .until_day = (uint32_t)(today() + days)};
    return days == 0 ? (struct span){NULL, 0} : pack(world, &WIRE_TERMS, &terms);
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

static enum code say(struct world *world, char side, uint64_t version,
        const struct partnership *says, bool ended)
{
    const struct statement statement = {.v = 1,
            .author = side == 'a' ? "house-a" : "house-b",
            .kind = STATEMENT_KIND_PARTNERSHIP,
            .subject = says->partner,
            .version = version,
            .issued_ms = (uint64_t)SMALL_NOW - 1000 + version,
            .until_ms = (uint64_t)(SMALL_NOW + 300 * SMALL_DAY),
            .ended = ended,
            .partnership = says};
    return feed(world, &statement);
}

/* ------------------------------------------------------------ which terms hold */

enum { ENDS = 1000 };

/* Words follow each other: who, terms, proposal; then what holds, and what waits. */
static const struct {
    const char *name;
    struct {
        char side;
        int terms, proposed; /* days; terms ENDS: it ends */
    } words[6];
    int in_force, first, second; /* days; 0: nothing */
    enum partnership_state state;
} STORIES[] = {
        {"one has spoken",         {{'a', 10, 0}},                                            0,  10, 0,  PARTNERSHIP_ONE_SIDED},
        {"both have",              {{'a', 10, 0}, {'b', 10, 0}},                              10, 0,  0,  PARTNERSHIP_ACTIVE   },
        {"new terms wait",         {{'a', 10, 0}, {'b', 10, 0}, {'a', 10, 20}},               10, 20, 0,
         PARTNERSHIP_ACTIVE                                                                                                    },
        {"and are taken",          {{'a', 10, 0}, {'b', 10, 0}, {'a', 10, 20}, {'b', 20, 0}}, 20,
         0,                                                                                           0,  PARTNERSHIP_ACTIVE   },
        {"taken, then others",
         {{'a', 10, 0}, {'b', 10, 0}, {'a', 10, 20}, {'b', 20, 0},
                        {'b', 20, 30}},
         20,                                                                                      0,  30, PARTNERSHIP_ACTIVE   },
        {"the old ones again",
         {{'a', 10, 0}, {'b', 10, 0}, {'a', 10, 20}, {'b', 20, 0},
                        {'b', 20, 10}},
         20,                                                                                      0,  10, PARTNERSHIP_ACTIVE   },
        {"the old ones taken",
         {{'a', 10, 0}, {'b', 10, 0}, {'a', 10, 20}, {'b', 20, 0}, {'b', 20, 10},
                        {'a', 10, 0}},
         10,                                                                                      0,  0,  PARTNERSHIP_ACTIVE   },
        {"each proposes its own",
         {{'a', 10, 0}, {'b', 10, 0}, {'a', 10, 20}, {'b', 10, 30}},                          10, 20, 30,
         PARTNERSHIP_ACTIVE                                                                                                    },
        {"both propose the same",
         {{'a', 10, 0}, {'b', 10, 0}, {'a', 10, 20}, {'b', 10, 20}},                          20, 0,  0,
         PARTNERSHIP_ACTIVE                                                                                                    },
        {"a proposal taken back",
         {{'a', 10, 0}, {'b', 10, 0}, {'a', 10, 20}, {'a', 10, 0}},                           10, 0,  0,
         PARTNERSHIP_ACTIVE                                                                                                    },
        {"the old ones are over",  {{'a', -1, 0}, {'b', -1, 0}, {'a', -1, 20}},               0,  20, 0,
         PARTNERSHIP_ONE_SIDED                                                                                                 },
        {"over, and renewed late",
         {{'a', -1, 0}, {'b', -1, 0}, {'a', -1, 20}, {'b', 20, 0}},                           20, 0,  0,
         PARTNERSHIP_ACTIVE                                                                                                    },
        {"an end ends proposals",
         {{'a', 10, 0}, {'b', 10, 0}, {'a', 10, 20}, {'b', ENDS, 0}},                         0,  0,  0,
         PARTNERSHIP_ENDED                                                                                                     },
        {"both over",              {{'a', -1, 0}, {'b', -1, 0}},                              0,  0,  0,  PARTNERSHIP_ENDED    },
};

static void tell(struct world *world, size_t story)
{
    for (size_t i = 0; i < COUNT_OF(STORIES[story].words); i++) {
        char side = STORIES[story].words[i].side;
        bool ended = STORIES[story].words[i].terms == ENDS;
        if (side == '\0')
            return;
        const struct partnership says = {.partner = side == 'a' ? "house-b" : "house-a",
                .terms = terms_of(world, ended ? 10 : STORIES[story].words[i].terms),
                .proposed = terms_of(world, STORIES[story].words[i].proposed)};
        assert_int_equal(say(world, side, 100 * story + i + 1, &says, ended), CODE_OK);
    }
}

static void the_terms_that_both_name_hold(void **state)
{
    struct world *world = *state;
    for (size_t i = 0; i < COUNT_OF(STORIES); i++) {
        print_message("# %s\n", STORIES[i].name);
        tell(world, i);
        const struct directory *directory = world->net.directory;
        struct partnership_view view =
                directory_partnership_view(directory, "house-a", "house-b", SMALL_NOW);
        struct partnership_view back =
                directory_partnership_view(directory, "house-b", "house-a", SMALL_NOW);
        struct partnership_fact fact =
                directory_partnership(directory, "house-a", "house-b", SMALL_NOW);
        assert_int_equal(view.state, STORIES[i].state);
        assert_int_equal(fact.state, STORIES[i].state);
        assert_true(span_equal(view.in_force, terms_of(world, STORIES[i].in_force)));
        assert_true(span_equal(view.first, terms_of(world, STORIES[i].first)));
        assert_true(span_equal(view.second, terms_of(world, STORIES[i].second)));
        if (STORIES[i].in_force != 0)
            assert_int_equal(fact.until_day, today() + STORIES[i].in_force);
        /* The other side sees the same from its end. */
        assert_int_equal(back.state, view.state);
        assert_true(span_equal(back.in_force, view.in_force));
        assert_true(span_equal(back.first, view.second));
        assert_true(span_equal(back.second, view.first));
        assert_int_equal(view.last.len > 0, view.state == PARTNERSHIP_ENDED);
    }
}

/* ------------------------------------------------------------ what is refused */

static void terms_that_contradict_themselves(void **state)
{
    static const struct {
        const char *name, *a_reason, *b_reason;
        bool a_bound, b_bound;
        int days;
        enum code code;
    } rows[] = {
            {"bound on a ground",    "decree", "law", true,  true,  100,                          CODE_OK},
            {"nobody is bound",      "",       "",    false, false, 100,                          CODE_OK},
            {"a bound on no ground", "",       "law", true,  true,  100,                          E_FIELD},
            {"b bound on no ground", "decree", "",    true,  true,  100,                          E_FIELD},
            {"five years",           "",       "",    false, false, DIRECTORY_TERMS_DAYS_MAX - 1, CODE_OK},
            {"longer than that",     "",       "",    false, false, DIRECTORY_TERMS_DAYS_MAX + 2,
             E_TTL                                                                                       },
    };
    struct world *world = *state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct terms terms = {.v = 1,
                .a = "house-a",
                .b = "house-b",
                .a_secrecy_bound = rows[i].a_bound,
                .b_secrecy_bound = rows[i].b_bound,
                .a_reason = rows[i].a_reason,
                .b_reason = rows[i].b_reason,
                .until_day = (uint32_t)(today() + rows[i].days)};
        const struct span packed = pack(world, &WIRE_TERMS, &terms);
        const struct partnership now = {.partner = "house-b", .terms = packed};
        const struct partnership later = {.partner = "house-b",
                .terms = terms_of(world, 10),
                .proposed = packed};
        print_message("# %s\n", rows[i].name);
        assert_int_equal(say(world, 'a', 10 * i + 1, &now, false), rows[i].code);
        assert_int_equal(say(world, 'a', 10 * i + 2, &later, false), rows[i].code);
    }
    const struct partnership garbage = {.partner = "house-b",
            .terms = terms_of(world, 10),
            .proposed = span_text("garbage")};
    assert_int_not_equal(say(world, 'a', 90, &garbage, false), CODE_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            IN_WORLD(the_terms_that_both_name_hold),
            IN_WORLD(terms_that_contradict_themselves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

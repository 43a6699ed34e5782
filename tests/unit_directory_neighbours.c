/* unit_directory_neighbours.c - asks, claims, campaigns, barriers, advice: what they
 * may say, how long, how many, and what a shop may not. */
#include "tests/small_network.h"

#define ID                                                                             \
    {                                                                                  \
        {                                                                              \
            1                                                                          \
        }                                                                              \
    }
#define HASH                                                                           \
    {                                                                                  \
        {                                                                              \
            1                                                                          \
        }                                                                              \
    }
static const char *const PLACES[] = {"21004A01-"};
static const char *const NOWHERE[] = {"2100"};
static const char *const HOUSES[] = {"house-b"};
static const char *const NOBODY[] = {"No Partner"};
static const char *const BARRIERS[] = {"house-b/3"};
static const char *const NO_BARRIERS[] = {"house-b"};
static const uint16_t EVERYBODY[] = {AUDIENCE_EVERYBODY};

#define ASK(...)                                                                       \
    &(const struct ask)                                                                \
    {                                                                                  \
        .ask_id = ID, .state = ASK_STATE_OPEN, .need = NEED_CATEGORY_ODD_JOBS_HOME,    \
        .area = "21004", .text = "Who can mend a tap?", __VA_ARGS__                    \
    }
#define CLAIM(...)                                                                     \
    &(const struct ask_claim)                                                          \
    {                                                                                  \
        .ask_id = ID, __VA_ARGS__                                                      \
    }
#define CAMPAIGN(...)                                                                  \
    &(const struct campaign)                                                           \
    {                                                                                  \
        .title = "Hot days", .text = "Drink enough.", .audiences = EVERYBODY,          \
        .n_audiences = 1, __VA_ARGS__                                                  \
    }
#define BARRIER(...)                                                                   \
    &(const struct barrier)                                                            \
    {                                                                                  \
        .barrier = BARRIER_DIGITAL_ONLY, .need = NEED_CATEGORY_ADMIN_HELP, __VA_ARGS__ \
    }
#define ADVICE(...)                                                                    \
    &(const struct advice)                                                             \
    {                                                                                  \
        .advice_id = ID, .title = "A counter", .text = "Open a counter again.",        \
        .partners = HOUSES, .n_partners = 1, __VA_ARGS__                               \
    }
#define ANSWER(...)                                                                    \
    &(const struct advice_answer)                                                      \
    {                                                                                  \
        .advice_id = ID, .answer = ADVICE_ANSWER_STUDIED, __VA_ARGS__                  \
    }
#define EVIDENCE(...)                                                                  \
    &(const struct report_snapshot)                                                    \
    {                                                                                  \
        .report = REPORT_KIND_AREA, .from_day = 1, .until_day = 2, .sha256 = HASH,     \
        __VA_ARGS__                                                                    \
    }
#define NUMBERS(label, count)                                                          \
    .labels = (const char *const[]){label}, .n_labels = 1,                             \
    .counts = (const uint64_t[]){count}, .n_counts = 1

static struct statement said_by(const char *author, enum statement_kind kind,
        const char *subject)
{
    return (struct statement){.v = 1,
            .author = author,
            .kind = kind,
            .subject = subject,
            .version = 1,
            .issued_ms = (uint64_t)SMALL_NOW,
            .until_ms = (uint64_t)(SMALL_NOW + 30 * SMALL_DAY)};
}

static enum code feed(struct world *world, const struct statement *statement)
{
    struct err err = {0};
    enum directory_news news;
    struct span body;
    struct arena *arena = &world->net.arena;
    size_t used = arena->used;
    if (!wire_put_arena(&WIRE_STATEMENT, statement, arena, &body, &err))
        fail_msg("%s", err.msg);
    bool ok = directory_feed(world->net.directory, KIND_STATEMENT, statement->author,
            body, body, SMALL_NOW, &news, &err);
    arena_reset(arena, used);
    return ok ? CODE_OK : err.code;
}

/* --- what they may say --- */

struct row {
    const char *what;
    const char *subject;
    enum code code;
    const struct ask *ask;
    const struct ask_claim *claim;
    const struct campaign *campaign;
    const struct barrier *barrier;
    const struct advice *advice;
    const struct advice_answer *answer;
};

/* clang-format off */
static const struct row ROWS[] = {
        {"an ask", "1", CODE_OK, .ask = ASK(.language = "nl")},
        {"an ask without a number", "", E_FORMAT, .ask = ASK(.language = "")},
        {"an ask with a nought in front", "01", E_FORMAT, .ask = ASK(.language = "")},
        {"an ask of a word", "one", E_FORMAT, .ask = ASK(.language = "")},
        {"an ask of ten digits", "1234567890", E_FORMAT, .ask = ASK(.language = "")},
        {"an ask without a state", "1", E_FORMAT, .ask = &(const struct ask){.ask_id = ID, .need = 1, .area = "21004", .text = "x"}},
        {"an ask without a need", "1", E_FIELD, .ask = &(const struct ask){.ask_id = ID, .state = ASK_STATE_OPEN, .area = "21004", .text = "x"}},
        {"an ask without words", "1", E_FIELD, .ask = &(const struct ask){.ask_id = ID, .state = ASK_STATE_OPEN, .need = 1, .area = "21004"}},
        {"an ask nowhere", "1", E_FIELD, .ask = &(const struct ask){.ask_id = ID, .state = ASK_STATE_OPEN, .need = 1, .area = "", .text = "x"}},
        {"an open ask that somebody has", "1", E_FIELD, .ask = ASK(.taken_by = "house-b")},
        {"an ask that is done", "1", CODE_OK, .ask = &(const struct ask){.ask_id = ID, .state = ASK_STATE_DONE, .taken_by = "house-b", .taken_for = "antenna"}},
        {"an ask that is done, with words", "1", E_FIELD, .ask = &(const struct ask){.ask_id = ID, .state = ASK_STATE_DONE, .text = "x"}},
        {"a taken ask", "1", CODE_OK, .ask = &(const struct ask){.ask_id = ID, .state = ASK_STATE_TAKEN, .need = 1, .area = "21004", .text = "x", .taken_by = "house-b"}},
        {"a taken ask that nobody has", "1", E_FIELD, .ask = &(const struct ask){.ask_id = ID, .state = ASK_STATE_TAKEN, .need = 1, .area = "21004", .text = "x"}},
        {"an antenna of nobody", "1", E_FIELD, .ask = &(const struct ask){.ask_id = ID, .state = ASK_STATE_DONE, .taken_for = "antenna"}},

        {"a national number", "1", E_NISS, .ask = &(const struct ask){.ask_id = ID, .state = ASK_STATE_OPEN, .need = 1, .area = "21004", .text = "85.07.30-033.28"}},
        {"a telephone number", "1", E_IDENTIFIES, .ask = &(const struct ask){.ask_id = ID, .state = ASK_STATE_OPEN, .need = 1, .area = "21004", .text = "Bel 0471 23 45 67"}},
        {"an e-mail address", "1", E_IDENTIFIES, .ask = &(const struct ask){.ask_id = ID, .state = ASK_STATE_OPEN, .need = 1, .area = "21004", .text = "jan@voorbeeld.be"}},
        {"a street with a number", "1", E_IDENTIFIES, .ask = &(const struct ask){.ask_id = ID, .state = ASK_STATE_OPEN, .need = 1, .area = "21004", .text = "rue Haute 12"}},
        {"what is only perhaps a name", "1", CODE_OK, .ask = &(const struct ask){.ask_id = ID, .state = ASK_STATE_OPEN, .need = 1, .area = "21004", .text = "bij Jan Peeters"}},

        {"a claim", "house-b/1", CODE_OK, .claim = CLAIM(.done = true)},
        {"a claim for an antenna", "house-b/1", CODE_OK, .claim = CLAIM(.antenna = "antenna")},
        {"a claim for no antenna", "house-b/1", E_FIELD, .claim = CLAIM(.antenna = "An Antenna")},
        {"a claim of a number alone", "1", E_FORMAT, .claim = CLAIM(.done = false)},
        {"a claim of no number", "house-b/", E_FORMAT, .claim = CLAIM(.done = false)},
        {"a claim of no partner", "/1", E_FORMAT, .claim = CLAIM(.done = false)},
        {"a claim of too long a partner", "house-b-that-has-a-name-longer-than-forty-letters/1", E_FORMAT, .claim = CLAIM(.done = false)},

        {"a campaign", "1", CODE_OK, .campaign = CAMPAIGN(.areas = PLACES, .n_areas = 1, .contact = "02 123 45 67, Kerkstraat 12")},
        {"a campaign with a person's number", "1", E_NISS, .campaign = CAMPAIGN(.contact = "85073003328")},
        {"a campaign to nobody", "1", E_FIELD, .campaign = &(const struct campaign){.title = "x", .text = "x"}},
        {"a campaign without a title", "1", E_FIELD, .campaign = &(const struct campaign){.text = "x", .audiences = EVERYBODY, .n_audiences = 1}},
        {"a campaign nowhere", "1", E_FIELD, .campaign = CAMPAIGN(.areas = NOWHERE, .n_areas = 1)},
        {"a campaign from no day", "1", E_FIELD, .campaign = CAMPAIGN(.from_day = UINT32_MAX)},
        {"a campaign about one", "1", E_IDENTIFIES, .campaign = &(const struct campaign){.title = "+32 471 23 45 67", .text = "x", .audiences = EVERYBODY, .n_audiences = 1}},

        {"a barrier", "1", CODE_OK, .barrier = BARRIER(.text = "Only on a website.")},
        {"a barrier of no kind", "1", E_FIELD, .barrier = &(const struct barrier){.need = 1}},
        {"a barrier to nothing", "1", E_FIELD, .barrier = &(const struct barrier){.barrier = 1}},
        {"a barrier nowhere", "1", E_FIELD, .barrier = BARRIER(.areas = NOWHERE, .n_areas = 1)},
        {"a barrier about one", "1", E_IDENTIFIES, .barrier = BARRIER(.text = "Kerkstraat 12")},
        {"evidence", "1", CODE_OK, .barrier = BARRIER(.evidence = EVIDENCE(NUMBERS("signals", 5)))},
        {"evidence of none", "1", CODE_OK, .barrier = BARRIER(.evidence = EVIDENCE(NUMBERS("signals", 0)))},
        {"evidence of four", "1", E_FIELD, .barrier = BARRIER(.evidence = EVIDENCE(NUMBERS("signals", 4)))},
        {"evidence of nothing", "1", E_FIELD, .barrier = BARRIER(.evidence = EVIDENCE(NUMBERS("", 5)))},
        {"evidence of no label", "1", E_FIELD, .barrier = BARRIER(.evidence = EVIDENCE(.counts = (const uint64_t[]){5}, .n_counts = 1))},
        {"evidence about one", "1", E_IDENTIFIES, .barrier = BARRIER(.evidence = EVIDENCE(NUMBERS("Kerkstraat 12", 5)))},
        {"evidence of no report", "1", E_FIELD, .barrier = BARRIER(.evidence = &(const struct report_snapshot){.sha256 = HASH})},
        {"evidence of no days", "1", E_FIELD, .barrier = BARRIER(.evidence = &(const struct report_snapshot){.report = REPORT_KIND_AREA, .sha256 = HASH, .from_day = 2, .until_day = 1})},

        {"advice", "1", CODE_OK, .advice = ADVICE(.barriers = BARRIERS, .n_barriers = 1)},
        {"advice to nobody", "1", E_FIELD, .advice = &(const struct advice){.advice_id = ID, .title = "x", .text = "x"}},
        {"advice to no partner", "1", E_FIELD, .advice = &(const struct advice){.advice_id = ID, .title = "x", .text = "x", .partners = NOBODY, .n_partners = 1}},
        {"advice about no barrier", "1", E_FIELD, .advice = ADVICE(.barriers = NO_BARRIERS, .n_barriers = 1)},
        {"advice nowhere", "1", E_FIELD, .advice = ADVICE(.areas = NOWHERE, .n_areas = 1)},
        {"advice for no day", "1", E_FIELD, .advice = ADVICE(.answer_by_day = UINT32_MAX)},
        {"advice about one", "1", E_IDENTIFIES, .advice = &(const struct advice){.advice_id = ID, .title = "x", .text = "12, rue de la Loi", .partners = HOUSES, .n_partners = 1}},
        {"an answer", "house-b/1", CODE_OK, .answer = ANSWER(.text = "Next year.")},
        {"an answer that says nothing", "house-b/1", E_FIELD, .answer = &(const struct advice_answer){.advice_id = ID}},
        {"an answer about one", "house-b/1", E_IDENTIFIES, .answer = ANSWER(.text = "jan@voorbeeld.be")},
        {"an answer to a number alone", "1", E_FORMAT, .answer = ANSWER(.text = "")},
};
/* clang-format on */

static struct statement of_row(const struct row *row)
{
    enum statement_kind kind = row->ask != NULL        ? STATEMENT_KIND_ASK
                               : row->claim != NULL    ? STATEMENT_KIND_ASK_CLAIM
                               : row->campaign != NULL ? STATEMENT_KIND_CAMPAIGN
                               : row->barrier != NULL  ? STATEMENT_KIND_BARRIER
                               : row->advice != NULL   ? STATEMENT_KIND_ADVICE
                                                       : STATEMENT_KIND_ADVICE_ANSWER;
    struct statement said = said_by("house-a", kind, row->subject);
    said.ask = row->ask;
    said.ask_claim = row->claim;
    said.campaign = row->campaign;
    said.barrier = row->barrier;
    said.advice = row->advice;
    said.advice_answer = row->answer;
    return said;
}

static void what_they_may_say(void **state)
{
    struct world *world = *state;
    int faults = 0;
    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        struct statement said = of_row(&ROWS[i]);
        said.version = i + 1;
        said.issued_ms += i;
        enum code code = feed(world, &said);
        if (code == ROWS[i].code)
            continue;
        faults++;
        print_error("%s: %s, and not %s\n", ROWS[i].what, code_name(code),
                code_name(ROWS[i].code));
    }
    assert_int_equal(faults, 0);
}

static void each_kind_has_its_days(void **state)
{
    struct world *world = *state;
    static const struct {
        const char *what;
        int days;
    } LONGEST[] = {
            {"an ask",     DIRECTORY_ASK_DAYS_MAX     },
            {"a claim",    DIRECTORY_ASK_DAYS_MAX     },
            {"a campaign", DIRECTORY_CAMPAIGN_DAYS_MAX},
            {"a barrier",  DIRECTORY_BARRIER_DAYS_MAX },
            {"advice",     DIRECTORY_ADVICE_DAYS_MAX  },
            {"an answer",  DIRECTORY_ADVICE_DAYS_MAX  },
    };
    for (size_t i = 0; i < COUNT_OF(LONGEST); i++)
        for (size_t k = 0; k < COUNT_OF(ROWS); k++) {
            if (strcmp(ROWS[k].what, LONGEST[i].what) != 0)
                continue;
            struct statement said = of_row(&ROWS[k]);
            uint64_t longest_ms = (uint64_t)LONGEST[i].days * TIME_DAY_MS;
            said.until_ms = said.issued_ms + longest_ms + 1;
            assert_int_equal(feed(world, &said), E_TTL);
            said.until_ms--;
            assert_int_equal(feed(world, &said), CODE_OK);
        }
}

/* --- how many, and whose --- */

static struct statement ask_number(uint32_t number, char subject[16])
{
    static const struct ask ask = {.ask_id = ID,
            .state = ASK_STATE_OPEN,
            .need = NEED_CATEGORY_ODD_JOBS_HOME,
            .area = "21004",
            .text = "Who can mend a tap?"};
    snprintf(subject, 16, "%u", (unsigned)number);
    struct statement said = said_by("house-a", STATEMENT_KIND_ASK, subject);
    said.ask = &ask;
    /* A few days apart: there are only so many new ones a day. */
    said.issued_ms -= (uint64_t)(number % 3) * TIME_DAY_MS;
    return said;
}

static void one_author_has_a_hundred_of_a_kind(void **state)
{
    struct world *world = *state;
    char subject[16];
    for (uint32_t i = 1; i <= DIRECTORY_OF_KIND_MAX; i++) {
        struct statement said = ask_number(i, subject);
        assert_int_equal(feed(world, &said), CODE_OK);
    }
    struct statement more = ask_number(DIRECTORY_OF_KIND_MAX + 1, subject);
    assert_int_equal(feed(world, &more), E_BUSY);
    /* Another kind is not in the way of this one, and what has ended neither. */
    struct statement barrier = said_by("house-a", STATEMENT_KIND_BARRIER, "1");
    barrier.barrier = BARRIER(.text = "");
    assert_int_equal(feed(world, &barrier), CODE_OK);
    struct statement end = said_by("house-a", STATEMENT_KIND_ASK, "7");
    end.version = 2;
    end.ended = true;
    assert_int_equal(feed(world, &end), CODE_OK);
    assert_int_equal(feed(world, &more), CODE_OK);
}

static void a_shop_can_only_alert(void **state)
{
    struct world *world = *state;
    char subject[16];
    struct statement ask = ask_number(1, subject);
    assert_int_equal(feed(world, &ask), CODE_OK);
    struct membership membership = small_membership(&world->a, 2);
    membership.partner_type = PARTNER_TYPE_SHOP;
    small_take(&world->net, KIND_MEMBERSHIP,
            small_steward_signs(&world->net, KIND_MEMBERSHIP, &WIRE_MEMBERSHIP,
                    &membership));
    ask.version = 2;
    ask.issued_ms += 1;
    assert_int_equal(feed(world, &ask), E_ALERT);
    struct statement claim = said_by("house-a", STATEMENT_KIND_ASK_CLAIM, "house-b/1");
    claim.ask_claim = CLAIM(.done = false);
    assert_int_equal(feed(world, &claim), E_ALERT);
    struct statement barrier = said_by("house-a", STATEMENT_KIND_BARRIER, "1");
    barrier.barrier = BARRIER(.text = "");
    assert_int_equal(feed(world, &barrier), E_ALERT);
    struct statement campaign = said_by("house-a", STATEMENT_KIND_CAMPAIGN, "1");
    campaign.campaign = CAMPAIGN(.from_day = 0);
    assert_int_equal(feed(world, &campaign), CODE_OK);
    /* Every kind there is, and those of tomorrow. */
    const struct member shop = {.partner_type = PARTNER_TYPE_SHOP};
    const struct member house = {.partner_type = PARTNER_TYPE_NEIGHBOURHOUSE};
    for (int kind = 1; kind < 32; kind++) {
        bool may = kind == STATEMENT_KIND_EPOCH_KEYS || kind == STATEMENT_KIND_INTAKE ||
                   kind == STATEMENT_KIND_PARTNERSHIP ||
                   kind == STATEMENT_KIND_ABSENCE || kind == STATEMENT_KIND_CAMPAIGN;
        assert_int_equal(directory_may_say(&shop, (enum statement_kind)kind), may);
        assert_true(directory_may_say(&house, (enum statement_kind)kind));
    }
    /* What it said before it may take back. */
    struct statement end = said_by("house-a", STATEMENT_KIND_ASK, "1");
    end.version = 3;
    end.ended = true;
    assert_int_equal(feed(world, &end), CODE_OK);
}

static void a_reference_names_a_partner_and_a_number(void **state)
{
    (void)state;
    static const char *const right[] = {"house-b/1", "a1/999999999"};
    static const char *const wrong[] = {"", "/", "house-b", "house-b/", "/1",
            "house-b/0", "house-b/01", "house-b/1234567890", "house-b/1/2", "House/1",
            "house-b/x"};
    for (size_t i = 0; i < COUNT_OF(right); i++)
        assert_true(directory_reference_ok(right[i]));
    for (size_t i = 0; i < COUNT_OF(wrong); i++)
        assert_false(directory_reference_ok(wrong[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            IN_WORLD(what_they_may_say),
            IN_WORLD(each_kind_has_its_days),
            IN_WORLD(one_author_has_a_hundred_of_a_kind),
            IN_WORLD(a_shop_can_only_alert),
            IN_WORLD(a_reference_names_a_partner_and_a_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

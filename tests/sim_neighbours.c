/* sim_neighbours.c - asks among neighbours from posting to done, with one claim that
 * wins; from a referral to an ask and back; campaigns, barriers, advice and its
 * answers; what a shop may not; and that no text leads to one person, at the broker
 * too. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/time.h"
#include "core/vocab.h"
#include "tests/evil_node.h"
#include "tests/peek.h"
#include "tests/world.h"

#define HOME    "thuiszorg"
#define HOUSE   "chambry"
#define CENTRE  "aksant"
#define HELPER  "noord" /* supports ANTENNA */
#define ANTENNA "antenne"
#define SHOP    "winkel"
#define NEED    NEED_CATEGORY_ODD_JOBS_HOME

static struct test_network founded; /* with a shop; the usual one has an antenna */

static int found(void **state)
{
    static const struct network_partner partners[] = {
            {HOME,       PARTNER_TYPE_HOMECARE      },
            {CENTRE,     PARTNER_TYPE_LDC           },
            {HOUSE,      PARTNER_TYPE_NEIGHBOURHOUSE},
            {"meldpunt", PARTNER_TYPE_MELDPUNT      },
            {SHOP,       PARTNER_TYPE_SHOP          },
            {HELPER,     PARTNER_TYPE_LDC           },
    };
    world_found_with(&founded, partners, COUNT_OF(partners));
    return world_setup(state);
}

static int forget(void **state)
{
    network_forget(&founded);
    return world_teardown(state);
}

static void begin(uint64_t seed)
{
    world_begin(seed, &founded, HOME);
}

static uint32_t today(void)
{
    return (uint32_t)time_brussels_day(sim_now());
}

/* clang-format off */
#define POST(...)     {.ask_post = &(const struct post_ask){.need = NEED, .area = "21004", __VA_ARGS__}}
#define CLAIM(...)    {.ask_claim = &(const struct claim_ask){__VA_ARGS__}}
#define END(...)      {.ask_end = &(const struct end_ask){__VA_ARGS__}}
#define LIST(...)     {.neighbours = &(const struct list_neighbours){__VA_ARGS__}}
#define CAMPAIGN(...) {.campaign = &(const struct set_campaign){__VA_ARGS__}}
#define BARRIER(...)  {.barrier = &(const struct set_barrier){__VA_ARGS__}}
#define ADVICE(...)   {.advice = &(const struct set_advice){__VA_ARGS__}}
#define ANSWER(...)   {.advice_answer = &(const struct answer_advice){__VA_ARGS__}}
/* clang-format on */

static void must(const char *who, struct request request)
{
    (void)world_must(who, &request, "");
}

static void refused(const char *who, struct request request, const char *code)
{
    (void)world_must(who, &request, code);
}

/* There is none. */
static const struct ask NO_ASK = {.text = "", .taken_by = "", .taken_for = ""};
static const struct neighbour_line NO_LINE = {.claimed_by = ""};

/* The only line of a list. */
static const struct neighbour_line *line_of(const char *who, enum statement_kind kind,
        const char *which, bool all)
{
    struct request request = LIST(.kind = kind, .which = which, .all = all);
    const struct reply *reply = world_ask(who, &request);
    if (strcmp(reply->code, "E_NOT_FOUND") == 0)
        return &NO_LINE;
    assert_string_equal(reply->code, "");
    assert_int_equal(reply->neighbours->n_lines, 1);
    return &reply->neighbours->lines[0];
}

static const struct ask *ask_of(const char *who, const char *which)
{
    const struct neighbour_line *line = line_of(who, STATEMENT_KIND_ASK, which, true);
    return line->ask == NULL ? &NO_ASK : line->ask;
}

/* Everybody sees the same state, and the same partner. */
static void all_see(const char *which, uint16_t state, const char *taken_by)
{
    static const char *const all[] = {HOME, CENTRE, HOUSE, HELPER};
    for (size_t i = 0; i < COUNT_OF(all); i++) {
        if (!world_is_up(all[i]))
            continue;
        const struct ask *ask = ask_of(all[i], which);
        if (ask->state != state || strcmp(ask->taken_by, taken_by) != 0)
            fail_msg("%s sees %s: %s, %s", all[i], which,
                    vocab_code(VOCAB_ASK_STATE, ask->state), ask->taken_by);
    }
}

/* --- asks --- */

static void one_claim_wins_and_everybody_sees_which(void **state)
{
    (void)state;
    world_fresh(1);
    must(HOUSE, (struct request)POST(.text = "Who can mend a tap?"));
    world_quiet();
    all_see("chambry/1", ASK_STATE_OPEN, "");
    assert_string_equal(ask_of(CENTRE, "chambry/1")->text, "Who can mend a tap?");
    /* Both at once: neither can have heard of the other. */
    sim_unplug(HELPER, true);
    sim_unplug(CENTRE, true);
    must(HELPER, (struct request)CLAIM(.ask = "chambry/1", .antenna = ANTENNA));
    must(CENTRE, (struct request)CLAIM(.ask = "chambry/1"));
    sim_unplug(HELPER, false);
    sim_unplug(CENTRE, false);
    world_pass(5 * TIME_MINUTE_MS);
    world_quiet();
    const char *winner = ask_of(HOME, "chambry/1")->taken_by;
    assert_true(strcmp(winner, HELPER) == 0 || strcmp(winner, CENTRE) == 0);
    bool helper = strcmp(winner, HELPER) == 0;
    const char *first = helper ? HELPER : CENTRE;
    const char *second = helper ? CENTRE : HELPER;
    all_see("chambry/1", ASK_STATE_TAKEN, first);
    assert_string_equal(ask_of(HOME, "chambry/1")->taken_for, helper ? ANTENNA : "");
    assert_true(line_of(first, STATEMENT_KIND_ASK, "chambry/1", false)->for_us);
    assert_false(line_of(second, STATEMENT_KIND_ASK, "chambry/1", false)->for_us);
    assert_int_equal(world_status(first)->asks_taken, 1);
    assert_int_equal(world_status(second)->asks_taken, 0);
    refused(second, (struct request)CLAIM(.ask = "chambry/1"), "E_CONFLICT");
    refused(second, (struct request)CLAIM(.ask = "chambry/1", .done = true),
            "E_NOT_FOUND");
    /* Given back, it is open, and nobody has it: the other's claim is gone. */
    must(first, (struct request)CLAIM(.ask = "chambry/1", .release = true));
    world_quiet();
    all_see("chambry/1", ASK_STATE_OPEN, "");
    must(second, (struct request)CLAIM(.ask = "chambry/1"));
    world_quiet();
    all_see("chambry/1", ASK_STATE_TAKEN, second);
    must(second, (struct request)CLAIM(.ask = "chambry/1", .done = true));
    world_quiet();
    all_see("chambry/1", ASK_STATE_DONE, second);
    assert_int_equal(world_status(second)->asks_taken, 0);
    /* What was asked is read no more, and stands in no list of what is open. */
    assert_string_equal(ask_of(HOME, "chambry/1")->text, "");
    struct request list = LIST(.kind = STATEMENT_KIND_ASK);
    assert_int_equal(world_must(HOME, &list, "")->neighbours->n_lines, 0);
    world_end();
}

/* Whoever asks decides once: a claim that was made earlier and comes later changes
 * nothing. */
static void a_claim_that_comes_late_does_not_take_it_away(void **state)
{
    (void)state;
    begin(2);
    must(HOUSE, (struct request)POST(.text = "Who can mend a tap?"));
    world_quiet();
    sim_unplug(CENTRE, true);
    must(CENTRE, (struct request)CLAIM(.ask = "chambry/1"));
    world_pass(TIME_MINUTE_MS);
    must(HELPER, (struct request)CLAIM(.ask = "chambry/1"));
    world_pass(TIME_MINUTE_MS);
    assert_string_equal(ask_of(HOUSE, "chambry/1")->taken_by, HELPER);
    sim_unplug(CENTRE, false);
    world_quiet();
    world_pass(2 * TIME_HOUR_MS);
    all_see("chambry/1", ASK_STATE_TAKEN, HELPER);
    /* Its claim was let go: when the ask is open again, it has to say so anew. */
    must(HELPER, (struct request)CLAIM(.ask = "chambry/1", .release = true));
    world_quiet();
    all_see("chambry/1", ASK_STATE_OPEN, "");
    world_end();
}

/* The node that decides dies with the claim on its disk: after its start it decides. */
static void who_asks_may_die_in_between(void **state)
{
    (void)state;
    begin(3);
    must(HOUSE, (struct request)POST(.text = "Who can mend a tap?"));
    world_quiet();
    must(CENTRE, (struct request)CLAIM(.ask = "chambry/1"));
    world_crash(HOUSE);
    world_pass(TIME_MINUTE_MS);
    assert_int_equal(ask_of(CENTRE, "chambry/1")->state, ASK_STATE_OPEN);
    assert_string_equal(line_of(HOME, STATEMENT_KIND_ASK, "chambry/1", false)
                                ->claimed_by,
            CENTRE);
    world_start(HOUSE);
    world_quiet();
    world_pass(TIME_MINUTE_MS);
    all_see("chambry/1", ASK_STATE_TAKEN, CENTRE);
    must(HOUSE, (struct request)END(.number = 1, .done = true));
    world_quiet();
    all_see("chambry/1", ASK_STATE_DONE, CENTRE);
    /* The next has a number of its own. */
    must(HOUSE, (struct request)POST(.text = "Who can water plants?"));
    must(HOUSE, (struct request)END(.number = 2));
    world_quiet();
    assert_int_equal(ask_of(HOME, "chambry/2")->state, 0);
    refused(HOUSE, (struct request)END(.number = 2), "E_NOT_FOUND");
    world_end();
}

/* A partner that is put out of the network has nothing any more. */
static void who_is_put_out_gives_back(void **state)
{
    (void)state;
    begin(4);
    must(HOUSE, (struct request)POST(.text = "Who can mend a tap?"));
    world_quiet();
    must(CENTRE, (struct request)CLAIM(.ask = "chambry/1"));
    world_quiet();
    all_see("chambry/1", ASK_STATE_TAKEN, CENTRE);
    world_revoke(CENTRE, NETWORK_BROKER);
    world_pass(2 * TIME_HOUR_MS);
    assert_int_equal(ask_of(HOME, "chambry/1")->state, ASK_STATE_OPEN);
    world_end();
}

/* --- what is refused --- */

struct row {
    const char *what;
    const char *who;
    const char *code;
    const char *field;
    struct request request;
};

static void walk(const struct row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct request request = rows[i].request;
        world_pass(TIME_SECOND_MS);
        const struct reply *reply = world_ask(rows[i].who, &request);
        const char *field = reply->n_issues > 0 ? reply->issues[0].field : "";
        if (strcmp(reply->code, rows[i].code) != 0 || strcmp(field, rows[i].field) != 0)
            fail_msg("%s: \"%s\" %s, not \"%s\" %s (%s)", rows[i].what, reply->code,
                    field, rows[i].code, rows[i].field, reply->sentence);
    }
}

/* Longer than what is repeated of a text, in characters of two bytes. */
#define LONG                                                                           \
    "éééééééééééééééééééé"                                         \
    "éééééééééééééééééééé"                                         \
    "éééééééééééééééééééé"
static const uint16_t EVERYBODY[] = {AUDIENCE_EVERYBODY};
static const char *const NOWHERE[] = {"2100"};
static const char *const TO_HOUSE[] = {HOUSE};
static const char *const NOBODY[] = {"nobody"};

static void each_request_is_taken_or_refused_with_its_field(void **state)
{
    (void)state;
    begin(5);
    const uint32_t on = today();
    static const struct campaign campaign = {.title = "Hot days",
            .text = "Drink enough.",
            .audiences = EVERYBODY,
            .n_audiences = 1};
    static const struct campaign to_nobody = {.title = "Hot days", .text = "Drink."};
    static const struct campaign about_one = {.title = "Hot days",
            .text = "Bel mevrouw Peeters op 0471 23 45 67.",
            .audiences = EVERYBODY,
            .n_audiences = 1};
    static const struct barrier barrier = {.barrier = BARRIER_DIGITAL_ONLY,
            .need = NEED_CATEGORY_ADMIN_HELP,
            .text = "Only on a website."};
    static const struct barrier nowhere = {.barrier = BARRIER_DIGITAL_ONLY,
            .need = NEED_CATEGORY_ADMIN_HELP,
            .areas = NOWHERE,
            .n_areas = 1};
    static const struct barrier of_nothing = {.barrier = BARRIER_DIGITAL_ONLY};
    static const char *const signals[] = {"signals"};
    static const uint64_t four[] = {4};
    static const struct report_snapshot few = {.report = REPORT_KIND_AREA,
            .sha256 = {{1}},
            .labels = signals,
            .n_labels = 1,
            .counts = four,
            .n_counts = 1};
    static const struct barrier of_few = {.barrier = BARRIER_DIGITAL_ONLY,
            .need = NEED_CATEGORY_ADMIN_HELP,
            .evidence = &few};
    static const struct advice advice = {.advice_id = {{1}},
            .title = "A counter",
            .text = "Open a counter again.",
            .partners = TO_HOUSE,
            .n_partners = 1};
    static const struct advice to_none = {.advice_id = {{1}},
            .title = "A counter",
            .text = "Open a counter again."};
    static const struct advice to_stranger = {.advice_id = {{1}},
            .title = "A counter",
            .text = "Open a counter again.",
            .partners = NOBODY,
            .n_partners = 1};
    /* clang-format off */
    const struct row ROWS[] = {
            {"an ask", HOUSE, "", "", POST(.text = "Who can mend a tap?", .until_day = on + 90)},
            {"an ask of today", HOUSE, "", "", POST(.text = "Who can mend a tap?", .until_day = on)},
            {"an ask for too long", HOUSE, "E_TTL", "until_day", POST(.text = "x", .until_day = on + 91)},
            {"an ask of yesterday", HOUSE, "E_TTL", "until_day", POST(.text = "x", .until_day = on - 1)},
            {"an ask at no time", HOUSE, "E_TTL", "until_day", POST(.text = "x", .until_day = UINT32_MAX)},
            {"an ask of nothing", HOUSE, "E_FIELD", "text", POST(.text = "")},
            {"an ask nowhere", HOUSE, "E_FIELD", "area", {.ask_post = &(const struct post_ask){.need = NEED, .text = "x"}}},
            {"an ask for nothing", HOUSE, "E_FIELD", "need", {.ask_post = &(const struct post_ask){.area = "21004", .text = "x"}}},
            {"a national number", HOUSE, "E_NISS", "text", POST(.text = "85.07.30-033.28", .sure = true)},
            {"a telephone number", HOUSE, "E_IDENTIFIES", "text", POST(.text = "Bel 0471 23 45 67", .sure = true)},
            {"an e-mail address", HOUSE, "E_IDENTIFIES", "text", POST(.text = "jan@voorbeeld.be", .sure = true)},
            {"a street with its number", HOUSE, "E_IDENTIFIES", "text", POST(.text = "rue Haute 12", .sure = true)},
            {"perhaps a name", HOUSE, "E_UNSURE", "text", POST(.text = "Voor mevrouw Peeters")},
            {"perhaps a long name", HOUSE, "E_UNSURE", "text", POST(.text = "Voor mevrouw P" LONG)},
            {"a long e-mail address", HOUSE, "E_IDENTIFIES", "text", POST(.text = "Mail naar " LONG "@voorbeeld.be")},
            {"another of them", HOUSE, "E_IDENTIFIES", "text", POST(.text = "Mail naar j" LONG "@voorbeeld.be")},
            {"perhaps a name, and sure", HOUSE, "", "", POST(.text = "Voor mevrouw Peeters", .sure = true)},
            {"a shop asks", SHOP, "E_ALERT", "", POST(.text = "x")},
            {"a shop claims", SHOP, "E_ALERT", "", CLAIM(.ask = "chambry/1")},
            {"a claim of our own", HOUSE, "E_FIELD", "ask", CLAIM(.ask = "chambry/1")},
            {"a claim of no form", CENTRE, "E_FIELD", "ask", CLAIM(.ask = "chambry")},
            {"a claim of nothing", CENTRE, "E_NOT_FOUND", "ask", CLAIM(.ask = "chambry/99")},
            {"a claim for an antenna of another", CENTRE, "E_NOT_FOUND", "antenna", CLAIM(.ask = "chambry/1", .antenna = ANTENNA)},
            {"giving back what we do not have", CENTRE, "E_NOT_FOUND", "ask", CLAIM(.ask = "chambry/1", .release = true)},
            {"the end of nothing", CENTRE, "E_NOT_FOUND", "number", END(.number = 1)},
            {"nothing done", CENTRE, "E_NOT_FOUND", "number", END(.number = 1, .done = true)},
            {"an ask from no case", HOUSE, "E_CONSENT_NONE", "consent_number", POST(.text = "x", .from_case = 1)},

            {"a campaign", CENTRE, "", "", CAMPAIGN(.says = &campaign, .until_day = on + 30)},
            {"a campaign of a shop", SHOP, "", "", CAMPAIGN(.says = &campaign)},
            {"a campaign for too long", CENTRE, "E_TTL", "until_day", CAMPAIGN(.says = &campaign, .until_day = on + 366)},
            {"a campaign that says nothing", CENTRE, "E_FIELD", "says", CAMPAIGN(.says = NULL)},
            {"a campaign to nobody", CENTRE, "E_FIELD", "says.audiences", CAMPAIGN(.says = &to_nobody)},
            {"a campaign about one", CENTRE, "E_IDENTIFIES", "says.text", CAMPAIGN(.says = &about_one, .sure = true)},
            {"its end", CENTRE, "", "", CAMPAIGN(.says = NULL, .number = 1)},
            {"and again", CENTRE, "E_NOT_FOUND", "number", CAMPAIGN(.says = NULL, .number = 1)},

            {"a barrier", CENTRE, "", "", BARRIER(.says = &barrier)},
            {"a barrier of nothing", CENTRE, "E_FIELD", "says.barrier", BARRIER(.says = NULL)},
            {"a barrier to nothing", CENTRE, "E_FIELD", "says.need", BARRIER(.says = &of_nothing)},
            {"a barrier nowhere", CENTRE, "E_FIELD", "says.areas", BARRIER(.says = &nowhere)},
            {"a barrier of a few", CENTRE, "E_FIELD", "says.evidence.counts", BARRIER(.says = &of_few)},
            {"a barrier for too long", CENTRE, "E_TTL", "until_day", BARRIER(.says = &barrier, .until_day = on + 366)},

            {"advice", CENTRE, "", "", ADVICE(.says = &advice)},
            {"advice to none", CENTRE, "E_FIELD", "says.partners", ADVICE(.says = &to_none)},
            {"advice to a stranger", CENTRE, "E_NOT_FOUND", "says.partners", ADVICE(.says = &to_stranger)},
            {"an answer to nothing", HOUSE, "E_NOT_FOUND", "advice", ANSWER(.advice = "aksant/9", .answer = ADVICE_ANSWER_STUDIED)},
            {"a list of something else", HOUSE, "E_FIELD", "kind", LIST(.kind = STATEMENT_KIND_MANDATE)},
            {"a list of nowhere", HOUSE, "E_FIELD", "area", LIST(.kind = STATEMENT_KIND_ASK, .area = "2")},
    };
    /* clang-format on */
    walk(ROWS, COUNT_OF(ROWS));
    world_end();
}

/* A program that was changed says it all the same: the broker does not take it. */
static void publishes(const char *who, uint64_t version, const char *text,
        const char *code)
{
    const struct ask ask = {.ask_id = {{1}},
            .state = ASK_STATE_OPEN,
            .need = NEED,
            .area = "21004",
            .text = text};
    const struct statement body = {.v = 1,
            .author = who,
            .version = version,
            .kind = STATEMENT_KIND_ASK,
            .subject = "1",
            .issued_ms = (uint64_t)sim_now(),
            .until_ms = (uint64_t)(sim_now() + TIME_DAY_MS),
            .ask = &ask};
    struct evil *evil = evil_new(who);
    evil_connect(evil);
    struct span thing = evil_sign(evil, KIND_STATEMENT, &WIRE_STATEMENT, &body);
    assert_string_equal(evil_publish(evil, &thing, 1), code);
    evil_free(evil);
}

static void the_broker_takes_no_text_that_leads_to_one(void **state)
{
    (void)state;
    begin(6);
    publishes(HOUSE, 100, "85.07.30-033.28", "E_NISS");
    publishes(HOUSE, 101, "Bel 0471 23 45 67", "E_IDENTIFIES");
    publishes(HOUSE, 102, "jan@voorbeeld.be", "E_IDENTIFIES");
    publishes(HOUSE, 103, "In Kerkstraat 12", "E_IDENTIFIES");
    publishes(HOUSE, 104, "Voor mevrouw Peeters", "");
    publishes(SHOP, 105, "Who can mend a tap?", "E_ALERT");
    world_end();
}

/* --- from a referral to an ask, and back --- */

/* --- a shop --- */

static struct raise_signal alert_of(const struct signal *signal)
{
    return (struct raise_signal){.recipient = "meldpunt",
            .urgency = URGENCY_ROUTINE,
            .area = "21004",
            .signal = signal};
}

/* It tells what it saw, never of whom; and nothing else about a person is sent by it,
 * or to it. */
static void a_shop_alerts_and_names_nobody(void **state)
{
    static const uint16_t seen[] = {OBSERVATION_NOT_SEEN_RECENTLY};
    const struct signal nameless = {.observations = seen,
            .n_observations = 1,
            .text = "Has come each day at nine, and not this week."};
    struct signal named = nameless, called = nameless, told = nameless;
    named.person = "Rosa Voorbeeld";
    called.phone = "0471 23 45 67";
    told.text = "Woont in de Kerkstraat 12.";
    const struct {
        const struct signal *signal;
        const char *code, *field;
    } ROWS[] = {
            {&named,    "E_ALERT",      "signal.person"},
            {&called,   "E_ALERT",      "signal.phone" },
            {&told,     "E_IDENTIFIES", "signal.text"  },
            {&nameless, "",             ""             },
    };
    (void)state;
    begin(11);
    world_agree(SHOP, "meldpunt");
    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        const struct raise_signal raise = alert_of(ROWS[i].signal);
        struct request request = {.signal = &raise};
        const struct reply *reply = world_ask(SHOP, &request);
        assert_string_equal(reply->code, ROWS[i].code);
        if (ROWS[i].field[0] != '\0')
            assert_string_equal(reply->issues[0].field, ROWS[i].field);
    }
    world_quiet();
    uint64_t number = world_newest("meldpunt", CASE_BOX_NONE);
    assert_int_not_equal(number, 0);
    assert_string_equal(world_show("meldpunt", number)->signal->person, "");
    /* Whose consent it is made a referral under is not told by a number alone. */
    static const char *const to_home[] = {HOME};
    static const uint16_t needs[] = {NEED};
    static const struct referral in_need = {.needs = needs, .n_needs = 1};
    const struct triage_signal look = {.case_number = number};
    const struct refer under = {.consent_number = world_consent("meldpunt",
                                        &(struct world_consent){.recipients = {HOME}}),
            .candidates = to_home,
            .n_candidates = 1,
            .mode = MODE_DIRECT,
            .referral = &in_need};
    const struct convert_signal wish = {.case_number = number, .refer = &under};
    must("meldpunt", (struct request){.triage = &look, .actor = "an"});
    struct request convert = {.convert = &wish, .actor = "an"};
    const struct reply *nobody = world_ask("meldpunt", &convert);
    assert_string_equal(nobody->code, "E_FIELD");
    assert_string_equal(nobody->issues[0].field, "referral.person.name");
    /* Whoever names somebody names them to somebody else. */
    const struct raise_signal by_home = alert_of(&nameless);
    struct request request = {.signal = &by_home};
    assert_string_equal(world_ask(HOME, &request)->issues[0].field, "signal.person");
    uint64_t consent =
            world_consent(HOME, &(struct world_consent){.recipients = {SHOP}});
    assert_string_equal(world_refer(HOME, consent, SHOP, "Rosa Een Voorbeeld")->code,
            "E_ALERT");
    world_end();
}

static uint64_t consent_of(const char *who, const char *person, uint16_t purpose)
{
    static const uint16_t data[] = {DATA_CATEGORY_CONTACT, DATA_CATEGORY_NEEDS};
    static const char *const to[] = {CENTRE, HELPER};
    const struct consent_give give = {.person = person,
            .how = CONSENT_HOW_IN_PERSON,
            .recipients = to,
            .n_recipients = COUNT_OF(to),
            .purposes = &purpose,
            .n_purposes = 1,
            .data_categories = data,
            .n_data_categories = COUNT_OF(data),
            .preview_categories = data + 1,
            .n_preview_categories = 1,
            .level_max = LEVEL_S1,
            .legal_basis = LEGAL_BASIS_CONSENT_EXPLICIT};
    struct request request = {.consent_give = &give};
    return world_must(who, &request, "")->made->consent_number;
}

static const struct reply *refer(uint64_t consent, uint64_t from_ask)
{
    static const struct person person = {.name = "Rosa Voorbeeld"};
    static const uint16_t needs[] = {NEED};
    static const struct referral referral = {.person = &person,
            .needs = needs,
            .n_needs = 1};
    static const char *const to[] = {CENTRE};
    const struct refer wish = {.consent_number = consent,
            .candidates = to,
            .n_candidates = 1,
            .mode = MODE_DIRECT,
            .purpose = PURPOSE_CARE_COORDINATION,
            .urgency = URGENCY_ROUTINE,
            .area = "21004",
            .referral = &referral,
            .from_ask = from_ask};
    struct request request = {.refer = &wish};
    return world_ask(HOME, &request);
}

/* Does this case's trace have such a line? */
static bool traced(const char *who, uint64_t number, const char *what)
{
    const struct trace_case wish = {.number = number};
    struct request request = {.trace = &wish};
    const struct trace *trace = world_must(who, &request, "")->trace;
    for (size_t i = 0; i < trace->n_lines; i++)
        if (strcmp(trace->lines[i].what, what) == 0)
            return true;
    return false;
}

static void an_ask_becomes_a_referral_with_a_consent_given_for_it(void **state)
{
    (void)state;
    begin(7);
    uint64_t before = consent_of(HOME, "Rosa Voorbeeld", PURPOSE_CARE_COORDINATION);
    world_pass(TIME_SECOND_MS);
    must(HOME, (struct request)POST(.text = "Who can mend a tap?"));
    world_quiet();
    assert_string_equal(refer(before, 1)->code, "E_CONSENT_NONE");
    world_pass(TIME_SECOND_MS);
    uint64_t fresh = consent_of(HOME, "Rosa Voorbeeld", PURPOSE_CARE_COORDINATION);
    assert_string_equal(refer(fresh, 2)->code, "E_NOT_FOUND");
    const struct reply *reply = refer(fresh, 1);
    assert_string_equal(reply->code, "");
    uint64_t number = reply->made->case_number;
    world_quiet();
    assert_true(traced(HOME, number, "from_ask"));
    all_see("thuiszorg/1", ASK_STATE_REFERRED, "");
    assert_string_equal(ask_of(CENTRE, "thuiszorg/1")->text, "");
    /* It is asked no more. */
    assert_string_equal(refer(fresh, 1)->code, "E_NOT_FOUND");
    refused(HELPER, (struct request)CLAIM(.ask = "thuiszorg/1"), "E_NOT_FOUND");
    world_end();
}

static void a_referral_becomes_an_ask_with_a_consent_given_for_it(void **state)
{
    (void)state;
    begin(8);
    uint64_t consent = consent_of(HOME, "Rosa Voorbeeld", PURPOSE_CARE_COORDINATION);
    const struct reply *reply = refer(consent, 0);
    assert_string_equal(reply->code, "");
    uint64_t number = reply->made->case_number;
    world_pass(TIME_SECOND_MS);
    uint64_t other = consent_of(HOME, "Piet Anders", PURPOSE_INFORMAL_SUPPORT);
    uint64_t purpose = consent_of(HOME, "Rosa Voorbeeld", PURPOSE_CARE_COORDINATION);
    uint64_t fresh = consent_of(HOME, "Rosa Voorbeeld", PURPOSE_INFORMAL_SUPPORT);
    const struct {
        uint64_t from_case, consent;
        const char *code;
    } ROWS[] = {
            {number,      consent, "E_CONSENT_NONE"   },
            {number,      other,   "E_CONSENT_PERSON" },
            {number,      99,      "E_CONSENT_NONE"   },
            {number,      purpose, "E_CONSENT_PURPOSE"},
            {number + 50, fresh,   "E_NOT_FOUND"      },
            {number,      fresh,   ""                 },
    };
    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        struct request request = POST(.text = "Who can mend a tap?",
                .from_case = ROWS[i].from_case, .consent_number = ROWS[i].consent);
        assert_string_equal(world_ask(HOME, &request)->code, ROWS[i].code);
    }
    world_quiet();
    all_see("thuiszorg/1", ASK_STATE_OPEN, "");
    assert_true(traced(HOME, number, "asked_neighbours"));
    world_withdraw(HOME, fresh);
    struct request request = POST(.text = "Who can water plants?", .from_case = number,
            .consent_number = fresh);
    assert_string_equal(world_ask(HOME, &request)->code, "E_CONSENT_WITHDRAWN");
    world_end();
}

/* --- advice --- */

static void advice_stands_in_the_register_with_its_answers(void **state)
{
    (void)state;
    begin(9);
    static const uint16_t types[] = {PARTNER_TYPE_LDC};
    static const char *const barriers[] = {"aksant/1"};
    static const struct advice says = {.advice_id = {{1}},
            .title = "A counter",
            .text = "Open a counter again.",
            .partners = TO_HOUSE,
            .n_partners = 1,
            .partner_types = types,
            .n_partner_types = 1,
            .barriers = barriers,
            .n_barriers = 1};
    must(HOME, (struct request)ADVICE(.says = &says));
    world_quiet();
    assert_true(line_of(HOUSE, STATEMENT_KIND_ADVICE, "thuiszorg/1", false)->for_us);
    assert_true(line_of(HELPER, STATEMENT_KIND_ADVICE, "thuiszorg/1", false)->for_us);
    assert_false(line_of(SHOP, STATEMENT_KIND_ADVICE, "thuiszorg/1", false)->for_us);
    refused(SHOP,
            (struct request)ANSWER(.advice = "thuiszorg/1",
                    .answer = ADVICE_ANSWER_STUDIED),
            "E_NOT_FOUND");
    refused(HOUSE,
            (struct request)ANSWER(.advice = "thuiszorg/1",
                    .answer = ADVICE_ANSWER_STUDIED, .text = "Bel 02 123 45 67"),
            "E_IDENTIFIES");
    must(HOUSE, (struct request)ANSWER(.advice = "thuiszorg/1",
                        .answer = ADVICE_ANSWER_STUDIED));
    must(HELPER, (struct request)ANSWER(.advice = "thuiszorg/1",
                         .answer = ADVICE_ANSWER_TAKEN_UP, .text = "Next year."));
    world_pass(TIME_MINUTE_MS);
    /* The last word of each counts. */
    must(HOUSE, (struct request)ANSWER(.advice = "thuiszorg/1",
                        .answer = ADVICE_ANSWER_NOT_TAKEN_UP));
    world_quiet();
    const struct neighbour_line *line =
            line_of(SHOP, STATEMENT_KIND_ADVICE, "thuiszorg/1", false);
    assert_int_equal(line->n_answers, 2);
    assert_string_equal(line->answers[0].partner, HOUSE);
    assert_int_equal(line->answers[0].answer->answer, ADVICE_ANSWER_NOT_TAKEN_UP);
    assert_string_equal(line->answers[1].answer->text, "Next year.");
    /* An answer under the same number to other advice is no answer to this one. */
    must(HOME, (struct request)ADVICE(.says = NULL, .number = 1));
    world_quiet();
    assert_null(line_of(SHOP, STATEMENT_KIND_ADVICE, "thuiszorg/1", false)->advice);
    world_end();
}

/* What is told of one place is found there, and what names no place everywhere. */
static void a_list_is_of_a_place_and_the_newest_comes_first(void **state)
{
    (void)state;
    begin(10);
    static const char *const sector[] = {"21004A01-"}, *const other[] = {"11002"};
    const struct barrier says[] = {
            {.barrier = BARRIER_LANGUAGE, .need = NEED,   .areas = sector, .n_areas = 1},
            {.barrier = BARRIER_COST,               .need = NEED,                             .areas = other, .n_areas = 1},
            {.barrier = BARRIER_NO_OFFER, .need = NEED},
    };
    for (size_t i = 0; i < COUNT_OF(says); i++) {
        must(CENTRE, (struct request)BARRIER(.says = &says[i]));
        world_pass(TIME_SECOND_MS);
    }
    world_quiet();
    struct request all = LIST(.kind = STATEMENT_KIND_BARRIER);
    struct request here = LIST(.kind = STATEMENT_KIND_BARRIER, .area = "21004");
    struct request none = LIST(.kind = STATEMENT_KIND_BARRIER, .partner = HOUSE);
    const struct neighbour_list *list = world_must(HOME, &all, "")->neighbours;
    assert_int_equal(list->n_lines, 3);
    assert_int_equal(list->lines[0].barrier->barrier, BARRIER_NO_OFFER);
    assert_int_equal(list->lines[2].number, 1);
    list = world_must(HOME, &here, "")->neighbours;
    assert_int_equal(list->n_lines, 2);
    assert_int_equal(list->lines[1].barrier->barrier, BARRIER_LANGUAGE);
    assert_int_equal(world_must(HOME, &none, "")->neighbours->n_lines, 0);
    world_end();
}

/* What is for everybody, or in no particular language, is for these people too. */
static void a_list_is_for_whom_and_in_a_language(void **state)
{
    (void)state;
    static const uint16_t old[] = {AUDIENCE_OLDER_PEOPLE}, all[] = {AUDIENCE_EVERYBODY};
    static const char *const dutch[] = {"nl-BE"}, *const french[] = {"fr"};
    static const struct {
        uint16_t audience;
        const char *language;
        size_t n;
    } rows[] = {
            {0,                     "",      3},
            {AUDIENCE_OLDER_PEOPLE, "",      3},
            {AUDIENCE_FAMILIES,     "",      1},
            {AUDIENCE_OLDER_PEOPLE, "nl",    2},
            {AUDIENCE_OLDER_PEOPLE, "fr",    2},
            {AUDIENCE_OLDER_PEOPLE, "n",     1},
            {AUDIENCE_OLDER_PEOPLE, "nl-BE", 2},
            {AUDIENCE_FAMILIES,     "ar",    0},
    };
    begin(11);
    const struct campaign says[] = {
            {.title = "Warm",
             .text = "Drink.",
             .audiences = old,
             .n_audiences = 1,
             .languages = dutch,
             .n_languages = 1                                                                      },
            {.title = "Samen", .text = "Kom.", .audiences = old, .n_audiences = 1},
            {.title = "Tous",
             .text = "Venez.",
             .audiences = all,
             .n_audiences = 1,
             .languages = french,
             .n_languages = 1},
    };
    for (size_t i = 0; i < COUNT_OF(says); i++)
        must(CENTRE, (struct request)CAMPAIGN(.says = &says[i]));
    world_quiet();
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct request request = LIST(.kind = STATEMENT_KIND_CAMPAIGN,
                .audience = rows[i].audience, .language = rows[i].language);
        size_t n = world_must(HOME, &request, "")->neighbours->n_lines;
        if (n != rows[i].n)
            fail_msg("row %zu: %zu campaigns", i, n);
    }
    struct request nothing = LIST(.kind = STATEMENT_KIND_ADVICE, .which = HOUSE "/9");
    (void)world_must(HOME, &nothing, "E_NOT_FOUND");
    world_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(one_claim_wins_and_everybody_sees_which),
            cmocka_unit_test(a_claim_that_comes_late_does_not_take_it_away),
            cmocka_unit_test(who_asks_may_die_in_between),
            cmocka_unit_test(who_is_put_out_gives_back),
            cmocka_unit_test(each_request_is_taken_or_refused_with_its_field),
            cmocka_unit_test(the_broker_takes_no_text_that_leads_to_one),
            cmocka_unit_test(an_ask_becomes_a_referral_with_a_consent_given_for_it),
            cmocka_unit_test(a_referral_becomes_an_ask_with_a_consent_given_for_it),
            cmocka_unit_test(a_shop_alerts_and_names_nobody),
            cmocka_unit_test(advice_stands_in_the_register_with_its_answers),
            cmocka_unit_test(a_list_is_of_a_place_and_the_newest_comes_first),
            cmocka_unit_test(a_list_is_for_whom_and_in_a_language),
    };
    peek_begin();
    return cmocka_run_group_tests(tests, found, forget);
}

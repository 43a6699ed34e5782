/* sim_asks.c - what people and adapters ask wrongly of a node and of its broker, and
 * what lies at the edge: each is answered with its code and the field that is wrong, a
 * refusal changes nothing, and the right one beside it is done. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/time.h"
#include "core/vocab.h"
#include "tests/peek.h"
#include "tests/world.h"

#define HOME "thuiszorg"

static const uint16_t PURPOSES[] = {PURPOSE_CARE_COORDINATION};
static const uint16_t DATA[] = {DATA_CATEGORY_CONTACT, DATA_CATEGORY_NEEDS};
static const uint16_t TYPES[] = {PARTNER_TYPE_LDC};
static const char *const TO[] = {"aksant"};
static const char *const NO_NAME[] = {"Aksant!"};
static const char *const AREAS[] = {"21004"}, *const NO_AREAS[] = {"21004", "2100"};

struct row {
    const char *name;
    const char *who;
    const char *code;  /* "": done */
    const char *field; /* of the first issue; "": none */
    struct request request;
};

/* What a refusal must not change: letters, consents, cases, statements, suspensions. */
static int64_t things(void)
{
    return peek_number(peek_of(HOME),
                   "SELECT (SELECT count(*) FROM consent) + (SELECT count(*) FROM "
                   "case_file) + (SELECT count(*) FROM submission) + (SELECT count(*) FROM "
                   "thing)") +
           1000 * peek_number(peek_of(NETWORK_BROKER),
                          "SELECT count(*) FROM partner WHERE suspended IS NOT NULL");
}

static void walk(const struct row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct request request = rows[i].request;
        world_pass(TIME_MINUTE_MS);
        int64_t before = things();
        const struct reply *reply = world_ask(rows[i].who, &request);
        const char *field = reply->n_issues > 0 ? reply->issues[0].field : "";
        if (strcmp(reply->code, rows[i].code) != 0 || strcmp(field, rows[i].field) != 0)
            fail_msg("%s: \"%s\" %s, not \"%s\" %s (%s)", rows[i].name, reply->code,
                    field, rows[i].code, rows[i].field, reply->sentence);
        assert_int_equal(reply->sentence[0] == '\0', reply->code[0] == '\0');
        if (reply->code[0] != '\0' && things() != before)
            fail_msg("%s: refused, and something is there", rows[i].name);
    }
}

/* ---- the directory, intake, services ---- */

/* clang-format off */
#define DIRECTORY(...) {.directory = &(const struct list_directory){__VA_ARGS__}}
#define INTAKE(...)    {.intake = &(const struct set_intake){__VA_ARGS__}}
#define SERVICE(...)   {.service = &(const struct set_service){.hours = "", .contact = "", __VA_ARGS__}}
/* clang-format on */

/* What the one asked tells of a partner ("": of all); how many entries. */
static size_t entries(const char *who, const char *partner, struct entry *first)
{
    struct request request = DIRECTORY(.partner = partner);
    const struct reply *reply = world_must(who, &request, "");
    if (reply->directory->n_entries > 0)
        *first = reply->directory->entries[0];
    return reply->directory->n_entries;
}

static void the_directory_and_what_a_node_says_in_it(void **state)
{
    (void)state;
    world_fresh(1);
    const uint64_t now = (uint64_t)sim_now();
    /* clang-format off */
    const struct row ROWS[] = {
            {"nobody", HOME, "E_NOT_FOUND", "partner", DIRECTORY(.partner = "nobody")},
            {"one", HOME, "", "", DIRECTORY(.partner = "aksant")},
            {"who serves", HOME, "", "", DIRECTORY(.partner = "", .need = NEED_CATEGORY_DEBT)},
            {"one who serves", HOME, "", "", DIRECTORY(.partner = "aksant", .need = NEED_CATEGORY_DEBT)},
            {"the broker serves nobody", HOME, "E_NOT_FOUND", "partner", DIRECTORY(.partner = NETWORK_BROKER, .need = NEED_CATEGORY_DEBT)},
            {"nobody, of the broker", NETWORK_BROKER, "", "", DIRECTORY(.partner = "nobody")},
            {"one, of the broker", NETWORK_BROKER, "", "", DIRECTORY(.partner = "aksant")},
            {"all, of the broker", NETWORK_BROKER, "", "", DIRECTORY(.partner = "")},
            {"no state", HOME, "E_FIELD", "state", INTAKE(.state = 0)},
            {"a pause without an end", HOME, "E_FIELD", "paused_until_ms", INTAKE(.state = INTAKE_STATE_PAUSED)},
            {"a pause that is over", HOME, "E_FIELD", "paused_until_ms", INTAKE(.state = INTAKE_STATE_PAUSED, .paused_until_ms = now)},
            {"an end of no pause", HOME, "E_FIELD", "paused_until_ms", INTAKE(.state = INTAKE_STATE_OPEN, .paused_until_ms = now + TIME_DAY_MS)},
            {"a pause", HOME, "", "", INTAKE(.state = INTAKE_STATE_PAUSED, .paused_until_ms = now + TIME_DAY_MS)},
            {"no need", HOME, "E_FIELD", "need", SERVICE(.need = 0)},
            {"no area", HOME, "E_FIELD", "areas", SERVICE(.need = NEED_CATEGORY_DEBT, .areas = NO_AREAS, .n_areas = 2)},
            {"a service", HOME, "", "", SERVICE(.need = NEED_CATEGORY_DEBT, .areas = AREAS, .n_areas = 1)},
            {"the end of a service", HOME, "", "", SERVICE(.need = NEED_CATEGORY_DEBT, .end = true)},
    };
    /* clang-format on */
    struct entry entry;
    walk(ROWS, COUNT_OF(ROWS));
    assert_int_equal(entries(HOME, "aksant", &entry), 1);
    assert_int_equal(entries(NETWORK_BROKER, "aksant", &entry), 1);
    assert_int_equal(entries(NETWORK_BROKER, "nobody", &entry), 0);
    assert_in_range(entries(NETWORK_BROKER, "", &entry), 6, 20);
    world_pass(TIME_MINUTE_MS);
    assert_int_equal(entries(NETWORK_BROKER, HOME, &entry), 1);
    assert_int_equal(entry.intake, INTAKE_STATE_PAUSED);
    world_end();
}

/* ---- partnerships ---- */

#define CHANGE(with, ...)                                                              \
    {                                                                                  \
        .partnership = &(const struct partnership_change)                              \
        {                                                                              \
            .partner = with, .own_reason = "", .their_reason = "", __VA_ARGS__         \
        }                                                                              \
    }
#define TERMS                                                                          \
    .verb = PARTNERSHIP_VERB_PROPOSE, .purposes = PURPOSES, .n_purposes = 1,           \
    .data_categories = DATA, .n_data_categories = COUNT_OF(DATA)

static void partnerships(void **state)
{
    /* clang-format off */
    const struct row ROWS[] = {
            {"nobody", HOME, "E_NOT_FOUND", "partner", CHANGE("nobody", TERMS)},
            {"the broker", HOME, "E_NOT_FOUND", "partner", CHANGE(NETWORK_BROKER, TERMS)},
            {"who is supported", HOME, "E_FIELD", "partner", CHANGE("antenne", TERMS)},
            {"no verb", HOME, "E_FIELD", "verb", CHANGE("aksant", .n_purposes = 0)},
            {"nothing", HOME, "E_FIELD", "purposes", CHANGE("aksant", .verb = PARTNERSHIP_VERB_PROPOSE)},
            {"no data", HOME, "E_FIELD", "data_categories", CHANGE("aksant", .verb = PARTNERSHIP_VERB_PROPOSE, .purposes = PURPOSES, .n_purposes = 1)},
            {"no reason of ours", HOME, "E_FIELD", "own_reason", CHANGE("aksant", TERMS, .own_secrecy_bound = true)},
            {"no reason of theirs", HOME, "E_FIELD", "their_reason", CHANGE("aksant", TERMS, .their_secrecy_bound = true)},
            {"over already", HOME, "E_FIELD", "until_day", CHANGE("aksant", TERMS, .until_day = 1)},
            {"nothing was said", "chambry", "E_NOT_FOUND", "partner", CHANGE("noord", .verb = PARTNERSHIP_VERB_AGREE)},
            {"nothing to end", "chambry", "E_NOT_FOUND", "partner", CHANGE("noord", .verb = PARTNERSHIP_VERB_END)},
            {"new terms", HOME, "", "", CHANGE("aksant", TERMS, .until_day = 21000)},
            {"for ever", HOME, "E_FIELD", "until_day", CHANGE("aksant", TERMS, .until_day = 30000)},
            {"how it stands here", HOME, "", "", DIRECTORY(.partner = "aksant")},
            {"how it stands there", "aksant", "", "", DIRECTORY(.partner = HOME)},
            {"the same terms", "aksant", "", "", CHANGE(HOME, .verb = PARTNERSHIP_VERB_AGREE)},
            {"the end", "aksant", "", "", CHANGE(HOME, .verb = PARTNERSHIP_VERB_END)},
            {"how it stands then", HOME, "", "", DIRECTORY(.partner = "aksant")},
    };
    /* clang-format on */
    (void)state;
    world_fresh(2);
    walk(ROWS, COUNT_OF(ROWS));
    world_end();
}

/* ---- consents ---- */

#define CONSENT(...)                                                                   \
    {                                                                                  \
        .consent_give = &(const struct consent_give)                                   \
        {                                                                              \
            .person = "Rosa Voorbeeld", .how = CONSENT_HOW_IN_PERSON, .given_by = "",  \
            .witness = "", .language = "", .purposes = PURPOSES, .n_purposes = 1,      \
            .data_categories = DATA, .n_data_categories = COUNT_OF(DATA),              \
            .level_max = LEVEL_S1, .legal_basis = LEGAL_BASIS_CONSENT_EXPLICIT,        \
            .secrecy_basis = SECRECY_BASIS_PERSON_CONSENT, __VA_ARGS__                 \
        }                                                                              \
    }
#define FOR_AKSANT .recipients = TO, .n_recipients = 1

static void consents(void **state)
{
    (void)state;
    world_fresh(3);
    const uint32_t today = (uint32_t)time_brussels_day(sim_now());
    /* clang-format off */
    const struct row ROWS[] = {
            {"for nobody", HOME, "E_FIELD", "recipients", CONSENT(.area = "")},
            {"a kind without an area", HOME, "E_FIELD", "area", CONSENT(.area = "", .recipient_types = TYPES, .n_recipient_types = 1)},
            {"no area", HOME, "E_FIELD", "area", CONSENT(.area = "12", FOR_AKSANT)},
            {"no name", HOME, "E_FIELD", "recipients", CONSENT(.area = "", .recipients = NO_NAME, .n_recipients = 1)},
            {"too far onward", HOME, "E_FIELD", "onward_depth", CONSENT(.area = "", FOR_AKSANT, .onward_depth = 9)},
            {"backwards", HOME, "E_FIELD", "until_day", CONSENT(.area = "", FOR_AKSANT, .from_day = today, .until_day = today - 1)},
            {"too long", HOME, "E_FIELD", "until_day", CONSENT(.area = "", FOR_AKSANT, .from_day = today, .until_day = today + 5000)},
            {"over", HOME, "E_TTL", "until_day", CONSENT(.area = "", FOR_AKSANT, .from_day = today - 5, .until_day = today - 2)},
            {"a kind in an area", HOME, "", "", CONSENT(.area = "21004", .recipient_types = TYPES, .n_recipient_types = 1)},
            {"one partner", HOME, "", "", CONSENT(.area = "", FOR_AKSANT, .from_day = today)},
            {"no reason", HOME, "E_FIELD", "reason", {.consent_withdraw = &(const struct consent_withdraw){.number = 1}}},
            {"no such record", HOME, "E_NOT_FOUND", "number", {.consent_withdraw = &(const struct consent_withdraw){.number = 99, .reason = WITHDRAWAL_REASON_PERSON_ASKED}}},
            {"no such case", HOME, "E_NOT_FOUND", "case_number", {.consent_withdraw = &(const struct consent_withdraw){.case_number = 99, .reason = WITHDRAWAL_REASON_PERSON_ASKED}}},
            {"no such record shown", HOME, "E_NOT_FOUND", "number", {.consent_show = &(const struct consent_show){.number = 99}}},
            {"taken back", HOME, "", "", {.consent_withdraw = &(const struct consent_withdraw){.number = 2, .reason = WITHDRAWAL_REASON_PERSON_ASKED}}},
            {"shown", HOME, "", "", {.consent_show = &(const struct consent_show){.number = 2}}},
            {"all shown", HOME, "", "", {.consent_show = &(const struct consent_show){.number = 0}}},
    };
    /* clang-format on */
    walk(ROWS, COUNT_OF(ROWS));
    world_end();
}

/* ---- the broker ---- */

/* clang-format off */
#define SUSPEND(whom, lifts) {.suspend = &(const struct suspend){.partner = whom, .reason = "", .lift = lifts}}
/* clang-format on */

static void orders_to_the_broker(void **state)
{
    /* clang-format off */
    const struct row ROWS[] = {
            {"quiet", NETWORK_BROKER, "", "", {.status = &(const struct get_status){.quiet = true}}},
            {"quick", NETWORK_BROKER, "", "", {.doctor = &(const struct get_doctor){.full = false}}},
            {"whole", NETWORK_BROKER, "", "", {.doctor = &(const struct get_doctor){.full = true}}},
            {"nobody", NETWORK_BROKER, "E_NOT_FOUND", "", SUSPEND("nobody", false)},
            {"itself", NETWORK_BROKER, "E_NOT_FOUND", "", SUSPEND(NETWORK_BROKER, false)},
            {"one", NETWORK_BROKER, "", "", SUSPEND("chambry", false)},
            {"who is out", NETWORK_BROKER, "", "", DIRECTORY(.partner = "chambry")},
            {"in again", NETWORK_BROKER, "", "", SUSPEND("chambry", true)},
            {"what a node does", NETWORK_BROKER, "ERR_USAGE", "", INTAKE(.state = INTAKE_STATE_OPEN)},
            {"no bundle", NETWORK_BROKER, "E_VERSION", "", {.load_bundle = &(const struct load_bundle){.bundle = {(const uint8_t *)"x", 1}}}},
            {"no folder", NETWORK_BROKER, "E_FIELD", "", {.backup = &(const struct make_backup){.path = "here", .passphrase = ""}}},
    };
    /* clang-format on */
    (void)state;
    world_fresh(4);
    walk(ROWS, COUNT_OF(ROWS));
    world_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(the_directory_and_what_a_node_says_in_it),
            cmocka_unit_test(partnerships),
            cmocka_unit_test(consents),
            cmocka_unit_test(orders_to_the_broker),
    };

    peek_begin();
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}

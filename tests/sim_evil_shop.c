/* sim_evil_shop.c - a shop can only alert: whatever else it says is refused by its own
 * node, by the broker when that node was changed, and by the reader when the broker
 * lets it through; and nothing about a person is ever sent to a shop. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/time.h"
#include "core/vocab.h"
#include "nodes/letters.h"
#include "tests/evil_broker.h"
#include "tests/forge.h"
#include "tests/peek.h"
#include "tests/world.h"

#define HOME   "thuiszorg"
#define CENTRE "aksant"
#define POINT  "meldpunt"
#define REGIE  "regie"
#define SHOP   "winkel"

static struct test_network founded;

static int found(void **state)
{
    static const struct network_partner partners[] = {
            {HOME,   PARTNER_TYPE_HOMECARE },
            {CENTRE, PARTNER_TYPE_LDC      },
            {POINT,  PARTNER_TYPE_MELDPUNT },
            {REGIE,  PARTNER_TYPE_REGISSEUR},
            {SHOP,   PARTNER_TYPE_SHOP     },
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
    world_agree(SHOP, POINT);
    world_agree(SHOP, CENTRE);
    world_agree(SHOP, REGIE);
    const struct set_mandate mandate = {.text = "An example"};
    struct request request = {.mandate = &mandate};
    world_must(REGIE, &request, "");
    world_quiet();
}

static const uint16_t WHERE[] = {DATA_CATEGORY_AREA, DATA_CATEGORY_NEEDS};
static const uint16_t BORN[] = {DATA_CATEGORY_AREA, DATA_CATEGORY_BIRTH_DATE};
static const uint16_t WHO[] = {DATA_CATEGORY_CONTACT, DATA_CATEGORY_AREA};

/* A letter that a member may send but for who it is. What belongs to an offer has none:
 * a shop is sent none, and what it offers is not taken. */
struct
try {
    const char *name;
    const char *to;
    enum letter_type type;
    enum offer_event event;
    const uint16_t *data;        /* two of them; NULL: a letter that has none */
    const char *broker, *reader; /* what each answers; "" = taken */
};

/* clang-format off */
static const struct try TRIES[] = {
        {"an alert that names nobody",  POINT,  LETTER_TYPE_SIGNAL,        OFFER_EVENT_NONE,         WHERE, "",            ""           },
        {"an alert with who it is",     POINT,  LETTER_TYPE_SIGNAL,        OFFER_EVENT_NONE,         WHO,   "E_ALERT",     "E_ALERT"    },
        {"an alert with a birth date",  POINT,  LETTER_TYPE_SIGNAL,        OFFER_EVENT_NONE,         BORN,  "E_ALERT",     "E_ALERT"    },
        {"an alert to somebody else",   CENTRE, LETTER_TYPE_SIGNAL,        OFFER_EVENT_NONE,         WHERE, "E_ALERT",     "E_ALERT"    },
        {"a referral",                  CENTRE, LETTER_TYPE_PREVIEW,       OFFER_EVENT_OFFER,        WHERE, "E_ALERT",     "E_ALERT"    },
        {"a referral to the point",     POINT,  LETTER_TYPE_PREVIEW,       OFFER_EVENT_OFFER,        WHERE, "E_ALERT",     "E_ALERT"    },
        {"a content",                   CENTRE, LETTER_TYPE_CONTENT,       OFFER_EVENT_NONE,         WHO,   "E_NOT_FOUND", "E_NOT_FOUND"},
        {"a question",                  CENTRE, LETTER_TYPE_INFO_REQUEST,  OFFER_EVENT_INFO_REQUEST, WHERE, "E_NOT_FOUND", "E_NOT_FOUND"},
        {"an answer to a question",     CENTRE, LETTER_TYPE_INFO_REPLY,    OFFER_EVENT_INFO_REPLY,   WHERE, "E_NOT_FOUND", "E_NOT_FOUND"},
        {"a text",                      CENTRE, LETTER_TYPE_TEXT,          OFFER_EVENT_NONE,         WHERE, "E_NOT_FOUND", "E_NOT_FOUND"},
        {"a visit",                     CENTRE, LETTER_TYPE_VISIT,         OFFER_EVENT_NONE,         WHERE, "E_NOT_FOUND", "E_NOT_FOUND"},
        {"a step of an offer",          CENTRE, LETTER_TYPE_EVENT,         OFFER_EVENT_ACCEPT,       NULL,  "E_NOT_FOUND", "E_NOT_FOUND"},
        {"a request for access",        CENTRE, LETTER_TYPE_ACCESS,        OFFER_EVENT_NONE,         NULL,  "E_NOT_FOUND", "E_NOT_FOUND"},
        {"a request to correct",        CENTRE, LETTER_TYPE_RECTIFY,       OFFER_EVENT_NONE,         NULL,  "E_NOT_FOUND", "E_NOT_FOUND"},
        {"a request to erase",          CENTRE, LETTER_TYPE_ERASE,         OFFER_EVENT_NONE,         NULL,  "E_NOT_FOUND", "E_NOT_FOUND"},
        {"an answer about rights",      CENTRE, LETTER_TYPE_RIGHTS_REPLY,  OFFER_EVENT_NONE,         NULL,  "E_NOT_FOUND", "E_NOT_FOUND"},
        {"an overview",                 REGIE,  LETTER_TYPE_OVERVIEW,      OFFER_EVENT_NONE,         WHERE, "E_ALERT",     "E_ALERT"    },
        {"a proposal",                  CENTRE, LETTER_TYPE_PROPOSAL,      OFFER_EVENT_NONE,         NULL,  "E_ALERT",     "E_ALERT"    },
        {"a concern",                   REGIE,  LETTER_TYPE_CONCERN,       OFFER_EVENT_NONE,         NULL,  "E_ALERT",     "E_ALERT"    },
        {"an answer to a signal",       CENTRE, LETTER_TYPE_SIGNAL_ANSWER, OFFER_EVENT_NONE,         NULL,  "E_ALERT",     "E_ALERT"    },
};
_Static_assert(LETTER_TYPE_SIGNAL_ANSWER == 16, "a type that was added has its row here");
/* clang-format on */

static void make(struct evil *evil, const struct try *try, struct forged *forged,
        struct letter_core *core)
{
    forge_referral(evil, try->to, forged);
    if (try->type == LETTER_TYPE_SIGNAL && strcmp(try->to, POINT) == 0) {
        forged->capsule.legal_basis = LEGAL_BASIS_VITAL_INTEREST;
        forged->capsule.secrecy_basis = SECRECY_BASIS_EMERGENCY;
    }
    static const uint16_t all[] = {DATA_CATEGORY_CONTACT, DATA_CATEGORY_AREA,
            DATA_CATEGORY_BIRTH_DATE, DATA_CATEGORY_LANGUAGE, DATA_CATEGORY_NEEDS};
    forged->capsule.data_categories = all;
    forged->capsule.n_data_categories = COUNT_OF(all);
    forge_sign(evil, forged);
    *core = forged->content;
    core->type = try->type;
    core->event = try->event;
    core->data_categories = try->data;
    core->n_data_categories = try->data == NULL ? 0 : 2;
    if (lifecycle_class(try->type) == LETTER_CLASS_CONTROL && try->data == NULL)
        core->urgency = try->type == LETTER_TYPE_CONCERN ? URGENCY_ROUTINE : 0;
    if (lifecycle_stands_alone(try->type))
        core->offer_id = (struct id){{0}};
    if (try->data == NULL) {
        core->consent_id = (struct id){{0}};
        core->purpose = 0;
        core->level = LEVEL_S0;
    }
}

static struct span seal(struct evil *evil, struct letter_core *core)
{
    static const struct signal seen = {.text = "Has not come this week."};
    static const struct text words = {.text = "and one thing more", .language = "en"};
    struct content content = {.text = &words};
    if (core->type == LETTER_TYPE_SIGNAL)
        content = (struct content){.signal = &seen};
    return evil_letter(evil, core, &content);
}

static int64_t cases_at(const char *id)
{
    return peek_number(peek_of(id), "SELECT count(*) FROM case_file");
}

static void the_broker_takes_an_alert_and_nothing_else(void **state)
{
    (void)state;
    begin(701);
    struct evil *evil = evil_new(SHOP);
    evil_connect(evil);
    for (size_t i = 0; i < COUNT_OF(TRIES); i++) {
        const struct try *try = &TRIES[i];
        struct letter_core core;
        struct forged forged;
        make(evil, try, &forged, &core);
        struct span letter = seal(evil, &core);
        if (try->type == LETTER_TYPE_PREVIEW)
            (void)forge_put(evil, &forged);
        else
            (void)evil_put(evil, &forged.signed_capsule, try->data == NULL ? 0 : 1,
                    &letter, 1, MODE_NONE);
        if (strcmp(evil_code(evil), try->broker) != 0)
            fail_msg("%s: %s", try->name, evil_code(evil));
        evil_forget(evil);
    }
    world_quiet();
    assert_int_equal(cases_at(CENTRE), 0);
    assert_int_equal(cases_at(REGIE), 0);
    assert_int_equal(cases_at(POINT), 1);
    evil_free(evil);
    world_end();
}

static void a_reader_takes_an_alert_and_nothing_else(void **state)
{
    (void)state;
    begin(702);
    world_stop(NETWORK_BROKER);
    struct evil *evil = evil_new(SHOP);
    struct evil *broker = evil_new(NETWORK_BROKER);
    evil_serve(broker, CENTRE);
    evil_serve(broker, POINT);
    evil_serve(broker, REGIE);
    for (size_t i = 0; i < COUNT_OF(TRIES); i++) {
        const struct try *try = &TRIES[i];
        struct letter_core core;
        struct forged forged;
        make(evil, try, &forged, &core);
        struct mail mail = {.letter = seal(evil, &core)};
        if (try->data != NULL)
            mail.consent = forged.signed_capsule;
        evil_toward(broker, try->to);
        const struct receipt *receipt = evil_deliver(broker, &mail);
        const char *code = receipt == NULL ? "no receipt" : receipt->code;
        if (strcmp(code, try->reader) != 0)
            fail_msg("%s: %s", try->name, code);
    }
    assert_int_equal(cases_at(CENTRE), 0);
    assert_int_equal(cases_at(REGIE), 0);
    assert_int_equal(cases_at(POINT), 1);
    evil_free(broker);
    evil_free(evil);
    world_end();
}

/* What staff of a shop ask of their own node. */
static void its_own_node_says_so_first(void **state)
{
    static const uint16_t needs[] = {NEED_CATEGORY_ODD_JOBS_HOME};
    static const char *const areas[] = {"21004"};
    static const struct set_service service = {.need = NEED_CATEGORY_ODD_JOBS_HOME,
            .areas = areas,
            .n_areas = 1};
    static const struct set_capacity capacity = {.need = NEED_CATEGORY_ODD_JOBS_HOME,
            .area = "",
            .language = "",
            .antenna = "",
            .state = CAPACITY_STATE_OPEN};
    static const struct set_subscription subscription = {.areas = areas,
            .n_areas = 1,
            .needs = needs,
            .n_needs = 1};
    static const struct barrier told = {.barrier = BARRIER_COST,
            .need = NEED_CATEGORY_ODD_JOBS_HOME};
    static const struct set_barrier barrier = {.says = &told};
    static const struct post_ask ask = {.need = NEED_CATEGORY_ODD_JOBS_HOME,
            .area = "21004",
            .text = "Who can mend a tap?"};
    const struct {
        const char *name;
        struct request request;
    } rows[] = {
            {"a service",      {.service = &service}          },
            {"room",           {.capacity = &capacity}        },
            {"a subscription", {.subscription = &subscription}},
            {"a barrier",      {.barrier = &barrier}          },
            {"an ask",         {.ask_post = &ask}             },
    };
    (void)state;
    begin(703);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct request request = rows[i].request;
        const struct reply *reply = world_ask(SHOP, &request);
        if (strcmp(reply->code, "E_ALERT") != 0)
            fail_msg("%s: %s", rows[i].name, reply->code);
    }
    /* A referral by it, and to it. */
    uint64_t consent =
            world_consent(SHOP, &(struct world_consent){.recipients = {CENTRE}});
    assert_string_equal(world_refer(SHOP, consent, CENTRE, "Rosa Voorbeeld")->code,
            "E_ALERT");
    consent = world_consent(HOME, &(struct world_consent){.recipients = {SHOP}});
    assert_string_equal(world_refer(HOME, consent, SHOP, "Rosa Voorbeeld")->code,
            "E_ALERT");
    world_quiet();
    assert_int_equal(cases_at(CENTRE), 0);
    assert_int_equal(cases_at(SHOP), 0);
    world_end();
}

/* Somebody else's node was changed so that it tells a shop of a person. */
static void nobody_tells_a_shop_of_a_person(void **state)
{
    (void)state;
    begin(704);
    struct evil *evil = evil_new(CENTRE);
    evil_connect(evil);
    struct letter_core core;
    struct forged forged;
    const struct try signal = {.to = SHOP, .type = LETTER_TYPE_SIGNAL, .data = WHERE};
    make(evil, &signal, &forged, &core);
    struct span letter = seal(evil, &core);
    (void)evil_put(evil, &forged.signed_capsule, 1, &letter, 1, MODE_NONE);
    assert_string_equal(evil_code(evil), "E_ALERT");
    forge_referral(evil, SHOP, &forged);
    assert_string_equal(forge_put(evil, &forged), "E_ALERT");
    world_stop(NETWORK_BROKER);
    struct evil *broker = evil_new(NETWORK_BROKER);
    evil_serve(broker, SHOP);
    make(evil, &signal, &forged, &core);
    struct mail mail = {.letter = seal(evil, &core), .consent = forged.signed_capsule};
    const struct receipt *receipt = evil_deliver(broker, &mail);
    assert_non_null(receipt);
    assert_string_equal(receipt->code, "E_ALERT");
    assert_int_equal(cases_at(SHOP), 0);
    evil_free(broker);
    evil_free(evil);
    world_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(the_broker_takes_an_alert_and_nothing_else),
            cmocka_unit_test(a_reader_takes_an_alert_and_nothing_else),
            cmocka_unit_test(its_own_node_says_so_first),
            cmocka_unit_test(nobody_tells_a_shop_of_a_person),
    };
    peek_begin();
    return cmocka_run_group_tests(tests, found, forget);
}

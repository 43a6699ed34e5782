/* sim_niss.c - a national number stands nowhere but in its own field of a sealed
 * content, and there only when consent and partnership both allow it: at the node, at
 * the broker, and at the node that receives. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/time.h"
#include "core/vocab.h"
#include "core/wire.h"
#include "core/wire_walk.h"
#include "tests/forge.h"
#include "tests/peek.h"
#include "tests/world.h"

#define HOME   "thuiszorg"
#define TARGET "aksant"
#define EVIL   "noord"
#define NUMBER "zie 85.07.30-033.28"

/* ------------------------------------------------------------ what a node is asked */

static const uint16_t NEEDS[] = {NEED_CATEGORY_LONELINESS_ISOLATION};
static const uint16_t PURPOSES[] = {PURPOSE_CARE_COORDINATION};
static const uint16_t DATA[] = {DATA_CATEGORY_CONTACT, DATA_CATEGORY_NEEDS};
static const char *const TO[] = {TARGET};

static void no_request_brings_one_in(void **state)
{
    static const struct person named = {.name = NUMBER};
    static const struct referral in_name = {.person = &named,
            .needs = NEEDS,
            .n_needs = 1};
    static const struct signal signal = {.needs = NEEDS,
            .n_needs = 1,
            .person = "de buur",
            .reporter = NUMBER};
    static const struct text text = {.text = NUMBER};
    static const struct event_content said = {.decline_reason =
                                                      DECLINE_REASON_DECLINED_OTHER,
            .note = NUMBER};
    static const struct set_service hours = {.need = NEED_CATEGORY_LONELINESS_ISOLATION,
            .hours = NUMBER};
    static const struct set_service contact =
            {.need = NEED_CATEGORY_LONELINESS_ISOLATION, .contact = NUMBER};
    static const struct partnership_change terms = {.verb = PARTNERSHIP_VERB_PROPOSE,
            .partner = "chambry",
            .purposes = PURPOSES,
            .n_purposes = 1,
            .data_categories = DATA,
            .n_data_categories = 2,
            .own_secrecy_bound = true,
            .own_reason = NUMBER};
    static const struct consent_give give = {.person = "Rosa Voorbeeld",
            .how = CONSENT_HOW_IN_PERSON,
            .witness = NUMBER,
            .recipients = TO,
            .n_recipients = 1,
            .purposes = PURPOSES,
            .n_purposes = 1,
            .data_categories = DATA,
            .n_data_categories = 2,
            .level_max = LEVEL_S1,
            .legal_basis = LEGAL_BASIS_CONSENT_EXPLICIT};
    static const struct refer refer = {.consent_number = 1,
            .candidates = TO,
            .n_candidates = 1,
            .urgency = URGENCY_ROUTINE,
            .area = "21004",
            .referral = &in_name};
    static const struct raise_signal raise = {.recipient = "meldpunt",
            .urgency = URGENCY_URGENT,
            .area = "21004",
            .signal = &signal};
    static const struct act say = {.case_number = 1, .text = &text};
    static const struct act decline = {.case_number = 1,
            .event = OFFER_EVENT_DECLINE,
            .said = &said};
    static const struct set_intake intake = {.state = INTAKE_STATE_OPEN};
    static const struct list_directory looks = {.partner = ""};
    const struct {
        const char *field;
        struct request request;
    } rows[] = {
            {"referral.person.name", {.refer = &refer}                          },
            {"signal.reporter",      {.signal = &raise}                         },
            {"text.text",            {.act = &say}                              },
            {"said.note",            {.act = &decline}                          },
            {"hours",                {.service = &hours}                        },
            {"contact",              {.service = &contact}                      },
            {"own_reason",           {.partnership = &terms}                    },
            {"witness",              {.consent_give = &give}                    },
            {"actor",                {.intake = &intake, .actor = "85073003328"}},
            {"actor",                {.directory = &looks, .actor = NUMBER}     },
    };
    (void)state;
    world_fresh(360);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct request request = rows[i].request;
        const struct reply *reply = world_ask(HOME, &request);
        if (strcmp(reply->code, "E_NISS") != 0 || reply->n_issues == 0 ||
                strcmp(reply->issues[0].field, rows[i].field) != 0)
            fail_msg("%s: \"%s\"", rows[i].field, reply->code);
    }
    assert_int_equal(peek_number(peek_of(HOME),
                             "SELECT count(*) FROM case_file UNION ALL "
                             "SELECT count(*) FROM consent"),
            0);
    world_end();
}

/* ------------------------------------------------------------ the broker */

/* Why its administrator puts somebody out is kept there. */
static void no_suspension_holds_one(void **state)
{
    const struct suspend order = {.partner = TARGET, .reason = NUMBER};
    struct request request = {.suspend = &order};
    (void)state;
    world_fresh(363);
    (void)world_must(NETWORK_BROKER, &request, "E_NISS");
    assert_int_equal(
            peek_number(peek_of(NETWORK_BROKER),
                    "SELECT count(*) FROM partner WHERE suspended IS NOT NULL"),
            0);
    world_end();
}

/* A program that was changed publishes one. */
static void no_statement_holds_one(void **state)
{
    const struct service in_hours = {.need = NEED_CATEGORY_LONELINESS_ISOLATION,
            .hours = NUMBER,
            .contact = ""};
    const struct service in_contact = {.need = NEED_CATEGORY_LONELINESS_ISOLATION,
            .hours = "",
            .contact = NUMBER};
    const struct service plain = {.need = NEED_CATEGORY_LONELINESS_ISOLATION,
            .hours = "09:00-17:00",
            .contact = "+32 475 12 34 56"};
    const struct {
        const struct service *service;
        const char *code;
    } rows[] = {
            {&in_hours,   "E_NISS"},
            {&in_contact, "E_NISS"},
            {&plain,      ""      },
    };
    (void)state;
    world_fresh(361);
    struct evil *evil = evil_new(EVIL);
    evil_connect(evil);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct statement body = {.v = 1,
                .author = EVIL,
                .version = 100 + i,
                .kind = STATEMENT_KIND_SERVICE,
                .subject = "loneliness_isolation",
                .issued_ms = (uint64_t)sim_now(),
                .until_ms = (uint64_t)(sim_now() + TIME_DAY_MS),
                .service = rows[i].service};
        struct span thing = evil_sign(evil, KIND_STATEMENT, &WIRE_STATEMENT, &body);
        assert_string_equal(evil_publish(evil, &thing, 1), rows[i].code);
    }
    evil_free(evil);
    world_end();
}

static void no_terms_hold_one(void **state)
{
    (void)state;
    world_fresh(362);
    struct evil *evil = evil_new(EVIL);
    evil_connect(evil);
    const struct terms terms = {.v = 1,
            .a = "chambry",
            .b = EVIL,
            .purposes = PURPOSES,
            .n_purposes = 1,
            .data_categories = DATA,
            .n_data_categories = 2,
            .b_secrecy_bound = true,
            .a_reason = "",
            .b_reason = NUMBER,
            .until_day = (uint32_t)time_brussels_day(sim_now()) + 100};
    const struct partnership partnership = {.partner = "chambry",
            .terms = evil_pack(evil, &WIRE_TERMS, &terms)};
    const struct statement body = {.v = 1,
            .author = EVIL,
            .version = 100,
            .kind = STATEMENT_KIND_PARTNERSHIP,
            .subject = "chambry",
            .issued_ms = (uint64_t)sim_now(),
            .until_ms = (uint64_t)(sim_now() + TIME_DAY_MS),
            .partnership = &partnership};
    struct span thing = evil_sign(evil, KIND_STATEMENT, &WIRE_STATEMENT, &body);
    assert_string_equal(evil_publish(evil, &thing, 1), "E_NISS");
    evil_free(evil);
    world_end();
}

/* ------------------------------------------------------------ both must allow it */

/* The consent names it; the partnership of this world does not. */
static void consent_alone_is_not_enough(void **state)
{
    static const uint16_t data[] = {DATA_CATEGORY_CONTACT, DATA_CATEGORY_NEEDS,
            DATA_CATEGORY_IDENTIFIER};
    static const struct consent_give give = {.person = "Rosa Voorbeeld",
            .how = CONSENT_HOW_IN_PERSON,
            .recipients = TO,
            .n_recipients = 1,
            .purposes = PURPOSES,
            .n_purposes = 1,
            .data_categories = data,
            .n_data_categories = COUNT_OF(data),
            .level_max = LEVEL_S2,
            .legal_basis = LEGAL_BASIS_CONSENT_EXPLICIT};
    static const struct person person = {.name = "Rosa Voorbeeld",
            .niss = "85.07.30-033.28"};
    static const struct referral referral = {.person = &person,
            .needs = NEEDS,
            .n_needs = 1};
    static const struct partnership_change change = {.verb = PARTNERSHIP_VERB_PROPOSE,
            .partner = TARGET,
            .purposes = PURPOSES,
            .n_purposes = 1,
            .data_categories = data,
            .n_data_categories = COUNT_OF(data),
            .own_secrecy_bound = true,
            .their_secrecy_bound = true,
            .own_reason = "decreet",
            .their_reason = "decreet"};
    static const struct partnership_change yes = {.verb = PARTNERSHIP_VERB_AGREE,
            .partner = HOME};
    struct request request = {.consent_give = &give};
    struct request propose = {.partnership = &change}, agree = {.partnership = &yes};
    (void)state;
    world_fresh(363);
    world_must(HOME, &propose, "");
    world_pass(TIME_MINUTE_MS);
    world_must(TARGET, &agree, "");
    world_pass(TIME_MINUTE_MS);
    uint64_t consent = world_must(HOME, &request, "")->made->consent_number;
    const struct world_referral wish = {.consent = consent,
            .candidate = TARGET,
            .content = &referral};
    const struct reply *reply = world_refer_as(HOME, &wish);
    assert_string_equal(reply->code, "E_NISS");
    assert_string_equal(reply->issues[0].field, "referral.person.niss");
    world_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(no_request_brings_one_in),
            cmocka_unit_test(no_suspension_holds_one),
            cmocka_unit_test(no_statement_holds_one),
            cmocka_unit_test(no_terms_hold_one),
            cmocka_unit_test(consent_alone_is_not_enough),
    };
    peek_begin();
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}

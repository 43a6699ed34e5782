/* sim_subscriptions.c - who is sent a signal because they subscribed: those whom the
 * person's consent names and a partnership allows, and nobody without a consent. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/time.h"
#include "core/vocab.h"
#include "tests/world.h"

#define POINT "meldpunt"
#define HOME  "thuiszorg"

static const char *const AREAS[] = {"21004"};

static const struct made *subscribe(const char *who, uint16_t need, bool end,
        const char *code)
{
    const struct set_subscription set = {.areas = AREAS,
            .n_areas = end ? 0 : 1,
            .needs = &need,
            .n_needs = end ? 0 : 1,
            .end = end};
    struct request request = {.subscription = &set};
    const struct reply *reply = world_must(who, &request, code);
    world_quiet();
    return reply->made;
}

static const struct made *raise(uint64_t consent, const char *to)
{
    static const uint16_t needs[] = {NEED_CATEGORY_LONELINESS_ISOLATION};
    static const struct signal said = {.needs = needs,
            .n_needs = 1,
            .person = "Rosa Voorbeeld, third floor",
            .language = "nl"};
    const struct raise_signal wish = {.recipient = to,
            .consent_number = consent,
            .urgency = URGENCY_ROUTINE,
            .area = "21004",
            .signal = &said};
    struct request request = {.signal = &wish};
    return world_must(HOME, &request, "")->made;
}

/* "noord chambry!E_CONSENT_RECIPIENT": to whom, and to whom not. */
static const char *shares_of(const struct made *made)
{
    static char text[400];
    size_t len = 0;
    text[0] = '\0';
    for (size_t i = 0; i < made->n_shares && len < sizeof text; i++)
        len += (size_t)snprintf(text + len, sizeof text - len, "%s%s%s%s",
                i > 0 ? " " : "", made->shares[i].partner,
                made->shares[i].code[0] != '\0' ? "!" : "", made->shares[i].code);
    return text;
}

static const struct made *share_on(uint64_t number, uint64_t consent, const char *code)
{
    const struct share_signal share = {.case_number = number,
            .consent_number = consent};
    struct request request = {.share = &share};
    return world_must(POINT, &request, code)->made;
}

/* The point looks at it, and the person does not want it. */
static void declined(uint64_t number)
{
    const struct triage_signal look = {.case_number = number};
    const struct end_signal no = {.case_number = number, .end = SIGNAL_END_DECLINED};
    world_must(POINT, &(struct request){.triage = &look}, "");
    world_must(POINT, &(struct request){.signal_end = &no}, "");
}

static size_t subscriptions(void)
{
    const struct list_subscriptions list = {.partner = ""};
    struct request request = {.subscriptions = &list};
    return world_must(HOME, &request, "")->supply->n_lines;
}

static void it_goes_to_whom_the_consent_names_and_to_nobody_else(void **state)
{
    (void)state;
    world_fresh(1);
    subscribe("noord", NEED_CATEGORY_LONELINESS_ISOLATION, false, "");
    subscribe("chambry", NEED_CATEGORY_LONELINESS_ISOLATION, false, "");
    subscribe("aksant", NEED_CATEGORY_DEBT, false, "");
    uint64_t consent = world_consent(HOME, &(struct world_consent){
                                                   .recipients = {POINT, "noord"},
                                                   .level_max = LEVEL_S1
    });
    const struct made *made = raise(consent, POINT);
    assert_string_equal(shares_of(made), "chambry!E_CONSENT_RECIPIENT noord");
    assert_int_equal(made->count, 1);
    world_quiet();
    uint64_t at_point = world_newest(POINT, CASE_BOX_NONE);
    uint64_t at_noord = world_newest("noord", CASE_BOX_NONE);
    assert_int_equal(world_show(POINT, at_point)->line->kind, CASE_KIND_SIGNAL_IN);
    assert_string_equal(world_show("noord", at_noord)->signal->person,
            "Rosa Voorbeeld, third floor");
    assert_int_equal(world_newest("chambry", CASE_BOX_NONE), 0);
    assert_int_equal(world_newest("aksant", CASE_BOX_NONE), 0);
    assert_int_equal(world_status(HOME)->outbox, 0);
    world_end();
}

static void without_consent_nobody_but_the_point_hears_of_it(void **state)
{
    (void)state;
    world_fresh(2);
    subscribe("noord", NEED_CATEGORY_LONELINESS_ISOLATION, false, "");
    assert_string_equal(shares_of(raise(0, POINT)), "");
    world_quiet();
    assert_int_equal(world_newest("noord", CASE_BOX_NONE), 0);
    world_end();
}

static void the_point_shares_it_under_a_consent_of_its_own(void **state)
{
    (void)state;
    world_fresh(3);
    world_agree(POINT, "noord");
    subscribe("noord", NEED_CATEGORY_LONELINESS_ISOLATION, false, "");
    raise(0, POINT);
    world_quiet();
    uint64_t number = world_newest(POINT, CASE_BOX_NONE);
    uint64_t consent = world_consent(POINT,
            &(struct world_consent){.recipients = {"noord"}, .level_max = LEVEL_S1});
    share_on(number, 0, "E_CONSENT_NONE");
    assert_string_equal(shares_of(share_on(number, consent, "")), "noord");
    world_quiet();
    assert_string_equal(world_show("noord", world_newest("noord", CASE_BOX_NONE))
                                ->line->other,
            POINT);
    /* Nobody gets it twice, and it counts as no signal that came to us. */
    assert_string_equal(shares_of(share_on(number, consent, "")), "");
    assert_int_equal(world_show(POINT, number)->signal_life->n_joined, 0);
    /* What is withdrawn opens no way any more. */
    world_withdraw(POINT, consent);
    assert_string_equal(shares_of(share_on(number, consent, "")),
            "noord!E_CONSENT_WITHDRAWN");
    share_on(99, consent, "E_NOT_FOUND");
    /* Nor does what was ended. */
    declined(number);
    share_on(number, consent, "E_TRANSITION");
    world_end();
}

static void what_has_ended_is_not_served(void **state)
{
    (void)state;
    world_fresh(4);
    subscribe("noord", NEED_CATEGORY_LONELINESS_ISOLATION, true, "E_NOT_FOUND");
    subscribe("noord", NEED_CATEGORY_LONELINESS_ISOLATION, false, "");
    assert_int_equal(subscriptions(), 1);
    subscribe("noord", NEED_CATEGORY_LONELINESS_ISOLATION, true, "");
    assert_int_equal(subscriptions(), 0);
    uint64_t consent = world_consent(HOME, &(struct world_consent){
                                                   .recipients = {POINT, "noord"},
                                                   .level_max = LEVEL_S1
    });
    assert_string_equal(shares_of(raise(consent, POINT)), "");
    world_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(it_goes_to_whom_the_consent_names_and_to_nobody_else),
            cmocka_unit_test(without_consent_nobody_but_the_point_hears_of_it),
            cmocka_unit_test(the_point_shares_it_under_a_consent_of_its_own),
            cmocka_unit_test(what_has_ended_is_not_served),
    };
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}

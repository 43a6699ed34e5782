/* sim_signals_late.c - nobody looks at a signal in time: the coordinators of its area
 * hear that, and no more than that; and who tells such a thing of somebody else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/hash.h"
#include "core/time.h"
#include "core/vocab.h"
#include "tests/coordinated.h"
#include "tests/peek.h"

static const uint16_t NEEDS[] = {NEED_CATEGORY_LONELINESS_ISOLATION};

/* From HOME to TARGET with the person's consent; its number there. */
static uint64_t reported(uint16_t urgency)
{
    static const struct world_consent wish = {.recipients = {TARGET}};
    static const struct signal signal = {
            .needs = NEEDS,
            .n_needs = 1,
            .person = "Rosa Voorbeeld",
    };
    const struct raise_signal raise = {
            .recipient = TARGET,
            .consent_number = world_consent(HOME, &wish),
            .urgency = urgency,
            .area = COORDINATED_AREA,
            .signal = &signal,
    };
    struct request request = {.signal = &raise};
    world_must(HOME, &request, "");
    world_quiet();
    return world_newest(TARGET, CASE_BOX_NEW);
}

static void coordinators_hear_of_a_signal_that_nobody_looks_at(void **state)
{
    (void)state;
    coordinated_fresh(621);
    uint64_t number = reported(URGENCY_CRISIS);
    world_pass(2 * TIME_HOUR_MS - TIME_MINUTE_MS);
    assert_int_equal(coordinated_list(true, false)->n_escalations, 0);
    world_pass(3 * TIME_MINUTE_MS);
    const struct escalation_list *list = coordinated_list(false, false);
    assert_int_equal(list->n_escalations, 1);
    assert_int_equal(list->escalations[0].cause, ESCALATION_CAUSE_SIGNAL_WAITS);
    assert_string_equal(list->escalations[0].sender, TARGET);
    assert_string_equal(list->escalations[0].target, TARGET);
    assert_int_equal(list->escalations[0].urgency, URGENCY_CRISIS);
    /* No partner can be proposed for it: somebody has to look. */
    const struct case_detail *file = world_show(REGIE, list->escalations[0].number);
    assert_int_equal(file->n_actions, 1);
    assert_string_equal(file->actions[0], "handover");
    list = coordinated_list(false, false);
    const char *const names[] = {OTHER};
    const struct assign assign = {
            .number = list->escalations[0].number,
            .candidates = names,
            .n_candidates = 1,
    };
    struct request request = {.assign = &assign};
    world_must(REGIE, &request, "E_TRANSITION");
    const struct triage_signal triage = {.case_number = number};
    request = (struct request){.triage = &triage};
    world_must(TARGET, &request, "");
    world_quiet();
    assert_int_equal(coordinated_list(false, false)->n_escalations, 0);
    assert_int_equal(coordinated_list(true, false)->n_escalations, 1);
    world_end();
}

/* Said of another partner it is not taken. */
static void a_partner_tells_it_only_of_itself(void **state)
{
    static const struct {
        const char *partner, *code;
    } rows[] = {
            {OTHER, "E_CODE"},
            {HOME,  ""      },
    };
    (void)state;
    coordinated_fresh(622);
    struct evil *writer = evil_new(HOME);
    struct evil *broker = evil_new(NETWORK_BROKER);
    evil_serve(broker, REGIE);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct concern said = {
                .cause = ESCALATION_CAUSE_SIGNAL_WAITS,
                .partner = rows[i].partner,
                .since_ms = (uint64_t)(sim_now() - TIME_DAY_MS),
                .sender = "",
        };
        struct letter_core core = {
                .recipient = REGIE,
                .on_behalf_of = "",
                .type = LETTER_TYPE_CONCERN,
                .level = LEVEL_S0,
                .urgency = URGENCY_ROUTINE,
                .area = COORDINATED_AREA,
        };
        hash_random(&said.escalation_id, sizeof said.escalation_id);
        hash_random(&core.referral_id, sizeof core.referral_id);
        struct content content = {.concern = &said};
        struct mail mail = {.letter = evil_letter(writer, &core, &content)};
        const struct receipt *receipt = evil_deliver(broker, &mail);
        assert_non_null(receipt);
        assert_string_equal(receipt->code, rows[i].code);
    }
    evil_free(broker);
    evil_free(writer);
    world_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(coordinators_hear_of_a_signal_that_nobody_looks_at),
            cmocka_unit_test(a_partner_tells_it_only_of_itself),
    };
    return cmocka_run_group_tests(tests, coordinated_setup, coordinated_teardown);
}

/* sim_person.c - a person takes everything back: each linked consent of this node goes,
 * a namesake's stays, and staff hear who else must be asked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/vocab.h"
#include "tests/peek.h"
#include "tests/world.h"

#define HOME   "thuiszorg"
#define TARGET "aksant"

static const struct id STORY = {
        {0x57, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14}
};

static uint64_t give(const char *id, const char *person, const char *recipient)
{
    static const uint16_t purposes[] = {PURPOSE_CARE_COORDINATION};
    static const uint16_t data[] = {DATA_CATEGORY_CONTACT, DATA_CATEGORY_AREA,
            DATA_CATEGORY_LANGUAGE, DATA_CATEGORY_NEEDS};
    const struct consent_give given = {.person = person,
            .how = CONSENT_HOW_IN_PERSON,
            .recipients = &recipient,
            .n_recipients = 1,
            .purposes = purposes,
            .n_purposes = 1,
            .data_categories = data,
            .n_data_categories = COUNT_OF(data),
            .level_max = LEVEL_S1,
            .legal_basis = LEGAL_BASIS_CONSENT_EXPLICIT,
            .language = "nl"};
    struct request request = {.consent_give = &given};

    return world_must(id, &request, "")->made->consent_number;
}

static uint64_t refer(const char *from, const char *to, uint64_t consent,
        const char *name, const struct id *story)
{
    static const uint16_t needs[] = {NEED_CATEGORY_LONELINESS_ISOLATION};
    const struct person person = {.name = name, .language = "nl"};
    const struct referral content = {.person = &person,
            .needs = needs,
            .n_needs = 1,
            .correlation_id = *story};
    const struct world_referral wish = {.consent = consent,
            .candidate = to,
            .secret = name,
            .content = &content};
    const struct reply *reply = world_refer_as(from, &wish);

    assert_string_equal(reply->code, "");
    uint64_t number = reply->made->case_number;
    world_quiet();
    return number;
}

static uint64_t renew(const char *id, uint64_t number)
{
    const struct consent_give given = {.how = CONSENT_HOW_PHONE, .language = "nl"};
    const struct consent_renew again = {.number = number, .given = &given};
    struct request request = {.consent_renew = &again};

    return world_must(id, &request, "")->made->consent_number;
}

static const struct consent_record *reach(const char *id, uint64_t number)
{
    const struct consent_reach ask = {.case_number = number};
    struct request request = {.consent_reach = &ask};

    return world_must(id, &request, "")->consent;
}

static const struct reply *withdraw(const char *id, uint64_t number, uint64_t also,
        const char *code)
{
    const struct consent_withdraw wish = {.case_number = number,
            .reason = WITHDRAWAL_REASON_PERSON_ASKED,
            .also = &also,
            .n_also = also != 0};
    struct request request = {.consent_withdraw = &wish};

    return world_must(id, &request, code);
}

static bool is_withdrawn(const char *id, uint64_t number)
{
    return peek_number(peek_of(id),
                   "SELECT withdrawn_ms > 0 FROM consent WHERE number = %lld",
                   (long long)number) != 0;
}

/* HOME has five consents: 1 and its renewal, one of the same story, a namesake's and
 * somebody else's; and another partner sent it a case of that story. */
struct records {
    uint64_t first, renewed, story, namesake, other;
    uint64_t case_first, case_story;
};

static void set_up(uint64_t seed, struct records *at)
{
    static const struct id none;

    world_fresh(seed);
    at->first = give(HOME, "Rosa Voorbeeld", TARGET);
    at->case_first = refer(HOME, TARGET, at->first, "Rosa Voorbeeld", &STORY);
    at->renewed = renew(HOME, at->first);
    at->story = give(HOME, "R. Voorbeeld", TARGET);
    at->case_story = refer(HOME, TARGET, at->story, "R. Voorbeeld", &STORY);
    at->namesake = give(HOME, "ROSA  voorbeeld", TARGET);
    (void)refer(HOME, TARGET, at->namesake, "Rosa Voorbeeld", &none);
    at->other = give(HOME, "Karel Voorbeeld", TARGET);
    (void)refer(HOME, TARGET, at->other, "Karel Voorbeeld", &none);
    uint64_t theirs = give(TARGET, "Rosa Voorbeeld", HOME);
    (void)refer(TARGET, HOME, theirs, "Rosa Voorbeeld", &STORY);
    /* It is a story once its content is here. */
    world_do(HOME, world_newest(HOME, CASE_BOX_NEW), OFFER_EVENT_ACCEPT);
}

static void everything_that_is_linked(void **state)
{
    static const struct {
        const char *name;
        bool by_story, also;
    } rows[] = {
            {"from the first case",  false, false},
            {"from the second case", true,  false},
            {"with the namesake",    false, true },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct records at;
        print_message("# %s\n", rows[i].name);
        set_up(171 + i, &at);
        uint64_t number = rows[i].by_story ? at.case_story : at.case_first;
        const struct consent_record *found = reach(HOME, number);
        assert_int_equal(found->n_consents, 3);
        assert_int_equal(found->n_alike, 1);
        assert_int_equal(found->alike[0].number, at.namesake);
        assert_int_equal(found->n_asked, 1);
        assert_string_equal(found->asked[0], TARGET);
        /* To look is no withdrawal, and leaves nothing of the person behind. */
        assert_false(is_withdrawn(HOME, at.first));
        /* Somebody else's consent is not taken along by a slip. */
        (void)withdraw(HOME, number, at.other, "E_NOT_FOUND");
        assert_false(is_withdrawn(HOME, at.first) || is_withdrawn(HOME, at.other));
        (void)withdraw(HOME, number, rows[i].also ? at.namesake : 0, "");
        world_quiet();
        assert_true(is_withdrawn(HOME, at.first) && is_withdrawn(HOME, at.renewed) &&
                    is_withdrawn(HOME, at.story));
        assert_int_equal(is_withdrawn(HOME, at.namesake), rows[i].also);
        assert_false(is_withdrawn(HOME, at.other));
        /* What went to others under them has ended; a renewed one makes no new ones. */
        assert_int_equal(world_state(HOME, at.case_first), OFFER_STATE_CANCELLED);
        assert_int_equal(world_state(HOME, at.case_story), OFFER_STATE_CANCELLED);
        /* Again: nothing happens. */
        assert_int_equal(withdraw(HOME, number, 0, "")->made->count, 0);
        world_end();
    }
}

/* A case that came from elsewhere: its own consent goes, which others collected. */
static void a_case_that_came(void **state)
{
    struct records at;

    (void)state;
    set_up(175, &at);
    uint64_t came = world_newest(HOME, CASE_BOX_RUNNING);
    const struct consent_record *found = reach(HOME, came);
    assert_int_equal(found->n_consents, 2 + 1);
    assert_string_equal(found->asked[0], TARGET);
    (void)withdraw(HOME, came, 0, "");
    world_quiet();
    assert_int_equal(world_state(HOME, came), OFFER_STATE_CANCELLED);
    assert_true(world_show(HOME, came)->line->stop_contact);
    assert_true(is_withdrawn(HOME, at.first));
    /* At the other node its own record stays, until it is asked. */
    assert_false(is_withdrawn(TARGET, 1));
    world_end();
}

static void a_case_that_is_not_there(void **state)
{
    const struct consent_reach ask = {.case_number = 99};
    struct request request = {.consent_reach = &ask};

    (void)state;
    world_fresh(176);
    (void)world_must(HOME, &request, "E_NOT_FOUND");
    (void)withdraw(HOME, 99, 0, "E_NOT_FOUND");
    world_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(everything_that_is_linked),
            cmocka_unit_test(a_case_that_came),
            cmocka_unit_test(a_case_that_is_not_there),
    };
    peek_begin();
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}

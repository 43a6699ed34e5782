/* sim_record.c - the life of a consent record in a real network: its capsules belong to
 * it, it is followed by another, its end is announced, and what the person is given
 * after a withdrawal names what had been handed over. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/hash.h"
#include "core/time.h"
#include "core/vocab.h"
#include "nodes/notice.h"
#include "nodes/record.h"
#include "tests/peek.h"
#include "tests/sim.h"
#include "tests/world.h"

#define HOME   "thuiszorg"
#define TARGET "aksant"

static uint32_t today(void)
{
    return (uint32_t)time_brussels_day(sim_now());
}

static const struct consent_receipt *receipt_of(uint64_t number)
{
    const struct consent_receipt_get get = {.number = number};
    struct request request = {.consent_receipt = &get};
    return world_must(HOME, &request, "")->consent_receipt;
}

static const struct consent_line *shown(uint64_t number)
{
    const struct consent_show show = {.number = number};
    struct request request = {.consent_show = &show};
    const struct consent_record *record = world_must(HOME, &request, "")->consent;
    assert_int_equal(record->n_consents, 1);
    return &record->consents[0];
}

static const struct consent_record *listed(enum consent_filter filter, uint64_t after,
        uint32_t limit)
{
    const struct consent_list list = {.filter = filter, .after = after, .limit = limit};
    struct request request = {.consent_list = &list};
    return world_must(HOME, &request, "")->consent;
}

static uint64_t consent_until(uint32_t day)
{
    const struct world_consent wish = {.recipients = {TARGET}, .until_day = day};
    return world_consent(HOME, &wish);
}

static uint64_t refer(uint64_t consent)
{
    const struct reply *reply = world_refer(HOME, consent, TARGET, "Rosa Voorbeeld");
    assert_string_equal(reply->code, "");
    uint64_t number = reply->made->case_number;
    world_quiet();
    return number;
}

/* ---- the record ---- */

static void a_record_says_what_was_filled_in_and_who_asked(void **state)
{
    (void)state;
    world_fresh(1);
    uint64_t number = consent_until(0);
    const struct consent_give *given = shown(number)->given;
    struct key32 hash = notice_hash(LANG_NL);
    assert_string_equal(given->given_by, "Mevrouw Voorbeeld");
    assert_int_equal(given->authority, CONSENT_AUTHORITY_PERSON);
    assert_int_equal(given->until_day, today() + RECORD_TERM_DAYS);
    assert_string_equal(given->notice_title, notice_title(LANG_NL));
    assert_true(key32_equal(&given->notice_sha256, &hash));
    assert_true(given->collected_by[0] != '\0');
    /* UUID version 4 */
    assert_int_equal(given->record_id.b[6] >> 4, 4);
    assert_int_equal(given->renews, 0);
    world_end();
}

static const struct reply *give_to(const char *const *recipients, size_t n,
        const char *code)
{
    static const uint16_t purposes[] = {PURPOSE_CARE_COORDINATION};
    static const uint16_t data[] = {DATA_CATEGORY_CONTACT};
    const struct consent_give give = {.person = "Mevrouw Voorbeeld",
            .how = CONSENT_HOW_PHONE,
            .recipients = recipients,
            .n_recipients = n,
            .purposes = purposes,
            .n_purposes = COUNT_OF(purposes),
            .data_categories = data,
            .n_data_categories = COUNT_OF(data),
            .level_max = LEVEL_S1,
            .legal_basis = LEGAL_BASIS_CONSENT_EXPLICIT};
    struct request request = {.consent_give = &give};
    return world_must(HOME, &request, code);
}

/* No letter could go there, and the receipt would name nobody. */
static void who_is_named_can_receive(void **state)
{
    (void)state;
    static const struct {
        const char *recipients[2];
        size_t n;
        const char *code, *names;
    } ROWS[] = {
            {{TARGET},             1, "",            NULL      },
            {{"aksent"},           1, "E_NOT_FOUND", "aksent"  },
            {{TARGET, "nobody"},   2, "E_NOT_FOUND", "nobody"  },
            {{HOME},               1, "E_FIELD",     "yourself"},
            {{"antenne"},          1, "E_FIELD",     "noord"   },
            {{"antenne", "noord"}, 2, "",            NULL      },
    };
    world_fresh(11);
    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        const struct reply *reply =
                give_to(ROWS[i].recipients, ROWS[i].n, ROWS[i].code);
        assert_int_equal(reply->n_issues, ROWS[i].names != NULL);
        if (ROWS[i].names == NULL)
            continue;
        assert_string_equal(reply->issues[0].field, "recipients");
        assert_non_null(strstr(reply->issues[0].words, ROWS[i].names));
    }
    /* By its kind the supporter is named as well as by its name. */
    static const uint16_t types[] = {PARTNER_TYPE_LDC};
    struct consent_give kind = *shown(1)->given;
    static const char *const antenna[] = {"antenne"};
    kind.record_id = (struct id){{0}};
    kind.recipients = antenna;
    kind.recipient_types = types;
    kind.n_recipient_types = COUNT_OF(types);
    kind.area = "21004";
    struct request request = {.consent_give = &kind};
    world_must(HOME, &request, "");
    world_end();
}

static void a_consent_can_begin_later(void **state)
{
    (void)state;
    world_fresh(12);
    struct consent_give later = *shown(consent_until(today() + 60))->given;
    later.record_id = (struct id){{0}};
    later.from_day = today() + 2;
    struct request request = {.consent_give = &later};
    const struct reply *reply = world_must(HOME, &request, "");
    uint64_t number = reply->made->consent_number;
    assert_string_equal(reply->made->state, "later");
    assert_string_equal(shown(number)->state, "later");
    assert_string_equal(world_refer(HOME, number, TARGET, "Rosa Voorbeeld")->code,
            "E_CONSENT_EXPIRED");
    world_pass((int64_t)2 * TIME_DAY_MS);
    assert_string_equal(shown(number)->state, "active");
    refer(number);
    world_end();
}

static void a_capsule_can_be_shown_to_belong_to_its_record(void **state)
{
    (void)state;
    world_fresh(2);
    uint64_t number = consent_until(0);
    assert_int_equal(receipt_of(number)->capsules, 0);
    refer(number);
    refer(number);
    const struct consent_receipt *receipt = receipt_of(number);
    assert_int_equal(receipt->capsules, 2);
    assert_int_equal(receipt->capsules_match, 2);
    /* Each has a salt of its own, and none lies open in the store. */
    struct sqlite3 *db = peek_of(HOME);
    assert_int_equal(peek_number(db, "SELECT count(DISTINCT salt) FROM capsule"), 2);
    assert_int_equal(peek_number(db,
                             "SELECT count(*) FROM capsule WHERE length(salt) <= 32"),
            0);
    world_end();
}

/* A salt of one capsule shows nothing about another one. */
static void salts_cannot_be_swapped(void **state)
{
    (void)state;
    world_fresh(3);
    uint64_t number = consent_until(0);
    refer(number);
    refer(number);
    (void)peek_number(peek_of(HOME),
            "UPDATE capsule SET salt = (SELECT salt FROM capsule b WHERE "
            "b.consent_id <> capsule.consent_id AND b.salt IS NOT NULL LIMIT 1) "
            "WHERE consent_id = (SELECT min(consent_id) FROM capsule)");
    const struct consent_receipt_get get = {.number = number};
    struct request request = {.consent_receipt = &get};
    /* It was bound to the other capsule: the store was changed. */
    const struct reply *reply = world_try(HOME, &request);
    assert_true(reply == NULL || reply->code[0] != '\0' ||
                reply->consent_receipt->capsules_match < 2);
    world_end();
}

/* ---- renewing ---- */

static const struct reply *renew(uint64_t number, struct consent_give given,
        const char *code)
{
    const struct consent_renew wish = {.number = number, .given = &given};
    struct request request = {.consent_renew = &wish};
    return world_must(HOME, &request, code);
}

static struct consent_give by_phone(void)
{
    return (struct consent_give){.how = CONSENT_HOW_PHONE};
}

static void a_renewed_consent_follows_the_old_one(void **state)
{
    (void)state;
    world_fresh(4);
    uint64_t first = consent_until(today() + 20);
    uint64_t case_number = refer(first);
    const struct reply *reply = renew(first, by_phone(), "");
    uint64_t second = reply->made->consent_number;
    assert_int_equal(reply->made->count, 1);
    /* What was agreed is taken over; how and until when is new. */
    const struct consent_line *line = shown(second);
    assert_int_equal(line->given->renews, first);
    assert_int_equal(line->given->how, CONSENT_HOW_PHONE);
    assert_string_equal(line->given->person, "Mevrouw Voorbeeld");
    assert_string_equal(line->given->recipients[0], TARGET);
    assert_true(line->given->n_data_categories > 4);
    assert_true(line->given->n_preview_categories > 1);
    assert_int_equal(line->given->until_day, today() + RECORD_TERM_DAYS);
    /* The old one is what it was. */
    line = shown(first);
    assert_int_equal(line->renewed_by, second);
    assert_int_equal(line->given->until_day, today() + 20);
    assert_int_equal(line->given->how, CONSENT_HOW_IN_PERSON);
    assert_string_equal(line->state, "active");
    assert_int_equal(line->live_cases, 1);
    /* The referral that runs stays under the old capsule, and goes on while that holds;
     * so the end of the old one is announced although it was renewed. */
    assert_true(line->ending);
    assert_int_equal(world_status(HOME)->consents_ending, 1);
    assert_int_equal(world_show(HOME, case_number)->line->consent_days_left, 21);
    uint64_t got = world_newest(TARGET, CASE_BOX_NEW);
    world_do(TARGET, got, OFFER_EVENT_ACCEPT);
    assert_int_equal(world_state(HOME, case_number), OFFER_STATE_ACCEPTED);
    assert_int_equal(peek_number(peek_of(HOME),
                             "SELECT count(DISTINCT consent_id) FROM capsule WHERE "
                             "consent = %d",
                             (int)first),
            1);
    assert_int_equal(peek_number(peek_of(HOME),
                             "SELECT count(*) FROM capsule WHERE consent = %d",
                             (int)second),
            0);
    /* Once nothing runs under it any more, the old one calls for nothing. */
    world_do(TARGET, got, OFFER_EVENT_FAIL);
    world_quiet();
    assert_false(shown(first)->ending);
    assert_int_equal(world_status(HOME)->consents_ending, 0);
    /* A chain of three; nobody is followed twice. */
    uint64_t third = renew(second, by_phone(), "")->made->consent_number;
    assert_int_equal(shown(second)->renewed_by, third);
    reply = renew(second, by_phone(), "E_DUPLICATE");
    assert_string_equal(reply->issues[0].field, "number");
    world_end();
}

static void what_is_new_is_asked_anew(void **state)
{
    (void)state;
    static const uint16_t data[] = {DATA_CATEGORY_NEEDS, DATA_CATEGORY_CONTACT};
    world_fresh(5);
    uint64_t first = consent_until(today() + 20);
    const struct reply *reply =
            renew(first, (struct consent_give){.how = 0}, "E_FIELD");
    assert_string_equal(reply->issues[0].field, "how");
    /* Other data have their own preview. */
    struct consent_give less = by_phone();
    less.data_categories = data;
    less.n_data_categories = COUNT_OF(data);
    uint64_t second = renew(first, less, "")->made->consent_number;
    assert_int_equal(shown(second)->given->n_data_categories, COUNT_OF(data));
    assert_int_equal(shown(second)->given->n_preview_categories, 1);
    /* Handing on can be agreed, kept, and taken back. */
    struct consent_give onward = by_phone();
    onward.onward_depth = 2;
    uint64_t far = renew(second, onward, "")->made->consent_number;
    uint64_t kept = renew(far, by_phone(), "")->made->consent_number;
    assert_int_equal(shown(kept)->given->onward_depth, 2);
    struct consent_give no_more = by_phone();
    no_more.no_onward = true;
    second = renew(kept, no_more, "")->made->consent_number;
    assert_int_equal(shown(second)->given->onward_depth, 0);
    assert_false(shown(second)->given->no_onward);
    no_more.onward_depth = 1;
    reply = renew(second, no_more, "E_FIELD");
    assert_string_equal(reply->issues[0].field, "no_onward");
    /* Whoever takes back one takes back the whole chain; then nothing is renewed. */
    uint64_t third = renew(second, by_phone(), "")->made->consent_number;
    world_withdraw(HOME, second);
    assert_string_equal(shown(first)->state, "withdrawn");
    assert_string_equal(shown(third)->state, "withdrawn");
    reply = renew(second, by_phone(), "E_CONSENT_WITHDRAWN");
    assert_string_equal(reply->issues[0].field, "number");
    renew(99, by_phone(), "E_NOT_FOUND");
    /* That it follows another cannot be said by anybody. */
    struct consent_give own = *shown(first)->given;
    own.renews = first;
    struct request request = {.consent_give = &own};
    reply = world_must(HOME, &request, "E_FIELD");
    assert_string_equal(reply->issues[0].field, "renews");
    world_end();
}

/* After the end of the old one, the referral is brought to a close under it, and what
 * must still be shared goes under the new one as an offer anew. */
static void a_referral_goes_on_under_the_renewed_consent_as_a_new_offer(void **state)
{
    (void)state;
    world_fresh(6);
    uint64_t first = consent_until(today() + 1);
    uint64_t number = refer(first);
    world_do(TARGET, world_newest(TARGET, CASE_BOX_NEW), OFFER_EVENT_ACCEPT);
    uint64_t second = renew(first, by_phone(), "")->made->consent_number;
    world_pass((int64_t)2 * TIME_DAY_MS);
    uint64_t theirs = world_newest(TARGET, CASE_BOX_RUNNING);
    assert_string_equal(world_show(HOME, number)->line->consent_state, "expired");
    assert_int_equal(world_status(HOME)->consents_ended_live, 1);
    /* Control letters still pass. */
    world_do(TARGET, theirs, OFFER_EVENT_START);
    world_do(TARGET, theirs, OFFER_EVENT_FAIL);
    const struct world_referral again = {.consent = second,
            .candidate = TARGET,
            .secret = "Rosa Voorbeeld",
            .reopens = number};
    assert_string_equal(world_refer_as(HOME, &again)->code, "");
    world_quiet();
    assert_string_equal(world_show(HOME, number)->line->consent_state, "active");
    assert_int_equal(world_status(HOME)->consents_ended_live, 0);
    assert_int_equal(shown(second)->live_cases, 1);
    /* Each receipt names what left under its own consent. */
    assert_int_equal(receipt_of(first)->n_handed, 2);
    assert_int_equal(receipt_of(second)->n_handed, 1);
    world_end();
}

/* ---- the end ---- */

static void the_end_of_a_consent_is_announced(void **state)
{
    (void)state;
    world_fresh(7);
    uint64_t later = consent_until(today() + 60);
    uint64_t soon = consent_until(today() + 29);
    uint64_t sooner = consent_until(today());
    uint64_t used = consent_until(today() + 1);
    uint64_t renewed = consent_until(today() + 5);
    uint64_t case_number = refer(used);
    renew(renewed, by_phone(), "");
    assert_int_equal(world_status(HOME)->consents_ending, 3);
    assert_int_equal(world_status(HOME)->consents_ended_live, 0);
    /* Where something runs comes first, then what ends first. */
    const struct consent_record *record = listed(CONSENT_FILTER_ENDING, 0, 0);
    assert_int_equal(record->n_consents, 3);
    assert_int_equal(record->consents[0].number, used);
    assert_int_equal(record->consents[1].number, sooner);
    assert_int_equal(record->consents[2].number, soon);
    assert_int_equal(record->consents[1].days_left, 1);
    /* Page after page each is there once. */
    record = listed(CONSENT_FILTER_ENDING, 0, 2);
    assert_true(record->more);
    assert_int_equal(record->consents[0].number, soon);
    assert_int_equal(record->consents[1].number, sooner);
    record = listed(CONSENT_FILTER_ENDING, sooner, 2);
    assert_int_equal(record->n_consents, 1);
    assert_int_equal(record->consents[0].number, used);
    assert_int_equal(shown(later)->days_left, 61);
    assert_false(shown(later)->ending);
    assert_int_equal(world_show(HOME, case_number)->line->consent_days_left, 2);
    /* One day earlier it was not soon yet. */
    assert_false(shown(consent_until(today() + RECORD_ENDING_DAYS))->ending);
    assert_true(shown(consent_until(today() + RECORD_ENDING_DAYS - 1))->ending);
    world_pass((int64_t)2 * TIME_DAY_MS);
    assert_int_equal(world_status(HOME)->consents_ended_live, 1);
    assert_int_equal(world_show(HOME, case_number)->line->consent_days_left, 0);
    world_end();
}

static bool has(const struct consent_record *record, uint64_t number)
{
    for (size_t i = 0; i < record->n_consents; i++)
        if (record->consents[i].number == number)
            return true;
    return false;
}

static void consents_are_found_by_how_they_stand(void **state)
{
    (void)state;
    world_fresh(8);
    uint64_t over = consent_until(today() + 1);
    uint64_t active = consent_until(today() + 90);
    uint64_t gone = consent_until(today() + 90);
    world_withdraw(HOME, gone);
    world_pass((int64_t)2 * TIME_DAY_MS);
    static const struct {
        enum consent_filter filter;
        bool over, active, gone;
    } ROWS[] = {
            {CONSENT_FILTER_NONE,      true,  true,  true },
            {CONSENT_FILTER_ACTIVE,    false, true,  false},
            {CONSENT_FILTER_ENDING,    false, false, false},
            {CONSENT_FILTER_EXPIRED,   true,  false, false},
            {CONSENT_FILTER_WITHDRAWN, false, false, true },
    };
    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        const struct consent_record *record = listed(ROWS[i].filter, 0, 0);
        assert_int_equal(has(record, over), ROWS[i].over);
        assert_int_equal(has(record, active), ROWS[i].active);
        assert_int_equal(has(record, gone), ROWS[i].gone);
        assert_false(record->more);
    }
    /* Page by page. */
    const struct consent_record *record = listed(CONSENT_FILTER_NONE, 0, 2);
    assert_int_equal(record->n_consents, 2);
    assert_true(record->more);
    record = listed(CONSENT_FILTER_NONE, record->consents[1].number, 2);
    assert_int_equal(record->n_consents, 1);
    assert_false(record->more);
    world_end();
}

/* ---- what had left before a withdrawal ---- */

/* It must be there. */
static struct handed_letter handed(const struct consent_receipt *receipt,
        enum letter_type type, const char *partner)
{
    for (size_t i = 0; i < receipt->n_handed; i++)
        if (receipt->handed[i].type == type &&
                strcmp(receipt->handed[i].partner, partner) == 0)
            return receipt->handed[i];
    fail_msg("no %s was handed over", letter_type_name(type));
    return (struct handed_letter){.partner = ""};
}

static void a_receipt_after_a_withdrawal_names_what_was_handed_over(void **state)
{
    (void)state;
    world_fresh(9);
    uint64_t consent = consent_until(0);
    refer(consent);
    uint64_t waiting_ms = (uint64_t)sim_now();
    const struct consent_receipt *receipt = receipt_of(consent);
    assert_int_equal(receipt->n_handed, 1);
    world_do(TARGET, world_newest(TARGET, CASE_BOX_NEW), OFFER_EVENT_ACCEPT);
    const struct visit seen = {.result = VISIT_RESULT_MET, .text = "They met"};
    world_visit(TARGET, world_newest(TARGET, CASE_BOX_RUNNING), &seen);
    /* Another referral only came as far as its preview. */
    refer(consent);
    world_withdraw(HOME, consent);
    world_quiet();
    receipt = receipt_of(consent);
    assert_string_equal(receipt->line->state, "withdrawn");
    assert_true(receipt->line->withdrawn_ms > 0);
    struct handed_letter preview = handed(receipt, LETTER_TYPE_PREVIEW, TARGET);
    struct handed_letter content = handed(receipt, LETTER_TYPE_CONTENT, TARGET);
    /* What came back is in the broker's list only. */
    struct handed_letter visit = handed(receipt, LETTER_TYPE_VISIT, HOME);
    assert_true(visit.at_ms >= content.at_ms);
    assert_int_equal(receipt->n_handed, 4);
    assert_true(preview.at_ms <= waiting_ms && preview.at_ms > 0);
    assert_true(content.at_ms <= receipt->line->withdrawn_ms);
    assert_true(content.n_data_categories > preview.n_data_categories);
    assert_int_equal(content.purpose, PURPOSE_CARE_COORDINATION);
    /* Oldest first, and everybody who is named has a name. */
    for (size_t i = 1; i < receipt->n_handed; i++)
        assert_true(receipt->handed[i - 1].at_ms <= receipt->handed[i].at_ms);
    bool named = false;
    for (size_t i = 0; i < receipt->n_organisations; i++)
        named |= strcmp(receipt->organisations[i].partner, TARGET) == 0 &&
                 receipt->organisations[i].name[0] != '\0';
    assert_true(named);
    assert_int_equal(receipt->capsules_match, 2);
    world_end();
}

/* Nothing had left: the receipt says so. */
static void a_receipt_names_nothing_that_was_held_back(void **state)
{
    (void)state;
    world_fresh(10);
    uint64_t consent = consent_until(0);
    world_stop(TARGET);
    refer(consent);
    world_withdraw(HOME, consent);
    world_quiet();
    assert_int_equal(receipt_of(consent)->n_handed, 0);
    world_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(a_record_says_what_was_filled_in_and_who_asked),
            cmocka_unit_test(who_is_named_can_receive),
            cmocka_unit_test(a_consent_can_begin_later),
            cmocka_unit_test(a_capsule_can_be_shown_to_belong_to_its_record),
            cmocka_unit_test(salts_cannot_be_swapped),
            cmocka_unit_test(a_renewed_consent_follows_the_old_one),
            cmocka_unit_test(what_is_new_is_asked_anew),
            cmocka_unit_test(
                    a_referral_goes_on_under_the_renewed_consent_as_a_new_offer),
            cmocka_unit_test(the_end_of_a_consent_is_announced),
            cmocka_unit_test(consents_are_found_by_how_they_stand),
            cmocka_unit_test(a_receipt_after_a_withdrawal_names_what_was_handed_over),
            cmocka_unit_test(a_receipt_names_nothing_that_was_held_back),
    };
    peek_begin();
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}

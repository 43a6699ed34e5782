/* real_canary.c - random words are planted in every field of what people say of a
 * person, and looked for in the broker: memory, database, WAL, log. Not a byte of them
 * is there at any step, and the same search finds what is known to be there. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/hash.h"
#include "core/ids.h"
#include "tests/fleet_case.h"
#include "tests/haystack.h"

enum {
    CANARY_BYTES = 24, /* as text, without the NUL */
    HALF_BYTES = CANARY_BYTES / 2,
    KNOWN_MAX = 8,
};

static const char SENDER[] = "thuiszorg";
static const char READER[] = "aksant";

/* clang-format off */
#define CANARIES \
    X(CONSENT_PERSON) X(CONSENT_GIVEN_BY) X(CONSENT_WITNESS) X(NAME) \
    X(ADDRESS) X(PHONE) X(DOES_SELF) X(STRENGTHS) \
    X(GOAL) X(HELP_WANTED) X(REASON) X(NETWORK) \
    X(SERVICES) X(REFERRER_NAME) X(REFERRER_PHONE) X(QUESTION) \
    X(ANSWER) X(TEXT) X(VISIT) X(NOTE) \
    X(SIGNAL_PERSON) X(SIGNAL_PHONE) X(SIGNAL_TEXT) X(SIGNAL_REPORTER)
/* clang-format on */

enum canary {
#define X(name) CANARY_##name,
    CANARIES
#undef X
            N_CANARIES
};
static const char *const CANARY_NAMES[] = {
#define X(name) #name,
        CANARIES
#undef X
};

struct work {
    struct fleet fleet;
    char canaries[N_CANARIES][CANARY_BYTES + 1];
    char birth_date[11];
    struct id correlation;
    struct haystack canary_stack; /* what must not be at the broker */
    struct haystack known_stack;  /* what must be */
    struct id known[KNOWN_MAX];   /* msg_ids */
    size_t first_needle[N_CANARIES];
};

/* ------------------------------------------------------------- planting */

static void make_canaries(struct work *work)
{
    struct haystack *stack = &work->canary_stack;
    uint8_t random[CANARY_BYTES / 2];

    for (size_t i = 0; i < N_CANARIES; i++) {
        hash_random(random, sizeof random);
        ids_hex((struct span){random, sizeof random}, work->canaries[i]);
        const uint8_t *at = (const uint8_t *)work->canaries[i];
        /* By halves, so that a piece of it is found as well. */
        work->first_needle[i] = haystack_needle(stack, (struct span){at, HALF_BYTES});
        haystack_needle(stack, (struct span){at + HALF_BYTES, HALF_BYTES});
    }
    snprintf(work->birth_date, sizeof work->birth_date, "19%02u-%02u-%02u",
            10 + hash_random_below(30), 1 + hash_random_below(12),
            1 + hash_random_below(28));
    haystack_needle(stack, span_text(work->birth_date));
    hash_random(&work->correlation, sizeof work->correlation);
    haystack_needle(stack, SPAN_OF(work->correlation));
}

static uint64_t give_consent(struct work *work)
{
    static const uint16_t purposes[] = {PURPOSE_CARE_COORDINATION};
    static const uint16_t data[] = {DATA_CATEGORY_CONTACT, DATA_CATEGORY_AREA,
            DATA_CATEGORY_AGE_BAND, DATA_CATEGORY_BIRTH_DATE, DATA_CATEGORY_LANGUAGE,
            DATA_CATEGORY_HOUSEHOLD, DATA_CATEGORY_NETWORK, DATA_CATEGORY_NEEDS,
            DATA_CATEGORY_STRENGTHS, DATA_CATEGORY_SERVICE_HISTORY};
    static const uint16_t preview[] = {DATA_CATEGORY_AREA, DATA_CATEGORY_AGE_BAND,
            DATA_CATEGORY_LANGUAGE, DATA_CATEGORY_NEEDS, DATA_CATEGORY_STRENGTHS};
    static const char *const recipients[] = {READER};
    const struct consent_give give = {.person = work->canaries[CANARY_CONSENT_PERSON],
            .how = CONSENT_HOW_VIA_REPRESENTATIVE,
            .given_by = work->canaries[CANARY_CONSENT_GIVEN_BY],
            .authority = CONSENT_AUTHORITY_GUARDIAN,
            .witness = work->canaries[CANARY_CONSENT_WITNESS],
            .witness_role = WITNESS_ROLE_FAMILY,
            .recipients = recipients,
            .n_recipients = COUNT_OF(recipients),
            .purposes = purposes,
            .n_purposes = COUNT_OF(purposes),
            .data_categories = data,
            .n_data_categories = COUNT_OF(data),
            .preview_categories = preview,
            .n_preview_categories = COUNT_OF(preview),
            .level_max = LEVEL_S1,
            .legal_basis = LEGAL_BASIS_CONSENT_EXPLICIT,
            .language = "nl"};
    const struct request request = {.consent_give = &give};

    return fleet_must(&work->fleet, SENDER, &request, "")->made->consent_number;
}

static uint64_t refer(struct work *work, uint64_t consent)
{
    struct refer_note note;
    char(*canaries)[CANARY_BYTES + 1] = work->canaries;

    fleet_refer_note(&note, consent, READER, canaries[CANARY_NAME]);
    note.person.birth_date = work->birth_date;
    note.person.address = canaries[CANARY_ADDRESS];
    note.person.phone = canaries[CANARY_PHONE];
    note.referral.person_does_self = canaries[CANARY_DOES_SELF];
    note.referral.strengths = canaries[CANARY_STRENGTHS];
    note.referral.own_goal = canaries[CANARY_GOAL];
    note.referral.help_wanted = canaries[CANARY_HELP_WANTED];
    note.referral.reason = canaries[CANARY_REASON];
    note.referral.network = canaries[CANARY_NETWORK];
    note.referral.services_present = canaries[CANARY_SERVICES];
    note.referral.referrer_name = canaries[CANARY_REFERRER_NAME];
    note.referral.referrer_phone = canaries[CANARY_REFERRER_PHONE];
    note.referral.correlation_id = work->correlation;
    note.refer.same_person = canaries[CANARY_CONSENT_WITNESS];
    return fleet_must(&work->fleet, SENDER, &note.request, "")->made->case_number;
}

static void raise_signal(struct work *work, uint64_t consent)
{
    static const uint16_t needs[] = {NEED_CATEGORY_LONELINESS_ISOLATION};
    const struct signal signal = {.needs = needs,
            .n_needs = COUNT_OF(needs),
            .person = work->canaries[CANARY_SIGNAL_PERSON],
            .phone = work->canaries[CANARY_SIGNAL_PHONE],
            .language = "nl",
            .text = work->canaries[CANARY_SIGNAL_TEXT],
            .reporter = work->canaries[CANARY_SIGNAL_REPORTER],
            .correlation_id = work->correlation};
    const struct raise_signal raise = {.recipient = READER,
            .consent_number = consent,
            .urgency = URGENCY_ROUTINE,
            .area = "21004",
            .signal = &signal,
            .same_person = work->canaries[CANARY_CONSENT_WITNESS]};
    const struct request request = {.signal = &raise};

    fleet_must(&work->fleet, SENDER, &request, "");
}

/* One step that carries words. */
static void say(struct work *work, const char *id, const struct act *act)
{
    const struct request request = {.act = act};

    fleet_must(&work->fleet, id, &request, "");
}

static void say_info(struct work *work, const char *id, uint64_t number,
        enum offer_event event, enum canary canary)
{
    static const uint16_t questions[] = {1};
    const struct info info = {.text = work->canaries[canary],
            .questions = questions,
            .n_questions = event == OFFER_EVENT_INFO_REQUEST ? 1 : 0};

    say(work, id, &(struct act){.case_number = number, .event = event, .info = &info});
}

/* ------------------------------------------------------------- looking */

static const char *first_found(const struct work *work)
{
    const struct haystack *stack = &work->canary_stack;

    for (size_t i = 0; i < N_CANARIES; i++)
        if (stack->found[work->first_needle[i]] +
                stack->found[work->first_needle[i] + 1])
            return CANARY_NAMES[i];
    return haystack_total(stack) > 0 ? "birth date or correlation id" : NULL;
}

/* The programs let nobody but root look into their memory. */
static bool search_memory(struct work *work, struct haystack *stack, const char *id)
{
    if (haystack_memory(stack, fleet_program(&work->fleet, id)->pid))
        return true;
    if (getuid() == 0)
        fleet_fail(&work->fleet, "the memory of %s cannot be read", id);
    return false;
}

/* At no step does the broker hold a byte of it. */
static void look_at_broker(struct work *work, const char *step)
{
    struct fleet *fleet = &work->fleet;
    char home[NETWORK_PATH_BYTES];

    haystack_clear(&work->canary_stack);
    search_memory(work, &work->canary_stack, NETWORK_BROKER);
    const char *found = first_found(work);
    if (found != NULL)
        fleet_fail(fleet, "after %s the broker's memory holds %s", step, found);
    network_home(&fleet->network, NETWORK_BROKER, home);
    assert_true(haystack_folder(&work->canary_stack, home));
    char *log = fleet_log(fleet, NETWORK_BROKER, NULL);
    haystack_search(&work->canary_stack, span_text(log));
    free(log);
    found = first_found(work);
    if (found != NULL)
        fleet_fail(fleet, "after %s the broker's files hold %s", step, found);
}

/* The letters of a case, as their sender knows them. */
static void know_letters(struct work *work, uint64_t number)
{
    const struct trace_case trace = {.number = number};
    const struct request request = {.trace = &trace};
    const struct reply *reply = fleet_must(&work->fleet, SENDER, &request, "");
    struct haystack *stack = &work->known_stack;

    for (size_t i = 0; i < reply->trace->n_lines && stack->n_needles < KNOWN_MAX; i++) {
        const struct id *msg_id = &reply->trace->lines[i].msg_id;
        bool known = id_is_none(msg_id);
        for (size_t j = 0; j < stack->n_needles; j++)
            known |= id_equal(&work->known[j], msg_id);
        if (known)
            continue;
        work->known[stack->n_needles] = *msg_id;
        haystack_needle(stack, SPAN_OF(work->known[stack->n_needles]));
    }
    assert_true(stack->n_needles > 0);
}

static bool nothing_waits(struct work *work)
{
    return fleet_status(&work->fleet, SENDER)->outbox == 0 &&
           fleet_status(&work->fleet, READER)->outbox == 0;
}

/* ------------------------------------------------------------- the tests */

static int begin(void **state)
{
    struct work *work = calloc(1, sizeof *work);

    assert_non_null(work);
    *state = work;
    fleet_begin_two(&work->fleet, SENDER, READER);
    make_canaries(work);
    fleet_start_all(&work->fleet);
    fleet_agree(&work->fleet, SENDER, READER);
    return 0;
}

static void decide_the_referral(struct work *work, uint64_t sent, uint64_t got)
{
    struct fleet *fleet = &work->fleet;

    say_info(work, READER, got, OFFER_EVENT_INFO_REQUEST, CANARY_QUESTION);
    FLEET_UNTIL(fleet, fleet_state(fleet, SENDER, sent) == OFFER_STATE_INFO_REQUESTED);
    look_at_broker(work, "a question");
    say_info(work, SENDER, sent, OFFER_EVENT_INFO_REPLY, CANARY_ANSWER);
    FLEET_UNTIL(fleet, fleet_state(fleet, READER, got) == OFFER_STATE_SEEN);
    look_at_broker(work, "an answer");
    fleet_act(fleet, READER, got, OFFER_EVENT_ACCEPT);
    FLEET_UNTIL(fleet, fleet_show(fleet, READER, got)->referral != NULL);
    look_at_broker(work, "an accept");
}

static void work_on_the_referral(struct work *work, uint64_t got)
{
    const struct text text = {.text = work->canaries[CANARY_TEXT], .language = "nl"};
    const struct visit visit = {.result = VISIT_RESULT_MET,
            .at_ms = (uint64_t)fleet_now_ms(),
            .text = work->canaries[CANARY_VISIT]};

    say(work, READER, &(struct act){.case_number = got, .text = &text});
    const struct change_visit report = {.case_number = got,
            .step = VISIT_STEP_REPORT,
            .agreed = true,
            .visit = &visit};
    fleet_must(&work->fleet, READER, &(struct request){.visit = &report}, "");
    fleet_act(&work->fleet, READER, got, OFFER_EVENT_START);
    fleet_act(&work->fleet, READER, got, OFFER_EVENT_OUTCOME);
    FLEET_UNTIL(&work->fleet, nothing_waits(work));
    look_at_broker(work, "an outcome");
}

static void decline_with_a_note(struct work *work, uint64_t consent)
{
    struct act_note note;

    refer(work, consent);
    uint64_t got = fleet_wait_case(&work->fleet, READER, CASE_BOX_TO_DECIDE);
    fleet_act_note(&note, got, OFFER_EVENT_DECLINE);
    note.said.decline_reason = DECLINE_REASON_DECLINED_OTHER;
    note.said.note = work->canaries[CANARY_NOTE];
    fleet_must(&work->fleet, READER, &note.request, "");
    FLEET_UNTIL(&work->fleet, nothing_waits(work));
    look_at_broker(work, "a decline");
}

static void test_the_broker_holds_no_byte_of_it(void **state)
{
    struct work *work = *state;
    uint64_t consent = give_consent(work);
    uint64_t sent = refer(work, consent);
    uint64_t got = fleet_wait_case(&work->fleet, READER, CASE_BOX_TO_DECIDE);

    look_at_broker(work, "a referral");
    decide_the_referral(work, sent, got);
    work_on_the_referral(work, got);
    decline_with_a_note(work, consent);
    raise_signal(work, consent);
    FLEET_UNTIL(&work->fleet, nothing_waits(work));
    look_at_broker(work, "a signal");
    know_letters(work, sent);
}

/* The search can find: the broker does hold the numbers of the letters. */
static void test_the_same_search_finds_what_is_there(void **state)
{
    struct work *work = *state;
    struct haystack *stack = &work->known_stack;
    char home[NETWORK_PATH_BYTES];

    assert_true(stack->n_needles > 0);
    network_home(&work->fleet.network, NETWORK_BROKER, home);
    assert_true(haystack_folder(stack, home));
    for (size_t i = 0; i < stack->n_needles; i++)
        assert_true(stack->found[i] > 0);
    haystack_clear(stack);
    if (!search_memory(work, stack, NETWORK_BROKER))
        skip();
    assert_true(haystack_total(stack) > 0);
}

/* The words did arrive, each in its field, and where a node reads them they are in its
 * memory. */
static void test_the_reader_does_hold_it(void **state)
{
    struct work *work = *state;
    char(*canaries)[CANARY_BYTES + 1] = work->canaries;
    uint64_t got = fleet_cases(&work->fleet, READER, CASE_BOX_NONE, 0)->cases[0].number;
    const struct referral *referral = fleet_show(&work->fleet, READER, got)->referral;

    assert_non_null(referral);
    assert_string_equal(referral->person->name, canaries[CANARY_NAME]);
    assert_string_equal(referral->person->birth_date, work->birth_date);
    assert_string_equal(referral->reason, canaries[CANARY_REASON]);
    assert_string_equal(referral->referrer_phone, canaries[CANARY_REFERRER_PHONE]);
    assert_true(id_equal(&referral->correlation_id, &work->correlation));
    haystack_clear(&work->canary_stack);
    if (!search_memory(work, &work->canary_stack, READER))
        skip();
    assert_true(work->canary_stack.found[work->first_needle[CANARY_REASON]] > 0);
}

/* On a node's disk everything is encrypted. */
static void test_no_node_writes_it_to_disk_in_plain(void **state)
{
    static const char *const nodes[] = {SENDER, READER};
    struct work *work = *state;
    char home[NETWORK_PATH_BYTES];

    for (size_t i = 0; i < COUNT_OF(nodes); i++) {
        haystack_clear(&work->canary_stack);
        network_home(&work->fleet.network, nodes[i], home);
        assert_true(haystack_folder(&work->canary_stack, home));
        const char *found = first_found(work);
        if (found != NULL)
            fail_msg("%s has %s on its disk", nodes[i], found);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(test_the_broker_holds_no_byte_of_it),
            cmocka_unit_test(test_the_same_search_finds_what_is_there),
            cmocka_unit_test(test_the_reader_does_hold_it),
            cmocka_unit_test(test_no_node_writes_it_to_disk_in_plain),
    };

    return cmocka_run_group_tests(tests, begin, fleet_end_state);
}

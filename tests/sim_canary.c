/* sim_canary.c - no word of a content reaches the broker's disk, and on the disks of
 * the nodes none can be read; and none of a correction reaches who may not know. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/hash.h"
#include "core/time.h"
#include "core/vocab.h"
#include "tests/temp.h"
#include "tests/world.h"

#define HOME   "thuiszorg"
#define TARGET "aksant"

enum { CANARIES_MAX = 40, CANARY_BYTES = 40 };

static struct {
    char texts[CANARIES_MAX][CANARY_BYTES];
    size_t n;
} birds;

/* A text that is nowhere else in the world. */
static const char *canary(void)
{
    static const char letters[] = "bcdfghjklmnpqrstvwxz";
    char *text = birds.texts[birds.n++];
    uint8_t random[20];

    assert_true(birds.n <= CANARIES_MAX);
    hash_random(random, sizeof random);
    for (size_t i = 0; i < sizeof random; i++)
        text[i] = letters[random[i] % (sizeof letters - 1)];
    text[sizeof random] = '\0';
    return text;
}

static void assert_none_in_file(const char *path)
{
    size_t len = 0;
    uint8_t *bytes = temp_read(path, &len);

    if (bytes == NULL)
        return;
    for (size_t i = 0; i < birds.n; i++)
        if (memmem(bytes, len, birds.texts[i], strlen(birds.texts[i])) != NULL)
            fail_msg("canary %zu stands in %s", i, path);
    free(bytes);
}

static void assert_none_in(const char *id)
{
    char path[WORLD_PATH_BYTES], wal[WORLD_PATH_BYTES + 8];

    world_db(id, path);
    snprintf(wal, sizeof wal, "%s-wal", path);
    assert_none_in_file(path);
    assert_none_in_file(wal);
}

static uint64_t give_consent(const char *const *recipients, size_t n_recipients,
        const char *person, const char *given_by, const char *witness)
{
    static const uint16_t purposes[] = {PURPOSE_CARE_COORDINATION};
    static const uint16_t data[] = {DATA_CATEGORY_CONTACT, DATA_CATEGORY_AREA,
            DATA_CATEGORY_AGE_BAND, DATA_CATEGORY_LANGUAGE, DATA_CATEGORY_NEEDS,
            DATA_CATEGORY_STRENGTHS, DATA_CATEGORY_HOUSEHOLD, DATA_CATEGORY_NETWORK,
            DATA_CATEGORY_SERVICE_HISTORY};
    static const uint16_t preview[] = {DATA_CATEGORY_AREA, DATA_CATEGORY_LANGUAGE,
            DATA_CATEGORY_NEEDS, DATA_CATEGORY_STRENGTHS};
    const struct consent_give give = {.person = person,
            .how = CONSENT_HOW_IN_PERSON,
            .given_by = given_by,
            .authority = CONSENT_AUTHORITY_CARE_PROXY,
            .witness = witness,
            .witness_role = WITNESS_ROLE_NEIGHBOUR,
            .place = canary(),
            .interpreter = canary(),
            .recipients = recipients,
            .n_recipients = n_recipients,
            .purposes = purposes,
            .n_purposes = COUNT_OF(purposes),
            .data_categories = data,
            .n_data_categories = COUNT_OF(data),
            .preview_categories = preview,
            .n_preview_categories = COUNT_OF(preview),
            .level_max = LEVEL_S1,
            .legal_basis = LEGAL_BASIS_CONSENT_EXPLICIT,
            .language = "nl"};
    struct request request = {.consent_give = &give};

    return world_must(HOME, &request, "")->made->consent_number;
}

static void refer_with_canaries(uint64_t consent)
{
    static const uint16_t needs[] = {NEED_CATEGORY_LONELINESS_ISOLATION};
    const struct person person = {.name = canary(),
            .address = canary(),
            .phone = canary(),
            .language = "nl"};
    const struct referral referral = {.person = &person,
            .person_does_self = canary(),
            .strengths = canary(),
            .own_goal = canary(),
            .help_wanted = canary(),
            .needs = needs,
            .n_needs = 1,
            .reason = canary(),
            .reason_language = "nl",
            .network = canary(),
            .services_present = canary(),
            .referrer_name = canary(),
            .referrer_phone = canary()};
    const struct world_referral wish = {.consent = consent,
            .candidate = TARGET,
            .content = &referral,
            .same_person = canary()};
    const struct reply *reply = world_refer_as(HOME, &wish);

    assert_string_equal(reply->code, "");
    world_quiet();
}

static void act(const char *id, const struct act *act)
{
    struct request request = {.act = act};

    world_must(id, &request, "");
    world_quiet();
}

/* Everything that can be said in words, in a case that goes well. */
static void talk_with_canaries(void)
{
    static const uint16_t questions[] = {1};
    static const struct need_outcome outcome =
            {.need = NEED_CATEGORY_LONELINESS_ISOLATION,
                    .outcome = OUTCOME_NETWORK_STRENGTHENED};
    const struct info question = {.questions = questions,
            .n_questions = 1,
            .text = canary()};
    const struct info answer = {.text = canary()};
    const struct text text = {.text = canary(), .language = "nl"};
    const struct visit visit = {.result = VISIT_RESULT_MET,
            .at_ms = (uint64_t)sim_now(),
            .text = canary()};
    const struct event_content hold = {.hold_reason = HOLD_REASON_HOLD_OTHER,
            .due_ms = (uint64_t)sim_now() + TIME_DAY_MS,
            .note = canary()};
    const struct event_content done = {.outcomes = &outcome, .n_outcomes = 1};
    const struct event_content start = {.visit_result = VISIT_RESULT_MET};

    act(TARGET, &(struct act){.case_number = 1,
                        .event = OFFER_EVENT_INFO_REQUEST,
                        .info = &question});
    act(HOME, &(struct act){.case_number = 1,
                      .event = OFFER_EVENT_INFO_REPLY,
                      .info = &answer});
    act(TARGET, &(struct act){.case_number = 1, .event = OFFER_EVENT_ACCEPT});
    act(HOME, &(struct act){.case_number = 1, .text = &text});
    act(TARGET, &(struct act){.case_number = 1,
                        .event = OFFER_EVENT_START,
                        .said = &start});
    world_visit(TARGET, 1, &visit);
    act(TARGET,
            &(struct act){.case_number = 1, .event = OFFER_EVENT_HOLD, .said = &hold});
    world_do(TARGET, 1, OFFER_EVENT_RESUME);
    act(TARGET, &(struct act){.case_number = 1,
                        .event = OFFER_EVENT_OUTCOME,
                        .said = &done});
}

static void signal_with_canaries(void)
{
    static const uint16_t needs[] = {NEED_CATEGORY_LONELINESS_ISOLATION};
    const struct signal signal = {.needs = needs,
            .n_needs = 1,
            .person = canary(),
            .phone = canary(),
            .text = canary(),
            .reporter = canary()};
    const struct raise_signal wish = {.recipient = "meldpunt",
            .urgency = URGENCY_URGENT,
            .area = "21004",
            .signal = &signal};
    struct request request = {.signal = &wish};

    world_must(HOME, &request, "");
    world_quiet();
}

static void no_word_reaches_the_broker(void **state)
{
    static const char *const recipients[] = {TARGET};

    (void)state;
    world_fresh(61);
    birds.n = 0;
    refer_with_canaries(give_consent(recipients, 1, canary(), canary(), canary()));
    talk_with_canaries();
    signal_with_canaries();
    world_pass(TIME_HOUR_MS);
    assert_true(birds.n > 20);
    /* They did travel: the target reads them. */
    const struct case_detail *file = world_show(TARGET, 1);
    assert_non_null(file->referral);
    bool found = false;
    for (size_t i = 0; i < birds.n; i++)
        found = found || strcmp(file->referral->reason, birds.texts[i]) == 0;
    assert_true(found);
    assert_none_in(NETWORK_BROKER);
    /* And on the disks of the nodes they are encrypted. */
    assert_none_in(HOME);
    assert_none_in(TARGET);
    assert_none_in("meldpunt");
    world_end();
}

/* Does a text stand in what somebody's case says? */
static bool is_told(const struct case_detail *file, const char *text)
{
    for (size_t i = 0; i < file->n_moments; i++) {
        struct span said = file->moments[i].content;
        if (said.len > 0 && memmem(said.at, said.len, text, strlen(text)) != NULL)
            return true;
    }
    return false;
}

/* Before the accept: of a correction only what a preview shows. */
static void no_word_reaches_a_candidate(void **state)
{
    static const char *const recipients[] = {TARGET};

    (void)state;
    world_fresh(62);
    birds.n = 0;
    refer_with_canaries(give_consent(recipients, 1, canary(), canary(), canary()));
    birds.n = 0;
    const char *shown = canary();
    const struct person person = {.name = canary(),
            .address = canary(),
            .phone = canary()};
    const struct referral right = {.person = &person,
            .person_does_self = canary(),
            .strengths = shown,
            .help_wanted = canary(),
            .reason = canary(),
            .network = canary(),
            .services_present = canary()};
    const struct rights_ask wish = {.case_number = 1,
            .right = LETTER_TYPE_RECTIFY,
            .corrected = &right};
    struct request request = {.rights_ask = &wish};
    world_must(HOME, &request, "");
    world_quiet();
    const struct case_detail *file = world_show(TARGET, 1);
    assert_true(is_told(file, shown));
    for (size_t i = 1; i < birds.n; i++)
        if (is_told(file, birds.texts[i]))
            fail_msg("canary %zu has reached a candidate", i);
    assert_none_in(NETWORK_BROKER);
    assert_none_in(HOME);
    assert_none_in(TARGET);
    world_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(no_word_reaches_the_broker),
            cmocka_unit_test(no_word_reaches_a_candidate),
    };
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}

/* sim_confidence.c - what was said in confidence is in our own case, for our own staff,
 * and nowhere else: not with the partner, not on the wire, readable on no disk. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/time.h"
#include "core/vocab.h"
#include "core/wire.h"
#include "nodes/letters.h"
#include "tests/peek.h"
#include "tests/temp.h"
#include "tests/world.h"

#define HOME   "thuiszorg"
#define TARGET "aksant"

#define SECRET   "kanarievogelzwijgt" /* stands only in what is said in confidence */
#define FENCED   "[vertrouwelijk] " SECRET " [/vertrouwelijk]"
#define OPEN     "zij zingt graag"
#define BROKEN   "[vertrouwelijk] " SECRET
#define IN_FIELD OPEN " " FENCED

enum { PACKED_BYTES = 1 << 20 };

static const uint16_t NEEDS[] = {NEED_CATEGORY_LONELINESS_ISOLATION};
static const char *const APART[] = {SECRET " apart"};

static struct {
    size_t n_frames, n_leaks;
} heard;

static void on_frame(void *self, const char *from, const char *to, struct span bytes)
{
    (void)self;
    /* What an adapter says to its own node stays in the house too. */
    if (strcmp(from, NETWORK_BROKER) != 0 && strcmp(to, NETWORK_BROKER) != 0)
        return;
    heard.n_frames++;
    heard.n_leaks += memmem(bytes.at, bytes.len, SECRET, strlen(SECRET)) != NULL;
}

static void listen(void)
{
    static const struct sim_watch watch = {.on_frame = on_frame};
    heard.n_frames = heard.n_leaks = 0;
    sim_watch(&watch);
}

/* Everything that a node shows of a case, as bytes. */
static bool shows_secret(const char *id, uint64_t number)
{
    static uint8_t packed[PACKED_BYTES];
    const struct show_case show = {.number = number};
    struct request request = {.show = &show};
    struct err err = {.code = CODE_OK};
    size_t len;
    const struct reply *reply = world_must(id, &request, "");
    assert_true(wire_put(&WIRE_REPLY, reply, packed, sizeof packed, &len, &err));
    return memmem(packed, len, SECRET, strlen(SECRET)) != NULL;
}

static bool on_disk(const char *id)
{
    char path[WORLD_PATH_BYTES], wal[WORLD_PATH_BYTES + 8];
    bool found = false;
    world_db(id, path);
    snprintf(wal, sizeof wal, "%s-wal", path);
    const char *const files[] = {path, wal};
    for (size_t i = 0; i < COUNT_OF(files); i++) {
        size_t len = 0;
        uint8_t *bytes = temp_read(files[i], &len);
        found |= bytes != NULL && memmem(bytes, len, SECRET, strlen(SECRET)) != NULL;
        free(bytes);
    }
    return found;
}

static void act(const char *id, const struct act *act, const char *code)
{
    struct request request = {.act = act};
    world_must(id, &request, code);
    world_quiet();
}

static struct request refer_of(struct refer *refer, const struct referral *referral)
{
    static const char *const to[] = {TARGET};
    *refer = (struct refer){.consent_number = 1,
            .candidates = to,
            .n_candidates = 1,
            .mode = MODE_DIRECT,
            .purpose = PURPOSE_CARE_COORDINATION,
            .urgency = URGENCY_ROUTINE,
            .area = "21004",
            .referral = referral};
    return (struct request){.refer = refer};
}

/* A mark in each text of a referral, and a part given apart; then messages, a visit, a
 * question, a signal, and a note. */
static void it_stays_in_the_house(void **state)
{
    static const struct world_consent wish = {.recipients = {TARGET}};
    static const struct person person = {.name = "Rosa Voorbeeld", .language = "nl"};
    static const struct referral referral = {.person = &person,
            .person_does_self = IN_FIELD,
            .strengths = IN_FIELD,
            .own_goal = IN_FIELD,
            .help_wanted = IN_FIELD,
            .needs = NEEDS,
            .n_needs = 1,
            .reason = IN_FIELD,
            .network = IN_FIELD,
            .services_present = IN_FIELD};
    static const uint16_t questions[] = {INFO_QUESTION_BEST_TIME};
    static const struct info info = {.questions = questions,
            .n_questions = 1,
            .text = IN_FIELD};
    static const struct text text = {.text = IN_FIELD, .language = "nl"};
    const struct visit visit = {.result = VISIT_RESULT_MET,
            .at_ms = WORLD_START_MS_DAY * (uint64_t)TIME_DAY_MS,
            .text = IN_FIELD};
    static const struct signal signal = {.needs = NEEDS,
            .n_needs = 1,
            .person = "de buur",
            .text = IN_FIELD};
    static const struct raise_signal raise = {.recipient = "meldpunt",
            .urgency = URGENCY_URGENT,
            .area = "21004",
            .signal = &signal,
            .confidence = APART,
            .n_confidence = 1};
    struct refer refer;

    (void)state;
    world_fresh(370);
    listen();
    world_consent(HOME, &wish);
    struct request request = refer_of(&refer, &referral);
    refer.confidence = APART;
    refer.n_confidence = 1;
    world_must(HOME, &request, "");
    world_quiet();
    act(TARGET,
            &(struct act){.case_number = 1,
                    .event = OFFER_EVENT_INFO_REQUEST,
                    .info = &info},
            "");
    world_do(HOME, 1, OFFER_EVENT_INFO_REPLY);
    world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
    act(HOME, &(struct act){.case_number = 1, .text = &text}, "");
    world_do(TARGET, 1, OFFER_EVENT_START);
    world_visit(TARGET, 1, &visit);
    act(HOME, &(struct act){.case_number = 1, .confidence = APART, .n_confidence = 1},
            "");
    request = (struct request){.signal = &raise};
    world_must(HOME, &request, "");
    world_quiet();

    /* Each side has its own: seven fields, one apart, one message, one note. */
    const struct case_detail *file = world_show(HOME, 1);
    assert_int_equal(file->n_confidence, 10);
    assert_string_equal(file->confidence[0].text, SECRET);
    assert_string_equal(file->confidence[0].by, "test");
    assert_string_equal(file->confidence[9].text, APART[0]);
    assert_string_equal(file->referral->reason, OPEN);
    assert_int_equal(world_show(HOME, 2)->n_confidence, 2);
    file = world_show(TARGET, 1);
    assert_int_equal(file->n_confidence, 2);
    assert_string_equal(file->referral->reason, OPEN);
    assert_string_equal(file->referral->network, OPEN);
    assert_string_equal(world_show("meldpunt", 1)->signal->text, OPEN);
    assert_false(shows_secret("meldpunt", 1));
    assert_true(shows_secret(HOME, 1));
    /* Of what HOME said in confidence TARGET shows nothing: only its own two. */
    peek_number(peek_of(TARGET), "DELETE FROM confidence");
    assert_false(shows_secret(TARGET, 1));
    assert_true(heard.n_frames > 20);
    assert_int_equal(heard.n_leaks, 0);
    assert_false(on_disk(HOME) || on_disk(TARGET) || on_disk(NETWORK_BROKER));
    /* When the case is destroyed, it is gone with it. */
    act(TARGET, &(struct act){.case_number = 1, .confidence = APART, .n_confidence = 1},
            "");
    assert_int_equal(world_show(TARGET, 1)->n_confidence, 1);
    world_do(HOME, 1, OFFER_EVENT_CANCEL);
    world_pass((int64_t)2 * TIME_DAY_MS);
    assert_int_equal(world_show(TARGET, 1)->n_confidence, 0);
    assert_int_equal(peek_number(peek_of(TARGET), "SELECT count(*) FROM confidence"),
            0);
    act(TARGET, &(struct act){.case_number = 1, .confidence = APART, .n_confidence = 1},
            "E_TRANSITION");
    world_end();
}

/* What stays here as a whole needs no marks; who puts them there means just that. */
static void what_stays_as_a_whole_may_have_marks(void **state)
{
    static const struct signal signal = {.needs = NEEDS,
            .n_needs = 1,
            .person = "de buur"};
    static const struct raise_signal raise = {.recipient = "meldpunt",
            .urgency = URGENCY_URGENT,
            .area = "21004",
            .signal = &signal};
    static const char *const parts[] = {FENCED};
    static const struct triage_signal triage = {.case_number = 1,
            .confidence = parts,
            .n_confidence = 1};
    static const struct try_to_reach attempt = {.case_number = 1,
            .kind = ATTEMPT_KIND_PHONE,
            .result = VISIT_RESULT_NO_ANSWER_1,
            .safety_basis = SAFETY_BASIS_NO_SIGN_OF_LIFE,
            .why = FENCED};
    struct request requests[] = {{.signal = &raise}, {.triage = &triage},
            {.attempt = &attempt}};

    (void)state;
    world_fresh(373);
    listen();
    world_must(HOME, &requests[0], "");
    world_quiet();
    for (size_t i = 1; i < COUNT_OF(requests); i++)
        world_must("meldpunt", &requests[i], "");
    assert_int_equal(world_show("meldpunt", 1)->n_confidence, 2);
    assert_true(shows_secret("meldpunt", 1));
    world_quiet();
    assert_int_equal(heard.n_leaks, 0);
    assert_false(on_disk("meldpunt") || on_disk(HOME));
    world_end();
}

/* Where and before whom somebody agreed, the first time and when it is renewed. */
static void a_record_of_consent_may_have_marks(void **state)
{
    static const uint16_t purposes[] = {PURPOSE_CARE_COORDINATION};
    static const uint16_t data[] = {DATA_CATEGORY_CONTACT, DATA_CATEGORY_AREA,
            DATA_CATEGORY_AGE_BAND, DATA_CATEGORY_LANGUAGE, DATA_CATEGORY_NEEDS,
            DATA_CATEGORY_STRENGTHS, DATA_CATEGORY_HOUSEHOLD, DATA_CATEGORY_NETWORK,
            DATA_CATEGORY_SERVICE_HISTORY};
    static const uint16_t preview[] = {DATA_CATEGORY_AREA, DATA_CATEGORY_AGE_BAND,
            DATA_CATEGORY_LANGUAGE, DATA_CATEGORY_NEEDS, DATA_CATEGORY_STRENGTHS};
    static const char *const to[] = {TARGET};
    const struct consent_give give = {.person = "Rosa Voorbeeld",
            .how = CONSENT_HOW_PHONE,
            .recipients = to,
            .n_recipients = 1,
            .purposes = purposes,
            .n_purposes = COUNT_OF(purposes),
            .data_categories = data,
            .n_data_categories = COUNT_OF(data),
            .preview_categories = preview,
            .n_preview_categories = COUNT_OF(preview),
            .level_max = LEVEL_S1,
            .legal_basis = LEGAL_BASIS_CONSENT_EXPLICIT,
            .place = IN_FIELD,
            .interpreter = BROKEN};
    const struct consent_give again = {.how = CONSENT_HOW_PHONE,
            .place = IN_FIELD,
            .interpreter = BROKEN};
    const struct consent_renew renew = {.number = 1, .given = &again};
    struct request requests[] = {{.consent_give = &give}, {.consent_renew = &renew}};

    (void)state;
    world_fresh(375);
    listen();
    for (size_t i = 0; i < COUNT_OF(requests); i++) {
        uint64_t number = world_must(HOME, &requests[i], "")->made->consent_number;
        const struct consent_show show = {.number = number};
        struct request request = {.consent_show = &show};
        const struct consent_line *line =
                world_must(HOME, &request, "")->consent->consents;
        assert_string_equal(line->given->place, IN_FIELD);
        assert_string_equal(line->given->interpreter, BROKEN);
        assert_string_equal(world_refer(HOME, number, TARGET, "Rosa Voorbeeld")->code,
                "");
        world_quiet();
    }
    assert_int_equal(heard.n_leaks, 0);
    assert_false(on_disk(HOME) || on_disk(TARGET));
    world_end();
}

/* A slip of the pen refuses the whole; nothing leaves. */
static void a_mark_that_is_wrong_lets_nothing_out(void **state)
{
    static const struct world_consent wish = {.recipients = {TARGET}};
    static const struct person person = {.name = "Rosa Voorbeeld"};
    static const struct person marked = {.name = "Rosa " FENCED};
    static const struct referral rows[] = {
            {.person = &person, .needs = NEEDS, .n_needs = 1,            .reason = BROKEN   },
            {.person = &person, .needs = NEEDS, .n_needs = 1,            .strengths = BROKEN},
            {.person = &person, .needs = NEEDS, .n_needs = 1,            .network = BROKEN  },
            {.person = &marked, .needs = NEEDS, .n_needs = 1           },
            {.person = &person,   .needs = NEEDS,   .n_needs = 1, .referrer_name = FENCED                   },
    };
    static const char *const fields[] = {"referral.reason", "referral.strengths",
            "referral.network", "referral.person.name", "referral.referrer_name"};
    static const struct set_service service =
            {.need = NEED_CATEGORY_LONELINESS_ISOLATION, .hours = FENCED};
    static const struct event_content said = {.decline_reason =
                                                      DECLINE_REASON_DECLINED_OTHER,
            .note = FENCED};
    static const struct text text = {.text = BROKEN};
    static const struct text all = {.text = FENCED};
    struct refer refer;

    (void)state;
    world_fresh(371);
    listen();
    world_consent(HOME, &wish);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct request request = refer_of(&refer, &rows[i]);
        const struct reply *reply = world_must(HOME, &request, "E_FIELD");
        assert_string_equal(reply->issues[0].field, fields[i]);
    }
    struct request request = {.service = &service};
    assert_string_equal(world_must(HOME, &request, "E_FIELD")->issues[0].field,
            "hours");
    assert_int_equal(peek_number(peek_of(HOME), "SELECT count(*) FROM case_file"), 0);
    assert_string_equal(world_refer(HOME, 1, TARGET, "Rosa Voorbeeld")->code, "");
    world_quiet();
    act(TARGET,
            &(struct act){.case_number = 1,
                    .event = OFFER_EVENT_DECLINE,
                    .said = &said},
            "E_FIELD");
    world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
    act(HOME, &(struct act){.case_number = 1, .text = &text}, "E_FIELD");
    /* Nothing is left to say. */
    act(HOME, &(struct act){.case_number = 1, .text = &all}, "E_FIELD");
    assert_int_equal(world_show(HOME, 1)->n_confidence, 0);
    assert_int_equal(heard.n_leaks, 0);
    assert_false(shows_secret(TARGET, 1));
    world_end();
}

/* What is corrected leaves as a whole: to who holds it, to who has only the preview,
 * and to who is handed it later. A mark in it refuses all of it, also one that is
 * closed: what is left of a text would be said to be what the person asked for. */
static void a_correction_with_a_mark_is_refused(void **state)
{
    static const struct world_consent wish = {.recipients = {TARGET}};
    static const struct person marked = {.name = "Rosa " FENCED};
    static const struct referral rows[] = {
            {.person_does_self = IN_FIELD},
            {.strengths = IN_FIELD},
            {.own_goal = IN_FIELD},
            {.help_wanted = IN_FIELD},
            {.reason = IN_FIELD},
            {.network = IN_FIELD},
            {.services_present = IN_FIELD},
            {.strengths = FENCED},
            {.strengths = BROKEN},
            {.person = &marked},
    };
    static const char *const fields[] = {"corrected.person_does_self",
            "corrected.strengths", "corrected.own_goal", "corrected.help_wanted",
            "corrected.reason", "corrected.network", "corrected.services_present",
            "corrected.strengths", "corrected.strengths", "corrected.person.name"};
    static const struct referral right = {.strengths = OPEN};
    struct rights_ask ask = {.case_number = 1, .right = LETTER_TYPE_RECTIFY};
    const struct rights_answer answer = {.number = 1,
            .answer = RIGHTS_ANSWER_DONE,
            .words = FENCED};
    struct request request;

    (void)state;
    world_fresh(372);
    world_consent(HOME, &wish);
    assert_string_equal(world_refer(HOME, 1, TARGET, "Rosa Voorbeeld")->code, "");
    world_quiet();
    listen();
    for (int taken = 0; taken <= 1; taken++) {
        for (size_t i = 0; i < COUNT_OF(rows); i++) {
            ask.corrected = &rows[i];
            request = (struct request){.rights_ask = &ask};
            const struct reply *reply = world_must(HOME, &request, "E_FIELD");
            assert_int_equal(reply->n_issues, 1);
            assert_string_equal(reply->issues[0].field, fields[i]);
        }
        world_quiet();
        assert_int_equal(peek_number(peek_of(HOME), "SELECT count(*) FROM rights"), 0);
        assert_false(shows_secret(HOME, 1) || shows_secret(TARGET, 1));
        if (taken == 0)
            world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
    }
    /* Nor does it leave with the answer to one that is right. */
    ask.corrected = &right;
    request = (struct request){.rights_ask = &ask};
    world_must(HOME, &request, "");
    world_quiet();
    request = (struct request){.rights_answer = &answer};
    assert_string_equal(world_must(TARGET, &request, "E_FIELD")->issues[0].field,
            "words");
    assert_string_equal(world_show(HOME, 1)->referral->strengths, OPEN);
    assert_false(shows_secret(HOME, 1) || shows_secret(TARGET, 1));
    assert_int_equal(heard.n_leaks, 0);
    world_end();
}

static enum code planned(const struct text *said)
{
    static const struct spool_case file = {.urgency = URGENCY_ROUTINE};
    struct letter_plan plan = {.file = &file,
            .recipient = TARGET,
            .type = LETTER_TYPE_TEXT,
            .content = {.text = said}};
    enum code code;
    struct err err = {.code = CODE_OK};
    struct node *node = world_node(HOME);
    size_t used = node->scratch.used;
    assert_true(letters_plan(node, &plan, &code, &err));
    arena_reset(&node->scratch, used);
    return code;
}

/* Whoever makes a letter of a new kind, and forgets what may be in it. */
static void the_last_look_seals_nothing_with_a_mark(void **state)
{
    static const struct text plain = {.text = OPEN};
    static const struct text marked = {.text = IN_FIELD};
    static const struct text broken = {.text = BROKEN};
    (void)state;
    world_fresh(374);
    assert_int_equal(planned(&plain), CODE_OK);
    assert_int_equal(planned(&marked), E_FIELD);
    assert_int_equal(planned(&broken), E_FIELD);
    world_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(it_stays_in_the_house),
            cmocka_unit_test(what_stays_as_a_whole_may_have_marks),
            cmocka_unit_test(a_record_of_consent_may_have_marks),
            cmocka_unit_test(a_mark_that_is_wrong_lets_nothing_out),
            cmocka_unit_test(a_correction_with_a_mark_is_refused),
            cmocka_unit_test(the_last_look_seals_nothing_with_a_mark),
    };
    peek_begin();
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}

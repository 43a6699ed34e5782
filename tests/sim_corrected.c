/* sim_corrected.c - what a person had corrected reaches whoever gets the content later:
 * who is asked later, whom it is sealed for again, and who read it meanwhile; and
 * nobody hears more of it than it may know. */
#include "tests/candidates.h"

#include "core/wire.h"
#include "nodes/rights.h"
#include "tests/peek.h"

#define WRONG "Rosa Voorbeeld" /* as it was referred */
#define RIGHT "Roza Voorbeeld"

static void end(void)
{
    assert_int_equal(world_faults(), 0);
    world_end();
}

static const struct reply *rectify(uint64_t number, const struct referral *corrected)
{
    const struct rights_ask wish = {.case_number = number,
            .right = LETTER_TYPE_RECTIFY,
            .corrected = corrected};
    struct request request = {.rights_ask = &wish};
    return world_ask(HOME, &request);
}

/* The person has its name corrected: by HOME, at everybody who may know it. */
static const struct rights *correct(uint64_t number)
{
    static const struct person person = {.name = RIGHT};
    static const struct referral corrected = {.person = &person};
    const struct reply *reply = rectify(number, &corrected);
    assert_string_equal(reply->code, "");
    assert_true(reply->rights->own_corrected);
    return reply->rights;
}

/* "aksant:open chambry:not_held", as the answer says whom it went to. */
static void assert_asked(const struct rights *rights, const char *expected)
{
    char list[400] = "";
    size_t len = 0;
    for (size_t i = 0; i < rights->n_lines; i++)
        len += (size_t)snprintf(list + len, sizeof list - len, "%s%s:%s",
                i == 0 ? "" : " ", rights->lines[i].other, rights->lines[i].state);
    assert_string_equal(list, expected);
}

static size_t requests_at(const char *id)
{
    const struct rights_list wish = {.open = true};
    struct request request = {.rights_list = &wish};
    return world_must(id, &request, "")->rights->n_lines;
}

static void answer(const char *id, uint64_t number, uint16_t with)
{
    const struct rights_answer wish = {.number = number, .answer = with};
    struct request request = {.rights_answer = &wish};
    world_must(id, &request, "");
}

static const char *name_at(const char *id)
{
    const struct case_detail *file = world_show(id, world_newest(id, CASE_BOX_NONE));
    return file->referral == NULL ? "" : file->referral->person->name;
}

static void lose_the_store(void)
{
    world_stop(NETWORK_BROKER);
    world_remove_store(NETWORK_BROKER);
    world_start(NETWORK_BROKER);
    world_pass(5 * TIME_MINUTE_MS);
    world_quiet();
}

/* ------------------------------------------------------------ who is asked later */

static void who_is_asked_later_gets_what_is_right(void **state)
{
    (void)state;
    for (int lost = 0; lost <= 1; lost++) {
        world_fresh(8901);
        uint64_t number = refer_to_three(MODE_SEQUENTIAL);
        correct(number);
        world_quiet();
        if (lost)
            lose_the_store();
        do_newest("aksant", OFFER_EVENT_DECLINE);
        world_pass(TIME_MINUTE_MS);
        do_newest("chambry", OFFER_EVENT_ACCEPT);
        world_pass(TIME_MINUTE_MS);
        assert_list(number, "aksant:declined chambry:accepted noord:not_selected");
        assert_string_equal(name_at("chambry"), RIGHT);
        /* And it need not be asked to correct anything. */
        assert_int_equal(requests_at("chambry"), 0);
        end();
    }
}

/* Who was asked before and takes it now is handed what is right. */
static void who_takes_it_later_gets_what_is_right(void **state)
{
    (void)state;
    world_fresh(8902);
    uint64_t number = refer_to(consent_for_all(LEVEL_S1), THREE, 1, MODE_DIRECT);
    correct(number);
    world_quiet();
    do_newest("aksant", OFFER_EVENT_ACCEPT);
    assert_string_equal(name_at("aksant"), RIGHT);
    end();
}

/* ------------------------------------------------------------ sealed again */

/* What HOME lodged has ended while it was away, and is accepted then: it is asked to
 * seal again what it has corrected in the meantime. */
static void what_is_sealed_again_is_right(void **state)
{
    (void)state;
    world_fresh(8903);
    uint64_t number = refer_to(consent_for_all(LEVEL_S1), THREE, 1, MODE_DIRECT);
    do_newest("aksant", OFFER_EVENT_WAITLIST);
    sim_unplug(HOME, true);
    world_pass((int64_t)19 * TIME_DAY_MS);
    assert_string_equal(world_act("aksant", world_newest("aksant", CASE_BOX_NONE),
                                OFFER_EVENT_ACCEPT)
                                ->code,
            "");
    world_pass(TIME_MINUTE_MS);
    assert_int_equal(peek_number(peek_of(NETWORK_BROKER),
                             "SELECT count(*) FROM mail WHERE length(bytes) = 16"),
            1);
    sim_unplug("aksant", true);
    correct(number);
    sim_unplug(HOME, false);
    world_pass(TIME_MINUTE_MS);
    sim_unplug("aksant", false);
    world_pass(TIME_MINUTE_MS);
    world_quiet();
    assert_string_equal(name_at("aksant"), RIGHT);
    end();
}

/* ------------------------------------------------------------ read meanwhile */

/* HOME is away, and corrects what somebody else has read by then: as far as HOME knows
 * that one was not asked. */
static void who_read_it_meanwhile_is_asked_to_correct(void **state)
{
    (void)state;
    uint64_t number = refer_and_leave(8904);
    do_newest("aksant", OFFER_EVENT_DECLINE);
    do_newest("chambry", OFFER_EVENT_ACCEPT);
    assert_string_equal(name_at("chambry"), WRONG);
    correct(number);
    sim_unplug(HOME, false);
    world_pass(TIME_MINUTE_MS);
    world_quiet();
    assert_list(number, "aksant:declined chambry:accepted noord:not_selected");
    assert_int_equal(requests_at("chambry"), 1);
    answer("chambry", 1, RIGHTS_ANSWER_DONE);
    world_quiet();
    assert_string_equal(name_at("chambry"), RIGHT);
    end();
}

/* ------------------------------------------------------------ who may not know */

/* The newest request to correct that somebody got; NULL: none. */
static const struct referral *last_request(const char *id)
{
    static struct content content;
    static struct arena arena;
    struct err err = {.code = CODE_OK};
    const struct case_detail *file = world_show(id, world_newest(id, CASE_BOX_NONE));
    if (arena.at == NULL)
        arena = arena_new(1 << 20);
    arena_reset(&arena, 0);
    for (size_t i = file->n_moments; i > 0; i--) {
        const struct moment *moment = &file->moments[i - 1];
        if (moment->type != LETTER_TYPE_RECTIFY || moment->content.len == 0)
            continue;
        assert_true(wire_get(&WIRE_CONTENT, moment->content, &arena, &content, &err));
        return content.rights_request->corrected;
    }
    return NULL;
}

static void nobody_hears_who_it_is_before_the_accept(void **state)
{
    static const enum offer_event steps[] = {OFFER_EVENT_NONE, OFFER_EVENT_SEEN,
            OFFER_EVENT_INFO_REQUEST, OFFER_EVENT_WAITLIST};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(steps); i++) {
        world_fresh(8905);
        uint64_t number = refer_to_three(MODE_FIRST_CLAIM);
        if (steps[i] != OFFER_EVENT_NONE)
            do_newest("chambry", steps[i]);
        do_newest("noord", OFFER_EVENT_DECLINE);
        assert_asked(correct(number),
                "aksant:preview_only chambry:preview_only noord:not_held");
        world_quiet();
        for (size_t k = 0; k < COUNT_OF(THREE); k++) {
            assert_null(last_request(THREE[k]));
            assert_int_equal(requests_at(THREE[k]), 0);
        }
        assert_int_equal(requests_at(HOME), 0);
        do_newest("chambry", OFFER_EVENT_ACCEPT);
        assert_string_equal(name_at("chambry"), RIGHT);
        /* Who holds it is asked now, and who was not selected no more. */
        assert_asked(correct(number), "aksant:not_held chambry:open noord:not_held");
        world_quiet();
        assert_string_equal(last_request("chambry")->person->name, RIGHT);
        assert_null(last_request("aksant"));
        assert_null(last_request("noord"));
        end();
    }
}

/* Of its preview it hears, and that it can correct. */
static void a_candidate_hears_of_its_preview(void **state)
{
    static char strengths[1500];
    static const struct person person = {.name = RIGHT, .phone = "02 111 11 11"};
    const struct referral corrected = {.person = &person,
            .strengths = strengths,
            .reason = "moved house"};
    memset(strengths, 'a', sizeof strengths - 1);
    (void)state;
    world_fresh(8906);
    uint64_t number = refer_to(consent_for_all(LEVEL_S1), THREE, 1, MODE_DIRECT);
    for (int time = 0; time < 2; time++) {
        assert_asked(rectify(number, &corrected)->rights,
                time == 0 ? "aksant:open_preview" : "aksant:asked_before");
        world_quiet();
    }
    const struct referral *came = last_request("aksant");
    assert_memory_equal(came->strengths, strengths, 1000);
    assert_int_equal(strlen(came->strengths), 1000);
    assert_string_equal(came->person->name, "");
    assert_string_equal(came->person->phone, "");
    assert_string_equal(came->reason, "");
    answer("aksant", 1, RIGHTS_ANSWER_DONE);
    const struct case_detail *file = world_show("aksant", 1);
    assert_string_equal(file->preview->strengths, came->strengths);
    assert_string_equal(file->preview->language, "nl");
    assert_int_equal(file->preview->age_band, AGE_BAND_80_89);
    assert_null(file->referral);
    /* What comes with the accept is whole, and the preview takes nothing off it. */
    strengths[0] = 'b';
    assert_asked(rectify(number, &corrected)->rights, "aksant:open_preview");
    world_quiet();
    do_newest("aksant", OFFER_EVENT_ACCEPT);
    answer("aksant", 2, RIGHTS_ANSWER_DONE);
    file = world_show("aksant", 1);
    assert_string_equal(file->referral->strengths, strengths);
    assert_string_equal(file->referral->person->name, RIGHT);
    end();
}

/* Neither by its right name, nor by the one it had. */
static void no_text_names_the_person_beforehand(void **state)
{
    static const char *const texts[] = {"Roza tells stories", "Rosa tells stories"};
    static const struct person person = {.name = "Roza Andersom"};
    (void)state;
    world_fresh(8907);
    uint64_t number = refer_to(consent_for_all(LEVEL_S1), THREE, 1, MODE_DIRECT);
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        const struct referral corrected = {.person = &person, .strengths = texts[i]};
        const struct reply *reply = rectify(number, &corrected);
        assert_string_equal(reply->code, "E_CONSENT_DATA");
        assert_string_equal(reply->issues[0].field, "strengths");
    }
    world_quiet();
    assert_null(last_request("aksant"));
    /* Whoever knows it may read it. */
    do_newest("aksant", OFFER_EVENT_ACCEPT);
    const struct referral corrected = {.person = &person, .strengths = texts[0]};
    assert_asked(rectify(number, &corrected)->rights, "aksant:open");
    end();
}

/* What it read was to be destroyed: who has done that is not told anew, who keeps it on
 * a ground is. */
static void who_keeps_what_ended_is_asked(void **state)
{
    (void)state;
    for (int kept = 0; kept <= 1; kept++) {
        world_fresh(8908);
        uint64_t consent = consent_for_all(LEVEL_S1);
        uint64_t number = refer_to(consent, THREE, 1, MODE_DIRECT);
        do_newest("aksant", OFFER_EVENT_ACCEPT);
        do_newest("aksant", OFFER_EVENT_START);
        const struct act ground = {.case_number = 1,
                .retention = RETENTION_BASIS_PATIENT_RECORD};
        struct request request = {.act = &ground};
        if (kept)
            world_must("aksant", &request, "");
        world_withdraw(HOME, consent);
        world_pass(5 * TIME_SECOND_MS);
        world_quiet();
        assert_asked(correct(number), kept ? "aksant:open" : "aksant:not_held");
        world_quiet();
        assert_int_equal(requests_at("aksant"), (size_t)kept);
        end();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(who_is_asked_later_gets_what_is_right),
            cmocka_unit_test(who_takes_it_later_gets_what_is_right),
            cmocka_unit_test(what_is_sealed_again_is_right),
            cmocka_unit_test(who_read_it_meanwhile_is_asked_to_correct),
            cmocka_unit_test(nobody_hears_who_it_is_before_the_accept),
            cmocka_unit_test(a_candidate_hears_of_its_preview),
            cmocka_unit_test(no_text_names_the_person_beforehand),
            cmocka_unit_test(who_keeps_what_ended_is_asked),
    };

    peek_begin();
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}

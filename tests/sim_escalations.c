/* sim_escalations.c - what nobody takes reaches who coordinates where it is, without a
 * word about the person; after a while the administrator; and it ends when its cause
 * does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/time.h"
#include "core/vocab.h"
#include "core/wire.h"
#include "tests/listed.h"
#include "tests/peek.h"
#include "tests/world.h"

#define SENDER "thuiszorg"
#define ONE    "aksant"
#define TWO    "chambry"
#define REGIE  "regie"
#define OTHER  "westregie"
#define AREA   "21004"

enum { SOON_MS = 20 * TIME_SECOND_MS };

static const char *const BOTH[] = {ONE, TWO};

static struct test_network founded;

struct scene {
    struct evil *evil;  /* who refers */
    struct evil *regie; /* who coordinates; NULL: its real node runs */
    struct listed list;
};

static void soon(void)
{
    world_pass(SOON_MS);
}

static void give_mandate(const char *id, const char *area)
{
    const struct set_mandate mandate = {.text = "coordination of care",
            .n_areas = 1,
            .areas = &area};

    (void)world_must(id, &(struct request){.mandate = &mandate}, "");
    soon();
}

static void begin(struct scene *scene, uint64_t seed, bool mandate)
{
    world_begin(seed, &founded, SENDER);
    if (mandate) {
        give_mandate(REGIE, AREA);
        give_mandate(OTHER, "31005");
    }
    *scene = (struct scene){.evil = evil_new(SENDER)};
    evil_connect(scene->evil);
    scene->regie = evil_new(REGIE);
    evil_connect(scene->regie);
    listed_make(scene->evil, MODE_SEQUENTIAL, BOTH, COUNT_OF(BOTH), &scene->list);
}

static void end(struct scene *scene)
{
    assert_int_equal(world_faults(), 0);
    evil_free(scene->evil);
    evil_free(scene->regie);
    world_end();
}

static void decide_as(const char *id, enum offer_event event)
{
    assert_string_equal(world_act(id, world_newest(id, CASE_BOX_NONE), event)->code,
            "");
    soon();
}

/* Both say no. */
static void use_up(struct scene *scene)
{
    assert_string_equal(listed_put(&scene->list), "");
    soon();
    decide_as(ONE, OFFER_EVENT_DECLINE);
    decide_as(TWO, OFFER_EVENT_DECLINE);
}

/* The escalations that came to it; how many. The last one that came is *last. */
static size_t heard(struct evil *evil, struct escalation *last)
{
    size_t n = 0;

    evil_take_mail(evil);
    for (size_t i = 0; i < evil->n_mails; i++)
        if (evil->mails[i].escalation.len > 0) {
            assert_true(evil_read(&evil->arena, evil->mails[i].escalation,
                    &WIRE_ESCALATION, last));
            n++;
        }
    return n;
}

static const struct gap_list *gaps(void)
{
    static const struct list_gaps all = {.area = ""};

    return world_must(NETWORK_BROKER, &(struct request){.gaps = &all}, "")->gaps;
}

static int64_t mail_of(const char *id)
{
    return peek_number(peek_of(NETWORK_BROKER),
            "SELECT count(*) FROM mail m JOIN partner p ON p.no = m.partner"
            " WHERE p.name = %Q AND m.kind = 6",
            id);
}

/* ---- unplaced ---- */

static void who_coordinates_there_is_told(void **state)
{
    struct scene scene;
    struct escalation told, over;

    (void)state;
    begin(&scene, 5201, true);
    sim_unplug(OTHER, true);
    use_up(&scene);
    assert_int_equal(heard(scene.regie, &told), 1);
    assert_int_equal(told.cause, ESCALATION_CAUSE_UNPLACED);
    assert_true(id_equal(&told.referral_id, &scene.list.each[0].preview.referral_id));
    assert_string_equal(told.sender, SENDER);
    assert_string_equal(told.target, "");
    assert_string_equal(told.area, AREA);
    assert_int_equal(told.urgency, URGENCY_ROUTINE);
    assert_false(told.closed);
    assert_true(told.due_ms > told.at_ms && told.log_leaf > 0);
    /* Nobody who coordinates elsewhere hears of it. */
    assert_int_equal(mail_of(OTHER), 0);
    assert_int_equal(world_status(NETWORK_BROKER)->escalations_open, 1);
    assert_int_equal(gaps()->n_gaps, 0);
    /* Another one is asked: it is over for now. */
    struct listed again;
    listed_make(scene.evil, MODE_DIRECT, BOTH, 1, &again);
    again.each[0].preview.referral_id = again.each[0].content.referral_id =
            told.referral_id;
    assert_string_equal(listed_put(&again), "");
    assert_int_equal(listed_status(&again, 0).place, 3);
    soon();
    assert_int_equal(heard(scene.regie, &over), 2);
    assert_true(over.closed && id_equal(&over.escalation_id, &told.escalation_id));
    assert_int_equal(world_status(NETWORK_BROKER)->escalations_open, 0);
    /* That one says no too: it is the same thing again. */
    decide_as(ONE, OFFER_EVENT_DECLINE);
    assert_int_equal(heard(scene.regie, &over), 3);
    assert_true(!over.closed && id_equal(&over.escalation_id, &told.escalation_id));
    end(&scene);
}

static void in_a_crisis(struct listed *list)
{
    for (size_t i = 0; i < list->n; i++)
        list->each[i].preview.urgency = list->each[i].content.urgency = URGENCY_CRISIS;
}

/* Nobody has helped in time: the administrator sees it. */
static void too_long_is_a_gap(void **state)
{
    struct scene scene;
    struct escalation told;

    (void)state;
    begin(&scene, 5202, true);
    in_a_crisis(&scene.list);
    use_up(&scene);
    assert_int_equal(heard(scene.regie, &told), 1);
    sim_run_until((int64_t)told.due_ms - TIME_SECOND_MS);
    assert_int_equal(gaps()->n_gaps, 0);
    sim_run_until((int64_t)told.due_ms + TIME_SECOND_MS);
    const struct gap_list *list = gaps();
    assert_int_equal(list->n_gaps, 1);
    assert_string_equal(list->gaps[0].area, AREA);
    assert_string_equal(list->gaps[0].sender, SENDER);
    assert_int_equal(list->gaps[0].cause, ESCALATION_CAUSE_UNPLACED);
    assert_int_equal(list->gaps[0].since_ms, told.since_ms);
    assert_int_equal(list->gaps[0].coordinators, 1);
    assert_int_equal(strlen(list->gaps[0].referral), 8);
    assert_int_equal(world_status(NETWORK_BROKER)->gaps, 1);
    /* Nothing lasts for ever: with the longest referral it ends by itself. */
    world_pass(30 * (int64_t)TIME_DAY_MS);
    assert_int_equal(gaps()->n_gaps, 0);
    assert_int_equal(world_status(NETWORK_BROKER)->escalations_open, 0);
    end(&scene);
}

/* The newest status about the second candidate that says nobody coordinates. */
static bool sender_was_warned(struct scene *scene)
{
    struct offer_status status;
    bool warned = false;

    evil_take_mail(scene->evil);
    for (size_t i = 0; i < scene->evil->n_mails; i++) {
        const struct mail *mail = &scene->evil->mails[i];
        warned = warned || (mail->status.len > 0 &&
                                   evil_read(&scene->evil->arena, mail->status,
                                           &WIRE_OFFER_STATUS, &status) &&
                                   strcmp(status.code, "E_COORDINATOR") == 0);
    }
    return warned;
}

static void nobody_coordinates_there(void **state)
{
    struct scene scene;
    struct escalation told;

    (void)state;
    begin(&scene, 5203, false);
    use_up(&scene);
    assert_int_equal(heard(scene.regie, &told), 0);
    assert_int_equal(gaps()->n_gaps, 1);
    assert_int_equal(gaps()->gaps[0].coordinators, 0);
    assert_true(sender_was_warned(&scene));
    /* Then somebody does, and hears of what is still open. */
    evil_free(scene.regie);
    scene.regie = NULL;
    world_start(REGIE);
    soon();
    give_mandate(REGIE, AREA);
    assert_int_equal(gaps()->n_gaps, 1);
    assert_int_equal(gaps()->gaps[0].coordinators, 1);
    end(&scene);
}

static void a_withdrawal_ends_it(void **state)
{
    struct scene scene;
    struct escalation told;

    (void)state;
    begin(&scene, 5204, true);
    use_up(&scene);
    assert_int_equal(heard(scene.regie, &told), 1);
    assert_string_equal(forge_withdraw(scene.evil, &scene.list.each[0]), "");
    soon();
    assert_int_equal(heard(scene.regie, &told), 2);
    assert_true(told.closed);
    end(&scene);
}

/* One candidate that says no is enough: a direct referral is stuck too. One that was
 * stopped is not. */
static void one_alone_is_stuck_too(void **state)
{
    static const struct {
        bool cancelled;
        size_t n;
    } rows[] = {
            {false, 1},
            {true,  0}
    };
    struct scene scene;
    struct escalation told;

    (void)state;
    for (size_t r = 0; r < COUNT_OF(rows); r++) {
        begin(&scene, 5205 + r, true);
        listed_make(scene.evil, MODE_DIRECT, BOTH, 1, &scene.list);
        assert_string_equal(listed_put(&scene.list), "");
        soon();
        if (rows[r].cancelled)
            assert_string_equal(listed_say(&scene.list, 0, OFFER_EVENT_CANCEL), "");
        else
            decide_as(ONE, OFFER_EVENT_DECLINE);
        soon();
        assert_int_equal(heard(scene.regie, &told), rows[r].n);
        end(&scene);
    }
}

/* ---- nobody looks ---- */

static void the_last_one_that_nobody_looks_at(void **state)
{
    struct scene scene;
    struct escalation told;

    (void)state;
    begin(&scene, 5220, true);
    in_a_crisis(&scene.list);
    assert_string_equal(listed_put(&scene.list), "");
    /* There is a next one, which is asked at the end of the second hour. */
    world_pass(119 * (int64_t)TIME_MINUTE_MS);
    assert_int_equal(heard(scene.regie, &told), 0);
    world_pass(TIME_HOUR_MS);
    assert_int_equal(heard(scene.regie, &told), 0);
    world_pass(2 * TIME_MINUTE_MS);
    assert_int_equal(heard(scene.regie, &told), 1);
    assert_int_equal(told.cause, ESCALATION_CAUSE_NOT_SEEN);
    assert_string_equal(told.target, TWO);
    assert_false(told.closed);
    decide_as(TWO, OFFER_EVENT_SEEN);
    assert_int_equal(heard(scene.regie, &told), 2);
    assert_true(told.closed && told.cause == ESCALATION_CAUSE_NOT_SEEN);
    end(&scene);
}

/* In each mode: what was heard when the time to look was over, and when as much has
 * passed again. */
static void only_what_cannot_wait_is_told_unseen(void **state)
{
    static const struct {
        enum mode mode;
        uint16_t urgency;
        int64_t hours; /* to look */
        size_t unseen, expired;
    } rows[] = {
            {MODE_DIRECT,      URGENCY_CRISIS,  1,   1, 3},
            {MODE_DIRECT,      URGENCY_URGENT,  24,  1, 3},
            {MODE_DIRECT,      URGENCY_ROUTINE, 144, 0, 1},
            {MODE_FIRST_CLAIM, URGENCY_CRISIS,  1,   1, 3},
    };
    struct scene scene;
    struct escalation told;

    (void)state;
    for (size_t r = 0; r < COUNT_OF(rows); r++) {
        bool direct = rows[r].mode == MODE_DIRECT;
        begin(&scene, 5221 + r, true);
        listed_make(scene.evil, rows[r].mode, BOTH, direct ? 1 : 2, &scene.list);
        for (size_t i = 0; i < scene.list.n; i++)
            scene.list.each[i].preview.urgency = scene.list.each[i].content.urgency =
                    rows[r].urgency;
        assert_string_equal(listed_put(&scene.list), "");
        world_pass(rows[r].hours * (int64_t)TIME_HOUR_MS + TIME_MINUTE_MS);
        assert_int_equal(heard(scene.regie, &told), rows[r].unseen);
        if (rows[r].unseen == 1)
            assert_int_equal(told.cause, ESCALATION_CAUSE_NOT_SEEN);
        world_pass(rows[r].hours * (int64_t)TIME_HOUR_MS);
        assert_int_equal(heard(scene.regie, &told), rows[r].expired);
        assert_int_equal(told.cause, ESCALATION_CAUSE_UNPLACED);
        assert_int_equal(world_status(NETWORK_BROKER)->escalations_open, 1);
        end(&scene);
    }
}

/* ---- one that is stuck after it was taken ---- */

static void a_late_first_contact_is_told_and_over(void **state)
{
    struct scene scene;
    struct escalation told;

    (void)state;
    begin(&scene, 5207, true);
    in_a_crisis(&scene.list);
    assert_string_equal(listed_put(&scene.list), "");
    soon();
    decide_as(ONE, OFFER_EVENT_ACCEPT);
    world_pass(47 * (int64_t)TIME_HOUR_MS);
    assert_int_equal(heard(scene.regie, &told), 0);
    world_pass(2 * (int64_t)TIME_HOUR_MS);
    assert_int_equal(heard(scene.regie, &told), 1);
    assert_int_equal(told.cause, ESCALATION_CAUSE_NO_FIRST_CONTACT);
    assert_string_equal(told.target, ONE);
    decide_as(ONE, OFFER_EVENT_START);
    assert_int_equal(heard(scene.regie, &told), 2);
    assert_true(told.closed);
    end(&scene);
}

/* ---- letters of and to who coordinates ---- */

/* One letter without an offer; the code of the answer. */
static const char *put_apart(struct evil *evil, const struct letter_core *about,
        const char *to, enum letter_type type, const struct content *content)
{
    struct letter_core core = *about;
    struct content said = *content; /* filled in for one letter */

    core.recipient = to;
    core.type = type;
    core.event = OFFER_EVENT_NONE;
    core.offer_id = core.msg_id = (struct id){{0}};
    core.sender = NULL;
    core.class_ = LETTER_CLASS_NONE;
    core.expires_ms = core.created_ms = 0;
    if (type != LETTER_TYPE_OVERVIEW) {
        core.consent_id = (struct id){{0}};
        core.purpose = 0;
        core.n_data_categories = 0;
    }
    struct span letter = evil_letter(evil, &core, &said);
    (void)evil_put(evil, NULL, 0, &letter, 1, MODE_DIRECT);
    return evil_code(evil);
}

static void a_proposal_needs_a_mandate_and_a_reason(void **state)
{
    static const char *const names[] = {TWO};
    static const struct proposal asked = {.partners = names, .n_partners = 1};
    struct content content = {.proposal = &asked};
    struct scene scene;
    const struct letter_core *about = &scene.list.each[0].preview;

    (void)state;
    begin(&scene, 5208, true);
    assert_string_equal(listed_put(&scene.list), "");
    soon();
    /* Nothing is stuck. */
    assert_string_equal(put_apart(scene.regie, about, SENDER, LETTER_TYPE_PROPOSAL,
                                &content),
            "E_MANDATE");
    decide_as(ONE, OFFER_EVENT_DECLINE);
    decide_as(TWO, OFFER_EVENT_DECLINE);
    assert_string_equal(put_apart(scene.regie, about, SENDER, LETTER_TYPE_PROPOSAL,
                                &content),
            "");
    /* Not to somebody else, nor by somebody else. */
    assert_string_equal(put_apart(scene.regie, about, TWO, LETTER_TYPE_PROPOSAL,
                                &content),
            "E_MANDATE");
    evil_free(scene.regie);
    scene.regie = evil_new(OTHER);
    evil_connect(scene.regie);
    assert_string_equal(put_apart(scene.regie, about, SENDER, LETTER_TYPE_PROPOSAL,
                                &content),
            "E_MANDATE");
    evil_take_mail(scene.evil);
    size_t n = 0;
    for (size_t i = 0; i < scene.evil->n_mails; i++)
        n += scene.evil->mails[i].letter.len > 0 &&
             scene.evil->mails[i].status.len == 0;
    assert_int_equal(n, 1);
    end(&scene);
}

/* What it is shown needs the person's word for it, and a mandate. */
static void an_overview_needs_consent_and_a_mandate(void **state)
{
    const char *named[] = {ONE, TWO, REGIE, OTHER};
    struct scene scene;
    const struct letter_core *about = &scene.list.each[0].preview;

    (void)state;
    for (size_t n_named = 2; n_named <= COUNT_OF(named); n_named += 2) {
        begin(&scene, 5208 + n_named, true);
        struct content content = {.preview = &scene.list.each[0].shown};
        scene.list.each[0].capsule.recipients = named;
        scene.list.each[0].capsule.n_recipients = n_named;
        use_up(&scene);
        assert_string_equal(put_apart(scene.evil, about, REGIE, LETTER_TYPE_OVERVIEW,
                                    &content),
                n_named == 2 ? "E_CONSENT_RECIPIENT" : "");
        assert_string_equal(put_apart(scene.evil, about, OTHER, LETTER_TYPE_OVERVIEW,
                                    &content),
                "E_MANDATE");
        /* More than a preview may show it is not. */
        assert_string_equal(put_apart(scene.evil, &scene.list.each[0].content, REGIE,
                                    LETTER_TYPE_OVERVIEW, &content),
                n_named == 2 ? "E_CONSENT_RECIPIENT" : "E_CONSENT_DATA");
        evil_take_mail(scene.regie);
        size_t n = 0;
        for (size_t i = 0; i < scene.regie->n_mails; i++)
            n += scene.regie->mails[i].letter.len > 0 &&
                 scene.regie->mails[i].consent.len > 0;
        assert_int_equal(n, n_named == 2 ? 0 : 1);
        end(&scene);
    }
}

static void a_concern_goes_to_who_coordinates(void **state)
{
    static const struct concern late = {.escalation_id = {{7}},
            .cause = ESCALATION_CAUSE_ERASE_MISSING,
            .partner = ONE,
            .since_ms = 1};
    struct content content = {.concern = &late};
    struct scene scene;
    const struct letter_core *about = &scene.list.each[0].preview;

    (void)state;
    begin(&scene, 5213, true);
    assert_string_equal(put_apart(scene.evil, about, REGIE, LETTER_TYPE_CONCERN,
                                &content),
            "");
    assert_string_equal(put_apart(scene.evil, about, OTHER, LETTER_TYPE_CONCERN,
                                &content),
            "E_MANDATE");
    assert_string_equal(put_apart(scene.evil, about, ONE, LETTER_TYPE_CONCERN,
                                &content),
            "E_MANDATE");
    end(&scene);
}

static int setup(void **state)
{
    static const struct network_partner partners[] = {
            {SENDER, PARTNER_TYPE_HOMECARE      },
            {ONE,    PARTNER_TYPE_LDC           },
            {TWO,    PARTNER_TYPE_NEIGHBOURHOUSE},
            {REGIE,  PARTNER_TYPE_REGISSEUR     },
            {OTHER,  PARTNER_TYPE_REGISSEUR     },
    };

    (void)state;
    world_found_with(&founded, partners, COUNT_OF(partners));
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    network_forget(&founded);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(who_coordinates_there_is_told),
            cmocka_unit_test(too_long_is_a_gap),
            cmocka_unit_test(nobody_coordinates_there),
            cmocka_unit_test(a_withdrawal_ends_it),
            cmocka_unit_test(one_alone_is_stuck_too),
            cmocka_unit_test(the_last_one_that_nobody_looks_at),
            cmocka_unit_test(only_what_cannot_wait_is_told_unseen),
            cmocka_unit_test(a_late_first_contact_is_told_and_over),
            cmocka_unit_test(a_proposal_needs_a_mandate_and_a_reason),
            cmocka_unit_test(an_overview_needs_consent_and_a_mandate),
            cmocka_unit_test(a_concern_goes_to_who_coordinates),
    };
    peek_begin();
    return cmocka_run_group_tests(tests, setup, teardown);
}

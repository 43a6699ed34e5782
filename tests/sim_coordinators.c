/* sim_coordinators.c - letters between who referred and a coordinator: previews of what
 * found no place, proposals, concerns; what is believed of them, and what is destroyed
 * when. Letters are made by a scripted partner and brought by a scripted broker. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/hash.h"
#include "core/time.h"
#include "core/vocab.h"
#include "core/wire.h"
#include "nodes/coordinators.h"
#include "nodes/escalations.h"
#include "tests/coordinated.h"
#include "tests/forge.h"
#include "tests/peek.h"

static struct evil *broker, *writer;

/* The broker is a scripted one from here on, and so is who writes to this node. */
static void script(const char *from, const char *reader)
{
    writer = evil_new(from);
    broker = evil_new(NETWORK_BROKER);
    evil_serve(broker, reader);
}

static void end(void)
{
    evil_free(writer);
    evil_free(broker);
    writer = broker = NULL;
    world_end();
}

/* Brought to the reader: the code of its receipt, "" when it was processed. */
static const char *bring_with(struct span letter, struct span capsule)
{
    struct mail mail = {.letter = letter, .consent = capsule};
    const struct receipt *receipt = evil_deliver(broker, &mail);

    return receipt == NULL ? "no receipt" : receipt->code;
}

static const char *bring(struct span letter)
{
    return bring_with(letter, (struct span){NULL, 0});
}

static void escalate(const struct id *referral_id, bool closed)
{
    static struct id escalation_id;
    struct escalation said = {.v = 1,
            .cause = ESCALATION_CAUSE_UNPLACED,
            .referral_id = *referral_id,
            .sender = HOME,
            .target = "",
            .reader = REGIE,
            .area = COORDINATED_AREA,
            .urgency = URGENCY_ROUTINE,
            .since_ms = (uint64_t)sim_now(),
            .at_ms = (uint64_t)sim_now(),
            .due_ms = (uint64_t)(sim_now() + TIME_DAY_MS),
            .closed = closed,
            .log_leaf = 1};

    if (!closed)
        hash_random(&escalation_id, sizeof escalation_id);
    said.escalation_id = escalation_id;
    struct mail mail = {
            .escalation = evil_sign(broker, KIND_ESCALATION, &WIRE_ESCALATION, &said)};
    (void)evil_deliver(broker, &mail);
}

/* ------------------------------------------------------------ the preview */

/* A referral of HOME whose preview goes to REGIE. */
static void forge_overview(struct forged *forged)
{
    forge_referral(writer, REGIE, forged);
    forged->preview.type = LETTER_TYPE_OVERVIEW;
    forged->preview.event = OFFER_EVENT_NONE;
    memset(&forged->preview.offer_id, 0, sizeof forged->preview.offer_id);
}

static const char *bring_overview(struct forged *forged)
{
    forge_sign(writer, forged);
    return bring_with(forge_preview(writer, forged), forged->signed_capsule);
}

static size_t erased(void)
{
    size_t n = 0;

    for (size_t i = 0; i < broker->n_receipts; i++)
        n += broker->receipts[i].state == RECEIPT_STATE_ERASED;
    return n;
}

static void a_preview_is_shown_until_the_escalation_ends(void **state)
{
    struct forged forged;

    (void)state;
    coordinated_fresh(21);
    script(HOME, REGIE);
    forge_overview(&forged);
    escalate(&forged.preview.referral_id, false);
    assert_null(coordinated_list(false, true)->escalations[0].preview);
    assert_string_equal(bring_overview(&forged), "");
    const struct escalation_list *list = coordinated_list(false, true);
    assert_int_equal(list->n_escalations, 1);
    assert_non_null(list->escalations[0].preview);
    assert_int_equal(list->escalations[0].preview->needs[0],
            NEED_CATEGORY_LONELINESS_ISOLATION);
    /* Who looked at it is written down. */
    assert_int_equal(peek_number(peek_of(REGIE), "SELECT count(*) FROM opening"), 1);
    assert_non_null(world_show(REGIE, 1)->preview);
    assert_string_equal(world_show(REGIE, 1)->line->person, "");
    assert_int_equal(erased(), 0);
    escalate(&forged.preview.referral_id, true);
    world_pass(TIME_MINUTE_MS);
    assert_null(world_show(REGIE, 1)->preview);
    assert_null(coordinated_list(true, true)->escalations[0].preview);
    assert_int_equal(erased(), 1);
    assert_true(id_equal(&broker->receipts[broker->n_receipts - 1].msg_id,
            &forged.preview.msg_id));
    end();
}

static void what_the_person_takes_back_goes_at_once(void **state)
{
    struct forged forged;

    (void)state;
    coordinated_fresh(22);
    script(HOME, REGIE);
    forge_overview(&forged);
    escalate(&forged.preview.referral_id, false);
    assert_string_equal(bring_overview(&forged), "");
    struct mail mail = {.withdrawal = forge_withdrawal(writer, &forged)};
    (void)evil_deliver(broker, &mail);
    world_pass(TIME_MINUTE_MS);
    assert_null(world_show(REGIE, 1)->preview);
    assert_int_equal(erased(), 1);
    /* That the referral has no place is still to be solved. */
    assert_int_equal(coordinated_list(false, false)->n_escalations, 1);
    /* A new consent can bring a new preview. */
    struct forged anew;
    forge_overview(&anew);
    anew.preview.referral_id = forged.preview.referral_id;
    assert_string_equal(bring_overview(&anew), "");
    assert_non_null(world_show(REGIE, 1)->preview);
    end();
}

static const char *other_recipient = OTHER;
static const uint16_t NEEDS_ONLY[] = {DATA_CATEGORY_NEEDS};

static void unnamed(struct forged *forged)
{
    forged->capsule.recipients = &other_recipient;
}

static void more_than_a_preview(struct forged *forged)
{
    forged->capsule.preview_categories = NEEDS_ONLY;
    forged->capsule.n_preview_categories = COUNT_OF(NEEDS_ONLY);
}

static void undeclared(struct forged *forged)
{
    forged->shown.strengths = "tells stories";
}

static void of_an_offer(struct forged *forged)
{
    hash_random(&forged->preview.offer_id, sizeof forged->preview.offer_id);
}

static void of_another_referral(struct forged *forged)
{
    hash_random(&forged->preview.referral_id, sizeof forged->preview.referral_id);
}

static void of_another_area(struct forged *forged)
{
    forged->preview.area = "44021";
}

static void past_its_days(struct forged *forged)
{
    forged->capsule.from_day -= 20;
    forged->capsule.until_day -= 40;
}

static void as_a_control_letter(struct forged *forged)
{
    forged->preview.class_ = LETTER_CLASS_CONTROL;
}

static void a_preview_that_may_not_be_shown_leaves_nothing(void **state)
{
    static const struct {
        const char *name;
        void (*change)(struct forged *forged);
        const char *code;
    } rows[] = {
            {"the consent names somebody else",    unnamed,             "E_CONSENT_RECIPIENT"},
            {"more than the consent lets be seen", more_than_a_preview,
             "E_CONSENT_DATA"                                                                },
            {"more inside than declared",          undeclared,          "E_CONSENT_DATA"     },
            {"it names an offer",                  of_an_offer,         "E_FIELD"            },
            {"nobody told of this referral",       of_another_referral, "E_TRANSITION"       },
            {"not our area",                       of_another_area,     "E_MANDATE"          },
            {"the consent is over",                past_its_days,       "E_CONSENT_EXPIRED"  },
            {"it says that it is not personal",    as_a_control_letter, "E_FIELD"            },
    };
    struct forged forged;

    (void)state;
    coordinated_fresh(23);
    script(HOME, REGIE);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        print_message("# %s\n", rows[i].name);
        forge_overview(&forged);
        escalate(&forged.preview.referral_id, false);
        rows[i].change(&forged);
        assert_string_equal(bring_overview(&forged), rows[i].code);
        assert_int_equal(peek_number(peek_of(REGIE),
                                 "SELECT count(*) FROM case_file WHERE preview > 0"),
                0);
    }
    end();
}

/* ------------------------------------------------------------ proposals */

static struct id referral_of(uint64_t case_number)
{
    return world_show(HOME, case_number)->referral_id;
}

/* What TARGET has declined; the consent names OTHER too. */
static uint64_t unplaced_under(const struct world_consent *wish)
{
    uint64_t consent = world_consent(HOME, wish);
    const struct reply *reply = world_refer(HOME, consent, TARGET, "Rosa Voorbeeld");

    assert_string_equal(reply->code, "");
    uint64_t number = reply->made->case_number;
    world_quiet();
    world_do(TARGET, 1, OFFER_EVENT_DECLINE);
    return number;
}

static const char *propose(const struct id *referral_id, const char *const *partners,
        size_t n_partners)
{
    const struct proposal said = {.partners = partners, .n_partners = n_partners};
    struct content content = {.proposal = &said};
    struct letter_core core = {.recipient = HOME,
            .on_behalf_of = "",
            .type = LETTER_TYPE_PROPOSAL,
            .level = LEVEL_S0,
            .urgency = URGENCY_ROUTINE,
            .area = COORDINATED_AREA,
            .referral_id = *referral_id};

    return bring(evil_letter(writer, &core, &content));
}

static uint64_t unplaced(void)
{
    static const struct world_consent wish = {
            .recipients = {TARGET, OTHER}
    };

    return unplaced_under(&wish);
}

static void who_referred_sees_whom_a_coordinator_proposes(void **state)
{
    static const char *const names[] = {OTHER, REGIE_TWO, TARGET, "nobody-here", REGIE};
    static const char *const states[] = {"ready", "needs_consent", "asked_before",
            "unknown", "needs_consent"};

    (void)state;
    coordinated_fresh(31);
    uint64_t number = unplaced();
    struct id referral_id = referral_of(number);
    script(REGIE, HOME);
    assert_string_equal(propose(&referral_id, names, COUNT_OF(names)), "");
    const struct case_detail *detail = world_show(HOME, number);
    assert_true(detail->line->unread);
    assert_non_null(detail->proposal);
    assert_string_equal(detail->proposal->by, REGIE);
    assert_int_equal(detail->proposal->n_partners, COUNT_OF(names));
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        const struct proposed_partner *one = &detail->proposal->partners[i];
        assert_string_equal(one->partner, names[i]);
        assert_string_equal(one->state, states[i]);
        assert_int_equal(one->own, strcmp(names[i], REGIE) == 0);
    }
    /* Only a person widens a consent: nothing has been sealed. */
    assert_int_equal(peek_number(peek_of(HOME),
                             "SELECT count(*) FROM sent WHERE recipient = %Q", OTHER),
            0);
    end();
}

static void a_proposal_by_who_may_not_make_one_is_not_taken(void **state)
{
    static const char *const one[] = {OTHER}, *const bad[] = {"No Partner!"};
    struct id nobodys;

    (void)state;
    coordinated_fresh(32);
    uint64_t number = unplaced();
    struct id referral_id = referral_of(number);
    hash_random(&nobodys, sizeof nobodys);
    script(REGIE, HOME);
    assert_string_equal(propose(&nobodys, one, 1), "E_NOT_FOUND");
    assert_string_equal(propose(&referral_id, one, 0), "E_FIELD");
    assert_string_equal(propose(&referral_id, bad, 1), "E_FIELD");
    evil_free(writer);
    writer = evil_new(OTHER);
    assert_string_equal(propose(&referral_id, one, 1), "E_MANDATE");
    assert_null(world_show(HOME, number)->proposal);
    end();
}

static void proposals_have_an_end(void **state)
{
    static const char *const one[] = {OTHER};

    (void)state;
    coordinated_fresh(33);
    uint64_t number = unplaced();
    struct id referral_id = referral_of(number);
    script(REGIE, HOME);
    for (int i = 0; i < COORDINATORS_PROPOSALS_MAX; i++)
        assert_string_equal(propose(&referral_id, one, 1), "");
    assert_string_equal(propose(&referral_id, one, 1), "E_SIZE");
    end();
}

/* ------------------------------------------------------------ concerns */

static struct concern missing(void)
{
    struct concern said = {.cause = ESCALATION_CAUSE_ERASE_MISSING,
            .partner = TARGET,
            .since_ms = (uint64_t)(sim_now() - TIME_DAY_MS),
            .sender = ""};

    hash_random(&said.escalation_id, sizeof said.escalation_id);
    return said;
}

static const char *concern(const struct concern *said)
{
    struct content content = {.concern = said};
    struct letter_core core = {.recipient = REGIE,
            .on_behalf_of = "",
            .type = LETTER_TYPE_CONCERN,
            .level = LEVEL_S0,
            .urgency = URGENCY_ROUTINE,
            .area = COORDINATED_AREA};

    hash_random(&core.referral_id, sizeof core.referral_id);
    return bring(evil_letter(writer, &core, &content));
}

static void a_partner_tells_of_an_erasure_that_is_missing(void **state)
{
    (void)state;
    coordinated_fresh(41);
    script(HOME, REGIE);
    struct concern said = missing();
    assert_string_equal(concern(&said), "");
    const struct escalation_list *list = coordinated_list(false, false);
    assert_int_equal(list->n_escalations, 1);
    assert_int_equal(list->escalations[0].cause, ESCALATION_CAUSE_ERASE_MISSING);
    assert_string_equal(list->escalations[0].sender, HOME);
    assert_string_equal(list->escalations[0].target, TARGET);
    assert_string_equal(list->escalations[0].told_by, HOME);
    /* Said again it is the same one; and it ends by the same word. */
    assert_string_equal(concern(&said), "");
    assert_int_equal(coordinated_list(true, false)->n_escalations, 1);
    said.over = true;
    assert_string_equal(concern(&said), "");
    assert_int_equal(coordinated_list(false, false)->n_escalations, 0);
    assert_string_equal(concern(&said), "E_TRANSITION");
    end();
}

static void what_is_not_a_partners_to_tell_is_not_taken(void **state)
{
    (void)state;
    coordinated_fresh(42);
    script(HOME, REGIE);
    struct concern said = missing();
    assert_string_equal(concern(&said), "");
    struct concern other = missing();
    /* The broker knows of that one itself. */
    other.cause = ESCALATION_CAUSE_UNPLACED;
    assert_string_equal(concern(&other), "E_CODE");
    /* Only a coordinator hands anything on. */
    other.handed_over = true;
    other.sender = OTHER;
    assert_string_equal(concern(&other), "E_AUTH");
    other = missing();
    other.over = true;
    assert_string_equal(concern(&other), "E_NOT_FOUND");
    /* Somebody else ends it. */
    evil_free(writer);
    writer = evil_new(OTHER);
    said.over = true;
    assert_string_equal(concern(&said), "E_AUTH");
    assert_int_equal(coordinated_list(false, false)->n_escalations, 1);
    end();
}

static void one_partner_does_not_fill_the_list(void **state)
{
    (void)state;
    coordinated_fresh(43);
    coordinated_fill(ESCALATIONS_TOLD_MAX - 1, HOME);
    world_start(REGIE);
    script(HOME, REGIE);
    struct concern said = missing();
    assert_string_equal(concern(&said), "");
    said = missing();
    assert_string_equal(concern(&said), "E_BUSY");
    evil_free(writer);
    writer = evil_new(OTHER);
    assert_string_equal(concern(&said), "");
    end();
}

static void a_coordinator_takes_over_from_another(void **state)
{
    (void)state;
    coordinated_fresh(44);
    script(REGIE_TWO, REGIE);
    struct concern said = missing();
    said.cause = ESCALATION_CAUSE_UNPLACED;
    said.partner = "";
    said.handed_over = true;
    said.sender = HOME;
    said.due_ms = (uint64_t)(sim_now() + TIME_HOUR_MS);
    assert_string_equal(concern(&said), "");
    const struct escalation_list *list = coordinated_list(false, false);
    assert_int_equal(list->n_escalations, 1);
    assert_string_equal(list->escalations[0].sender, HOME);
    assert_string_equal(list->escalations[0].handed_by, REGIE_TWO);
    assert_int_equal(list->escalations[0].due_ms, said.due_ms);
    /* The broker ends it under the number that it gave it. */
    struct escalation over = {.v = 1,
            .escalation_id = said.escalation_id,
            .cause = ESCALATION_CAUSE_UNPLACED,
            .sender = HOME,
            .target = "",
            .reader = REGIE,
            .area = COORDINATED_AREA,
            .urgency = URGENCY_ROUTINE,
            .since_ms = said.since_ms,
            .at_ms = (uint64_t)sim_now(),
            .closed = true,
            .log_leaf = 1};
    hash_random(&over.referral_id, sizeof over.referral_id);
    struct mail mail = {
            .escalation = evil_sign(broker, KIND_ESCALATION, &WIRE_ESCALATION, &over)};
    (void)evil_deliver(broker, &mail);
    assert_int_equal(coordinated_list(false, false)->n_escalations, 0);
    end();
}

/* ------------------------------------------------------------ trying again */

static int64_t of_overview(const char *column)
{
    char sql[120];

    snprintf(sql, sizeof sql,
            "SELECT %s FROM coordinated WHERE what = 1 AND coordinator = %%Q", column);
    return peek_number(peek_of(HOME), sql, REGIE);
}

static void without_a_partnership(void)
{
    static const struct world_consent wish = {
            .recipients = {TARGET, REGIE}
    };
    const struct partnership_change over = {.verb = PARTNERSHIP_VERB_END,
            .partner = REGIE};
    struct request request = {.partnership = &over};

    (void)world_must(HOME, &request, "");
    uint64_t number = unplaced_under(&wish);
    const struct case_detail *detail = world_show(HOME, number);
    assert_string_equal(detail->line->referral_state, "unplaced");
    assert_int_equal(detail->n_coordinators, 2);
    assert_string_equal(detail->coordinators[0].partner, REGIE);
    assert_string_equal(detail->coordinators[0].code, "E_PARTNERSHIP");
    assert_string_equal(detail->coordinators[1].partner, REGIE_TWO);
    assert_string_equal(detail->coordinators[1].code, "E_CONSENT_RECIPIENT");
    assert_int_equal(of_overview("tries"), 1);
    assert_int_equal(peek_number(peek_of(HOME),
                             "SELECT count(*) FROM sent WHERE type = 13"),
            0);
}

static void what_may_not_go_now_is_tried_for_a_week(void **state)
{
    (void)state;
    coordinated_fresh(51);
    without_a_partnership();
    world_stop(TARGET);
    world_stop(OTHER);
    world_stop(REGIE_TWO);
    world_pass((int64_t)9 * TIME_DAY_MS);
    assert_int_equal(of_overview("tries"), COORDINATORS_TRIES_MAX);
    assert_int_equal(of_overview("due_ms"), 0);
    /* It is said once, however often it was tried. */
    assert_int_equal(peek_number(peek_of(HOME),
                             "SELECT count(*) FROM trace WHERE what = %Q", "not_shown"),
            2);
    world_end();
}

static void what_may_go_later_goes_then(void **state)
{
    (void)state;
    coordinated_fresh(52);
    without_a_partnership();
    world_agree(HOME, REGIE);
    world_pass(2 * TIME_HOUR_MS);
    assert_int_equal(peek_number(peek_of(HOME),
                             "SELECT count(*) FROM sent WHERE type = 13 "
                             "AND recipient = %Q",
                             REGIE),
            1);
    world_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(a_preview_is_shown_until_the_escalation_ends),
            cmocka_unit_test(what_the_person_takes_back_goes_at_once),
            cmocka_unit_test(a_preview_that_may_not_be_shown_leaves_nothing),
            cmocka_unit_test(who_referred_sees_whom_a_coordinator_proposes),
            cmocka_unit_test(a_proposal_by_who_may_not_make_one_is_not_taken),
            cmocka_unit_test(proposals_have_an_end),
            cmocka_unit_test(a_partner_tells_of_an_erasure_that_is_missing),
            cmocka_unit_test(what_is_not_a_partners_to_tell_is_not_taken),
            cmocka_unit_test(one_partner_does_not_fill_the_list),
            cmocka_unit_test(a_coordinator_takes_over_from_another),
            cmocka_unit_test(what_may_not_go_now_is_tried_for_a_week),
            cmocka_unit_test(what_may_go_later_goes_then),
    };
    return cmocka_run_group_tests_name("coordinators", tests, coordinated_setup,
            coordinated_teardown);
}

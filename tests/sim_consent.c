/* sim_consent.c - what may not pass is stopped at each of three points: the node that
 * sends, the broker when a changed node sends anyway, the node that receives when the
 * broker lets it through. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/hash.h"
#include "core/time.h"
#include "core/vocab.h"
#include "core/wire.h"
#include "tests/evil_broker.h"
#include "tests/forge.h"
#include "tests/peek.h"
#include "tests/world.h"

#define HOME   "thuiszorg"
#define TARGET "aksant"
#define LEFT   "noord" /* the partnership with it was ended */

/* A refusal is told to people in their own language: what happened, what to do. */
static void assert_sentences(const char *code)
{
    enum code row = code_find(code);

    assert_int_not_equal(row, N_CODES);
    const char *nl = code_sentence(row, LANG_NL), *fr = code_sentence(row, LANG_FR);
    const char *en = code_sentence(row, LANG_EN);
    assert_true(strlen(nl) > 20 && strlen(fr) > 20 && strlen(en) > 20);
    assert_string_not_equal(nl, fr);
    assert_string_not_equal(nl, en);
    assert_string_not_equal(fr, en);
}

static void end_partnership(const char *id, const char *other)
{
    const struct partnership_change change = {.verb = PARTNERSHIP_VERB_END,
            .partner = other};
    struct request request = {.partnership = &change};

    world_must(id, &request, "");
    world_quiet();
}

/* ------------------------------------------------------------ the node that sends */

enum wrong {
    NOTHING,
    NONE,
    EXPIRED,
    WITHDRAWN,
    FOR_WHAT,
    FOR_WHOM,
    WHICH_DATA,
    NO_TERMS
};

static const struct {
    enum wrong wrong;
    const char *name, *code;
} ROWS[] = {
        {NONE,       "no consent",      "E_CONSENT_NONE"     },
        {EXPIRED,    "expired",         "E_CONSENT_EXPIRED"  },
        {WITHDRAWN,  "withdrawn",       "E_CONSENT_WITHDRAWN"},
        {FOR_WHAT,   "wrong purpose",   "E_CONSENT_PURPOSE"  },
        {FOR_WHOM,   "wrong recipient", "E_CONSENT_RECIPIENT"},
        {WHICH_DATA, "undeclared data", "E_CONSENT_DATA"     },
        {NO_TERMS,   "no partnership",  "E_PARTNERSHIP"      },
};

/* The consent record that a row refers under. */
static uint64_t record_of(enum wrong wrong)
{
    struct world_consent wish = {.recipients = {wrong == NO_TERMS ? LEFT : TARGET}};

    if (wrong == NONE)
        return 99;
    if (wrong == EXPIRED)
        wish.until_day = (uint32_t)time_brussels_day(sim_now()) + 2;
    if (wrong == FOR_WHAT)
        wish.purpose = PURPOSE_CONTACT_AND_VISIT;
    uint64_t number = world_consent(HOME, &wish);
    if (wrong == WITHDRAWN)
        world_withdraw(HOME, number);
    return number;
}

static void refused_where_it_is_sent(void **state)
{
    static const uint16_t needs[] = {NEED_CATEGORY_LONELINESS_ISOLATION};
    static const struct person person = {.name = "Rosa Voorbeeld",
            .birth_date = "1941-03-12",
            .language = "nl"};
    static const struct referral more = {.person = &person,
            .needs = needs,
            .n_needs = 1};
    static const char *const langs[] = {"nl", "fr", "en"};
    uint64_t records[COUNT_OF(ROWS)];

    (void)state;
    world_fresh(41);
    for (size_t i = 0; i < COUNT_OF(ROWS); i++)
        records[i] = record_of(ROWS[i].wrong);
    end_partnership(HOME, LEFT);
    world_pass((int64_t)4 * TIME_DAY_MS);
    for (size_t i = 0; i < COUNT_OF(ROWS); i++)
        for (size_t lang = 0; lang < COUNT_OF(langs); lang++) {
            struct world_referral wish = {.consent = records[i],
                    .candidate = TARGET,
                    .secret = "Rosa Voorbeeld",
                    .lang = langs[lang]};
            if (ROWS[i].wrong == FOR_WHOM)
                wish.candidate = "chambry";
            if (ROWS[i].wrong == NO_TERMS)
                wish.candidate = LEFT;
            if (ROWS[i].wrong == WHICH_DATA)
                wish.content = &more;
            print_message("# sent: %s, %s\n", ROWS[i].name, langs[lang]);
            const struct reply *reply = world_refer_as(HOME, &wish);
            assert_string_equal(reply->code, ROWS[i].code);
            assert_non_null(strstr(reply->sentence,
                    code_sentence(code_find(reply->code), (enum lang)lang)));
        }
    /* Nothing was made, and nothing left. */
    assert_int_equal(peek_number(peek_of(HOME), "SELECT count(*) FROM sent"), 0);
    assert_int_equal(peek_number(peek_of(NETWORK_BROKER),
                             "SELECT count(*) FROM letter"),
            0);
    world_end();
}

/* ------------------------------------------------------------ the broker */

static void make_wrong(enum wrong wrong, const struct evil *evil, struct forged *forged)
{
    static const uint16_t purposes[] = {PURPOSE_CONTACT_AND_VISIT};
    static const char *const others[] = {"chambry"};
    uint32_t today = (uint32_t)time_brussels_day(sim_now());

    forge_referral(evil, wrong == NO_TERMS ? LEFT : TARGET, forged);
    switch (wrong) {
    case NONE: forged->with_capsule = false; break;
    case EXPIRED:
        forged->capsule.from_day = today - 10;
        forged->capsule.until_day = today - 1;
        break;
    case FOR_WHAT: forged->capsule.purposes = purposes; break;
    case FOR_WHOM: forged->capsule.recipients = others; break;
    case WHICH_DATA:
    case WITHDRAWN:
    case NO_TERMS:
    case NOTHING: break;
    }
}

static void refused_by_the_broker(void **state)
{
    /* What a capsule of this test does not name. */
    static const uint16_t more[] = {DATA_CATEGORY_CONTACT, DATA_CATEGORY_NEEDS,
            DATA_CATEGORY_FINANCE};

    (void)state;
    world_fresh(42);
    end_partnership(HOME, LEFT);
    struct evil *evil = evil_new(HOME);
    evil_connect(evil);
    struct forged forged;
    forge_referral(evil, TARGET, &forged);
    assert_string_equal(forge_put(evil, &forged), "");
    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        print_message("# put: %s\n", ROWS[i].name);
        make_wrong(ROWS[i].wrong, evil, &forged);
        if (ROWS[i].wrong == WHICH_DATA) {
            forged.content.data_categories = more;
            forged.content.n_data_categories = COUNT_OF(more);
        }
        if (ROWS[i].wrong == WITHDRAWN)
            assert_string_equal(forge_withdraw(evil, &forged), "");
        assert_string_equal(forge_put(evil, &forged), ROWS[i].code);
        assert_sentences(ROWS[i].code);
    }
    (void)sim_settle(EVIL_WAIT_MS);
    /* The target has heard of the good one alone. */
    assert_int_equal(world_newest(TARGET, CASE_BOX_NONE), 1);
    assert_int_equal(peek_number(peek_of(TARGET), "SELECT count(*) FROM received"), 1);
    assert_int_equal(peek_number(peek_of(LEFT), "SELECT count(*) FROM received"), 0);
    assert_int_equal(peek_number(peek_of(NETWORK_BROKER), "SELECT count(*) FROM offer"),
            1);
    evil_free(evil);
    world_end();
}

/* ------------------------------------------------------------ the node that receives
 */

/* The status that the broker signs with a new offer. */
static struct span first_status(struct evil *broker, const struct forged *forged)
{
    const struct offer_status status = {.v = 1,
            .offer_id = forged->preview.offer_id,
            .referral_id = forged->preview.referral_id,
            .sender = forged->sender,
            .target = forged->recipient,
            .state = OFFER_STATE_REQUESTED,
            .event = OFFER_EVENT_OFFER,
            .version = 1,
            .msg_id = forged->preview.msg_id,
            .at_ms = (uint64_t)sim_now(),
            .code = ""};

    return evil_sign(broker, KIND_OFFER_STATUS, &WIRE_OFFER_STATUS, &status);
}

static const struct receipt *hand_over(struct evil *broker, struct evil *sender,
        struct forged *forged)
{
    forge_sign(sender, forged);
    struct mail mail = {.letter = forge_preview(sender, forged)};

    if (forged->with_capsule)
        mail.consent = forged->signed_capsule;
    mail.status = first_status(broker, forged);
    return evil_deliver(broker, &mail);
}

static void refuse_at_reader(enum wrong wrong, const char *code, struct evil *broker,
        struct evil *sender)
{
    struct forged forged;

    make_wrong(wrong, sender, &forged);
    forged.recipient = TARGET;
    forged.preview.recipient = TARGET;
    if (wrong == WHICH_DATA)
        forged.shown.strengths = "tells stories";
    if (wrong == WITHDRAWN) {
        struct mail recall = {.withdrawal = forge_withdrawal(sender, &forged)};
        (void)evil_deliver(broker, &recall);
    }
    const struct receipt *receipt = hand_over(broker, sender, &forged);
    assert_non_null(receipt);
    assert_string_equal(receipt->code, code);
    assert_int_equal(receipt->state,
            *code == '\0' ? RECEIPT_STATE_PROCESSED : RECEIPT_STATE_FAILED);
}

static void refused_where_it_is_received(void **state)
{
    (void)state;
    world_fresh(43);
    struct evil *sender = evil_new(HOME);
    world_stop("chambry");
    world_stop("noord");
    world_stop("meldpunt");
    struct evil *broker = evil_new(NETWORK_BROKER);
    evil_serve(broker, TARGET);
    refuse_at_reader(NOTHING, "", broker, sender);
    assert_int_equal(world_newest(TARGET, CASE_BOX_NONE), 1);
    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        print_message("# received: %s\n", ROWS[i].name);
        if (ROWS[i].wrong == NO_TERMS)
            end_partnership(TARGET, HOME);
        refuse_at_reader(ROWS[i].wrong, ROWS[i].code, broker, sender);
    }
    /* Staff see the good one alone, and nothing of the others. */
    assert_int_equal(world_newest(TARGET, CASE_BOX_NONE), 1);
    assert_int_equal(peek_number(peek_of(TARGET), "SELECT count(*) FROM moment"),
            peek_number(peek_of(TARGET),
                    "SELECT count(*) FROM moment WHERE case_number = 1"));
    evil_free(sender);
    evil_free(broker);
    world_end();
}

/* A cancel of a referral of its own, which says this; how its reader answers. */
static const char *cancel_with(struct evil *evil, const struct event_content *said)
{
    static char code[40];
    struct content content = {.event = said};
    struct forged forged;

    forge_referral(evil, TARGET, &forged);
    assert_string_equal(forge_put(evil, &forged), "");
    (void)sim_settle(EVIL_WAIT_MS);
    struct letter_core core = forge_step(&forged.preview, TARGET, LETTER_TYPE_EVENT,
            OFFER_EVENT_CANCEL, 1);
    struct span letter = evil_letter(evil, &core, &content);
    (void)evil_put(evil, NULL, 0, &letter, 1, MODE_DIRECT);
    assert_string_equal(evil_code(evil), "");
    (void)sim_settle(EVIL_WAIT_MS);
    evil_take_mail(evil);
    code[0] = '\0';
    for (size_t i = 0; i < evil->n_mails; i++) {
        struct receipt receipt;
        if (evil->mails[i].receipt.len > 0 &&
                evil_read(&evil->arena, evil->mails[i].receipt, &WIRE_RECEIPT,
                        &receipt) &&
                id_equal(&receipt.msg_id, &core.msg_id))
            snprintf(code, sizeof code, "%s", receipt.code);
    }
    return code;
}

/* A control letter asks for no consent, so it carries the codes of its event: no words,
 * and nothing of another one. The offer is over all the same. */
static void an_event_says_no_more_than_its_own(void **state)
{
    static const struct need_outcome outcome = {NEED_CATEGORY_LONELINESS_ISOLATION,
            OUTCOME_NETWORK_STRENGTHENED};
    static const char *const others[] = {TARGET};
    const struct event_content right = {.note = "", .cancel_reason = 1};
    const struct {
        const char *name;
        struct event_content said;
        const char *code;
    } rows[] = {
            {"its reason",           right,                                                ""              },
            {"no reason",            {.note = ""},                                         "E_FIELD"       },
            {"words",                {.note = "Rosa fell last night", .cancel_reason = 1},
             "E_CONSENT_DATA"                                                                              },
            {"words alone",          {.note = "Rosa fell last night"},                     "E_CONSENT_DATA"},
            {"an outcome",
             {.note = "",
                            .cancel_reason = 1,
                            .outcomes = &outcome,
                            .n_outcomes = 1},
             "E_CONSENT_DATA"                                                                              },
            {"two reasons",          {.note = "", .cancel_reason = 1, .fail_reason = 1},
             "E_CONSENT_DATA"                                                                              },
            {"whom it was given to",
             {.note = "",
                            .cancel_reason = 1,
                            .handed_on_to = others,
                            .n_handed_on_to = 1},
             "E_CONSENT_DATA"                                                                              },
    };

    (void)state;
    world_fresh(44);
    struct evil *evil = evil_new(HOME);
    evil_connect(evil);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        print_message("# a cancel with %s\n", rows[i].name);
        assert_string_equal(cancel_with(evil, &rows[i].said), rows[i].code);
    }
    assert_int_equal(peek_number(peek_of(TARGET),
                             "SELECT count(*) FROM moment WHERE event = %d",
                             (int)OFFER_EVENT_CANCEL),
            1);
    assert_int_equal(peek_number(peek_of(TARGET),
                             "SELECT count(*) FROM offer WHERE state = %d",
                             (int)OFFER_STATE_CANCELLED),
            (int64_t)COUNT_OF(rows));
    evil_free(evil);
    world_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(refused_where_it_is_sent),
            cmocka_unit_test(refused_by_the_broker),
            cmocka_unit_test(refused_where_it_is_received),
            cmocka_unit_test(an_event_says_no_more_than_its_own),
    };
    peek_begin();
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}

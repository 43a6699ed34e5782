/* sim_explain.c - why was this letter allowed or refused, as it was then; and would
 * that one be, without anything written or sent. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/vocab.h"
#include "tests/evil_broker.h"
#include "tests/forge.h"
#include "tests/peek.h"
#include "tests/world.h"

#define HOME   "thuiszorg"
#define TARGET "aksant"
#define OTHER  "noord"

static const struct explanation *explain(const char *id, uint64_t case_number,
        const struct id *msg_id)
{
    struct consent_explain what = {.case_number = case_number};
    struct request request = {.consent_explain = &what};

    if (msg_id != NULL)
        what.msg_id = *msg_id;
    const struct reply *reply = world_must(id, &request, "");
    assert_non_null(reply->explanation);
    return reply->explanation;
}

/* The first question that was not answered yes; one without a name when all were. */
static const struct question *first_no(const struct judgement *told)
{
    static const struct question NONE = {.rule = "", .code = ""};

    for (size_t i = 0; i < told->n_questions; i++)
        if (!told->questions[i].asked || !told->questions[i].holds)
            return &told->questions[i];
    return &NONE;
}

/* The questions give the answer that was given. */
static void assert_told(const struct judgement *told, const char *point,
        const char *code, const char *rule)
{
    assert_string_equal(told->point, point);
    assert_string_equal(told->code, code);
    assert_true(told->n_questions > 30);
    const struct question *no = first_no(told);
    assert_string_equal(no->rule, rule);
    assert_string_equal(no->code, code);
    assert_int_equal(*told->sentence == '\0', *code == '\0');
}

/* ------------------------------------------------------------ where it is sent */

static void a_refusal_here_is_explained(void **state)
{
    (void)state;
    world_fresh(51);
    assert_int_equal(explain(HOME, 0, NULL)->n_judgements, 0);
    uint64_t record =
            world_consent(HOME, &(struct world_consent){.recipients = {TARGET}});
    struct id why = world_refer(HOME, record, OTHER, "Rosa Voorbeeld")->decision;
    assert_int_equal(peek_number(peek_of(HOME), "SELECT count(*) FROM case_file"), 0);
    const struct judgement *told = explain(HOME, 0, &why)->judgements;
    assert_told(told, "sending", "E_CONSENT_RECIPIENT", "recipient_named");
    assert_string_equal(told->recipient, OTHER);
    assert_string_equal(first_no(told)->allowed, TARGET);
    assert_string_equal(first_no(told)->found, OTHER);
    assert_string_equal(first_no(told)->answer,
            "No: the consent names aksant; the letter is for noord.");
    /* It is the newest as well, until the next one. */
    assert_memory_equal(&explain(HOME, 0, NULL)->judgements->msg_id, &why, sizeof why);
    world_withdraw(HOME, record);
    assert_string_equal(world_refer(HOME, record, TARGET, "Rosa Voorbeeld")->code,
            "E_CONSENT_WITHDRAWN");
    assert_told(explain(HOME, 0, NULL)->judgements, "sending", "E_CONSENT_WITHDRAWN",
            "not_withdrawn");
    /* The first is told as it was then. */
    assert_told(explain(HOME, 0, &why)->judgements, "sending", "E_CONSENT_RECIPIENT",
            "recipient_named");
    world_end();
}

static void what_was_allowed_stays_so_told(void **state)
{
    const struct consent_explain nothing = {.case_number = 99};
    struct request request = {.consent_explain = &nothing};

    (void)state;
    world_fresh(52);
    uint64_t record =
            world_consent(HOME, &(struct world_consent){.recipients = {TARGET}});
    uint64_t number =
            world_refer(HOME, record, TARGET, "Rosa Voorbeeld")->made->case_number;
    world_quiet();
    const struct explanation *shown = explain(HOME, number, NULL);
    assert_int_equal(shown->n_judgements, 2);
    assert_int_equal(shown->judgements[0].type, LETTER_TYPE_PREVIEW);
    assert_int_equal(shown->judgements[0].n_questions, 0);
    assert_told(&shown->judgements[1], "sending", "", "");
    assert_string_equal(shown->judgements[1].now_code, "");
    uint64_t theirs = world_newest(TARGET, CASE_BOX_NONE);
    assert_told(explain(TARGET, theirs, NULL)->judgements, "receiving", "", "");
    world_withdraw(HOME, record);
    world_quiet();
    /* What was known then is told; what the answer would be now is told apart. */
    shown = explain(HOME, number, NULL);
    assert_told(&shown->judgements[1], "sending", "", "");
    assert_string_equal(shown->judgements[1].now_code, "E_CONSENT_WITHDRAWN");
    struct judgement there = explain(TARGET, theirs, NULL)->judgements[0];
    assert_string_equal(there.code, "");
    assert_string_equal(there.now_code, "E_CONSENT_WITHDRAWN");
    (void)world_must(HOME, &request, "E_NOT_FOUND");
    world_end();
}

/* ------------------------------------------------------------ the broker */

static void let_all(const char *from)
{
    while (sim_let(from, NETWORK_BROKER))
        continue;
}

/* The sender did not know yet that the partnership is over; the broker did. */
static void a_refusal_by_the_broker_is_explained(void **state)
{
    const struct partnership_change change = {.verb = PARTNERSHIP_VERB_END,
            .partner = HOME};
    struct request request = {.partnership = &change};

    (void)state;
    world_fresh(53);
    uint64_t record =
            world_consent(HOME, &(struct world_consent){.recipients = {TARGET}});
    world_quiet();
    sim_hold(true);
    uint64_t number =
            world_refer(HOME, record, TARGET, "Rosa Voorbeeld")->made->case_number;
    (void)world_must(TARGET, &request, "");
    sim_run_until(sim_now() + 1000);
    let_all(TARGET);
    sim_run_until(sim_now() + 1000);
    let_all(HOME);
    sim_hold(false);
    world_quiet();
    const struct explanation *shown = explain(HOME, number, NULL);
    const struct judgement *told = &shown->judgements[shown->n_judgements - 1];
    assert_told(told, "sending", "", "");
    assert_string_equal(told->other, NETWORK_BROKER);
    assert_string_equal(told->other_code, "E_PARTNERSHIP");
    assert_string_equal(told->other_sentence, code_sentence(E_PARTNERSHIP, LANG_EN));
    assert_true(told->other_at_ms >= told->at_ms);
    assert_string_equal(told->now_code, "E_SECRECY");
    world_end();
}

/* ------------------------------------------------------------ where it is received */

static void what_is_turned_away_here_is_explained(void **state)
{
    struct forged forged;

    (void)state;
    world_fresh(54);
    struct evil *sender = evil_new(HOME);
    world_stop("chambry");
    world_stop("noord");
    world_stop("meldpunt");
    struct evil *broker = evil_new(NETWORK_BROKER);
    evil_serve(broker, TARGET);
    forge_referral(sender, TARGET, &forged);
    forged.shown.strengths = "tells stories";
    forge_sign(sender, &forged);
    struct mail mail = {.letter = forge_preview(sender, &forged),
            .consent = forged.signed_capsule};
    (void)evil_deliver(broker, &mail);
    const struct judgement *told =
            explain(TARGET, 0, &forged.preview.msg_id)->judgements;
    assert_told(told, "receiving", "E_CONSENT_DATA", "data_declared");
    assert_string_equal(first_no(told)->over, "strengths");
    evil_free(sender);
    evil_free(broker);
    world_end();
}

/* ------------------------------------------------------------ would it be allowed? */

static const uint16_t DATA[] = {DATA_CATEGORY_NEEDS, DATA_CATEGORY_CONTACT};

static const struct explanation *check(const char *const *candidates, size_t n,
        uint64_t consent, uint16_t purpose, enum level level)
{
    const struct consent_check asked = {.consent_number = consent,
            .candidates = candidates,
            .n_candidates = n,
            .purpose = purpose,
            .data_categories = DATA,
            .n_data_categories = COUNT_OF(DATA),
            .level = level,
            .urgency = URGENCY_ROUTINE,
            .area = "21004"};
    struct request request = {.consent_check = &asked};

    return world_must(HOME, &request, "")->explanation;
}

static void each_candidate_gets_its_answer(void **state)
{
    static const char *const all[] = {TARGET, OTHER, "nobody", HOME};
    static const char *const one[] = {TARGET};

    (void)state;
    world_fresh(55);
    uint64_t record =
            world_consent(HOME, &(struct world_consent){.recipients = {TARGET}});
    const struct explanation *shown =
            check(all, COUNT_OF(all), record, PURPOSE_CARE_COORDINATION, LEVEL_NONE);
    assert_int_equal(shown->n_judgements, COUNT_OF(all));
    assert_told(&shown->judgements[0], "checking", "", "");
    assert_int_equal(shown->judgements[0].type, LETTER_TYPE_CONTENT);
    assert_told(&shown->judgements[1], "checking", "E_CONSENT_RECIPIENT",
            "recipient_named");
    assert_string_equal(shown->judgements[2].code, "E_NOT_FOUND");
    assert_string_equal(shown->judgements[3].code, "E_NOT_FOUND");
    assert_int_equal(shown->judgements[2].n_questions, 0);
    assert_told(check(one, 1, record, PURPOSE_CONTACT_AND_VISIT, LEVEL_NONE)
                        ->judgements,
            "checking", "E_CONSENT_PURPOSE", "purpose_agreed");
    assert_told(check(one, 1, record, PURPOSE_CARE_COORDINATION, LEVEL_S2)->judgements,
            "checking", "E_LEVEL", "level_agreed");
    world_withdraw(HOME, record);
    assert_told(check(one, 1, record, PURPOSE_CARE_COORDINATION, LEVEL_NONE)
                        ->judgements,
            "checking", "E_CONSENT_WITHDRAWN", "not_withdrawn");
    world_end();
}

/* Also where preview and content are refused for different reasons. */
static void a_check_says_what_the_referral_would(void **state)
{
    static const char *const one[] = {OTHER};
    const struct partnership_change change = {.verb = PARTNERSHIP_VERB_END,
            .partner = OTHER};
    struct request request = {.partnership = &change};

    (void)state;
    world_fresh(58);
    uint64_t record =
            world_consent(HOME, &(struct world_consent){.recipients = {OTHER}});
    (void)world_must(HOME, &request, "");
    world_quiet();
    const struct judgement told =
            *check(one, 1, record, PURPOSE_CARE_COORDINATION, LEVEL_NONE)->judgements;
    assert_string_equal(told.code, "E_PARTNERSHIP");
    assert_int_equal(told.type, LETTER_TYPE_PREVIEW);
    assert_string_equal(world_refer(HOME, record, OTHER, "Rosa Voorbeeld")->code,
            "E_PARTNERSHIP");
    world_end();
}

/* What a candidate is told no for although the consent allows it. */
static void what_keeps_it_back_besides_is_told(void **state)
{
    static const char *const one[] = {TARGET};
    const struct set_intake full = {.state = INTAKE_STATE_FULL};
    struct request request = {.intake = &full};
    static const struct consent_check nothing = {.area = "2"};
    struct request empty = {.consent_check = &nothing};

    (void)state;
    world_fresh(56);
    uint64_t record =
            world_consent(HOME, &(struct world_consent){.recipients = {TARGET}});
    (void)world_must(TARGET, &request, "");
    world_quiet();
    const struct judgement *told =
            check(one, 1, record, PURPOSE_CARE_COORDINATION, LEVEL_NONE)->judgements;
    assert_string_equal(told->code, "E_BUSY");
    assert_string_equal(first_no(told)->rule, "");
    assert_int_equal(world_must(HOME, &empty, "E_FIELD")->n_issues, 5);
    world_end();
}

/* Every row of the store, as one number a table. */
static void add_table(void *self, struct sqlite3_stmt *row)
{
    char *all = self;
    const char *table = (const char *)sqlite3_column_text(row, 0);
    size_t len = strlen(all);
    snprintf(all + len, 4096 - len, "%s=%lld ", table,
            (long long)peek_number(peek_of(HOME), "SELECT count(*) FROM \"%w\"",
                    table));
}

/* Frames that go over the network. */
static void count_frame(void *self, const char *from, const char *to, struct span frame)
{
    size_t *n_frames = self;

    (void)frame;
    *n_frames += strcmp(from, NETWORK_BROKER) == 0 || strcmp(to, NETWORK_BROKER) == 0;
}

static void assert_nothing_written(uint64_t record)
{
    static const char *const all[] = {TARGET, OTHER, "nobody"};
    static char before[4096], after[4096];
    static const char *const tables =
            "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name";
    struct sqlite3 *db = peek_of(HOME);

    before[0] = after[0] = '\0';
    int64_t changes = peek_number(db, "SELECT total_changes()");
    size_t n_frames = 0;
    const struct sim_watch watch = {.self = &n_frames, .on_send = count_frame};
    sim_watch(&watch);
    peek_each(db, tables, add_table, before);
    for (size_t i = 0; i < COUNT_OF(all); i++)
        (void)check(all, i + 1, record, PURPOSE_CARE_COORDINATION, LEVEL_NONE);
    peek_each(db, tables, add_table, after);
    assert_true(strlen(before) > 100);
    assert_string_equal(after, before);
    assert_int_equal(peek_number(db, "SELECT total_changes()"), changes);
    assert_int_equal(n_frames, 0);
    /* It would have been seen. */
    (void)world_refer(HOME, record, TARGET, "Rosa Voorbeeld");
    world_quiet();
    assert_true(n_frames > 0);
    sim_watch(&(struct sim_watch){.self = NULL});
}

static void nothing_is_written_or_sent(void **state)
{
    (void)state;
    world_fresh(57);
    uint64_t record =
            world_consent(HOME, &(struct world_consent){.recipients = {TARGET}});
    world_quiet();
    assert_nothing_written(record);
    world_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(a_refusal_here_is_explained),
            cmocka_unit_test(what_was_allowed_stays_so_told),
            cmocka_unit_test(a_refusal_by_the_broker_is_explained),
            cmocka_unit_test(what_is_turned_away_here_is_explained),
            cmocka_unit_test(each_candidate_gets_its_answer),
            cmocka_unit_test(a_check_says_what_the_referral_would),
            cmocka_unit_test(what_keeps_it_back_besides_is_told),
            cmocka_unit_test(nothing_is_written_or_sent),
    };
    peek_begin();
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}

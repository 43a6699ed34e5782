/* sim_whose.c - a consent that staff name by its number is the one of the person whom
 * it is about: each act under it asks, and what staff say of it stays with the record.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/time.h"
#include "core/vocab.h"
#include "tests/peek.h"
#include "tests/world.h"

#define HOME   "thuiszorg"
#define TARGET "aksant"
#define OTHER  "noord"
#define POINT  "meldpunt"
#define REASON "Jan is the name on her card"

static const uint16_t NEEDS[] = {NEED_CATEGORY_LONELINESS_ISOLATION};

/* ------------------------------------------------------------ consents */

static struct consent_give given_by(const char *person)
{
    static const char *const recipients[] = {TARGET, OTHER, POINT, HOME};
    static const uint16_t purposes[] = {PURPOSE_CARE_COORDINATION,
            PURPOSE_INFORMAL_SUPPORT};
    static const uint16_t data[] = {DATA_CATEGORY_CONTACT, DATA_CATEGORY_AREA,
            DATA_CATEGORY_LANGUAGE, DATA_CATEGORY_NEEDS, DATA_CATEGORY_BIRTH_DATE};
    return (struct consent_give){.person = person,
            .how = CONSENT_HOW_IN_PERSON,
            .recipients = recipients,
            .n_recipients = COUNT_OF(recipients),
            .purposes = purposes,
            .n_purposes = COUNT_OF(purposes),
            .data_categories = data,
            .n_data_categories = COUNT_OF(data),
            .level_max = LEVEL_S1,
            .legal_basis = LEGAL_BASIS_CONSENT_EXPLICIT,
            .language = "nl"};
}

/* Nobody's own organisation stands in its consents. */
static uint64_t record(const char *id, struct consent_give given, const char *code)
{
    const char *recipients[4];
    size_t n = 0;
    for (size_t i = 0; i < given.n_recipients; i++)
        if (strcmp(given.recipients[i], id) != 0)
            recipients[n++] = given.recipients[i];
    given.recipients = recipients;
    given.n_recipients = n;
    struct request request = {.consent_give = &given};
    const struct reply *reply = world_must(id, &request, code);
    return code[0] == '\0' ? reply->made->consent_number : 0;
}

static const struct consent_line *shown(const char *id, uint64_t number)
{
    const struct consent_show show = {.number = number};
    struct request request = {.consent_show = &show};
    return &world_must(id, &request, "")->consent->consents[0];
}

/* ------------------------------------------------------------ acts about Rosa */

/* What was there before, and what the act is about. */
struct stage {
    const char *at; /* whose staff act */
    uint64_t rosa, jan;
    uint64_t number; /* of a case or signal about Rosa; 0: none was there */
};

static const struct reply *refer_as(const char *id, const struct person *person,
        uint64_t consent, const char *reason)
{
    static const char *const to[] = {TARGET};
    const struct referral referral = {.person = person, .needs = NEEDS, .n_needs = 1};
    const struct refer refer = {.consent_number = consent,
            .candidates = to,
            .n_candidates = 1,
            .mode = MODE_DIRECT,
            .purpose = PURPOSE_CARE_COORDINATION,
            .urgency = URGENCY_ROUTINE,
            .area = "21004",
            .referral = &referral,
            .same_person = reason};
    struct request request = {.refer = &refer, .actor = "an"};
    return world_ask(id, &request);
}

static const struct reply *refer(const struct stage *stage, uint64_t consent,
        const char *reason)
{
    const struct person person = {.name = "Rosa Voorbeeld"};
    return refer_as(stage->at, &person, consent, reason);
}

static const struct reply *reopen(const struct stage *stage, uint64_t consent,
        const char *reason)
{
    static const char *const to[] = {OTHER};
    const struct refer refer = {.consent_number = consent,
            .candidates = to,
            .n_candidates = 1,
            .mode = MODE_DIRECT,
            .purpose = PURPOSE_CARE_COORDINATION,
            .urgency = URGENCY_ROUTINE,
            .area = "21004",
            .reopens_case = stage->number,
            .same_person = reason};
    struct request request = {.refer = &refer, .actor = "an"};
    return world_ask(stage->at, &request);
}

static const struct reply *signal_of(const char *person, uint64_t consent,
        const char *reason)
{
    const struct signal said = {.needs = NEEDS, .n_needs = 1, .person = person};
    const struct raise_signal raise = {.recipient = POINT,
            .consent_number = consent,
            .urgency = URGENCY_ROUTINE,
            .area = "21004",
            .signal = &said,
            .same_person = reason};
    struct request request = {.signal = &raise, .actor = "an"};
    return world_ask(HOME, &request);
}

static const struct reply *raise(const struct stage *stage, uint64_t consent,
        const char *reason)
{
    (void)stage;
    return signal_of("Rosa Voorbeeld, Kerkstraat 12", consent, reason);
}

static const struct reply *share(const struct stage *stage, uint64_t consent,
        const char *reason)
{
    const struct share_signal wish = {.case_number = stage->number,
            .consent_number = consent,
            .same_person = reason};
    struct request request = {.share = &wish, .actor = "an"};
    return world_ask(stage->at, &request);
}

static const struct reply *convert_named(const struct stage *stage, uint64_t consent,
        const char *name, const char *reason)
{
    static const char *const to[] = {OTHER};
    const struct person person = {.name = name};
    const struct referral referral = {.person = &person};
    const struct refer refer = {.consent_number = consent,
            .candidates = to,
            .n_candidates = 1,
            .mode = MODE_DIRECT,
            .referral = &referral,
            .same_person = reason};
    const struct convert_signal wish = {.case_number = stage->number, .refer = &refer};
    struct request request = {.convert = &wish, .actor = "an"};
    return world_ask(stage->at, &request);
}

static const struct reply *convert(const struct stage *stage, uint64_t consent,
        const char *reason)
{
    return convert_named(stage, consent, "", reason);
}

static const struct reply *ask(const struct stage *stage, uint64_t consent,
        const char *reason)
{
    const struct post_ask wish = {.need = NEED_CATEGORY_ODD_JOBS_HOME,
            .area = "21004",
            .language = "nl",
            .text = "Who can mend a tap?",
            .from_case = stage->number,
            .consent_number = consent,
            .same_person = reason};
    struct request request = {.ask_post = &wish, .actor = "an"};
    return world_ask(stage->at, &request);
}

/* ------------------------------------------------------------ what was there */

static uint64_t old_case(void)
{
    const struct person person = {.name = "Rosa Voorbeeld"};
    uint64_t consent = record(HOME, given_by("Rosa Voorbeeld"), "");
    const struct reply *reply = refer_as(HOME, &person, consent, "");
    assert_string_equal(reply->code, "");
    uint64_t number = reply->made->case_number;
    world_quiet();
    return number;
}

static uint64_t declined_case(void)
{
    uint64_t number = old_case();
    world_do(TARGET, world_newest(TARGET, CASE_BOX_NEW), OFFER_EVENT_DECLINE);
    return number;
}

static uint64_t reported(const char *person)
{
    assert_string_equal(signal_of(person, 0, "")->code, "");
    world_quiet();
    uint64_t number = world_newest(POINT, CASE_BOX_NEW);
    const struct triage_signal look = {.case_number = number};
    struct request request = {.triage = &look, .actor = "an"};
    (void)world_must(POINT, &request, "");
    return number;
}

static uint64_t rosa_reported(void)
{
    return reported("Rosa Voorbeeld, Kerkstraat 12");
}

static const struct row {
    const char *name, *at;
    uint64_t (*before)(void); /* NULL: nothing was */
    const struct reply *(
            *act)(const struct stage *stage, uint64_t consent, const char *reason);
    bool once; /* it can be done once only */
} ROWS[] = {
        {"a referral",            HOME,  NULL,          refer,   false},
        {"offered anew",          HOME,  declined_case, reopen,  true },
        {"a signal",              HOME,  NULL,          raise,   false},
        {"a signal is shared",    POINT, rosa_reported, share,   false},
        {"a signal is converted", POINT, rosa_reported, convert, true },
        {"an ask of a referral",  HOME,  old_case,      ask,     false},
};

static void begin(uint64_t seed, const struct row *row, struct stage *stage)
{
    world_fresh(seed);
    world_agree(POINT, OTHER);
    *stage = (struct stage){.at = row->at};
    if (row->before != NULL)
        stage->number = row->before();
    world_pass(TIME_SECOND_MS);
    stage->rosa = record(row->at, given_by("VOORBEELD Rosa"), "");
    stage->jan = record(row->at, given_by("Jan Voorbeeld"), "");
}

/* ------------------------------------------------------------ what comes of it */

static struct key32 written(const char *id)
{
    return peek_sum(peek_of(id), "SELECT 'case', count(*) FROM case_file UNION ALL "
                                 "SELECT 'letter', count(*) FROM submission UNION ALL "
                                 "SELECT 'capsule', count(*) FROM capsule UNION ALL "
                                 "SELECT 'said', count(*) FROM said_same UNION ALL "
                                 "SELECT 'row', count(*) FROM opening");
}

/* Nothing is written, and neither name is told. */
static void assert_refused(const struct stage *stage, const struct row *row,
        const char *reason)
{
    struct key32 before = written(stage->at);
    const struct reply *reply = row->act(stage, stage->jan, reason);
    assert_string_equal(reply->code, "E_CONSENT_PERSON");
    assert_int_equal(reply->n_issues, 1);
    assert_string_equal(reply->issues[0].field, "consent_number");
    assert_null(strstr(reply->issues[0].words, "Jan"));
    assert_null(strstr(reply->sentence, "Jan"));
    struct key32 after = written(stage->at);
    assert_memory_equal(&before, &after, sizeof before);
}

/* Is it in the register of this consent, by whom it was said? */
static bool in_register(const char *id, uint64_t consent)
{
    const struct list_openings list = {.consent_number = consent};
    struct request request = {.openings = &list};
    const struct opening_list *found = world_must(id, &request, "")->openings;
    for (size_t i = 0; i < found->n_openings; i++)
        if (found->openings[i].how == OPENING_HOW_SAME_PERSON)
            return strcmp(found->openings[i].actor, "an") == 0;
    return false;
}

static bool in_trace(const char *id, uint64_t number)
{
    const struct trace_case wish = {.number = number};
    struct request request = {.trace = &wish};
    const struct trace *trace = world_must(id, &request, "")->trace;
    for (size_t i = 0; i < trace->n_lines; i++)
        if (strcmp(trace->lines[i].what, "same_person") == 0)
            return true;
    return false;
}

static void assert_said(const struct stage *stage)
{
    const struct consent_line *line = shown(stage->at, stage->jan);
    assert_int_equal(line->n_said_same, 1);
    const struct said_same *said = &line->said_same[0];
    assert_string_equal(said->by, "an");
    assert_string_equal(said->reason, REASON);
    assert_non_null(strstr(said->name, "Rosa Voorbeeld"));
    uint64_t number = said->case_number;
    assert_int_not_equal(number, 0);
    assert_true(in_trace(stage->at, number));
    assert_true(in_register(stage->at, stage->jan));
    assert_int_equal(shown(stage->at, stage->rosa)->n_said_same, 0);
}

/* Refused as long as nobody says why it is the same person; what can be done twice goes
 * under her own consent without a word. */
static void nothing_goes_under_the_consent_of_somebody_else(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        struct stage stage;
        print_message("# %s\n", ROWS[i].name);
        begin(410 + i, &ROWS[i], &stage);
        assert_refused(&stage, &ROWS[i], NULL);
        assert_refused(&stage, &ROWS[i], "  ");
        if (!ROWS[i].once)
            assert_string_equal(ROWS[i].act(&stage, stage.rosa, NULL)->code, "");
        assert_string_equal(ROWS[i].act(&stage, stage.jan, REASON)->code, "");
        world_quiet();
        assert_said(&stage);
        world_end();
    }
}

/* ------------------------------------------------------------ once it was said */

static uint64_t renew(uint64_t number, const char *person, const char *code)
{
    const struct consent_give given = {.person = person,
            .how = CONSENT_HOW_PHONE,
            .language = "nl"};
    const struct consent_renew again = {.number = number, .given = &given};
    struct request request = {.consent_renew = &again};
    const struct reply *reply = world_must(HOME, &request, code);
    return code[0] == '\0' ? reply->made->consent_number : 0;
}

/* For that name and no other, under that consent and those after it. */
static void what_was_said_holds_for_that_name(void **state)
{
    const struct stage home = {.at = HOME};
    const struct person mia = {.name = "Mia Anders"};
    (void)state;
    world_fresh(431);
    uint64_t jan = record(HOME, given_by("Jan Voorbeeld"), "");
    uint64_t other = record(HOME, given_by("Jan Voorbeeld"), "");
    assert_string_equal(refer(&home, jan, REASON)->code, "");
    assert_string_equal(refer(&home, jan, NULL)->code, "");
    assert_string_equal(refer(&home, other, NULL)->code, "E_CONSENT_PERSON");
    assert_string_equal(refer_as(HOME, &mia, jan, NULL)->code, "E_CONSENT_PERSON");
    assert_int_equal(shown(HOME, jan)->n_said_same, 1);
    (void)renew(jan, "Karel Voorbeeld", "E_CONSENT_PERSON");
    uint64_t after = renew(jan, "", "");
    assert_string_equal(refer(&home, after, NULL)->code, "");
    assert_int_equal(peek_number(peek_of(HOME), "SELECT count(*) FROM said_same"), 1);
    world_quiet();
    world_end();
}

/* Encrypted with its key, and destroyed with it. */
static void what_was_said_goes_with_the_record(void **state)
{
    struct stage stage = {.at = POINT};
    (void)state;
    world_fresh(432);
    stage.number = rosa_reported();
    struct consent_give given = given_by("Jan Voorbeeld");
    given.keep_days = 1;
    given.until_day = WORLD_START_MS_DAY + 1;
    uint64_t jan = record(POINT, given, "");
    assert_string_equal(share(&stage, jan, REASON)->code, "");
    struct sqlite3 *db = peek_of(POINT);
    assert_int_equal(peek_number(db, "SELECT count(*) FROM said_same"), 1);
    assert_int_equal(peek_number(db, "SELECT count(*) FROM said_same WHERE "
                                     "instr(content, 'Rosa') + instr(content, 'card')"),
            0);
    world_pass((int64_t)4 * TIME_DAY_MS);
    assert_int_equal(peek_number(db, "SELECT count(*) FROM consent"), 0);
    assert_int_equal(peek_number(db, "SELECT count(*) FROM said_same"), 0);
    world_end();
}

/* ------------------------------------------------------------ where no name stands */

/* What leads to somebody without a name is not sent on by a number alone. */
static void where_a_signal_names_nobody_staff_do(void **state)
{
    struct stage stage = {.at = POINT};
    (void)state;
    world_fresh(441);
    world_agree(POINT, OTHER);
    stage.number = reported("Kerkstraat 12");
    uint64_t rosa = record(POINT, given_by("Rosa Voorbeeld"), "");
    assert_string_equal(share(&stage, rosa, NULL)->code, "E_CONSENT_PERSON");
    assert_string_equal(share(&stage, rosa, "she lives there")->code, "");
    /* From here on it is known who lives there. */
    assert_string_equal(convert_named(&stage, rosa, "Jan Voorbeeld", NULL)->code,
            "E_CONSENT_PERSON");
    assert_string_equal(convert(&stage, rosa, NULL)->code, "");
    stage.number = reported("Lindelaan 4");
    assert_string_equal(convert(&stage, rosa, NULL)->code, "E_CONSENT_PERSON");
    assert_string_equal(convert_named(&stage, rosa, "Rosa Voorbeeld", NULL)->code, "");
    assert_string_equal(signal_of("Lindelaan 4",
                                record(HOME, given_by("Rosa Voorbeeld"), ""), NULL)
                                ->code,
            "E_CONSENT_PERSON");
    world_quiet();
    world_end();
}

/* ------------------------------------------------------------ dates of birth */

static void a_date_of_birth_tells_namesakes_apart(void **state)
{
    const struct person born = {.name = "Rosa Voorbeeld", .birth_date = "1942-03-01"};
    (void)state;
    world_fresh(451);
    struct consent_give given = given_by("Rosa Voorbeeld");
    given.birth_date = "1942-03-01";
    uint64_t rosa = record(HOME, given, "");
    assert_string_equal(shown(HOME, rosa)->given->birth_date, "1942-03-01");
    /* Asked after whose it is: the partners agreed to send no dates of birth. */
    assert_string_equal(refer_as(HOME, &born, rosa, NULL)->code, "E_PARTNERSHIP");
    given.birth_date = "1975-03-01";
    uint64_t daughter = record(HOME, given, "");
    const struct reply *reply = refer_as(HOME, &born, daughter, NULL);
    assert_string_equal(reply->code, "E_CONSENT_PERSON");
    assert_non_null(strstr(reply->issues[0].words, "date of birth"));
    given.birth_date = "1942-02-30";
    (void)record(HOME, given, "E_FIELD");
    given.birth_date = "2942-02-01";
    (void)record(HOME, given, "E_FIELD");
    given.birth_date = "";
    /* A national number is not kept without need. */
    given.niss = "85073003328";
    (void)record(HOME, given, "E_NISS");
    given.niss = "85073003329";
    (void)record(HOME, given, "E_NISS");
    world_quiet();
    world_end();
}

/* ------------------------------------------------------------ asked beforehand */

static const char *checked(uint64_t consent, uint64_t number, const char *person)
{
    static const uint16_t data[] = {DATA_CATEGORY_NEEDS};
    static const char *const to[] = {TARGET};
    const struct consent_check check = {.consent_number = consent,
            .candidates = to,
            .n_candidates = 1,
            .purpose = PURPOSE_CARE_COORDINATION,
            .data_categories = data,
            .n_data_categories = 1,
            .area = "21004",
            .case_number = number,
            .person = person};
    struct request request = {.consent_check = &check};
    return world_must(HOME, &request, "")->explanation->judgements[0].code;
}

static void a_check_tells_whose_consent_it_is(void **state)
{
    (void)state;
    world_fresh(461);
    uint64_t number = old_case();
    uint64_t jan = record(HOME, given_by("Jan Voorbeeld"), "");
    assert_string_equal(checked(jan, 0, ""), "");
    assert_string_equal(checked(jan, 0, "Jan Voorbeeld"), "");
    assert_string_equal(checked(jan, 0, "Rosa Voorbeeld"), "E_CONSENT_PERSON");
    assert_string_equal(checked(jan, number, ""), "E_CONSENT_PERSON");
    assert_string_equal(checked(0, number, ""), "");
    world_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(nothing_goes_under_the_consent_of_somebody_else),
            cmocka_unit_test(what_was_said_holds_for_that_name),
            cmocka_unit_test(what_was_said_goes_with_the_record),
            cmocka_unit_test(where_a_signal_names_nobody_staff_do),
            cmocka_unit_test(a_date_of_birth_tells_namesakes_apart),
            cmocka_unit_test(a_check_tells_whose_consent_it_is),
    };
    peek_begin();
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}

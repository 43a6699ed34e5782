/* sim_refused.c - what a node refuses at its gateway, and why: one request a row, with
 * its code and the field that is wrong, in a network where much is under way; and
 * nothing of the store has changed by it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "adapters/http/route.h"
#include "core/directory.h"
#include "core/time.h"
#include "core/vocab.h"
#include "core/wire_walk.h"
#include "tests/peek.h"
#include "tests/world.h"

#define HOME   "thuiszorg"
#define TARGET "aksant"
#define HOUSE  "chambry"
#define POINT  "meldpunt"
#define WEST   "regie-west"
#define HELPER "noord"

enum { SEED = 41, SCOPES_MAX = 3, TOKEN_BYTES = 80 };

static struct test_network founded;

static int found(void **state)
{
    (void)state;
    world_found_wide(&founded);
    return 0;
}

static int forget(void **state)
{
    (void)state;
    network_forget(&founded);
    return 0;
}

/* ---- what is under way ---- */

/* Numbers of cases: of HOME, of TARGET, of POINT. */
enum { HOME_SIGNAL = 1, HOME_ACCEPTED = 3, HOME_ASKED = 4 };
enum { TARGET_ACCEPTED = 1, TARGET_ASKED = 2 };
enum { NEW_SIGNAL = 1, TRIAGED = 2, PLANNED = 3, PLANNED_AND_OVER = 4 };
enum { UNKNOWN = 99 };

static const uint16_t NEEDS[] = {NEED_CATEGORY_LONELINESS_ISOLATION};
static const char *const AREAS[] = {"21004"};
static const char *const NOWHERE[] = {"2100"};
static const char *const TO_TARGET[] = {TARGET};
static const struct signal SAID = {.needs = NEEDS,
        .n_needs = 1,
        .person = "Rosa Voorbeeld"};

static void must(const char *who, struct request request)
{
    (void)world_must(who, &request, "");
    world_quiet();
}

static void signal_raised(uint16_t urgency)
{
    must(HOME, (struct request){
                       .signal = &(const struct raise_signal){.recipient = POINT,
                                                              .urgency = urgency,
                                                              .area = "21004",
                                                              .signal = &SAID}
    });
}

static void triaged(uint64_t number)
{
    const struct triage_signal wish = {.case_number = number};
    must(POINT, (struct request){.triage = &wish});
}

static void planned(uint64_t number)
{
    const struct try_to_reach wish = {.case_number = number,
            .kind = ATTEMPT_KIND_PHONE,
            .why = ""};
    must(POINT, (struct request){.attempt = &wish});
}

static void under_way(void)
{
    const struct world_consent wish = {.recipients = {TARGET}};
    world_begin(SEED, &founded, HOME);
    signal_raised(URGENCY_URGENT);
    signal_raised(URGENCY_URGENT);
    uint64_t consent = world_consent(HOME, &wish);
    for (int i = 0; i < 2; i++) {
        const struct reply *reply =
                world_refer(HOME, consent, TARGET, "Rosa Voorbeeld");
        assert_string_equal(reply->code, "");
        world_quiet();
    }
    world_do(TARGET, TARGET_ACCEPTED, OFFER_EVENT_ACCEPT);
    signal_raised(URGENCY_URGENT);
    signal_raised(URGENCY_URGENT);
    for (uint64_t number = TRIAGED; number <= PLANNED_AND_OVER; number++)
        triaged(number);
    planned(PLANNED);
    planned(PLANNED_AND_OVER);
    const struct end_signal over = {.case_number = PLANNED_AND_OVER,
            .end = SIGNAL_END_NO_ACTION,
            .reason = NO_ACTION_REASON_SOLVED};
    must(POINT, (struct request){.signal_end = &over});
    const struct advice advice = {.advice_id = {{1}},
            .title = "Shorter",
            .text = "Twice as often.",
            .partners = TO_TARGET,
            .n_partners = 1};
    const struct set_advice said = {.says = &advice};
    must(HOUSE, (struct request){.advice = &said});
    const struct post_ask ask = {.need = NEED_CATEGORY_ODD_JOBS_HOME,
            .area = "21004",
            .text = "Who can mend a tap?"};
    must(HOUSE, (struct request){.ask_post = &ask});
    const struct set_intake full = {.state = INTAKE_STATE_FULL, .antenna = "antenne"};
    must(HELPER, (struct request){.intake = &full});
}

/* ---- one refusal a row ---- */

struct row {
    const char *what, *who, *code, *field;
    struct request request;
    enum scope scopes[SCOPES_MAX]; /* of the token that asks; none: all of them */
};

/* A token for these. */
static const char *token_of(const char *who, const enum scope *scopes)
{
    static char text[TOKEN_BYTES];
    struct change_token change = {.name = "narrow", .scopes = scopes};
    while (change.n_scopes < SCOPES_MAX && scopes[change.n_scopes] != 0)
        change.n_scopes++;
    struct request request = {.token_change = &change};
    snprintf(text, sizeof text, "%s", world_must(who, &request, "")->made->text);
    return text;
}

/* All but what tells that somebody asked. */
static struct key32 store_of(const char *who)
{
    return peek_sum(peek_of(who),
            "SELECT hex(x) FROM (SELECT content x FROM moment UNION ALL SELECT bytes "
            "FROM thing UNION ALL SELECT number || '/' || unread || '/' || updated_ms "
            "|| '/' || confirmed FROM case_file UNION ALL SELECT offer_id || state || "
            "pending FROM offer UNION ALL SELECT seq FROM submission UNION ALL SELECT "
            "msg_id || state FROM sent UNION ALL SELECT number || withdrawn_ms FROM "
            "consent UNION ALL SELECT rowid || '/' || state FROM signal UNION ALL "
            "SELECT count(*) FROM attempt UNION ALL SELECT count(*) FROM confidence)");
}

static void walk(const struct row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct row *row = &rows[i];
        struct request request = row->request;
        if (row->scopes[0] != 0)
            request.token = token_of(row->who, row->scopes);
        struct key32 before = store_of(row->who);
        const struct reply *reply = world_ask(row->who, &request);
        const char *field = reply->n_issues > 0 ? reply->issues[0].field : "";
        if (strcmp(reply->code, row->code) != 0 || strcmp(field, row->field) != 0)
            fail_msg("%s: \"%s\" %s, not \"%s\" %s (%s)", row->what, reply->code, field,
                    row->code, row->field, reply->sentence);
        assert_true(reply->sentence[0] != '\0');
        struct key32 after = store_of(row->who);
        if (memcmp(&before, &after, sizeof before) != 0)
            fail_msg("%s: something has changed", row->what);
        world_pass(TIME_SECOND_MS);
    }
}

/* clang-format off */
#define ACT(...)      {.act = &(const struct act){__VA_ARGS__}}
#define ATTEMPT(...)  {.attempt = &(const struct try_to_reach){.why = "", __VA_ARGS__}}
#define ADVICE(called, ...) {.advice = &(const struct set_advice){.says = &(const struct advice){.advice_id = {{1}}, .title = called, .text = "B", .partners = TO_TARGET, .n_partners = 1, __VA_ARGS__}}}
#define EVIDENCE(...) ADVICE("A", .evidence = &(const struct report_snapshot){.sha256 = {{1}}, __VA_ARGS__})
#define SIGNAL(to, says, how_urgent, consent) {.signal = &(const struct raise_signal){.recipient = to, .urgency = how_urgent, .area = "21004", .signal = says, .consent_number = consent}}
#define OVER(...)     {.signal_end = &(const struct end_signal){.case_number = TRIAGED, __VA_ARGS__}}
#define WISH(...)     {.subscription = &(const struct set_subscription){__VA_ARGS__}}
#define SHARE(...)    {.share = &(const struct share_signal){__VA_ARGS__}}
#define REFER(...)    {.refer = &(const struct refer){.consent_number = 1, .candidates = TO_TARGET, .n_candidates = 1, .mode = MODE_DIRECT, .purpose = PURPOSE_CARE_COORDINATION, \
                       .urgency = URGENCY_ROUTINE, .area = "21004", __VA_ARGS__}}
#define VISIT(...)    {.visit = &(const struct change_visit){__VA_ARGS__}}

static void each_says_what_is_wrong(void **state)
{
    static const char *const NO_LABEL[] = {""};
    static const char *const LABEL[] = {"signals"};
    static const uint64_t TEN[] = {10};
    static const char *const NO_BARRIERS[] = {"nobody"};
    static const uint16_t QUESTIONS[] = {INFO_QUESTION_CONTACT_WAY};
    static const struct info ASKING = {.questions = QUESTIONS, .n_questions = 1, .text = ""};
    static const struct info ANSWERING = {.text = "Yes."};
    static const struct info NOT_ASKING = {.text = ""};
    static const struct event_content NOTED = {.note = "It goes well."};
    static const char *const KEPT[] = {"Between us."};
    static const struct text TEXT = {.text = "hello"};
    static const struct text NO_TEXT = {.text = " \n"};
    static const struct event_content NOTHING = {.note = ""};
    static const struct event_content BLANK_NOTE = {.note = " "};
    static const struct event_content HANDING_ON = {.note = "", .handed_on_to = TO_TARGET, .n_handed_on_to = 1};
    static const struct event_content TAKING_BACK = {.note = "", .cancel_reason = CANCEL_REASON_HELPED_ELSEWHERE, .handed_on_to = TO_TARGET, .n_handed_on_to = 1};
    static const struct event_content NO_NOTE = {.note = " ", .decline_reason = DECLINE_REASON_DECLINED_OTHER};
    static const struct event_content TOO_MUCH = {.note = "", .fail_reason = 1};
    static const struct event_content ELAPSED = {.note = "", .due_ms = 1};
    static const struct signal OF_NONE = {.needs = NEEDS, .n_needs = 1, .person = " "};
    static const struct signal ELSEWHERE = {.needs = NEEDS, .n_needs = 1, .person = "Rosa Voorbeeld", .place = "44021"};
    static const struct person NEVER_BORN = {.name = "Rosa Voorbeeld", .birth_date = "1942-02-30"};
    static const struct referral OF_NOBODY = {.person = &NEVER_BORN, .needs = NEEDS, .n_needs = 1};
    static const struct person TOO_OLD = {.name = "Rosa Voorbeeld", .birth_date = "0194-02-28"};
    static const struct referral OF_THE_PAST = {.person = &TOO_OLD, .needs = NEEDS, .n_needs = 1};
    static const struct person BLANK = {.name = " \t"};
    static const struct referral OF_A_BLANK = {.person = &BLANK, .needs = NEEDS, .n_needs = 1};
    static const struct refer TO_HOME = {.consent_number = 1};
    (void)state;
    under_way();
    const uint64_t far_ms = (uint64_t)(sim_now() + (int64_t)400 * TIME_DAY_MS), soon_ms = (uint64_t)(sim_now() + TIME_HOUR_MS);
    const uint64_t before_ms = (uint64_t)(sim_now() - TIME_DAY_MS);
    const uint32_t yesterday = (uint32_t)time_brussels_day(sim_now()) - 1;
    const struct row ROWS[] = {
            {"a step that says nothing", HOME, "E_FIELD", "event", ACT(.case_number = HOME_ACCEPTED), {0}},
            {"a step that says two things", HOME, "E_FIELD", "event", ACT(.case_number = HOME_ACCEPTED, .event = OFFER_EVENT_CANCEL, .text = &TEXT), {0}},
            {"a step that is none", TARGET, "E_TRANSITION", "", ACT(.case_number = TARGET_ACCEPTED, .event = OFFER_EVENT_FORWARD, .said = &NOTHING), {0}},
            {"an offer as a step", HOME, "E_TRANSITION", "", ACT(.case_number = HOME_ACCEPTED, .event = OFFER_EVENT_OFFER, .said = &NOTHING), {0}},
            {"a step in a signal", POINT, "E_TRANSITION", "", ACT(.case_number = NEW_SIGNAL, .event = OFFER_EVENT_ACCEPT, .said = &NOTHING), {0}},
            {"a step of the sender by who decides", HOME, "E_SCOPE", "", ACT(.case_number = HOME_ACCEPTED, .event = OFFER_EVENT_CANCEL, .said = &NOTHING),
             {SCOPE_REFERRAL_DECIDE}},
            {"a decision by who sends", TARGET, "E_SCOPE", "", ACT(.case_number = TARGET_ASKED, .event = OFFER_EVENT_ACCEPT, .said = &NOTHING), {SCOPE_REFERRAL_SEND}},

            {"a message of blanks", HOME, "E_FIELD", "text", ACT(.case_number = HOME_ACCEPTED, .text = &NO_TEXT), {0}},
            {"another reason that is a blank", TARGET, "E_FIELD", "said.note", ACT(.case_number = TARGET_ASKED, .event = OFFER_EVENT_DECLINE, .said = &NO_NOTE), {0}},
            {"an accept that says why it failed", TARGET, "E_FIELD", "said.fail_reason", ACT(.case_number = TARGET_ASKED, .event = OFFER_EVENT_ACCEPT, .said = &TOO_MUCH), {0}},
            {"an accept that asks something", TARGET, "E_FIELD", "info", ACT(.case_number = TARGET_ASKED, .event = OFFER_EVENT_ACCEPT, .said = &NOTHING, .info = &ASKING), {0}},
            {"a cancel that answers something", HOME, "E_FIELD", "info", ACT(.case_number = HOME_ASKED, .event = OFFER_EVENT_CANCEL, .said = &NOTHING, .info = &ANSWERING), {0}},
            {"a look that asks something", TARGET, "E_FIELD", "info", ACT(.case_number = TARGET_ACCEPTED, .event = OFFER_EVENT_SEEN, .info = &ASKING), {0}},
            {"a text that asks something", TARGET, "E_FIELD", "info", ACT(.case_number = TARGET_ACCEPTED, .text = &TEXT, .info = &ASKING), {0}},
            {"a look that says something", TARGET, "E_FIELD", "said.due_ms", ACT(.case_number = TARGET_ACCEPTED, .event = OFFER_EVENT_SEEN, .said = &ELAPSED), {0}},
            {"a ground that says something", TARGET, "E_FIELD", "said.note", ACT(.case_number = TARGET_ACCEPTED, .retention = RETENTION_BASIS_SOCIAL_FILE, .said = &NOTED), {0}},
            {"a note that says something", TARGET, "E_FIELD", "said.note", ACT(.case_number = TARGET_ACCEPTED, .said = &NOTED, .confidence = KEPT, .n_confidence = COUNT_OF(KEPT)), {0}},
            {"questions that are none", TARGET, "E_FIELD", "info", ACT(.case_number = TARGET_ASKED, .event = OFFER_EVENT_INFO_REQUEST, .info = &NOT_ASKING), {0}},
            {"a text with a date", TARGET, "E_FIELD", "said.due_ms", ACT(.case_number = TARGET_ACCEPTED, .text = &TEXT, .said = &ELAPSED), {0}},
            {"a waiting list until yesterday", TARGET, "E_FIELD", "said.due_ms", ACT(.case_number = TARGET_ASKED, .event = OFFER_EVENT_WAITLIST, .said = &ELAPSED), {0}},
            {"handing on what was sent", HOME, "E_TRANSITION", "case_number",
             {.forward = &(const struct forward_case){.case_number = HOME_ACCEPTED, .candidates = (const char *const[]){HOUSE}, .n_candidates = 1}}, {0}},
            {"a signal about nobody", HOME, "E_FIELD", "signal.person",
             {.signal = &(const struct raise_signal){.recipient = "meldpunt", .urgency = URGENCY_ROUTINE, .area = "21004", .signal = &OF_NONE}}, {0}},
            {"joining a signal to what is not there", POINT, "E_NOT_FOUND", "with", {.link = &(const struct link_signal){.case_number = TRIAGED, .with = 999}}, {0}},

            {"no title", HOUSE, "E_FIELD", "says.title", ADVICE("", .answer_by_day = 0), {0}},
            {"a title of blanks", HOUSE, "E_FIELD", "says.title", ADVICE(" ", .answer_by_day = 0), {0}},
            {"numbers of no report", HOUSE, "E_FIELD", "says.evidence.report", EVIDENCE(.n_labels = 0), {0}},
            {"numbers from after until", HOUSE, "E_FIELD", "says.evidence.from_day", EVIDENCE(.report = REPORT_KIND_AREA, .from_day = 2, .until_day = 1), {0}},
            {"numbers until no day", HOUSE, "E_FIELD", "says.evidence.from_day", EVIDENCE(.report = REPORT_KIND_AREA, .until_day = UINT32_MAX), {0}},
            {"a number without a name", HOUSE, "E_FIELD", "says.evidence.counts", EVIDENCE(.report = REPORT_KIND_AREA, .counts = TEN, .n_counts = 1), {0}},
            {"a name without a number", HOUSE, "E_FIELD", "says.evidence.counts", EVIDENCE(.report = REPORT_KIND_AREA, .labels = LABEL, .n_labels = 1), {0}},
            {"an empty name", HOUSE, "E_FIELD", "says.evidence.labels",
             EVIDENCE(.report = REPORT_KIND_AREA, .labels = NO_LABEL, .n_labels = 1, .counts = TEN, .n_counts = 1), {0}},
            {"about a barrier that cannot be", HOUSE, "E_FIELD", "says.barriers", ADVICE("A", .barriers = NO_BARRIERS, .n_barriers = 1), {0}},
            {"an answer by yesterday", HOUSE, "E_TTL", "says.answer_by_day", ADVICE("A", .answer_by_day = yesterday), {0}},
            {"an answer by no day", HOUSE, "E_TTL", "says.answer_by_day", ADVICE("A", .answer_by_day = UINT32_MAX), {0}},
            {"an answer that says nothing", TARGET, "E_FIELD", "answer", {.advice_answer = &(const struct answer_advice){.advice = "chambry/1", .text = "Good."}}, {0}},

            {"an ask from a signal", HOME, "E_FIELD", "from_case",
             {.ask_post = &(const struct post_ask){.need = NEED_CATEGORY_ODD_JOBS_HOME, .area = "21004", .text = "Who?", .from_case = HOME_SIGNAL, .consent_number = 1}}, {0}},
            {"an ask that says nothing", HOME, "E_FIELD", "text", {.ask_post = &(const struct post_ask){.need = NEED_CATEGORY_ODD_JOBS_HOME, .area = "21004", .text = " "}}, {0}},
            {"for an antenna that is full", HELPER, "E_BUSY", "", {.ask_claim = &(const struct claim_ask){.ask = "chambry/1", .antenna = "antenne"}}, {0}},

            {"an attempt by nobody", POINT, "E_FIELD", "actor", {.actor = "", .attempt = &(const struct try_to_reach){.case_number = TRIAGED, .kind = ATTEMPT_KIND_PHONE, .why = ""}}, {0}},
            {"a result by nobody", POINT, "E_FIELD", "actor", {.actor = "", .attempt = &(const struct try_to_reach){.case_number = PLANNED, .result = VISIT_RESULT_MET, .why = ""}}, {0}},
            {"a result of what is over", POINT, "E_TRANSITION", "", ATTEMPT(.case_number = PLANNED_AND_OVER, .result = VISIT_RESULT_MET), {0}},
            {"an attempt in a year", POINT, "E_TTL", "planned_ms", ATTEMPT(.case_number = TRIAGED, .kind = ATTEMPT_KIND_PHONE, .planned_ms = far_ms), {0}},
            {"an attempt of yesterday", POINT, "E_TTL", "planned_ms", ATTEMPT(.case_number = TRIAGED, .kind = ATTEMPT_KIND_PHONE, .planned_ms = before_ms), {0}},
            {"a result from before the signal", POINT, "E_FIELD", "done_ms", ATTEMPT(.case_number = PLANNED, .result = VISIT_RESULT_MET, .done_ms = 1), {0}},
            {"a result of what is to come", POINT, "E_FIELD", "done_ms", ATTEMPT(.case_number = PLANNED, .result = VISIT_RESULT_MET, .done_ms = soon_ms), {0}},

            {"nobody's mandate", WEST, "E_MANDATE", "", {.hand_on = &(const struct hand_on){.number = 1, .partner = "regie"}}, {0}},
            {"no letter of ours", HOME, "E_NOT_FOUND", "msg_id", {.consent_explain = &(const struct consent_explain){.msg_id = {{1}}}}, {0}},
            {"a check of no consent", HOME, "E_CONSENT_NONE", "consent_number", {.consent_check = &(const struct consent_check){.consent_number = UNKNOWN, .candidates = TO_TARGET,
             .n_candidates = 1, .purpose = PURPOSE_CARE_COORDINATION, .data_categories = (const uint16_t[]){DATA_CATEGORY_NEEDS}, .n_data_categories = 1, .area = "21004"}}, {0}},
            {"whom a consent names, for who only looks", HOME, "E_SCOPE", "",
             {.find = &(const struct find){.needs = NEEDS, .n_needs = 1, .place = "21004", .consent_number = 1}}, {SCOPE_DIRECTORY_READ}},
            {"who opened, for who has no part in consents", HOME, "E_SCOPE", "", {.openings = &(const struct list_openings){.consent_number = 1}}, {SCOPE_REFERRAL_READ}},
            {"handing on by who only sends", TARGET, "E_SCOPE", "",
             {.forward = &(const struct forward_case){.case_number = TARGET_ACCEPTED, .candidates = (const char *const[]){HOUSE}, .n_candidates = 1}}, {SCOPE_REFERRAL_SEND}},
            {"leaving with open cases", TARGET, "E_FIELD", "confirmed", {.leave = &(const struct leave){.confirmed = false}}, {0}},
            {"terms that never were", TARGET, "E_NOT_FOUND", "partner", {.partnerships = &(const struct show_partnerships){.partner = HELPER}}, {0}},
            {"a token for nothing", HOME, "E_FIELD", "scopes", {.token_change = &(const struct change_token){.name = "app"}}, {0}},
            {"destroying by who only reads", HOME, "E_SCOPE", "", {.retention = &(const struct retention_ask){.run = true}}, {SCOPE_REFERRAL_READ}},

            {"a birth date that never was", HOME, "E_FIELD", "referral.person.birth_date", REFER(.referral = &OF_NOBODY), {0}},
            {"a birth date of long ago", HOME, "E_FIELD", "referral.person.birth_date", REFER(.referral = &OF_THE_PAST), {0}},
            {"a name of blanks", HOME, "E_FIELD", "referral.person.name", REFER(.referral = &OF_A_BLANK), {0}},
            {"asking anew for a signal", HOME, "E_NOT_FOUND", "reopens_case", REFER(.reopens_case = HOME_SIGNAL), {0}},

            {"signals from nowhere", HELPER, "E_FIELD", "areas", WISH(.needs = NEEDS, .n_needs = 1), {0}},
            {"signals from no place", HELPER, "E_FIELD", "areas", WISH(.areas = NOWHERE, .n_areas = 1, .needs = NEEDS, .n_needs = 1), {0}},
            {"signals of no need", HELPER, "E_FIELD", "needs", WISH(.areas = AREAS, .n_areas = 1), {0}},
            {"signals until yesterday", HELPER, "E_TTL", "until_day", WISH(.areas = AREAS, .n_areas = 1, .needs = NEEDS, .n_needs = 1, .until_day = yesterday), {0}},
            {"signals until no day", HELPER, "E_TTL", "until_day", WISH(.areas = AREAS, .n_areas = 1, .needs = NEEDS, .n_needs = 1, .until_day = UINT32_MAX), {0}},
            {"sharing a referral", HOME, "E_NOT_FOUND", "case_number", SHARE(.case_number = HOME_ACCEPTED, .consent_number = 1), {0}},

            {"a signal to an antenna", HOME, "E_FIELD", "recipient", SIGNAL("antenne", &SAID, URGENCY_ROUTINE, 0), {0}},
            {"a signal of another place", HOME, "E_FIELD", "area", SIGNAL(POINT, &ELSEWHERE, URGENCY_ROUTINE, 0), {0}},
            {"a signal under no consent", HOME, "E_CONSENT_NONE", "consent_number", SIGNAL(POINT, &SAID, URGENCY_ROUTINE, UNKNOWN), {0}},
            {"a crisis without a partnership", TARGET, "E_SECRECY", "recipient", SIGNAL(POINT, &SAID, URGENCY_CRISIS, 0), {0}},
            {"looking at a referral as a signal", TARGET, "E_NOT_FOUND", "case_number", {.triage = &(const struct triage_signal){.case_number = TARGET_ACCEPTED}}, {0}},
            {"less urgent than it came", POINT, "E_FIELD", "urgency", {.triage = &(const struct triage_signal){.case_number = NEW_SIGNAL, .urgency = URGENCY_ROUTINE}}, {0}},
            {"looked at by nobody", POINT, "E_FIELD", "actor", {.actor = "", .triage = &(const struct triage_signal){.case_number = NEW_SIGNAL}}, {0}},
            {"a crisis without a call", POINT, "E_FIELD", "call", OVER(.end = SIGNAL_END_CRISIS), {0}},
            {"nothing done, and no reason", POINT, "E_FIELD", "reason", OVER(.end = SIGNAL_END_NO_ACTION), {0}},
            {"an end that is none", POINT, "E_FIELD", "end", OVER(.end = SIGNAL_END_NONE), {0}},
            {"a referral of what nobody looked at", POINT, "E_TRANSITION", "", {.convert = &(const struct convert_signal){.case_number = NEW_SIGNAL, .refer = &TO_HOME}}, {0}},
            {"a note of blanks where none goes", TARGET, "E_FIELD", "said.note", ACT(.case_number = TARGET_ASKED, .event = OFFER_EVENT_ACCEPT, .said = &BLANK_NOTE), {0}},
            {"handing on within another step", TARGET, "E_FIELD", "said.handed_on_to", ACT(.case_number = TARGET_ASKED, .event = OFFER_EVENT_ACCEPT, .said = &HANDING_ON), {0}},
            {"handing on as it is taken back", HOME, "E_FIELD", "said.handed_on_to", ACT(.case_number = HOME_ASKED, .event = OFFER_EVENT_CANCEL, .said = &TAKING_BACK), {0}},
            {"the end of a signal by who may not read it", POINT, "E_SCOPE", "", OVER(.end = SIGNAL_END_NONE), {SCOPE_REFERRAL_DECIDE}},
            {"a signal shared under no consent", POINT, "E_CONSENT_NONE", "consent_number", SHARE(.case_number = TRIAGED), {0}},
            {"a signal shared by who may not read it", POINT, "E_SCOPE", "", SHARE(.case_number = TRIAGED), {SCOPE_SIGNAL_SEND}},
            {"a visit after a signal by who may not read it", POINT, "E_SCOPE", "", VISIT(.case_number = PLANNED_AND_OVER, .step = VISIT_STEP_PLAN), {SCOPE_REFERRAL_DECIDE}},
            {"a visit by who only sends", TARGET, "E_SCOPE", "", VISIT(.case_number = TARGET_ACCEPTED, .step = VISIT_STEP_CALL_OFF, .change = VISIT_CHANGE_CASE_OVER), {SCOPE_REFERRAL_SEND}},
    };
    walk(ROWS, COUNT_OF(ROWS));
    world_end();
}
/* clang-format on */

/* The scopes of a row of the API, "referral:decide+signal:read", as those of a token.
 */
static void scopes_of(const struct route *route, enum scope scopes[SCOPES_MAX])
{
    const char *at = route->scopes;
    for (size_t n = 0; n < SCOPES_MAX && *at != '\0'; n++) {
        char name[TOKEN_BYTES];
        size_t len = strcspn(at, "+ ");
        snprintf(name, sizeof name, "%.*s", (int)len, at);
        name[strcspn(name, ":")] = '_';
        for (int scope = SCOPE_REFERRAL_SEND; scope <= SCOPE_ADMIN; scope++)
            if (strcmp(scope_name((enum scope)scope), name) == 0)
                scopes[n] = (enum scope)scope;
        assert_int_not_equal(scopes[n], 0);
        at += at[len] == '+' ? len + 1 : strlen(at);
    }
}

/* An application gets the scopes that the contract names, and needs no other. */
static void what_the_contract_names_is_enough_for_a_signal(void **state)
{
    static const char PATH[] = "/v1/signals/{number}";
    size_t n = 0;
    (void)state;
    under_way();
    for (size_t i = 0; i < N_ROUTES; i++) {
        const struct route *route = &ROUTES[i];
        enum scope scopes[SCOPES_MAX] = {0};
        struct wire_field op, key;
        struct request request = {0};
        uint64_t number = NEW_SIGNAL;
        if (strncmp(route->path, PATH, strlen(PATH)) != 0)
            continue;
        assert_true(wire_field_find(&WIRE_REQUEST, route->op, &op));
        assert_true(wire_field_find(op.sub, route->key, &key));
        void *question = calloc(1, wire_struct_size(op.sub));
        assert_non_null(question);
        wire_set(&key, question, &number, 1);
        wire_set(&op, &request, question, 1);
        scopes_of(route, scopes);
        request.token = token_of(POINT, scopes);
        const struct reply *reply = world_ask(POINT, &request);
        if (strcmp(reply->code, "E_SCOPE") == 0)
            fail_msg("%s: %s is not enough", route->id, route->scopes);
        free(question);
        n++;
    }
    assert_in_range(n, 12, N_ROUTES);
    world_end();
}

/* Who has not heard of the network for weeks begins nothing. */
static void what_is_known_is_too_old(void **state)
{
    (void)state;
    under_way();
    world_stop(NETWORK_BROKER);
    world_only(HOME, HOME);
    world_pass((int64_t)DIRECTORY_NO_REFERRALS_DAYS * TIME_DAY_MS);
    struct request requests[] = {SIGNAL(POINT, &SAID, URGENCY_ROUTINE, 0),
            REFER(.reopens_case = 0)};
    for (size_t i = 0; i < COUNT_OF(requests); i++) {
        int64_t before = peek_number(peek_of(HOME), "SELECT count(*) FROM case_file");
        (void)world_must(HOME, &requests[i], "E_DIRECTORY");
        assert_int_equal(peek_number(peek_of(HOME), "SELECT count(*) FROM case_file"),
                before);
    }
    world_end();
}

static const struct trace *trace_of(uint64_t number)
{
    const struct trace_case wish = {.number = number};
    return world_must(TARGET, &(struct request){.trace = &wish}, "")->trace;
}

/* A program that asks again and again for what is refused: each refusal stands once,
 * with its last time, and what happened stays to be read. What happens then is behind
 * it, and so is the same refusal after that. */
static void what_is_refused_over_and_over_displaces_nothing(void **state)
{
    enum { TIMES = 450 };
    (void)state;
    under_way();
    size_t n_before = trace_of(TARGET_ASKED)->n_lines;
    int64_t last_ms = 0;
    for (int i = 0; i < TIMES; i++) {
        last_ms = sim_now();
        const struct reply *reply =
                world_act(TARGET, TARGET_ASKED, OFFER_EVENT_OUTCOME);
        assert_string_equal(reply->code, "E_TRANSITION");
    }
    const struct trace *trace = trace_of(TARGET_ASKED);
    assert_int_equal(trace->n_lines, n_before + 1);
    assert_string_equal(trace->lines[0].what, "received");
    assert_string_equal(trace->lines[n_before].code, "E_TRANSITION");
    assert_true(trace->lines[n_before].at_ms >= (uint64_t)last_ms);
    world_do(TARGET, TARGET_ASKED, OFFER_EVENT_ACCEPT);
    n_before = trace_of(TARGET_ASKED)->n_lines;
    for (int i = 0; i < 2; i++)
        assert_string_equal(world_act(TARGET, TARGET_ASKED, OFFER_EVENT_ACCEPT)->code,
                "E_TRANSITION");
    assert_int_equal(trace_of(TARGET_ASKED)->n_lines, n_before + 1);
    world_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(each_says_what_is_wrong),
            cmocka_unit_test(what_the_contract_names_is_enough_for_a_signal),
            cmocka_unit_test(what_is_known_is_too_old),
            cmocka_unit_test(what_is_refused_over_and_over_displaces_nothing),
    };
    peek_begin();
    return cmocka_run_group_tests(tests, found, forget);
}

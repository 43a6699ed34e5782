/* unit_cli_signals.c - what a person reads of a signal: before one of a crisis leaves,
 * with each step of its life, and when it is looked at. */
#include "tests/cli_shown.h"

#define MOMENT_MS UINT64_C(1790000000000)

/* clang-format off */
#define CRISIS "signal|--to|huis|--person|P|--need|debt|--observations|asks_for_help|--area|21004|--urgency|crisis"
#define ALERT(need, seen) "signal|--to|huis|--person|P|--need|" need "|--observations|" seen "|--area|21004"
static const struct made MADE = {.case_number = 9, .state = "no_action"};
static const struct made VISITED = {.case_number = 9, .state = "planned", .text = ""};
static const struct made REFERRED = {.case_number = 12, .state = "sent"};
static const struct made QUIET = {.case_number = 9, .state = "person_declined"};
static const struct made CALLED = {.case_number = 9, .state = "handed_to_crisis"};

static const struct shown STEPS[] = {
        /* Whom to call stands there before anything leaves; who says no sends nothing. */
        {CRISIS, "en", .answers = "n\n", REPLIES({.made = &MADE}), .status = EXIT_REFUSED,
                SAYS("Phone 112", "Call huis as well, now", "Has somebody phoned", "Nothing"), NEVER("on its way")},
        {CRISIS, "en", .answers = "y\n", REPLIES({.made = &MADE}), SAYS("Phone 112", "Has somebody phoned", "Signal 9 is on its way to huis.")},
        {CRISIS, "fr", .answers = "o\n", REPLIES({.made = &MADE}), SAYS("le 112", "A-t-on téléphoné", "Le signalement 9 part")},
        {CRISIS, "nl", .answers = "j\n", REPLIES({.made = &MADE}), SAYS("Bel 112", "Is er gebeld", "Signaal 9 vertrekt")},
        /* What may be a danger is said, whatever it is called; it does not stop anybody. */
        {ALERT("domestic_violence", "asks_for_help"), "nl", REPLIES({.made = &MADE}), SAYS("Bel 112", "Signaal 9 vertrekt"), NEVER("Is er gebeld")},
        {ALERT("elder_abuse", "asks_for_help"), "fr", REPLIES({.made = &MADE}), SAYS("le 112", "Le signalement 9 part")},
        {ALERT("debt", "signs_of_violence"), "en", REPLIES({.made = &MADE}), SAYS("Phone 112", "Signal 9 is on its way")},
        {ALERT("debt", "not_seen_recently"), "en", REPLIES({.made = &MADE}), SAYS("Phone 112")},
        {ALERT("debt", "asks_for_help"), "en", REPLIES({.made = &MADE}), SAYS("Signal 9 is on its way"), NEVER("112")},
        {"triage|9", "nl", REPLIES({.made = &MADE}), SAYS("Signaal 9 is bekeken")},
        {"triage|9|--urgency|urgent", "fr", REPLIES({.code = "E_FIELD", .sentence = "Non."}), .status = EXIT_REFUSED, SAYS("Non. (E_FIELD)")},
        {"visit|plan|9|--on|2027-01-04|--goes|nurse|--aim|check_signal", "en", REPLIES({.made = &VISITED}), SAYS("Visit planned on 04/01/2027 for signal 9."), NEVER("other partner")},
        {"visit|report|9|--result|refused", "nl", REPLIES({.made = &VISITED}), SAYS("Gemeld hoe het bezoek", "buurtbus signal declined 9")},
        {"visit|report|9|--result|met", "en", REPLIES({.made = &VISITED}), SAYS("Reported how"), NEVER("buurtbus start")},
        {"attempt|9|--kind|phone|--on|2027-01-04", "en", REPLIES({.made = &MADE}), SAYS("An attempt is planned for signal 9")},
        {"attempt|9|--result|met", "en", REPLIES({.made = &MADE}), SAYS("The result of the attempt stands with signal 9")},
        {"attempt|9|--result|refused", "nl", REPLIES({.made = &MADE}), SAYS("De persoon weigerde", "buurtbus signal declined 9")},
        {"attempt|9|--result|gossip", "en", .status = EXIT_USAGE, SAYS("\"gossip\"")},
        {"link|9|--with|4", "fr", REPLIES({.made = &MADE}), SAYS("Les signalements 9 et 4 sont joints")},
        {"link|9", "en", .status = EXIT_USAGE, SAYS("--with")},
        {"convert|9|--consent|1|--to|ocmw", "en", REPLIES({.made = &REFERRED}), SAYS("Signal 9 became referral 12")},
        {"convert|9|--to|ocmw", "en", .status = EXIT_USAGE, SAYS("--consent")},
        {"convert|9|--consent|1|--to|ocmw", "nl", REPLIES({.code = "E_CONSENT_NONE", .sentence = "Vraag het eerst."}), .status = EXIT_REFUSED,
                SAYS("Vraag het eerst. (E_CONSENT_NONE)"), NEVER("werd verwijzing")},
        {"signal|crisis|9|--called|emergency_112", "nl", REPLIES({.made = &CALLED}), SAYS("Bel 112", "bel zelf", "Signaal 9: doorgegeven aan crisishulp")},
        {"signal|crisis|9", "en", .status = EXIT_USAGE, SAYS("--called")},
        {"signal|declined|9", "en", .answers = "n\n", REPLIES({.made = &QUIET}), .status = EXIT_REFUSED, SAYS("did they say so themselves"), NEVER("in peace")},
        {"signal|declined|9", "en", .answers = "y\n", REPLIES({.made = &QUIET}), SAYS("the person does not want it", "left in peace for six months")},
        {"signal|no-action|9|--reason|solved", "fr", REPLIES({.made = &MADE}), SAYS("Signalement 9 : pas de suite")},
        {"signal|no-action|9", "en", .status = EXIT_USAGE, SAYS("--reason")},
        {"signal|close|9", "en", REPLIES({.code = "E_TRANSITION", .sentence = "Not now."}), .status = EXIT_REFUSED, SAYS("Not now. (E_TRANSITION)")},
};

/* ---- looked at ---- */

static const uint16_t NEEDS[] = {NEED_CATEGORY_DEBT};
static const uint64_t JOINED[] = {4};
static const struct like_signal ALIKE[] = {
        {.number = 5, .raised_ms = MOMENT_MS, .state = SIGNAL_STATE_CLOSED, .same = true, .quiet_until_ms = MOMENT_MS},
        {.number = 6, .raised_ms = MOMENT_MS, .state = SIGNAL_STATE_RAISED},
};
static const struct signal_life LIVES[] = {
        {.state = SIGNAL_STATE_VERIFYING, .decider = "An", .answer = SIGNAL_ANSWER_TAKEN_UP, .raised_ms = MOMENT_MS, .quiet_until_ms = MOMENT_MS,
         .joined = JOINED, .n_joined = 1, .alike = ALIKE, .n_alike = 2, .late = true},
        {.state = SIGNAL_STATE_CLOSED, .outcome = SIGNAL_STATE_NO_ACTION, .reason = NO_ACTION_REASON_SOLVED, .decider = "",
         .answer = SIGNAL_ANSWER_NOT_NEEDED, .erase_ms = MOMENT_MS},
        {.state = SIGNAL_STATE_TRIAGED, .decider = "", .answer = SIGNAL_ANSWER_TAKEN_UP},
        {.state = SIGNAL_STATE_RAISED, .decider = "", .answer_due_ms = MOMENT_MS},
        {.state = SIGNAL_STATE_CLOSED, .outcome = SIGNAL_STATE_HANDED_TO_CRISIS, .call = CRISIS_CALL_POLICE, .decider = "An", .referral = 12},
        {.state = SIGNAL_STATE_TRIAGED, .decider = "An", .referral = 13},
};
static const struct signal TOLD = {.needs = NEEDS, .n_needs = 1, .person = "Kerkstraat 12", .phone = "", .language = "nl", .text = "dark for days",
        .reporter = "", .place = "21004A01-", .channel = SIGNAL_CHANNEL_STREET};
#define LINE(n, k, ...) {.number = n, .kind = CASE_KIND_SIGNAL_##k, .other = "huis", .urgency = URGENCY_URGENT, .area = "21004", .person = "", __VA_ARGS__}
static const struct case_line LINES[] = {
        LINE(9, IN, .signal_state = SIGNAL_STATE_VERIFYING, .consent_state = "vital"),
        LINE(9, IN, .signal_state = SIGNAL_STATE_CLOSED),
        LINE(9, OUT, .signal_state = SIGNAL_STATE_TRIAGED, .signal_answer = SIGNAL_ANSWER_TAKEN_UP),
        LINE(9, OUT, .signal_state = SIGNAL_STATE_RAISED),
};
static const struct case_detail DETAILS[] = {
        {.line = &LINES[0], .signal = &TOLD, .signal_life = &LIVES[0]},
        {.line = &LINES[1], .signal_life = &LIVES[1]},
        {.line = &LINES[2], .signal = &TOLD, .signal_life = &LIVES[2]},
        {.line = &LINES[3], .signal = &TOLD, .signal_life = &LIVES[3]},
        {.line = &LINES[1], .signal_life = &LIVES[4]},
        {.line = &LINES[0], .signal = &TOLD, .signal_life = &LIVES[5]},
};
static const struct case_list LIST = {.cases = LINES, .n_cases = 4};

static const struct shown SHOWN[] = {
        {"show|9", "nl", REPLIES({.case_ = &DETAILS[5]}), SAYS("Verwijzing 13 kwam bij niemand aan", "buurtbus reopen 13"), NEVER("Werd verwijzing")},
        {"show|9", "fr", REPLIES({.case_ = &DETAILS[5]}), SAYS("L'orientation 13 n'est arrivée", "buurtbus reopen 13"), NEVER("Devenu orientation")},
        {"show|9", "en", REPLIES({.case_ = &DETAILS[5]}), SAYS("Referral 13 reached nobody", "buurtbus reopen 13"), NEVER("Became referral")},
        {"show|9", "en", REPLIES({.case_ = &DETAILS[0]}),
                SAYS("none: reported because of danger to the person", "Nobody looked at this in time", "somebody is getting in touch", "Kerkstraat 12", "21004A01-",
                     "in the street or neighbourhood", "signal 5 of 21/09/2026: almost certainly the same person", "is left in peace until 21/09/2026",
                     "signal 6 of 21/09/2026: look", "buurtbus link 9 --with NUMBER", "Belongs with signal")},
        {"show|9", "nl", REPLIES({.case_ = &DETAILS[1]}), SAYS("afgesloten", "geen actie", "intussen opgelost", "Wordt gewist op", "21/09/2026"), NEVER("Misschien")},
        {"show|9", "fr", REPLIES({.case_ = &DETAILS[2]}), SAYS("Nouvelles", "quelqu'un y donne suite"), NEVER("examiné, on poursuit")},
        {"show|9", "en", REPLIES({.case_ = &DETAILS[3]}), SAYS("Where it stands", "new", "Reporter hears before"), NEVER("News")},
        {"show|9", "en", REPLIES({.case_ = &DETAILS[4]}), SAYS("police 101", "handed to crisis help", "Became referral")},
        {"inbox", "en", REPLIES({.cases = &LIST}), SAYS("somebody is getting in tou", "closed", "somebody goes on with it", "signal, sent")},
};
/* clang-format on */

static void each_step_is_said_and_a_crisis_is_asked_first(void **state)
{
    (void)state;
    shown_all(STEPS, COUNT_OF(STEPS));
}

static void a_signal_is_shown_as_it_stands(void **state)
{
    (void)state;
    shown_all(SHOWN, COUNT_OF(SHOWN));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(each_step_is_said_and_a_crisis_is_asked_first),
            cmocka_unit_test(a_signal_is_shown_as_it_stands),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, make_home, drop_home);
}

/* unit_cli_coordinate.c - what a coordinator reads of what is stuck, and who referred
 * of what coordinators were shown and propose. */
#include "tests/cli_shown.h"

#define MOMENT_MS UINT64_C(1790000000000)

/* clang-format off */
static const uint16_t NEED[] = {1};
static const struct preview SHORT = {.needs = NEED, .n_needs = 1, .language = "nl", .strengths = "tells stories"};

#define LINE(...) {.sender = "thuiszorg", .area = "21004", .urgency = URGENCY_URGENT, .since_ms = MOMENT_MS, .due_ms = MOMENT_MS, __VA_ARGS__}
static const struct escalation_line LINES[] = {
        LINE(.number = 3, .cause = ESCALATION_CAUSE_UNPLACED, .unread = true, .preview = &SHORT),
        LINE(.number = 4, .cause = ESCALATION_CAUSE_NO_FIRST_CONTACT, .target = "aksant", .late = true, .proposed_ms = MOMENT_MS),
        LINE(.number = 5, .cause = ESCALATION_CAUSE_ERASE_MISSING, .target = "aksant", .told_by = "thuiszorg"),
        LINE(.number = 6, .cause = ESCALATION_CAUSE_UNPLACED, .handed_by = "regie-west", .told_by = "regie-west"),
        LINE(.number = 7, .cause = ESCALATION_CAUSE_UNPLACED, .handed_to = "regie-west"),
        LINE(.number = 8, .cause = ESCALATION_CAUSE_PARTNER_LEFT, .closed_ms = MOMENT_MS),
        /* What another may write is no order to a terminal. */
        LINE(.number = 9, .cause = ESCALATION_CAUSE_UNPLACED, .target = "a\033[2Jb"),
};
static const struct escalation_list ALL = {.escalations = LINES, .n_escalations = COUNT_OF(LINES), .more = true};
static const struct escalation_list TWO_UNPLACED = {.escalations = (const struct escalation_line[]){
        LINE(.number = 3, .cause = ESCALATION_CAUSE_UNPLACED, .preview = &SHORT), LINE(.number = 6, .cause = ESCALATION_CAUSE_UNPLACED)}, .n_escalations = 2};
static const struct escalation_list GIVEN_UP = {.escalations = (const struct escalation_line[]){
        LINE(.number = 3, .cause = ESCALATION_CAUSE_UNPLACED, .closed_ms = MOMENT_MS, .given_up = true, .unread = true)}, .n_escalations = 1};
static const struct escalation_list NONE = {.n_escalations = 0};
static const struct made MADE = {.case_number = 3, .state = "sent"};

static const struct shown LIST_ROWS[] = {
        {"escalations", "en", REPLIES({.escalations = &ALL}),
                SAYS("*  3", "!  4", "erasure not confirmed", "first contact is late", "Late. It is about aksant. Partners proposed on",
                     "thuiszorg says so itself.", "Handed over by regie-west.", "Handed over to regie-west.", "Solved or stopped on",
                     "a partner has left", "There is more: --after 7"),
                NEVER("regie-west says so itself", "\033[2J")},
        {"escalations|--all", "nl", REPLIES({.escalations = &ALL}),
                SAYS("geen partner gevonden", "Te laat. Het gaat over aksant. Partners voorgesteld op", "thuiszorg meldt dit zelf.",
                     "Overgedragen door regie-west.", "Overgedragen aan regie-west.", "Opgelost of gestopt op", "dringend")},
        {"escalations|--after|7", "fr", REPLIES({.escalations = &ALL}),
                SAYS("premier contact tardif", "En retard. Il s'agit de aksant.", "Transmis par regie-west.", "--after 14")},
        {"escalations|--all", "en", REPLIES({.escalations = &GIVEN_UP}), SAYS("*  3", "Solved or stopped on", "thuiszorg looks no further and has")},
        {"escalations|--all", "nl", REPLIES({.escalations = &GIVEN_UP}), SAYS("thuiszorg zoekt niet verder")},
        {"escalations|--all", "fr", REPLIES({.escalations = &GIVEN_UP}), SAYS("thuiszorg ne cherche plus")},
        {"escalations", "en", REPLIES({.escalations = &NONE}), SAYS("Nothing waits for you as coordinator.")},
        {"escalations", "en", REPLIES({.code = ""}), SAYS("")},
        {"escalations", "nl", REPLIES({.code = "E_MANDATE", .sentence = "Geen mandaat."}), .status = EXIT_REFUSED, SAYS("Geen mandaat. (E_MANDATE)")},
        {"escalations|--after|x", "en", .status = EXIT_USAGE, SAYS("\"x\" is no number")},
        {"unplaced", "en", REPLIES({.escalations = &TWO_UNPLACED}),
                SAYS("3: a referral of thuiszorg", "tells stories", "6: a referral of thuiszorg", "No preview was shared with you", "Phone\n  thuiszorg")},
        {"unplaced", "nl", REPLIES({.escalations = &TWO_UNPLACED}), SAYS("3: een verwijzing van thuiszorg", "Er is geen voorbeeld met u gedeeld", "Bel\n  thuiszorg")},
        {"unplaced", "fr", REPLIES({.escalations = &NONE}), SAYS("Rien n'attend votre coordination.")},
};

static const struct shown ACT_ROWS[] = {
        {"assign|3|--to|aksant,chambry", "en", REPLIES({.made = &MADE}), SAYS("Your proposal for 3 is on its way: aksant, chambry. Who referred decides")},
        {"assign|3|--to|aksant", "fr", REPLIES({.made = &MADE}), SAYS("Votre proposition pour 3 est en route : aksant.")},
        {"assign|6", "en", REPLIES({.escalations = &TWO_UNPLACED}), .status = EXIT_USAGE, SAYS("--to", "buurtbus find")},
        {"assign", "nl", .status = EXIT_USAGE, SAYS("ESCALATION")},
        {"assign|3|--to|No Partner", "en", .status = EXIT_USAGE, SAYS("No Partner")},
        {"assign|3|--to|aksant", "en", REPLIES({.code = "E_TRANSITION", .sentence = "Over."}), .status = EXIT_REFUSED, SAYS("Over. (E_TRANSITION)")},
        {"handover|3|--to|regie-west", "nl", REPLIES({.made = &MADE}), SAYS("Nummer 3 gaat naar regie-west.")},
        {"handover|3|--to|regie-west", "fr", REPLIES({.made = &MADE}), SAYS("Le numéro 3 passe à regie-west.")},
        {"handover|3", "en", .status = EXIT_USAGE, SAYS("--to")},
        {"handover|x|--to|regie-west", "en", .status = EXIT_USAGE, SAYS("\"x\" is no number")},
};

/* ---- the case of who referred, and that of the coordinator ---- */

static const struct case_line OUT = {.number = 7, .kind = CASE_KIND_REFERRAL_OUT, .other = "aksant", .state = OFFER_STATE_DECLINED,
        .referral_state = "unplaced", .urgency = URGENCY_ROUTINE, .area = "21004"};
static const struct case_line LOOKED_AFTER = {.number = 3, .kind = CASE_KIND_ESCALATION, .other = "thuiszorg", .urgency = URGENCY_ROUTINE,
        .area = "21004", .unread = true, .cause = ESCALATION_CAUSE_UNPLACED};
static const struct proposed_partner PROPOSED[] = {
        {.partner = "chambry", .state = "ready"}, {.partner = "aksant", .state = "asked_before"}, {.partner = "noord", .state = "needs_consent"},
        {.partner = "west", .state = "not_now"}, {.partner = "gone", .state = "unknown"}, {.partner = "regie", .state = "needs_consent", .own = true},
};
static const struct proposal_line PROPOSAL = {.by = "regie", .at_ms = MOMENT_MS, .partners = PROPOSED, .n_partners = COUNT_OF(PROPOSED)};
static const struct proposal_line NOBODY = {.by = "regie", .at_ms = MOMENT_MS, .partners = PROPOSED + 1, .n_partners = 2};
static const struct coordinator COORDINATORS[] = {
        {.partner = "regie", .at_ms = MOMENT_MS}, {.partner = "regie-west", .code = "E_CONSENT_RECIPIENT"}, {.partner = "regie-oost", .code = "E_PARTNERSHIP"},
        {.partner = "regie-zuid", .code = "E_OF_ANOTHER_TIME"},
};
static const struct coordinator NONE_THERE[] = {{.partner = "", .code = "E_MANDATE"}};
static const struct case_detail UNPLACED = {.line = &OUT, .proposal = &PROPOSAL, .coordinators = COORDINATORS, .n_coordinators = COUNT_OF(COORDINATORS)};
static const struct case_detail ALONE = {.line = &OUT, .proposal = &NOBODY, .coordinators = NONE_THERE, .n_coordinators = 1};
static const struct case_detail BARE = {.line = &OUT};
static const char *const ACTIONS[] = {"assign", "handover"};
static const struct case_detail AFTER = {.line = &LOOKED_AFTER, .escalation = &LINES[1], .preview = &SHORT, .actions = ACTIONS, .n_actions = 2};
static const struct case_list BOX = {.cases = &LOOKED_AFTER, .n_cases = 1};

static const struct shown CASE_ROWS[] = {
        {"show|7", "en", REPLIES({.case_ = &UNPLACED}),
                SAYS("Coordinators of this area", "regie was given the preview without a name", "regie-west was given nothing. The consent does not name",
                     "regie-oost was given nothing. No current partnership", "E_OF_ANOTHER_TIME", "regie proposes (", "chambry: can be asked",
                     "aksant: has been asked already", "noord: is not in the consent: ask for a new one first", "west: cannot be asked now",
                     "gone: is no active partner", "(own organisation of who proposes)", "buurtbus reopen 7 --proposed")},
        {"show|7", "nl", REPLIES({.case_ = &ALONE}),
                SAYS("Voor dit gebied is er nu geen regisseur met een mandaat.", "regie stelt voor (", "staat niet in de toestemming"), NEVER("--proposed")},
        {"show|7", "fr", REPLIES({.case_ = &UNPLACED}),
                SAYS("regie a reçu l'aperçu sans nom", "Le consentement ne nomme pas cette coordination.", "peut être sollicité", "Reprendre : buurtbus reopen 7")},
        {"show|7", "en", REPLIES({.case_ = &BARE}), NEVER("Coordinators", "proposes")},
        {"show|3", "en", REPLIES({.case_ = &AFTER}, {.made = &MADE}, {.case_ = &AFTER}),
                SAYS("3  question for the coordinator", "first contact is late", "It is about aksant.", "tells stories", "assign, handover")},
        {"inbox", "nl", REPLIES({.cases = &BOX}), SAYS("van thuiszorg", "geen partner gevonden")},
        {"reopen|7|--consent|1|--proposed", "en", REPLIES({.case_ = &UNPLACED}, {.made = &MADE}), SAYS("chambry"), NEVER("noord")},
        {"reopen|7|--consent|1|--proposed", "en", REPLIES({.case_ = &ALONE}), .status = EXIT_USAGE, SAYS("There is no proposal that the consent allows.")},
        {"reopen|7|--consent|1|--proposed", "nl", REPLIES({.case_ = &BARE}), .status = EXIT_USAGE, SAYS("Er is geen voorstel dat de toestemming toelaat.")},
};
/* clang-format on */

static void what_waits_for_a_coordinator(void **state)
{
    (void)state;
    shown_all(LIST_ROWS, COUNT_OF(LIST_ROWS));
}

static void what_a_coordinator_does(void **state)
{
    (void)state;
    shown_all(ACT_ROWS, COUNT_OF(ACT_ROWS));
}

static void what_who_referred_sees_of_it(void **state)
{
    (void)state;
    shown_all(CASE_ROWS, COUNT_OF(CASE_ROWS));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(what_waits_for_a_coordinator),
            cmocka_unit_test(what_a_coordinator_does),
            cmocka_unit_test(what_who_referred_sees_of_it),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, make_home, drop_home);
}

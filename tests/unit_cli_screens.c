/* unit_cli_screens.c - what a person reads of agreements between partners, of the map
 * of them, of rights, and of how long things stay: full, empty and odd replies. */
#include "tests/cli_shown.h"

/* clang-format off */
static const uint16_t TWO[] = {1, 2};
static const char *const ANTENNAS[] = {"antenne-zuid", "antenne-west"};
#define DAY_ONE_MS UINT64_C(1790000000000)

static const struct terms_line BOUND = {.purposes = TWO, .n_purposes = 2, .data_categories = TWO,
        .n_data_categories = 2, .own_secrecy_bound = true, .their_secrecy_bound = true, .own_reason = "article 458",
        .their_reason = "OCMW act", .niss_allowed = true, .until_day = 20100};
static const struct terms_line FREE = {.purposes = TWO, .n_purposes = 1, .until_day = 20200};

/* ---- partnerships ---- */

static const struct partnership_line FULL = {.partner = "huis", .name = "Het Huis", .state = "active", .in_force = &BOUND,
        .ours = &FREE, .theirs = &BOUND, .last = &FREE, .own_todo = "agree", .their_todo = "agree", .ended_by = "ldc-noord",
        .antennas = ANTENNAS, .n_antennas = 2};
static const struct partnership_line BARE = {.partner = "huis", .name = "Het Huis", .state = "proposed"};
static const struct partnership_line LINES[] = {
        {.partner = "p-force", .state = "active", .in_force = &BOUND, .last = &FREE, .own_todo = "renew", .their_todo = "renew"},
        {.partner = "p-last", .state = "ended", .last = &FREE, .own_todo = "propose", .their_todo = "propose"},
        {.partner = "p-ours", .state = "proposed", .ours = &FREE, .their_todo = "agree"},
        {.partner = "p-theirs", .state = "to_agree", .theirs = &FREE, .own_todo = "agree"},
        {.partner = "p-none", .state = "none"},
        {.partner = "p-odd", .state = "of_another_time", .own_todo = "dance"},
};
static const struct partnership_list LIST_FULL = {.partnerships = &FULL, .n_partnerships = 1};
static const struct partnership_list LIST_BARE = {.partnerships = &BARE, .n_partnerships = 1};
static const struct partnership_list LIST_MANY = {.partnerships = LINES, .n_partnerships = COUNT_OF(LINES)};
static const struct partnership_list LIST_NONE = {.n_partnerships = 0};
static const struct made MADE = {.count = 2};

static const struct shown PARTNERSHIPS[] = {
        {"partnership|list", "en", REPLIES({.partnerships = &LIST_MANY}),
                SAYS("p-force   active", "12/01/2025  renew", "p-last    ended", "22/04/2025  propose anew",
                     "p-ours    proposed", "p-theirs  waits for you", "p-none    none", "of_another_time", "dance")},
        {"partnership|list", "nl", REPLIES({.partnerships = &LIST_MANY}), SAYS("wacht op u", "verlengen", "beëindigd", "akkoord gaan")},
        {"partnership|list", "fr", REPLIES({.partnerships = &LIST_MANY}), SAYS("attend votre accord", "prolonger", "terminée")},
        {"partnership|list", "en", REPLIES({.partnerships = &LIST_NONE}), SAYS("No partnership was proposed yet.")},
        {"partnership|list", "nl", REPLIES({.code = ""}), SAYS("Er is nog geen samenwerking voorgesteld.")},
        {"partnership|list", "en", REPLIES({.code = "E_SCOPE", .sentence = "Not with this token."}), .status = EXIT_REFUSED,
                SAYS("Not with this token. (E_SCOPE)")},
        {"partnership|show|huis", "en", REPLIES({.partnerships = &LIST_FULL}),
                SAYS("Partnership with Het Huis: active", "antenne-zuid, antenne-west", "In force now", "Proposed by us", "Proposed by them",
                     "What had been agreed", "yes: article 458", "yes: OCMW act", "only ordinary data (S0)", "12/01/2025", "22/04/2025",
                     "coordinating care, giving help", "contact details", "buurtbus partnership agree huis", "For huis: read our")},
        {"partnership|show|huis", "fr", REPLIES({.partnerships = &LIST_BARE}), SAYS("Convention avec Het Huis : proposée"),
                NEVER("En vigueur", "Proposé par", "Pour vous", "convenu")},
        {"partnership|show|huis", "nl", REPLIES({.partnerships = &LIST_MANY}),
                SAYS("Nu van kracht", "Wat afgesproken was", "De laatste dag is voorbij", "p-last ziet hetzelfde.", "p-force krijgt dezelfde melding.")},
        {"partnership|show|huis", "en", REPLIES({.code = ""}), NEVER("Partnership with")},
        {"partnership|show|Huis!", "en", .status = EXIT_USAGE, SAYS("cannot be a partner name")},
        {"partnership|agree|huis", "en", "y\n", REPLIES({.partnerships = &LIST_FULL}, {.made = &MADE}),
                SAYS("Proposed by them", "Do you agree to these terms?", "Agreed with huis.")},
        {"partnership|agree|huis", "nl", "n\n", REPLIES({.partnerships = &LIST_FULL}, {.made = &MADE}), .status = EXIT_REFUSED,
                SAYS("Voorgesteld door hen", "Er is niets gedaan."), NEVER("Akkoord met huis.")},
        /* What cannot be shown is asked for all the same, and refused with its reason. */
        {"partnership|agree|huis", "en", "y\n", REPLIES({.partnerships = &LIST_NONE}, {.code = "E_NOT_FOUND", .sentence = "There is none."}),
                .status = EXIT_REFUSED, SAYS("There is none. (E_NOT_FOUND)"), NEVER("Agreed with")},
        {"partnership|agree|huis", "en", "y\n", REPLIES({.code = ""}, {.made = &MADE}), SAYS("Agreed with huis."), NEVER("these terms")},
        {"partnership|agree|huis|--yes", "fr", "n\n", REPLIES({.made = &MADE}), SAYS("Accord avec huis."), NEVER("Acceptez-vous")},
        {"partnership|end|huis", "en", REPLIES({.made = &MADE}), SAYS("The partnership with huis has ended.")},
        {"partnership|propose|huis|--purposes|care_coordination|--data|needs|--secrecy|own,theirs|--own-reason|article 458|--their-reason|OCMW act",
                "en", REPLIES({.made = &MADE}), SAYS("Partnership proposed to huis.")},
        {"partnership|propose|huis|--purposes|care_coordination|--data|needs|--secrecy|theirs|--their-reason|OCMW act|--niss", "nl",
                REPLIES({.made = &MADE}), SAYS("Samenwerking voorgesteld aan huis.")},
        {"partnership|propose|huis|--purposes|care_coordination|--data|needs|--secrecy|own", "en", .status = EXIT_USAGE, SAYS("--own-reason")},
        {"partnership|propose|huis|--purposes|care_coordination|--data|needs|--secrecy|own,theirs|--own-reason|x", "en", .status = EXIT_USAGE,
                SAYS("--their-reason")},
        {"partnership|propose|huis|--purposes|care_coordination|--data|needs|--secrecy|ownx", "en", .status = EXIT_USAGE,
                SAYS("\"ownx\" is not possible; choose from: own, theirs")},
        {"partnership|propose|huis|--purposes|care_coordination|--data|needs|--secrecy|others", "en", .status = EXIT_USAGE,
                SAYS("choose from: own, theirs")},
        {"partnership|propose|huis|--purposes|care_coordination|--data|needs|--secrecy|thiers", "fr", .status = EXIT_USAGE,
                SAYS("choisissez parmi : own, theirs")},
};

/* ---- the map ---- */

static const struct flow FLOWS[] = {
        {.a = "huis", .b = "ldc-noord", .to_b = LEVEL_S2, .to_a = LEVEL_S1, .purposes = TWO, .n_purposes = 2, .data_categories = TWO,
         .n_data_categories = 2, .niss_allowed = true, .until_day = 20100},
        {.a = "huis", .b = "antenne", .via = "ldc-noord", .to_b = LEVEL_S0, .to_a = LEVEL_NONE},
};
static const struct flow_map MAP = {.flows = FLOWS, .n_flows = 2, .next = 9};
static const struct flow_map MAP_ONE = {.flows = FLOWS, .n_flows = 1};
static const struct flow ODD_FLOW = {.a = "=1+1", .b = "huis \"x\",\033[2J"};
static const struct flow_map MAP_ODD = {.flows = &ODD_FLOW, .n_flows = 1};
static const struct flow_map MAP_NONE = {.n_flows = 0};

static const struct shown MAPS[] = {
        {"partnership|map", "en", REPLIES({.flows = &MAP}),
                SAYS("S0, S1, S2", "S0, S1 ", "antenne (via ldc-noord)", "huis and ldc-noord", "coordinating care, giving help", "contact details, area",
                     "12/01/2025", "no ", "yes", "There is more: --after 9")},
        {"partnership|map|--network", "nl", REPLIES({.flows = &MAP_ONE}), SAYS("huis en ldc-noord", "de toestemming van de persoon kan minder"),
                NEVER("Er is meer", "via ldc-noord")},
        {"partnership|map|--csv", "en", REPLIES({.flows = &MAP}),
                SAYS("\"a\",\"b\",\"via\",\"to_b\",\"to_a\",\"niss\",\"until_day\",\"purposes\",\"data_categories\"\r\n",
                     "\"huis\",\"ldc-noord\",\"\",\"s2\",\"s1\",\"yes\",\"2025-01-12\",\"care_coordination service_delivery\",\"contact area\"\r\n",
                     "\"huis\",\"antenne\",\"ldc-noord\",\"s0\",\"none\",\"no\",\"\",\"\",\"\"\r\n"),
                NEVER("There is more")},
        {"partnership|map|--csv", "en", REPLIES({.flows = &MAP_ODD}), SAYS("\"'=1+1\",\"huis \"\"x\"\", [2J\",\"\","), NEVER("\033")},
        {"partnership|map|--csv", "fr", REPLIES({.code = ""}), SAYS("\"a\",\"b\",\"via\",\"to_b\""), NEVER("Aucune")},
        {"partnership|map", "en", REPLIES({.flows = &MAP_NONE}), SAYS("No partnership is active: nobody may send anything about persons.")},
        {"partnership|map", "fr", REPLIES({.code = "E_SCOPE", .sentence = "Non."}), .status = EXIT_REFUSED, SAYS("Non. (E_SCOPE)")},
        {"partnership|map|--after|x", "en", .status = EXIT_USAGE, SAYS("\"x\" is no number")},
};

/* ---- rights ---- */

static const struct rights_line RIGHTS_LINES[] = {
        {.number = 4, .ours = true, .right = LETTER_TYPE_ACCESS, .other = "huis", .case_number = 7, .due_ms = DAY_ONE_MS, .state = "open"},
        {.number = 5, .right = LETTER_TYPE_ERASE, .other = "ldc-noord", .case_number = 8, .state = "answered", .answer = RIGHTS_ANSWER_REFUSED,
         .reason = RIGHTS_REASON_RETENTION_DUTY, .retention = RETENTION_BASIS_PATIENT_RECORD},
        {.number = 6, .right = LETTER_TYPE_RECTIFY, .other = "huis", .case_number = 8, .state = "overdue", .reason = RIGHTS_REASON_COMPLEX_REQUEST,
         .retention = RETENTION_BASIS_NONE},
        {.ours = true, .right = LETTER_TYPE_ACCESS, .other = "weg", .case_number = 8, .state = "unreachable"},
        {.number = 9, .ours = true, .right = LETTER_TYPE_ACCESS, .other = "weer", .case_number = 8, .state = "asked_before",
         .answer = RIGHTS_ANSWER_GIVEN},
};
static const struct case_line OWN_LINE = {.number = 7, .kind = CASE_KIND_REFERRAL_OUT, .other = "huis", .person = "Rosa Voorbeeld",
        .state = OFFER_STATE_SEEN};
static const struct case_detail OWN = {.line = &OWN_LINE};
static const struct rights RIGHTS = {.lines = RIGHTS_LINES, .n_lines = COUNT_OF(RIGHTS_LINES), .own = &OWN, .more = true};
static const struct rights_line SETTLED_LINE = {.number = 10, .ours = true, .right = LETTER_TYPE_ERASE, .other = "huis", .case_number = 7,
        .state = "settled", .answer = RIGHTS_ANSWER_SETTLED, .reason = RIGHTS_REASON_CONFIRMED_OTHERWISE};
static const struct rights RIGHTS_SETTLED = {.lines = &SETTLED_LINE, .n_lines = 1};
static const struct rights RIGHTS_ONE = {.lines = RIGHTS_LINES, .n_lines = 1};
/* Who may not know all of a correction, or none of it. */
static const struct rights_line RIGHTS_HEARD[] = {
        {.number = 11, .ours = true, .right = LETTER_TYPE_RECTIFY, .other = "huis", .case_number = 7, .due_ms = DAY_ONE_MS, .state = "open_preview"},
        {.ours = true, .right = LETTER_TYPE_RECTIFY, .other = "weg", .case_number = 7, .state = "preview_only"},
        {.ours = true, .right = LETTER_TYPE_RECTIFY, .other = "weer", .case_number = 7, .state = "not_held"},
};
static const struct rights RIGHTS_PART = {.lines = RIGHTS_HEARD, .n_lines = COUNT_OF(RIGHTS_HEARD), .own_corrected = true};
static const struct rights RIGHTS_NOBODY = {.lines = RIGHTS_HEARD + 1, .n_lines = 2};
static const struct rights RIGHTS_OWN = {.own = &OWN};
static const struct rights RIGHTS_NONE = {.n_lines = 0};
static const struct rights RIGHTS_ODD = {.more = true};

static const struct shown RIGHTS_ROWS[] = {
        {"rights|access|7", "en", REPLIES({.rights = &RIGHTS}),
                SAYS("This is held by your own organisation:", "7  referral, sent", "Asked of the partners:", "request for acc", "request to erase",
                     "request to corr", "we asked", "asked of us", "out of reach", "overdue", "asked before")},
        {"rights|access|7", "nl", REPLIES({.rights = &RIGHTS_OWN}), SAYS("Dit bewaart uw eigen organisatie:", "Geen andere partner heeft iets"),
                NEVER("Gevraagd aan de partners:")},
        {"rights|erase|7", "fr", REPLIES({.rights = &RIGHTS_ONE}), SAYS("Demandé aux partenaires :", "demande d'accès", "demandé par nous"),
                NEVER("Ceci est conservé par votre")},
        {"rights|erase|7", "en", REPLIES({.rights = &RIGHTS_NONE}), SAYS("No other partner was handed anything of this case.")},
        {"rights|erase|7", "en", REPLIES({.code = ""}), NEVER("Asked of the partners")},
        {"rights|erase|7|--own", "en", REPLIES({.rights = &RIGHTS_ONE}), SAYS("Asked of the partners:", "What your own organisation kept of this case is destroyed.")},
        {"rights|erase|7|--own", "nl", REPLIES({.rights = &RIGHTS_ONE}), .answers = "j\n", SAYS("Ook wissen wat uw eigen organisatie", "is vernietigd")},
        {"rights|erase|7|--own", "nl", REPLIES({.rights = &RIGHTS_ONE}), .answers = "n\n", .status = EXIT_REFUSED, NEVER("vernietigd.")},
        {"rights|erase|7", "fr", REPLIES({.rights = &RIGHTS_ONE}), .answers = "o\n", SAYS("Effacer aussi ce que votre propre", "est détruit")},
        {"rights|erase|7", "fr", REPLIES({.rights = &RIGHTS_ONE}), .answers = "n\n", SAYS("Demandé aux partenaires :"), NEVER("est détruit")},
        {"rights|erase|7", "en", REPLIES({.code = "E_NOT_FOUND", .sentence = "No such case."}), .status = EXIT_REFUSED,
                SAYS("No such case. (E_NOT_FOUND)")},
        {"rights|rectify|7|--name|Rosa|--birth-date|1942-03-01|--household|alone|--goal|out", "en", REPLIES({.rights = &RIGHTS_ONE}),
                SAYS("Asked of the partners:", "huis")},
        {"rights|rectify|7|--name|Rosa", "en", REPLIES({.rights = &RIGHTS_PART}), SAYS("Your own case is corrected too.", "we asked", "waiting: for", "not asked: has", "not asked: had")},
        {"rights|rectify|7|--name|Rosa", "nl", REPLIES({.rights = &RIGHTS_PART}), SAYS("wij vroegen", "wacht: alleen", "niet gevraagd: heeft", "niet gevraagd: moest")},
        {"rights|rectify|7|--name|Rosa", "fr", REPLIES({.rights = &RIGHTS_PART}), SAYS("demandé par nous", "en attente", "pas demandé", "effacer")},
        {"rights|rectify|7|--name|Rosa", "en", REPLIES({.rights = &RIGHTS_NOBODY}), SAYS("weg", "weer"), NEVER("we asked")},
        {"rights|rectify|7", "en", .status = EXIT_USAGE, SAYS("say what is to be corrected")},
        {"rights|rectify|7|--birth-date|yesterday", "en", .status = EXIT_USAGE, SAYS("\"yesterday\" is no date")},
        {"rights|access", "en", .status = EXIT_USAGE, SAYS("CASE")},
        {"rights|answer|5|--answer|refused|--reason|retention_duty|--basis|patient_record", "en", REPLIES({.rights = &RIGHTS}),
                SAYS("refused: the law obliges us to keep this (patient record)", "request to erase")},
        {"rights|answer|5|--answer|given", "en", REPLIES({.code = "E_TRANSITION", .sentence = "Done already."}), .status = EXIT_REFUSED,
                SAYS("Done already. (E_TRANSITION)")},
        {"rights|answer|5|--answer|given", "en", REPLIES({.code = ""}), NEVER("request")},
        {"rights|answer|5|--answer|perhaps", "en", .status = EXIT_USAGE, SAYS("\"perhaps\"", "given")},
        {"rights|settle|7|--reason|confirmed_otherwise|--partner|huis", "nl", REPLIES({.rights = &RIGHTS_SETTLED}),
                SAYS("huis", "afgesloten zonder bericht van de partner: op papier of per telefoon bevestigd")},
        {"rights|settle|7|--reason|because", "en", .status = EXIT_USAGE, SAYS("\"because\"")},
        {"rights|settle|7", "fr", .status = EXIT_USAGE, SAYS("--reason")},
        {"rights|settle|7|--reason|never_held", "en", REPLIES({.code = "E_NOT_FOUND", .sentence = "Not missing."}), .status = EXIT_REFUSED,
                SAYS("Not missing. (E_NOT_FOUND)")},
        {"rights|settle|7|--reason|never_held", "en", REPLIES({.code = ""}), NEVER("closed")},
        {"rights|list|--open", "en", REPLIES({.rights = &RIGHTS}), SAYS("access given", "There are more: rights list --after 9.")},
        {"rights|list|--after|9", "nl", REPLIES({.rights = &RIGHTS_ONE}), SAYS("wij vroegen", "vraag om inzage", "wacht"), NEVER("Er zijn er meer")},
        /* "More" behind nothing: there is no number to go on after. */
        {"rights|list", "en", REPLIES({.rights = &RIGHTS_ODD}), NEVER("There are more")},
        {"rights|list", "en", REPLIES({.code = ""}), NEVER("we asked")},
        {"rights|list|--after|x", "fr", .status = EXIT_USAGE, SAYS("« x »")},
};

/* ---- how long things stay ---- */

static const struct retention_line KINDS[] = {
        {.kind = "cases", .term_days = 30, .rows = 12, .oldest_ms = DAY_ONE_MS, .next_due_ms = DAY_ONE_MS, .overdue = 2, .destroyed = 3},
        {.kind = "rights", .rows = 4, .overdue = 1, .destroyed = 4},
        {.kind = "of_another_time"},
};
static const struct retention_kept KEPT[] = {{.case_number = 77, .basis = RETENTION_BASIS_PATIENT_RECORD, .due_ms = DAY_ONE_MS}};
static const struct retention STAYS = {.lines = KINDS, .n_lines = COUNT_OF(KINDS), .kept = KEPT, .n_kept = 1};
static const struct retention STAYS_NOT = {.lines = KINDS, .n_lines = 1};

static const struct shown STAY_ROWS[] = {
        {"retention|report", "en", REPLIES({.retention = &STAYS}),
                SAYS("closed referrals", "requests of persons", "of_another_time", "Past their term: 3.", "Closed cases that stay longer", "77",
                     "patient record"),
                NEVER("Destroyed")},
        {"retention|run", "nl", REPLIES({.retention = &STAYS}), SAYS("Vernietigd: 7.", "Over hun termijn: 3.", "patiëntendossier")},
        {"retention|run", "fr", REPLIES({.retention = &STAYS_NOT}), SAYS("Détruits : 3.", "orientations clôturées"), NEVER("Dossiers clôturés")},
        {"retention|report", "en", REPLIES({.code = ""}), NEVER("Past their term")},
        {"retention|run", "en", REPLIES({.code = "E_SCOPE", .sentence = "No."}), .status = EXIT_REFUSED, SAYS("No. (E_SCOPE)")},
};
/* clang-format on */

static void partnerships_are_told(void **state)
{
    (void)state;
    shown_all(PARTNERSHIPS, COUNT_OF(PARTNERSHIPS));
}

static void the_map_is_told(void **state)
{
    (void)state;
    shown_all(MAPS, COUNT_OF(MAPS));
}

static void rights_are_told(void **state)
{
    (void)state;
    shown_all(RIGHTS_ROWS, COUNT_OF(RIGHTS_ROWS));
}

static void what_stays_is_told(void **state)
{
    (void)state;
    shown_all(STAY_ROWS, COUNT_OF(STAY_ROWS));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(partnerships_are_told),
            cmocka_unit_test(the_map_is_told),
            cmocka_unit_test(rights_are_told),
            cmocka_unit_test(what_stays_is_told),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, make_home, drop_home);
}

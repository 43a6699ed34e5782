/* unit_cli_shown.c - what a person reads of consents, cases, the broker's log, and how
 * a program is: full, empty and odd replies. */
#include "tests/cli_shown.h"

#define MOMENT_MS UINT64_C(1790000000000)

/* clang-format off */
static const uint16_t TWO[] = {1, 2};
static const char *const HOUSES[] = {"huis", "ldc-noord"};
static const struct made MADE = {.count = 2};

/* ---- consents ---- */

static const struct consent_give GIVEN = {.person = "Rosa Voorbeeld", .how = 1, .given_by = "herself", .record_id = {{0xab, 2, 3, 4, 5, 6, 0x47, 8, 0x89}},
        .notice_language = "tr", .notice_sha256 = {{0xfe, 0xdc}}, .authority = 1, .collected_by = "An",
        .place = "at home", .language = "nl", .interpreter = "Tolkdienst", .witness = "Bert", .witness_role = 1, .notice_title = "Explained",
        .notice_version = "3", .recipients = HOUSES, .n_recipients = 2, .area = "21004", .purposes = TWO, .n_purposes = 2,
        .data_categories = TWO, .n_data_categories = 1, .level_max = LEVEL_S2, .until_day = 20100, .onward_depth = 1, .keep_days = 77, .renews = 5};
static const struct consent_give SPARE = {.person = "Rosa Anders", .until_day = 20200};
static const struct consent_give SOON = {.person = "Rosa Later", .from_day = 20150, .until_day = 20200};
static const struct use USES[] = {
        {.case_number = 7, .consent_id = {{1}}, .recipient = "huis", .withdrawal_registered = true},
        {.case_number = 8, .consent_id = {{1}}, .recipient = "ldc-noord"},
};
static const struct handed_over OVER[] = {{.partner = "huis", .msg_id = {{1}}, .type = LETTER_TYPE_PREVIEW, .at_ms = MOMENT_MS}};
static const struct consent_line CONSENTS[] = {
        {.number = 3, .given = &GIVEN, .state = "withdrawn", .recorded_ms = MOMENT_MS, .withdrawn_ms = MOMENT_MS, .uses = USES, .n_uses = 2,
         .handed_over = OVER, .n_handed_over = 1, .renewed_by = 6},
        {.number = 4, .given = &SPARE, .state = "active", .ending = true, .days_left = 9},
        {.number = 5, .state = "expired"},
        {.number = 6, .given = &SOON, .state = "later"},
        {.number = 7, .given = &SPARE, .state = "active", .ending = true, .days_left = 8, .renewed_by = 9, .live_cases = 1},
        {.number = 8, .state = "active", .days_left = 70, .uses = USES, .n_uses = 2, .live_cases = 1},
        {.number = 9, .state = "expired", .uses = USES, .n_uses = 2},
};
static const struct consent_record ALL = {.consents = CONSENTS, .n_consents = 5};
static const struct consent_record RECORD = {.consents = CONSENTS, .n_consents = 3};
static const struct consent_record SPARE_RECORD = {.consents = CONSENTS + 1, .n_consents = 1};
static const struct consent_record PART_RECORD = {.consents = CONSENTS + 5, .n_consents = 1};
static const struct consent_record PART_OVER = {.consents = CONSENTS + 6, .n_consents = 1};
static const struct consent_record NO_RECORD = {.n_consents = 0};
static const struct consent_record REACH = {.consents = CONSENTS, .n_consents = 1, .alike = CONSENTS + 1, .n_alike = 2, .asked = HOUSES,
        .n_asked = 2};
static const struct consent_record REACH_RECEIVED = {.n_consents = 0};

static const struct shown CONSENT_ROWS[] = {
        {"consent|list", "en", REPLIES({.consent = &ALL}),
                SAYS("withdrawn", "ends soon, 9 d left", "begins only on 03/03/2025", "renewed by 9, ends soon, 8 d left")},
        {"consent|show", "fr", REPLIES({.consent = &ALL}), SAYS("Consentement 6 : pas encore commenc\xc3\xa9")},
        {"consent|show", "en", REPLIES({.consent = &RECORD}),
                SAYS("Consent 3: withdrawn", "referral 7 to huis, withdrawal registered", "referral 8 to ldc-noord\n", "Handed over already",
                     "Explained, version 3", "Notice in                 Turkish", "Check sum                 fedc0000", "Record                    ab020304-0506-4708-89",
                     "Language                  Dutch", "special (health", "12/01/2025", "coordinating care, giving help", "77", "Followed by               6",
                     "Follows                   5", "Consent 4: valid", "ends soon, 9 d left", "Consent 5: ended", "Tolkdienst")},
        {"consent|show|4", "nl", REPLIES({.consent = &SPARE_RECORD}), SAYS("Toestemming 4: geldig", "Rosa Anders", "eindigt bijna, nog 9 d."),
                NEVER("Gebruikt voor", "Gevolgd door", "Volgt op", "Al overhandigd", "Dagen bewaard", "versie")},
        {"consent|show|8", "nl", REPLIES({.consent = &PART_RECORD}),
                SAYS("Toestemming 8: geldig", "trok alleen een deel van toestemming 8 in; de rest geldt nog", "Vraag de persoon of alles moet stoppen")},
        {"consent|show|8", "fr", REPLIES({.consent = &PART_RECORD}), SAYS("une partie du consentement 8", "Demandez")},
        {"consent|show|8", "en", REPLIES({.consent = &PART_RECORD}), SAYS("only a part of consent 8; the rest still holds", "whether all of it must stop")},
        {"consent|show|9", "en", REPLIES({.consent = &PART_OVER}), SAYS("withdrawal registered"), NEVER("still holds")},
        {"consent|show|3", "en", REPLIES({.consent = &RECORD}), SAYS("withdrawal registered"), NEVER("still holds")},
        {"consent|show", "fr", REPLIES({.consent = &NO_RECORD}), SAYS("Il n'y a pas de consentement")},
        {"consent|show", "en", REPLIES({.code = ""}), SAYS("There are no consents.")},
        {"consent|show|x", "en", .status = EXIT_USAGE, SAYS("\"x\" is no number")},
        {"consent|show|3", "en", REPLIES({.code = "E_NOT_FOUND", .sentence = "None."}), .status = EXIT_REFUSED, SAYS("None. (E_NOT_FOUND)")},
        {"consent|withdraw|3", "en", REPLIES({.made = &MADE}), SAYS("The consent is withdrawn.", "buurtbus consent receipt 3\n")},
        {"consent|withdraw|3|--reason|person_asked", "nl", "n\n", REPLIES({.made = &MADE}), .status = EXIT_REFUSED,
                SAYS("Een intrekking is definitief.", "Er is niets gedaan."), NEVER("De toestemming is ingetrokken.")},
        {"consent|withdraw|--case|7", "en", REPLIES({.consent = &REACH}, {.made = &MADE}),
                SAYS("This person's, and will be withdrawn:", "consent 3: Rosa Voorbeeld, until 12/01/2025", "The same name, and perhaps somebody else",
                     "consent 4: Rosa Anders, until 22/04/2025", "from this person: huis, ldc-noord.", "The consent is withdrawn.", "buurtbus consent receipt 3\n"),
                NEVER("consent 5", "withdrawn along")},
        {"consent|withdraw|--case|7", "nl", REPLIES({.consent = &REACH_RECEIVED}, {.made = &MADE}),
                SAYS("De toestemming waaronder dit dossier bij u kwam", "De toestemming is ingetrokken."), NEVER("buurtbus consent receipt", "Dezelfde naam", "Vraag dit ook zelf")},
        {"consent|withdraw|--case|7", "en", REPLIES({.code = ""}, {.made = &MADE}), .status = EXIT_OK, SAYS("The consent is withdrawn.")},
        {"consent|withdraw|--case|7", "en", REPLIES({.code = "E_NOT_FOUND", .sentence = "No such case."}), .status = EXIT_REFUSED,
                SAYS("No such case. (E_NOT_FOUND)"), NEVER("is withdrawn")},
        {"consent|withdraw|3|--case|7", "en", .status = EXIT_USAGE, SAYS("does not go together with case")},
        {"consent|withdraw", "en", .status = EXIT_USAGE, SAYS("NUMBER")},
        {"consent|withdraw|3|--reason|bored", "en", .status = EXIT_USAGE, SAYS("\"bored\"")},
};

/* ---- cases ---- */

#define CASE(...) {.other = "huis", .urgency = URGENCY_ROUTINE, __VA_ARGS__}
static const struct case_line CASES[] = {
        CASE(.number = 1, .kind = CASE_KIND_REFERRAL_IN, .state = OFFER_STATE_REQUESTED, .unread = true, .consent_state = "expired"),
        CASE(.number = 2, .kind = CASE_KIND_REFERRAL_OUT, .state = OFFER_STATE_ON_HOLD, .consent_state = "active", .consent_days_left = 30),
        CASE(.number = 3, .kind = CASE_KIND_REFERRAL_OUT, .state = OFFER_STATE_SEEN, .consent_days_left = 31, .erase_missing = true),
        CASE(.number = 4, .kind = CASE_KIND_SIGNAL_IN, .stop_contact = true, .unread = true),
        CASE(.number = 5, .kind = CASE_KIND_SIGNAL_OUT),
        CASE(.number = 6, .kind = CASE_KIND_REFERRAL_OUT, .state = OFFER_STATE_COMPLETED, .referral_state = "closed", .consent_state = "expired",
             .consent_days_left = 3),
};
static const struct case_line PART_CASE = CASE(.number = 7, .kind = CASE_KIND_REFERRAL_OUT, .state = OFFER_STATE_CANCELLED, .stop_contact = true,
        .consent_state = "withdrawn", .consent_rest = 12);
static const struct case_line STOPS[] = {CASE(.number = 8, .person = "Rosa Voorbeeld"), CASE(.number = 9)};
static const struct case_list BOX = {.cases = CASES, .n_cases = COUNT_OF(CASES), .stops = STOPS, .n_stops = 2, .more = true};
static const struct case_list BOX_ONE = {.cases = CASES + 4, .n_cases = 1};
static const struct case_list BOX_NONE = {.stops = STOPS, .n_stops = 1};
static const struct person WOMAN = {.name = "Rosa Voorbeeld", .birth_date = "1942-03-01"};
static const struct referral BORN = {.person = &WOMAN};
static const struct case_detail DETAILS[] = {
        {.line = &CASES[0]}, {.line = &CASES[1]}, {.line = &CASES[3]}, {.referral_id = {{1}}}, {.line = &CASES[4]},
        {.line = &CASES[1], .referral = &BORN}, {.line = &CASES[1], .erased_ms = MOMENT_MS}, {.line = &PART_CASE},
};
static const struct trace_line STEPS[] = {
        {.at_ms = MOMENT_MS, .who = "An", .what = "sent", .letter = "preview", .other = "huis"},
        {.who = "broker", .what = "refused", .code = "E_BUSY", .letter = "accept", .other = "huis"},
        {.who = "node", .what = "erased"}, {.who = "node", .what = "accept"}, {.who = "node", .what = "of_another_time"},
};
static const struct trace TRACE_FULL = {.lines = STEPS, .n_lines = COUNT_OF(STEPS)};
/* Longer than its column. */
static const struct trace_line HALF[] = {{.at_ms = MOMENT_MS, .who = "huis-met-een-lange-naam", .what = "rights_half"}};
static const struct trace TRACE_HALF = {.lines = HALF, .n_lines = COUNT_OF(HALF)};
static const struct trace_line THERE[] = {{.at_ms = MOMENT_MS, .who = "huis", .what = "withdrawn_there"}};
static const struct trace TRACE_THERE = {.lines = THERE, .n_lines = 1};
static const struct trace TRACE_ONE = {.lines = STEPS, .n_lines = 1};

static const struct shown CASE_ROWS[] = {
        {"inbox", "en", REPLIES({.cases = &BOX}),
                SAYS("STOP: do not contact Rosa Voorbeeld any more", "the person of case 9", "STOP     4    from huis", "erased?  3", "to huis", "*  ",
                     "signal, received", "signal, sent", "closed", "on hold", "The consent with 1 has ended", "The consent with 2 ends soon; 30 d left",
                     "There is more: --after 6"),
                NEVER("The consent with 3", "The consent with 6")},
        {"inbox|--box|sent", "nl", REPLIES({.cases = &BOX_ONE}), SAYS("signaal, verstuurd"), NEVER("STOP", "Er is meer")},
        {"inbox|--box|all", "en", REPLIES({.cases = &BOX_NONE}), SAYS("STOP: do not contact Rosa", "There is nothing in this box.")},
        {"inbox|--box|new", "fr", REPLIES({.code = ""}), SAYS("Il n'y a rien")},
        {"inbox|--box|attic", "en", .status = EXIT_USAGE, SAYS("\"attic\" is not possible", "to-decide, running")},
        {"inbox|--limit|201", "en", .status = EXIT_USAGE, SAYS("from 1 to 200")},
        {"inbox|--limit|x", "en", .status = EXIT_USAGE, SAYS("\"x\" is no number")},
        {"show|1", "en", REPLIES({.case_ = &DETAILS[0]}, {.made = &MADE}, {.case_ = &DETAILS[1]}), SAYS("2  referral, sent", "on hold")},
        /* Somebody else was quicker: what it shows then is right anyway. */
        {"show|1", "en", REPLIES({.case_ = &DETAILS[0]}, {.code = "E_TRANSITION", .sentence = "No."}, {.case_ = &DETAILS[1]}), SAYS("on hold")},
        {"show|1", "en", REPLIES({.case_ = &DETAILS[0]}, {.code = "ERR_DISK_FULL", .sentence = "Full."}), .status = EXIT_COULD_NOT,
                SAYS("(ERR_DISK_FULL)"), NEVER("referral, received")},
        {"show|4", "en", REPLIES({.case_ = &DETAILS[2]}), SAYS("4  signal, received")},
        {"show|5", "en", REPLIES({.case_ = &DETAILS[4]}), SAYS("5  signal, sent")},
        {"show|1", "en", REPLIES({.case_ = &DETAILS[3]}), NEVER("referral, received")},
        {"show|1|--seen", "nl", REPLIES({.case_ = &DETAILS[0]}, {.made = &MADE}, {.case_ = &DETAILS[0]}), SAYS("1  verwijzing, ontvangen")},
        {"show|2", "en", REPLIES({.case_ = &DETAILS[5]}), SAYS("01/03/1942"), NEVER("1942-03-01", "Content erased")},
        {"show|2", "en", REPLIES({.case_ = &DETAILS[6]}), SAYS("Content erased on         ")},
        {"show|7", "nl", REPLIES({.case_ = &DETAILS[7]}), SAYS("*** STOP", "een deel van toestemming 12 in")},
        {"show|7", "fr", REPLIES({.case_ = &DETAILS[7]}), SAYS("une partie du consentement 12")},
        {"show|7", "en", REPLIES({.case_ = &DETAILS[7]}), SAYS("only a part of consent 12; the rest still holds")},
        {"show|2", "en", REPLIES({.case_ = &DETAILS[5]}), NEVER("a part of consent")},
        {"show|1", "en", REPLIES({.code = ""}), .status = EXIT_COULD_NOT, SAYS("no case in the answer")},
        {"show|x", "en", .status = EXIT_USAGE, SAYS("\"x\" is no number")},
        {"trace|7", "en", REPLIES({.trace = &TRACE_FULL}),
                SAYS("sent to huis: preview, without a name", "refused, does not go to huis: accepts", "erased here", "E_BUSY", "of_another_time",
                     "accepts\n", "Code")},
        {"trace|7", "fr", REPLIES({.trace = &TRACE_ONE}), SAYS("envoyé à huis : aperçu, sans nom"), NEVER("Code")},
        {"trace|7", "nl", REPLIES({.trace = &TRACE_HALF}), SAYS("een vraag van de persoon wacht op uw antwoord", "voorbij (rights list)\n"),
                NEVER("…")},
        {"trace|7", "nl", REPLIES({.trace = &TRACE_THERE}), SAYS("de persoon dit deel introk", "withdraw)")},
        {"trace|7", "fr", REPLIES({.trace = &TRACE_THERE}), SAYS("a retiré cette partie", "withdraw)")},
        {"trace|7", "en", REPLIES({.trace = &TRACE_THERE}), SAYS("took back this part", "withdraw)")},
        {"trace|7", "en", REPLIES({.code = ""}), NEVER("huis")},
        {"trace|x", "en", .status = EXIT_USAGE, SAYS("\"x\" is no number")},
};

/* ---- the broker's log ---- */

static const struct audit_finding FOUND[] = {
        {.code = "E_LOG_FORK", .at_ms = MOMENT_MS, .seen_ms = MOMENT_MS, .seen_by = "An"}, {.code = "E_OF_ANOTHER_TIME", .at_ms = MOMENT_MS},
};
static const struct audit_report WRONG = {.log = "log-1", .size = 812, .checked_ms = MOMENT_MS, .proved = 640, .waiting = 13, .wrong = 14, .lost = 15,
        .judged = 20, .bad = 3, .put_back_ms = MOMENT_MS, .not_in_log = 16, .findings = FOUND, .n_findings = 2};
static const struct audit_report SEEN = {.log = "log-1", .findings = FOUND, .n_findings = 1};
static const struct audit_report BAD_ONLY = {.log = "log-1", .judged = 1, .bad = 1};
static const struct audit_report WAITS = {.log = "log-1", .waiting = 2};
static const struct audit_report RIGHT = {.log = "log-1", .size = 1, .proved = 1};
static const struct audit_report ASKING = {.log = "log-1", .asking = true};
static const struct audit_report PART = {.log = "log-1", .judged = 100, .next = 100};
static const struct audit_report BACK = {.log = "log-1", .judged = 100, .next = 99};
static const struct audit_report REST = {.log = "log-1", .judged = 23};
static const struct audit_word WORDS[] = {
        {.at_ms = MOMENT_MS, .by = "huis", .what = "processed", .log_leaf = 12, .state = "proved", .about = {{1}}},
        {.by = "broker", .what = "decline", .log_leaf = 13, .state = "wrong", .about = {{1}}},
        {.by = "broker", .what = "of_another_time", .state = "waiting", .about = {{1}}},
        {.by = "broker", .what = "registered", .state = "lost", .about = {{1}}},
};
static const struct audit_words WORDS_FULL = {.words = WORDS, .n_words = COUNT_OF(WORDS)};
static const struct audit_words WORDS_MORE = {.words = WORDS, .n_words = 1, .more = true};
static const struct audit_words WORDS_NONE = {.n_words = 0};

static const struct shown AUDIT_ROWS[] = {
        {"audit|verify", "en", REPLIES({.audit_report = &WRONG}), .status = EXIT_REFUSED,
                SAYS("812 lines, seen on", "640", "worked out again          17", "waiting for proof         13", "not in it, or otherwise   14",
                     "proof no longer right     3", "16 signed words of before", ", seen: The broker shows another past", "E_OF_ANOTHER_TIME", "Something is wrong.")},
        {"audit|verify", "nl", REPLIES({.audit_report = &SEEN}), SAYS("gezien:", "Wat niet klopte, is gezien"),
                NEVER("Alles wat de makelaar beloofde", "opnieuw nagerekend", "makelaar teruggezet", "wacht op bewijs")},
        {"audit|verify", "en", REPLIES({.audit_report = &BAD_ONLY}), .status = EXIT_REFUSED, SAYS("Something is wrong.")},
        {"audit|verify", "fr", REPLIES({.audit_report = &WAITS}), SAYS("Jusqu'ici tout est juste.")},
        {"audit|verify", "en", REPLIES({.audit_report = &ASKING}, {.audit_report = &RIGHT}), SAYS("All that the broker promised stands in its log.")},
        {"audit|verify", "en", REPLIES({.audit_report = &RIGHT}, {.audit_report = &PART}, {.audit_report = &REST}),
                SAYS("worked out again          123")},
        {"audit|verify", "en", REPLIES({.code = "E_SCOPE", .sentence = "No."}), .status = EXIT_REFUSED, SAYS("No. (E_SCOPE)")},
        {"audit|verify", "en", REPLIES({.audit_report = &RIGHT}, {.code = "ERR_IO", .sentence = "No disk."}), .status = EXIT_COULD_NOT,
                SAYS("(ERR_IO)"), NEVER("promised")},
        /* A node that goes round in a circle, and one that goes back. */
        {"audit|verify", "en", REPLIES({.audit_report = &RIGHT}, {.audit_report = &PART}), .status = EXIT_COULD_NOT, SAYS("has no end")},
        {"audit|verify", "en", REPLIES({.audit_report = &RIGHT}, {.audit_report = &PART}, {.audit_report = &BACK}), .status = EXIT_COULD_NOT,
                SAYS("has no end")},
        {"audit|verify|now", "en", .status = EXIT_USAGE, SAYS("one argument too many")},
        {"audit|proof|7", "en", REPLIES({.audit_words = &WORDS_FULL}),
                SAYS("read", "declines", "of_another_time", "stands in the log", "not in it, or otherwise: this is wrong", "waits for the next state",
                     "that is lost", "withdrawal registered")},
        {"audit|proof|7", "en", REPLIES({.audit_words = &WORDS_MORE}), SAYS("There are more than fit here.")},
        {"audit|proof|7", "nl", REPLIES({.audit_words = &WORDS_NONE}), SAYS("Hierover is nog niets ondertekend.")},
        {"audit|proof|01a20182-b62f-7f37-9673-ddb84b79b560", "fr", REPLIES({.code = ""}), SAYS("Rien n'a encore été signé")},
        {"audit|proof|me", "en", .status = EXIT_USAGE, SAYS("the number of a case or of a letter")},
        {"audit|proof", "en", .status = EXIT_USAGE, SAYS("CASE")},
        {"audit|seen", "en", REPLIES({.made = &MADE}), SAYS("Seen: 2. The evidence is kept.")},
        {"audit|seen", "en", REPLIES({.code = ""}), NEVER("Seen")},
        {"audit|seen|7", "en", .status = EXIT_USAGE, SAYS("one argument too many")},
};

/* ---- how a program is ---- */

static const struct missing_erase MISSING[] = {
        {.partner = "huis", .letters = 1, .since_ms = MOMENT_MS, .guard = true}, {.partner = "ldc-noord", .since_ms = MOMENT_MS},
};
static const struct partnership_end ENDS[] = {{.partner = "huis", .until_day = 20100, .over = true}, {.partner = "ldc-noord", .until_day = 20200, .todo = "renew"},
        {.partner = "buurthuis", .until_day = 20210, .todo = "agree"}, {.partner = "ocmw", .until_day = 20220, .todo = "wait"}};
static const char *const TERMS_FROM[] = {"buurthuis"};
static const struct status BUSY = {.partner = "huis", .network = "net", .connected = true, .last_contact_ms = MOMENT_MS, .outbox = 41, .unread = 42,
        .to_decide = 43, .directory_serial = 9, .directory_age_days = 2, .members = 44, .db_bytes = 1024 * 1024 + 1, .letters_waiting = 45,
        .connections = 46, .program = "x", .address = "tcp://h:1", .quarantined = 47, .violations = 48, .withdrawals_open = 49,
        .withdrawals_since_ms = MOMENT_MS, .erase_missing = MISSING, .n_erase_missing = 2, .partnerships_end = ENDS, .n_partnerships_end = 4,
        .partnerships_to_agree = TERMS_FROM, .n_partnerships_to_agree = 1,
        .data_protection = "privacy@huis.example", .consents_ending = 51, .consents_ended_live = 52, .audit_code = "E_LOG_FORK"};
static const struct status ODD = {.partner = "huis", .link_words = "no route", .audit_code = "E_OF_ANOTHER_TIME"};
static const struct status ALONE = {.partner = "huis", .directory_age_days = UINT32_MAX};
static const struct status CALM = {.partner = "huis"};
static const struct check CHECKS[] = {{.name = "store", .ok = true, .words = "fine"}, {.name = "of_another_time", .words = "odd"}};
static const struct doctor ILL = {.checks = CHECKS, .n_checks = 2};
static const struct doctor WELL = {.checks = CHECKS, .n_checks = 1};

static const struct shown STATUS_ROWS[] = {
        {"status", "en", REPLIES({.status = &BUSY}),
                SAYS("Connected                 yes", "Not finished yet          41", "letters held back         47", "own letters held back     48",
                     "49, the oldest of", "huis has not said for 72 hours", "ldc-noord should have said by now", "That with huis ended on 12/01/2025",
                     "That with ldc-noord ends after 22/04/2025. Propose new terms.", "That with buurthuis ends after 02/05/2025.\n",
                     "buurthuis proposes terms and waits for us", "That with ocmw ends after 12/05/2025. We proposed new terms", "privacy@huis.example", "ending within 30 days: 51", "that has ended: 52", "2 MiB",
                     "no. 9, 2 days old", "another past than before"),
                NEVER("Letters waiting")},
        {"status", "nl", REPLIES({.status = &ODD}), SAYS("no route", "E_OF_ANOTHER_TIME", "Verbonden                 nee"),
                NEVER("tegengehouden", "Intrekkingen", "Toestemming", "Samenwerking", "Niet gewist?")},
        {"status", "en", REPLIES({.status = &ALONE}), SAYS("List of partners          none yet")},
        {"status", "fr", REPLIES({.status = &CALM}), NEVER("journal du courtier", "consentement")},
        {"status", "en", REPLIES({.code = ""}), NEVER("Connected")},
        {"broker|status", "en", REPLIES({.status = &BUSY}), SAYS("Letters waiting           45", "Connections               46"),
                NEVER("Connected  ", "Not finished yet", "held back", "72 hours")},
        {"doctor|--full", "en", REPLIES({.doctor = &ILL}), .status = EXIT_COULD_NOT, SAYS("database", "ok   fine", "of_another_time", "NOT  odd")},
        {"doctor", "nl", REPLIES({.doctor = &WELL}), SAYS("databank", "in orde  fine"), NEVER("NIET")},
        {"doctor", "en", REPLIES({.code = ""}), NEVER("database")},
        {"doctor|--full=x", "en", .status = EXIT_USAGE, SAYS("this option takes no value")},
        {"broker|doctor", "fr", REPLIES({.doctor = &WELL}), SAYS("base de données")},
};

/* ---- why ---- */

static const struct question ASKED[] = {
        {.rule = "a", .asked = true, .holds = true, .question = "One?", .answer = "Yes."},
        {.rule = "b", .asked = true, .question = "Two?", .answer = "No."}, {.rule = "c", .question = "Three?", .answer = "Not asked."},
};
#define JUDGED(...) {.at_ms = MOMENT_MS, .msg_id = {{1}}, .type = LETTER_TYPE_CONTENT, .sender = "huis", .recipient = "ldc-noord", __VA_ARGS__}
static const struct judgement JUDGED_ROWS[] = {
        JUDGED(.point = "receiving", .code = "E_PARTNERSHIP", .sentence = "Agree one first.", .now_code = "", .questions = ASKED,
               .n_questions = COUNT_OF(ASKED)),
        JUDGED(.point = "sending"),
        JUDGED(.point = "sending", .on_behalf_of = "antenne", .now_code = "E_OF_ANOTHER_TIME"),
        JUDGED(.point = "checking"),
};
static const struct explanation WHY = {.judgements = JUDGED_ROWS, .n_judgements = COUNT_OF(JUDGED_ROWS)};
static const struct explanation MAY = {.judgements = JUDGED_ROWS + 3, .n_judgements = 1};
static const struct explanation WHY_NOT = {.n_judgements = 0};

static const struct issue NO_CASE[] = {{.field = "case_number", .words = "There is no case of this number."}};
static const struct issue NO_LETTER[] = {{"msg_id", "No such letter."}};
static const struct shown WHY_ROWS[] = {
        {"consent|explain|7", "en", REPLIES({.explanation = &WHY}),
                SAYS("asked when it came: refused (E_PARTNERSHIP)", "  yes  One? Yes.", "  NO   Two? No.", "  -    Three? Not asked.",
                     "With what is known now it would be allowed.", "Agree one first.", "from huis to antenne", "(E_OF_ANOTHER_TIME)",
                     "Each question             buurtbus consent explain 01000000-0000-0000-0000-000000000000",
                     "Nothing: it is allowed.", "checked, nothing sent: allowed")},
        {"consent|explain|7", "en", REPLIES({.code = "E_NOT_FOUND", .issues = NO_CASE, .n_issues = 1}), .status = EXIT_REFUSED,
                SAYS("CASE: There is no case")},
        {"consent|explain|01a20182-b62f-7f37-9673-ddb84b79b560", "en", REPLIES({.code = "E_NOT_FOUND", .issues = NO_LETTER, .n_issues = 1}), .status = EXIT_REFUSED,
            SAYS("CASE: No such letter.")},
        {"consent|explain", "nl", REPLIES({.explanation = &WHY_NOT}), SAYS("Hier is geen brief geweigerd")},
        {"consent|explain", "fr", REPLIES({.code = ""}), SAYS("Aucune lettre dont quelque chose")},
        {"consent|explain|me", "en", .status = EXIT_USAGE, SAYS("the number of a case or of a letter")},
        {"consent|check|--consent|3|--to|huis|--data|needs|--area|21004", "nl", REPLIES({.explanation = &MAY}),
                SAYS("nagegaan, niets verstuurd: mag", "Niets: het mag."), NEVER("Brief")},
        {"consent|check|--consent|3|--to|huis|--data|needs|--area|21004|--purpose|crisis_help|--urgency|crisis|--level|s1", "en",
                REPLIES({.explanation = &WHY}), .status = EXIT_REFUSED, SAYS("Agree one first.")},
        {"consent|check|--consent|3|--to|huis|--data|needs|--area|21004", "en", REPLIES({.code = ""}), NEVER("allowed")},
        {"consent|check|--consent|3|--to|huis|--data|needs|--area|2100", "en", .status = EXIT_USAGE, SAYS("\"2100\" is no NIS code")},
        {"consent|check|--consent|3|--to|huis|--data|gossip|--area|21004", "en", .status = EXIT_USAGE, SAYS("\"gossip\"")},
};
/* clang-format on */

static void consents_are_told(void **state)
{
    (void)state;
    shown_all(CONSENT_ROWS, COUNT_OF(CONSENT_ROWS));
}

/* Namesakes go along only when somebody says so to this very list. */
static void namesakes_go_along_when_somebody_says_so(void **state)
{
    static const struct {
        const char *answers;
        size_t also;
    } ROWS[] = {
            {"y\ny\n", 2},
            {"n\ny\n", 0},
            {NULL,     0},
    };
    static const struct reply replies[] = {{.consent = &REACH}, {.made = &MADE}};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        const struct shown row = {.line = "consent|withdraw|--case|7",
                .lang = "en",
                .answers = ROWS[i].answers,
                .replies = replies,
                .n = COUNT_OF(replies),
                SAYS("The consent is withdrawn.")};
        asked_also = SIZE_MAX;
        shown_check(&row);
        assert_int_equal(asked_also, ROWS[i].also);
    }
}

static void cases_are_told(void **state)
{
    (void)state;
    shown_all(CASE_ROWS, COUNT_OF(CASE_ROWS));
}

static void the_log_is_told(void **state)
{
    (void)state;
    shown_all(AUDIT_ROWS, COUNT_OF(AUDIT_ROWS));
}

/* Pages that go on and on, each behind the one before. */
static void a_list_of_proofs_without_end_is_given_up(void **state)
{
    static const struct reply nothing = {.code = ""};
    static const struct shown row = {.line = "audit|verify",
            .lang = "en",
            .replies = &nothing,
            .n = 1,
            .status = EXIT_COULD_NOT,
            SAYS("has no end")};
    (void)state;
    endless = 1;
    shown_check(&row);
    assert_in_range(endless, 10000, 10010);
    endless = 0;
}

static void how_it_is_is_told(void **state)
{
    (void)state;
    shown_all(STATUS_ROWS, COUNT_OF(STATUS_ROWS));
}

static void why_is_told(void **state)
{
    (void)state;
    shown_all(WHY_ROWS, COUNT_OF(WHY_ROWS));
}

/* In front of what it is about no name is cut. */
static void each_label_fits_its_column(void **state)
{
    enum { LABEL_COLUMNS = 24 };
    (void)state;
    for (size_t i = 1; i < N_TEXTS; i++)
        for (int lang = 0; lang < N_LANGS && strncmp(TEXT_ROWS[i].id, "l_", 2) == 0;
                lang++)
            if (cli_width(TEXT_ROWS[i].in[lang]) > LABEL_COLUMNS)
                fail_msg("%s: \"%s\"", TEXT_ROWS[i].id, TEXT_ROWS[i].in[lang]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(each_label_fits_its_column),
            cmocka_unit_test(consents_are_told),
            cmocka_unit_test(namesakes_go_along_when_somebody_says_so),
            cmocka_unit_test(cases_are_told),
            cmocka_unit_test(the_log_is_told),
            cmocka_unit_test(a_list_of_proofs_without_end_is_given_up),
            cmocka_unit_test(how_it_is_is_told),
            cmocka_unit_test(why_is_told),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, make_home, drop_home);
}

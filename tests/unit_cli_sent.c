/* unit_cli_sent.c - what a person reads when a referral or signal leaves, of the list
 * of partners, and of a case with all that was said in it: full, empty and odd replies.
 */
#include "tests/cli_shown.h"

#define MOMENT_MS UINT64_C(1790000000000)

/* clang-format off */
static const uint16_t TWO[] = {1, 2};
static const char *const AREAS[] = {"21004", "21015"};

/* ---- what leaves ---- */

#define REFER "refer|--consent|1|--to|huis|--need|debt|--area|21004|--name|N"
#define SIGNAL "signal|--to|huis|--person|P|--need|debt|--observations|asks_for_help|--area|21004"
static const struct made MADE = {.case_number = 9, .shared = TWO, .n_shared = 2, .not_used = TWO + 1, .n_not_used = 1};
static const struct made BARE = {.case_number = 9};
static const struct case_line BEFORE[] = {
        {.number = 7, .other = "huis", .urgency = URGENCY_CRISIS, .area = "21004"},
        {.number = 7, .other = "ldc-noord", .on_behalf_of = "antenne", .urgency = URGENCY_ROUTINE, .area = "21004"},
};
static const struct case_detail CASES[] = {{.line = &BEFORE[0]}, {.line = &BEFORE[1]}, {.referral_id = {{1}}}};

static const struct shown LEAVES[] = {
        {REFER, "en", REPLIES({.made = &MADE}), SAYS("Referral 9 is on its way to huis.", "contact details, area"), NEVER("112")},
        {REFER, "nl", REPLIES({.made = &BARE}), SAYS("9", "huis"), NEVER("contactgegevens", "112")},
        {REFER "|--urgency|crisis", "en", REPLIES({.made = &BARE}), SAYS("Phone 112", "Referral 9 is on its way to huis."), NEVER("contact details")},
        {REFER, "en", REPLIES({.code = ""}), NEVER("on its way")},
        {REFER, "en", REPLIES({.code = "E_CONSENT_AREA", .sentence = "Not there."}), .status = EXIT_REFUSED, SAYS("Not there. (E_CONSENT_AREA)"),
                NEVER("on its way")},
        {REFER "|--from-file|/nonexistent", "en", .status = EXIT_USAGE, SAYS("/nonexistent")},
        {REFER "|--reason|lives alone", "fr", REPLIES({.made = &BARE}), SAYS("huis")},
        {"refer|--consent|1|--to|huis,ldc-noord|--need|debt|--area|21004|--name|N|--purpose|crisis_help", "en", REPLIES({.made = &BARE}),
                SAYS("on its way to huis, ldc-noord.")},
        {"reopen|7|--consent|1", "en", REPLIES({.case_ = &CASES[0]}, {.made = &BARE}), SAYS("Phone 112", "Referral 9 is on its way to huis.")},
        {"reopen|7|--consent|1", "en", REPLIES({.case_ = &CASES[1]}, {.made = &BARE}), SAYS("on its way to antenne."), NEVER("ldc-noord", "112")},
        {"reopen|7|--consent|1|--to|chambry|--urgency|routine|--area|21015", "en", REPLIES({.case_ = &CASES[0]}, {.made = &BARE}),
                SAYS("on its way to chambry."), NEVER("112")},
        {"reopen|7|--consent|1|--to|chambry", "en", REPLIES({.case_ = &CASES[2]}, {.made = &BARE}), SAYS("on its way to chambry.")},
        {"reopen|7|--consent|1|--to|chambry", "en", REPLIES({.code = ""}, {.made = &BARE}), SAYS("on its way to chambry.")},
        {"reopen|7|--consent|1", "en", REPLIES({.code = "E_NOT_FOUND", .sentence = "No such case."}), .status = EXIT_REFUSED,
                SAYS("No such case. (E_NOT_FOUND)"), NEVER("on its way")},
        {"reopen|7", "en", REPLIES({.case_ = &CASES[0]}), .status = EXIT_USAGE, SAYS("--consent")},
        {"forward|7|--to|chambry", "en", REPLIES({.case_ = &CASES[0]}, {.made = &BARE}), SAYS("Phone 112", "Call chambry as well")},
        {"forward|7|--to|chambry", "fr", REPLIES({.case_ = &CASES[0]}, {.made = &BARE}), SAYS("le 112", "chambry")},
        {"forward|7|--to|chambry", "nl", REPLIES({.case_ = &CASES[0]}, {.made = &BARE}), SAYS("Bel 112", "chambry")},
        {"forward|7|--to|chambry", "en", REPLIES({.case_ = &CASES[1]}, {.made = &BARE}), SAYS("chambry"), NEVER("112")},
        {"forward|7|--to|chambry|--urgency|routine", "en", REPLIES({.made = &BARE}), SAYS("chambry"), NEVER("112")},
        {"forward|7|--to|chambry|--urgency|crisis", "en", REPLIES({.made = &BARE}), SAYS("Phone 112")},
        {"forward|7|--to|chambry", "en", REPLIES({.code = "E_NOT_FOUND", .sentence = "No such case."}), .status = EXIT_REFUSED,
                SAYS("No such case. (E_NOT_FOUND)"), NEVER("112", "chambry")},
        {SIGNAL, "en", REPLIES({.made = &BARE}), SAYS("Signal 9 is on its way to huis."), NEVER("112")},
        {SIGNAL "|--urgency|crisis", "en", REPLIES({.made = &BARE}), SAYS("Phone 112", "Signal 9 is on its way")},
        {SIGNAL, "en", REPLIES({.code = ""}), NEVER("on its way")},
        {SIGNAL, "en", REPLIES({.code = "E_SECRECY", .sentence = "Not to them."}), .status = EXIT_REFUSED, SAYS("Not to them. (E_SECRECY)")},
        {"signal|--to|huis", "en", .status = EXIT_USAGE, SAYS("missing")},
};

/* ---- partners ---- */

static const struct entry ENTRIES[] = {
        {.partner = "antenne", .name = "Antenne Zuid", .partner_type = 1, .supported_by = "huis", .areas = AREAS, .n_areas = 2, .services = TWO,
         .n_services = 2, .intake = 1, .partnership = "active", .has_key = true, .fingerprint = "abcd-efgh"},
        {.partner = "huis", .name = "Het Huis", .partnership = "none"},
};
static const struct directory_list PARTNERS = {.entries = ENTRIES, .n_entries = 2, .serial = 8, .issued_ms = MOMENT_MS};
static const struct directory_list PARTNER = {.entries = ENTRIES + 1, .n_entries = 1, .serial = 8};
static const struct directory_list NOBODY = {.serial = 8};

static const struct shown PARTNER_ROWS[] = {
        {"directory", "en", REPLIES({.directory = &PARTNERS}), SAYS("Antenne Zuid", "Het Huis", "active", "none", "21004, 21015", "List no. 8, of 21/09/2026")},
        {"directory|antenne", "en", REPLIES({.directory = &PARTNERS}), SAYS("Antenne Zuid", "abcd-efgh", "huis", "21004, 21015"), NEVER("Het Huis")},
        {"directory|huis", "nl", REPLIES({.directory = &PARTNER}), SAYS("Het Huis", "nee", "geen"), NEVER("21004")},
        {"directory", "en", REPLIES({.directory = &NOBODY}), NEVER("List no.")},
        {"directory", "en", REPLIES({.code = ""}), NEVER("List no.")},
        {"directory|--need|gossip", "en", .status = EXIT_USAGE, SAYS("\"gossip\"")},
};

/* ---- which option is wrong ---- */

#define WRONG(where) REPLIES({.code = "E_TTL", .sentence = "No.", .issues = (const struct issue[]){{where, "Choose."}}, .n_issues = 1})
static const struct shown WRONG_ROWS[] = {
        /* Two messages of a command have a field of this name. */
        {"campaign|set|--title|T|--text|x|--audiences|everybody", "en", WRONG("until_day"), .status = EXIT_REFUSED, SAYS("  --until: Choose."), NEVER("--report-until")},
        {"campaign|set|--title|T|--text|x|--audiences|everybody", "en", WRONG("says.from_day"), .status = EXIT_REFUSED, SAYS("  --from: Choose.")},
        {"campaign|set|--title|T|--text|x|--audiences|everybody", "en", WRONG("says.evidence.from_day"), .status = EXIT_REFUSED, SAYS("  --report-from: Choose.")},
        {"advice|post|--title|T|--text|x|--to|huis", "en", WRONG("says.evidence.until_day"), .status = EXIT_REFUSED, SAYS("  --report-until: Choose.")},
        {"refer|--consent|1|--to|huis|--need|debt|--area|21004|--name|N", "en", WRONG("referral.person.name"), .status = EXIT_REFUSED, SAYS("  --name: Choose.")},
        {"refer|--consent|1|--to|huis|--need|debt|--area|21004|--name|N", "en", WRONG("of_another_time"), .status = EXIT_REFUSED, SAYS("  of_another_time: Choose.")},
};
/* clang-format on */

static void what_leaves_is_told(void **state)
{
    (void)state;
    shown_all(LEAVES, COUNT_OF(LEAVES));
}

static void partners_are_told(void **state)
{
    (void)state;
    shown_all(PARTNER_ROWS, COUNT_OF(PARTNER_ROWS));
}

/* ---- what was said in a case ---- */

static const struct person PERSON = {.name = "Rosa Verbeterd"};
static const struct referral HELD = {.person = &PERSON, .own_goal = "naar de markt"};
static const struct preview GLIMPSE = {.strengths = "tells stories"};

static void each_thing_said_is_shown(void **state)
{
    static const struct rights_request correct = {.request_id = {{1}},
            .corrected = &HELD};
    static const struct rights_request plain = {.request_id = {{1}}};
    static const struct rights_reply refused = {.request_id = {{1}},
            .answer = RIGHTS_ANSWER_REFUSED,
            .reason = RIGHTS_REASON_LEGAL_CLAIM,
            .retention = RETENTION_BASIS_PATIENT_RECORD,
            .words = "vraag het ons"};
    static const struct rights_reply given = {.request_id = {{1}},
            .answer = RIGHTS_ANSWER_GIVEN,
            .retention = RETENTION_BASIS_NONE,
            .received_ms = MOMENT_MS,
            .data_categories = TWO,
            .n_data_categories = 2,
            .held = &HELD};
    static const struct rights_reply glimpse = {.request_id = {{1}},
            .answer = RIGHTS_ANSWER_GIVEN,
            .held_preview = &GLIMPSE};
    static const struct event_content declined = {.decline_reason = 1, .note = "vol"};
    static const struct visit visit = {.result = VISIT_RESULT_MET};
    static const struct info info = {.text = "when?"};
#define SAID(field, value, ...)                                                        \
    {                                                                                  \
        {.v = 1, .msg_id = {{1}}, .sender = "a", .field = &(value)},                   \
        {                                                                              \
            __VA_ARGS__                                                                \
        }                                                                              \
    }
    static const struct {
        struct content content;
        const char *has[5];
    } rows[] = {
            SAID(rights_request, correct, "request to correct", "Rosa Verbeterd",
                    "naar de markt"),
            SAID(rights_request, plain, "request to correct"),
            SAID(rights_reply, refused, "refused", "needed for a legal claim",
                    "patient record", "vraag het ons"),
            SAID(rights_reply, given, "access given", "contact details, area",
                    "21/09/2026", "Rosa Verbeterd"),
            SAID(rights_reply, glimpse, "access given", "tells stories"),
            SAID(event, declined, "vol"),
            SAID(visit, visit, "An"),
            SAID(info, info, "when?"),
    };
    struct arena arena = arena_new(1 << 20);
    struct err err = {0};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct moment moment = {.at_ms = MOMENT_MS,
                .by = "An",
                .type = LETTER_TYPE_RECTIFY};
        const struct in_confidence secret = {.at_ms = MOMENT_MS,
                .by = "Bert",
                .text = "for us alone"};
        const struct case_line line = {.number = 5,
                .kind = CASE_KIND_SIGNAL_OUT,
                .erase_missing = i % 2 == 0};
        const struct case_detail detail = {.line = &line,
                .moments = &moment,
                .n_moments = 1,
                .confidence = &secret,
                .n_confidence = i % 2};
        const struct reply reply = {.case_ = &detail};
        struct shown row = {.line = "show|5", .lang = "en", .replies = &reply, .n = 1};
        if (!wire_put_arena(&WIRE_CONTENT, &rows[i].content, &arena, &moment.content,
                    &err))
            fail_msg("row %zu: %s", i, err.msg);
        memcpy(row.has, rows[i].has, sizeof rows[i].has);
        row.has[COUNT_OF(rows[i].has) - 1] =
                i % 2 == 0 ? "should have said by now" : "for us alone";
        for (size_t k = 0; k < COUNT_OF(rows[i].has); k++)
            if (row.has[k] == NULL)
                row.has[k] = "An";
        row.lacks[0] = i % 2 == 0 ? "for us alone" : "should have said by now";
        shown_all(&row, 1);
    }
    arena_free(&arena);
}

static void the_option_that_is_wrong_is_named(void **state)
{
    (void)state;
    shown_all(WRONG_ROWS, COUNT_OF(WRONG_ROWS));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(the_option_that_is_wrong_is_named),
            cmocka_unit_test(what_leaves_is_told),
            cmocka_unit_test(partners_are_told),
            cmocka_unit_test(each_thing_said_is_shown),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, make_home, drop_home);
}

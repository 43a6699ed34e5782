/* unit_cli_reports.c - reports for a spreadsheet, byte by byte, and for people: what a
 * cell holds, and what each row says is counted. */
#include "tests/cli_shown.h"

/* clang-format off */
#define MARK "\xEF\xBB\xBF"
#define LAST ",\"Partners, not people.\"\r\n"

static const uint16_t CELLS[] = {REPORT_WORD_PARTNER, REPORT_WORD_TIME};
static const uint16_t LATE[] = {REPORT_WORD_PARTNER, REPORT_WORD_IN_TIME, REPORT_WORD_TIME};
static const uint16_t COUNTS[] = {REPORT_WORD_NEED, REPORT_WORD_DAYS};
#define ROW(...) {.cells = (const char *const[]){__VA_ARGS__}, .n_cells = sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *)}

static const struct report_row ODD[] = {
        ROW("=1+1", "5400000"), ROW("+32", "359999"), ROW("-1", "0"), ROW("@SUM(A1)", ""), ROW("\t=1", ""), ROW("\r=1", ""),
        ROW("a=1", ""), ROW("he said \"no\"", ""), ROW("one,two", ""), ROW("one\ntwo", ""), ROW("=\"a\"", ""), ROW("", ""), ROW("short"),
};
static const struct report_row GAPS[] = {ROW("debt", "12"), ROW("of_another_time", "3")};
static const struct report_table TABLES[] = {
        {.title = REPORT_WORD_ANSWERS, .columns = CELLS, .n_columns = COUNT_OF(CELLS), .rows = ODD, .n_rows = COUNT_OF(ODD)},
        {.title = REPORT_WORD_GAPS, .columns = COUNTS, .n_columns = COUNT_OF(COUNTS), .rows = GAPS, .n_rows = COUNT_OF(GAPS)},
};
static const struct report TOLD = {.kind = REPORT_KIND_CAPACITY, .period = "2026-09", .place = "21004",
        .note = "Partners, not people.", .tables = TABLES, .n_tables = COUNT_OF(TABLES)};
static const struct report PART = {.kind = REPORT_KIND_CAPACITY, .period = "2026-09", .place = "", .note = "Partners, not people.",
        .tables = TABLES, .n_tables = COUNT_OF(TABLES), .more = true};
static const struct report EMPTY = {.kind = REPORT_KIND_BARRIERS, .period = "2026", .place = "", .note = "Only \"reports\".",
        .tables = (const struct report_table[]){{.title = REPORT_WORD_BARRIERS, .columns = COUNTS, .n_columns = COUNT_OF(COUNTS)}}, .n_tables = 1};

static const struct report RUNNING = {.kind = REPORT_KIND_CAPACITY, .period = "2026", .place = "", .note = "Partners, not people.",
        .tables = TABLES, .n_tables = COUNT_OF(TABLES), .running = true};

/* Letters with accents take one column each. */
static const struct report ACCENTS = {.kind = REPORT_KIND_FLOW, .period = "2026", .place = "", .note = "",
        .tables = (const struct report_table[]){{.title = REPORT_WORD_ANSWERS, .columns = LATE, .n_columns = COUNT_OF(LATE),
                .rows = (const struct report_row[]){ROW("ocmw", "7", "60000")}, .n_rows = 1}}, .n_tables = 1};

/* The whole file. */
static const char ODD_FILE[] = MARK
        "\"period\",\"partner\",\"hours (half within)\",\"what is counted\"\r\n"
        "\"2026-09\",\"'=1+1\",\"1.5\"" LAST
        "\"2026-09\",\"'+32\",\"0.0\"" LAST
        "\"2026-09\",\"'-1\",\"0.0\"" LAST
        "\"2026-09\",\"'@SUM(A1)\",\"\"" LAST
        "\"2026-09\",\"' =1\",\"\"" LAST
        "\"2026-09\",\"' =1\",\"\"" LAST
        "\"2026-09\",\"a=1\",\"\"" LAST
        "\"2026-09\",\"he said \"\"no\"\"\",\"\"" LAST
        "\"2026-09\",\"one,two\",\"\"" LAST
        "\"2026-09\",\"one two\",\"\"" LAST
        "\"2026-09\",\"'=\"\"a\"\"\",\"\"" LAST
        "\"2026-09\",\"\",\"\"" LAST
        "\"2026-09\",\"short\",\"\"" LAST;

static const struct sector SECTORS[] = {{.code = "11002A00-", .from_day = 14975, .until_day = 20453}};
static const struct area_line PLACES[] = {{.nis = "21004", .nl = "Brussel", .fr = "Bruxelles", .en = "Brussels", .sector_count = 1, .sectors = SECTORS, .n_sectors = 1}};
static const struct area_list AREAS = {.areas = PLACES, .n_areas = 1};
static const struct area_list PAGE = {.areas = PLACES, .n_areas = 1, .more = true};
static const struct area_list NO_AREAS = {.n_areas = 0};

static const struct shown SHEETS[] = {
        {"report|capacity|--csv", "en", REPLIES({.report = &TOLD}), SAYS(ODD_FILE), NEVER("signals")},
        {"report|capacity|--csv|--table|gaps", "nl", REPLIES({.report = &TOLD}), SAYS("\"wat geteld is\"\r\n", "\"of_another_time\",\"3\"" LAST)},
        {"report|barriers|--csv", "fr", REPLIES({.report = &EMPTY}), SAYS("\"ce qui est compté\"\r\n", "Only \"reports\"."), NEVER("personnes", "reports")},
        {"report|capacity|--csv", "en", REPLIES({.report = &PART}), SAYS(ODD_FILE, "There is more than fits here")},
        /* A row that is copied says itself that more will come. */
        {"report|capacity|--csv|--table|gaps", "en", REPLIES({.report = &RUNNING}), SAYS("\"of_another_time\",\"3\",\"This period is not over yet. Partners, not people.\"\r\n")},
        {"report|capacity|--csv|--table|funnel", "en", .status = EXIT_USAGE, REPLIES({.report = &TOLD}), SAYS("this report has no such table")},
        {"areas|--csv", "fr", REPLIES({.areas = &PAGE}), SAYS(MARK "\"Code INS\",\"Nom\",\"Secteurs\",\"Premier jour\",\"Dernier jour\"\r\n\"21004\",\"Bruxelles\",\"1\",\"\",\"\"\r\n")},
        {"areas|21004|--csv", "en", REPLIES({.areas = &AREAS}), SAYS("\"11002A00-\",\"21004\",\"Brussels\",\"01/01/2011\",\"31/12/2025\"\r\n")},
};
static const struct shown PEOPLE[] = {
        {"areas", "nl", REPLIES({.areas = &AREAS}), SAYS("NIS-code  Naam     Sectoren  Eerste dag  Laatste dag", "21004     Brussel  1")},
        {"areas", "en", REPLIES({.areas = &NO_AREAS}), SAYS("The steward has set no municipalities")},
        {"areas|21004", "fr", REPLIES({.areas = &AREAS}), SAYS("Bruxelles", "11002A00-  21004     Bruxelles  01/01/2011")},
        {"areas|11002A00-", "nl", REPLIES({.areas = &AREAS}), SAYS("11002A00-  21004"), NEVER("Gebied")},
        {"areas|99999", "nl", REPLIES({.areas = &NO_AREAS}), SAYS("99999 staat niet in de tabel")},
        {"report|capacity", "en", REPLIES({.report = &TOLD}), SAYS("2026-09, in 21004", "1 h 30 min", "Partners, not people.", "of_another_time")},
        {"report|flow", "fr", REPLIES({.report = &ACCENTS}), SAYS("partenaire  dans les délais  délai (moitié en)\nocmw                      7  1 min\n")},
        {"report|barriers", "nl", REPLIES({.report = &EMPTY}), SAYS("niets om te tonen", "Only \"reports\".")},
        {"report|barriers", "en", REPLIES({.code = ""}), .status = EXIT_USAGE},
};
/* clang-format on */

static void a_spreadsheet_gets_texts_and_what_is_counted(void **state)
{
    (void)state;
    shown_all(SHEETS, COUNT_OF(SHEETS));
    /* Nothing stands before or after it. */
    char line[1000];
    shown_line(&SHEETS[0], "", line);
    struct screen screen = screen_line(NULL, line);
    assert_string_equal(screen.out, ODD_FILE);
    assert_string_equal(screen.err, "");
    screen_done(&screen);
    /* That it is not all is said beside it. */
    shown_line(&SHEETS[3], "", line);
    screen = screen_line(NULL, line);
    assert_string_equal(screen.out, ODD_FILE);
    assert_string_not_equal(screen.err, "");
    screen_done(&screen);
}

static void people_read_tables(void **state)
{
    (void)state;
    shown_all(PEOPLE, COUNT_OF(PEOPLE));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(a_spreadsheet_gets_texts_and_what_is_counted),
            cmocka_unit_test(people_read_tables),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, make_home, drop_home);
}

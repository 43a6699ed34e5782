/* unit_steward_areas.c - the steward's tables of municipalities and sectors: each fault
 * with its line, and set whole or not at all. */
#include "core/steward.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/bundle.h"
#include "core/hash.h"
#include "core/home.h"
#include "core/time.h"
#include "tests/temp.h"

#define PASSPHRASE   "a passphrase for tests"
#define AREA_HEAD    "nis\tnl\tfr\ten\tvalid_from\tvalid_until\n"
#define SECTOR_HEAD  "sector\tnis\tname\tvalid_from\tvalid_until\n"
#define AREA(nis)    nis "\tStad\tVille\tTown\t1977-01-01\topen\n"
#define SECTOR(s, n) s "\t" n "\twijk\t2011-01-01\topen\n"

static const int64_t NOW = INT64_C(1790000000000);

/* ------------------------------------------------------------- texts */

struct read {
    struct arena arena;
    struct steward_table table;
    struct table_trouble trouble;
    struct err err;
};

static bool read_texts(struct read *read, struct span areas, struct span sectors)
{
    *read = (struct read){.arena = arena_new(HOME_BUNDLE_ARENA)};
    assert_non_null(read->arena.at);
    return steward_table_read(areas, sectors, &read->arena, &read->table,
            &read->trouble, &read->err);
}

static void a_table_is_read_in_its_own_order(void **state)
{
    struct read read;
    size_t n;
    (void)state;
    assert_true(read_texts(&read,
            span_text("# a remark\r\n\n" AREA_HEAD AREA(
                    "44099") "21004\tBrussel\tBruxelles\tBrussels\topen\t2025-12-31\r\n"),
            span_text(SECTOR_HEAD SECTOR("44001A01-",
                    "44099") "44001A00-\t44099\t\t2000-01-01\t2010-12-31\n" SECTOR("44001A00-",
                    "44099") "# no sector of 21004 is known\n")));
    assert_int_equal(read.table.n_areas, 2);
    assert_string_equal(read.table.areas[0].nis, "21004");
    assert_string_equal(read.table.areas[0].fr, "Bruxelles");
    assert_int_equal(read.table.areas[0].from_day, 0);
    assert_int_equal(read.table.areas[0].until_day, 20453);
    assert_int_equal(read.table.areas[1].until_day, 0);
    const struct table_sector *sectors =
            steward_table_sectors(&read.table, "44099", &n);
    assert_int_equal(n, 3);
    assert_string_equal(sectors[0].code, "44001A00-");
    assert_int_equal(sectors[0].until_day, sectors[1].from_day - 1);
    assert_string_equal(sectors[2].code, "44001A01-");
    assert_null(steward_table_sectors(&read.table, "21004", &n));
    assert_int_equal(n, 0);
    arena_free(&read.arena);
}

/* The texts behind their heads. */
static const struct {
    const char *areas, *sectors;
    enum table_fault fault;
    bool in_sectors;
    uint32_t line, other_line;
} FAULTS[] = {
        {"",                                          "",                                              TABLE_FAULT_EMPTY,    false,                                                                              1,                                                                                                                                 0},
        {"21004\tx\tx\tx\topen\n",                    "",                                              TABLE_FAULT_COLUMNS,  false,                                                                              2,                                                                                                                                 0},
        {"21004\tx\tx\tx\topen\topen\topen\n",        "",                                              TABLE_FAULT_COLUMNS,  false,                                                                              2,                                                                                                                                 0},
        {"21004\tx\tx\tx\topen\topen\tx\tx\tx\tx\n",  "",                                              TABLE_FAULT_COLUMNS,  false,                                                                              2,
         0                                                                                                                                                                                                                                                                                                                                           },
        {"21004\n",                                   "",                                              TABLE_FAULT_COLUMNS,  false,                                                                              2,                                                                                                                                 0},
        {"21004\tx\xFF\tx\tx\topen\topen\n",          "",                                              TABLE_FAULT_TEXT,     false,                                                                              2,                                                                                                                                 0},
        {"21004\tx\x1B\tx\tx\topen\topen\n",          "",                                              TABLE_FAULT_TEXT,     false,                                                                              2,                                                                                                                                 0},
        {AREA("21004") "2100\tx\tx\tx\topen\topen\n", "",                                              TABLE_FAULT_NIS,      false,                                                                              3,                                                                                                                                 0},
        {"21004A01-\tx\tx\tx\topen\topen\n",          "",                                              TABLE_FAULT_NIS,      false,                                                                              2,                                                                                                                                 0},
        {"21004\tx\tx\tx\t\topen\n",                  "",                                              TABLE_FAULT_DAY,      false,                                                                              2,                                                                                                                                 0},
        {"21004\tx\tx\tx\t2026-02-29\topen\n",        "",                                              TABLE_FAULT_DAY,      false,                                                                              2,                                                                                                                                 0},
        {"21004\tx\tx\tx\t1969-12-31\topen\n",        "",                                              TABLE_FAULT_DAY,      false,                                                                              2,                                                                                                                                 0},
        {"21004\tx\tx\tx\topen\tOPEN\n",              "",                                              TABLE_FAULT_DAY,      false,                                                                              2,                                                                                                                                 0},
        {"21004\tx\tx\tx\t2026-01-02\t2026-01-01\n",  "",                                              TABLE_FAULT_DAYS,     false,                                                                              2,                                                                                                                                 0},
        {AREA("21004") AREA("21005") AREA("21004"),   "",                                              TABLE_FAULT_REPEATED, false,                                                                              4,
         2                                                                                                                                                                                                                                                                                                                                           },
        {AREA("21004"),                               "21004A01\t21004\tx\topen\topen\n",              TABLE_FAULT_SECTOR,   true,                                                                               2,
         0                                                                                                                                                                                                                                                                                                                                           },
        {AREA("21004"),                               "21004\t21004\tx\topen\topen\n",                 TABLE_FAULT_SECTOR,   true,                                                                               2,
         0                                                                                                                                                                                                                                                                                                                                           },
        {AREA("21004"),                               "21004A01-\t2100\tx\topen\topen\n",              TABLE_FAULT_NIS,      true,                                                                               2,
         0                                                                                                                                                                                                                                                                                                                                           },
        {AREA("21004"),                               "21004A01-\t21004\topen\topen\n",                TABLE_FAULT_COLUMNS,  true,                                                                               2,
         0                                                                                                                                                                                                                                                                                                                                           },
        {AREA("21004"),                               "21004A01-\t21004\tx\t2011-1-1\topen\n",         TABLE_FAULT_DAY,      true,
         2,                                                                                                                                                                                                                                                                                                                                         0},
        {AREA("21004"),                               "21004A01-\t21004\tx\t2011-01-02\t2011-01-01\n",
         TABLE_FAULT_DAYS,                                                                                                   true,                                                                               2,                                                                                                                                 0},
 /* A code is never read for the municipality that it begins with. */
        {AREA("21004"),                               SECTOR("21004A01-",                              "21005"),             TABLE_FAULT_UNKNOWN,                                                                true,                                                                                                                              2, 0},
        {AREA("21004"),                                           "21004A01-\t21004\tx\t1976-12-31\topen\n",                                                                              TABLE_FAULT_OUTSIDE,
         true, 2,                                                                                                                                                                                                                                                                                                                                      0                                                                                                                                                                                                                                                                                                                                     },
        {"21004\tx\tx\tx\topen\t2025-12-31\n",                                           SECTOR("21004A01-",                                                       "21004"),
         TABLE_FAULT_OUTSIDE,                                   true,                                                                                                                                                                                                                                                                                                                       2,                                                                                                                                                                                                                                                                                  0},
        {"21004\tx\tx\tx\topen\t2025-12-31\n",
         "21004A01-\t21004\tx\topen\t2026-01-01\n",                                                                                         TABLE_FAULT_OUTSIDE,                                                                          true,                                                                                                                                                              2,
         0                                                                                                       },
        {AREA("21004"),                                           SECTOR("21004A01-",                                                                                          "21004") SECTOR("21004A01-",                                                                                                  "21004"),
         TABLE_FAULT_OVERLAP,                                                                                                                                     true,3, 2},
        {AREA("21004") AREA("21005"),
         "21004A01-\t21005\tx\t2026-01-01\topen\n"
                "21004A01-\t21004\tx\t2011-01-01\t2026-01-01\n",                                                                                     TABLE_FAULT_OVERLAP,                                                                                                        true,                                                                                                                                                                                          3,                                                                                                                                                             2                                                                                                                                                                                                                                                                                      },
        {AREA("21004") AREA("21005"),
         "21004A01-\t21005\tx\t2026-01-01\topen\n"
                "21004A01-\t21004\tx\t2011-01-01\t2025-12-31\n",                                                                                     TABLE_FAULT_NONE, false,0,0                                                                                                                                                                                                                                                                                      },
};

static void each_fault_is_told_with_its_line(void **state)
{
    char areas[512], sectors[512];
    (void)state;
    for (size_t i = 0; i < COUNT_OF(FAULTS); i++) {
        struct read read;
        snprintf(areas, sizeof areas, AREA_HEAD "%s", FAULTS[i].areas);
        snprintf(sectors, sizeof sectors, SECTOR_HEAD "%s", FAULTS[i].sectors);
        bool taken = read_texts(&read, span_text(areas), span_text(sectors));
        const struct table_trouble *trouble = &read.trouble;
        if (taken != (FAULTS[i].fault == TABLE_FAULT_NONE) ||
                trouble->fault != FAULTS[i].fault ||
                trouble->sectors != FAULTS[i].in_sectors ||
                trouble->line != FAULTS[i].line ||
                trouble->other_line != FAULTS[i].other_line)
            fail_msg("row %zu: fault %d line %u, other %u", i, trouble->fault,
                    trouble->line, trouble->other_line);
        if (!taken)
            assert_int_equal(read.err.code, E_FIELD);
        arena_free(&read.arena);
    }
}

static void a_file_begins_with_its_columns(void **state)
{
    static const struct {
        const char *areas, *sectors;
        bool in_sectors;
        uint32_t line;
    } rows[] = {
            {"",                      SECTOR_HEAD,                       false, 1},
            {"# only a remark\n",     SECTOR_HEAD,                       false, 1},
            {AREA("21004"),           SECTOR_HEAD,                       false, 1},
            {SECTOR_HEAD,             AREA_HEAD,                         false, 1},
            {AREA_HEAD AREA("21004"), "#\n" AREA_HEAD,                   true,  2},
            {AREA_HEAD AREA("21004"), "",                                true,  1},
            {AREA_HEAD AREA("21004"), "sector\tnis\tname\tvalid_from\n", true,  1},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct read read;
        assert_false(read_texts(&read, span_text(rows[i].areas),
                span_text(rows[i].sectors)));
        if (read.trouble.fault != TABLE_FAULT_HEAD ||
                read.trouble.sectors != rows[i].in_sectors ||
                read.trouble.line != rows[i].line)
            fail_msg("row %zu: %d line %u", i, read.trouble.fault, read.trouble.line);
        arena_free(&read.arena);
    }
}

/* Many lines of one form; to be freed. */
static char *many_lines(const char *head, unsigned n, bool sectors)
{
    size_t cap = strlen(head) + 64 * (size_t)n + 1, len = strlen(head);
    char *text = malloc(cap);
    assert_non_null(text);
    memcpy(text, head, len + 1);
    for (unsigned i = 0; i < n; i++)
        len += (size_t)(sectors ? snprintf(text + len, cap - len,
                                          "%05u%c%02u-\t%05u\t\topen\topen\n",
                                          i / 100 % 100000u, 'A', i % 100u,
                                          10000u + i / 100 % 600u)
                                : snprintf(text + len, cap - len,
                                          "%05u\t\t\t\topen\topen\n", 10000u + i));
    return text;
}

static void a_file_has_at_most_40000_sectors(void **state)
{
    struct read read;
    char *areas = many_lines(AREA_HEAD, DIRECTORY_AREAS_MAX, false);
    char *more = many_lines(AREA_HEAD, DIRECTORY_AREAS_MAX + 1, false);
    char *sectors = many_lines(SECTOR_HEAD, STEWARD_SECTOR_ROWS_MAX, true);
    char *too_many = many_lines(SECTOR_HEAD, STEWARD_SECTOR_ROWS_MAX + 1, true);
    (void)state;
    assert_true(read_texts(&read, span_text(areas), span_text(sectors)));
    assert_int_equal(read.table.n_sectors, STEWARD_SECTOR_ROWS_MAX);
    arena_free(&read.arena);
    assert_false(read_texts(&read, span_text(areas), span_text(too_many)));
    assert_int_equal(read.trouble.fault, TABLE_FAULT_MANY);
    assert_int_equal(read.trouble.line, STEWARD_SECTOR_ROWS_MAX + 2);
    arena_free(&read.arena);
    assert_false(read_texts(&read, span_text(more), span_text(sectors)));
    assert_int_equal(read.trouble.fault, TABLE_FAULT_MANY);
    assert_int_equal(read.trouble.line, DIRECTORY_AREAS_MAX + 2);
    arena_free(&read.arena);
    free(areas);
    free(more);
    free(sectors);
    free(too_many);
}

static void one_municipality_has_at_most_512(void **state)
{
    struct read read;
    char text[64 * 600] = SECTOR_HEAD;
    size_t len = strlen(text);
    (void)state;
    for (unsigned i = 0; i < STEWARD_SECTORS_MAX + 1; i++)
        len += (size_t)snprintf(text + len, sizeof text - len,
                "21004%c%02u-\t21004\t\topen\topen\n", (char)('A' + i / 100u),
                i % 100u);
    assert_false(read_texts(&read, span_text(AREA_HEAD "21004\t\t\t\topen\topen\n"),
            span_text(text)));
    assert_int_equal(read.trouble.fault, TABLE_FAULT_MANY);
    assert_string_equal(read.trouble.code, "21004");
    arena_free(&read.arena);
}

/* ------------------------------------------------------------- the desk */

struct desk {
    struct temp temp;
    char home[TEMP_PATH_BYTES];
    struct steward *steward;
    struct area_change changes[8];
    struct table_trouble trouble;
};

static int open_desk(void **state)
{
    struct desk *desk = calloc(1, sizeof *desk);
    struct err err = {0};
    assert_non_null(desk);
    assert_true(hash_start(&err));
    temp_init(&desk->temp);
    temp_path(&desk->temp, "steward", desk->home);
    desk->steward = steward_found(desk->home, "test-net", PASSPHRASE, NOW, &err);
    if (desk->steward == NULL)
        fail_msg("%s", err.msg);
    *state = desk;
    return 0;
}

static int close_desk(void **state)
{
    struct desk *desk = *state;
    steward_free(desk->steward);
    temp_done(&desk->temp);
    free(desk);
    return 0;
}

static enum code set(struct desk *desk, bool keep, const char *areas,
        const char *sectors)
{
    char texts[2][1024];
    struct read read;
    snprintf(texts[0], sizeof texts[0], AREA_HEAD "%s", areas);
    snprintf(texts[1], sizeof texts[1], SECTOR_HEAD "%s", sectors);
    assert_true(read_texts(&read, span_text(texts[0]), span_text(texts[1])));
    bool ok = steward_set_areas(desk->steward, &read.table, keep, NOW, desk->changes,
            &desk->trouble, &read.err);
    arena_free(&read.arena);
    return ok ? CODE_OK : read.err.code;
}

/* What a member sees who reads the bundle now. */
static struct directory *read_bundle(struct desk *desk)
{
    struct home_bundle file;
    struct err err = {0};
    struct arena arena = arena_new(HOME_BUNDLE_ARENA);
    struct directory *directory = directory_new(&err);
    assert_non_null(directory);
    if (!home_bundle_read(steward_bundle_path(desk->steward), &arena, &file, &err) ||
            !bundle_feed(&file.bundle, &file.network, directory, NOW, &arena, NULL,
                    NULL, &err))
        fail_msg("%s", err.msg);
    arena_free(&arena);
    return directory;
}

static const struct area *area_at(const struct directory *directory, size_t at,
        const char *nis, uint64_t version)
{
    const struct area *area = directory_area_at(directory, at);
    assert_non_null(area);
    assert_string_equal(area->nis, nis);
    assert_int_equal(area->version, version);
    return area;
}

static void what_differs_gets_the_next_version(void **state)
{
    struct desk *desk = *state;
    struct directory *directory;
    assert_int_equal(set(desk, true, AREA("21004") AREA("21005"),
                             SECTOR("21004A01-", "21004") SECTOR("21004A02-", "21004")),
            CODE_OK);
    assert_true(desk->changes[0].is_new);
    assert_int_equal(desk->changes[0].sectors_in, 2);
    assert_int_equal(desk->changes[1].sectors_in, 0);
    directory = read_bundle(desk);
    assert_int_equal(directory_serial(directory), 2);
    assert_true(directory_complete(directory));
    assert_int_equal(area_at(directory, 0, "21004", 1)->n_sectors, 2);
    directory_free(directory);
    /* The same again is no change, and a look changes nothing. */
    assert_int_equal(set(desk, true, AREA("21005") AREA("21004"),
                             SECTOR("21004A02-", "21004") SECTOR("21004A01-", "21004")),
            CODE_OK);
    assert_false(desk->changes[0].changed || desk->changes[0].sectors_in > 0);
    assert_int_equal(set(desk, false, AREA("21004") AREA("21005"),
                             SECTOR("21004A02-", "21005")),
            CODE_OK);
    assert_int_equal(desk->changes[0].sectors_out, 2);
    assert_int_equal(desk->changes[1].sectors_in, 1);
    directory = read_bundle(desk);
    assert_int_equal(directory_serial(directory), 2);
    directory_free(directory);
    /* A merger: one ends, and its sectors stand under the other from the next day. */
    assert_int_equal(set(desk, true,
                             "21004\tStad\tVille\tTown\t1977-01-01\t2025-12-31\n" AREA(
                                     "21005"),
                             "21004A01-\t21004\t\t2011-01-01\t2025-12-31\n"
                             "21004A01-\t21005\t\t2026-01-01\topen\n"),
            CODE_OK);
    assert_true(desk->changes[0].changed && !desk->changes[0].is_new);
    assert_int_equal(desk->changes[0].sectors_out, 2);
    assert_false(desk->changes[1].changed);
    assert_int_equal(desk->changes[1].sectors_in, 1);
    directory = read_bundle(desk);
    assert_int_equal(directory_serial(directory), 3);
    assert_true(directory_complete(directory));
    area_at(directory, 0, "21004", 2);
    area_at(directory, 1, "21005", 2);
    assert_string_equal(directory_area_of(directory, "21004A01-", 20453), "21004");
    assert_string_equal(directory_area_of(directory, "21004A01-", 20454), "21005");
    directory_free(directory);
}

static void what_was_said_of_a_place_is_not_dropped(void **state)
{
    struct desk *desk = *state;
    assert_int_equal(set(desk, true, AREA("21004") AREA("21005"), ""), CODE_OK);
    assert_int_equal(set(desk, true, AREA("21005") AREA("21006"), ""), E_FIELD);
    assert_int_equal(desk->trouble.fault, TABLE_FAULT_LEFT_OUT);
    assert_string_equal(desk->trouble.code, "21004");
    /* Nothing of it was taken, and the next one is. */
    struct directory *directory = read_bundle(desk);
    assert_int_equal(directory_area_count(directory), 2);
    directory_free(directory);
    assert_int_equal(set(desk, true, AREA("21004") AREA("21005") AREA("21006"), ""),
            CODE_OK);
    directory = read_bundle(desk);
    assert_int_equal(directory_area_count(directory), 3);
    directory_free(directory);
}

/* As many municipalities as there may be, and the sectors that there are. */
static void a_whole_country_fits_and_can_be_changed(void **state)
{
    static struct area_change changes[DIRECTORY_AREAS_MAX];
    struct desk *desk = *state;
    char *areas = many_lines(AREA_HEAD, DIRECTORY_AREAS_MAX, false);
    char *sectors = many_lines(SECTOR_HEAD, 20000, true);
    struct read read;
    for (int round = 0; round < 2; round++) {
        assert_true(read_texts(&read, span_text(areas), span_text(sectors)));
        for (size_t i = 0; round == 1 && i < read.table.n_areas; i++)
            read.table.areas[i].nl = "Een naam";
        if (!steward_set_areas(desk->steward, &read.table, true, NOW, changes,
                    &desk->trouble, &read.err))
            fail_msg("%s", read.err.msg);
        arena_free(&read.arena);
    }
    struct directory *directory = read_bundle(desk);
    assert_true(directory_complete(directory));
    assert_int_equal(directory_area_count(directory), DIRECTORY_AREAS_MAX);
    area_at(directory, 0, "10000", 2);
    directory_free(directory);
    free(areas);
    free(sectors);
}

static void a_desk_that_is_opened_again_goes_on(void **state)
{
    struct desk *desk = *state;
    struct err err = {0};
    assert_int_equal(set(desk, true, AREA("21004"), SECTOR("21004A01-", "21004")),
            CODE_OK);
    steward_free(desk->steward);
    desk->steward = steward_open(desk->home, PASSPHRASE, &err);
    assert_non_null(desk->steward);
    assert_int_equal(set(desk, true, AREA("21004"), ""), CODE_OK);
    struct directory *directory = read_bundle(desk);
    assert_int_equal(area_at(directory, 0, "21004", 2)->n_sectors, 0);
    directory_free(directory);
    /* Other changes leave the tables as they are. */
    assert_true(steward_publish(desk->steward, NOW + 1, &err));
    directory = read_bundle(desk);
    area_at(directory, 0, "21004", 2);
    assert_true(directory_complete(directory));
    directory_free(directory);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
            cmocka_unit_test(a_table_is_read_in_its_own_order),
            cmocka_unit_test(each_fault_is_told_with_its_line),
            cmocka_unit_test(a_file_begins_with_its_columns),
            cmocka_unit_test(a_file_has_at_most_40000_sectors),
            cmocka_unit_test(one_municipality_has_at_most_512),
            cmocka_unit_test_setup_teardown(what_differs_gets_the_next_version,
                    open_desk, close_desk),
            cmocka_unit_test_setup_teardown(what_was_said_of_a_place_is_not_dropped,
                    open_desk, close_desk),
            cmocka_unit_test_setup_teardown(a_whole_country_fits_and_can_be_changed,
                    open_desk, close_desk),
            cmocka_unit_test_setup_teardown(a_desk_that_is_opened_again_goes_on,
                    open_desk, close_desk),
    };
    struct err err = {0};
    if (!hash_start(&err))
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}

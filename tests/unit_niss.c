/* unit_niss.c - national numbers and BIS numbers: their check digits and dates, finding
 * them in texts, and not finding them in other numbers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/ids.h"
#include "core/niss.h"
#include "core/span.h"
#include "core/wire_find.h"
#include "core/wire_walk.h"
#include "gen/bus.h"
#include "gen/content.h"

/* From the first nine digits to the whole number, by the rule as it is written down;
 * born: before 2000, or from then on. */
static void number_of(uint32_t nine, bool from_2000, char text[16])
{
    uint64_t whole = nine + (from_2000 ? UINT64_C(2000000000) : 0);
    snprintf(text, 16, "%09u%02u", nine, (unsigned)(97 - whole % 97));
}

static const struct row {
    const char *text;
    bool whole; /* the text is one */
    bool inside;
} ROWS[] = {
        {"85073003328",                             true,  true },
        {"85.07.30-033.28",                         true,  true },
        {"85 07 30 033 28",                         true,  true },
        {"850730-033-28",                           true,  true },
        {"850730 03328",                            true,  true },
        {"8507 3003 328",                           true,  true },
        {"8 5 0 7 3 0 0 3 3 2 8",                   true,  true },
        {"8.5.0.7.3.0.0.3.3.2.8",                   true,  true },
        {"85/07/30 033 28",                         true,  true },
        {"85_07_30_033_28",                         true,  true },
        {"(85)07.30(033)28",                        true,  true },
        {"85:07:30:033:28",                         true,  true },
        {"85*07*30*033*28",                         true,  true },
        {"85,07,30,033,28",                         true,  true },
        {"85\xC2\xA0"
         "07\xC2\xA0"
         "30\xC2\xA0"
         "033\xC2\xA0"
         "28",                             true,  true },
        {"85.07.30\xE2\x80\x93"
         "033.28",                         true,  true },
        {"85.07.30\xE2\x80\x91"
         "033.28",                         true,  true },
        {"85.07.30\xE2\x88\x92"
         "033.28",                         true,  true },
        {"85\xE2\x80\xAF"
         "07\xE2\x80\x89"
         "30033 28",                       true,  true },
        {"85073003329",                             false, false},
        {"85073003327",                             false, false},
        {"00012556777",                             true,  true },
        {"85273003371",                             true,  true },
        {"85473003317",                             true,  true },
        {"8507300332",                              false, false},
        {"850730033281",                            false, false},
        {"",                                        false, false},
        {"her number is 85.07.30-033.28, she said", false, true },
        {"number:85073003328.",                     false, true },
        {"x85073003328y",                           false, true },
        {"1 85073003328",                           false, true },
        {"85073003328 en 02 555 12 34",             false, true },
        {"85.07.30 - 033 - 28",                     true,  true },
        {"85 07 30    033 28",                      true,  false},
        {"85 07 30\n033 28",                        false, false},
        {"+85073003328",                            false, true },
        {"BE68 5390 0754 7034",                     false, false},
        {"BE71 0961 2345 6769",                     false, false},
        {"BE68539007547034",                        false, false},
        {"+++090/9337/55493+++",                    false, false},
        {"BE 0403.170.701",                         false, false},
        {"call 02 555 12 34 before 10",             false, false},
        {"0475 12 34 56 / 02 555 12 34",            false, false},
        {"0032 475 12 34 56",                       false, false},
        {"21/11/2026 en 22/11/2026",                false, false},
        {"2026-11-21 10:30 - 12:45",                false, false},
        {"tussen 09:30 en 12:15, of na 14:00",      false, false},
        {"1, 2, 3, 4, 5, 6, 7, 8",                  false, false},
};

static void what_is_one_and_what_is_not(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        bool whole = niss_ok(ROWS[i].text);
        bool inside = niss_within(ROWS[i].text);
        if (whole != ROWS[i].whole || inside != ROWS[i].inside)
            print_error("\"%s\"\n", ROWS[i].text);
        assert_int_equal(whole, ROWS[i].whole);
        assert_int_equal(inside, ROWS[i].inside);
    }
    assert_false(niss_within(NULL));
}

/* The date of birth in front is a day that there is, as far as it is known. */
static void the_date_must_be_one(void **state)
{
    (void)state;
    static const struct {
        uint32_t date; /* YYMMDD */
        bool before_2000, from_2000;
    } rows[] = {
            {850730, true,  true },
            {850731, true,  true },
            {850732, false, false},
            {850631, false, false},
            {850229, false, false},
            {840229, true,  true },
            {229,    false, true }, /* 1900 was no leap year, 2000 was */
            {850230, false, false},
            {851231, true,  true },
            {851301, false, false},
            {851901, false, false},
            {852001, true,  true }, /* BIS, month not known */
            {852701, true,  true },
            {853201, true,  true },
            {853301, false, false},
            {854001, true,  true },
            {855201, true,  true },
            {855301, false, false},
            {859901, false, false},
            {852229, false, false},
            {842229, true,  true },
            {850000, true,  true }, /* only the year is known */
            {850001, true,  true },
            {850700, true,  true }, /* not the day */
            {850032, false, false},
            {1,      true,  true }, /* nothing is known: 00.00.01 */
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char text[16];
        number_of(rows[i].date * 1000 + 33, false, text);
        if (niss_ok(text) != rows[i].before_2000)
            fail_msg("%s", text);
        number_of(rows[i].date * 1000 + 33, true, text);
        if (niss_ok(text) != rows[i].from_2000)
            fail_msg("%s, from 2000", text);
    }
}

static void the_serial_number_has_its_ends(void **state)
{
    (void)state;
    static const struct {
        uint32_t serial;
        bool ok;
    } rows[] = {
            {0,   false},
            {1,   true },
            {998, true },
            {999, false}
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char text[16];
        number_of(850730000 + rows[i].serial, false, text);
        assert_int_equal(niss_ok(text), rows[i].ok);
    }
}

/* Of the hundred endings of nine digits, one is right for each century. */
static void the_check_digits_are_computed(void **state)
{
    (void)state;
    for (uint32_t serial = 1; serial < 998; serial += 7) {
        unsigned n_right = 0;
        for (unsigned check = 0; check < 100; check++) {
            char text[16];
            snprintf(text, sizeof text, "850730%03u%02u", serial, check);
            n_right += niss_ok(text);
        }
        assert_int_equal(n_right, 2);
    }
}

/* However many small numbers stand in front of it. */
static void one_is_found_behind_others(void **state)
{
    (void)state;
    char text[400];
    for (size_t n = 0; n <= 150; n++) {
        for (size_t i = 0; i < n; i++)
            memcpy(text + 2 * i, "7 ", 2);
        strcpy(text + 2 * n, "85.07.30-033.28");
        assert_true(niss_within(text));
        strcpy(text + 2 * n, "85.07.30-033.29");
        assert_false(niss_within(text));
    }
}

/* Eleven digits with the code of a country in front: with the + they are a telephone
 * number, however they are written. */
static void a_telephone_number_is_none(void **state)
{
    (void)state;
    /* What stands between the digits of a mobile number. */
    static const struct {
        const char *front, *first, *next;
    } forms[] = {
            {"+32",   "",  "" },
            {"+32 ",  " ", " "},
            {"+32 ",  "/", "."},
            {"(+32)", " ", " "},
    };
    unsigned without = 0;
    for (unsigned n = 0; n < 100000; n++) {
        unsigned three = 450 + n % 50, rest = n * 7919u % 1000000u;
        char text[48];
        for (size_t i = 0; i < COUNT_OF(forms); i++) {
            snprintf(text, sizeof text, "%s%03u%s%02u%s%02u%s%02u", forms[i].front,
                    three, forms[i].first, rest / 10000, forms[i].next,
                    rest / 100 % 100, forms[i].next, rest % 100);
            if (niss_within(text))
                fail_msg("%s", text);
        }
        without += niss_within(strchr(text, '3'));
    }
    /* It is the + that says so. */
    assert_true(without > 0);
    assert_true(niss_within("bel +32 475 12 34 56 of 85073003328"));
    assert_true(niss_within("+32 475 12 34 56 85073003328"));
}

/* ------------------------------------------------------------ messages */

static void it_is_found_in_any_text_of_a_message(void **state)
{
    (void)state;
    char path[WIRE_PATH_BYTES];
    static const char *const own[] = {"niss"};
    static const struct wire_search any = {niss_within, NULL, 0};
    static const struct wire_search other = {niss_within, own, 1};
    static const char *const areas[] = {"21004", "85073003328"};
    const struct person person = {.name = "Rosa", .niss = "85073003328"};
    const struct referral referral = {.person = &person};
    const struct content content = {.referral = &referral};
    assert_true(wire_find_text(&WIRE_CONTENT, &content, &any, path));
    assert_string_equal(path, "referral.person.niss");
    assert_false(wire_find_text(&WIRE_CONTENT, &content, &other, path));
    assert_string_equal(path, "");
    const struct service service = {.areas = areas, .n_areas = 2};
    const struct statement statement = {.service = &service};
    assert_true(wire_find_text(&WIRE_STATEMENT, &statement, &other, path));
    assert_string_equal(path, "service.areas");
}

/* A core is read by the broker: each text of it is the name of a partner, which is no
 * number of a person, or too short for one. */
static void no_core_can_hold_one(void **state)
{
    (void)state;
    for (size_t i = 0; i < wire_field_count(&WIRE_LETTER_CORE); i++) {
        struct wire_field field = wire_field_at(&WIRE_LETTER_CORE, i);
        bool partner = strcmp(field.name, "sender") == 0 ||
                       strcmp(field.name, "recipient") == 0 ||
                       strcmp(field.name, "on_behalf_of") == 0;
        if (field.kind == WALK_TEXT && !partner && field.limit >= 11)
            fail_msg("%s could hold one", field.name);
    }
    assert_true(ids_partner_ok("ldc-noord-12"));
    assert_false(ids_partner_ok("85073003328"));
    assert_false(ids_partner_ok("rosa-85-07-30-033-28"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(what_is_one_and_what_is_not),
            cmocka_unit_test(the_date_must_be_one),
            cmocka_unit_test(the_serial_number_has_its_ends),
            cmocka_unit_test(the_check_digits_are_computed),
            cmocka_unit_test(one_is_found_behind_others),
            cmocka_unit_test(a_telephone_number_is_none),
            cmocka_unit_test(it_is_found_in_any_text_of_a_message),
            cmocka_unit_test(no_core_can_hold_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

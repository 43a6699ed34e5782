/* unit_alike.c - the same person in other words, and other persons in nearly the same
 * ones. All are made up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "nodes/alike.h"

struct pair {
    const char *a, *phone_a, *b, *phone_b;
    enum alike alike;
};

/* clang-format off */
static const struct pair PAIRS[] = {
    /* Spelling, accents, order, titles. */
    {"Maria Peeters, Kerkstraat 12", "", "Mevr. PEETERS Maria, Kerkstr. 12", "", ALIKE_SAME},
    {"Maria Peeters, Kerkstraat 12", "", "Maria Peters, kerkstraat 12 1080 Molenbeek", "", ALIKE_SAME},
    {"Renée Janssens, Lindelaan 4", "", "Renee Jansens, Lindelaan 4", "", ALIKE_SAME},
    {"Jozef De Clercq, Markt 3", "", "Jozef Declerck, Markt 3", "", ALIKE_SAME},
    {"An Vandamme, Zeedijkstraat 9", "", "An Van Damme, Zeedijkstraat 9", "", ALIKE_SAME},
    {"Yusuf Yılmaz, Brabantstraat 77", "", "Yusuf Yilmaz, Brabantstraat 77", "", ALIKE_SAME},
    {"Łukasz Nowak, Steenweg 5", "", "Lukasz Nowak, Steenweg 5", "", ALIKE_SAME},
    {"M. Peeters, Kerkstraat 12", "", "Maria Peeters, Kerkstraat 12", "", ALIKE_SAME},
    {"Marie-Claire Dubois, rue de la Poste 8", "", "Mme Dubois Marie Claire, R. de la Poste 8", "", ALIKE_SAME},
    {"Paul Martin, chaussée de Haecht 200", "", "Paul Martin, chee de Haecht 200", "", ALIKE_SAME},
    {"Paul Martin, av. Louise 20", "", "paul martin, Avenue Louise 20", "", ALIKE_SAME},
    {"Jan Claes, Gentsesteenweg 5", "", "Jan Claes, Gentsestwg 5", "", ALIKE_SAME},
    {"Jan Claes Kerkstraat 12", "", "Claes Jan, Kerkstraat 12", "", ALIKE_SAME},
    /* Phones. */
    {"Maria Peeters", "02 555 12 34", "Maria Peeters", "+32 2 555 12 34", ALIKE_SAME},
    {"Maria Peeters", "+32 (0)2 555 12 34", "Maria Peeters", "0032 2 5551234", ALIKE_SAME},
    {"Maria Peeters", "02/555.12.34", "her neighbour", "025551234", ALIKE_MAYBE},
    {"Maria Peeters", "02 555 12 34", "Karel Mertens", "02 555 12 35", ALIKE_NO},
    {"Maria Peeters", "112", "Karel Mertens", "112", ALIKE_NO},
    {"Maria Peeters", "", "Karel Mertens", "", ALIKE_NO},
    /* Box numbers and letters of houses. */
    {"Maria Peeters, Kerkstraat 12 bus 3", "", "Maria Peeters, Kerkstraat 12 bte 3", "", ALIKE_SAME},
    {"Maria Peeters, Kerkstraat 12 bus 3", "", "Maria Peeters, Kerkstraat 12/3", "", ALIKE_SAME},
    {"Maria Peeters, Kerkstraat 12 bus 3", "", "Maria Peeters, Kerkstraat 12 b3", "", ALIKE_SAME},
    {"Maria Peeters, Kerkstraat 12 bus 3", "", "Maria Peeters, Kerkstraat 12", "", ALIKE_SAME},
    {"Maria Peeters, Kerkstraat 12 bus 3", "", "Maria Peeters, Kerkstraat 12 bus 4", "", ALIKE_NO},
    {"Maria Peeters, Kerkstraat 12 bus 3", "", "Karel Mertens, Kerkstraat 12 bus 4", "", ALIKE_NO},
    {"Maria Peeters, Kerkstraat 12a", "", "Maria Peeters, Kerkstraat 12 A", "", ALIKE_SAME},
    {"Maria Peeters, Kerkstraat 12a", "", "Maria Peeters, Kerkstraat 12b", "", ALIKE_NO},
    /* Only an address, only a name. */
    {"Kerkstraat 12", "", "de vrouw in de Kerkstraat 12", "", ALIKE_MAYBE},
    {"Kerkstraat 12", "", "Maria Peeters, Kerkstraat 12", "", ALIKE_MAYBE},
    {"Maria Peeters, Kerkstraat 12", "", "Karel Mertens, Kerkstraat 12", "", ALIKE_MAYBE},
    {"Maria Peeters", "", "Peeters Maria, Kerkstraat 12", "", ALIKE_MAYBE},
    {"Maria Peeters", "", "Maria Peeters", "", ALIKE_MAYBE},
    {"Peeters", "", "Peeters", "", ALIKE_NO},
    {"Mevrouw Peeters", "", "Maria Peeters", "", ALIKE_NO},
    /* Other people. */
    {"Maria Peeters, Kerkstraat 12", "", "Maria Peeters, Lindelaan 4", "", ALIKE_NO},
    {"Maria Peeters, Kerkstraat 12", "", "Maria Peeters, Kerkstraat 14", "", ALIKE_NO},
    {"Maria Peeters, Kerkstraat 12", "", "Maria Peeters, Kerkstraat 121", "", ALIKE_NO},
    {"Maria Peeters", "", "Mario Pieters, Kerkstraat 12", "", ALIKE_NO},
    {"Kerkstraat 12", "", "Kapelstraat 12", "", ALIKE_NO},
    {"Kerkstraat 12", "", "Kerklaan 12", "", ALIKE_NO},
    {"rue Haute 8", "", "rue Basse 8", "", ALIKE_NO},
    /* Another script is compared as it is written; what is empty is like nothing. */
    {"\xd9\x85\xd8\xb1\xd9\x8a\xd9\x85 \xd8\xb9\xd9\x84\xd9\x8a, Kerkstraat 12", "",
     "\xd9\x85\xd8\xb1\xd9\x8a\xd9\x85 \xd8\xb9\xd9\x84\xd9\x8a, Kerkstr 12", "", ALIKE_SAME},
    {"", "", "", "", ALIKE_NO},
    {"12", "", "12", "", ALIKE_NO},
    {",,,;;", "", "Maria Peeters", "", ALIKE_NO},
};
/* clang-format on */

static void test_the_same_person_in_other_words(void **state)
{
    static const char *const NAMES[] = {"no", "maybe", "same"};
    (void)state;
    size_t n_wrong = 0;
    for (size_t i = 0; i < COUNT_OF(PAIRS); i++) {
        const struct alike_person a = {PAIRS[i].a, PAIRS[i].phone_a};
        const struct alike_person b = {PAIRS[i].b, PAIRS[i].phone_b};
        enum alike there = alike_judge(&a, &b);
        enum alike back = alike_judge(&b, &a);
        if (there == PAIRS[i].alike && back == there)
            continue;
        n_wrong++;
        print_message("\"%s\" and \"%s\": %s, %s, not %s\n", a.person, b.person,
                NAMES[there], NAMES[back], NAMES[PAIRS[i].alike]);
    }
    assert_int_equal(n_wrong, 0);
}

/* Longer than any field, and nothing but one kind of character: nothing is read past
 * its end. */
static void test_any_text_is_compared(void **state)
{
    static const char *const PIECES[] = {"a", "1", " ", ",", "\xc5\xbf", "\xc3",
            "straat", "1 b", "\xff\xfe", "de", "b1 "};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(PIECES); i++) {
        char text[3000] = "";
        size_t len = strlen(PIECES[i]);
        for (size_t at = 0; at + len < sizeof text; at += len)
            memcpy(text + at, PIECES[i], len + 1);
        const struct alike_person long_one = {text, text};
        const struct alike_person known = {"Maria Peeters, Kerkstraat 12",
                "02 555 12 34"};
        assert_int_equal(alike_judge(&long_one, &known), ALIKE_NO);
        (void)alike_judge(&long_one, &long_one);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(test_the_same_person_in_other_words),
            cmocka_unit_test(test_any_text_is_compared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

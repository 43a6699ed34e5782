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
#include "nodes/alike_person.h"

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

/* The decision of alike_who: what is known of the person of a consent, what is said of
 * the person that something is about, and the answer. */
struct two {
    struct alike_known consent, about;
    enum alike_who who;
    enum alike_ground ground; /* of OTHER */
};
#define NAMES(a, b)                                                                    \
    {a, "", ""},                                                                       \
    {                                                                                  \
        b, "", ""                                                                      \
    }
#define BORN(a, on_a, b, on_b)                                                         \
    {a, on_a, ""},                                                                     \
    {                                                                                  \
        b, on_b, ""                                                                    \
    }

/* clang-format off */
static const struct two TWO[] = {
    /* One name, however it is written. */
    {NAMES("Maria Peeters", "Maria Peeters"), ALIKE_WHO_SAME, 0},
    {NAMES("Maria Peeters", "MARIA  PEETERS"), ALIKE_WHO_SAME, 0},
    {NAMES("Maria Peeters", "Peeters Maria"), ALIKE_WHO_SAME, 0},
    {NAMES("Maria Peeters", "Peeters, Maria"), ALIKE_WHO_SAME, 0},
    {NAMES("Maria Peeters", "Mevr. Maria Peeters"), ALIKE_WHO_SAME, 0},
    {NAMES("Maria Peeters", "Maria Peters"), ALIKE_WHO_SAME, 0},
    {NAMES("Renée Dubois", "Renee Dubois"), ALIKE_WHO_SAME, 0},
    {NAMES("Rene\xCC\x81""e Dubois", "Renée Dubois"), ALIKE_WHO_SAME, 0},
    {NAMES("Anne-Marie D'Hondt", "Annemarie D\xE2\x80\x99Hondt"), ALIKE_WHO_SAME, 0},
    {NAMES("Anne\xE2\x80\x91""Marie Dubois", "Anne Marie\xC2\xA0""Dubois"), ALIKE_WHO_SAME, 0},
    {NAMES("Jan De Wit", "Dewit Jan"), ALIKE_WHO_SAME, 0},
    {NAMES("An Van den Broeck", "An Vandenbroeck"), ALIKE_WHO_SAME, 0},
    {NAMES("\xC8\x98""tefan Pop", "Stefan Pop"), ALIKE_WHO_SAME, 0},
    {NAMES("dossier 1234", "Dossier 1234"), ALIKE_WHO_SAME, 0},
    /* Less of it. */
    {NAMES("Maria", "Maria Peeters"), ALIKE_WHO_SAME, 0},
    {NAMES("Maria Peeters", "Mevrouw Peeters"), ALIKE_WHO_SAME, 0},
    {NAMES("Maria Peeters-Claes", "Maria Claes"), ALIKE_WHO_SAME, 0},
    {NAMES("Maria Peeters", "M. Peeters"), ALIKE_WHO_SAME, 0},
    {NAMES("Maria Peeters", "M.P."), ALIKE_WHO_SAME, 0},
    {NAMES("Maria Peeters", "Maria Peeters, Kerkstraat 12 bus 3"), ALIKE_WHO_SAME, 0},
    {NAMES("Maria Peeters", "Peeters Maria Kerkstraat 12"), ALIKE_WHO_SAME, 0},
    {NAMES("Maria Peeters", "Maria Peeters, dochter van Jan Claes"), ALIKE_WHO_SAME, 0},
    /* Somebody else. */
    {NAMES("Jan Peeters", "Maria Peeters"), ALIKE_WHO_OTHER, ALIKE_BY_NAME},
    {NAMES("Maria Peeters", "Maria Claes"), ALIKE_WHO_OTHER, ALIKE_BY_NAME},
    {NAMES("Jan", "Maria Peeters"), ALIKE_WHO_OTHER, ALIKE_BY_NAME},
    {NAMES("Jan Claes", "Maria Peeters, dochter van Jan Claes"), ALIKE_WHO_OTHER, ALIKE_BY_NAME},
    {NAMES("M.", "Maria Peeters"), ALIKE_WHO_OTHER, ALIKE_BY_NAME},
    {NAMES("Maria Peeters", "M. Claes"), ALIKE_WHO_OTHER, ALIKE_BY_NAME},
    {NAMES("dossier 1234", "dossier 1235"), ALIKE_WHO_UNNAMED, 0},
    {NAMES("Michel Dubois", "Michele Dubois"), ALIKE_WHO_OTHER, ALIKE_BY_NAME},
    {NAMES("Maria Peeters", "de buurvrouw, Kerkstraat 12"), ALIKE_WHO_OTHER, ALIKE_BY_NAME},
    /* Nothing to compare. */
    {NAMES("Maria Peeters", ""), ALIKE_WHO_NOBODY, 0},
    {NAMES("", "Maria Peeters"), ALIKE_WHO_NOBODY, 0},
    {NAMES("Maria Peeters", " \t"), ALIKE_WHO_NOBODY, 0},
    {{"Maria Peeters", NULL, NULL}, {NULL, NULL, NULL}, ALIKE_WHO_NOBODY, 0},
    {NAMES("Maria Peeters", "Kerkstraat 12"), ALIKE_WHO_UNNAMED, 0},
    {NAMES("Maria Peeters", "Mevrouw"), ALIKE_WHO_UNNAMED, 0},
    {NAMES("Maria Peeters", ",;."), ALIKE_WHO_UNNAMED, 0},
    /* The date of birth parts one name in two, and forgives one letter. */
    {BORN("Maria Peeters", "1940-02-01", "Maria Peeters", "1940-02-01"), ALIKE_WHO_SAME, 0},
    {BORN("Maria Peeters", "1940-02-01", "Maria Peeters", "1941-02-01"), ALIKE_WHO_OTHER, ALIKE_BY_BIRTH},
    {BORN("Maria Peeters", "1940-02-01", "Maria Peeters", ""), ALIKE_WHO_SAME, 0},
    {BORN("Maria Peeters", "1940-02-01", "Maria Peeters", "01/02/1941"), ALIKE_WHO_SAME, 0},
    {BORN("Maria Janssens", "1940-02-01", "Maria Jansen", "1940-02-01"), ALIKE_WHO_SAME, 0},
    {BORN("Maria Janssens", "1940-02-01", "Maria Jansen", ""), ALIKE_WHO_OTHER, ALIKE_BY_NAME},
    {BORN("Jan Peeters", "1940-02-01", "Piet Peeters", "1940-02-01"), ALIKE_WHO_OTHER, ALIKE_BY_NAME},
    /* The national number decides, and says when somebody was born. */
    {{"Jan Claes", "1990-01-01", "85.07.30-033.28"}, {"Maria Peeters", "1940-02-01", "85073003328"}, ALIKE_WHO_SAME, 0},
    {{"Maria Peeters", "", "85073003328"}, {"Maria Peeters", "", "85073003427"}, ALIKE_WHO_OTHER, ALIKE_BY_NISS},
    {{"Maria Peeters", "1985-07-30", ""}, {"Maria Peeters", "", "85073003328"}, ALIKE_WHO_SAME, 0},
    {{"Maria Peeters", "1985-07-31", ""}, {"Maria Peeters", "", "85073003328"}, ALIKE_WHO_OTHER, ALIKE_BY_BIRTH},
    {{"Maria Peeters", "1985-07-30", ""}, {"Maria Peeters", "", "85473003317"}, ALIKE_WHO_SAME, 0},
    {{"Maria Peeters", "2005-07-30", ""}, {"Maria Peeters", "", "05073003326"}, ALIKE_WHO_SAME, 0},
    {{"Maria Peeters", "1985-07-31", ""}, {"Maria Peeters", "", "85000003306"}, ALIKE_WHO_SAME, 0},
    {{"Maria Peeters", "", "85073003328"}, {"Maria Peeters", "", "85073003329"}, ALIKE_WHO_SAME, 0},
};
/* clang-format on */

static void test_one_person_or_two(void **state)
{
    static const char *const WHO[] = {"same", "nobody", "unnamed", "other"};
    size_t n_wrong = 0;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(TWO); i++) {
        enum alike_ground there, back;
        const struct two *row = &TWO[i];
        enum alike_who who = alike_who(&row->consent, &row->about, &there);
        bool same = who == alike_who(&row->about, &row->consent, &back);
        bool ground = who != ALIKE_WHO_OTHER || there == row->ground;
        if (who == row->who && same && ground)
            continue;
        n_wrong++;
        print_message("\"%s\" and \"%s\": %s (%d), not %s (%d)%s\n", row->consent.name,
                row->about.name, WHO[who], (int)there, WHO[row->who], (int)row->ground,
                same ? "" : "; the other way about it is another");
    }
    assert_int_equal(n_wrong, 0);
}

/* A namesake is called the same in full. */
static void test_the_same_name_in_full(void **state)
{
    (void)state;
    assert_true(alike_same_name("Rosa Voorbeeld", "VOORBEELD, rosa"));
    assert_true(alike_same_name("Renée d'Hondt", "renee Dhondt"));
    assert_false(alike_same_name("Rosa Voorbeeld", "Rosa"));
    assert_false(alike_same_name("Rosa Voorbeeld", "Rosa Voorbeelt"));
    assert_false(alike_same_name("", ""));
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
        enum alike_ground ground;
        const struct alike_known person = {"Maria Peeters", "", ""};
        const struct alike_known any = {text, text, text};
        assert_int_not_equal(alike_who(&person, &any, &ground), ALIKE_WHO_SAME);
        (void)alike_who(&any, &any, &ground);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(test_the_same_person_in_other_words),
            cmocka_unit_test(test_one_person_or_two),
            cmocka_unit_test(test_the_same_name_in_full),
            cmocka_unit_test(test_any_text_is_compared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

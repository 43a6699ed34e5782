/* unit_open_text.c - what a text that everybody reads may not say: hard cases in Dutch,
 * French and English, and texts in which nothing is wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/open_text.h"
#include "core/span.h"

static const char *const NAMES[N_OPEN_FINDS] = {
        [OPEN_FIND_NOTHING] = "nothing",
        [OPEN_FIND_LENGTH] = "length",
        [OPEN_FIND_NISS] = "niss",
        [OPEN_FIND_PHONE] = "phone",
        [OPEN_FIND_EMAIL] = "email",
        [OPEN_FIND_STREET] = "street",
        [OPEN_FIND_DIGITS] = "digits",
        [OPEN_FIND_PLACE] = "place",
        [OPEN_FIND_NAME] = "name",
        [OPEN_FIND_AGE] = "age",
        [OPEN_FIND_LINK] = "link",
};

/* clang-format off */
static const struct row {
    const char *text;
    enum open_find find;
    const char *part; /* that is shown; NULL: any */
} ROWS[] = {
        /* Nothing is wrong. */
        {"", OPEN_FIND_NOTHING, ""},
        {"Wie kan elke week een uurtje komen kaarten?", OPEN_FIND_NOTHING, ""},
        {"Qui peut faire les courses une fois par semaine ?", OPEN_FIND_NOTHING, ""},
        {"Who can mend a tap? It takes half an hour.", OPEN_FIND_NOTHING, ""},
        {"Gezocht: 2 mensen voor 3 uur, liefst op dinsdag.", OPEN_FIND_NOTHING, ""},
        {"Op 01/02/2026 om 09.30 uur aan het plein.", OPEN_FIND_NOTHING, ""},
        {"Van 2026-02-01 tot 2026-03-01, van 9 tot 12 uur.", OPEN_FIND_NOTHING, ""},
        {"Bel het noodnummer 112 of het nummer 1712.", OPEN_FIND_NOTHING, ""},
        {"Een maaltijd kost 6,50 euro of 5.00 met korting.", OPEN_FIND_NOTHING, ""},
        {"In 1000 en 1050 Brussel zoeken we 12 vrijwilligers.", OPEN_FIND_NOTHING, ""},
        {"Open van 09.30-12.00 en van 14.00-16.30.", OPEN_FIND_NOTHING, ""},
        {"Iemand die Frans en een beetje Arabisch spreekt.", OPEN_FIND_NOTHING, ""},
        {"Een tuin van 40 m2 omspitten.", OPEN_FIND_NOTHING, ""},
        {"Une rue sans voitures pour les enfants.", OPEN_FIND_NOTHING, ""},
        {"Dans la rue avec 3 enfants depuis 2 ans.", OPEN_FIND_NOTHING, ""},
        {"There are 2 people in our street who can help.", OPEN_FIND_NOTHING, ""},
        {"De kinderen van 6 tot 12 jaar spelen op het plein.", OPEN_FIND_NOTHING, ""},
        {"Il reste 3 places pour samedi.", OPEN_FIND_NOTHING, ""},
        {"Onderweg allerlei 2 keer vergeten.", OPEN_FIND_PLACE, NULL},

        /* National numbers, also written so that they are not one group. */
        {"Haar nummer is 85.07.30-033.28.", OPEN_FIND_NISS, NULL},
        {"85 07 30 033 28", OPEN_FIND_NISS, NULL},
        {"NISS85073003328", OPEN_FIND_NISS, NULL},
        {"８５.０７.３０-０３３.２８", OPEN_FIND_NISS, NULL},
        {"85\u200B07\u200B30\u200B033\u200B28", OPEN_FIND_NISS, NULL},
        {"٨٥٠٧٣٠٠٣٣٢٨", OPEN_FIND_NISS, NULL},
        {"85.07.30-033.29", OPEN_FIND_NISS, "85.07.30-033.29"},

        /* Telephone numbers. */
        {"Bel 0471234567.", OPEN_FIND_PHONE, "0471234567"},
        {"Bel 0471 23 45 67 na 18 uur.", OPEN_FIND_PHONE, "0471 23 45 67"},
        {"0471/23.45.67", OPEN_FIND_PHONE, "0471/23.45.67"},
        {"tel. 02 123 45 67", OPEN_FIND_PHONE, "02 123 45 67"},
        {"02/123.45.67", OPEN_FIND_PHONE, NULL},
        {"09-123 45 67", OPEN_FIND_PHONE, NULL},
        {"+32 471 23 45 67", OPEN_FIND_PHONE, "+32 471 23 45 67"},
        {"+32(0)471/23 45 67", OPEN_FIND_PHONE, NULL},
        {"(+32) 2 123 45 67", OPEN_FIND_PHONE, NULL},
        {"0032 471 23 45 67", OPEN_FIND_PHONE, NULL},
        {"00 32 2 123 45 67", OPEN_FIND_PHONE, NULL},
        {"06 12 34 56 78", OPEN_FIND_PHONE, "06 12 34 56 78"},
        {"Appelez le 06.12.34.56.78 svp", OPEN_FIND_PHONE, "06.12.34.56.78"},
        {"+33 6 12 34 56 78", OPEN_FIND_PHONE, NULL},
        {"0 4 7 1 2 3 4 5 6 7", OPEN_FIND_PHONE, NULL},
        {"0-4-7-1-2-3-4-5-6-7", OPEN_FIND_PHONE, NULL},
        {"O471 23 45 67", OPEN_FIND_PHONE, "O471 23 45 67"},
        {"o471234567", OPEN_FIND_PHONE, NULL},
        {"gsm0471234567", OPEN_FIND_PHONE, "0471234567"},
        {"０４７１２３４５６７", OPEN_FIND_PHONE, NULL},
        {"0471\u00A023\u00A045\u00A067", OPEN_FIND_PHONE, NULL},
        {"0471–23–45–67", OPEN_FIND_PHONE, NULL},
        {"0️⃣4️⃣7️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣", OPEN_FIND_PHONE, NULL},
        {"0471🙂23🙂45🙂67", OPEN_FIND_PHONE, NULL},
        {"0800 12 345", OPEN_FIND_PHONE, NULL},
        {"vandaag 5, 0471 23 45 67", OPEN_FIND_PHONE, "0471 23 45 67"},
        {"471 23 45 67", OPEN_FIND_DIGITS, NULL},
        {"dossier 2026123", OPEN_FIND_DIGITS, "2026123"},
        {"BE68 5390 0754 7034", OPEN_FIND_DIGITS, NULL},
        {"12345678901234567890", OPEN_FIND_DIGITS, NULL},
        {"nul vier zeven een twee drie vier vijf zes zeven", OPEN_FIND_DIGITS, NULL},
        {"zéro quatre sept un deux trois", OPEN_FIND_DIGITS, NULL},

        /* E-mail. */
        {"Mail jan@voorbeeld.be", OPEN_FIND_EMAIL, "jan@voorbeeld.be"},
        {"jan.peeters+zorg@mail.voorbeeld.brussels", OPEN_FIND_EMAIL, "jan.peeters+zorg@mail.voorbeeld.brussels"},
        {"Vraag het. jan_p-q@voorbeeld.be", OPEN_FIND_EMAIL, "jan_p-q@voorbeeld.be"},
        {".-jan@voorbeeld.be", OPEN_FIND_EMAIL, ".-jan@voorbeeld.be"},
        {"jan @ voorbeeld . be", OPEN_FIND_EMAIL, NULL},
        {"jan＠voorbeeld．be", OPEN_FIND_EMAIL, NULL},
        {"jan (at) voorbeeld.be", OPEN_FIND_EMAIL, NULL},
        {"jan [at] voorbeeld punt be", OPEN_FIND_EMAIL, NULL},
        {"jan apenstaartje voorbeeld punt be", OPEN_FIND_EMAIL, NULL},
        {"jan arobase exemple point be", OPEN_FIND_EMAIL, NULL},
        {"Meet us at noon.", OPEN_FIND_NOTHING, ""},
        {"volg @buurthuis", OPEN_FIND_LINK, "@buurthuis"},
        {"zie facebook", OPEN_FIND_LINK, "facebook"},
        {"https://voorbeeld.be", OPEN_FIND_LINK, NULL},

        /* Streets with a number. */
        {"Kerkstraat 12", OPEN_FIND_STREET, "Kerkstraat 12"},
        {"In de kerkstraat 12 woont iemand", OPEN_FIND_STREET, "kerkstraat 12"},
        {"Kerkstraat 12b", OPEN_FIND_STREET, NULL},
        {"Kerkstraat, 12 bus 3", OPEN_FIND_STREET, NULL},
        {"Kerkstraat nr. 12", OPEN_FIND_STREET, NULL},
        {"Kerkstraat n° 12", OPEN_FIND_STREET, NULL},
        {"Kerkstraat op nummer 12", OPEN_FIND_STREET, NULL},
        {"op nummer 12 in de Kerkstraat", OPEN_FIND_STREET, NULL},
        {"Kerkstr. 12", OPEN_FIND_STREET, NULL},
        {"Gentsesteenweg 1200", OPEN_FIND_STREET, NULL},
        {"Gentse Steenweg 120", OPEN_FIND_STREET, "Gentse Steenweg 120"},
        {"Louizalaan 5", OPEN_FIND_STREET, NULL},
        {"Kerkweg 5", OPEN_FIND_STREET, NULL},
        {"Grote Markt 5", OPEN_FIND_STREET, "Grote Markt 5"},
        {"KERKSTRAAT 12", OPEN_FIND_STREET, NULL},
        {"Kerk\u00ADstraat 12", OPEN_FIND_STREET, NULL},
        {"Kerkstraat １２", OPEN_FIND_STREET, NULL},
        {"rue Haute 12", OPEN_FIND_STREET, "rue Haute 12"},
        {"rue haute 12, 1000 Bruxelles", OPEN_FIND_STREET, "rue haute 12"},
        {"12, rue de la Loi", OPEN_FIND_STREET, "12, rue de la Loi"},
        {"12 bis rue de l'Église", OPEN_FIND_STREET, NULL},
        {"12 rue haute", OPEN_FIND_STREET, NULL},
        {"Av. Louise 12", OPEN_FIND_STREET, "Av. Louise 12"},
        {"avenue de l'Hôpital, 12", OPEN_FIND_STREET, NULL},
        {"Bd du Midi n° 12", OPEN_FIND_STREET, NULL},
        {"chaussée de Saint-Job 12", OPEN_FIND_STREET, NULL},
        {"Place du Jeu de Balle 12", OPEN_FIND_STREET, NULL},
        {"Chée de Gand 12 bte 3", OPEN_FIND_STREET, NULL},
        {"12 Church Street", OPEN_FIND_STREET, "12 Church Street"},
        {"Church Street 12", OPEN_FIND_STREET, NULL},
        {"221B Baker Street", OPEN_FIND_STREET, NULL},
        {"12 church street", OPEN_FIND_PLACE, NULL},
        {"Kerkstraat 3 keer per week", OPEN_FIND_PLACE, NULL},
        {"Kerkstraat twaalf", OPEN_FIND_PLACE, NULL},
        {"Kerkplein 14.30 uur", OPEN_FIND_PLACE, NULL},
        {"bus 71", OPEN_FIND_PLACE, "bus 71"},
        {"appartement 4", OPEN_FIND_PLACE, NULL},
        {"de rue 12", OPEN_FIND_PLACE, NULL},

        /* Names, ages. */
        {"Vraag het aan mevrouw Peeters.", OPEN_FIND_NAME, "mevrouw Peeters"},
        {"Chez Mme. Dupont", OPEN_FIND_NAME, "Mme. Dupont"},
        {"Ask Mr Smith", OPEN_FIND_NAME, "Mr Smith"},
        {"Bij Jan Peeters in de tuin", OPEN_FIND_NAME, "Jan Peeters"},
        {"Een mevrouw zoekt gezelschap.", OPEN_FIND_NOTHING, ""},
        {"Een 84-jarige vrouw", OPEN_FIND_AGE, "84-jarige"},
        {"un homme de 79 ans", OPEN_FIND_AGE, "79 ans"},
        {"née le 3 mars 1941", OPEN_FIND_AGE, NULL},

        /* What is refused comes before what is not sure. */
        {"Mevrouw Peeters, 84 jaar, 0471 23 45 67", OPEN_FIND_PHONE, "0471 23 45 67"},
};
/* clang-format on */

static void test_rows(void **state)
{
    (void)state;
    int faults = 0;
    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        const struct row *row = &ROWS[i];
        struct open_text found = open_text_judge(row->text);
        bool part_ok = row->part == NULL ||
                       (found.len == strlen(row->part) &&
                               memcmp(row->text + found.at, row->part, found.len) == 0);
        if (found.find == row->find && part_ok)
            continue;
        faults++;
        print_error("\"%s\": %s in \"%.*s\", and not %s\n", row->text,
                NAMES[found.find], (int)found.len, row->text + found.at,
                NAMES[row->find]);
    }
    assert_int_equal(faults, 0);
}

static void test_what_is_refused(void **state)
{
    (void)state;
    assert_false(open_text_refused(OPEN_FIND_NOTHING));
    for (int find = OPEN_FIND_LENGTH; find < N_OPEN_FINDS; find++)
        assert_int_equal(open_text_refused((enum open_find)find),
                find <= OPEN_FIND_STREET);
}

/* One byte past what is looked through, and one less. */
static void test_length(void **state)
{
    (void)state;
    char text[OPEN_TEXT_BYTES + 1];
    memset(text, 'a', OPEN_TEXT_BYTES);
    text[OPEN_TEXT_BYTES] = '\0';
    assert_int_equal(open_text_judge(text).find, OPEN_FIND_LENGTH);
    text[OPEN_TEXT_BYTES - 1] = '\0';
    assert_int_equal(open_text_judge(text).find, OPEN_FIND_NOTHING);
    /* Each of them a piece of its own. */
    memset(text, '+', OPEN_TEXT_BYTES - 1);
    assert_int_equal(open_text_judge(text).find, OPEN_FIND_NOTHING);
}

/* Whatever stands around it, a number to call is found; and whatever bytes there are,
 * what is shown lies within the text. */
static void test_anywhere(void **state)
{
    (void)state;
    static const char pieces[][12] = {"1", "0471234567", " ", ".", "straat", "rue ",
            "Jan ", "@", "be", "-", "\xC3\xA9", "\xFF", "\xE2\x80", "12", "nr", ",",
            "+", "o", "Av", "bus"};
    uint32_t seed = 7;
    for (int round = 0; round < 20000; round++) {
        char text[256] = "";
        bool phone = false;
        for (int i = 0; i < 8; i++) {
            seed = seed * 1664525 + 1013904223;
            strcat(text, pieces[(seed >> 16) % COUNT_OF(pieces)]);
        }
        phone = strstr(text, " 0471234567 ") != NULL;
        struct open_text found = open_text_judge(text);
        assert_true(found.at + found.len <= strlen(text));
        if (phone && !open_text_refused(found.find))
            fail_msg("nothing found in \"%s\"", text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(test_rows),
            cmocka_unit_test(test_what_is_refused),
            cmocka_unit_test(test_length),
            cmocka_unit_test(test_anywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

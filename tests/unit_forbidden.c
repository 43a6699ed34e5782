/* unit_forbidden.c - no message, field, code, flag or setting asks for a person's
 * origin, ethnicity, skin, nationality, migration, religion, political view, trade
 * union or sexual life, in English, Dutch or French. The generators stop the build at a
 * field or a code; flags and settings are looked at here as well.
 *
 * Names of JSON are those of the fields, so they are looked at as well. What somebody
 * writes in a free text of its own will is no field. */
#include <ctype.h>
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/span.h"
#include "tests/temp.h"

enum { NAME_BYTES = 200, PATH_BYTES_MOST = 300 };

/* The words of proto/forbidden.txt: the whole, or how one begins. */
enum { WORDS_MOST = 200, WORD_BYTES = 32 };
static struct {
    char word[WORD_BYTES];
    bool begins;
} forbidden[WORDS_MOST];
static size_t n_forbidden;

static int read_words(void **state)
{
    char line[NAME_BYTES];
    FILE *file = fopen("proto/forbidden.txt", "r");
    (void)state;
    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL) {
        size_t len = strcspn(line, "*\n");
        if (len == 0 || line[0] == '#')
            continue;
        assert_true(n_forbidden < WORDS_MOST && len < WORD_BYTES);
        memcpy(forbidden[n_forbidden].word, line, len);
        forbidden[n_forbidden++].begins = line[len] == '*';
    }
    assert_int_equal(fclose(file), 0);
    return n_forbidden > 50 ? 0 : -1;
}

/* One word of a name, in small letters. */
static bool is_forbidden_word(const char *word)
{
    for (size_t i = 0; i < n_forbidden; i++) {
        size_t len = strlen(forbidden[i].word);
        if (forbidden[i].begins ? strncmp(word, forbidden[i].word, len) == 0
                                : strcmp(word, forbidden[i].word) == 0)
            return true;
    }
    return false;
}

/* trade_union, trade-union, tradeUnion and TradeUnion are the same two words. */
static bool is_forbidden(const char *name)
{
    char word[NAME_BYTES];
    size_t len = 0;
    for (const char *at = name;; at++) {
        bool part = isalnum((unsigned char)*at) != 0;
        bool hump = part && isupper((unsigned char)*at) && at > name &&
                    islower((unsigned char)at[-1]);
        if ((!part || hump) && len > 0) {
            word[len] = '\0';
            if (is_forbidden_word(word))
                return true;
            len = 0;
        }
        if (*at == '\0')
            return false;
        if (part && len + 1 < sizeof word)
            word[len++] = (char)tolower((unsigned char)*at);
    }
}

static void what_is_meant_is_found(void **state)
{
    (void)state;
    static const char *const bad[] = {"origin", "country_of_birth", "countryOfBirth",
            "person_origine", "ethnicity", "etnische_groep", "race", "huidskleur",
            "skinColour", "couleur_peau", "nationality", "nationaliteit", "nationalite",
            "migration_background", "migratieachtergrond", "religion", "godsdienst",
            "geloofsovertuiging", "political-view", "politieke_voorkeur", "trade_union",
            "tradeUnion", "vakbond", "syndicat", "sexual_orientation",
            "seksuele_voorkeur", "afkomst", "herkomst", "RELIGION_NONE"};
    static const char *const good[] = {"trace", "grace", "reunion_hall", "network",
            "needs", "niss", "landing", "contrast", "person", "language", "area",
            "gras", "terrace_cafe", "essex", "policy", "legal_status"};
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        if (!is_forbidden(bad[i]))
            fail_msg("\"%s\" passes", bad[i]);
    for (size_t i = 0; i < COUNT_OF(good); i++)
        if (is_forbidden(good[i]))
            fail_msg("\"%s\" does not pass", good[i]);
}

/* ------------------------------------------------------------ where names stand */

/* The next line of a text, copied; NULL at its end. */
static const char *next_line(const char *text, char line[], size_t cap)
{
    size_t len = strcspn(text, "\n");
    if (*text == '\0')
        return NULL;
    snprintf(line, cap, "%.*s", (int)(len < cap ? len : cap - 1), text);
    return text + len + (text[len] == '\n');
}

/* "repeated string needs = 6;  // why": what stands behind it is for people. */
static size_t names_of_proto(const char *path, const char *text)
{
    char line[1000];
    size_t n = 0;
    while ((text = next_line(text, line, sizeof line)) != NULL) {
        line[strcspn(line, "/")] = '\0';
        if (is_forbidden(line))
            fail_msg("%s: %s", path, line);
        n++;
    }
    return n;
}

/* The code, the first column. */
static size_t names_of_vocab(const char *path, const char *text)
{
    char line[4000];
    size_t n = 0;
    while ((text = next_line(text, line, sizeof line)) != NULL) {
        line[strcspn(line, "\t")] = '\0';
        if (is_forbidden(line))
            fail_msg("%s: %s", path, line);
        n++;
    }
    return n;
}

/* {"name", FLAG_TEXT, ...}: the flag. */
static size_t names_of_source(const char *path, const char *text)
{
    size_t n = 0;
    for (const char *at = strstr(text, "{\""); at != NULL; at = strstr(at + 1, "{\"")) {
        char name[NAME_BYTES];
        size_t len = strcspn(at + 2, "\"");
        snprintf(name, sizeof name, "%.*s",
                (int)(len < sizeof name ? len : sizeof name - 1), at + 2);
        if (is_forbidden(name))
            fail_msg("%s: %s", path, name);
        n++;
    }
    return n;
}

/* TEXT(broker_conf, listen, listen, ...: a setting. */
static size_t names_of_conf(const char *path, const char *text)
{
    size_t n = 0;
    for (const char *at = strstr(text, "_conf, "); at != NULL;
            at = strstr(at + 1, "_conf, ")) {
        char name[NAME_BYTES];
        const char *from = at + strlen("_conf, ");
        size_t len = strcspn(from, ",)");
        snprintf(name, sizeof name, "%.*s",
                (int)(len < sizeof name ? len : sizeof name - 1), from);
        if (is_forbidden(name))
            fail_msg("%s: %s", path, name);
        n++;
    }
    return n;
}

static size_t in_folder(const char *folder, const char *ending,
        size_t (*names)(const char *path, const char *text))
{
    DIR *dir = opendir(folder);
    size_t n = 0;
    assert_non_null(dir);
    for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        char path[PATH_BYTES_MOST];
        size_t len = strlen(entry->d_name), end = strlen(ending), size = 0;
        if (len <= end || strcmp(entry->d_name + len - end, ending) != 0)
            continue;
        /* What the program answers asks for nothing. */
        if (strcmp(entry->d_name, "code.tsv") == 0)
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        assert_false(is_forbidden(entry->d_name));
        uint8_t *bytes = temp_read(path, &size);
        assert_non_null(bytes);
        char *text = strndup((const char *)bytes, size);
        assert_non_null(text);
        n += names(path, text);
        free(text);
        free(bytes);
    }
    closedir(dir);
    return n;
}

static void nobody_asks_for_it(void **state)
{
    (void)state;
    assert_true(in_folder("proto", ".proto", names_of_proto) > 500);
    assert_true(in_folder("proto/vocab", ".tsv", names_of_vocab) > 200);
    assert_true(in_folder("nodes/cli", ".c", names_of_source) > 100);
    assert_true(in_folder("adapters", ".c", names_of_source) < 10000);
    assert_true(in_folder("core", "_conf.c", names_of_conf) > 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(what_is_meant_is_found),
            cmocka_unit_test(nobody_asks_for_it),
    };
    return cmocka_run_group_tests(tests, read_words, NULL);
}

/* unit_cli_kit.c - a network from a starter kit: one command, and the desk, the broker
 * and the tables are there; codes are copied from tables and never worked out. */
#include <sys/stat.h>

#include "core/home.h"
#include "nodes/cli/cli_kit.h"
#include "tests/cli_screen.h"
#include "tests/files.h"

enum { LINE_BYTES = 1200, TEXT_BYTES = 8192, SEEDS = 3 };

static struct temp temp;

static int make_folder(void **state)
{
    struct err err = {0};
    char path[TEMP_PATH_BYTES];
    (void)state;
    assert_true(hash_start(&err));
    temp_init(&temp);
    temp_path(&temp, "secret", path);
    temp_write(path, "correct horse\n", strlen("correct horse\n"));
    return chmod(path, 0600);
}

static int drop_folder(void **state)
{
    (void)state;
    temp_done(&temp);
    return 0;
}

/* The linker's names of what sees a name on the disk. */
bool __real_folder_sync_of(const char *path);
bool __wrap_folder_sync_of(const char *path);

static char synced[LINE_BYTES]; /* whose name was seen there last, of a folder */

bool __wrap_folder_sync_of(const char *path)
{
    struct stat info;
    if (stat(path, &info) == 0 && S_ISDIR(info.st_mode))
        snprintf(synced, sizeof synced, "%s", path);
    return __real_folder_sync_of(path);
}

/* "network new" for a folder below the temporary one. */
static struct screen make(const char *folder, const char *kit, const char *more)
{
    char line[LINE_BYTES];
    snprintf(line, sizeof line,
            "network|new|--network|wijk|--kit|%s|--dir|%s/%s|--address|"
            "tcp://127.0.0.1:7400|--passphrase-file|%s/secret%s",
            kit, temp.folder, folder, temp.folder, more);
    return screen_line(NULL, line);
}

static void expect(struct screen screen, int status, const char *words)
{
    if (screen.status != status ||
            (strstr(screen.out, words) == NULL && strstr(screen.err, words) == NULL))
        fail_msg("%d: %s%s", screen.status, screen.out, screen.err);
    screen_done(&screen);
}

static const char *text_of(const char *name)
{
    static char text[TEXT_BYTES];
    char path[TEMP_PATH_BYTES];
    temp_path(&temp, name, path);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    return text;
}

static size_t lines_of(const char *text)
{
    size_t n = 0;
    for (; *text != '\0'; text++)
        n += *text == '\n';
    return n;
}

/* Who does one after the other is not told off: a newcomer is a stranger to a broker
 * that has not loaded the bundle. */
static void assert_steps_in_order(const char *text)
{
    static const char *const STEPS[] = {"1.", "buurtbus-broker ", "2.", "node init ",
            "3.", "steward admit ", "4.", "broker load ", "5.", "node join ",
            "buurtbus-node ", "6.", "partnership propose ", "partnership agree ", "7.",
            "steward/reserve.key", "8.", "steward areas "};
    for (size_t i = 0; i < COUNT_OF(STEPS); i++) {
        const char *at = strstr(text, STEPS[i]);
        if (at == NULL)
            fail_msg("%s does not stand where it is needed: %s", STEPS[i], text);
        text = at;
    }
}

static void one_command_makes_a_network(void **state)
{
    struct err err = {0};
    struct home home;
    struct broker_conf conf;
    struct home_bundle bundle;
    char path[TEMP_PATH_BYTES];
    (void)state;
    expect(make("net", "brussel", ""), EXIT_OK, "kit/first-steps.txt");
    /* The desk in it has the keys of the network: it outlives the power. */
    temp_path(&temp, "net", path);
    assert_string_equal(synced, path);
    /* The broker has joined, and its settings are right. */
    temp_path(&temp, "net/broker", path);
    assert_true(home_broker_conf(path, &conf, &err));
    assert_int_equal(conf.n_timers, 1);
    assert_true(home_open(path, ROLE_BROKER, &home, &err));
    struct arena arena = arena_new(HOME_BUNDLE_ARENA);
    assert_true(home_joined_bundle(&home, &arena, &bundle, &err));
    assert_string_equal(bundle.network.name, "wijk");
    arena_free(&arena);
    home_close(&home);
    /* Nineteen municipalities, below a line of words and the head. */
    const char *areas = text_of("net/kit/areas.tsv");
    assert_int_equal(lines_of(areas), 2 + 19);
    assert_non_null(strstr(areas, "\n21015\tSchaarbeek\tSchaerbeek\t"));
    const char *sectors = text_of("net/kit/sectors.tsv");
    assert_int_equal(lines_of(sectors), 2 + 2);
    assert_non_null(strstr(sectors, "\n21004A01-\t21004\t"));
    assert_non_null(strstr(sectors, "\t2024-12-31\n"));
    assert_non_null(strstr(text_of("net/kit/partner-types.tsv"), "\nMELDPUNT\t"));
    assert_steps_in_order(text_of("net/kit/first-steps.txt"));
    static const char *const notices[] = {"net/kit/notice-nl.txt",
            "net/kit/notice-fr.txt", "net/kit/notice-en.txt"};
    for (size_t i = 0; i < COUNT_OF(notices); i++) {
        assert_non_null(strstr(text_of(notices[i]), "wijk"));
        assert_non_null(strstr(text_of(notices[i]), "112"));
    }
    /* Nothing is done twice in one folder. */
    expect(make("net", "brussel", ""), EXIT_REFUSED, "(E_DUPLICATE)");
}

/* All of it, and not only the folder. */
static void what_was_said_to_be_made_outlives_the_power(void **state)
{
    static const char *const FILES[] = {"kit/areas.tsv", "kit/sectors.tsv",
            "kit/partner-types.tsv", "kit/first-steps.txt", "kit/notice-nl.txt",
            "kit/notice-fr.txt", "kit/notice-en.txt"};
    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct err err = {0};
        struct broker_conf conf;
        char name[64], path[TEMP_PATH_BYTES];
        snprintf(name, sizeof name, "cut%d", (int)seed);
        files_begin(temp.folder, seed);
        expect(make(name, "brussel", ""), EXIT_OK, "kit/first-steps.txt");
        files_cut();
        files_power();
        files_end();
        for (size_t i = 0; i < COUNT_OF(FILES); i++) {
            snprintf(name, sizeof name, "cut%d/%s", (int)seed, FILES[i]);
            assert_true(lines_of(text_of(name)) > 2);
        }
        snprintf(name, sizeof name, "cut%d/broker", (int)seed);
        temp_path(&temp, name, path);
        assert_true(home_broker_conf(path, &conf, &err));
        assert_int_equal(conf.n_timers, 1);
    }
}

static void the_areas_are_those_of_the_kit_or_those_named(void **state)
{
    (void)state;
    expect(make("gbo", "gbo", ""), EXIT_USAGE, "--areas");
    expect(make("named", "gbo", "|--areas|11002,21004"), EXIT_OK, "wijk");
    const char *areas = text_of("named/kit/areas.tsv");
    assert_int_equal(lines_of(areas), 2 + 2);
    assert_non_null(strstr(areas, "\n11002\tAntwerpen\tAnvers\t"));
    /* What no table knows stands there without words. */
    expect(make("other", "antwerpen", "|--areas|44021"), EXIT_OK, "wijk");
    assert_non_null(
            strstr(text_of("other/kit/areas.tsv"), "\n44021\t\t\t\topen\topen\n"));
    assert_int_equal(lines_of(text_of("other/kit/sectors.tsv")), 2);
}

/* All of them, and not one more. */
static void a_network_has_at_most_64_areas(void **state)
{
    (void)state;
    char more[(KIT_AREAS_MAX + 2) * 6] = "|--areas|";
    size_t len = strlen(more);
    for (int i = 0; i < KIT_AREAS_MAX; i++)
        len += (size_t)snprintf(more + len, sizeof more - len, "%s%d",
                i == 0 ? "" : ",", 10001 + i);
    expect(make("all", "gbo", more), EXIT_OK, "wijk");
    assert_int_equal(lines_of(text_of("all/kit/areas.tsv")), 2 + KIT_AREAS_MAX);
    snprintf(more + len, sizeof more - len, ",20000");
    expect(make("more", "gbo", more), EXIT_USAGE, "--areas: too many; at most 64");
}

static void put_text(const char *name, const char *text)
{
    char path[TEMP_PATH_BYTES];
    temp_path(&temp, name, path);
    temp_write(path, text, strlen(text));
}

/* "steward areas" at the desk of a network, with two files. */
static struct screen set_areas(const char *more, const char *answers)
{
    char line[LINE_BYTES];
    snprintf(line, sizeof line,
            "steward|areas|%s/a.tsv|%s/s.tsv|--home|%s/desk/steward|--passphrase-file|"
            "%s/secret%s",
            temp.folder, temp.folder, temp.folder, temp.folder, more);
    return screen_line(answers, line);
}

#define AREAS_HEAD   "nis\tnl\tfr\ten\tvalid_from\tvalid_until\n"
#define SECTORS_HEAD "sector\tnis\tname\tvalid_from\tvalid_until\n"
#define ANTWERP      "11002\tAntwerpen\tAnvers\tAntwerp\t1977-01-01\t"

/* A kit has set its own tables; the steward sets others, or hears which line is wrong.
 */
static void the_desk_sets_tables_or_names_the_line(void **state)
{
    static const struct {
        const char *areas, *sectors, *lang, *says;
    } wrong[] = {
            {AREAS_HEAD,                                   SECTORS_HEAD, "en",
             "a.tsv, line 1: There is no municipality in it."                                 },
            {AREAS_HEAD ANTWERP "open\n"
                                "12x\n",      SECTORS_HEAD, "nl",
             "a.tsv, regel 3: Het aantal kolommen klopt niet."                                },
            {AREAS_HEAD ANTWERP "open\n" ANTWERP "open\n", SECTORS_HEAD, "fr",
             "a.tsv, ligne 3 : La commune 11002 figure aussi à la ligne 2."                 },
            {AREAS_HEAD ANTWERP "never\n",                 SECTORS_HEAD, "en",
             "a.tsv, line 2: A day is YYYY-MM-DD"                                             },
            {AREAS_HEAD ANTWERP "open\n",
             SECTORS_HEAD "11002A00-\t21004\t\t2011-01-01\topen\n",      "en",
             "s.tsv, line 2: Municipality 21004 is not in the list"                           },
            {AREAS_HEAD ANTWERP "2020-12-31\n",
             SECTORS_HEAD "11002A00-\t11002\t\t2011-01-01\topen\n",      "nl",
             "s.tsv, regel 2: Sector 11002A00- heeft dagen waarop zijn gemeente niet bestaat."},
            {AREAS_HEAD "11003\tx\tx\tx\topen\topen\n",    SECTORS_HEAD, "fr",
             "a.tsv : La commune 11002 est déjà fixée et manque ici."                     },
            {"",                                           SECTORS_HEAD, "en", "(E_SIZE)"     },
    };
    char lang[40];
    (void)state;
    expect(make("desk", "antwerpen", ""), EXIT_OK, "wijk");
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        put_text("a.tsv", wrong[i].areas);
        put_text("s.tsv", wrong[i].sectors);
        snprintf(lang, sizeof lang, "|--lang|%s", wrong[i].lang);
        expect(set_areas(lang, NULL), EXIT_REFUSED, wrong[i].says);
    }
    put_text("a.tsv", AREAS_HEAD ANTWERP "2026-12-31\n");
    put_text("s.tsv", SECTORS_HEAD "11002A00-\t11002\t\t2011-01-01\t2026-12-31\n"
                                   "11002A01-\t11002\t\t2011-01-01\t2026-12-31\n");
    expect(set_areas("|--lang|en|--look", NULL), EXIT_OK,
            "lines about sectors: 2 more, 1 fewer");
    expect(set_areas("|--lang|en", "n\n"), EXIT_OK, "Nothing was done.");
    expect(set_areas("|--lang|en", "y\n"), EXIT_OK, "Municipalities that changed: 1.");
    expect(set_areas("|--lang|nl", NULL), EXIT_OK, "Er is niets gedaan.");
    put_text("a.tsv", AREAS_HEAD ANTWERP "2027-12-31\n");
    expect(set_areas("|--lang|fr", NULL), EXIT_OK, "nom ou dates");
}

static void wrong_use_is_named(void **state)
{
    char deep[400];
    (void)state;
    expect(make("x", "gent", ""), EXIT_USAGE, "--kit");
    memset(deep, 'd', sizeof deep - 1);
    deep[sizeof deep - 1] = '\0';
    expect(make(deep, "brussel", ""), EXIT_USAGE, "too long");
    expect(make("no/such/folder", "brussel", ""), EXIT_COULD_NOT, "(ERR_IO)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(one_command_makes_a_network),
            cmocka_unit_test(what_was_said_to_be_made_outlives_the_power),
            cmocka_unit_test(the_areas_are_those_of_the_kit_or_those_named),
            cmocka_unit_test(a_network_has_at_most_64_areas),
            cmocka_unit_test(the_desk_sets_tables_or_names_the_line),
            cmocka_unit_test(wrong_use_is_named),
    };
    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}

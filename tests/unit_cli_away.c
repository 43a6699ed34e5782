/* unit_cli_away.c - what doctor and backup say while the program does not run: what
 * lies on the disk is looked at, and each thing that is wrong with it is named. */
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "tests/cli_screen.h"

enum {
    LINE_BYTES = 1000,
    LOCK_START = 0x40000000, /* where SQLite takes its locks */
    LOCK_LEN = 512,
};

static const char *const INITS[] = {
        "node|init|--partner|a-house|--name|A|--type|LDC|--areas|21004",
        "broker|init|--partner|a-broker|--name|B|--address|tcp://h:1",
};
static const char *const ROLES[] = {"node", "broker"};

struct place {
    struct temp temp;
    char home[TEMP_PATH_BYTES];
    const char *role;
};

static struct screen ask(const char *home, const char *lang, const char *words)
{
    char line[LINE_BYTES];
    snprintf(line, sizeof line, "--home|%s|--lang|%s|%s", home, lang, words);
    return screen_line(NULL, line);
}

static struct place place_new(size_t role)
{
    struct place place = {.role = ROLES[role]};
    temp_init(&place.temp);
    temp_path(&place.temp, "h", place.home);
    struct screen screen = ask(place.home, "en", INITS[role]);
    assert_int_equal(screen.status, EXIT_OK);
    screen_done(&screen);
    return place;
}

static void path_of(const struct place *place, const char *end, char *path)
{
    char name[64];
    snprintf(name, sizeof name, "h/%s%s", place->role, end);
    temp_path(&place->temp, name, path);
}

/* The line of doctor that begins with this name says that. */
static void doctor_says(const struct place *place, const char *lang, const char *name,
        const char *mark, const char *words)
{
    char begin[64];
    struct screen screen = ask(place->home, lang, "doctor");
    assert_int_equal(screen.status, EXIT_COULD_NOT);
    snprintf(begin, sizeof begin, "\n%s ", name);
    const char *line = strstr(screen.out, begin);
    if (line == NULL) {
        fail_msg("no \"%s\" in: %s", name, screen.out);
        return;
    }
    char *copy = strndup(line, 1 + strcspn(line + 1, "\n"));
    assert_has(copy, mark);
    assert_has(copy, words);
    free(copy);
    screen_done(&screen);
}

/* ---- a home as it was made ---- */

static void a_fresh_home_lacks_its_network(void **state)
{
    static const struct {
        const char *lang, *name, *mark, *words;
    } rows[] = {
            {"en", "program",          " NOT ",      "does not run"                  },
            {"en", "keys",             " ok ",       "all keys can be read"          },
            {"en", "settings",         " ok ",       "the settings are in order"     },
            {"en", "bundle",           " NOT ",      ""                              },
            {"en", "database",         " ok ",       "no database yet"               },
            {"en", "disk",             " ",          "MiB free"                      },
            {"nl", "sleutels",         " in orde ",  "alle sleutels zijn leesbaar"   },
            {"nl", "instellingen",     " in orde ",  "de instellingen zijn in orde"  },
            {"nl", "databank",         " in orde ",  "nog geen databank"             },
            {"fr", "base de données", " en ordre ", "pas encore de base de données"},
    };
    (void)state;
    for (size_t role = 0; role < COUNT_OF(ROLES); role++) {
        struct place place = place_new(role);
        for (size_t i = 0; i < COUNT_OF(rows); i++)
            doctor_says(&place, rows[i].lang, rows[i].name, rows[i].mark,
                    rows[i].words);
        struct screen screen = ask(place.home, "en", "doctor|--json");
        assert_int_equal(screen.status, EXIT_COULD_NOT);
        assert_has(screen.out, "{\"name\":\"database\",\"ok\":true,");
        screen_done(&screen);
        temp_done(&place.temp);
    }
}

/* ---- what is wrong ---- */

static void what_is_wrong_on_the_disk_is_named(void **state)
{
    char path[TEMP_PATH_BYTES];
    (void)state;
    for (size_t role = 0; role < COUNT_OF(ROLES); role++) {
        struct place place = place_new(role);
        temp_path(&place.temp, "h/keys/identity.key", path);
        assert_int_equal(chmod(path, 0644), 0);
        doctor_says(&place, "en", "keys", " NOT ", "");
        path_of(&place, ".conf", path);
        temp_write(path, "colour = red\n", strlen("colour = red\n"));
        doctor_says(&place, "en", "settings", " NOT ", "");
        temp_path(&place.temp, "h/network.bundle", path);
        temp_write(path, "no bundle", strlen("no bundle"));
        doctor_says(&place, "en", "bundle", " NOT ", "");
        path_of(&place, ".db", path);
        assert_int_equal(mkdir(path, 0700), 0);
        doctor_says(&place, "en", "database", " NOT ", "is a folder and no file");
        /* Programs get the words whole, with the path. */
        struct screen screen = ask(place.home, "en", "doctor|--json");
        assert_has(screen.out, "identity.key");
        assert_has(screen.out, ".conf");
        screen_done(&screen);
        temp_done(&place.temp);
    }
}

/* In the language of who asks; what exactly, below it, in the words of the program. */
static void what_is_wrong_is_said_in_each_language(void **state)
{
    static const struct {
        const char *lang, *name, *mark, *words;
    } fresh[] =
            {
                    {"nl", "bundel",             " NIET ", "nog niet aangesloten bij een netwerk"},
                    {"fr", "fichier du steward", " NON ",
                     "pas encore rattaché à un réseau"                                        },
    },
      broken[] = {
              {"nl", "sleutels", " NIET ", "Een sleutelbestand"},
              {"nl", "instellingen", " NIET ", "instellingen"},
              {"nl", "bundel", " NIET ", "de bundel kan niet gelezen worden"},
              {"fr", "clés", " NON ", "Un fichier de clé"},
              {"fr", "configuration", " NON ", "configuration"},
              {"fr", "fichier du steward", " NON ",
                      "le fichier du steward ne peut pas"},
      };
    char path[TEMP_PATH_BYTES];
    (void)state;
    struct place place = place_new(0);
    for (size_t i = 0; i < COUNT_OF(fresh); i++)
        doctor_says(&place, fresh[i].lang, fresh[i].name, fresh[i].mark,
                fresh[i].words);
    temp_path(&place.temp, "h/keys/identity.key", path);
    assert_int_equal(unlink(path), 0);
    path_of(&place, ".conf", path);
    temp_write(path, "colour = red\n", strlen("colour = red\n"));
    temp_path(&place.temp, "h/network.bundle", path);
    temp_write(path, "no bundle", strlen("no bundle"));
    for (size_t i = 0; i < COUNT_OF(broken); i++)
        doctor_says(&place, broken[i].lang, broken[i].name, broken[i].mark,
                broken[i].words);
    struct screen screen = ask(place.home, "nl", "doctor");
    assert_has(screen.out, "identity.key:");
    assert_null(strstr(screen.out, "No such"));
    assert_has(screen.out, "colour");
    screen_done(&screen);
    temp_done(&place.temp);
}

/* Another process holds the database as SQLite does, and says nothing. */
static pid_t hold(const char *path)
{
    int ready[2];
    char byte;
    assert_int_equal(pipe(ready), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        struct flock lock = {.l_type = F_WRLCK,
                .l_whence = SEEK_SET,
                .l_start = LOCK_START,
                .l_len = LOCK_LEN};
        int fd = open(path, O_RDWR | O_CLOEXEC);
        if (fd < 0 || fcntl(fd, F_SETLK, &lock) != 0 || write(ready[1], "r", 1) != 1)
            _exit(1);
        for (;;)
            pause();
    }
    close(ready[1]);
    assert_int_equal(read(ready[0], &byte, 1), 1);
    close(ready[0]);
    return pid;
}

static void who_holds_the_database_is_named(void **state)
{
    char path[TEMP_PATH_BYTES], words[64];
    (void)state;
    struct place place = place_new(0);
    path_of(&place, ".db", path);
    temp_write(path, "", 0);
    doctor_says(&place, "en", "database", " ok ", "nobody holds the database");
    pid_t pid = hold(path);
    snprintf(words, sizeof words, "process %ld holds the database", (long)pid);
    doctor_says(&place, "en", "database", " NOT ", words);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    doctor_says(&place, "en", "database", " ok ", "nobody holds the database");
    temp_done(&place.temp);
}

/* ---- where there is nothing, and backups ---- */

static void each_wrong_use_is_named(void **state)
{
    struct place places[] = {place_new(0), place_new(1)};
    char secret[TEMP_PATH_BYTES], near[LINE_BYTES], far[LINE_BYTES], open[LINE_BYTES];
    char deep[300];
    (void)state;
    memset(deep, 'd', sizeof deep - 1);
    deep[sizeof deep - 1] = '\0';
    deep[0] = '/';
    temp_path(&places[0].temp, "secret", secret);
    temp_write(secret, "correct horse\n", strlen("correct horse\n"));
    assert_int_equal(chmod(secret, 0600), 0);
    snprintf(near, sizeof near, "backup|copy|--passphrase-file|%s", secret);
    snprintf(far, sizeof far, "backup|%s|--passphrase-file|%s", deep, secret);
    snprintf(open, sizeof open, "backup|copy|--passphrase-file|%s/h",
            places[0].temp.folder);
    const struct {
        const char *home, *line;
        int status;
        const char *words;
    } rows[] = {
            {"/nonexistent", "doctor",              EXIT_COULD_NOT, "(ERR_CONFIG)"     },
            {"/nonexistent", "status",              EXIT_COULD_NOT, "(ERR_CONFIG)"     },
            {"/nonexistent", "backup|copy",         EXIT_COULD_NOT, "(ERR_CONFIG)"     },
            {places[0].home, "broker|doctor",       EXIT_COULD_NOT, "(ERR_CONFIG)"     },
            {places[0].home, "status",              EXIT_COULD_NOT, "(ERR_AWAY)"       },
            {places[1].home, "broker|status",       EXIT_COULD_NOT, "(ERR_AWAY)"       },
            {places[0].home, near,                  EXIT_COULD_NOT, "(ERR_AWAY)"       },
            {places[0].home, "backup|copy",         EXIT_USAGE,     "--passphrase-file"},
            {places[0].home, open,                  EXIT_COULD_NOT, "(ERR_"            },
            {places[0].home, far,                   EXIT_USAGE,     "too long"         },
            {places[0].home, "backup",              EXIT_USAGE,     "DIRECTORY"        },
            {places[0].home, "doctor|now",          EXIT_USAGE,     "argument too many"},
 /* A broker has no key that opens content, so nobody is asked for a
  passphrase. */
            {places[1].home, "broker|backup|/copy", EXIT_COULD_NOT, "(ERR_AWAY)"       },
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct screen screen = ask(rows[i].home, "en", rows[i].line);
        if (screen.status != rows[i].status ||
                strstr(screen.err, rows[i].words) == NULL)
            fail_msg("%s ends with %d: %s%s", rows[i].line, screen.status, screen.out,
                    screen.err);
        screen_done(&screen);
    }
    temp_done(&places[0].temp);
    temp_done(&places[1].temp);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(a_fresh_home_lacks_its_network),
            cmocka_unit_test(what_is_wrong_on_the_disk_is_named),
            cmocka_unit_test(what_is_wrong_is_said_in_each_language),
            cmocka_unit_test(who_holds_the_database_is_named),
            cmocka_unit_test(each_wrong_use_is_named),
    };
    struct err err = {0};
    if (!hash_start(&err))
        return 1;
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

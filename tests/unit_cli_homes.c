/* unit_cli_homes.c - a network founded by hand at the command line: the steward's desk,
 * homes and joining, with what people do wrong on the way. Each wrong step has its code
 * and its sentence, and the next right step goes on from where it was. */
#include <sys/stat.h>

#include "core/ids.h"
#include "tests/cli_screen.h"

enum { LINE_BYTES = 1200 };

static struct {
    struct temp temp;
    char fingerprint[FINGERPRINT_TEXT_BYTES]; /* the last one that was shown */
} the;

/* In a line, @ is the folder of the test and ~ the last fingerprint that was shown. */
struct step {
    const char *answers; /* NULL: nobody sits there */
    const char *line;
    int status;
    const char *says;
};

#define WORDS  "a passphrase for tests"
#define TWICE  WORDS "\n" WORDS "\n"
#define SECRET "|--passphrase-file|@/secret"
#define DESK   "--home|@/desk|"
#define HUIS   "--home|@/huis|"
#define BROKER "--home|@/makelaar|"

static void fill(const char *pattern, char line[LINE_BYTES])
{
    size_t len = 0;
    for (const char *at = pattern; *at != '\0'; at++) {
        const char one[] = {*at, '\0'};
        const char *piece = *at == '@'   ? the.temp.folder
                            : *at == '~' ? the.fingerprint
                                         : one;
        int put = snprintf(line + len, LINE_BYTES - len, "%s", piece);
        assert_true(put >= 0 && (size_t)put < LINE_BYTES - len);
        len += (size_t)put;
    }
}

/* The one word that is as long as a fingerprint. */
static void note_fingerprint(const char *out)
{
    for (const char *at = out; *at != '\0';) {
        size_t len = strcspn(at, " \n\"");
        if (len == FINGERPRINT_TEXT_BYTES - 1 && memchr(at, '/', len) == NULL)
            snprintf(the.fingerprint, sizeof the.fingerprint, "%.*s", (int)len, at);
        at += len;
        at += *at != '\0';
    }
}

/* What the network is, in one number: 0 when there is none. */
static uint64_t bundle_now(void)
{
    char path[TEMP_PATH_BYTES];
    size_t len = 0;
    uint64_t sum = 0;
    temp_path(&the.temp, "desk/network.bundle", path);
    uint8_t *bytes = temp_read(path, &len);
    for (size_t i = 0; bytes != NULL && i < len; i++)
        sum = (sum ^ (bytes[i] + 1u)) * UINT64_C(0x100000001b3);
    free(bytes);
    return sum;
}

static void walk(const struct step *steps, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        char line[LINE_BYTES], says[LINE_BYTES];
        fill(steps[i].line, line);
        fill(steps[i].says, says);
        uint64_t before = bundle_now();
        struct screen screen = screen_line(steps[i].answers, line);
        bool said =
                strstr(screen.out, says) != NULL || strstr(screen.err, says) != NULL;
        if (screen.status != steps[i].status || !said)
            fail_msg("%s ends with %d, not %d, and says \"%s\" and \"%s\", not \"%s\"",
                    line, screen.status, steps[i].status, screen.out, screen.err, says);
        if (screen.status == EXIT_OK)
            note_fingerprint(screen.out);
        else if (bundle_now() != before)
            fail_msg("%s is refused, and the network is another one", line);
        screen_done(&screen);
    }
}

static void put_file(const char *name, const char *text, mode_t mode)
{
    char path[TEMP_PATH_BYTES];
    temp_path(&the.temp, name, path);
    temp_write(path, text, strlen(text));
    assert_int_equal(chmod(path, mode), 0);
}

/* ---- the desk ---- */

/* clang-format off */
static const struct step FOUNDING[] = {
        {NULL, "steward|init|--network|net", EXIT_USAGE, "--home"},
        {NULL, "steward|publish" SECRET, EXIT_USAGE, "--home"},
        {NULL, DESK "steward|init", EXIT_USAGE, "--network"},
        {NULL, DESK "steward|init|--network|net", EXIT_USAGE, "--passphrase-file"},
        {TWICE, DESK "--json|steward|init|--network|net", EXIT_USAGE, "--passphrase-file"},
        {NULL, DESK "steward|init|--network|net|--passphrase-file|@/none", EXIT_COULD_NOT, "none"},
        {NULL, DESK "steward|init|--network|net|--passphrase-file|@/open", EXIT_COULD_NOT, "open"},
        {NULL, DESK "steward|init|--network|net|--passphrase-file|@/short", EXIT_USAGE, "passphrase"},
        {"short\n", DESK "steward|init|--network|net", EXIT_USAGE, "passphrase"},
        {WORDS "\nanother passphrase\n", DESK "steward|init|--network|net", EXIT_USAGE, "passphrase"},
        {WORDS "\n", DESK "steward|init|--network|net", EXIT_USAGE, "passphrase"},
        {NULL, "--home|@/secret|steward|init|--network|net" SECRET, EXIT_COULD_NOT, "ERR_"},
        {NULL, DESK "steward|publish" SECRET, EXIT_COULD_NOT, "steward init"},
        {TWICE, DESK "steward|init|--network|net", EXIT_OK, "Fingerprint"},
        {TWICE, DESK "steward|init|--network|net", EXIT_REFUSED, "E_DUPLICATE"},
        {"another passphrase\n", DESK "steward|publish", EXIT_COULD_NOT, "ERR_PASSPHRASE"},
        {NULL, DESK "steward|publish" SECRET, EXIT_OK, "~"},
        {NULL, DESK "--json|steward|publish" SECRET, EXIT_OK, "{\"code\":\"\""},
};


#define ADMIT DESK "steward|admit|@/huis/node.request"
#define INIT_HUIS HUIS "node|init|--partner|huis|--name|Huis|--type|LDC"
#define INIT_BROKER BROKER "broker|init|--partner|makelaar|--name|Makelaar|--address|"
#define SUPPORT DESK "steward|admit|--supported|antenne|--by|huis|--name|Antenne|--type|ANTENNA"
#define OTHER "AAAA-AAAA-AAAA-AAAA-AAAA-AAAA-AAAA"

static const struct step MAKING_HOMES[] = {
        {NULL, HUIS "node|init|--partner|huis", EXIT_USAGE, "--name"},
        {NULL, HUIS "node|init|--partner|steward|--name|Huis|--type|LDC", EXIT_REFUSED, "steward"},
        {NULL, "--home|@/none/huis|node|init|--partner|huis|--name|Huis|--type|LDC", EXIT_COULD_NOT, "none"},
        {NULL, INIT_HUIS, EXIT_OK, "@/huis/node.request"},
        {NULL, INIT_HUIS, EXIT_REFUSED, "E_DUPLICATE"},
        {NULL, INIT_BROKER "127.0.0.1:7000", EXIT_USAGE, "--address"},
        {NULL, INIT_BROKER "tcp://127.0.0.1:70000", EXIT_USAGE, "--address"},
        {NULL, INIT_BROKER "tcp://127.0.0.1:0", EXIT_USAGE, "--address"},
        {NULL, INIT_BROKER "tcp://*:7000", EXIT_USAGE, "--address"},
        {NULL, INIT_BROKER "tcp://127.0.0.1:7000|--listen|tcp://", EXIT_USAGE, "--listen"},
        {NULL, "--json|" INIT_BROKER "tcp://127.0.0.1:7000", EXIT_OK, "{\"code\":\"\""},
};

static const struct step ADMITTING[] = {
        {NULL, DESK "steward|admit" SECRET, EXIT_USAGE, "REQUEST_FILE"},
        {NULL, DESK "steward|admit|@/none" SECRET, EXIT_COULD_NOT, "@/none"},
        {NULL, DESK "steward|admit|@/secret" SECRET, EXIT_REFUSED, "("},
        {"another passphrase\n", ADMIT, EXIT_COULD_NOT, "ERR_PASSPHRASE"},
        {NULL, ADMIT "|--by|huis" SECRET, EXIT_USAGE, "by"},
        {NULL, ADMIT SECRET, EXIT_USAGE, "--fingerprint"},
        {"j\n", "--json|" ADMIT SECRET, EXIT_USAGE, "--fingerprint"},
        {NULL, ADMIT "|--fingerprint|" OTHER SECRET, EXIT_REFUSED, "E_AUTH"},
        {"n\n", ADMIT SECRET, EXIT_REFUSED, "E_AUTH"},
        {"\n", ADMIT SECRET, EXIT_REFUSED, "E_AUTH"},
        {NULL, ADMIT "|--until|2020-01-01|--yes" SECRET, EXIT_REFUSED, "("},
        {NULL, SUPPORT SECRET, EXIT_REFUSED, "huis"},
        {NULL, ADMIT "|--yes" SECRET, EXIT_OK, "huis"},
        {"j\n", ADMIT SECRET, EXIT_OK, "huis"},
        {NULL, DESK "steward|admit|--supported|antenne" SECRET, EXIT_USAGE, "--by"},
        {NULL, SUPPORT "|--until|2027-01-01" SECRET, EXIT_USAGE, "until"},
        {NULL, SUPPORT SECRET, EXIT_OK, "antenne"},
        {NULL, DESK "steward|admit|@/makelaar/broker.request|--yes" SECRET, EXIT_OK, "makelaar"},
        {NULL, DESK "steward|publish" SECRET, EXIT_OK, "network.bundle"},
};

#define JOIN_HUIS HUIS "node|join|@/desk/network.bundle"
static const struct step JOINING[] = {
        {NULL, HUIS "node|join", EXIT_USAGE, "BUNDLE"},
        {NULL, "--home|@/none|node|join|@/desk/network.bundle|--yes", EXIT_COULD_NOT, "@/none"},
        {NULL, HUIS "node|join|@/none|--yes", EXIT_REFUSED, "@/none"},
        {NULL, HUIS "node|join|@|--yes", EXIT_REFUSED, "@"},
        {NULL, HUIS "node|join|@/secret|--yes", EXIT_REFUSED, "@/secret"},
        {NULL, JOIN_HUIS "|--fingerprint|" OTHER, EXIT_REFUSED, "E_AUTH"},
        {NULL, JOIN_HUIS, EXIT_USAGE, "--fingerprint"},
        {"n\n", JOIN_HUIS, EXIT_REFUSED, "E_AUTH"},
        {NULL, JOIN_HUIS "|--fingerprint|~", EXIT_OK, "buurtbus-node"},
        {"y\n", JOIN_HUIS, EXIT_OK, "buurtbus-node"},
        {NULL, BROKER "broker|join|@/desk/network.bundle|--yes", EXIT_OK, "buurtbus-broker"},
        {NULL, BROKER "--json|broker|join|@/desk/network.bundle|--yes", EXIT_OK, "{\"code\":\"\""},
        {NULL, BROKER "node|join|@/desk/network.bundle|--yes", EXIT_COULD_NOT, "@/makelaar"},
        {NULL, "--home|@/desk2|steward|init|--network|other" SECRET, EXIT_OK, "other"},
        {NULL, HUIS "node|join|@/desk2/network.bundle|--yes", EXIT_REFUSED, "("},
};

#define REVOKE DESK "steward|revoke|"
static const struct step REVOKING[] = {
        {NULL, REVOKE "huis" SECRET, EXIT_USAGE, "--reason"},
        {NULL, REVOKE "nobody|--reason|left" SECRET, EXIT_REFUSED, "nobody"},
        {"wrong passphrase\n", REVOKE "huis|--reason|left", EXIT_COULD_NOT, "ERR_PASSPHRASE"},
        {NULL, REVOKE "huis|--reason|left" SECRET, EXIT_OK, "huis"},
        {NULL, REVOKE "huis|--reason|left" SECRET, EXIT_REFUSED, "huis"},
        {NULL, "--json|" REVOKE "antenne|--reason|left" SECRET, EXIT_OK, "{\"code\":\"\""},
};
/* clang-format on */

static void a_network_is_founded_by_hand(void **state)
{
    (void)state;
    temp_init(&the.temp);
    put_file("secret", WORDS "\nnot this line\n", 0600);
    put_file("open", WORDS "\n", 0644);
    put_file("short", "short\n", 0600);
    walk(FOUNDING, COUNT_OF(FOUNDING));
    walk(MAKING_HOMES, COUNT_OF(MAKING_HOMES));
    walk(ADMITTING, COUNT_OF(ADMITTING));
    walk(JOINING, COUNT_OF(JOINING));
    walk(REVOKING, COUNT_OF(REVOKING));
    temp_done(&the.temp);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(a_network_is_founded_by_hand),
    };
    struct err err = {0};
    if (!hash_start(&err))
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}

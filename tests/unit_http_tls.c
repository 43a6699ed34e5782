/* unit_http_tls.c - the API over TLS, asked by curl: good and wrong names, versions,
 * and what is said of certificates and keys that are no good. */
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "adapters/http/http.h"
#include "core/hash.h"
#include "tests/temp.h"
#include "tests/web.h"

enum { DAY_S = 24 * 3600, LINE = 1200, PEM_BYTES = 16384 };

static struct temp folder;

static void in_folder(const char *name, char path[TEMP_PATH_BYTES])
{
    temp_path(&folder, name, path);
}

/* NAME.crt and NAME.key: a certificate that vouches for itself, for this host. */
static void make(const char *name, const char *host, time_t from, time_t until)
{
    static char pem[PEM_BYTES];
    char file[64], path[TEMP_PATH_BYTES];
    gnutls_x509_crt_t crt;
    gnutls_x509_privkey_t key;
    size_t len = sizeof pem;
    const unsigned char serial = 1;
    gnutls_x509_privkey_init(&key);
    gnutls_x509_crt_init(&crt);
    assert_int_equal(gnutls_x509_privkey_generate(key, GNUTLS_PK_ECDSA,
                             GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0),
            0);
    gnutls_x509_crt_set_version(crt, 3);
    gnutls_x509_crt_set_serial(crt, &serial, 1);
    gnutls_x509_crt_set_activation_time(crt, from);
    gnutls_x509_crt_set_expiration_time(crt, until);
    gnutls_x509_crt_set_dn_by_oid(crt, GNUTLS_OID_X520_COMMON_NAME, 0, host,
            (unsigned)strlen(host));
    gnutls_x509_crt_set_subject_alt_name(crt, GNUTLS_SAN_DNSNAME, host,
            (unsigned)strlen(host), GNUTLS_FSAN_SET);
    gnutls_x509_crt_set_basic_constraints(crt, 1, 0);
    gnutls_x509_crt_set_key(crt, key);
    assert_int_equal(gnutls_x509_crt_sign2(crt, crt, key, GNUTLS_DIG_SHA256, 0), 0);
    assert_int_equal(gnutls_x509_crt_export(crt, GNUTLS_X509_FMT_PEM, pem, &len), 0);
    snprintf(file, sizeof file, "%s.crt", name);
    in_folder(file, path);
    temp_write(path, pem, len);
    len = sizeof pem;
    assert_int_equal(gnutls_x509_privkey_export(key, GNUTLS_X509_FMT_PEM, pem, &len),
            0);
    snprintf(file, sizeof file, "%s.key", name);
    in_folder(file, path);
    temp_write(path, pem, len);
    assert_int_equal(chmod(path, 0600), 0);
    gnutls_x509_crt_deinit(crt);
    gnutls_x509_privkey_deinit(key);
}

static int begin(void **state)
{
    time_t now = time(NULL);
    struct err err;
    (void)state;
    assert_true(hash_start(&err));
    temp_init(&folder);
    make("good", "localhost", now - DAY_S, now + DAY_S);
    make("other", "other.example", now - DAY_S, now + DAY_S);
    make("over", "localhost", now - 2 * DAY_S, now - DAY_S);
    make("later", "localhost", now + DAY_S, now + 2 * DAY_S);
    return 0;
}

static int end(void **state)
{
    (void)state;
    temp_done(&folder);
    return 0;
}

static void settings(const char *certificate, const char *key, char conf[LINE])
{
    snprintf(conf, LINE, "tls_certificate = \"%s/%s\"\ntls_key = \"%s/%s\"\n",
            folder.folder, certificate, folder.folder, key);
}

/* What curl says: the status of HTTP, and how it ended. */
static void ask(const struct web *web, const char *options, const char *ca,
        char said[LINE])
{
    char command[LINE];
    snprintf(command, sizeof command,
            "curl -s -o /dev/null -w '%%{http_code}' %s --cacert %s/%s "
            "https://localhost:%u/health; echo \" $?\"",
            options, folder.folder, ca, (unsigned)web->port);
    FILE *pipe = popen(command, "r");
    assert_non_null(pipe);
    assert_non_null(fgets(said, LINE, pipe));
    said[strcspn(said, "\n")] = '\0';
    pclose(pipe);
}

static void test_it_serves_over_tls(void **state)
{
    static const struct {
        const char *options, *ca, *said;
    } ROWS[] = {
            {"",                                           "good.crt",  "200 0" },
            {"--tlsv1.3",                                  "good.crt",  "200 0" },
            {"--tlsv1.2 --tls-max 1.2",                    "good.crt",  "200 0" },
 /* An older version, by a client that would take it. */
            {"--tls-max 1.1 --ciphers DEFAULT@SECLEVEL=0", "good.crt",  "000 35"},
            {"",                                           "other.crt", "000 60"}, /* nobody vouches for it */
    };
    struct web web;
    char conf[LINE], said[LINE];
    (void)state;
    settings("good.crt", "good.key", conf);
    web_begin(&web, conf, true);
    /* Until the node is there. */
    for (int i = 0; i < 500; i++) {
        ask(&web, "", "good.crt", said);
        if (strcmp(said, "503 0") != 0)
            break;
    }
    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        ask(&web, ROWS[i].options, ROWS[i].ca, said);
        if (strcmp(said, ROWS[i].said) != 0)
            fail_msg("curl %s: %s", ROWS[i].options, said);
    }
    /* Without TLS there is nothing to hear. */
    int fd = web_connect(web.port);
    static const char PLAIN[] = "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n";
    assert_true(web_send(fd, PLAIN, strlen(PLAIN)));
    struct web_answer answer = web_read(fd, false);
    assert_int_equal(answer.status, 0);
    web_forget(&answer);
    close(fd);
    assert_int_equal(web_stop(&web), 0);
    web_end(&web);
}

static void test_a_certificate_of_another_name(void **state)
{
    struct web web;
    char conf[LINE], said[LINE];
    (void)state;
    settings("other.crt", "other.key", conf);
    web_begin(&web, conf, true);
    ask(&web, "", "other.crt", said);
    assert_string_equal(said, "000 60");
    web_end(&web);
}

/* What the API says of the webhook that has just been tried. */
static void try_webhook(const char *ca, uint16_t port, const char *words)
{
    static const char TOKEN[] = "Authorization: Bearer abc\r\nIdempotency-Key: a\r\n";
    struct web web;
    char conf[LINE], body[200];
    snprintf(conf, sizeof conf,
            "webhook_ca = \"%s/%s\"\nwebhook_urls = \"https://localhost:%u/x\"\n",
            folder.folder, ca, (unsigned)port);
    snprintf(body, sizeof body, "{\"url\":\"https://localhost:%u/x\"}", (unsigned)port);
    web_begin(&web, conf, true);
    struct web_answer answer =
            web_ask(web.port, "POST", "/v1/webhookEndpoints", TOKEN, body);
    assert_int_equal(answer.status, 201);
    web_forget(&answer);
    answer = web_ask(web.port, "POST", "/v1/webhookEndpoints/1/test",
            "Authorization: Bearer abc\r\nIdempotency-Key: b\r\n", "{}");
    assert_int_equal(answer.status, 200);
    web_forget(&answer);
    for (bool said = false; !said;) {
        answer = web_ask(web.port, "GET", "/v1/webhookEndpoints/1",
                "Authorization: Bearer abc\r\n", NULL);
        bool tried = strstr(answer.body, "\"lastFault\":\"\"") == NULL;
        if (tried && strstr(answer.body, words) == NULL)
            fail_msg("%s is not in %s", words, answer.body);
        said = tried;
        web_forget(&answer);
    }
    web_end(&web);
}

/* The receiver of a webhook must be who the authorities say. Here it is the API itself,
 * which knows no such address. */
static void test_a_receiver_of_webhooks_proves_who_it_is(void **state)
{
    struct web web;
    char conf[LINE];
    (void)state;
    settings("good.crt", "good.key", conf);
    web_begin(&web, conf, true);
    try_webhook("good.crt", web.port, "\"lastStatus\":404,\"lastFault\":\"status\"");
    try_webhook("other.crt", web.port,
            "\"lastStatus\":0,\"lastFault\":\"certificate\"");
    web_end(&web);
}

static void test_what_is_wrong_is_said_at_the_start(void **state)
{
    static const struct {
        const char *certificate, *key, *words;
    } ROWS[] = {
            {"over.crt",  "over.key",  "over.crt ended on"                  },
            {"later.crt", "later.key", "later.crt holds only from"          },
            {"good.crt",  "other.key", "other.key is not that of"           },
            {"good.key",  "good.key",  "good.key holds no certificate"      },
            {"good.crt",  "good.crt",  "good.crt holds no private key"      },
            {"none.crt",  "good.key",  "none.crt cannot be read"            },
            {"good.crt",  "seen.key",  "seen.key (mode 0640); do: chmod 600"},
            {"good.crt",  "link.key",  "link.key is a link"                 },
            {"good.crt",  "none.key",  "none.key: No such file"             },
    };
    char key[TEMP_PATH_BYTES], link[TEMP_PATH_BYTES];
    (void)state;
    make("seen", "localhost", time(NULL) - DAY_S, time(NULL) + DAY_S);
    in_folder("seen.key", key);
    assert_int_equal(chmod(key, 0640), 0);
    in_folder("good.crt", key);
    assert_int_equal(chmod(key, 0600), 0);
    in_folder("good.key", key);
    in_folder("link.key", link);
    assert_int_equal(symlink(key, link), 0);
    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        char conf[LINE], whole[2 * LINE], path[TEMP_PATH_BYTES];
        struct http_conf loaded;
        struct err err = {.code = CODE_OK};
        settings(ROWS[i].certificate, ROWS[i].key, conf);
        snprintf(whole, sizeof whole, "listen = \"127.0.0.1:0\"\n%s", conf);
        in_folder("http.conf", path);
        temp_write(path, whole, strlen(whole));
        assert_true(http_conf_load(folder.folder, &loaded, &err));
        struct http *http = http_new(&loaded, NULL, &err);
        assert_null(http);
        assert_int_equal(err.code, ERR_KEY_FILE);
        if (strstr(err.msg, ROWS[i].words) == NULL)
            fail_msg("%s: %s", ROWS[i].words, err.msg);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(test_it_serves_over_tls),
            cmocka_unit_test(test_a_certificate_of_another_name),
            cmocka_unit_test(test_a_receiver_of_webhooks_proves_who_it_is),
            cmocka_unit_test(test_what_is_wrong_is_said_at_the_start),
    };
    return cmocka_run_group_tests(tests, begin, end);
}

/* unit_http.c - the tables of the HTTP API: settings, addresses, rates, and what is
 * read from JSON. */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "adapters/http/ask.h"
#include "adapters/http/conf.h"
#include "adapters/http/json_answer.h"
#include "adapters/http/post_inner.h"
#include "adapters/http/rate.h"
#include "adapters/json.h"
#include "core/hash.h"
#include "gen/content.h"
#include "gen/gateway.h"
#include "tests/temp.h"

/* --- settings --- */

static void test_addresses(void **state)
{
    static const struct {
        const char *listen;
        bool ok;
        const char *host;
        uint16_t port;
        bool local;
    } rows[] = {
            {"127.0.0.1:8480", true,  "127.0.0.1", 8480,  true },
            {"127.9.9.9:0",    true,  "127.9.9.9", 0,     true },
            {"[::1]:80",       true,  "::1",       80,    true },
            {"0.0.0.0:65535",  true,  "0.0.0.0",   65535, false},
            {"[::]:443",       true,  "::",        443,   false},
            {"10.0.0.1:65536", false, "",          0,     false},
            {"localhost:80",   false, "",          0,     false},
            {"127.0.0.1",      false, "",          0,     false},
            {"127.0.0.1:",     false, "",          0,     false},
            {"127.0.0.1:8x",   false, "",          0,     false},
            {":80",            false, "",          0,     false},
            {"::1:80",         false, "",          0,     false},
            {"[]:80",          false, "",          0,     false},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char host[HTTP_TEXT_BYTES];
        uint16_t port = 0;
        assert_int_equal(http_conf_address(rows[i].listen, host, &port), rows[i].ok);
        if (!rows[i].ok)
            continue;
        assert_string_equal(host, rows[i].host);
        assert_int_equal(port, rows[i].port);
        assert_int_equal(http_conf_is_local(host), rows[i].local);
    }
}

/* What the file says, or why not. */
static enum code load(const struct temp *temp, const char *text, struct http_conf *conf)
{
    char path[TEMP_PATH_BYTES];
    struct err err = {.code = CODE_OK};
    temp_path(temp, "http.conf", path);
    if (text != NULL)
        temp_write(path, text, strlen(text));
    return http_conf_load(temp->folder, conf, &err) ? CODE_OK : err.code;
}

static void test_settings_that_do_not_fit_are_refused(void **state)
{
    static const struct {
        const char *text;
        enum code code;
    } rows[] = {
            {NULL,                                                                 CODE_OK   }, /* written with the defaults */
            {"listen = \"[::1]:0\"\n",                                             CODE_OK   },
            {"listen = \"0.0.0.0:0\"\n",                                           ERR_CONFIG},
            {"listen = \"[::]:0\"\n",                                              ERR_CONFIG},
            {"listen = \"0.0.0.0:0\"\ntls_certificate = \"c\"\n",                  ERR_CONFIG},
            {"listen = \"0.0.0.0:0\"\ntls_certificate = \"c\"\ntls_key = \"k\"\n",
             CODE_OK                                                                         },
            {"tls_key = \"k\"\n",                                                  ERR_CONFIG},
            {"listen = \"nowhere\"\n",                                             ERR_CONFIG},
            {"log_level = \"loud\"\n",                                             ERR_CONFIG},
            {"hosts = \"\"\n",                                                     ERR_CONFIG},
            {"hosts = \" , \"\n",                                                  ERR_CONFIG},
            {"hosts = \"bus.example\"\n",                                          CODE_OK   },
            {"colour = \"red\"\n",                                                 ERR_CONFIG},
    };
    struct temp temp;
    (void)state;
    temp_init(&temp);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct http_conf conf;
        char path[TEMP_PATH_BYTES];
        assert_int_equal(load(&temp, rows[i].text, &conf), rows[i].code);
        temp_path(&temp, "http.conf", path);
        assert_int_equal(access(path, F_OK), 0);
    }
    temp_done(&temp);
}

static void test_times_to_send_again(void **state)
{
    static const struct {
        const char *text;
        enum code code;
        size_t n;
    } rows[] = {
            {NULL,                                                                         CODE_OK,    9               },
            {"webhook_retries = \"\"\n",                                                   CODE_OK,    0               },
            {"webhook_retries = \"1s, 2min,3h\"\n",                                        CODE_OK,    3               },
            {"webhook_retries = \"1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s\"\n",
             CODE_OK,                                                                                  HTTP_RETRIES_MAX},
            {"webhook_retries = \"1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s\"\n",
             ERR_CONFIG,                                                                               0               },
            {"webhook_retries = \"soon\"\n",                                               ERR_CONFIG, 0               },
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct temp temp;
        struct http_conf conf;
        temp_init(&temp);
        assert_int_equal(load(&temp, rows[i].text, &conf), rows[i].code);
        if (rows[i].code == CODE_OK)
            assert_int_equal(conf.n_retries, rows[i].n);
        temp_done(&temp);
    }
}

/* Where a name may lead, whatever stands in the address. */
static void test_places_of_addresses(void **state)
{
    static const struct {
        const char *address;
        enum post_place place;
    } rows[] = {
            {"127.0.0.1",              PLACE_HERE    },
            {"127.255.0.9",            PLACE_HERE    },
            {"::1",                    PLACE_HERE    },
            {"::ffff:127.0.0.1",       PLACE_HERE    },
            {"0.0.0.0",                PLACE_NOWHERE },
            {"::",                     PLACE_NOWHERE },
            {"169.254.169.254",        PLACE_NOWHERE },
            {"::ffff:169.254.169.254", PLACE_NOWHERE },
            {"64:ff9b::a9fe:a9fe",     PLACE_NOWHERE },
            {"fe80::1",                PLACE_NOWHERE },
            {"224.0.0.1",              PLACE_NOWHERE },
            {"255.255.255.255",        PLACE_NOWHERE },
            {"ff02::1",                PLACE_NOWHERE },
            {"10.1.2.3",               PLACE_PRIVATE },
            {"172.16.0.1",             PLACE_PRIVATE },
            {"172.32.0.1",             PLACE_ANYWHERE},
            {"192.168.1.1",            PLACE_PRIVATE },
            {"100.64.0.1",             PLACE_PRIVATE },
            {"fd00::1",                PLACE_PRIVATE },
            {"::ffff:10.0.0.1",        PLACE_PRIVATE },
            {"192.0.2.1",              PLACE_ANYWHERE},
            {"2001:db8::1",            PLACE_ANYWHERE},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct sockaddr_in four = {.sin_family = AF_INET};
        struct sockaddr_in6 six = {.sin6_family = AF_INET6};
        bool is_four = inet_pton(AF_INET, rows[i].address, &four.sin_addr) == 1;
        assert_true(
                is_four || inet_pton(AF_INET6, rows[i].address, &six.sin6_addr) == 1);
        const void *address = is_four ? (const void *)&four : (const void *)&six;
        if (post_place_of(address) != rows[i].place)
            fail_msg("%s", rows[i].address);
    }
}

static void test_addresses_of_webhooks(void **state)
{
    static const struct {
        const char *url;
        enum post_url_fault fault;
    } rows[] = {
            {"https://dossier.example/a?b=c", POST_URL_GOOD      },
            {"https://192.0.2.1:8443/",       POST_URL_GOOD      },
            {"http://localhost:1/",           POST_URL_GOOD      },
            {"http://127.0.0.1/",             POST_URL_GOOD      },
            {"http://[::1]/",                 POST_URL_GOOD      },
            {"http://dossier.example/",       POST_URL_OPEN      },
            {"http://127.0.0.1.example/",     POST_URL_OPEN      },
            {"http://localhost.example/",     POST_URL_OPEN      },
            {"https://u:p@dossier.example/",  POST_URL_UNREADABLE},
            {"https://u@dossier.example/",    POST_URL_UNREADABLE},
            {"https://dossier.example/#a",    POST_URL_UNREADABLE},
            {"ftp://dossier.example/",        POST_URL_UNREADABLE},
            {"file:///a",                     POST_URL_UNREADABLE},
            {"dossier.example",               POST_URL_UNREADABLE},
            {"",                              POST_URL_UNREADABLE},
            {"https://",                      POST_URL_UNREADABLE},
            {"https://a b/",                  POST_URL_UNREADABLE},
            {"https://a/\r\nX: y",            POST_URL_UNREADABLE},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        if (post_url_check(rows[i].url) != rows[i].fault)
            fail_msg("%s", rows[i].url);
}

static void test_names_that_are_answered_to(void **state)
{
    static const struct http_conf conf = {.hosts = "localhost, Bus.example,[::1]"};
    static const struct {
        const char *value;
        bool known;
    } rows[] = {
            {"localhost",      true },
            {"localhost:8480", true },
            {"LOCALHOST",      true },
            {"bus.example:1",  true },
            {"[::1]:8480",     true },
            {"[::1]",          true },
            {"evil.example",   false},
            {"localhost.evil", false},
            {"local",          false},
            {"",               false},
            {":80",            false},
            {"localhost, Bus", false},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        assert_int_equal(http_conf_knows_host(&conf, rows[i].value), rows[i].known);
}

/* --- rates --- */

static void test_a_token_has_a_second_of_requests(void **state)
{
    enum { A_SECOND = 5 };
    struct rates rates = {0};
    int64_t now = 1000000;
    (void)state;
    for (int i = 0; i < A_SECOND; i++)
        assert_true(rate_take(&rates, "one", A_SECOND, now));
    assert_false(rate_take(&rates, "one", A_SECOND, now));
    /* Another one has its own; a clock that goes back gives nothing. */
    assert_true(rate_take(&rates, "two", A_SECOND, now));
    assert_false(rate_take(&rates, "one", A_SECOND, now - 500));
    assert_true(rate_take(&rates, "one", A_SECOND, now - 300));
    assert_false(rate_take(&rates, "one", A_SECOND, now - 300));
    now += 3600000;
    for (int i = 0; i < A_SECOND; i++)
        assert_true(rate_take(&rates, "one", A_SECOND, now));
    assert_false(rate_take(&rates, "one", A_SECOND, now));
}

static void test_the_quietest_token_makes_place(void **state)
{
    struct rates rates = {0};
    char token[24];
    (void)state;
    for (int i = 0; i < RATES_MAX + 1; i++) {
        snprintf(token, sizeof token, "token%d", i);
        assert_true(rate_take(&rates, token, 1, 1000 + i));
    }
    /* The first one was let go, and begins anew; the last one is known. */
    assert_true(rate_take(&rates, "token0", 1, 1000 + RATES_MAX));
    assert_false(rate_take(&rates, token, 1, 1000 + RATES_MAX));
}

/* --- JSON --- */

static void test_what_is_wrong_in_json_is_named(void **state)
{
    static const char *const hidden[] = {"reopens_case", NULL};
    static const struct {
        const char *text;
        enum json_fault_kind kind;
        const char *field;
    } rows[] = {
            {"",                                         JSON_NOT_JSON,  ""                 },
            {"{\"area\":1,\"area\":2}",                  JSON_TWICE,     ""                 },
            {"[]",                                       JSON_NO_OBJECT, ""                 },
            {"{\"x\":1}",                                JSON_NO_FIELD,  "x"                },
            {"{\"Rosa Voorbeeld\":1}",                   JSON_NO_FIELD,  "?"                },
            {"{\"referral\":{\"b\\nd\":1}}",             JSON_NO_FIELD,  "referral.?"       },
            {"{\"reopensCase\":1}",                      JSON_NO_FIELD,  "reopensCase"      },
            {"{\"consent_number\":1}",                   JSON_NO_FIELD,  "consent_number"   },
            {"{\"area\":1}",                             JSON_NO_TEXT,   "area"             },
            {"{\"area\":\"123456\"}",                    JSON_TOO_LONG,  "area"             },
            {"{\"consentNumber\":-1}",                   JSON_NO_NUMBER, "consentNumber"    },
            {"{\"consentNumber\":1.5}",                  JSON_NO_NUMBER, "consentNumber"    },
            {"{\"consentNumber\":\"1\"}",                JSON_NO_NUMBER, "consentNumber"    },
            {"{\"consentNumber\":18446744073709551616}", JSON_NO_ROOM,   ""                 },
            {"{\"consentNumber\":1e400}",                JSON_NO_ROOM,   ""                 },
            {"{\"area\":\"a\\u0000\"}",                  JSON_NO_TEXT,   ""                 },
            {"{\"urgency\":\"asap\"}",                   JSON_NO_CODE,   "urgency"          },
            {"{\"mode\":\"nonsense\"}",                  JSON_NO_CODE,   "mode"             },
            {"{\"candidates\":\"a\"}",                   JSON_NO_LIST,   "candidates"       },
            {"{\"candidates\":[\"a\",1]}",               JSON_NO_TEXT,   "candidates[1]"    },
            {"{\"candidates\":[1,1,1,1,1,1,1,1,1,1,1]}", JSON_TOO_MANY,  "candidates"       },
            {"{\"referral\":{\"needs\":[\"x\"]}}",       JSON_NO_CODE,   "referral.needs[0]"},
            {"{\"referral\":{\"needs\":[\"\"]}}",        JSON_NO_CODE,   "referral.needs[0]"},
            {"{\"referral\":[]}",                        JSON_NO_OBJECT, "referral"         },
    };
    struct arena arena = arena_new(65536);
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct json_fault fault = {.field = "?"};
        const struct json_reading reading = {.arena = &arena,
                .hidden = hidden,
                .fault = &fault};
        struct refer refer = {0};
        assert_false(json_get(&reading, span_text(rows[i].text), &WIRE_REFER, &refer));
        assert_int_equal(fault.kind, rows[i].kind);
        assert_string_equal(fault.field, rows[i].field);
        for (enum lang lang = 0; lang < N_LANGS; lang++)
            assert_true(json_fault_words(fault.kind, lang)[0] != '\0');
    }
    arena_free(&arena);
}

/* As RFC 8259, 7 wants it. */
static void test_texts_are_escaped(void **state)
{
    static const char TEXT[] = "a\"b\\c/d\b\f\n\r\t\x01\x1f\x7f\xc3\xa9";
    struct json_text out = {0};
    (void)state;
    json_write_string(&out, TEXT);
    json_write_number(&out, UINT64_C(1795344791518));
    assert_string_equal(out.at,
            "\"a\\\"b\\\\c/d\\b\\f\\n\\r\\t\\u0001\\u001F\x7f\xc3\xa9\"1795344791518");
    assert_int_equal(strlen(out.at), out.len);
    free(out.at);
}

static void test_words_of_an_address(void **state)
{
    struct arena arena = arena_new(65536);
    struct json_fault fault;
    const struct json_reading reading = {.arena = &arena, .fault = &fault};
    struct list_cases asked = {0};
    struct find find = {0};
    (void)state;
    assert_true(json_get_word(&reading, "box", "to_decide", &WIRE_LIST_CASES, &asked));
    assert_int_equal(asked.box, CASE_BOX_TO_DECIDE);
    assert_true(json_get_word(&reading, "after", "12", &WIRE_LIST_CASES, &asked));
    assert_int_equal(asked.after, 12);
    assert_false(json_get_word(&reading, "after", "1 2", &WIRE_LIST_CASES, &asked));
    assert_false(json_get_word(&reading, "after", "", &WIRE_LIST_CASES, &asked));
    assert_false(json_get_word(&reading, "after", "9999999999999999999",
            &WIRE_LIST_CASES, &asked));
    assert_true(json_get_word(&reading, "needs",
            "loneliness_isolation,social_contact_visit", &WIRE_FIND, &find));
    assert_int_equal(find.n_needs, 2);
    assert_false(json_get_word(&reading, "needs", "loneliness_isolation,x", &WIRE_FIND,
            &find));
    assert_string_equal(fault.field, "needs[1]");
    arena_free(&arena);
}

/* One list more than any field takes. */
static void test_a_word_holds_at_most_64_values(void **state)
{
    struct arena arena = arena_new(65536);
    struct json_fault fault;
    const struct json_reading reading = {.arena = &arena, .fault = &fault};
    struct find find = {0};
    char word[2048] = "a";
    (void)state;
    for (int i = 0; i < 1000; i++)
        strcat(word, ",a");
    assert_false(json_get_word(&reading, "needs", word, &WIRE_FIND, &find));
    assert_int_equal(fault.kind, JSON_TOO_MANY);
    arena_free(&arena);
}

/* --- questions in flight --- */

static size_t n_given_up;

static void on_answer(void *self, const struct reply *reply)
{
    (void)self;
    assert_null(reply);
    n_given_up++;
}

static void test_questions_are_bounded_and_end(void **state)
{
    const struct get_status get = {.quiet = true};
    const struct request request = {.status = &get};
    struct err err;
    struct asks *asks = asks_new(65536, &err);
    (void)state;
    n_given_up = 0;
    assert_non_null(asks);
    assert_false(asks_connected(asks));
    for (int i = 0; i < ASKS_MAX; i++)
        assert_non_null(asks_put(asks, &request, 1000, on_answer, NULL, &err));
    assert_null(asks_put(asks, &request, 1000, on_answer, NULL, &err));
    assert_int_equal(err.code, E_BUSY);
    assert_true(asks_turn(asks, 1000) > 1000);
    assert_int_equal(asks_count(asks), ASKS_MAX);
    assert_int_equal(asks_turn(asks, 1000 + ASK_WAIT_MS), 0);
    assert_int_equal(n_given_up, ASKS_MAX);
    assert_int_equal(asks_count(asks), 0);
    /* Whoever went away is not told. */
    struct asked *ask = asks_put(asks, &request, 1000, on_answer, NULL, &err);
    assert_non_null(ask);
    asked_forget(ask);
    asks_turn(asks, 1000 + 2 * ASK_WAIT_MS);
    assert_int_equal(n_given_up, ASKS_MAX);
    asks_free(asks);
}

/* --- events --- */

static void test_an_event_of_no_case(void **state)
{
    const struct event_line event = {.number = 1000000812,
            .at_ms = 1795344791518,
            .what = "restored",
            .letter = "",
            .other = ""};
    (void)state;
    char *text = json_answer_event(&event, "centre");
    assert_string_equal(text,
            "{\"specversion\":\"1.0\",\"id\":\"1000000812\","
            "\"source\":\"urn:buurtbus:centre\","
            "\"type\":\"be.buurtbus.v1.node.notify.restored\",\"subject\":\"status\","
            "\"time\":\"2026-11-22T10:53:11.518Z\","
            "\"datacontenttype\":\"application/json\","
            "\"data\":{\"number\":0,\"kind\":\"none\",\"other\":\"\"}}");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(test_addresses),
            cmocka_unit_test(test_times_to_send_again),
            cmocka_unit_test(test_places_of_addresses),
            cmocka_unit_test(test_addresses_of_webhooks),
            cmocka_unit_test(test_settings_that_do_not_fit_are_refused),
            cmocka_unit_test(test_names_that_are_answered_to),
            cmocka_unit_test(test_a_token_has_a_second_of_requests),
            cmocka_unit_test(test_the_quietest_token_makes_place),
            cmocka_unit_test(test_what_is_wrong_in_json_is_named),
            cmocka_unit_test(test_texts_are_escaped),
            cmocka_unit_test(test_words_of_an_address),
            cmocka_unit_test(test_a_word_holds_at_most_64_values),
            cmocka_unit_test(test_questions_are_bounded_and_end),
            cmocka_unit_test(test_an_event_of_no_case),
    };
    struct err err;
    return hash_start(&err) ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}

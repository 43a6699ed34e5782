/* unit_http.c - the tables of the HTTP API: addresses, problems, settings, rates, and
 * what is read from JSON. */
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
#include "adapters/http/json_docs.h"
#include "adapters/http/json_openapi.h"
#include "adapters/http/operation.h"
#include "adapters/http/post_inner.h"
#include "adapters/http/problem.h"
#include "adapters/http/rate.h"
#include "adapters/http/route.h"
#include "adapters/json.h"
#include "core/hash.h"
#include "gen/content.h"
#include "gen/gateway.h"
#include "tests/temp.h"

/* --- the table of operations --- */

static void test_each_row_fits_the_messages(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_ROUTES; i++) {
        const struct route *route = &ROUTES[i];
        struct wire_field op, field;
        for (size_t other = 0; other < i; other++)
            assert_string_not_equal(ROUTES[other].id, route->id);
        if (route->answer == ANSWER_LOCAL)
            continue;
        assert_int_equal(strstr(route->path, "{") != NULL, route->key != NULL);
        if (!wire_field_find(&WIRE_REQUEST, route->op, &op))
            fail_msg("%s: there is no question %s", route->id, route->op);
        if (route->key != NULL && !wire_field_find(op.sub, route->key, &field))
            fail_msg("%s: %s has no %s", route->id, route->op, route->key);
        if (route->into != NULL && (!wire_field_find(op.sub, route->into, &field) ||
                                           field.kind != WALK_MESSAGE))
            fail_msg("%s: %s has no message %s", route->id, route->op, route->into);
        if (!wire_field_find(&WIRE_REPLY, route->result, &field))
            fail_msg("%s: there is no result %s", route->id, route->result);
        if (route->list != NULL && !wire_field_find(field.sub, route->list, &op))
            fail_msg("%s: %s has no list %s", route->id, route->result, route->list);
        assert_int_equal(route->list != NULL, route->answer == ANSWER_LIST ||
                                                      route->answer == ANSWER_ONE ||
                                                      route->answer == ANSWER_EVENTS);
        /* What makes something says where it is. */
        assert_int_equal((route->flags & ROUTE_NEW) != 0, route->location != NULL);
    }
}

static void test_what_a_row_fixes_can_be_said(void **state)
{
    struct arena arena = arena_new(65536);
    (void)state;
    for (size_t i = 0; i < N_ROUTES; i++) {
        const struct route *route = &ROUTES[i];
        struct json_fault fault;
        const struct json_reading reading = {.arena = &arena, .fault = &fault};
        struct wire_field op;
        if (route->fixed[0] == NULL)
            continue;
        assert_true(wire_field_find(&WIRE_REQUEST, route->op, &op));
        arena_reset(&arena, 0);
        void *question = arena_take(&arena, wire_struct_size(op.sub));
        if (!json_get_word(&reading, route->fixed[0], route->fixed[1], op.sub,
                    question))
            fail_msg("%s: %s cannot be %s", route->id, route->fixed[0],
                    route->fixed[1]);
    }
    arena_free(&arena);
}

static void test_a_request_finds_its_row(void **state)
{
    static const struct {
        const char *method, *path;
        const char *id; /* NULL: none */
        const char *param, *methods;
    } rows[] = {
            {"GET",    "/health",                   "getHealth",      "",        ""         },
            {"HEAD",   "/health",                   "getHealth",      "",        ""         },
            {"POST",   "/health",                   NULL,             "",        "GET"      },
            {"GET",    "/v1/referrals",             "listReferrals",  "",        ""         },
            {"POST",   "/v1/referrals",             "createReferral", "",        ""         },
            {"DELETE", "/v1/referrals",             NULL,             "",        "GET, POST"},
            {"GET",    "/v1/referrals/12",          "getReferral",    "12",      ""         },
            {"POST",   "/v1/referrals/12/accept",   "acceptReferral", "12",      ""         },
            {"POST",   "/v1/referrals/12/nonsense", NULL,             "",        ""         },
            {"POST",   "/v1/consents/check",        "checkConsent",   "",        ""         },
            {"GET",    "/v1/consents/check",        NULL,             "",        "POST"     },
            {"GET",    "/v1/referrals/{number}",    NULL,             "",        ""         },
            {"POST",   "/v1/signals/12/share",      "shareSignal",    "12",      ""         },
            {"GET",    "/v1/own/volunteers",        NULL,             "",        "POST"     },
            {"POST",   "/v1/own/load",              NULL,             "",        "GET"      },
            {"GET",    "/v1/refData/urgency",       "getVocabulary",  "urgency", ""         },
            {"GET",    "/v1/referrals/",            NULL,             "",        ""         },
            {"GET",    "/v1/referrals/12/",         NULL,             "",        ""         },
            {"GET",    "/v1/referrals/1%32",        NULL,             "",        ""         },
            {"GET",    "/v1/referrals/..",          "getReferral",    "..",      ""         },
            {"GET",    "//v1/referrals",            NULL,             "",        ""         },
            {"GET",    "",                          NULL,             "",        ""         },
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char param[ROUTE_PARAM_BYTES], methods[ROUTE_METHODS_BYTES];
        const struct route *route =
                route_find(rows[i].method, rows[i].path, param, methods);
        if (route == NULL) {
            assert_null(rows[i].id);
            assert_string_equal(methods, rows[i].methods);
            continue;
        }
        assert_string_equal(route->id, rows[i].id == NULL ? "none" : rows[i].id);
        assert_string_equal(param, rows[i].param);
    }
}

static void test_a_parameter_has_at_most_63_characters(void **state)
{
    char path[ROUTE_PATH_MAX + 1], param[ROUTE_PARAM_BYTES];
    char methods[ROUTE_METHODS_BYTES];
    (void)state;
    snprintf(path, sizeof path, "/v1/refData/%063d", 1);
    assert_non_null(route_find("GET", path, param, methods));
    snprintf(path, sizeof path, "/v1/refData/%064d", 1);
    assert_null(route_find("GET", path, param, methods));
}

/* --- the contract --- */

static void test_the_contract_has_every_operation(void **state)
{
    static const char REF[] = "\"$ref\":\"#/components/";
    char *text = json_openapi();
    (void)state;
    assert_non_null(text);
    for (size_t i = 0; i < N_ROUTES; i++) {
        char words[100];
        snprintf(words, sizeof words, "\"operationId\":\"%s\"", ROUTES[i].id);
        assert_non_null(strstr(text, words));
    }
    /* Whatever is pointed to is there. */
    size_t n = 0;
    for (const char *at = text; (at = strstr(at, REF)) != NULL; n++) {
        char words[100];
        const char *name = strchr(at + strlen(REF), '/') + 1;
        snprintf(words, sizeof words, "\"%.*s\":{", (int)strcspn(name, "\""), name);
        if (strstr(text, words) == NULL)
            fail_msg("there is no %s", words);
        at = name;
    }
    assert_true(n > N_ROUTES);
    free(text);
}

/* What is said of an operation is about one that is there, and its examples can be
 * said: the request is taken, and the answer is one that the program gives. */
static void test_each_operation_has_its_words(void **state)
{
    struct arena arena = arena_new(1048576);
    (void)state;
    assert_int_equal(N_OPERATION_WORDS, N_ROUTES);
    for (size_t i = 0; i < N_ROUTES; i++) {
        const struct route *route = &ROUTES[i];
        const struct operation_words *words = operation_words(route->id);
        const struct wire_map *body = operation_body(route);
        struct json_fault fault = {.field = ""};
        const struct json_reading reading = {.arena = &arena, .fault = &fault};
        struct wire_field result;
        if (words == NULL)
            fail_msg("%s has no row in operations.tsv", route->id);
        arena_reset(&arena, 0);
        assert_int_equal(words->request[0] != '\0', (route->flags & ROUTE_BODY) != 0);
        if ((route->flags & ROUTE_BODY) != 0 &&
                !json_get(&reading, span_text(words->request), body,
                        arena_take(&arena, wire_struct_size(body))))
            fail_msg("%s: its request, at %s", route->id, fault.field);
        assert_int_equal(words->answer[0] != '\0', route->answer != ANSWER_LOCAL);
        if (route->answer != ANSWER_LOCAL &&
                (!wire_field_find(&WIRE_REPLY, route->result, &result) ||
                        !json_get(&reading, span_text(words->answer), result.sub,
                                arena_take(&arena, wire_struct_size(result.sub)))))
            fail_msg("%s: its answer, at %s", route->id, fault.field);
    }
    arena_free(&arena);
}

static bool can_have(const char *id, const char *name)
{
    struct problem problems[OPERATION_PROBLEMS_MAX];
    for (size_t i = 0; i < N_ROUTES; i++) {
        if (strcmp(ROUTES[i].id, id) != 0)
            continue;
        size_t n = operation_problems(&ROUTES[i], problems);
        for (size_t j = 0; j < n; j++) {
            assert_true(j == 0 || problems[j - 1].status <= problems[j].status);
            if (strcmp(operation_problem_name(&problems[j]), name) == 0)
                return true;
        }
    }
    return false;
}

static void test_what_an_operation_can_answer(void **state)
{
    static const struct {
        const char *id, *name;
        bool can;
    } ROWS[] = {
            {"acceptReferral", "transition",            true },
            {"acceptReferral", "preconditionRequired",  true },
            {"acceptReferral", "resourceNotFound",      true },
            {"createReferral", "idempotencyKeyMissing", true },
            {"createReferral", "consentWithdrawn",      true },
            {"createReferral", "preconditionRequired",  false},
            {"createReferral", "resourceNotFound",      false},
            {"listReferrals",  "missingScope",          true },
            {"listReferrals",  "payloadTooLarge",       false},
            {"getStatus",      "missingScope",          false},
            {"getStatus",      "invalidAccessToken",    true },
            {"getHealth",      "noAccessToken",         false},
            {"getHealth",      "misdirectedRequest",    true },
            {"getVocabulary",  "resourceNotFound",      true },
            {"getReport",      "resourceNotFound",      false},
            {"getReport",      "badRequest",            true },
            {"findCandidates", "unsupportedMediaType",  true },
            {"findCandidates", "idempotencyKeyReused",  false},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(ROWS); i++)
        if (can_have(ROWS[i].id, ROWS[i].name) != ROWS[i].can)
            fail_msg("%s %s", ROWS[i].id, ROWS[i].name);
}

/* A row with every trait and as many refusals as a message may have codes. */
static void test_problems_of_an_operation_are_bounded(void **state)
{
    struct problem problems[OPERATION_PROBLEMS_MAX];
    (void)state;
    for (size_t i = 0; i < N_ROUTES; i++)
        assert_true(operation_problems(&ROUTES[i], problems) < OPERATION_PROBLEMS_MAX);
}

/* Each link within the page has one place to go to. */
static void assert_links_lead_somewhere(const char *page)
{
    enum { ID_BYTES = 128 };
    size_t n = 0;
    for (const char *at = page; (at = strstr(at, "href=\"#")) != NULL; n++) {
        char id[ID_BYTES];
        at += strlen("href=\"#");
        snprintf(id, sizeof id, "id=\"%.*s\"", (int)strcspn(at, "\""), at);
        const char *place = strstr(page, id);
        if (place == NULL || strstr(place + 1, id) != NULL)
            fail_msg("%s is there %s", id, place == NULL ? "never" : "twice");
    }
    assert_in_range(n, N_ROUTES, SIZE_MAX);
}

static void test_the_page_needs_nothing_from_elsewhere(void **state)
{
    char *page = json_docs();
    (void)state;
    assert_non_null(page);
    /* An example may name an address; nothing is fetched from one. */
    static const char *const FETCHED[] = {"src=", "href=\"http", "href=\"//", "url(",
            "@import", "<link", "<script", "<form"};
    for (size_t i = 0; i < COUNT_OF(FETCHED); i++)
        assert_null(strstr(page, FETCHED[i]));
    for (size_t i = 0; i < N_ROUTES; i++)
        assert_non_null(strstr(page, ROUTES[i].path));
    assert_links_lead_somewhere(page);
    free(page);
}

/* --- problems --- */

static void test_each_code_is_a_problem(void **state)
{
    (void)state;
    for (enum code code = 1; code < N_CODES; code++) {
        struct problem problem = problem_of_code(code_name(code), false, LANG_FR);
        bool failure = strncmp(code_name(code), "ERR_", 4) == 0;
        assert_in_range(problem.status, failure ? 500 : 400, 599);
        assert_memory_equal(problem.type,
                "urn:problem-type:", strlen("urn:problem-type:"));
        assert_null(strchr(problem.type + strlen("urn:"), '_'));
        assert_true(problem.title[0] != '\0');
    }
}

static void test_problems_by_name(void **state)
{
    static const struct {
        const char *code;
        bool matched;
        unsigned status;
        const char *type;
    } rows[] = {
            {"E_CONSENT_WITHDRAWN", false, 403,
             "urn:problem-type:buurtbus:consentWithdrawn"                                       },
            {"E_NOT_FOUND",         false, 404, "urn:problem-type:belgif:resourceNotFound"      },
            {"E_AUTH",              false, 401, "urn:problem-type:belgif:invalidAccessToken"    },
            {"E_SCOPE",             false, 403, "urn:problem-type:belgif:missingScope"          },
            {"E_FIELD",             false, 400, "urn:problem-type:belgif:badRequest"            },
            {"E_CONFLICT",          false, 409, "urn:problem-type:buurtbus:conflict"            },
            {"E_CONFLICT",          true,  412, "urn:problem-type:buurtbus:preconditionFailed"  },
            {"E_ID_REUSE",          true,  422, "urn:problem-type:buurtbus:idempotencyKeyReused"},
            {"E_TRANSITION",        false, 409, "urn:problem-type:buurtbus:transition"          },
            {"E_BUSY",              false, 503, "urn:problem-type:buurtbus:busy"                },
            {"E_OF_TOMORROW",       false, 500, "urn:problem-type:buurtbus:ofTomorrow"          },
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct problem problem =
                problem_of_code(rows[i].code, rows[i].matched, LANG_EN);
        assert_int_equal(problem.status, rows[i].status);
        assert_string_equal(problem.type, rows[i].type);
    }
}

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
            {"{\"area\":1,\"area\":2}",                  JSON_NOT_JSON,  ""                 },
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
            {"{\"urgency\":\"asap\"}",                   JSON_NO_CODE,   "urgency"          },
            {"{\"mode\":\"nonsense\"}",                  JSON_NO_CODE,   "mode"             },
            {"{\"candidates\":\"a\"}",                   JSON_NO_LIST,   "candidates"       },
            {"{\"candidates\":[\"a\",1]}",               JSON_NO_TEXT,   "candidates[1]"    },
            {"{\"candidates\":[1,1,1,1,1,1,1,1,1,1,1]}", JSON_TOO_MANY,  "candidates"       },
            {"{\"referral\":{\"needs\":[\"x\"]}}",       JSON_NO_CODE,   "referral.needs[0]"},
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

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(test_each_row_fits_the_messages),
            cmocka_unit_test(test_what_a_row_fixes_can_be_said),
            cmocka_unit_test(test_a_request_finds_its_row),
            cmocka_unit_test(test_a_parameter_has_at_most_63_characters),
            cmocka_unit_test(test_the_contract_has_every_operation),
            cmocka_unit_test(test_each_operation_has_its_words),
            cmocka_unit_test(test_what_an_operation_can_answer),
            cmocka_unit_test(test_problems_of_an_operation_are_bounded),
            cmocka_unit_test(test_the_page_needs_nothing_from_elsewhere),
            cmocka_unit_test(test_each_code_is_a_problem),
            cmocka_unit_test(test_problems_by_name),
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
    };
    struct err err;
    return hash_start(&err) ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}

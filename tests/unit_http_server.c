/* unit_http_server.c - HTTP as it comes over a socket: what is let in, what is refused
 * and how, slow and hostile clients, a node that is away. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "adapters/http/ask.h"
#include "adapters/http/route.h"
#include "adapters/http/server.h"
#include "tests/web.h"

#define TOKEN "Authorization: Bearer abc\r\n"
#define KEY   "Idempotency-Key: k1\r\n"

static int begin(void **state)
{
    struct web *web = calloc(1, sizeof *web);
    assert_non_null(web);
    web_begin(web, "", true);
    *state = web;
    return 0;
}

static int end(void **state)
{
    web_end(*state);
    free(*state);
    return 0;
}

/* What is asked, and what comes back: its status, and words of its head or body. */
struct row {
    const char *method, *path, *headers, *body;
    int status;
    const char *words;
};

static void check_rows(const struct web *web, const struct row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct row *row = &rows[i];
        struct web_answer answer =
                web_ask(web->port, row->method, row->path, row->headers, row->body);
        if (answer.status != row->status)
            fail_msg("%s %s: %d %s", row->method, row->path, answer.status,
                    answer.body);
        if (strstr(answer.body, row->words) == NULL &&
                strstr(answer.head, row->words) == NULL)
            fail_msg("%s %s: no %s in %s%s", row->method, row->path, row->words,
                    answer.head, answer.body);
        if (row->status >= 400 && strcmp(row->method, "HEAD") != 0)
            assert_non_null(strstr(answer.head, "application/problem+json"));
        assert_string_equal(web_header(&answer, "Cache-Control"), "no-store");
        web_forget(&answer);
    }
}

static void test_what_is_let_in(void **state)
{
    static const struct row rows[] = {
            {"GET",  "/v1/refData",                         "",                                                      NULL,                           200, "\"name\":\"urgency\"" },
            {"GET",  "/v1/refData/urgency",                 "Accept-Language: xx, fr-BE\r\n",                        NULL,                           200,
             "crise"                                                                                                                                                             },
            {"GET",  "/v1/refData/urgency",                 "",                                                      NULL,                           200, "crisis"               },
            {"GET",  "/openapi.json",                       "",                                                      NULL,                           200, "\"openapi\":\"3.1.0\""},
            {"GET",  "/docs",                               "",                                                      NULL,                           200,
             "Content-Security-Policy: default-src 'none'"                                                                                                                       },
            {"GET",  "/v1/referrals/5",                     TOKEN,                                                   NULL,                           200, "ETag: \"5-3-"         },
            {"GET",  "/v1/referrals/5",
             TOKEN "Accept: text/csv;q=0.5, application/*\r\n",                                                      NULL,                           200,
             "ETag: \"5-3-"                                                                                                                                                      },
            {"GET",  "/health",                             "Accept: application/json\r\n",                          NULL,                           200, "UP"                   },
            {"GET",  "/docs",                               "Accept: text/html,application/xhtml+xml,*/*;q=0.8\r\n",
             NULL,                                                                                                                                   200, "<html"                },
            {"HEAD", "/v1/events",                          TOKEN "Accept: text/event-stream\r\n",                   NULL,                           200,
             "application/json"                                                                                                                                                  },
            {"HEAD", "/v1/referrals/5",                     TOKEN,                                                   NULL,                           200, "ETag: \"5-3-"         },
            {"GET",  "/v1/referrals?pageSize=2",            TOKEN,                                                   NULL,                           200,
             "\"next\":\"2\",\"pageSize\":2"                                                                                                                                     },
            {"GET",  "/v1/referrals?pageSize=2&cursor=118", TOKEN,                                                   NULL,                           200,
             "\"next\":null,\"pageSize\":2"                                                                                                                                      },
            {"GET",  "/v1/referrals?pageSize=9999",         TOKEN,                                                   NULL,                           200,
             "\"pageSize\":120"                                                                                                                                                  },
            {"POST", "/v1/advice",                          TOKEN KEY,                                               "{\"says\":{\"title\":\"x\"}}", 200,
             "caseNumber"                                                                                                                                                        },
            {"POST", "/v1/referrals",                       TOKEN KEY,                                               "{}",                           201,
             "Location: /v1/referrals/7"                                                                                                                                         },
            {"POST", "/v1/referrals/5/accept",              TOKEN KEY "If-Match: \"5-3-00\"\r\n",
             "{}",                                                                                                                                   200, "\"caseNumber\":5"     },
            {"POST", "/v1/referrals/5/accept",              TOKEN KEY "If-Match: \"5-3\"\r\n",                       NULL,
             200,                                                                                                                                         "\"caseNumber\":5"     },
    };
    check_rows(*state, rows, COUNT_OF(rows));
}

static void test_what_is_refused(void **state)
{
    static const struct row rows[] = {
            {"GET",     "/nowhere",                            "",                                     NULL,           404, "resourceNotFound"         },
            {"GET",     "/v1/refData/nothing",                 "",                                     NULL,           404, "resourceNotFound"         },
            {"DELETE",  "/v1/referrals",                       TOKEN,                                  NULL,           405, "Allow: GET, POST"         },
            {"GET",     "/v1/referrals",                       "",                                     NULL,           401, "WWW-Authenticate: Bearer" },
            {"GET",     "/v1/referrals",                       "Authorization: Basic abc\r\n",         NULL,           401,
             "noAccessToken"                                                                                                                           },
            {"GET",     "/v1/referrals",                       "Authorization: Bearer \xff\xfe\r\n",   NULL,           401,
             "noAccessToken"                                                                                                                           },
            {"GET",     "/v1/referrals",                       "Authorization: Bearer \r\n",           NULL,           401,
             "noAccessToken"                                                                                                                           },
            {"OPTIONS", "/v1/referrals",                       TOKEN,                                  NULL,           405, "Allow: GET, POST"         },
            {"GET",     "/v1/referrals",                       TOKEN "Accept: text/csv\r\n",           NULL,           406,
             "notAcceptable"                                                                                                                           },
            {"GET",     "/v1/referrals",                       TOKEN "Accept: text/event-stream\r\n",  NULL,           406,
             "notAcceptable"                                                                                                                           },
            {"GET",     "/docs",                               "Accept: application/json\r\n",         NULL,           406,
             "notAcceptable"                                                                                                                           },
            {"GET",     "/v1/referrals/400",                   TOKEN,                                  NULL,           400, "\"in\":\"Buurtbus-Actor\""},
            {"GET",     "/v1/referrals/404",                   TOKEN,                                  NULL,           404, "resourceNotFound"         },
            {"GET",     "/v1/referrals/403",                   TOKEN,                                  NULL,           403, "missingScope"             },
            {"GET",     "/v1/referrals/401",                   TOKEN,                                  NULL,           401, "invalidAccessToken"       },
            {"GET",     "/v1/referrals/410",                   TOKEN,                                  NULL,           403, "buurtbus:consentWithdrawn"},
            {"GET",     "/v1/referrals/503",                   TOKEN,                                  NULL,           503, "Retry-After: "            },
            {"GET",     "/v1/referrals/599",                   TOKEN,                                  NULL,           500, "ofTomorrow"               },
            {"GET",     "/v1/referrals/abc",                   TOKEN,                                  NULL,           400, "\"in\":\"number\""        },
            {"GET",     "/v1/referrals?box=x",                 TOKEN,                                  NULL,           400, "\"in\":\"box\""           },
            {"GET",     "/v1/referrals?kinds=signal_in",       TOKEN,                                  NULL,           400,
             "\"in\":\"kinds\""                                                                                                                        },
            {"GET",     "/v1/referrals?pageSize=0",            TOKEN,                                  NULL,           400,
             "\"in\":\"pageSize\",\"detail\":\"moet een geheel getal vanaf 1 zijn\""                                                                   },
            {"GET",     "/v1/referrals?box=new&box=sent",      TOKEN,                                  NULL,           400,
             "\"in\":\"box\",\"detail\":\"een veld staat er twee keer\""                                                                               },
            {"GET",     "/v1/referrals?pageSize=2&pageSize=2", TOKEN,                                  NULL,           400,
             "\"in\":\"pageSize\",\"detail\":\"een veld staat er twee keer\""                                                                          },
            {"POST",    "/v1/referrals?dryRun=true",           TOKEN KEY,                              "{}",           400,
             "\"in\":\"?\",\"detail\":\"kan hier niet worden gegeven\""                                                                                },
            {"GET",     "/v1/directory/areas?after=210041",    TOKEN,                                  NULL,           400,
             "\"in\":\"after\",\"detail\":\"de tekst is te lang\""                                                                                     },
            {"GET",     "/v1/consents/0",                      TOKEN,                                  NULL,           400,
             "\"in\":\"number\",\"detail\":\"moet een geheel getal vanaf 1 zijn\""                                                                     },
            {"POST",    "/v1/referrals",                       TOKEN KEY "Content-Encoding: gzip\r\n", "{}",           415,
             "unsupportedMediaType"                                                                                                                    },
            {"GET",     "/v1/referrals?cursor=x",              TOKEN,                                  NULL,           400, "\"in\":\"cursor\""        },
            {"GET",     "/v1/referrals?limit=1",               TOKEN,                                  NULL,           400, "\"in\":\"limit\""         },
            {"POST",    "/v1/referrals",                       TOKEN,                                  "{}",           400, "idempotencyKeyMissing"    },
            {"POST",    "/v1/referrals",                       TOKEN "Idempotency-Key: a b\r\n",       "{}",           400,
             "idempotencyKeyMissing"                                                                                                                   },
            {"POST",    "/v1/referrals",                       TOKEN KEY,                              "{",            400, "badRequest"               },
            {"POST",    "/v1/referrals",                       TOKEN KEY,                              "",             400, "badRequest"               },
            {"POST",    "/v1/referrals",                       TOKEN KEY,                              "{\"area\":5}", 400,
             "\"in\":\"area\""                                                                                                                         },
            {"POST",    "/v1/referrals",                       TOKEN KEY "Buurtbus-Actor: a b\r\n",    "{}",           400,
             "Buurtbus-Actor"                                                                                                                          },
            {"POST",    "/v1/referrals/5/accept",              TOKEN KEY,                              "{}",           428,
             "preconditionRequired"                                                                                                                    },
            {"POST",    "/v1/referrals/5/accept",              TOKEN KEY "If-Match: \"5-2-00\"\r\n",
             "{}",                                                                                                     412, "preconditionFailed"       },
            {"POST",    "/v1/referrals/5/accept",              TOKEN KEY "If-Match: \"6-3-00\"\r\n",
             "{}",                                                                                                     412, "preconditionFailed"       },
            {"POST",    "/v1/referrals/5/accept",              TOKEN KEY "If-Match: \"5-0-00\"\r\n",
             "{}",                                                                                                     409, "buurtbus:pending"         },
            {"POST",    "/v1/referrals/5/accept",              TOKEN KEY "If-Match: W/\"5-3-00\"\r\n",
             "{}",                                                                                                     412, "preconditionFailed"       },
            {"POST",    "/v1/referrals/5/accept",              TOKEN KEY "If-Match: *\r\n",            "{}",           412,
             "preconditionFailed"                                                                                                                      },
            {"POST",    "/v1/referrals/5/accept",              TOKEN KEY "If-Match: \"5-3-00\"\r\n",
             "{\"event\":\"decline\"}",                                                                                400, "\"in\":\"event\""         },
    };
    check_rows(*state, rows, COUNT_OF(rows));
}

/* What was sent is not said again: it may be about a person. */
static void test_a_problem_repeats_nothing(void **state)
{
    const struct web *web = *state;
    struct web_answer answer = web_ask(web->port, "POST", "/v1/referrals", TOKEN KEY,
            "{\"area\":\"Mevrouw Voorbeeld\",\"urgency\":\"Voorbeeldstraat 1\"}");
    assert_int_equal(answer.status, 400);
    assert_null(strstr(answer.body, "Voorbeeld"));
    assert_null(strstr(answer.head, "Voorbeeld"));
    web_forget(&answer);
}

static struct web_answer ask_raw(const struct web *web, const char *bytes)
{
    int fd = web_connect(web->port);
    assert_true(web_send(fd, bytes, strlen(bytes)));
    struct web_answer answer = web_read(fd, false);
    close(fd);
    return answer;
}

static void check_raw(const struct web *web, const char *bytes, int status)
{
    struct web_answer answer = ask_raw(web, bytes);
    if (answer.status != status)
        fail_msg("%d for %.60s", answer.status, bytes);
    web_forget(&answer);
}

static void test_bytes_that_are_no_request(void **state)
{
    const struct web *web = *state;
    /* Not even a request line: the library hangs up. */
    check_raw(web, "nonsense\r\n\r\n", 0);
    check_raw(web, "GET /health HTTP/1.1\r\n\r\n", 421);
    check_raw(web, "GET /health HTTP/1.1\r\nHost: evil.example\r\n\r\n", 421);
    check_raw(web, "GET /health HTTP/1.0\r\n\r\n", 421);
    check_raw(web, "GET /health HTTP/9.9\r\nHost: localhost\r\n\r\n", 505);
    check_raw(web,
            "POST /v1/referrals HTTP/1.1\r\nHost: localhost\r\n" TOKEN KEY
            "Content-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}",
            415);
    check_raw(web,
            "POST /v1/referrals HTTP/1.1\r\nHost: localhost\r\n" TOKEN KEY
            "Content-Type: application/json; charset=iso-8859-1\r\nContent-Length: 2\r\n\r\n{}",
            415);
    check_raw(web,
            "POST /v1/referrals HTTP/1.1\r\nHost: localhost\r\n" TOKEN KEY
            "Content-Type: application/json; charset=\"UTF-8\"\r\nContent-Length: 2\r\n\r\n{}",
            201);
    check_raw(web,
            "POST /v1/referrals HTTP/1.1\r\nHost: localhost\r\n" TOKEN KEY
            "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
            "zz\r\n",
            400);
    check_raw(web,
            "POST /v1/referrals HTTP/1.1\r\nHost: localhost\r\n" TOKEN KEY
            "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
            "2\r\n{}\r\n0\r\n\r\n",
            201);
}

/* Long headers: ours at 16 KiB, the library's own at what one connection may hold. */
static void test_headers_are_bounded(void **state)
{
    const struct web *web = *state;
    static const size_t sizes[] = {SERVER_HEADERS_MAX - 200, SERVER_HEADERS_MAX,
            100000};
    static const int statuses[] = {200, 431, 431};
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        char *bytes = malloc(sizes[i] + 200);
        assert_non_null(bytes);
        int n = sprintf(bytes, "GET /health HTTP/1.1\r\nHost: localhost\r\nX: ");
        memset(bytes + n, 'a', sizes[i]);
        strcpy(bytes + (size_t)n + sizes[i], "\r\n\r\n");
        int fd = web_connect(web->port);
        web_send(fd, bytes, strlen(bytes));
        struct web_answer answer = web_read(fd, false);
        /* It may have hung up before all was written; never an answer 200. */
        if (answer.status != 0 || statuses[i] == 200)
            assert_int_equal(answer.status, statuses[i]);
        web_forget(&answer);
        close(fd);
        free(bytes);
    }
}

static void check_body(const struct web *web, size_t len, bool chunked, int status)
{
    char head[400];
    char *body = malloc(len);
    assert_non_null(body);
    memset(body, ' ', len);
    memcpy(body, "{}", 2);
    int n = snprintf(head, sizeof head,
            "POST /v1/referrals HTTP/1.1\r\nHost: localhost\r\n" TOKEN KEY
            "Content-Type: application/json\r\n");
    if (chunked)
        n += sprintf(head + n, "Transfer-Encoding: chunked\r\n\r\n%zx\r\n", len);
    else
        n += sprintf(head + n, "Content-Length: %zu\r\n\r\n", len);
    int fd = web_connect(web->port);
    assert_true(web_send(fd, head, (size_t)n));
    /* Of what is announced as too much nothing is read. */
    if (status == 201 || chunked)
        assert_true(web_send(fd, body, len));
    if (chunked)
        assert_true(web_send(fd, "\r\n0\r\n\r\n", 7));
    struct web_answer answer = web_read(fd, false);
    assert_int_equal(answer.status, status);
    web_forget(&answer);
    close(fd);
    free(body);
}

static void test_a_body_is_bounded(void **state)
{
    check_body(*state, SERVER_BODY_MAX, false, 201);
    check_body(*state, SERVER_BODY_MAX + 1, false, 413);
    check_body(*state, SERVER_BODY_MAX, true, 201);
    check_body(*state, SERVER_BODY_MAX + 1, true, 413);
}

static void test_a_path_is_bounded(void **state)
{
    const struct web *web = *state;
    char path[ROUTE_PATH_MAX + 2] = "/";
    memset(path + 1, 'a', ROUTE_PATH_MAX - 1);
    struct web_answer answer = web_ask(web->port, "GET", path, "", NULL);
    assert_int_equal(answer.status, 404);
    web_forget(&answer);
    strcat(path, "a");
    answer = web_ask(web->port, "GET", path, "", NULL);
    assert_int_equal(answer.status, 414);
    web_forget(&answer);
}

static void test_a_token_is_bounded(void **state)
{
    const struct web *web = *state;
    for (int len = 64; len <= 65; len++) {
        char headers[200];
        snprintf(headers, sizeof headers, "Authorization: Bearer %0*d\r\n", len, 1);
        struct web_answer answer =
                web_ask(web->port, "GET", "/v1/referrals/5", headers, NULL);
        assert_int_equal(answer.status, len == 64 ? 200 : 401);
        web_forget(&answer);
    }
}

/* Where who asks sits, as far as the server knows: as it is; but who says "Elsewhere"
 * sits at another computer. */
bool __real_exchange_is_local(const struct exchange *exchange);
bool __wrap_exchange_is_local(const struct exchange *exchange);

bool __wrap_exchange_is_local(const struct exchange *exchange)
{
    return exchange_header(exchange, "Elsewhere") == NULL &&
           __real_exchange_is_local(exchange);
}

static void test_counts_are_for_this_computer(void **state)
{
    static const struct row rows[] = {
            {"GET", "/metrics",     "",                       NULL, 200, "buurtbus_http_requests_total"},
            {"GET", "/metrics",     "Elsewhere: 1\r\n",       NULL, 403,
             "buurtbus:thisComputerOnly"                                                               },
            {"GET", "/metrics",     TOKEN "Elsewhere: 1\r\n", NULL, 403,
             "buurtbus:thisComputerOnly"                                                               },
            {"GET", "/health/live", "Elsewhere: 1\r\n",       NULL, 200, "\"UP\""                      },
    };
    check_rows(*state, rows, COUNT_OF(rows));
}

static void test_a_page_is_bounded(void **state)
{
    static const struct row rows[] = {
            {"GET", "/v1/referrals?pageSize=200&cursor=1000",     TOKEN, NULL, 200,
             "\"pageSize\":200"   },
            {"GET", "/v1/referrals?pageSize=201&cursor=1000",     TOKEN, NULL, 200,
             "\"pageSize\":200"   },
            {"GET", "/v1/referrals?cursor=1234567890123456789",   TOKEN, NULL, 400,
             "\"in\":\"cursor\""  },
            {"GET", "/v1/referrals?pageSize=1234567890123456789", TOKEN, NULL, 400,
             "\"in\":\"pageSize\""},
    };
    check_rows(*state, rows, COUNT_OF(rows));
}

/* More at once than the node is asked at once: all have their answer. */
static void test_a_crowd_waits_its_turn(void **state)
{
    enum { CROWD = 3 * ASKS_SENT_MAX };
    static const char GET[] =
            "GET /v1/referrals/5 HTTP/1.1\r\nHost: localhost\r\n" TOKEN "\r\n";
    const struct web *web = *state;
    int fds[CROWD];
    for (int i = 0; i < CROWD; i++) {
        fds[i] = web_connect(web->port);
        assert_true(web_send(fds[i], GET, strlen(GET)));
    }
    for (int i = 0; i < CROWD; i++) {
        struct web_answer answer = web_read(fds[i], false);
        assert_int_equal(answer.status, 200);
        web_forget(&answer);
        close(fds[i]);
    }
}

static void test_one_connection_carries_many_requests(void **state)
{
    static const char GET[] =
            "GET /v1/referrals/5 HTTP/1.1\r\nHost: localhost\r\n" TOKEN "\r\n";
    const struct web *web = *state;
    int fd = web_connect(web->port);
    for (int i = 0; i < 100; i++) {
        assert_true(web_send(fd, GET, strlen(GET)));
        struct web_answer answer = web_read(fd, false);
        assert_int_equal(answer.status, 200);
        web_forget(&answer);
    }
    close(fd);
}

static void test_what_was_seen_is_not_sent_again(void **state)
{
    const struct web *web = *state;
    char headers[400];
    struct web_answer first = web_ask(web->port, "GET", "/v1/referrals/5", TOKEN, NULL);
    snprintf(headers, sizeof headers, TOKEN "If-None-Match: %s\r\n",
            web_header(&first, "ETag"));
    struct web_answer again =
            web_ask(web->port, "GET", "/v1/referrals/5", headers, NULL);
    assert_int_equal(again.status, 304);
    assert_int_equal(again.len, 0);
    web_forget(&again);
    again = web_ask(web->port, "GET", "/v1/referrals/6", headers, NULL);
    assert_int_equal(again.status, 200);
    web_forget(&again);
    web_forget(&first);
}

/* A node that dies while it is asked, and comes back, is asked once more; the client
 * only waits. */
static void test_a_node_that_comes_back_answers(void **state)
{
    struct web *web = *state;
    static const char GET[] =
            "GET /v1/referrals/5 HTTP/1.1\r\nHost: localhost\r\n" TOKEN "\r\n";
    web_kill_node(web);
    int fd = web_connect(web->port);
    assert_true(web_send(fd, GET, strlen(GET)));
    web_start_node(web);
    struct web_answer answer = web_read(fd, false);
    assert_int_equal(answer.status, 200);
    web_forget(&answer);
    close(fd);
}

static void test_a_question_that_killed_the_node_is_asked_again(void **state)
{
    struct web *web = *state;
    static const char GET[] =
            "GET /v1/referrals/500 HTTP/1.1\r\nHost: localhost\r\n" TOKEN "\r\n";
    int fd = web_connect(web->port);
    assert_true(web_send(fd, GET, strlen(GET)));
    web_wait_node(web);
    web_start_node(web);
    struct web_answer answer = web_read(fd, false);
    assert_int_equal(answer.status, 200);
    web_forget(&answer);
    close(fd);
}

/* The same key twice at once: the second hears that the first is not done. */
static void test_a_request_that_runs_is_not_begun_again(void **state)
{
    static const char POST[] =
            "POST /v1/referrals HTTP/1.1\r\nHost: localhost\r\n" TOKEN
            "Idempotency-Key: same\r\nContent-Type: application/json\r\n"
            "Content-Length: 2\r\n\r\n{}";
    struct web *web = *state;
    web_kill_node(web);
    int first = web_connect(web->port);
    assert_true(web_send(first, POST, strlen(POST)));
    /* Its bytes were there before the second one connected. */
    struct web_answer answer = ask_raw(web, POST);
    assert_int_equal(answer.status, 409);
    assert_non_null(strstr(answer.body, "requestInProgress"));
    web_forget(&answer);
    web_start_node(web);
    answer = web_read(first, false);
    assert_int_equal(answer.status, 201);
    web_forget(&answer);
    close(first);
}

static void test_a_stop_finishes_what_is_in_flight(void **state)
{
    static const char GET[] =
            "GET /v1/referrals/5 HTTP/1.1\r\nHost: localhost\r\n" TOKEN "\r\n";
    struct web web;
    (void)state;
    web_begin(&web, "", true);
    for (int i = 0; i < 2; i++)
        check_raw(&web, GET, 200);
    int idle = web_connect(web.port);
    assert_int_equal(web_stop(&web), 0);
    assert_true(web_is_closed(idle));
    close(idle);
    web_end(&web);
}

static void test_an_application_that_asks_too_often_waits(void **state)
{
    enum { MANY = 400 };
    struct web web;
    bool told = false;
    (void)state;
    web_begin(&web, "requests_a_second = 5\n", true);
    for (int i = 0; i < MANY && !told; i++) {
        struct web_answer answer =
                web_ask(web.port, "GET", "/v1/referrals/5", TOKEN, NULL);
        told = answer.status == 429;
        if (told)
            assert_string_equal(web_header(&answer, "Retry-After"), "1");
        web_forget(&answer);
    }
    assert_true(told);
    web_end(&web);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(test_what_is_let_in),
            cmocka_unit_test(test_what_is_refused),
            cmocka_unit_test(test_a_problem_repeats_nothing),
            cmocka_unit_test(test_bytes_that_are_no_request),
            cmocka_unit_test(test_headers_are_bounded),
            cmocka_unit_test(test_a_body_is_bounded),
            cmocka_unit_test(test_a_path_is_bounded),
            cmocka_unit_test(test_a_token_is_bounded),
            cmocka_unit_test(test_counts_are_for_this_computer),
            cmocka_unit_test(test_a_page_is_bounded),
            cmocka_unit_test(test_a_crowd_waits_its_turn),
            cmocka_unit_test(test_one_connection_carries_many_requests),
            cmocka_unit_test(test_what_was_seen_is_not_sent_again),
            cmocka_unit_test(test_a_node_that_comes_back_answers),
            cmocka_unit_test(test_a_question_that_killed_the_node_is_asked_again),
            cmocka_unit_test(test_a_request_that_runs_is_not_begun_again),
            cmocka_unit_test(test_a_stop_finishes_what_is_in_flight),
            cmocka_unit_test(test_an_application_that_asks_too_often_waits),
    };
    return cmocka_run_group_tests(tests, begin, end);
}

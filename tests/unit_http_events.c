/* unit_http_events.c - following along: events as pages and as a stream, resumed,
 * together, by clients that do not read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "adapters/http/server.h"
#include "core/span.h"
#include "tests/web.h"

#define TOKEN  "Authorization: Bearer abc\r\n"
#define STREAM "Accept: text/event-stream\r\n"

static int begin(void **state)
{
    struct web *web = calloc(1, sizeof *web);
    assert_non_null(web);
    web_begin(web, "requests_a_second = 1000000\n", true);
    *state = web;
    return 0;
}

static int end(void **state)
{
    web_end(*state);
    free(*state);
    return 0;
}

/* Something happens. */
static void step(const struct web *web)
{
    static unsigned n;
    char headers[200];
    snprintf(headers, sizeof headers,
            TOKEN "Idempotency-Key: step%u\r\nIf-Match: \"5-3\"\r\n", n++);
    struct web_answer answer =
            web_ask(web->port, "POST", "/v1/referrals/5/accept", headers, "{}");
    assert_int_equal(answer.status, 200);
    web_forget(&answer);
}

static int follow(const struct web *web, const char *headers)
{
    char bytes[500];
    int fd = web_connect(web->port);
    int n = snprintf(bytes, sizeof bytes,
            "GET /v1/events HTTP/1.1\r\nHost: localhost\r\n%s\r\n", headers);
    assert_true(web_send(fd, bytes, (size_t)n));
    return fd;
}

static void expect(int fd, const char *words)
{
    char *bytes = web_read_until(fd, words);
    free(bytes);
}

static void test_events_come_as_pages(void **state)
{
    const struct web *web = *state;
    struct web_answer answer =
            web_ask(web->port, "GET", "/v1/events?pageSize=2", TOKEN, NULL);
    assert_int_equal(answer.status, 200);
    assert_non_null(
            strstr(answer.body, "\"next\":\"2\",\"pageSize\":2,\"last\":\"2\""));
    assert_non_null(strstr(answer.body,
            "{\"specversion\":\"1.0\",\"id\":\"2\",\"source\":\"urn:buurtbus:centre\","
            "\"type\":\"be.buurtbus.v1.referrals.notify.accepted\","
            "\"subject\":\"referrals/5\",\"time\":\"2026-11-22T"));
    assert_non_null(strstr(answer.body, "notify.infoReplyReceived"));
    web_forget(&answer);
    answer = web_ask(web->port, "GET", "/v1/events?cursor=2", TOKEN, NULL);
    assert_non_null(strstr(answer.body, "\"id\":\"3\""));
    assert_null(strstr(answer.body, "\"id\":\"2\""));
    assert_non_null(strstr(answer.body, "\"next\":null"));
    web_forget(&answer);
    answer = web_ask(web->port, "GET", "/v1/events",
            "Authorization: Bearer deaf\r\n" STREAM, NULL);
    assert_int_equal(answer.status, 403);
    web_forget(&answer);
}

static void test_a_stream_begins_now_or_where_it_was(void **state)
{
    const struct web *web = *state;
    int now = follow(web, TOKEN STREAM);
    expect(now, "retry: 2000");
    int before = follow(web, TOKEN STREAM "Last-Event-ID: 1\r\n");
    char *bytes = web_read_until(before, "id: 3\ndata: {");
    assert_non_null(strstr(bytes, "text/event-stream"));
    assert_non_null(strstr(bytes, "id: 2\ndata: {"));
    assert_null(strstr(bytes, "id: 1\n"));
    free(bytes);
    step(web);
    bytes = web_read_until(now, "id: 4\ndata: {");
    assert_null(strstr(bytes, "id: 3\n"));
    free(bytes);
    expect(before, "id: 4\ndata: {");
    close(before);
    close(now);
    /* Who says in another way where to begin would miss what lies between. */
    static const struct {
        const char *path, *headers, *in;
    } rows[] = {
            {"/v1/events",           TOKEN STREAM "Last-Event-ID: -1\r\n",                  "\"Last-Event-ID\""},
            {"/v1/events",           TOKEN STREAM "Last-Event-ID: event_1\r\n",
             "\"Last-Event-ID\""                                                                               },
            {"/v1/events",           TOKEN STREAM "Last-Event-ID: 1234567890123456789\r\n",
             "\"Last-Event-ID\""                                                                               },
            {"/v1/events?cursor=1",  TOKEN STREAM,                                          "\"?\""            },
            {"/v1/events?sinceMs=1", TOKEN STREAM,                                          "\"?\""            },
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct web_answer answer =
                web_ask(web->port, "GET", rows[i].path, rows[i].headers, NULL);
        assert_int_equal(answer.status, 400);
        assert_non_null(strstr(answer.body, rows[i].in));
        web_forget(&answer);
    }
}

/* The node is killed in between: the stream stays, and nothing is missed or told
 * twice. The node that comes back counts from its table again. */
static void test_a_stream_outlives_the_node(void **state)
{
    struct web *web = *state;
    int fd = follow(web, TOKEN STREAM "Last-Event-ID: 3\r\n");
    expect(fd, "retry: 2000");
    web_kill_node(web);
    web_start_node(web);
    step(web);
    char *bytes = web_read_until(fd, "id: 4\ndata: {");
    assert_null(strstr(bytes, "id: 3\n"));
    free(bytes);
    close(fd);
}

/* The store of the node is an older copy that was put back by hand, which gives the
 * numbers again that the client knows: it is told, and not left to wait for them. */
static void test_who_knows_more_than_the_store_is_told(void **state)
{
    struct web *web = *state;
    struct web_answer answer;
    int fd = follow(web, TOKEN STREAM "Last-Event-ID: 3\r\n");
    expect(fd, "retry: 2000");
    step(web);
    expect(fd, "id: 4\ndata: {");
    web_kill_node(web);
    web_start_node(web);
    expect(fd, "0\r\n\r\n"); /* the last chunk: the stream is over */
    close(fd);
    answer = web_ask(web->port, "GET", "/v1/events",
            TOKEN STREAM "Last-Event-ID: 4\r\n", NULL);
    assert_int_equal(answer.status, 409);
    assert_non_null(strstr(answer.body, ":eventUnknown\""));
    web_forget(&answer);
    answer = web_ask(web->port, "GET", "/v1/events?cursor=4", TOKEN, NULL);
    assert_int_equal(answer.status, 200);
    assert_non_null(strstr(answer.body, "\"items\":[]"));
    assert_non_null(strstr(answer.body, "\"newest\":\"3\""));
    web_forget(&answer);
    /* As far as it goes is not too far. */
    fd = follow(web, TOKEN STREAM "Last-Event-ID: 3\r\n");
    expect(fd, "retry: 2000");
    step(web);
    expect(fd, "id: 4\ndata: {");
    close(fd);
}

/* Resident memory of a process, in KiB. */
static long memory_kib(pid_t pid)
{
    char path[64];
    long pages = 0;
    snprintf(path, sizeof path, "/proc/%d/statm", (int)pid);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_int_equal(fscanf(file, "%*d %ld", &pages), 1);
    fclose(file);
    return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

static void test_a_crowd_of_listeners_is_small(void **state)
{
    enum { CROWD = 300, KIB_MAX = 20 * 1024 };
    const struct web *web = *state;
    int fds[CROWD];
    long before = memory_kib(web->server);
    for (int i = 0; i < CROWD; i++) {
        fds[i] = follow(web, TOKEN STREAM);
        expect(fds[i], "retry: 2000");
    }
    long grown = memory_kib(web->server) - before;
    print_message("%d listeners: %ld KiB\n", CROWD, grown);
#ifndef __SANITIZE_ADDRESS__
    assert_true(grown < KIB_MAX);
#endif
    step(web);
    for (int i = 0; i < CROWD; i++) {
        expect(fds[i], "notify.");
        close(fds[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test_setup_teardown(test_events_come_as_pages, begin, end),
            cmocka_unit_test_setup_teardown(test_a_stream_begins_now_or_where_it_was,
                    begin, end),
            cmocka_unit_test_setup_teardown(test_a_stream_outlives_the_node, begin,
                    end),
            cmocka_unit_test_setup_teardown(test_who_knows_more_than_the_store_is_told,
                    begin, end),
            cmocka_unit_test_setup_teardown(test_a_crowd_of_listeners_is_small, begin,
                    end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* unit_http_hostile.c - clients that mean harm: bytes that two programs would read in
 * two ways, requests that never end, a crowd that says nothing; and everybody else is
 * answered meanwhile. */
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/span.h"
#include "tests/web.h"

#define HOST  "Host: localhost\r\n"
#define TOKEN "Authorization: Bearer abc\r\n"
#define JSON  "Content-Type: application/json\r\n"
#define KEY   "Idempotency-Key: outer\r\n"
#define STEP                                                                           \
    "POST /v1/referrals/5/accept HTTP/1.1\r\n" HOST TOKEN JSON "If-Match: \"5-3\"\r\n"

enum { CROWD = 1000, HONEST = 50 };

static int begin(void **state)
{
    struct rlimit files;
    struct web *web = calloc(1, sizeof *web);
    assert_non_null(web);
    /* The server is a child, and has room for the crowd as well. */
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &files), 0);
    files.rlim_cur = files.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &files), 0);
    web_begin(web, "requests_a_second = 1000000\nconnections = 2000\n", true);
    *state = web;
    return 0;
}

static int end(void **state)
{
    web_end(*state);
    free(*state);
    return 0;
}

/* How much has happened at the node. */
static long happened(const struct web *web)
{
    static const char word[] = "\"newest\":\"";
    struct web_answer answer =
            web_ask(web->port, "GET", "/v1/events?cursor=0", TOKEN, NULL);
    const char *at = answer.status == 200 ? strstr(answer.body, word) : NULL;
    assert_non_null(at);
    long newest = strtol(at + strlen(word), NULL, 10);
    web_forget(&answer);
    return newest;
}

/* All that comes back for these bytes when nothing else is said. The end is said once
 * nothing more comes: libmicrohttpd does not see an end that comes with the last bytes
 * until its connection is cut. */
static char *say(const struct web *web, const char *bytes, size_t len)
{
    enum { QUIET_MS = 100 };
    int fd = web_connect(web->port);
    size_t n = 0, cap = 65536;
    char *said = malloc(cap);
    ssize_t got;
    assert_non_null(said);
    web_send(fd, bytes, len);
    if (poll(&(struct pollfd){.fd = fd, .events = POLLIN}, 1, QUIET_MS) == 0)
        shutdown(fd, SHUT_WR);
    while (n + 1 < cap && (got = recv(fd, said + n, cap - n - 1, 0)) > 0) {
        n += (size_t)got;
        if (poll(&(struct pollfd){.fd = fd, .events = POLLIN}, 1, QUIET_MS) == 0)
            shutdown(fd, SHUT_WR);
    }
    said[n] = '\0';
    close(fd);
    return said;
}

/* What two programs could read in two ways; the second request in it is never obeyed.
 */
static void test_what_can_be_read_in_two_ways_is_not_obeyed(void **state)
{
#define HIDDEN STEP "Idempotency-Key: hidden\r\nContent-Length: 2\r\n\r\n{}"
    static const struct {
        const char *name, *bytes;
        int status; /* of the first answer */
    } rows[] = {
            {"length and chunks",
             "POST /v1/own/intake HTTP/1.1\r\n" HOST TOKEN JSON KEY
                    "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n"
                    "0\r\n\r\n" HIDDEN,
             400                                                                                                      },
            {"chunks and length",
             "POST /v1/own/intake HTTP/1.1\r\n" HOST TOKEN JSON KEY
                    "Transfer-Encoding: chunked\r\nContent-Length: 300\r\n\r\n"
                    "0\r\n\r\n" HIDDEN,
             400                                                                                                      },
            {"two lengths",
             "POST /v1/own/intake HTTP/1.1\r\n" HOST TOKEN JSON KEY
                    "Content-Length: 2\r\nContent-Length: 200\r\n\r\n{}" HIDDEN,
             400                                                                                                      },
            {"the same length twice",
             "POST /v1/own/intake HTTP/1.1\r\n" HOST TOKEN JSON KEY
                    "Content-Length: 200\r\nContent-Length: 2\r\n\r\n{}" HIDDEN,
             400                                                                                                      },
            {"a list of lengths",
             "POST /v1/own/intake HTTP/1.1\r\n" HOST TOKEN JSON KEY
                    "Content-Length: 2, 2\r\n\r\n{}" HIDDEN,
             400                                                                                                      },
            {"a length with a sign",
             "POST /v1/own/intake HTTP/1.1\r\n" HOST TOKEN JSON KEY
                    "Content-Length: +2\r\n\r\n{}" HIDDEN,
             400                                                                                                      },
            {"a negative length",
             "POST /v1/own/intake HTTP/1.1\r\n" HOST TOKEN JSON KEY
                    "Content-Length: -2\r\n\r\n{}" HIDDEN,
             400                                                                                                      },
            {"a length that overflows",
             "POST /v1/own/intake HTTP/1.1\r\n" HOST TOKEN JSON KEY
                    "Content-Length: 18446744073709551618\r\n\r\n{}" HIDDEN,
             413                                                                                                      },
            {"an unknown coding",
             "POST /v1/own/intake HTTP/1.1\r\n" HOST TOKEN JSON KEY
                    "Transfer-Encoding: gzip\r\n\r\n" HIDDEN,
             400                                                                                                      },
            {"two codings",
             "POST /v1/own/intake HTTP/1.1\r\n" HOST TOKEN JSON KEY
                    "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n" HIDDEN,
             400                                                                                                      },
            {"a coding after a tab",
             "POST /v1/own/intake HTTP/1.1\r\n" HOST TOKEN JSON KEY
                    "Transfer-Encoding:\tchunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n" HIDDEN,
             400                                                                                                      },
            {"a blank before the colon",
             "POST /v1/own/intake HTTP/1.1\r\n" HOST TOKEN JSON KEY
                    "Transfer-Encoding : chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n" HIDDEN,
             400                                                                                                      },
            {"a folded header",
             "POST /v1/own/intake HTTP/1.1\r\n" HOST TOKEN JSON KEY
                    "X: a\r\n Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n" HIDDEN,
             400                                                                                                      },
            {"a chunk with an extension",
             "POST /v1/own/intake HTTP/1.1\r\n" HOST TOKEN JSON KEY
                    "Transfer-Encoding: chunked\r\n\r\n2;x=\"y\"\r\n{}\r\n0\r\n\r\n",                              200},
            {"a chunk that overflows",
             "POST /v1/own/intake HTTP/1.1\r\n" HOST TOKEN JSON KEY
                    "Transfer-Encoding: chunked\r\n\r\n10000000000000002\r\n{}\r\n0\r\n\r\n" HIDDEN,
             413                                                                                                      },
            {"a negative chunk",
             "POST /v1/own/intake HTTP/1.1\r\n" HOST TOKEN JSON KEY
                    "Transfer-Encoding: chunked\r\n\r\n-2\r\n{}\r\n0\r\n\r\n" HIDDEN,
             400                                                                                                      },
            {"a chunk in hexadecimal with a prefix",
             "POST /v1/own/intake HTTP/1.1\r\n" HOST TOKEN JSON KEY
                    "Transfer-Encoding: chunked\r\n\r\n0x2\r\n{}\r\n0\r\n\r\n" HIDDEN,
             400                                                                                                      },
            {"a chunk that is longer than it says",
             "POST /v1/own/intake HTTP/1.1\r\n" HOST TOKEN JSON KEY
                    "Transfer-Encoding: chunked\r\n\r\n2\r\n{}" HIDDEN,
             400                                                                                                      },
            {"a body where there is none",
             "GET /health HTTP/1.1\r\n" HOST "Content-Length: 2\r\n\r\n{}",                                        200},
            {"lines that end in one byte",           "GET /health HTTP/1.1\nHost: localhost\n\n",
             200                                                                                                      },
            {"lines that end the other way round",
             "GET /health HTTP/1.1\n\r" HOST "\n\r",                                                               421},
            {"another way to name the place",
             "GET http://evil.example/health HTTP/1.1\r\n" HOST "\r\n",                                            404},
            {"two places",                           "GET /health HTTP/1.1\r\n" HOST "Host: evil.example\r\n\r\n",
             400                                                                                                      },
            {"a proxy is asked for",                 "CONNECT localhost:22 HTTP/1.1\r\n" HOST "\r\n",
             404                                                                                                      },
            {"no version",                           "GET /health\r\n\r\n",                                        400},
            {"encoded dots",                         "GET /v1/%2e%2e/health HTTP/1.1\r\n" HOST TOKEN "\r\n",
             404                                                                                                      },
            {"an encoded end",                       "GET /health%00 HTTP/1.1\r\n" HOST "\r\n",                    404},
            {"an encoded slash",                     "GET /v1%2Freferrals HTTP/1.1\r\n" HOST TOKEN "\r\n",
             404                                                                                                      },
            {"an encoded letter",                    "GET /%68ealth HTTP/1.1\r\n" HOST "\r\n",                     404},
            {"half an encoding",                     "GET /health% HTTP/1.1\r\n" HOST "\r\n",                      404},
            {"an encoded line",                      "GET /health%0d%0aX:%20y HTTP/1.1\r\n" HOST "\r\n",
             404                                                                                                      },
            {"small letters",                        "get /health HTTP/1.1\r\n" HOST "\r\n",                       405},
    };
    const struct web *web = *state;
    long before = happened(web);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        int status = 0;
        char *said = say(web, rows[i].bytes, strlen(rows[i].bytes));
        sscanf(said, "HTTP/1.1 %d", &status);
        if (status != rows[i].status)
            fail_msg("%s: %.300s", rows[i].name, said);
        free(said);
        /* The same key is done once: only what is read in one way is done at all. */
        if (rows[i].status == 200 && strncmp(rows[i].bytes, "POST", 4) == 0)
            before++;
        if (happened(web) != before)
            fail_msg("%s: something was done", rows[i].name);
    }
}

/* Many requests in one write: as many answers, in their order. */
static void test_what_comes_at_once_is_answered_in_order(void **state)
{
    enum { AT_ONCE = 100, ONE_BYTES = 120 };
    const struct web *web = *state;
    char *bytes = malloc(AT_ONCE * ONE_BYTES);
    size_t len = 0;
    assert_non_null(bytes);
    for (int i = 0; i < AT_ONCE; i++)
        len += (size_t)sprintf(bytes + len,
                "GET /v1/referrals/%d HTTP/1.1\r\n" HOST TOKEN "\r\n", i + 1);
    int fd = web_connect(web->port);
    assert_true(web_send(fd, bytes, len));
    for (int i = 0; i < AT_ONCE; i++) {
        char words[40];
        struct web_answer answer = web_read(fd, false);
        snprintf(words, sizeof words, "ETag: \"%d-", i + 1);
        assert_int_equal(answer.status, 200);
        assert_non_null(strstr(answer.head, words));
        web_forget(&answer);
    }
    close(fd);
    free(bytes);
}

/* Lines of a head without an end: cut off long before they fill a memory. */
static void test_a_head_without_an_end_is_cut_off(void **state)
{
    enum { LINES_AT_MOST = 100000 };
    static const char line[] = "X-Line: of which there are more than enough\r\n";
    const struct web *web = *state;
    int fd = web_connect(web->port), n = 0;
    static const char start[] = "GET /health HTTP/1.1\r\n" HOST;
    assert_true(web_send(fd, start, strlen(start)));
    while (n < LINES_AT_MOST && web_send(fd, line, strlen(line)))
        n++;
    assert_true(n < LINES_AT_MOST);
    close(fd);
}

/* The ways to keep a connection without using it. */
static int linger(const struct web *web, int way)
{
    static const char *const SAID[] = {"", "G", "GET /health HTTP/1.1\r\nHost: loc",
            STEP "Idempotency-Key: l\r\nContent-Length: 9\r\n\r\n{\"",
            STEP "Idempotency-Key: l\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"};
    const char *said = SAID[way % (int)COUNT_OF(SAID)];
    int fd = web_connect(web->port);
    assert_true(web_send(fd, said, strlen(said)));
    return fd;
}

static int64_t now_us(void)
{
    enum { SECOND_US = 1000000, NS_OF_US = 1000 };
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * SECOND_US + now.tv_nsec / NS_OF_US;
}

/* One byte at a time, between the requests of everybody else. */
static void drip(int fd, const char *bytes, size_t *at)
{
    if (bytes[*at] != '\0')
        assert_true(web_send(fd, bytes + (*at)++, 1));
}

/* As large as it may be here: each takes a file of the test and one of the server. */
static int crowd_size(void)
{
    enum { OTHERS = 100 };
    struct rlimit files;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &files), 0);
    assert_true(files.rlim_cur > 2 * OTHERS);
    return files.rlim_cur > CROWD + OTHERS ? CROWD : (int)files.rlim_cur - OTHERS;
}

/* A crowd that keeps its connections and says nothing: everybody else is answered, and
 * so is who is slow. */
static void test_a_silent_crowd_holds_nobody_up(void **state)
{
    static const char SLOW[] = "GET /v1/referrals/7 HTTP/1.1\r\n" HOST TOKEN "\r\n";
    const struct web *web = *state;
    static int fds[CROWD];
    const int crowd = crowd_size();
    int64_t longest_us = 0;
    size_t at = 0;
    long before = happened(web);
    for (int i = 0; i < crowd; i++)
        fds[i] = linger(web, i);
    int slow = web_connect(web->port);
    for (size_t i = 0; i < HONEST || SLOW[at] != '\0'; i++) {
        int64_t began_us = now_us();
        drip(slow, SLOW, &at);
        struct web_answer answer =
                web_ask(web->port, "GET", "/v1/referrals/5", TOKEN, NULL);
        assert_int_equal(answer.status, 200);
        web_forget(&answer);
        if (now_us() - began_us > longest_us)
            longest_us = now_us() - began_us;
    }
    struct web_answer answer = web_read(slow, false);
    assert_int_equal(answer.status, 200);
    web_forget(&answer);
    close(slow);
    print_message("beside %d silent connections: answered in %lld us at most\n", crowd,
            (long long)longest_us);
    /* Some hang up in the middle, some half. */
    for (int i = 0; i < crowd; i++) {
        if (i % 2 == 0)
            shutdown(fds[i], SHUT_WR);
        else
            close(fds[i]);
    }
    assert_int_equal(happened(web), before);
    for (int i = 0; i < crowd; i += 2)
        close(fds[i]);
    assert_int_equal(happened(web), before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(test_what_can_be_read_in_two_ways_is_not_obeyed),
            cmocka_unit_test(test_what_comes_at_once_is_answered_in_order),
            cmocka_unit_test(test_a_head_without_an_end_is_cut_off),
            cmocka_unit_test(test_a_silent_crowd_holds_nobody_up),
    };
    return cmocka_run_group_tests(tests, begin, end);
}

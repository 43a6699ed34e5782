/* unit_http_hooks.c - webhooks through the real server: signed, sent until they arrive,
 * in their order, to receivers that are away, slow or hostile, and over kill -9. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "adapters/http/hooks.h"
#include "adapters/http/http.h"
#include "adapters/http/post.h"
#include "tests/catcher.h"
#include "tests/temp.h"
#include "tests/web.h"

#define HOOKS "/v1/webhookEndpoints"

struct stage {
    struct web web;
    struct catcher catcher;
};

/* wait: for an answer; long where each receiver answers, so that a busy machine is no
 * receiver that is slow. */
static int begin_with(void **state, const char *retries, const char *wait,
        const char *give_up)
{
    struct stage *stage = calloc(1, sizeof *stage);
    char conf[2000];
    assert_non_null(stage);
    catcher_begin(&stage->catcher);
    snprintf(conf, sizeof conf,
            "requests_a_second = 1000000\n"
            "webhook_urls = \"%s, https://169.254.169.254/a, https://10.0.0.1/a\"\n"
            "webhook_retries = \"%s\"\nwebhook_wait = \"%s\"\n"
            "webhook_give_up = \"%s\"\n",
            stage->catcher.url, retries, wait, give_up);
    web_begin(&stage->web, conf, true);
    *state = stage;
    return 0;
}

static int begin(void **state)
{
    return begin_with(state, "1s,1s", "10s", "1h");
}

static int begin_patient(void **state)
{
    return begin_with(state, "1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s", "2s",
            "1h");
}

static int begin_hasty(void **state)
{
    return begin_with(state, "1s,1s,1s,1s", "10s", "1s");
}

static int end(void **state)
{
    struct stage *stage = *state;
    web_end(&stage->web);
    catcher_end(&stage->catcher);
    free(stage);
    return 0;
}

/* --- asking --- */

static struct web_answer ask(const struct stage *stage, const char *token,
        const char *method, const char *path, const char *body)
{
    static unsigned n;
    char headers[300];
    snprintf(headers, sizeof headers,
            "Authorization: Bearer %s\r\nIdempotency-Key: wish%u\r\n", token, n++);
    return web_ask(stage->web.port, method, path, headers, body);
}

/* The body of a good answer; on the heap. */
static char *must(const struct stage *stage, const char *method, const char *path,
        const char *body)
{
    struct web_answer answer = ask(stage, "abc", method, path, body);
    if (answer.status != 200 && answer.status != 201)
        fail_msg("%s %s: %d %s", method, path, answer.status, answer.body);
    char *text = answer.body;
    free(answer.head);
    return text;
}

static void text_of(const char *body, const char *name, char *out, size_t cap)
{
    const char *at = strstr(body, name);
    assert_non_null(at);
    at += strlen(name);
    snprintf(out, cap, "%.*s", (int)strcspn(at, "\""), at);
}

/* A webhook at the catcher; more: further members. secret may be NULL. */
static void make(const struct stage *stage, const char *token, const char *more,
        char *secret, size_t cap)
{
    char body[600];
    snprintf(body, sizeof body, "{\"url\":\"%s\"%s}", stage->catcher.url, more);
    struct web_answer answer = ask(stage, token, "POST", HOOKS, body);
    assert_int_equal(answer.status, 201);
    if (secret != NULL)
        text_of(answer.body, "\"secret\":\"", secret, cap);
    web_forget(&answer);
}

/* Something happens in that case. */
static void step(const struct stage *stage, unsigned number)
{
    static unsigned n;
    char path[80], headers[200];
    snprintf(path, sizeof path, "/v1/referrals/%u/accept", number);
    snprintf(headers, sizeof headers,
            "Authorization: Bearer abc\r\nIdempotency-Key: step%u\r\n"
            "If-Match: \"%u-3\"\r\n",
            n++, number);
    struct web_answer answer = web_ask(stage->web.port, "POST", path, headers, "{}");
    assert_int_equal(answer.status, 200);
    web_forget(&answer);
}

/* Until the answer to a question has these words. */
static void until(const struct stage *stage, const char *path, const char *words)
{
    const struct timespec moment = {.tv_nsec = 10000000L};
    for (int i = 0; i < WEB_PATIENCE_MS / 10; i++) {
        char *text = must(stage, "GET", path, NULL);
        bool found = strstr(text, words) != NULL;
        if (!found && i + 1 == WEB_PATIENCE_MS / 10)
            fail_msg("%s does not say %s but %s", path, words, text);
        free(text);
        if (found)
            return;
        nanosleep(&moment, NULL);
    }
}

static const struct caught *caught(const struct stage *stage, int i)
{
    return &stage->catcher.share->caught[i];
}

/* --- what is sent --- */

static void test_an_event_is_sent_and_signed(void **state)
{
    struct stage *stage = *state;
    char secret[100];
    make(stage, "abc", "", secret, sizeof secret);
    step(stage, 5);
    catcher_wait(&stage->catcher, 1);
    const struct caught *one = caught(stage, 0);
    assert_string_equal(one->path, "/hook");
    assert_string_equal(one->type, "application/cloudevents+json");
    assert_non_null(strstr(one->body, "\"specversion\":\"1.0\",\"id\":\"4\""));
    assert_non_null(strstr(one->body, "notify.accepted"));
    assert_null(strchr(one->id, '.'));
    assert_true(catcher_verifies(one, secret));
    secret[10] = secret[10] == 'A' ? 'B' : 'A';
    assert_false(catcher_verifies(one, secret));
    until(stage, HOOKS "/1", "\"waiting\":0,\"failed\":0,\"deliveredMs\":1");
    char *text = must(stage, "GET", HOOKS "/1", NULL);
    assert_non_null(strstr(text, "\"secret\":\"\""));
    assert_non_null(strstr(text, "\"lastStatus\":204"));
    free(text);
}

/* For a while both ends may have the old one. */
static void test_an_old_secret_signs_for_a_while(void **state)
{
    struct stage *stage = *state;
    char old[100], new[100];
    make(stage, "abc", "", old, sizeof old);
    char *text = must(stage, "POST", HOOKS "/1/secret", "{}");
    text_of(text, "\"secret\":\"", new, sizeof new);
    free(text);
    assert_string_not_equal(old, new);
    step(stage, 5);
    catcher_wait(&stage->catcher, 1);
    assert_true(catcher_verifies(caught(stage, 0), old));
    assert_true(catcher_verifies(caught(stage, 0), new));
    /* The one before the last signs no more. */
    free(must(stage, "POST", HOOKS "/1/secret", "{\"overlapHours\":168}"));
    step(stage, 5);
    catcher_wait(&stage->catcher, 2);
    assert_false(catcher_verifies(caught(stage, 1), old));
    assert_true(catcher_verifies(caught(stage, 1), new));
}

static void test_only_what_is_wanted_is_sent(void **state)
{
    struct stage *stage = *state;
    make(stage, "abc", ",\"types\":[\"be.buurtbus.v1.signals.*\"]", NULL, 0);
    step(stage, 5);
    until(stage, HOOKS "/1", "\"lastEvent\":4,\"waiting\":0");
    free(must(stage, "PATCH", HOOKS "/1",
            "{\"types\":[\"be.buurtbus.v1.referrals.notify.accepted\"]}"));
    step(stage, 5); /* received, as every other one */
    step(stage, 5);
    catcher_wait(&stage->catcher, 1);
    assert_non_null(strstr(caught(stage, 0)->body, "\"id\":\"6\""));
}

/* --- what cannot be asked for --- */

/* field, words: of the sentence in Dutch; "" where none is expected. */
static void refused(const struct stage *stage, const char *token, const char *method,
        const char *path, const char *body, int status, const char *field,
        const char *words)
{
    struct web_answer answer = ask(stage, token, method, path, body);
    char in[100];
    if (answer.status != status || strstr(answer.body, words) == NULL)
        fail_msg("%s %s: %d %s", method, body, answer.status, answer.body);
    snprintf(in, sizeof in, "\"in\":\"%s\"", field);
    if (field[0] != '\0')
        assert_non_null(strstr(answer.body, in));
    web_forget(&answer);
}

static void test_what_cannot_be_asked_for(void **state)
{
    static const struct {
        const char *method, *path, *body, *field, *words;
    } ROWS[] = {
            {"POST",  HOOKS,             "{}",                                                   "url",          "zonder wachtwoord"},
            {"POST",  HOOKS,             "{\"url\":\"http://127.0.0.1/x\"}",                     "url",
             "de beheerder kan het"                                                                                                 },
            {"POST",  HOOKS,             "{\"url\":\"http://10.0.0.1/a\"}",                      "url",          "gebruik https"    },
            {"POST",  HOOKS,             "{\"url\":\"http://u:p@127.0.0.1/a\"}",                 "url",
             "zonder wachtwoord"                                                                                                    },
            {"POST",  HOOKS,             "{\"url\":\"ftp://a\"}",                                "url",          "zonder wachtwoord"},
            {"POST",  HOOKS,             "{\"url\":\"https://10.0.0.1/a\",\"types\":[\"a b\"]}",
             "types",                                                                                            ""                 },
            {"PATCH", HOOKS "/1",        "{\"state\":\"gone\"}",                                 "state",        ""                 },
            {"PATCH", HOOKS "/1",        "{\"url\":\"https://10.0.0.1/b\"}",                     "url",
             "de beheerder kan het"                                                                                                 },
            {"POST",  HOOKS "/1/secret", "{\"overlapHours\":169}",                               "overlapHours", ""                 },
            {"POST",  HOOKS "/1/secret", "{\"overlapHours\":4294967296}",                        "overlapHours",
             "is te groot"                                                                                                          },
            {"POST",  HOOKS "/1/replay", "{}",                                                   "fromEvent",    ""                 },
            {"POST",  HOOKS "/1/replay", "{\"failed\":true,\"sinceMs\":1}",                      "fromEvent",
             ""                                                                                                                     },
    };
    struct stage *stage = *state;
    make(stage, "abc", "", NULL, 0);
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++)
        refused(stage, "abc", ROWS[i].method, ROWS[i].path, ROWS[i].body, 400,
                ROWS[i].field, ROWS[i].words);
    refused(stage, "deaf", "GET", HOOKS, NULL, 403, "", "");
    refused(stage, "gone", "GET", HOOKS, NULL, 401, "", "");
    /* Another application's is not there; the administrator sees it. */
    refused(stage, "other", "GET", HOOKS "/1", NULL, 404, "", "");
    refused(stage, "other", "DELETE", HOOKS "/1", NULL, 404, "", "");
    refused(stage, "admin", "GET", HOOKS "/1", NULL, 200, "", "");
    refused(stage, "admin", "DELETE", HOOKS "/1", NULL, 200, "", "");
    refused(stage, "abc", "GET", HOOKS "/1", NULL, 404, "", "");
    refused(stage, "abc", "GET", HOOKS "/1/messages", NULL, 404, "", "");
}

#define FIFTY "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"

/* Nobody has to use such an address first to hear of it. */
static void test_addresses_of_the_settings_are_judged_at_the_start(void **state)
{
    static const struct {
        const char *urls, *words;
    } ROWS[] = {
            {"https://a.example/, dossier.example",                                  "number 2 is no address"    },
            {"ftp://a.example/",                                                     "number 1 is no address"    },
            {"https://u:secret@a.example/",                                          "number 1 is no address"    },
            {"http://127.0.0.1/a,http://10.0.0.1/a",                                 "number 2 begins with http:"},
            {"https://" FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY,
             "number 1 is no address"                                                                            },
    };
    struct temp temp;
    char text[2 * POST_URL_MAX], path[TEMP_PATH_BYTES];
    (void)state;
    temp_init(&temp);
    temp_path(&temp, "http.conf", path);
    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        struct http_conf conf;
        struct err err = {.code = CODE_OK};
        snprintf(text, sizeof text, "listen = \"127.0.0.1:0\"\nwebhook_urls = \"%s\"\n",
                ROWS[i].urls);
        temp_write(path, text, strlen(text));
        assert_true(http_conf_load(temp.folder, &conf, &err));
        assert_null(http_new(&conf, NULL, &err));
        assert_int_equal(err.code, ERR_CONFIG);
        assert_null(strstr(err.msg, "secret"));
        if (strstr(err.msg, ROWS[i].words) == NULL)
            fail_msg("%s: %s", ROWS[i].urls, err.msg);
    }
    temp_done(&temp);
}

static void test_an_address_is_bounded(void **state)
{
    struct stage *stage = *state;
    char body[2 * POST_URL_MAX], url[POST_URL_MAX + 2];
    memset(url, 'x', sizeof url);
    memcpy(url, stage->catcher.url, strlen(stage->catcher.url));
    url[POST_URL_MAX + 1] = '\0';
    snprintf(body, sizeof body, "{\"url\":\"%s\"}", url);
    refused(stage, "abc", "POST", HOOKS, body, 400, "url", "de tekst is te lang");
}

static void test_webhooks_are_bounded(void **state)
{
    struct stage *stage = *state;
    char types[4000] = ",\"types\":[\"a\"";
    for (int i = 0; i < HOOKS_MAX; i++)
        make(stage, "abc", "", NULL, 0);
    char body[300];
    snprintf(body, sizeof body, "{\"url\":\"%s\"}", stage->catcher.url);
    refused(stage, "abc", "POST", HOOKS, body, 400, "url", "er zijn al 32");
    char *text = must(stage, "GET", HOOKS "?pageSize=2&cursor=3", NULL);
    assert_non_null(strstr(text, "{\"items\":[{\"number\":4,"));
    assert_non_null(strstr(text, "\"next\":\"5\",\"pageSize\":2"));
    free(text);
    for (int i = 0; i < 40; i++)
        strcat(types, ",\"a\"");
    char wide[5000];
    snprintf(wide, sizeof wide, "{\"state\":\"\"%s]}", types);
    refused(stage, "abc", "PATCH", HOOKS "/1", wide, 400, "types", "");
}

/* An address that a name leads to is looked at when it is known. */
static void test_some_addresses_are_not_connected_to(void **state)
{
    static const char *const URLS[] = {"https://169.254.169.254/a",
            "https://10.0.0.1/a"};
    struct stage *stage = *state;
    for (unsigned i = 0; i < 2; i++) {
        char body[100], path[60];
        snprintf(body, sizeof body, "{\"url\":\"%s\"}", URLS[i]);
        free(must(stage, "POST", HOOKS, body));
        snprintf(path, sizeof path, HOOKS "/%u/test", i + 1);
        free(must(stage, "POST", path, "{}"));
        snprintf(path, sizeof path, HOOKS "/%u", i + 1);
        until(stage, path, "\"lastFault\":\"address\"");
    }
}

/* --- receivers as they are --- */

static void test_hostile_receivers(void **state)
{
    static const struct {
        enum catcher_mode mode;
        int status;
        const char *fault;
        bool arrives;
    } ROWS[] = {
            {CATCH_STATUS,      500, "status",    false},
            {CATCH_STATUS,      302, "redirect",  false},
            {CATCH_SILENT,      0,   "timeout",   false},
            {CATCH_EARLY,       0,   "no_answer", false},
            {CATCH_SHORT,       0,   "",          true },
            {CATCH_ENDLESS,     0,   "",          true },
            {CATCH_HEADERS,     0,   "",          true },
            {CATCH_HTTP_BY_EAR, 0,   "no_answer", false},
    };
    struct stage *stage = *state;
    make(stage, "abc", "", NULL, 0);
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        char words[60], id[CATCHER_TEXT];
        int before = atomic_load(&stage->catcher.share->n);
        catcher_set(&stage->catcher, ROWS[i].mode, ROWS[i].status);
        step(stage, 5);
        catcher_wait(&stage->catcher, before + 1);
        snprintf(id, sizeof id, "%s", caught(stage, before)->id);
        snprintf(words, sizeof words, "\"lastFault\":\"%s\"", ROWS[i].fault);
        until(stage, HOOKS "/1", words);
        catcher_set(&stage->catcher, CATCH_STATUS, 204);
        until(stage, HOOKS "/1", "\"waiting\":0,\"failed\":0");
        if (!ROWS[i].arrives) {
            /* The same message, and nowhere else. */
            int n = atomic_load(&stage->catcher.share->n);
            assert_string_equal(caught(stage, n - 1)->id, id);
            assert_string_equal(caught(stage, n - 1)->path, "/hook");
        }
    }
}

/* Several at a time, but never two of one referral. */
static void test_not_all_are_sent_at_once(void **state)
{
    struct stage *stage = *state;
    make(stage, "abc", "", NULL, 0);
    catcher_set(&stage->catcher, CATCH_SILENT, 0);
    step(stage, 900);
    catcher_wait(&stage->catcher, 3);
    for (int i = 0; i < 3; i++)
        for (int k = 0; k < i; k++)
            assert_string_not_equal(strstr(caught(stage, i)->body, "subject"),
                    strstr(caught(stage, k)->body, "subject"));
    assert_true(3 <= HOOK_FLIGHTS_MAX);
    /* What waits here is bounded: the rest stays in the journal of the node. */
    char *text = must(stage, "GET", HOOKS "/1/messages?pageSize=200&cursor=1000", NULL);
    assert_non_null(strstr(text, "{\"items\":[],"));
    free(text);
    catcher_set(&stage->catcher, CATCH_STATUS, 204);
    until(stage, HOOKS "/1", "\"lastEvent\":1203,\"waiting\":0,\"failed\":0");
    assert_int_equal(catcher_count(&stage->catcher, "referrals/"), 1200);
}

/* More webhooks than may fly at once, and receivers that do not answer: each one's
 * message arrives all the same. */
static void test_many_webhooks_share_what_may_fly(void **state)
{
    enum { MANY = POSTS_MAX + 4 };
    struct stage *stage = *state;
    for (int i = 0; i < MANY; i++)
        make(stage, "abc", "", NULL, 0);
    catcher_set(&stage->catcher, CATCH_SILENT, 0);
    step(stage, 5);
    catcher_wait(&stage->catcher, POSTS_MAX);
    catcher_set(&stage->catcher, CATCH_STATUS, 204);
    for (int i = 0; i < MANY; i++) {
        char path[60];
        snprintf(path, sizeof path, HOOKS "/%d", i + 1);
        until(stage, path, "\"waiting\":0,\"failed\":0,\"deliveredMs\":1");
    }
    assert_int_equal(catcher_count(&stage->catcher, "referrals/"), MANY);
}

/* The order of each referral, by what arrived first. */
static void check_order(const struct stage *stage, int n_events)
{
    unsigned long last[3] = {0};
    int seen = 0;
    for (int i = 0; i < atomic_load(&stage->catcher.share->n); i++) {
        const struct caught *one = caught(stage, i);
        if (one->status != 204)
            continue;
        const char *subject = strstr(one->body, "\"subject\":\"referrals/");
        const char *id = strstr(one->body, "\"id\":\"");
        assert_non_null(subject);
        assert_non_null(id);
        unsigned long number = strtoul(id + strlen("\"id\":\""), NULL, 10);
        unsigned long which =
                strtoul(subject + strlen("\"subject\":\"referrals/"), NULL, 10) % 3;
        /* Again is allowed, before its time is not. */
        if (number > last[which]) {
            assert_true(last[which] == 0 || number == last[which] + 3);
            last[which] = number;
            seen++;
        }
    }
    assert_int_equal(seen, n_events);
}

/* Down for long, killed again and again: each event arrives, in its order, under one
 * webhook-id. */
static void test_kills_lose_nothing(void **state)
{
    enum { EVENTS = 60, KILLS = 6 };
    struct stage *stage = *state;
    make(stage, "abc", "", NULL, 0);
    for (int kill_no = 0; kill_no < KILLS; kill_no++) {
        catcher_set(&stage->catcher, kill_no % 2 == 0 ? CATCH_DOWN : CATCH_STATUS, 204);
        for (int i = 0; i < EVENTS / KILLS; i++)
            step(stage, 5);
        web_restart(&stage->web);
    }
    catcher_set(&stage->catcher, CATCH_STATUS, 204);
    until(stage, HOOKS "/1", "\"lastEvent\":63,\"waiting\":0,\"failed\":0");
    check_order(stage, EVENTS);
    for (int i = 0; i < atomic_load(&stage->catcher.share->n); i++)
        for (int k = 0; k < i; k++)
            assert_int_equal(strcmp(caught(stage, i)->id, caught(stage, k)->id) == 0,
                    strcmp(caught(stage, i)->body, caught(stage, k)->body) == 0);
}

/* The same wish with the same key over a kill: one webhook, one secret. */
static void test_a_wish_is_done_once(void **state)
{
    static const char HEADERS[] =
            "Authorization: Bearer abc\r\nIdempotency-Key: once\r\n";
    struct stage *stage = *state;
    char body[300];
    snprintf(body, sizeof body, "{\"url\":\"%s\"}", stage->catcher.url);
    struct web_answer first = web_ask(stage->web.port, "POST", HOOKS, HEADERS, body);
    assert_int_equal(first.status, 201);
    assert_string_equal(web_header(&first, "Location"), HOOKS "/1");
    web_restart(&stage->web);
    struct web_answer again = web_ask(stage->web.port, "POST", HOOKS, HEADERS, body);
    assert_int_equal(again.status, 201);
    assert_string_equal(again.body, first.body);
    web_forget(&first);
    web_forget(&again);
    again = web_ask(stage->web.port, "POST", HOOKS, HEADERS, "{\"url\":\"https://x\"}");
    assert_int_equal(again.status, 422);
    web_forget(&again);
    char *text = must(stage, "GET", HOOKS, NULL);
    assert_non_null(strstr(text, "\"pageSize\":1"));
    free(text);
}

/* --- when it does not work --- */

static void test_a_message_is_given_up_and_sent_again(void **state)
{
    struct stage *stage = *state;
    make(stage, "abc", "", NULL, 0);
    snprintf(stage->catcher.share->poison, CATCHER_TEXT, "\"id\":\"4\"");
    catcher_set(&stage->catcher, CATCH_POISON, 0);
    for (int i = 0; i < 6; i++)
        step(stage, 5);
    /* Those of other referrals do not wait for it; its own do until it is given up. */
    until(stage, HOOKS "/1", "\"waiting\":0,\"failed\":1");
    char *text = must(stage, "GET", HOOKS "/1/messages", NULL);
    assert_non_null(strstr(text, "\"messageId\":\"event_4_"));
    assert_non_null(strstr(text, "\"state\":\"failed\""));
    assert_non_null(strstr(text, "\"tries\":3,\"nextTryMs\":0,\"lastStatus\":500"));
    free(text);
    assert_int_equal(catcher_count(&stage->catcher, "referrals/"), 5);
    catcher_set(&stage->catcher, CATCH_STATUS, 204);
    free(must(stage, "POST", HOOKS "/1/replay", "{\"failed\":true}"));
    until(stage, HOOKS "/1", "\"waiting\":0,\"failed\":0");
    assert_int_equal(catcher_count(&stage->catcher, "\"id\":\"4\""), 1);
}

static void test_events_are_sent_again_from_one_or_from_a_time(void **state)
{
    static const char *const WISHES[] = {"{\"fromEvent\":2}",
            "{\"sinceMs\":1795344793518}"};
    struct stage *stage = *state;
    make(stage, "abc", "", NULL, 0);
    for (int i = 0; i < 2; i++) {
        free(must(stage, "POST", HOOKS "/1/replay", WISHES[i]));
        catcher_wait(&stage->catcher, 2 * (i + 1));
        until(stage, HOOKS "/1", "\"lastEvent\":3,\"waiting\":0");
        assert_int_equal(catcher_count(&stage->catcher, "\"id\":\"1\""), 0);
        assert_int_equal(catcher_count(&stage->catcher, "\"id\":\"2\""), i + 1);
        assert_int_equal(catcher_count(&stage->catcher, "\"id\":\"3\""), i + 1);
    }
    assert_string_equal(caught(stage, 0)->id, caught(stage, 2)->id);
}

/* Asked for again from a time on, while some that came before it were not sent yet:
 * these are sent as well. */
static void test_what_was_not_sent_is_not_left_out(void **state)
{
    struct stage *stage = *state;
    make(stage, "abc", "", NULL, 0);
    free(must(stage, "PATCH", HOOKS "/1", "{\"state\":\"disabled\"}"));
    for (int i = 0; i < 3; i++)
        step(stage, 5);
    free(must(stage, "POST", HOOKS "/1/replay", "{\"sinceMs\":1795344797518}"));
    free(must(stage, "PATCH", HOOKS "/1", "{\"state\":\"enabled\"}"));
    until(stage, HOOKS "/1", "\"lastEvent\":6,\"waiting\":0,\"failed\":0");
    assert_int_equal(catcher_count(&stage->catcher, "referrals/"), 3);
}

/* Switched off when the receiver says that it is gone; another webhook of the same
 * application hears of it; switched on again, nothing is missing. */
static void test_a_receiver_that_is_gone(void **state)
{
    struct stage *stage = *state;
    make(stage, "abc", "", NULL, 0);
    make(stage, "abc", ",\"types\":[\"be.buurtbus.v1.webhookEndpoints.*\"]", NULL, 0);
    catcher_set(&stage->catcher, CATCH_STATUS, 410);
    step(stage, 5);
    until(stage, HOOKS "/1", "\"state\":\"disabled\",\"reason\":\"gone\"");
    catcher_set(&stage->catcher, CATCH_STATUS, 204);
    free(must(stage, "PATCH", HOOKS "/2", "{\"state\":\"enabled\"}"));
    until(stage, HOOKS "/2", "\"waiting\":0");
    step(stage, 5);
    step(stage, 5);
    assert_int_equal(catcher_count(&stage->catcher, "referrals/"), 0);
    assert_int_equal(catcher_count(&stage->catcher, "webhookEndpoints/1"), 1);
    free(must(stage, "PATCH", HOOKS "/1", "{\"state\":\"enabled\"}"));
    until(stage, HOOKS "/1", "\"lastEvent\":6,\"waiting\":0,\"failed\":0");
    assert_int_equal(catcher_count(&stage->catcher, "referrals/"), 3);
}

/* The store of the node is older than what was read of it: what happens from then on
 * arrives all the same. */
static void test_a_store_that_was_put_back(void **state)
{
    struct stage *stage = *state;
    make(stage, "abc", "", NULL, 0);
    for (int i = 0; i < 3; i++)
        step(stage, 5);
    until(stage, HOOKS "/1", "\"lastEvent\":6,\"waiting\":0");
    web_kill_node(&stage->web);
    web_start_node(&stage->web);
    until(stage, HOOKS "/1", "\"lastEvent\":3,\"waiting\":0");
    for (int i = 0; i < 4; i++)
        step(stage, 5);
    until(stage, HOOKS "/1", "\"lastEvent\":7,\"waiting\":0,\"failed\":0");
    assert_int_equal(catcher_count(&stage->catcher, "\"id\":\"7\""), 1);
}

/* Nothing has arrived for too long; what came meanwhile is not lost by that. */
static void test_a_receiver_that_fails_for_long(void **state)
{
    struct stage *stage = *state;
    make(stage, "abc", "", NULL, 0);
    catcher_set(&stage->catcher, CATCH_DOWN, 0);
    step(stage, 5);
    until(stage, HOOKS "/1", "\"state\":\"disabled\",\"reason\":\"failing\"");
    struct web_answer answer = web_ask(stage->web.port, "GET", "/health", "", NULL);
    assert_non_null(strstr(answer.body, "\"DEGRADED\""));
    assert_non_null(strstr(answer.body, "webhookDisabled"));
    web_forget(&answer);
    catcher_set(&stage->catcher, CATCH_STATUS, 204);
    free(must(stage, "PATCH", HOOKS "/1", "{\"state\":\"enabled\"}"));
    until(stage, HOOKS "/1", "\"waiting\":0,\"failed\":0,\"deliveredMs\":1");
}

static uint64_t number_of(const char *text, const char *name)
{
    const char *at = strstr(text, name);
    assert_non_null(at);
    return strtoull(at + strlen(name), NULL, 10);
}

/* The receiver says when it wants to be asked again. */
static void test_a_receiver_that_asks_for_time(void **state)
{
    struct stage *stage = *state;
    make(stage, "abc", "", NULL, 0);
    atomic_store(&stage->catcher.share->retry_after_s, 100);
    catcher_set(&stage->catcher, CATCH_STATUS, 503);
    step(stage, 5);
    until(stage, HOOKS "/1", "\"lastStatus\":503");
    char *text = must(stage, "GET", HOOKS "/1/messages", NULL);
    uint64_t made_ms = number_of(text, "\"madeMs\":");
    assert_true(number_of(text, "\"nextTryMs\":") >= made_ms + 100000);
    free(text);
}

/* The administrator takes the address away. */
static void test_an_address_that_is_allowed_no_more(void **state)
{
    static const char NONE[] = "listen = \"127.0.0.1:0\"\n";
    struct stage *stage = *state;
    char path[TEMP_PATH_BYTES + 40];
    make(stage, "abc", "", NULL, 0);
    snprintf(path, sizeof path, "%s/http.conf", stage->web.folder);
    temp_write(path, NONE, strlen(NONE));
    web_restart(&stage->web);
    step(stage, 5);
    until(stage, HOOKS "/1", "\"state\":\"disabled\",\"reason\":\"not_listed\"");
    refused(stage, "abc", "PATCH", HOOKS "/1", "{\"state\":\"enabled\"}", 400, "url",
            "de beheerder kan het");
    assert_int_equal(atomic_load(&stage->catcher.share->n), 0);
}

static void test_a_token_that_is_withdrawn(void **state)
{
    struct stage *stage = *state;
    char path[TEMP_PATH_BYTES + 40];
    make(stage, "leaver", "", NULL, 0);
    snprintf(path, sizeof path, "%s/left", stage->web.folder);
    temp_write(path, "", 0);
    step(stage, 5);
    const struct timespec moment = {.tv_nsec = 10000000L};
    for (int i = 0; i < WEB_PATIENCE_MS / 10; i++) {
        struct web_answer answer = ask(stage, "admin", "GET", HOOKS "/1", NULL);
        bool off = strstr(answer.body, "\"reason\":\"token\"") != NULL;
        web_forget(&answer);
        if (off)
            return;
        nanosleep(&moment, NULL);
    }
    fail_msg("it goes on without a token");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name)    cmocka_unit_test_setup_teardown(name, begin, end)
#define PATIENT(name) cmocka_unit_test_setup_teardown(name, begin_patient, end)
            TEST(test_an_event_is_sent_and_signed),
            TEST(test_an_old_secret_signs_for_a_while),
            TEST(test_only_what_is_wanted_is_sent),
            TEST(test_what_cannot_be_asked_for),
            cmocka_unit_test(test_addresses_of_the_settings_are_judged_at_the_start),
            TEST(test_an_address_is_bounded),
            TEST(test_webhooks_are_bounded),
            TEST(test_some_addresses_are_not_connected_to),
            PATIENT(test_hostile_receivers),
            PATIENT(test_not_all_are_sent_at_once),
            PATIENT(test_kills_lose_nothing),
            PATIENT(test_many_webhooks_share_what_may_fly),
            TEST(test_a_wish_is_done_once),
            TEST(test_a_message_is_given_up_and_sent_again),
            TEST(test_events_are_sent_again_from_one_or_from_a_time),
            TEST(test_what_was_not_sent_is_not_left_out),
            TEST(test_a_receiver_that_is_gone),
            cmocka_unit_test_setup_teardown(test_a_receiver_that_fails_for_long,
                    begin_hasty, end),
            TEST(test_a_store_that_was_put_back),
            TEST(test_a_receiver_that_asks_for_time),
            TEST(test_an_address_that_is_allowed_no_more),
            TEST(test_a_token_that_is_withdrawn),
#undef TEST
#undef PATIENT
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

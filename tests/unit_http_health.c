/* unit_http_health.c - how the API says that it does: health by code, metrics line by
 * line, and nothing of a person in them. */
#include <regex.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "adapters/http/health.h"
#include "adapters/http/metrics.h"
#include "adapters/http/route.h"
#include "tests/web.h"

enum { NOW_MS = 100 * HEALTH_QUEUE_OLD_MS };

static void test_health_by_what_is_so(void **state)
{
    static const struct health well = {.joined = true, .connected = true},
                               alone = {.joined = true}, stranger = {.joined = false},
                               full = {.joined = true,
                                       .connected = true,
                                       .disk_low = true},
                               waits = {.joined = true,
                                       .connected = true,
                                       .waiting = 1,
                                       .waiting_since_ms =
                                               NOW_MS - HEALTH_QUEUE_OLD_MS + 1},
                               old = {.joined = true,
                                       .connected = true,
                                       .waiting = 1,
                                       .waiting_since_ms =
                                               NOW_MS - HEALTH_QUEUE_OLD_MS};
    static const struct {
        const struct health *node;
        struct hooks_count hooks;
        const char *status, *codes;
    } ROWS[] = {
            {&well,     {0},                           "UP",       ""                },
            {&well,     {.all = 3},                    "UP",       ""                },
            {NULL,      {0},                           "DOWN",     "nodeAway "       },
            {&alone,    {0},                           "DEGRADED", "brokerAway "     },
            {&stranger, {0},                           "DEGRADED", "notJoined "      },
            {&full,     {0},                           "DEGRADED", "diskLow "        },
            {&waits,    {0},                           "UP",       ""                },
            {&old,      {0},                           "DEGRADED", "queueOld "       },
            {&well,     {.disk_low = true},            "DEGRADED", "diskLow "        },
            {&well,     {.disabled = 1},               "DEGRADED", "webhookDisabled "},
            {&well,     {.failing = 1},                "DEGRADED", "webhookFailing " },
            {NULL,      {.disabled = 1, .failing = 1}, "DOWN",
             "nodeAway webhookDisabled webhookFailing "                              },
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        char codes[200] = "";
        struct health_report report =
                health_judge(ROWS[i].node, &ROWS[i].hooks, NOW_MS);
        for (size_t k = 0; k < report.n_reasons; k++) {
            strcat(codes, health_reason_code(report.reasons[k]));
            strcat(codes, " ");
            for (int lang = 0; lang < N_LANGS; lang++)
                assert_true(strlen(health_reason_words(report.reasons[k],
                                    (enum lang)lang)) > 10);
        }
        assert_string_equal(health_status_word(report.status), ROWS[i].status);
        assert_string_equal(codes, ROWS[i].codes);
    }
}

/* --- metrics --- */

/* Each line is one of the format's, its labels are of ours, and each name was announced
 * before. */
static void judge_metrics(const char *text)
{
    static const char *const LINES[] = {
            "^# HELP buurtbus_http_[a-z_]+ [A-Za-z ,;:.?]+$",
            "^# TYPE buurtbus_http_[a-z_]+ (counter|gauge|histogram)$",
            "^buurtbus_http_[a-z_]+ [0-9]+$",
            "^buurtbus_http_requests_total\\{operation=\"[A-Za-z]+\",status=\"([0-9]{3}|"
            "other)\"\\} [0-9]+$",
            "^buurtbus_http_request_seconds_bucket\\{operation=\"[A-Za-z]+\",le=\"([0-9."
            "]+|\\+Inf)\"\\} [0-9]+$",
            "^buurtbus_http_request_seconds_sum\\{operation=\"[A-Za-z]+\"\\} "
            "[0-9]+\\.[0-9]{6}$",
            "^buurtbus_http_request_seconds_count\\{operation=\"[A-Za-z]+\"\\} [0-9]+$",
    };
    char *copy = strdup(text), *rest = NULL;
    char announced[100] = "";
    assert_int_equal(text[strlen(text) - 1], '\n');
    for (char *line = strtok_r(copy, "\n", &rest); line != NULL;
            line = strtok_r(NULL, "\n", &rest)) {
        bool fits = false;
        for (size_t i = 0; i < COUNT_OF(LINES) && !fits; i++) {
            regex_t wanted;
            assert_int_equal(regcomp(&wanted, LINES[i], REG_EXTENDED | REG_NOSUB), 0);
            fits = regexec(&wanted, line, 0, NULL, 0) == 0;
            regfree(&wanted);
        }
        if (!fits)
            fail_msg("no line of the format: %s", line);
        if (strncmp(line, "# TYPE ", 7) == 0)
            snprintf(announced, sizeof announced, "%.*s", (int)strcspn(line + 7, " "),
                    line + 7);
        else if (line[0] != '#')
            assert_int_equal(strncmp(line, announced, strlen(announced)), 0);
    }
    free(copy);
}

static void test_counts_and_times(void **state)
{
    static const struct metrics_now now = {.node_up = true, .connections = 7};
    struct err err;
    size_t len;
    struct metrics *metrics = metrics_new(&err);
    (void)state;
    assert_non_null(metrics);
    metrics_note(metrics, &ROUTES[0], 200, 1000);
    metrics_note(metrics, &ROUTES[0], 200, 1001);
    metrics_note(metrics, &ROUTES[0], 503, 20000000);
    metrics_note(metrics, &ROUTES[0], 200, 0); /* a stream */
    metrics_note(metrics, NULL, 404, 5);
    metrics_note(metrics, NULL, 0, 0);
    metrics_note(metrics, NULL, 599, 0);
    char *text = metrics_text(metrics, &now, &len);
    assert_int_equal(strlen(text), len);
    judge_metrics(text);
    static const char *const LINES[] = {
            "requests_total{operation=\"getHealth\",status=\"200\"} 3\n",
            "requests_total{operation=\"getHealth\",status=\"503\"} 1\n",
            "requests_total{operation=\"none\",status=\"404\"} 1\n",
            "requests_total{operation=\"none\",status=\"other\"} 2\n",
            "bucket{operation=\"getHealth\",le=\"0.001\"} 1\n",
            "bucket{operation=\"getHealth\",le=\"0.005\"} 2\n",
            "bucket{operation=\"getHealth\",le=\"10\"} 2\n",
            "bucket{operation=\"getHealth\",le=\"+Inf\"} 3\n",
            "seconds_sum{operation=\"getHealth\"} 20.002001\n",
            "seconds_count{operation=\"getHealth\"} 3\n",
            "buurtbus_http_connections 7\n",
            "buurtbus_http_node_up 1\n",
    };
    for (size_t i = 0; i < COUNT_OF(LINES); i++)
        if (strstr(text, LINES[i]) == NULL)
            fail_msg("%s is not in\n%s", LINES[i], text);
    free(text);
    metrics_free(metrics);
}

/* --- over HTTP --- */

static struct web_answer get(const struct web *web, const char *path, int status)
{
    struct web_answer answer = web_ask(web->port, "GET", path, "", NULL);
    assert_int_equal(answer.status, status);
    return answer;
}

/* What a client says of a person or of itself is in no line. */
static void test_nobody_stands_in_metrics(void **state)
{
    static const char CANARY[] = "canary";
    struct web web;
    (void)state;
    web_begin(&web, "", true);
    static const char *const PATHS[] = {"/v1/referrals/canary", "/canary",
            "/v1/referrals?box=canary", "/v1/refData/canary", "/v1/referrals/12"};
    for (size_t i = 0; i < COUNT_OF(PATHS); i++) {
        struct web_answer answer = web_ask(web.port, "GET", PATHS[i],
                "Authorization: Bearer canary\r\nBuurtbus-Actor: canary\r\n", NULL);
        web_forget(&answer);
    }
    struct web_answer answer = web_ask(web.port, "POST", "/v1/finder",
            "Authorization: Bearer canary\r\n", "{\"place\":\"canary\"}");
    web_forget(&answer);
    answer = get(&web, "/metrics", 200);
    judge_metrics(answer.body);
    assert_non_null(strstr(web_header(&answer, "Content-Type"), "version=0.0.4"));
    assert_null(strstr(answer.body, CANARY));
    assert_null(strstr(answer.body, "thuiszorg"));
    assert_non_null(
            strstr(answer.body, "{operation=\"getReferral\",status=\"200\"} 1\n"));
    web_forget(&answer);
    web_end(&web);
}

static void test_health_over_http(void **state)
{
    struct web web;
    (void)state;
    web_begin(&web, "", false);
    struct web_answer answer = get(&web, "/health", 503);
    assert_non_null(strstr(answer.body,
            "{\"status\":\"DOWN\",\"reasons\":[{\"code\":\"nodeAway\""));
    web_forget(&answer);
    answer = get(&web, "/health/live", 200);
    assert_string_equal(answer.body, "{\"status\":\"UP\",\"reasons\":[]}");
    web_forget(&answer);
    web_start_node(&web);
    for (int i = 0; i < 1000; i++) {
        answer = web_ask(web.port, "GET", "/health", "", NULL);
        int status = answer.status;
        if (status == 200)
            assert_string_equal(answer.body, "{\"status\":\"UP\",\"reasons\":[]}");
        web_forget(&answer);
        if (status == 200)
            break;
        assert_true(i < 999);
        usleep(10000);
    }
    web_end(&web);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(test_health_by_what_is_so),
            cmocka_unit_test(test_counts_and_times),
            cmocka_unit_test(test_nobody_stands_in_metrics),
            cmocka_unit_test(test_health_over_http),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

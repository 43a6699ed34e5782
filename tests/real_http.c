/* real_http.c - the API over real nodes and a real broker: a referral told over HTTP
 * only, by two applications; the same answer after a kill -9 of any process; events
 * that survive it; no person where none may be. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/catcher.h"
#include "tests/fleet_case.h"
#include "tests/temp.h"
#include "tests/web.h"

static const char HOME_CARE[] = "thuiszorg";
static const char CENTRE[] = "dienstencentrum";
static const char PERSON[] = "Rosa Voorbeeld";

/* One server of the API, beside the node of that partner. */
struct api {
    const char *id;
    pid_t pid;
    uint16_t port;
};

struct stage {
    struct fleet fleet;
    struct api home_care, centre;
    struct catcher catcher;
    uint64_t consent;
};

static void log_name(struct stage *stage, const struct api *api,
        char path[FLEET_PATH_BYTES])
{
    fleet_path(&stage->fleet, api->id, "http.log", path);
}

static uint16_t port_said(const char *path)
{
    size_t len = 0;
    char *said = (char *)temp_read(path, &len);
    char *at = said == NULL ? NULL : strstr(said, "port=");
    uint16_t port = at == NULL || strchr(at, '\n') == NULL
                            ? 0
                            : (uint16_t)atoi(at + strlen("port="));
    free(said);
    return port;
}

static void start_api(struct stage *stage, struct api *api)
{
    struct fleet *fleet = &stage->fleet;
    char home[NETWORK_PATH_BYTES], conf[FLEET_PATH_BYTES], log[FLEET_PATH_BYTES];
    char binary[2 * FLEET_PATH_BYTES];
    char words[2 * CATCHER_TEXT];

    network_home(&fleet->network, api->id, home);
    fleet_path(fleet, api->id, "http.conf", conf);
    log_name(stage, api, log);
    snprintf(words, sizeof words,
            "listen = \"127.0.0.1:0\"\nwebhook_urls = \"%s\"\n"
            "webhook_retries = \"1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s\"\n",
            stage->catcher.url);
    temp_write(conf, words, strlen(words));
    temp_write(log, "", 0);
    snprintf(binary, sizeof binary, "%s/buurtbus-http", fleet->bin);
    api->pid = fleet_fork(fleet);
    if (api->pid == 0) {
        if (freopen(log, "a", stderr) != NULL)
            execl(binary, binary, "--home", home, (char *)NULL);
        _exit(1);
    }
    FLEET_UNTIL(fleet, (api->port = port_said(log)) != 0);
}

static int end_api(struct api *api, int how)
{
    int status = 0;

    kill(api->pid, how);
    waitpid(api->pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int begin(void **state)
{
    struct stage *stage = calloc(1, sizeof *stage);

    assert_non_null(stage);
    *state = stage;
    catcher_begin(&stage->catcher);
    fleet_begin_two(&stage->fleet, HOME_CARE, CENTRE);
    fleet_start_all(&stage->fleet);
    fleet_agree(&stage->fleet, HOME_CARE, CENTRE);
    stage->consent = fleet_consent(&stage->fleet, HOME_CARE, PERSON, CENTRE);
    stage->home_care.id = HOME_CARE;
    stage->centre.id = CENTRE;
    start_api(stage, &stage->home_care);
    start_api(stage, &stage->centre);
    return 0;
}

static int end(void **state)
{
    struct stage *stage = *state;

    end_api(&stage->home_care, SIGKILL);
    end_api(&stage->centre, SIGKILL);
    fleet_end(&stage->fleet);
    catcher_end(&stage->catcher);
    free(stage);
    return 0;
}

/* With the token of that partner; more: further lines. */
static struct web_answer ask(struct stage *stage, const struct api *api,
        const char *method, const char *path, const char *more, const char *body)
{
    char headers[1024];

    snprintf(headers, sizeof headers, "Authorization: Bearer %s\r\n%s",
            fleet_program(&stage->fleet, api->id)->token, more);
    return web_ask(api->port, method, path, headers, body);
}

static bool says(struct stage *stage, const struct api *api, const char *path,
        const char *words)
{
    struct web_answer answer = ask(stage, api, "GET", path, "", NULL);
    bool found = answer.status == 200 && strstr(answer.body, words) != NULL;

    web_forget(&answer);
    return found;
}

static uint64_t number_in(const char *text, const char *name)
{
    const char *at = strstr(text, name);

    return at == NULL ? 0 : strtoull(at + strlen(name), NULL, 10);
}

static uint64_t refer(struct stage *stage, const char *key)
{
    char headers[200], body[800];

    snprintf(headers, sizeof headers, "Idempotency-Key: %s\r\n", key);
    snprintf(body, sizeof body,
            "{\"consentNumber\":%llu,\"candidates\":[\"%s\"],\"mode\":\"direct\","
            "\"purpose\":\"care_coordination\",\"urgency\":\"routine\",\"area\":\"21004\","
            "\"referral\":{\"person\":{\"name\":\"%s\",\"address\":\"Voorbeeldstraat 12\","
            "\"language\":\"nl\",\"ageBand\":\"80_89\"},\"strengths\":\"tells stories\","
            "\"needs\":[\"loneliness_isolation\"],\"reason\":\"lives alone\","
            "\"reasonLanguage\":\"en\",\"handoverMode\":\"warm_visit\"}}",
            (unsigned long long)stage->consent, CENTRE, PERSON);
    struct web_answer answer =
            ask(stage, &stage->home_care, "POST", "/v1/referrals", headers, body);
    if (answer.status != 201)
        fleet_fail(&stage->fleet, "%d %s", answer.status, answer.body);
    uint64_t number = number_in(answer.body, "\"caseNumber\":");
    char location[64];
    snprintf(location, sizeof location, "/v1/referrals/%llu",
            (unsigned long long)number);
    assert_string_equal(web_header(&answer, "Location"), location);
    web_forget(&answer);
    return number;
}

/* The headers of a step: the key, and the version that is there now. */
static void step_headers(struct stage *stage, const struct api *api, uint64_t number,
        const char *key, char headers[300])
{
    char path[64];

    snprintf(path, sizeof path, "/v1/referrals/%llu", (unsigned long long)number);
    struct web_answer answer = ask(stage, api, "GET", path, "", NULL);
    assert_int_equal(answer.status, 200);
    snprintf(headers, 300, "Idempotency-Key: %s\r\nIf-Match: %s\r\n", key,
            web_header(&answer, "ETag"));
    web_forget(&answer);
}

/* The first case behind that number that waits for a decision. */
static uint64_t wait_decision(struct stage *stage, uint64_t after)
{
    char path[100];

    snprintf(path, sizeof path, "/v1/referrals?box=to_decide&pageSize=1&cursor=%llu",
            (unsigned long long)after);
    FLEET_UNTIL(&stage->fleet,
            says(stage, &stage->centre, path, "\"items\":[{\"number\":"));
    struct web_answer answer = ask(stage, &stage->centre, "GET", path, "", NULL);
    uint64_t number = number_in(answer.body, "\"items\":[{\"number\":");
    web_forget(&answer);
    return number;
}

/* Refer, look, accept; every process is killed in between; the same key gives the same
 * bytes, and one effect. */
static void test_a_referral_over_http_survives_kills(void **state)
{
    struct stage *stage = *state;
    char headers[300], path[80];

    uint64_t sent = refer(stage, "refer-1");
    uint64_t number = wait_decision(stage, 0);
    step_headers(stage, &stage->centre, number, "accept-1", headers);
    snprintf(path, sizeof path, "/v1/referrals/%llu/accept",
            (unsigned long long)number);
    struct web_answer first = ask(stage, &stage->centre, "POST", path, headers, "{}");
    assert_int_equal(first.status, 200);

    assert_int_equal(end_api(&stage->centre, SIGKILL), 128 + SIGKILL);
    fleet_kill(&stage->fleet, CENTRE);
    fleet_kill(&stage->fleet, NETWORK_BROKER);
    fleet_start_ready(&stage->fleet, NETWORK_BROKER);
    fleet_start_ready(&stage->fleet, CENTRE);
    start_api(stage, &stage->centre);
    for (int i = 0; i < 2; i++) {
        /* The second time by somebody whose screen is in French. */
        snprintf(headers + strlen(headers), sizeof headers - strlen(headers), "%s",
                i == 0 ? "" : "Accept-Language: fr\r\n");
        struct web_answer again =
                ask(stage, &stage->centre, "POST", path, headers, "{}");
        assert_int_equal(again.status, first.status);
        assert_string_equal(again.body, first.body);
        web_forget(&again);
    }
    web_forget(&first);
    /* Another wish under the same key is refused, and so is an old state. */
    snprintf(path, sizeof path, "/v1/referrals/%llu/decline",
            (unsigned long long)number);
    struct web_answer other = ask(stage, &stage->centre, "POST", path, headers,
            "{\"declineReason\":\"volunteers_at_limit\"}");
    assert_int_equal(other.status, 422);
    web_forget(&other);
    assert_int_equal(refer(stage, "refer-1"), sent);
    snprintf(path, sizeof path, "/v1/referrals/%llu", (unsigned long long)sent);
    FLEET_UNTIL(&stage->fleet,
            says(stage, &stage->home_care, path, "\"state\":\"accepted\""));
    snprintf(path, sizeof path, "/v1/referrals/%llu", (unsigned long long)number);
    FLEET_UNTIL(&stage->fleet, says(stage, &stage->centre, path, PERSON));
}

/* The step before may still be on its way: then that is the answer. */
static bool is_stale(struct stage *stage, const char *path, const char *headers)
{
    struct web_answer answer = ask(stage, &stage->centre, "POST", path, headers, "{}");
    int status = answer.status;

    web_forget(&answer);
    if (status != 412)
        assert_int_equal(status, 409);
    return status == 412;
}

static void test_a_state_that_was_not_seen_is_not_decided_on(void **state)
{
    struct stage *stage = *state;
    char headers[300], path[80];

    refer(stage, "refer-2");
    uint64_t number = wait_decision(stage, 0);
    step_headers(stage, &stage->centre, number, "accept-2", headers);
    snprintf(path, sizeof path, "/v1/referrals/%llu/seen", (unsigned long long)number);
    struct web_answer answer = ask(stage, &stage->centre, "POST", path, headers, "{}");
    assert_int_equal(answer.status, 200);
    web_forget(&answer);
    char *key = strstr(headers, "accept-2");
    assert_non_null(key);
    memcpy(key, "accept-3", strlen("accept-3"));
    snprintf(path, sizeof path, "/v1/referrals/%llu/accept",
            (unsigned long long)number);
    FLEET_UNTIL(&stage->fleet, is_stale(stage, path, headers));
}

/* That it was seen may still be on its way: the state that is shown then can be decided
 * on all the same. */
static void test_what_was_seen_can_be_decided_on_without_a_broker(void **state)
{
    static const char *const steps[] = {"seen", "accept"};
    struct stage *stage = *state;
    char headers[300], path[80];

    uint64_t before = wait_decision(stage, 0);
    refer(stage, "refer-3");
    uint64_t number = wait_decision(stage, before);
    fleet_kill(&stage->fleet, NETWORK_BROKER);
    for (size_t i = 0; i < COUNT_OF(steps); i++) {
        step_headers(stage, &stage->centre, number, steps[i], headers);
        snprintf(path, sizeof path, "/v1/referrals/%llu/%s", (unsigned long long)number,
                steps[i]);
        struct web_answer answer =
                ask(stage, &stage->centre, "POST", path, headers, "{}");
        assert_int_equal(answer.status, 200);
        web_forget(&answer);
    }
    fleet_start_ready(&stage->fleet, NETWORK_BROKER);
}

/* What is told to who follows: ids and codes. */
static void test_events_tell_no_person(void **state)
{
    struct stage *stage = *state;
    char *log, path[FLEET_PATH_BYTES];
    size_t len = 0;

    FLEET_UNTIL(&stage->fleet,
            says(stage, &stage->centre, "/v1/events?cursor=0&pageSize=200",
                    "notify.contentReceived"));
    struct web_answer answer = ask(stage, &stage->centre, "GET",
            "/v1/events?cursor=0&pageSize=200", "", NULL);
    assert_non_null(strstr(answer.body, "notify.previewReceived"));
    assert_non_null(strstr(answer.body, "notify.accepted"));
    assert_null(strstr(answer.body, "Rosa"));
    assert_null(strstr(answer.body, "Voorbeeld"));
    web_forget(&answer);
    log_name(stage, &stage->centre, path);
    log = (char *)temp_read(path, &len);
    assert_null(strstr(log, "Rosa"));
    free(log);
    assert_int_equal(end_api(&stage->centre, SIGTERM), 0);
    start_api(stage, &stage->centre);
}

/* The token of a new application with this scope, as a header. */
static void new_token(struct stage *stage, const char *name, enum scope scope,
        char headers[200])
{
    const struct change_token change = {.name = name, .scopes = &scope, .n_scopes = 1};
    const struct request request = {.token_change = &change};

    const struct reply *reply = fleet_must(&stage->fleet, CENTRE, &request, "");
    snprintf(headers, 200, "Authorization: Bearer %s\r\n", reply->made->text);
}

/* What an application may not, it cannot over HTTP either. */
static void test_a_token_may_what_its_scopes_say(void **state)
{
    struct stage *stage = *state;
    char headers[200];

    new_token(stage, "map", SCOPE_DIRECTORY_READ, headers);
    struct web_answer answer = web_ask(stage->centre.port, "GET",
            "/v1/directory/organizations", headers, NULL);
    assert_int_equal(answer.status, 200);
    assert_non_null(strstr(answer.body, HOME_CARE));
    web_forget(&answer);
    answer = web_ask(stage->centre.port, "GET", "/v1/referrals", headers, NULL);
    assert_int_equal(answer.status, 403);
    web_forget(&answer);
    answer = web_ask(stage->centre.port, "GET", "/v1/events", headers, NULL);
    assert_int_equal(answer.status, 403);
    web_forget(&answer);
    /* Who reads signals hears nothing of referrals. */
    new_token(stage, "meldpunt", SCOPE_SIGNAL_READ, headers);
    answer = web_ask(stage->centre.port, "GET", "/v1/events?cursor=0", headers, NULL);
    assert_int_equal(answer.status, 200);
    assert_non_null(strstr(answer.body, "\"items\":[]"));
    web_forget(&answer);
    answer = web_ask(stage->centre.port, "GET", "/v1/referrals",
            "Authorization: Bearer nobody\r\n", NULL);
    assert_int_equal(answer.status, 401);
    web_forget(&answer);
}

static void check_post(struct stage *stage, const char *path, const char *key,
        const char *body, int status)
{
    char headers[100];

    snprintf(headers, sizeof headers, "Idempotency-Key: %s\r\n", key);
    struct web_answer answer = ask(stage, &stage->centre, "POST", path, headers, body);
    if (answer.status != status)
        fleet_fail(&stage->fleet, "%s: %d %s", path, answer.status, answer.body);
    web_forget(&answer);
}

/* Which signals the centre wants is known elsewhere; what it has none of is refused. */
static void test_signals_are_subscribed_to(void **state)
{
    struct stage *stage = *state;

    check_post(stage, "/v1/own/subscriptions", "subscribe-1",
            "{\"areas\":[\"21004\"],\"needs\":[\"debt\"]}", 200);
    FLEET_UNTIL(&stage->fleet,
            says(stage, &stage->home_care, "/v1/directory/subscriptions",
                    "\"subscription\":{\"areas\":[\"21004\"]"));
    check_post(stage, "/v1/own/subscriptions", "subscribe-2", "{\"areas\":[]}", 400);
    check_post(stage, "/v1/own/subscriptions", "subscribe-3", "{\"end\":true}", 200);
    check_post(stage, "/v1/signals/1/share", "share-1", "{\"consentNumber\":99}", 404);
    assert_true(says(stage, &stage->centre, "/v1/own/load", "\"items\":[]"));
    check_post(stage, "/v1/own/volunteers", "volunteers-1",
            "{\"antenna\":\"antenne-noord\",\"band\":\"3_5\",\"most\":6}", 404);
}

/* Is this event, as it stands in a page, one that the receiver has had? */
static bool was_sent(const struct stage *stage, uint64_t number)
{
    char id[40];

    snprintf(id, sizeof id, "\"id\":\"%llu\"", (unsigned long long)number);
    return catcher_count(&stage->catcher, id) > 0;
}

/* Those of one referral came in their order, whatever came twice. */
static void check_order(const struct stage *stage)
{
    int n = atomic_load(&stage->catcher.share->n);

    for (int i = 0; i < n; i++) {
        const struct caught *one = &stage->catcher.share->caught[i];
        uint64_t subject = number_in(one->body, "\"subject\":\"referrals/");
        bool before = false;
        for (int k = 0; k < i && !before; k++)
            before = strcmp(stage->catcher.share->caught[k].id, one->id) == 0;
        for (int k = 0; k < i && !before && one->status == 204; k++) {
            const struct caught *earlier = &stage->catcher.share->caught[k];
            if (earlier->status == 204 &&
                    number_in(earlier->body, "\"subject\":\"referrals/") == subject)
                assert_true(number_in(earlier->body, "\"id\":\"") <
                            number_in(one->body, "\"id\":\""));
        }
    }
}

/* No person, in what was sent and in what the API keeps and says. */
static void check_nobody(struct stage *stage)
{
    static const char *const FILES[] = {"http.log", "http.db", "http.db-wal"};
    static const char *const CANARIES[] = {"Rosa", "Voorbeeld", "lives alone"};

    struct web_answer metrics =
            web_ask(stage->centre.port, "GET", "/metrics", "", NULL);
    assert_int_equal(metrics.status, 200);
    assert_null(strstr(metrics.body, HOME_CARE));
    for (size_t c = 0; c < COUNT_OF(CANARIES); c++) {
        assert_null(strstr(metrics.body, CANARIES[c]));
        for (int i = 0; i < atomic_load(&stage->catcher.share->n); i++)
            assert_null(strstr(stage->catcher.share->caught[i].body, CANARIES[c]));
        for (size_t i = 0; i < COUNT_OF(FILES); i++) {
            char path[FLEET_PATH_BYTES];
            size_t len = 0;
            fleet_path(&stage->fleet, CENTRE, FILES[i], path);
            uint8_t *bytes = temp_read(path, &len);
            if (bytes != NULL)
                assert_null(memmem(bytes, len, CANARIES[c], strlen(CANARIES[c])));
            free(bytes);
        }
    }
    web_forget(&metrics);
}

/* Referrals come while the receiver is away and while each program is killed: all that
 * happened arrives once it is back. */
static void test_webhooks_outlive_every_process(void **state)
{
    struct stage *stage = *state;
    char body[2 * CATCHER_TEXT], secret[100];

    catcher_set(&stage->catcher, CATCH_DOWN, 0);
    snprintf(body, sizeof body, "{\"url\":\"%s\"}", stage->catcher.url);
    struct web_answer made = ask(stage, &stage->centre, "POST", "/v1/webhookEndpoints",
            "Idempotency-Key: hook\r\n", body);
    assert_int_equal(made.status, 201);
    uint64_t from = number_in(made.body, "\"lastEvent\":");
    const char *at = strstr(made.body, "whsec_");
    assert_non_null(at);
    snprintf(secret, sizeof secret, "%.*s", (int)strcspn(at, "\""), at);
    web_forget(&made);
    refer(stage, "hook-1");
    wait_decision(stage, 0);
    end_api(&stage->centre, SIGKILL);
    refer(stage, "hook-2");
    fleet_kill(&stage->fleet, CENTRE);
    fleet_kill(&stage->fleet, NETWORK_BROKER);
    fleet_start_ready(&stage->fleet, NETWORK_BROKER);
    fleet_start_ready(&stage->fleet, CENTRE);
    start_api(stage, &stage->centre);
    refer(stage, "hook-3");
    catcher_set(&stage->catcher, CATCH_STATUS, 204);
    end_api(&stage->centre, SIGKILL);
    start_api(stage, &stage->centre);
    /* Three previews came, at least; what the node tells is what was sent. */
    FLEET_UNTIL(&stage->fleet,
            catcher_count(&stage->catcher, "notify.previewReceived") >= 3);
    FLEET_UNTIL(&stage->fleet, says(stage, &stage->centre, "/v1/webhookEndpoints/1",
                                       "\"waiting\":0,\"failed\":0"));
    char path[80];
    snprintf(path, sizeof path, "/v1/events?pageSize=200&cursor=%llu",
            (unsigned long long)from);
    struct web_answer page = ask(stage, &stage->centre, "GET", path, "", NULL);
    assert_int_equal(page.status, 200);
    for (const char *id = page.body; (id = strstr(id, "\"id\":\"")) != NULL; id++) {
        uint64_t number = number_in(id, "\"id\":\"");
        FLEET_UNTIL(&stage->fleet, was_sent(stage, number));
    }
    web_forget(&page);
    check_order(stage);
    assert_true(catcher_verifies(&stage->catcher.share->caught[0], secret));
    check_nobody(stage);
}

/* --- a stream over restarts --- */

enum { FOLLOWED_MAX = 200, HEARD_BYTES = 65536 };

/* What came on one connection, and the ids of all whole events so far. */
struct followed {
    char heard[HEARD_BYTES];
    uint64_t ids[FOLLOWED_MAX];
    size_t n;
};

static void note_ids(struct followed *followed)
{
    const char *at = followed->heard;
    while ((at = strstr(at, "id: ")) != NULL && strstr(at, "\n\n") != NULL) {
        assert_true(followed->n < FOLLOWED_MAX);
        followed->ids[followed->n++] = strtoull(at + strlen("id: "), NULL, 10);
        at = strstr(at, "\n\n");
    }
    followed->heard[0] = '\0';
}

static uint64_t newest_event(struct stage *stage)
{
    struct web_answer answer =
            ask(stage, &stage->centre, "GET", "/v1/events?cursor=0", "", NULL);
    assert_int_equal(answer.status, 200);
    uint64_t newest = number_in(answer.body, "\"newest\":\"");
    web_forget(&answer);
    return newest;
}

/* HTTP/1.0, so that the stream comes without chunks between its lines. */
static int follow(struct stage *stage, uint64_t after)
{
    char bytes[400];
    int fd = web_connect(stage->centre.port);
    int n = snprintf(bytes, sizeof bytes,
            "GET /v1/events HTTP/1.0\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n"
            "Accept: text/event-stream\r\nLast-Event-ID: %llu\r\n\r\n",
            fleet_program(&stage->fleet, CENTRE)->token, (unsigned long long)after);
    assert_true(web_send(fd, bytes, (size_t)n));
    return fd;
}

/* Is there a whole event that says so, for the n-th time? */
static bool has_heard(const struct followed *followed, size_t n)
{
    const char *at = followed->heard;
    while (n-- > 0)
        if ((at = strstr(at, "notify.previewReceived\"")) == NULL ||
                (at = strstr(at, "\n\n")) == NULL)
            return false;
    return true;
}

/* Listen until somebody was referred to us for the n-th time on this connection. */
static void hear(int fd, struct followed *followed, size_t n)
{
    while (!has_heard(followed, n)) {
        char *bytes = web_read_until(fd, "\n");
        assert_true(strlen(followed->heard) + strlen(bytes) < HEARD_BYTES);
        strcat(followed->heard, bytes);
        free(bytes);
    }
}

/* The node is killed beneath a stream, then the API itself: who goes on behind the last
 * event has heard each of them once, in their order. */
static void test_a_stream_goes_on_over_restarts(void **state)
{
    struct stage *stage = *state;
    static struct followed followed, all;
    char path[80];
    uint64_t before = newest_event(stage);

    int fd = follow(stage, before);
    refer(stage, "follow-1");
    hear(fd, &followed, 1);
    fleet_kill(&stage->fleet, CENTRE);
    fleet_start_ready(&stage->fleet, CENTRE);
    refer(stage, "follow-2");
    hear(fd, &followed, 2);
    note_ids(&followed);
    assert_int_equal(end_api(&stage->centre, SIGKILL), 128 + SIGKILL);
    close(fd);
    refer(stage, "follow-3");
    start_api(stage, &stage->centre);
    fd = follow(stage, followed.ids[followed.n - 1]);
    hear(fd, &followed, 1);
    note_ids(&followed);
    close(fd);

    snprintf(path, sizeof path, "/v1/events?pageSize=200&cursor=%llu",
            (unsigned long long)before);
    struct web_answer answer = ask(stage, &stage->centre, "GET", path, "", NULL);
    for (const char *at = answer.body; (at = strstr(at, "\"id\":\"")) != NULL; at++)
        all.ids[all.n++] = number_in(at, "\"id\":\"");
    web_forget(&answer);
    assert_true(followed.n >= 3 && all.n >= followed.n);
    for (size_t i = 0; i < followed.n; i++)
        assert_int_equal(followed.ids[i], all.ids[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(test_a_referral_over_http_survives_kills),
            cmocka_unit_test(test_a_state_that_was_not_seen_is_not_decided_on),
            cmocka_unit_test(test_what_was_seen_can_be_decided_on_without_a_broker),
            cmocka_unit_test(test_events_tell_no_person),
            cmocka_unit_test(test_a_token_may_what_its_scopes_say),
            cmocka_unit_test(test_webhooks_outlive_every_process),
            cmocka_unit_test(test_signals_are_subscribed_to),
            cmocka_unit_test(test_a_stream_goes_on_over_restarts),
    };

    return cmocka_run_group_tests(tests, begin, end);
}

/* unit_http_contract.c - the operations of the HTTP API as a table: they fit the
 * messages, stand in the contract and on the page for people; and what problems are
 * called. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "adapters/http/json_docs.h"
#include "adapters/http/json_openapi.h"
#include "adapters/http/operation.h"
#include "adapters/http/problem.h"
#include "adapters/http/route.h"
#include "adapters/json.h"
#include "gen/content.h"
#include "gen/gateway.h"

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

/* A cursor is a number: what goes on behind a name is asked for by that name. */
static void test_a_list_goes_on_behind_a_number_or_a_name(void **state)
{
    size_t names = 0;
    (void)state;
    for (size_t i = 0; i < N_ROUTES; i++) {
        const struct wire_map *question = operation_question(&ROUTES[i]);
        struct wire_field after;
        if (question == NULL || !wire_field_find(question, "after", &after))
            continue;
        bool name = after.kind == WALK_TEXT;
        if (operation_takes(&ROUTES[i], "after") != name)
            fail_msg("%s", ROUTES[i].id);
        names += name;
    }
    assert_int_equal(names, 1); /* municipalities */
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
            {"createReferral", "disk",                  true },
            {"createSignal",   "disk",                  true },
            {"acceptReferral", "disk",                  false},
            {"acceptReferral", "nomem",                 true },
            {"acceptReferral", "internalServerError",   true },
            {"listReferrals",  "internalServerError",   true },
            {"getLiveness",    "internalServerError",   false},
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
        /* What the command line asks for is no help here. */
        assert_true(code == ERR_USAGE || strstr(problem.title, "--") == NULL);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(test_each_row_fits_the_messages),
            cmocka_unit_test(test_what_a_row_fixes_can_be_said),
            cmocka_unit_test(test_a_list_goes_on_behind_a_number_or_a_name),
            cmocka_unit_test(test_a_request_finds_its_row),
            cmocka_unit_test(test_a_parameter_has_at_most_63_characters),
            cmocka_unit_test(test_the_contract_has_every_operation),
            cmocka_unit_test(test_each_operation_has_its_words),
            cmocka_unit_test(test_what_an_operation_can_answer),
            cmocka_unit_test(test_problems_of_an_operation_are_bounded),
            cmocka_unit_test(test_the_page_needs_nothing_from_elsewhere),
            cmocka_unit_test(test_each_code_is_a_problem),
            cmocka_unit_test(test_problems_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* json_openapi_example.c - examples of the contract: the results of operations.tsv,
 * said the way the program says those of the node. */
#include <stdio.h>
#include <stdlib.h>

#include "adapters/http/json_answer.h"
#include "adapters/http/json_openapi_inner.h"
#include "adapters/http/metrics.h"

enum { EXAMPLE_ARENA = 1048576 };

json_t *openapi_request_example(const struct route *route)
{
    const struct operation_words *words = operation_words(route->id);
    return words == NULL || words->request[0] == '\0'
                   ? NULL
                   : json_loads(words->request, JSON_REJECT_DUPLICATES, NULL);
}

json_t *openapi_word_example(const struct route *route, const char *word)
{
    static const struct {
        const char *word, *value;
    } WORDS[] = {
            {"vocabulary", "urgency"   },
            {"partner",    "ldc-aksant"},
            {"kind",       "area"      },
    };
    for (size_t i = 0; i < COUNT_OF(WORDS); i++)
        if (strcmp(WORDS[i].word, word) == 0)
            return json_string(WORDS[i].value);
    if (strcmp(word, "number") != 0)
        return NULL;
    if (strncmp(route->path, "/v1/signals/", strlen("/v1/signals/")) == 0)
        return json_integer(31);
    bool consent = strncmp(route->path, "/v1/consents/", strlen("/v1/consents/")) == 0;
    return json_integer(consent ? 7 : 12);
}

/* What stands in the body of an answer; takes it. */
static json_t *body_of(bool made, struct response *answer)
{
    json_t *body = made ? json_loadb(answer->body, answer->len, 0, NULL) : NULL;
    free(answer->body);
    return body;
}

/* What is counted of one request for these counts. */
static json_t *counts(const struct route *route)
{
    static const struct metrics_now now = {.node_up = true, .connections = 1};
    struct err err;
    size_t len;
    struct metrics *metrics = metrics_new(&err);
    if (metrics == NULL)
        return NULL;
    metrics_note(metrics, route, 200, 400);
    char *text = metrics_text(metrics, &now, &len);
    json_t *made = text != NULL ? json_string(text) : NULL;
    free(text);
    metrics_free(metrics);
    return made;
}

static json_t *local_example(const struct route *route)
{
    static const struct health_report up = {.status = HEALTH_UP};
    struct response answer = {0};
    if (strcmp(route->op, "health") == 0 || strcmp(route->op, "live") == 0)
        return body_of(json_answer_health(&up, LANG_EN, &answer), &answer);
    if (strcmp(route->op, "vocabularies") == 0)
        return body_of(json_answer_vocabularies(&answer), &answer);
    if (strcmp(route->op, "vocabulary") == 0)
        return body_of(json_answer_vocabulary("urgency", LANG_EN, &answer), &answer);
    return strcmp(route->op, "metrics") == 0 ? counts(route) : NULL;
}

/* The events of a page as they stand in a stream. */
static char *stream_of(const struct event_list *list)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    for (size_t i = 0; out != NULL && i < list->n_events; i++) {
        char *data = json_answer_event(&list->events[i], list->partner);
        fprintf(out, "id: %llu\ndata: %s\n\n",
                (unsigned long long)list->events[i].number, data);
        free(data);
    }
    if (out == NULL || fclose(out) != 0)
        return NULL;
    return text;
}

/* The result of the words of this route, as the node would have said it. */
static json_t *answer_to(const struct route *route, const char *text,
        struct arena *arena, char **stream)
{
    struct json_fault fault;
    const struct json_reading reading = {.arena = arena, .fault = &fault};
    const struct page page = {.at_node = true};
    struct response answer = {0};
    struct reply reply = {.v = 1};
    struct wire_field result;
    if (!wire_field_find(&WIRE_REPLY, route->result, &result))
        return NULL;
    void *said = arena_take(arena, wire_struct_size(result.sub));
    if (said == NULL || !json_get(&reading, span_text(text), result.sub, said))
        return NULL;
    wire_set(&result, &reply, said, 1);
    if (route->answer == ANSWER_EVENTS)
        *stream = stream_of(reply.events);
    return body_of(json_answer_reply(route, &page, &reply, arena, &answer), &answer);
}

json_t *openapi_answer_example(const struct route *route, char **stream)
{
    const struct operation_words *words = operation_words(route->id);
    if (route->answer == ANSWER_LOCAL)
        return local_example(route);
    if (words == NULL || words->answer[0] == '\0')
        return NULL;
    struct arena arena = arena_new(EXAMPLE_ARENA);
    json_t *made =
            arena.at == NULL ? NULL : answer_to(route, words->answer, &arena, stream);
    arena_free(&arena);
    return made;
}

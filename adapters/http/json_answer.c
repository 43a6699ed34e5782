/* json_answer.c - what the API says, made of replies by the rows of the table. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "adapters/http/json_answer.h"
#include "adapters/http/json_events.h"
#include "core/hash.h"
#include "core/ids.h"

enum { STATUS_OK = 200, STATUS_MADE = 201, STATUS_NOT_FOUND = 404 };

static const char JSON_TYPE[] = "application/json";
static const char PROBLEM_TYPE[] = "application/problem+json";

/* Takes the object; false when there was none. */
static bool say(struct response *answer, unsigned status, const char *type,
        json_t *object)
{
    char *text = object != NULL ? json_dumps(object, JSON_COMPACT) : NULL;
    json_decref(object);
    if (text == NULL)
        return false;
    answer->status = status;
    answer->body = text;
    answer->len = strlen(text);
    response_header(answer, "Content-Type", "%s", type);
    return true;
}

/* Takes the text; false when there was no memory for it. */
static bool say_text(struct response *answer, unsigned status, struct json_text *text)
{
    if (text->failed) {
        free(text->at);
        return false;
    }
    answer->status = status;
    answer->body = text->at;
    answer->len = text->len;
    response_header(answer, "Content-Type", "%s", JSON_TYPE);
    return true;
}

/* Sets a member; takes the value. */
static bool put(json_t *object, const char *name, json_t *value)
{
    return json_object_set_new(object, name, value) == 0;
}

/* --- problems --- */

static json_t *issue_list(const struct answer_issue *issues, size_t n_issues)
{
    json_t *list = json_array();
    for (size_t i = 0; i < n_issues; i++) {
        json_t *one = json_pack("{s:s, s:s}", "in", issues[i].field, "detail",
                issues[i].words);
        if (json_array_append_new(list, one) != 0)
            break;
    }
    return list;
}

bool json_answer_problem(const struct problem *problem,
        const struct answer_issue *issues, size_t n_issues, struct response *answer)
{
    json_t *object = json_pack("{s:s, s:s, s:i}", "type", problem->type, "title",
            problem->title, "status", (int)problem->status);
    if (object != NULL && n_issues > 0)
        put(object, "issues", issue_list(issues, n_issues));
    if (problem->retry_s > 0)
        response_header(answer, "Retry-After", "%u", problem->retry_s);
    if (problem->status == 401)
        response_header(answer, "WWW-Authenticate", "Bearer");
    return say(answer, problem->status, PROBLEM_TYPE, object);
}

/* As the client has said it: some in a header; what the body fills is not named before
 * its fields. */
static const char *field_of(const struct route *route, const char *field)
{
    static const struct {
        const char *field, *header;
    } HEADERS[] = {
            {"actor",           "Buurtbus-Actor" },
            {"idempotency_key", "Idempotency-Key"},
            {"token",           "Authorization"  },
    };
    for (size_t i = 0; i < COUNT_OF(HEADERS); i++)
        if (strcmp(HEADERS[i].field, field) == 0)
            return HEADERS[i].header;
    size_t len = route->into == NULL ? 0 : strlen(route->into);
    bool inside = len > 0 && strncmp(field, route->into, len) == 0 && field[len] == '.';
    return inside ? field + len + 1 : field;
}

/* What stands in the path has the name that it has there: "{number}". */
static void name_of(const struct route *route, const char *field,
        char out[JSON_PATH_BYTES])
{
    char name[WIRE_NAME_BYTES];
    const char *param = strchr(route->path, '{');
    if (param != NULL && route->key != NULL && strcmp(field, route->key) == 0) {
        snprintf(out, JSON_PATH_BYTES, "%.*s", (int)strcspn(param + 1, "}"), param + 1);
        return;
    }
    json_name(field_of(route, field), name);
    snprintf(out, JSON_PATH_BYTES, "%s", name);
}

bool json_answer_refusal(const struct route *route, const struct reply *reply,
        bool matched, enum lang lang, struct response *answer)
{
    enum { ISSUES_SHOWN = 32 };
    struct problem problem = problem_of_code(reply->code, matched, lang);
    struct answer_issue issues[ISSUES_SHOWN];
    char names[ISSUES_SHOWN][JSON_PATH_BYTES];
    size_t n = 0;
    for (; n < reply->n_issues && n < ISSUES_SHOWN; n++) {
        name_of(route, reply->issues[n].field, names[n]);
        issues[n] = (struct answer_issue){names[n], reply->issues[n].words};
    }
    return json_answer_problem(&problem, issues, n, answer);
}

/* --- replies --- */

/* "12-7-1a2b3c4d": the case, the version that a step may name, and what distinguishes
 * two views of the same version. */
static void add_etag(struct response *answer, const struct case_line *line)
{
    enum { MARK_BYTES = 8 };
    char mark[2 * MARK_BYTES + 1];
    struct key32 hash =
            hash_sha256_one((struct span){(const uint8_t *)answer->body, answer->len});
    ids_hex((struct span){hash.b, MARK_BYTES}, mark);
    response_header(answer, "ETag", "\"%llu-%llu-%s\"",
            (unsigned long long)line->number, (unsigned long long)line->version, mark);
}

static bool result_of(const struct route *route, const struct reply *reply,
        const struct wire_map **map, const void **result)
{
    struct wire_field field;
    if (!wire_field_find(&WIRE_REPLY, route->result, &field) ||
            wire_value_count(&field, reply) == 0)
        return false;
    *map = field.sub;
    *result = wire_value(&field, reply, 0);
    return true;
}

/* The number of a message, by which a list goes on behind it and others name it. */
static uint64_t own_number(const struct wire_map *map, const void *line)
{
    struct wire_field field;
    uint64_t number = 0;
    if (wire_field_find(map, "number", &field) && field.kind == WALK_U64)
        memcpy(&number, wire_value(&field, line, 0), sizeof number);
    else if (wire_field_find(map, "line", &field))
        number = own_number(field.sub, wire_value(&field, line, 0));
    return number;
}

static bool says_more(const struct wire_map *map, const void *result)
{
    struct wire_field field;
    bool more = false;
    if (wire_field_find(map, "more", &field) && field.kind == WALK_BOOL)
        memcpy(&more, wire_value(&field, result, 0), sizeof more);
    return more;
}

struct json_t *json_cursor(bool more, uint64_t number)
{
    char text[24];
    snprintf(text, sizeof text, "%llu", (unsigned long long)number);
    return more ? json_string(text) : json_null();
}

/* {"items":[...],"next":...,"pageSize":n}, and in front of them what else the result
 * has. */
static void write_page(struct json_text *out, const struct page *page,
        const struct wire_map *map, const struct wire_field *list, const void *result,
        struct arena *arena)
{
    const char *const without[] = {list->name, page->at_node ? "more" : NULL, NULL};
    size_t n = wire_value_count(list, result);
    size_t first = page->at_node ? 0 : page->after < n ? (size_t)page->after : n;
    size_t last = n - first > page->size ? first + page->size : n;
    bool more = page->at_node ? says_more(map, result) : last < n;
    uint64_t next = !page->at_node ? last
                    : n == 0       ? 0
                             : own_number(list->sub, wire_value(list, result, n - 1));
    json_write(out, "{");
    json_write_members(out, arena, map, result, without);
    json_write(out, out->len > 1 ? ",\"items\":[" : "\"items\":[");
    for (size_t i = first; i < last; i++) {
        if (i > first)
            json_write(out, ",");
        json_write_value(out, arena, list, wire_value(list, result, i));
    }
    json_write(out, "],\"next\":");
    json_write(out, more ? "\"" : "null");
    if (more)
        json_write_number(out, next);
    json_write(out, more ? "\",\"pageSize\":" : ",\"pageSize\":");
    json_write_number(out, last - first);
    json_write(out, "}");
}

static bool answer_list(const struct route *route, const struct page *page,
        const struct wire_map *map, const void *result, struct arena *arena,
        struct response *answer)
{
    struct json_text text = {0};
    struct wire_field list;
    if (!wire_field_find(map, route->list, &list))
        return false;
    write_page(&text, page, map, &list, result, arena);
    return say_text(answer, STATUS_OK, &text);
}

static bool say_message(struct response *answer, unsigned status, struct arena *arena,
        const struct wire_map *map, const void *in)
{
    struct json_text text = {0};
    json_write_message(&text, arena, map, in);
    return say_text(answer, status, &text);
}

static bool answer_one(const struct route *route, const struct wire_map *map,
        const void *result, struct arena *arena, struct response *answer)
{
    struct wire_field list;
    answer->status = STATUS_NOT_FOUND;
    if (!wire_field_find(map, route->list, &list) ||
            wire_value_count(&list, result) == 0)
        return false;
    answer->status = 0;
    return say_message(answer, STATUS_OK, arena, list.sub,
            wire_value(&list, result, 0));
}

static bool answer_made(const struct route *route, const struct reply *reply,
        struct arena *arena, struct response *answer)
{
    const struct made *made = reply->made;
    bool is_new = (route->flags & ROUTE_NEW) != 0;
    uint64_t number = made->case_number != 0 ? made->case_number : made->consent_number;
    if (is_new && number != 0)
        response_header(answer, "Location", "%s%llu", route->location,
                (unsigned long long)number);
    return say_message(answer, is_new ? STATUS_MADE : STATUS_OK, arena, &WIRE_MADE,
            made);
}

bool json_answer_reply(const struct route *route, const struct page *page,
        const struct reply *reply, struct arena *arena, struct response *answer)
{
    const struct wire_map *map = NULL;
    const void *result = NULL;
    answer->status = 0;
    if (!result_of(route, reply, &map, &result))
        return false;
    switch (route->answer) {
    case ANSWER_LIST: return answer_list(route, page, map, result, arena, answer);
    case ANSWER_ONE: return answer_one(route, map, result, arena, answer);
    case ANSWER_EVENTS:
        return say(answer, STATUS_OK, JSON_TYPE, json_events_page(reply->events));
    case ANSWER_MADE: return answer_made(route, reply, arena, answer);
    case ANSWER_RESULT:
    case ANSWER_LOCAL: break;
    }
    bool is_new = (route->flags & ROUTE_NEW) != 0;
    if (is_new)
        response_header(answer, "Location", "%s%llu", route->location,
                (unsigned long long)own_number(map, result));
    if (!say_message(answer, is_new ? STATUS_MADE : STATUS_OK, arena, map, result))
        return false;
    if (reply->case_ != NULL && reply->case_->line != NULL)
        add_etag(answer, reply->case_->line);
    return true;
}

/* --- what needs no node --- */

bool json_answer_vocabularies(struct response *answer)
{
    json_t *items = json_array();
    for (size_t i = 0; i < N_VOCABS; i++)
        json_array_append_new(items,
                json_pack("{s:s, s:i}", "name", vocab_name((enum vocab)i), "codes",
                        (int)vocab_count((enum vocab)i)));
    return say(answer, STATUS_OK, JSON_TYPE,
            json_pack("{s:o, s:n, s:i}", "items", items, "next", "pageSize",
                    (int)N_VOCABS));
}

bool json_answer_vocabulary(const char *name, enum lang lang, struct response *answer)
{
    for (size_t i = 0; i < N_VOCABS; i++) {
        enum vocab vocab = (enum vocab)i;
        if (strcmp(vocab_name(vocab), name) != 0)
            continue;
        json_t *items = json_array();
        for (uint16_t row = 1; row <= vocab_count(vocab); row++)
            json_array_append_new(items,
                    json_pack("{s:s, s:s}", "code", vocab_code(vocab, row), "label",
                            vocab_label(vocab, row, lang)));
        return say(answer, STATUS_OK, JSON_TYPE,
                json_pack("{s:o, s:n, s:i}", "items", items, "next", "pageSize",
                        (int)vocab_count(vocab)));
    }
    answer->status = STATUS_NOT_FOUND;
    return false;
}

bool json_answer_health(const struct health_report *report, enum lang lang,
        struct response *answer)
{
    bool down = report->status == HEALTH_DOWN;
    json_t *reasons = json_array();
    for (size_t i = 0; i < report->n_reasons; i++)
        json_array_append_new(reasons,
                json_pack("{s:s, s:s}", "code", health_reason_code(report->reasons[i]),
                        "detail", health_reason_words(report->reasons[i], lang)));
    return say(answer, down ? 503 : STATUS_OK, "application/health+json",
            json_pack("{s:s, s:o}", "status", health_status_word(report->status),
                    "reasons", reasons));
}

/* request.c - from path, words of the address and body to a message of gateway.proto.
 */
#include "adapters/http/request.h"

#include <stdlib.h>
#include <string.h>

#include "adapters/http/operation.h"
#include "core/ids.h"

/* One question that is being filled. */
struct building {
    const struct route *route;
    const struct exchange *exchange;
    const struct wire_map *map; /* of the question */
    void *question;
    struct json_reading reading;
    struct page *page;
    bool ok;
};

static bool wrong(struct json_fault *fault, const char *field,
        enum json_fault_kind kind)
{
    fault->kind = kind;
    fault->field[0] = '\0';
    strncat(fault->field, field, sizeof fault->field - 1);
    return false;
}

static bool get_page_number(const char *value, uint64_t *number)
{
    enum { DIGITS_MAX = 18, TEN = 10 };
    size_t len = strlen(value);
    if (len == 0 || len > DIGITS_MAX || strspn(value, "0123456789") != len)
        return false;
    *number = strtoull(value, NULL, TEN);
    return true;
}

/* How often a word is there. */
struct counting {
    const char *name;
    size_t n;
};

static bool count_word(void *self, const char *name, const char *value)
{
    struct counting *counting = self;
    (void)value;
    counting->n += strcmp(name, counting->name) == 0;
    return true;
}

/* "pageSize", "cursor", or a field of the question; none beside a body, which says all
 * that is asked. */
static bool on_word(void *self, const char *name, const char *value)
{
    struct building *building = self;
    struct counting counting = {.name = name};
    uint64_t number = 0;
    bool list = building->route->list != NULL;
    exchange_words(building->exchange, count_word, &counting);
    if ((building->route->flags & ROUTE_BODY) != 0) {
        building->ok = wrong(building->reading.fault, "?", JSON_NOT_HERE);
    } else if (list && strcmp(name, "pageSize") == 0) {
        building->ok = (get_page_number(value, &number) && number > 0) ||
                       wrong(building->reading.fault, name, JSON_NO_PAGE);
        building->page->size = number > PAGE_MAX ? PAGE_MAX : (uint32_t)number;
    } else if (list && strcmp(name, "cursor") == 0) {
        building->ok = get_page_number(value, &building->page->after) ||
                       wrong(building->reading.fault, name, JSON_NO_NUMBER);
    } else {
        building->ok = json_get_word(&building->reading, name, value, building->map,
                building->question);
    }
    /* Named only now that it is a name of ours: what was sent is not repeated. */
    building->ok = building->ok && (counting.n == 1 || wrong(building->reading.fault,
                                                               name, JSON_TWICE));
    return building->ok;
}

/* A number or text that the row says, not the client. */
static bool set_field(struct building *building, const char *field, const char *value)
{
    char name[WIRE_NAME_BYTES];
    struct json_reading open = building->reading;
    open.hidden = NULL;
    json_name(field, name);
    return json_get_word(&open, name, value, building->map, building->question);
}

/* What the path names. Everything is counted from 1: to the node 0 may mean all. */
static bool set_key(struct building *building, const char *key, const char *value)
{
    struct wire_field field;
    uint64_t number;
    bool numbered =
            wire_field_find(building->map, key, &field) && field.kind == WALK_U64;
    if (numbered && (!get_page_number(value, &number) || number == 0))
        return wrong(building->reading.fault, "number", JSON_NO_PAGE);
    return set_field(building, key, value);
}

static bool set_number(struct building *building, const char *name, uint64_t value)
{
    struct wire_field field;
    uint32_t small = (uint32_t)value;
    if (!wire_field_find(building->map, name, &field))
        return false;
    if (field.kind == WALK_U64)
        wire_set(&field, building->question, &value, 1);
    else
        wire_set(&field, building->question, &small, 1);
    return true;
}

/* The body into the question, or into one message of it. */
static bool take_body(struct building *building, const struct exchange *exchange)
{
    const struct route *route = building->route;
    struct span body = exchange_body(exchange);
    struct wire_field field;
    if ((route->flags & ROUTE_BODY) == 0 || (body.len == 0 && route->into != NULL))
        body = (struct span){(const uint8_t *)"{}", 2};
    if (route->into == NULL)
        return json_get(&building->reading, body, building->map, building->question);
    if (!wire_field_find(building->map, route->into, &field))
        return wrong(building->reading.fault, route->into, JSON_NO_FIELD);
    void *part = arena_take(building->reading.arena, wire_struct_size(field.sub));
    if (part == NULL)
        return wrong(building->reading.fault, "", JSON_NO_ROOM);
    struct json_reading open = building->reading;
    open.hidden = NULL;
    if (!json_get(&open, body, field.sub, part))
        return false;
    wire_set(&field, building->question, part, 1);
    return true;
}

/* The node cuts a list when it can be told where. */
static void set_page(struct building *building)
{
    struct page *page = building->page;
    struct wire_field field;
    page->at_node = wire_field_find(building->map, "limit", &field) &&
                    wire_field_find(building->map, "after", &field) &&
                    set_number(building, "limit", page->size) &&
                    set_number(building, "after", page->after);
}

static bool fill(struct building *building, const struct exchange *exchange,
        const char *param, uint64_t version)
{
    const struct route *route = building->route;
    building->ok = true;
    exchange_words(exchange, on_word, building);
    if (!building->ok || !take_body(building, exchange))
        return false;
    if (route->list != NULL)
        set_page(building);
    if (route->key != NULL && !set_key(building, route->key, param))
        return false;
    if (version != 0 && !set_number(building, "expected_version", version))
        return false;
    /* The row's own value has the last word. */
    return route->fixed[0] == NULL ||
           set_field(building, route->fixed[0], route->fixed[1]);
}

/* An advice travels with an id, which its node gives it. */
static bool leave_id_to_node(struct arena *arena, struct request *request)
{
    if (request->advice == NULL || request->advice->says == NULL ||
            !id_is_none(&request->advice->says->advice_id))
        return true;
    struct set_advice *set = arena_take(arena, sizeof *set);
    struct advice *says = arena_take(arena, sizeof *says);
    if (set == NULL || says == NULL)
        return false;
    *set = *request->advice;
    *says = *set->says;
    memset(says->advice_id.b, 0xFF, sizeof says->advice_id.b);
    set->says = says;
    request->advice = set;
    return true;
}

bool request_build(const struct route *route, const struct exchange *exchange,
        const char *param, uint64_t version, struct arena *arena,
        struct request *request, struct page *page, struct json_fault *fault)
{
    const char *const hidden[] = {route->key != NULL ? route->key : "expected_version",
            route->fixed[0] != NULL ? route->fixed[0] : "expected_version",
            operation_takes(route, "after") ? "expected_version" : "after",
            "expected_version", "limit", NULL};
    struct wire_field field;
    struct request made = {0};
    if (!wire_field_find(&WIRE_REQUEST, route->op, &field))
        return wrong(fault, "", JSON_NOT_HERE);
    struct building building = {
            .route = route,
            .exchange = exchange,
            .map = field.sub,
            .question = arena_take(arena, wire_struct_size(field.sub)),
            .reading = {.arena = arena, .hidden = hidden, .fault = fault},
            .page = page
    };
    if (building.question == NULL)
        return wrong(fault, "", JSON_NO_ROOM);
    bool all = (route->flags & ROUTE_BODY) != 0;
    *page = (struct page){.size = all ? UINT32_MAX : PAGE_DEFAULT};
    if (!fill(&building, exchange, param, version))
        return false;
    wire_set(&field, &made, building.question, 1);
    if (!leave_id_to_node(arena, &made))
        return wrong(fault, "", JSON_NO_ROOM);
    *request = made;
    return true;
}

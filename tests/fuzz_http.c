/* fuzz_http.c - requests of any client through the API, from the method to the answer:
 * router, names, tokens, headers, cursors, bodies, the replies of a node. Each gets one
 * answer that is well formed, and no refusal repeats what was sent.
 *
 * The server below and the node behind are this file: second bodies of
 * adapters/http/server.h and ask.h. What a node replies is what the input says.
 *
 * An input: method, which headers are as they should be, lengths of path, question,
 * headers and body; then these, and a packed Reply. */
#include <stdarg.h>

#include "adapters/http/http_inner.h"
#include "adapters/http/operation.h"
#include "tests/fuzz_made.h"

enum {
    HEAD_BYTES = 10,
    TEXT_MAX = 1024,
    BODY_MAX = 65535,
    HEADERS_MAX = 24,
    PUSHED_MAX = 65536,
    WORK_BYTES = 8 * 1024 * 1024,
};

/* What is as it should be, by a bit each. */
enum {
    HAS_HOST = 1,
    HAS_TOKEN = 2,
    HAS_TYPE = 4,
    HAS_KEY = 8,
    HAS_MATCH = 16,
    HAS_STREAM = 32,
    HAS_NODE = 64,
};

int LLVMFuzzerInitialize(int *argc, char ***argv);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
        unsigned seed);

static const char *const METHODS[] = {"GET", "POST", "HEAD", "PUT", "DELETE", "PATCH",
        "OPTIONS", "get", ""};
/* Neither may stand in an answer that is ours. */
static const char TOKEN[] = "kan-arie-0123456789abcdef";
static const char CANARY[] = "kan-arie";

struct header {
    const char *name, *value;
};

/* The request and what became of it. */
struct exchange {
    const char *method;
    char path[TEXT_MAX + 1], question[TEXT_MAX + 1], lines[TEXT_MAX + 1];
    struct header headers[HEADERS_MAX];
    size_t n_headers;
    struct span body;
    void *own;
    size_t n_answers;
    struct response answer;
    bool streaming, ended;
    char pushed[PUSHED_MAX + 1];
    size_t n_pushed;
};

/* The one question that may be with the node. */
struct asked {
    ask_answered *on_answer;
    void *self;
};

static struct http http;
static struct asked asked;
static bool is_asked, was_asked;
static struct arena packed, replies;

/* --- the server --- */

const char *exchange_method(const struct exchange *exchange)
{
    return exchange->method;
}

const char *exchange_path(const struct exchange *exchange)
{
    return exchange->path;
}

const char *exchange_header(const struct exchange *exchange, const char *name)
{
    for (size_t i = 0; i < exchange->n_headers; i++)
        if (strcasecmp(exchange->headers[i].name, name) == 0)
            return exchange->headers[i].value;
    return NULL;
}

void exchange_words(const struct exchange *exchange,
        bool (*on_word)(void *self, const char *name, const char *value), void *self)
{
    char copy[TEXT_MAX + 1], *rest = copy, *word;
    static char nothing[] = "";
    strcpy(copy, exchange->question);
    while (copy[0] != '\0' && (word = strsep(&rest, "&")) != NULL) {
        char *value = strchr(word, '=');
        if (value != NULL)
            *value++ = '\0';
        if (!on_word(self, word, value != NULL ? value : nothing))
            return;
    }
}

size_t exchange_header_bytes(const struct exchange *exchange)
{
    size_t bytes = 0;
    for (size_t i = 0; i < exchange->n_headers; i++)
        bytes += strlen(exchange->headers[i].name) + strlen(exchange->headers[i].value);
    return bytes;
}

bool exchange_has_body(const struct exchange *exchange)
{
    return exchange->body.len > 0;
}

struct span exchange_body(const struct exchange *exchange)
{
    return exchange->body;
}

bool exchange_is_too_large(const struct exchange *exchange)
{
    return exchange->body.len > SERVER_BODY_MAX;
}

bool exchange_is_unclear(const struct exchange *exchange)
{
    (void)exchange;
    return false;
}

bool exchange_is_local(const struct exchange *exchange)
{
    return exchange->method[0] == 'G';
}

unsigned exchange_status(const struct exchange *exchange)
{
    return exchange->answer.status;
}

uint64_t exchange_took_us(const struct exchange *exchange)
{
    return exchange->n_headers;
}

size_t server_connections(const struct server *server)
{
    (void)server;
    return 1;
}

size_t server_streams(const struct server *server)
{
    (void)server;
    return 0;
}

void *exchange_own(const struct exchange *exchange)
{
    return exchange->own;
}

void exchange_keep(struct exchange *exchange, void *own)
{
    exchange->own = own;
}

void response_header(struct response *answer, const char *name, const char *format, ...)
{
    must(answer->n_headers < RESPONSE_HEADERS_MAX);
    struct response_header *header = &answer->headers[answer->n_headers++];
    va_list args;
    header->name = name;
    va_start(args, format);
    int len = vsnprintf(header->value, sizeof header->value, format, args);
    va_end(args);
    must(len >= 0 && len < (int)sizeof header->value);
}

void exchange_answer(struct exchange *exchange, const struct response *answer)
{
    must(!exchange->streaming);
    exchange->answer = *answer;
    exchange->n_answers++;
}

void exchange_stream(struct exchange *exchange, const struct response *answer)
{
    exchange_answer(exchange, answer);
    exchange->streaming = true;
}

bool exchange_push(struct exchange *exchange, struct span bytes)
{
    must(exchange->streaming && !exchange->ended);
    if (bytes.len > PUSHED_MAX - exchange->n_pushed) {
        exchange->ended = true;
        return false;
    }
    memcpy(exchange->pushed + exchange->n_pushed, bytes.at, bytes.len);
    exchange->n_pushed += bytes.len;
    return true;
}

void exchange_end(struct exchange *exchange)
{
    exchange->ended = true;
}

/* --- the node, webhooks, the clock --- */

struct asked *asks_put(struct asks *asks, const struct request *request, int64_t now_ms,
        ask_answered *on_answer, void *self, struct err *err)
{
    struct request asking = *request;
    struct span bytes;
    arena_reset(&packed, 0);
    (void)asks;
    (void)now_ms;
    must(!is_asked);
    asking.v = 1;
    asking.request_id = (struct id){{1}};
    if (!wire_put_arena(&WIRE_REQUEST, &asking, &packed, &bytes, err))
        return NULL;
    asked = (struct asked){on_answer, self};
    is_asked = was_asked = true;
    return &asked;
}

void asked_forget(struct asked *ask)
{
    must(ask == &asked && is_asked);
    is_asked = false;
}

bool asks_connected(const struct asks *asks)
{
    (void)asks;
    return is_asked;
}

size_t asks_count(const struct asks *asks)
{
    (void)asks;
    return is_asked ? 1 : 0;
}

struct hooks_count hooks_count(const struct hooks *hooks)
{
    (void)hooks;
    return (struct hooks_count){.all = 1};
}

void hooks_told(struct hooks *hooks, uint64_t newest)
{
    (void)hooks;
    (void)newest;
}

bool hooks_do(struct hooks *hooks, const struct hooks_caller *caller,
        const struct request *request, enum lang lang, struct arena *arena,
        struct reply *reply, struct err *err)
{
    static const struct made made = {.count = 1};
    (void)hooks;
    (void)request;
    (void)lang;
    (void)arena;
    (void)err;
    must(caller->token != NULL);
    *reply = (struct reply){.v = 1, .made = &made};
    return true;
}

int64_t loop_now(const struct loop *loop)
{
    (void)loop;
    return INT64_C(1790000000000);
}

void loop_die(struct loop *loop, const struct err *err)
{
    (void)loop;
    (void)err;
    must(false);
}

/* --- one request --- */

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    fuzz_start();
    snprintf(http.conf.hosts, sizeof http.conf.hosts, "localhost,127.0.0.1,[::1]");
    http.conf.requests_a_second = 1000000;
    struct err err;
    http.metrics = metrics_new(&err);
    must(http.metrics != NULL);
    http.work = arena_new(WORK_BYTES);
    packed = arena_new(WORK_BYTES);
    replies = arena_new(WORK_BYTES);
    return 0;
}

static void take_text(struct span *input, size_t len, char text[TEXT_MAX + 1])
{
    struct span bytes = fuzz_take(input, len > TEXT_MAX ? TEXT_MAX : len);
    memcpy(text, bytes.at, bytes.len);
    text[bytes.len] = '\0';
}

static void add_header(struct exchange *exchange, const char *name, const char *value)
{
    if (exchange->n_headers < HEADERS_MAX)
        exchange->headers[exchange->n_headers++] = (struct header){name, value};
}

/* "Name: value", one a line. */
static void take_lines(struct exchange *exchange)
{
    char *rest = exchange->lines, *line;
    while ((line = strsep(&rest, "\n")) != NULL) {
        char *value = strchr(line, ':');
        if (value == NULL)
            continue;
        *value++ = '\0';
        add_header(exchange, line, value + strspn(value, " "));
    }
}

static void add_usual(struct exchange *exchange, unsigned has, char match[80])
{
    static char bearer[sizeof TOKEN + 8];
    snprintf(bearer, sizeof bearer, "Bearer %s", TOKEN);
    if ((has & HAS_HOST) != 0)
        add_header(exchange, "Host", "localhost:8480");
    if ((has & HAS_TOKEN) != 0)
        add_header(exchange, "Authorization", bearer);
    if ((has & HAS_TYPE) != 0)
        add_header(exchange, "Content-Type", "application/json");
    if ((has & HAS_KEY) != 0)
        add_header(exchange, "Idempotency-Key", "k-1");
    if ((has & HAS_STREAM) != 0)
        add_header(exchange, "Accept", "text/event-stream, */*");
    /* Of the case that is in the path. */
    const char *digits = strpbrk(exchange->path, "0123456789");
    const char *digit = digits;
    while (digit != NULL && digit[0] == '1' && digit > exchange->path &&
            digit[-1] == 'v')
        digit = strpbrk(digit + 1, "0123456789");
    int len = digit == NULL ? 0 : (int)strspn(digit, "0123456789");
    snprintf(match, 80, "\"%.*s-3-abcd\"", len > 40 ? 40 : len,
            digit == NULL ? "" : digit);
    if ((has & HAS_MATCH) != 0)
        add_header(exchange, "If-Match", match);
}

/* The node's answer to each question, until there is none. */
static void answer_node(struct span replied)
{
    for (int i = 0; is_asked && i < 3; i++) {
        struct reply reply;
        struct err err;
        arena_reset(&replies, 0);
        bool there = wire_get(&WIRE_REPLY, replied, &replies, &reply, &err);
        /* A list that always has more would be asked for without an end. */
        if (there && i > 0 && reply.events != NULL)
            there = false;
        is_asked = false;
        asked.on_answer(asked.self, there ? &reply : NULL);
    }
    is_asked = false;
}

/* --- what must hold --- */

static void must_be_plain(const char *text)
{
    for (; *text != '\0'; text++)
        must((unsigned char)*text >= ' ' && *text != 0x7F);
}

static const char *answer_header(const struct response *answer, const char *name)
{
    for (size_t i = 0; i < answer->n_headers; i++)
        if (strcmp(answer->headers[i].name, name) == 0)
            return answer->headers[i].value;
    return "";
}

static void check_problem(const struct response *answer, const json_t *object)
{
    const char *type = json_string_value(json_object_get(object, "type"));
    must(strcmp(answer_header(answer, "Content-Type"), "application/problem+json") ==
            0);
    must(type != NULL && strncmp(type, "urn:problem-type:", 17) == 0);
    must(json_string_length(json_object_get(object, "title")) > 0);
    must(json_integer_value(json_object_get(object, "status")) ==
            (json_int_t)answer->status);
    must(answer->status != 401 || answer_header(answer, "WWW-Authenticate")[0] != '\0');
}

static void check_body(const struct response *answer)
{
    json_error_t fault;
    const char *type = answer_header(answer, "Content-Type");
    bool page = strncmp(type, "text/", 5) == 0;
    if (answer->body == NULL) {
        must(answer->status == 304 || answer->status == 500);
        return;
    }
    must(memmem(answer->body, answer->len, TOKEN, strlen(TOKEN)) == NULL || was_asked);
    if (!was_asked)
        must(memmem(answer->body, answer->len, CANARY, strlen(CANARY)) == NULL);
    /* The contract is long, and the same each time. */
    static bool read;
    bool contract = http.contract != NULL && strlen(http.contract) == answer->len;
    if (page || (contract && read))
        return;
    read = read || contract;
    json_t *object =
            json_loadb(answer->body, answer->len, JSON_REJECT_DUPLICATES, &fault);
    must(json_is_object(object));
    if (answer->status >= 400 && strstr(type, "health") == NULL)
        check_problem(answer, object);
    json_decref(object);
}

/* Lines of server-sent events: what is not whole was cut with its connection. */
static void check_stream(struct exchange *exchange)
{
    char *rest = exchange->pushed, *line;
    exchange->pushed[exchange->n_pushed] = '\0';
    must(strlen(exchange->pushed) == exchange->n_pushed);
    while ((line = strsep(&rest, "\n")) != NULL && rest != NULL) {
        json_error_t fault;
        if (strncmp(line, "data: ", 6) != 0) {
            must(line[0] == '\0' || line[0] == ':' || strncmp(line, "id: ", 4) == 0 ||
                    strncmp(line, "retry: ", 7) == 0);
            continue;
        }
        json_t *event = json_loads(line + 6, JSON_REJECT_DUPLICATES, &fault);
        must(json_is_object(event));
        json_decref(event);
    }
}

static void check(struct exchange *exchange)
{
    const struct response *answer = &exchange->answer;
    must(exchange->n_answers == 1);
    must(answer->status >= 200 && answer->status < 600);
    for (size_t i = 0; i < answer->n_headers; i++)
        must_be_plain(answer->headers[i].value);
    if (exchange->streaming)
        check_stream(exchange);
    else
        check_body(answer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct exchange exchange;
    char match[80];
    struct span input = {data, size};
    if (size < HEAD_BYTES)
        return 0;
    memset(&exchange, 0, sizeof exchange);
    memset(&http.rates, 0, sizeof http.rates);
    is_asked = was_asked = false;
    exchange.method = METHODS[fuzz_byte(&input) % COUNT_OF(METHODS)];
    unsigned has = fuzz_byte(&input);
    size_t n_path = fuzz_number(&input, 2), n_question = fuzz_number(&input, 2);
    size_t n_lines = fuzz_number(&input, 2), n_body = fuzz_number(&input, 2);
    take_text(&input, n_path, exchange.path);
    take_text(&input, n_question, exchange.question);
    take_text(&input, n_lines, exchange.lines);
    exchange.body = fuzz_take(&input, n_body);
    add_usual(&exchange, has, match);
    take_lines(&exchange);
    call_head(&http, &exchange);
    if (exchange.n_answers == 0)
        call_whole(&http, &exchange);
    answer_node((has & HAS_NODE) != 0 ? input : (struct span){NULL, 0});
    check(&exchange);
    call_gone(&http, &exchange);
    must(http.calls == NULL);
    free(exchange.answer.body);
    return 0;
}

/* --- mutation --- */

static uint32_t next(unsigned *seed, uint32_t limit)
{
    *seed = *seed * 1103515245u + 12345u;
    return (*seed >> 8) % limit;
}

static void put_number(uint8_t *at, size_t number)
{
    at[0] = (uint8_t)(number >> 8);
    at[1] = (uint8_t)number;
}

/* A path of the table, with something in the place of its parameter. */
static size_t make_path(const struct route *route, unsigned *seed, char *out)
{
    static const char *const PARAMS[] = {"1", "7", "12", "404", "0", "house-a",
            "urgency", "flow", "area", "..", "18446744073709551616", "kan-arie", "%31"};
    const char *brace = strchr(route->path, '{');
    if (brace == NULL)
        return (size_t)sprintf(out, "%s", route->path);
    return (size_t)sprintf(out, "%.*s%s%s", (int)(brace - route->path), route->path,
            PARAMS[next(seed, COUNT_OF(PARAMS))], strchr(brace, '}') + 1);
}

static size_t make_question(const struct route *route, unsigned *seed, char *out)
{
    static const char *const VALUES[] = {"1", "0", "200", "201", "-1", "kan-arie", "",
            "to_decide", "true", "18446744073709551615", "21004", "2026", "a,b,,c"};
    const struct wire_map *map = operation_question(route);
    size_t len = 0;
    out[0] = '\0';
    for (uint32_t n = next(seed, 4); n > 0; n--) {
        char name[WIRE_NAME_BYTES] = "pageSize";
        uint32_t which = next(seed, 4);
        if (which == 0)
            strcpy(name, "cursor");
        else if (which > 1 && map != NULL && map->n_rows > 0)
            json_name(map->rows[next(seed, (uint32_t)map->n_rows)].name, name);
        len += (size_t)sprintf(out + len, "%s%s=%s", len == 0 ? "" : "&", name,
                VALUES[next(seed, COUNT_OF(VALUES))]);
    }
    return len;
}

static size_t make_lines(unsigned *seed, char *out)
{
    static const char *const LINES[] = {"Last-Event-ID: 7", "Last-Event-ID: -1",
            "Last-Event-ID: 99999999999999999999", "Accept-Language: xx, fr-BE;q=0.3",
            "Accept-Language: ,,en", "If-None-Match: *",
            "If-Match: \"1-18446744073709551616-\"", "If-Match: kan-arie",
            "Buurtbus-Actor: kan-arie", "Buurtbus-Actor: a b",
            "Accept: text/event-stream", "Accept: application/xml, */*;q=0",
            "Content-Type: application/json; charset=latin1", "Host: kan-arie",
            "Authorization: Bearer", "Authorization: Basic kan-arie",
            "Idempotency-Key: kan-arie kan-arie"};
    size_t len = 0;
    out[0] = '\0';
    for (uint32_t n = next(seed, 3); n > 0; n--)
        len += (size_t)sprintf(out + len, "%s\n", LINES[next(seed, COUNT_OF(LINES))]);
    return len;
}

/* A request that fits its row, nearly. */
static size_t make_request(uint8_t *data, size_t max_size, unsigned seed)
{
    char path[TEXT_MAX], question[TEXT_MAX], lines[TEXT_MAX];
    const struct route *route = &ROUTES[next(&seed, (uint32_t)N_ROUTES)];
    const struct wire_map *map = operation_body(route);
    size_t n_path = make_path(route, &seed, path);
    size_t n_question = make_question(route, &seed, question);
    size_t n_lines = make_lines(&seed, lines);
    uint8_t *at = data + HEAD_BYTES;
    size_t texts = HEAD_BYTES + n_path + n_question + n_lines, n_body = 0;
    if (texts >= max_size)
        return 0;
    data[0] = (uint8_t)(next(&seed, 8) == 0 ? next(&seed, COUNT_OF(METHODS))
                        : strcmp(route->method, "GET") == 0 ? 0
                                                            : 1);
    /* Most of the time as it should be, or nothing would come further. */
    data[1] = (uint8_t)(next(&seed, 4) == 0
                                ? next(&seed, 256)
                                : 0xFFu & ~(next(&seed, 3) == 0 ? 0u : HAS_STREAM));
    memcpy(at, path, n_path);
    memcpy(at + n_path, question, n_question);
    memcpy(at + n_path + n_question, lines, n_lines);
    size_t room = (max_size - texts) / 2;
    if (map != NULL && room > 2)
        n_body = made_json(map, data + texts, room > BODY_MAX ? BODY_MAX : room, seed);
    put_number(data + 2, n_path);
    put_number(data + 4, n_question);
    put_number(data + 6, n_lines);
    put_number(data + 8, n_body);
    size_t len = texts + n_body;
    return len + mutate_message(&WIRE_REPLY, data + len, 0, max_size - len, seed);
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
        unsigned seed)
{
    size_t LLVMFuzzerMutate(uint8_t * bytes, size_t len, size_t cap);
    enum { MADE_EACH = 3, ENOUGH = 512 };
    if (max_size < ENOUGH || seed % MADE_EACH != 0)
        return LLVMFuzzerMutate(data, size, max_size);
    size_t len = make_request(data, max_size, seed / MADE_EACH);
    return len > 0 ? len : LLVMFuzzerMutate(data, size, max_size);
}

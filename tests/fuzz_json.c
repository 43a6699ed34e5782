/* fuzz_json.c - JSON of clients into the messages of gateway.proto: whatever it says,
 * it is taken or refused with the field that is wrong; what is taken and can be sent is
 * shown as the same again.
 *
 * An input: which question, and the text. */
#include "gen/gateway.h"
#include "tests/fuzz_made.h"

enum { HEAD_BYTES = 1, QUESTIONS_MAX = 128, ARENA_BYTES = 1024 * 1024 };

int LLVMFuzzerInitialize(int *argc, char ***argv);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
        unsigned seed);

static const struct wire_map *questions[QUESTIONS_MAX];
static size_t n_questions;
static struct arena arena;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    struct wire_field field;
    (void)argc;
    (void)argv;
    fuzz_start();
    for (size_t i = 0; i < WIRE_REQUEST.n_rows; i++) {
        const struct wire_row *row = &WIRE_REQUEST.rows[i];
        if (row->oneof == 0)
            continue;
        must(n_questions < QUESTIONS_MAX &&
                wire_field_find(&WIRE_REQUEST, row->name, &field));
        questions[n_questions++] = field.sub;
    }
    must(n_questions > 0);
    arena = arena_new(ARENA_BYTES);
    return 0;
}

static void must_be_plain(const char *text)
{
    for (; *text != '\0'; text++)
        must((unsigned char)*text >= ' ' && *text != '"');
}

/* A struct as the node would get it; false when it cannot be sent. */
static bool pack(const struct wire_map *map, const void *made, struct span *bytes)
{
    struct err err;
    return wire_put_arena(map, made, &arena, bytes, &err);
}

/* What was taken is shown, and that says the same. */
static void must_come_back(const struct wire_map *map, const void *made)
{
    struct json_fault fault = {.kind = JSON_NO_ROOM};
    const struct json_reading reading = {.arena = &arena, .fault = &fault};
    struct span first, second;
    if (!pack(map, made, &first))
        return;
    json_t *object = json_put(&arena, map, made);
    must(object != NULL);
    char *text = json_dumps(object, JSON_COMPACT);
    json_decref(object);
    must(text != NULL);
    void *again = arena_take(&arena, wire_struct_size(map));
    if (again != NULL && json_get(&reading, span_text(text), map, again))
        must(pack(map, again, &second) && span_equal(first, second));
    else
        /* It may be too much for the arena, or bytes that no client gives. */
        must(again == NULL || fault.kind == JSON_NO_ROOM ||
                fault.kind == JSON_NOT_HERE);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span input = {data, size};
    struct json_fault fault = {.kind = N_JSON_FAULTS, .field = "?"};
    if (size < HEAD_BYTES)
        return 0;
    const struct wire_map *map = questions[fuzz_byte(&input) % n_questions];
    arena_reset(&arena, 0);
    const struct json_reading reading = {.arena = &arena, .fault = &fault};
    void *made = arena_take(&arena, wire_struct_size(map));
    must(made != NULL);
    if (json_get(&reading, input, map, made)) {
        must_come_back(map, made);
    } else {
        must(fault.kind < N_JSON_FAULTS);
        must_be_plain(fault.field);
        for (int lang = 0; lang < N_LANGS; lang++)
            must(json_fault_words(fault.kind, (enum lang)lang)[0] != '\0');
    }
    return 0;
}

/* An object that fits, or a change of the text. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
        unsigned seed)
{
    size_t LLVMFuzzerMutate(uint8_t * bytes, size_t len, size_t cap);
    enum { MADE_EACH = 4, QUESTION_SHIFT = 8 };
    if (size < HEAD_BYTES || max_size < HEAD_BYTES + 2)
        return LLVMFuzzerMutate(data, size, max_size);
    if (seed % MADE_EACH != 0)
        return HEAD_BYTES + LLVMFuzzerMutate(data + HEAD_BYTES, size - HEAD_BYTES,
                                    max_size - HEAD_BYTES);
    data[0] = (uint8_t)(seed >> QUESTION_SHIFT);
    size_t len = made_json(questions[data[0] % n_questions], data + HEAD_BYTES,
            max_size - HEAD_BYTES, seed);
    return HEAD_BYTES + len;
}

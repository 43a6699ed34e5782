/* fuzz_peer.c - the real broker and real nodes, while a member says whatever it likes:
 * any frame, with its letters sealed and its things signed rightly, and any request at
 * the socket of a node or the broker. Nobody falls, everybody answers, and who was cut
 * off may come back.
 *
 * An input is a row of sayings: to whom, length, a packed Frame or Request. In a frame
 * stand bodies where signed things belong; they are signed here. */
#include "core/wire.h"
#include "tests/evil_node.h"
#include "tests/fuzz.h"
#include "tests/mutate.h"
#include "tests/peek.h"
#include "tests/world.h"

#define HOME   "thuiszorg"
#define TARGET "aksant"
#define EVIL   "noord"

enum { HEAD_BYTES = 3, SAYINGS_MAX = 6, WORLD_INPUTS = 400, SAYING_MAX = 1500 };

int LLVMFuzzerInitialize(int *argc, char ***argv);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
        unsigned seed);

static struct evil *evil;
static size_t n_inputs;

/* A world in which each has a case with the other. */
static void begin(void)
{
    const struct world_consent consent = {
            .recipients = {TARGET, EVIL}
    };
    world_fresh(99);
    uint64_t number = world_consent(HOME, &consent);
    must(world_refer(HOME, number, EVIL, "Rosa Voorbeeld")->code[0] == '\0');
    must(world_refer(HOME, number, TARGET, "Rosa Voorbeeld")->code[0] == '\0');
    world_quiet();
    evil = evil_new(EVIL);
    evil_connect(evil);
    world_quiet();
}

static void end(void)
{
    evil_free(evil);
    world_end();
}

/* The homes lie in folders of their own, which go too. */
static void forget(void)
{
    end();
    world_teardown(NULL);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    peek_begin();
    world_setup(NULL);
    begin();
    must(atexit(forget) == 0);
    return 0;
}

/* ---- what is signed and sealed on the way ---- */

static struct span *list_of(const struct span *list)
{
    return (struct span *)(uintptr_t)list;
}

static void sign_all(enum kind kind, const struct span *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        list_of(list)[i] = evil_sign_bytes(evil, kind, list[i]);
}

static void seal_all(const struct put *put)
{
    for (size_t i = 0; i < put->n_letters; i++) {
        struct letter_core core;
        struct text words = {.text = "whatever", .language = "en"};
        struct content content = {.text = &words};
        if (!evil_read(&evil->arena, put->letters[i], &WIRE_LETTER_CORE, &core))
            continue;
        if (strcmp(core.recipient, TARGET) != 0)
            core.recipient = HOME;
        core.sender = NULL;
        core.class_ = LETTER_CLASS_NONE;
        core.size_class = 0;
        core.created_ms = core.expires_ms = 0;
        core.recipient_ekid = (struct tag8){{0}};
        list_of(put->letters)[i] = evil_letter(evil, &core, &content);
    }
}

static void make_right(struct frame *frame)
{
    if (frame->put != NULL) {
        sign_all(KIND_CONSENT, frame->put->consents, frame->put->n_consents);
        seal_all(frame->put);
    }
    if (frame->publish != NULL)
        sign_all(KIND_STATEMENT, frame->publish->things, frame->publish->n_things);
    if (frame->ack != NULL)
        sign_all(KIND_RECEIPT, frame->ack->receipts, frame->ack->n_receipts);
    if (frame->withdraw != NULL)
        sign_all(KIND_WITHDRAWAL, &frame->withdraw->withdrawal, 1);
    if (frame->hello != NULL)
        sign_all(KIND_HELLO, &frame->hello->hello, 1);
}

/* ---- sayings ---- */

static void say_frame(struct span bytes, bool rightly)
{
    struct frame frame;
    if (rightly && evil_read(&evil->arena, bytes, &WIRE_FRAME, &frame)) {
        struct err err = {.code = CODE_OK};
        make_right(&frame);
        if (!wire_put_arena(&WIRE_FRAME, &frame, &evil->arena, &bytes, &err))
            return;
    }
    evil_say_bytes(evil, bytes);
}

static void say_request(const char *whom, struct span bytes)
{
    struct request request;
    if (!evil_read(&evil->arena, bytes, &WIRE_REQUEST, &request))
        return;
    /* These write where they are told to, and end a membership. */
    if (request.backup != NULL || request.leave != NULL)
        return;
    must(world_try(whom, &request) != NULL);
}

static void say(uint8_t whom, struct span bytes)
{
    switch (whom % 4) {
    case 0: say_request(HOME, bytes); break;
    case 1: say_request(NETWORK_BROKER, bytes); break;
    default: say_frame(bytes, whom % 16 != 2); break;
    }
    (void)sim_settle(2000);
    must(!world_died());
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span input = {data, size};
    if (++n_inputs % WORLD_INPUTS == 0) {
        end();
        begin();
    }
    evil_forget(evil);
    for (int i = 0; i < SAYINGS_MAX && input.len > HEAD_BYTES; i++) {
        uint8_t whom = fuzz_byte(&input);
        say(whom, fuzz_take(&input, fuzz_number(&input, 2)));
    }
    /* Honest staff are served meanwhile. */
    must(world_status(HOME)->partner[0] != '\0');
    if (!evil->welcomed)
        evil_come_back(evil);
    return 0;
}

/* ---- mutation ---- */

static const struct wire_map *inner_map(const struct frame *frame,
        const struct span **list, size_t *n, unsigned seed)
{
    *n = 0;
    if (frame->put != NULL &&
            (frame->put->n_letters > 0 || frame->put->n_consents > 0)) {
        bool letters = frame->put->n_consents == 0 ||
                       (frame->put->n_letters > 0 && (seed & 1) != 0);
        *list = letters ? frame->put->letters : frame->put->consents;
        *n = letters ? frame->put->n_letters : frame->put->n_consents;
        return letters ? &WIRE_LETTER_CORE : &WIRE_CONSENT;
    }
    if (frame->publish != NULL) {
        *list = frame->publish->things;
        *n = frame->publish->n_things;
        return &WIRE_STATEMENT;
    }
    if (frame->ack != NULL) {
        *list = frame->ack->receipts;
        *n = frame->ack->n_receipts;
        return &WIRE_RECEIPT;
    }
    if (frame->withdraw != NULL) {
        *list = &frame->withdraw->withdrawal;
        *n = 1;
        return &WIRE_WITHDRAWAL;
    }
    *list = frame->hello != NULL ? &frame->hello->hello : NULL;
    *n = frame->hello != NULL;
    return &WIRE_HELLO_BODY;
}

/* The frame, and a body that lies in it. */
static size_t mutate_frame(uint8_t *bytes, size_t len, size_t cap, unsigned seed)
{
    static uint8_t memory[1 << 18], body[SAYING_MAX];
    struct arena arena = {.at = memory, .size = sizeof memory};
    struct err err = {.code = CODE_OK};
    struct frame frame;
    const struct span *list;
    size_t n, made;
    if (seed % 3 == 0)
        len = mutate_message(&WIRE_FRAME, bytes, len, cap, seed);
    if (!wire_get(&WIRE_FRAME, (struct span){bytes, len}, &arena, &frame, &err))
        return mutate_message(&WIRE_FRAME, bytes, len, cap, seed);
    const struct wire_map *map = inner_map(&frame, &list, &n, seed / 3);
    if (n == 0)
        return len;
    struct span *one = &list_of(list)[seed / 6 % n];
    size_t body_len = one->len < sizeof body / 2 ? one->len : 0;
    if (body_len > 0)
        memcpy(body, one->at, body_len);
    body_len = mutate_message(map, body, body_len, sizeof body / 2, seed);
    *one = (struct span){body, body_len};
    return wire_put(&WIRE_FRAME, &frame, bytes, cap, &made, &err) ? made : len;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
        unsigned seed)
{
    static uint8_t saying[SAYING_MAX];
    size_t at = 0, ends[SAYINGS_MAX + 1], n = 0;
    while (n < SAYINGS_MAX && at + HEAD_BYTES <= size) {
        size_t len = (size_t)data[at + 1] << 8 | data[at + 2];
        if (at + HEAD_BYTES + len > size)
            break;
        ends[n++] = at;
        at += HEAD_BYTES + len;
    }
    ends[n] = at;
    /* The last of them, or one more behind it. */
    bool more = n == 0 || (n < SAYINGS_MAX && seed % 5 == 0);
    size_t start = more ? at : ends[n - 1];
    if (start + HEAD_BYTES + SAYING_MAX > max_size)
        return start;
    uint8_t whom = more ? (uint8_t)(seed >> 7) : data[start];
    size_t len = more ? 0 : ends[n] - start - HEAD_BYTES;
    if (len > sizeof saying)
        len = 0;
    if (len > 0)
        memcpy(saying, data + start + HEAD_BYTES, len);
    len = whom % 4 < 2 ? mutate_message(&WIRE_REQUEST, saying, len, sizeof saying, seed)
                       : mutate_frame(saying, len, sizeof saying, seed);
    data[start] = whom;
    data[start + 1] = (uint8_t)(len >> 8);
    data[start + 2] = (uint8_t)len;
    memcpy(data + start + HEAD_BYTES, saying, len);
    return start + HEAD_BYTES + len;
}

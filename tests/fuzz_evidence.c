/* fuzz_evidence.c - files that prove a case: any bytes, and rightly signed things of
 * any words. A check always ends, in findings that name what is wrong, and a file holds
 * only when nothing is.
 *
 * The first byte chooses. In a file that is built here the input names its things, each
 * as a byte for who signs what, two for its length, and its body. */
#include "core/evidence.h"
#include "tests/fuzz.h"
#include "tests/mutate.h"
#include "tests/small_network.h"

enum { ANY_FILE, OWN_FILE, N_TRIALS, THINGS_MAX = 32, HEAD = 1, BODY_MAX = 900 };

int LLVMFuzzerInitialize(int *argc, char ***argv);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
        unsigned seed);

static struct small_network net;
static struct small_member parties[3]; /* house-a, house-b, the-broker */
static struct span network_bytes;
static struct vouched_member members[3];
static size_t arena_start;
static struct arena checking;

static const struct {
    enum kind kind;
    const struct wire_map *map;
} KINDS[] = {
        {KIND_CONSENT,      &WIRE_CONSENT     },
        {KIND_WITHDRAWAL,   &WIRE_WITHDRAWAL  },
        {KIND_LETTER,       &WIRE_LETTER_CORE },
        {KIND_RECEIPT,      &WIRE_RECEIPT     },
        {KIND_OFFER_STATUS, &WIRE_OFFER_STATUS},
        {KIND_OPENING,      &WIRE_OPENING     },
};

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    fuzz_start();
    small_open(&net);
    network_bytes =
            small_steward_signs(&net, KIND_NETWORK, &WIRE_NETWORK, &net.network);
    parties[0] = small_member_new("house-a", ROLE_NODE);
    parties[1] = small_member_new("house-b", ROLE_NODE);
    parties[2] = small_member_new("the-broker", ROLE_BROKER);
    for (size_t i = 0; i < COUNT_OF(parties); i++) {
        struct membership body = small_membership(&parties[i], 1);
        members[i].membership =
                small_steward_signs(&net, KIND_MEMBERSHIP, &WIRE_MEMBERSHIP, &body);
    }
    arena_start = net.arena.used;
    checking = arena_new(EVIDENCE_ARENA_BYTES);
    must(checking.at != NULL);
    return 0;
}

/* Whatever is in it: a verdict, and its reasons. */
static void try_file(struct span bytes)
{
    struct err err = {.code = CODE_OK};
    struct evidence_file file;
    struct findings found;
    arena_reset(&checking, 0);
    if (!evidence_get(bytes, &checking, &file, &err)) {
        must_say_why(&err);
        return;
    }
    if (!evidence_check(&file, &checking, &found, &err)) {
        must(err.code == ERR_NOMEM);
        return;
    }
    must(found.holds == (found.n_faults == 0) && found.n_faults <= EVIDENCE_FAULTS_MAX);
    for (size_t i = 0; i < found.n_faults; i++) {
        must(vocab_code(VOCAB_EVIDENCE_FAULT, found.faults[i].fault)[0] != '\0');
        must(found.faults[i].partner != NULL && found.faults[i].words != NULL);
    }
    /* Nobody else's word is taken for the end of a letter. */
    for (size_t i = 0; i < found.n_letters; i++) {
        const struct found_letter *letter = &found.letters[i];
        must(letter->end != RECEIPT_STATE_PROCESSED ||
                strcmp(letter->end_by, letter->recipient) == 0);
        must(!letter->covered || !id_is_none(&letter->consent_id));
    }
}

static struct span next_thing(struct span *input)
{
    struct err err = {.code = CODE_OK};
    struct letter_body letter = {.sealed_sha256 = {{5}}};
    uint8_t choice = fuzz_byte(input);
    enum kind kind = KINDS[choice % COUNT_OF(KINDS)].kind;
    const struct small_member *by =
            &parties[choice / COUNT_OF(KINDS) % COUNT_OF(parties)];
    struct span body = fuzz_take(input, fuzz_number(input, 2));
    struct span bytes = {NULL, 0};
    if (kind == KIND_LETTER) {
        letter.core = body;
        if (!wire_put_arena(&WIRE_LETTER_BODY, &letter, &net.arena, &body, &err))
            return bytes;
    }
    if (!signed_make(by->partner, by->key, kind, body, &net.arena, &bytes, &err))
        bytes.len = 0;
    return bytes;
}

static void try_own_file(struct span *input)
{
    struct err err = {.code = CODE_OK};
    struct span things[THINGS_MAX], body, bytes;
    struct evidence evidence = {.v = 1,
            .network = network_bytes,
            .members = members,
            .n_members = COUNT_OF(members),
            .things = things};
    struct evidence_head head = {.v = 1,
            .network = "test-net",
            .maker = "house-a",
            .made_ms = (uint64_t)SMALL_NOW,
            .referral_id = {{2}}};
    while (input->len > 0 && evidence.n_things < THINGS_MAX) {
        things[evidence.n_things] = next_thing(input);
        evidence.n_things += things[evidence.n_things].len > 0;
    }
    evidence_root(&evidence, &head.count, &head.root);
    must(wire_put_arena(&WIRE_EVIDENCE_HEAD, &head, &net.arena, &body, &err) &&
            signed_make("house-a", parties[0].key, KIND_EVIDENCE, body, &net.arena,
                    &evidence.head, &err));
    if (wire_put_arena(&WIRE_EVIDENCE, &evidence, &net.arena, &bytes, &err))
        try_file(bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span input = {data, size};
    arena_reset(&net.arena, arena_start);
    if (fuzz_byte(&input) % N_TRIALS == ANY_FILE)
        try_file(input);
    else
        try_own_file(&input);
    return 0;
}

/* One of the things changed by the rows of its map; what follows it goes. */
static size_t mutate_thing(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    size_t LLVMFuzzerMutate(uint8_t * bytes, size_t len, size_t cap);
    size_t at = HEAD;
    if (max_size < HEAD + 3 + BODY_MAX || seed % 4 == 0)
        return LLVMFuzzerMutate(data, size, max_size);
    for (unsigned i = seed / 4 % 16; i > 0 && at + 3 <= size; i--) {
        size_t next = at + 3 + ((size_t)data[at + 1] << 8 | data[at + 2]);
        if (next + 3 > size)
            break;
        at = next;
    }
    if (at + 3 + BODY_MAX > max_size)
        return size;
    bool there = at + 3 <= size;
    size_t len = there ? (size_t)data[at + 1] << 8 | data[at + 2] : 0;
    if (!there)
        data[at] = (uint8_t)(seed >> 8);
    if (at + 3 + len > size)
        len = there ? size - at - 3 : 0;
    len = mutate_message(KINDS[data[at] % COUNT_OF(KINDS)].map, data + at + 3, len,
            BODY_MAX, seed);
    data[at + 1] = (uint8_t)(len >> 8);
    data[at + 2] = (uint8_t)len;
    return at + 3 + len;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
        unsigned seed)
{
    if (size == 0 || seed % 32 == 0)
        data[0] = (uint8_t)(seed >> 8);
    if (data[0] % N_TRIALS == ANY_FILE)
        return 1 + mutate_message(&WIRE_EVIDENCE, data + 1, size == 0 ? 0 : size - 1,
                           max_size - 1, seed);
    return mutate_thing(data, size == 0 ? 1 : size, max_size, seed);
}

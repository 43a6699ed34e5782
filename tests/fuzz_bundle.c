/* fuzz_bundle.c - the files that go by hand: a steward's bundle and a newcomer's
 * request, as any bytes and as rightly signed things of any words. A bundle counts
 * whole or not at all; a request that is taken can be admitted.
 *
 * The first byte chooses; in a bundle that is built here the input names its
 * memberships and revocations. */
#include "core/bundle.h"
#include "core/home.h"
#include "core/steward.h"
#include "tests/fuzz.h"
#include "tests/mutate.h"
#include "tests/small_network.h"

enum { ANY_BUNDLE, ANY_REQUEST, OWN_REQUEST, OWN_BUNDLE, N_TRIALS, THINGS_MAX = 8 };

int LLVMFuzzerInitialize(int *argc, char ***argv);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
        unsigned seed);

static struct small_network net;
static struct span network_bytes;
static struct sign_key *newcomer;
static size_t arena_start;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    struct err err = {.code = CODE_OK};
    (void)argc;
    (void)argv;
    fuzz_start();
    small_open(&net);
    newcomer = sign_key_new(&err);
    must(newcomer != NULL);
    network_bytes =
            small_steward_signs(&net, KIND_NETWORK, &WIRE_NETWORK, &net.network);
    arena_start = net.arena.used;
    return 0;
}

/* --- a request --- */

static bool read_request(struct span bytes, struct join_request *request)
{
    struct err err = {.code = CODE_OK};
    char fingerprint[FINGERPRINT_TEXT_BYTES] = "untouched";
    struct join_request before;
    memset(request, 0x5A, sizeof *request);
    before = *request;
    size_t used = net.arena.used;
    if (steward_read_request(bytes, &net.arena, request, fingerprint, &err)) {
        must(strlen(fingerprint) == FINGERPRINT_TEXT_BYTES - 1);
        return true;
    }
    must_say_why(&err);
    must(net.arena.used == used && strcmp(fingerprint, "untouched") == 0);
    must(memcmp(request, &before, sizeof before) == 0);
    return false;
}

static void try_own_request(struct span body)
{
    struct err err = {.code = CODE_OK};
    struct join_request words, request;
    struct span packed, bytes;
    if (!wire_get(&WIRE_JOIN_REQUEST, body, &net.arena, &words, &err))
        return;
    words.identity_key = *sign_key_public(newcomer);
    if (!wire_put_arena(&WIRE_JOIN_REQUEST, &words, &net.arena, &packed, &err) ||
            !signed_make(words.partner, newcomer, KIND_JOIN_REQUEST, packed, &net.arena,
                    &bytes, &err) ||
            !read_request(bytes, &request))
        return;
    /* What the steward would sign is taken by every directory. */
    must(strcmp(request.partner, words.partner) == 0);
    struct membership membership = {.v = 1,
            .partner = request.partner,
            .version = 1,
            .role = request.role,
            .name = request.name,
            .partner_type = request.partner_type,
            .identity_key = request.identity_key,
            .transport_key = request.transport_key,
            .log_key = request.log_key,
            .address = request.address,
            .areas = request.areas,
            .n_areas = request.n_areas,
            .from_ms = (uint64_t)SMALL_NOW,
            .until_ms = (uint64_t)(SMALL_NOW + SMALL_DAY)};
    enum directory_news news;
    bytes = small_steward_signs(&net, KIND_MEMBERSHIP, &WIRE_MEMBERSHIP, &membership);
    struct directory *directory = directory_new(&err);
    must(directory != NULL && directory_pin(directory, &net.network, &err));
    must(small_feed(directory, &net.arena, KIND_MEMBERSHIP, bytes, SMALL_NOW, &news) ==
            CODE_OK);
    directory_free(directory);
}

/* --- a bundle --- */

static bool count_news(void *context, enum kind kind, struct span bytes,
        enum directory_news news, struct err *err)
{
    (void)kind;
    (void)err;
    must(bytes.len > 0 && news != DIRECTORY_KNOWN);
    ++*(size_t *)context;
    return true;
}

/* Into an empty directory, twice. */
static void feed(const struct bundle *bundle, const struct network *network)
{
    struct err err = {.code = CODE_OK};
    size_t n_first = 0, n_second = 0, used = net.arena.used;
    struct directory *directory = directory_new(&err);
    must(directory != NULL);
    bool whole = bundle_check(bundle, network, SMALL_NOW, &net.arena, &err);
    must(net.arena.used == used);
    bool fed = bundle_feed(bundle, network, directory, SMALL_NOW, &net.arena,
            count_news, &n_first, &err);
    must(fed == whole);
    if (fed) {
        must(directory_complete(directory) && n_first >= 2);
        must(bundle_feed(bundle, network, directory, SMALL_NOW, &net.arena, count_news,
                &n_second, &err));
        must(n_second == 0);
    } else {
        must_say_why(&err);
        must(n_first == 0 && directory_member_count(directory) == 0);
    }
    directory_free(directory);
}

static void try_bundle(struct span bytes, const struct key32 *steward)
{
    struct err err = {.code = CODE_OK};
    struct bundle bundle, before;
    struct network network;
    struct span again;
    memset(&bundle, 0x5A, sizeof bundle);
    before = bundle;
    size_t used = net.arena.used;
    if (!bundle_get(bytes, steward, &net.arena, &bundle, &network, &err)) {
        must_say_why(&err);
        must(net.arena.used == used && memcmp(&bundle, &before, sizeof before) == 0);
        return;
    }
    must(bundle_put(&bundle, &net.arena, &again, &err) && span_equal(again, bytes));
    feed(&bundle, &network);
}

static struct span next_signed(struct span *input, enum kind kind)
{
    struct err err = {.code = CODE_OK};
    struct span bytes;
    struct span body = fuzz_take(input, fuzz_number(input, 2));
    must(signed_make(DIRECTORY_STEWARD, net.steward, kind, body, &net.arena, &bytes,
            &err));
    return bytes;
}

/* A snapshot that counts what is there, when the input wants that. */
static void try_own_bundle(struct span *input)
{
    struct err err = {.code = CODE_OK};
    struct span memberships[THINGS_MAX], revocations[THINGS_MAX], areas[THINGS_MAX];
    struct span bytes;
    uint8_t choice = fuzz_byte(input), n = fuzz_byte(input);
    struct bundle bundle = {.v = 1,
            .network = network_bytes,
            .memberships = memberships,
            .n_memberships = n % (THINGS_MAX + 1),
            .revocations = revocations,
            .n_revocations = n / 16 % (THINGS_MAX + 1)};
    struct snapshot snapshot = {.v = 1,
            .network = net.network.name,
            .serial = 1u + choice % 3,
            .issued_ms = (uint64_t)(SMALL_NOW - SMALL_DAY * (choice % 64)),
            .expires_ms = (uint64_t)(SMALL_NOW + 60 * SMALL_DAY),
            .count = fuzz_byte(input),
            .root = {{1}}};
    for (size_t i = 0; i < bundle.n_memberships; i++)
        memberships[i] = next_signed(input, KIND_MEMBERSHIP);
    for (size_t i = 0; i < bundle.n_revocations; i++)
        revocations[i] = next_signed(input, KIND_REVOCATION);
    /* What is left is tables of places. */
    bundle.areas = areas;
    while (choice % 2 == 1 && input->len > 0 && bundle.n_areas < THINGS_MAX)
        areas[bundle.n_areas++] = next_signed(input, KIND_AREA);
    if (choice >= 32)
        (void)!bundle_head(&bundle, &net.network, SMALL_NOW, &net.arena, &snapshot,
                &err);
    bundle.snapshot =
            small_steward_signs(&net, KIND_SNAPSHOT, &WIRE_SNAPSHOT, &snapshot);
    if (bundle_put(&bundle, &net.arena, &bytes, &err))
        try_bundle(bytes, &net.network.steward_key);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct join_request request;
    struct span input = {data, size};
    arena_reset(&net.arena, arena_start);
    switch (fuzz_byte(&input) % N_TRIALS) {
    case ANY_BUNDLE: try_bundle(input, NULL); break;
    case ANY_REQUEST: (void)read_request(input, &request); break;
    case OWN_REQUEST: try_own_request(input); break;
    default: try_own_bundle(&input); break;
    }
    return 0;
}

/* One more membership or revocation behind the others, in the place of what follows. */
static size_t mutate_bundle(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    enum { HEAD = 4, BODY_MAX = 1024 };
    size_t LLVMFuzzerMutate(uint8_t * bytes, size_t len, size_t cap);
    if (size < HEAD || max_size < HEAD + THINGS_MAX * (BODY_MAX + 2) || seed % 4 == 0)
        return LLVMFuzzerMutate(data, size, max_size);
    size_t n_all = data[2] % (THINGS_MAX + 1) + (data[2] / 16u) % (THINGS_MAX + 1);
    size_t at = HEAD;
    for (size_t i = seed / 4 % (n_all + 1); i > 0 && at + 2 <= size; i--) {
        size_t next = at + 2 + ((size_t)data[at] << 8 | data[at + 1]);
        if (next + 2 > size)
            break;
        at = next;
    }
    if (at + 2 + BODY_MAX > max_size)
        return size;
    size_t len = at + 2 <= size ? (size_t)data[at] << 8 | data[at + 1] : 0;
    if (at + 2 + len > size)
        len = size > at + 2 ? size - at - 2 : 0;
    len = mutate_message(seed & 64 ? &WIRE_REVOCATION : &WIRE_MEMBERSHIP, data + at + 2,
            len, BODY_MAX, seed);
    data[at] = (uint8_t)(len >> 8);
    data[at + 1] = (uint8_t)len;
    return at + 2 + len;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
        unsigned seed)
{
    if (size == 0 || seed % 32 == 0)
        data[0] = (uint8_t)(seed >> 8);
    size_t len = size == 0 ? 0 : size - 1;
    switch (data[0] % N_TRIALS) {
    case ANY_BUNDLE:
        return 1 + mutate_message(&WIRE_BUNDLE, data + 1, len, max_size - 1, seed);
    case ANY_REQUEST:
        return 1 + mutate_message(&WIRE_SIGNED, data + 1, len, max_size - 1, seed);
    case OWN_REQUEST:
        return 1 +
               mutate_message(&WIRE_JOIN_REQUEST, data + 1, len, max_size - 1, seed);
    default: return mutate_bundle(data, size == 0 ? 1 : size, max_size, seed);
    }
}

/* fuzz_directory.c - memberships, revocations, areas, snapshots, statements of any
 * words, rightly signed, in any order: the directory stays whole, a refusal leaves it
 * as it was, and nothing is new twice.
 *
 * An input is a row of things: kind, author, length, body. */
#include "tests/fuzz.h"
#include "tests/mutate.h"
#include "tests/small_network.h"

enum { HEAD_BYTES = 4, THINGS_MAX = 24, BODY_MAX = 1024, CORPUS_MAX = 4096 };

int LLVMFuzzerInitialize(int *argc, char ***argv);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
        unsigned seed);

static const struct fuzzed {
    enum kind kind;
    const struct wire_map *map;
} KINDS[] = {
        {KIND_STATEMENT,  &WIRE_STATEMENT },
        {KIND_STATEMENT,  &WIRE_STATEMENT },
        {KIND_MEMBERSHIP, &WIRE_MEMBERSHIP},
        {KIND_REVOCATION, &WIRE_REVOCATION},
        {KIND_SNAPSHOT,   &WIRE_SNAPSHOT  },
};

/* The last bytes that there are: the inputs of the corpus mean what they meant. */
static const struct fuzzed *fuzzed_of(uint8_t byte)
{
    static const struct fuzzed area = {KIND_AREA, &WIRE_AREA};
    return byte >= 0xE0 ? &area : &KINDS[byte % COUNT_OF(KINDS)];
}

static struct world world;
static struct small_member *const MEMBERS[] = {&world.a, &world.b, &world.broker,
        &world.antenna};
static struct span admitted[COUNT_OF(MEMBERS)];
static size_t arena_start;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    static const char *const NAMES[] = {"house-a", "house-b", "the-broker", "antenna"};
    static const enum role ROLES[] = {ROLE_NODE, ROLE_NODE, ROLE_BROKER,
            ROLE_SUPPORTED};
    (void)argc;
    (void)argv;
    fuzz_start();
    small_open(&world.net);
    for (size_t i = 0; i < COUNT_OF(MEMBERS); i++) {
        *MEMBERS[i] = small_member_new(NAMES[i], ROLES[i]);
        struct membership membership = small_membership(MEMBERS[i], 1);
        admitted[i] = small_steward_signs(&world.net, KIND_MEMBERSHIP, &WIRE_MEMBERSHIP,
                &membership);
    }
    arena_start = world.net.arena.used;
    return 0;
}

/* A directory of four members, as at the start of each input. */
static void begin(void)
{
    struct err err = {.code = CODE_OK};
    directory_free(world.net.directory);
    arena_reset(&world.net.arena, arena_start);
    world.net.directory = directory_new(&err);
    must(world.net.directory != NULL);
    must(directory_pin(world.net.directory, &world.net.network, &err));
    for (size_t i = 0; i < COUNT_OF(MEMBERS); i++)
        small_take(&world.net, KIND_MEMBERSHIP, admitted[i]);
}

/* --- rules that hold whatever came --- */

static void check_member(const struct directory *directory, const struct member *member)
{
    const struct member *live =
            directory_live_member(directory, member->partner, SMALL_NOW);
    must(directory_member(directory, member->partner) == member);
    must(ids_partner_ok(member->partner));
    must(live == NULL || live == member);
    must(live == NULL ||
            (!member->revoked && !member->clashed && member->from_ms <= SMALL_NOW &&
                    SMALL_NOW < member->until_ms));
    if (live != NULL && member->role == ROLE_NODE)
        must(directory_by_transport(directory, &member->transport_key, SMALL_NOW) !=
                NULL);
    const struct member *server =
            directory_node_of(directory, member->partner, SMALL_NOW);
    must(server == NULL ||
            directory_live_member(directory, server->partner, SMALL_NOW) == server);
    for (size_t i = 0; i < DIRECTORY_STATEMENTS_PER_AUTHOR + 1; i++) {
        const struct statement *said =
                directory_statement_at(directory, member->partner, i, SMALL_NOW);
        if (said == NULL)
            break;
        must(!said->ended && (int64_t)said->until_ms > SMALL_NOW);
        must(i < DIRECTORY_STATEMENTS_PER_AUTHOR);
    }
}

static void check_pair(const struct directory *directory, const char *a, const char *b)
{
    struct partnership_fact there = directory_partnership(directory, a, b, SMALL_NOW);
    struct partnership_fact back = directory_partnership(directory, b, a, SMALL_NOW);
    must(there.state == back.state && there.purposes == back.purposes &&
            there.data_categories == back.data_categories &&
            there.until_day == back.until_day &&
            there.niss_allowed == back.niss_allowed);
    must(there.state != PARTNERSHIP_ACTIVE ||
            (directory_terms(directory, a, b, SMALL_NOW).len > 0 &&
                    there.until_day >= time_brussels_day(SMALL_NOW)));
}

/* A sector lies in one municipality at most, and its code does not say which. */
static void check_areas(const struct directory *directory)
{
    int32_t today = time_brussels_day(SMALL_NOW);
    uint32_t count;
    struct key32 root;
    directory_areas_head(directory, &count, &root);
    must(count <= directory_area_count(directory));
    for (size_t i = 0; i < directory_area_count(directory); i++) {
        const struct area *area = directory_area_at(directory, i), *found;
        struct err err = {.code = CODE_OK};
        must(area == NULL || directory_area_ok(area, &err));
        for (size_t k = 0; area != NULL && k < area->n_sectors; k++) {
            const char *code = area->sectors[k].code;
            const char *in = directory_area_of(directory, code, today);
            bool known = directory_place(directory, code, today, &found) ==
                         DIRECTORY_PLACE_FITS;
            must(known == (in != NULL));
            must(in == NULL || directory_within(directory, code, in, today));
            must(directory_within(directory, code, area->nis, today) ==
                    (in != NULL && strcmp(in, area->nis) == 0));
        }
    }
}

static void check(const struct directory *directory)
{
    size_t n = directory_member_count(directory);
    uint32_t count;
    struct key32 root;
    must(n <= DIRECTORY_MEMBERS_MAX && n >= COUNT_OF(MEMBERS));
    for (size_t i = 0; i < n; i++) {
        const struct member *member = directory_member_at(directory, i);
        must(i == 0 || strcmp(directory_member_at(directory, i - 1)->partner,
                               member->partner) < 0);
        check_member(directory, member);
        check_pair(directory, member->partner, "house-a");
    }
    directory_head(directory, &count, &root);
    must(count <= n);
    check_areas(directory);
}

/* --- one thing --- */

static struct span sign(struct span body, enum kind kind, uint8_t author)
{
    const struct small_member *member = MEMBERS[author % COUNT_OF(MEMBERS)];
    bool steward = kind != KIND_STATEMENT;
    struct err err = {.code = CODE_OK};
    struct span bytes;
    must(signed_make(steward ? DIRECTORY_STEWARD : member->partner,
            steward ? world.net.steward : member->key, kind, body, &world.net.arena,
            &bytes, &err));
    return bytes;
}

static void take_thing(enum kind kind, struct span body, uint8_t author)
{
    struct directory *directory = world.net.directory;
    struct span bytes = sign(body, kind, author);
    enum directory_news news = DIRECTORY_KNOWN, again = DIRECTORY_KNOWN;
    uint32_t count, count_after;
    struct key32 root, root_after;
    size_t n = directory_member_count(directory);
    uint64_t serial = directory_serial(directory);
    directory_head(directory, &count, &root);
    enum code code =
            small_feed(directory, &world.net.arena, kind, bytes, SMALL_NOW, &news);
    if (code == CODE_OK) {
        /* What was taken is known from then on; a snapshot or an end may make the
         * directory refuse it, but it is never new once more. */
        must(small_feed(directory, &world.net.arena, kind, bytes, SMALL_NOW, &again) !=
                        CODE_OK ||
                again != DIRECTORY_NEW);
        return;
    }
    directory_head(directory, &count_after, &root_after);
    must(news == DIRECTORY_KNOWN && count == count_after &&
            key32_equal(&root, &root_after));
    must(n == directory_member_count(directory) &&
            serial == directory_serial(directory));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span input = {data, size};
    begin();
    for (int i = 0; i < THINGS_MAX && input.len > 0; i++) {
        enum kind kind = fuzzed_of(fuzz_byte(&input))->kind;
        uint8_t author = fuzz_byte(&input);
        take_thing(kind, fuzz_take(&input, fuzz_number(&input, 2)), author);
    }
    check(world.net.directory);
    return 0;
}

/* --- mutation: one of the things, or one more --- */

/* What a statement must say to be looked at at all: whose it is, tags that are those of
 * their keys, terms that name the two. */
static void make_right(struct statement *said, const char *author, struct arena *arena)
{
    struct err err = {.code = CODE_OK};
    said->author = author;
    if (said->issued_ms > (uint64_t)SMALL_NOW)
        said->issued_ms = (uint64_t)(SMALL_NOW - SMALL_DAY);
    if (said->until_ms <= (uint64_t)SMALL_NOW || said->until_ms > INT64_MAX)
        said->until_ms = (uint64_t)(SMALL_NOW + 90 * SMALL_DAY);
    if (said->epoch_keys != NULL || said->intake != NULL)
        said->subject = "";
    for (size_t i = 0; said->epoch_keys != NULL && i < said->epoch_keys->n_keys; i++) {
        struct epoch_key *key =
                (struct epoch_key *)(uintptr_t)&said->epoch_keys->keys[i];
        struct key32 hash = hash_sha256_one(SPAN_OF(key->key));
        memcpy(key->ekid.b, hash.b, sizeof key->ekid.b);
        key->from_ms = said->issued_ms;
        key->until_ms = said->issued_ms + (uint64_t)SMALL_DAY * 30;
    }
    if (said->partnership == NULL)
        return;
    struct partnership *partnership =
            (struct partnership *)(uintptr_t)said->partnership;
    const char *other =
            author == MEMBERS[0]->partner ? MEMBERS[1]->partner : MEMBERS[0]->partner;
    struct terms terms = {.v = 1};
    (void)!wire_get(&WIRE_TERMS, partnership->terms, arena, &terms, &err);
    terms.a = strcmp(author, other) < 0 ? author : other;
    terms.b = strcmp(author, other) < 0 ? other : author;
    said->subject = partnership->partner = other;
    (void)!wire_put_arena(&WIRE_TERMS, &terms, arena, &partnership->terms, &err);
}

static size_t make_body(const struct wire_map *map, uint8_t author, uint8_t *body,
        size_t len, size_t cap, unsigned seed)
{
    struct err err = {.code = CODE_OK};
    struct statement said;
    struct arena arena = arena_new(1 << 18);
    len = mutate_message(map, body, len, cap, seed);
    if (map == &WIRE_STATEMENT && seed % 8 != 0 && arena.at != NULL &&
            wire_get(map, (struct span){body, len}, &arena, &said, &err)) {
        size_t packed;
        static const size_t ORDER[] = {0, 0, 1, 2, 3, 4, 5, 6};
        make_right(&said, MEMBERS[author % COUNT_OF(MEMBERS)]->partner, &arena);
        said.kind = said.epoch_keys != NULL    ? STATEMENT_KIND_EPOCH_KEYS
                    : said.service != NULL     ? STATEMENT_KIND_SERVICE
                    : said.capacity != NULL    ? STATEMENT_KIND_CAPACITY
                    : said.intake != NULL      ? STATEMENT_KIND_INTAKE
                    : said.partnership != NULL ? STATEMENT_KIND_PARTNERSHIP
                    : said.mandate != NULL
                            ? STATEMENT_KIND_MANDATE
                            : (enum statement_kind)ORDER[seed / 8 % COUNT_OF(ORDER)];
        uint8_t copy[BODY_MAX];
        if (wire_put(map, &said, copy, cap < BODY_MAX ? cap : BODY_MAX, &packed,
                    &err)) {
            memcpy(body, copy, packed);
            len = packed;
        }
    }
    arena_free(&arena);
    return len;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
        unsigned seed)
{
    static uint8_t out[1 << 20];
    size_t starts[THINGS_MAX + 1], n = 0, at = 0;
    if (max_size < 2 * (HEAD_BYTES + BODY_MAX) || max_size > sizeof out)
        return size;
    for (; n < THINGS_MAX && at + HEAD_BYTES <= size; n++) {
        starts[n] = at;
        at += HEAD_BYTES + ((size_t)data[at + 2] << 8 | data[at + 3]);
    }
    starts[n] = at < size ? at : size;
    /* The thing that is changed, or a new one behind all others. */
    size_t chosen = seed / 7 % (n + 1);
    size_t from = chosen < n ? starts[chosen] : starts[n];
    size_t to = chosen < n ? starts[chosen + 1] : starts[n];
    if (to > size || from + HEAD_BYTES + BODY_MAX + (size - to) > max_size)
        return size;
    uint8_t head[HEAD_BYTES] = {(uint8_t)(seed >> 4), (uint8_t)(seed >> 9)};
    if (to - from >= HEAD_BYTES)
        memcpy(head, data + from, 2);
    uint8_t body[BODY_MAX] = {0};
    size_t len = to - from >= HEAD_BYTES ? to - from - HEAD_BYTES : 0;
    if (len > BODY_MAX)
        len = BODY_MAX;
    if (len > 0)
        memcpy(body, data + from + HEAD_BYTES, len);
    len = make_body(fuzzed_of(head[0])->map, head[1], body, len, BODY_MAX, seed);
    head[2] = (uint8_t)(len >> 8);
    head[3] = (uint8_t)len;
    memcpy(out, data, from);
    memcpy(out + from, head, HEAD_BYTES);
    memcpy(out + from + HEAD_BYTES, body, len);
    memcpy(out + from + HEAD_BYTES + len, data + to, size - to);
    size_t whole = from + HEAD_BYTES + len + size - to;
    memcpy(data, out, whole);
    return whole;
}

/* unit_directory_order.c - whatever the order in which things arrive, everybody ends
 * with the same view. */
#include "tests/small_network.h"

#include <stdlib.h>

enum {
    THINGS_MAX = 64,
    ROUNDS = 300,
    VIEW_BYTES = 64 * 1024,
};

struct thing {
    enum kind kind;
    struct span bytes;
};

/* Everything that was ever signed in a network: first the steward's words, then the
 * members'. */
struct history {
    struct small_network net;
    struct small_member a, b, c, antenna, broker;
    struct thing things[THINGS_MAX];
    size_t n;
    size_t n_steward;
};

static void record(struct history *history, enum kind kind, struct span bytes)
{
    assert_true(history->n < THINGS_MAX);
    history->things[history->n++] = (struct thing){kind, bytes};
}

static void admit(struct history *history, const struct small_member *member,
        uint64_t version, const char *name)
{
    struct membership membership = small_membership(member, version);
    membership.name = name;
    record(history, KIND_MEMBERSHIP,
            small_steward_signs(&history->net, KIND_MEMBERSHIP, &WIRE_MEMBERSHIP,
                    &membership));
}

static void revoke(struct history *history, const char *partner, uint64_t version)
{
    struct revocation revocation = {.v = 1,
            .partner = partner,
            .version = version,
            .at_ms = 1};
    record(history, KIND_REVOCATION,
            small_steward_signs(&history->net, KIND_REVOCATION, &WIRE_REVOCATION,
                    &revocation));
}

static void snapshot(struct history *history, uint64_t serial, int64_t issued_ms)
{
    struct snapshot body = {.v = 1,
            .network = "test-net",
            .serial = serial,
            .issued_ms = (uint64_t)issued_ms,
            .expires_ms = (uint64_t)(issued_ms + 60 * SMALL_DAY),
            .count = (uint32_t)serial};
    memset(body.root.b, (int)serial, sizeof body.root.b);
    record(history, KIND_SNAPSHOT,
            small_steward_signs(&history->net, KIND_SNAPSHOT, &WIRE_SNAPSHOT, &body));
}

static void state_mandate(struct history *history, const struct small_member *member,
        const char *subject, uint64_t version, const char *text, int64_t until_ms)
{
    struct mandate mandate = {.text = text};
    struct statement statement = {.v = 1,
            .author = member->partner,
            .kind = STATEMENT_KIND_MANDATE,
            .subject = subject,
            .version = version,
            .issued_ms = (uint64_t)SMALL_NOW + version,
            .until_ms = (uint64_t)until_ms,
            .ended = text == NULL,
            .mandate = text == NULL ? NULL : &mandate};
    record(history, KIND_STATEMENT,
            small_sign(&history->net, member->partner, member->key, KIND_STATEMENT,
                    &WIRE_STATEMENT, &statement));
}

/* One side's word on the partnership of house-a and house-b; until_day 0: it ends it.
 */
static void state_partnership(struct history *history,
        const struct small_member *member, const char *other, uint64_t version,
        int32_t until_day)
{
    static const uint16_t rows[] = {1, 3};
    struct partnership partnership = {.partner = other};
    struct statement statement = {.v = 1,
            .author = member->partner,
            .kind = STATEMENT_KIND_PARTNERSHIP,
            .subject = other,
            .version = version,
            .issued_ms = (uint64_t)SMALL_NOW + version,
            .until_ms = (uint64_t)(SMALL_NOW + 9 * SMALL_DAY),
            .ended = until_day == 0};
    struct terms terms = {.v = 1,
            .a = "house-a",
            .b = "house-b",
            .purposes = rows,
            .n_purposes = COUNT_OF(rows),
            .data_categories = rows,
            .n_data_categories = COUNT_OF(rows),
            .a_secrecy_bound = true,
            .a_reason = "care staff",
            .until_day = (uint32_t)until_day};
    struct err err = {0};
    if (until_day != 0) {
        assert_true(wire_put_arena(&WIRE_TERMS, &terms, &history->net.arena,
                &partnership.terms, &err));
        statement.partnership = &partnership;
    }
    record(history, KIND_STATEMENT,
            small_sign(&history->net, member->partner, member->key, KIND_STATEMENT,
                    &WIRE_STATEMENT, &statement));
}

/* New versions, clashes, revocations before and after, ends, things past their date. */
static void write_history(struct history *history)
{
    struct small_member *a = &history->a;
    struct small_member *b = &history->b;
    int64_t later = SMALL_NOW + SMALL_DAY;
    admit(history, a, 1, "a one");
    admit(history, a, 2, "a two");
    admit(history, a, 3, "a three");
    admit(history, b, 1, "b one");
    admit(history, b, 2, "b two");
    revoke(history, "house-b", 1);
    admit(history, &history->c, 1, "c one");
    admit(history, &history->c, 2, "c two");
    admit(history, &history->c, 2, "c two, in other words");
    admit(history, &history->antenna, 1, "antenna");
    admit(history, &history->antenna, 2, "antenna again");
    revoke(history, "antenna", 2);
    revoke(history, "never-seen", 4);
    admit(history, &history->broker, 1, "broker");
    admit(history, &history->broker, 1, "broker");
    snapshot(history, 3, SMALL_NOW - 3);
    snapshot(history, 4, SMALL_NOW - 2);
    snapshot(history, 5, SMALL_NOW - 1);
    history->n_steward = history->n;

    state_mandate(history, a, "visits", 1, "visits one", later);
    state_mandate(history, a, "visits", 2, "visits two", later);
    state_mandate(history, a, "visits", 3, "visits three", later);
    state_mandate(history, a, "meals", 1, "meals one", later);
    state_mandate(history, a, "meals", 2, "meals two", later);
    state_mandate(history, a, "meals", 2, "meals two, in other words", later + 5);
    state_mandate(history, a, "walks", 1, "walks", later);
    state_mandate(history, a, "walks", 2, NULL, later);
    state_mandate(history, a, "songs", 1, "songs one", later);
    state_mandate(history, a, "songs", 2, "songs two", SMALL_NOW + 10);
    state_mandate(history, b, "visits", 7, "b visits", later);
    state_mandate(history, b, "visits", 7, "b visits, in other words", later);
    state_mandate(history, b, "visits", 8, "b visits again", later);

    /* Agreed, ended by one side, agreed anew, and other terms proposed on top. */
    int32_t today = time_brussels_day(SMALL_NOW);
    state_partnership(history, a, "house-b", 1, today + 90);
    state_partnership(history, b, "house-a", 1, today + 90);
    state_partnership(history, a, "house-b", 2, 0);
    state_partnership(history, a, "house-b", 3, today + 120);
    state_partnership(history, b, "house-a", 4, today + 120);
}

static int open_history(void **state)
{
    struct history *history = calloc(1, sizeof *history);
    assert_non_null(history);
    small_open(&history->net);
    history->a = small_member_new("house-a", ROLE_NODE);
    history->b = small_member_new("house-b", ROLE_NODE);
    history->c = small_member_new("house-c", ROLE_NODE);
    history->antenna = small_member_new("antenna", ROLE_SUPPORTED);
    history->broker = small_member_new("the-broker", ROLE_BROKER);
    write_history(history);
    *state = history;
    return 0;
}

static int close_history(void **state)
{
    struct history *history = *state;
    small_member_free(&history->a);
    small_member_free(&history->b);
    small_member_free(&history->c);
    small_member_free(&history->antenna);
    small_member_free(&history->broker);
    small_close(&history->net);
    free(history);
    return 0;
}

/* --- the view as text --- */

struct view {
    char text[VIEW_BYTES];
    size_t len;
};

static void put(struct view *view, const char *format, ...)
        __attribute__((format(printf, 2, 3)));
static void put(struct view *view, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int len = vsnprintf(view->text + view->len, VIEW_BYTES - view->len, format, args);
    va_end(args);
    assert_true(len >= 0 && (size_t)len < VIEW_BYTES - view->len);
    view->len += (size_t)len;
}

static void put_author(struct view *view, const struct directory *directory,
        const char *author)
{
    static const char *const SUBJECTS[] = {"visits", "meals", "walks", "songs"};
    const struct statement *said;
    for (size_t i = 0;
            (said = directory_statement_at(directory, author, i, SMALL_NOW)) != NULL;
            i++)
        put(view, "  %d %s v%d: %s\n", said->kind, said->subject, (int)said->version,
                said->mandate != NULL ? said->mandate->text : "");
    for (size_t i = 0; i < COUNT_OF(SUBJECTS); i++)
        put(view, "  version %s %d\n", SUBJECTS[i],
                (int)directory_version(directory, author, STATEMENT_KIND_MANDATE,
                        SUBJECTS[i]));
}

static void put_view(struct view *view, const struct directory *directory)
{
    uint32_t count;
    struct key32 root;
    char hex[65];
    view->len = 0;
    for (size_t i = 0; i < directory_member_count(directory); i++) {
        const struct member *member = directory_member_at(directory, i);
        ids_hex(SPAN_OF(member->identity_key), hex);
        put(view, "%s v%d \"%s\" role %d key %s%s%s%s\n", member->partner,
                (int)member->version, member->name, member->role, hex,
                member->revoked ? " revoked" : "", member->clashed ? " clashed" : "",
                directory_live_member(directory, member->partner, SMALL_NOW) != NULL
                        ? " live"
                        : "");
        put_author(view, directory, member->partner);
    }
    for (size_t i = 0; i < 2; i++) {
        struct partnership_fact fact =
                directory_partnership(directory, i == 0 ? "house-a" : "house-b",
                        i == 0 ? "house-b" : "house-a", SMALL_NOW);
        put(view, "partnership %d: %d until %d secrecy %d\n", (int)i, fact.state,
                fact.until_day, fact.secrecy_bound_of_recipient);
    }
    directory_head(directory, &count, &root);
    ids_hex(SPAN_OF(root), hex);
    put(view, "%u in force, root %s, serial %d issued %lld\n", count, hex,
            (int)directory_serial(directory),
            (long long)directory_issued_ms(directory));
}

static void shuffle(struct thing *things, size_t n)
{
    for (size_t i = n; i > 1; i--) {
        size_t other = hash_random_below((uint32_t)i);
        struct thing kept = things[i - 1];
        things[i - 1] = things[other];
        things[other] = kept;
    }
}

static struct directory *view_of(struct history *history, const struct thing *things,
        size_t n, bool twice)
{
    struct err err = {0};
    enum directory_news news;
    struct directory *directory = directory_new(&err);
    assert_non_null(directory);
    assert_true(directory_pin(directory, &history->net.network, &err));
    for (size_t i = 0; i < n * (twice ? 2 : 1); i++) {
        const struct thing *thing = &things[i % n];
        enum code code = small_feed(directory, &history->net.arena, thing->kind,
                thing->bytes, SMALL_NOW, &news);
        /* The only thing that may be refused is a snapshot that comes late. */
        if (code != CODE_OK)
            assert_true(thing->kind == KIND_SNAPSHOT && code == E_DIRECTORY);
    }
    return directory;
}

static void every_order_gives_the_same_view(void **state)
{
    struct history *history = *state;
    static struct view first, view;
    const char *asked = getenv("ORDERS"); /* for each hundred of them, one */
    unsigned long n_rounds = asked != NULL ? strtoul(asked, NULL, 10) / 100 : 0;
    n_rounds = n_rounds > ROUNDS ? n_rounds : ROUNDS;
    for (unsigned long round = 0; round < n_rounds; round++) {
        struct directory *directory =
                view_of(history, history->things, history->n, round % 2 == 1);
        put_view(round == 0 ? &first : &view, directory);
        directory_free(directory);
        if (round > 0)
            assert_string_equal(view.text, first.text);
        /* Who is not yet a member cannot be heard, so the steward's words go first. */
        shuffle(history->things, history->n_steward);
        shuffle(history->things + history->n_steward, history->n - history->n_steward);
    }
}

static void the_view_is_what_was_meant(void **state)
{
    static const char *const PARTS[] = {
            "antenna v2 \"antenna again\" role 3",
            "house-a v3 \"a three\"",
            "  6 songs v2: songs two\n  6 visits v3: visits three\n"
            "  version visits 3\n  version meals 2\n  version walks 2\n"
            "  version songs 2\n",
            "house-b v2 \"b two\"",
            "partnership 0: 2 until 20739 secrecy 0\n",
            "partnership 1: 2 until 20739 secrecy 1\n",
            "  6 visits v8: b visits again\n",
            "house-c v2 \"\" role 0",
            "3 in force, root ",
            "serial 5 issued 1781524799999\n",
    };
    struct history *history = *state;
    static struct view view;
    struct directory *directory = view_of(history, history->things, history->n, false);
    put_view(&view, directory);
    directory_free(directory);
    for (size_t i = 0; i < COUNT_OF(PARTS); i++) {
        if (strstr(view.text, PARTS[i]) == NULL)
            fail_msg("no %s in\n%s", PARTS[i], view.text);
    }
}

/* The same words signed once more give another packed Signed: all keep the same one. */
static void one_envelope_of_two_is_kept_by_all(void **state)
{
    struct history *history = *state;
    struct small_network *net = &history->net;
    struct err err = {0};
    struct signer *signer = signer_new(DIRECTORY_STEWARD, net->steward, &err);
    struct membership membership = small_membership(&history->a, 1);
    struct span body, other;
    uint32_t ticket;
    assert_non_null(signer);
    assert_true(
            wire_put_arena(&WIRE_MEMBERSHIP, &membership, &net->arena, &body, &err));
    assert_true(signer_add(signer, KIND_MEMBERSHIP, body, &ticket, &err));
    assert_true(signer_add(signer, KIND_SNAPSHOT, body, &ticket, &err));
    assert_true(signer_sign(signer, &err));
    assert_true(signer_take(signer, 0, &net->arena, &other, &err));
    signer_free(signer);

    struct thing things[] = {
            {KIND_MEMBERSHIP,  small_steward_signs(net, KIND_MEMBERSHIP,
             &WIRE_MEMBERSHIP, &membership)},
            {KIND_MEMBERSHIP, other           }
    };
    struct key32 roots[2];
    uint32_t count;
    assert_false(span_equal(things[0].bytes, other));
    for (size_t i = 0; i < 2; i++) {
        struct directory *directory = view_of(history, things, 2, true);
        directory_head(directory, &count, &roots[i]);
        assert_int_equal(count, 1);
        directory_free(directory);
        struct thing kept = things[0];
        things[0] = things[1];
        things[1] = kept;
    }
    assert_true(key32_equal(&roots[0], &roots[1]));
}

#define IN_HISTORY(test)                                                               \
    cmocka_unit_test_setup_teardown(test, open_history, close_history)

int main(void)
{
    const struct CMUnitTest tests[] = {
            IN_HISTORY(every_order_gives_the_same_view),
            IN_HISTORY(the_view_is_what_was_meant),
            IN_HISTORY(one_envelope_of_two_is_kept_by_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

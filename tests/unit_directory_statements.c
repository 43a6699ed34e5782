/* unit_directory_statements.c - what partners say of themselves, and when it counts. */
#include "tests/small_network.h"

/* A mandate of house-a on the subject, said an hour ago for ten days; mandates carry
 * nothing else, so they stand for any statement. */
static const struct mandate MANDATE = {.text = "We visit people at home."};

static struct statement mandate(const char *subject, uint64_t version)
{
    return (struct statement){.v = 1,
            .author = "house-a",
            .kind = STATEMENT_KIND_MANDATE,
            .subject = subject,
            .version = version,
            .issued_ms = (uint64_t)(SMALL_NOW - TIME_HOUR_MS),
            .until_ms = (uint64_t)(SMALL_NOW + 10 * SMALL_DAY),
            .mandate = &MANDATE};
}

static struct statement empty(const char *author, enum statement_kind kind,
        const char *subject)
{
    struct statement statement = mandate(subject, 1);
    statement.author = author;
    statement.kind = kind;
    statement.mandate = NULL;
    return statement;
}

/* Feed at an instant, signed by `signer`; CODE_OK or why not. */
static enum code feed_by(struct world *world, const char *signer,
        const struct statement *statement, int64_t now_ms, enum directory_news *news)
{
    struct err err = {0};
    struct span body;
    struct arena *arena = &world->net.arena;
    size_t used = arena->used;
    assert_true(wire_put_arena(&WIRE_STATEMENT, statement, arena, &body, &err));
    bool taken = directory_feed(world->net.directory, KIND_STATEMENT, signer, body,
            body, now_ms, news, &err);
    arena_reset(arena, used);
    return taken ? CODE_OK : err.code;
}

static enum code refused(struct world *world, const struct statement *statement)
{
    enum directory_news news = DIRECTORY_CLASH;
    enum code code = feed_by(world, statement->author, statement, SMALL_NOW, &news);
    if (code != CODE_OK)
        assert_int_equal(news, DIRECTORY_CLASH);
    return code;
}

static enum directory_news say_at(struct world *world,
        const struct statement *statement, int64_t now_ms)
{
    enum directory_news news = DIRECTORY_CLASH;
    assert_int_equal(feed_by(world, statement->author, statement, now_ms, &news),
            CODE_OK);
    return news;
}

static enum directory_news say(struct world *world, const struct statement *statement)
{
    return say_at(world, statement, SMALL_NOW);
}

static size_t count_said(struct world *world, const char *author, int64_t now_ms)
{
    size_t n = 0;
    while (directory_statement_at(world->net.directory, author, n, now_ms) != NULL)
        n++;
    return n;
}

static uint64_t version_of(struct world *world, const char *subject)
{
    return directory_version(world->net.directory, "house-a", STATEMENT_KIND_MANDATE,
            subject);
}

/* --- versions --- */

static void the_highest_version_counts(void **state)
{
    struct world *world = *state;
    struct statement v2 = mandate("visits", 2);
    struct statement v1 = mandate("visits", 1);
    assert_int_equal(say(world, &v2), DIRECTORY_NEW);
    assert_int_equal(say(world, &v2), DIRECTORY_KNOWN);
    assert_int_equal(say(world, &v1), DIRECTORY_KNOWN);
    struct statement v3 = mandate("visits", 3);
    assert_int_equal(say(world, &v3), DIRECTORY_NEW);
    assert_int_equal(version_of(world, "visits"), 3);
    assert_int_equal(version_of(world, "meals"), 0);
    assert_int_equal(count_said(world, "house-a", SMALL_NOW), 1);
}

static void two_statements_of_one_version_are_both_void(void **state)
{
    struct world *world = *state;
    struct statement one = mandate("visits", 2);
    struct statement other = one;
    other.until_ms += 1;
    assert_int_equal(say(world, &one), DIRECTORY_NEW);
    assert_int_equal(say(world, &other), DIRECTORY_CLASH);
    assert_int_equal(say(world, &other), DIRECTORY_KNOWN);
    assert_int_equal(say(world, &one), DIRECTORY_KNOWN);
    assert_int_equal(count_said(world, "house-a", SMALL_NOW), 0);
    assert_int_equal(version_of(world, "visits"), 2);
    /* What it had said before does not come back. */
    struct statement before = mandate("visits", 1);
    assert_int_equal(say(world, &before), DIRECTORY_KNOWN);
    struct statement next = mandate("visits", 3);
    assert_int_equal(say(world, &next), DIRECTORY_NEW);
    assert_int_equal(count_said(world, "house-a", SMALL_NOW), 1);
}

static void what_was_ended_stays_ended(void **state)
{
    struct world *world = *state;
    struct statement said = mandate("visits", 1);
    struct statement end = mandate("visits", 2);
    end.ended = true;
    end.mandate = NULL;
    end.until_ms = (uint64_t)(SMALL_NOW - 1);
    assert_int_equal(say(world, &said), DIRECTORY_NEW);
    assert_int_equal(say(world, &end), DIRECTORY_NEW);
    assert_int_equal(count_said(world, "house-a", SMALL_NOW), 0);
    assert_int_equal(say(world, &said), DIRECTORY_KNOWN);
    assert_int_equal(count_said(world, "house-a", SMALL_NOW), 0);
}

static void past_its_date_it_counts_no_longer(void **state)
{
    struct world *world = *state;
    struct statement said = mandate("visits", 6);
    int64_t until_ms = (int64_t)said.until_ms;
    assert_int_equal(say(world, &said), DIRECTORY_NEW);
    assert_int_equal(count_said(world, "house-a", until_ms - 1), 1);
    assert_int_equal(count_said(world, "house-a", until_ms), 0);

    /* Something older does not come in its place; something said later does, also from
     * an author that has forgotten which versions it used. */
    struct statement old = mandate("visits", 5);
    old.issued_ms -= 1;
    old.until_ms += (uint64_t)SMALL_DAY;
    assert_int_equal(say_at(world, &old, until_ms), DIRECTORY_KNOWN);
    struct statement later = mandate("visits", 1);
    later.issued_ms = (uint64_t)until_ms;
    later.until_ms = (uint64_t)(until_ms + SMALL_DAY);
    assert_int_equal(say_at(world, &later, until_ms), DIRECTORY_NEW);
    assert_int_equal(count_said(world, "house-a", until_ms), 1);
}

static void statements_are_walked_by_kind_and_subject(void **state)
{
    struct world *world = *state;
    static const struct service SERVICE = {.need = 1};
    struct statement service = empty("house-a", STATEMENT_KIND_SERVICE, "zzz");
    service.service = &SERVICE;
    struct statement m1 = mandate("b", 1);
    struct statement m2 = mandate("a", 1);
    assert_int_equal(say(world, &m1), DIRECTORY_NEW);
    assert_int_equal(say(world, &service), DIRECTORY_NEW);
    assert_int_equal(say(world, &m2), DIRECTORY_NEW);
    static const char *const SUBJECTS[] = {"zzz", "a", "b"};
    for (size_t i = 0; i < COUNT_OF(SUBJECTS); i++)
        assert_string_equal(directory_statement_at(world->net.directory, "house-a", i,
                                    SMALL_NOW)
                                    ->subject,
                SUBJECTS[i]);
    assert_int_equal(count_said(world, "house-a", SMALL_NOW), 3);
    assert_int_equal(count_said(world, "house-b", SMALL_NOW), 0);
    assert_int_equal(count_said(world, "nobody", SMALL_NOW), 0);
}

static void who_is_out_or_changed_its_key_says_nothing(void **state)
{
    struct world *world = *state;
    struct statement said = mandate("visits", 4);
    assert_int_equal(say(world, &said), DIRECTORY_NEW);
    directory_suspend(world->net.directory, "house-a", true);
    assert_int_equal(count_said(world, "house-a", SMALL_NOW), 0);
    directory_suspend(world->net.directory, "house-a", false);
    assert_int_equal(count_said(world, "house-a", SMALL_NOW), 1);

    /* Other words about the member leave what it said; another key does not. */
    struct membership renamed = small_membership(&world->a, 2);
    renamed.name = "Another name";
    small_take(&world->net, KIND_MEMBERSHIP,
            small_steward_signs(&world->net, KIND_MEMBERSHIP, &WIRE_MEMBERSHIP,
                    &renamed));
    assert_int_equal(count_said(world, "house-a", SMALL_NOW), 1);
    struct small_member fresh = small_member_new("house-a", ROLE_NODE);
    struct membership rotated = small_membership(&fresh, 3);
    small_take(&world->net, KIND_MEMBERSHIP,
            small_steward_signs(&world->net, KIND_MEMBERSHIP, &WIRE_MEMBERSHIP,
                    &rotated));
    assert_int_equal(count_said(world, "house-a", SMALL_NOW), 0);
    assert_int_equal(version_of(world, "visits"), 0);

    /* Nor does another role: a broker has no statements. */
    assert_int_equal(say(world, &said), DIRECTORY_NEW);
    struct membership broker = rotated;
    broker.version = 4;
    broker.role = ROLE_BROKER;
    broker.log_key = *sign_key_public(fresh.log);
    broker.address = "tcp://house.example:7000";
    small_take(&world->net, KIND_MEMBERSHIP,
            small_steward_signs(&world->net, KIND_MEMBERSHIP, &WIRE_MEMBERSHIP,
                    &broker));
    assert_int_equal(count_said(world, "house-a", SMALL_NOW), 0);
    small_member_free(&fresh);
}

/* --- refusals --- */

static void a_statement_speaks_for_its_signer_only(void **state)
{
    struct world *world = *state;
    enum directory_news news;
    struct statement said = mandate("visits", 1);
    assert_int_equal(feed_by(world, "house-b", &said, SMALL_NOW, &news), E_AUTH);
    static const char *const OTHERS[] = {"the-broker", "antenna", "house-c",
            DIRECTORY_STEWARD};
    for (size_t i = 0; i < COUNT_OF(OTHERS); i++) {
        said.author = OTHERS[i];
        assert_int_equal(refused(world, &said), E_AUTH);
    }
}

static void a_statement_has_version_kind_and_dates(void **state)
{
    struct world *world = *state;
    struct statement said = mandate("visits", 0);
    assert_int_equal(refused(world, &said), E_FORMAT);
    said = mandate("visits", 1);
    said.kind = STATEMENT_KIND_NONE;
    assert_int_equal(refused(world, &said), E_FORMAT);
    said = mandate("visits", 1);
    said.until_ms = said.issued_ms;
    assert_int_equal(refused(world, &said), E_FORMAT);
    said = mandate("visits", 1);
    said.until_ms = (uint64_t)INT64_MAX + 1;
    assert_int_equal(refused(world, &said), E_FORMAT);
    said = mandate("visits", 1);
    said.until_ms = (uint64_t)SMALL_NOW;
    assert_int_equal(refused(world, &said), E_TTL);
    said.until_ms = (uint64_t)SMALL_NOW + 1;
    assert_int_equal(refused(world, &said), CODE_OK);
    said = mandate("meals", 1);
    said.issued_ms = (uint64_t)(SMALL_NOW + SMALL_DAY + 1);
    assert_int_equal(refused(world, &said), E_CLOCK);
    said.issued_ms = (uint64_t)(SMALL_NOW + SMALL_DAY);
    assert_int_equal(refused(world, &said), CODE_OK);
}

static void a_statement_says_what_its_kind_is_for(void **state)
{
    struct world *world = *state;
    for (int kind = STATEMENT_KIND_EPOCH_KEYS; kind <= (int)STATEMENT_KIND_ABSENCE;
            kind++) {
        struct statement said = empty("house-a", (enum statement_kind)kind, "");
        assert_int_equal(refused(world, &said), E_FORMAT);
        if (kind == (int)STATEMENT_KIND_MANDATE)
            continue;
        said.mandate = &MANDATE;
        assert_int_equal(refused(world, &said), E_FORMAT);
        said.ended = true;
        assert_int_equal(refused(world, &said), E_FORMAT);
    }
    static const struct intake OPEN = {.state = INTAKE_STATE_OPEN};
    struct statement intake = empty("house-a", STATEMENT_KIND_INTAKE, "today");
    intake.intake = &OPEN;
    assert_int_equal(refused(world, &intake), E_FORMAT);
    static const struct intake NONE = {.paused_until_ms = 1};
    intake.subject = "";
    intake.intake = &NONE;
    assert_int_equal(refused(world, &intake), E_FORMAT);
    static const struct service NO_NEED = {.hours = "9-17"};
    struct statement service = empty("house-a", STATEMENT_KIND_SERVICE, "x");
    service.service = &NO_NEED;
    assert_int_equal(refused(world, &service), E_FORMAT);
    static const struct capacity NO_STATE = {.need = 1};
    struct statement capacity = empty("house-a", STATEMENT_KIND_CAPACITY, "x");
    capacity.capacity = &NO_STATE;
    assert_int_equal(refused(world, &capacity), E_FORMAT);
    assert_int_equal(count_said(world, "house-a", SMALL_NOW), 0);
}

/* --- limits --- */

static void a_body_has_at_most_4096_bytes(void **state)
{
    struct world *world = *state;
    static uint8_t body[DIRECTORY_STATEMENT_BYTES + 1];
    struct err err = {0};
    enum directory_news news;
    memset(body, 0xFF, sizeof body);
    for (size_t extra = 0; extra < 2; extra++) {
        struct span bytes = {body, DIRECTORY_STATEMENT_BYTES + extra};
        assert_false(directory_feed(world->net.directory, KIND_STATEMENT, "house-a",
                bytes, bytes, SMALL_NOW, &news, &err));
        assert_int_equal(err.code, extra == 0 ? E_FORMAT : E_SIZE);
    }
}

static void an_author_says_50_new_things_a_day(void **state)
{
    struct world *world = *state;
    char subject[16];
    for (int i = 0; i < DIRECTORY_STATEMENTS_A_DAY - 2; i++) {
        snprintf(subject, sizeof subject, "s%d", i);
        struct statement said = mandate(subject, 1);
        assert_int_equal(say(world, &said), DIRECTORY_NEW);
    }
    /* New versions of one subject count too; what is known does not. */
    struct statement said = mandate("s0", 2);
    assert_int_equal(say(world, &said), DIRECTORY_NEW);
    assert_int_equal(say(world, &said), DIRECTORY_KNOWN);
    said = mandate("s0", 3);
    assert_int_equal(say(world, &said), DIRECTORY_NEW);
    said = mandate("s0", 4);
    assert_int_equal(refused(world, &said), E_BUSY);
    said = mandate("one-more", 1);
    assert_int_equal(refused(world, &said), E_BUSY);
    /* To date a new version back to a quiet day does not help. */
    said = mandate("s0", 4);
    said.issued_ms -= (uint64_t)(3 * SMALL_DAY);
    assert_int_equal(refused(world, &said), E_BUSY);
    assert_int_equal(version_of(world, "s0"), 3);
    /* Others and tomorrow have their own fifty. */
    said = mandate("one-more", 1);
    said.author = "house-b";
    assert_int_equal(say(world, &said), DIRECTORY_NEW);
    said = mandate("one-more", 1);
    said.issued_ms += (uint64_t)SMALL_DAY;
    assert_int_equal(say_at(world, &said, SMALL_NOW + SMALL_DAY), DIRECTORY_NEW);
}

static void an_author_has_500_statements(void **state)
{
    struct world *world = *state;
    char subject[16];
    for (int i = 0; i < DIRECTORY_STATEMENTS_PER_AUTHOR; i++) {
        snprintf(subject, sizeof subject, "s%03d", i);
        struct statement said = mandate(subject, 1);
        said.issued_ms -= (uint64_t)((i / DIRECTORY_STATEMENTS_A_DAY + 1) * SMALL_DAY);
        if (i == 123)
            said.until_ms = (uint64_t)SMALL_NOW + 1000;
        assert_int_equal(say(world, &said), DIRECTORY_NEW);
    }
    assert_int_equal(count_said(world, "house-a", SMALL_NOW),
            DIRECTORY_STATEMENTS_PER_AUTHOR);
    struct statement more = mandate("more", 1);
    assert_int_equal(refused(world, &more), E_BUSY);
    struct statement again = mandate("s000", 2);
    assert_int_equal(say(world, &again), DIRECTORY_NEW);
    /* The place of one that is past its date is free. */
    assert_int_equal(say_at(world, &more, SMALL_NOW + 1000), DIRECTORY_NEW);
    assert_int_equal(version_of(world, "s123"), 0);
    assert_int_equal(count_said(world, "house-a", SMALL_NOW + 1000),
            DIRECTORY_STATEMENTS_PER_AUTHOR);
    struct statement yet = mandate("yet-more", 1);
    enum directory_news news;
    assert_int_equal(feed_by(world, "house-a", &yet, SMALL_NOW + 1000, &news), E_BUSY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            IN_WORLD(the_highest_version_counts),
            IN_WORLD(two_statements_of_one_version_are_both_void),
            IN_WORLD(what_was_ended_stays_ended),
            IN_WORLD(past_its_date_it_counts_no_longer),
            IN_WORLD(statements_are_walked_by_kind_and_subject),
            IN_WORLD(who_is_out_or_changed_its_key_says_nothing),
            IN_WORLD(a_statement_speaks_for_its_signer_only),
            IN_WORLD(a_statement_has_version_kind_and_dates),
            IN_WORLD(a_statement_says_what_its_kind_is_for),
            IN_WORLD(a_body_has_at_most_4096_bytes),
            IN_WORLD(an_author_says_50_new_things_a_day),
            IN_WORLD(an_author_has_500_statements),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

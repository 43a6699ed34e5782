/* sim_blind.c - nothing that the broker knows joins two referrals of one person. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/ids.h"
#include "core/time.h"
#include "tests/peek.h"
#include "tests/world.h"

#define HOME   "thuiszorg"
#define TARGET "aksant"
#define AWAY   "noord"

enum { ROWS_MAX = 2000, WINDOW = 8, HALF = 4, WINDOWS_MAX = 2000000 };

/* What rows of two referrals may have in common: organisations, area, level,
 * categories, day; and numbers that say only where a thing stands. 0 and nothing are
 * always the same. */
static const char *const MAY_BE_EQUAL[] = {
        "consent.collector",
        "consent.confirmed",
        "consent.conflict",
        "consent.until_ms",
        "consent.withdrawn",
        "handed_over.partner",
        "handed_over.type",
        "referral.sender",
        "referral.mode",
        "referral.closed",
        "offer.place",
        "offer.sender",
        "offer.target",
        "offer.state",
        "offer.before_hold",
        "offer.version",
        "offer.info_rounds",
        "offer.urgency",
        "offer.area",
        "offer.depth",
        "offer.restored",
        "offer.event",
        "letter.sender",
        "letter.recipient",
        "letter.state",
        "letter.live",
        "letter.type",
        "letter.priority",
        "letter.size",
        "letter.code",
        "letter.expires_ms",
        "letter.check_ms",
        "mail.partner",
        "mail.priority",
        "mail.kind",
        "mail.size",
};

/* The rows that came with one referral, and every piece of eight and of four bytes in
 * them. */
struct part {
    char *rows[ROWS_MAX];
    size_t n_rows;
    uint64_t *windows;
    uint32_t *halves;
    size_t n_windows;
};

static struct {
    char *seen[ROWS_MAX * 4]; /* rows of all parts before */
    size_t n_seen;
    struct part *part;
    char tables[32][64];
    size_t n_tables;
    const char *table;
} walk;

static char *text_of(sqlite3_stmt *row, int column)
{
    struct span bytes = {sqlite3_column_blob(row, column),
            (size_t)sqlite3_column_bytes(row, column)};
    char *text = NULL;

    if (sqlite3_column_type(row, column) == SQLITE_BLOB) {
        text = calloc(2 * bytes.len + 1, 1);
        assert_non_null(text);
        if (bytes.len > 0)
            ids_hex(bytes, text);
        return text;
    }
    const unsigned char *plain = sqlite3_column_text(row, column);
    text = strdup(plain != NULL ? (const char *)plain : "");
    assert_non_null(text);
    return text;
}

static bool was_seen(const char *text)
{
    for (size_t i = 0; i < walk.n_seen; i++)
        if (strcmp(walk.seen[i], text) == 0)
            return true;
    return false;
}

static void add_windows(struct part *part, sqlite3_stmt *row)
{
    for (int i = 0; i < sqlite3_column_count(row); i++) {
        int type = sqlite3_column_type(row, i);
        const uint8_t *at = sqlite3_column_blob(row, i);
        size_t len = (size_t)sqlite3_column_bytes(row, i);
        if (type != SQLITE_BLOB && type != SQLITE_TEXT)
            continue;
        for (size_t from = 0; from + WINDOW <= len; from++) {
            assert_true(part->n_windows < WINDOWS_MAX);
            memcpy(&part->windows[part->n_windows], at + from, WINDOW);
            memcpy(&part->halves[part->n_windows++], at + from, HALF);
        }
    }
}

/* A row as "table|column=value|..."; new ones belong to the part. */
static void on_row(void *self, sqlite3_stmt *row)
{
    size_t len = strlen(walk.table) + 2;
    char *line = calloc(len, 1);

    (void)self;
    snprintf(line, len, "%s|", walk.table);
    for (int i = 0; i < sqlite3_column_count(row); i++) {
        char *value = text_of(row, i);
        const char *name = sqlite3_column_name(row, i);
        size_t more = strlen(name) + strlen(value) + 3;
        line = realloc(line, len + more);
        assert_non_null(line);
        len += (size_t)snprintf(line + strlen(line), more, "%s=%s|", name, value);
        free(value);
    }
    if (was_seen(line)) {
        free(line);
        return;
    }
    assert_true(walk.n_seen < COUNT_OF(walk.seen));
    walk.seen[walk.n_seen++] = line;
    if (walk.part == NULL)
        return;
    assert_true(walk.part->n_rows < ROWS_MAX);
    walk.part->rows[walk.part->n_rows++] = line;
    add_windows(walk.part, row);
}

static void on_table(void *self, sqlite3_stmt *row)
{
    (void)self;
    snprintf(walk.tables[walk.n_tables++], sizeof walk.tables[0], "%s",
            (const char *)sqlite3_column_text(row, 0));
}

static int by_value(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

static int by_half(const void *a, const void *b)
{
    const uint32_t *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

/* Rows that were not there before; part NULL: only remember them. */
static void take_part(struct part *part)
{
    sqlite3 *db = peek_of(NETWORK_BROKER);
    char sql[128];

    walk.part = part;
    walk.n_tables = 0;
    if (part != NULL)
        *part = (struct part){.windows = calloc(WINDOWS_MAX, sizeof(uint64_t)),
                .halves = calloc(WINDOWS_MAX, sizeof(uint32_t))};
    /* store, partner, thing and checkpoint are of the broker and of organisations. */
    peek_each(db,
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT IN"
            " ('store', 'partner', 'thing', 'checkpoint', 'sqlite_sequence')",
            on_table, NULL);
    for (size_t i = 0; i < walk.n_tables; i++) {
        walk.table = walk.tables[i];
        snprintf(sql, sizeof sql, "SELECT * FROM %s", walk.table);
        peek_each(db, sql, on_row, NULL);
    }
    if (part == NULL)
        return;
    qsort(part->windows, part->n_windows, sizeof(uint64_t), by_value);
    qsort(part->halves, part->n_windows, sizeof(uint32_t), by_half);
}

static bool has_window(const struct part *part, uint64_t window)
{
    return bsearch(&window, part->windows, part->n_windows, sizeof window, by_value) !=
           NULL;
}

/* A piece that begins or ends like something that everybody has is that, with a random
 * byte or two beside it. */
static bool has_half(const struct part *part, uint64_t window)
{
    uint32_t halves[2];

    memcpy(halves, &window, sizeof halves);
    for (size_t i = 0; i < COUNT_OF(halves); i++)
        if (bsearch(&halves[i], part->halves, part->n_windows, sizeof halves[i],
                    by_half) != NULL)
            return true;
    return false;
}

static bool may_be_equal(const char *table, const char *column)
{
    char name[128];

    snprintf(name, sizeof name, "%s.%s", table, column);
    for (size_t i = 0; i < COUNT_OF(MAY_BE_EQUAL); i++)
        if (strcmp(MAY_BE_EQUAL[i], name) == 0)
            return true;
    return false;
}

/* The next "column=value" of a row's line, which is cut up. */
static bool next_cell(char **at, char **column, char **value)
{
    *column = strsep(at, "|");
    if (*column == NULL || **column == '\0')
        return false;
    *value = strchr(*column, '=');
    assert_non_null(*value);
    *(*value)++ = '\0';
    return true;
}

/* Does a row of the part have this value in this column? */
static bool part_has(const struct part *part, const char *table, const char *column,
        const char *value)
{
    char wanted[256];

    snprintf(wanted, sizeof wanted, "|%s=%.200s", column, value);
    for (size_t i = 0; i < part->n_rows; i++) {
        const char *line = part->rows[i], *at = strstr(line, wanted);
        size_t n_table = strlen(table);
        if (strncmp(line, table, n_table) != 0 || line[n_table] != '|' || at == NULL)
            continue;
        const char *end = at + strlen(column) + 2;
        if (strncmp(end, value, strlen(value)) == 0 && end[strlen(value)] == '|')
            return true;
    }
    return false;
}

static void assert_nothing_shared(const struct part *one, const struct part *two)
{
    for (size_t i = 0; i < one->n_rows; i++) {
        char *copy = strdup(one->rows[i]), *at = copy, *column, *value;
        const char *table = strsep(&at, "|");
        while (next_cell(&at, &column, &value))
            if (value[0] != '\0' && strcmp(value, "0") != 0 &&
                    !may_be_equal(table, column) && part_has(two, table, column, value))
                fail_msg("both referrals have %s in %s.%s", value, table, column);
        free(copy);
    }
}

static void free_part(struct part *part)
{
    free(part->windows);
    free(part->halves);
}

/* One referral that is accepted, and one that waits for somebody who is away. */
static void refer_twice(uint64_t consent, const char *person, struct part *part)
{
    uint64_t before = world_newest(TARGET, CASE_BOX_NONE);

    assert_string_equal(world_refer(HOME, consent, TARGET, person)->code, "");
    assert_string_equal(world_refer(HOME, consent, AWAY, person)->code, "");
    world_quiet();
    assert_int_equal(world_newest(TARGET, CASE_BOX_NONE), before + 1);
    world_do(TARGET, before + 1, OFFER_EVENT_ACCEPT);
    world_do(TARGET, before + 1, OFFER_EVENT_START);
    take_part(part);
    assert_true(part->n_rows > 10);
    /* All three within one hour, so that what they share is not the time of day. */
    world_pass(10 * TIME_MINUTE_MS);
}

static void two_referrals_of_one_person(void **state)
{
    static const struct world_consent wish = {
            .recipients = {TARGET, AWAY}
    };
    static struct part first, second, other;

    (void)state;
    world_fresh(62);
    sim_unplug(AWAY, true);
    uint64_t rosa = world_consent(HOME, &wish);
    uint64_t jan = world_consent(HOME, &wish);
    world_quiet();
    take_part(NULL);
    refer_twice(rosa, "Rosa Voorbeeld", &first);
    refer_twice(rosa, "Rosa Voorbeeld", &second);
    refer_twice(jan, "Jan Voorbeeld", &other);
    assert_nothing_shared(&first, &second);
    /* And inside of what is packed: the two have no piece of eight bytes in common that
     * a referral of somebody else does not have as well. */
    size_t common = 0;
    for (size_t i = 0; i < first.n_windows; i++) {
        uint64_t window = first.windows[i];
        if (!has_window(&second, window))
            continue;
        common++;
        if (!has_window(&other, window) && !has_half(&other, window))
            fail_msg("only the referrals of one person share %016llx",
                    (unsigned long long)__builtin_bswap64(window));
    }
    assert_true(common > 0);
    free_part(&first);
    free_part(&second);
    free_part(&other);
    for (size_t i = 0; i < walk.n_seen; i++)
        free(walk.seen[i]);
    walk.n_seen = 0;
    world_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(two_referrals_of_one_person),
    };
    peek_begin();
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}

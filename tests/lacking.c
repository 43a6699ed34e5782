/* lacking.c - finding the next place where nothing has failed yet, and letting it fail.
 */
#include "tests/lacking.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <execinfo.h>

#include "core/time.h"
#include "nodes/inbox.h"
#include "nodes/node_inner.h"
#include "tests/peek.h"
#include "tests/watch.h"
#include "tests/world.h"

enum { FAILS = 1, SEED = 77, PLACES_MAX = 16384, CALLS = 7, WORLD_TRIES = 64 };

static struct {
    struct lacking_world world;
    bool hunting;   /* the next new place fails */
    bool memory;    /* of memory; else of the store */
    bool mail_only; /* only while a node takes an item of mail */
    bool in_mail;
    struct sqlite3 *db; /* NULL: whoever opens one now */
    bool paused;        /* what the test looks at is not what a program does */
    bool watched;
    struct sim_watch inner;
    uint64_t tried[PLACES_MAX];
    size_t n_tried;
} fault;

int __real_sqlite3_step(sqlite3_stmt *stmt);
int __wrap_sqlite3_step(sqlite3_stmt *stmt);
void *__real_arena_take(struct arena *arena, size_t len);
void *__wrap_arena_take(struct arena *arena, size_t len);
bool __real_inbox_take(struct node *node, const struct mail *mail, struct err *err);
bool __wrap_inbox_take(struct node *node, const struct mail *mail, struct err *err);

/* The calls that lead here, in one number. */
static uint64_t place(void)
{
    void *calls[CALLS];
    int n = backtrace(calls, CALLS);
    uint64_t sum = (uint64_t)fault.memory + 2 * (uint64_t)fault.mail_only;
    for (int i = 0; i < n; i++)
        sum = (sum ^ (uint64_t)(uintptr_t)calls[i]) * UINT64_C(0x100000001b3);
    return sum;
}

static bool fails_now(void)
{
    if (!fault.hunting || fault.paused || fault.n_tried == PLACES_MAX ||
            (fault.mail_only && !fault.in_mail))
        return false;
    uint64_t here = place();
    for (size_t i = 0; i < fault.n_tried; i++)
        if (fault.tried[i] == here)
            return false;
    fault.tried[fault.n_tried++] = here;
    fault.hunting = false;
    return true;
}

int __wrap_sqlite3_step(sqlite3_stmt *stmt)
{
    bool ours =
            !fault.memory && (fault.db == NULL || fault.db == sqlite3_db_handle(stmt));
    return ours && fails_now() ? SQLITE_IOERR : __real_sqlite3_step(stmt);
}

/* More than there is of it. */
void *__wrap_arena_take(struct arena *arena, size_t len)
{
    bool fails = fault.memory && fails_now();
    return __real_arena_take(arena, fails ? SIZE_MAX : len);
}

/* What a node could not look at it does not acknowledge, neither as taken nor as
 * refused. */
bool __wrap_inbox_take(struct node *node, const struct mail *mail, struct err *err)
{
    size_t n_acks = node->batch->n_acks, n_items = node->batch->n_items;
    bool hunting = fault.hunting;
    fault.in_mail = true;
    bool ok = __real_inbox_take(node, mail, err);
    fault.in_mail = false;
    bool lacked = fault.memory && hunting && !fault.hunting;
    if (lacked && ok &&
            (node->batch->n_acks > n_acks || node->batch->n_items > n_items))
        fail_msg("%s acknowledges what it had no room to look at", node->partner);
    return ok;
}

/* ---- what is looked at meanwhile does not fail ---- */

static void on_turn(void *self, const char *name)
{
    (void)self;
    fault.paused = true;
    if (fault.inner.on_turn != NULL)
        fault.inner.on_turn(fault.inner.self, name);
    fault.paused = false;
}

static void on_send(void *self, const char *from, const char *to, struct span frame)
{
    (void)self;
    fault.paused = true;
    if (fault.inner.on_send != NULL)
        fault.inner.on_send(fault.inner.self, from, to, frame);
    fault.paused = false;
}

static void on_frame(void *self, const char *from, const char *to, struct span frame)
{
    (void)self;
    fault.paused = true;
    if (fault.inner.on_frame != NULL)
        fault.inner.on_frame(fault.inner.self, from, to, frame);
    fault.paused = false;
}

/* ---- after a fault ---- */

/* Nothing fails any more, and whoever fell is there again. */
static void bring_back(void)
{
    fault.hunting = false;
    fault.db = NULL;
    fault.memory = false;
    (void)world_revive();
    for (size_t i = 0; i < fault.world.n_programs; i++)
        if (!world_is_up(fault.world.programs[i]))
            world_start(fault.world.programs[i]);
}

/* Everybody has heard everything: what there was no room for is said again within some
 * minutes, and nothing is refused for it. */
static void heal(bool all_heard)
{
    bring_back();
    for (int i = 0; i < 2; i++) {
        world_pass(2 * TIME_MINUTE_MS);
        (void)sim_settle(TIME_MINUTE_MS);
        bring_back();
    }
    if (all_heard)
        watch_agreed();
    if (all_heard &&
            peek_number(peek_of(NETWORK_BROKER), "SELECT count(*) FROM mail") != 0)
        fail_msg("mail was put off and does not come again");
}

/* Letters that were refused or turned away as if something were wrong with them. */
static int64_t blamed(void)
{
    int64_t n = 0;
    for (size_t i = 0; i < fault.world.n_programs; i++)
        if (strcmp(fault.world.programs[i], NETWORK_BROKER) != 0)
            n += peek_number(peek_of(fault.world.programs[i]),
                    "SELECT count(*) FROM trace WHERE"
                    " what IN ('refused', 'failed', 'turned_away') AND code IN"
                    " ('E_SIZE', 'E_FORMAT', 'E_FIELD', 'E_KEY', 'E_CODE', 'E_AUTH',"
                    " 'ERR_NOMEM', 'ERR_DISK_FULL')");
    return n;
}

/* ---- one deed, at each of the places where something can fail ---- */

static uint64_t fails(void)
{
    const char *wish = getenv("FAILS");
    return wish != NULL && wish[0] != '\0' ? strtoull(wish, NULL, 10) : FAILS;
}

bool lacking_all(void)
{
    return fails() > FAILS;
}

/* Was there a place that had not failed yet? */
static bool do_with_fault(const struct lacking_deed *deed, const char *at)
{
    deed->ready();
    int64_t blamed_before = blamed();
    fault.memory = at == NULL;
    fault.db = at == NULL || strcmp(at, "") == 0 ? NULL : peek_of(at);
    fault.hunting = true;
    size_t before = fault.n_tried;
    deed->act();
    (void)sim_settle(5 * TIME_SECOND_MS);
    bool failed = fault.n_tried > before;
    if (getenv("WORDS") != NULL)
        print_message("%s, %s, %zu\n", deed->name, at != NULL ? at : "memory",
                fault.n_tried);
    heal(fault.watched);
    if (failed && blamed() != blamed_before)
        fail_msg("%s, %s, %zu: a letter is blamed", deed->name,
                at != NULL ? at : "memory", fault.n_tried);
    return failed;
}

uint64_t lacking_try_mail(const struct lacking_deed *deed, uint64_t most)
{
    uint64_t n = 0;
    fault.mail_only = true;
    while (n < most && do_with_fault(deed, NULL))
        n++;
    fault.mail_only = false;
    return n;
}

static void begin(bool watched)
{
    fault.world.begin();
    if (watched)
        watch_begin(SEED);
    fault.watched = watched;
    fault.inner = sim_watched();
    struct sim_watch watch = fault.inner;
    watch.on_turn = on_turn;
    watch.on_send = on_send;
    watch.on_frame = on_frame;
    sim_watch(&watch);
}

/* What each try leaves open would at last be more than may wait for one partner. */
void lacking_try(const struct lacking_deed *deed, const char *at, uint64_t most)
{
    uint64_t tries = fails();
    if (most > 0 && tries > most)
        tries = most;
    for (uint64_t n = 1; n <= tries && do_with_fault(deed, at); n++)
        if (n % WORLD_TRIES == 0) {
            world_end();
            begin(fault.watched);
        }
}

void lacking_begin(const struct lacking_world *world)
{
    fault.world = *world;
    world_patient(bring_back);
    begin(world->watched);
}

void lacking_afresh(void)
{
    world_end();
    begin(false);
}

void lacking_end(void)
{
    world_end();
    world_patient(NULL);
}

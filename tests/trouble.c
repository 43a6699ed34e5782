/* trouble.c - one function for each kind of trouble, and how often it comes. */
#include "tests/trouble.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/time.h"
#include "nodes/restore.h"
#include "tests/region.h"
#include "tests/temp.h"
#include "tests/watch.h"
#include "tests/workload.h"
#include "tests/world.h"

enum {
    PROGRAMS_MAX = REGION_PARTNERS_MAX + 1,
    PATH_BYTES = WORLD_PATH_BYTES + 48,
    FULL_ROOM_BYTES = 64 * 1024, /* what a disk that is full has left at most */
    SLOW_SYNC_MAX_MS = 200,
};

static const char PASSPHRASE[] = "a passphrase of the test";

/* The programs; the broker is the last one. */
static struct program {
    const char *id;
    bool unplugged;
    bool has_backup;
    bool slow;
} programs[PROGRAMS_MAX];

static struct {
    const struct plan *plan;
    size_t n_programs;
    struct trouble_counts counts;
} life;

static void happened(enum plan_fault fault)
{
    life.counts.happened[fault]++;
}

static bool chance(uint32_t percent)
{
    return sim_below(100) < percent;
}

static struct program *broker(void)
{
    return &programs[life.n_programs - 1];
}

/* The broker comes as often as all the others together need it. */
static struct program *any(void)
{
    return chance(30) ? broker() : &programs[sim_below((uint32_t)life.n_programs)];
}

static struct program *any_node(void)
{
    return &programs[sim_below((uint32_t)life.n_programs - 1)];
}

/* Into the middle of whatever goes on. */
static void some_steps(void)
{
    for (uint32_t steps = sim_below(60); steps > 0; steps--)
        if (!sim_step(sim_now() + TIME_SECOND_MS))
            break;
}

/* ------------------------------------------------------------ links, clocks, turns */

static void unplug(void)
{
    struct program *program = any();

    happened(PLAN_UNPLUG);
    program->unplugged = !program->unplugged;
    sim_unplug(program->id, program->unplugged);
}

static void freeze(void)
{
    const struct program *program = any();

    happened(PLAN_FREEZE);
    some_steps();
    sim_freeze(program->id, (int64_t)sim_below(chance(70) ? 20 : 100) * TIME_SECOND_MS);
}

static void jump(void)
{
    static const int64_t reach[] = {4 * TIME_MINUTE_MS, 4 * TIME_MINUTE_MS,
            3 * TIME_HOUR_MS, PLAN_CLOCK_MAX_DAYS * TIME_DAY_MS};
    const struct program *program = any();
    uint32_t far = (uint32_t)reach[sim_below(COUNT_OF(reach))];

    happened(PLAN_CLOCK);
    sim_set_clock(program->id, (int64_t)sim_below(2 * far) - (int64_t)far);
}

/* ------------------------------------------------------------ programs */

/* What has died by itself, because its disk failed, is put away. */
static void put_away_the_dead(void)
{
    for (size_t i = 0; i < life.n_programs; i++)
        if (!world_is_up(programs[i].id))
            world_stop(programs[i].id);
}

static void start(struct program *program)
{
    if (life.plan->faults[PLAN_FULL] || life.plan->faults[PLAN_BROKEN]) {
        if (!world_try_start(program->id))
            return;
    } else {
        world_start(program->id);
    }
    sim_unplug(program->id, program->unplugged);
}

void trouble_start(uint32_t percent)
{
    put_away_the_dead();
    for (size_t i = 0; i < life.n_programs; i++)
        if (!world_is_up(programs[i].id) && chance(percent))
            start(&programs[i]);
}

static void crash(void)
{
    const struct program *program = any();

    some_steps();
    if (!world_is_up(program->id))
        return;
    happened(PLAN_CRASH);
    world_crash(program->id);
}

/* ------------------------------------------------------------ stores */

static void home_of(const char *id, char path[WORLD_PATH_BYTES])
{
    world_db(id, path);
    *strrchr(path, '/') = '\0';
}

static void backup_of(const char *id, char path[PATH_BYTES])
{
    char home[WORLD_PATH_BYTES];

    home_of(id, home);
    snprintf(path, PATH_BYTES, "%s.backup", home);
}

/* One backup of each program; a later one takes its place. */
static bool back_up(struct program *program)
{
    char path[PATH_BYTES];
    const struct make_backup backup = {.path = path, .passphrase = PASSPHRASE};
    struct request request = {.backup = &backup};

    backup_of(program->id, path);
    if (!world_is_up(program->id) || sim_frozen(program->id))
        return false;
    nftw(path, temp_forget, 8, FTW_DEPTH | FTW_PHYS);
    const struct reply *reply = world_try(program->id, &request);
    program->has_backup = reply != NULL && reply->code[0] == '\0';
    return program->has_backup;
}

static void wipe(void)
{
    if (!chance(25))
        return;
    happened(PLAN_WIPE);
    some_steps();
    world_crash(broker()->id);
    if (world_disk(broker()->id) != NULL)
        disk_wipe(world_disk(broker()->id));
    else
        world_remove_store(broker()->id);
    watch_new_broker_store();
    start(broker());
}

static void put_older_back(void)
{
    char path[WORLD_PATH_BYTES], from[PATH_BYTES + 16], backup[PATH_BYTES];

    if (!broker()->has_backup || chance(30)) {
        back_up(broker());
        return;
    }
    happened(PLAN_OLDER);
    some_steps();
    world_crash(broker()->id);
    world_remove_store(broker()->id);
    world_db(broker()->id, path);
    backup_of(broker()->id, backup);
    snprintf(from, sizeof from, "%s/broker.db", backup);
    size_t len = 0;
    uint8_t *bytes = temp_read(from, &len);
    network_must(bytes != NULL, from, NULL);
    temp_write(path, bytes, len);
    free(bytes);
    chmod(path, 0600);
    watch_new_broker_store();
    start(broker());
}

static void restore(void)
{
    char home[WORLD_PATH_BYTES], backup[PATH_BYTES];
    struct program *program = any_node();
    struct err err = {.code = CODE_OK};

    for (size_t i = 0; i + 1 < life.n_programs && !program->has_backup; i++)
        if (programs[i].has_backup)
            program = &programs[i];
    if (!program->has_backup || chance(30)) {
        back_up(program);
        return;
    }
    happened(PLAN_RESTORE);
    some_steps();
    world_crash(program->id);
    home_of(program->id, home);
    backup_of(program->id, backup);
    nftw(home, temp_forget, 8, FTW_DEPTH | FTW_PHYS);
    network_must(node_restore(backup, home, PASSPHRASE, sim_now(), &err),
            "restore a node", &err);
    watch_restored(program->id);
    start(program);
}

/* ------------------------------------------------------------ disks */

static void lose_power(void)
{
    const struct program *program = any();
    struct disk *disk = world_disk(program->id);

    if (chance(50)) {
        some_steps();
        world_lose_power(program->id);
        return;
    }
    /* In the middle of a commit. */
    disk_plan(disk, chance(50) ? DISK_SYNC : DISK_WRITE, 1 + sim_below(12),
            chance(50) ? DISK_CUT_BEFORE : DISK_CUT_AFTER);
    sim_run_until(sim_now() + (int64_t)sim_below(300) * TIME_SECOND_MS);
    disk_plan(disk, N_DISK_OPS, 0, DISK_FAILS);
    if (disk_is_off(disk)) {
        world_stop(program->id);
        disk_power(disk);
    }
}

static void fill(void)
{
    struct disk *disk = world_disk(any()->id);

    disk_limit(disk, chance(50) ? 0 : disk_used(disk) + sim_below(FULL_ROOM_BYTES));
}

static void fail_once(void)
{
    static const enum disk_op ops[] = {DISK_READ, DISK_WRITE, DISK_SYNC};

    disk_plan(world_disk(any()->id), ops[sim_below(COUNT_OF(ops))], 1 + sim_below(20),
            DISK_FAILS);
}

static void slow_down(void)
{
    struct program *program = any();

    happened(PLAN_SLOW);
    program->slow = !program->slow;
    world_slow_disk(program->id,
            program->slow ? 1 + (int64_t)sim_below(SLOW_SYNC_MAX_MS) : 0);
}

/* ------------------------------------------------------------ all of it */

/* often: in a thousand steps. */
static const struct {
    enum plan_fault fault;
    uint32_t often;
    void (*happens)(void);
} THINGS[] = {
        {PLAN_UNPLUG,  60, unplug        },
        {PLAN_FREEZE,  40, freeze        },
        {PLAN_CRASH,   50, crash         },
        {PLAN_CLOCK,   30, jump          },
        {PLAN_WIPE,    30, wipe          },
        {PLAN_OLDER,   30, put_older_back},
        {PLAN_RESTORE, 50, restore       },
        {PLAN_POWER,   60, lose_power    },
        {PLAN_FULL,    40, fill          },
        {PLAN_SLOW,    30, slow_down     },
        {PLAN_BROKEN,  20, fail_once     },
};

void trouble_happens(void)
{
    for (size_t i = 0; i < COUNT_OF(THINGS); i++)
        if (sim_below(1000) < THINGS[i].often && life.plan->faults[THINGS[i].fault]) {
            THINGS[i].happens();
            return;
        }
}

/* What the links and the disks have counted themselves. */
struct trouble_counts trouble_counts(void)
{
    struct trouble_counts counts = life.counts;
    struct sim_counts sim = sim_counts();
    uint64_t *on = counts.happened;

    on[PLAN_LOSS] = sim.lost;
    on[PLAN_ONE_WAY] = sim.one_way;
    on[PLAN_TWICE] = sim.repeats;
    on[PLAN_DELAY] = sim.late;
    /* Connections break in every life: who crashes breaks them. */
    on[PLAN_CUT] = life.plan->faults[PLAN_CUT] ? sim.cuts : 0;
    for (size_t i = 0; i < life.n_programs; i++) {
        const struct disk *disk = world_disk(programs[i].id);
        if (disk == NULL)
            continue;
        on[PLAN_POWER] += disk_counts(disk).cuts;
        on[PLAN_FULL] += disk_counts(disk).full;
        on[PLAN_BROKEN] += disk_counts(disk).failed;
    }
    return counts;
}

void trouble_begin(const struct plan *plan)
{
    const bool *on = plan->faults;
    struct sim_faults faults = {.latency_min_ms = 1, .latency_max_ms = 5};

    memset(programs, 0, sizeof programs);
    life.plan = plan;
    life.counts = (struct trouble_counts){{0}};
    life.n_programs = workload_n_nodes() + 1;
    for (size_t i = 0; i + 1 < life.n_programs; i++)
        programs[i].id = workload_node(i);
    broker()->id = NETWORK_BROKER;
    /* One after the other: the order of draws within one expression is the compiler's.
     */
    uint32_t slowest = 1 + sim_below(chance(30) ? 3000 : 50);
    uint32_t cut = 1 + sim_below(chance(30) ? 300 : 30);
    uint32_t twice = 1 + sim_below(500);
    uint32_t again_ms = 1 + sim_below(20000);
    uint32_t lose = 1 + sim_below(chance(30) ? 200 : 20);
    uint32_t one_way = 1 + sim_below(chance(30) ? 200 : 20);
    faults.latency_max_ms = on[PLAN_DELAY] ? slowest : 5;
    faults.cut = on[PLAN_CUT] ? cut : 0;
    faults.reconnect_max_ms = on[PLAN_CUT] ? again_ms : 1000;
    faults.repeat = on[PLAN_TWICE] ? twice : 0;
    faults.lose = on[PLAN_LOSS] ? lose : 0;
    faults.one_way = on[PLAN_ONE_WAY] ? one_way : 0;
    sim_set_faults(&faults);
}

void trouble_heal(void)
{
    static const struct sim_faults none = {.latency_min_ms = 1,
            .latency_max_ms = 5,
            .reconnect_max_ms = 1000};

    sim_set_faults(&none);
    for (size_t i = 0; i < life.n_programs; i++) {
        struct program *program = &programs[i];
        struct disk *disk = world_disk(program->id);
        /* Who was revoked would knock for ever. */
        program->unplugged = workload_is_gone(program->id);
        program->slow = false;
        world_slow_disk(program->id, 0);
        sim_freeze(program->id, 0);
        sim_set_clock(program->id, 0);
        sim_unplug(program->id, program->unplugged);
        if (disk == NULL)
            continue;
        disk_plan(disk, N_DISK_OPS, 0, DISK_FAILS);
        disk_limit(disk, 0);
    }
    trouble_start(100);
    trouble_start(100);
    /* What waits for the right time comes within a minute; but what was signed in the
     * future is refused for now until that day. */
    sim_run_until(sim_now() + TIME_MINUTE_MS);
    workload_heal();
    if (life.plan->faults[PLAN_CLOCK])
        sim_run_until(sim_now() + PLAN_CLOCK_MAX_DAYS * TIME_DAY_MS);
    sim_run_until(sim_now() + 10 * TIME_MINUTE_MS);
    if (!sim_settle(TIME_HOUR_MS))
        watch_broken("the network does not become quiet");
}

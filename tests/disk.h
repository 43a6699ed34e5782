/* disk.h - a disk with a cache, in memory, that SQLite works on: what was not synced
 * can be lost when the power is cut, operations can fail, and room can run out.
 *
 * A disk is an SQLite VFS of its own, so that the real ledger and spool run on it
 * unchanged: give its name to ledger_open, spool_open, db_open, or as `vfs` in
 * broker_conf and node_conf before broker_new and node_new. One disk for each program
 * of a world. A file that the disk does not know yet is taken from the system's file
 * system at the first look, as if it had been synced, and that file is never written:
 *
 *     struct disk *disk = disk_new("makelaar", seed);
 *     conf.vfs = disk_vfs(disk);
 *     broker = broker_new(&conf, NULL, &err);
 *     disk_plan(disk, DISK_SYNC, 3, DISK_CUT_BEFORE);     the third sync from now
 *     ... load; when the power goes, on_cut is called in the middle of the operation
 *     broker_free(broker);                                what is left of the process
 *     disk_power(disk);                                   what has survived is there
 *     broker = broker_new(&conf, NULL, &err);             and must be enough
 *
 * What survives a cut: all that was synced; of what was written since, any subset of
 * the sectors (512 or 4096 bytes, by the seed), some of them torn; a file that was
 * made, or was deleted without asking for durability, may be there or not. A file in
 * which a later sector was kept and an earlier one lost holds rubbish between.
 * Everything is drawn from the seed. The promises are those of SQLite's own VFS for
 * unix: the first sync of a journal since it was opened makes the names in its folder
 * durable, and a write does not change its neighbours in the same sector. After a sync
 * that failed, what was to be written is read as if it were there, but is on the disk
 * by chance only, and a later sync does not write it any more (so does Linux).
 *
 * Not thread-safe. A failure of the disk's own memory ends the program. */
#ifndef DISK_H
#define DISK_H

#include <stdbool.h>
#include <stdint.h>

enum disk_op {
    DISK_READ,
    DISK_WRITE,
    DISK_SYNC,
    DISK_OPEN,
    DISK_TRUNCATE,
    DISK_DELETE,
    N_DISK_OPS, /* as a kind: any of them */
};

struct disk;

/* Its name is that of its VFS, so no two disks have the same one. */
struct disk *disk_new(const char *name, uint64_t seed);
/* Nobody may have a file of it open any more. */
void disk_free(struct disk *disk);
const char *disk_vfs(const struct disk *disk);

/* ---- power ---- */

/* Now: what was not synced is lost in part, and every operation fails from here on. */
void disk_cut(struct disk *disk);
/* The power is back: the files are there as they survived. Handles from before the cut
 * stay dead; close them when you like. */
void disk_power(struct disk *disk);
bool disk_is_off(const struct disk *disk);

/* ---- faults ---- */

enum disk_effect {
    DISK_FAILS,      /* this one; a write may have been done in part */
    DISK_FAILS_EVER, /* this one and all later ones of its kind */
    DISK_CUT_BEFORE, /* the power goes just before it has any effect */
    DISK_CUT_AFTER,  /* just after */
};
/* The at-th operation of that kind from now on (1: the next one). One plan at a time;
 * at 0: none. */
void disk_plan(struct disk *disk, enum disk_op op, uint64_t at,
        enum disk_effect effect);
/* Has what was planned last happened, though the plan may have been taken back? */
bool disk_planned_happened(const struct disk *disk);
/* Its files together take no more than this (SQLITE_FULL above); 0: no limit. */
void disk_limit(struct disk *disk, uint64_t bytes);
uint64_t disk_used(const struct disk *disk);

/* ---- looking on ---- */

/* While a test looks into a program's database over its own connection: what it reads
 * is not counted, and no plan comes true by it. NULL: nothing. */
void disk_pause(struct disk *disk, bool paused);

struct disk_watch {
    void *self;
    /* Before each operation; the place for a disk that is slow, or to see what is done.
     * path: "" for a file without a name. */
    void (*on_op)(void *self, enum disk_op op, const char *path);
    /* The power has gone. The program is in the middle of a call; see to it that
     * nothing leaves it any more (loop_die). */
    void (*on_cut)(void *self);
};
void disk_watch(struct disk *disk, const struct disk_watch *watch);
/* Who watches now, to be taken along by another. */
struct disk_watch disk_watched(const struct disk *disk);

struct disk_counts {
    uint64_t ops[N_DISK_OPS + 1];    /* the last: all of them */
    uint64_t cuts, kept, lost, torn; /* cuts, and sectors that were not synced then */
    uint64_t names_lost;
    uint64_t failed, full; /* operations that failed by a plan, writes without room */
};
struct disk_counts disk_counts(const struct disk *disk);

/* ---- the files themselves ---- */

/* All of them gone, for good: a new disk was put in. The system's are not taken again.
 */
void disk_wipe(struct disk *disk);

#endif

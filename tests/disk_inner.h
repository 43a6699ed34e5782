/* disk_inner.h - what the disk of the tests consists of; for tests/disk*.c alone. */
#ifndef DISK_INNER_H
#define DISK_INNER_H

#include <sqlite3.h>
#include <stddef.h>

#include "tests/disk.h"

enum { DISK_NAME_BYTES = 64, DISK_PATH_BYTES = 512 };

struct content {
    uint8_t *at;
    size_t len, cap;
};

/* Something that was done to a file and is not synced. */
struct change {
    size_t at, len;
    uint8_t *bytes; /* NULL: the file was cut off at `at` */
};

/* A file, whatever its name: as programs see it, and as it is without the cache. */
struct inode {
    struct inode *next;
    struct content now, stable;
    struct change *changes;
    size_t n_changes, cap_changes;
    size_t n_open;
    const void *locked_by;
};

/* A name, and what it stands for: NULL when there is no such file. */
struct entry {
    struct entry *next;
    char path[DISK_PATH_BYTES];
    struct inode *now, *stable;
};

struct disk {
    sqlite3_vfs vfs;
    char name[DISK_NAME_BYTES];
    uint64_t random;
    size_t sector;
    bool off, wiped, paused;
    uint64_t epoch; /* cuts so far; a handle of an older one is dead */
    uint64_t limit, used;
    struct inode *inodes;
    struct entry *entries;
    enum disk_op plan_op;
    uint64_t plan_at;
    enum disk_effect plan_effect;
    bool happened;
    struct disk_watch watch;
    struct disk_counts counts;
};

uint32_t disk_below(struct disk *disk, uint32_t limit);

/* What becomes of an operation that begins now. */
enum disk_fate { FATE_DONE, FATE_FAILS, FATE_CUT_AFTER };
enum disk_fate disk_begin(struct disk *disk, enum disk_op op, const char *path);

/* The name's entry, made (from the system's file if there is one) when it is new. */
struct entry *disk_entry(struct disk *disk, const char *path);
struct inode *disk_inode(struct disk *disk);
/* Free the files that no name and no handle stands for any more. */
void disk_sweep(struct disk *disk);

/* False: there is no room; as much as fits was written. */
bool disk_put(struct disk *disk, struct inode *inode, size_t at, const uint8_t *bytes,
        size_t len);
void disk_shorten(struct disk *disk, struct inode *inode, size_t len);
void disk_sync(struct disk *disk, struct inode *inode);
/* A sync that fails: by chance some of it is on the disk, and the rest never will be.
 */
void disk_half_sync(struct disk *disk, struct inode *inode);
/* All names are durable as they are now. */
void disk_sync_names(struct disk *disk);

/* Register and end the SQLite side (disk_vfs.c). */
void disk_mount(struct disk *disk);
void disk_unmount(struct disk *disk);

#endif

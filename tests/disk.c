/* disk.c - files with a cache in front of them, and what is left when the power goes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/disk_inner.h"
#include "tests/temp.h"

enum { SECTOR_SMALL = 512, SECTOR_LARGE = 4096 };

/* ------------------------------------------------------------ chance */

/* splitmix64. */
static uint64_t draw(struct disk *disk)
{
    uint64_t z = disk->random += 0x9E3779B97F4A7C15u;

    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

uint32_t disk_below(struct disk *disk, uint32_t limit)
{
    return limit == 0 ? 0 : (uint32_t)(draw(disk) % limit);
}

/* ------------------------------------------------------------ bytes */

static void *must(void *memory)
{
    if (memory == NULL)
        abort();
    return memory;
}

static void resize(struct content *content, size_t len)
{
    if (len > content->cap) {
        content->cap = len + len / 2 + SECTOR_LARGE;
        content->at = must(realloc(content->at, content->cap));
    }
    if (len > content->len)
        memset(content->at + content->len, 0, len - content->len);
    content->len = len;
}

static void put(struct content *content, size_t at, const uint8_t *bytes, size_t len)
{
    if (len == 0)
        return;
    if (at + len > content->len)
        resize(content, at + len);
    memcpy(content->at + at, bytes, len);
}

static void copy(struct content *to, const struct content *from)
{
    resize(to, from->len);
    if (from->len > 0)
        memcpy(to->at, from->at, from->len);
}

/* ------------------------------------------------------------ changes */

static void note(struct inode *inode, size_t at, const uint8_t *bytes, size_t len)
{
    if (inode->n_changes == inode->cap_changes) {
        inode->cap_changes = inode->cap_changes == 0 ? 64 : 2 * inode->cap_changes;
        inode->changes = must(
                realloc(inode->changes, inode->cap_changes * sizeof *inode->changes));
    }
    struct change *change = &inode->changes[inode->n_changes++];
    *change = (struct change){.at = at, .len = len};
    if (bytes == NULL)
        return;
    change->bytes = must(malloc(len + 1));
    memcpy(change->bytes, bytes, len);
}

static void forget(struct inode *inode)
{
    for (size_t i = 0; i < inode->n_changes; i++)
        free(inode->changes[i].bytes);
    inode->n_changes = 0;
}

bool disk_put(struct disk *disk, struct inode *inode, size_t at, const uint8_t *bytes,
        size_t len)
{
    size_t grows = at + len > inode->now.len ? at + len - inode->now.len : 0;
    size_t room = disk->limit == 0           ? SIZE_MAX
                  : disk->limit > disk->used ? (size_t)(disk->limit - disk->used)
                                             : 0;
    bool fits = grows <= room;

    if (!fits)
        len = len > grows - room ? len - (grows - room) : 0;
    if (len == 0)
        return fits;
    disk->used -= inode->now.len;
    put(&inode->now, at, bytes, len);
    disk->used += inode->now.len;
    note(inode, at, bytes, len);
    return fits;
}

void disk_shorten(struct disk *disk, struct inode *inode, size_t len)
{
    if (len >= inode->now.len)
        return;
    disk->used -= inode->now.len - len;
    resize(&inode->now, len);
    note(inode, len, NULL, 0);
}

void disk_sync(struct disk *disk, struct inode *inode)
{
    (void)disk;
    for (size_t i = 0; i < inode->n_changes; i++) {
        const struct change *change = &inode->changes[i];
        if (change->bytes == NULL)
            resize(&inode->stable, change->at);
        else
            put(&inode->stable, change->at, change->bytes, change->len);
    }
    forget(inode);
}

/* ------------------------------------------------------------ what survives */

/* How much of what is not synced the disk had written by itself. */
enum survival { NOTHING, ALL, SECTORS };

/* What lies on a piece of the disk that was never written: what was there long ago. */
static void rubbish(struct disk *disk, struct content *content, size_t from, size_t to)
{
    for (size_t at = from; at < to; at++)
        content->at[at] = (uint8_t)disk_below(disk, 256);
}

static void keep_sector(struct disk *disk, struct inode *inode,
        const struct change *change, size_t from, size_t len)
{
    size_t end = inode->stable.len, at = change->at + from;
    bool torn = disk_below(disk, 8) == 0;

    if (torn)
        len = disk_below(disk, (uint32_t)len);
    disk->counts.torn += torn;
    disk->counts.kept += !torn;
    if (len == 0)
        return;
    put(&inode->stable, at, change->bytes + from, len);
    if (at > end)
        rubbish(disk, &inode->stable, end, at);
}

static void survive_write(struct disk *disk, struct inode *inode,
        const struct change *change, enum survival survival)
{
    for (size_t from = 0; from < change->len;) {
        size_t len = disk->sector - (change->at + from) % disk->sector;
        if (len > change->len - from)
            len = change->len - from;
        if (survival == ALL)
            put(&inode->stable, change->at + from, change->bytes + from, len);
        else if (survival == SECTORS && disk_below(disk, 2) == 0)
            keep_sector(disk, inode, change, from, len);
        else
            disk->counts.lost++;
        from += len;
    }
}

/* Bring part of what was not synced to what is stable. */
static void survive(struct disk *disk, struct inode *inode)
{
    uint32_t chance = disk_below(disk, 8);
    enum survival survival = chance == 0 ? NOTHING : chance == 1 ? ALL : SECTORS;

    for (size_t i = 0; i < inode->n_changes; i++) {
        const struct change *change = &inode->changes[i];
        if (change->bytes != NULL)
            survive_write(disk, inode, change, survival);
        else if (survival == ALL || (survival == SECTORS && disk_below(disk, 2) == 0))
            resize(&inode->stable,
                    change->at < inode->stable.len ? change->at : inode->stable.len);
    }
    forget(inode);
}

void disk_half_sync(struct disk *disk, struct inode *inode)
{
    survive(disk, inode);
}

void disk_sync_names(struct disk *disk)
{
    for (struct entry *entry = disk->entries; entry != NULL; entry = entry->next)
        entry->stable = entry->now;
    disk_sweep(disk);
}

void disk_cut(struct disk *disk)
{
    if (disk->off)
        return;
    disk->off = true;
    disk->epoch++;
    disk->counts.cuts++;
    disk->used = 0;
    for (struct entry *entry = disk->entries; entry != NULL; entry = entry->next) {
        if (entry->now == entry->stable)
            continue;
        if (disk_below(disk, 2) == 0)
            entry->stable = entry->now;
        else
            disk->counts.names_lost++;
        entry->now = entry->stable;
    }
    for (struct inode *inode = disk->inodes; inode != NULL; inode = inode->next) {
        survive(disk, inode);
        copy(&inode->now, &inode->stable);
        inode->locked_by = NULL;
        disk->used += inode->now.len;
    }
    disk_sweep(disk);
    if (disk->watch.on_cut != NULL)
        disk->watch.on_cut(disk->watch.self);
}

void disk_power(struct disk *disk)
{
    disk->off = false;
}

bool disk_is_off(const struct disk *disk)
{
    return disk->off;
}

/* ------------------------------------------------------------ faults */

void disk_plan(struct disk *disk, enum disk_op op, uint64_t at, enum disk_effect effect)
{
    disk->plan_op = op;
    disk->plan_at = at;
    disk->plan_effect = effect;
    if (at > 0)
        disk->happened = false;
}

bool disk_planned_happened(const struct disk *disk)
{
    return disk->happened;
}

enum disk_fate disk_begin(struct disk *disk, enum disk_op op, const char *path)
{
    if (disk->off)
        return FATE_FAILS;
    if (disk->paused)
        return FATE_DONE;
    disk->counts.ops[op]++;
    disk->counts.ops[N_DISK_OPS]++;
    if (disk->watch.on_op != NULL)
        disk->watch.on_op(disk->watch.self, op, path);
    if (disk->plan_at == 0 || (disk->plan_op != op && disk->plan_op != N_DISK_OPS))
        return FATE_DONE;
    if (--disk->plan_at > 0)
        return FATE_DONE;
    disk->happened = true;
    if (disk->plan_effect == DISK_FAILS_EVER)
        disk->plan_at = 1;
    if (disk->plan_effect == DISK_CUT_BEFORE)
        disk_cut(disk);
    else if (disk->plan_effect != DISK_CUT_AFTER)
        disk->counts.failed++;
    return disk->plan_effect == DISK_CUT_AFTER ? FATE_CUT_AFTER : FATE_FAILS;
}

void disk_pause(struct disk *disk, bool paused)
{
    if (disk != NULL)
        disk->paused = paused;
}

void disk_limit(struct disk *disk, uint64_t bytes)
{
    disk->limit = bytes;
}

uint64_t disk_used(const struct disk *disk)
{
    return disk->used;
}

void disk_watch(struct disk *disk, const struct disk_watch *watch)
{
    disk->watch = *watch;
}

struct disk_watch disk_watched(const struct disk *disk)
{
    return disk->watch;
}

struct disk_counts disk_counts(const struct disk *disk)
{
    return disk->counts;
}

/* ------------------------------------------------------------ names and files */

struct inode *disk_inode(struct disk *disk)
{
    struct inode *inode = must(calloc(1, sizeof *inode));

    inode->next = disk->inodes;
    disk->inodes = inode;
    return inode;
}

static bool has_name(const struct disk *disk, const struct inode *inode)
{
    for (const struct entry *entry = disk->entries; entry != NULL; entry = entry->next)
        if (entry->now == inode || entry->stable == inode)
            return true;
    return false;
}

void disk_sweep(struct disk *disk)
{
    for (struct inode **at = &disk->inodes; *at != NULL;) {
        struct inode *inode = *at;
        if (inode->n_open > 0 || has_name(disk, inode)) {
            at = &inode->next;
            continue;
        }
        *at = inode->next;
        disk->used -= inode->now.len;
        forget(inode);
        free(inode->changes);
        free(inode->now.at);
        free(inode->stable.at);
        free(inode);
    }
}

/* The file that the system has under this name. */
static struct inode *take_over(struct disk *disk, const char *path)
{
    size_t len = 0;
    uint8_t *bytes = disk->wiped ? NULL : temp_read(path, &len);

    if (bytes == NULL)
        return NULL;
    struct inode *inode = disk_inode(disk);
    put(&inode->now, 0, bytes, len);
    put(&inode->stable, 0, bytes, len);
    disk->used += len;
    free(bytes);
    return inode;
}

struct entry *disk_entry(struct disk *disk, const char *path)
{
    for (struct entry *entry = disk->entries; entry != NULL; entry = entry->next)
        if (strcmp(entry->path, path) == 0)
            return entry;
    struct entry *entry = must(calloc(1, sizeof *entry));
    snprintf(entry->path, sizeof entry->path, "%s", path);
    entry->now = entry->stable = take_over(disk, path);
    entry->next = disk->entries;
    disk->entries = entry;
    return entry;
}

void disk_wipe(struct disk *disk)
{
    disk->wiped = true;
    for (struct entry *entry = disk->entries; entry != NULL; entry = entry->next)
        entry->now = entry->stable = NULL;
    disk_sweep(disk);
}

struct disk *disk_new(const char *name, uint64_t seed)
{
    struct disk *disk = must(calloc(1, sizeof *disk));

    snprintf(disk->name, sizeof disk->name, "disk of %s", name);
    disk->random = seed;
    disk->sector = disk_below(disk, 2) == 0 ? SECTOR_SMALL : SECTOR_LARGE;
    disk_mount(disk);
    return disk;
}

void disk_free(struct disk *disk)
{
    if (disk == NULL)
        return;
    disk_unmount(disk);
    disk_wipe(disk);
    while (disk->entries != NULL) {
        struct entry *next = disk->entries->next;
        free(disk->entries);
        disk->entries = next;
    }
    if (disk->inodes != NULL) {
        fprintf(stderr, "somebody has a file of the %s open yet\n", disk->name);
        abort();
    }
    free(disk);
}

const char *disk_vfs(const struct disk *disk)
{
    return disk->name;
}

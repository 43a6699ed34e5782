/* files.h - what programs do to the files under one folder: counted, failing when a
 * test says so, and cut off by a power cut that loses what was not synced.
 *
 * The calls of the system are taken at the linker (--wrap in tests.mk) and done for
 * real; beside them the cache of a disk (tests/disk.h) remembers what was synced. A cut
 * puts the files back to what may have survived: of a content any sectors written since
 * its fsync; of what happened to names since the folder's fsync, a first part of it in
 * the order in which it was done, as journaling file systems keep it; of a folder that
 * was made all that is in it, or nothing when the folder that holds it was not synced.
 */
#ifndef FILES_H
#define FILES_H

#include <stdbool.h>
#include <stdint.h>

/* From here on, and until files_end. One folder at a time. */
void files_begin(const char *folder, uint64_t seed);
void files_end(void);

enum files_effect {
    FILES_FAIL,       /* one call: no room, or an error of the device */
    FILES_FAIL_EVER,  /* this one and all that follow */
    FILES_CUT_BEFORE, /* the power goes before the call has any effect */
    FILES_CUT_AFTER,  /* just after */
};
/* The at-th call from now on (1: the next one); 0: none. */
void files_plan(uint64_t at, enum files_effect effect);
bool files_planned_happened(void);
uint64_t files_count(void);
/* The power goes now; off: every call fails. */
void files_cut(void);
/* Called when it goes, whoever cut it. */
void files_on_cut(void (*on_cut)(void));
bool files_are_off(void);
/* The power is back, and the files are what has survived. */
void files_power(void);

#endif

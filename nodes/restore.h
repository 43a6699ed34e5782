/* restore.h - a node's home made anew from a backup of nodes/backup.h. */
#ifndef NODES_RESTORE_H
#define NODES_RESTORE_H

#include "core/err.h"

/* Put the backup at `backup` in place as the home `path`, which must not exist or be
 * an empty directory: whole or not at all. The keys are opened with the passphrase; the
 * store and the generation key must belong together.
 *
 * The restored store is another store than the one it was copied from: it has a new id,
 * its starts and events are counted from far above, the first event says so, and at its
 * first connection it brings the broker all it has. So nothing that the lost node has
 * used since is used again, and what is said twice has one effect.
 *
 * E_DUPLICATE: there is something at `path`; ERR_PASSPHRASE; ERR_KEY_FILE: a file of
 * the backup is missing, open to others, or of another backup; ERR_CORRUPT: the store
 * in it is damaged; ERR_LOCKED: another command is at work beside `path`; ERR_IO,
 * ERR_DISK_FULL. hash_start comes before. */
MUST_USE bool node_restore(const char *backup, const char *path, const char *passphrase,
        int64_t now_ms, struct err *err);

#endif

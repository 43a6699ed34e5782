/* folder.h - a name that was given to a file or folder, or taken from it, is durable
 * only once the folder that holds it is synced; and one command at a time in a folder.
 */
#ifndef FOLDER_H
#define FOLDER_H

#include <sys/types.h>

#include "core/err.h"

/* The names in this folder are on the disk. False: errno says why they may not be. */
MUST_USE bool folder_sync(const char *path);
/* The same for the folder that holds this file or folder. */
MUST_USE bool folder_sync_of(const char *path);
/* The same in words: ERR_IO. */
MUST_USE bool folder_keep(const char *path, struct err *err);

/* Make it, unless it is there, and see its name on the disk. ERR_IO, ERR_DISK_FULL. */
MUST_USE bool folder_make(const char *path, mode_t mode, struct err *err);

/* Until this descriptor is closed the folder is taken: ERR_LOCKED for who comes
 * meanwhile, ERR_IO when it cannot be opened. A file system that knows no locks leaves
 * that to people. */
MUST_USE bool folder_take(const char *path, int *fd, struct err *err);
/* The same for the folder that holds this one, which is not there yet or gives way. */
MUST_USE bool folder_take_of(const char *path, int *fd, struct err *err);

#endif

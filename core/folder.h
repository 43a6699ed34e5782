/* folder.h - a name that was given to a file, or taken from it, is durable only once
 * the folder that holds it is synced. */
#ifndef FOLDER_H
#define FOLDER_H

#include "core/err.h"

/* The names in this folder are on the disk. False: errno says why they may not be. */
MUST_USE bool folder_sync(const char *path);
/* The same for the folder that holds this file. */
MUST_USE bool folder_sync_of(const char *path);

#endif

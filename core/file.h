/* file.h - a whole file: one that somebody handed over, into an arena; one of ours. */
#ifndef FILE_H
#define FILE_H

#include "core/arena.h"
#include "core/err.h"
#include "core/span.h"

/* A regular file of 1 to max bytes, of any mode: what it holds is no secret. ERR_IO
 * when it is not there or cannot be read, E_SIZE when it is another kind of file or of
 * another length, ERR_NOMEM when the arena has no room for it. */
MUST_USE bool file_read(const char *path, size_t max, struct arena *arena,
        struct span *bytes, struct err *err);

/* Write what is no secret, whole or not at all, mode 0640: PATH.new, fsync, rename,
 * fsync of the folder. What stood there before is replaced. False: errno says why. */
MUST_USE bool file_write(const char *path, struct span bytes);

#endif

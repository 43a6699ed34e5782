/* older_copy.h - a copy of a broker's store is made, and put back after things have
 * gone on without it. */
#ifndef OLDER_COPY_H
#define OLDER_COPY_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/time.h"
#include "tests/world.h"

static inline void copy_file(const char *from, const char *to)
{
    FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
    static char bytes[65536];
    size_t n;

    assert_non_null(in);
    assert_non_null(out);
    while ((n = fread(bytes, 1, sizeof bytes, in)) > 0)
        assert_int_equal(fwrite(bytes, 1, n, out), n);
    fclose(in);
    assert_int_equal(fclose(out), 0);
    assert_int_equal(chmod(to, 0600), 0);
}

static inline void make_backup_of_broker(void)
{
    char path[WORLD_PATH_BYTES], folder[WORLD_PATH_BYTES + 16];
    const struct make_backup backup = {.path = folder, .passphrase = ""};
    struct request request = {.backup = &backup};

    world_db(NETWORK_BROKER, path);
    snprintf(folder, sizeof folder, "%s.backup", path);
    world_must(NETWORK_BROKER, &request, "");
}

static inline void put_backup_back(void)
{
    char copy[WORLD_PATH_BYTES + 32];
    char path[WORLD_PATH_BYTES], file[WORLD_PATH_BYTES + 8];

    world_stop(NETWORK_BROKER);
    world_db(NETWORK_BROKER, path);
    snprintf(copy, sizeof copy, "%s.backup/broker.db", path);
    copy_file(copy, path);
    snprintf(file, sizeof file, "%s-wal", path);
    (void)unlink(file);
    world_start(NETWORK_BROKER);
    world_pass(5 * TIME_MINUTE_MS);
}

#endif

/* restore.c - a backup becomes a home: everything is made beside it under another name,
 * which it loses when it is whole. */
#include "nodes/restore.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/folder.h"
#include "core/hash.h"
#include "core/home.h"
#include "core/ids.h"
#include "nodes/spool.h"
#include "nodes/spool_events.h"
#include "nodes/vault.h"

enum {
    RESTORE_PATH_BYTES = 400,
    RESTORE_COPY_BYTES = 64 * 1024,
    RESTORE_BACKUP_PATH_MAX = 300,
    RESTORE_WORDS_BYTES = 200,
    /* Starts that the lost node may have counted since the backup. */
    RESTORE_STARTS_SKIPPED = 1000000,
    /* And cases, consents and requests; their numbers stand on people's papers. */
    RESTORE_NUMBERS_SKIPPED = 1000,
    /* And events, of which each case has many. */
    RESTORE_EVENTS_SKIPPED = 1000000000,
};

struct restore {
    const char *backup;
    const char *passphrase;
    int64_t now_ms;
    struct home home;               /* what it is to be */
    char place[RESTORE_PATH_BYTES]; /* where it is made */
    struct wrap_key *generation;
};

/* All that is ever made in the place, so that all of it can be taken away: also under
 * the names that files have until they are whole (keys_remove_file knows those of
 * keys_write_file). */
static const char *const WRITTEN[] = {"keys/identity.key", "keys/transport.key",
        "keys/generation.key", "network.bundle", "cli.token", "node.request"};
static const char *const MADE[] = {"node.db-wal", "node.db-shm", "node.db",
        "node.conf.new", "node.conf"};
static const char *const FOLDERS[] = {"keys", "run", ""};

static void path_in(const char *folder, const char *name, char path[RESTORE_PATH_BYTES])
{
    snprintf(path, RESTORE_PATH_BYTES, "%.*s%s%s", RESTORE_PATH_BYTES - 40, folder,
            name[0] != '\0' ? "/" : "", name);
}

static bool fail(const char *path, const char *what, struct err *err)
{
    return err_set(err, errno == ENOSPC || errno == EDQUOT ? ERR_DISK_FULL : ERR_IO,
            "%s: %s (%s)", path, what, strerror(errno));
}

/* What a restore that was killed has left is made again from the start. */
static void clear_place(const struct restore *restore)
{
    char path[RESTORE_PATH_BYTES];
    struct err none = {.code = CODE_OK};
    for (size_t i = 0; i < COUNT_OF(WRITTEN); i++) {
        path_in(restore->place, WRITTEN[i], path);
        if (!keys_remove_file(path, &none))
            unlink(path);
    }
    for (size_t i = 0; i < COUNT_OF(MADE); i++) {
        path_in(restore->place, MADE[i], path);
        unlink(path);
    }
    for (size_t i = 0; i < COUNT_OF(FOLDERS); i++) {
        path_in(restore->place, FOLDERS[i], path);
        rmdir(path);
    }
}

static bool make_place(const struct restore *restore, struct err *err)
{
    static const mode_t MODES[] = {0700, 0750, 0750};
    char path[RESTORE_PATH_BYTES];
    clear_place(restore);
    for (size_t i = COUNT_OF(FOLDERS); i-- > 0;) {
        path_in(restore->place, FOLDERS[i], path);
        if (mkdir(path, MODES[i]) != 0)
            return fail(path, "this folder cannot be made", err);
    }
    return true;
}

/* ------------------------------------------------------------- keys and small files */

static bool put_keys(struct restore *restore, struct err *err)
{
    char from[RESTORE_PATH_BYTES], to[RESTORE_PATH_BYTES];
    path_in(restore->backup, "identity.key", from);
    path_in(restore->place, "keys/identity.key", to);
    struct sign_key *identity = sign_key_load(from, restore->passphrase, err);
    bool ok = identity != NULL && sign_key_save(identity, to, NULL, err);
    sign_key_free(identity);
    if (!ok)
        return false;
    path_in(restore->backup, "transport.key", from);
    path_in(restore->place, "keys/transport.key", to);
    struct box_key *transport = box_key_load(from, err);
    ok = transport != NULL && box_key_save(transport, to, err);
    box_key_free(transport);
    if (!ok)
        return false;
    path_in(restore->backup, "generation.key", from);
    path_in(restore->place, "keys/generation.key", to);
    restore->generation = wrap_key_load_with_passphrase(from, restore->passphrase, err);
    return restore->generation != NULL &&
           wrap_key_save(restore->generation, to, NULL, err);
}

/* A node that had joined no network has no bundle. */
static bool put_file(const struct restore *restore, const char *name, bool needed,
        struct err *err)
{
    char from[RESTORE_PATH_BYTES], to[RESTORE_PATH_BYTES];
    struct arena arena = arena_new(HOME_BUNDLE_MAX);
    uint8_t *bytes = arena_take(&arena, HOME_BUNDLE_MAX);
    size_t len = 0;
    path_in(restore->backup, name, from);
    path_in(restore->place, name, to);
    bool ok = true;
    if (bytes == NULL)
        ok = err_set(err, ERR_NOMEM, "no memory for a file of the backup");
    else if (needed || access(from, F_OK) == 0)
        ok = keys_read_file(from, bytes, HOME_BUNDLE_MAX, &len, err) &&
             keys_write_file(to, (struct span){bytes, len}, err);
    arena_free(&arena);
    return ok;
}

/* The old token may be known to whoever has the old disk. */
static bool put_token(const struct restore *restore, struct err *err)
{
    char path[RESTORE_PATH_BYTES], token[KEYS_TOKEN_TEXT_BYTES];
    keys_token_new(token);
    path_in(restore->place, "cli.token", path);
    bool ok = keys_write_file(path, span_text(token), err);
    hash_wipe(token, sizeof token);
    return ok;
}

static bool put_conf(const struct restore *restore, struct err *err)
{
    char from[RESTORE_PATH_BYTES], to[RESTORE_PATH_BYTES];
    struct node_conf conf;
    path_in(restore->backup, "node.conf", from);
    path_in(restore->place, "node.conf", to);
    return conf_load(from, NODE_KEYS, N_NODE_KEYS, &conf, err) &&
           conf_save(to, NODE_CONF_TITLE, NODE_KEYS, N_NODE_KEYS, &conf, err);
}

/* ------------------------------------------------------------- the store */

static bool pump(int from, int to, struct err *err)
{
    uint8_t bytes[RESTORE_COPY_BYTES];
    ssize_t n;
    while ((n = read(from, bytes, sizeof bytes)) > 0) {
        for (ssize_t put = 0; put < n;) {
            ssize_t now = write(to, bytes + put, (size_t)(n - put));
            if (now <= 0)
                return fail("node.db", "it cannot be copied", err);
            put += now;
        }
    }
    return (n == 0 && fsync(to) == 0) || fail("node.db", "it cannot be copied", err);
}

static bool copy_from(int from, const char *from_path, const char *to_path,
        struct err *err)
{
    struct stat info;
    if (fstat(from, &info) != 0)
        return fail(from_path, "it cannot be read", err);
    if (!S_ISREG(info.st_mode))
        return err_set(err, ERR_IO,
                "%s is no regular file. Put the one of the backup in its place.",
                from_path);
    int to = open(to_path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (to < 0)
        return fail(to_path, "it cannot be made", err);
    bool ok = pump(from, to, err);
    close(to);
    return ok;
}

static bool copy_store(const struct restore *restore, const char *to_path,
        struct err *err)
{
    char path[RESTORE_PATH_BYTES];
    path_in(restore->backup, "node.db", path);
    /* Who waits for a pipe to be written waits for ever. */
    int from = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (from < 0)
        return fail(path, "it cannot be read", err);
    bool ok = copy_from(from, path, to_path, err);
    close(from);
    return ok;
}

/* From here on it is another store. It forgets which store of the broker it spoke with
 * last, so that it brings everything once more; and what waits here may have been read
 * by now. Who follows along reads in the journal what happened to it. */
static bool mark_restored(struct db *db, int64_t now_ms, struct err *err)
{
    static const struct id none;
    struct id store;
    uint64_t incarnation;
    hash_random(&store, sizeof store);
    return spool_get_number(db, SPOOL_INCARNATION, &incarnation, err) &&
           spool_set_number(db, SPOOL_INCARNATION, incarnation + RESTORE_STARTS_SKIPPED,
                   err) &&
           spool_set_bytes(db, SPOOL_STORE_ID, SPAN_OF(store), err) &&
           spool_set_bytes(db, SPOOL_BROKER_STORE_ID, SPAN_OF(none), err) &&
           spool_set_number(db, SPOOL_DIRECTORY_SEQ, 0, err) &&
           spool_may_have_left(db, err) &&
           spool_skip_numbers(db, RESTORE_NUMBERS_SKIPPED, err) &&
           spool_put_restored(db, RESTORE_EVENTS_SKIPPED, now_ms, err);
}

static bool check_store(const struct restore *restore, struct db *db, struct err *err)
{
    char words[RESTORE_WORDS_BYTES];
    bool fits;
    if (!db_check(db, words, sizeof words, err))
        return false;
    if (strcmp(words, "ok") != 0)
        return err_set(err, ERR_CORRUPT, "node.db of the backup is damaged: %s", words);
    if (!vault_key_fits(db, restore->generation, &fits, err))
        return false;
    return fits || err_set(err, ERR_KEY_FILE,
                           "generation.key does not belong to node.db: they are not "
                           "of the same backup");
}

static bool put_store(const struct restore *restore, struct err *err)
{
    char path[RESTORE_PATH_BYTES];
    path_in(restore->place, "node.db", path);
    if (!copy_store(restore, path, err))
        return false;
    struct db *db = spool_open(path, NULL, err);
    if (db == NULL)
        return false;
    bool ok = check_store(restore, db, err) && db_begin(db, err) &&
              mark_restored(db, restore->now_ms, err) && db_commit(db, err);
    db_close(db);
    return ok;
}

/* ------------------------------------------------------------- the whole */

/* An empty folder gives way; anything else in it stays untouched. */
static bool take_name(const struct restore *restore, struct err *err)
{
    if (!folder_sync(restore->place))
        return fail(restore->place, "this folder cannot be written", err);
    if (rename(restore->place, restore->home.path) != 0) {
        if (errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR)
            return err_set(err, E_DUPLICATE,
                    "%s is not empty; a backup is restored into a new home",
                    restore->home.path);
        return fail(restore->home.path, "the home cannot get its name", err);
    }
    return folder_sync_of(restore->home.path) ||
           fail(restore->home.path, "the folder above it cannot be written", err);
}

static bool check_paths(struct restore *restore, const char *path, struct err *err)
{
    if (!home_paths(path, ROLE_NODE, &restore->home, err))
        return false;
    if (strlen(restore->backup) > RESTORE_BACKUP_PATH_MAX)
        return err_set(err, E_SIZE, "the path of the backup is too long");
    size_t len = strlen(restore->home.path);
    while (len > 1 && restore->home.path[len - 1] == '/')
        restore->home.path[--len] = '\0';
    snprintf(restore->place, sizeof restore->place, "%s.restoring", restore->home.path);
    /* Said at once, and not after the passphrase was found to be right. */
    if (access(restore->home.request, F_OK) == 0)
        return err_set(err, E_DUPLICATE, "there is a home in %s already", path);
    return true;
}

bool node_restore(const char *backup, const char *path, const char *passphrase,
        int64_t now_ms, struct err *err)
{
    struct restore restore = {.backup = backup,
            .passphrase = passphrase,
            .now_ms = now_ms};
    int taken;
    /* Of two at once the second would clear what the first is making. */
    if (!check_paths(&restore, path, err) ||
            !folder_take_of(restore.home.path, &taken, err))
        return false;
    bool ok = make_place(&restore, err) && put_keys(&restore, err) &&
              put_store(&restore, err) && put_conf(&restore, err) &&
              put_file(&restore, "network.bundle", false, err) &&
              put_token(&restore, err) &&
              put_file(&restore, "node.request", true, err) && take_name(&restore, err);
    wrap_key_free(restore.generation);
    if (!ok)
        clear_place(&restore);
    close(taken);
    return ok || err_wrap(err, "restoring %s", path);
}

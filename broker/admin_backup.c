/* admin_backup.c - a copy of the ledger while the broker runs, a few pages between
 * turns. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "broker/admin.h"
#include "core/db.h"
#include "core/folder.h"

enum {
    BACKUP_PATH_BYTES = 300,
    BACKUP_BUNDLE_BYTES = 2 * 1024 * 1024,
};

struct backup {
    struct db_backup *copy; /* NULL: asked for, not yet begun */
    char directory[BACKUP_PATH_BYTES];
    char db[BACKUP_PATH_BYTES];      /* what it is called when all is there */
    char partial[BACKUP_PATH_BYTES]; /* and until then */
    uint64_t conn;
    struct id request_id;
    char lang[8];
};

bool admin_backup(struct broker *broker, struct admin_call *call, struct err *err)
{
    const char *path = call->request->backup->path;
    struct backup *backup;

    if (broker->backup != NULL)
        return err_set(err, E_BUSY, "a backup is being made");
    if (path[0] != '/' || strlen(path) + sizeof "/broker.db.copy" > BACKUP_PATH_BYTES)
        return err_set(err, E_FIELD, "the backup needs a full path: /...");
    if (mkdir(path, 0700) != 0)
        return err_set(err, errno == EEXIST ? E_DUPLICATE : ERR_USAGE,
                "cannot make %s: %s", path, strerror(errno));
    backup = calloc(1, sizeof *backup);
    if (backup == NULL)
        return err_set(err, ERR_NOMEM, "no memory for a backup");
    snprintf(backup->directory, sizeof backup->directory, "%s", path);
    snprintf(backup->db, sizeof backup->db, "%s/broker.db", path);
    snprintf(backup->partial, sizeof backup->partial, "%s/broker.db.copy", path);
    snprintf(backup->lang, sizeof backup->lang, "%s", call->request->lang);
    backup->conn = call->conn;
    backup->request_id = call->request->request_id;
    broker->backup = backup;
    call->later = true;
    return true;
}

void admin_close(struct broker *broker)
{
    if (broker->backup == NULL)
        return;
    if (broker->backup->copy != NULL)
        db_backup_end(broker->backup->copy);
    /* The next one may have the name of one that came to nothing; a folder with
     * anything in it stays. */
    rmdir(broker->backup->directory);
    free(broker->backup);
    broker->backup = NULL;
}

/* Who opens the copy is another store than this one, and must know it. */
static bool mark_copy(const struct broker *broker, struct err *err)
{
    struct ledger *copy = ledger_open(broker->backup->partial, NULL, err);

    if (copy == NULL)
        return false;
    bool ok = db_begin(ledger_db(copy), err) && ledger_mark_copy(copy, err) &&
              db_commit(ledger_db(copy), err);
    ledger_close(copy);
    return ok;
}

static bool copy_bundle(const struct broker *broker, struct err *err)
{
    struct arena arena = arena_new(BACKUP_BUNDLE_BYTES);
    char path[BACKUP_PATH_BYTES];
    size_t len;

    snprintf(path, sizeof path, "%.*s/network.bundle", BACKUP_PATH_BYTES - 20,
            broker->backup->directory);
    uint8_t *bytes = arena_take(&arena, HOME_BUNDLE_MAX);
    bool ok = bytes != NULL &&
              keys_read_file(broker->home.bundle, bytes, HOME_BUNDLE_MAX, &len, err) &&
              keys_write_file(path, (struct span){bytes, len}, err);
    arena_free(&arena);
    return ok;
}

/* Last: what could be opened as this very store must not bear the name of a backup. */
static bool take_name(const struct backup *backup, struct err *err)
{
    return (rename(backup->partial, backup->db) == 0 && folder_sync_of(backup->db)) ||
           err_set(err, ERR_IO, "%s: the backup cannot get its name (%s)", backup->db,
                   strerror(errno));
}

static bool step(struct broker *broker, bool *done, struct err *err)
{
    struct backup *backup = broker->backup;

    if (backup->copy == NULL) {
        backup->copy = db_backup_start(ledger_db(broker->ledger), backup->partial, err);
        *done = false;
        return backup->copy != NULL;
    }
    if (!db_backup_step(backup->copy, done, err))
        return false;
    if (!*done)
        return true;
    db_backup_end(backup->copy);
    backup->copy = NULL;
    /* Its folder before it is whole: who was told so finds it, also when the power was
     * cut. */
    return mark_copy(broker, err) && copy_bundle(broker, err) &&
           folder_keep(backup->directory, err) && take_name(backup, err);
}

bool admin_backup_step(struct broker *broker)
{
    struct backup *backup = broker->backup;
    struct made made = {.state = "done", .text = ""};
    struct err err = {0};
    bool done = false;

    if (backup == NULL)
        return false;
    if (step(broker, &done, &err) && !done)
        return true;
    /* The reply is no news that has to be on the disk first; it goes out with the next
     * turn. */
    struct reply reply = {.request_id = backup->request_id};
    if (err.code == CODE_OK) {
        made.text = backup->db;
        reply.made = &made;
    }
    log_info(broker->log, broker->now_ms, "backup", "code=%s path=%s",
            err.code == CODE_OK ? "ok" : code_name(err.code), backup->directory);
    if (turn_open(broker))
        admin_reply(broker, backup->conn, backup->lang, &reply, &err);
    admin_close(broker);
    return true;
}

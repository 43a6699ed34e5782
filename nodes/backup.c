/* backup.c - copying the store page by page, the keys under a passphrase, and the
 * manifest. */
#include "nodes/backup.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/folder.h"

enum { BACKUP_PATH_BYTES = 320, BACKUP_PASSPHRASE_BYTES = 201 };

struct backup {
    struct db_backup *pages;
    bool made; /* the folder */
    char path[BACKUP_PATH_BYTES];
    char passphrase[BACKUP_PASSPHRASE_BYTES];
    struct gateway_call call; /* who waits for the reply */
    struct request request;
};

static void file_in(const struct backup *backup, const char *name,
        char path[BACKUP_PATH_BYTES + 32])
{
    snprintf(path, BACKUP_PATH_BYTES + 32, "%s/%s", backup->path, name);
}

void node_backup_end(struct node *node)
{
    struct backup *backup = node->backup;
    if (backup == NULL)
        return;
    db_backup_end(backup->pages);
    /* The next one may have the name of one that came to nothing; a folder with
     * anything in it stays. */
    if (backup->made)
        rmdir(backup->path);
    hash_wipe(backup, sizeof *backup);
    free(backup);
    node->backup = NULL;
}

/* *words: what to do when it cannot begin. */
static bool start(struct node *node, struct backup *backup, enum words *words,
        struct err *err)
{
    char path[BACKUP_PATH_BYTES + 32];
    backup->made = mkdir(backup->path, 0700) == 0;
    *words = backup->made      ? WORDS_BACKUP_HALF
             : errno == EEXIST ? WORDS_BACKUP_THERE
                               : WORDS_BACKUP_FOLDER;
    if (!backup->made)
        return err_set(err, errno == EEXIST ? E_DUPLICATE : ERR_IO,
                "%s: the folder for the backup cannot be made (%s)", backup->path,
                strerror(errno));
    file_in(backup, "node.db", path);
    backup->pages = db_backup_start(node->db, path, err);
    return backup->pages != NULL;
}

/* The reply comes when the copy is whole, or at once when it cannot begin. */
static bool begin(struct node *node, struct gateway_call *call, struct err *err)
{
    struct err why = {.code = CODE_OK};
    enum words words;
    struct backup *backup = calloc(1, sizeof *backup);
    if (backup == NULL)
        return err_set(err, ERR_NOMEM, "no memory for a backup");
    snprintf(backup->path, sizeof backup->path, "%s", call->request->backup->path);
    snprintf(backup->passphrase, sizeof backup->passphrase, "%s",
            call->request->backup->passphrase);
    backup->call = *call;
    backup->request =
            (struct request){.request_id = call->request->request_id, .actor = ""};
    backup->call.request = &backup->request;
    backup->call.n_issues = 0;
    node->backup = backup;
    call->deferred = start(node, backup, &words, &why);
    if (call->deferred)
        return true;
    /* A folder that cannot be written to is no fault of our store. */
    log_warn(node->log, node_now(node), "backup_refused", "code=%s words=\"%s\"",
            code_name(why.code), why.msg);
    node_backup_end(node);
    return gateway_wrong(call, why.code, "path", words);
}

/* The keys, in files that a passphrase opens; the transport key alone opens no letter.
 */
static bool save_keys(const struct node *node, const struct backup *backup,
        struct err *err)
{
    char path[BACKUP_PATH_BYTES + 32];
    file_in(backup, "identity.key", path);
    if (!sign_key_save(node->home.identity, path, backup->passphrase, err))
        return false;
    file_in(backup, "transport.key", path);
    if (!box_key_save(node->home.transport, path, err))
        return false;
    file_in(backup, "generation.key", path);
    return wrap_key_save(node->vault.generation, path, backup->passphrase, err);
}

static bool copy_file(const struct backup *backup, const char *from, const char *name,
        struct arena *arena, struct err *err)
{
    char path[BACKUP_PATH_BYTES + 32];
    size_t len = 0;
    size_t used = arena->used;
    uint8_t *bytes = arena_take(arena, HOME_BUNDLE_MAX);
    file_in(backup, name, path);
    bool ok = bytes != NULL &&
              keys_read_file(from, bytes, HOME_BUNDLE_MAX, &len, err) &&
              keys_write_file(path, (struct span){bytes, len}, err);
    arena_reset(arena, used);
    return ok;
}

/* What is no secret but makes a home whole; a node that has joined no network yet has
 * no bundle. The request is last, for nothing is restored without it: a backup that
 * ended half-way must not pass for that of a node that has not joined. */
static bool save_files(const struct node *node, const struct backup *backup,
        struct err *err)
{
    char path[BACKUP_PATH_BYTES + 32];
    struct arena arena = arena_new(HOME_BUNDLE_MAX);
    file_in(backup, "node.conf", path);
    bool joined = access(node->home.bundle, F_OK) == 0;
    bool ok = conf_save(path, NODE_CONF_TITLE, NODE_KEYS, N_NODE_KEYS, &node->conf,
                      err) &&
              (!joined || copy_file(backup, node->home.bundle, "network.bundle", &arena,
                                  err)) &&
              copy_file(backup, node->home.request, "node.request", &arena, err);
    arena_free(&arena);
    return ok;
}

static bool write_manifest(const struct node *node, const struct backup *backup,
        struct err *err)
{
    char path[BACKUP_PATH_BYTES + 32];
    char text[1024];
    char at[TIME_TEXT_BYTES];
    char store[ID_TEXT_BYTES];
    time_text(node_now(node), at);
    ids_text(&node->store_id, store);
    int len = snprintf(text, sizeof text,
            "Backup of the Buurtbus node %s\n"
            "made     %s\n"
            "store    %s\n"
            "program  %s\n"
            "files    node.db          the store; contents are encrypted\n"
            "         identity.key     under the passphrase\n"
            "         generation.key   under the passphrase; opens the contents\n"
            "         transport.key    readable for its owner only\n"
            "         node.conf        settings\n"
            "         node.request     what the steward admitted\n"
            "         network.bundle   the steward's bundle\n"
            "restore  buurtbus node restore THIS_DIRECTORY --home NEW_HOME\n"
            "Keep generation.key apart from node.db, and no longer than 15 days.\n",
            node->partner, at, store, NODE_PROGRAM);
    file_in(backup, "MANIFEST", path);
    return keys_write_file(path, (struct span){(const uint8_t *)text, (size_t)len},
            err);
}

/* It ended half-way: to who asked for it, what to do. */
static void fail(struct node *node, struct backup *backup, const struct err *why)
{
    log_warn(node->log, node_now(node), "backup_failed", "code=%s words=\"%s\"",
            code_name(why->code), why->msg);
    gateway_wrong(&backup->call, why->code, "path", WORDS_BACKUP_HALF);
}

static bool finish(struct node *node, struct backup *backup, struct err *err)
{
    struct err why = {.code = CODE_OK};
    struct made made = {.state = "made", .text = backup->path};
    if (strlen(backup->path) > 200)
        made.text = "";
    /* Its folder before it is whole: who was told so finds it, also when the power was
     * cut. */
    if (!folder_keep(backup->path, &why) || !save_keys(node, backup, &why) ||
            !save_files(node, backup, &why) || !write_manifest(node, backup, &why)) {
        fail(node, backup, &why);
    } else if (!gateway_made(node, &backup->call, &made, err)) {
        return false;
    }
    return gateway_reply(node, &backup->call, err);
}

bool node_backup_step(struct node *node, struct err *err)
{
    struct backup *backup = node->backup;
    struct err why = {.code = CODE_OK};
    bool done = false;
    if (backup == NULL)
        return true;
    bool ok = true;
    if (!db_backup_step(backup->pages, &done, &why)) {
        fail(node, backup, &why);
        ok = gateway_reply(node, &backup->call, err);
        done = true;
    } else if (done) {
        ok = finish(node, backup, err);
    }
    if (done)
        node_backup_end(node);
    return ok;
}

bool gateway_backup(struct node *node, struct gateway_call *call, struct err *err)
{
    const struct make_backup *asked = call->request->backup;
    if (asked->path[0] != '/')
        gateway_wrong(call, E_FIELD, "path", WORDS_PATH);
    if (strlen(asked->passphrase) < KEYS_PASSPHRASE_MIN)
        gateway_wrong(call, E_FIELD, "passphrase", WORDS_PASSPHRASE);
    if (node->backup != NULL)
        gateway_wrong(call, E_BUSY, "path", WORDS_BACKUP_BUSY);
    return call->code != CODE_OK || begin(node, call, err);
}

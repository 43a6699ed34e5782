/* cmd_sandbox.c - the command: a folder, a network in it, what to paste, and the end.
 */
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "nodes/cli/sandbox.h"

enum { USUAL_PORT = 8480, PORT_MAX = 65535, TREE_DEPTH = 16 };

/* A sandbox that was made to its end has this file. */
static const char WHOLE[] = "sandbox";
static const char LOCK[] = "lock";

/* clang-format off */
static const struct flag SANDBOX[] = {
        {"folder", FLAG_DIRECTORY, FLAG_OPTIONAL, TEXT_F_SANDBOX_FOLDER, NULL, NULL},
        {"port",   FLAG_NUMBER,    FLAG_OPTIONAL, TEXT_F_SANDBOX_PORT,   &WIRE_NEW_SANDBOX, "port"},
};
/* clang-format on */

static int fail_as(const struct cli *cli, enum text_id text, const char *a)
{
    char sentence[CLI_WORDS_BYTES];
    return cli_fail_words(cli, code_name(ERR_LOCKED),
            cli_fill_words(sentence, sizeof sentence, cli_words(cli, text), a, NULL),
            "");
}

/* --- the port --- */

static bool is_free(uint16_t port)
{
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = htons(port)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    bool is =
            fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
            bind(fd, (struct sockaddr *)&name, sizeof name) == 0 && listen(fd, 1) == 0;
    if (fd >= 0)
        close(fd);
    return is;
}

/* One that was named is taken or refused; the usual one may be somebody else's. */
static int choose_port(struct cli *cli, const struct new_sandbox *wish, uint16_t *port)
{
    char text[24];
    snprintf(text, sizeof text, "%u", wish->port);
    if (wish->port > PORT_MAX)
        return cli_usage_error(cli, "--port", TEXT_BAD_NUMBER, text, NULL);
    *port = (uint16_t)wish->port;
    if (!cli_given(cli, "port"))
        *port = is_free(USUAL_PORT) ? USUAL_PORT : 0;
    if (*port != 0 && !is_free(*port))
        return fail_as(cli, TEXT_SANDBOX_PORT_TAKEN, text);
    return EXIT_OK;
}

/* --- the folder --- */

static bool is_there(const struct sandbox *box, const char *name)
{
    char path[SANDBOX_PATH_BYTES];
    sandbox_path(box, name, path);
    return access(path, F_OK) == 0;
}

static bool is_empty(const char *folder)
{
    DIR *dir = opendir(folder);
    const struct dirent *entry;
    bool empty = dir != NULL;
    while (dir != NULL && (entry = readdir(dir)) != NULL)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            empty = false;
    if (dir != NULL)
        closedir(dir);
    return empty;
}

static int io_error(const struct cli *cli, const char *path)
{
    struct err err = {0};
    err_set(&err, errno == ENOSPC ? ERR_DISK_FULL : ERR_IO, "%.150s: %s", path,
            strerror(errno));
    return cli_fail(cli, &err);
}

/* Whoever has the lock works in the folder. */
static int take_lock(struct cli *cli, struct sandbox *box)
{
    char path[SANDBOX_PATH_BYTES];
    bool empty = is_empty(box->folder);
    if (!empty && !is_there(box, LOCK))
        return fail_as(cli, TEXT_SANDBOX_NOT_OURS, box->folder);
    sandbox_path(box, LOCK, path);
    box->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (box->lock < 0)
        return io_error(cli, path);
    if (flock(box->lock, LOCK_EX | LOCK_NB) != 0)
        return fail_as(cli, TEXT_SANDBOX_IN_USE, box->folder);
    box->is_new = empty;
    /* One that was not made to its end has nothing to go on with. */
    if (!empty && !is_there(box, WHOLE))
        return fail_as(cli, TEXT_SANDBOX_NOT_OURS, box->folder);
    return EXIT_OK;
}

static int open_folder(struct cli *cli, struct sandbox *box)
{
    const char *named = cli_text(cli, "folder");
    const char *root = getenv("TMPDIR");
    struct err err = {0};
    if (named == NULL) {
        snprintf(box->folder, sizeof box->folder, "%.150s/buurtbus-sandbox.XXXXXX",
                root != NULL && root[0] != '\0' ? root : "/tmp");
        box->temporary = mkdtemp(box->folder) != NULL;
        return box->temporary ? take_lock(cli, box) : io_error(cli, box->folder);
    }
    if (strlen(named) >= sizeof box->folder) {
        err_set(&err, E_SIZE, "the path of the folder is too long");
        return cli_fail(cli, &err);
    }
    if (mkdir(named, 0700) != 0 && errno != EEXIST)
        return io_error(cli, named);
    /* The programs do not stand where this one does. */
    char *whole = realpath(named, NULL);
    bool fits = whole != NULL && strlen(whole) < sizeof box->folder;
    if (fits)
        snprintf(box->folder, sizeof box->folder, "%s", whole);
    free(whole);
    return fits ? take_lock(cli, box) : io_error(cli, named);
}

static int forget(const char *path, const struct stat *info, int type,
        struct FTW *where)
{
    (void)info;
    (void)type;
    (void)where;
    return remove(path);
}

/* A folder that stays is worth something only when it is whole. */
static bool note_whole(const struct sandbox *box, struct err *err)
{
    char path[SANDBOX_PATH_BYTES];
    sandbox_path(box, WHOLE, path);
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return err_set(err, ERR_IO, "%.150s: %s", path, strerror(errno));
    close(fd);
    return true;
}

/* --- telling --- */

static bool tell(const struct sandbox *box)
{
    struct cli *cli = box->cli;
    char url[40];
    snprintf(url, sizeof url, "http://127.0.0.1:%u", box->port);
    if (cli->json) {
        const char *const pairs[] = {"code", "", "url", url, "token", box->app_token,
                "folder", box->folder, NULL};
        return cli_json_texts(cli, pairs) && fflush(cli->out) == 0;
    }
    cli_say(cli, TEXT_SANDBOX_RUNS, box->folder, NULL);
    cli_say(cli, TEXT_SANDBOX_PEOPLE, NULL, NULL);
    cli_say(cli, TEXT_SANDBOX_RULES, NULL, NULL);
    fprintf(cli->out, "\n%s\n\n", cli_words(cli, TEXT_SANDBOX_PASTE));
    fprintf(cli->out, "export BUURTBUS_URL=%s BUURTBUS_TOKEN=%s\n", url,
            box->app_token);
    fputs("curl -sS -H \"Authorization: Bearer $BUURTBUS_TOKEN\" "
          "\"$BUURTBUS_URL/v1/referrals?box=to_decide\"\n\n",
            cli->out);
    fprintf(cli->out, "%s/docs\n", url);
    cli_say(cli, TEXT_SANDBOX_ENDS, NULL, NULL);
    return fflush(cli->out) == 0;
}

/* --- the command --- */

static bool make(struct sandbox *box, uint16_t port, struct err *err)
{
    if (box->is_new && !sandbox_found(box, err))
        return false;
    return sandbox_start(box, port, err) && sandbox_furnish(box, err) &&
           note_whole(box, err);
}

static int serve(struct sandbox *box, uint16_t port)
{
    struct cli *cli = box->cli;
    struct err err = {.code = CODE_OK};
    if (!cli->json) {
        cli_say(cli, TEXT_SANDBOX_MAKING, NULL, NULL);
        fflush(cli->out);
    }
    bool ok = make(box, port, &err) && tell(box);
    while (ok) {
        sandbox_round(box);
        ok = sandbox_pause(box, SANDBOX_ROUND_MS, &err);
    }
    sandbox_end(box);
    if (box->stop)
        return EXIT_OK;
    return err.code != CODE_OK ? cli_fail(cli, &err) : EXIT_COULD_NOT;
}

static int run_sandbox(struct cli *cli)
{
    struct new_sandbox wish = {0};
    const struct form form = {&WIRE_NEW_SANDBOX, &wish};
    struct sandbox box = {.cli = cli, .lock = -1};
    uint16_t port = 0;
    if (!cli_fill(cli, &form, 1))
        return EXIT_USAGE;
    int status = choose_port(cli, &wish, &port);
    if (status != EXIT_OK)
        return status;
    sandbox_hear_signals();
    status = open_folder(cli, &box);
    if (status == EXIT_OK)
        status = serve(&box, port);
    if (box.lock >= 0)
        close(box.lock);
    if (box.temporary)
        nftw(box.folder, forget, TREE_DEPTH, FTW_DEPTH | FTW_PHYS);
    return status;
}

static const struct command COMMANDS[] = {
        {"sandbox", TEXT_C_SANDBOX, COMMAND_NO_HOME, SANDBOX, COUNT_OF(SANDBOX),
         run_sandbox},
};
const struct family SANDBOX_FAMILY = {COMMANDS, COUNT_OF(COMMANDS)};

/* sandbox_programs.c - the programs of a sandbox: started from beside this one, looked
 * after, ended. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "nodes/cli/sandbox.h"

enum {
    LOOK_MS = 20,        /* at what is waited for */
    END_WAIT_MS = 12000, /* for a program that was asked to end */
    LOG_BYTES = 512,     /* of the end of a log */
};

static void heard_signals(sigset_t *set)
{
    sigemptyset(set);
    sigaddset(set, SIGINT);
    sigaddset(set, SIGTERM);
    sigaddset(set, SIGHUP);
    sigaddset(set, SIGCHLD);
}

void sandbox_hear_signals(void)
{
    sigset_t set;
    heard_signals(&set);
    sigprocmask(SIG_BLOCK, &set, NULL);
}

/* --- which they are --- */

static const char *program_of(size_t i)
{
    return i == SANDBOX_BROKER ? "buurtbus-broker"
           : i == SANDBOX_HTTP ? "buurtbus-http"
                               : "buurtbus-node";
}

static const char *home_of(size_t i)
{
    return i == SANDBOX_BROKER ? "broker"
           : i == SANDBOX_HTTP ? SANDBOX_PARTNERS[SANDBOX_OWN].id
                               : SANDBOX_PARTNERS[i - SANDBOX_NODE].id;
}

static void log_path(const struct sandbox *box, size_t i, char path[SANDBOX_PATH_BYTES])
{
    char name[80];
    snprintf(name, sizeof name, "%s.log", i == SANDBOX_HTTP ? "http" : home_of(i));
    sandbox_path(box, name, path);
}

/* The end of what it has said. */
static void read_log(const struct sandbox *box, size_t i, char text[LOG_BYTES])
{
    char path[SANDBOX_PATH_BYTES];
    log_path(box, i, path);
    FILE *file = fopen(path, "r");
    text[0] = '\0';
    if (file == NULL)
        return;
    if (fseek(file, -(LOG_BYTES - 1), SEEK_END) != 0)
        rewind(file);
    text[fread(text, 1, LOG_BYTES - 1, file)] = '\0';
    fclose(file);
}

/* The programs lie beside this one, in the source tree and in an installed package. */
static bool find_programs(struct sandbox *box, struct err *err)
{
    ssize_t n = readlink("/proc/self/exe", box->bin, sizeof box->bin - 1);
    if (n <= 0)
        return err_set(err, ERR_IO, "/proc/self/exe: %s", strerror(errno));
    box->bin[n] = '\0';
    char *slash = strrchr(box->bin, '/');
    if (slash != NULL)
        *slash = '\0';
    for (size_t i = 0; i < N_SANDBOX_PROGRAMS; i++) {
        char path[2 * SANDBOX_PATH_BYTES];
        snprintf(path, sizeof path, "%s/%s", box->bin, program_of(i));
        if (access(path, X_OK) != 0)
            return err_set(err, ERR_CONFIG, "%.150s: %s", path, strerror(errno));
    }
    return true;
}

/* --- starting --- */

/* In the child: what becomes the program. */
static void become(const struct sandbox *box, size_t i, pid_t parent)
{
    char path[2 * SANDBOX_PATH_BYTES], home[SANDBOX_PATH_BYTES];
    char log[SANDBOX_PATH_BYTES];
    sigset_t set;
    log_path(box, i, log);
    sandbox_path(box, home_of(i), home);
    snprintf(path, sizeof path, "%s/%s", box->bin, program_of(i));
    heard_signals(&set);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    /* Ctrl-C is for the sandbox, which ends them in order; when it is killed, so are
     * they. */
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    int fd = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (getppid() == parent && fd >= 0 && nothing >= 0 &&
            dup2(fd, STDOUT_FILENO) >= 0 && dup2(fd, STDERR_FILENO) >= 0 &&
            dup2(nothing, STDIN_FILENO) >= 0)
        execl(path, program_of(i), "--home", home, (char *)NULL);
    _exit(127);
}

static bool start(struct sandbox *box, size_t i, struct err *err)
{
    pid_t parent = getpid();
    pid_t pid = fork();
    if (pid < 0)
        return err_set(err, ERR_IO, "cannot start %s: %s", program_of(i),
                strerror(errno));
    if (pid == 0)
        become(box, i, parent);
    box->pids[i] = pid;
    return true;
}

/* It says on which port it serves, as the kernel may have named one, and that its node
 * is there. */
static bool wait_serving(struct sandbox *box, struct err *err)
{
    enum { TEN = 10 };
    char text[LOG_BYTES];
    for (int64_t waited = 0; waited < SANDBOX_WAIT_MS; waited += LOOK_MS) {
        read_log(box, SANDBOX_HTTP, text);
        const char *said = strstr(text, " port=");
        if (said != NULL && strstr(said, " node_up ") != NULL) {
            box->port = (uint16_t)strtoul(said + strlen(" port="), NULL, TEN);
            return true;
        }
        if (!sandbox_pause(box, LOOK_MS, err))
            return false;
    }
    return err_set(err, ERR_AWAY, "%s does not serve", program_of(SANDBOX_HTTP));
}

/* What this sandbox's API is set to; its log begins anew, so that an older port is not
 * read. */
static bool write_settings(const struct sandbox *box, uint16_t port, struct err *err)
{
    char path[SANDBOX_PATH_BYTES], name[80];
    snprintf(name, sizeof name, "%s/http.conf", home_of(SANDBOX_HTTP));
    sandbox_path(box, name, path);
    FILE *file = fopen(path, "w");
    bool ok = file != NULL && fprintf(file, "listen = \"127.0.0.1:%u\"\n", port) > 0;
    if (file != NULL)
        ok = fclose(file) == 0 && ok;
    log_path(box, SANDBOX_HTTP, path);
    if (ok && unlink(path) != 0 && errno != ENOENT)
        ok = false;
    return ok || err_set(err, ERR_IO, "%.150s: %s", path, strerror(errno));
}

bool sandbox_start(struct sandbox *box, uint16_t port, struct err *err)
{
    bool ok = find_programs(box, err) && write_settings(box, port, err);
    for (size_t i = 0; ok && i < N_SANDBOX_PROGRAMS; i++)
        ok = start(box, i, err);
    return ok && wait_serving(box, err);
}

/* --- looking after them --- */

/* One that was not asked to end has ended: the sandbox cannot go on. */
static bool none_ended(struct sandbox *box, struct err *err)
{
    pid_t pid;
    bool ok = true;
    while ((pid = waitpid(-1, NULL, WNOHANG)) > 0) {
        for (size_t i = 0; i < N_SANDBOX_PROGRAMS; i++) {
            char text[LOG_BYTES];
            if (box->pids[i] != pid)
                continue;
            box->pids[i] = 0;
            read_log(box, i, text);
            ok = err_set(err, ERR_AWAY, "%s (%s) has ended: %.200s", program_of(i),
                    home_of(i), text);
        }
    }
    return ok;
}

bool sandbox_pause(struct sandbox *box, int64_t ms, struct err *err)
{
    enum { SECOND_MS = 1000, NS_OF_MS = 1000000 };
    const struct timespec wait = {ms / SECOND_MS, ms % SECOND_MS * NS_OF_MS};
    sigset_t set;
    heard_signals(&set);
    int heard = sigtimedwait(&set, NULL, &wait);
    if (heard > 0 && heard != SIGCHLD) {
        box->stop = true;
        return false;
    }
    return none_ended(box, err);
}

/* --- ending --- */

static void end(struct sandbox *box, size_t i)
{
    const struct timespec wait = {0, LOOK_MS * 1000000L};
    if (box->pids[i] == 0)
        return;
    kill(box->pids[i], SIGTERM);
    for (int64_t waited = 0; waitpid(box->pids[i], NULL, WNOHANG) == 0;
            waited += LOOK_MS) {
        if (waited >= END_WAIT_MS)
            kill(box->pids[i], SIGKILL);
        nanosleep(&wait, NULL);
    }
    box->pids[i] = 0;
}

void sandbox_end(struct sandbox *box)
{
    for (size_t i = 0; i < N_SANDBOX_NODES; i++) {
        gate_free(box->gates[i]);
        box->gates[i] = NULL;
    }
    for (size_t i = N_SANDBOX_PROGRAMS; i-- > 0;)
        end(box, i);
}
